"""The addresses and commands that a plugin adds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from steerco.extension.facts import Hands, Request
from steerco.extension.results import Answer, check_callable, check_types

METHODS = ("GET", "POST", "DELETE")


class Route(Struct, frozen=True):
    """An address under ``/t/{tenant}/x/{plugin}/``.

    ``path`` has its parameters in braces (``feed/{secret}.ics``). A caller needs a token of the tenant unless the route is
    ``public``. ``doc`` is one line for the OpenAPI document, ``operation`` what more that document should say.
    """

    path: str
    answer: Callable[[Request], Answer]
    method: Literal["GET", "POST", "DELETE"] = "GET"
    doc: str = ""
    public: bool = False
    operation: Mapping[str, Any] = {}

    def __post_init__(self) -> None:
        check_types(
            "a route", path=(self.path, str), method=(self.method, str), doc=(self.doc, str), operation=(self.operation, Mapping)
        )
        check_callable("a route", "answer", self.answer)
        named = re.findall(r"\{([a-z_]+)\}", self.path)
        if self.method not in METHODS or len(set(named)) < len(named) or set("{}") & set(re.sub(r"\{[a-z_]+\}", "", self.path)):
            raise ValueError(f"the route {self.method} {self.path!r}: GET, POST or DELETE; each parameter once, in small letters")


Command = Callable[[Hands, tuple[str, ...]], str]
"""A command of the command line: given the tenant's hands and the words after its name, it answers a text."""

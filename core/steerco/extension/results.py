"""What a plugin answers with. Nothing that decides can be made without the clause that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from steerco.charter.model import Label

if TYPE_CHECKING:
    from steerco.extension.facts import Act, Hands, Request

Cites = tuple[str, ...]


class Unfounded(ValueError):
    """A result without the clauses that it rests on."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs a basis: cite the clauses that it rests on, for example cite=('my-circular:4.1',)")


def _founded(what: str, cite: Cites) -> None:
    if isinstance(cite, str) or not cite or not all(isinstance(each, str) and each for each in cite):
        raise Unfounded(what)


class Ruling(Struct, frozen=True):
    """A rule's answer on one act: it is refused (nobody may do it so), or out of order (it may be done later).

    ``code`` is stable and meant for scripts; ``say`` tells people why, in the tenant's languages; ``cite`` are clauses of the
    rule that ruled.
    """

    outcome: Literal["refused", "out-of-order"]
    code: str
    cite: Cites
    say: Label = Label()

    def __post_init__(self) -> None:
        _founded("a ruling", self.cite)


class Rule(Struct, frozen=True):
    """A rule that a plugin adds: before the action ``on`` (``type.action``) is done, ``judge`` is asked.

    ``judge`` answers None, or a ruling made by ``act.refuse`` or ``act.not_yet``. It is given frozen facts, holds no lock, and
    may take two seconds. ``cite`` are the clauses that it applies (``<instrument>:<clause>`` for those that the plugin brings).
    """

    on: str
    judge: Callable[[Act], Ruling | None]
    cite: Cites
    gloss: Label = Label()

    def __post_init__(self) -> None:
        _founded("a rule", self.cite)


class LayerText(Struct, frozen=True):
    """A law, circular or other instrument beside the charter, in the form of ``law/<id>.toml``. ``file`` names it in findings."""

    file: str
    text: str


class PolicyText(Struct, frozen=True):
    """Policy lines in the form of ``policies/<slug>.csv``; their clauses may be those of the plugin's own instruments."""

    file: str
    text: str


class Advice(Struct, frozen=True):
    """Something that an administrator should know of the tenant's configuration: a warning of ``tenant check``."""

    code: str
    message: str
    cite: Cites

    def __post_init__(self) -> None:
        _founded("advice", self.cite)


class Fragment(Struct, frozen=True):
    """A piece of a page. ``html`` is trusted as it stands: escape what people wrote (``api.escape``)."""

    html: str


class Answer(Struct, frozen=True):
    """What a route answers. ``content`` is a text or bytes; HTML pages are put into the tenant's frame unless ``bare``."""

    content: str | bytes
    media: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = {}
    title: str = ""
    bare: bool = False


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


class Exporter(Struct, frozen=True):
    """A form in which a list of records can be taken away.

    ``write`` is given the fields' names and the records that the caller may see, one by one, and gives the file in pieces.
    """

    name: str
    media: str
    write: Callable[[tuple[str, ...], Iterable[Mapping[str, Any]]], Iterable[bytes]]


Command = Callable[["Hands", tuple[str, ...]], str]
"""A command of the command line: given the tenant's hands and the words after its name, it answers a text."""

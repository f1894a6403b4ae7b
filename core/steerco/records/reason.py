"""Reasons against an input, field by field: stable codes with parameters. The edges add the words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

PLAIN = "text"
"""The code of a reason that is a plain sentence, shown unchanged."""
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Reason(msgspec.Struct, frozen=True):
    """A reason against a field. ``code`` is stable; ``params`` fill its text."""

    code: str
    params: dict[str, Any] = {}

    def __str__(self) -> str:
        """Return the code and parameters, for logs, which have no language."""
        if self.code == PLAIN:
            return str(self.params[PLAIN])
        params = ", ".join(f"{name} {'|'.join(map(str, v)) if isinstance(v, list) else v}" for name, v in self.params.items())
        return f"{self.code} ({params})" if params else self.code


def reason(text: str, /, **params: Any) -> Reason:
    """Return a reason by its code; any other text is a sentence, shown as it stands in every language."""
    return Reason(text, params) if CODE.fullmatch(text) else Reason(PLAIN, {PLAIN: text})


Reasons = Mapping[str, "str | Reason"]
"""Reasons by input path; the path ``""`` is the input as a whole."""


def reasons(fields: Reasons) -> dict[str, Reason]:
    """Return the fields with every reason as a :class:`Reason`."""
    return {path: why if isinstance(why, Reason) else reason(why) for path, why in fields.items()}


def unknown(names: Any) -> Reason:
    """Return the reason for a name that is none of ``names``."""
    return reason("unknown-name", known=sorted(names)) if names else reason("unknown-name-of-none")

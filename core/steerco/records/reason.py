"""Reasons against an input, field by field: stable codes with parameters. The edges add the words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin

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


def explain_invalid(document: Any, struct: type[msgspec.Struct]) -> dict[str, Reason]:
    """Return the reason for every field of ``document`` that does not fit ``struct``. Called only after the whole did not fit."""
    if not isinstance(document, Mapping):
        return {"": reason("expected-object")}
    problems: dict[str, Reason] = {}
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for name, field in fields.items():
        if name in document:
            try:
                msgspec.convert(document[name], field.type)
            except msgspec.ValidationError as error:
                path, why = _told(error)
                words = _words(field.type) if why.code == "not-a-value" and not path else []
                problems[name + path] = reason("not-one-of", known=words) if words else why
        elif field.required:
            problems[name] = reason("required")
    return problems | {str(key): unknown(fields) for key in document.keys() - fields.keys()}


def unknown(names: Any) -> Reason:
    """Return the reason for a name that is none of ``names``."""
    return reason("unknown-name", known=sorted(names)) if names else reason("unknown-name-of-none")


def _told(error: msgspec.ValidationError) -> tuple[str, Reason]:
    """Return the path inside a value and the reason, from msgspec's message."""
    message, _, path = str(error).partition(" - at `$")
    path = path.rstrip("`")
    for pattern, reason_of in _SAID:
        if match := pattern.fullmatch(message):
            further, why = reason_of(match)
            return path + further, why
    return path, Reason(PLAIN, {PLAIN: message})


def _whole(code: str, *names: str) -> Callable[[re.Match[str]], tuple[str, Reason]]:
    def reason_of(match: re.Match[str]) -> tuple[str, Reason]:
        values = (int(group) if group.isdecimal() else group for group in match.groups())
        return "", Reason(code, dict(zip(names, values, strict=True)))

    return reason_of


_SAID: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, Reason]]], ...] = (
    (re.compile(r"Expected `str` of length >= (\d+)"), _whole("too-short", "least")),
    (re.compile(r"Expected `str` of length <= (\d+)"), _whole("too-long", "most")),
    (re.compile(r"Expected `\w+` of length >= (\d+)"), _whole("too-few", "least")),
    (re.compile(r"Expected `\w+` of length <= (\d+)"), _whole("too-many", "most")),
    (re.compile(r"Expected `\w+` matching regex '(.*)'"), _whole("no-match", "pattern")),
    (re.compile(r"Expected `\w+` >= (\S+)"), _whole("too-small", "least")),
    (re.compile(r"Expected `\w+` <= (\S+)"), _whole("too-great", "most")),
    (re.compile(r"Invalid enum value (.*)"), _whole("not-a-value", "given")),
    (re.compile(r"Invalid RFC3339 encoded date"), _whole("bad-day")),
    (re.compile(r"Invalid RFC3339 encoded datetime"), _whole("bad-time")),
    (re.compile(r"Expected `([^`]+)`, got `([^`]+)`"), _whole("wrong-type", "wanted", "got")),
    (re.compile(r"Object missing required field `(.+)`"), lambda match: (f".{match[1]}", Reason("required"))),
    (re.compile(r"Object contains unknown field `(.+)`"), lambda match: (f".{match[1]}", Reason("unknown-name-of-none"))),
)
"""msgspec's own messages, which are English, with the codes that they become."""


def _words(hint: Any) -> list[str]:
    """Return the words of a field's ``Literal`` type, also of an optional one; empty for other types."""
    if get_origin(hint) is Literal:
        return [str(word) for word in get_args(hint)]
    return next((words for part in get_args(hint) if (words := _words(part))), [])

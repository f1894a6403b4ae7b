"""The content of a posted form: fields and files, read once, whatever was sent. Nothing here knows what the form asks for.

Names begin with what they are: ``with.`` the value of an input field, ``sought.`` the text that was searched for when the page
was made, ``pick.`` the hit chosen for it, ``group.`` a group of which all are meant, ``row.`` that there is such a row and if
it is open, ``order.`` its number, ``clock.`` the time of a day, ``of.`` the kind of a period. Rows are counted from 0:
``with.tasks-2-title``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

from msgspec import Struct
from multipart import parse_options_header

from steerco.config.characters import composed
from steerco.records import Reason, reason
from steerco.web.http.parts import MOST_PARTS, file_name, parts_of
from steerco.web.http.problems import Anywhere, RequestError

VALUE, PICK, SOUGHT, GROUP, ROW, ORDER = "with.", "pick.", "sought.", "group.", "row.", "order."
CLOCK, OF = "clock.", "of."
PREFIXES = (VALUE, PICK, SOUGHT, GROUP, ROW, ORDER, CLOCK, OF)
OWN = frozenset({"key", "form_token", "version", "step", "find", "draft", "lang"})
"""The fields that a form of any action has beside those of its input."""
MOST_FIELDS = MOST_PARTS
LOST = "\ufffd"
"""Stands where bytes were no text; a text that holds it asks for what was lost."""
_SOFT = re.compile("[\u00ad\u200b\u2060\ufeff]")
_BREAKS = re.compile("\r\n?|[\x0b\x85\u2028\u2029]")
_STEP = re.compile(r"[a-z-]{1,20}(:[A-Za-z0-9_.=-]{1,200})?")


class KeptFile(Struct, frozen=True):
    """A file that was received and is stored: its name, the digest of its content, its size in bytes."""

    name: str
    digest: str
    size: int


class Upload(NamedTuple):
    """A file as it was sent, of the field ``name``."""

    name: str
    file_name: str
    content: bytes


@dataclass
class Posted:
    """One form as it was sent. ``files`` are those that are kept, by the path of their field; ``uploads`` those just sent;
    ``problems`` what is wrong with what was sent, by path."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[KeptFile]] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    problems: dict[str, Reason] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the last value of a field, without the blanks around it; empty where there is none."""
        return (self.fields.get(name) or [""])[-1].strip()

    def value(self, path: str) -> str:
        """Return the text of an input field."""
        return self.text(VALUE + path)

    def values(self, path: str) -> list[str]:
        """Return all values of an input field, each once, in order."""
        return [value for value in dict.fromkeys(each.strip() for each in self.fields.get(VALUE + path, ())) if value]

    def rows(self, path: str) -> list[int]:
        """Return the numbers of the rows that a field has."""
        first = re.compile(rf"(?:{'|'.join(map(re.escape, PREFIXES))}){re.escape(path)}-(\d{{1,4}})(?:-|$)")
        return sorted({int(found[1]) for name in self.fields if (found := first.match(name))})

    @property
    def key(self) -> str:
        """The random key of the form, which is the idempotency key of its act and the name of its draft."""
        return self.text("key")

    @property
    def token(self) -> str:
        """The token that binds the form to a sign-in."""
        return self.text("form_token")

    @property
    def version(self) -> int | None:
        """The version of the record that was seen when the form was opened."""
        text = self.text("version")
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None

    @property
    def step(self) -> tuple[str, str]:
        """The button that was pressed, and the path that it is of; empty for the main one and for what no form has."""
        text = self.text("step")
        name, _, path = text.partition(":") if _STEP.fullmatch(text) else ("", "", "")
        return name, path

    def unknown(self, names: Collection[str]) -> list[str]:
        """Return the fields that are neither of any form nor among ``names``."""
        return [each for each in self.fields if each not in OWN and each not in names and not each.startswith(PREFIXES)]


def read_form(request: Anywhere, body: bytes) -> Posted:
    """Return what a form sent. Raises ``RequestError`` for a body of another type, or one that is no form at all."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    charset = str(options.get("charset", "utf-8")).lower()
    if kind == "application/x-www-form-urlencoded" and charset in ("utf-8", "utf8"):
        return _of_pairs(_pairs(body))
    if kind == "multipart/form-data" and options.get("boundary"):
        return _of_parts(body, options["boundary"])
    raise RequestError(415, "wrong-form-type", sent=kind[:100] or "nothing")


def of_query(pairs: dict[str, list[str]]) -> Posted:
    """Return the values that an address gives for the fields of a form that is opened."""
    return _of_pairs([(name, value) for name, values in pairs.items() for value in values if name.startswith(VALUE)])


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body.decode("utf-8", "replace")
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RequestError(400, "too-many-fields", most=MOST_FIELDS) from None


def _of_pairs(pairs: list[tuple[str, str]]) -> Posted:
    posted = Posted()
    for name, value in pairs:
        _add(posted, name, value)
    return posted


def _of_parts(body: bytes, boundary: str) -> Posted:
    posted = Posted()
    try:
        parts = parts_of(body, boundary)
    except (ValueError, UnicodeError):
        raise RequestError(400, "bad-form") from None
    for part in parts:
        if part.filename is None:
            _add(posted, part.name or "", part.raw.decode("utf-8", "replace"))
        elif part.filename or part.size:
            posted.uploads.append(Upload(part.name or "", file_name(part.filename), part.raw))
    return posted


def _add(posted: Posted, name: str, value: str) -> None:
    """Take a value in: plain, and with what no database keeps made visible and told."""
    text = composed(_SOFT.sub("", _BREAKS.sub("\n", value)).replace("\u00a0", " "))
    path = path_of(name.partition(".")[2])
    if "\0" in text:
        posted.problems.setdefault(path, reason("holds-control-character", character="U+0000"))
        text = text.replace("\0", LOST)
    if LOST in text:
        posted.problems.setdefault(path, reason("lost-characters"))
    posted.fields.setdefault(name.replace("\0", LOST)[:400], []).append(text)


def path_of(flat: str) -> str:
    """Return the path of an input, ``tasks[2].due_on``, of a field's name, ``tasks-2-due_on``."""
    parts = flat.split("-")
    return "".join(f"[{part}]" if part.isdecimal() else f".{part}" for part in parts).removeprefix(".")


def flat_of(path: str) -> str:
    """Return the name of a field, ``tasks-2-due_on``, of the path of an input."""
    return path.replace("[", "-").replace("]", "").replace(".", "-").removeprefix("-")

"""The record has changed since the form was opened: what it was then, what it is now, what was typed, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from litestar import Response

from steerco.kernel.view import seen
from steerco.records import Action, Conflict, Record
from steerco.web.pages.acts.outcomes import here_of
from steerco.web.pages.forms.drafts import act_address
from steerco.web.pages.frame.events import Wanted, fitting, readable
from steerco.web.pages.frame.values import ShownValue, value_of
from steerco.web.pages.frame.visit import Visit

LONG = 120
"""Texts longer than this stand under one another, with their differences."""
CHANGED = "changed-meanwhile"


class TextPiece(NamedTuple):
    """A stretch of a text: the same in both, only in the present one (``gone``), or only in one's own (``new``)."""

    sort: str
    text: str


class ConflictRow(NamedTuple):
    """One field: when the form was opened, now, and as it was typed. ``pieces`` compares now and one's own, for long texts."""

    label: str
    opened: ShownValue | None
    now: ShownValue | None
    mine: ShownValue | None
    pieces: list[TextPiece]


class ChangeSince(NamedTuple):
    """An act on the record since the form was opened."""

    at: str
    who: str
    act: str


def conflict_page(
    visit: Visit, action: Action, record: Record, conflict: Conflict, given: Mapping[str, Any], key: str
) -> Response[bytes]:
    """Return the answer to an act on a record that has changed meanwhile (409). Nothing was done; what was typed is in the
    draft."""
    version = int(conflict.params["seen"])
    changes = [*_since(visit, record, version)]
    return visit.render(
        "acts/conflict.html",
        here_of(action),
        status=409,
        act=visit.say("action", action.id),
        record=record,
        changes=changes,
        rows=[*_rows(visit, action, record, given, version)],
        address=act_address(visit.links, action, record.ref),
        key=key,
        draft=act_address(visit.links, action, record.ref, draft=key),
    )


def _since(visit: Visit, record: Record, version: int) -> Iterator[ChangeSince]:
    """Yield what was done on the record after a version of it, oldest first."""
    for row, body in fitting(visit, Wanted(record=record.id, type=record.record_type, after=0)):
        if body.version > version:
            who = visit.names(row.person) if row.person and not body.secret else ""
            yield ChangeSince(visit.time(row.recorded_at), who, visit.say("action", row.action))


def _rows(visit: Visit, action: Action, record: Record, given: Mapping[str, Any], version: int) -> Iterator[ConflictRow]:
    now, type = seen(visit.authority, record), record.record_type
    then = _opened(visit, record, version)
    for name in (field.rstrip("_") for field in action.input.__struct_fields__):
        if name not in now or (name not in given and then.get(name) == now[name]):
            continue
        opened, present, mine = (value_of(visit, type, name, each) for each in (then.get(name), now[name], given.get(name)))
        yield ConflictRow(visit.say("field", name), opened, present, mine, _compared(now[name], given.get(name)))


def _opened(visit: Visit, record: Record, version: int) -> dict[str, Any]:
    """Return what the log tells of the record at a version: its short values, and texts as they were given until then."""
    values: dict[str, Any] = {}
    for row, body in fitting(visit, Wanted(record=record.id, type=record.record_type, after=0)):
        if body.version <= version:
            values |= {**readable(visit, row, body), **body.after}
    return values


def _compared(now: Any, mine: Any) -> list[TextPiece]:
    """Return how one's own long text differs from the present one, word by word."""
    if not (isinstance(now, str) and isinstance(mine, str)) or max(len(now), len(mine)) <= LONG:
        return []
    before, after = now.split(" "), mine.split(" ")
    pieces = []
    for sort, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if sort == "equal":
            pieces.append(TextPiece("same", " ".join(before[a:b])))
            continue
        if a < b:
            pieces.append(TextPiece("gone", " ".join(before[a:b])))
        if c < d:
            pieces.append(TextPiece("new", " ".join(after[c:d])))
    return pieces

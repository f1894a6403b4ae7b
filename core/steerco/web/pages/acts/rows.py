"""One line of a list of records: reference, title, the first party, the first day, the state."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from steerco.committee.traits.timeliness import timeliness
from steerco.records import Record
from steerco.records.marked import TYPES_KEPT
from steerco.web.pages.frame.values import title_of
from steerco.web.pages.frame.visit import Visit

OWN = frozenset({"tenant_id", "id", "ref", "body", "state", "version", "author", "author_as", "created_at", "changed_at"})
"""The fields that every record has."""


class RecordRow(NamedTuple):
    """One record of a list. ``party`` and ``day`` are empty where its type has none."""

    ref: str
    href: str
    title: str
    party: str
    day: str
    state: str
    state_id: str
    kind: str
    further: tuple[str, ...] = ()
    stands: str = ""
    stands_id: str = ""
    """Whether it is on time, where the type has what that takes."""


@lru_cache(TYPES_KEPT)
def columns_of(kind: type[Record]) -> list[str]:
    """Return the columns that the lines of a list are made from."""
    return [column.name for column in kind.stored().values() if column.name != "tenant_id"]


@lru_cache(TYPES_KEPT)
def party_field(kind: type[Record]) -> str:
    """Return the first field of a type that names a party; empty where there is none."""
    return next((name for name, column in kind.stored().items() if column.info.get("party") and name not in kind.unlisted), "")


@lru_cache(TYPES_KEPT)
def day_field(kind: type[Record]) -> str:
    """Return the day or time along which lists of the type run (``listed_by``), else its first; empty where it has none."""
    days = [name for name, column in kind.stored().items() if _is_day(column.type.python_type)]
    days = [name for name in days if name not in OWN | kind.unlisted]
    return next((columns[-1] for columns in kind.listed_by if columns[-1] in days), next(iter(days), ""))


@lru_cache(TYPES_KEPT)
def is_timed(kind: type[Record]) -> bool:
    """Return whether records of a type are on time or late: they have a due day, and the day on which they were reported done."""
    return {"due_on", "reported_done_on", "done_on"} <= set(kind.stored())


def _is_day(kind: type) -> bool:
    return issubclass(kind, date)


def row_of(visit: Visit, kind: type[Record], row: Any) -> RecordRow:
    """Return one row of a page as a line of a list."""
    fields = dict(row._mapping)
    say, type, own = visit.say, kind.record_type, fields.get("kind") or ""
    party, day = fields.get(party_field(kind)), fields.get(day_field(kind))
    stands = timeliness(row, visit.today) if is_timed(kind) else ""
    return RecordRow(
        fields["ref"],
        visit.links.record(type, fields["ref"]),
        title_of(visit, type, fields) or say("type", type),
        visit.names(str(party)) if party else "",
        visit.time(day) if isinstance(day, datetime) else visit.date(day),
        say.state(type, fields["state"]),
        fields["state"],
        say("kind", own) if own in kind.kinds else "",
        stands=say("timeliness", stands) if stands else "",
        stands_id=stands,
    )

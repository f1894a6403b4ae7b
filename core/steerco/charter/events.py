"""Events of the log as the duty ledger reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from msgspec import Struct, field

from steerco.charter import periods
from steerco.charter.model import NOT_STATED, Every

ANY = "*"
"""What a ``where`` wants of a field that may hold anything, but must hold something."""
NOT = "!"
"""Before what a field must not hold."""
MEETING_HELD = "meeting.open"
HELD_AT = "opened_at"
"""The field of a meeting that says when it was held, where it is recorded later than that."""


class DutyEvent(Struct, frozen=True):
    """What the ledger needs of one event of the log.

    ``day`` is the tenant's local day on which it counts; ``action`` is ``type.action``; ``fields`` the record as it was after
    the event; ``caused_by`` the event from which it followed by right (None: none); ``by`` the parties whose act it was (the
    person, and the seats, roles and agencies acted for); ``aims`` what the parties in its fields were on the day, as facets name
    it: their roles, ``agency``, ``body``, ``person``.
    """

    seq: int
    at: datetime
    day: date
    action: str
    record: str
    type: str
    fields: Mapping[str, Any]
    caused_by: int | None = None
    by: frozenset[str] = frozenset()
    aims: Mapping[str, frozenset[str]] = {}


class Log(Struct):
    """Events in order, by what is asked of them."""

    by_action: dict[str, list[DutyEvent]] = field(default_factory=dict)
    by_record: dict[str, list[DutyEvent]] = field(default_factory=dict)
    by_cause: dict[int, list[DutyEvent]] = field(default_factory=dict)
    by_pointer: dict[str, dict[str, list[DutyEvent]]] = field(default_factory=dict)

    def pointing(self, name: str, record: str) -> list[DutyEvent]:
        """The events on records whose field ``name`` names ``record``."""
        if name not in self.by_pointer:
            index = self.by_pointer.setdefault(name, {})
            for events in self.by_action.values():
                for event in events:
                    for target in parties(event.fields.get(name)):
                        index.setdefault(target, []).append(event)
        return self.by_pointer[name].get(record, [])


def log_until(events: Iterable[DutyEvent], on: date) -> Log:
    """The events that count up to and including ``on``."""
    log = Log()
    for event in sorted((e for e in events if e.day <= on), key=lambda e: e.seq):
        log.by_action.setdefault(event.action, []).append(event)
        log.by_record.setdefault(event.record, []).append(event)
        if event.caused_by:
            log.by_cause.setdefault(event.caused_by, []).append(event)
    return log


def like(event: DutyEvent, where: Mapping[str, str]) -> bool:
    """Whether the record is one that ``where`` describes: a field holds the wanted value, or a party that is it. ``*`` wants any
    value, ``not-stated`` none, ``!`` before a value anything else or nothing.
    """
    nothing: frozenset[str] = frozenset()
    return all(holds(event.fields.get(name), wanted, event.aims.get(name, nothing)) for name, wanted in where.items())


def holds(value: Any, wanted: str, aims: Collection[str] = ()) -> bool:
    """Whether what a field holds is what a ``where`` wants of it (see :func:`like`); ``aims``: what the party in it is."""
    if wanted.startswith(NOT):
        return not holds(value, wanted.removeprefix(NOT), aims)
    texts = parties(value)
    if wanted in (ANY, NOT_STATED):
        return bool(texts) is (wanted == ANY)
    return wanted in texts or wanted in aims


def parties(value: Any) -> tuple[str, ...]:
    """The texts that a field holds: none, one or several."""
    if value is None or value == "":
        return ()
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(dict.fromkeys(text for v in value for text in parties(v)))
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (str(value),)


def day_in(value: Any, zone: tzinfo | None) -> date | None:
    """The local day that a field holds, or None. A text counts where it is an ISO date or time."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > len("2021-02-03") else date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value.astimezone(zone) if value.tzinfo and zone else value).date()
    return value if isinstance(value, date) else None


def counts_on(event: DutyEvent, zone: tzinfo | None) -> date:
    """The day on which what an event tells was done: its own, or that on which a meeting recorded later was held."""
    held_on = day_in(event.fields.get(HELD_AT), zone) if event.action == MEETING_HELD else None
    return held_on or event.day


def period_in(value: Any, every: Every, zone: tzinfo | None) -> str:
    """The period that a field names: by its name, by a year, or by a day in it. Empty where it names none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:04}"
    if isinstance(value, str):
        try:
            named = periods.parse(value)
        except ValueError:
            pass
        else:
            return named.name if named.every == every else ""
    day = day_in(value, zone)
    return periods.containing(day, every).name if day else ""

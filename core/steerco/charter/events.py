"""Events of the log as the duty ledger reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from msgspec import Struct, field

from steerco.charter import periods
from steerco.charter.model import NOT_STATED, Every

ANY = "*"
"""The value in a ``where`` that matches any value, but not an empty field."""
NOT = "!"
"""The prefix in a ``where`` of a value that the field must not hold."""
MEETING_HELD = "meeting.open"
ATTENDANCE_BOOKED = "meeting.record-attendance"
HELD_AT = "opened_at"
"""The field of a meeting that says when it was held, where it is recorded later than that."""


class DutyEvent(Struct, frozen=True):
    """One event of the log, as the ledger needs it.

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
    """Events in order, indexed by action, record, cause and pointer."""

    by_action: dict[str, list[DutyEvent]] = field(default_factory=dict)
    by_record: dict[str, list[DutyEvent]] = field(default_factory=dict)
    by_cause: dict[int, list[DutyEvent]] = field(default_factory=dict)
    by_pointer: dict[str, dict[str, list[DutyEvent]]] = field(default_factory=dict)

    def pointing(self, name: str, record: str) -> list[DutyEvent]:
        """Return the events on records whose field ``name`` names ``record``."""
        if name not in self.by_pointer:
            index = self.by_pointer.setdefault(name, {})
            for events in self.by_action.values():
                for event in events:
                    for target in parties(event.fields.get(name)):
                        index.setdefault(target, []).append(event)
        return self.by_pointer[name].get(record, [])


def log_until(events: Iterable[DutyEvent], on: date) -> Log:
    """Return the events that count up to and including ``on``."""
    log = Log()
    for event in sorted((e for e in events if e.day <= on), key=lambda e: e.seq):
        log.by_action.setdefault(event.action, []).append(event)
        log.by_record.setdefault(event.record, []).append(event)
        if event.caused_by:
            log.by_cause.setdefault(event.caused_by, []).append(event)
    return log


def like(event: DutyEvent, where: Mapping[str, str]) -> bool:
    """Return whether the record matches ``where``: each field holds the wanted value, or a party with that role or sort.

    ``*`` matches any value, ``not-stated`` an empty field, and ``!`` before a value everything but that value.
    """
    nothing: frozenset[str] = frozenset()
    return all(holds(event.fields.get(name), wanted, event.aims.get(name, nothing)) for name, wanted in where.items())


def holds(value: Any, wanted: str, aims: Collection[str] = ()) -> bool:
    """Return whether a field's value matches the ``wanted`` one (:func:`like`). ``aims``: roles and sort of its party."""
    if wanted.startswith(NOT):
        return not holds(value, wanted.removeprefix(NOT), aims)
    texts = parties(value)
    if wanted in (ANY, NOT_STATED):
        return bool(texts) is (wanted == ANY)
    return wanted in texts or wanted in aims


def parties(value: Any) -> tuple[str, ...]:
    """Return the texts that a field holds: none, one or several."""
    if value is None or value == "":
        return ()
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(dict.fromkeys(text for v in value for text in parties(v)))
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (str(value),)


def touching(acts: Collection[str], raising: DutyEvent, log: Log, *, since: int) -> Iterator[DutyEvent]:
    """Yield the events of ``acts`` after event number ``since`` on the raising record, or on a record that it names.

    For example: a substitution names its meeting, and that meeting is called off or opened.
    """
    records = {raising.record, *(text for value in raising.fields.values() for text in parties(value))}
    for act in acts:
        yield from (e for e in log.by_action.get(act, ()) if e.seq > since and e.record in records)


def day_in(value: Any, zone: tzinfo | None) -> date | None:
    """Return the local day that a field holds, or None. A text counts where it is an ISO date or time."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > len("2021-02-03") else date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value.astimezone(zone) if value.tzinfo and zone else value).date()
    return value if isinstance(value, date) else None


def counts_on(event: DutyEvent, zone: tzinfo | None) -> date:
    """Return the day on which an event counts: its own day, or that of the meeting of which it was recorded later."""
    held_on = day_in(event.fields.get(HELD_AT), zone) if event.action in (MEETING_HELD, ATTENDANCE_BOOKED) else None
    return held_on or event.day


def period_in(value: Any, every: Every, zone: tzinfo | None) -> str:
    """Return the period that a field names: by its name, by a year, or by a day in it. Empty where it names none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:04}"
    if isinstance(value, str):
        try:
            named_period = periods.parse(value)
        except ValueError:
            pass
        else:
            return named_period.name if named_period.every == every else ""
    day = day_in(value, zone)
    return periods.containing(day, every).name if day else ""

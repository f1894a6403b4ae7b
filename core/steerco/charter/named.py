"""Duties of those whom a record names, and whose doing others book: a meeting, those asked to it, the list of who was there.

``[[duty]]`` says so by ``holder = "now:<field>"``, ``named_in`` and ``closed_in`` (``charter.model.Duty``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from steerco.charter.events import DutyEvent, Log, parties
from steerco.charter.model import Duty

NOW = "now"


def named_now(duty: Duty, raising: DutyEvent, log: Log) -> dict[str, tuple[date, bool]]:
    """Return each party that the record has named since the raising event: the day on which it last did, and whether it names the
    party no more."""
    field = duty.holder.partition(":")[2]
    lists = [e for e in log.by_record.get(raising.record, ()) if e.seq >= raising.seq and field in e.fields]
    last = lists[-1].seq if lists else 0
    return {who: (e.day, e.seq < last) for e in lists for who in parties(e.fields[field])}


def names(duty: Duty, event: DutyEvent, holder: str) -> bool:
    """Return whether an event counts for the holder: it names the holder, or nobody in particular."""
    lists = [event.fields[field] for field in duty.named_in if field in event.fields]
    return not lists or any(holder in parties(named) for named in lists)


def booked(done: list[tuple[date, DutyEvent]]) -> list[tuple[date, DutyEvent]]:
    """Return the newest of several bookings: each holds the whole list, so a later one corrects those before."""
    return [max(done, key=lambda each: each[1].seq)] if done else []


def closes_for(duty: Duty, holder: str, events: Iterable[DutyEvent]) -> Iterator[DutyEvent]:
    """Yield the events that end the duty for the holder; of several lists the newest decides."""
    kept = list(events)
    newest = max((e.seq for e in kept if duty.closed_in in e.fields), default=0)
    for event in kept:
        if duty.closed_in not in event.fields or (event.seq == newest and holder in parties(event.fields[duty.closed_in])):
            yield event

"""Too many members who share something ask to be fewer again, in the order in which the charter mends it.

The first way of the order is owed by those whom it names: those concerned where they decide, else whoever keeps the register of
members, who is told whom it meets. Once its time is over and they are still too many, the next way is owed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from msgspec import Struct

from steerco.charter.model import Label
from steerco.charter.tables.membership import Cap
from steerco.committee.members.caps import CapCount, last_come
from steerco.committee.members.directory import Day
from steerco.committee.members.membership_duty import History, MembershipDuty, label_of, spells

THEY_DECIDE, LAST_IN = "they-decide", "last-in"


class Stage(Struct, frozen=True):
    """A way of mending a breach that is owed from ``first`` until ``last`` (None: without an end), in place ``number``."""

    number: int
    way: str
    first: date
    last: date | None


def exceeded(history: History) -> Iterator[MembershipDuty]:
    """Yield each time in which more shared something than may, where the charter makes it a duty to mend that."""
    for cap in history.charter.caps:
        if cap.on_breach != "duty":
            continue
        for first, after in spells(history.changes, partial(_breached, history, cap)):
            for stage in stages(cap, first):
                if stage.first <= history.on and (after is None or stage.first < after):
                    yield from _owed(history, cap, stage, after)


def stages(cap: Cap, first: date) -> Iterator[Stage]:
    """Yield the ways in which a breach since ``first`` is mended, each once the time of the one before is over."""
    within = cap.repair.within
    for number, way in enumerate(cap.repair.order or ("",)):
        if within is None:
            yield Stage(number, way, first, None)
            return
        last = within.after(first)
        yield Stage(number, way, first, last)
        first = last + timedelta(days=1)


def _owed(history: History, cap: Cap, stage: Stage, after: date | None) -> Iterator[MembershipDuty]:
    on = min(history.on, after - timedelta(days=1)) if after is not None else history.on
    many = _too_many(history, cap, max(stage.first, max(day for day in history.changes if day <= on)))
    whom = sorted(each for those in many for each in those)
    body = label_of(history.charter, cap.body)
    for holder in whom if stage.way == THEY_DECIDE else ("",):
        yield MembershipDuty(
            "cap",
            cap.id if not stage.number else f"{cap.id}-{stage.number + 1}",
            cap.cite,
            stage.first,
            holder=holder,
            due_on=stage.last,
            done_on=after,
            ended_by=history.leaver(after),
            ended_act="end",
            params={"body": body, "whom": _named(history, _met(history, cap, stage, many, on))},
            said=f"cap-{stage.way}" if stage.way else "cap",
            source=cap.source,
        )


def _met(history: History, cap: Cap, stage: Stage, many: list[list[str]], on: date) -> list[str]:
    """Return whom a way meets: the last who came, as many as are too many; else all who share it."""
    if stage.way != LAST_IN:
        return [each for those in many for each in those]
    then = history.at(on)
    count = CapCount.of(history.charter, cap, then, then.members(cap.body))
    return [each for those in many for each in last_come(cap, then, those, count)]


def _named(history: History, persons: list[str]) -> Label:
    names = [history.directory.persons.get(each, {}) for each in persons]
    return Label(
        *(", ".join(name.get(key, "") or each for each, name in zip(persons, names, strict=True)) for key in ("vi", "en"))
    )


def _too_many(history: History, cap: Cap, day: date) -> list[list[str]]:
    """Return the members who share a value of which there are too many, value by value."""
    then: Day = history.at(day)
    count = CapCount.of(history.charter, cap, then, then.members(cap.body))
    return [those for those in count.sharing.values() if not cap.allows(len(those), count.base, count.seated)]


def _breached(history: History, cap: Cap, day: date) -> bool:
    return bool(_too_many(history, cap, day))

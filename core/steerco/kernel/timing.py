"""Time limits of an act: the clocks that govern it, each counted from the event it names, and shortened where the text allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from steerco.charter.governing import narrowest
from steerco.charter.tables.clock import (
    NEXT,
    NEXT_MEETING,
    ClockLength,
    ClockRule,
    Frame,
    LastMoment,
    Shortening,
    counted_field,
    deadline,
    versions,
)
from steerco.charter.weekdays import is_set
from steerco.committee.decisions import tally, vote_facts
from steerco.kernel.authority import Authority
from steerco.records import Do, Invalid, OutOfOrder, Record, Unmet, reason
from steerco.records.record import SHORTEN
from steerco.store.tables import Event

PASSED = "clock-passed"
"""The code of an act that comes after the last lawful day."""
LATE = "clock-late"
SHORTENED = "clock-shortened"
DECISION = "decision:"
CALLING = ("meeting.plan", "meeting.convene", "meeting.postpone")
AHEAD = ("planned", "convened", "open")
"""The states of a meeting that is still to come, or under way."""


class TimedAct(Struct):
    """An act as its clocks see it. ``such`` tells whether a clock is for the record; ``new``: the act makes it."""

    authority: Authority
    action: str
    record: Record
    do: Do
    such: Callable[[ClockRule], bool]

    @property
    def frame(self) -> Frame:
        snapshot = self.authority.tenant.snapshot
        return Frame(snapshot.calendar, snapshot.settings.zone, snapshot.calendars)


def untimely(act: TimedAct) -> Iterator[OutOfOrder]:
    """Yield what stops an act that comes too late; what is only late goes into the remarks. Raises ``Invalid`` for a shortening
    that no clock on the act knows."""
    every = act.authority.regime.clocks.get(act.action, ())
    cause = str(act.do.given.get(SHORTEN) or "")
    bases = {clock.name: base for clock in every if (base := _base(act, clock, every)) is not None}
    governing = [(clock, bases[clock.name]) for clock in narrowest(clock for clock in every if clock.name in bases)]
    if cause and not any(_meant(act, clock, cause) for clock, _ in governing):
        known = [each.cause or each.by for clock, _ in governing for each in clock.shorten]
        raise Invalid({SHORTEN: reason("shorten-unknown", causes=known) if known else reason("shorten-none")})
    for clock, base in governing:
        last = _last(act, clock, base)
        if last is None or last.holds(act.do.today, act.do.at):
            continue
        lack = Unmet(clock.cite, {"last": str(last), "value": str(clock.value), "unit": clock.unit, "clock": clock.id})
        shortening = _meant(act, clock, cause) if cause else None
        if shortening is not None:
            if barred := _barred(act, clock, shortening, cause):
                yield barred
                continue
            short = None if shortening.to == "none" else _last(act, clock, base, shortening.to)
            if short is None or short.holds(act.do.today, act.do.at):
                act.do.remarks[f"{SHORTENED}:{clock.id}"] = Unmet(clock.cite, {"cause": cause, "clock": clock.id})
                continue
            lack = Unmet(clock.cite, lack.params | {"last": str(short)})
        if clock.consequence == "late":
            act.do.late[f"{LATE}:{clock.id}"] = lack
        else:
            yield OutOfOrder(PASSED, *lack.cites, action=act.action, **lack.params)


def off_day(act: TimedAct) -> Iterator[OutOfOrder]:
    """Yield what stops a meeting that is set for another day than its kind is held on."""
    starts = act.do.given.get("starts_at")
    if act.action not in CALLING or not isinstance(starts, datetime):
        return
    kind, day = act.do.given.get("kind") or getattr(act.record, "kind", None), act.do.local(act.do.localise(starts))
    for rule in act.authority.regime.set_days:
        if (rule.body, rule.kind) == (act.record.body, kind) and not is_set(rule.on, day):
            ahead = (day + timedelta(days=n) for n in range(1, 40))
            on = next(each for each in ahead if is_set(rule.on, each))
            yield OutOfOrder("not-set-day", *rule.cite, action=act.action, last=on.isoformat())


# What is counted from


def _base(act: TimedAct, clock: ClockRule, every: tuple[ClockRule, ...]) -> datetime | date | None:
    """Return the day or moment from which a clock counts for this act; None where it does not govern it."""
    do, found = act.do, _counted_on(act, clock)
    if found is None or not act.such(clock):
        return None
    own = found is act.record
    kind = (do.given.get("kind") if own else None) or getattr(found, "kind", None)
    if (clock.body and clock.body != found.body) or (clock.kinds and kind not in clock.kinds):
        return None
    free = found.free_of.get(clock.what)
    if free is not None and free(do, found):
        return None
    base = _moment(act, clock, found)
    if base is None:
        return None
    day = act.frame.day(base) if clock.judged_on == "counts_from" else do.today
    return base if clock in versions([other for other in every if other.id == clock.id], day) else None


def _counted_on(act: TimedAct, clock: ClockRule) -> Record | None:
    """Return the record that a clock counts from: the act's own, or one that it names."""
    wanted = counted_field(clock.origin).partition(".")[0]
    if act.record.record_type == wanted:
        return act.record
    table = act.authority.tenant.snapshot.types.get(wanted)
    for name in (wanted, "about", *(field for field in act.record.columns() if field.endswith(f"_{wanted}"))):
        pointed = act.do.given.get(name) or getattr(act.record, name, None)
        if table is not None and isinstance(pointed, str):
            found = table.get(act.do.session, act.do.tenant_id, pointed)
            if found is not None:
                return found
    return None


def _moment(act: TimedAct, clock: ClockRule, found: Record) -> datetime | date | None:
    name = counted_field(clock.origin).partition(".")[2]
    if clock.origin.startswith(NEXT):
        return _next_start(act, found)
    if name in found.actions and name not in found.columns():
        return _done_at(act, found, name)
    given = act.do.given.get(name) if found is act.record else None
    value: Any = given or getattr(found, name, None)
    return act.do.localise(value) if isinstance(value, datetime) else value if isinstance(value, date) else None


def _done_at(act: TimedAct, found: Record, name: str) -> datetime | None:
    mine = (Event.tenant_id == act.do.tenant_id, Event.record_id == found.id, Event.action == f"{found.record_type}.{name}")
    at = act.do.session.scalar(select(func.max(Event.at)).where(*mine))
    return act.do.localise(at) if at else None


def _next_start(act: TimedAct, found: Record) -> datetime | None:
    """Return the start of the body's meeting that follows the one at hand, as far as it is called or planned."""
    meetings: Any = act.authority.tenant.snapshot.types["meeting"]
    since = getattr(found, "starts_at", None) or act.do.at
    ours = (meetings.tenant_id == act.do.tenant_id, meetings.body == found.body, meetings.state.in_(AHEAD))
    start = act.do.session.scalar(select(func.min(meetings.starts_at)).where(*ours, meetings.starts_at > since))
    return act.do.localise(start) if start else None


def _last(act: TimedAct, clock: ClockRule, base: datetime | date, length: ClockLength | None = None) -> LastMoment | None:
    last = deadline(clock, base, act.frame, length=length)
    if clock.also != NEXT_MEETING:
        return last
    found = _counted_on(act, clock)
    start = _next_start(act, found) if found is not None else None
    if start is None:
        return last
    following = LastMoment(act.frame.day(start), start)
    return following if last is None or (following.day, 0) <= (last.day, 0) else last


# Shortening


def _meant(act: TimedAct, clock: ClockRule, cause: str) -> Shortening | None:
    """Return the shortening that a cause means: by its word, a matter under its decision, or a text where one is asked for."""
    for each in clock.shorten:
        if each.by.startswith(DECISION):
            if _matter(act, cause) is not None:
                return each
        elif each.cause == cause or not each.cause:
            return each
    return None


def _barred(act: TimedAct, clock: ClockRule, by: Shortening, cause: str) -> OutOfOrder | None:
    """Return why a shortening does not hold for this act, or None."""
    kind = act.do.given.get("kind") or getattr(act.record, "kind", None)
    if kind in clock.never_shorten_kinds:
        return OutOfOrder("shorten-never", *clock.cite, action=act.action, kind=kind)
    if by.by.startswith(DECISION):
        return None if _passed(act, by.by.removeprefix(DECISION), cause) else _not_by(act, clock, by)
    parties = act.do.parties
    roles = {*parties.roles(act.do.actor), *parties.keys(act.do.actor), act.do.role, act.do.acting_for}
    closures = act.authority.regime.closures
    held = roles.union(*(closures.get(role, frozenset()) for role in roles))
    held |= {body.id for body in act.authority.regime.charter.bodies if act.do.actor in parties.members(body.id)}
    return None if by.by in held else _not_by(act, clock, by)


def _not_by(act: TimedAct, clock: ClockRule, by: Shortening) -> OutOfOrder:
    return OutOfOrder("shorten-not-by", *clock.cite, action=act.action, by=by.by)


def _matter(act: TimedAct, named: str) -> Any:
    """Return the matter that a cause names by its id or reference, or None."""
    table: Any = act.authority.tenant.snapshot.types["matter"]
    mine = (table.tenant_id == act.do.tenant_id, (table.id == named) | (table.ref == named))
    return act.do.session.scalars(select(table).where(*mine)).first()


def _passed(act: TimedAct, decision: str, named: str) -> bool:
    """Return whether the matter passed under the decision rule of that id."""
    matter = _matter(act, named)
    if matter is None or matter.state != "decided":
        return False
    return matter.outcome == "passed" and is_under(act, matter, decision)


def is_under(act: TimedAct, matter: Any, decision: str) -> bool:
    """Return whether a matter was decided by the rule of that id."""
    facts = vote_facts.of(matter)
    rule = facts.rule if facts else tally.rule_for(act.authority.regime.charter, matter.body, matter.class_)
    return rule is not None and rule.id == decision

"""Check the clocks of a charter: each must name what there is, be able to run, and be the only one for its thing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from steerco.charter.governing import VALUES, as_clock, narrowness, same_thing
from steerco.charter.model import NOT_STATED, Charter
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.tables.clock import CUSTOM, ELAPSED, NEXT, NEXT_STARTS, WHAT, ClockRule, acts, counted_field
from steerco.charter.values import LONGEST
from steerco.config.explain import nearest

AHEAD = frozenset({"meeting.starts_at", "meeting.ends_at", "meeting.reply_by", "task.due_on", "report.due_on", NEXT_STARTS})
"""The dated fields that are known beforehand, so that something can be due before them."""
DECISION, FIELD = "decision:", "field:"


def check_time(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every fault of the clocks in ``charter``, which may be house rules or a law."""
    for clock in charter.clocks:
        subject = f"clock '{clock.id}'"
        yield from (NameProblem(clock.source, code, f"{subject}: {why}") for code, why in _faults(clock, charter, names))
        yield from (NameProblem(clock.source, "not-enforced", f"{subject}: {why}", "warning") for why in _unread(clock, names))
        yield from _unsure(clock, subject)
    yield from _twice(charter)


def _faults(clock: ClockRule, charter: Charter, names: KnownNames) -> Iterator[tuple[str, str]]:
    yield from _what(clock, names)
    yield from _who(clock, charter, names)
    yield from _origin(clock, names)
    if clock.value == "" and not clock.origin.startswith(NEXT):
        yield "no-length", "it has no length; write before = \"2 weeks\", or value and unit, or value = 'not-stated'"
    if isinstance(clock.value, int) and clock.value > (LONGEST * 24 * 60 if clock.unit in ELAPSED else LONGEST):
        yield "bad-value", f"{clock.value} {clock.unit} is too long"
    if clock.calendar and clock.calendar not in names.calendars:
        yield "unknown-calendar", f"there is no calendar '{clock.calendar}'{nearest(clock.calendar, names.calendars)}"
    if clock.from_ and clock.to and clock.to.last < clock.from_.first:
        yield "impossible-span", f"it ends on {clock.to}, before it begins on {clock.from_}"


def _what(clock: ClockRule, names: KnownNames) -> Iterator[tuple[str, str]]:
    if clock.what.startswith(CUSTOM):
        if problem := names.act(clock.what.removeprefix(CUSTOM)):
            yield "unknown-action", problem
        return
    if clock.what not in WHAT:
        known = ", ".join([*WHAT, "custom:<type.action>"])
        yield "unknown-clock", f"nothing is called '{clock.what}'{nearest(clock.what, WHAT)}; there are: {known}"


def _who(clock: ClockRule, charter: Charter, names: KnownNames) -> Iterator[tuple[str, str]]:
    if clock.body and clock.body not in names.bodies and not charter.instrument.apart:
        yield "unknown-body", f"there is no body '{clock.body}'{nearest(clock.body, names.bodies)}"
    kinds = names.words("meeting", "kinds")
    for kind in (*clock.kinds, *clock.never_shorten_kinds):
        if kinds and kind not in kinds:
            yield "unknown-kind", f"there is no kind of meeting '{kind}'{nearest(kind, kinds)}"
    if clock.duty_of and not clock.duty_of.startswith(FIELD) and clock.duty_of not in names.holders():
        yield "unknown-holder", f"duty_of: there is no holder '{clock.duty_of}'{nearest(clock.duty_of, names.holders())}"
    decisions = {rule.id for rule in charter.decisions} | names.decisions
    for each in clock.shorten:
        if each.by.startswith(DECISION):
            if each.by.removeprefix(DECISION) not in decisions:
                yield "unknown-decision", f"shorten: there is no decision '{each.by.removeprefix(DECISION)}'"
        elif each.by not in names.holders():
            yield "unknown-holder", f"shorten: there is no holder '{each.by}'{nearest(each.by, names.holders())}"


def _origin(clock: ClockRule, names: KnownNames) -> Iterator[tuple[str, str]]:
    origin = clock.origin
    if origin.startswith(NEXT) and origin != NEXT_STARTS:
        yield "unknown-field", f"counts_from: of the following one only '{NEXT_STARTS}' is known"
        return
    record, _, name = counted_field(origin).partition(".")
    if record not in names.vocabulary:
        if names.vocabulary:
            yield "unknown-field", f"counts_from: there is no record type '{record}'{nearest(record, names.vocabulary)}"
        return
    known = {*names.words(record, "fields"), *names.words(record, "actions")}
    if name not in known:
        yield "unknown-field", f"counts_from: {record} has no field and no action '{name}'{nearest(name, known)}"
    elif clock.side == "before" and counted_field(origin) not in AHEAD and origin != NEXT_STARTS:
        yield "impossible-span", f"nothing can be due before {origin}, which is known only once it is there"


def _unread(clock: ClockRule, names: KnownNames) -> Iterator[str]:
    """Yield what stands in a clock and is read by nothing."""
    if clock.effect == "shown":
        if clock.duty_of:
            yield "it is only shown, so that nobody owes it; leave out 'duty_of' or the effect"
        return
    if clock.what in WHAT and not acts(clock.what):
        yield f"no act is judged by '{clock.what}'; if it is only information, write effect = 'shown'"
    for act in acts(clock.what):
        record = act.partition(".")[0]
        if clock.what in WHAT and names.vocabulary and names.act(act):
            yield f"there is no act '{act}' by which it could be judged"
        if clock.shorten and "shorten" not in names.words(record, "fields"):
            yield f"no act on {record} can be given a cause for shortening"
        allowed = {*names.words(record, "facets"), *names.words(record, "fields")}
        yield from (f"where: {record} has no '{key}'" for key in clock.where if allowed and key not in allowed)
    if clock.never_shorten_kinds and not clock.shorten:
        yield "nothing shortens it, so 'never_shorten_kinds' says nothing"
    if clock.unit in ELAPSED and (clock.roll or clock.clear or clock.calendar):
        yield "'roll', 'clear' and 'calendar' say nothing of elapsed hours and minutes"
    if clock.also and clock.side == "before":
        yield "'also' ends a time that runs after an event, and this one runs before it"


def _unsure(clock: ClockRule, subject: str) -> Iterator[NameProblem]:
    for word, day in (("from", clock.from_), ("to", clock.to)):
        if day is not None and not day.certain:
            message = f"{subject}: '{word}' is certain to {day} only; within it both versions count, so the stricter decides"
            yield NameProblem(clock.source, "date-unsure", message, "warning")


def _twice(charter: Charter) -> Iterator[NameProblem]:
    """Yield clocks that are about one thing, neither of them narrower, on the same day."""
    named = [as_clock(rule) for rule in charter.rules if rule.name in VALUES.values() and rule.value != NOT_STATED]
    for one, other in combinations((*named, *(clock for clock in charter.clocks if clock.value != NOT_STATED)), 2):
        both_named = one in named and other in named
        if both_named or not same_thing(one, other) or narrowness(one) != narrowness(other) or not _meet(one, other):
            continue
        first = f" (line {one.source.line})" if one.source.line else ""
        message = f"clock '{other.name}' and '{one.name}'{first} are both about {one.what}; leave one out, or tell them apart"
        yield NameProblem(other.source, "two-clocks", message)


def _meet(one: ClockRule, other: ClockRule) -> bool:
    """Return whether some day lies in both spans. A version of the same id ends where a later one begins."""
    if one.id == other.id and (one.from_ and one.from_.first) != (other.from_ and other.from_.first):
        return False
    first = max(clock.from_.first if clock.from_ else date.min for clock in (one, other))
    return first <= min(clock.to.first if clock.to else date.max for clock in (one, other))

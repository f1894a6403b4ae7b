"""Check the lifetimes of bodies: dates that there are, decisions that renew, and an establishment in time."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.charter.calendar import WeekCalendar
from steerco.charter.model import Charter
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.tables.lifetime import CHARTER, LifeEnd, Lifetime, steps
from steerco.config.explain import nearest


def check_lifetimes(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every fault of the lifetimes in ``charter``."""
    for rule in charter.lifetimes:
        subject = f"lifetime of '{rule.body}'"
        yield from (NameProblem(rule.source, code, f"{subject}: {why}") for code, why in _faults(rule, charter, names))
        warned = [*_unread(rule), *_late(rule, charter)]
        yield from (NameProblem(rule.source, code, f"{subject}: {why}", "warning") for code, why in warned)


def _faults(rule: Lifetime, charter: Charter, names: KnownNames) -> Iterator[tuple[str, str]]:
    if rule.body not in names.bodies and not charter.instrument.apart:
        yield "unknown-body", f"there is no body '{rule.body}'{nearest(rule.body, names.bodies)}"
    body = charter.body(rule.body)
    dates = body.dates if body else {}
    if isinstance(rule.ends, LifeEnd):
        if rule.ends.after is not None and rule.ends.of not in dates and not charter.instrument.apart:
            yield (
                "unknown-date",
                f"the body has no date '{rule.ends.of}'; write it into [[body]] dates{nearest(rule.ends.of, dates)}",
            )
        event = rule.ends.event
        if event and event not in dates and (problem := names.act(event)):
            yield "unknown-event", f"'{event}' is no date of the body and no act ({problem})"
        if rule.ends.after is None and rule.renewing:
            yield "no-length", "a renewal adds the same length, and there is none: write ends = { after = …, of = … }"
    for decision in rule.renewing:
        if decision not in names.decisions:
            yield "unknown-decision", f"there is no decision '{decision}'{nearest(decision, names.decisions)}"
    kinds = names.words("review", "kinds")
    for each in rule.review:
        if each.by not in names.holders():
            yield "unknown-holder", f"review: there is no holder '{each.by}'{nearest(each.by, names.holders())}"
        if kinds and each.of not in {*kinds, CHARTER}:
            yield "unknown-kind", f"review: '{each.of}' is no kind of review and not '{CHARTER}'{nearest(each.of, kinds)}"
        if each.period is None:
            yield "impossible-span", "review: a review is owed once in 1, 3 or 6 months, or in years"


def _unread(rule: Lifetime) -> Iterator[tuple[str, str]]:
    if rule.unless and not (isinstance(rule.ends, LifeEnd) and rule.effect == "no-acts"):
        yield "not-enforced", "nothing ends it, so 'unless' says nothing"


def _late(rule: Lifetime, charter: Charter) -> Iterator[tuple[str, str]]:
    body = charter.body(rule.body)
    for step, last, was in steps(rule, body.dates if body else {}, WeekCalendar()):
        came = f"was on {was}" if was else "has no date yet"
        yield "establishment-late", f"'{step.what}' had to be by {last}, counted from '{step.counts_from}', and {came}"

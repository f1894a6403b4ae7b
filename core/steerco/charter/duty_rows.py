"""The duties that a charter makes: those that it states, and those of its cadences, clocks and reviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from steerco.charter.clock_duties import clock_duties
from steerco.charter.events import MEETING_HELD
from steerco.charter.governing import same_thing
from steerco.charter.model import NOT_STATED, Cadence, Charter, Duty, Lifetime, OnRequest, WrittenRule
from steerco.charter.publication import publication_duties
from steerco.charter.tables.clock import CUSTOM, ClockRule
from steerco.charter.tables.lifetime import CHARTER

ASK, MEETING_ASKED = "matter.request-meeting", "meeting_asked"
"""The act by which somebody asks for a meeting, and what it tells the ledger: of which cadence, once enough have asked."""
REVIEWED, AMENDED = ("review.complete",), ("amendment.adopt", "amendment.reject")
"""The acts that discharge a review; one of the charter is done with an amendment that was decided on, too."""


def duties(charter: Charter) -> tuple[Duty, ...]:
    """Return the duties of a charter, with those of its cadences and clocks."""
    return (*written_duties(charter), *clock_duties(charter.clocks))


def counting(layer: Charter, stated: Sequence[ClockRule]) -> Iterator[ClockRule]:
    """Yield the clocks of a layer that do not give way to what the regulation states of the same thing."""
    for clock in layer.clocks:
        if clock.force not in ("house", "default") or not any(same_thing(clock, other) for other in stated):
            yield clock


def written_duties(charter: Charter) -> tuple[Duty, ...]:
    """Return the duties of a charter, and its cadences that state both a period and a holder."""
    reviews = (duty for rule in charter.lifetimes for duty in review_duties(rule))
    return (
        *charter.duties,
        *reviews,
        *publication_duties(charter.publications),
        *(duty for rule in charter.writings if rule.reported for duty in report_duties(rule)),
        *(as_duty(c) for c in charter.cadences if c.holder and c.every != NOT_STATED),
        *(duty for c in charter.cadences if c.holder and c.or_on_request for duty in on_request(c, c.or_on_request)),
    )


def review_duties(rule: Lifetime) -> Iterator[Duty]:
    """Yield the duties to review a body, or its charter, once in each period."""
    for number, each in enumerate(rule.review, 1):
        if each.period is not None:
            of_charter = each.of == CHARTER
            yield Duty(
                id=f"{rule.body}-review-{number}",
                label=each.label,
                holder=each.by,
                done_by=(*REVIEWED, *AMENDED) if of_charter else REVIEWED,
                cite=rule.cite,
                every=each.period,
                done_where={"body": rule.body, **({} if of_charter else {"kind": each.of})},
                source=rule.source,
            )


def report_duties(rule: WrittenRule) -> Iterator[Duty]:
    """Yield the duty to report each vote in writing, for each class of matters that the rule is for. No text states its day."""
    told_in = rule.reported["in"]
    for class_ in rule.classes:
        of_class = {} if class_ == "*" else {"class": class_}
        yield Duty(
            id="-".join(("written-reported", rule.body, *of_class.values())),
            label=rule.label,
            holder=rule.reported.get("duty_of") or rule.body,
            done_by=("matter.report",),
            cite=rule.cite,
            after="matter.decide",
            where={"body": rule.body, "voted_in": "written", **of_class},
            done_where={"reported": told_in},
            source=rule.source,
        )


def on_request(cadence: Cadence, asked: OnRequest) -> Iterator[Duty]:
    """Yield the duty to call a meeting of a cadence once as many have asked for it as the text says."""
    where = {MEETING_ASKED: cadence.id}
    duty = Duty(
        id=f"{cadence.id}-on-request",
        label=asked.label,
        holder=cadence.holder,
        done_by=("meeting.convene",),
        cite=cadence.cite,
        after=ASK,
        where=where,
        done_where={"body": cadence.body, "kind": cadence.kind},
        anywhere=True,
        source=cadence.source,
    )
    if asked.within is None:
        yield duty
        return
    clock = ClockRule(
        id=duty.id,
        what=f"{CUSTOM}meeting.convene",
        label=duty.label,
        cite=duty.cite,
        counts_from=ASK,
        side="after",
        value=asked.within.value,
        unit=asked.within.unit,
        duty_of=duty.holder,
        source=duty.source,
    )
    for each in clock_duties([clock]):
        yield structs.replace(each, where=where, done_where=duty.done_where, same="", waived_by=(), anywhere=True)


def as_duty(cadence: Cadence) -> Duty:
    """Return the duty to hold the meeting of a cadence. A meeting of its kind discharges it."""
    return Duty(
        id=cadence.id,
        label=cadence.label,
        holder=cadence.holder,
        done_by=(MEETING_HELD,),
        cite=cadence.cite,
        every=cadence.every,
        at_least=cadence.at_least,
        done_where={"body": cadence.body, "kind": cadence.kind},
        source=cadence.source,
    )

"""Statements on record that turn a matter: a finding that leads from one decision rule to the next, an objection."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from steerco.committee.decisions import ballot, tally, vote_course, voters
from steerco.committee.decisions.matter import PENDING, Matter
from steerco.records import Do, Line, Part, Text, party


class MatterFinding(Part, of="matter", name="findings"):
    """What somebody found of the matter, such as that consensus is exhausted."""

    matter: Mapped[str]
    who: Mapped[str] = party()
    finding: Mapped[str]
    at: Mapped[datetime]


@Matter.action(*PENDING)
def find(do: Do, m: Matter, *, finding: Line) -> None:
    """Find what leads the matter to its next decision rule; the finding stands on record."""
    route = tally.route_for(do.charter, m.body, m.class_)
    if route is None or route.when is None:
        do.out_of_order("no-route", *(route.cite if route is not None else ()))
    if m.goes_by:
        do.out_of_order("route-taken", *route.cite)
    if not voters.among(do, (route.when.by,)):
        do.out_of_order("finding-by", *route.cite, who=route.when.by)
    if finding != route.when.finding:
        do.invalid("finding", "not-one-of", known=[route.when.finding])
    do.add(m, MatterFinding(who=do.me(m.body), finding=finding, at=do.at))
    vote_course.turn(do, m, route.then)


@Matter.action(*PENDING, name="object")
def object_(do: Do, m: Matter, *, reason: Text | None = None) -> None:
    """Object: a vote against, openly. It is withdrawn by voting otherwise."""
    rule = ballot.vote_rule(do, m)
    facts = ballot.open_vote(do, m)
    if facts.hides:
        do.out_of_order("objection-is-open", *(facts.ballot.cite if facts.ballot is not None else rule.cite))
    against = next((name for name in facts.rule.takes if facts.rule.counts_as(name) == "against"), "")
    ballot.cast(do, m, against, reason)

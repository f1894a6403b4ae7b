"""The state of the membership on the day shown: whose turn it is, and who lost a right for not having taken part."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from steerco.committee.decisions.suspension import Look, Suspended, foreseen
from steerco.notifications.suspension_notices import AGENCY, informed
from steerco.web.pages.frame.visit import Cite, PartyLink, Visit

SECTION = "reading.people"


class TurnLine(NamedTuple):
    """A role that is held by turn: whose turn it is until its last day, and who comes next."""

    text: str
    holders: list[PartyLink]
    cites: list[Cite]


class SuspendedLine(NamedTuple):
    """A member who lost a right in a body since a day, or will from a day on; ``informed``: who is told of it first."""

    person: PartyLink
    text: str
    informed: str
    cites: list[Cite]


def turns(visit: Visit) -> list[TurnLine]:
    """Return whose turn it is, of each role that is held by turn."""
    found = []
    for rule in visit.regime.charter.rotations:
        now, (coming, first) = rule.turn(visit.shown), rule.following(visit.shown)
        told = {
            "role": visit.names(rule.role),
            "who": visit.names(now) if now else visit.say("word", "nobody"),
            "last": visit.date(first - timedelta(days=1)),
            "coming": visit.names(coming),
        }
        text = visit.say(SECTION, "turn", **told)
        if (after := rule.group_until(visit.shown)) is not None:
            together = ", ".join(visit.names(each) for each in rule.group(visit.shown))
            text = f"{text}. {visit.say(SECTION, 'turn_group', who=together, last=visit.date(after - timedelta(days=1)))}"
        holders = [PartyLink(one, visit.names.in_full(one)) for one in visit.day.holders(rule.role)]
        found.append(TurnLine(text, holders, visit.cites(rule.cite)))
    return found


def suspensions(visit: Visit) -> list[SuspendedLine]:
    """Return who has lost a right for not having taken part, or will after the days of notice, body by body. A rule that takes
    nothing has no line: whom it names is told (``notice_to``)."""
    charter, snapshot = visit.regime.charter, visit.tenant.snapshot
    if not charter.suspensions:
        return []
    look = Look(visit.session, visit.tenant.id, charter, visit.day, snapshot.local, snapshot.types["matter"])
    return [
        SuspendedLine(
            PartyLink(each.person, visit.names.in_full(each.person)),
            visit.say(
                SECTION,
                "suspended" if each.since <= visit.shown else "suspended_ahead",
                body=visit.names(body.id),
                lost=", ".join(visit.say(f"{SECTION}.lost", what) for what in each.rule.effect),
                since=visit.date(each.since),
            ),
            _informed(visit, each),
            visit.cites(each.rule.cite),
        )
        for body in charter.bodies
        for each in foreseen(look, body.id, visit.day.members(body.id))
        if each.rule.effect
    ]


def _informed(visit: Visit, each: Suspended) -> str:
    """Return who is told of it first, or to whom that falls where nobody can be told; empty where no rule has anybody told."""
    if not each.rule.notice.to:
        return ""
    told = informed(visit.authority, visit.day, each)
    who = ", ".join(visit.names.in_full(person) for person in told.whom) or visit.say("word", "nobody")
    if told.missing == AGENCY:
        return visit.say(SECTION, "told_no_agency", who=who)
    return visit.say(SECTION, "told_for" if told.missing else "told", who=who, party=visit.names(told.missing))

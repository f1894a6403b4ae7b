"""The structure of a committee on a day: its bodies with their seats and holders, who is absent, who acts for whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from steerco.charter.model import NOT_STATED
from steerco.policy.line import type_of
from steerco.web.pages.frame.values import facet
from steerco.web.pages.frame.visit import Cite, PartyLink, Visit

MEMBERS = 60
"""The number of holders of one role that are named; the records name all."""


class SeatRow(NamedTuple):
    """A seat, or a role without named seats, with who holds it. ``by_right`` is true where an office gives the seat."""

    label: str
    role: str
    cites: list[Cite]
    holders: list[PartyLink]
    agencies: list[str]
    office: str
    more: int = 0


class BodyRow(NamedTuple):
    """A body with its seats."""

    id: str
    label: str
    head: str
    assists: str
    cites: list[Cite]
    seats: list[SeatRow]
    people: int


class Acting(NamedTuple):
    """A succession: who acts while an officer is absent."""

    absent: str
    acts: str
    powers: list[str]
    cites: list[Cite]


def body_row(visit: Visit, id: str) -> BodyRow:
    charter, names = visit.regime.charter, visit.names
    body = charter.body(id)
    assert body is not None
    seats = [seat for role in charter.roles if role.body == id for seat in _seats(visit, role.id)]
    people = len({person.id for seat in seats for person in seat.holders}) + sum(seat.more for seat in seats)
    assists = names(body.assists) if body.assists else ""
    return BodyRow(
        id, visit.say.of(body.label), names(body.head) if body.head else "", assists, visit.cites(body.cite), seats, people
    )


def _seats(visit: Visit, role_id: str) -> list[SeatRow]:
    """Return the named seats of a role, and who holds the role without one of them."""
    charter, day = visit.regime.charter, visit.day
    role = charter.role(role_id)
    assert role is not None
    label, rows, seated = visit.say.of(role.label), [], set[str]()
    for seat in (seat for seat in charter.seats if seat.role == role_id):
        holders = day.holders(seat.id)
        seated.update(holders)
        office = visit.names(seat.office) if seat.office != NOT_STATED else ""
        shown_names = [visit.names(seat.agency)] if seat.agency != NOT_STATED else agencies_of(visit, holders)
        rows.append(
            SeatRow(
                visit.say.of(seat.label) or label, label, visit.cites(seat.cite), _people(visit, holders), shown_names, office
            )
        )
    others = [person for person in day.holders(role_id) if person not in seated]
    if others or not rows:
        shown_names, more = others[:MEMBERS], max(0, len(others) - MEMBERS)
        rows.append(
            SeatRow(label, label, visit.cites(role.cite), _people(visit, shown_names), agencies_of(visit, shown_names), "", more)
        )
    return rows


def _people(visit: Visit, ids: Iterable[str]) -> list[PartyLink]:
    """Return persons by office and own name: this is where one looks up who it is."""
    return [PartyLink(id, visit.names.in_full(id)) for id in dict.fromkeys(ids)]


def agencies_of(visit: Visit, people: object) -> list[str]:
    ids = [visit.day.agency(person) for person in people] if isinstance(people, list | tuple) else []
    return [visit.names(id) for id in dict.fromkeys(ids) if id]


def successions(visit: Visit) -> list[Acting]:
    names = visit.names
    return [
        Acting(names(rule.absent), names(rule.acts), [power_name(visit, power) for power in rule.powers], visit.cites(rule.cite))
        for rule in visit.regime.charter.successions
    ]


def power_name(visit: Visit, text: str) -> str:
    """Return ``matter.decide;class=ordinary`` in words; of ``document.report.sign`` the act alone."""
    named, *narrowed = text.split(";")
    act = f"{type_of(named)}.{named.rpartition('.')[2]}"
    aims = ", ".join(facet(visit, condition) for condition in narrowed)
    return f"{visit.say('action', act)} ({aims})" if aims else visit.say("action", act)


def absences(visit: Visit) -> list[tuple[str, list[PartyLink], list[PartyLink]]]:
    """(role, who is absent, who acts) of every officer recorded as absent on the day."""
    day = visit.day
    return [(visit.names(role), visit.parties(day.holders(role)), visit.parties(day.successors(role))) for role in day.absent]


def grants(visit: Visit) -> list[tuple[str, list[str], str, list[Cite]]]:
    """(who to whom, powers, until when, clauses) of every delegation that runs on the day."""
    say, names = visit.say, visit.names
    return [
        (
            say("overview", "grant", by=names(grant.by), to=names(grant.to)),
            sorted(say("action", p) if say.has("action", p) else say("facet-value", p) for p in grant.scope),
            visit.date(grant.last),
            visit.cites(grant.cites),
        )
        for grant in visit.day.grants
    ]

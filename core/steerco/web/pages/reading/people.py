"""Who holds what today, and who acts for whom: the structure of a committee, and the page of one person."""

from __future__ import annotations

from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.committee.members.people import Person
from steerco.i18n import alphabetical
from steerco.kernel import visibility
from steerco.policy.capacity import Capacity
from steerco.store import folding
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.visit import Cite, PartyLink, Visit, nothing_here, only_if, visiting
from steerco.web.pages.reading.duties import STATES, owed
from steerco.web.pages.reading.membership_lines import suspensions, turns
from steerco.web.pages.reading.structure import absences, body_row, grants, power_name, successions

SIZE = 40
DUTIES = 12


class ListedPerson(NamedTuple):
    """A person in the list: their name, the offices and seats that they hold, and where their page is."""

    name: str
    holds: list[str]
    href: str


class CapacityRow(NamedTuple):
    """A capacity of a person: their own, or that of acting for an officer, with what it carries (empty: all)."""

    label: str
    powers: list[str]
    cites: list[Cite]


@get("/t/{tenant:str}/people")
@showing
def people(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Bodies with their seats and holders, absences, and everybody, to be looked through by name."""
    with visiting(request, tenant) as visit:
        only_if(visit.at_large)
        sought = visit.query.text("q", 100)
        rows = people_named(visit, sought)
        return visit.render(
            "reading/people.html",
            "people",
            sought=sought,
            shown=cut(visit, rows, SIZE, ("people",), {"q": sought}),
            bodies=[] if sought else [body_row(visit, body.id) for body in visit.regime.charter.bodies],
            known=_seen(visit),
            turns=[] if sought else turns(visit),
            suspended=[] if sought else suspensions(visit),
            acting=successions(visit),
            absent=absences(visit),
            grants=grants(visit),
        )


def _seen(visit: Visit) -> frozenset[str]:
    """Return the persons whose page the reader may see."""
    return visibility.among(visit.authority, Person, visit.day.all.persons) | {visit.authority.actor}


def people_named(visit: Visit, sought: str) -> list[ListedPerson]:
    """Return the persons whose page the reader may see and whose name, office or seat is so called (all for an empty text): those
    with the marks that were typed first."""
    rows = [row for row in _rows(visit) if not sought or any(folding.holds(each, sought) for each in (row.name, *row.holds))]
    if folding.plain(sought) != folding.folded(sought):
        rows.sort(key=lambda row: not any(folding.exact(each, sought) for each in (row.name, *row.holds)))
    return rows


def _rows(visit: Visit) -> list[ListedPerson]:
    """Return the persons whose page the reader may see, by name."""
    seen = _seen(visit)
    found = [
        ListedPerson(visit.names.in_full(id), [party.name for party in holdings(visit, id)], visit.links.to("people", id))
        for id in visit.day.all.persons
        if id in seen
    ]
    return sorted(found, key=lambda row: alphabetical(row.name))


def holdings(visit: Visit, person: str) -> list[PartyLink]:
    """Return the offices, seats and roles that a person holds on the day, each named once."""
    day = visit.day
    seated = list(day.held_as(person, person))
    offices = [office for office in day.all.titles if person in day.holders(office)]
    others = sorted(day.roles(person) - {role for _, role in seated})
    return list({visit.names(id): visit.party(id) for id in (*offices, *(seat for seat, _ in seated), *others)}.values())


@get("/t/{tenant:str}/people/{person:str}")
@showing
def person(request: Anywhere, tenant: FromPath[str], person: FromPath[str]) -> Response[bytes]:
    """One person: seats, capacities, absences, duties."""
    with visiting(request, tenant) as visit:
        if person not in visit.day.all.persons or person not in _seen(visit):
            raise nothing_here()
        ledger = (
            [entry for entry in owed(visit, of=person) if entry.state in ("overdue", "due", "upcoming")] if visit.has_part else []
        )
        ledger.sort(key=lambda entry: (STATES.index(entry.state), entry.first))
        away = [absence for absence in visit.day.all.absences if absence.person == person and absence.last >= visit.shown]
        return visit.render(
            "reading/person.html",
            "people",
            name=visit.names.in_full(person),
            holds=holdings(visit, person),
            agency=visit.names(visit.day.agency(person)) if visit.day.agency(person) else "",
            capacities=[_capacity(visit, capacity) for capacity in visit.day.capacities(person)],
            away=[(visit.names(each.who), visit.date(each.first), visit.date(each.last)) for each in away],
            duties=ledger[:DUTIES],
            all_duties=visit.links.to("duties", of=person),
            related=visit.links.to("search", q=visit.names.personal(person)),
        )


def _capacity(visit: Visit, capacity: Capacity) -> CapacityRow:
    say, names = visit.say, visit.names
    if not capacity.acting_for:
        return CapacityRow(say("reading.people", "own"), names.of(sorted(visit.day.roles(capacity.person))), [])
    powers = list(dict.fromkeys(power_name(visit, power) for power in sorted(capacity.powers or ())))
    return CapacityRow(say("reading.people", "acting", who=names(capacity.acting_for)), powers, visit.cites(capacity.cites))

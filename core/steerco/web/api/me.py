"""Who the caller is here, and what may stand where an input names a party."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from steerco.charter.model import Label
from steerco.committee.members.directory import Day
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.policy.line import READ, RELATION
from steerco.store import folding
from steerco.web.api.bulk_reading import check_whole, computed
from steerco.web.api.questions import moment
from steerco.web.http.auth import Caller, entered
from steerco.web.http.list_forms import form_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.requests import QueryParams, next_offset
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import reading

SORTS = ("person", "role", "seat", "body", "agency", "office")
"""The sorts of parties, as inputs name them."""
MOST = 200


class SeatHeld(msgspec.Struct, frozen=True):
    """A seat or role that the caller has today: ``seat`` is empty where the charter names none."""

    seat: str
    role: str
    label: Label
    body: str
    agency: str


class CapacityOpen(msgspec.Struct, frozen=True):
    """A way in which the caller may act. ``name`` is what to send as ``capacity``; ``acting_for`` is the officer whose powers
    they are (empty: the caller's own), by the clauses in ``because``."""

    name: str
    acting_for: str
    label: Label
    because: tuple[str, ...]


class PowerOpen(msgspec.Struct, frozen=True):
    """An act that some line of the policy may grant the caller, and that the token is for; ``explain`` says whether it is granted
    on a certain record. ``because``: the clauses of those lines; ``by_tie``: the ties to a record on which alone it hangs."""

    action: str
    because: tuple[str, ...]
    by_tie: tuple[str, ...]


class Me(msgspec.Struct, frozen=True):
    """The person whom the token speaks for, as of the day ``on``; what the token is for, as of today."""

    person: str
    label: Label
    on: date
    revision: int
    token: str
    scopes: tuple[str, ...]
    seats: tuple[SeatHeld, ...]
    capacities: tuple[CapacityOpen, ...]
    powers: tuple[PowerOpen, ...]


@get("/me")
@reading
def me(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer who the token speaks for on a day (today): their seats, the ways to act, and the acts that may be theirs."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        at = params.day("at", 422)
        params.done()
        authority = _on(caller, at)
        content = Me(
            caller.person,
            Label(**authority.day.all.persons[caller.person]),
            authority.today,
            caller.tenant.snapshot.revision,
            caller.token.id,
            tuple(sorted(caller.token.scopes)),
            tuple(_seats(authority.day, caller.person)),
            tuple(_capacities(authority)),
            tuple(_powers(caller, authority)),
        )
    return tagged(request, content)


def _seats(day: Day, person: str) -> Iterator[SeatHeld]:
    labels = {role.id: role.label for role in day.charter.roles} | {seat.id: seat.label for seat in day.charter.seats}
    bodies = {role.id: role.body for role in day.charter.roles}
    for seat, role, agency in day.held(person):
        yield SeatHeld(seat, role, labels.get(seat) or labels.get(role) or Label(), bodies.get(role, ""), agency)


def _capacities(authority: Authority) -> Iterator[CapacityOpen]:
    labels = {role.id: role.label for role in authority.day.charter.roles}
    for role in sorted(authority.day.roles(authority.actor)):
        yield CapacityOpen(role, "", labels.get(role) or Label(), ())
    for capacity in authority.capacities:
        if capacity.acting_for:
            yield CapacityOpen(capacity.acting_for, capacity.acting_for, capacity.label, capacity.cites)


def _powers(caller: Caller, authority: Authority) -> Iterator[PowerOpen]:
    table = authority.regime.table
    held = table.closed(frozenset().union(*(capacity.roles for capacity in authority.capacities)))
    for name, kind in sorted(caller.tenant.snapshot.types.items()):
        for action in kind.acts().values():
            lines = [line for line in table.lines_for(name, action.name) if line.allow and caller.token.lets(action.id)]
            own = [line for line in lines if line.subject in held]
            ties = [line for line in lines if line.subject.startswith(RELATION)]
            if own or ties:
                clauses = dict.fromkeys(line.clause for line in own or ties)
                by_tie = () if own else tuple(dict.fromkeys(line.subject.removeprefix(RELATION) for line in ties))
                yield PowerOpen(action.id, tuple(clauses), by_tie)


class Party(msgspec.Struct, frozen=True):
    """One who or which an input can name. ``party`` is what the name means today (the seat of its one holder, say), empty where
    it has several meanings; ``holders``: the persons behind it whom the caller may see."""

    id: str
    sort: str
    label: Label
    party: str
    holders: tuple[str, ...]


class Parties(msgspec.Struct, frozen=True):
    """A page of the directory, by sort and id. ``next`` is what to send as ``after`` for the next page, none on the last."""

    on: date
    items: list[Party]
    next: str | None


@get("/parties")
@reading
def parties(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer what an input can name as a party on a day (today), and who holds it then: of persons, agencies and offices those
    that the caller sees, and all others."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        at = params.day("at", 422)
        sort, sought = params.choice("sort", SORTS), params.one("q") or ""
        if form := form_of(request):
            check_whole(params)
        page = params.offset(50, MOST)
        params.done()
        authority = caller.authority()
        persons = visibility.among(authority, caller.type("person"), authority.day.all.persons)
        then = _on(caller, at)
        rows = [row for row in _named(authority, then.day) if sort in ("", row[1]) and (row[1] != "person" or row[0] in persons)]
        fits = [row for row in rows if not sought or folding.holds(f"{row[0]} {row[2].vi} {row[2].en}", sought)]
        items = [_party(then.day, persons, *row) for row in (fits if form else fits[page])]
    if form:
        return computed("parties", items, Party, form)
    return tagged(request, Parties(then.today, items, next_offset(fits, page)))


def _on(caller: Caller, at: date | None) -> Authority:
    """Return the caller's authority on a day, today where none is given. Raises ``RequestError``."""
    return Authority(caller.tenant, caller.session, caller.person, moment(caller, at), caller.capacity)


def _named(authority: Authority, day: Day) -> Iterator[tuple[str, str, Label]]:
    """Yield every id of a day with its sort and label, sort by sort. Agencies and offices only as far as the actor may see them
    today."""
    types = authority.tenant.snapshot.types
    directory = day.all
    yield from ((id, "person", Label(**directory.persons[id])) for id in sorted(directory.persons))
    yield from ((role.id, "role", role.label) for role in day.charter.roles)
    yield from ((seat.id, "seat", seat.label) for seat in day.charter.seats)
    yield from ((body.id, "body", body.label) for body in day.charter.bodies)
    for sort, labels in (("agency", directory.agencies), ("office", directory.titles)):
        for id in sorted(visibility.among(authority, types[sort], labels)):
            yield id, sort, Label(**labels[id])


def _party(day: Day, persons: frozenset[str], id: str, sort: str, label: Label) -> Party:
    return Party(id, sort, label, day.resolve(id) or "", tuple(person for person in day.holders(id) if person in persons))


ROUTES = (me, parties)

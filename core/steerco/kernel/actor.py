"""An actor at a time: the charter in force, the actor's capacities and ties to a record, and the answer without its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, cached_property

from msgspec import structs
from sqlalchemy.orm import Session

from steerco.charter.model import Label
from steerco.committee.decisions import proxy
from steerco.configuration.regime import PLATFORM, Regime
from steerco.configuration.tenant import Tenant
from steerco.policy.capacity import Ask, Capacity, allowed
from steerco.policy.decision import Grounds, SubjectHolders
from steerco.policy.line import READ, RELATION, STATE
from steerco.policy.table import PowerRequest
from steerco.records import Any_, Held, Invalid, Listed, Record, Relation, Via, reason
from steerco.records.relation import Expression

Facets = frozenset[str]


@cache
def in_state(state: str) -> Facets:
    """Return the facets of reading a record in a state."""
    return frozenset({f"{STATE}={state}"})


class Actor:
    """One actor at one time in one tenant, inside one transaction."""

    def __init__(
        self, tenant: Tenant, session: Session, actor: str, at: datetime, capacity: str | None = None, seq: int = 0
    ) -> None:
        directory = tenant.directory(session, seq)
        snapshot = tenant.snapshot  # after the directory, which takes up a newer revision
        self.tenant, self.session, self.actor, self.asked = tenant, session, actor, capacity
        self.today = snapshot.local(at)
        self.standing = snapshot.standing(self.today)
        self.regime: Regime = snapshot.regime_on(self.today)
        self.day = directory.on(self.today, self.regime.charter)
        self.capacities = self._capacities(capacity)
        self.briefly = False
        self._ties: dict[tuple[str, str, str, frozenset[str]], bool] | None = None
        self._sight: dict[tuple[str, str, str, str], bool] = {}
        self._references: dict[tuple[str, str], Record | None] = {}

    def _capacities(self, asked: str | None) -> list[Capacity]:
        """Return all capacities of the actor, or the one asked for: an own role, or the officer acted for."""
        if self.actor != PLATFORM and self.actor not in self.day.all.persons:
            raise Invalid({"by": reason("no-person", given=self.actor)})
        found = self.day.capacities(self.actor) or [Capacity(self.actor)]
        if asked is None:
            return found
        if asked.startswith(proxy.CAPACITY):
            return found  # whose proxy somebody holds is seen when they vote
        own = found[0]
        barred = structs.replace(own, powers=frozenset())  # allows nothing; its bans hold all the same
        if asked in own.roles:
            keys = self.day.keys(self.actor, asked)
            narrowed = structs.replace(own, roles=self.day.subjects(self.actor, asked) | {asked}, keys=keys)
            return [narrowed, barred]
        chosen = [capacity for capacity in found if capacity.acting_for == asked]
        if not chosen:
            raise Invalid({"capacity": reason("no-capacity", known=self.known())})
        return [*chosen, barred]

    def known(self) -> list[str]:
        """Return the names of the capacities that can be asked for."""
        roles = sorted(role for role in self.day.roles(self.actor))
        acting = [capacity.acting_for for capacity in self.day.capacities(self.actor) if capacity.acting_for]
        return [*roles, *acting, *self._proxies()]

    def _proxies(self) -> list[str]:
        """Return the capacities in which the actor votes for those whose proxy the actor holds."""
        if not any(text.proxies for text in (self.regime.charter, *self.regime.layers)):
            return []
        return [f"{proxy.CAPACITY}{giver}" for giver in proxy.givers(self.session, self.tenant.id, self.actor)]

    def may(self, record: Record, act: str) -> bool:
        """Return the bare answer, for visibility: without reasons, a thousand times faster than Casbin's."""
        if self.actor == PLATFORM:
            return True
        if self._ties is None or record.id is None:
            return self._may(record, act)
        asked = (record.record_type, record.id, record.state, act)
        if asked not in self._sight:
            self._sight[asked] = self._may(record, act)
        return self._sight[asked]

    def _may(self, record: Record, act: str) -> bool:
        table, facets = self.regime.table, in_state(record.state) if act == READ else frozenset()
        lines = table.lines_for(record.record_type, act)
        if not any(line.subject.startswith(RELATION) for line in lines if not line.allow):
            near = self.asks(record, record.object, act, facets, self.capacities, near=True)
            if allowed(table, near, self.person_wide):
                return True  # a role or the record's own fields suffice: nothing else need be looked up
        return allowed(table, self.asks(record, record.object, act, facets, self.capacities), self.person_wide)

    def asks(
        self, record: Record, object: str, act: str, facets: Facets, capacities: list[Capacity], *, near: bool = False
    ) -> list[Ask]:
        """Return the request as each capacity would make it; only relations that some line on this act names are worked out.

        ``near``: only those that the record's own fields tell.
        """
        named = {
            line.subject for line in self.regime.table.lines_for(record.record_type, act) if line.subject.startswith(RELATION)
        }
        relations = {name: record.relations.get(name.removeprefix(RELATION)) for name in named}
        asks = []
        if self.asked is not None and self.asked.startswith(proxy.CAPACITY):
            cites = proxy.cite_of((self.regime.charter, *self.regime.layers), record.body)
            capacities = [structs.replace(capacity, cites=(*capacity.cites, *cites)) for capacity in capacities]
        for capacity in capacities:
            tied = {
                name
                for name, relation in relations.items()
                if relation is not None and (not near or relation.near) and self._tied(record, relation, capacity.keys)
            }
            asks.append(Ask(capacity, PowerRequest(capacity.roles | tied, record.body, object, act, facets)))
        return asks

    def _tied(self, record: Record, relation: Relation, keys: frozenset[str]) -> bool:
        """Return whether the relation holds; looked up once a record where its facts are kept (:meth:`keeping_ties`)."""
        if self._ties is None or record.id is None:
            return relation.expression.py(record, keys, self.session)
        tie = (record.record_type, record.id, relation.name, keys)
        if tie not in self._ties:
            self._ties[tie] = relation.expression.py(record, keys, self.session)
        return self._ties[tie]

    @contextmanager
    def keeping_ties(self) -> Iterator[None]:
        """Keep how records are tied to the actor, whether they are seen and what references name, while several questions are
        asked of them and nothing is written.
        """
        before = self._ties
        self.keep_ties()
        try:
            yield
        finally:
            self._ties = before
            if before is None:
                self._sight, self._references = {}, {}

    @contextmanager
    def deciding_briefly(self) -> Iterator[None]:
        """Decide meanwhile without asking what would turn a refusal: for a page that shows only where an act stands."""
        before, self.briefly = self.briefly, True
        try:
            yield
        finally:
            self.briefly = before

    def keep_ties(self) -> None:
        """Keep them from now on: the actor is asked about in one reading alone."""
        if self._ties is None:
            self._ties = {}

    @cached_property
    def person_wide(self) -> frozenset[str]:
        """The barred subjects that follow the person into every capacity: ties to the record, such as leading the work.

        Where one of the actor's own seats is asked for, the bans of all of them hold in it. They do not reach an officer who is
        acted for.
        """
        return self.regime.person_wide(asked=self.asked is not None and not self.capacities[0].acting_for)

    # What reasons are made of

    def grounds(self, cite: str) -> Grounds:
        """Return the basis of a clause by its id."""
        return self.regime.grounds(cite)

    def who(self, subject: str, record: Record | None = None) -> SubjectHolders:
        """Return the label of a line's subject, and the persons that it names on the day."""
        charter = self.regime.charter
        if subject.startswith(RELATION):
            return SubjectHolders(Label(), self._related(subject.removeprefix(RELATION), record))
        for group in charter.groups:
            if group.id == subject:
                return SubjectHolders(
                    group.label, tuple(dict.fromkeys(p for role in group.roles for p in self.day.holders(role)))
                )
        if (body := charter.body(subject)) is not None:
            return SubjectHolders(body.label, self.day.members(subject))
        named = charter.role(subject) or next((seat for seat in charter.seats if seat.id == subject), None)
        return SubjectHolders(named.label if named else Label(), self.day.holders(subject))

    def _related(self, name: str, record: Record | None) -> tuple[str, ...]:
        relation = record.relations.get(name) if record is not None else None
        if relation is None or record is None:
            return ()
        parties = self._tied_to(relation.expression, record)
        return tuple(dict.fromkeys(person for party in parties for person in self.day.holders(party)))

    def _tied_to(self, expression: Expression, record: Record) -> list[str]:
        """Return the parties that a record's own fields, and those of the record that it points to, name in an expression."""
        match expression:
            case Held():
                return [party] if (party := getattr(record, expression.field)) else []
            case Via() if (pointer := getattr(record, expression.field)) is not None:
                parent = self.tenant.snapshot.types[expression.parent].get(self.session, self.tenant.id, pointer)
                return self._tied_to(expression.inner, parent) if parent is not None and self.may(parent, "read") else []
            case Listed():
                return expression.parties(record)
            case Any_():
                return [party for part in expression.parts for party in self._tied_to(part, record)]
        return []

"""Decides every event of a log again, from the facts that it holds, under the policy of its own revision.

What is asked is whether the log's reasons are the policy's: the facts (who was what on the day) are taken from the event, the
answer is worked out anew, by our table and by Casbin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from steerco.charter.versions import InForce
from steerco.configuration.installation import APPLY, Installation
from steerco.configuration.regime import PLATFORM, Regime
from steerco.configuration.tenant import Tenant
from steerco.kernel.event import EventBody, decode
from steerco.policy.capacity import Ask, Capacity
from steerco.policy.decision import Considered, Decision, Facts, SubjectHolders
from steerco.policy.explain import decide
from steerco.policy.table import PowerRequest
from steerco.store import log
from steerco.store.tenant_status import TOLD

Progress = Callable[[int, int], None]


class Difference(Struct, frozen=True):
    """One thing in which an event is not what comes out when it is decided, or performed, again."""

    seq: int
    action: str
    what: str
    logged: str
    again: str


class Replayed(Struct, frozen=True):
    """The result of a replay: the number of events, the number decided again, and the differences."""

    events: int
    decided: int
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        return not self.differences


def replay(installation: Installation, slug: str, progress: Progress = lambda done, total: None) -> Replayed:
    """Decide every event of the tenant's log again. Raises ``NoTenant``."""
    tenant = installation.tenant(slug)
    under = {tenant.snapshot.revision: tenant}
    differences: list[Difference] = []
    bodies: dict[int, EventBody] = {}
    decided = 0
    with tenant.store.read(tenant.id) as session:
        total = log.head(session).seq
        for row in log.entries(session):
            body = decode(row["body"])
            if not row["caused_by"]:
                bodies.clear()  # what follows from an act stands right behind it
            bodies[row["seq"]] = body
            number = row["revision"]
            if number not in under:
                under[number] = installation.under(slug, number)
            again = _again(under[number], row, body, bodies)
            if again is not None:
                decided += 1
                differences += _compared(row, body, again)
            progress(row["seq"], total)
    return Replayed(total, decided, tuple(differences))


def _again(tenant: Tenant, row: dict[str, Any], body: EventBody, bodies: dict[int, EventBody]) -> EventBody | None:
    """Return the body that the event should have by its decision; None for an event that is no act."""
    if row["action"] == APPLY or row["action"] in TOLD:
        return None
    if row["caused_by"]:  # by right of what it follows from
        return bodies.get(row["caused_by"], EventBody())
    if row["person"] == PLATFORM:
        return EventBody(basis="platform", because=(f"{PLATFORM}:{row['action']}",))
    day = tenant.snapshot.local(row["at"])
    standing = tenant.snapshot.standing(day)
    if not isinstance(standing, InForce):
        return EventBody(basis="no version of the charter is in force for certain on that day")
    return _decided(tenant.snapshot.regime(standing.charter, day), body)


def on_its_facts(regime: Regime, body: EventBody) -> list[Decision]:
    """Return the decisions on the facts that an event holds, by our table, one for each aim: it is allowed only if all are."""
    facts = body.facts
    barred = regime.person_wide(asked=body.asked_capacity is not None and not body.acting_for)
    aims, capacities = facts.aims or (facts.facets,), facts.capacities or (NOBODY,)
    every = [[_ask(each, facts, frozenset(aim)) for each in capacities] for aim in aims]
    return [decide(regime.table, asks, clauses=regime.grounds, who=_nobody, person_wide=barred) for asks in every]


def _decided(regime: Regime, body: EventBody) -> EventBody:
    """Return the decision on the event's facts: allowed only if it is for every aim, by our table and by Casbin alike."""
    facts = body.facts
    for aim in facts.aims or (facts.facets,):
        asks = [_ask(each, facts, frozenset(aim)) for each in facts.capacities or (NOBODY,)]
        if any(_by_table(regime, ask) != _by_casbin(regime, ask) for ask in asks):
            return EventBody(basis="our table and Casbin differ: report this as a fault of the program")
    decisions = on_its_facts(regime, body)
    if refused := [decision for decision in decisions if not decision.allowed]:
        return EventBody(
            basis=f"{refused[0].outcome}, {refused[0].basis}", because=tuple(each.clause for each in refused[0].because)
        )
    clauses = dict.fromkeys(each.clause for decision in decisions for each in decision.because)
    return EventBody(basis=decisions[0].basis, because=tuple(clauses), acting_for=decisions[0].acting_for)


NOBODY = Considered("", "", (), None, (), allowed=False)
"""The capacity of an event that names none: it has no power."""


def _nobody(subject: str) -> SubjectHolders:
    """Return nobody: whom a refusal would name is not asked."""
    return SubjectHolders()


def _ask(considered: Considered, facts: Facts, aim: frozenset[str]) -> Ask:
    powers = None if considered.powers is None else frozenset(considered.powers)
    capacity = Capacity(considered.person, acting_for=considered.acting_for, cites=considered.cites, powers=powers)
    return Ask(capacity, PowerRequest(frozenset(considered.subjects), facts.body, facts.object, facts.act, aim))


def _by_table(regime: Regime, ask: Ask) -> bool:
    r = ask.request
    return regime.table.allows(r.subjects, r.body, r.object, r.act, r.facets)


def _by_casbin(regime: Regime, ask: Ask) -> bool:
    r = ask.request
    return regime.engine.enforce(r.subjects, r.body, r.object, r.act, r.facets)


def _compared(row: dict[str, Any], logged: EventBody, again: EventBody) -> Iterator[Difference]:
    pairs = (
        ("basis", logged.basis, again.basis),
        ("because", ", ".join(logged.because), ", ".join(again.because)),
        ("acting for", logged.acting_for, again.acting_for),
    )
    for what, before, after in pairs:
        if before != after:
            yield Difference(row["seq"], row["action"], what, before, after)

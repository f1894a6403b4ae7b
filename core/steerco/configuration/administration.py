"""Who may change a tenant's configuration: ``[administration]`` of ``tenant.toml``.

It names roles, groups or bodies of the charter, never persons. Whoever may apply risky changes may apply harmless ones; changing
``[administration]`` is itself risky (see ``risk``), so nobody can give themselves a power that they have not. A tenant without it
is changed by its operator alone, who works with the files and the database and whom no setting could hold back; the revision
says that it was the operator.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from steerco.charter.model import Charter, Label
from steerco.committee.members.directory import Day
from steerco.configuration.regime import PLATFORM, Regime
from steerco.configuration.risk import Weight
from steerco.configuration.settings import Administration
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.policy.decision import Decision, Facts, Who

OBJECT, ACT = "configuration", "apply"
ORDER = f"{PLATFORM}:administration"
"""The platform's order that says who may: ``[administration]`` of the tenant."""


def decide(tenant: Tenant, session: Session, person: str, weight: Weight, today: date) -> Decision:
    """Return whether the person may apply a change of this weight to the tenant as it is configured now."""
    snapshot = tenant.snapshot
    regime = snapshot.regime_on(today)
    day = tenant.directory(session).on(today, regime.charter)
    closed = regime.table.closed(day.subjects(person))
    chosen = next((subject for subject in subjects(snapshot.settings.administration, weight) if subject in closed), "")
    facts = Facts(tuple(sorted(day.roles(person))), facets=(f"weight={weight}",), object=OBJECT, act=ACT)
    because = regime.reasons((ORDER,))
    if chosen and person in day.all.persons:
        return Decision("done", "platform", because, capacity=chosen, facts=facts, revision=snapshot.revision)
    able = may(snapshot, day, regime, weight)
    return Decision("refused", "platform", because, facts=facts, who_may=able, revision=snapshot.revision)


def may(snapshot: Snapshot, day: Day, regime: Regime, weight: Weight) -> tuple[Who, ...]:
    """Return who may apply a change of this weight, with the people on the day."""
    charter = regime.charter
    return tuple(
        Who(subject, _label(charter, subject), _people(day, charter, subject), "")
        for subject in subjects(snapshot.settings.administration, weight)
    )


def subjects(administration: Administration, weight: Weight) -> tuple[str, ...]:
    """Return who may apply a change of this weight."""
    light = administration.harmless if weight == "harmless" else ()
    return tuple(dict.fromkeys((*light, *administration.risky)))


def _label(charter: Charter, subject: str) -> Label:
    labels = {row.id: row.label for rows in (charter.roles, charter.groups, charter.bodies) for row in rows}
    return labels.get(subject, Label())


def _people(day: Day, charter: Charter, subject: str) -> tuple[str, ...]:
    """Return the persons whom a subject names on the day."""
    if charter.body(subject):
        return day.members(subject)
    roles = next((group.roles for group in charter.groups if group.id == subject), (subject,))
    return tuple(dict.fromkeys(person for role in roles for person in day.holders(role)))

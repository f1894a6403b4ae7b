"""Enters a tenant's first people through the kernel, as acts of the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from steerco.config.people import Name, People
from steerco.configuration.installation import Seed
from steerco.configuration.snapshot import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.perform import perform
from steerco.store.tables import Event

Act = tuple[str, dict[str, Any]]
Progress = Callable[[int, int, str], None]
"""Told after each step: how many are done, of how many, and what the step was."""


def seeding(progress: Progress = lambda done, total, what: None) -> Seed:
    """Return the seed that enters a new tenant's people through the kernel.

    One that was cut off goes on where it stopped: each act is one event, beside what follows from it, after the one that
    applied the tenant. Of two that run at once each act is done by one, and the other gets its answer.
    """

    def seed(tenant: Tenant, people: People, at: datetime) -> None:
        todo = list(acts(people, tenant.snapshot.local(at)))
        with tenant.store.read(tenant.id) as session:
            roots = select(func.count()).where(Event.tenant_id == tenant.id, Event.caused_by.is_(None))
            done = max((session.scalar(roots) or 0) - 1, 0)
        for number, (action, given) in enumerate(todo[done:], done + 1):
            perform(tenant, PLATFORM, action, input=given, at=at, key=f"onboarding-{number}")
            progress(number, len(todo), action)

    return seed


def acts(people: People, day: date) -> Iterator[Act]:
    """The acts that put ``people.toml`` on record, parents before children; ``day`` is the first day where none is given."""
    for agency in _parents_first(people):
        yield "agency.add", _given(id=agency.id, name=_names(agency.name), parent=agency.parent, kind=agency.kind)
    for office in people.offices:
        yield "office.add", _given(id=office.id, title=_names(office.title), agency=office.agency)
    for person in people.persons:
        yield (
            "person.add",
            _given(
                id=person.id,
                name=person.name.vi or person.name.en,
                name_en=person.name.en,
                email=person.email,
                attrs={key: str(value) for key, value in person.attrs.items()},
            ),
        )
    for each in people.appointments:
        start = each.since or day
        yield (
            "appointment.appoint",
            {
                "from": start,
                **_given(
                    person=each.person,
                    seat=each.seat,
                    office=each.office,
                    agency=each.agency,
                    to=each.until,
                    instrument=each.instrument,
                ),
            },
        )


def _parents_first(people: People) -> list[Any]:
    waiting = {agency.id: agency for agency in people.agencies}
    ordered: list[Any] = []
    while waiting:
        ready = [agency for agency in waiting.values() if agency.parent not in waiting]
        for agency in ready or list(waiting.values()):
            ordered.append(waiting.pop(agency.id))
    return ordered


def _names(name: Name) -> dict[str, str]:
    return {"vi": name.vi or name.en, "en": name.en or name.vi}


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", None, {})}

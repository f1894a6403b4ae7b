"""Enters a tenant's first people through the kernel, as acts of the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from steerco.config.findings import Finding
from steerco.config.people import Name, People, PersonRow
from steerco.configuration.installation import NotApplied, Seed
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.i18n import DEFAULT, words
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.stopped_words import why
from steerco.records import Invalid, Stopped
from steerco.store.tables import Event


class OnboardingAct(NamedTuple):
    """One row of ``people.toml`` as an act: what it is done with, where it stands, and what it is called there.

    ``needs`` are the ids that it refers to, ``makes`` the id that it brings (empty: none).
    """

    action: str
    input: dict[str, Any]
    line: int
    place: str
    makes: str = ""

    @property
    def needs(self) -> set[str]:
        return {str(self.input[name]) for name in ("person", "office", "agency", "parent") if name in self.input}


Progress = Callable[[int, int, str], None]
"""Told after each step: how many are done, of how many, and what the step was."""


def seeding(progress: Progress = lambda done, total, what: None) -> Seed:
    """Return the seed that enters a new tenant's people through the kernel.

    One that was cut off goes on where it stopped: each act is one event, beside what follows from it, after the one that
    applied the tenant. Of two that run at once each act is done by one, and the other gets its answer. Every row that cannot be
    entered is told, less those that refer to one that was told already: the seed raises ``NotApplied``.
    """

    def seed(tenant: Tenant, people: People, at: datetime) -> None:
        todo = list(acts(people, tenant.snapshot.local(at)))
        with tenant.store.read(tenant.id) as session:
            roots = select(func.count()).where(Event.tenant_id == tenant.id, Event.caused_by.is_(None))
            done = max((session.scalar(roots) or 0) - 1, 0)
        findings: list[Finding] = []
        lacking: set[str] = set()
        for number, act in enumerate(todo[done:], done + 1):
            if lacking & act.needs:
                continue
            try:
                perform(tenant, ActRequest(PLATFORM, act.action, input=act.input, at=at, key=f"onboarding-{number}"))
            except Stopped as error:
                lacking.add(act.makes)
                messages = [f"{act.place}: {message}" for message in _why(error)]
                findings += [Finding(people.file, act.line, "not-entered", message) for message in messages]
            progress(number, len(todo), act.action)
        if findings:
            raise NotApplied(tenant.snapshot.slug, sorted(findings))

    return seed


def _why(error: Stopped) -> list[str]:
    """Why an act was not done, in words, one text a field."""
    say = words(DEFAULT)
    if isinstance(error, Invalid):
        return [f"{path}: {say.reason(why)}" if path else say.reason(why) for path, why in error.fields.items()]
    return [why(error, say)]


def acts(people: People, day: date) -> Iterator[OnboardingAct]:
    """Yield the acts that put ``people.toml`` on record, parents before children; ``day`` is the first day where none is
    given."""
    for agency in _parents_first(people):
        input = _present(id=agency.id, name=_names(agency.name), parent=agency.parent, kind=agency.kind)
        yield OnboardingAct("agency.add", input, agency.line, f"agency '{agency.id}'", agency.id)
    for office in people.offices:
        input = _present(id=office.id, title=_names(office.title), agency=office.agency)
        yield OnboardingAct("office.add", input, office.line, f"office '{office.id}'", office.id)
    for person in people.persons:
        yield OnboardingAct("person.add", _person(person), person.line, f"person '{person.id}'", person.id)
    for appointment in people.appointments:
        input = _present(person=appointment.person, seat=appointment.seat, office=appointment.office, agency=appointment.agency)
        days = {"from": appointment.since or day, **_present(to=appointment.until, instrument=appointment.instrument)}
        yield OnboardingAct("appointment.appoint", {**input, **days}, appointment.line, f"appointment of '{appointment.person}'")


def _person(person: PersonRow) -> dict[str, Any]:
    return _present(
        id=person.id,
        name=person.name.vi or person.name.en,
        name_en=person.name.en,
        email=person.email,
        attrs={key: str(value) for key, value in person.attrs.items()},
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


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", None, {})}

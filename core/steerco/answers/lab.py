"""A lab: a committee in a store of its own, as of a day, in which acts are tried and nothing stays.

Example: ``Lab.of_files(scratch, "water-board", content, at)`` is the committee as its files would make it;
``lab.performed([LabAct("an", "appointment.appoint", {...})])`` does the acts one after the other in a copy and tells how each
came out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy.orm import Session

from steerco.answers.findings import TriedAct, cited
from steerco.charter.model import Label
from steerco.committee.members.appointment import Appointment
from steerco.committee.members.directory import Day, Directory
from steerco.config.people import AgencyRow, AppointmentRow, Name, OfficeRow, People, PersonRow
from steerco.configuration.home import ZONE
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM, Regime
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.explain import explain
from steerco.kernel.perform import perform
from steerco.operations.onboarding import acts
from steerco.operations.scratch import Scratch, empty
from steerco.operations.standing_copy import standing_copy
from steerco.policy.decision import Decision
from steerco.records import Invalid, OutOfOrder, Refused, Stopped
from steerco.store.engine import Store

NEWCOMER = "newcomer"
"""Anybody without a seat: one person of the lab stands for all of them."""
TODAY, YESTERDAY, LATER = "<today>", "<yesterday>", "<later>"


class LabAct(Struct, frozen=True):
    """An act to be tried. ``ends`` names the person and place of the appointment that it is on, where it is on one.

    An input may say ``TODAY``, ``YESTERDAY`` or ``LATER`` for the day of the act, the day before and a day after every chain.
    """

    by: str
    action: str
    input: dict[str, Any]
    ends: tuple[str, str] = ("", "")

    @property
    def key(self) -> str:
        return f"{self.by} {self.action} {sorted(self.input.items())} {self.ends}"


HORIZON = 14
"""``LATER`` is so many days after the day of the lab: after every chain that is looked at, and the same for all of them."""
TRIALS = 8
"""So many copies of the lab are kept as they are after acts in a row, to go on from there."""


class LabTrial(NamedTuple):
    """Acts that were done one after the other in a copy of the lab, up to one that was stopped, if one was."""

    acts: tuple[LabAct, ...]
    lab: Lab
    done: tuple[TriedAct, ...]


@dataclass
class Lab:
    """One committee of a scratch installation, at one time; ``left`` says what of its files was set aside."""

    installation: Installation
    slug: str
    at: datetime
    tried: int = 0
    left: tuple[Label, ...] = ()
    _free: list[Store] = field(default_factory=list)
    _trials: list[LabTrial] = field(default_factory=list)

    @classmethod
    def of_files(cls, scratch: Scratch, slug: str, content: Mapping[str, str], at: datetime) -> Lab:
        """Return the committee as its files would make it. Raises ``NotApplied``."""
        start = _midnight(at, _zone(content, slug))
        store = scratch.store({slug: content}, {slug: start})
        return cls(scratch.installation(store), slug, at)._begun()

    @classmethod
    def of_running(cls, tenant: Tenant, directory: Directory, at: datetime) -> Lab:
        """Return a committee like one that runs: its configuration, and the people who are in its directory on that day, by their
        ids alone. Raises ``NotApplied`` where this release could not begin a committee with these files."""
        snapshot = tenant.snapshot
        people, day = people_of(directory, snapshot.local(at)), snapshot.local(at)

        def seed(lab: Tenant, _: People, when: datetime) -> None:
            for act in acts(people, day):
                with suppress(Stopped):  # what stands there by acts of another time, and could not be entered today
                    perform(lab, ActRequest(PLATFORM, act.action, input=act.input, at=when))
            for absence in (each for each in directory.absences if day <= each.last):
                away = {"who": absence.who, "from": str(absence.first), "to": str(absence.last)}
                with suppress(Stopped):
                    perform(lab, ActRequest(PLATFORM, "officer-absence.record", input=away, at=when))

        installation = Installation(empty())
        start = _midnight(at, snapshot.settings.zone)
        why = "to try acts"
        installation.apply(snapshot.slug, snapshot.content, at=start, who=PLATFORM, why=why, seed=seed)
        return cls(installation, snapshot.slug, at)._begun()

    @classmethod
    def of_records(cls, tenant: Tenant, session: Session, at: datetime) -> Lab:
        """Return a committee as it stands, with its records and its log. Raises ``TooManyRows``."""
        return cls(Installation(standing_copy(tenant, session, at)), tenant.snapshot.slug, at)._begun()

    def _begun(self) -> Lab:
        newcomer = {"id": NEWCOMER, "name": NEWCOMER}
        if NEWCOMER not in self.day.all.persons:
            perform(self.tenant, ActRequest(PLATFORM, "person.add", input=newcomer, at=self.at))
            self.__dict__.pop("day", None)
        return self

    @property
    def tenant(self) -> Tenant:
        return self.installation.tenant(self.slug)

    @property
    def snapshot(self) -> Snapshot:
        return self.tenant.snapshot

    @cached_property
    def regime(self) -> Regime:
        return self.snapshot.regime_on(self.snapshot.local(self.at))

    @cached_property
    def day(self) -> Day:
        """The directory on the day of the lab."""
        tenant = self.tenant
        with tenant.store.read(tenant.id) as session:
            return tenant.directory(session).on(tenant.snapshot.local(self.at), self.regime.charter)

    def ask(self, by: str, action: str, input: Mapping[str, Any], at: datetime | None = None) -> Decision | None:
        """Return the kernel's decision on an act that nobody does; None for an act that cannot be asked about so."""
        tenant = self.tenant
        self.tried += 1
        with tenant.store.read(tenant.id) as session:
            try:
                return explain(tenant, session, ActRequest(by, action, at or self.at, input=input))
            except Stopped:
                return None

    def performed(self, acts: Iterable[LabAct]) -> tuple[tuple[TriedAct, ...], Day]:
        """Do the acts in a copy, one a day from the lab's day on, until one is stopped.

        Return each as it came out, and the directory on the day of the last. (One a day, since who takes a seat today cannot be
        replaced in it before tomorrow.)
        """
        acts, last = tuple(acts), self.day.day + timedelta(days=HORIZON)
        trial = self._begun_trial(acts)
        while trial is None or (len(trial.acts) < len(acts) and trial.done[-1].outcome == "done"):
            number = len(trial.acts) if trial else 0
            copy = self._copy_of(trial.lab if trial else self)
            copy.at = self.at + timedelta(days=number)
            done = copy._one(acts[number], last)
            self.tried += 1
            trial = self._keep(LabTrial(acts[: number + 1], copy, (*(trial.done if trial else ()), done)))
        return trial.done, trial.lab.day

    def _begun_trial(self, acts: tuple[LabAct, ...]) -> LabTrial | None:
        """Return the kept trial that did most of these acts from the first on: many chains begin with the same acts."""
        fits = [trial for trial in self._trials if trial.acts == acts[: len(trial.acts)]]
        found = max(fits, key=lambda trial: len(trial.acts), default=None)
        if found is not None:
            self._trials.remove(found)
            self._trials.append(found)
        return found

    def _keep(self, trial: LabTrial) -> LabTrial:
        self._trials.append(trial)
        while len(self._trials) > TRIALS:
            self.give_back(self._trials.pop(0).lab)
        return trial

    def forget_trials(self) -> None:
        """Give back what is kept of chains that were tried, as where the lab itself changes."""
        while self._trials:
            self.give_back(self._trials.pop().lab)

    def _one(self, act: LabAct, last: date) -> TriedAct:
        tenant, today = self.tenant, self.snapshot.local(self.at)
        on = self._appointment(*act.ends) if act.ends[0] else None
        days = {TODAY: today, YESTERDAY: today - timedelta(days=1), LATER: last}
        given = {name: str(days.get(value, value)) if isinstance(value, str) else value for name, value in act.input.items()}
        try:
            done = perform(tenant, ActRequest(act.by, act.action, self.at, on=on, input=given))
        except Refused as stopped:
            outcome, because = stopped.outcome, tuple(each.clause for each in stopped.decision.because)
        except (OutOfOrder, Invalid) as stopped:
            outcome, because = stopped.outcome, stopped.cites
        except Stopped as stopped:
            outcome, because = stopped.outcome, ()
        else:
            outcome, because = "done", tuple(each.clause for each in done.decision.because)
        return TriedAct(act.by, act.action, given, outcome, cited(self.regime, because), act.ends[0])

    def absent(self, who: str, first: date, last: date) -> None:
        """Suppose that an officer is away on these days. Raises ``Invalid`` and ``OutOfOrder`` where that cannot be."""
        away = {"who": who, "from": str(first), "to": str(last)}
        perform(self.tenant, ActRequest(PLATFORM, "officer-absence.record", input=away, at=self.at))
        self.forget_trials()
        self.__dict__.pop("day", None)

    def copy(self) -> Lab:
        """Return the same in a store of its own, to be given back once what was tried there is read."""
        return self._copy_of(self)

    def _copy_of(self, lab: Lab) -> Lab:
        store = self._free.pop() if self._free else Store.memory()
        store.copy_from(lab.installation.store)
        installation = Installation(store)
        installation.take_over(lab.installation, [self.slug])
        return Lab(installation, self.slug, lab.at)

    def give_back(self, copy: Lab) -> None:
        """Keep the store of a copy for the next one."""
        self._free.append(copy.installation.store)

    def _appointment(self, person: str, place: str) -> str | None:
        tenant = self.tenant
        with tenant.store.read(tenant.id) as session:
            of = (Appointment.person == person, Appointment.state == "held")
            for row in Appointment.read(session, Appointment.those(tenant.id, *of)):
                if place in (row.seat, row.office):
                    return row.id
        return None

    def close(self) -> None:
        """Give its stores back."""
        self.forget_trials()
        for store in (self.installation.store, *self._free):
            store.close()


def people_of(directory: Directory, on: date) -> People:
    """Return the people of a directory on a day, as the file of a new committee names them, without personal names."""
    held = [holding for holding in directory.holdings if holding.runs(on)]
    agencies = tuple(
        AgencyRow(id, Name(**name), directory.parents.get(id, ""), directory.sorts.get(id, ""))
        for id, name in directory.agencies.items()
    )
    return People(
        agencies=agencies,
        offices=tuple(OfficeRow(id, Name(**directory.titles.get(id, {})), agency) for id, agency in directory.offices.items()),
        persons=tuple(PersonRow(id, Name(id, id)) for id in directory.persons),
        appointments=tuple(AppointmentRow(h.person, h.seat, h.office, h.agency, h.first, h.last) for h in held),
    )


def _zone(content: Mapping[str, str], slug: str) -> ZoneInfo:
    try:
        return ZoneInfo(tomllib.loads(content[f"tenants/{slug}/tenant.toml"]).get("time_zone", ZONE))
    except (KeyError, ValueError, TypeError):
        return ZoneInfo(ZONE)


def _midnight(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(at.astimezone(zone), time.min, zone)

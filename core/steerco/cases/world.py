"""A fresh tenant for a case: seeded once, copied in milliseconds, with what the case's ``given`` adds."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import tomlkit

from steerco.cases import channels
from steerco.cases.grammar import Case, moment
from steerco.committee import record_types
from steerco.config.findings import errors
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.configuration.regime import PLATFORM
from steerco.configuration.settings import Settings
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.operations import onboarding
from steerco.operations.scratch import Scratch, empty
from steerco.policy.line import READ, Line
from steerco.records import Record
from steerco.store.engine import Store
from steerco.store.lru_cache import LRUCache, Same

LONG_AGO = date(2000, 1, 1)
Begun = tuple[Same[Settings], date, str]
"""By what a case's snapshot is known again: of which settings it was made, the day, and what the case gives."""
SPANS = ("day", "days", "calendar day", "calendar days", "working day", "working days", "week", "weeks")
"""How a case says by what time passes, after a number."""


seed = onboarding.seeding()
"""Enters the people of ``people.toml``, as the platform."""


class Stores:
    """Where worlds get their stores from: in memory, unless tests give another kind.

    A store that is given back is used again: what its engine has compiled is a third of what a case takes (measured).
    """

    def __init__(self) -> None:
        self._free: list[Store] = []

    def empty(self) -> Store:
        """Return a store with every table and no row."""
        return empty()

    def copy(self, template: Store) -> Store:
        """Return a store with the same content, to be changed apart."""
        store = self._free.pop() if self._free else Store.memory()
        store.copy_from(template)
        return store

    def complete(self, store: Store) -> None:
        """Make the tables that were declared since the store was made: those of a plugin that is tried out."""
        store.create_schema()

    def address(self, store: Store) -> dict[str, str]:
        """Return what another process has to have in its environment, beside the store's folder, to open it."""
        return {}

    def give_back(self, store: Store) -> None:
        """Take a copy that nobody uses any more."""
        shutil.rmtree(store.folder / "files", ignore_errors=True)
        self._free.append(store)


stores = Stores()
"""Where this process gets the stores from in which something is tried out; whoever tests on another database names another."""


@dataclass
class Worlds:
    """Makes a fresh world for each case. The first case seeds a template, the others copy it.

    ``instead``: snapshots to run under in place of the home's, by tenant: how a changed rule is tried. ``scratch``: where a
    template is kept beyond this process.
    """

    home: Home
    instead: dict[str, Snapshot] = field(default_factory=dict)
    stores: Stores = field(default_factory=Stores)
    scratch: Scratch = field(default_factory=Scratch)
    _templates: dict[tuple[str, ...], Installation] = field(default_factory=dict)
    _begun: LRUCache[Begun, Snapshot] = field(default_factory=lambda: LRUCache(64))

    def world(self, slug: str, case: Case) -> World:
        """Return a fresh installation with the tenant, and every other that the case's steps name."""
        slugs = channels.tenants(case, slug)
        template = self._template(tuple(sorted(slugs)))
        installation = Installation(self.stores.copy(template.store))
        installation.take_over(template, slugs)
        now = moment(case.at, installation.tenant(slug).snapshot.settings.zone)
        for other in slugs:
            tenant = installation.tenant(other)
            configured = self.instead.get(other, tenant.snapshot).numbered(tenant.snapshot.revision)
            tenant.snapshot = self._as_given(configured, case.given, now)
        world = World(installation, slug, now, case)
        world.prepare()
        return world

    def _as_given(self, configured: Snapshot, given: Mapping[str, Any], now: datetime) -> Snapshot:
        """Return the tenant's snapshot as begun on the day of the case, with the plugins and layers that the case gives: the
        same one for every case that gives the same."""
        without, more, settings = given.get("without", ()), given.get("with", ()), given.get("settings", {})
        begun = configured.local(now)
        key = Same(configured.settings), begun, repr((configured.revision, configured.digest, without, more, settings))
        known = None if self.instead else self._begun.get(key)
        if known is None:
            plugged = replugged(configured, without, more, settings)
            known = replace(lessened(plugged, set(without)), settings=replace(plugged.settings, kept_from=begun), _regimes={})
            if not self.instead:
                self._begun.put(key, known)
        return known

    def configured(self, slug: str, case: Case) -> Snapshot:
        """Return the case's committee as it is configured, before ``given`` changes anything."""
        template = self._template(tuple(sorted(channels.tenants(case, slug))))
        return self.instead.get(slug) or template.tenant(slug).snapshot

    def _template(self, slugs: tuple[str, ...]) -> Installation:
        if slugs not in self._templates:
            start = {slug: moment(LONG_AGO, self.home.zone(slug)) for slug in slugs}
            store = self.scratch.store({slug: self.home.content(slug) for slug in slugs}, start, self.stores.empty)
            self._templates[slugs] = self.scratch.installation(store)
        return self._templates[slugs]


@dataclass
class World:
    """An installation in which one case happens. ``now`` moves with ``advance``; ``named`` are the records that steps named."""

    installation: Installation
    slug: str
    now: datetime
    case: Case
    named: dict[str, tuple[str, str]] = field(default_factory=dict)
    last: Done | None = None

    def tenant(self, slug: str = "") -> Tenant:
        return self.installation.tenant(slug or self.slug)

    def prepare(self) -> None:
        """Add to the tenant what ``given`` says: people, absences, channels."""
        given = self.case.given
        tenant = self.tenant()
        for person in given.get("people", ()):
            for id in numbered(person):
                self._enter(tenant, id, person)
        for absence in self._absences(tenant):
            perform(tenant, ActRequest(PLATFORM, "officer-absence.record", input=absence, at=self.now))
        for offering, accepting in channels.pairs(self.case, self.slug):
            channels.open_channel(self.installation, offering, accepting, self.now)

    def _absences(self, tenant: Tenant) -> list[dict[str, Any]]:
        """Return who is away from when to when: what a case tells of one person in several spans that meet is one absence."""
        absences: list[dict[str, Any]] = []
        with tenant.store.read(tenant.id) as session:
            for each in sorted(self.case.given.get("absent", ()), key=lambda each: each["from"]):
                first, last = each["from"], each.get("to", each["from"] + timedelta(days=3650))
                day = tenant.directory(session).on(first, tenant.snapshot.regime_on(first).charter)
                who = day.holders(day.resolve(each["who"]) or each["who"])
                same = next((known for known in absences if known["person"] == who and known["to"] >= first), None)
                if same is not None:
                    same["to"] = max(same["to"], last)
                else:
                    absences.append({"person": who, "who": each["who"], "from": first, "to": last})
        return [{name: value for name, value in each.items() if name != "person"} for each in absences]

    def carry(self) -> None:
        """Carry what is under way between this world's committees."""
        channels.carry(self.installation, channels.tenants(self.case, self.slug), self.now)

    def _enter(self, tenant: Tenant, id: str, person: Mapping[str, Any]) -> None:
        attrs = dict(person.get("attrs", {}))
        agency = person.get("agency") or attrs.pop("agency", None)
        office = person.get("office") or attrs.pop("office", None)
        if agency and agency not in self._agencies(tenant):
            perform(
                tenant,
                ActRequest(PLATFORM, "agency.add", input={"id": agency, "name": {"vi": agency, "en": agency}}, at=self.now),
            )
        extra = {"attrs": {key: str(value) for key, value in attrs.items()}} if attrs else {}
        perform(
            tenant, ActRequest(PLATFORM, "person.add", input={"id": id, "name": person.get("name", id), **extra}, at=self.now)
        )
        seat = person.get("role") or person.get("seat")
        for held in ({"seat": seat, "agency": agency}, {"office": office}):
            fields = {name: value for name, value in held.items() if value}
            if fields.keys() & {"seat", "office"}:
                span = {"from": person.get("from", LONG_AGO), **({"to": person["to"]} if "to" in person else {})}
                appoint = ActRequest(PLATFORM, "appointment.appoint", input={"person": id, **fields, **span}, at=self.now)
                place = perform(tenant, appoint)
                if interests := person.get("declared_interest"):
                    by_holder = ActRequest(id, "appointment.disclose", input={"interests": interests}, on=place.id, at=self.now)
                    perform(tenant, by_holder)

    def _agencies(self, tenant: Tenant) -> Mapping[str, Any]:
        with tenant.store.read(tenant.id) as session:
            return tenant.directory(session).agencies

    def record(self, session: Any, tenant: Tenant, name: str) -> Record:
        """Return the record that a step named, or that has this reference."""
        type, id = self.named[name] if name in self.named else self._by_ref(session, tenant, name)
        id = channels.here(tenant, type, id)
        found = tenant.snapshot.types[type].get(session, tenant.id, id)
        if found is None:
            raise LookupError(f"no record {name!r}")
        session.refresh(found)
        return found

    def _by_ref(self, session: Any, tenant: Tenant, name: str) -> tuple[str, str]:
        for type, table in tenant.snapshot.types.items():
            found = session.scalar(table.those(tenant.id, table.ref == name).with_only_columns(table.id))
            if found:
                return type, found
        raise LookupError(f"no record {name!r}; a step names one with as or finds")

    def advance(self, by: date | datetime | str) -> None:
        """Let time pass: to a day (its morning), or by a number of days, working days or weeks. Raises ``LookupError``."""
        snapshot = self.tenant().snapshot
        if not isinstance(by, str):
            target = moment(by, snapshot.settings.zone)
            if snapshot.local(target) < snapshot.local(self.now):
                raise LookupError(f"advance: it is {snapshot.local(self.now)} already, and time only goes on")
            self.now = target
            return
        count, _, unit = by.partition(" ")
        if not count.isdecimal() or unit not in SPANS:
            raise LookupError(f"advance: {by!r} is none; write a day, or a number of days, working days or weeks")
        if unit.startswith("working"):
            self.now = moment(snapshot.calendar.add(snapshot.local(self.now), int(count)), snapshot.settings.zone)
        else:
            self.now += timedelta(days=int(count) * (7 if unit.startswith("week") else 1))


def numbered(person: Mapping[str, Any]) -> list[str]:
    """``m1`` … ``m20`` for an entry with a count, else its id."""
    count = person.get("count")
    return [f"{person['id']}{each}" for each in range(1, count + 1)] if count else [person["id"]]


def replugged(
    snapshot: Snapshot, without: Sequence[str], more: Sequence[str], settings: Mapping[str, Mapping[str, Any]]
) -> Snapshot:
    """Return a snapshot with plugins switched off and on, made anew from its files: a plugin that is off takes its layers,
    policy lines, rules and calendar with it. ``settings`` go before those of the files. What has been changed in the snapshot's
    charter, house rules and policy lines stays.

    Raises ``LookupError`` where the files do not hold together so.
    """
    had = snapshot.settings.plugins
    added = [name for name in dict.fromkeys(more) if name not in had]
    wanted = [*(name for name in had if name not in without), *added]
    changed = {name: given for name, given in settings.items() if name in wanted}  # another committee of the case may lack it
    if wanted == list(had) and not changed:
        return snapshot
    path = f"tenants/{snapshot.slug}/tenant.toml"
    document = tomlkit.parse(snapshot.content[path])
    document["plugins"] = wanted
    kept = document.setdefault("settings", tomlkit.table())
    for name, given in changed.items():
        kept[name] = {**kept.get(name, {}), **given}
    loaded = load(snapshot.slug, {**snapshot.content, path: tomlkit.dumps(document)}, record_types())
    if loaded.snapshot is None:
        raise LookupError("; ".join(str(finding) for finding in errors(loaded.findings)))
    policies = {
        name: (*(line for line in lines if line.plugin not in without), *(line for line in made if line.plugin in added))
        for (name, lines), made in zip(snapshot.policies.items(), loaded.snapshot.policies.values(), strict=True)
    }
    return replace(
        loaded.snapshot,
        charters=snapshot.charters,
        house=snapshot.house,
        former=snapshot.former,
        policies=policies,
        revision=snapshot.revision,
        _regimes={},
    )


def lessened(snapshot: Snapshot, without: set[str]) -> Snapshot:
    """Return a snapshot with some layers switched off: laws by id, ``house`` for the house rules. What plugins' rules rest on
    goes with the rules, and so does each power that such a layer gives; not who reads what, or nothing could be tried on any
    record.
    """
    laws = tuple(law for law in snapshot.laws if law.instrument.id not in without)
    house, former = (None, ()) if "house" in without else (snapshot.house, snapshot.former)
    gone = tuple(f"{name}:" for name in without)
    rules = {
        action: kept
        for action, judged in snapshot.circle.rules.items()
        if (kept := tuple((seat, rule) for seat, rule in judged if not any(cite.startswith(gone) for cite in rule.cite)))
    }
    lines = _less(snapshot, without, gone) if without else snapshot.policies
    return replace(
        snapshot, laws=laws, house=house, former=former, circle=snapshot.circle.ruled(rules), policies=lines, _regimes={}
    )


def _less(snapshot: Snapshot, without: set[str], gone: tuple[str, ...]) -> dict[str, tuple[Line, ...]]:
    """Return the policies less the lines by which layers that are off let somebody act."""
    houses = [each for each in (snapshot.house, *snapshot.former) if each and "house" in without]
    own = {clause.id for each in houses for clause in each.clauses}
    return {
        name: tuple(line for line in lines if line.act == READ or not (line.clause in own or line.clause.startswith(gone)))
        for name, lines in snapshot.policies.items()
    }

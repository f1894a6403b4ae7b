"""The effect of a tenant's new files, and the people it concerns: powers, clauses, seats, rules, and the dates of duties.

Pattern: a comparison of two snapshots, ``before`` and ``after``, in parts of one immutable ``Plan``; nothing is written::

    result = plan(tenant, session, after, date(2026, 12, 1))
    result.gained, result.refused     # policy lines that people gain; reasons why an apply would refuse

Rule: ``steerco tenant plan`` shows all that ``apply`` does or refuses; both use the same checks (``safety``, ``risk``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from msgspec import Struct
from sqlalchemy.orm import Session

from steerco.changes.register_changes import register_changes
from steerco.changes.settings_changes import own_file, settings_changes
from steerco.changes.whose_powers import Touched, touched
from steerco.charter.diff import CharterChange, diff
from steerco.charter.model import Charter, Label
from steerco.charter.versions import possible_from
from steerco.configuration.plugin_contributions import stood
from steerco.configuration.risk import Weighed, Weight, heaviest, weigh
from steerco.configuration.safety import Hazard, Stranded, hazards, stranded
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.kernel.duty_ledger import DutyEntry, entries
from steerco.policy.line import RELATION, Line

CLAUSES = frozenset({"clause", "heading", "citation", "instrument"})
SEATS = frozenset({"body", "role", "group", "seat", "succession"})
DUTIES = frozenset({"duty", "cadence"})


class LineChange(Struct, frozen=True):
    """A policy line that is gained or lost; ``people`` hold its subject today (none for a relation, which the record tells)."""

    subject: str
    label: Label
    people: tuple[str, ...]
    body: str
    object: str
    act: str
    facets: str
    effect: str
    clause: str
    file: str


class RuleChange(Struct, frozen=True):
    """A row of a charter, of house rules or of a law that is added, removed or changed; ``text`` says it in words."""

    instrument: str
    what: str
    table: str
    name: str
    text: str
    cite: tuple[str, ...]


class DatedChange(Struct, frozen=True):
    """Something owed whose due day or state would be another, or that would be owed no more, or anew (empty: not owed)."""

    duty: str
    holder: str
    period: str
    record: str
    due_on: date | None
    new_due_on: date | None
    state: str
    new_state: str


class Switch(Struct, frozen=True):
    """A plugin or a law that is switched on (``added``) or off (``removed``), or set otherwise (``changed``).

    ``judged`` are the acts that the rules of a plugin that is switched off judge no longer; ``missing`` that it does not run
    here, so that these acts are refused until then.
    """

    what: str
    name: str
    text: str = ""
    judged: tuple[str, ...] = ()
    missing: bool = False


class ChangeRisk(Struct, frozen=True):
    """What a change leads to: a ``chain`` of acts by which somebody comes to something, ``dead-ends``, ``conflicts``.

    ``code`` and ``params`` are those of the finding (none for a chain), ``level`` how much it weighs.
    """

    kind: str
    text: Label
    cite: tuple[str, ...]
    code: str = ""
    params: dict[str, str] = {}
    level: str = "warning"


class Plan(Struct, frozen=True):
    """The effect of an apply. ``revision`` is the one in use (0: never applied), ``next`` the one that would follow.

    ``gained`` and ``lost`` are lines of the policy, ``persons`` the people whose own powers change by lines, roles or seats;
    ``refused`` the reasons against the apply; ``weight`` the power it takes, and ``risky`` the changes that need it;
    ``consequences`` and ``mends`` what was tried out beside (``steerco.answers``): what would be new, and what would be no more;
    ``untried`` why that was not tried, where it was not.
    """

    slug: str
    revision: int
    next: int
    files: dict[str, str]
    gained: tuple[LineChange, ...] = ()
    lost: tuple[LineChange, ...] = ()
    clauses: tuple[RuleChange, ...] = ()
    seats: tuple[RuleChange, ...] = ()
    duties: tuple[RuleChange, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    dates: tuple[DatedChange, ...] = ()
    settings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    persons: tuple[Touched, ...] = ()
    stranded: tuple[Stranded, ...] = ()
    plugins: tuple[Switch, ...] = ()
    laws: tuple[Switch, ...] = ()
    weight: Weight = "harmless"
    risky: tuple[Weighed, ...] = ()
    refused: tuple[Hazard, ...] = ()
    consequences: tuple[ChangeRisk, ...] = ()
    mends: tuple[ChangeRisk, ...] = ()
    untried: str = ""


def first(slug: str, after: Snapshot, people: int) -> Plan:
    """Return the plan of a tenant that was never applied: everything is new, so it is only counted."""
    charters = after.charters
    counts = {
        "versions": len(charters),
        "clauses": sum(len(charter.clauses) for charter in charters),
        "powers": sum(len(lines) for lines in after.policies.values()),
        "duties": sum(len(charter.duties) + len(charter.cadences) for charter in charters),
        "house rules": len(after.house.clauses) if after.house else 0,
        "people": people,
    }
    return Plan(slug, 0, 1, dict.fromkeys(sorted(after.content), "new"), counts=counts)


def plan(tenant: Tenant, session: Session, after: Snapshot, today: date, *, correct: bool = False) -> Plan:
    """Return the changes that applying ``after`` would make, seen from ``today`` in the tenant's zone.

    ``correct``: as a correction of files (see ``safety.hazards``).
    """
    tenant = tenant.at(session)
    before = tenant.snapshot
    if before.digest == after.digest:
        return Plan(before.slug, before.revision, before.revision, {})
    files = changed(before.content, after.content)
    weighed = weigh(before.slug, before.content, after.content)
    rulings = list(_rulings(before, after))
    lost, gained = _powers(tenant, session, before, today, after), _powers(tenant, session, after, today, before)

    def of(tables: Iterable[str]) -> tuple[RuleChange, ...]:
        return tuple(ruling for ruling in rulings if ruling.table in tables)

    return Plan(
        slug=before.slug,
        revision=before.revision,
        next=before.revision + 1,
        files=files,
        gained=gained,
        lost=lost,
        clauses=of(CLAUSES),
        seats=of(SEATS),
        duties=of(DUTIES),
        rules=tuple(ruling for ruling in rulings if ruling.table not in CLAUSES | SEATS | DUTIES),
        dates=_dates(tenant, session, after, today),
        settings=tuple(settings_changes(before, after)),
        notes=tuple(_notes(before, after, files, today)),
        persons=tuple(touched(tenant.directory(session), before, after, today)),
        stranded=tuple(stranded(tenant, session, after, today)),
        plugins=tuple(_plugins(before, after)),
        laws=tuple(_laws(before, after)),
        weight=heaviest(weighed),
        risky=tuple(change for change in weighed if change.weight == "risky"),
        refused=tuple(hazards(tenant, session, after, today, correct=correct)),
    )


def _plugins(before: Snapshot, after: Snapshot) -> Iterable[Switch]:
    was, is_ = before.settings.plugins, after.settings.plugins
    could = stood(before)
    for name in (name for name in was if name not in is_):
        missing = name in before.circle.absent
        acts = before.circle.closed(name) if missing else could[name].judged
        every = "nobody knows which acts its rules judged, so that every act is refused until then" if acts is None else ""
        yield Switch("removed", name, every, tuple(sorted(acts or ())), missing)
    yield from (Switch("added", name) for name in is_ if name not in was)
    old, new = own_file(before).get("settings", {}), own_file(after).get("settings", {})
    for name in (name for name in is_ if name in was):
        set_, unset = new.get(name, {}), old.get(name, {})
        differences = [
            f"{key}: {unset.get(key)} becomes {set_.get(key)}" for key in {**unset, **set_} if unset.get(key) != set_.get(key)
        ]
        if differences:
            yield Switch("changed", name, "; ".join(differences))
    if set(was) == set(is_) and was != is_:
        yield Switch("changed", ", ".join(is_), "in another order")


def _laws(before: Snapshot, after: Snapshot) -> Iterable[Switch]:
    was = {law.instrument.id: law for law in before.laws}
    is_ = {law.instrument.id: law for law in after.laws}
    yield from (Switch("removed", id, str(law.instrument.title)) for id, law in was.items() if id not in is_)
    for id, law in is_.items():
        if id not in was:
            yield Switch("added", id, f"{law.instrument.title}, in force from {law.instrument.effective}")
        elif law.digest != was[id].digest:
            yield Switch("changed", id, str(law.instrument.title))


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return the files that differ, each as new, gone or changed."""
    kinds = {}
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            kinds[path] = "new" if path not in before else "gone" if path not in after else "changed"
    return kinds


def _rulings(before: Snapshot, after: Snapshot) -> Iterable[RuleChange]:
    was, is_ = _instruments(before), _instruments(after)
    for id in dict.fromkeys([*was, *is_]):
        if id not in is_:
            yield RuleChange(id, "removed", "instrument", id, "no longer configured", ())
        elif id not in was:
            yield from _newly(before, is_[id])
        else:
            yield from (_ruling(id, change) for change in diff(was[id], is_[id]))
    for what, name, text, cites in register_changes(before, after):
        yield RuleChange("registers", what, "register", name, text, cites)


def _newly(before: Snapshot, new: Charter) -> Iterable[RuleChange]:
    """Yield a new version, and its differences from the version that it replaces."""
    paper = new.instrument
    former = [
        charter
        for charter in (*before.charters, *before.beside)
        if charter.instrument.kind == paper.kind and not charter.instrument.apart and possible_from(charter) < possible_from(new)
    ]
    old = None if paper.apart else max(former, key=possible_from, default=None)
    instead = f", in place of {old.instrument.id}" if old else ""
    yield RuleChange(paper.id, "added", "instrument", paper.id, f"in force from {paper.effective}{instead}", paper.cite)
    if old:
        yield from (_ruling(paper.id, change) for change in diff(old, new) if change.table not in ("instrument", "policy"))


def _instruments(snapshot: Snapshot) -> dict[str, Charter]:
    return {charter.instrument.id: charter for charter in (*snapshot.charters, *snapshot.beside)}


def _ruling(instrument: str, change: CharterChange) -> RuleChange:
    return RuleChange(instrument, change.what, change.table, change.name, change.text, change.cite)


def _powers(tenant: Tenant, session: Session, of: Snapshot, today: date, against: Snapshot) -> tuple[LineChange, ...]:
    """Return the lines that the other snapshot lacks in that file (without such a file: anywhere), with today's holders."""
    fields_by_file = {file: {line.fields for line in lines} for file, lines in against.policies.items()}
    every = set[tuple[str, ...]]().union(*fields_by_file.values())
    charter = of.regime_on(today).charter
    day = tenant.directory(session).on(today, charter)

    def people(subject: str) -> tuple[str, ...]:
        if subject.startswith(RELATION):
            return ()
        roles = next((group.roles for group in charter.groups if group.id == subject), (subject,))
        bodies = day.members(subject) if charter.body(subject) else ()
        return tuple(dict.fromkeys([*bodies, *(person for role in roles for person in day.holders(role))]))

    return tuple(
        _power(line, charter, people(line.subject))
        for file, lines in of.policies.items()
        for line in lines
        if line.fields not in fields_by_file.get(file, every)
    )


def _power(line: Line, charter: Charter, people: tuple[str, ...]) -> LineChange:
    labels = {
        **{seat.id: seat.label for seat in charter.seats},
        **{role.id: role.label for role in charter.roles},
        **{group.id: group.label for group in charter.groups},
        **{body.id: body.label for body in charter.bodies},
    }
    label = labels.get(line.subject, Label())
    return LineChange(line.subject, label, people, *line.fields[1:], file=line.source.file)


def _dates(tenant: Tenant, session: Session, after: Snapshot, today: date) -> tuple[DatedChange, ...]:
    """Return the lines of today's ledger that would differ."""

    def keyed(of: Tenant) -> dict[tuple[str, str, str, int], DutyEntry]:
        return {(line.duty, line.holder, line.period, line.event): line for line in entries(of, session, today)}

    was, is_ = keyed(tenant), keyed(replace(tenant, snapshot=after, load=None, _directory=None))
    changes = []
    for key in dict.fromkeys([*was, *is_]):
        old, new = was.get(key), is_.get(key)
        entry = old or new
        if entry is None or (old and new and (old.due_on, old.state) == (new.due_on, new.state)):
            continue
        due, new_due = old.due_on if old else None, new.due_on if new else None
        states = old.state if old else "", new.state if new else ""
        changes.append(DatedChange(entry.duty, entry.holder, entry.period, entry.record, due, new_due, *states))
    return tuple(changes)


def _notes(before: Snapshot, after: Snapshot, files: Mapping[str, str], today: date) -> Iterable[str]:
    if any(path.startswith(f"tenants/{before.slug}/") and path.endswith("people.toml") for path in files):
        yield (
            "people.toml was read when the tenant was first applied and is not read again: "
            "enter who is new by person.add and appointment.appoint"
        )
    instruments = _instruments(before)
    for id, version in _instruments(after).items():
        if id not in instruments and id not in after.origin and possible_from(version) <= today:
            since = version.instrument.effective
            yield f"{id} counts from {since}: acts decided since then stand as they were decided"

"""Checks against changes that must not be applied: those that would strand who or what is there, or rewrite what acts were
decided under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steerco.charter.all_rules import name_of
from steerco.charter.diff import CharterChange, diff
from steerco.charter.load import TABLES
from steerco.charter.model import Charter, Label, Source
from steerco.charter.versions import InForce, possible_from
from steerco.committee.members.directory import Day
from steerco.configuration.regime import PLATFORM
from steerco.configuration.register_hazards import FieldInUse, fields_in_use
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.records import Record
from steerco.store.tables import Event

SHOWN = 20
"""How many records one hazard names; its text says how many there are."""
MANY = 1000
"""How many acts are counted; beyond that it makes no difference."""
SAID = ("label", "heading", "gloss", "text")
"""The fields of a row that tell what it is called or shows its wording, and decide nothing."""
BY = ("issuer", "place", "adopted_by")
NAMED = ("unreadable", "legal_bases", "proposers", "recipients")
"""The particulars of the paper, beside its title and date, that decide nothing: texts, and lists."""


class Hazard(Struct, frozen=True, order=True):
    """A reason why a configuration must not be applied as it is.

    ``file`` and ``line`` locate it (a removed row: in the revision in use); ``do`` is the way on; ``records`` are the references
    of the records that would be stranded.
    """

    file: str
    line: int
    code: str
    message: str
    do: str
    records: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""  # what is gone with its file stands nowhere
        return f"{place}{self.message} [{self.code}]; {self.do}"


class Stranded(Struct, frozen=True):
    """What a change leaves without a place from ``on``: ``what`` (seat, party, body, type, kind, state) of the name ``name``,
    and the persons or records that have it."""

    what: str
    name: str
    on: date
    people: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    count: int = 0
    source: Source = Source()


def hazards(tenant: Tenant, session: Session, after: Snapshot, today: date, *, correct: bool = False) -> list[Hazard]:
    """Return every reason against applying ``after`` to the tenant today.

    ``correct``: the files are corrected to the paper, which never changed; versions in force may then change.
    """
    dangers = [_hazard(item) for item in stranded(tenant, session, after, today) if item.on == today]
    dangers += [_field_in_use(item) for item in fields_in_use(session, tenant.id, tenant.snapshot, after)]
    if isinstance(tenant.snapshot.standing(today), InForce) and not isinstance(after.standing(today), InForce):
        path = f"tenants/{after.slug}/tenant.toml"
        dangers.append(
            Hazard(path, 1, "no-version", f"no version of the charter would be in force on {today}", "keep one that is")
        )
    if not correct:
        dangers += _rewritten(tenant, session, after, today)
    return sorted(dangers)


# What would be stranded


def stranded(tenant: Tenant, session: Session, after: Snapshot, today: date) -> list[Stranded]:
    """Return the persons and records that would lose their place: today, and on each day on which a version takes over."""
    items = [*_without_type(tenant, session, after, today)]
    reported: set[tuple[str, str]] = set()
    for day in [today, *_turns(tenant.snapshot, after, today)]:
        for item in _on(tenant, session, after, day):
            if (item.what, item.name) not in reported:
                reported.add((item.what, item.name))
                items.append(item)
    return items


def _turns(before: Snapshot, after: Snapshot, today: date) -> list[date]:
    """Return the days to come on which a version begins that is not in use as it is."""
    digests = {charter.digest for charter in before.charters}
    return sorted({possible_from(c) for c in after.charters if c.digest not in digests and possible_from(c) > today})


def _on(tenant: Tenant, session: Session, after: Snapshot, day: date) -> Iterator[Stranded]:
    directory = tenant.directory(session)
    old, new = tenant.snapshot.regime_on(day).charter, after.regime_on(day).charter
    was, is_ = directory.on(day, old), directory.on(day, new)
    seats: dict[str, list[str]] = {}
    for holding in directory.holdings:
        ends = holding.last is not None and holding.last < day
        if holding.seat and not ends and was.fills(holding.seat) and not is_.fills(holding.seat):
            seats.setdefault(holding.seat, []).append(holding.person)
    for seat, people in seats.items():
        yield Stranded("seat", seat, day, tuple(dict.fromkeys(people)), count=len(people), source=_source(old, seat))
    gone = _voiceless(was, is_)
    bodies = {body.id for body in old.bodies} - {body.id for body in new.bodies}
    for type in tenant.snapshot.types.values():
        if type.record_type in after.types:
            yield from _naming(tenant, session, type, gone, bodies, day, old)


def _voiceless(was: Day, is_: Day) -> set[str]:
    """Return the parties in whose name somebody can act, and nobody could after."""
    names = {*was.all.agencies, *was.all.offices, *(seat.id for seat in was.charter.seats), *(r.id for r in was.charter.roles)}
    named = names | {body.id for body in was.charter.bodies}
    mute = {party for party in named if was.holders(party) and not is_.holders(party)}
    return mute | {party for party in named if was.names(party) and not is_.names(party)}


def _naming(
    tenant: Tenant, session: Session, type: type[Record], gone: set[str], bodies: set[str], day: date, old: Charter
) -> Iterator[Stranded]:
    """Yield the open records of a type that name a party that goes, or are a body's that goes."""
    for field, names in [*((name, gone) for name in _columns(type)), ("body", bodies)]:
        for name in sorted(names):
            conditions = [type.tenant_id == tenant.id, *type.own(), type.state.in_(open_states(type)), type.names(field, name)]
            for item in _counted(session, type, conditions, f"{type.record_type}.{field}", name, day):
                yield structs.replace(item, source=_source(old, name))


def _columns(type: type[Record]) -> list[str]:
    return [name for name in type.columns() if name.rstrip("_") in type.party_fields()]


def open_states(type: type[Record]) -> tuple[str, ...]:
    """Return the states in which a record still waits for something: some action leads on from them."""
    return tuple(state for state in type.states if any(state in act.states and act.to for act in type.actions.values()))


def _without_type(tenant: Tenant, session: Session, after: Snapshot, today: date) -> Iterator[Stranded]:
    """Records of a type, a kind or a state that is no more."""
    for name, type in tenant.snapshot.types.items():
        conditions = [type.tenant_id == tenant.id, *type.own()]
        later = after.types.get(name)
        if later is None:
            yield from _counted(session, type, [*conditions, type.state.in_(open_states(type))], "type", name, today)
            continue
        for state in [removed for removed in type.states if removed not in later.states]:
            yield from _counted(session, type, [*conditions, type.state == state], "state", f"{name} {state}", today)
        for kind in [removed for removed in type.kinds if removed not in later.kinds]:
            of_kind = [*conditions, type.state.in_(open_states(type)), type.kind == kind]  # type: ignore[attr-defined]  # has kinds
            yield from _counted(session, type, of_kind, "kind", f"{name}.{kind}", today)


def _counted(session: Session, type: type[Record], conditions: list[Any], what: str, name: str, day: date) -> Iterator[Stranded]:
    if count := session.scalar(select(func.count()).select_from(type.table).where(*conditions)):
        refs = session.scalars(select(type.ref).where(*conditions).order_by(type.id).limit(SHOWN))
        yield Stranded(what, name, day, records=tuple(refs), count=count)


def _source(charter: Charter, name: str) -> Source:
    """Return where a seat, role or body stands; else where its charter begins."""
    rows: tuple[Any, ...] = (*charter.seats, *charter.roles, *charter.bodies)
    return next((row.source for row in rows if row.id == name), Source(charter.file, 1))


def _hazard(item: Stranded) -> Hazard:
    file, line = item.source.file, item.source.line
    if item.what == "seat":
        who = ", ".join(item.people[:SHOWN])
        message = f"{item.name!r} is still held by {who} and would be gone"
        return Hazard(file, line, "role-held", message, f"keep it, or end the appointment first (appointment.end): {who}")
    refs = ", ".join(item.records[:3]) + (f" and {item.count - 3} more" if item.count > 3 else "")
    if item.what in ("type", "kind", "state"):
        records = "1 record is" if item.count == 1 else f"{item.count} records are"
        message = f"{records} of the {item.what} {item.name!r}, which would be gone: {refs}"
        return Hazard("", 0, f"{item.what}-in-use", message, "bring them to an end first, or keep what they need", item.records)
    type, _, field = item.what.partition(".")
    message = f"{item.count} open records ({type}: {refs}) name {item.name!r} as {field}, for whom nobody could act"
    do = "bring them to an end or give them to another first, or keep the seat"
    return Hazard(file, line, "body-in-use" if field == "body" else "party-in-use", message, do, item.records)


def _field_in_use(item: FieldInUse) -> Hazard:
    refs = ", ".join(item.records[:3]) + (f" and {item.count - 3} more" if item.count > 3 else "")
    message = f"{item.name!r} {item.why}, and {item.count} records hold something in it: {refs}"
    do = "keep it as it is; take it out of what actions set, where nothing is to be written there any more; add a field beside"
    return Hazard(item.source.file, item.source.line, "field-in-use", message, do, item.records)


# A version in force


def _rewritten(tenant: Tenant, session: Session, after: Snapshot, today: date) -> Iterator[Hazard]:
    """Yield the changes to versions of charter, house rules and laws that are or were in force and under which acts were decided.

    A plugin's instruments go by its release, not by these files.
    """
    before = tenant.snapshot
    later = {charter_.instrument.id: charter_ for charter_ in (*after.charters, *after.beside)}
    for version, start, ends in _dated(before):
        kind = "law" if version.instrument.apart else version.instrument.kind
        new = later.get(version.instrument.id)
        changes = diff(deciding(version), deciding(new)) if new is not None else []
        if start > today or (new is not None and not changes) or not (acts := _decided(tenant, session, start, ends)):
            continue
        since = f"{version.instrument.id} is in force since {version.instrument.effective}, decided under it: {acts}"
        if new is None:
            yield Hazard(version.file, 1, "version-removed", since, KEEP[kind])
            continue
        for change in changes:
            source = _row(new, change) or _row(version, change) or Source(new.file, 1)
            yield Hazard(source.file, source.line, "version-rewritten", f"{since}; {change}", f"{AMEND[kind]}; {CORRECT}")


def _dated(snapshot: Snapshot) -> Iterator[tuple[Charter, date, date | None]]:
    """Yield every version that the tenant's files hold, with the first day on which it can be in force and that of the next."""
    starts = [possible_from(charter) for charter in snapshot.charters]
    for charter, start in zip(snapshot.charters, starts, strict=True):
        yield charter, start, min((later for later in starts if later > start), default=None)
    own = [layer for layer in snapshot.beside if layer.instrument.id not in snapshot.origin]
    for span in (span for span in snapshot.spans() if any(span.charter is layer for layer in own)):
        yield span.charter, span.since, span.until + timedelta(days=1) if span.until else None


CORRECT = "if the paper always said so and only the file was wrong, `tenant apply --correct --why …`"
AMEND = {
    "charter": "put it into a version of its own, with its own day of effect, and add that to `charters`",
    "house": "put it into a file of its own, with its own id and day of effect; name that as `house`, this one in `former_house`",
    "law": "put it into a law of its own, with its own id and day of effect, that `supersedes` this one, and add that to `laws`",
}
KEEP = {
    "charter": "keep it in `charters`; a version ends by a later one",
    "house": "keep it in `former_house`; house rules end by later ones",
    "law": "keep it in `laws`; a law ends by a later one that `supersedes` it",
}
"""How one goes on, by the kind of the instrument."""


def _decided(tenant: Tenant, session: Session, first: date, end: date | None) -> str:
    """Return the number of people's acts on the days of a version, in words; empty for none."""
    zone = tenant.snapshot.settings.zone
    conditions: list[Any] = [
        Event.tenant_id == tenant.id,
        Event.person != PLATFORM,
        Event.at >= datetime.combine(first, time(), zone),
    ]
    if end is not None:
        conditions.append(Event.at < datetime.combine(end, time(), zone))
    count = len(session.scalars(select(Event.seq).where(*conditions, Event.type.is_not(None)).limit(MANY + 1)).all())
    return f"more than {MANY} acts" if count > MANY else f"{count} act{'s' if count > 1 else ''}" if count else ""


def deciding(charter: Charter) -> Charter:
    """Return a charter less what only names or shows: its labels, headings, forms of citation, glosses and wording, and the
    paper's particulars.

    The policy is weighed apart (``risk``): it is the program's reading of the charter, has no version and no day of its own, and
    nothing of a day gone by follows from it, since each act's event names the revision that it was decided under.
    """
    paper = charter.instrument
    bare = structs.replace(paper, title=Label(), date=None, **dict.fromkeys(BY, ""), **dict.fromkeys(NAMED, ()))
    shown = ("heading", "citation")
    rows = {field: tuple(map(_bare, getattr(charter, field))) for table, field in TABLES.items() if table not in shown}
    return structs.replace(charter, instrument=bare, policy="", headings=(), citations=(), **rows)


def _bare(row: Any) -> Any:
    blank = {"label": Label(), "heading": Label(), "gloss": Label(), "text": ""}
    blanks = {name: blank[name] for name in SAID if name in row.__struct_fields__}
    subjects = {"subjects": tuple(map(_bare, row.subjects))} if "subjects" in row.__struct_fields__ else {}
    return structs.replace(row, **blanks, **subjects)


def _row(charter: Charter, change: CharterChange) -> Source | None:
    """Return where the row that a change is about stands."""
    rows: Iterable[Any] = getattr(charter, TABLES.get(change.table, ""), ())
    return next((row.source for row in rows if change.name in (getattr(row, "id", ""), name_of(row))), None)

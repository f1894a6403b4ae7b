"""The duty ledger of a tenant: the duties of its charter, held against the log.

Pattern: a cached fold. ``charter.duties`` is pure; this module feeds it the log and keeps the events with the hash of the last
one, so that the next reading goes on from there. Five years of log take a hundred times as long to read as a list::

    entries(tenant, session, date(2026, 12, 1), of="head")   # what the head owes, owed, or did late
    entries(tenant, session, today, clause="8.1")             # everything that clause 8.1 asks for

Rule: a log that does not go on from the remembered hash is read anew; the ledger itself is never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.charter.duties import Occurrence, decisive, duties, ledger, state
from steerco.charter.events import DutyEvent
from steerco.charter.model import BOUND, Label
from steerco.charter.tables.clock import Frame
from steerco.committee.members.binding import bound, group_holders
from steerco.committee.members.directory import Day, Directory
from steerco.configuration.regime import PLATFORM
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import DIRECTORY, Tenant
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.event import decode
from steerco.kernel.membership_ledger import membership_occurrences
from steerco.store import log
from steerco.store.lru_cache import LRUCache, Same
from steerco.store.tables import Event as Recorded
from steerco.store.tenant_status import TOKENS

MOST_EVENTS = 200_000
"""How many events are remembered, of all tenants together: of the tenant asked about longest ago they are forgotten first."""
MOST_LOGS = 1000
"""How many logs are remembered, of tenants and under the revisions that a plan compares: each holds on to its configuration."""
MOST_DAYS = 8
"""For how many days of one tenant the ledger is remembered."""


class DutyEntry(msgspec.Struct, frozen=True):
    """One line of the ledger as people and scripts see it.

    ``holders`` are the persons concerned: those who owe it on the day asked about, those who held the place when it was done or
    its period ended, and those ``fell_due_with`` before, when it was not done. ``since`` is the day on which it arose.
    """

    duty: str
    label: Label
    holder: str
    holders: tuple[str, ...]
    period: str
    due_on: date | None
    state: str
    cites: tuple[str, ...]
    record: str = ""
    event: int = 0
    done_on: date | None = None
    done_by_event: int = 0
    fell_due_with: tuple[str, ...] = ()
    layer: str = "charter"
    since: date | None = None


@dataclass
class Read:
    """The events of a log up to ``end``, read under one revision and one directory, with the ledger of some days."""

    directory: Directory
    snapshot: Snapshot
    end: log.Head
    happened: tuple[DutyEvent, ...]
    days: LRUCache[date, tuple[DutyEntry, ...]] = field(default_factory=lambda: LRUCache(MOST_DAYS))

    def is_of(self, tenant: Tenant, directory: Directory) -> bool:
        return self.directory is directory and self.snapshot is tenant.snapshot


_remembered: LRUCache[Same[Directory], Read] = LRUCache(MOST_LOGS, lambda read: len(read.happened), MOST_EVENTS)


def read(tenant: Tenant, session: Session) -> Read:
    """Return the whole log as of the session's moment, as far as possible from memory."""
    directory, end = tenant.directory(session), log.head(session)
    earlier = _remembered.get(Same(directory))
    if earlier is not None and not earlier.is_of(tenant, directory):
        earlier = None
    if earlier is not None and earlier.end == end:
        return earlier
    goes_on = earlier is not None and 0 < earlier.end.seq < end.seq and log.at(session, earlier.end.seq) == earlier.end
    events_before = earlier.happened if earlier is not None and goes_on else ()
    current = Read(directory, tenant.snapshot, end, (*events_before, *events(tenant, session, len(events_before))))
    if not session.info.get(DIRECTORY) and (earlier is None or goes_on):
        _remembered.put(Same(directory), current)
    return current


def events(tenant: Tenant, session: Session, after: int = 0) -> Iterator[DutyEvent]:
    """Yield the tenant's log after event number ``after`` as the ledger's events."""
    directory = tenant.directory(session)
    for row in log.entries(session, after):
        body = decode(row["body"])
        day = tenant.snapshot.local(row["at"])
        on = directory.on(day, tenant.snapshot.regime_on(day).charter)
        by = on.acts_as(row["person"] or "", body.acting_for)
        yield DutyEvent(
            seq=row["seq"],
            at=row["at"],
            day=day,
            action=row["action"],
            record=row["record_id"] or "",
            type=row["type"] or "",
            fields=body.after,
            caused_by=row["caused_by"],
            by=by,
            aims=_aims(tenant, row["type"], body.after, on),
        )


def last_day(tenant: Tenant, session: Session) -> date | None:
    """Return the tenant's day of the newest event (events about tokens do not count); None for an empty log."""
    at = last_moment(tenant, session)
    return tenant.snapshot.local(at) if at else None


def last_moment(tenant: Tenant, session: Session) -> datetime | None:
    """Return the time of the newest event, less those about tokens; None for an empty log."""
    ours = (Recorded.tenant_id == tenant.id, Recorded.action.not_in(sorted(TOKENS)))
    return session.scalar(select(Recorded.at).where(*ours).order_by(Recorded.seq.desc()).limit(1))


def _aims(tenant: Tenant, kind: str | None, after: dict[str, Any], day: Day) -> dict[str, frozenset[str]]:
    """Return the facet values, on the day, of the parties named by a record's fields, and the portfolios of its subject."""
    table = tenant.snapshot.types.get(kind or "")
    if table is None:
        return {}
    named = {name: after[name] for name in table.party_fields() if isinstance(after.get(name), str)}
    fields = {"subject": day.portfolios(subject)} if isinstance(subject := after.get("subject"), str) else {}
    return fields | {name: day.aims(party) | {_sort(day, party)} for name, party in named.items()}


def _sort(day: Day, party: str) -> str:
    """Return agency, body or person: a seat or an office counts as the person who holds it."""
    sort = day.sort(party)
    return sort if sort in ("agency", "body") else "person"


def _holders(tenant: Tenant, directory: Directory, holder: str, day: date) -> tuple[str, ...]:
    """Return the persons who are a role, group, seat or body on a day."""
    people = directory.on(day, tenant.snapshot.regime_on(day).charter)
    return tuple(bound(people)) if holder == BOUND else group_holders(people, holder)


def _occurrences(tenant: Tenant, directory: Directory, happened: tuple[DutyEvent, ...], on: date) -> list[Occurrence]:
    """Return everything owed as of a day, from the tenant's first day here."""

    def holders(holder: str, day: date) -> tuple[str, ...]:
        people = directory.on(day, tenant.snapshot.regime_on(day).charter)
        return tuple(people.resolve(person) or person for person in _holders(tenant, directory, holder, day))

    return ledger(
        tenant.snapshot.spans(),
        happened,
        on=on,
        kept_from=_kept_from(tenant, happened, on),
        calendar=Frame(tenant.snapshot.calendar, tenant.snapshot.settings.zone, tenant.snapshot.calendars),
        holders=holders,
    )


def _kept_from(tenant: Tenant, happened: tuple[DutyEvent, ...], on: date) -> date:
    return tenant.snapshot.settings.kept_from or min((event.day for event in happened), default=on)


def entries(tenant: Tenant, session: Session, on: date, *, of: str = "", clause: str = "") -> list[DutyEntry]:
    """Return the ledger on a day: all of it, or one party's duties, or those that one clause asks for."""
    reading = read(tenant, session)
    day = reading.directory.on(on, tenant.snapshot.regime_on(on).charter)
    lines = reading.days.get(on)
    if lines is None:
        lines = reading.days.put(on, tuple(_entries(tenant, reading, on)))
    wanted = {of} if of in day.all.persons else {of, day.resolve(of) or of}
    return [line for line in lines if (not of or wanted & {line.holder, *line.holders}) and (not clause or clause in line.cites)]


def once(tenant: Tenant, session: Session, on: date) -> list[DutyEntry]:
    """Return the whole ledger on a day under a configuration that is not in use: nothing is remembered of it."""
    directory = tenant.directory(session)
    reading = Read(directory, tenant.snapshot, log.head(session), tuple(events(tenant, session)))
    return list(_entries(tenant, reading, on))


class SaidDuty(Protocol):
    """What is said of a duty: who owes it, and on which record (its id; empty: on none)."""

    @property
    def holder(self) -> str: ...
    @property
    def holders(self) -> tuple[str, ...]: ...
    @property
    def record(self) -> str: ...


def visible_to(authority: Authority) -> Callable[[SaidDuty], bool]:
    """Return whether the actor may see an entry: whoever has a seat sees all but what concerns a record that they may not see,
    anybody else what is their own."""
    day, person = authority.day, authority.actor
    if person == PLATFORM:
        return lambda entry: True
    mine = day.keys(person) | day.roles(person)

    def own(entry: SaidDuty) -> bool:
        return entry.holder in mine or person in entry.holders

    if not day.bodies(person):
        return own
    partly = [type for type in authority.tenant.snapshot.types.values() if not visibility.sees_whole(authority, type)]
    if not partly:
        return lambda entry: True
    kept: list[frozenset[str]] = []  # asked for once, and only where an entry is on a record

    def unseen(record: str) -> bool:
        if not kept:
            kept.append(frozenset().union(*(visibility.hidden(authority, type) for type in partly)))
        return record in kept[0]

    return lambda entry: not entry.record or own(entry) or not unseen(entry.record)


def foreseen(
    tenant: Tenant, session: Session, on: date, further: tuple[DutyEvent, ...], directory: Directory
) -> tuple[list[DutyEntry], list[DutyEntry]]:
    """Return the ledger on a day as it is, and as it would be with ``further`` events under a directory. Nothing is remembered of
    the latter."""
    reading = read(tenant, session)
    after = Read(directory, reading.snapshot, reading.end, (*reading.happened, *further))
    return entries(tenant, session, on), list(_entries(tenant, after, on))


def _entries(tenant: Tenant, reading: Read, on: date) -> Iterator[DutyEntry]:
    labels = {duty.id: duty.label for span in tenant.snapshot.spans() for duty in duties(span.charter)}
    first = _kept_from(tenant, reading.happened, on)
    derived = list(membership_occurrences(tenant.snapshot.regime_on(on), reading.directory, reading.happened, on, first))
    labels |= {each.occurrence.duty: each.label for each in derived}
    items = _occurrences(tenant, reading.directory, reading.happened, on)
    if derived:
        items = sorted(
            [*items, *(each.occurrence for each in derived)], key=lambda item: (item.since or on, item.duty, item.event)
        )
    owed = [(item, decisive(item, on)) for item in items]
    pairs = sorted({(day, item.holder) for item, days in owed for day in days})  # day by day: few days are kept at a time
    persons = {(day, holder): _holders(tenant, reading.directory, holder, day) for day, holder in pairs}
    for item, days in owed:
        holders, *before = (persons[day, item.holder] for day in days)
        failed = tuple(person for those in before for person in those if person not in holders)
        yield DutyEntry(
            item.duty,
            labels.get(item.duty, Label()),
            item.holder,
            holders + failed,
            item.period,
            item.due_on,
            state(item, on),
            item.cite,
            item.record,
            item.event,
            item.discharged_on,
            item.discharged_seq,
            failed,
            item.layer,
            item.since,
        )

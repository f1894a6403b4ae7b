"""The duty ledger of a tenant: the pure reading of ``charter.duties`` over its log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.charter.duties import Occurrence, duties, ledger, state
from steerco.charter.events import Event
from steerco.charter.model import Label
from steerco.committee.directory import Day
from steerco.store import log
from steerco.store.tables import Event as Recorded
from steerco.tenancy.tenant import Tenant


class Entry(msgspec.Struct, frozen=True):
    """One line of the ledger as people and scripts see it. ``holders`` are the persons who owe it on the day asked about."""

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
    layer: str = "charter"


class _Body(msgspec.Struct):
    after: dict[str, Any] = {}
    acting_for: str = ""
    ref: str = ""


_decode = msgspec.json.Decoder(_Body).decode


def events(tenant: Tenant, session: Session) -> Iterator[Event]:
    """The tenant's log as the ledger reads it."""
    directory = tenant.directory(session)
    for row in log.entries(session):
        body = _decode(row["body"])
        day = tenant.snapshot.local(row["at"])
        on = directory.on(day, tenant.snapshot.regime_on(day).charter)
        by = on.acts_as(row["person"] or "", body.acting_for)
        yield Event(
            seq=row["seq"],
            at=row["at"],
            day=day,
            action=row["action"],
            record=row["record_id"] or "",
            type=row["type"] or "",
            fields=body.after,
            caused_by=row["caused_by"] or 0,
            by=by,
            aims=_aims(tenant, row["type"], body.after, on),
        )


def last_day(tenant: Tenant, session: Session) -> date | None:
    """The tenant's day of the newest event; None before anything was recorded."""
    newest = select(Recorded.at).where(Recorded.tenant_id == tenant.id).order_by(Recorded.seq.desc()).limit(1)
    at = session.scalar(newest)
    return tenant.snapshot.local(at) if at else None


def _aims(tenant: Tenant, kind: str | None, after: dict[str, Any], day: Day) -> dict[str, frozenset[str]]:
    """What the parties named by a record's fields are on the day, as facets name it."""
    table = tenant.snapshot.types.get(kind or "")
    if table is None:
        return {}
    named = {name: after[name] for name in table.party_fields() if isinstance(after.get(name), str)}
    return {name: day.aims(party) | {_sort(day, party)} for name, party in named.items()}


def _sort(day: Day, party: str) -> str:
    """Agency, body or person: a seat or an office is the person who holds it."""
    sort = day.sort(party)
    return sort if sort in ("agency", "body") else "person"


def occurrences(tenant: Tenant, session: Session, on: date) -> list[Occurrence]:
    """Everything owed as of a day, since the tenant is kept here."""
    happened = list(events(tenant, session))
    directory = tenant.directory(session)

    def holders(holder: str, day: date) -> tuple[str, ...]:
        known = directory.on(day, tenant.snapshot.regime_on(day).charter)
        group = next((g for g in known.charter.groups if g.id == holder), None)
        return tuple(p for role in group.roles for p in known.holders(role)) if group else known.holders(holder)

    return ledger(
        tenant.snapshot.spans(),
        happened,
        on=on,
        kept_from=tenant.snapshot.settings.kept_from or min((event.day for event in happened), default=on),
        calendar=tenant.snapshot.calendar,
        holders=holders,
        zone=tenant.snapshot.settings.zone,
    )


def entries(tenant: Tenant, session: Session, on: date, *, of: str = "", clause: str = "") -> list[Entry]:
    """The ledger on a day: all of it, or what one person, seat, role, body or agency owes, or what one clause asks."""
    day = tenant.directory(session).on(on, tenant.snapshot.regime_on(on).charter)
    labels = {duty.id: duty.label for span in tenant.snapshot.spans() for duty in duties(span.charter)}
    wanted = _names(day, of) if of else frozenset()
    found = []
    for each in occurrences(tenant, session, on):
        holders = day.holders(each.holder)
        if of and not (wanted & {each.holder, *holders}):
            continue
        if clause and clause not in each.cite:
            continue
        found.append(
            Entry(
                each.duty,
                labels.get(each.duty, Label()),
                each.holder,
                holders,
                each.period,
                each.due_on,
                state(each, on),
                each.cite,
                each.record,
                each.event,
                each.discharged_on,
                each.discharged_seq,
                each.layer,
            )
        )
    return found


def _names(day: Day, of: str) -> frozenset[str]:
    """Everything under which the one asked about can stand in the ledger."""
    if of in day.all.persons:
        return frozenset(day.keys(of) | day.roles(of))
    return frozenset({of, day.resolve(of) or of})

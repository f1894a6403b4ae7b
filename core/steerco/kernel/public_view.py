"""What of a committee is public today, by the rules on publication in force: nothing where there are none.

It reads what acts of publishing kept (``committee.traits.publicity``), holds it to today's rules, and looks into no other
field of a record: a rule that was taken back closes what was public under it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from steerco.charter.calendar import Calendar
from steerco.charter.tables.publication_rule import STATISTICS, PublicationRule, public_rules
from steerco.charter.values import Days
from steerco.committee.decisions.matter import Matter
from steerco.committee.meetings.meeting import Meeting
from steerco.committee.traits.publicity import Publishable
from steerco.configuration.snapshot import Regime
from steerco.configuration.tenant import Tenant

OUTCOMES = ("decision", "vote")
"""What is published of a matter that may tell its outcome."""
MOST = 200
"""Records of a type that are told, those published last first."""


class PublicEntry(Struct, frozen=True):
    """Something that was published: of what, on which day, where else (``place``), with the values that the public sees.

    ``id`` is always the same and tells nothing. ``withheld``: some of it is kept back, and ``shown_as`` stands in its place.
    """

    id: str
    of: str
    body: str
    on: date
    place: str
    values: Mapping[str, Any]
    withheld: bool
    shown_as: str


def rules(regime: Regime) -> list[PublicationRule]:
    """Return the rules in force by which something is public: of the charter, the house rules and the laws."""
    return [rule for layer in (regime.charter, *regime.layers) for rule in layer.publications if rule.to == "public"]


def bodies(regime: Regime, of: str) -> tuple[str, ...]:
    """Return the bodies of which something is public as it stands (``STANDING``)."""
    named = {rule.body for rule in rules(regime) if rule.of == of}
    return tuple(body.id for body in regime.charter.bodies if named.intersection(("", body.id)))


class PublicNumbers(Struct, frozen=True):
    """What a body has done in a year: how many meetings it has held, and how many matters it has decided, by outcome.

    No number tells an outcome before it is public: where decisions are published, each counts once it is; where none is, those
    of the months that are over do.
    """

    body: str
    year: int
    held: int
    decided: Mapping[str, int]


def numbers(tenant: Tenant, session: Session, today: date) -> list[PublicNumbers]:
    """Return the numbers of the year so far of each body of which they are public."""
    snapshot = tenant.snapshot
    begun = snapshot.aware(datetime(today.year, 1, 1))
    found = []
    for body in bodies(snapshot.regime_on(today), STATISTICS):
        held = _count(session, Meeting, Meeting.tenant_id == tenant.id, Meeting.body == body, Meeting.ended_at >= begun)
        found.append(PublicNumbers(body, today.year, held, _decided(tenant, session, body, begun, today)))
    return found


def _decided(tenant: Tenant, session: Session, body: str, begun: datetime, today: date) -> Mapping[str, int]:
    snapshot = tenant.snapshot
    in_force = rules(snapshot.regime_on(today))
    mine = select(Matter).where(Matter.tenant_id == tenant.id, Matter.body == body, Matter.decided_at >= begun)
    if any(rule.of in OUTCOMES and rule.body in ("", body) for rule in in_force):
        published = session.scalars(mine.where(Matter.public_on.is_not(None)))
        outcomes = [_outcome(_told(matter, in_force, snapshot.calendar, today)) for matter in published]
    else:
        settled = mine.where(Matter.decided_at < snapshot.aware(datetime(today.year, today.month, 1)))
        outcomes = [outcome or "" for outcome in session.scalars(settled.with_only_columns(Matter.outcome))]
    return dict(sorted(Counter(filter(None, outcomes)).items()))


def _outcome(told: Iterable[PublicEntry]) -> str:
    """Return the outcome as far as it is public; empty where it is not."""
    return next((str(entry.values["outcome"]) for entry in told if "outcome" in entry.values), "")


def _count(session: Session, kind: type[Meeting], *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0


def entries(tenant: Tenant, session: Session, today: date) -> list[PublicEntry]:
    """Return what was published and is public today, the newest first."""
    in_force, calendar = rules(tenant.snapshot.regime_on(today)), tenant.snapshot.calendar
    kinds = {kind.table: kind for kind in tenant.snapshot.types.values() if issubclass(kind, Publishable)} if in_force else {}
    found = [
        entry
        for kind in kinds
        for record in _published(session, tenant.id, kind)
        for entry in _told(record, in_force, calendar, today)
    ]
    return sorted(found, key=lambda entry: (entry.on, entry.id), reverse=True)


def _published(session: Session, tenant_id: int, kind: Any) -> Iterable[Publishable]:
    mine = select(kind).where(kind.tenant_id == tenant_id, kind.public_on.is_not(None))
    return session.scalars(mine.order_by(kind.public_on.desc(), kind.id.desc()).limit(MOST))


def _told(record: Publishable, in_force: Sequence[PublicationRule], calendar: Calendar, today: date) -> Iterator[PublicEntry]:
    for of, kept in (record.public or {}).items():
        if "on" not in kept:
            continue
        on = date.fromisoformat(kept["on"])
        rules_of = public_rules((tuple(in_force),), of, record.body, getattr(record, "kind", ""))
        opening = [rule for rule in rules_of if _still(rule, on, calendar, today)]
        opened = frozenset[str]().union(*(rule.opens() for rule in opening))
        content = {name: value for name, value in kept["content"].items() if name in opened}
        if not content:
            continue
        closed = content.keys() & set(kept.get("withheld", ()))
        place = "" if closed == content.keys() else kept.get("place") or ""
        words = next((rule.withhold.shown_as for rule in opening if rule.withhold and rule.withhold.shown_as), "")
        values = {name: value for name, value in content.items() if name not in closed}
        yield PublicEntry(_name(record, of), of, record.body, on, place, values, bool(closed), words)


def _still(rule: PublicationRule, on: date, calendar: Calendar, today: date) -> bool:
    """Return whether something published on a day is public still: until the time is over for which it is kept so."""
    last = Days(on, calendar).end(rule.keep.value, rule.keep.unit, "at-most") if rule.keep is not None else None
    return last is None or today <= last


def _name(record: Publishable, of: str) -> str:
    """Return what an entry is always called: from its id, which is drawn and cannot be read off it."""
    return sha256(f"{record.id} {of}".encode()).hexdigest()[:24]

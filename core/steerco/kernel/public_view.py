"""The public part of a committee today, by the rules on publication in force: nothing where there are none.

It reads what acts of publishing kept (``committee.traits.publicity``), holds it to today's rules, and looks into no other
field of a record: a rule that was taken back closes what was public under it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from steerco.charter.calendar import Calendar
from steerco.charter.tables.publication_rule import STATISTICS, PublicationRule, public_rules
from steerco.charter.values import Days
from steerco.committee.decisions.matter import Matter
from steerco.committee.meetings.meeting import Meeting
from steerco.committee.traits.publicity import Publishable
from steerco.configuration.regime import Regime
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.store import log
from steerco.store.lru_cache import LRUCache, Same

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
    """What a body has done in a ``year``: how many meetings it has held, and how many matters it has decided, by outcome.

    No number tells an outcome before it is public. Where decisions are published, each counts in the year in which it first was.
    Where none is, those of the months that are over count; so in January it is the year before, which is then ``complete``.
    """

    body: str
    year: int
    complete: bool
    held: int
    decided: Mapping[str, int]


Told: TypeAlias = tuple[PublicNumbers, ...]
_counted: LRUCache[tuple[Same[Snapshot], int, log.Head, date], Told] = LRUCache(256)
"""The numbers as of an end of a log and a day: everybody who asks until something happens reads what the first one did."""


def numbers(tenant: Tenant, session: Session, today: date) -> Told:
    """Return the numbers of the year of each body of which they are public."""
    snapshot = tenant.snapshot
    named = bodies(snapshot.regime_on(today), STATISTICS)
    if not named:
        return ()
    key = (Same(snapshot), tenant.id, log.head(session), today)
    known = _counted.get(key)
    return known if known is not None else _counted.put(key, tuple(_numbers(tenant, session, body, today) for body in named))


def _numbers(tenant: Tenant, session: Session, body: str, today: date) -> PublicNumbers:
    snapshot = tenant.snapshot
    published = any(rule.of in OUTCOMES and rule.body in ("", body) for rule in rules(snapshot.regime_on(today)))
    month = today.replace(day=1)
    year = today.year if published else (month - timedelta(days=1)).year
    begun, over = snapshot.aware(datetime(year, 1, 1)), snapshot.aware(datetime(year + 1, 1, 1))
    decided = (
        _published_outcomes(tenant, session, body, today)
        if published
        else _outcomes(tenant, session, body, begun, snapshot.aware(datetime(month.year, month.month, 1)))
    )
    held = _count(
        session, Meeting, Meeting.tenant_id == tenant.id, Meeting.body == body, Meeting.ended_at >= begun, Meeting.ended_at < over
    )
    return PublicNumbers(body, year, year < today.year, held, dict(sorted(Counter(filter(None, decided)).items())))


def _outcomes(tenant: Tenant, session: Session, body: str, begun: datetime, settled: datetime) -> Iterable[str]:
    """Return the outcomes of what was decided from one moment until before another."""
    mine = (Matter.tenant_id == tenant.id, Matter.body == body, Matter.decided_at >= begun, Matter.decided_at < settled)
    return [outcome or "" for outcome in session.scalars(select(Matter.outcome).where(*mine))]


def _published_outcomes(tenant: Tenant, session: Session, body: str, today: date) -> Iterator[str]:
    """Yield the outcomes, as far as they are public, of what was first published this year."""
    snapshot, begun = tenant.snapshot, date(today.year, 1, 1)
    in_force = rules(snapshot.regime_on(today))
    mine = (Matter.tenant_id == tenant.id, Matter.body == body, Matter.public_on >= begun)
    for row in session.execute(select(Matter.id, Matter.body, Matter.public).where(*mine).execution_options(yield_per=500)):
        told = [entry for entry in _told(row, in_force, snapshot.calendar, today) if "outcome" in entry.values]
        if told and min(entry.on for entry in told) >= begun:
            yield _outcome(told)


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


def _told(
    record: Publishable | Row[Any], in_force: Sequence[PublicationRule], calendar: Calendar, today: date
) -> Iterator[PublicEntry]:
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


def _name(record: Publishable | Row[Any], of: str) -> str:
    """Return what an entry is always called: from its id, which is drawn and cannot be read off it."""
    return sha256(f"{record.id} {of}".encode()).hexdigest()[:24]

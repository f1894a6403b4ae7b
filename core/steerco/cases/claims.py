"""Claims of a step about what holds afterwards: each is compared with the world, told in words where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from steerco.cases.grammar import listed
from steerco.cases.world import World
from steerco.charter.rules import effective, regulated
from steerco.charter.values import Days
from steerco.committee.members.binding import bound
from steerco.configuration.tenant import Tenant
from steerco.following.compliance import compliance, period
from steerco.kernel.authority import Authority
from steerco.kernel.duty_ledger import entries
from steerco.kernel.event import decode
from steerco.kernel.view import shown
from steerco.policy.line import READ
from steerco.records import Record
from steerco.store import log

Wrong = tuple[str, str]
"""(expected, got)"""

Table = Mapping[str, Any]


def claims(world: World, tenant: Tenant, step: Table) -> Iterator[Wrong]:
    """Yield each claim of a step that does not hold."""
    checks: dict[str, Callable[[World, Tenant, Session, Table], Iterator[Wrong]]] = {
        "records": _records,
        "duties": _duties,
        "compliance": _compliance,
        "bound": _bound,
        "sees": _sees,
        "result": _result,
        "rule": _rule,
        "in_force": _in_force,
        "told": _told,
        "log": _log,
        "document": _document,
    }
    with tenant.store.read(tenant.id) as session:
        for name, check in checks.items():
            for claim in listed(step.get(name)):
                yield from check(world, tenant, session, claim)


def _fields(world: World, tenant: Tenant, session: Session, record: Record) -> dict[str, Any]:
    """Return every value of a record by the name that people use, with what is computed from it on the day of the step."""
    found = {name.rstrip("_"): getattr(record, name) for name in record.columns()}
    return {**found, **shown(tenant, session, record, tenant.snapshot.local(world.now))}


def same(world: World, tenant: Tenant, session: Session, value: Any, expected: Any) -> bool:
    """Return whether a value is as expected: names of parties by what they mean, times in the tenant's zone."""
    if isinstance(expected, str) and expected.startswith("$") and expected[1:] in world.named:
        expected = world.named[expected[1:]][1]
    if isinstance(value, datetime) and isinstance(expected, datetime):
        return value == tenant.snapshot.aware(expected)
    if isinstance(value, datetime) and isinstance(expected, date):
        return tenant.snapshot.local(value) == expected
    if isinstance(expected, list):
        return isinstance(value, list | tuple) and all(
            any(same(world, tenant, session, each, one) for each in value) for one in expected
        )
    if isinstance(expected, Mapping):
        return isinstance(value, Mapping) and all(
            same(world, tenant, session, value.get(key), one) for key, one in expected.items()
        )
    if value == expected:
        return True
    if isinstance(value, str) and isinstance(expected, str):
        day = _day(world, tenant, session)
        meant = day.resolve(expected)
        return meant is not None and (meant == value or bool(set(day.holders(value)) & set(day.holders(meant))))
    return False


def _day(world: World, tenant: Tenant, session: Session) -> Any:
    today = tenant.snapshot.local(world.now)
    return tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter)


def like(world: World, tenant: Tenant, session: Session, record: Record, where: Table) -> bool:
    """Return whether a record has all of these values."""
    fields = _fields(world, tenant, session, record)
    return all(same(world, tenant, session, fields.get(name), value) for name, value in where.items())


def every(tenant: Tenant, session: Session, type: str) -> list[Record]:
    """Return all records of a type, oldest first."""
    table = tenant.snapshot.types[type]
    return table.read(session, table.those(tenant.id).order_by(table.created_at, table.id))


def _records(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    if "on" in claim:
        found = [world.record(session, tenant, claim["on"])]
    else:
        found = [r for r in every(tenant, session, claim["type"]) if like(world, tenant, session, r, claim.get("where", {}))]
        if "count" in claim and len(found) != claim["count"]:
            yield f"{claim['count']} {claim['type']} {claim.get('where', '')}", str(len(found))
        elif "count" not in claim and not found:
            yield f"a {claim['type']} {claim.get('where', '')}", "none"
    for record in found:
        fields = _fields(world, tenant, session, record)
        for name, value in claim.get("has", {}).items():
            if not same(world, tenant, session, fields.get(name), value):
                yield f"{record.ref} has {name} = {value!r}", repr(fields.get(name))
        lacks = claim.get("lacks", ())
        for name in [lacks] if isinstance(lacks, str) else lacks:
            unwanted = fields.get(name) not in (None, "", [])
            if isinstance(lacks, Mapping):
                unwanted = same(world, tenant, session, fields.get(name), lacks[name])
            if unwanted:
                yield f"{record.ref} lacks {name}", repr(fields.get(name))


def _duties(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    ledger = entries(tenant, session, tenant.snapshot.local(world.now), of=claim.get("of", ""))
    wanted: dict[str, Any] = {name: claim[name] for name in ("duty", "period", "state") if name in claim}
    if "on" in claim:
        wanted["record"] = world.record(session, tenant, claim["on"]).id
    found = [entry for entry in ledger if all(getattr(entry, name) == value for name, value in wanted.items())]
    if "due_on" in claim:
        due = None if claim["due_on"] == "not-stated" else claim["due_on"]
        found = [entry for entry in found if entry.due_on == due]
    if "cites" in claim:
        found = [entry for entry in found if set(listed(claim["cites"])) <= set(entry.cites)]
    if "count" in claim:
        if len(found) != claim["count"]:
            yield f"{claim['count']} duties {dict(claim)}", f"{len(found)}: {[(e.duty, e.period, e.state) for e in found]}"
    elif not found:
        near = [(e.duty, e.holder, e.period, e.state, str(e.due_on)) for e in ledger if e.duty == claim.get("duty", e.duty)]
        yield f"a duty {dict(claim)}", str(near[:12])


def _compliance(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    today = tenant.snapshot.local(world.now)
    first, last = period(tenant, session, today, claim.get("from"), claim.get("to"))
    counts = {row.clause: row.counts for row in compliance(tenant, session, first, last).rows}
    found = counts.get(claim["clause"])
    if found != claim["counts"]:
        yield f"under {claim['clause']} from {first} to {last}: {claim['counts']}", str(found)


def _bound(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    found = bound(_day(world, tenant, session))
    for who in people(world, tenant, session, claim["who"]):
        if (who in found) != claim.get("bound", True):
            yield f"{who} is {'bound' if claim.get('bound', True) else 'not bound'}", f"bound: {sorted(found)}"
        elif lost := set(listed(claim.get("cites"))) - set(found.get(who, ())):
            yield f"{who} is bound by {sorted(lost)}", f"by {found.get(who)}"


def _sees(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    for who in people(world, tenant, session, claim["by"]):
        authority = Authority(tenant, session, who, world.now)
        if "on" in claim:
            record = world.record(session, tenant, claim["on"])
            visible = authority.find(type(record), record.id) is not None
            if visible != claim.get("visible", True):
                yield f"{who} {'sees' if claim.get('visible', True) else 'does not see'} {claim['on']}", f"visible = {visible}"
            by = [each.clause for each in authority.decide(READ, record).because] if visible else []
            if visible and (lost := set(listed(claim.get("because"))) - set(by)):
                yield f"{who} sees {claim['on']} by {sorted(lost)}", f"by {by}"
            if visible and "hides" in claim:
                fields = shown(tenant, session, record, tenant.snapshot.local(world.now))
                for name in claim["hides"]:
                    if fields.get(name) is not None:
                        yield f"{name} hidden from {who}", repr(fields.get(name))
        else:
            found = [
                record
                for record in every(tenant, session, claim["type"])
                if authority.may(record, "read") and like(world, tenant, session, record, claim.get("where", {}))
            ]
            want = claim.get("count", None)
            if want is not None and len(found) != want:
                yield f"{who} sees {want} {claim['type']}", str(len(found))
            if want is None and bool(found) != claim.get("visible", True):
                yield f"{who} sees {claim['type']}: {claim.get('visible', True)}", str(len(found))


def _result(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    record = world.record(session, tenant, claim["on"])
    found = shown(tenant, session, record, tenant.snapshot.local(world.now)).get("result") or {}
    for name, value in claim.items():
        if name != "on" and found.get(name) != value:
            yield f"result {name} = {value!r}", repr(found.get(name))


def _rule(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    day = claim.get("on_day") or tenant.snapshot.local(world.now)
    regime = tenant.snapshot.regime_on(day)
    measure = Days(day, tenant.snapshot.calendar).span
    main = regulated(regime.charter) or tenant.snapshot.settings.main_body
    where = {"body": main, **claim.get("where", {})}  # who names no body means the main one
    value = effective(claim["name"], (regime.charter, *regime.layers), where, measure=measure)
    for name, attribute in (("value", "value"), ("layer", "layer"), ("unit", "unit")):
        if name in claim and getattr(value, attribute) != claim[name]:
            yield f"rule {claim['name']}: {name} = {claim[name]!r}", repr(getattr(value, attribute))
    if "cites" in claim and not set(listed(claim["cites"])) <= set(value.cite):
        yield f"rule {claim['name']} cites {claim['cites']}", str(value.cite)


def _said(named: Any) -> str:
    """Return who is named on a paper: by a party's name, or in words, those of its first language."""
    return named if isinstance(named, str) else named.vi or named.en


def _in_force(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    """Yield the instrument of the regulation that decides on a day, with what its paper says of itself."""
    day = claim.get("on_day") or tenant.snapshot.local(world.now)
    paper = tenant.snapshot.regime_on(day).charter.instrument
    found: dict[str, Any] = {
        "instrument": paper.id,
        "issuer": _said(paper.issuer),
        "place": paper.place,
        "proposers": [_said(each) for each in paper.proposers],
        "bases": [basis.number for basis in paper.legal_bases],
        "unreadable": list(paper.unreadable),
    }
    for name, value in found.items():
        if name in claim and (listed(claim[name]) if isinstance(value, list) else claim[name]) != value:
            yield f"in force on {day}: {name} = {claim[name]!r}", repr(value)
    if missing := sorted(set(listed(claim.get("cites"))) - set(paper.cite)):
        yield f"in force on {day} by {missing}", str(paper.cite)


def _told(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    who = set(people(world, tenant, session, claim["who"]))
    about = world.record(session, tenant, claim["about"]).id if "about" in claim else None
    found = [row for row in log.entries(session) if who & set(decode(row["body"]).told) and about in (None, row["record_id"])]
    if "count" in claim and len(found) != claim["count"]:
        yield f"{claim['who']} told {claim['count']} times", str(len(found))
    if "count" not in claim and not found:
        yield f"{claim['who']} told about {claim.get('about')}", "not told"


def _log(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    about = world.record(session, tenant, claim["on"]).id if "on" in claim else None
    found = []
    for row in log.entries(session):
        body = decode(row["body"])
        same_actor = "by" not in claim or row["person"] in people(world, tenant, session, claim["by"])
        extra = "acting_for" not in claim or body.acting_for == claim["acting_for"]
        extra &= "entered_by" not in claim or body.entered_by in people(world, tenant, session, claim["entered_by"])
        capacity = "capacity" not in claim or claim["capacity"] in (body.capacity, body.acting_for)
        if row["action"] == claim["action"] and about in (None, row["record_id"]) and same_actor and extra and capacity:
            found.append(row)
    if "count" in claim and len(found) != claim["count"]:
        yield f"{claim['count']} events {dict(claim)}", str(len(found))
    if "count" not in claim and not found:
        yield f"an event {dict(claim)}", "none"


def _document(world: World, tenant: Tenant, session: Session, claim: Table) -> Iterator[Wrong]:
    fields = _fields(world, tenant, session, world.record(session, tenant, claim["on"]))
    for name, value in claim.items():
        if name != "on" and not same(world, tenant, session, fields.get(name), value):
            yield f"document {name} = {value!r}", repr(fields.get(name))


def people(world: World, tenant: Tenant, session: Session, named: Any) -> list[str]:
    """Return the persons that ``by`` means: a person, a role that one person holds, a list, or a range ``m1..m9``."""
    if isinstance(named, list):
        return [person for each in named for person in people(world, tenant, session, each)]
    first, dots, last = str(named).partition("..")
    if dots:
        stem = first.rstrip("0123456789")
        span = range(int(first[len(stem) :]), int(last.removeprefix(stem)) + 1)
        return [f"{stem}{number}" for number in span]
    day = _day(world, tenant, session)
    if named in day.all.persons:
        return [named]
    holders = day.holders(named)
    if len(holders) != 1:
        raise LookupError(f"{named!r} is held by {len(holders)} persons on {day.day}; name one of them")
    return list(holders)

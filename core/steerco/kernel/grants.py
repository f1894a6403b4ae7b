"""Around a decision: the people who may do the act on the record, and the aims of it that are within the actor's power."""

from __future__ import annotations

from typing import NamedTuple

from steerco.kernel.authority import Authority
from steerco.kernel.separation import keeps
from steerco.policy.capacity import allowed
from steerco.policy.decision import Who
from steerco.records import NEW, Action, Record


def is_aimed(authority: Authority, action: Action) -> bool:
    """Return whether some line grants the act for an aim: without one, ``could`` is false of every record."""
    return any(line.allow and line.facets for line in authority.regime.table.lines_for(action.record.record_type, action.name))


def could(authority: Authority, action: Action, record: Record) -> bool:
    """Return whether some aim that the input may name turns a refusal: an addressee, a class, the parties that tasks bind."""
    given = {*action.input.__struct_fields__}
    free = {name for name, facet in record.facets.items() if {facet.field, facet.fallback} & given}
    bound = _bound(authority, record, free)
    table = authority.regime.table
    for line in table.lines_for(record.record_type, action.name):
        aimed = frozenset(value for value in line.facets if _name(value) in free)
        if not line.allow or not aimed or not line.facets - aimed <= bound:
            continue
        asks = authority.asks(record, record.object, action.name, bound | aimed, authority.capacities)
        if allowed(table, asks, authority.person_wide):
            return not keeps(authority, action, record, filled=table.house.grants(line))
    return False


def who_may(authority: Authority, action: Action, record: Record) -> tuple[Who, ...]:
    """Return the parties that may do the act on the record, with the clauses, whatever its input aims it at."""
    bound = _bound(authority, record, set())
    fixed = {_name(value) for value in bound}
    table, object = authority.regime.table, record.object
    found: dict[str, Who] = {}
    for line in table.lines_for(record.record_type, action.name):
        facets = bound | {value for value in line.facets if _name(value) not in fixed}
        if not line.allow or line.subject in found or not line.concerns(record.body, object, action.name, facets):
            continue
        if table.allows(frozenset((line.subject,)), record.body, object, action.name, facets):
            holders = authority.who(line.subject, record)
            found[line.subject] = Who(line.subject, holders.label, holders.people, line.clause)
    return tuple(found.values())


class Remedy(NamedTuple):
    """The act by which a requirement comes to be met: on which record (None: it makes one), and who may do it."""

    action: Action
    on: Record | None
    who: tuple[Who, ...]


def remedy(authority: Authority, record: Record, code: str) -> Remedy | None:
    """Return the act by which a requirement of an act on the record comes to be met, where its declaration names one.

    An act on a record of another type is on the newest one that belongs to the same thing and person; where there is none that
    the actor sees, the act that makes one.
    """
    action = authority.tenant.snapshot.action(type(record).remedies.get(code, ""))
    if action is None:
        return None
    if action.record.record_type == record.record_type:
        return Remedy(action, record, who_may(authority, action, record))
    shared = {name: value for name in _ties(type(record)) & _ties(action.record) if (value := getattr(record, name)) is not None}
    equal = [getattr(action.record, name) == value for name, value in shared.items()]
    mine = action.record.those(authority.tenant.id, *equal).order_by(action.record.id.desc()).limit(1)
    found = next(iter(action.record.read(authority.session, mine)), None) if equal else None
    if found is not None and found.standing(authority.today) in action.states and authority.may(found, "read"):
        return Remedy(action, found, who_may(authority, action, found))
    maker = next(each for each in action.record.acts().values() if each.creates)
    new = {"tenant_id": record.tenant_id, "body": record.body, "state": NEW, "version": 0, "author": "", "author_as": ""}
    return Remedy(maker, None, who_may(authority, maker, action.record(**new, **shared)))


def _ties(kind: type[Record]) -> set[str]:
    """Return the fields of a type that hold a record or a party."""
    return {name for name, column in kind.stored().items() if column.info.get("refers") or column.info.get("party")}


def _bound(authority: Authority, record: Record, free: set[str]) -> frozenset[str]:
    """Return the facets that the record itself tells, without those that an input is free to name."""
    told = [facet.of_request({}, record, authority.day)[0] for name, facet in record.facets.items() if name not in free]
    return frozenset().union(*told)


def _name(facet: str) -> str:
    return facet.partition("=")[0]

"""Who may do an act on a record, and whether some aim of it would be in the actor's power: what lies around a decision."""

from __future__ import annotations

from steerco.kernel.authority import Authority
from steerco.policy.capacity import allowed
from steerco.policy.decision import Who
from steerco.records import Action, Record


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
            return True
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


def _bound(authority: Authority, record: Record, free: set[str]) -> frozenset[str]:
    """The facets that the record itself tells, without those that an input is free to name."""
    told = [facet.of_request({}, record, authority.day)[0] for name, facet in record.facets.items() if name not in free]
    return frozenset().union(*told)


def _name(facet: str) -> str:
    return facet.partition("=")[0]

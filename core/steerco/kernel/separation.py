"""Two acts on one record by two people, and nobody in their own matter: ``[[separation]]`` of the texts in force.

What counts is who really did an act, in whatever capacity and for whomever: the person of its event. The program itself is bound
by none. A house rule bars nothing that the regulation or a law grants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from steerco.charter.tables.separations import Separation
from steerco.configuration.snapshot import PLATFORM
from steerco.kernel.authority import Authority
from steerco.policy.decision import Decision, Who
from steerco.records import Action, Record
from steerco.store import log

Such = Callable[[Mapping[str, str]], bool]
"""Whether a rule's condition is true of the act and its record."""


def refusal(authority: Authority, action: Action, record: Record, decision: Decision, such: Such) -> Decision | None:
    """Return why an act in the actor's power is for another person to do, or None. ``decision`` is the one that grants it."""
    rules = authority.regime.separations.get(action.id, ())
    if not rules or authority.actor == PLATFORM:
        return None
    for basis, rule in rules:
        filled = basis == "house" and decision.basis in ("clause", "law")
        if not filled and such(rule.where) and _holds(authority, action, record, rule):
            because = authority.regime.reasons(rule.cite)
            may = tuple(_others(authority, action, record, decision))
            facts = decision.facts
            return Decision("refused", because[0].layer, because, facts=facts, who_may=may, revision=decision.revision)
    return None


def _holds(authority: Authority, action: Action, record: Record, rule: Separation) -> bool:
    """Return whether the rule keeps the actor from the act: by a tie to the record, or by another of its acts on it."""
    if rule.apart:
        keys = authority.day.keys(authority.actor) | {authority.actor}
        return record.relations[rule.apart].expression.py(record, keys, authority.session)
    others = [act for act in rule.acts if act != action.id]
    return bool(record.id) and authority.actor in log.doers(authority.session, record.record_type, record.id, others)


def _others(authority: Authority, action: Action, record: Record, decision: Decision) -> Iterator[Who]:
    """Who may do it instead: everybody else to whom the same clauses give it."""
    clauses = {each.clause for each in decision.because}
    lines = authority.regime.table.lines_for(record.record_type, action.name)
    for line in {line.fields: line for line in lines if line.allow and line.clause in clauses}.values():
        party = authority.who(line.subject, record)
        people = tuple(person for person in party.people if person != authority.actor)
        yield Who(line.subject, party.label, people, line.clause)

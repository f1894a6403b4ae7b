"""Two acts on one record by two people, and nobody in their own matter: ``[[separation]]`` of the texts in force.

What counts is who really did an act, in whatever capacity and for whomever: the person of its event. An act that leads the record
into a state is done anew only after it was undone, so of its doers the last counts, whose act stands. The program itself is bound
by none. A house rule bars nothing that the regulation or a law grants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from steerco.charter.tables.separations import Separation, binding
from steerco.configuration.regime import PLATFORM
from steerco.kernel.authority import Authority
from steerco.policy.capacity import judge
from steerco.policy.decision import Decision, Facts, Who
from steerco.records import Action, Record
from steerco.store import log

Such = Callable[[Mapping[str, str]], bool]
"""Whether a rule's condition is true of the act and its record."""
Barring = Callable[..., Separation | None]
"""Which rule keeps a person from the act, if any; ``filled``: the regulation or a law gives it them."""


def refusal(authority: Authority, action: Action, record: Record, decision: Decision, such: Such) -> Decision | None:
    """Return why an act in the actor's power is for another person to do, or None. ``decision`` is the one that grants it."""
    rules = [(basis, rule) for basis, rule in authority.regime.separations.get(action.id, ()) if such(rule.where)]
    if not rules or authority.actor == PLATFORM:
        return None
    filled = decision.basis in ("clause", "law")
    rule = _barring(authority, action, record, rules, authority.actor, filled=filled)
    if rule is None:
        return None
    because = authority.regime.reasons(rule.cite)
    may = tuple(_others(authority, decision.facts, record, partial(_barring, authority, action, record, rules)))
    return Decision("refused", because[0].layer, because, facts=decision.facts, who_may=may, revision=decision.revision)


def keeps(authority: Authority, action: Action, record: Record, *, filled: bool) -> bool:
    """Return whether a rule keeps the actor from the act whatever its input says: one that is for every record of its type.

    ``filled``: the regulation or a law gives the actor the power.
    """
    rules = [(basis, rule) for basis, rule in authority.regime.separations.get(action.id, ()) if not rule.where]
    return bool(rules) and _barring(authority, action, record, rules, authority.actor, filled=filled) is not None


def _barring(
    authority: Authority, action: Action, record: Record, rules: list[tuple[str, Separation]], person: str, *, filled: bool
) -> Separation | None:
    """Return the first rule that keeps a person from the act; a house rule never does where the power is ``filled``."""
    bound = binding(rules, filled=filled)
    return next((rule for rule in bound if _holds(authority, action, record, rule, person)), None)


def _holds(authority: Authority, action: Action, record: Record, rule: Separation, person: str) -> bool:
    """Return whether the rule keeps a person from the act: by a tie to the record, or by another of the person's acts on it."""
    if rule.apart:
        keys = authority.day.keys(person) | {person}
        return record.relations[rule.apart].expression.py(record, keys, authority.session)
    if not record.id:
        return False
    others = [record.actions[act.partition(".")[2]] for act in rule.acts if act != action.id]
    once = [act.id for act in others if act.to and act.to not in act.states]
    each = [act.id for act in others if act.id not in once]
    of = authority.session, record.record_type, record.id
    return person in log.doers(*of, each) or any(person in log.doers(*of, [act], last=True) for act in once)


def _others(authority: Authority, facts: Facts, record: Record, barring: Barring) -> Iterator[Who]:
    """Yield who may do it instead: of those to whom a line gives the very same, each whom no bar and no separation stops."""
    aims = [frozenset(aim) for aim in facts.aims] or [frozenset(facts.facets)]
    lines = authority.regime.table.grants(facts.body, facts.object, facts.act, aims[0])
    for line in {(line.subject, line.clause): line for line in lines}.values():
        party = authority.who(line.subject, record)
        people = tuple(person for person in party.people if _may(authority, facts, record, person, aims, barring))
        for subject, able in _named(authority, line.subject, party.people, people).items():
            yield Who(subject, authority.who(subject, record).label, able, line.clause)


def _named(authority: Authority, subject: str, all_: tuple[str, ...], able: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return by subject who is able: by the line's own where that is all of its party, else by the roles that they hold in it."""
    if able == all_:
        return {subject: able} if able else {}
    named: dict[str, tuple[str, ...]] = {}
    for person in able:
        held = (role for role in sorted(authority.day.roles(person)) if subject in authority.regime.table.groups_of(role))
        by = next(held, subject)
        named[by] = (*named.get(by, ()), person)
    return named


def _may(authority: Authority, facts: Facts, record: Record, person: str, aims: list[frozenset[str]], barring: Barring) -> bool:
    """Return whether the policy gives a person the act for each of its aims, and no separation keeps them from it."""
    table, capacities = authority.regime.table, authority.day.capacities(person)
    asked = [authority.asks(record, facts.object, facts.act, aim, capacities) for aim in aims]
    verdicts = [judge(table, asks, authority.regime.person_wide(asked=False)) for asks in asked if asks]
    by = [verdict.by.explanation.decisive for verdict in verdicts if verdict.by is not None]
    if len(by) < len(aims):
        return False
    return barring(person, filled=all(line is not None and table.house.grants(line) for line in by[:1])) is None

"""Who takes no part in a matter, and what that means for its vote, by the charter's ``[[recusal]]``.

Without such a table who stands aside loses the vote, and stays in every base unless the decision excludes the recused.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from steerco.charter.model import DecisionRule, RecusalRule
from steerco.charter.places import stated_seats
from steerco.charter.tables.voters import AFFILIATION, recusal_of
from steerco.committee.decisions import removal
from steerco.committee.decisions.electorate import Electorate
from steerco.committee.members import caps
from steerco.records import DayView, Do, Part, party

RECUSED = "recused"
INTEREST, OWN_SEAT, OWN_REMOVAL = "interest", "own-seat", "own-removal"
"""Occasions that recuse by themselves: who has disclosed an interest, whose seat a matter concerns, whose removal it is about."""


class Recusal(Part, of="matter", name="recusals"):
    """One person who takes no part in the matter, and why; ``waived_at`` is since when the person takes part again."""

    index_on = ("matter",)
    matter: Mapped[str]
    who: Mapped[str] = party()
    reason: Mapped[str | None]
    waived_at: Mapped[datetime | None]
    at: Mapped[datetime]


def rules_of(do: DayView, body: str) -> tuple[RecusalRule, ...]:
    """Return every row of the charter, and of the texts beside it, on recusal in a body."""
    return tuple(rule for text in (do.charter, *do.layers) for rule in text.recusals if rule.body == body)


def rule_of(do: DayView, body: str, person: str) -> RecusalRule | None:
    """Return what the charter says of a person's recusal in a body, else what a text beside it does."""
    rules = rules_of(do, body)
    return recusal_of([rules], body, do.parties.called(person) if any(rule.role for rule in rules) else ())


def persons(do: DayView, m: Any) -> frozenset[str]:
    """Return the persons who take no part in the matter: declared so, or concerned by a matter in which that recuses them.

    They are concerned by a matter of a class that the rule names, by one on their own seat or removal, by one in whose class,
    subject or party they have disclosed an interest, and by one that lifts a cap for an affiliation that they share.
    """
    declared = (row.who for row in do.parts(m, Recusal) if row.waived_at is None)
    by_rule = {
        person for rule in rules_of(do, m.body) for person in _by_occasion(do, m, rule) if rule_of(do, m.body, person) is rule
    }
    return frozenset(by_rule.union(person for each in declared for person in do.parties.holders(each)))


def _by_occasion(do: DayView, m: Any, rule: RecusalRule) -> frozenset[str]:
    """Return the persons whom an occasion of the rule recuses from the matter."""
    on = rule.on
    concerned = (m.concerns,) if m.concerns and (m.class_ in on or (OWN_REMOVAL in on and removal.is_of(do, m))) else ()
    if OWN_SEAT in on:
        concerned += tuple(seat for seat in (m.concerns_seat, m.concerns) if seat and do.parties.sort(seat) == "seat")
    words = frozenset(filter(None, (m.class_, m.subject, m.concerns))) if INTEREST in on else frozenset()
    interested = do.parties.interested(words) if words else frozenset()
    ruled = caps.affiliated(do, m) if AFFILIATION in on else frozenset()
    return (interested | ruled).union(person for each in concerned for person in do.parties.holders(each))


def keeps_papers(do: DayView, m: Any, person: str) -> bool:
    """Return whether the papers of a matter are kept from a person, who takes no part in it."""
    rule = rule_of(do, m.body, person)
    return rule is not None and rule.keeps_papers and person in persons(do, m)


def stood_aside(do: Do, m: Any, decision: DecisionRule, who: Electorate) -> Electorate:
    """Return the electorate less what those who take no part lose, each by the rule that is for them."""
    aside = sorted(persons(do, m))
    ruled = [(person, rule_of(do, m.body, person)) for person in aside]
    for rule in (None, *rules_of(do, m.body)):
        effect = set(rule.effect) if rule is not None else {"vote"}
        effect |= {"vote", "base", "quorum"} if RECUSED in decision.excluding else set()
        group = [person for person, own in ruled if own is rule]
        who = who.aside(group, effect, abstains=rule is not None and rule.abstains)
    return who


def exceeded(do: Do, m: Any) -> RecusalRule | None:
    """Return the rule by whose limit too many take no part in the matter; None where there is none."""
    regular = do.parties.regular(m.body)
    for rule in rules_of(do, m.body):
        if rule.limit is None:
            continue
        whole = [person for person in regular if not rule.role or rule.role in do.parties.called(person)]
        roles = (rule.role,) if rule.role else ()
        fixed = stated_seats(do.charter, m.body, roles) if rule.limit.of == "fixed" else None
        if rule.limit.reached(len(persons(do, m) & set(whole)), len(whole) if fixed is None else fixed):
            return rule
    return None


def decision_rule(do: Do, m: Any, usual: DecisionRule | None) -> DecisionRule | None:
    """Return the rule by which a matter is decided: the route of the limit, where too many take no part."""
    rule = exceeded(do, m)
    if rule is None or rule.limit is None or not rule.limit.route:
        return usual
    return next((each for each in do.charter.decisions if each.id == rule.limit.route), usual)


def enough_left(do: Do, m: Any, decision: DecisionRule | None) -> None:
    """Stop a decision in which too many take no part, unless it goes by the route for that."""
    rule = exceeded(do, m)
    if rule is not None and rule.limit is not None and (decision is None or decision.id != rule.limit.route):
        do.out_of_order("too-many-recused", *rule.cite, count=len(persons(do, m)))


def hold_discussion(do: Do, m: Any) -> None:
    """Stop the actor who takes no part in the matter, where that keeps from discussing it."""
    rule = rule_of(do, m.body, do.actor)
    if rule is not None and "discussion" in rule.effect and do.actor in persons(do, m):
        do.out_of_order("recused-from-discussion", *rule.cite)


def hold_lead(do: Do, m: Any) -> None:
    """Stop the actor who takes no part in the matter, where that keeps from opening, closing and deciding it."""
    rule = rule_of(do, m.body, do.actor)
    if rule is not None and rule.leading and do.actor in persons(do, m):
        do.out_of_order("recused-from-lead", *rule.cite)


def may_declare(do: Do, m: Any, person: str, decided: Any) -> None:
    """Stop who is none of those by whom the charter lets somebody be recused."""
    rule = rule_of(do, m.body, person)
    if rule is None or not rule.declared_by:
        return
    mine = do.parties.called(do.acting_for or do.actor)
    for by in rule.declared_by:
        if (by == "self" and person == do.actor) or by in mine:
            return
        if by.startswith("decision:") and decided is not None and decided.state == "decided" and decided.outcome == "passed":
            facts, concerned = decided.voting or {}, do.parties.holders(decided.concerns or "")
            if facts.get("rule", {}).get("id") == by.removeprefix("decision:") and person in concerned:
                return
    do.out_of_order("recusal-declared-by", *rule.cite, who=", ".join(rule.declared_by))

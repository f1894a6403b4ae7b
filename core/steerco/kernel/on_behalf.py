"""Entering an act for somebody else: ministers sign paper, others click. Only where a rule of the committee lets them."""

from __future__ import annotations

from steerco.charter.rules import effective
from steerco.kernel.authority import Authority
from steerco.policy.decision import Decision, Facts, Who

RULE = "entered-for-another"
"""The named rule whose value says who may enter acts for others: a role, a group or a body; its ``where.for`` for which body's
members."""


def refusal(authority: Authority, entered_by: str) -> Decision | None:
    """Why this person may not enter an act for the actor, or None where a rule allows it."""
    regime, day = authority.regime, authority.day
    facts = Facts(object=RULE, act="enter")
    layers = (regime.charter, *regime.layers)
    sides = [{"for": body} for body in sorted(day.bodies(authority.actor))] or [{}]
    rule = next((found for side in sides if (found := effective(RULE, layers, side)).stated), effective(RULE, layers))
    if not rule.stated:
        return Decision("refused", facts=facts, revision=authority.tenant.snapshot.revision)
    who = str(rule.value)
    held = regime.table.closed(day.roles(entered_by) | day.bodies(entered_by))
    if who in held:
        return None
    because = regime.reasons(rule.cite)
    party = authority.who(who)
    may = tuple(Who(who, party.label, party.people, cite) for cite in rule.cite)
    basis = because[0].layer if because else "no-clause"
    return Decision("refused", basis, because, facts=facts, who_may=may, revision=authority.tenant.snapshot.revision)

"""Votes in writing, as far as the charter's ``[[written]]`` lets a body take them; where it says nothing, they are open to all.

A table for some classes of matters goes before one for all, key by key, and the charter before a text beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from steerco.charter.model import DecisionRule, WrittenRule
from steerco.charter.tables.stated import NOT_STATED
from steerco.committee.decisions import voters
from steerco.records import Do

UNSAID = ("", NOT_STATED, "not-read")
"""Values of a key that say nothing, so that a wider table may."""


def stated(do: Do, body: str, class_: str, says: Callable[[WrittenRule], Any]) -> WrittenRule | None:
    """Return the narrowest table on a class of matters of the body that says something of a key."""
    rows = [row for text in (do.charter, *do.layers) for row in text.writings if row.body == body]
    named = [row for row in rows if class_ in row.classes]
    return next((row for row in (*named, *(row for row in rows if "*" in row.classes)) if says(row)), None)


def silence(do: Do, m: Any) -> str:
    """Return what those count as at the closing who have not voted; empty where silence is silence."""
    found = stated(do, m.body, m.class_, lambda row: row.silence not in UNSAID)
    return "" if found is None or found.silence == "none" else found.silence


def hold(do: Do, m: Any, rule: DecisionRule, agreed: Any = None) -> None:
    """Stop a vote in writing that the charter does not let the actor begin. ``agreed``: the matter by which it was agreed."""
    allowed = stated(do, m.body, m.class_, lambda row: row.allowed not in UNSAID)
    if allowed is not None and allowed.allowed == "never":
        do.out_of_order("writing-not-allowed", *allowed.cite)
    proposed = stated(do, m.body, m.class_, lambda row: row.proposed_by)
    if proposed is not None and not voters.among(do, proposed.proposed_by):
        do.out_of_order("writing-proposed-by", *proposed.cite, who=", ".join(proposed.proposed_by))
    asks = stated(do, m.body, m.class_, lambda row: row.agreement)
    if asks is not None and rule.id != asks.agreement and not _agreed(m, agreed, asks.agreement):
        do.out_of_order("writing-not-agreed", *asks.cite, decision=asks.agreement)


def _agreed(m: Any, matter: Any, decision: str) -> bool:
    """Return whether the matter is about this one and passed under that decision."""
    if matter is None or matter.about != m.id or matter.state != "decided" or matter.outcome != "passed":
        return False
    return bool((matter.voting or {}).get("rule", {}).get("id") == decision)

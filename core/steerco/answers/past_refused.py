"""Acts that were refused at the time, and what a draft would have newly granted: only their numbers are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from steerco.answers.findings import cited
from steerco.answers.past_found import PastRefused
from steerco.configuration.regime import Regime
from steerco.policy.line import Line
from steerco.store.refusals import counted
from steerco.store.sessions import tenant_of


def widened(
    session: Session, first: date, last: date, before: Regime, after: Regime
) -> tuple[Counter[str], tuple[PastRefused, ...]]:
    """Return how many acts were refused in the months of a period, by type, and those of them that a draft may let through.

    A draft lets a refused act through only if it grants the act where nothing did, or takes a bar away: its lines on the act are
    held against those in force before.
    """
    counts = counted(session, tenant_of(session), f"{first:%Y-%m}", f"{last:%Y-%m}")
    changed = {action: _changed(before, after, action) for action, _ in counts}
    found = [
        PastRefused(
            action,
            tuple(clauses.split(",")) if clauses else (),
            number,
            tuple(dict.fromkeys(line.subject for line in new)),
            tuple(dict.fromkeys(line.subject for line in gone)),
            cited(after, tuple(line.clause for line in new)) + cited(before, tuple(line.clause for line in gone)),
        )
        for (action, clauses), number in counts.items()
        for new, gone in [changed[action]]
        if new or gone
    ]
    by_type = Counter[str]()
    for (action, _), number in counts.items():
        by_type[action.partition(".")[0]] += number
    return by_type, tuple(found)


def _changed(before: Regime, after: Regime, action: str) -> tuple[list[Line], list[Line]]:
    """Return the lines that newly grant an act, and the bars on it that are gone."""
    type, _, act = action.partition(".")
    was, is_ = before.table.lines_for(type, act), after.table.lines_for(type, act)
    return _only(is_, was, allow=True), _only(was, is_, allow=False)


def _only(lines: Iterable[Line], others: Iterable[Line], *, allow: bool) -> list[Line]:
    known = {line.fields[:-1] for line in others}
    return [line for line in lines if line.allow is allow and line.fields[:-1] not in known]

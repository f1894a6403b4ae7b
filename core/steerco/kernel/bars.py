"""Acts that wait for something else: as long as a record stands in a certain way, the charter's ``[[bar]]`` holds them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from steerco.charter.model import BarRule
from steerco.kernel.timing import TimedAct
from steerco.records import NEW, OutOfOrder

STILL = "pending"
"""The state of a record from which something still leads on."""


def barred(act: TimedAct, such: Callable[[BarRule], bool]) -> Iterator[OutOfOrder]:
    """Yield what stops an act for as long as another record of the body stands. The answer names no record: not all see it."""
    regime = act.authority.regime
    for bar in (bar for text in (regime.charter, *regime.layers) for bar in text.bars):
        if bar.on == act.action and such(bar) and _stands(act, bar):
            what = bar.while_.class_ or bar.while_.kind or bar.while_.type
            yield OutOfOrder("barred-while", *bar.cite, action=act.action, what=what)


def _stands(act: TimedAct, bar: BarRule) -> bool:
    """Return whether there is such a record of the body, beside the one of the act."""
    rule = bar.while_
    table: Any = act.authority.tenant.snapshot.types[rule.type]
    states = [rule.state]
    if rule.state == STILL:
        states = sorted({state for action in table.actions.values() if action.to for state in action.states} - {NEW})
    mine = [table.tenant_id == act.do.tenant_id, table.state.in_(states), table.body == act.record.body]
    if act.record.id:
        mine.append(table.id != act.record.id)
    if rule.class_:
        mine.append(table.class_ == rule.class_)
    if rule.kind:
        mine.append(table.kind == rule.kind)
    return act.do.session.scalars(select(table.id).where(*mine).limit(1)).first() is not None

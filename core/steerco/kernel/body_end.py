"""The end of a body: after the last day of its lifetime, no act is done in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select

from steerco.charter.tables.lifetime import LifeEnd, Lifetime, last_day
from steerco.kernel.timing import TimedAct, is_under
from steerco.records import OutOfOrder
from steerco.store.tables import Event


def after_the_end(act: TimedAct) -> Iterator[OutOfOrder]:
    """Yield what stops an act of a body that has come to its end."""
    for rule in act.authority.regime.lifetimes:
        if rule.body == act.record.body and (last := _last_of_body(act, rule)) is not None and act.do.today > last:
            yield OutOfOrder("lifetime-ended", *rule.cite, action=act.action, body=rule.body, last=last.isoformat())


def _last_of_body(act: TimedAct, rule: Lifetime) -> date | None:
    body = act.authority.regime.charter.body(rule.body)
    dates = dict(body.dates) if body else {}
    if isinstance(rule.ends, LifeEnd) and "." in rule.ends.event:
        mine = (Event.tenant_id == act.do.tenant_id, Event.action == rule.ends.event)
        at = act.do.session.scalar(select(func.min(Event.at)).where(*mine))
        dates |= {rule.ends.event: act.do.local(act.do.localise(at))} if at else {}
    last = last_day(rule, dates, (), act.frame.calendar)
    if last is None or act.do.today <= last or not rule.renewing:
        return last
    return last_day(
        rule, dates, [day for decision in rule.renewing for day in _passed_on(act, decision, rule.body)], act.frame.calendar
    )


def _passed_on(act: TimedAct, decision: str, body: str) -> list[date]:
    """Return the days on which matters of the body passed under a decision rule."""
    table: Any = act.authority.tenant.snapshot.types["matter"]
    ours = (table.tenant_id == act.do.tenant_id, table.body == body, table.state == "decided", table.outcome == "passed")
    decided = act.do.session.scalars(select(table).where(*ours)).all()
    return [act.do.local(act.do.localise(each.decided_at)) for each in decided if is_under(act, each, decision)]

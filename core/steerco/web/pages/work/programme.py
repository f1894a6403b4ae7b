"""The page of a programme: its items, and the tasks that they became."""

from __future__ import annotations

from typing import Any, NamedTuple

from steerco.kernel import visibility
from steerco.kernel.places import place_of
from steerco.store.listing import Filter, Order
from steerco.web.pages.acts.standing import address
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.visit import Visit
from steerco.web.pages.work.tasks import TaskLine, task_line

MOST = 200


class ItemLine(NamedTuple):
    """An item: what, who, until when; the tasks that it became, or the form that makes it one."""

    title: str
    lead: str
    coordinators: str
    due: str
    product: str
    tasks: list[TaskLine]
    assign: str


def programme_content(visit: Visit, programme: Any) -> dict[str, Any]:
    """Return what the page of a programme shows beside what every record's page does."""
    shown = visit.content(programme)
    given = _tasks(visit, programme)
    may = programme.state == "issued" and _may_assign(visit, programme)
    items = [_item(visit, programme, row, given, may=may) for row in shown.get("items", [])]
    return {"items": items, "waiting_items": sum(not item.tasks for item in items)}


def _tasks(visit: Visit, programme: Any) -> list[Any]:
    table = visit.tenant.snapshot.types.get("task")
    if table is None:
        return []
    page = visibility.page(visit.authority, table, ["id"], None, MOST, Order("id"), [Filter("source", "eq", programme.id)])
    return [visit.session.get_one(table, (visit.tenant.id, row.id)) for row in page.rows]


def _may_assign(visit: Visit, programme: Any) -> bool:
    action = visit.tenant.snapshot.action("task.assign")
    if visit.reader is None or action is None:
        return False
    return place_of(visit.authority, action, visit.now, {"source": programme.id}).place in ("ready", "input")


def _is_of(task: Any, row: dict[str, Any]) -> bool:
    """Return whether an item became the task: by the number that the task names, else by its title."""
    named: int | None = task.source_part
    return bool(named == row["position"] if named else task.title == row["title"])


def _item(visit: Visit, programme: Any, row: dict[str, Any], given: list[Any], *, may: bool) -> ItemLine:
    due = visit.date(row["due"]) if row["due"] else dates.period(visit.say, row["period"]) if row["period"] else ""
    became = [task_line(visit, task) for task in given if _is_of(task, row)]
    action = visit.tenant.snapshot.action("task.assign")
    filled = {"title": row["title"], "lead": row["lead"], "product": row["product"], "source": programme.ref}
    filled["part"] = row["position"]
    filled["due_on"] = row["due"].isoformat() if row["due"] else None
    known = {name: str(value) for name, value in filled.items() if value}
    assign = address(visit, action, None, known) if may and action is not None and not became else ""
    return ItemLine(
        row["title"],
        visit.names(row["lead"]) if row["lead"] else "",
        "; ".join(visit.names.of(row["coordinators"] or [])),
        due,
        row["product"] or "",
        became,
        assign,
    )

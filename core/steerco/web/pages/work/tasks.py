"""Tasks: what is late, what is mine; and a due day with why it is so many days away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from litestar import Response
from sqlalchemy import or_, select

from steerco.committee.traits.timeliness import AT_RISK_DAYS, timeliness
from steerco.configuration.regime import PLATFORM
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.store.listing import Filter, Order
from steerco.web.pages.acts.lists import list_page
from steerco.web.pages.frame.visit import Visit
from steerco.web.pages.work import when
from steerco.web.pages.work.days_off import in_words, stretches
from steerco.web.pages.work.sight import own_keys, present

MOST = 200
OPEN = ("assigned", "in-progress")
MINE, LATE, RISK, ALL = "mine", "late", "at-risk", "all"
TABS = (MINE, LATE, RISK, ALL)
TOLD = ("due_on", "original_due_on", "timeliness", "lead", "accountable", "focal_unit", "product", "instrument", "source")
"""What stands on the page of a task before its further values."""
LISTED = ("state", "party", "from", "until", "sort", "after", "source", "plan", "kind")
"""Parameters of the list of every task."""


class TaskLine(NamedTuple):
    """A task in a list. ``stands`` is its timeliness in words, ``left`` how long it is until the due day."""

    title: str
    href: str
    ref: str
    lead: str
    due: str
    left: str
    stands: str
    stands_id: str
    state: str
    source: str
    source_href: str


class Tab(NamedTuple):
    """One way to look at the tasks, with how many there are."""

    label: str
    href: str
    number: str
    current: bool


def tasks(visit: Visit) -> Response[bytes]:
    """Return the tasks, by what about them matters; all of them as any list of records."""
    sight = present(visit)
    given = [name for name in LISTED if visit.query.given.get(name)]
    mine = list(_mine(visit, sight))
    late, risk = (list(_open(visit, sight, *span)) for span in _spans(visit.today))
    tab = visit.query.choice("tab", TABS, ALL if given or not mine else MINE)
    tabs = _tabs(visit, sight, {MINE: len(mine), LATE: len(late), RISK: len(risk)}, tab)
    if tab == ALL:
        return list_page(visit, "task", "work/tasks_all.html", tabs=tabs)
    shown = {MINE: mine, LATE: late, RISK: risk}[tab]
    lines = [task_line(visit, task) for task in sorted(shown, key=lambda task: task.due_on or date.max)]
    counted = visit.say("work.tasks", f"counted_{tab}{'_one' if len(lines) == 1 else ''}", number=len(lines))
    nothing = visit.say("work.tasks", f"none_{tab}")
    return visit.render("work/tasks.html", "task", tabs=tabs, lines=lines, counted=counted, nothing=nothing)


def _tabs(visit: Visit, sight: Authority, counted: dict[str, int], chosen: str) -> list[Tab]:
    total, whole = visibility.count(sight, visit.tenant.snapshot.types["task"])
    told = {name: str(number) for name, number in counted.items()}
    told[ALL] = str(total) if whole else visit.say("list", "more_than", number=total)
    shown = [name for name in TABS if name != MINE or counted[MINE]]
    address = {name: visit.links.to("records", "task", tab=name) for name in shown}
    return [Tab(visit.say("work.tasks", name), address[name], told[name], name == chosen) for name in shown]


def _spans(today: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return the due days of what is late, and of what is at risk."""
    return (date.min, today - timedelta(days=1)), (today, today + timedelta(days=AT_RISK_DAYS))


def _open(visit: Visit, sight: Authority, first: date, last: date) -> Iterator[Any]:
    """Yield the open visible tasks that fall due between two days."""
    table = visit.tenant.snapshot.types["task"]
    for state in OPEN:
        filters = [Filter("state", "eq", state), Filter("due_on", "gte", first), Filter("due_on", "lte", last)]
        page = visibility.page(sight, table, ["id"], None, MOST, Order("due_on"), filters)
        for row in page.rows:
            yield visit.session.get_one(table, (visit.tenant.id, row.id))


def _mine(visit: Visit, sight: Authority) -> Iterator[Any]:
    """Yield the open tasks that the reader leads, answers for, performs or is the focal unit of."""
    if sight.actor == PLATFORM:
        return
    table: Any = visit.tenant.snapshot.types["task"]
    keys = sorted(own_keys(sight))
    tied = or_(*(getattr(table, name).in_(keys) for name in ("lead", "accountable", "performer", "focal_unit", "focal_key")))
    wanted = select(table.id).where(table.tenant_id == visit.tenant.id, table.state.in_(OPEN), tied).limit(MOST)
    ids = visit.session.scalars(wanted).all()
    seen = visibility.among(sight, table, ids)
    yield from (visit.session.get_one(table, (visit.tenant.id, id)) for id in ids if id in seen)


def task_line(visit: Visit, task: Any) -> TaskLine:
    """Return a task as a line of a list."""
    stands = timeliness(task, visit.today)
    open_ = task.state in OPEN
    source = visit.record_named(task.source) if task.source else None
    return TaskLine(
        task.title,
        visit.links.record("task", task.ref),
        task.ref,
        visit.names(task.lead),
        visit.date(task.due_on),
        when.until(visit, task.due_on) if task.due_on and open_ else "",
        visit.say("timeliness", stands),
        stands,
        visit.say.state("task", task.state),
        source[1] if source else "",
        visit.links.record(*source) if source else "",
    )


def task_content(visit: Visit, task: Any) -> dict[str, Any]:
    """Return what the page of a task shows beside what every record's page does."""
    line = task_line(visit, task)
    runs = stretches(visit.tenant.snapshot.calendar, visit.today, task.due_on) if task.due_on and line.left else []
    moved = task.original_due_on and task.original_due_on != task.due_on
    return {
        "line": line,
        "told": TOLD,
        "skipped": [in_words(visit, run) for run in runs],
        "original": visit.date(task.original_due_on) if moved else "",
        "accountable": visit.names(task.accountable),
        "focal": visit.names(task.focal_unit) if task.focal_unit else "",
        "product": task.product or "",
        "instrument": task.instrument or "",
    }

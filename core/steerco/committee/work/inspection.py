"""Inspecting an agency: opened, visited, a finding made, remedied by a day, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.committee.traits.addressed import Addressed, Files, enclose, put, reopen, reply
from steerco.committee.traits.task_input import Coordinating
from steerco.committee.work.programme import Programme, ProgrammeItem
from steerco.records import Do, Facet, Held, Line, Part, Parties, Party, Relation, Text, Through, party, ref_to, refers, written

IN_ORDER = "in-order"
TO_REMEDY = "to-remedy"


class Planned(Facet):
    """Whether the inspection stands in a plan: ``programme``, or ``none``."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        planned = given.get(self.field) or getattr(record, self.field, None)
        return [frozenset({f"{self.name}={'programme' if planned else 'none'}"})]


class Inspection(Addressed, type="inspection", states="opened visited found remedied closed", prefix="IN"):
    """``to`` is inspected, led by ``lead``; where it stands in an inspection plan, ``plan`` and ``plan_item`` say by which item.
    ``finding`` is what was found, ``demand`` what has to be remedied by ``due_on``, ``outcome`` whether anything has.
    """

    plan: Mapped[str | None] = refers("programme")
    plan_item: Mapped[int | None]
    lead: Mapped[str] = party()
    visit_on: Mapped[date | None]
    visited_on: Mapped[date | None]
    visit_report: Mapped[str | None] = written()
    finding: Mapped[str | None]
    found_on: Mapped[date | None]
    demand: Mapped[str | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]

    leads = Relation("lead", Held("lead"))
    coordinating = Relation("coordinating", Through("inspection.coordinators", "inspection", Held("who")))
    source_ = Planned("source", "plan", values=("programme", "none"))


class InspectionCoordinator(Part, of="inspection", name="coordinators"):
    """A party that takes part beside the agency: a unit of it, an agency that coordinates."""

    index_on = ("inspection", "who")
    inspection: Mapped[str]
    who: Mapped[str] = party()


class InspectionFile(Part, of="inspection", name="files"):
    """A paper of the inspection; ``stage`` is the act that brought it."""

    index_on = ("inspection",)
    inspection: Mapped[str]
    stage: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


@Inspection.action(to="opened", name="open")
def open_(
    do: Do,
    i: Inspection,
    *,
    to: Party,
    title: Line | None = None,
    plan: ref_to("programme", states={"programme": "issued"}) | None = None,  # type: ignore[valid-type]
    plan_item: Annotated[int, Meta(ge=1, le=1000)] | None = None,
    visit_on: date | None = None,
    lead: Party | None = None,
    coordinators: Coordinating = [],  # noqa: B006  # a msgspec default
    text: Text | None = None,
    body: Party | None = None,
) -> None:
    """Open an inspection, by an item of the inspection plan or on its own. Who opens it leads it, unless somebody is named."""
    stands = _item(do, plan, plan_item)
    if title is None and stands is None:
        do.invalid("title", "required")
    put(do, i, to, title=title or (stands.title if stands else ""), text=text)
    i.plan, i.plan_item, i.visit_on, i.lead = plan, plan_item, visit_on, lead or do.me(i.body)
    for who in dict.fromkeys(coordinators):
        if who != to:
            do.add(i, InspectionCoordinator(who=who))
    do.tell(i.lead, *coordinators)


def _item(do: Do, plan: str | None, number: int | None) -> ProgrammeItem | None:
    """Return the item of an inspection plan that is in force; None where no plan is named."""
    if plan is None:
        return None if number is None else do.invalid("plan", "required-with-item")
    named = do.get(Programme, plan)
    if named.kind != "inspection-plan":
        do.invalid("plan", "not-an-inspection-plan")
    if named.state != "issued":
        do.out_of_order("plan-not-issued", state=named.state)
    items = {row.position: row for row in do.parts(named, ProgrammeItem)}
    if number is None or number not in items:
        do.invalid("plan_item", "not-one-of", known=sorted(items))
    return items[number]


@Inspection.action("opened", to="visited")
def visit(
    do: Do,
    i: Inspection,
    *,
    text: Text | None = None,
    visited_on: date | None = None,
    files: Files = [],  # noqa: B006
) -> None:
    """Put the visit on record."""
    if i.visit_on is not None and do.today < i.visit_on:
        do.out_of_order("visit-not-due", on=i.visit_on.isoformat())
    if visited_on is not None and visited_on > do.today:
        do.invalid("visited_on", "not-held-yet")
    i.visited_on, i.visit_report = visited_on or do.today, text
    enclose(do, i, InspectionFile, files, stage="visit")
    do.tell(i.to)


@Inspection.action("visited", "found", "remedied", to="found")
def find(
    do: Do,
    i: Inspection,
    *,
    finding: Text,
    demand: Text | None = None,
    due_on: date | None = None,
    files: Files = [],  # noqa: B006
) -> None:
    """Say what was found and what has to be remedied by when. A later finding, on what was not remedied, takes its place."""
    if due_on is not None and demand is None:
        do.invalid("demand", "required-with-day")
    i.finding, i.demand, i.found_on, i.outcome = finding, demand, do.today, TO_REMEDY if demand else IN_ORDER
    i.due_on = due_on
    reopen(do, i)
    enclose(do, i, InspectionFile, files, stage="find")
    do.tell(i.author, i.lead)


@Inspection.action("found", to="remedied")
def remedy(do: Do, i: Inspection, *, text: Text | None = None, files: Files = []) -> None:  # noqa: B006
    """Report how the finding was remedied."""
    if i.outcome != TO_REMEDY:
        do.out_of_order("nothing-to-remedy")
    if text is None and not files:
        do.invalid("text", "text-or-files")
    reply(do, i, text)
    enclose(do, i, InspectionFile, files, stage="remedy")
    do.tell(i.lead)


@Inspection.action("opened", "visited", "found", "remedied", to="closed")
def close(do: Do, i: Inspection, *, reason: Line | None = None) -> None:
    """Close it. What was not remedied by then is not asked any more."""
    i.reason = reason
    do.tell(i.to, i.lead)

"""The yearly programme, work plan and inspection plan: drafted, submitted, returned or issued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from sqlalchemy import select
from sqlalchemy.orm import Mapped, object_session

from steerco.records import Do, Facet, Held, Line, Part, Parties, Party, Record, Relation, Through, party
from steerco.records.relation import type_registry

ProgrammeKind = Literal["work-programme", "work-plan", "inspection-plan", "common-plan"]
COMMON_PLAN = "common-plan"
"""The kind of a plan that is not of the body itself, but of the organisation that it serves."""
Period = Annotated[str, Meta(pattern=r"^\d{4}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$(?!\n)", max_length=7, extra={"period": True})]
"""A year, half-year, quarter or month: ``2021``, ``2021-H1``, ``2021-Q1``, ``2021-03``."""


class PlanOf(Facet):
    """Whose plan it is: the body's ``own``, or the ``common`` one of the organisation that it serves."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        kind = given.get(self.field) or getattr(record, self.field, None)
        return [frozenset({f"{self.name}={'common' if kind == COMMON_PLAN else 'own'}"})]


class Programme(
    Record,
    type="programme",
    states="drafted submitted returned issued",
    kinds="work-programme work-plan inspection-plan common-plan",
    prefix="PG",
):
    """What a body sets out to do in a year. Once issued it does not change."""

    kind: Mapped[str]
    year: Mapped[int]
    title: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    issued_on: Mapped[date | None]
    issued_by: Mapped[str | None] = party()

    plan_ = PlanOf("plan", "kind", values=("own", "common"))
    lead = Relation("lead", Through("programme.items", "programme", Held("lead")))

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        """Return the items with the state of each (``progress``): that of the newest task that it became."""
        session, tasks, items = object_session(self), type_registry["task"], fields.get("items", [])
        if session is None or self.state != "issued" or not items:
            return {}
        mine = (tasks.tenant_id == self.tenant_id, tasks.source == self.id, tasks.state != "canceled")
        found = session.execute(select(tasks.source_part, tasks.state).where(*mine).order_by(tasks.id))
        states = {row.source_part: row.state for row in found}
        return {"items": [{**row, "progress": states.get(row["position"], "not-assigned")} for row in items]}

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is changed: items and title as they stand."""
        if action != "edit":
            return {}
        kept = ProgrammeItemInput.__struct_fields__
        items = [{name: row[name] for name in kept} for row in sorted(content["items"], key=lambda row: int(row["position"]))]
        return {"items": items, "title": content["title"]}


class ProgrammeItem(Part, of="programme", name="items"):
    """One item, in its order (counted from 1). It is due on a day (``due``) or within a ``period``, where either is stated."""

    index_on = ("programme", "lead")
    programme: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    lead: Mapped[str | None] = party()
    coordinators: Mapped[list[str]]
    due: Mapped[date | None]
    period: Mapped[str | None]
    product: Mapped[str | None]


class Returned(Part, of="programme", name="returns"):
    """The draft was given back, with the reason."""

    index_on = ("programme",)
    programme: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class ProgrammeItemInput(Struct, frozen=True, forbid_unknown_fields=True):
    """An item as it is handed in."""

    title: Line
    lead: Party | None = None
    due: date | None = None
    period: Period | None = None
    product: Line | None = None
    coordinators: Annotated[list[Party], Meta(max_length=200)] = []


Items = Annotated[list[ProgrammeItemInput], Meta(max_length=1000)]


def _set_items(do: Do, p: Programme, items: list[ProgrammeItemInput]) -> None:
    """Put the items, whole and in their order, in place of those before."""
    both = [at for at, item in enumerate(items) if item.due is not None and item.period is not None]
    if both:
        do.invalid_fields({f"items[{at}].due": "day-or-period" for at in both})
    do.drop(do.parts(p, ProgrammeItem))
    for position, item in enumerate(items, 1):
        row = ProgrammeItem(position=position, title=item.title, lead=item.lead, product=item.product)
        row.coordinators = [who for who in dict.fromkeys(item.coordinators) if who != item.lead]
        row.due, row.period = item.due, item.period
        do.add(p, row)


@Programme.action(to="drafted")
def draft(
    do: Do,
    p: Programme,
    *,
    kind: ProgrammeKind,
    year: Annotated[int, Meta(ge=1900, le=2200)],
    items: Items = [],  # noqa: B006  # a msgspec default
    title: Line | None = None,
    body: Party | None = None,
) -> None:
    """Begin the programme or plan of a year."""
    p.kind, p.year, p.title = kind, year, title
    _set_items(do, p, items)


@Programme.action("drafted", "returned")
def edit(do: Do, p: Programme, *, items: Items, title: Line | None = None) -> None:
    """Put other items in place of the draft's."""
    p.title = title or p.title
    _set_items(do, p, items)


@Programme.action("drafted", "returned", to="submitted")
def submit(do: Do, p: Programme) -> None:
    """Submit it to whoever issues it; from now on it does not change unless it is returned."""
    p.submitted_at = do.at
    do.tell(p.body)


@Programme.action("submitted", to="returned")
def return_(do: Do, p: Programme, *, reason: Line) -> None:
    """Give it back to be drafted anew. Each reason stays on record."""
    do.add(p, Returned(reason=reason, by=do.actor, at=do.at))
    do.tell(p.author)


@Programme.action("submitted", to="issued")
def issue(do: Do, p: Programme) -> None:
    """Issue it: one of a kind and year per body."""
    if do.find(Programme, body=p.body, kind=p.kind, year=p.year, state="issued"):
        do.out_of_order("already-issued", kind=p.kind, year=p.year)
    p.issued_on, p.issued_by = do.today, do.me(p.body)
    do.tell(p.author, *do.parties.members(p.body))

"""A direction of an officer, in or outside a meeting, and the tasks that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.charter.rules import effective
from steerco.committee.meetings.meeting import Meeting
from steerco.committee.traits.receiver import bound_by
from steerco.committee.traits.subject import Subjected
from steerco.committee.traits.task_input import TaskInput, assign_all
from steerco.committee.traits.wording import first_line
from steerco.committee.work.task import Task
from steerco.records import (
    Do,
    Facet,
    Held,
    Line,
    Part,
    Parties,
    Party,
    Relation,
    Subject,
    Text,
    Through,
    party,
    ref_to,
    refers,
)

ACKNOWLEDGED = "acknowledged"
"""The named value that says whether an addressee of a direction is asked to take note of it; ``where`` says who, as facets do."""


class AddressedTo(Facet):
    """To whom a direction goes: the parties named, and those whom its tasks bind."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        named = given.get(self.field) or getattr(record, self.field, None) or ()
        every = list(dict.fromkeys((*named, *bound_by(given.get("tasks") or (), parties))))
        return super().of_request({self.field: every}, None, parties)


class Direction(Subjected, type="direction", states="issued withdrawn", prefix="D"):
    """``to`` are the parties directed, ``meeting`` the one in which the direction was given, if it was in one."""

    reserved_input = {"tasks": "task"}
    text: Mapped[str]
    to: Mapped[list[str]]
    meeting: Mapped[str | None] = refers("meeting")
    reason: Mapped[str | None]

    addressee = Relation("addressee", Through("direction.addressees", "direction", Held("who")))
    to_ = AddressedTo("to", "to", of="party", values=("agency", "person"))


class Addressee(Part, of="direction", name="addressees"):
    """One party to whom the direction goes."""

    index_on = ("direction", "who")
    direction: Mapped[str]
    who: Mapped[str] = party()


@Direction.action(to="issued")
def issue(
    do: Do,
    d: Direction,
    *,
    text: Text,
    to: Annotated[list[Party], Meta(max_length=500)] = [],  # noqa: B006  # a msgspec default
    tasks: Annotated[list[TaskInput], Meta(max_length=200)] = [],  # noqa: B006
    meeting: ref_to("meeting", states={"meeting": "planned convened open concluded closed"}) | None = None,  # type: ignore[valid-type]
    subject: Subject | None = None,
    body: Party | None = None,
) -> None:
    """Give a direction. Its tasks are assigned by the same authority; without any, each party named gets the text as its task."""
    if meeting is not None and do.get(Meeting, meeting).state == "canceled":
        do.out_of_order("meeting-canceled")
    d.text, d.to, d.meeting, d.subject = text, list(dict.fromkeys((*to, *bound_by(tasks, do.parties)))), meeting, subject
    for who in d.to:
        do.add(d, Addressee(who=who))
    assign_all(do, d, "direction", tasks or [TaskInput(title=first_line(text), to=who, text=text) for who in d.to])
    for who in d.to:
        if _acknowledges(do, who):
            do.then("acknowledgement.ask", title=first_line(text), to=who, direction=d.id, body=d.body)
    do.tell(*d.to)


def _acknowledges(do: Do, who: str) -> bool:
    """Return whether the charter has such an addressee take note of a direction."""
    layers = (do.charter, *do.layers)
    return any(effective(ACKNOWLEDGED, layers, {"to": aim}).value is True for aim in do.parties.aims(who))


@Direction.action("issued", to="withdrawn", awaited="")
def withdraw(do: Do, d: Direction, *, reason: Line) -> None:
    """Withdraw the direction. Its tasks that are not done are canceled with it."""
    d.reason = reason
    for task in do.find(Task, source=d.id):
        if task.state not in ("done", "canceled"):
            do.then("task.cancel", task, reason=reason)
    do.tell(*d.to)

"""Tasks: one lead, one who answers for it, any number of coordinating parties, and what was exchanged on the way.

Who may plan, report, confirm or move the due day is the charter's; here stands only what a task is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from steerco.charter.rules import effective
from steerco.committee.traits.subject import Subjected
from steerco.committee.traits.task_input import Coordinating
from steerco.committee.traits.timeliness import timeliness
from steerco.committee.work.programme import COMMON_PLAN
from steerco.committee.work.task_facets import ComesFrom, GivenTo, LedBy, Mandate, With
from steerco.committee.work.task_history import Contribution, Coordinator, DueChange, Escalation, Reminder, TaskProgress
from steerco.records import Any_, Do, Facet, Held, Line, Party, Record, Relation, Subject, Text, Through, party, ref_to
from steerco.records.relation import type_registry

OPEN = ("assigned", "in-progress")
OWN_UNIT = "own-agency-unit"
REPORTED_TO = "result-reported-to"
"""The named value that says to whom the result of a task goes beside its giver; ``where`` says of whose task, as facets do."""
ANSWERS_TO = "answers-to"
"""The named value that says before whom a task is answered for; ``where`` says by whom, as facets do."""
SOURCES = {
    "conclusion": "meeting",
    "direction": "direction",
    "programme": "programme",
    "matter": "matter",
    COMMON_PLAN: "programme",
}
"""What a task can come from, and the record type that this is on record as. A common plan is no programme of the body itself."""


class Task(Subjected, type="task", states="assigned in-progress reported-done done canceled", prefix="T"):
    """``to`` is whom it was given to, ``lead`` who carries it out, ``accountable`` the one who answers for it.

    ``source`` is the id of the record that it comes from, whose type follows from ``source_sort``; ``source_part`` the number of
    the part of a conclusion, or of the item of a programme. ``performer`` is the member
    to whom the head of a leading body gave it, ``focal_unit`` the unit that carries it out for its agency.
    """

    title: Mapped[str]
    text: Mapped[str | None]
    to: Mapped[str] = party()
    lead: Mapped[str] = party()
    accountable: Mapped[str] = party()
    performer: Mapped[str | None] = party()
    due_on: Mapped[date | None]
    original_due_on: Mapped[date | None]
    product: Mapped[str | None]
    instrument: Mapped[str | None]
    source: Mapped[str | None]
    source_sort: Mapped[str | None]
    source_part: Mapped[int | None]
    plan: Mapped[str | None]
    focal_unit: Mapped[str | None] = party()
    focal_key: Mapped[str | None] = mapped_column(info={"hidden": True})
    staff: Mapped[str | None]
    resources: Mapped[str | None]
    reported_done_on: Mapped[date | None]
    done_on: Mapped[date | None]
    reason: Mapped[str | None]
    canceled_by: Mapped[str | None]
    answers_to: Mapped[str | None]

    leads = Relation("lead", Held("lead"), concerns=True)
    answers = Relation("accountable", Held("accountable"), concerns=True)
    addressee = Relation("addressee", Held("to"))
    performs = Relation("performer", Held("performer"), concerns=True)
    focal = Relation("focal-unit", Any_((Held("focal_unit"), Held("focal_key"))))
    coordinating = Relation("coordinating", Through("task.coordinators", "task", Held("who")))
    # By due day and by state, for all and for those who carry tasks out: a ministry leads more than can be sorted for a page.
    listed_by = (
        ("due_on",),
        ("changed_at",),
        ("created_at",),
        ("body", "due_on"),
        ("state", "due_on"),
        ("lead", "due_on"),
        ("lead", "state"),
        ("subject", "state"),
        ("subject", "due_on"),
        ("answers_to", "due_on"),
        ("focal_unit", "due_on"),
        ("focal_key", "due_on"),
    )
    to_ = GivenTo("to", "to", of="party", values=("agency", "person"))
    lead_ = LedBy("lead", "lead", of="sort", values=("agency", "body", "person"), fallback="to")
    accountable_ = Facet("accountable", "accountable", of="party", values=("agency", "person"))
    giver_ = Facet("giver", "author_as", of="party", values=("person",))
    source_ = ComesFrom("source", "source_sort", values=(*SOURCES, "none"), default="none")
    with_ = With("with", "coordinator", of="party", values=("unit", "outside", "body", "person"))
    mandate_ = Mandate("mandate", "instrument", values=("none", "instrument", "named"))

    def drafted(self, named: Mapping[str, Record]) -> None:
        """Before the assignment is judged: its source, where it may be seen, says of what sort it is."""
        if (source := named.get("source")) and source.record_type in SOURCES.values():
            self.source_sort = _sort_of(source)

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        return {"timeliness": timeliness(self, today)}


Index(None, Task.tenant_id, Task.source, Task.id)


def _source(do: Do, id: str, sort: str | None) -> str:
    """Return the sort of the record that a task comes from; ``sort`` is the one that the input names, if it does."""
    for kind in dict.fromkeys(SOURCES.values()):
        record = do.session.get(type_registry[kind], (do.tenant_id, id))
        if record is not None and ((each := _sort_of(record)) != "conclusion" or record.conclusion):
            return each if sort in (None, each) else do.invalid("source_sort", "source-is", sort=each)
    return do.invalid("source", "no-conclusion")


def _sort_of(source: Record) -> str:
    """Return of what sort a record is as the source of a task."""
    if getattr(source, "kind", None) == COMMON_PLAN:
        return COMMON_PLAN
    return next(sort for sort, type in SOURCES.items() if type == source.record_type)


NUMBERED = {"conclusion": "meeting.conclusions", "programme": "programme.items", COMMON_PLAN: "programme.items"}
"""The numbered rows that a task may name, by the sort of its source."""


def _part(do: Do, t: Task, number: int | None) -> int | None:
    """Return the number of the part of the conclusion, or of the item of the programme, that a task comes from."""
    if number is None:
        return None
    if t.source is None or t.source_sort not in NUMBERED:
        do.invalid("part", "only-of-numbered")
    source = do.get(type_registry[SOURCES[t.source_sort]], t.source)
    rows = do.parts(source, type_registry[NUMBERED[t.source_sort]], position=number)
    return number if rows else do.invalid("part", "no-such-part", number=number)


def _performer(do: Do, t: Task) -> str | None:
    """Return the member of the leading body to whom the task was given, where it was given to one."""
    if do.parties.sort(t.lead) != "body" or do.parties.sort(t.to) not in ("person", "seat", "office"):
        return None
    return t.to if set(do.parties.holders(t.to)) & set(do.parties.members(t.lead)) else None


def _accountable(do: Do, t: Task, named: str | None) -> str:
    """Return the one who answers for the task: for its lead, unless who answers for whom it was given to is named."""
    usual = do.parties.answerable(t.lead) or t.lead
    if named is None:
        return usual
    who, either = do.parties.answerable(named), (usual, do.parties.answerable(t.to))
    persons = set(do.parties.holders(who))
    for each in either:
        if who == each or (persons and persons <= set(do.parties.holders(each))):
            return each
    if not persons or not persons <= {*do.parties.holders(t.lead), *do.parties.holders(t.to)}:
        do.invalid("accountable", "answers-for-neither", known=list(dict.fromkeys(either)))
    return who


@Task.action(to="assigned", clocked=True)
def assign(
    do: Do,
    t: Task,
    *,
    title: Line,
    to: Party | None = None,
    lead: Party | None = None,
    due_on: date | None = None,
    product: Line | None = None,
    coordinators: Coordinating = [],  # noqa: B006  # a msgspec default
    accountable: Party | None = None,
    source: ref_to(*dict.fromkeys(SOURCES.values()), states={"meeting": "concluded closed"}) | None = None,  # type: ignore[valid-type]
    source_sort: Annotated[str, Meta(pattern=r"^(conclusion|direction|programme|matter|common-plan)$(?!\n)", max_length=20)]
    | None = None,
    instrument: Line | None = None,
    text: Text | None = None,
    subject: Subject | None = None,
    body: Party | None = None,
    part: Annotated[int, Meta(ge=1, le=200)] | None = None,
) -> None:
    """Assign a task. Who leads it is whom it is given to, unless said otherwise; one seat, office or person answers for it."""
    receiver = to or lead
    if receiver is None:
        do.invalid_fields({"to": "required-without-lead", "lead": "required-without-receiver"})
    if source_sort is not None and source is None:
        do.invalid("source", "required-with-sort")
    t.title, t.text, t.product, t.instrument, t.subject = title, text, product, instrument, subject
    t.to, t.lead = receiver, lead or receiver
    t.accountable = _accountable(do, t, accountable)
    t.performer = _performer(do, t)
    t.answers_to = _answers_to(do, t)
    t.due_on = t.original_due_on = due_on
    if source is not None:
        t.source, t.source_sort = source, _source(do, source, source_sort)
    t.source_part = _part(do, t, part)
    others = [who for who in dict.fromkeys(coordinators) if who != t.lead]
    for who in others:
        do.add(t, Coordinator(who=who))
    do.tell(t.to, t.lead, t.accountable, *others)


@Task.action("assigned", to="in-progress", awaited="")
def start(do: Do, t: Task) -> None:
    """Begin; nobody has to release it."""


@Task.action(*OPEN)
def plan(do: Do, t: Task, *, text: Text) -> None:
    """Say how it will be carried out; a later plan replaces it."""
    t.plan = text


@Task.action(*OPEN, to="in-progress")
def report_progress(do: Do, t: Task, *, text: Text, percent: Annotated[int, Meta(ge=0, le=100)] | None = None) -> None:
    """Report how far it is; ``percent`` of the work."""
    do.add(t, TaskProgress(text=text, percent=percent, by=do.actor, at=do.at))
    do.tell(t.accountable)


@Task.action(*OPEN, "reported-done")
def contribute(do: Do, t: Task, *, text: Text) -> None:
    """Add to the work: an opinion, information, a draft. It stays on the task's record."""
    do.add(t, Contribution(text=text, by=do.actor, at=do.at))
    do.tell(t.lead)


@Task.action(*OPEN, to="reported-done")
def report_done(do: Do, t: Task, *, text: Text | None = None) -> None:
    """Report the result. The day of this report is what timeliness goes by."""
    t.reported_done_on = do.today
    do.add(t, TaskProgress(text=text, percent=100, by=do.actor, at=do.at))
    do.tell(t.author, *_reported_to(do, t))


def _answers_to(do: Do, t: Task) -> str | None:
    """Return before whom the task is answered for, by the named value of the charter: several have spaces between them."""
    who = sorted(do.parties.aims(t.accountable))
    led = do.parties.sort(t.lead)
    stated = (effective(ANSWERS_TO, (do.charter, *do.layers), {"accountable": party, "lead": led}) for party in who)
    return next((str(value.value) for value in stated if value.stated), None)


def _reported_to(do: Do, t: Task) -> list[str]:
    """To whom the result goes beside the giver, by the named value of the charter for who answers for the task."""
    who = do.parties.aims(t.accountable)
    stated = (effective(REPORTED_TO, (do.charter, *do.layers), {"accountable": party}) for party in sorted(who))
    return [str(value.value) for value in stated if value.stated]


@Task.action("reported-done", to="done")
def confirm(do: Do, t: Task) -> None:
    """Confirm that it is done."""
    t.done_on = do.today
    do.tell(t.lead, t.accountable)


@Task.action("reported-done", to="in-progress")
def return_(do: Do, t: Task, *, reason: Line) -> None:
    """Give it back: it is not done yet. The report stays in its history."""
    t.reported_done_on, t.reason = None, reason
    do.tell(t.lead, t.accountable)


@Task.action(*OPEN)
def change_due_date(do: Do, t: Task, *, due_on: date, reason: Line, instrument: Line | None = None) -> None:
    """Set another due day. The first one and every change stay on record, with the reason and the paper that says so."""
    if due_on == t.due_on:
        do.invalid("due_on", "same-day")
    do.add(t, DueChange(from_=t.due_on, to=due_on, reason=reason, instrument=instrument, by=do.actor, at=do.at))
    t.due_on = due_on
    do.tell(t.lead, t.accountable, *(row.who for row in do.parts(t, Coordinator)))


@Task.action(*OPEN)
def name_focal_unit(do: Do, t: Task, *, unit: Party, staff: Text | None = None, resources: Text | None = None) -> None:
    """Name the unit that leads the carrying out, with the staff and resources that it may use. Who answers stays the same."""
    if do.parties.sort(unit) not in ("agency", "person"):
        do.invalid("unit", "not-a-unit")
    t.focal_unit, t.focal_key, t.staff, t.resources = unit, f"unit:{unit}", staff, resources
    do.tell(unit)


@Task.check(OWN_UNIT)
def own_agency_unit(do: Do, t: Task) -> bool:
    """The focal unit that is about to be named is within the agency that leads the task, or that who answers for it stands for.

    The agency as a whole is no unit of itself, nor is who answers for the task.
    """
    unit = do.given.get("unit")
    if unit is None:
        return True  # only asked about: no unit is named yet
    leading = t.lead if do.parties.sort(t.lead) == "agency" else t.accountable
    whole = do.parties.agency(leading)
    own_unit = bool(set(do.parties.holders(unit)) & set(do.parties.holders(t.accountable)))
    return whole != "" and do.parties.agency(unit) == whole and unit != whole and not own_unit


@Task.action(*OPEN)
def remind(do: Do, t: Task, *, text: Text | None = None) -> None:
    """Urge whoever carries it out; the reminder stays on record."""
    do.add(t, Reminder(text=text, by=do.actor, at=do.at))
    do.tell(t.lead, t.accountable, *([t.performer] if t.performer else []))


@Task.action(*OPEN, "reported-done")
def escalate(do: Do, t: Task, *, text: Text | None = None, to: Party | None = None, way_out: Text | None = None) -> None:
    """Bring it before someone higher: who is named, else the seat that assigned it. Never before the person who escalates.

    ``way_out`` is how to clear the obstacle, as whoever escalates proposes it.
    """
    receiver = to or t.author_as
    if do.is_me(receiver):
        do.out_of_order("escalation-to-self")
    do.add(t, Escalation(to=receiver, text=text, way_out=way_out, by=do.actor, at=do.at))
    do.tell(receiver)


@Task.check("late")
def late(do: Do, t: Task) -> bool:
    """The task's due day has passed, and it was not reported done by then."""
    return timeliness(t, do.today) == "late"


@Task.check("late-or-own")
def late_or_own(do: Do, t: Task) -> bool:
    """The task is late, or whoever acts answers for it."""
    return timeliness(t, do.today) == "late" or do.is_me(t.accountable)


@Task.action(*OPEN, "reported-done", to="canceled")
def cancel(do: Do, t: Task, *, reason: Line, instrument: Line | None = None) -> None:
    """Call it off, with the paper that says so where there is one."""
    t.reason, t.canceled_by = reason, instrument
    do.tell(t.lead, t.accountable, *(row.who for row in do.parts(t, Coordinator)))

"""The common part of checks and guidance: the work that they are about, its field, and who gave it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy.orm import Mapped

from steerco.charter.model import Portfolio
from steerco.committee.meetings.meeting import Meeting
from steerco.committee.traits.subject import Subjected
from steerco.committee.work.direction import Direction
from steerco.committee.work.programme import COMMON_PLAN, Programme
from steerco.committee.work.task import Task
from steerco.records import Do, Facet, Record, party

Work = Literal["conclusion", "direction", "programme", "common-plan", "task", "regulation"]
"""The sort of work: an instrument that was issued, a task, or the regulation itself."""
CONCERNED: dict[type[Record], str] = {Meeting: "conclusion", Direction: "direction", Programme: "programme", Task: "task"}
"""The sort of work that a record of a type is."""
TYPES = tuple(type.record_type for type in CONCERNED)


def sort_of(record: Record) -> str:
    """Return the sort of work that a record is. A common plan is no programme of the body itself."""
    return COMMON_PLAN if getattr(record, "kind", None) == COMMON_PLAN else CONCERNED[type(record)]


class WorkConcerned(Subjected):
    """``about`` is the id of the record whose carrying out it is about, ``work`` the sort of that work, ``given_by`` who gave it:
    whoever presided over the meeting, or was acted for there, issued the direction or assigned the task. ``instrument`` is the
    paper that it rests on.
    """

    __abstract__ = True
    about: Mapped[str | None]
    work: Mapped[str | None]
    given_by: Mapped[str | None] = party()
    instrument: Mapped[str | None]

    of_ = Facet("of", "work", values=(*CONCERNED.values(), COMMON_PLAN, "regulation", "none"), default="none")
    giver_ = Facet("giver", "given_by", of="party", values=("person",))

    def drafted(self, named: Mapping[str, Record]) -> None:
        """Before the act is judged: the record that it is about, where it may be seen, says of what sort the work is, who gave it
        and in what field."""
        if about := named.get("about"):
            self.work = sort_of(about)
            presided = (about.presided_for or about.presided_by or about.presiding) if isinstance(about, Meeting) else None
            self.given_by = presided or about.author_as
            self.subject = self.subject or getattr(about, "subject", None)


def concern(do: Do, r: WorkConcerned, given: Mapping[str, Any]) -> None:
    """Put down what it is about: ``about``, ``work``, ``subject`` and ``instrument`` of the input ``given``, as they fit."""
    about = _record(do, given["about"])
    sort, field = (sort_of(about), getattr(about, "subject", None)) if about is not None else (given["work"], None)
    if given["work"] not in (None, sort):
        do.invalid("work", "source-is", sort=sort)
    if isinstance(about, Meeting) and not about.conclusion:
        do.invalid("about", "no-conclusion")
    if field is not None and given["subject"] not in (None, field):
        do.invalid("subject", "subject-is", subject=field)
    r.about, r.work, r.instrument = given["about"], sort, given["instrument"]
    r.subject = given["subject"] or field


def _record(do: Do, id: str | None) -> Record | None:
    """Return the record that the work is, of whichever type; None where the input names none."""
    found = (record for type in CONCERNED for record in (do.find(type, id=id) if id else ()))
    return next(found, None)


def own_fields(do: Do, r: WorkConcerned) -> list[Portfolio]:
    """Return the charter's portfolios in which the record lies and which whoever made it holds."""
    fields = do.parties.portfolios(r.subject) if r.subject else frozenset()
    return [row for row in do.charter.portfolios if row.id in fields and row.holder == r.author_as]

"""Checks on how work is carried out: opened on one addressee, answered by a day, closed with what was found."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy.orm import Mapped

from steerco.committee.traits.addressed import Addressed, Files, enclose, put, reply
from steerco.committee.work.work_concerned import TYPES, Work, WorkConcerned, concern, own_fields
from steerco.records import Do, Held, Line, Part, Party, Relation, Subject, Text, Through, party, ref_to, written


class WorkCheck(WorkConcerned, Addressed, type="check", states="opened answered closed", prefix="K"):
    """``to`` answers how far the work is; ``finding`` is what came of the check."""

    finding: Mapped[str | None] = written()

    coordinates = Relation("coordinating", Through("check.coordinators", "check", Held("who")))
    listed_by: ClassVar[tuple[tuple[str, ...], ...]] = (*Addressed.listed_by, ("subject", "due_on"))


class CheckCoordinator(Part, of="check", name="coordinators"):
    """An agency with which the check is carried out."""

    index_on = ("check", "who")
    check: Mapped[str]
    who: Mapped[str] = party()


class CheckContribution(Part, of="check", name="contributions"):
    """What a coordinating agency adds."""

    index_on = ("check",)
    check: Mapped[str]
    text: Mapped[str]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class CheckFile(Part, of="check", name="files"):
    """A file of the answer, kept by its digest (SHA-256); ``size`` in bytes."""

    index_on = ("check",)
    check: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


@WorkCheck.action(to="opened", name="open")
def open_(
    do: Do,
    k: WorkCheck,
    *,
    title: Line,
    to: Party,
    due_on: date | None = None,
    text: Text | None = None,
    subject: Subject | None = None,
    about: ref_to(*TYPES, states={"meeting": "concluded closed"}) | None = None,  # type: ignore[valid-type]
    work: Work | None = None,
    instrument: Line | None = None,
    body: Party | None = None,
) -> None:
    """Open a check: ask one party how far the work is. Where whoever opens it holds the field of work, the agencies that
    coordinate that field take part."""
    concern(do, k, {"about": about, "work": work, "subject": subject, "instrument": instrument})
    put(do, k, to, title=title, text=text, due_on=due_on)
    for agency in dict.fromkeys(agency for row in own_fields(do, k) for agency in row.coordinators):
        if agency != to:
            do.add(k, CheckCoordinator(who=agency))
            do.tell(agency)


@WorkCheck.action("opened", "answered")
def contribute(do: Do, k: WorkCheck, *, text: Text) -> None:
    """Add to the check: an opinion, information."""
    do.add(k, CheckContribution(text=text, by=do.actor, at=do.at))
    do.tell(k.author, k.author_as)


@WorkCheck.action("opened", "answered", to="answered", awaited="opened")
def answer(do: Do, k: WorkCheck, *, text: Text, files: Files = []) -> None:  # noqa: B006  # a msgspec default
    """Answer how far the work is. A later answer takes the place of the one before, which stays in the history."""
    reply(do, k, text)
    enclose(do, k, CheckFile, files)


@WorkCheck.action("opened", "answered", to="closed")
def close(do: Do, k: WorkCheck, *, text: Text | None = None) -> None:
    """Close the check, with what was found: whom its holder answers to for the field hears of it."""
    k.finding = text
    do.tell(k.to, *(row.answers_to for row in own_fields(do, k) if row.answers_to))

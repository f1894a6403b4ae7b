"""The page of a consultation: the question, and the table of the answers with what was done with each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from steerco.kernel import visibility
from steerco.records import Record
from steerco.store.listing import Filter, Order
from steerco.web.pages.acts.standing import address
from steerco.web.pages.frame.visit import Visit

MOST = 200
LATE = {"late": "still-late", "done-late": "was-late"}


class FileLine(NamedTuple):
    """A file by its name, and where it is."""

    name: str
    href: str


class AnswerLine(NamedTuple):
    """What one party answered: ``handled`` says what was done with it and why, ``handle`` is where that is said."""

    who: str
    position: str
    text: str
    on: str
    timeliness: str
    standing: str
    handled: str
    why: str
    files: list[FileLine]
    href: str
    handle: str


def consultation_content(visit: Visit, consultation: Any) -> dict[str, Any]:
    """Return what the page of a consultation shows beside what every record's page does.

    Who sees the own answer alone is told nothing of the others, nor how many there are.
    """
    shown = visit.content(consultation)
    replies = _replies(visit, consultation)
    may = visit.reader is not None and consultation.state == "open" and visit.authority.decide("handle", consultation).allowed
    answers = [_line(visit, consultation, reply, may=may) for reply in replies]
    whole = bool(answers) and len(answers) == len(consultation.to)
    return {
        "question": consultation.question,
        "concerns": visit.say("value", consultation.concerns) if consultation.concerns else "",
        "opened_by": visit.names(consultation.opened_by) if consultation.opened_by else "",
        "opened_on": visit.date(consultation.opened_on) if consultation.opened_on else "",
        "due_on": visit.date(consultation.due_on) if consultation.due_on else "",
        "asked": "; ".join(visit.names.of(consultation.to)) if not answers else "",
        "files": _files(visit, consultation, shown["papers"]),
        "answers": answers,
        "summed": _summed(visit, replies) if whole else "",
        "missing": "; ".join(line.who for line, reply in zip(answers, replies, strict=True) if reply.answered_on is None),
        "late": "; ".join(line.who for line in answers if line.timeliness == "done-late"),
        "whole": whole,
    }


def _replies(visit: Visit, consultation: Record) -> list[Any]:
    table = visit.tenant.snapshot.types["consultation-reply"]
    wanted = [Filter("consultation", "eq", consultation.id)]
    page = visibility.page(visit.authority, table, ["id"], None, MOST, Order("id"), wanted)
    return [visit.session.get_one(table, (visit.tenant.id, row.id)) for row in page.rows]


def _line(visit: Visit, consultation: Record, reply: Any, *, may: bool) -> AnswerLine:
    shown = visit.content(reply)
    action = visit.tenant.snapshot.action("consultation.handle")
    waits = may and action is not None and reply.state == "answered"
    return AnswerLine(
        who=visit.names(reply.who),
        position=visit.say("value", reply.position) if reply.position else "",
        text=reply.text or "",
        on=visit.date(reply.answered_on) if reply.answered_on else "",
        timeliness=shown["timeliness"],
        standing=visit.say("work.consultation", LATE[shown["timeliness"]]) if shown["timeliness"] in LATE else "",
        handled=visit.say("value", reply.taken_up) if reply.taken_up else "",
        why=reply.handling or "",
        files=_files(visit, reply, shown["papers"]),
        href=visit.links.record("consultation-reply", reply.ref),
        handle=address(visit, action, consultation, {"who": reply.who}) if waits and action is not None else "",
    )


def _files(visit: Visit, record: Record, rows: Iterable[dict[str, Any]]) -> list[FileLine]:
    place = ("records", record.record_type, record.ref, "files")
    return [FileLine(row["file_name"], visit.links.to(*place, row["digest"], name=row["file_name"])) for row in rows]


def _summed(visit: Visit, replies: list[Any]) -> str:
    """Return how many were asked, answered and hold which position, in words."""
    answered = [reply for reply in replies if reply.answered_on is not None]
    counted = {each: sum(reply.position == each for reply in answered) for each in ("agree", "disagree", "other")}
    missing = len(replies) - len(answered)
    return visit.say("work.consultation", "summed", asked=len(replies), answered=len(answered), missing=missing, **counted)

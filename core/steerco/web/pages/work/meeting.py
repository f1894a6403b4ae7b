"""The page of a meeting: is it ready, what now, what came of it; by its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from steerco.committee.meetings.meeting_agenda import frozen
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.grants import who_may
from steerco.store.listing import Filter, Order
from steerco.web.pages.acts.related import related
from steerco.web.pages.acts.standing import WhoMay, address, verb, whos
from steerco.web.pages.frame.visit import Visit
from steerco.web.pages.work import when
from steerco.web.pages.work.absences import AbsenceLine, absences
from steerco.web.pages.work.agenda import agenda_lines, agenda_state, arranged, proposed_lines, version_lines
from steerco.web.pages.work.papers import papers
from steerco.web.pages.work.sight import own_keys
from steerco.web.pages.work.tasks import TaskLine, task_line

MOST = 200
ABSENCES = ("absence-request", "substitution")
"""Types of which the page shows the records in a place of their own."""
PHASES = {"planned": "before", "convened": "before", "open": "live", "concluded": "after", "closed": "after"}


class LackingLine(NamedTuple):
    """One thing that is missing before a meeting may open: what, who does it, and the way there where it is the reader's."""

    text: str
    who: list[WhoMay]
    label: str = ""
    href: str = ""


class AttendanceLine(NamedTuple):
    """One person of the list: as what they are asked, what they answered, whether they came and how."""

    who: str
    invited_as: str
    reply: str
    presence: str
    mode: str
    leave: str
    note: str
    own: bool


def meeting_content(visit: Visit, meeting: Any) -> dict[str, Any]:
    """Return what the page of a meeting shows beside what every record's page does."""
    sight = visit.authority
    shown = visit.content(meeting)
    inside = visit.reader is None or bool(visit.day.bodies(sight.actor))
    attendance = _attendance(visit, sight, shown.get("attendance", []), inside=inside)
    away = absences(visit, sight, meeting)
    phase = PHASES.get(meeting.state, "canceled")
    return {
        "phase": phase,
        "moment": when.moment(visit, meeting.starts_at),
        "place": meeting.place or "",
        "presiding": visit.names(meeting.presided_by or meeting.presiding) if meeting.presiding or meeting.presided_by else "",
        "lacking": list(_lacking(visit, meeting, shown, away)) if phase == "before" and inside else [],
        "arranged": arranged(visit, meeting),
        "agenda": agenda_lines(visit, shown.get("agenda", []), shown.get("proposed_items", [])),
        "agenda_act": "" if frozen(meeting) else _act(visit, meeting, "set-agenda"),
        "agenda_state": agenda_state(visit, meeting),
        "proposed": proposed_lines(visit, meeting, shown.get("proposed_items", []), _act(visit, meeting, "admit-item")),
        "versions": version_lines(visit, shown.get("agenda_versions", [])),
        "propose_act": _act(visit, meeting, "propose-item"),
        "approve_act": "" if meeting.agenda_approved_at else _act(visit, meeting, "approve-agenda"),
        "papers": papers(visit, meeting, shown.get("papers", [])),
        "papers_act": _act(visit, meeting, "add-paper"),
        "attendance": attendance,
        "answers": _answers(visit, attendance) if inside else "",
        "inside": inside,
        "absences": away,
        "conclusion": meeting.conclusion or "",
        "conclusions": sorted(shown.get("conclusions", []), key=lambda row: int(row["position"])),
        "tasks": _tasks(visit, sight, meeting),
        "beside": [group for group in related(visit, meeting) if _apart(visit, group.label)],
    }


def _apart(visit: Visit, label: str) -> bool:
    return label not in {visit.say("types", each) for each in (*ABSENCES, "task")}


def _attendance(visit: Visit, sight: Authority, rows: Iterable[dict[str, Any]], *, inside: bool) -> list[AttendanceLine]:
    """Return the list of a meeting; of it a guest sees their own line only."""
    keys = own_keys(sight)
    lines = [_attendee(visit, row, own=row["who"] in keys) for row in rows]
    return [line for line in lines if inside or line.own]


def _attendee(visit: Visit, row: dict[str, Any], *, own: bool) -> AttendanceLine:
    def said(value: Any) -> str:
        return visit.say("value", value) if value else ""

    return AttendanceLine(
        visit.names(row["who"]),
        said(row["invited_as"]),
        said(row["reply"]),
        said(row["presence"]),
        said(row["mode"]),
        said(row.get("leave")),
        row["note"] or "",
        own,
    )


def _answers(visit: Visit, attendance: list[AttendanceLine]) -> str:
    """Return how many will come, in words; empty where nobody is asked by name."""
    if not attendance:
        return ""
    say = visit.say
    counted = Counter(line.reply for line in attendance)
    comes, away = counted[say("value", "accept")], counted[say("value", "decline")] + counted[say("value", "excused")]
    return say("work.meeting", "answers", comes=comes, away=away, silent=counted[""])


def _lacking(visit: Visit, meeting: Any, shown: dict[str, Any], away: list[AbsenceLine]) -> Iterator[LackingLine]:
    """Yield everything that is still missing before the meeting may open well, each with who does it."""
    say = visit.say
    if meeting.state == "planned":
        yield _lack(visit, meeting, say("work.meeting", "not_called"), "convene")
    if not shown.get("agenda"):
        yield _lack(visit, meeting, say("work.meeting", "no_agenda"), "set-agenda")
    if not shown.get("papers"):
        yield _lack(visit, meeting, say("work.meeting", "no_papers"), "add-paper")
    asked = {each.who for each in away if each.awaited}
    silent = [who for row in shown.get("attendance", []) if not row["reply"] and (who := visit.names(row["who"])) not in asked]
    if silent and meeting.state == "convened":
        key = "silent_one" if len(silent) == 1 else "silent"
        yield LackingLine(say("work.meeting", key, number=len(silent), who="; ".join(silent)), [])
    for each in away:
        if each.awaited:
            yield LackingLine(
                say("work.meeting", "absence_open", who=each.who, step=each.awaited), [], say("work.meeting", "see"), each.href
            )


def _lack(visit: Visit, meeting: Any, text: str, act: str) -> LackingLine:
    action = type(meeting).actions[act]
    may = who_may(visit.authority, action, meeting)
    own = _act(visit, meeting, act)
    return LackingLine(text, whos(visit, may), verb(visit, action.id), own)


def _act(visit: Visit, meeting: Any, act: str) -> str:
    """Return the form of an act on the meeting, where it is the reader's to do."""
    action = type(meeting).actions[act]
    if visit.reader is None or meeting.state not in action.states:
        return ""
    mine = any(visit.reader.person in who.people for who in who_may(visit.authority, action, meeting))
    return address(visit, action, meeting) if mine else ""


def _tasks(visit: Visit, sight: Authority, meeting: Any) -> list[TaskLine]:
    """Return the tasks that the conclusion of the meeting gave, as far as the reader sees them."""
    table = visit.tenant.snapshot.types.get("task")
    if table is None:
        return []
    page = visibility.page(sight, table, ["id"], None, MOST, Order("id"), [Filter("source", "eq", meeting.id)])
    return [task_line(visit, visit.session.get_one(table, (visit.tenant.id, row.id))) for row in page.rows]

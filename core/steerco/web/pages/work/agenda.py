"""The agenda on the page of a meeting: its items, what was proposed, its versions; and how the meeting is arranged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from steerco.web.pages.frame.visit import Visit


class OtherMeeting(NamedTuple):
    """The meeting to which an item went on, or from which it came; ``href`` is empty for a reader who does not see it."""

    label: str
    ref: str
    href: str


class AgendaLine(NamedTuple):
    """An item as people read it; ``notes`` say in words how it is treated, who proposed it, and that it came late."""

    title: str
    minutes: int | None
    notes: list[str]
    outcome: str
    others: list[OtherMeeting]


class ProposedLine(NamedTuple):
    """An item that somebody proposed, with the answer, or the way to answer where that is the reader's."""

    title: str
    notes: list[str]
    answer: str
    href: str
    others: list[OtherMeeting]


class VersionLine(NamedTuple):
    """A version of the agenda: when, by whom, and its differences from the one before."""

    number: int
    when: str
    who: str
    changes: list[tuple[str, list[str]]]


def agenda_lines(visit: Visit, rows: Iterable[dict[str, Any]], proposed: Iterable[dict[str, Any]]) -> list[AgendaLine]:
    """Return the items in their order, each with the meeting from which it was ``proposed``, where it came from another one."""
    came = {(row["title"], row["proposed_by"]): row for row in proposed if row["answer"] == "admitted" and row["from_meeting"]}
    return [
        _item(visit, row, came.get((row["title"], row["proposed_by"])))
        for row in sorted(rows, key=lambda row: int(row["position"]))
    ]


def _others(visit: Visit, sent_to: str | None, source: dict[str, Any] | None) -> list[OtherMeeting]:
    said = visit.say
    found = [_other(visit, said("field", "sent_to"), sent_to)] if sent_to else []
    if source is not None and source["from_meeting"]:
        number = f", {said('field', 'from_item').lower()} {source['from_item']}" if source["from_item"] else ""
        found.append(_other(visit, f"{said('field', 'from_meeting')}{number}", source["from_meeting"]))
    return found


def _other(visit: Visit, label: str, ref: str) -> OtherMeeting:
    meeting = visit.authority.find(visit.tenant.snapshot.types["meeting"], ref)
    return OtherMeeting(label, ref, visit.links.record("meeting", ref) if meeting is not None else "")


def _item(visit: Visit, row: dict[str, Any], source: dict[str, Any] | None) -> AgendaLine:
    say = visit.say
    notes = [visit.names(row["rapporteur"])] if row["rapporteur"] else []
    notes += [say("value", row[name]) for name in ("grade", "aim", "admitted") if row[name]]
    notes += [say("value", row["sort"])] if row["sort"] not in (None, "ordinary") else []
    notes += [f"{say('field', 'proposed_by')}: {visit.names(row['proposed_by'])}"] if row["proposed_by"] else []
    outcome = say("value", "adopted") if row["outcome"] == "adopted" else row["outcome"] or ""
    return AgendaLine(row["title"], row["minutes"], notes, outcome, _others(visit, row["sent_to"], source))


def agenda_state(visit: Visit, meeting: Any) -> str:
    """Return in words whether the agenda is approved; empty where it is not."""
    if meeting.agenda_approved_at is None:
        return ""
    who = visit.names(meeting.agenda_approved_by)
    return visit.say("work.meeting", "agenda_approved", who=who, when=visit.time(meeting.agenda_approved_at))


def proposed_lines(visit: Visit, meeting: Any, rows: Iterable[dict[str, Any]], admit: str) -> list[ProposedLine]:
    """Return the proposed items that are not on the agenda; ``admit`` is the form by which the reader may admit one."""
    return [_proposal(visit, row, admit) for row in rows if row["answer"] != "admitted"]


def _proposal(visit: Visit, row: dict[str, Any], admit: str) -> ProposedLine:
    notes = [visit.names(row["proposed_by"])]
    notes += [f"{visit.say('value', 'urgent')}: {row['why_urgent']}"] if row["why_urgent"] else []
    answer = visit.say("value", row["answer"]) if row["answer"] else ""
    answer += f": {row['reason']}" if row["reason"] else ""
    joint = "&" if "?" in admit else "?"
    href = f"{admit}{joint}with.number={row['position']}" if admit and not answer else ""
    return ProposedLine(row["title"], notes, answer, href, _others(visit, None, row))


def version_lines(visit: Visit, rows: Iterable[dict[str, Any]]) -> list[VersionLine]:
    """Return the versions, the newest first."""
    found = []
    for row in sorted(rows, key=lambda row: -int(row["number"])):
        changes = [(visit.say("field", name), row[name]) for name in ("added", "removed", "moved") if row[name]]
        found.append(VersionLine(row["number"], visit.time(row["at"]), visit.names(row["by"]), changes))
    return found


def arranged(visit: Visit, meeting: Any) -> list[tuple[str, str]]:
    """Return how the meeting is arranged beside its time and place, as labels with their texts."""
    say = visit.say
    found = []
    if meeting.ends_at is not None:
        found.append((say("field", "ends_at"), visit.time(meeting.ends_at)))
    if meeting.mode:
        found.append((say("field", "mode"), say("value", meeting.mode)))
    if meeting.contact:
        found.append((say("field", "contact"), visit.names(meeting.contact)))
    if meeting.reply_by is not None:
        found.append((say("field", "reply_by"), visit.date(meeting.reply_by)))
    return found

"""Proposals on work: programme and plans, assigning and directing, opinions, reports, files, the regulation itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from steerco.extension.api import ProposedRow
from steerco_vn_charter.proposing import LIKELY, PERHAPS, SURE, WordReading, label

_PLANS = (
    ("work-programme", "chương trình công tác"),
    ("work-plan", "kế hoạch công tác"),
    ("inspection-plan", "kế hoạch kiểm tra"),
)
Plans = tuple[tuple[str, str], ...]
_YEARLY = r"chuong trinh, ke hoach cong tac(?P<check>,? ?(?:ke hoach )?kiem tra)? hang nam"


def programmes(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose the year's programme and plans: who issues them, who draws them up."""
    who = reading.parties
    for clause, match in reading.find(rf"\bban hanh {_YEARLY}"):
        holder = reading.subject(clause)
        if holder and holder == who.head:
            yield from _yearly(reading, clause, "issue", "Ban hành", holder, _plans(match))
            for act in ("issue", "return"):
                yield reading.power(clause, LIKELY, "ban hanh", f"{holder} {who.main} programme {act}", plan="own")
    for clause, match in reading.find(rf"^xay dung(, trinh [^;.]*? ban hanh)? {_YEARLY}"):
        holder = reading.subject(clause)
        if not holder:
            continue
        yield from _yearly(reading, clause, "submit", "Xây dựng" + (", trình" if match[1] else ""), holder, _plans(match))
        for act in ("draft", "edit", *(["submit"] if match[1] else [])):
            yield reading.power(clause, LIKELY, "xay dung", f"{holder} {who.main} programme {act}", plan="own")


def _plans(match: re.Match[str]) -> Plans:
    """Return the plans that the words name: that of inspections where they speak of one."""
    return _PLANS if match["check"] else _PLANS[:2]


def _yearly(reading: WordReading, clause: Any, act: str, verb: str, holder: str, plans: Plans) -> Iterator[ProposedRow]:
    for kind, name in plans:
        row: dict[str, Any] = {"id": f"{'draft' if act == 'submit' else act}-{kind}", "label": label(f"{verb} {name} hằng năm")}
        row |= {"holder": holder, "every": "year", "done_by": [f"programme.{act}"]}
        row |= {"undone_by": ["programme.return"]} if act == "submit" else {}
        yield reading.row("duty", clause, LIKELY, "hang nam", **row, done_where={"kind": kind}, period_of="year")


def assigning(reading: WordReading) -> Iterator[ProposedRow]:
    """Who gives work to whom, and the duty of who was given it."""
    who = reading.parties
    below = [role.id for role in who.of_main() if role.id != who.head]
    for clause, _ in reading.find(r"phan cong nhiem vu (?:cho )?(?:va [^;]+ )?(?:giua )?cac thanh vien"):
        if reading.subject(clause) == who.head:
            for role in below:
                yield reading.power(clause, LIKELY, "phan cong nhiem vu", f"{who.head} {who.main} task assign", to=role)
                yield reading.power(clause, LIKELY, "phan cong nhiem vu", f"{who.head} {who.main} portfolio assign", holder=role)
    for clause, _ in reading.find(r"^truc tiep chi dao hoat dong"):
        if reading.subject(clause) == who.head:
            for to in (*below, *filter(None, [who.group]), "agency"):
                yield reading.power(clause, PERHAPS, "truc tiep chi dao", f"{who.head} {who.main} direction issue", to=to)
    given = (
        r"^thuc hien (?:cac )?(?:nhiem vu|cong viec)(?: khac)? (?:do|theo (?:su )?phan cong cua) (.+?)(?: giao| phan cong)?[.;]?$"
    )
    for clause, match in reading.find(given):
        givers, rest = who.listed(match[1])
        holder = reading.subject(clause)
        if givers and not rest and holder:
            yield from _given(reading, clause, reading.named(givers, clause), holder)


def _given(reading: WordReading, clause: Any, giver: str, holder: str) -> Iterator[ProposedRow]:
    who = reading.parties
    yield reading.power(clause, SURE, "thuc hien", f"{giver} {who.main} task assign", to=holder)
    where: dict[str, Any] = {"lead": "person", "accountable": holder}
    if holder == who.group:
        where = {"to": holder, "lead": holder}
    elif any(role.id == holder for role in who.single()):
        where = {"lead": holder}
    if giver == who.head and holder != who.group:
        where["author_as"] = giver
    row: dict[str, Any] = {"id": f"task-of-{holder}", "label": label(clause.part.text)}
    row |= {"holder": holder if holder == who.group else "field:accountable"}
    row |= {"after": "task.assign", "where": where, "done_by": ["task.report-done"], "undone_by": ["task.return"]}
    yield reading.row("duty", clause, LIKELY, "thuc hien", **row, waived_by=["task.cancel"], due={"field": "due_on"})


def opinions(reading: WordReading) -> Iterator[ProposedRow]:
    """Members give the opinion for which they are asked, and report problems."""
    who = reading.parties
    for clause, _ in reading.find(r"^cho y kien ve cac (?:van de|noi dung)"):
        role = reading.subject(clause)
        if who.role(role) is None:
            continue
        row: dict[str, Any] = {
            "id": f"opinion-of-{role}",
            "label": label("Cho ý kiến về các vấn đề được hỏi"),
            "holder": "field:who",
        }
        row |= {"after": "consultation-reply.ask", "where": {"who": role}, "done_by": ["consultation-reply.answer"]}
        row |= {
            "waived_by": ["consultation-reply.release"],
            "closed_by": ["consultation-reply.lapse"],
            "due": {"field": "due_on"},
        }
        yield reading.row("duty", clause, LIKELY, "cho y kien", **row)
        yield reading.power(clause, LIKELY, "cho y kien", f"{role} {who.main} consultation answer")
    for clause, _ in reading.find(
        r"bao cao (?:kip thoi )?(?:voi )?.*ve (?:nhung|cac) van de phat sinh|kip thoi bao cao .*van de phat sinh"
    ):
        role = reading.subject(clause)
        if who.role(role):
            yield reading.power(clause, LIKELY, "phat sinh", f"{role} {who.main} issue.problem raise")


def meetings_prepared(reading: WordReading) -> Iterator[ProposedRow]:
    """Agenda, papers and minutes of the body's meetings, which another prepares; the files that it keeps."""
    who = reading.parties
    for clause, _ in reading.find(rf"chuan bi noi dung, tai lieu phuc vu .*cuoc hop cua {who.noun or '!'}"):
        holder = reading.subject(clause)
        if holder == who.group:
            for act in ("set-agenda", "add-paper"):
                yield reading.power(clause, LIKELY, "tai lieu", f"{holder} {who.main} meeting {act}")
            yield reading.row("duty", clause, LIKELY, "noi dung", **_preparing(reading, holder, "prepare-meeting"))
            yield reading.row("duty", clause, LIKELY, "tai lieu", **_preparing(reading, holder, "prepare-papers"))
    for clause, _ in reading.find(r"chuan bi [^.;]*(?:thong bao, )?bien ban hop"):
        holder = reading.subject(clause)
        if holder == who.group:
            for act in ("draft", "edit"):
                yield reading.power(clause, LIKELY, "bien ban", f"{holder} {who.main} minutes {act}")
    for clause, _ in reading.find(r"^chuan bi cac cuoc hop cua"):
        holder = reading.subject(clause)
        if who.role(holder) or holder == who.group:
            yield reading.power(clause, LIKELY, "chuan bi", f"{holder} {who.main} meeting set-agenda")
            yield reading.row("duty", clause, PERHAPS, "chuan bi", **_preparing(reading, holder, "prepare-meeting"))
    for clause, _ in reading.find(r"^luu giu ho so,? tai lieu"):
        holder = reading.subject(clause)
        if holder:
            row: dict[str, Any] = {
                "id": "archive-document",
                "label": label(clause.part.text),
                "holder": holder,
                "after": "document.issue",
            }
            row |= {"where": {"body": who.main}, "done_by": ["document.archive"]}
            yield reading.row("duty", clause, LIKELY, "luu giu", **row)
            yield reading.power(clause, LIKELY, "luu giu", f"{holder} * document archive")


_PREPARED = {"prepare-meeting": ("nội dung", "meeting.set-agenda"), "prepare-papers": ("tài liệu", "meeting.add-paper")}


def _preparing(reading: WordReading, holder: str, id: str) -> dict[str, Any]:
    what, act = _PREPARED[id]
    row: dict[str, Any] = {"id": id, "label": label(f"Chuẩn bị {what} cuộc họp của {reading.parties.main_name}")}
    row |= {"holder": holder, "after": "meeting.convene", "where": {"body": reading.parties.main}, "done_by": [act]}
    return row | {"beforehand": True, "waived_by": ["meeting.cancel"]}


def staff(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose who sends staff to the assisting body, who calls them together, who asks agencies for information."""
    who = reading.parties
    if not who.group:
        return
    for clause, _ in reading.find(rf"^cu .+ tham gia {who.group_noun}"):
        if who.role(role := reading.subject(clause)):
            yield reading.power(clause, LIKELY, "cu ", f"{role} * secondment nominate")
    for clause, match in reading.find(rf"^(.+?) duoc tr[uu]ng tap cac thanh vien (?:cua )?{who.group_noun}(.*)"):
        holder = who.listed(match[1])[0]
        if holder == [who.group_head]:
            power = f"{who.group_head} * mobilisation order"
            yield reading.power(clause, LIKELY, "tap", power, who=who.group_member)
            if "chuyen gia" in match[2]:
                yield reading.power(clause, LIKELY, "chuyen gia", power, who="expert", origin="domestic")
            if "quoc te" in match[2]:
                yield reading.power(clause, LIKELY, "quoc te", power, who="expert", origin="foreign")
    for clause, _ in reading.find(r"de nghi .*cung cap (?:cac )?thong tin"):
        if reading.subject(clause) == who.group:
            yield reading.power(clause, LIKELY, "cung cap", f"{who.group} * information-request ask", to="agency")


def regulation(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose who decides on problems with the regulation and on its amendment."""
    who = reading.parties
    pattern = r"(?:vuong mac|sua doi, bo sung).*?(?:trinh|bao cao) (.+?) xem xet, quyet dinh"
    for clause, match in reading.find(pattern):
        found, rest = who.listed(match[1])
        if len(found) == 1 and not rest:
            named = who.role(found[0])
            says = label(f"{named.name if named else ''} quyết định vướng mắc, sửa đổi, bổ sung Quy chế")
            row: dict[str, Any] = {
                "id": "regulation",
                "label": says,
                "body": who.main,
                "rule": "one-decides",
                "classes": ["regulation"],
            }
            yield reading.row("decision", clause, SURE, "xem xet", **row)
            yield reading.power(clause, LIKELY, "xem xet", f"{found[0]} {who.main} matter decide", **{"class": "regulation"})

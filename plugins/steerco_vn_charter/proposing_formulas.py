"""Proposals from formulas: sentences that regulations of steering committees share word for word, each giving the same powers and
duties wherever it stands. A table says which; whom a formula is about is told by the clause, or by the formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from steerco.extension.api import ProposedRow
from steerco_vn_charter.parties import SaidClause
from steerco_vn_charter.proposing import LIKELY, PERHAPS, WordReading, label


class Formula(Struct, frozen=True):
    """A formula by its folded words, and the powers that it gives, written ``object act facet=value…``.

    ``by``: whose they are; ``head`` or ``group`` where the clause must be about that party, else a relation to the record.
    ``body`` is the main body, or ``*`` for any. A facet ``to=each`` stands for every member, ``to=below`` for all but the head,
    and ``to=group`` for the assisting body.
    """

    words: str
    by: str
    powers: tuple[str, ...]
    body: str = ""
    confidence: int = LIKELY


_REVIEW = ("draft", "edit", "complete")
FORMULAS: tuple[Formula, ...] = (
    Formula(
        r"khong lam thay chuc nang, nhiem vu cua cac (?:co quan|don vi)",
        "relation:lead",
        tuple(f"task {act} lead=agency" for act in ("start", "plan", "report-progress", "report-done")),
        "*",
        PERHAPS,
    ),
    Formula(
        r"de cao trach nhiem ca nhan .*nhiem vu duoc phan cong",
        "relation:lead",
        tuple(f"task {act} lead=person to=below" for act in ("start", "plan", "report-progress")),
        "*",
        PERHAPS,
    ),
    Formula(
        r"chu dong giai quyet cong viec trong qua trinh thuc hien",
        "relation:lead",
        ("task add-coordinator lead=person to=below",),
        "*",
        PERHAPS,
    ),
    Formula(r"phoi hop cong tac, trao doi thong tin", "relation:coordinating", ("task contribute", "task read"), "*"),
    Formula(r"phoi hop cong tac, trao doi thong tin", "relation:coordinating", ("portfolio read",)),
    Formula(
        r"\bban hanh chuong trinh, ke hoach cong tac,? ?(?:ke hoach )?kiem tra",
        "head",
        ("inspection open to=agency", "inspection visit", "inspection find", "inspection close"),
    ),
    Formula(
        r"chiu su giam sat, kiem tra cua",
        "relation:addressee",
        ("inspection remedy", "check answer"),
    ),
    Formula(r"quan triet (?:cac )?noi dung chi dao", "relation:addressee", ("acknowledgement acknowledge of=direction",), "*"),
    Formula(
        r"thuc hien che do thong tin, bao cao theo quy dinh",
        "relation:addressee",
        ("report draft to=agency", "report file to=agency"),
    ),
    Formula(r"thuc hien che do thong tin, bao cao theo quy dinh", "relation:addressee", ("information-request answer",), "*"),
    Formula(
        r"bao cao tinh hinh thuc hien cac chuong trinh, ke hoach",
        "group",
        tuple(f"review.execution-report {act}" for act in _REVIEW),
    ),
    Formula(
        r"^xay dung(?:, trinh [^;.]*? ban hanh)? chuong trinh, ke hoach cong tac",
        "group",
        ("document.programme draft", "document.plan draft"),
        "*",
    ),
    Formula(r"so ket, danh gia tinh hinh", "group", tuple(f"review.interim-review {act}" for act in (*_REVIEW, "deliver"))),
    Formula(
        r"bao cao .*ve tinh hinh, ket qua hoat dong",
        "group",
        tuple(f"review.activity-report {act}" for act in (*_REVIEW, "deliver")),
    ),
    Formula(r"tai lieu phuc vu .*cuoc hop", "group", ("meeting add-paper",)),
    Formula(
        r"pho bien, huong dan va kiem tra viec thuc hien quy che",
        "group",
        (
            *(f"review.compliance-report {act}" for act in _REVIEW),
            "check open of=regulation to=agency",
            "guidance issue of=regulation",
        ),
    ),
    Formula(
        r"^nghien cuu, de xuat .*giai phap",
        "group",
        ("proposal file proposes=solution", "proposal study", "issue.initiative study"),
    ),
    Formula(r"co trach nhiem to chuc, chi dao .*thuc hien quy che", "head", ("review.compliance-report deliver",)),
    Formula(
        r"lam viec .*va do .+ quyet dinh", "main-head", ("proposal accept", "proposal reject", "issue accept", "issue reject")
    ),
    Formula(
        r"de nghi lanh dao .*khen thuong cac thanh vien",
        "said",
        ("commendation propose to=each",),
    ),
    Formula(
        r"(?:vuong mac|sua doi, bo sung).*?(?:trinh|bao cao) .+? xem xet, quyet dinh",
        "main-head",
        ("amendment adopt", "amendment reject"),
    ),
    Formula(
        r"thanh phan (?:tham )?du (?:cuoc )?hop do (?:nguoi )?chu tri (?:cuoc hop )?quyet dinh",
        "relation:presiding",
        ("meeting.regular invite", "meeting.ad-hoc invite"),
    ),
    Formula(
        r"^trieu tap(?: va|,) chu tri .*(?:cuoc hop|phien hop)",
        "head",
        tuple(
            f"meeting.{kind} conclude to={to}" for kind in ("regular", "ad-hoc") for to in ("none", "below", "group", "agency")
        ),
    ),
)


def formulas(reading: WordReading) -> Iterator[ProposedRow]:
    """Yield the powers of each formula that stands in a clause."""
    for each in FORMULAS:
        for clause, match in reading.find(each.words):
            if subject := _subject(reading, clause, each.by):
                words = match[0].split(",")[0][:40]
                for power in each.powers:
                    yield from _powers(reading, clause, each, subject, power.split(" "), words)


def _subject(reading: WordReading, clause: SaidClause, by: str) -> str:
    """Return whose the powers are; "" where the clause is about another."""
    who, about = reading.parties, reading.subject(clause)
    match by:
        case "head":
            return who.head if about == who.head else ""
        case "group":
            return who.group if who.group and about == who.group else ""
        case "main-head":
            return who.head
        case "said":
            return about if about and about != who.main else ""
    return by


def _powers(
    reading: WordReading, clause: SaidClause, formula: Formula, subject: str, power: list[str], words: str
) -> Iterator[ProposedRow]:
    object, act, *facets = power
    body = formula.body or reading.parties.main
    given = dict(facet.split("=") for facet in facets)
    for to in _addressed(reading, given.get("to", "")):
        full = {**given, "to": to} if to else given
        yield reading.power(clause, formula.confidence, words, f"{subject} {body} {object} {act}", **full)


def _addressed(reading: WordReading, to: str) -> list[str]:
    """Return those for whom a facet stands: itself, or everybody whom ``each`` and ``below`` mean."""
    who = reading.parties
    if to == "group":
        return [who.group] if who.group else []
    if to not in ("each", "below"):
        return [to]
    roles = [role.id for role in who.of_main() if to == "each" or role.id != who.head]
    return [*roles, *filter(None, [who.group_member, who.group]), "agency"] if to == "each" else roles


_ANSWERED: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        r"chiu su giam sat, kiem tra cua",
        "remedy-finding",
        "Khắc phục kiến nghị kiểm tra",
        {
            "after": "inspection.find",
            "where": {"outcome": "to-remedy"},
            "done_by": ["inspection.remedy"],
            "waived_by": ["inspection.find", "inspection.close"],
            "due": {"field": "due_on"},
        },
    ),
    (
        r"chiu su giam sat, kiem tra cua",
        "answer-check",
        "Trả lời đôn đốc, kiểm tra",
        {"after": "check.open", "done_by": ["check.answer"], "waived_by": ["check.close"], "due": {"field": "due_on"}},
    ),
    (
        r"quan triet (?:cac )?noi dung chi dao",
        "spread-direction",
        "Quán triệt nội dung chỉ đạo",
        {"after": "acknowledgement.ask", "done_by": ["acknowledgement.acknowledge"], "waived_by": ["direction.withdraw"]},
    ),
    (
        r"thuc hien che do thong tin, bao cao theo quy dinh",
        "answer-information-request",
        "Cung cấp thông tin theo yêu cầu",
        {
            "after": "information-request.ask",
            "done_by": ["information-request.answer"],
            "waived_by": ["information-request.close"],
            "due": {"field": "due_on"},
        },
    ),
    (
        r"thuc hien che do thong tin, bao cao theo quy dinh",
        "report-as-called",
        "Báo cáo theo yêu cầu",
        {"after": "report.call", "done_by": ["report.file"], "undone_by": ["report.return"], "due": {"field": "due_on"}},
    ),
)
"""Duties of whoever is asked: the formula's words, the id, what it is called, and the row."""


def answering(reading: WordReading) -> Iterator[ProposedRow]:
    """Yield the duties of whom the body directs, checks and asks."""
    for pattern, id, name, row in _ANSWERED:
        for clause, match in reading.find(pattern):
            yield reading.row("duty", clause, LIKELY, match[0], id=id, label=label(name), holder="field:to", **row)


def working_sessions(reading: WordReading) -> Iterator[ProposedRow]:
    """Whoever holds a working session opens it, and concludes it for those with whom it is held."""
    who = reading.parties
    for clause, match in reading.find(r"^(.+?) dinh ky (?:hoac|va) dot xuat lam viec voi (.+?) de "):
        found, rest = who.listed(match[1])
        if not found or rest:
            continue
        with_whom = who.listed(re.sub(rf"thanh vien {who.noun}", "uy vien", match[2]))[0]
        subject = f"relation:presiding {who.main} meeting.working-session"
        yield reading.power(clause, LIKELY, "lam viec voi", f"{subject} open")
        for to in ["none", *("member" if id == who.main else id for id in with_whom)]:
            yield reading.power(clause, LIKELY, "lam viec voi", f"{subject} conclude", to=to)

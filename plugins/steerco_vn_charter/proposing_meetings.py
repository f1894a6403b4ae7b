"""Proposals on meetings: how often, who convenes and presides, who attends, notice, quorum and votes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from steerco.extension.api import ProposedRow
from steerco_vn_charter.parties import SaidClause
from steerco_vn_charter.proposing import LIKELY, SURE, WordReading, label

_PERIODS = {"tuan": "week", "thang": "month", "quy": "quarter", "6 thang": "half-year", "sau thang": "half-year", "nam": "year"}
_PERIOD_NAMES = {
    "week": "hằng tuần",
    "month": "hằng tháng",
    "quarter": "hằng quý",
    "half-year": "6 tháng một lần",
    "year": "hằng năm",
}
_SPAN = r"(6 thang|sau thang|tuan|thang|quy|nam)"
_HOW_OFTEN = (
    rf"hop (?:thuong ky|dinh ky)?,? ?(?:it nhat )?(?:moi|1|01|mot)? ?{_SPAN} (?:mot|1|01) lan",
    rf"(?:moi|hang|dinh ky) {_SPAN},? (?:\w+ ){{0,6}}hop (?:\w+ ){{0,3}}(?:mot|1|01) lan",
    rf"\bhop (?:thuong ky |dinh ky )?(?:hang|moi) {_SPAN}\b",
)
_TIMES = (
    rf"(?:(?:moi|hang|mot) {_SPAN} hop|hop (?:moi|hang|mot) {_SPAN})(?: it nhat| toi thieu)? "
    r"(?P<times>\d{1,2}|\w+)(?: \([a-z ]+\))? (?:lan|ky|phien)\b"
)
"""So many times in a period, as in *mỗi năm họp 4 lần*."""
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10, "muoi lam": 15}
_FRACTIONS = {
    "hai phan ba": [2, 3],
    "2/3": [2, 3],
    "ba phan tu": [3, 4],
    "3/4": [3, 4],
    "mot nua": [1, 2],
    "mot phan hai": [1, 2],
    "mot phan ba": [1, 3],
    "1/3": [1, 3],
    "1/2": [1, 2],
    "50%": [1, 2],
}
_KINDS = {"regular": "dinh ky|thuong ky", "ad-hoc": "dot xuat|bat thuong"}
"""The kinds of meetings that texts tell apart, with their words."""
_BUT = r"(?:(?<!luu )(?<!cu )tru(?! so\b)|(?<!nuoc )ngoai(?! ra\b| giao\b)|khong (?:ke|bao gom|tinh|ap dung)) "
"""Words that take out what they stand before; without tones they are those of *lưu trữ*, *trụ sở*, *nước ngoài* as well."""
_UP_TO = r"(?:(?!dinh ky|thuong ky|dot xuat|bat thuong|truoc\b|gui\b)\w+,? ){0,7}?"
"""What may stand between such a word and the kind of meetings."""
_AD_HOC = r"hop (?:dot xuat|bat thuong) theo (?:trieu tap|quyet dinh) cua (.+?)[.;]"
_CALLS = (
    r"^(?:.{0,60}, )??([^,]+?(?:, [^,]+?)??) (?:co the |quyet dinh )*trieu tap (?:cac )?cuoc hop (mo rong|dot xuat|bat thuong)"
)
_SHARE = (
    r"(?P<over>qua nua|tren 50%|tren mot nua|tren 1/2|da so)"
    r"|(?:(?P<more>tren|hon)|it nhat|toi thieu|tu)? ?(?P<share>hai phan ba|2/3|ba phan tu|3/4|mot nua|mot phan hai|1/2|50%"
    r"|mot phan ba|1/3)"
)
_OF = r"(?:\([^)]{1,20}\) )?(?:tong )?(?:so )?(?:thanh vien|uy vien)"


def cadences(reading: WordReading) -> Iterator[ProposedRow]:
    """Meetings that recur: with their period, or without where the text states none."""
    who = reading.parties
    every: Any
    for clause in reading.clauses:
        body = reading.subject(clause)
        if body not in (who.main, who.group) or not body:
            continue
        if match := next((m for pattern in _HOW_OFTEN if (m := re.search(pattern, clause.text))), None):
            every, confidence = _PERIODS[match[1]], SURE
        elif (match := re.search(_TIMES, clause.text)) and (times := _number(match["times"])):
            per = _PERIODS[match[1] or match[2]]
            every, confidence = (per if times == 1 else {"count": times, "per": per}), SURE
        elif match := re.search(r"\bhop (?:dinh ky|thuong ky) hoac dot xuat", clause.text):
            every, confidence = "not-stated", LIKELY
        else:
            continue
        holder, beside = _convener(reading, body, clause)
        name = f"Họp định kỳ {_PERIOD_NAMES.get(every, '') if isinstance(every, str) else ''}".strip()
        row = {"id": f"{body}-meeting", "label": label(f"{name} của {_named(reading, body)}"), "body": body, "kind": "regular"}
        row |= {"every": every, **({"holder": holder} if holder else {})}
        yield reading.row("cadence", clause, confidence, match[0], **row, cite=[clause.id, *beside])
    for clause, match in reading.find(r"^(.+?) dinh ky (?:hoac|va) dot xuat lam viec voi"):
        if reading.parties.listed(match[1])[0]:
            says = label(clause.part.text[: clause.part.text.find("làm việc") + len("làm việc")])
            row = {"id": "working-sessions", "label": says, "body": who.main, "kind": "working-session", "every": "not-stated"}
            yield reading.row("cadence", clause, LIKELY, "dinh ky", **row)


def _number(word: str) -> int:
    """Return the number that a folded word is; 0 where it is none."""
    return int(word) if word.isdigit() else _NUMBERS.get(word, 0)


def _named(reading: WordReading, body: str) -> str:
    return reading.parties.main_name if body == reading.parties.main else reading.parties.group_name


def _convener(reading: WordReading, body: str, clause: SaidClause) -> tuple[str, list[str]]:
    """Return who owes the regular meeting, with the clause that says so beside."""
    if body == reading.parties.group:
        return reading.parties.group_head, []
    for other, _ in reading.find(r"^trieu tap(?: va|,) chu tri .*hop dinh ky"):
        return reading.subject(other), [other.id]
    called = re.search(r"\bdo (.+?) (?:\([^)]*\) )?trieu tap", clause.text)
    if called and (found := reading.parties.listed(called[1])[0]):
        return reading.named(found, clause), []
    return body, []


def convening(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose who calls regular, ad hoc and extended meetings, and presides."""
    who = reading.parties
    for clause, match in reading.find(r"^trieu tap(?: va|,) chu tri .*?(?:cuoc hop|phien hop) (.*)"):
        holder = reading.subject(clause)
        out = _excepted(clause, match)
        named = [kind for kind, words in _KINDS.items() if kind not in out and re.search(words, match[1])]
        for kind in (named or [each for each in _KINDS if each not in out]) if holder else ():
            yield reading.power(clause, SURE, "trieu tap", f"{holder} {who.main} meeting.{kind} convene")
            yield reading.power(clause, LIKELY, "chu tri", f"{holder} {who.main} meeting.{kind} open")
            if kind == "regular" or _called_by_nobody_else(reading, holder):
                where = {"body": who.main, "kind": kind}
                yield reading.row("rule", clause, SURE, "chu tri", name="presiding", value=holder, where=where)
    for clause, match in reading.find(_AD_HOC):
        found, _ = who.listed(match[1])
        if found and reading.subject(clause) == who.group:
            continue
        if found and all(id in [role.id for role in who.roles] for id in found):
            yield reading.power(clause, SURE, "hop dot xuat", f"{reading.named(found, clause)} {who.main} meeting.ad-hoc convene")
    for clause, match in reading.find(_CALLS):
        found, rest = who.listed(match[1])
        if found and not rest:
            kind = "extended" if match[2] == "mo rong" else "ad-hoc"
            yield reading.power(clause, SURE, match[2], f"{reading.named(found, clause)} {who.main} meeting.{kind} convene")
    for clause, _ in reading.find(rf"^{who.group_noun or '!'} hop .*theo yeu cau cua (?:lanh dao|to truong|truong nhom)"):
        if who.group_head:
            for kind, told in (("regular", "dinh ky"), ("ad-hoc", "dot xuat")):
                if told in clause.text:
                    yield reading.power(clause, LIKELY, "theo yeu cau", f"{who.group_head} {who.group} meeting.{kind} convene")


def _called_by_nobody_else(reading: WordReading, holder: str) -> bool:
    """Return whether no clause lets others call ad hoc meetings: who presides over those is then said by nothing."""
    return all(reading.parties.listed(match[1])[0] == [holder] for _, match in reading.find(_AD_HOC))


def sessions(reading: WordReading) -> Iterator[ProposedRow]:
    """Working sessions of the leadership with those whom the text names; whoever holds one presides."""
    who = reading.parties
    for clause, match in reading.find(r"^(.+?) dinh ky (?:hoac|va) dot xuat lam viec voi (.+?) de "):
        found, rest = who.listed(match[1])
        if not found or rest:
            continue
        holder = reading.named(found, clause)
        partners = [
            "member" if id == who.main else id for id in who.listed(re.sub(rf"thanh vien {who.noun}", "uy vien", match[2]))[0]
        ]
        if re.search(r"lam viec voi cac (?:bo|don vi|co quan)\b", clause.text):
            partners.append("agency")
        for partner in partners:
            facets = {"with": partner}
            yield reading.power(clause, LIKELY, "lam viec voi", f"{holder} {who.main} meeting.working-session convene", **facets)
    for clause, _ in reading.find(r"^truc tiep lam viec .*(?:bo, nganh|don vi|co quan)"):
        if who.group and reading.subject(clause) == who.group:
            yield reading.power(
                clause, LIKELY, "lam viec", f"{who.group} {who.group} meeting.working-session convene", **{"with": "agency"}
            )


def attendance(reading: WordReading) -> Iterator[ProposedRow]:
    """Members attend; who cannot asks the presiding officer; who sends a substitute gives an opinion in writing."""
    who = reading.parties
    for clause, _ in reading.find(r"thanh phan (?:tham )?du (?:cuoc )?hop do (?:nguoi )?chu tri (?:cuoc hop )?quyet dinh"):
        for kind in ("regular", "ad-hoc"):
            yield reading.power(clause, LIKELY, "thanh phan", f"relation:presiding {who.main} meeting.{kind} set-attendees")
    for clause, _ in reading.find(r"tham du day du cac (?:cuoc|phien) hop"):
        role = reading.subject(clause)
        if who.role(role) is None:
            continue
        yield reading.row("duty", clause, SURE, "tham du day du", **_attending(reading, role))
        if re.search(r"khong the tham du .*(?:su )?dong y cua (?:nguoi )?chu tri", clause.text):
            yield reading.power(clause, SURE, "khong the tham du", f"{role} {who.main} absence-request request", kind="meeting")
            for act in ("consent", "refuse"):
                facets = {"of": role, "kind": "meeting"}
                yield reading.power(clause, LIKELY, "dong y", f"relation:presiding {who.main} absence-request {act}", **facets)
        if re.search(r"uy quyen cho nguoi (?:du hop|khac)", clause.text):
            yield reading.power(clause, SURE, "uy quyen", f"{role} {who.main} substitution name", kind="meeting")
        if re.search(r"uy quyen cho nguoi .*y kien bang van ban", clause.text):
            yield reading.power(
                clause, LIKELY, "bang van ban", f"relation:self {who.main} substitution lodge-opinion", of=role, kind="meeting"
            )
            yield reading.row("duty", clause, LIKELY, "bang van ban", **_WRITTEN_OPINION)


def _attending(reading: WordReading, role: str) -> dict[str, Any]:
    return {
        "id": "attend-meeting",
        "label": label(f"Tham dự cuộc họp {reading.parties.main_name}"),
        "holder": "now:asked",
        "among": role,
        "after": "meeting.convene",
        "where": {"body": reading.parties.main, "kind": "!working-session"},
        "done_by": ["meeting.record-attendance"],
        "named_in": ["attended", "excused"],
        "same": "meeting",
        "waived_by": ["absence-request.consent", "meeting.cancel"],
        "undone_by": ["absence-request.withdraw"],
        "closed_by": ["meeting.record-attendance"],
        "closed_in": "absent",
        "due": {"field": "meets_on"},
    }


_WRITTEN_OPINION: dict[str, Any] = {
    "id": "substitute-opinion",
    "label": label("Có ý kiến bằng văn bản khi ủy quyền người dự họp thay"),
    "holder": "field:who",
    "after": "substitution.name",
    "where": {"kind": "!working-session"},
    "done_by": ["substitution.lodge-opinion"],
    "waived_by": ["substitution.withdraw", "meeting.cancel"],
    "closed_by": ["meeting.open"],
    "closed_after": "meeting.starts_at",
}


_AD_HOC_NOTICE = (
    r"[;,] (?:rieng |doi voi )?(?:cuoc |phien )?hop (?:dot xuat|bat thuong),?(?: gui)? (?:truoc|cham nhat|it nhat|toi thieu)"
    r"[^.;]*?(\d{1,2}|\w+) (?:\(\d+\) )?(ngay lam viec|ngay)\b"
)
"""How much sooner or later those invited to an ad hoc meeting have the invitation, behind what holds of others."""


def notice(reading: WordReading) -> Iterator[ProposedRow]:
    """By when those invited have the invitation. What stands of papers in such a sentence is not read."""
    told = r"(giay moi|thong bao|trieu tap|tai lieu|ho so)[^.;]*?(?:truoc|cham nhat|it nhat|toi thieu)[^.;]*?"
    for clause, match in reading.find(told + r"(\d{1,2}|\w+) (?:\(\d+\) )?(ngay lam viec|ngay|tuan)\b[^.;]*"):
        number = _number(match[2])
        if not number or not re.search(r"\bhop\b", match[0]) or re.search(r"\bsau (?:khi|cuoc|ngay)\b|ket thuc", match[0]):
            continue
        unit = {"ngay lam viec": "working", "ngay": "calendar", "tuan": "weeks"}[match[3]]
        row = {"name": "notice", "value": number, "unit": unit, "bound": "at-least"}
        for where in _of_meetings(reading, clause, match) if match[1] not in ("tai lieu", "ho so") else ():
            yield reading.row("rule", clause, LIKELY, match[1], **row, where=where)
    for clause, match in reading.find(_AD_HOC_NOTICE):
        if (number := _number(match[1])) and re.search(r"giay moi|thong bao|trieu tap", clause.text):
            unit = {"ngay lam viec": "working", "ngay": "calendar"}[match[2]]
            row = {"name": "notice", "value": number, "unit": unit, "bound": "at-least"}
            yield reading.row("rule", clause, LIKELY, "dot xuat", **row, where={"body": reading.parties.main, "kind": "ad-hoc"})


def _of_meetings(reading: WordReading, clause: SaidClause, match: re.Match[str]) -> list[dict[str, str]]:
    """Return of which meetings a match speaks: those kinds that alone are named, those that an exception leaves, else all of the
    main body. A word such as *ngoài* before a kind takes it out, wherever it stands in the sentence."""
    before = clause.text[: match.start()]
    said = clause.text[max(before.rfind("."), before.rfind(";")) + 1 : match.end()]
    out = _excepted(clause, match)
    named = {kind for kind, words in _KINDS.items() if re.search(words, said)}
    kinds = [kind for kind in _KINDS if kind not in out and kind in (named - out or _KINDS)]
    if not out and len(named) != 1:
        return [{"body": reading.parties.main}]
    return [{"body": reading.parties.main, "kind": kind} for kind in kinds]


def _excepted(clause: SaidClause, match: re.Match[str]) -> set[str]:
    """Return the kinds of meetings that the sentence of a match takes out, or a later one says that it does not apply to."""
    end = clause.text.find(".", match.end())
    sentence = clause.text[clause.text.rfind(".", 0, match.start()) + 1 : end if end >= 0 else len(clause.text)]
    later = clause.text[match.end() :]
    return {
        kind
        for kind, words in _KINDS.items()
        if re.search(rf"\b{_BUT}{_UP_TO}(?:{words})", sentence) or re.search(rf"\bkhong ap dung {_UP_TO}(?:{words})", later)
    }


def votes(reading: WordReading) -> Iterator[ProposedRow]:
    """One decides; or a vote with the share and the base that the text names; a quorum."""
    who = reading.parties
    for clause, match in reading.find(r"\blam viec .*(?:\bdo |, )((?:\w+ ){1,7})quyet dinh[.;]?$"):
        found, rest = who.listed(match[1].strip())
        if len(found) == 1 and not rest and reading.subject(clause) == who.main:
            named = who.role(found[0])
            says = label(f"{named.name if named else found[0]} quyết định")
            row = {"id": f"{found[0]}-decides", "label": says, "body": who.main, "rule": "one-decides"}
            yield reading.row("decision", clause, SURE, "quyet dinh", **row)
            yield reading.power(clause, LIKELY, "quyet dinh", f"{found[0]} {who.main} matter decide")
    consensus = r"(?:quyet dinh|thong qua|lam viec) theo nguyen tac (?:nhat tri|dong thuan)"
    for clause, match in reading.find(consensus):
        row = {"id": "consensus", "label": label("Quyết định theo nguyên tắc nhất trí"), "body": who.main, "rule": "consensus"}
        yield reading.row("decision", clause, LIKELY, match[0], **row)
    for clause, match in reading.find(rf"(?:{_SHARE}) {_OF}(?P<base>[^.;,]*)(?:tan thanh|dong y|bieu quyet|nhat tri)"):
        if _of_others(reading, match["base"]):
            continue
        row = {"id": "vote", "label": label("Biểu quyết"), "body": who.main, "rule": "vote"}
        test = {"count": "for", "of": _base(match["base"]), **_fraction(match)}
        yield reading.row("decision", clause, LIKELY, match[0][:20], **row, **_with_casting(reading, clause, test))
    hold = (
        rf"(?:hop|phien hop|cuoc hop)[^.;]*(?:khi|phai|neu) co (?:mat )?(?:{_SHARE}) {_OF}"
        r"(?P<base>[^.;]*)(?:tham du|du hop|co mat|tham gia)"
    )
    for clause, match in reading.find(hold):
        if who.main and not _of_others(reading, match["base"]):
            row = {"id": "to-meet", "body": who.main, "for": "meet", "of": "seated", **_fraction(match)}
            yield reading.row("quorum", clause, LIKELY, match[0][-20:], **row)


def _with_casting(reading: WordReading, clause: SaidClause, test: dict[str, Any]) -> dict[str, Any]:
    """Return what passes, where votes that are level go by somebody's: a half of all then is a tie, and more than it passes."""
    level = re.search(
        r"(?:ngang|bang) nhau[^.;]*?y kien (?:bieu quyet )?(?:cua |ma )(.+?)(?: bieu quyet| la| quyet dinh)?[.;]", clause.text
    )
    found = reading.parties.listed(level[1])[0] if level else []
    if len(found) != 1 or test.get("share") != [1, 2] or not test.get("over"):
        return {"pass": [test]}
    half = {"of": test["of"], "share": [1, 2]}
    tie = [{"count": "for", **half}, {"count": "against", **half}, {"count": "for", "more_than": "against"}]
    return {"tie": f"casting:{found[0]}", "pass": tie, "or_pass": [[test]]}


def _of_others(reading: WordReading, words: str) -> bool:
    """Return whether the words behind *thành viên* name another body than the one that the regulation is of."""
    named = re.match(r"\s*(?:cua )?((?:tieu ban|uy ban|hoi dong|ban|to|doan|chinh phu|hoi|lien hiep)\b.*)", words)
    return named is not None and not named[1].startswith(reading.parties.noun or "!")


def terms(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose how long the parties serve whom the sentence names first."""
    told = r"\bnhiem ky(?: cua (?P<of>.{1,60}?))?(?: la| keo dai)? (?P<years>\d{1,2}|\w+)(?: \([a-z ]+\))? nam\b"
    for clause, match in reading.find(told):
        years = _number(match["years"])
        for role in reading.parties.listed(match["of"] or clause.text)[0] if years else ():
            if reading.parties.role(role):
                row = {"role": role, "length": {"value": years, "unit": "years"}}
                yield reading.row("term", clause, LIKELY, "nhiem ky", **row)


def _base(words: str) -> str:
    return "present" if re.search(r"co mat|du hop|tham du", words) else "seated"


def _fraction(match: re.Match[str]) -> dict[str, Any]:
    share = [1, 2] if match["over"] else _FRACTIONS[match["share"]]
    return {"share": share, **({"over": True} if match["over"] or match["more"] else {})}

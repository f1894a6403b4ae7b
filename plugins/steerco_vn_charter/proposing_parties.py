"""Proposals on who there is: instrument, bodies, roles, groups, seats by office, who acts for whom, who is bound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from steerco.extension.api import ProposedRow
from steerco_vn_charter.parties import PartyRole, SaidClause, folded, slug
from steerco_vn_charter.proposing import LIKELY, PERHAPS, SURE, WordReading, label

_OFFICE = (
    r"(?:pho thu tuong|bo truong|thu truong|(?:pho )?chu nhiem|(?:pho )?chanh van phong|(?:pho )?giam doc|tong giam doc|vu truong"
    r"|cuc truong|(?:pho )?chu tich uy ban nhan dan)"
)
UNNUMBERED = 60
"""Confidence of a title that stands in for the number of an instrument."""
ACTING = ("meeting.convene", "meeting.open", "meeting.conclude")
"""The powers that *leading the work* in place of another surely takes in; what else it takes in a person decides."""


class HeldSeat(NamedTuple):
    """A seat with the office that holds it; ``words`` are those that say so, where they are no clause."""

    id: str
    role: PartyRole
    office: str
    words: str = ""


def instrument(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose the articles by which the regulation is issued and comes into effect; its title as its name, where it has no
    number."""
    paper = reading.parsed.paper
    if paper.title and not paper.number and reading.clauses:
        yield ProposedRow("instrument", {"id": slug(paper.title)[:60].strip("-")}, reading.clauses[0].id, paper.title, UNNUMBERED)
    cites = [c for c in reading.clauses if c.id.startswith("QD.") and re.search(r"ban hanh kem theo|co hieu luc", c.text)]
    if cites:
        yield reading.row("instrument", cites[0], SURE, "", kind="charter", cite=[clause.id for clause in cites])


def bodies(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose the body that the regulation is of, and the one that assists it."""
    who = reading.parties
    for clause, match in reading.find(r"(?:sau|duoi) day (?:duoc )?(?:goi|viet) tat la ([^);]+)"):
        if not who.noun or reading.parties.at(match[1])[0] != who.main:
            continue
        whole = re.search(rf"({who.main_name}[^(;.]*?)\s*\((?:sau|dưới) đây", clause.part.text, re.IGNORECASE)
        first = _first_of(reading, who.head)
        row = {"id": who.main, "label": label(whole[1] if whole else who.main_name), "head": who.head}
        cites = [clause.id, *([first.id] if first else [])]
        yield reading.row("body", clause, LIKELY, "tat la", **{k: v for k, v in row.items() if v}, cite=cites)
        break
    else:
        yield from _named_body(reading)
    if not who.group:
        return
    for clause, match in reading.find(rf"{who.group_noun}(?: giup viec|(?<=giup viec)) ([^(,;.]+)"):
        if clause.id.startswith("QD"):
            continue
        helped = who.at(match[1])[0]
        headed = who.group_head if _first_of(reading, who.group_head) is not None else ""
        row = {"id": who.group, "label": label(who.group_name), "head": headed, "assists": helped}
        yield reading.row("body", clause, LIKELY, who.group_noun, **{k: v for k, v in row.items() if v})
        break


def _named_body(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose the body of a text that introduces it by no short name: by the clause on its size, else by the first that is
    about it."""
    who = reading.parties
    sized = r"^.{3,40}? (?:co|gom) (\d{1,2}) (?:\([a-z ]+\) )?(?:thanh vien|uy vien)\b"
    size = next((found for found in reading.find(sized) if reading.opens(found[0]) == [who.main]), None)
    named = (clause for clause in reading.clauses if who.noun in clause.text and not clause.id.startswith("QD"))
    clause = size[0] if size else next(named, None)
    if clause is None:
        return
    headed = _first_of(reading, who.head)
    row: dict[str, Any] = {"id": who.main, "label": label(who.main_name)}
    row |= {"head": who.head} if headed is not None else {}
    row |= {"seats": int(size[1][1])} if size else {}
    cites = [clause.id, *([headed.id] if headed is not None else [])]
    yield reading.row("body", clause, LIKELY, who.noun, **row, cite=list(dict.fromkeys(cites)))


def roles(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose each role with a clause that gives it something to do or somebody to hold it."""
    who = reading.parties
    told = (clause for clause, _ in reading.find("lam viec theo che do kiem nhiem") if reading.opens(clause))
    beside = next(told, None)
    for role in who.roles:
        clause = _first_of(reading, role.id)
        if clause is None:
            continue
        row: dict[str, Any] = {"id": role.id, "body": role.body, "label": label(_name(reading, role))}
        if any(reading.subject(own) == role.id for own, _ in reading.find("quan ly cua (?:co quan|don vi) minh")):
            row["represents"] = True
        if beside is not None:
            row["concurrent"] = True
        cites = list(dict.fromkeys([clause.id, *([beside.id] if beside is not None else [])]))
        yield reading.row("role", clause, LIKELY, role.told, **row, cite=cites)


def groups(reading: WordReading) -> Iterator[ProposedRow]:
    """Roles that the text names together."""
    for id, own in reading.groups.items():
        pattern = "goi chung la" if id == "vice-chairs" else "dinh ky (?:hoac|va) dot xuat lam viec voi"
        clause = next(clause for clause, _ in reading.find(pattern))
        names = [_name(reading, role) for each in own if (role := reading.parties.role(each))]
        yield reading.row("group", clause, LIKELY, "", id=id, label=label(", ".join(names)), roles=own)


def seats(reading: WordReading) -> Iterator[ProposedRow]:
    """Seats whose office the text names, and one for each role that one person holds; an agency or office of several once."""
    told = set[tuple[str, str]]()
    for each in _seats(reading):
        named = (each.table, str(each.row["id"]))
        if named not in told:
            told.add(named)
            yield each


def _seats(reading: WordReading) -> Iterator[ProposedRow]:
    who, done = reading.parties, set[str]()
    for clause, match in reading.find(
        rf"^(.+?) la (?:dong chi )?({_OFFICE}.*?) (?:chu tri|chiu trach nhiem|phu trach|co trach nhiem)\b"
    ):
        role = who.role(who.at(match[1])[0])
        if role is None:
            continue
        office = _as_written(clause, match[2])
        id = role.id if role in who.single() else f"{role.id}-{slug(_place(office))}"
        done.add(id)
        yield from _seat(reading, clause, SURE, HeldSeat(id, role, office))
    yield from _by_composition(reading, done)
    yield from _by_sentence(reading, done)
    yield from _by_heading(reading, done)
    yield from _by_proposer(reading, done)
    for role in who.single():
        found = _first_of(reading, role.id)
        many = any(reading.find(rf"\b(?:cac|0?[2-9]) (?:dong chi )?{role.told}\b"))
        if role.id not in done and found is not None and not many:
            yield reading.row("seat", found, LIKELY, role.told, id=role.id, role=role.id, label=label(_name(reading, role)))


def _composed(reading: WordReading) -> Iterator[tuple[SaidClause, PartyRole, list[str]]]:
    """Yield the items that list who a body is made of, with the offices that hold the role: ``Phó Trưởng ban: Giám đốc Sở …``"""
    for clause in reading.clauses:
        id, rest = reading.parties.at(clause.text)
        role = reading.parties.role(id)
        if role is None or not re.match(rf"\s*(?::|la\b|-)\s*(?:dong chi )?{_OFFICE}\b", rest):
            continue
        words = re.sub(r"^\s*(?::|la\b|-)\s*(?:dong chi )?", "", rest).strip(" ;.")
        offices = re.split(rf"\s*[;,]\s*(?:va )?|\s+va\s+(?={_OFFICE}\b)", words)
        if all(re.fullmatch(rf"{_OFFICE}\b(?! cac\b)[^:]*", office) for office in offices):
            yield clause, role, offices


def _by_composition(reading: WordReading, done: set[str]) -> Iterator[ProposedRow]:
    """Propose who a body is made of, item by item: each office holds one seat."""
    for clause, role, offices in _composed(reading):
        if role.id in done:
            continue
        done.add(role.id)
        for office in offices:
            written = _as_written(clause, office)
            id = role.id if role in reading.parties.single() and len(offices) == 1 else f"{role.id}-{slug(_place(written))}"
            yield from _seat(reading, clause, SURE, HeldSeat(id, role, written))


def _by_sentence(reading: WordReading, done: set[str]) -> Iterator[ProposedRow]:
    """``Thứ trưởng Bộ … làm Phó Trưởng ban``: an office with its agency, so that no person's name is taken for one."""
    for clause in reading.clauses:
        for match in re.finditer(
            rf"({_OFFICE} (?:bo|vu|cuc|so|van phong|trung tam|uy ban|tong cuc) [^;.]*?) lam ([^;.,]+)", clause.text
        ):
            role = reading.parties.role(reading.parties.at(match[2])[0])
            if role is not None and role in reading.parties.single() and role.id not in done:
                done.add(role.id)
                yield from _seat(reading, clause, LIKELY, HeldSeat(role.id, role, _as_written(clause, match[1])))


def _by_heading(reading: WordReading, done: set[str]) -> Iterator[ProposedRow]:
    """Propose a heading that names an office and the roles that it holds: ``Chánh Văn phòng Bộ, Ủy viên thường trực, Tổ trưởng
    …:``"""
    for heading in reading.parsed.headings:
        pieces = heading.label.strip(" :.").split(", ")
        clause = next((c for c in reading.clauses if c.part.under == heading.id), None)
        if clause is None or len(pieces) < 2 or not re.match(_OFFICE, folded(pieces[0])):
            continue
        for piece in pieces[1:]:
            if role := reading.parties.role(reading.parties.at(folded(piece))[0]):
                id = role.id if role in reading.parties.single() else f"{role.id}-{slug(_place(pieces[0]))}"
                done.add(id)
                yield from _seat(reading, clause, SURE, HeldSeat(id, role, pieces[0], heading.label))


def _by_proposer(reading: WordReading, done: set[str]) -> Iterator[ProposedRow]:
    """Propose who proposed the decision, by office and role; the preamble is no clause, so the decision's first article is
    cited."""
    first = next((clause for clause in reading.clauses if clause.id == "QD.1"), None)
    for proposer in reading.parsed.paper.proposers if first else ():
        assert first is not None
        pieces = proposer.split(", ")
        held = [role for piece in pieces[1:] if (role := reading.parties.role(reading.parties.at(folded(piece))[0]))]
        if re.match(_OFFICE, folded(pieces[0])):
            for role in held:
                if role in reading.parties.single() and role.id not in done:
                    done.add(role.id)
                    yield from _seat(reading, first, PERHAPS, HeldSeat(role.id, role, pieces[0], proposer))


def _seat(reading: WordReading, clause: SaidClause, confidence: int, seat: HeldSeat) -> Iterator[ProposedRow]:
    """Yield the seat, and before it the office and its agency as people's data."""
    said, place = seat.words or clause.part.text, _place(seat.office)
    if place != seat.office:
        row = {"id": slug(place), "name": label(place)}
        yield ProposedRow("agency", row, clause.id, said, confidence)
        row = {"id": slug(seat.office), "title": label(seat.office), "agency": slug(place)}
        yield ProposedRow("office", row, clause.id, said, confidence)
    name = f"{_name(reading, seat.role)} ({seat.office})"
    held = {"id": seat.id, "role": seat.role.id, "label": label(name), "office": slug(seat.office), "cite": [clause.id]}
    yield ProposedRow("seat", held, clause.id, said, confidence)


def succession(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose who acts for whom in absence."""
    for clause, match in reading.find(r"\bkhi (.+?) vang mat, (.+?) thay mat (.+?) (?:lanh dao|chi dao|dieu hanh)"):
        absent, acts = reading.parties.at(match[1])[0], reading.parties.at(match[2])[0]
        if absent and acts and reading.parties.at(match[3])[0] == absent:
            named = reading.parties.role(absent)
            says = label(f"thay mặt {_name(reading, named)}" if named else "")
            yield reading.row(
                "succession", clause, SURE, "vang mat", absent=absent, acts=acts, powers=list(ACTING), on_behalf=says
            )
    for clause, match in reading.find(
        r"^thay mat (.+?) (?:lanh dao|chi dao|dieu hanh|giai quyet)[^.;]* khi (.+?) (?:vang mat|di vang)"
    ):
        absent, acts = reading.parties.at(match[1])[0], reading.subject(clause)
        if absent and acts and acts != absent and reading.parties.at(match[2])[0] == absent:
            row = {"absent": absent, "acts": acts, "powers": list(ACTING)}
            yield reading.row("succession", clause, SURE, "thay mat", **row)


def bound(reading: WordReading) -> Iterator[ProposedRow]:
    """Propose who has to carry the regulation out."""
    who = reading.parties
    for clause, match in reading.find(r"^(.+?) chiu trach nhiem thi hanh quyet dinh nay"):
        parties = [(who.main, who.noun), (who.group, who.group_noun)]
        for id, noun in parties:
            if id and noun in match[1]:
                yield reading.row("bound", clause, SURE, "chiu trach nhiem thi hanh", who=id)


def _first_of(reading: WordReading, id: str) -> SaidClause | None:
    """Return the clause that first speaks of a role as holder or doer."""
    who, role = reading.parties, reading.parties.role(id)
    if role is None:
        return None
    for heading in reading.parsed.headings:
        pieces = heading.label.strip(" :.").split(", ")
        if len(pieces) > 1 and re.match(_OFFICE, folded(pieces[0])) and any(who.at(folded(p))[0] == id for p in pieces[1:]):
            return next((c for c in reading.clauses if c.part.under == heading.id), None)
    if composed := next((clause for clause, listed, _ in _composed(reading) if listed.id == id), None):
        return composed
    if id == who.group_member:
        return next((clause for clause, _ in reading.find(rf"^cu .+ tham gia {who.group_noun}")), None)
    headed = (c for c in reading.clauses if not reading.opens(c) and reading.subject(c) == id)
    named = (clause for clause, _ in reading.find(rf"\blam {role.told}\b"))
    own = (clause for clause in reading.clauses if reading.subject(clause) == id and not clause.id.startswith("QD"))
    decides = (c for c, match in reading.find(r"\bdo ((?:\w+ ){1,8})quyet dinh") if who.at(match[1])[0] == id)
    return next(headed, None) or next(named, None) or next(own, None) or next(decides, None)


def _name(reading: WordReading, role: PartyRole) -> str:
    who = reading.parties
    named = role.body == who.main and who.noun in ("uy ban", "hoi dong")
    return f"{role.name} {who.main_name}" if named else role.name


def _as_written(clause: SaidClause, words: str) -> str:
    """Return the words of a clause that fold to these."""
    text = clause.part.text
    parts = text.split()
    for start in range(len(parts)):
        if folded(" ".join(parts[start:])).startswith(words):
            end = next(n for n in range(start + 1, len(parts) + 1) if len(folded(" ".join(parts[start:n]))) >= len(words))
            return " ".join(parts[start:end]).strip(" ,;.")
    return words


def _place(office: str) -> str:
    """Return the agency in an office's name: ``Bộ trưởng Bộ Công an`` is of ``Bộ Công an``."""
    last = re.sub(r"\s+phụ trách\b.*", "", office.split(", ")[-1])
    title = re.match(
        r"(?:phó thủ tướng|bộ trưởng|thứ trưởng|(?:phó )?chủ nhiệm|(?:phó )?chánh|tổng giám đốc|(?:phó )?giám đốc"
        r"|vụ trưởng|cục trưởng|(?:phó )?chủ tịch(?= ủy ban nhân dân))\s+",
        last,
        re.I,
    )
    return last[title.end() :] if title else last

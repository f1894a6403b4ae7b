"""Who a Vietnamese regulation speaks of: its bodies and roles, as their titles stand in headings and clauses.

Texts are compared folded: small letters without marks, with scanners' "ủ y" drawn together. Ids are English words for the usual
titles, so that charters of alike committees go by alike names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from msgspec import Struct, field

from steerco.extension.api import OutlinePart, Parsed

_BODIES = (
    ("uy ban", "Ủy ban", "committee"),
    ("ban chi dao", "Ban Chỉ đạo", "board"),
    ("hoi dong", "Hội đồng", "council"),
    ("ban dieu hanh", "Ban Điều hành", "executive-board"),
    ("ban quan ly", "Ban Quản lý", "management-board"),
    ("ban thuong vu", "Ban Thường vụ", "standing-committee"),
    ("cau lac bo", "Câu lạc bộ", "club"),
)
"""Bodies that a regulation may be of: folded, as written, id."""
_GROUPS = (
    ("to cong tac", "Tổ công tác", "working-group"),
    ("to giup viec", "Tổ giúp việc", "support-group"),
    ("nhom giup viec", "Nhóm giúp việc", "support-group"),
    ("ban thu ky", "Ban Thư ký", "secretariat"),
)
"""Bodies that assist."""
_TITLES = (
    ("pho chu tich thuong truc", "Phó Chủ tịch thường trực", "standing-vice-chair"),
    ("pho chu tich", "Phó Chủ tịch", "vice-chair"),
    ("chu tich", "Chủ tịch", "chair"),
    ("pho truong ban thuong truc", "Phó Trưởng ban thường trực", "standing-deputy-head"),
    ("pho truong ban", "Phó Trưởng ban", "deputy-head"),
    ("truong ban", "Trưởng ban", "head"),
    ("pho chu nhiem", "Phó Chủ nhiệm", "vice-director"),
    ("chu nhiem", "Chủ nhiệm", "director"),
    ("uy vien thuong truc", "Ủy viên thường trực", "standing-member"),
    ("uy vien thu ky", "Ủy viên thư ký", "secretary"),
    ("uy vien", "Ủy viên", "member"),
)
"""Roles of the body itself, the longer titles first: a title is told by the first that fits."""
_HEADS = ("chair", "head", "director")
_SINGLE = (*_HEADS, "standing-vice-chair", "vice-chair", "standing-deputy-head", "deputy-head", "vice-director")
_GROUP_HEAD = (("to truong", "Tổ trưởng"), ("truong nhom", "Trưởng nhóm"), ("truong ban thu ky", "Trưởng Ban Thư ký"))
_ELSEWHERE = (
    "uy ban",
    "ban",
    "bo",
    "hoi",
    "hoi dong",
    "cong doan",
    "lien",
    "tong",
    "van phong",
    "tinh",
    "thanh pho",
    "quoc hoi",
    "nuoc",
)
"""Words with which the names of other bodies begin."""
_GROUP_TOLD = frozenset(told for told, _ in _GROUP_HEAD)


_FRACTIONS = str.maketrans({"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4"})


def folded(text: str) -> str:
    """Return a text in small letters without marks, its punctuation kept."""
    marks = unicodedata.normalize("NFD", text.lower().replace("đ", "d").translate(_FRACTIONS))
    plain = "".join(c for c in marks if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", re.sub(r"\bu y\b", "uy", plain)).strip()


def slug(text: str) -> str:
    """Return a text as the id of an office or a seat."""
    return re.sub(r"[^a-z0-9]+", "-", folded(text)).strip("-")


class SaidClause(Struct, frozen=True):
    """A clause, with its folded text and what stands above it."""

    part: OutlinePart
    text: str
    above: tuple[str, ...]
    """What stands above it, folded: from the nearest heading to that of its article."""
    place: int
    """Its place in the order of the text."""

    @property
    def id(self) -> str:
        return self.part.id

    @property
    def article(self) -> str:
        return self.part.id.partition(".")[0]


class PartyRole(Struct, frozen=True):
    """A role or body that the text speaks of: its id, its name as written, the body that it is of, and how it is told folded."""

    id: str
    name: str
    body: str
    told: str


class SpokenParties(Struct):
    """The parties of one regulation. ``main`` is the body that it is of, "" where none is told."""

    main: str = ""
    main_name: str = ""
    noun: str = ""
    group: str = ""
    group_noun: str = ""
    group_name: str = ""
    roles: list[PartyRole] = field(default_factory=list)

    def role(self, id: str) -> PartyRole | None:
        return next((role for role in self.roles if role.id == id), None)

    @property
    def head(self) -> str:
        return next((role.id for role in self.roles if role.id in _HEADS), "")

    @property
    def group_head(self) -> str:
        return next((role.id for role in self.roles if role.body == self.group and role.told in _GROUP_TOLD), "")

    @property
    def group_member(self) -> str:
        return next((role.id for role in self.roles if role.body == self.group and role.told not in _GROUP_TOLD), "")

    def of_main(self) -> list[PartyRole]:
        """Return the roles of the body itself."""
        return [role for role in self.roles if role.body == self.main]

    def single(self) -> list[PartyRole]:
        """Return the roles that one person holds."""
        return [role for role in self.roles if role.id in _SINGLE or role.id == self.group_head]

    def at(self, text: str) -> tuple[str, str]:
        """Return the party with whose title a folded text begins, and the rest; ("", text) where it begins with none."""
        words = re.sub(r"^(cac|cac dong chi|dong chi)\s+", "", text)
        if self.group_noun:
            lead = rf"(?:lanh dao|to truong|truong nhom) {self.group_noun}\b"
            if match := re.match(lead, words):
                return self.group_head, words[match.end() :]
            if self.group_head and (match := re.match(r"(?:to truong|truong nhom)\b(?! to\b| nhom\b)", words)):
                return self.group_head, words[match.end() :]
            if match := re.match(rf"(?:cac )?thanh vien (?:cua )?{self.group_noun}\b", words):
                return self.group_member, words[match.end() :]
            if match := re.match(rf"{self.group_noun}(?: giup viec {self.noun})?\b", words):
                return self.group, words[match.end() :]
        for told, _, id in _TITLES:
            named = rf"{told}\b{_not_elsewhere(self.noun)}(?: {self.noun}\b| chi dao\b)?"
            if (match := re.match(named, words)) and self.role(id):
                return id, words[match.end() :]
        ordinary = self.role("member")
        if (
            ordinary
            and ordinary.told.startswith("thanh vien")
            and (match := re.match(rf"thanh vien (?:cua )?{self.noun}\b", words))
        ):
            return ordinary.id, words[match.end() :]
        if self.noun and (match := re.match(rf"{self.noun}\b", words)):
            return self.main, words[match.end() :]
        return "", text

    def listed(self, text: str) -> tuple[list[str], str]:
        """Return the parties that a folded text begins with, joined by commas and *và*, and the rest."""
        found, rest = list[str](), text
        while True:
            id, after = self.at(rest)
            if not id:
                return found, rest
            found.append(id)
            joint = re.match(r"\s*(?:,|va\b|hoac\b)\s*", after)
            if not joint or not self.at(after[joint.end() :])[0]:
                return found, after.strip()
            rest = after[joint.end() :]


def said(parsed: Parsed) -> list[SaidClause]:
    """Return the clauses of the regulation, those of the decision first, each with its heading and what introduces it."""
    headings = {heading.id: heading for heading in parsed.headings}

    def above(id: str) -> Iterator[str]:
        while id in headings:
            if headings[id].label:
                yield folded(headings[id].label)
            id = headings[id].under

    def over(part: OutlinePart) -> tuple[str, ...]:
        return (*above(part.under), *([folded(part.heading)] if part.heading else []))

    return [SaidClause(part, folded(part.text), over(part), place) for place, part in enumerate(parsed.clauses)]


def parties(parsed: Parsed, clauses: list[SaidClause]) -> SpokenParties:
    """Return the parties that the regulation speaks of."""
    text = " \n ".join(
        [*(each.text for each in clauses), *(folded(h.label) for h in parsed.headings), folded(parsed.paper.title)]
    )
    found = SpokenParties()
    title = folded(parsed.paper.title)
    bodies = [(*each, title.find(each[0])) for each in _BODIES if each[0] in title] or [
        (*each, text.find(each[0])) for each in _BODIES if each[0] in text
    ]
    called = re.search(r"\b(?:quy che|quy dinh|noi quy|dieu le)\b.*? cua ((?:\w+ ){0,3}\w+)$", title)
    if bodies and (bodies[0][0] in title or not called):
        found.noun, found.main_name, found.main, _ = min(bodies, key=lambda each: each[3])
    elif called and (name := _written(clauses, called[1])):
        found.noun, found.main_name, found.main = called[1], name, slug(name)
    for noun, name, id in _GROUPS:
        if noun in text:
            found.group, found.group_noun, found.group_name = id, noun, name
            break
    found.roles = list(_roles(found, text))
    return found


def _written(clauses: list[SaidClause], words: str) -> str:
    """Return folded words as the first clause in which they stand writes them; "" where none has them."""
    for clause in clauses:
        text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", clause.part.text)).strip()
        if (at := clause.text.find(words)) >= 0 and len(text) == len(clause.text):
            return text[at : at + len(words)]
    return ""


def _roles(found: SpokenParties, text: str) -> Iterator[PartyRole]:
    for told, name, id in _TITLES:
        if "truong ban" in told and not found.noun.startswith("ban "):
            continue  # the head of a *Ban* beside this body
        alone = re.sub(
            "|".join(rf"\b{longer}\b" for longer, _, _ in _TITLES if longer != told and told in longer) or r"(?!)", " ", text
        )
        if re.search(rf"\b{told}\b", alone) and found.main and _is_of(found, told, alone):
            yield PartyRole(id, name, found.main, told)
    if found.main and not re.search(r"\buy vien\b", text) and re.search(rf"\bthanh vien {found.noun}\b", text):
        yield PartyRole("member", "Thành viên", found.main, f"thanh vien {found.noun}")
    if not found.group:
        return
    for told, name in _GROUP_HEAD:
        if re.search(rf"\b{told} {found.group_noun}\b", text):
            yield PartyRole(_short(found.group, "head"), f"{name} {found.group_name}", found.group, told)
            break
    yield PartyRole(
        _short(found.group, "member"), f"Thành viên {found.group_name}", found.group, f"thanh vien {found.group_noun}"
    )


def _is_of(found: SpokenParties, told: str, text: str) -> bool:
    """Return whether a title is one of this body: such bodies have it, and no other body's name follows it everywhere."""
    return bool(re.search(rf"\b{told}\b{_not_elsewhere(found.noun)}", text))


def _not_elsewhere(noun: str) -> str:
    """Return the pattern that no other body's name follows a title: ``Chủ tịch Công đoàn`` is no chair of this one."""
    return rf"(?!(?! {noun}(?! nhan dan)\b| chi dao\b) (?:{'|'.join(_ELSEWHERE)})\b)"


def _short(group: str, role: str) -> str:
    return f"{'wg' if group == 'working-group' else group}-{role}"

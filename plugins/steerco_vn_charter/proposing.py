"""Proposals for a charter from the words of a Vietnamese regulation: fixed phrases, each meaning one row.

Precision before recall: a phrase that offices use in more than one sense proposes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from steerco.extension.api import Parsed, ProposedRow
from steerco_vn_charter.parties import SaidClause, SpokenParties, folded, parties, said

SURE, LIKELY, PERHAPS = 95, 85, 70
"""Confidence: the words say it; they say it in all texts known to us; another reading is near."""
_SENTENCE = re.compile(r"(?<=[.;])\s+")


_TASKS_OF = re.compile(r"(?:(?:chuc nang|nhiem vu|quyen han|trach nhiem|pham vi|va|,)\s*)+ cua (.+)")
"""The heading over what one party does: ``Nhiệm vụ, quyền hạn của …``."""


class WordReading(Struct):
    """A regulation that is being read: its clauses and parties."""

    parsed: Parsed
    clauses: list[SaidClause]
    parties: SpokenParties
    groups: dict[str, list[str]] = field(default_factory=dict)
    """Roles that the text calls by one name, and those that it names together, by the id of the group."""
    since: int = 0
    """The place of the clause from which on one name stands for several roles."""
    subjects: dict[int, str] = field(default_factory=dict)
    openings: dict[int, list[str]] = field(default_factory=dict)
    """What was found out of a clause before, by its place."""

    def find(self, pattern: str) -> Iterator[tuple[SaidClause, re.Match[str]]]:
        """Yield each clause in which the folded words stand, with the match."""
        compiled = re.compile(pattern)
        for clause in self.clauses:
            if match := compiled.search(clause.text):
                yield clause, match

    def subject(self, clause: SaidClause) -> str:
        """Return who a clause is about: whom its sentence begins with, else whom what stands above it names; "" where neither."""
        if clause.place not in self.subjects:
            self.subjects[clause.place] = self._subject(clause)
        return self.subjects[clause.place]

    def opens(self, clause: SaidClause) -> list[str]:
        """Return the parties with which the sentence of a clause begins."""
        if clause.place not in self.openings:
            self.openings[clause.place] = self.parties.listed(clause.text)[0]
        return self.openings[clause.place]

    def _subject(self, clause: SaidClause) -> str:
        if found := self.opens(clause):
            return self.named(found, clause)
        for label in clause.above:
            found, _ = self.parties.listed(label)
            if found:
                return self.named(found, clause)
            if told := _TASKS_OF.match(label):
                return self.named(found, clause) if (found := self.parties.listed(told[1])[0]) else ""
            inside = [id for piece in label.split(", ")[1:] if (id := self.parties.at(piece)[0])]
            if inside:
                return next((id for id in inside if any(id == role.id for role in self.parties.single())), inside[-1])
        return ""

    def named(self, roles: list[str], clause: SaidClause) -> str:
        """Return the party that stands for these roles in a clause: the one, or the group of exactly them."""
        wanted = self.expanded(roles, clause)
        return wanted[0] if len(wanted) == 1 else next((id for id, own in self.groups.items() if own == wanted), roles[0])

    def expanded(self, roles: Iterable[str], clause: SaidClause) -> list[str]:
        """Return roles; in the clauses after the one that says that a role stands for several, it is replaced by these."""
        both = self.groups.get("vice-chairs", []) if clause.place > self.since else []
        out: list[str] = []
        for role in roles:
            out += both if role == "vice-chair" and role in both and "standing-vice-chair" not in roles else [role]
        return out

    def row(self, table: str, clause: SaidClause, confidence: int, words: str, /, **row: Any) -> ProposedRow:
        """Return a proposal that cites the clause; ``words`` are the folded words by which its sentence is found."""
        cited = row if "cite" in row or table == "power" else {**row, "cite": [clause.id]}
        return ProposedRow(table, cited, clause.id, sentence(clause, words), confidence)

    def power(self, clause: SaidClause, confidence: int, words: str, power: str, /, **facets: str) -> ProposedRow:
        """Return a proposed power, written ``subject body object act``."""
        subject, body, object, act = power.split(" ")
        row = {"subject": subject, "body": body, "object": object, "act": act, "facets": facets, "clause": clause.id}
        return self.row("power", clause, confidence, words, **row)


WordRule = Callable[[WordReading], Iterator[ProposedRow]]


def label(text: str) -> dict[str, str]:
    """Return a label in Vietnamese, without the dot and the number of a heading."""
    return {"vi": re.sub(r"\s+", " ", text).strip(" .;:")}


def sentence(clause: SaidClause, words: str) -> str:
    """Return the sentence of a clause in which the folded words stand, else its text."""
    for each in _SENTENCE.split(clause.part.text):
        if words and words in folded(each):
            return each.strip()
    return clause.part.text


def reading_of(parsed: Parsed) -> WordReading:
    """Return the regulation with what it calls by one name."""
    clauses = said(parsed)
    found = WordReading(parsed, clauses, parties(parsed, clauses))
    for clause, match in found.find(r"^(.+?) (?:sau day )?(?:duoc )?goi chung la (.+?)[.;]?$"):
        roles, _ = found.parties.listed(match[1])
        if len(roles) > 1 and found.parties.at(match[2])[0] == roles[-1] == "vice-chair":
            found.groups["vice-chairs"], found.since = roles, clause.place
    for clause, match in found.find(r"^(.+?) dinh ky (?:hoac|va) dot xuat lam viec voi"):
        roles, rest = found.parties.listed(match[1])
        if len(roles) > 1 and not rest:
            found.groups["leadership"] = found.expanded(roles, clause)
    return found

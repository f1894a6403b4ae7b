"""Of whom an English charter speaks: the body that it is of, its offices, and who does what in a clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from steerco.extension.api import OutlinePart, Parsed, ProposedRow

SURE, LIKELY, PERHAPS = 95, 85, 70
"""Confidence: the words say it; they say it in all texts known to us; another reading is near."""
_BODY = re.compile(
    r"\b((?:(?:technical|project|programme|program|executive|monitoring|management) )?"
    r"(?:steering|oversight|advisory|executive|audit) (?:committee|board|group|council)"
    r"|board|council|committee|commission|assembly)\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"\b(panel|forum|task force|senate|syndicate)\b", re.IGNORECASE)
"""What a body may be called where no text speaks of a board or a committee."""
_OFFICES = (
    ("vice-chair", r"(?:vice|deputy)[- ]?(?:chair(?:person|man|woman)?|president)", "Vice Chair"),
    ("chair", r"(?<!vice[- ])(?<!deputy[- ])(?:chair(?:person|man|woman)?|president|conven[eo]r)", "Chair"),
    ("secretary", r"(?:secretary|clerk)", "Secretary"),
    ("treasurer", r"treasurer", "Treasurer"),
    ("member", r"(?:voting )?members?", "Member"),
)
"""Roles: id, the words for it, the label."""
_DOES = (
    r"(?:shall|may|must|will|is|are|has|have|meets?|consists?|comprises?|elects?|convenes?|calls?|presides?|chairs|keeps?|prepares?"
    r"|serves?|attends?|holds?|drafts?|sends?)\b"
)
MADE_OF_MEMBERS = r"\b(?:consists? of|composed of|comprises?) [^.;]{1,30}\bmembers\b"
"""Words that say that a body has members."""
_SENTENCE = re.compile(r"(?<=[.;])\s+")


class SpokenClause(Struct, frozen=True):
    """A clause in small letters, with what introduces it, the nearest first."""

    part: OutlinePart
    text: str
    above: tuple[str, ...]


class EnglishReading(Struct):
    """A charter that is being read: ``body`` and ``name`` are of the body that it is of."""

    parsed: Parsed
    clauses: list[SpokenClause]
    body: str
    name: str
    short: str
    """What the text calls it for short: ``TSC``; "" where it does not."""
    offices: dict[str, str]
    """The label of each role that the text gives something to do, by its id."""

    def sentences(self, pattern: str) -> Iterator[tuple[SpokenClause, str, re.Match[str]]]:
        """Yield each sentence in which the words stand, with its clause and the match."""
        compiled = re.compile(pattern)
        for clause in self.clauses:
            for sentence in _SENTENCE.split(clause.part.text):
                if match := compiled.search(sentence.lower()):
                    yield clause, sentence.strip(), match

    def party(self, words: str) -> str:
        """Return the role or body that words such as ``the chair`` name; "" where none."""
        plain = re.sub(r"^(?:the|a|an|each|every|all|any|its)\s+", "", words.strip())
        if self.short and plain == self.short:
            return self.body
        plain = re.sub(rf"^{re.escape(self.short)}\s+|\s+of the {re.escape(self.short)}$", "", plain) if self.short else plain
        for id, pattern, _ in _OFFICES:
            if re.fullmatch(rf"{pattern}(?: of the [a-z ]+)?", plain):
                return id if id in self.offices else ""
        return self.body if re.fullmatch(rf"(?:{re.escape(self.name.lower())}|{self.name.lower().split()[-1]})", plain) else ""

    def subject(self, clause: SpokenClause, sentence: str) -> str:
        """Return who does what a sentence says: whom it begins with, else whom the list's beginning names."""
        for words in (sentence.lower(), *clause.above):
            match = re.match(rf"((?:the |a |each |every |all )?[a-z -]{{3,40}}?)\s+{_DOES}", words)
            if match and (found := self.party(match[1])):
                return found
            if words in clause.above and (found := self.party(words.strip(" .:"))):
                return found
        return ""

    def row(self, table: str, clause: SpokenClause, sentence: str, confidence: int, /, **row: Any) -> ProposedRow:
        """Return a proposal that cites the clause."""
        return ProposedRow(table, {**row, "cite": [clause.part.id]}, clause.part.id, sentence, confidence)

    def power(self, clause: SpokenClause, sentence: str, confidence: int, power: str) -> ProposedRow:
        """Return a proposed power, written ``subject object act``, in the body itself."""
        subject, object, act = power.split(" ")
        row = {"subject": subject, "body": self.body, "object": object, "act": act, "facets": {}, "clause": clause.part.id}
        return ProposedRow("power", row, clause.part.id, sentence, confidence)


def reading_of(parsed: Parsed) -> EnglishReading:
    """Return the charter with the body that it is of and its offices; ``body`` is "" where no body is told."""
    labels = {heading.id: heading for heading in parsed.headings}
    leads = {part.id: part.text.lower() for part in parsed.clauses if part.text.endswith(":")}

    def above(id: str) -> Iterator[str]:
        while id in labels:
            yield labels[id].label.lower()
            if f"{id}.p1" in leads:
                yield leads[f"{id}.p1"]
            id = labels[id].under

    clauses = [SpokenClause(part, part.text.lower(), (*above(part.under), part.heading.lower())) for part in parsed.clauses]
    text = "\n".join(clause.text for clause in clauses)
    told = next(
        (found for names in (_BODY, _OTHERWISE) for each in (parsed.paper.title, text) if (found := names.findall(each))), []
    )
    name = max(sorted(set(map(str.lower, told))), key=lambda each: (len(each.split()), text.count(each))) if told else ""
    offices = {
        id: _called(pattern, label, text)
        for id, pattern, label in _OFFICES
        if re.search(rf"\b{pattern}\b(?: of the [a-z ]+?)? {_DOES}", text)
    }
    offices |= {
        id: _called(pattern, label, text)
        for id, pattern, label in _OFFICES
        if re.search(rf"\b(?:elects?|appoints?) (?:a |its |the )?(?:[a-z]+ )?{pattern}\b", text)
    }
    if re.search(MADE_OF_MEMBERS, text):
        offices["member"] = "Member"
    return EnglishReading(parsed, clauses, name.replace(" ", "-"), name.title(), _short(parsed, name), offices)


def _called(pattern: str, label: str, text: str) -> str:
    """Return what a text calls an office: the usual name where it says that too."""
    if re.search(rf"\b{label.lower().replace(' ', '[- ]')}", text):
        return label
    said = re.search(rf"\b{pattern}\b", text)
    return said[0].title() if said else label


def _short(parsed: Parsed, name: str) -> str:
    """Return the letters by which the text calls the body, in small: as it introduces them, ``Steering Committee (the "SC")``."""
    everything = "\n".join([parsed.paper.title, *(part.text for part in parsed.clauses)])
    told = (
        re.search(rf"{re.escape(name)}\s*\((?:the )?[\"“']?([A-Z]{{2,6}})[\"”']?\)", everything, re.IGNORECASE) if name else None
    )
    return told[1].lower() if told else ""

"""Words that a scan misread, with the word that probably stood there: proposed for a person to compare, never applied
unseen.

A word that can be no Vietnamese syllable is compared with the other words of the same text: with one that differs in marks
alone or in one letter, and stands elsewhere beside the same neighbour. Where there is none, a mark is proposed: not legible.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct, field

from steerco.extension.api import ProposedRow
from steerco_vn_charter.parties import SaidClause, folded
from steerco_vn_charter.proposing import LIKELY, PERHAPS, WordReading, sentence
from steerco_vn_charter.syllables import can_be, misread

UNSURE = 40
"""Confidence of a mark: that the place is not legible is sure, what it should say is not known."""
_PAIRS = (
    *(("phối họp", "phối hợp"), ("trường họp", "trường hợp"), ("tổng họp", "tổng hợp"), ("phù họp", "phù hợp")),
    *(("kết họp", "kết hợp"), ("họp lệ", "hợp lệ"), ("họp pháp", "hợp pháp"), ("thấm quyền", "thẩm quyền")),
)
"""Pairs of real words that scanners confuse, and that mean nothing beside each other."""
_LETTERS = "abcdeghiklmnopqrstuvxy"
_WORD = re.compile(r"[^\W\d_]+")


class TextWords(Struct):
    """The words of a text: how often each stands in it, after which, and which fold alike."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    alike: dict[str, Counter[str]] = field(default_factory=dict)

    def candidates(self, word: str) -> Counter[str]:
        """Return the words of the text that a misread word may be."""
        bare = folded(word)
        shapes = {bare} | {bare[:n] + bare[n + 1 :] for n in range(len(bare))}
        shapes |= {bare[:n] + letter + bare[n + 1 :] for n in range(len(bare)) for letter in _LETTERS}
        found: Counter[str] = Counter()
        for shape in shapes:
            found.update(self.alike.get(shape, {}))
        return found


def repairs(reading: WordReading) -> Iterator[ProposedRow]:
    """Yield a repair, or a mark, for each piece that a scan seems to have misread."""
    words = _words(reading)
    for clause in reading.clauses:
        seen: set[str] = set()
        for piece in misread(clause.part.text):
            repaired, confidence = _repaired(piece, clause, words)
            seen.add(piece)
            put = repaired or f"[không đọc rõ: {piece}]"
            yield _repair(clause, piece, put, confidence if repaired else UNSURE)
        for wrong, right in _PAIRS:
            for match in re.finditer(wrong, clause.part.text, re.IGNORECASE):
                if match[0] not in seen:
                    seen.add(match[0])
                    yield _repair(clause, match[0], match[0][0] + right[1:], LIKELY)


def _words(reading: WordReading) -> TextWords:
    words = TextWords()
    for clause in reading.clauses:
        found = [word.lower() for word in _WORD.findall(clause.part.text)]
        words.pairs.update(pairwise(found))
        for word in found:
            if can_be(word):
                words.alike.setdefault(folded(word), Counter())[word] += 1
    return words


def _repaired(piece: str, clause: SaidClause, words: TextWords) -> tuple[str, int]:
    """Return what probably stood there, and how sure that is; "" where nothing is near."""
    joined = piece.replace(" ", "")
    if " " in piece and can_be(joined) and len(joined) == 2:
        return joined, LIKELY
    if not _WORD.fullmatch(piece):
        return "", 0
    before, after = _neighbours(piece, clause.part.text)
    found = words.candidates(piece)
    beside = {each: words.pairs[before, each] + words.pairs[each, after] for each in found}
    best = sorted(found, key=lambda each: (-beside[each], -found[each], each))
    if not best or not beside[best[0]] or (len(best) > 1 and beside[best[1]] == beside[best[0]]):
        return "", 0
    right = dict(_PAIRS).get(f"{before} {best[0]}", best[0]).rpartition(" ")[2]
    told = right.capitalize() if piece[:1].isupper() else right
    return told, LIKELY if beside[best[0]] > 1 else PERHAPS


def _neighbours(piece: str, text: str) -> tuple[str, str]:
    found = [word.lower() for word in _WORD.findall(text)]
    at = found.index(piece.lower()) if piece.lower() in found else -1
    return (found[at - 1] if at > 0 else "", found[at + 1] if 0 <= at < len(found) - 1 else "")


def _repair(clause: SaidClause, find: str, put: str, confidence: int) -> ProposedRow:
    row = {"clause": clause.id, "find": find, "put": put}
    return ProposedRow("repair", row, clause.id, sentence(clause, folded(find)), confidence)

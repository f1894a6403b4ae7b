"""The competence map: which subjects several committees share, and where two lead, nobody leads, or fields overlap.

It is read off the portfolios of their charters and those that were assigned. Two subjects are one where they bear the same id or
the same name; what differs in both counts as two, which the answer cannot know to be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from unicodedata import normalize

from msgspec import Struct

Verdict = Literal["one-lead", "two-leads", "no-lead"]


class HeldSubject(Struct, frozen=True):
    """That somebody in a committee answers for a subject. ``lead`` is the agency that leads in it, empty where none is stated;
    ``holder`` and ``lead`` are as their committee calls them; ``clauses`` say so."""

    committee: str
    subject: str
    label: str
    holder: str
    lead: str
    clauses: tuple[str, ...] = ()


class SharedSubject(Struct, frozen=True):
    """One subject with everybody who has it. ``overlaps``: it stands in more than one field."""

    label: str
    held: tuple[HeldSubject, ...]
    verdict: Verdict

    @property
    def overlaps(self) -> bool:
        return len(self.held) > 1

    def of(self, committee: str) -> tuple[HeldSubject, ...]:
        """Return who has it in one committee."""
        return tuple(each for each in self.held if each.committee == committee)


class CompetenceMap(Struct, frozen=True):
    """The subjects of several committees, what is unclear first. ``committees`` are those that share their fields of work,
    ``silent`` those that do not, by name."""

    subjects: tuple[SharedSubject, ...]
    committees: tuple[str, ...]
    silent: tuple[str, ...] = ()


def competence(held: Iterable[HeldSubject]) -> tuple[SharedSubject, ...]:
    """Return each subject once, in the order in which it is first named: those on which something is unclear first."""
    groups: list[list[HeldSubject]] = []
    known: dict[str, list[HeldSubject]] = {}
    for each in held:
        keys = (f"id {each.subject}", f"name {_plain(each.label)}")
        group = next((known[key] for key in keys if key in known), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(each)
        known.update({key: known.get(key, group) for key in keys})
    told = [SharedSubject(group[0].label, tuple(group), _verdict(group)) for group in groups]
    return tuple(sorted(told, key=lambda each: (("two-leads", "no-lead", "one-lead").index(each.verdict), not each.overlaps)))


def _verdict(group: Iterable[HeldSubject]) -> Verdict:
    leads = {_plain(each.lead) for each in group if each.lead}
    return "no-lead" if not leads else "two-leads" if len(leads) > 1 else "one-lead"


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", text).casefold().split())

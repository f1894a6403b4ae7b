"""House rules fill gaps in the regulation and never contradict it.

They neither bar an act that the regulation grants, nor give others a power that it gives to somebody. Acts of taking part (to
give an opinion, to ask, to raise a matter) take nothing from anybody, so house rules may open them to more people. A house
clause may also name the clauses of the regulation beside which it stands (``beside``), if these name somebody and shut nobody
out. That is an interpretation, and the committee's page of readings shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from steerco.config.findings import Finding, Level
from steerco.policy.line import ANY, PLATFORM, READ, RELATION, Line

TAKING_PART = frozenset(
    {
        "absence-request.request",
        "absence-request.withdraw",
        "consultation.answer",
        "matter.give-opinion",
        "matter.raise",
        "matter.withdraw",
        "meeting.add-paper",
        "meeting.plan",
        "meeting.record-attendance",
        "meeting.reply",
        "minutes.draft",
        "substitution.lodge-opinion",
        "substitution.name",
        "substitution.withdraw",
        "task.remind",
        "task.report-progress",
    }
)
"""Acts that take nothing from the parties whom the regulation names for them."""


class House(Struct, frozen=True):
    """The clauses of the house rules beside a policy. ``beside``: pairs of a house clause and its neighbour in the regulation."""

    clauses: frozenset[str] = frozenset()
    beside: frozenset[tuple[str, str]] = frozenset()

    def fills(self, line: Line) -> bool:
        """Return whether a line only fills gaps, and so gives way to regulation and laws. Reading may be opened to anyone."""
        return line.clause in self.clauses and line.act != READ

    def grants(self, line: Line) -> bool:
        """Return whether a line is a grant of the regulation or of a law."""
        return line.allow and line.clause not in self.clauses and not line.clause.startswith(PLATFORM)

    def yields(self, line: Line, to: Line) -> bool:
        """Return whether a granting house line gives way to ``to``, a grant of the regulation for the same request."""
        return f"{line.type}.{line.act}" not in TAKING_PART and (line.clause, to.clause) not in self.beside


NONE = House()


def contradictions(lines: Sequence[Line], house: House, closures: Mapping[str, frozenset[str]]) -> list[Finding]:
    """Return the house lines that give way to the regulation, wholly or where they meet it."""
    findings = []
    for line, grant, clash in clashes(lines, house, closures):
        level: Level = "warning" if line.subject.startswith(RELATION) else "error"
        where = f"{grant.clause} ({grant.source.file}:{grant.number})"
        message = f"{clash} by {where}; house rules only fill gaps, so this line does not count where both apply"
        findings.append(Finding(line.file, line.number, "house-contradicts", message, level))
    return findings


def clashes(lines: Sequence[Line], house: House, closures: Mapping[str, frozenset[str]]) -> Iterator[tuple[Line, Line, str]]:
    """Yield each house line that gives way to the regulation with the first grant to which it does, and how in words."""
    grants: dict[str, list[Line]] = {}
    for line in lines:
        if house.grants(line):
            grants.setdefault(line.act, []).append(line)
    for line in lines:
        if not house.fills(line):
            continue
        for grant in grants.get(line.act, ()):
            if _meet(line, grant) and (clash := _clash(line, grant, house, closures)):
                yield line, grant, clash
                break


def _clash(line: Line, grant: Line, house: House, closures: Mapping[str, frozenset[str]]) -> str:
    line_groups, grant_groups = closures.get(line.subject, {line.subject}), closures.get(grant.subject, {grant.subject})
    if line.allow:
        covered = grant.subject in line_groups or line.subject == grant.subject
        return "" if covered or not house.yields(line, grant) else f"{line.type}.{line.act} is given to {grant.subject}"
    subjects = {line.subject, grant.subject}
    same = (
        line.subject in grant_groups
        or grant.subject in line_groups
        or any(subjects <= {*groups, role} for role, groups in closures.items())
    )
    related = any(subject.startswith(RELATION) for subject in subjects)
    return f"{line.type}.{line.act}, barred here, is granted to {grant.subject}" if same or related else ""


def _meet(line: Line, grant: Line) -> bool:
    """Return whether some request can fall under both."""
    line_facets, grant_facets = _valued(line), _valued(grant)
    return (
        line.act == grant.act
        and (ANY in (line.body, grant.body) or line.body == grant.body)
        and (_within(line, grant) or _within(grant, line))
        and all(grant_facets.get(name, value) == value for name, value in line_facets.items())
    )


def _within(line: Line, grant: Line) -> bool:
    return f"{line.object}.".startswith(f"{grant.object}.")


def _valued(line: Line) -> dict[str, str]:
    return {name: value for name, _, value in (facet.partition("=") for facet in line.facets)}

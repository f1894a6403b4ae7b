"""Cases: what a charter means, in given, when and then, as read from ``cases/*.toml``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from steerco.charter.model import NOT_STATED
from steerco.charter.values import NAMED
from steerco.config.findings import Finding
from steerco.config.kinds import SCHEMAS
from steerco.config.locate import Lines
from steerco.config.read import read_toml

MORNING = time(9)
"""The hour that a case means by a bare day."""


@dataclass(frozen=True)
class Case:
    """One case: its steps as tables. The lines of its file are looked for at the first question, which takes four times as long
    as to read it."""

    name: str
    file: str
    cites: tuple[str, ...]
    at: date | datetime
    given: dict[str, Any]
    steps: tuple[dict[str, Any], ...]
    channels: tuple[Any, ...] = ()
    tenant: str = ""
    where: Callable[[tuple[str | int, ...]], int] = lambda path: 0
    """The line on which something in the case stands."""

    @cached_property
    def line(self) -> int:
        """The line on which the case begins."""
        return self.where(())

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """The line on which each step begins."""
        return tuple(self.where(("step", number)) for number in range(len(self.steps)))

    @cached_property
    def asserts(self) -> tuple[str, ...]:
        """The clauses that a step says an answer, a duty or a value rests on: the case fails where it does not.

        What ``cites`` names is about the case, and held against nothing. A value that is not stated, or that nothing reads,
        asserts no clause.
        """
        return tuple(dict.fromkeys(clause for step in self.steps for clause in _asserted(step)))


def _asserted(step: Mapping[str, Any]) -> Iterator[str]:
    yield from listed(step.get("because"))
    yield from (cite for claim in listed(step.get("sees")) for cite in listed(claim.get("because")))
    yield from (claim["clause"] for claim in listed(step.get("compliance")) if any(claim["counts"].values()))
    yield from (cite for claim in listed(step.get("bound")) if claim.get("bound", True) for cite in listed(claim.get("cites")))
    yield from (cite for claim in listed(step.get("duties")) if claim.get("count") != 0 for cite in listed(claim.get("cites")))
    yield from (cite for claim in listed(step.get("in_force")) for cite in listed(claim.get("cites")))
    for claim in listed(step.get("rule")):
        if claim["name"] in NAMED and NAMED[claim["name"]].read and claim.get("value") != NOT_STATED:
            yield from listed(claim.get("cites"))


def listed(value: Any) -> list[Any]:
    """Return one or several, as a case may write them; none where nothing is written."""
    return [] if value is None else value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Step:
    """What came of one step: ``got`` says in what it differs from ``expected``; both empty where it is as it should be."""

    line: int
    number: int
    does: str
    expected: str = ""
    got: str = ""

    @property
    def ok(self) -> bool:
        return not self.expected


@dataclass
class CaseResult:
    """A case that was run, up to its first step that is not as it should be."""

    case: Case
    steps: list[Step] = field(default_factory=list)

    @property
    def failed(self) -> Step | None:
        return next((step for step in self.steps if not step.ok), None)

    def report(self) -> dict[str, Any]:
        """Return the shape of ``steerco tenant test --json``."""
        failed = self.failed
        return {
            "name": self.case.name,
            "file": self.case.file,
            "line": failed.line if failed else self.case.line,
            "cites": list(self.case.cites),
            "ok": failed is None,
            "step": failed.number if failed else None,
            "expected": failed.expected if failed else None,
            "got": failed.got if failed else None,
        }


def read(path: Path, name: str = "") -> tuple[list[Case], list[Finding]]:
    """Return the cases of a file, or what is wrong with it."""
    shown = name or path.as_posix()
    document, findings, lines = read_toml(path, SCHEMAS["cases"], shown)
    if findings:
        return [], findings
    return [
        Case(
            name=row["name"],
            file=shown,
            cites=tuple(listed(row["cites"])),
            at=row["at"],
            given=row.get("given", {}),
            steps=tuple(row["step"]),
            channels=(*row.get("channels", ()), *row.get("given", {}).get("channels", ())),
            tenant=row.get("tenant", ""),
            where=partial(_line, lines, number),
        )
        for number, row in enumerate(document["case"])
    ], []


def _line(lines: Lines, number: int, path: tuple[str | int, ...]) -> int:
    return lines(("case", number, *path))


def moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    """Return a time as a case means it: of a bare day its morning, without a zone the tenant's."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, MORNING)
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)

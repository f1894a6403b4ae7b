"""Findings: faults of a file, described so that its author can mend them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Level = Literal["error", "warning"]


class Finding(Struct, frozen=True, order=True):
    """One thing to mend in one file.

    ``file`` is relative to the home; ``line`` counts from 1 (0 where none is known); ``code`` is stable and meant for
    scripts; ``message`` says what is wrong and what is allowed. An error keeps the tenant from being applied.
    """

    file: str
    line: int
    code: str
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.message} [{self.code}]"


def errors(findings: list[Finding]) -> list[Finding]:
    """Return those that keep a tenant from being applied."""
    return [f for f in findings if f.level == "error"]

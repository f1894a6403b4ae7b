"""A pytest plugin: each case of a ``cases/`` folder is a test, failing with the file, the line and what came instead.

Load it with ``-p steerco.cases.pytest_plugin`` (or ``pytest_plugins``) and name the folders:
``pytest tenants/my-committee/cases``. The home is the folder above ``tenants``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from steerco.cases import world
from steerco.cases.grammar import Case, read
from steerco.cases.runner import run
from steerco.cases.world import Worlds
from steerco.configuration.home import Home


class CaseFailed(Exception):
    """A step that is not as the case says."""


@cache
def worlds(home: Path) -> Worlds:
    """Return the template of this home, one for each process."""
    return Worlds(Home(home), stores=world.stores)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Return every TOML file in a folder named ``cases``."""
    if file_path.suffix == ".toml" and "cases" in file_path.parts:
        return CaseFile.from_parent(parent, path=file_path)
    return None


class CaseFile(pytest.File):
    """A file of cases; one that cannot be read is a single failing test, so that the others still run."""

    def collect(self) -> Iterator[pytest.Item]:
        folder = self.path.parents[len(self.path.parts) - 1 - self.path.parts.index("cases")]
        slug, home = folder.name, folder.parent.parent
        cases, findings = read(self.path, self.path.relative_to(home).as_posix())
        if findings:
            yield BrokenFile.from_parent(self, name="file", findings="\n".join(str(finding) for finding in findings))
        for case in cases:
            yield CaseItem.from_parent(self, name=f"{case.line}: {case.name}", case=case, slug=case.tenant or slug, home=home)


class BrokenFile(pytest.Item):
    """A file that is no file of cases."""

    def __init__(self, *, findings: str, **given: Any) -> None:
        super().__init__(**given)
        self.findings = findings

    def runtest(self) -> None:
        raise CaseFailed(self.findings)

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        return str(excinfo.value)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, slug: str, home: Path, **given: Any) -> None:
        super().__init__(**given)
        self.case, self.slug, self.home = case, slug, home

    def runtest(self) -> None:
        failed = run(self.case, self.slug, worlds(self.home)).failed
        if failed:
            raise CaseFailed(
                f"{self.case.file}:{failed.line}: step {failed.number} of {self.case.name!r} ({', '.join(self.case.cites)})\n"
                f"    {failed.does}\n    expected  {failed.expected}\n    got       {failed.got}"
            )

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, CaseFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.line - 1, self.name

"""A pending change tried in the background: its plan, then the tenant's cases under its files, with progress that pages read.

One trial runs at a time, since cases take every core that they get. Its progress lies with the change in the database, so that
any process shows it and whoever started it may leave the page; one that stands still was cut off, and is begun again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import structs

from steerco.answers.consequences import with_consequences
from steerco.cases.grammar import CaseResult
from steerco.cases.parallel import cores, run_cases
from steerco.cases.runner import find
from steerco.changes import pending
from steerco.changes.pending import CORRECTION, Trial
from steerco.changes.prepared import planned, stored
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation, NotApplied
from steerco.configuration.tenant import Tenant
from steerco.operations.background import STILL, Background
from steerco.operations.scratch import Scratch

SHOWN = 20
"""So many failed cases are told one by one."""
EVERY = 10
"""After so many cases the progress is written down."""


def _key(slug: str, id: str) -> tuple[str, ...]:
    return "trial", slug, id


class Trials:
    """The trials of one process. ``home``: the folder whose cases are run (None: none are); ``clock`` gives the time."""

    def __init__(
        self, installation: Installation, home: Home | None, clock: Callable[[], datetime], background: Background
    ) -> None:
        self.installation, self.home, self.clock, self.background = installation, home, clock, background

    def begin(self, slug: str, id: str) -> None:
        """Try a change in the background, unless that is under way. Raises ``BackgroundFull``."""
        self.background.begin(_key(slug, id), lambda: self._tried(slug, id), lambda fault: self._fault(slug, id, fault))

    def stands_still(self, slug: str, id: str, trial: Trial) -> bool:
        """Return whether nobody works at a trial any more that is not over: the process that did has ended."""
        here = self.background.is_here(_key(slug, id))
        return not here and not trial.over and (trial.beat is None or self.clock() - trial.beat > STILL)

    def _fault(self, slug: str, id: str, fault: str) -> None:
        pending.note(self.installation.tenant(slug), id, Trial("failed", self.clock(), fault=fault))

    def _tried(self, slug: str, id: str) -> None:
        tenant = self.installation.tenant(slug)
        with tenant.store.read(tenant.id) as session:
            row = pending.find(session, id)
            if row is None or row.applied is not None:
                return
            files, base, correct = dict(row.files), row.base, row.kind == CORRECTION
        revision = stored(self.installation, slug, base)
        if revision is None:
            raise LookupError(f"{slug} has no revision {base}")
        content = pending.content_with(revision.content, files)
        trial = Trial("plan", self.clock())
        pending.note(tenant, id, trial)
        try:
            plan = planned(self.installation, slug, content, self.clock(), correct=correct)
            pending.note(tenant, id, structs.replace(trial, beat=self.clock()), plan)
            plan = with_consequences(plan, self.installation, content, self.clock())
        except NotApplied as error:
            pending.note(tenant, id, Trial("failed", self.clock(), fault=str(error.findings[0])))
            return
        pending.note(tenant, id, structs.replace(trial, stage="cases", beat=self.clock()), plan)
        self._cases(tenant, slug, id, content)

    def _cases(self, tenant: Tenant, slug: str, id: str, content: Mapping[str, str]) -> None:
        """Run the tenant's cases in a folder of their own, which has the home's files and over them those of the change."""
        if self.home is None or not (self.home.folder / "tenants" / slug / "cases").is_dir():
            pending.note(tenant, id, Trial("done", self.clock()))
            return
        with TemporaryDirectory(prefix="steerco-trial-") as folder:
            home = _copied(self.home, slug, content, Path(folder))
            cases, findings = find(home.folder / "tenants" / slug / "cases", home.folder)
            progress = _Progress(tenant, id, len(cases) + len(findings), self.clock)
            for finding in findings:
                progress.broken(finding.file, finding.message)
            for result in run_cases(home, slug, cases, max(cores(), 2), Scratch(Path(folder) / "scratch")):
                if self.background.ended:
                    return
                progress.ran(result)
            progress.over()


class _Progress:
    """How far the cases are, written down every few of them."""

    def __init__(self, tenant: Tenant, id: str, total: int, clock: Callable[[], datetime]) -> None:
        self.tenant, self.id, self.clock = tenant, id, clock
        self.trial = Trial("cases", clock(), total)
        self._keep()

    def _keep(self, stage: str = "cases") -> None:
        self.trial = structs.replace(self.trial, stage=stage, beat=self.clock())
        pending.note(self.tenant, self.id, self.trial)

    def broken(self, file: str, message: str) -> None:
        self._failed(file.rpartition("/")[2], "", message)

    def ran(self, result: CaseResult) -> None:
        report, case = result.report(), result.case
        if report["ok"]:
            self.trial = structs.replace(self.trial, done=self.trial.done + 1)
        else:
            self._failed(case.name, str(report["expected"]), str(report["got"]))
        if self.trial.done % EVERY == 0:
            self._keep()

    def _failed(self, name: str, expected: str, got: str) -> None:
        trial = self.trial
        failures = (*trial.failures, (name, expected[:500], got[:500]))[:SHOWN]
        self.trial = structs.replace(trial, done=trial.done + 1, failed=trial.failed + 1, failures=failures)

    def over(self) -> None:
        self._keep("done")


def _copied(home: Home, slug: str, content: Mapping[str, str], folder: Path) -> Home:
    """Return a home with the files of another, those of one tenant replaced by ``content``; its cases stay."""
    for name in ("tenants", "policies", "law"):
        if (home.folder / name).is_dir():
            shutil.copytree(home.folder / name, folder / name)
    for own in (folder / "tenants" / slug).glob("*.toml"):
        own.unlink()
    for path, text in content.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return Home(folder)

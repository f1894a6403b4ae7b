"""What a change of a committee's files would lead to: chains of acts, dead ends and conflicts that are new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from steerco.answers.conflicts import conflicts
from steerco.answers.dead_ends import dead_ends
from steerco.answers.findings import Found
from steerco.answers.lab import Lab
from steerco.answers.reach import STEPS, everyone
from steerco.answers.wording import gained, in_every_language, said
from steerco.changes.plan import ChangeRisk
from steerco.config.findings import Finding
from steerco.configuration.installation import NotApplied
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant

MANY = 400
"""With more people than this, what a change leads to is not worked out on the way to a plan."""


def consequences(tenant: Tenant, session: Session, after: Snapshot, at: datetime) -> tuple[ChangeRisk, ...]:
    """Return what would be new if these files were applied to a tenant as it now is: risky chains first.

    Both sides are tried with the people of today. Nothing is told where one side cannot be tried so.
    """
    tenant = tenant.at(session)
    directory = tenant.directory(session)
    if len(directory.persons) > MANY:
        return ()
    try:
        was = Lab.of_running(tenant, directory, at)
        is_ = Lab.of_running(replace(tenant, snapshot=after, load=None), directory, at)
    except NotApplied:
        return ()
    try:
        return (*_chains(was, is_), *_new("dead-ends", dead_ends(was), dead_ends(is_)), *_new("conflicts", _all(was), _all(is_)))
    finally:
        was.close()
        is_.close()


def _all(lab: Lab) -> Found:
    return conflicts(lab.snapshot, lab.day.day, lab)


def _chains(was: Lab, is_: Lab) -> Iterator[ChangeRisk]:
    before = {(role, gain.key) for role, found in everyone(was, STEPS).items() for gain in found.gains}
    for role, found in everyone(is_, STEPS).items():
        for gain in found.gains:
            if (role, gain.key) not in before:
                cite = tuple(dict.fromkeys(clause.clause for act in gain.acts for clause in act.clauses))
                yield ChangeRisk("chain", gained(is_.day, role, gain), cite)


def _new(question: str, was: Found, is_: Found) -> Iterator[ChangeRisk]:
    before = {finding.key for finding in was.findings}
    for finding in is_.warnings:
        if finding.key not in before:
            cite = tuple(clause.clause for clause in finding.clauses)
            yield ChangeRisk(question, in_every_language(question, finding), cite)


def warnings(lab: Lab, known: list[Finding]) -> list[Finding]:
    """Return what leads nowhere and what contradicts itself in a tenant's files, less what is told of the same line already."""
    told = {(finding.file, finding.line) for finding in known}
    found = (("dead-ends", dead_ends(lab, vacant=False)), ("conflicts", _all(lab)))
    return [
        Finding(finding.file, finding.line, finding.code, said(question, finding), "warning")
        for question, answer in found
        for finding in answer.warnings
        if (finding.file, finding.line) not in told
    ]

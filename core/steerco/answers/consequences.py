"""Consequences of a change of a committee's files: chains of acts, dead ends and conflicts, those that are new and those
that it mends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time

from msgspec import Struct, structs
from sqlalchemy.orm import Session

from steerco.answers.conflicts import conflicts
from steerco.answers.dead_ends import dead_ends
from steerco.answers.findings import Found
from steerco.answers.lab import Lab
from steerco.answers.reach import STEPS, everyone
from steerco.answers.wording import gained, in_every_language, said
from steerco.changes.plan import ChangeRisk, Plan
from steerco.charter.versions import possible_from
from steerco.config.findings import Finding
from steerco.configuration.installation import Installation, NotApplied, checked
from steerco.configuration.load import load
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.policy.line import ANY

NOON = time(12)
MANY = 400
"""With more people than this, chains and dead ends of a change are not tried on the way to a plan."""
Risks = Mapping[object, ChangeRisk]
"""Risks by what they are known again by."""


class Consequences(Struct, frozen=True):
    """What would be ``new`` if files were applied, and what they would mend: risky chains first.

    Both sides are tried as of the day ``on``: today, or the first day of the newest version that the files bring for later.
    ``untried`` says why nothing was tried, where nothing was: ``many-people`` (only conflicts are told, which are read off the
    texts), or ``not-tried`` (one side cannot be begun here). ``wrong``: what is wrong with files that were
    looked at as far as they load.
    """

    on: date
    new: tuple[ChangeRisk, ...] = ()
    mends: tuple[ChangeRisk, ...] = ()
    untried: str = ""
    wrong: tuple[str, ...] = ()


def consequences(tenant: Tenant, session: Session, after: Snapshot, at: datetime) -> Consequences:
    """Return what applying these files to a tenant as it now is would lead to, tried with the people who are appointed then."""
    tenant = tenant.at(session)
    directory = tenant.directory(session)
    at = _begins(tenant.snapshot, after, at)
    on = after.local(at)
    if len(directory.persons) > MANY:
        was, is_ = (dict(_found("conflicts", conflicts(side, on, None))) for side in (tenant.snapshot, after))
        return _compared(on, was, is_, untried="many-people")
    labs: list[Lab] = []
    try:
        for side in (tenant, replace(tenant, snapshot=after, load=None)):
            labs.append(Lab.of_running(side, directory, at))
        chains = _other_chains(tenant.snapshot, after)
        before, now = (dict(_risks(lab, chains=chains)) for lab in labs)
    except NotApplied:
        return Consequences(on, untried="not-tried")
    finally:
        for lab in labs:
            lab.close()
    return _compared(on, before, now)


def _compared(on: date, before: Risks, now: Risks, untried: str = "") -> Consequences:
    new = tuple(risk for key, risk in now.items() if key not in before)
    return Consequences(on, new, tuple(risk for key, risk in before.items() if key not in now), untried)


def _begins(before: Snapshot, after: Snapshot, at: datetime) -> datetime:
    """Return the time as of which a change is looked at: on the first day of the newest version that it brings, where that is
    later."""
    known = {charter.instrument.id for charter in before.charters}
    days = [possible_from(charter) for charter in after.charters if charter.instrument.id not in known]
    day = max(days, default=after.local(at))
    return at if day <= after.local(at) else datetime.combine(day, NOON, after.settings.zone)


def _other_chains(before: Snapshot, after: Snapshot) -> bool:
    """Return whether a change can open or close a chain of acts: not by lines alone, of which none is on who is who."""
    others = [path for path in {*before.content, *after.content} if before.content.get(path) != after.content.get(path)]
    if any(not path.endswith(".csv") for path in others):
        return True
    lines = [{line.fields for rows in snapshot.policies.values() for line in rows} for snapshot in (before, after)]
    named = {name for name, type in after.types.items() if type.directory} | {ANY}
    return any(fields[2].partition(".")[0] in named for fields in lines[0] ^ lines[1])


def with_consequences(plan: Plan, installation: Installation, content: Mapping[str, str], at: datetime) -> Plan:
    """Return a plan of these files with what they would lead to, where they would change anything that decides.

    Raises ``NotApplied`` for files with errors.
    """
    if plan.next == plan.revision or plan.weight == "harmless":
        return plan
    after = checked(plan.slug, load(plan.slug, content, installation.types, installation.plugins))
    try:
        tenant = installation.tenant(plan.slug)
    except NotApplied:  # this release cannot read the revision in use
        return structs.replace(plan, untried="not-tried")
    with tenant.store.read(tenant.id) as session:
        found = consequences(tenant, session, after, at)
    return structs.replace(plan, consequences=found.new, mends=found.mends, untried=found.untried)


def _all(lab: Lab) -> Found:
    return conflicts(lab.snapshot, lab.day.day, lab)


def _risks(lab: Lab, *, chains: bool) -> Iterator[tuple[object, ChangeRisk]]:
    """Yield every risk of a lab (``chains``: those too), by what it is known again in another."""
    for role, reach in everyone(lab, STEPS).items() if chains else ():
        for gain in reach.gains:
            cite = tuple(dict.fromkeys(clause.clause for act in gain.acts for clause in act.clauses))
            yield (role, gain.key), ChangeRisk("chain", gained(lab.day, role, gain), cite)
    for question, found in (("dead-ends", dead_ends(lab)), ("conflicts", _all(lab))):
        yield from _found(question, found)


def _found(question: str, found: Found) -> Iterator[tuple[object, ChangeRisk]]:
    for finding in found.findings:
        cite = tuple(clause.clause for clause in finding.clauses)
        text = in_every_language(question, finding)
        yield (question, finding.key), ChangeRisk(question, text, cite, finding.code, finding.params, finding.level)


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

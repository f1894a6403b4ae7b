"""Check who presides by turn, who fills a vacant seat, who is suspended: each name, and whether it could ever come about."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.charter.model import Charter, Removal, Rotation, Suspension, Vacancy
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.tables.vacancies import APPOINTED_BY, LEAVE_OPEN
from steerco.config.explain import nearest


def check_turns(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every finding on rotations, vacancies and suspensions."""
    for rotation in charter.rotations:
        yield from _rotation(rotation, names)
    for vacancy in charter.vacancies:
        yield from _vacancy(vacancy, names)
    for removal in charter.removals:
        yield from _removal(removal, charter, names)
    for suspension in charter.suspensions:
        yield from _suspension(suspension, charter, names)


def _rotation(rule: Rotation, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"rotation of '{rule.role}'"
    if rule.role not in names.roles:
        yield NameProblem(rule.source, "unknown-role", f"{subject}: there is no such role{nearest(rule.role, names.roles)}")
    if rule.group_role and rule.group_role not in names.roles:
        message = f"{subject}, group_role: there is no such role '{rule.group_role}'{nearest(rule.group_role, names.roles)}"
        yield NameProblem(rule.source, "unknown-role", message)
    parties = names.parties() - {rule.role, rule.group_role}
    for party in rule.order:
        if party not in parties:
            message = f"{subject}, order: there is no agency, seat, role or person '{party}'{nearest(party, parties)}"
            yield NameProblem(rule.source, "unknown-party", message)
    if rule.groups_of is not None and rule.groups_of > len(rule.order):
        message = f"{subject}: groups of {rule.groups_of} cannot be made of {len(rule.order)}"
        yield NameProblem(rule.source, "impossible-number", message)


def _vacancy(rule: Vacancy, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"vacancy of '{rule.role}'"
    if rule.role not in names.roles | names.groups:
        known = names.roles | names.groups
        yield NameProblem(rule.source, "unknown-role", f"{subject}: there is no such role or group{nearest(rule.role, known)}")
    for order in rule.orders:
        for way in order:
            who = way.removeprefix(APPOINTED_BY)
            if way.startswith(APPOINTED_BY) and who not in names.holders():
                message = f"{subject}, '{way}': there is no role, group or body '{who}'{nearest(who, names.holders())}"
                yield NameProblem(rule.source, "unknown-role", message)
        if LEAVE_OPEN in order[:-1]:
            message = f"{subject}: nothing can follow '{LEAVE_OPEN}'; put it last"
            yield NameProblem(rule.source, "bad-value", message)


def _suspension(rule: Suspension, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"suspension of '{rule.role}'"
    if rule.role not in names.roles | names.groups:
        known = names.roles | names.groups
        yield NameProblem(rule.source, "unknown-role", f"{subject}: there is no such role or group{nearest(rule.role, known)}")
    if rule.after.of in ("contribution", "silence") and rule.within is None:
        message = f"{subject}: nothing says after how long without a {rule.after.of}; write within = {{ value = …, unit = … }}"
        yield NameProblem(rule.source, "not-stated", message)
    if not rule.effect and not rule.notice.to:
        message = f'{subject}: nothing is lost and nobody is told; write effect = ["voting"] or notice_to = "agency"'
        yield NameProblem(rule.source, "not-enforced", message, "warning")
    decision = rule.restored.by.partition(":")[2]
    if decision and decision not in {row.id for row in charter.decisions}:
        decisions = {row.id for row in charter.decisions}
        message = f"{subject}, restored: there is no decision '{decision}'{nearest(decision, decisions)}"
        yield NameProblem(rule.source, "unknown-decision", message)
    told = rule.notice.to
    if told and told != "agency" and told not in names.holders():
        message = f"{subject}, notice_to: there is no role, group or body '{told}', and it is not 'agency'"
        yield NameProblem(rule.source, "unknown-role", message + nearest(told, names.holders()))


def _removal(rule: Removal, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject, known = f"removal of '{rule.role}'", names.roles | names.groups
    if rule.role not in known:
        yield NameProblem(rule.source, "unknown-role", f"{subject}: there is no such role or group{nearest(rule.role, known)}")
    decisions = {row.id for row in charter.decisions}
    if rule.decision not in decisions:
        message = f"{subject}: there is no decision '{rule.decision}'{nearest(rule.decision, decisions)}"
        yield NameProblem(rule.source, "unknown-decision", message)
    kinds = names.words("meeting", "kinds")
    if rule.call.in_ and kinds and rule.call.in_ not in kinds:
        message = f"{subject}, call: there is no kind of meeting '{rule.call.in_}'{nearest(rule.call.in_, kinds)}"
        yield NameProblem(rule.source, "unknown-kind", message)
    if rule.call.by and rule.call.by not in names.holders():
        message = f"{subject}, call: there is no role, group or body '{rule.call.by}'{nearest(rule.call.by, names.holders())}"
        yield NameProblem(rule.source, "unknown-role", message)

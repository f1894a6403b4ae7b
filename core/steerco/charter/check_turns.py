"""Check who presides by turn and who fills a vacant seat: each name, and an order that could ever be followed."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.charter.model import Charter, Rotation, Vacancy
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.vacancies import APPOINTED_BY, LEAVE_OPEN, RUNNER_UP
from steerco.config.explain import nearest


def check_turns(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every finding on rotations and vacancies."""
    for rotation in charter.rotations:
        yield from _rotation(rotation, names)
    for vacancy in charter.vacancies:
        yield from _vacancy(vacancy, names)


def _rotation(rule: Rotation, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"rotation of '{rule.role}'"
    if rule.role not in names.roles:
        yield NameProblem(rule.source, "unknown-role", f"{subject}: there is no such role{nearest(rule.role, names.roles)}")
    parties = names.parties() - {rule.role}
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
    if rule.runner_up_max is not None and not any(RUNNER_UP in order for order in rule.orders):
        yield NameProblem(rule.source, "not-enforced", f"{subject}: runner_up_max needs '{RUNNER_UP}' in the order", "warning")

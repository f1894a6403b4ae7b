"""Check what a charter says of members: the sizes of bodies, terms, caps, who may be appointed."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.charter.checks.check_terms import check_terms
from steerco.charter.checks.check_turns import check_turns
from steerco.charter.model import Body, Charter
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.places import places_in, stated_seats
from steerco.charter.tables.membership import Cap
from steerco.config.explain import nearest


def check_membership(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every finding on the sizes of bodies, terms, caps and who may be appointed."""
    for body in charter.bodies:
        yield from _size(body, charter)
    yield from check_terms(charter, names)
    yield from check_turns(charter, names)
    for rule in charter.eligibilities:
        asked = [rule.endorsements.by] if rule.endorsements is not None else []
        flat = [each for need in rule.needs for each in (need, *need.any)]
        for role in (rule.role, *(need.role for need in flat if need.role), *asked):
            if role not in names.roles | names.groups:
                message = f"eligibility: there is no role or group '{role}'{nearest(role, names.roles)}"
                yield NameProblem(rule.source, "unknown-role", message)
    for cap in charter.caps:
        if cap.body not in names.bodies:
            message = f"cap '{cap.id}': there is no body '{cap.body}'{nearest(cap.body, names.bodies)}"
            yield NameProblem(cap.source, "unknown-body", message)
        yield from _cap(cap)
        decisions = {row.id for row in charter.decisions}
        if cap.waiver and cap.waiver not in decisions:
            message = f"cap '{cap.id}', waiver: there is no decision '{cap.waiver}'{nearest(cap.waiver, decisions)}"
            yield NameProblem(cap.source, "unknown-decision", message)
        if cap.of == "fixed" and not stated_seats(charter, cap.body):
            message = f"cap '{cap.id}': 'fixed' needs the stated number of seats: [[body]] seats = …"
            yield NameProblem(cap.source, "not-stated", message, "warning")


def _cap(cap: Cap) -> Iterator[NameProblem]:
    subject = f"cap '{cap.id}'"
    stated = (cap.max.at_most is not None, cap.max.share is not None, bool(cap.steps))
    if sum(stated) != 1:
        yield NameProblem(cap.source, "bad-value", f"{subject}: write one of max = {{ at_most }}, max = {{ share }}, steps")
    if cap.max.share is not None and not 0 <= cap.max.share[0] <= cap.max.share[1] != 0:
        part, of = cap.max.share
        yield NameProblem(cap.source, "impossible-share", f"{subject}: {part} of {of} is no share; write [1, 4] for a fourth")
    for step in cap.steps:
        if step.up_to is None and step.from_ is None:
            yield NameProblem(cap.source, "bad-value", f"{subject}, steps: write up_to, from, or both: for how many seated")


def _size(body: Body, charter: Charter) -> Iterator[NameProblem]:
    if isinstance(body.min, int) and isinstance(body.max, int) and body.min > body.max:
        yield NameProblem(body.source, "bad-value", f"body '{body.id}': min {body.min} is above max {body.max}")
    if isinstance(body.seats, int) and isinstance(body.max, int) and body.seats > body.max and not body.counted:
        yield NameProblem(body.source, "bad-value", f"body '{body.id}': its {body.seats} seats are above max {body.max}")
    yield from _sizes_out_of_reach(body, charter)
    if isinstance(body.seats, int) and (places := places_in(charter, body.id)) is not None and places != body.seats:
        message = f"body '{body.id}': seats says {body.seats}, and the charter has {places} seats of its roles"
        yield NameProblem(body.source, "other-number", message, "warning")


def _sizes_out_of_reach(body: Body, charter: Charter) -> Iterator[NameProblem]:
    known = {row.id for rows in (charter.roles, charter.groups, charter.seats) for row in rows}
    for name in body.counted:
        if name not in known:
            message = f"body '{body.id}', counted: there is no role, group or seat '{name}'{nearest(name, known)}"
            yield NameProblem(body.source, "unknown-role", message)
    if body.below_min != "shown" and not isinstance(body.min, int):
        message = f"body '{body.id}': below_min needs the fewest members: min = …"
        yield NameProblem(body.source, "not-enforced", message, "warning")
    most = body.seats if isinstance(body.seats, int) else places_in(charter, body.id)
    if isinstance(body.min, int) and most is not None and body.min > most:
        message = f"body '{body.id}': min {body.min} can never be reached: it has {most} seats"
        yield NameProblem(body.source, "impossible-number", message)

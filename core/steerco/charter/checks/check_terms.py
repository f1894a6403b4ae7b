"""Check what a charter says of terms: names, days that no year has, two terms of one place, more seats than there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from steerco.charter.model import Charter
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.tables.terms import FIXED, TermLength, TermRule
from steerco.config.explain import nearest

COMMON_YEAR = 2001


def check_terms(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every finding on terms."""
    for rule in charter.terms:
        yield from _who(rule, names)
        yield from _days(rule, charter)
    yield from _overlapping(charter)


def _who(rule: TermRule, names: KnownNames) -> Iterator[NameProblem]:
    if sum(map(bool, (rule.seat, rule.role, rule.body))) != 1:
        yield NameProblem(rule.source, "bad-value", "term: write one of role, seat, body: whose term it is")
        return
    known = names.seats if rule.seat else names.roles | names.groups if rule.role else names.bodies
    if rule.who not in known:
        kind = "seat" if rule.seat else "role or group" if rule.role else "body"
        yield NameProblem(rule.source, "unknown-role", f"term: there is no {kind} '{rule.who}'{nearest(rule.who, known)}")
    if rule.confirm is not None and rule.confirm.by not in names.holders():
        message = f"term of '{rule.who}', confirm: there is no role, group or body '{rule.confirm.by}'"
        yield NameProblem(rule.source, "unknown-role", message + nearest(rule.confirm.by, names.holders()))


def _days(rule: TermRule, charter: Charter) -> Iterator[NameProblem]:
    subject = f"term of '{rule.who}'"
    if rule.starts.startswith(FIXED):
        month, _, day = rule.starts.removeprefix(FIXED).partition("-")
        try:
            date(COMMON_YEAR, int(month), int(day))
        except ValueError:
            message = f"{subject}: '{rule.starts}' is no day of every year; write fixed:MM-DD, such as fixed:07-01"
            yield NameProblem(rule.source, "bad-value", message)
    if rule.stagger and not isinstance(rule.length, TermLength):
        message = f"{subject}, stagger: nothing says after which length the groups end again; write length"
        yield NameProblem(rule.source, "not-stated", message)
    role = charter.role(rule.role)
    body = charter.body(rule.body or (role.body if role is not None else ""))
    seats, most = sum(each.seats for each in rule.stagger), body.seats if body is not None else None
    if isinstance(most, int) and seats > most:
        message = f"{subject}, stagger: its groups have {seats} seats, and '{body.id if body else ''}' has {most}"
        yield NameProblem(rule.source, "impossible-number", message)


def _overlapping(charter: Charter) -> Iterator[NameProblem]:
    """Yield each second length of one place that does not say which of the two ends it."""
    first: dict[tuple[str, str, str], TermRule] = {}
    for rule in charter.terms:
        if not isinstance(rule.length, TermLength):
            continue
        earlier = first.setdefault((rule.seat, rule.role, rule.body), rule)
        if earlier is not rule and not (rule.whichever or earlier.whichever):
            message = (
                f"term of '{rule.who}': line {earlier.source.line} gives it another length; "
                'write whichever = "shorter" or "longer", or one [[term]]'
            )
            yield NameProblem(rule.source, "overlapping-terms", message)

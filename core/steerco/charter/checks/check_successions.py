"""Check who acts for an absent officer: names, powers, and circles in which nobody is left to act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from steerco.charter.model import Charter, Succession
from steerco.charter.names import KnownNames, NameProblem, missing


def check_successions(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every finding on successions."""
    for rule in charter.successions:
        yield from _succession(rule, names)
    yield from _circles(charter)


def _succession(rule: Succession, known_names: KnownNames) -> Iterator[NameProblem]:
    subject = f"succession of '{rule.absent}'"
    parties = known_names.roles | known_names.seats
    yield from missing(rule.source, subject, "role or seat", rule.absent, parties)
    yield from missing(rule.source, subject, "role or seat", rule.acts, parties)
    for who in (rule.absent, rule.acts):
        if who in known_names.seats - known_names.roles:
            message = f"{subject}: '{who}' is a seat, but a succession needs roles; give the seat a role of its own"
            yield NameProblem(rule.source, "seat-succession", message, "warning")
    if rule.absent == rule.acts:
        yield NameProblem(rule.source, "acts-for-self", f"{subject}: '{rule.acts}' cannot act for itself")
    for power in rule.powers:
        act, *narrowed = power.split(";")
        record, _, action = act.partition(".")
        for facet in (condition.partition("=")[0] for condition in narrowed):
            yield from missing(rule.source, f"{subject}, powers: '{power}'", "facet", facet, known_names.words(record, "facets"))
        if action == "*" and record in known_names.vocabulary:
            continue
        if problem := known_names.act(act):
            yield NameProblem(rule.source, "unknown-action", f"{subject}, powers: '{power}': {problem}")


def _circles(charter: Charter) -> Iterator[NameProblem]:
    """Yield each succession that closes a circle: while all in it are absent, none of them acts."""
    acting: dict[str, list[str]] = {}
    for rule in charter.successions:
        if rule.absent != rule.acts and (way := _way(acting, rule.acts, rule.absent)):
            circle = " for ".join(f"'{who}'" for who in (*reversed(way), rule.absent))
            message = (
                f"succession of '{rule.absent}': {circle} is a circle, so none of them acts while all are absent; "
                "leave one of these rows out"
            )
            yield NameProblem(rule.source, "circular-succession", message, "warning")
        acting.setdefault(rule.absent, []).append(rule.acts)


def _way(acting: Mapping[str, Sequence[str]], start: str, end: str) -> list[str]:
    """Return a way from an absent officer to another through those who act for each; empty where there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == end:
            return way
        ways += [[*way, each] for each in acting.get(way[-1], ()) if each not in seen]
        seen.update(acting.get(way[-1], ()))
    return []

"""Turn policy lines into a decision: its clauses, the parties who may act instead, and changes that would turn the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct, structs

from steerco.policy.capacity import Ask, CapacityJudgement, Verdict, judge
from steerco.policy.decision import Because, Change, Considered, Decision, Facts, Grounds, Layer, MatchedLine, SubjectHolders, Who
from steerco.policy.line import PLATFORM, RELATION, Line
from steerco.policy.table import PowerRequest, Table

Clauses: TypeAlias = Callable[[str], Grounds]
"""Gives the grounds of a clause by its id."""

Parties: TypeAlias = Callable[[str], SubjectHolders]
"""Gives the label and holders of a subject of a policy line."""

_RANK: dict[Layer, int] = {"law": 0, "clause": 0, "house": 1, "platform": 2}


class Alternative(Struct, frozen=True):
    """A change to the facts worth trying: its name, and the asks that it would make of the ones decided."""

    code: str
    detail: str
    asks: tuple[Ask, ...]


def decide(
    table: Table,
    asks: Sequence[Ask],
    *,
    clauses: Clauses,
    who: Parties,
    person_wide: frozenset[str] = frozenset(),
    alternatives: Iterable[Alternative] = (),
    not_run: Iterable[str] = (),
    revision: int = 0,
) -> Decision:
    """Decide over the capacities of one actor, with reasons.

    Allowed: the clauses of the lines that matched, the regulation's before house rules and the narrower first, then those
    that let the actor stand in for another. Barred: the clauses of the deny lines. Granted by nothing: the clauses of every
    line that grants the very same to others, who then are named; where there is none, nothing is cited.

    ``asks`` are the same request seen from each capacity, own first. ``alternatives`` are tried one by one, and those kept
    that turn the answer; none is asked for where the iterable is empty. ``not_run`` are the clauses that grant the actor this
    very act where the program does not run it: they alone are named then, since no clause reserves it to others.

    Raises:
        ValueError: ``asks`` is empty.
    """
    verdict = judge(table, asks, person_wide)
    changes = tuple(
        Change(alternative.code, alternative.detail)
        for alternative in alternatives
        if judge(table, alternative.asks, person_wide).allowed != verdict.allowed
    )
    if verdict.by is not None:
        return _done(table, verdict, verdict.by, clauses, changes, revision)
    if not verdict.barred and (granting := _because((), clauses, not_run)):
        because = tuple(structs.replace(reason, not_run=True) for reason in granting)
        return Decision("refused", because=because, facts=_facts(verdict, verdict.judged[0], ()), revision=revision)
    return _refused(table, verdict, clauses, who, changes, revision)


def _done(
    table: Table, verdict: Verdict, by: CapacityJudgement, clauses: Clauses, changes: tuple[Change, ...], revision: int
) -> Decision:
    capacity = by.ask.capacity
    lines = _ranked(by.explanation.matched, clauses)
    because = _because(lines, clauses, capacity.cites)
    return Decision(
        "done",
        because[0].layer,
        because,
        capacity=table.held_as(lines[0], by.ask.request.subjects),
        acting_for=capacity.acting_for,
        facts=_facts(verdict, by, ()),
        would_change=changes,
        revision=revision,
    )


def _refused(
    table: Table, verdict: Verdict, clauses: Clauses, who: Parties, changes: tuple[Change, ...], revision: int
) -> Decision:
    first = verdict.judged[0]
    others = _ranked(_granted_to_others(table, verdict), clauses)
    because = _because(verdict.barred or others, clauses, ())
    return Decision(
        "refused",
        because[0].layer if because else "no-clause",
        because,
        facts=_facts(verdict, first, verdict.barred),
        who_may=_who_may(others, who),
        would_change=changes,
        revision=revision,
    )


def _granted_to_others(table: Table, verdict: Verdict) -> list[Line]:
    """Return the lines by which somebody else may do the very same.

    A line that speaks of the actor in a capacity with the power is not among them, nor one whose own subject is barred. A
    line for a principal whose power did not pass is: the principal may.
    """
    r = verdict.judged[0].ask.request
    actor_lines = {line for judgement in verdict.judged if judgement.passes for line in judgement.explanation.matched}
    return [
        line
        for line in table.grants(r.body, r.object, r.act, r.facets)
        if line not in actor_lines and table.allows(frozenset((line.subject,)), r.body, r.object, r.act, r.facets)
    ]


def _ranked(lines: Iterable[Line], clauses: Clauses) -> list[Line]:
    """Return law and regulation before house rules, and those before the platform; otherwise the order stays, narrower first."""
    return sorted(lines, key=lambda line: _RANK[_layer(line.clause, clauses(line.clause))])


def _because(lines: Iterable[Line], clauses: Clauses, cites: Iterable[str]) -> tuple[Because, ...]:
    """Return one reason a clause, the first line that cites it leading to it."""
    reasons: dict[str, Because] = {}
    for line in lines:
        clause = line.clause
        if clause not in reasons:
            grounds = clauses(clause)
            reasons[clause] = Because(clause, grounds.gloss, line.number, _layer(clause, grounds), line.file, line.plugin)
    for clause in cites:
        if clause not in reasons:
            grounds = clauses(clause)
            reasons[clause] = Because(clause, grounds.gloss, grounds.line, _layer(clause, grounds), grounds.file, grounds.plugin)
    return tuple(reasons.values())


def _layer(clause: str, grounds: Grounds) -> Layer:
    return "platform" if clause.startswith(PLATFORM) else grounds.basis


def _who_may(lines: Iterable[Line], who: Parties) -> tuple[Who, ...]:
    parties: dict[tuple[str, str], Who] = {}
    for line in lines:
        if (line.subject, line.clause) not in parties:
            party = who(line.subject)
            parties[line.subject, line.clause] = Who(line.subject, party.label, party.people, line.clause)
    return tuple(parties.values())


def _facts(verdict: Verdict, judgement: CapacityJudgement, decided: tuple[Line, ...]) -> Facts:
    request = judgement.ask.request
    roles, relations = _parted(request)
    return Facts(
        roles,
        relations,
        tuple(sorted(request.facets)),
        request.body,
        request.object,
        request.act,
        _set_aside(verdict, decided),
        tuple(_considered(judgement, allowed=judgement is verdict.by) for judgement in verdict.judged),
    )


def _parted(request: PowerRequest) -> tuple[tuple[str, ...], tuple[str, ...]]:
    subjects = sorted(request.subjects)
    relations = tuple(s.removeprefix(RELATION) for s in subjects if s.startswith(RELATION))
    return tuple(s for s in subjects if not s.startswith(RELATION)), relations


def _set_aside(verdict: Verdict, decided: tuple[Line, ...]) -> tuple[MatchedLine, ...]:
    """Return lines that matched and did not decide: allows under a deny, denies of another capacity, powers not passed."""
    decisive = verdict.by.explanation.matched if verdict.by else decided
    spoke = ((*judgement.explanation.matched, *judgement.explanation.set_aside) for judgement in verdict.judged)
    lines = dict.fromkeys(line for spoken in spoke for line in spoken if line not in decisive)
    return tuple(MatchedLine(str(line), line.clause, line.allow, line.file, line.number, line.plugin) for line in lines)


def _considered(judgement: CapacityJudgement, *, allowed: bool) -> Considered:
    capacity = judgement.ask.capacity
    powers = None if capacity.powers is None else tuple(sorted(capacity.powers))
    subjects = tuple(sorted(judgement.ask.request.subjects))
    return Considered(capacity.person, capacity.acting_for, subjects, powers, capacity.cites, allowed)

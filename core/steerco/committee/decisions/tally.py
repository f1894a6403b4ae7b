"""Counting votes by the charter's tests. Pure; whole numbers throughout, and every answer with its arithmetic.

What the text does not state is not made up: without a quorum there is no quorum check, and a tie decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Literal

from msgspec import Struct, structs

from steerco.charter.model import NOT_STATED, Charter, DecisionRoute, DecisionRule
from steerco.charter.tables.voting import Quorum, VoteTest, needed, needed_by, reached
from steerco.committee.decisions.electorate import Electorate as Electorate
from steerco.committee.decisions.electorate import Weighing, united

PLAIN = ("for", "against", "abstain")
NOTHING: Mapping[str, int] = {}
Outcome = Literal["passed", "failed", "no-quorum", "undecided", "open", "blocked", "ended"]


class Tested(Struct, frozen=True, omit_defaults=True):
    """One test with its arithmetic: ``have`` of a count, ``needed`` of ``base``, and whether it holds."""

    count: str
    have: int
    met: bool
    needed: int = 0
    of: str = ""
    base: int = 0


class TallyResult(Struct, frozen=True, rename={"for_": "for"}):
    """How a vote stands.

    ``base`` is the number of persons (or votes) that the majority is counted of, ``needed`` how many of them must be for it: of
    the first test on the votes for. ``quorum_met`` is None where the text states no quorum. ``missing`` is how many more votes
    for would pass it, where so many can come; ``can_change`` whether the votes not yet cast could alter the outcome. ``silent``
    is how many may vote and have not.
    """

    outcome: Outcome
    base: int
    for_: int
    against: int
    abstain: int
    needed: int
    quorum_met: bool | None = None
    tests: tuple[Tested, ...] = ()
    missing: int = 0
    can_change: bool = False
    waits_for: str = ""
    silent: int = 0


def rule_for(charter: Charter, body: str, class_: str, channel: str = "", goes_by: str = "") -> DecisionRule | None:
    """Return the decision rule for a class of matters of a body: one that names the class goes before one for all.

    Of several, the one for the ``channel`` (``meeting`` or ``written``) in which it is voted. A matter that ``goes_by`` a rule
    goes by that; where a route begins for its class, it goes by the first rule of the route.
    """
    if first := goes_by or getattr(route_for(charter, body, class_), "first", ""):
        return next((rule for rule in charter.decisions if rule.id == first), None)
    rules = [rule for rule in charter.decisions if rule.body == body and (not channel or channel in rule.channels)]
    named = [rule for rule in rules if class_ in rule.classes]
    return next(iter(named or [rule for rule in rules if "*" in rule.classes]), None)


def route_for(charter: Charter, body: str, class_: str) -> DecisionRoute | None:
    """Return the route of decision rules for a class of matters of a body; one that names the class goes before one for all."""
    routes = [route for route in charter.routes if route.body == body]
    named = [route for route in routes if class_ in route.classes]
    return next(iter(named or [route for route in routes if "*" in route.classes]), None)


def count(
    rule: DecisionRule,
    who: Electorate,
    votes: Mapping[str, str],
    quorum: Quorum | None = None,
    *,
    totals: Mapping[str, int] | None = None,
    silence: str = "",
) -> TallyResult | None:
    """Return the result of a vote; None where one person decides and nothing is tallied.

    ``votes`` are positions by voter: only those of the entitled who are there (in a meeting) count. ``totals`` are numbers of
    votes by what they count as, where they were taken so. ``silence`` is what those count as who may vote and have not.
    """
    if rule.rule == "one-decides":
        return None
    stand = Count(rule, who, votes, totals or {}, silence)
    numbers = stand.numbers
    results = [[_tested(test, stand.of(test)) for test in tests] for tests in rule.tests()]
    passed = rule.decides and any(all(each.met for each in tests) for tests in results)
    met = quorum_met(quorum, numbers, who) if quorum is not None else None
    outcome = _outcome(rule, passed, met, numbers, results[0])
    shown = next((tests for tests in results if all(each.met for each in tests)), results[0])
    main = next((each for each in results[0] if each.count == "for"), results[0][0])
    free = stand.left
    missing = max(0, main.needed - main.have) if main.count == "for" and main.needed and not passed else 0
    return TallyResult(
        outcome,
        main.base if main.of else numbers["cast"],
        numbers["for"],
        numbers["against"],
        numbers["voted"] - numbers["for"] - numbers["against"],
        main.needed,
        met,
        tuple(shown),
        missing if missing <= free else 0,
        free > 0 and _can_change(rule, stand, passed),
        rule.tie.removeprefix("casting:") if outcome == "undecided" and rule.tie.startswith("casting:") else "",
        numbers["silent"],
    )


class Count:
    """How a vote stands: what each unit's vote counts as, and every number that tests ask for."""

    def __init__(
        self,
        rule: DecisionRule,
        who: Electorate,
        votes: Mapping[str, str],
        totals: Mapping[str, int] = NOTHING,
        silence: str = "",
    ) -> None:
        there = who.there("vote")
        may = set(who.entitled) if there is None else there
        voting = may.difference(who.abstaining) if who.abstaining else may
        counts_as = {position: rule.counts_as(position) for position in set(votes.values())}
        positions = {voter: counts_as[position] for voter, position in votes.items() if voter in voting}
        positions |= dict.fromkeys(may.intersection(who.abstaining), "abstain")
        self.rule, self.who, self.votes, self.silence = rule, who, votes, silence
        self.kinds = united(who, positions) if who.units else positions
        if totals:  # whose each vote is nobody knows: they stand for any of those who may vote
            cast = (kind for kind, number in totals.items() for _ in range(number))
            self.kinds = dict(zip(sorted(who.each(may)), cast, strict=False))
        if silence:
            self.kinds = dict.fromkeys(who.each(who.entitled), silence) | self.kinds
        self.may = may
        there_are = len(self.kinds) if who.present is None else len(self.present)
        self.numbers = _numbers(who, list(self.kinds.values()), there_are, None if who.units or there is not None else len(may))

    @cached_property
    def free(self) -> set[str]:
        """The units that may still vote."""
        return self.who.each(self.may) - self.kinds.keys()

    @property
    def left(self) -> int:
        """How many units may still vote: of so many voters they are gathered only where who is whose has to be known."""
        apart = self.who.units or self.silence
        return len(self.free) if apart else len(self.may) - len(self.kinds)

    @cached_property
    def present(self) -> set[str]:
        """The units that are there."""
        return self.who.each(self.kinds if self.who.present is None else self.who.there("quorum") or ())

    def of(self, test: VoteTest) -> Mapping[str, int]:
        """Return the numbers by which a test goes: of heads, or of a weight, less those whom it leaves out."""
        if test.excluding:
            less = Count(self.rule, self.who.without(test.excluding), self.votes, silence=self.silence)
            return less.of(structs.replace(test, excluding=()))
        return self.weighed(test.weight) if test.weight else self.numbers

    def weighed(self, name: str) -> Mapping[str, int]:
        """Return the numbers as sums of a weight."""
        measured = self.who.measures.get(name, Weighing({}, 0, 0))

        def size(units: Collection[str]) -> int:
            return sum(measured.of.get(unit, 0) for unit in units)

        by_kind = {kind: size([u for u, k in self.kinds.items() if k == kind]) for kind in {*self.kinds.values(), *PLAIN}}
        entitled, voted = size(self.who.each(self.who.entitled)), size(self.kinds)
        more = {"cast": by_kind["for"] + by_kind["against"], "voted": voted, "silent": entitled - voted}
        bases = {"fixed": measured.fixed, "seated": measured.seated, "entitled": entitled, "active": entitled}
        return {**by_kind, **more, **bases, "present": size(self.present)}


def _numbers(who: Electorate, cast: Sequence[str], present: int, entitled: int | None = None) -> dict[str, int]:
    """Return every count and base by its name. ``entitled``: how many units may vote, where they were counted before."""
    counts = {name: cast.count(name) for name in {*cast, *PLAIN}}
    entitled = len(who.each(who.entitled)) if entitled is None else entitled
    seated = who.seated if who.seated is not None else entitled
    more = {"cast": counts["for"] + counts["against"], "voted": len(cast), "silent": max(0, entitled - len(cast))}
    bases = {"fixed": who.fixed if who.fixed is not None else seated, "seated": seated, "entitled": entitled}
    bases["active"] = who.active if who.active is not None else entitled
    return {**counts, **more, **bases, "present": present, "idle": who.idle}


def _tested(test: VoteTest, numbers: Mapping[str, int]) -> Tested:
    have = numbers.get(test.count, 0)
    base = max(0, numbers.get(test.of, 0) - sum(numbers.get(name, 0) for name in test.less)) if test.of else 0
    least = needed_by(test, base, numbers)
    if test.share is not None:
        met = reached(have, base, test.share, test.over)
    else:
        met = least is not None and (have <= least if test.at_most is not None else have >= least)
    return Tested(test.count, have, met, least or 0, test.of, base)


def _outcome(rule: DecisionRule, passed: bool, met: bool | None, numbers: Mapping[str, int], first: list[Tested]) -> Outcome:
    if met is False:
        return "no-quorum"
    if passed:
        return "passed"
    if not rule.decides or (numbers["voted"] == 0 and rule.rule != "lazy") or rule.rule == "consensus":
        return "undecided"
    if numbers["for"] == numbers["against"] > 0 and rule.may_tie and _ties(rule, first):
        return "failed" if rule.tie == "fails" else "undecided"
    return "failed"


def _ties(rule: DecisionRule, first: list[Tested]) -> bool:
    """Return whether every test but that of the plain majority holds: only then an equal split is a tie."""
    tests = rule.tests()[0]
    plain = [test.more_than == "against" or (test.of == "cast" and test.share == (1, 2) and test.over) for test in tests]
    return all(each.met for each, majority in zip(first, plain, strict=True) if not majority)


def _can_change(rule: DecisionRule, stand: Count, passed: bool) -> bool:
    """Return whether the votes not yet cast could turn the result, all of them for it or all against."""
    plain = all(not (test.measure or test.excluding) for tests in rule.tests() for test in tests)
    numbers, free = stand.numbers, stand.left

    def would(position: str) -> bool:
        if not plain:
            more_votes = {voter: position for voter in stand.who.entitled if stand.who.unit(voter) in stand.free}
            then = Count(rule, stand.who, {**stand.votes, **more_votes})
            return any(all(_tested(test, then.of(test)).met for test in tests) for tests in rule.tests())
        more = {**numbers, position: numbers[position] + free, "cast": numbers["cast"] + free, "voted": numbers["voted"] + free}
        more["silent"] = max(0, numbers["silent"] - free)
        return any(all(_tested(test, more).met for test in tests) for tests in rule.tests())

    return would("for") != passed or would("against") != passed


def quorum_met(quorum: Quorum, numbers: Mapping[str, int], who: Electorate) -> bool | None:
    """Return whether enough take part; None where the text says that there is no quorum, or does not say."""
    wanted = quorum_needed(quorum, numbers)
    if wanted is None:
        return False if who.lacking else None
    have = numbers["voted"] if quorum.measured_by == "votes" or who.present is None else len(who.each(who.counted(quorum.counts)))
    return have >= wanted and not who.lacking


def quorum_needed(quorum: Quorum, numbers: Mapping[str, int]) -> int | None:
    """Return how many must take part; None where the text says none, or does not say."""
    base = max(0, numbers.get(quorum.of, 0) - (numbers.get("idle", 0) if quorum.of in ("fixed", "seated") else 0))
    if isinstance(quorum.share, tuple):
        return needed(base, quorum.share, quorum.over)
    if quorum.all_but is not None:
        return max(1, base - quorum.all_but)
    return quorum.at_least


def presence(quorum: Quorum, who: Electorate, votes: Mapping[str, str]) -> tuple[int, int]:
    """Return how many of those entitled take part, and how many have to (0: nobody says)."""
    by_votes = who.present is None or quorum.measured_by == "votes"
    there = set(who.entitled) & set(votes) if by_votes else who.counted(quorum.counts)
    return len(who.each(there)), quorum_needed(quorum, _numbers(who, (), len(there))) or 0


def stated_quorum(value: str | int, body: str, cite: tuple[str, ...]) -> Quorum | None:
    """Return the quorum that the named value ``quorum`` is the short form of: for votes in meetings, of those seated.

    ``value`` is a number of persons, ``majority`` (more than half), a share that must be reached (``2/3``) or one that must be
    exceeded (``>1/2``); None where it is not stated. Raises ``ValueError`` for anything else.
    """
    if value == NOT_STATED:
        return None
    if isinstance(value, int) or value.isdigit():
        return Quorum("quorum", body, cite, of="seated", at_least=int(value))
    text, over = (">1/2", True) if value == "majority" else (value, value.startswith(">"))
    top, bar, bottom = text.removeprefix(">").partition("/")
    if not (bar and top.isdigit() and bottom.isdigit() and int(bottom)):
        raise ValueError(f"not a quorum: {value!r}; a number, 'majority', '2/3', '>1/2' or '{NOT_STATED}'")
    return Quorum("quorum", body, cite, of="seated", share=(int(top), int(bottom)), over=over)

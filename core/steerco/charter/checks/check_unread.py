"""Check for what a charter says and nothing reads: whole tables beside a charter, and single keys of rows.

What nothing reads is told as ``not-enforced``, so that nobody takes it for a rule. Whoever makes a key work takes its line out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import structs

from steerco.charter.all_rules import ruled
from steerco.charter.model import Charter, DecisionRule, Removal, Source, Suspension, TermRule, Vacancy
from steerco.charter.names import NameProblem
from steerco.charter.tables.elections import ElectionRule
from steerco.charter.tables.lifetime import LifeEnd
from steerco.charter.tables.membership import Repair
from steerco.charter.tables.proceeding import AGAINST
from steerco.charter.tables.publication_rule import STANDING
from steerco.charter.tables.terms import TermLength, TermLimit
from steerco.charter.tables.vacancies import RUNNER_UP
from steerco.charter.tables.voting import NONE

CHARTER_ONLY = frozenset(
    {
        *("body", "role", "group", "seat", "succession", "bound", "not_run", "portfolio", "finance"),
        *("decision", "ballot", "quorum", "route", "veto", "election"),
        *("term", "cap", "eligibility", "vacancy", "rotation", "suspension", "removal"),
    }
)
"""Tables that the program reads in a charter only."""
HOUSE_NOT = frozenset({"weight"})
"""Tables that the program reads in a charter and in a law, and not in house rules."""
OF_VOTES = ("pass_", "or_pass", "base", "share", "over", "tie", "positions", "voters", "excluding", "secret", "quorum", "ballot")
SHORT_TEST = ("base", "share", "over")
WITHOUT_COUNT = ("contribution", "silence")
"""What a suspension goes by where only the time since the last act counts."""


ELSEWHERE = "the vote is held elsewhere, and only its result is entered"
CLOSED = "nothing of it is on the public page: only to = 'public' opens it"
NO_LIMIT = "there is no limit: write limit = { consecutive = 2 }"


class Unread(NamedTuple):
    """A key that nothing reads in the rows for which ``written`` holds, and what the reader should know."""

    key: str
    written: Callable[[Any], Any]
    why: str


def _limited(row: TermRule) -> bool:
    return row.limit != TermLimit()


def _quiet(row: Suspension) -> bool:
    return row.after.of in WITHOUT_COUNT


def _entered(row: ElectionRule) -> bool:
    return row.system == "entered"


def _no_runner_up(row: Vacancy) -> bool:
    return row.runner_up_max is not None and not any(RUNNER_UP in order for order in row.orders)


def _idle_step(row: Removal) -> bool:
    return any(step.within if step.what == "feedback" else step.at_least for step in row.steps)


def _stated(row: DecisionRule, key: str) -> bool:
    """Return whether a decision says something else of a key than it would without it."""
    return bool(getattr(row, key) != next(field.default for field in structs.fields(row) if field.name == key))


def _own_tests(row: DecisionRule) -> bool:
    return isinstance(row.pass_, tuple) and bool(row.pass_)


def _by_one(key: str) -> Unread:
    return Unread(
        key.rstrip("_"), lambda r: r.rule == "one-decides" and _stated(r, key), "one person decides, and no votes are counted"
    )


def _beside_tests(key: str) -> Unread:
    return Unread(
        key,
        lambda r: r.rule != "one-decides" and _own_tests(r) and _stated(r, key),
        "the tests of 'pass' decide instead",
    )


def _beside_rule(key: str) -> Unread:
    return Unread(
        key,
        lambda r: r.rule in ("consensus", "consent", "lazy") and not _own_tests(r) and _stated(r, key),
        "the rule itself says what passes; write 'pass' for other tests",
    )


KEYS: Mapping[str, tuple[Unread, ...]] = {
    "cap": (
        Unread(
            "waiver",
            lambda r: r.waiver and r.on_breach in ("finding", "duty"),
            "nothing is kept from anybody here that a decision could lift",
        ),
        Unread("repair", lambda r: r.repair != Repair() and r.on_breach != "duty", "it is read with on_breach = 'duty' only"),
        Unread(
            "repair.order",
            lambda r: len(r.repair.order) > 1 and r.repair.within is None and r.on_breach == "duty",
            "without 'within' nothing says when the first way has failed and the next one is taken",
        ),
    ),
    "rotation": (Unread("group_role", lambda r: r.group_role and not r.groups_of, "without groups_of nobody works in a group"),),
    "vacancy": (Unread("runner_up_max", _no_runner_up, f"it needs '{RUNNER_UP}' in the order"),),
    "term": (
        Unread("limit_exempt", lambda r: r.limit_exempt and not _limited(r), NO_LIMIT),
        Unread("limit_force", lambda r: r.limit_force != "hard" and not _limited(r), NO_LIMIT),
        Unread(
            "starts",
            lambda r: r.starts != "appointment" and not isinstance(r.length, TermLength),
            "nothing counts from it: the term has no length",
        ),
    ),
    "suspension": (
        Unread(
            "unless",
            lambda r: r.unless and r.after.of != "meetings",
            "only an absence from meetings can be excused",
        ),
        Unread(
            "after",
            lambda r: _quiet(r) and (r.after.missed > 1 or r.after.consecutive),
            "only the time of 'within' counts here, so 'missed' and 'consecutive' say nothing",
        ),
        Unread(
            "restored",
            lambda r: _quiet(r) and (r.restored.attended or r.restored.consecutive or r.restored.votes_in_last),
            "any act of the person's own brings the right back here, so meetings attended say nothing",
        ),
        Unread(
            "restored",
            lambda r: not r.restored.attended and not _quiet(r) and (r.restored.consecutive or r.restored.votes_in_last),
            "'consecutive' and 'votes_in_last' say nothing without 'attended'",
        ),
    ),
    "removal": (Unread("steps", _idle_step, "feedback takes at_least, a vote takes within; the other length says nothing"),),
    "election": (
        Unread("nominations.seconds", lambda r: _entered(r) and r.nominations.seconds, ELSEWHERE),
        Unread("voting.phases", lambda r: _entered(r) and r.voting.phases > 1, ELSEWHERE),
        Unread(
            "nominations.at_least",
            lambda r: _entered(r) and r.nominations.at_least,
            ELSEWHERE,
        ),
        Unread(
            "voting.at_least",
            lambda r: _entered(r) and r.voting.at_least,
            ELSEWHERE,
        ),
        Unread(
            "if_one_candidate",
            lambda r: _entered(r) and r.if_one_candidate != "vote",
            ELSEWHERE,
        ),
        Unread("secret", lambda r: _entered(r) and r.secret, ELSEWHERE),
        Unread("certificate", lambda r: not _entered(r) and r.certificate, "only an entered result comes with a certificate"),
    ),
    "ballot": (
        Unread("shorten", lambda r: r.shorten and r.period is None, "it has no period that could be shortened"),
        Unread("extend", lambda r: r.extend and r.period is None, "it has no period that could be extended"),
        Unread(
            "roll_call",
            lambda r: r.roll_call and r.taken == "by-name",
            "votes are taken by name anyway; it is for taken = 'totals'",
        ),
    ),
    "veto": (
        Unread("within", lambda r: r.within and r.by == AGAINST, "a vote against comes while the ballot is open"),
        Unread(
            "override",
            lambda r: r.override != NONE and r.by == AGAINST,
            "votes against lead to no other decision; use turns_to of the decision",
        ),
    ),
    "publication": (
        Unread("parts", lambda r: r.parts and r.to != "public", CLOSED),
        Unread("withhold", lambda r: r.withhold is not None and r.to != "public", CLOSED),
        Unread("withhold", lambda r: r.withhold is not None and r.of in STANDING, "it is public as it stands on the day"),
        Unread("keep", lambda r: r.keep is not None and r.to != "public", CLOSED),
        Unread("keep", lambda r: r.keep is not None and r.of in STANDING, "it is public as it stands on the day"),
    ),
    "recusal": (Unread("disclosure", lambda r: r.disclosure and not any(r.disclosure.values()), "it asks for no disclosure"),),
    "decision": (
        *map(_by_one, OF_VOTES),
        *map(_beside_tests, SHORT_TEST),
        *map(_beside_rule, (*SHORT_TEST, "or_pass")),
    ),
}


def check_unread(charter: Charter) -> Iterator[NameProblem]:
    """Yield a warning for each table and key of ``charter`` (house rules, a law) that nothing reads."""
    regulation = charter.instrument.kind == "charter"
    for item in ruled(charter):
        if not regulation and item.table in CHARTER_ONLY | (HOUSE_NOT if not charter.instrument.apart else frozenset()):
            yield _told(item.source, f"{item}: the program reads this table in a charter only")
        for unread in KEYS.get(item.table, ()):
            if not item.shown and unread.written(item.rule):
                yield _told(item.source, f"{item}, {unread.key}: {unread.why}")
    for row in charter.unread_forces:
        yield _told(
            row.source, f"{row.table} '{row.row}', force: nothing reads it on this table; the row counts as the program reads it"
        )
    yield from _lone_choices(charter)
    if not regulation:
        yield from _ends(charter)


def _told(source: Source, message: str) -> NameProblem:
    return NameProblem(source, "not-enforced", message, "warning")


def _lone_choices(charter: Charter) -> Iterator[NameProblem]:
    """Yield each ``whichever`` of a term beside which no other length stands to choose from."""
    places = Counter((rule.seat, rule.role, rule.body) for rule in charter.terms if isinstance(rule.length, TermLength))
    for rule in charter.terms:
        if rule.whichever and places[rule.seat, rule.role, rule.body] < 2:
            yield _told(rule.source, f"term of '{rule.who}', whichever: no other [[term]] gives it a length to choose from")


def _ends(layer: Charter) -> Iterator[NameProblem]:
    """Yield each end of a body that stands beside the charter: only that a law states none is read there."""
    for rule in layer.lifetimes:
        if isinstance(rule.ends, LifeEnd) or (rule.ends == "none" and not layer.instrument.apart):
            yield _told(rule.source, f"lifetime of '{rule.body}', ends: the program reads when a body ends in a charter only")

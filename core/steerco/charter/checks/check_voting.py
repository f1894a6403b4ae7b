"""Check what a charter says of votes: names of counts and bases, thresholds out of reach, ballots that nothing closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from steerco.charter.checks.check_proceeding import check_proceeding
from steerco.charter.model import NOT_STATED, Charter, DecisionRule, Quorum, Source
from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.places import stated_seats
from steerco.charter.tables.voters import ATTR, PERSON
from steerco.charter.tables.voting import BASES, COUNTS, NONE, REVOTE, VoteTest
from steerco.config.explain import nearest

TIES = ("fails", "undecided", REVOTE, NOT_STATED)
CASTING = "casting:"
PLAIN = ("for", "against", "abstain")
_NOT_FOR = ("against", "abstain")


def check_voting(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    """Yield every finding on decisions, ballots and quorums."""
    for rule in charter.decisions:
        yield from _names(rule, charter, names)
        yield from _positions(rule)
        yield from _tests(rule, charter, names)
    yield from _twice_decided(charter)
    yield from check_proceeding(charter, names)
    for quorum in charter.quorums:
        yield from _quorum(quorum, charter, names)
    used = {rule.ballot for rule in charter.decisions}
    for ballot in charter.ballots:
        if ballot.id not in used:
            yield NameProblem(ballot.source, "not-enforced", f"ballot '{ballot.id}': no decision names it", "warning")


def _names(rule: DecisionRule, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"decision '{rule.id}'"
    if rule.body not in names.bodies:
        yield NameProblem(
            rule.source, "unknown-body", f"{subject}: there is no body '{rule.body}'{nearest(rule.body, names.bodies)}"
        )
    ballots = {row.id for row in charter.ballots}
    if rule.ballot and rule.ballot not in ballots:
        yield NameProblem(
            rule.source, "unknown-ballot", f"{subject}: there is no ballot '{rule.ballot}'{nearest(rule.ballot, ballots)}"
        )
    quorums = {row.id for row in charter.quorums if row.for_ == "vote"}
    if rule.quorum and rule.quorum not in (*quorums, NONE, NOT_STATED):
        message = f"{subject}: there is no quorum for votes '{rule.quorum}'{nearest(rule.quorum, quorums)}"
        yield NameProblem(rule.source, "unknown-quorum", message)
    if rule.tie.startswith(CASTING):
        role = rule.tie.removeprefix(CASTING)
        if role not in names.roles | names.groups:
            message = f"{subject}, tie: there is no role '{role}'{nearest(role, names.roles)}"
            yield NameProblem(rule.source, "unknown-role", message)
        elif not rule.may_tie:
            message = (
                f"{subject}, tie: no vote under its tests ends in a tie; only a plain majority of the votes cast does: "
                '{ count = "for", more_than = "against" }'
            )
            yield NameProblem(rule.source, "not-enforced", message, "warning")
    elif rule.tie not in TIES:
        allowed = ", ".join((*TIES, f"{CASTING}ROLE"))
        yield NameProblem(rule.source, "bad-value", f"{subject}, tie: '{rule.tie}' is none of {allowed}")


def _positions(rule: DecisionRule) -> Iterator[NameProblem]:
    subject = f"decision '{rule.id}'"
    if rule.rule == "one-decides":
        return
    if isinstance(rule.positions, dict):
        wrong = [kind for kind in rule.positions if kind not in ("for", "against", "abstain", "other")]
        for kind in wrong:
            message = f"{subject}, positions: '{kind}' is none of for, against, abstain, other"
            yield NameProblem(rule.source, "bad-value", message)
    if len(rule.takes) < 2:
        message = f"{subject}: a vote needs at least two positions: the first for, the second against"
        yield NameProblem(rule.source, "few-positions", message)
    own = [name for name in rule.takes if rule.counts_as(name) == name and name not in PLAIN]
    for name in sorted({*COUNTS, *BASES}.intersection(own)):
        message = f"{subject}: position '{name}' has the name of a count or base, so no test tells them apart; call it otherwise"
        yield NameProblem(rule.source, "same-position", message)
    if twice := _twice(rule.takes):
        yield NameProblem(rule.source, "same-position", f"{subject}: position '{twice}' appears twice")


def _tests(rule: DecisionRule, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"decision '{rule.id}'"
    if rule.rule == "one-decides":
        return
    others = [name for name in rule.takes if rule.counts_as(name) == name]
    lists = rule.tests()
    for test in (test for tests in lists for test in tests):
        yield from _test(rule, test, {*COUNTS, *others}, charter)
        if test.weight and test.weight not in names.weights:
            message = f"{subject}, measure: there is no weight '{test.weight}'{nearest(test.weight, names.weights)}"
            yield NameProblem(rule.source, "unknown-weight", message)
    yield from _by_totals(rule, charter)
    first = [test.count for test in lists[0]]
    if rule.pass_ and rule.decides and rule.rule == "vote" and not {"for", *others}.difference(_NOT_FOR).intersection(first):
        message = f"{subject}: no test counts the votes for, so it passes when nobody votes for it"
        yield NameProblem(rule.source, "impossible-test", message)


def _by_totals(rule: DecisionRule, charter: Charter) -> Iterator[NameProblem]:
    """Yield what has to know whose each vote is, where only their numbers are entered."""
    ballot = next((row for row in charter.ballots if row.id == rule.ballot), None)
    if ballot is None or ballot.taken != "totals":
        return
    body = charter.body(rule.body)
    wants = ["a weight"] * any(test.measure for tests in rule.tests() for test in tests)
    wants += ["those whom a test leaves out"] * any(test.excluding for tests in rule.tests() for test in tests)
    wants += [f"one vote for each {body.unit.removeprefix(ATTR)}"] if body is not None and body.unit != PERSON else []
    if wants:
        message = (
            f"decision '{rule.id}': ballot '{ballot.id}' is taken as totals, and nobody knows then whose each vote is: "
            f'it cannot count {", ".join(wants)}; write taken = "by-name"'
        )
        yield NameProblem(rule.source, "impossible-test", message)


def _test(rule: DecisionRule, test: VoteTest, counts: set[str], charter: Charter) -> Iterator[NameProblem]:
    subject = f"decision '{rule.id}', test on '{test.count}'"
    for kind, name, known in (
        ("count", test.count, counts),
        ("count", test.more_than, counts),
        ("base", test.of, set(BASES)),
        *(("count", name, counts) for name in test.less),
    ):
        if name and name not in known:
            yield NameProblem(rule.source, f"unknown-{kind}", f"{subject}: there is no {kind} '{name}'{nearest(name, known)}")
    forms = [name for name in ("share", "at_least", "at_most", "all_but") if getattr(test, name) is not None]
    forms += ["more_than"] if test.more_than else []
    if len(forms) != 1:
        message = f"{subject}: write one of share, at_least, at_most, all_but, more_than; it has {', '.join(forms) or 'none'}"
        yield NameProblem(rule.source, "bad-value", message)
    if test.at_least == 0:
        message = f"{subject}: at_least = 0 always holds, so it tests nothing; leave it out"
        yield NameProblem(rule.source, "impossible-test", message)
    if test.share is not None:
        yield from _share(rule.source, subject, test.share, test.over)
    if (test.share is not None or test.all_but is not None) and not test.of:
        yield NameProblem(rule.source, "bad-value", f"{subject}: a share needs 'of': the whole of which it is counted")
    if test.of == "fixed":
        yield from _fixed(rule.source, subject, rule.body, charter)
    most = stated_seats(charter, rule.body)
    asked = 0 if test.measure else max(test.at_least or 0, test.all_but or 0)
    if most and asked > most:
        message = f"{subject}: {asked} can never be reached: '{rule.body}' has {most} seats"
        yield NameProblem(rule.source, "impossible-test", message)


def _fixed(source: Source, subject: str, body: str, charter: Charter) -> Iterator[NameProblem]:
    found = charter.body(body)
    if not stated_seats(charter, body) or (found is not None and found.unit != PERSON and not isinstance(found.seats, int)):
        message = f"{subject}: 'fixed' needs the stated number of seats: [[body]] seats = …; until then those seated are counted"
        yield NameProblem(source, "not-stated", message, "warning")


def _share(source: Source, subject: str, share: tuple[int, int], over: bool) -> Iterator[NameProblem]:
    part, of = share
    if not 0 < part <= of or (part == of and over):
        more = "more than " if over else ""
        yield NameProblem(source, "impossible-share", f"{subject}: {more}{part} of {of} cannot be reached")


def _twice_decided(charter: Charter) -> Iterator[NameProblem]:
    first: dict[tuple[str, str, str], DecisionRule] = {}
    for rule in charter.decisions:
        told = False
        for matter_class in dict.fromkeys(rule.classes):
            for channel in rule.channels:
                earlier = first.setdefault((rule.body, matter_class, channel), rule)
                if earlier is rule or told:
                    continue
                told = True
                classes = "every class" if matter_class == "*" else f"class '{matter_class}'"
                where = f"'{earlier.id}' (line {earlier.source.line})"
                message = f"decision '{rule.id}': {classes} of '{rule.body}' is already decided by {where}"
                yield NameProblem(rule.source, "ambiguous-decision", message)


def _quorum(quorum: Quorum, charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    subject = f"quorum '{quorum.id}'"
    if quorum.body not in names.bodies:
        message = f"{subject}: there is no body '{quorum.body}'{nearest(quorum.body, names.bodies)}"
        yield NameProblem(quorum.source, "unknown-body", message)
    if quorum.of not in BASES:
        yield NameProblem(quorum.source, "unknown-base", f"{subject}: there is no base '{quorum.of}'{nearest(quorum.of, BASES)}")
    forms = [name for name in ("share", "at_least", "all_but") if getattr(quorum, name) is not None]
    if len(forms) != 1:
        message = f"{subject}: write one of share, at_least, all_but; it has {', '.join(forms) or 'none'}"
        yield NameProblem(quorum.source, "bad-value", message)
    if quorum.at_least == 0:
        message = f'{subject}: at_least = 0 asks for nobody; where the text says that there is no quorum, write share = "none"'
        yield NameProblem(quorum.source, "impossible-test", message)
    if isinstance(quorum.share, tuple):
        yield from _share(quorum.source, subject, quorum.share, quorum.over)
    if quorum.of == "fixed" and quorum.at_least is None and quorum.share not in (NONE, NOT_STATED):
        yield from _fixed(quorum.source, subject, quorum.body, charter)
    most = stated_seats(charter, quorum.body)
    asked = max(quorum.at_least or 0, quorum.all_but or 0)
    if most and asked > most:
        message = f"{subject}: {asked} can never be there: '{quorum.body}' has {most} seats"
        yield NameProblem(quorum.source, "impossible-test", message)
    for role in quorum.must:
        if role not in names.roles | names.groups:
            message = f"{subject}, must: there is no role or group '{role}'{nearest(role, names.roles | names.groups)}"
            yield NameProblem(quorum.source, "unknown-role", message)
    yield from _purpose(quorum, subject)
    used = {rule.quorum for rule in charter.decisions}
    if quorum.for_ == "vote" and quorum.id not in used:
        yield NameProblem(quorum.source, "not-enforced", f"{subject}: no decision names it", "warning")


def _purpose(quorum: Quorum, subject: str) -> Iterator[NameProblem]:
    """Yield what does not go together: a quorum to meet stops a meeting from opening, one to vote stops a decision."""
    allowed = {"meet": ("", "cannot-open", "cancel", "second-call"), "vote": ("", "no-decision")}[quorum.for_]
    if quorum.without not in allowed:
        known = ", ".join(filter(None, allowed))
        message = f"{subject}, without: '{quorum.without}' does not go with for = '{quorum.for_}'; write one of {known}"
        yield NameProblem(quorum.source, "bad-value", message)
    if (quorum.without == "second-call") != (quorum.second_call is not None):
        message = f'{subject}: without = "second-call" and the table second_call go together'
        yield NameProblem(quorum.source, "bad-value", message)
    if quorum.for_ == "vote" and "substitute" in quorum.counts:
        message = f"{subject}, counts: a substitute has no vote; only a quorum to meet counts 'substitute'"
        yield NameProblem(quorum.source, "bad-value", message)
    if quorum.for_ == "meet" and quorum.measured_by == "votes":
        message = f"{subject}: no votes are cast before a meeting opens; a quorum to meet is measured by presence"
        yield NameProblem(quorum.source, "bad-value", message)
    if quorum.for_ == "vote" and quorum.lost != NOT_STATED:
        yield NameProblem(quorum.source, "bad-value", f"{subject}: 'lost' is of a quorum to meet")


def _twice(words: Iterable[str]) -> str:
    earlier: set[str] = set()
    return next((word for word in words if word in earlier or earlier.add(word)), "")  # type: ignore[func-returns-value]  # None: go on

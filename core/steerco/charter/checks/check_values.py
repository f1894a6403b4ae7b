"""Check named values and decision rules: each must have a valid value, and something in the program must read it.

A rule that nothing reads is a fault: a misspelt name would be shown with its clause, and nobody would be held to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from steerco.charter.model import NOT_STATED, Charter, Parameter
from steerco.charter.names import KnownNames, NameProblem, missing
from steerco.charter.places import stated_seats
from steerco.charter.tables.clock import ELAPSED
from steerco.charter.values import LONGEST, MAIN_BODY, NAMED, PARTIES, NamedValue, length
from steerco.config.explain import nearest

VOTED = ("vote", "consensus")
"""The decision rules by which votes are counted."""


def check_values(charter: Charter, known_names: KnownNames) -> Iterator[NameProblem]:
    """Yield every fault of values and decision rules in ``charter``, which may be house rules or a law."""
    for rule in charter.rules:
        yield from _value(rule)
        yield from _length(rule)
        yield from _unread(rule, known_names)
        yield from _narrowed(rule, charter, known_names)
        yield from _quorum(rule, charter)
        yield from _main_body(rule, charter)
        if rule.name in PARTIES and rule.value != NOT_STATED and not charter.instrument.apart:
            yield from missing(rule.source, f"rule '{rule.name}'", "party", str(rule.value), known_names.parties())


def _value(rule: Parameter) -> Iterator[NameProblem]:
    subject, meaning = f"rule '{rule.name}'", NAMED.get(rule.name, NamedValue())
    if isinstance(rule.value, str) and _unsaid(rule.value):
        yield NameProblem(rule.source, "not-stated", f"{subject}: if the text states nothing, write '{NOT_STATED}'")
    elif rule.name == "quorum" and not (isinstance(rule.value, str | int) and _countable(rule.value)):
        message = f"{subject}: {rule.value!r} is no quorum; write a number, 'majority', '2/3', '>1/2' or '{NOT_STATED}'"
        yield NameProblem(rule.source, "bad-quorum", message)
    elif meaning.whole and (isinstance(rule.value, bool) or (rule.value != NOT_STATED and not _whole(rule.value))):
        yield NameProblem(rule.source, "bad-value", f"{subject}: {rule.value!r} is no whole number and not '{NOT_STATED}'")
    if rule.bound and meaning.bound and rule.bound != meaning.bound:
        message = (
            f"{subject} says bound = '{rule.bound}', but it always means {meaning.bound.replace('-', ' ')}; leave 'bound' out"
        )
        yield NameProblem(rule.source, "bad-bound", message)
    if rule.force == "floor" and _is_number(rule) and not (rule.bound or meaning.bound):
        message = f"{subject} is a floor without a direction; add bound = 'at-least' or 'at-most'"
        yield NameProblem(rule.source, "no-bound", message, "warning")


def _length(rule: Parameter) -> Iterator[NameProblem]:
    counted = length(rule.unit)
    if NAMED.get(rule.name, NamedValue()).length and counted is None:
        message = (
            f"rule '{rule.name}': unknown unit '{rule.unit}'; write 'calendar' or 'working' (days), 'weeks', 'months' or 'years'"
            + ("; hours and minutes stand in a [[clock]]" if rule.unit in ELAPSED else "")
        )
        yield NameProblem(rule.source, "bad-unit", message)
    if rule.unit and counted and _is_number(rule) and int(rule.value) > LONGEST:
        message = f"rule '{rule.name}': {rule.value} {rule.unit} is too long; the longest is {LONGEST}"
        yield NameProblem(rule.source, "bad-value", message)


def _is_number(rule: Parameter) -> bool:
    return isinstance(rule.value, int) and not isinstance(rule.value, bool)


def _unread(rule: Parameter, known_names: KnownNames) -> Iterator[NameProblem]:
    read = {name for name, value in NAMED.items() if value.read} | known_names.values
    silent = isinstance(rule.value, str) and (rule.value == NOT_STATED or _unsaid(rule.value))
    if not silent and not rule.effect and rule.name not in read:
        hint = nearest(rule.name, read)
        message = f"rule '{rule.name}': nothing reads it{hint}; if it is only information, write effect = 'shown'"
        yield NameProblem(rule.source, "not-enforced", message, "warning")


def _narrowed(rule: Parameter, charter: Charter, known_names: KnownNames) -> Iterator[NameProblem]:
    """Yield every ``where`` that no record matches, so that its rule never counts."""
    meaning = NAMED.get(rule.name)
    if meaning is None or not meaning.where:
        return
    bodies = known_names.bodies | ({MAIN_BODY} if charter.instrument.apart else frozenset())
    allowed = {
        "body": ("body", "unknown-body", bodies),
        "for": ("body", "unknown-body", known_names.bodies),
        "act": ("action", "unknown-action", {f"{record}.{act}" for record, act in known_names.actions()}),
        "accountable": ("role or kind of outsider", "unknown-role", known_names.roles | known_names.outsiders),
        "lead": ("sort of party that leads", "unknown-kind", {"agency", "body", "person"}),
        "to": (
            "sort of addressee",
            "unknown-role",
            {*known_names.roles, *known_names.outsiders, *known_names.words("direction", "aims")},
        ),
        "duty": ("duty", "unknown-duty", known_names.duties),
        "kind": (f"kind of {meaning.kinds_of}", "unknown-kind", known_names.words(meaning.kinds_of, "kinds")),
        "filed_by": ("role or kind of outsider", "unknown-role", known_names.roles | known_names.outsiders),
        "proposes": ("sort of proposal", "unknown-kind", known_names.words("proposal", "aims")),
        "class": ("class of matters", "unknown-class", {*known_names.classes, *known_names.words("matter", "aims")}),
    }
    for key, value in rule.where.items():
        subject = f"rule '{rule.name}', where"
        if key not in meaning.where:
            message = f"{subject}: '{key}' cannot narrow it; allowed: {', '.join(meaning.where)}"
            yield NameProblem(rule.source, "unknown-facet", message)
            continue
        kind, code, names = allowed[key]
        if names and value not in names and not (charter.instrument.apart and key == "body"):
            yield NameProblem(rule.source, code, f"{subject} {key}: there is no {kind} '{value}'{nearest(value, names)}")


def _main_body(rule: Parameter, charter: Charter) -> Iterator[NameProblem]:
    """Yield a main body that no regulation says, or that is no body of it."""
    if rule.name != MAIN_BODY or rule.value == NOT_STATED:
        return
    bodies = {body.id for body in charter.bodies}
    if charter.instrument.kind != "charter":
        message = f"rule '{MAIN_BODY}': only the regulation says it; where it does not, write main_body in tenant.toml"
        yield NameProblem(rule.source, "not-enforced", message)
    elif rule.value not in bodies:
        message = f"rule '{MAIN_BODY}': there is no body '{rule.value}'{nearest(str(rule.value), bodies)}"
        yield NameProblem(rule.source, "unknown-body", message)


def _quorum(rule: Parameter, charter: Charter) -> Iterator[NameProblem]:
    """Yield quorums that exceed the number of seats."""
    if rule.name != "quorum" or not _is_number(rule):
        return
    voting = [decision.body for decision in charter.decisions if decision.rule in VOTED]
    for body in dict.fromkeys([rule.where["body"]] if "body" in rule.where else voting):
        places = stated_seats(charter, body)
        if places is not None and int(rule.value) > places:
            message = f"rule 'quorum': {rule.value} members can never be present: '{body}' has {places} seats"
            yield NameProblem(rule.source, "impossible-test", message)


def _unsaid(value: str) -> bool:
    return value != NOT_STATED and value.lower().replace("_", "-").replace(" ", "-") in (NOT_STATED, "")


def _whole(value: str | int) -> bool:
    return isinstance(value, int) and value >= 0


def _countable(value: str | int) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool) and value >= 0
    if value in (NOT_STATED, "majority") or value.isdecimal():
        return True
    top, bar, bottom = value.removeprefix(">").partition("/")
    return bool(bar) and top.isdecimal() and bottom.isdecimal() and int(top) <= int(bottom) and int(bottom) > 0

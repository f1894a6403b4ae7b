"""Check the names in a charter's rules: parties, record types, actions, kinds, fields and checks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from steerco.charter.all_rules import ruled
from steerco.charter.checks.check_lifetime import check_lifetimes
from steerco.charter.checks.check_membership import check_membership
from steerco.charter.checks.check_own_kinds import check_own_kinds
from steerco.charter.checks.check_publication import check_publications
from steerco.charter.checks.check_successions import check_successions
from steerco.charter.checks.check_time import check_time
from steerco.charter.checks.check_unread import check_unread
from steerco.charter.checks.check_values import check_values
from steerco.charter.checks.check_voters import check_voters
from steerco.charter.checks.check_voting import check_voting
from steerco.charter.events import ANY, NOT
from steerco.charter.load import TABLES
from steerco.charter.model import BOUND, NOT_STATED, Cadence, Charter, Duty, Procedure, Separation, Source, Template
from steerco.charter.named import NOW
from steerco.charter.names import KnownNames, NameProblem, missing
from steerco.config.explain import nearest

STATE = "state"
"""The requirement of a procedure that cites the clause for the order of a record's states."""
WORDS = ("flag", "text")
"""The types of indicators that are no numbers."""


def check_rules(charter: Charter, known_names: KnownNames) -> Iterator[NameProblem]:
    """Yield every name in the rules of ``charter`` that is not among ``known_names``."""
    yield from _people(charter, known_names)
    yield from check_successions(charter, known_names)
    for cadence in charter.cadences:
        yield from _cadence(cadence, known_names)
    for duty in charter.duties:
        yield from _duty(duty, known_names)
    for procedure in charter.procedures:
        yield from _procedure(procedure, known_names, charter.matter_classes())
    for separation in charter.separations:
        yield from _separation(separation, known_names)
    for power in charter.not_run:
        subject = f"not_run of '{power.who}'"
        holders = known_names.holders() | known_names.seats
        yield from missing(power.source, subject, "role, seat, group, body or outsider", power.who, holders)
        yield from _acts(power.source, subject, [power.act], known_names)
    yield from check_voting(charter, known_names)
    yield from check_voters(charter, known_names)
    yield from check_membership(charter, known_names)
    yield from check_values(charter, known_names)
    yield from check_time(charter, known_names)
    yield from check_lifetimes(charter, known_names)
    yield from check_unread(charter)
    yield from check_own_kinds(charter.own_kinds, known_names, regulation=charter.instrument.kind == "charter")
    yield from check_publications(charter, known_names)
    yield from _demands(charter)
    yield from _shown(charter)
    yield from _fields_of_work(charter, known_names)
    for template in charter.templates:
        yield from _template(template, known_names)


def _stated(source: Source, subject: str, kind: str, id: str, ids: Collection[str]) -> Iterator[NameProblem]:
    if id and id != NOT_STATED:
        yield from missing(source, subject, kind, id, ids)


def _people(charter: Charter, known_names: KnownNames) -> Iterator[NameProblem]:
    for body in charter.bodies:
        subject = f"body '{body.id}', head"
        if body.head:
            yield from missing(body.source, subject, "role", body.head, known_names.roles)
        head = charter.role(body.head)
        if head is not None and head.body != body.id:
            yield NameProblem(body.source, "foreign-head", f"{subject}: role '{head.id}' belongs to body '{head.body}'")
        yield from _stated(
            body.source, f"body '{body.id}', assists", "body or role", body.assists, known_names.bodies | known_names.roles
        )
    for role in charter.roles:
        yield from missing(role.source, f"role '{role.id}'", "body", role.body, known_names.bodies)
    for group in charter.groups:
        for member in group.roles:
            yield from missing(
                group.source,
                f"group '{group.id}'",
                "role or group or seat",
                member,
                (known_names.roles | known_names.groups | known_names.seats) - {group.id},
            )
    for seat in charter.seats:
        subject = f"seat '{seat.id}'"
        if seat.role:
            yield from missing(seat.source, subject, "role", seat.role, known_names.roles)
        yield from _stated(seat.source, subject, "office", seat.office, known_names.offices)
        yield from _stated(seat.source, subject, "agency", seat.agency, known_names.agencies)
    for bound in charter.bound:
        yield from missing(bound.source, "bound", "role, group, seat or body", bound.who, known_names.holders())


def _cadence(rule: Cadence, known_names: KnownNames) -> Iterator[NameProblem]:
    subject = f"cadence '{rule.id}'"
    yield from missing(rule.source, subject, "body", rule.body, known_names.bodies)
    if "meeting" in known_names.vocabulary:
        yield from missing(rule.source, subject, "kind of meeting", rule.kind, known_names.words("meeting", "kinds"))
    if rule.strict and not rule.on:
        yield NameProblem(rule.source, "not-enforced", f"{subject} is strict and sets no day: write 'on'", "warning")
    if rule.at_least > 1 and rule.every == NOT_STATED:
        yield NameProblem(
            rule.source, "not-enforced", f"{subject}: at least {rule.at_least} in which period? write 'every'", "warning"
        )
    if rule.or_on_request is not None:
        holders = known_names.holders()
        share = rule.or_on_request.share
        if share is not None and not 0 < share[0] <= share[1]:
            yield NameProblem(rule.source, "impossible-number", f"{subject}, or_on_request: {share[0]} of {share[1]} is no share")
        if share is not None and rule.or_on_request.at_least > 1:
            yield NameProblem(rule.source, "bad-value", f"{subject}, or_on_request: write 'at_least' or 'share', not both")
        yield from missing(rule.source, f"{subject}, or_on_request", "role, group, seat or body", rule.or_on_request.of, holders)
    if rule.holder:
        yield from missing(rule.source, subject, "holder", rule.holder, known_names.holders())
    elif rule.or_on_request is not None:
        why = f"{subject} is due on request, so it needs a holder: who calls the meeting"
        yield NameProblem(rule.source, "missing-holder", why)
    elif rule.every != NOT_STATED:
        yield NameProblem(
            rule.source,
            "missing-holder",
            f"{subject} is due every {rule.every}, so it needs a holder: who owes the meeting",
        )


def _duty(rule: Duty, known_names: KnownNames) -> Iterator[NameProblem]:
    subject = f"duty '{rule.id}'"
    record, _, _ = rule.after.partition(".")
    if rule.after:
        yield from _acts(rule.source, f"{subject}, after", [rule.after], known_names)
    yield from _acts(rule.source, f"{subject}, done_by", rule.done_by, known_names)
    yield from _acts(rule.source, f"{subject}, undone_by", rule.undone_by, known_names)
    yield from _acts(rule.source, f"{subject}, waived_by", rule.waived_by, known_names)
    yield from _acts(rule.source, f"{subject}, closed_by", rule.closed_by, known_names)
    yield from _holder(rule, subject, known_names)
    yield from _closed_after(rule, subject, known_names)
    schedules = [name for name in ("every", "after", "once") if getattr(rule, name) not in ("", NOT_STATED)]
    if len(schedules) > 1:
        yield NameProblem(rule.source, "two-schedules", f"{subject} has {' and '.join(map(repr, schedules))}; write one of them")
    if not schedules:
        message = f"{subject} has neither 'every' nor 'after' nor 'once', so it is never due"
        yield NameProblem(rule.source, "no-schedule", message, "warning")
    raising, doing = [record] if rule.after else [], [act.partition(".")[0] for act in rule.done_by]
    for words, types in (
        ((*rule.where,), raising or doing),
        ((*rule.done_where, rule.period_of, *(() if rule.named_in else (rule.same,))), doing),
        ((rule.due.field,), raising or doing),
        ((rule.closed_in,), [act.partition(".")[0] for act in rule.closed_by]),
    ):
        yield from _fields(rule.source, subject, words, types, known_names)
    yield from _kinds(rule.source, subject, rule.where, raising or doing, known_names)
    yield from _kinds(rule.source, subject, rule.done_where, doing, known_names)
    if rule.due.field and not rule.after:
        yield NameProblem(rule.source, "due-without-record", f"{subject}: a due day from a field needs 'after': a record to read")
    if rule.performed_by:
        yield from missing(rule.source, f"{subject}, performed_by", "party", rule.performed_by, known_names.parties())
    if rule.among:
        yield from missing(rule.source, f"{subject}, among", "holder", rule.among, known_names.holders())
    yield from _named_in(rule, subject, known_names)


def _named_in(rule: Duty, subject: str, known_names: KnownNames) -> Iterator[NameProblem]:
    known = {name for act in (*rule.done_by, *rule.waived_by) for name in known_names.words(act.partition(".")[0], "fields")}
    for word in (*rule.named_in, rule.same if rule.named_in else ""):
        if word and word not in known:
            message = f"{subject}, named_in: no act of done_by or waived_by has a field '{word}'{nearest(word, known)}"
            yield NameProblem(rule.source, "unknown-field", message)


def _closed_after(rule: Duty, subject: str, known_names: KnownNames) -> Iterator[NameProblem]:
    pointer, dot, name = rule.closed_after.partition(".")
    if not rule.closed_after:
        return
    if not (dot and rule.after):
        message = f"{subject}, closed_after: write a field of a record that the one of 'after' names, such as 'meeting.starts_at'"
        yield NameProblem(rule.source, "bad-value", message)
        return
    yield from _fields(rule.source, f"{subject}, closed_after", [pointer], [rule.after.partition(".")[0]], known_names)
    yield from _fields(rule.source, f"{subject}, closed_after", [name], [pointer], known_names)


def _holder(rule: Duty, subject: str, known_names: KnownNames) -> Iterator[NameProblem]:
    kind, _, name = rule.holder.partition(":")
    if kind not in ("field", NOW) or not name:
        yield from missing(rule.source, subject, "holder", rule.holder, known_names.holders() | ({BOUND} if rule.once else set()))
    elif not rule.after:
        yield NameProblem(
            rule.source, "holder-without-record", f"{subject}: holder '{rule.holder}' needs 'after': a record to read"
        )
    else:
        yield from _fields(rule.source, subject, [name], [rule.after.partition(".")[0]], known_names)


def _acts(source: Source, subject: str, acts: Iterable[str], known_names: KnownNames) -> Iterator[NameProblem]:
    for act in acts:
        if problem := known_names.act(act):
            yield NameProblem(source, "unknown-action", f"{subject}: '{act}': {problem}")


def _fields(
    source: Source, subject: str, words: Iterable[str], types: Iterable[str], known_names: KnownNames
) -> Iterator[NameProblem]:
    for word in filter(None, words):
        for record in dict.fromkeys(types):
            fields = known_names.words(record, "fields")
            if record in known_names.vocabulary and word not in fields:
                yield NameProblem(source, "unknown-field", f"{subject}: {record} has no field '{word}'{nearest(word, fields)}")


def _kinds(
    source: Source, subject: str, where: Mapping[str, str], types: Iterable[str], known_names: KnownNames
) -> Iterator[NameProblem]:
    for record in dict.fromkeys(types):
        kinds = known_names.words(record, "kinds")
        if kinds and "kind" in where:
            yield from missing(source, subject, f"kind of {record}", where["kind"].removeprefix(NOT), kinds)


def _procedure(rule: Procedure, known_names: KnownNames, classes: Collection[str]) -> Iterator[NameProblem]:
    subject = f"procedure on '{rule.on}'"
    if problem := known_names.act(rule.on):
        yield NameProblem(rule.source, "unknown-action", f"{subject}: {problem}")
        return
    record = rule.on.partition(".")[0]
    checks = {*known_names.words(record, "checks"), STATE}
    yield from missing(rule.source, subject, "check", rule.requires, checks)
    aims = known_names.roles | known_names.bodies | known_names.outsiders | {*known_names.words(record, "aims"), *classes}
    aims |= known_names.portfolios
    facets, fields = known_names.words(record, "facets"), known_names.words(record, "fields")
    if "kind" not in facets:
        yield from _kinds(rule.source, subject, rule.where, [record], known_names)
    for name, value in rule.where.items():
        if name in facets:
            yield from missing(rule.source, f"{subject}, where {name}", "aim", value, aims)
        elif name == "body":
            yield from missing(
                rule.source, f"{subject}, where", "body", value.removeprefix(NOT), known_names.bodies | {ANY, NOT_STATED}
            )
        elif name not in fields:
            message = f"{subject}, where: {record} has no facet and no field '{name}'{nearest(name, {*facets, *fields})}"
            allowed = f"Facets: {', '.join(sorted(facets)) or 'none'}; fields: {', '.join(sorted(fields))}"
            yield NameProblem(rule.source, "unknown-facet", f"{message}. {allowed}")


def _separation(rule: Separation, known_names: KnownNames) -> Iterator[NameProblem]:
    subject = f"separation '{rule.id}'"
    wrong = [*_acts(rule.source, subject, rule.acts, known_names)]
    yield from wrong
    if not wrong:
        yield from (NameProblem(rule.source, *fault) for fault in rule.faults(known_names.words(rule.type, "relations")))


def _demands(charter: Charter) -> Iterator[NameProblem]:
    for demand in charter.demands:
        if charter.instrument.kind != "law":
            yield NameProblem(demand.source, "not-enforced", "demand: only a law obliges a charter to have something", "warning")
        for wanted in demand.has:
            table = wanted.partition(":")[0]
            if table not in TABLES:
                message = f"demand: a charter has no table '{table}'{nearest(table, TABLES)}"
                yield NameProblem(demand.source, "unknown-table", message)


def _shown(charter: Charter) -> Iterator[NameProblem]:
    """Yield rows that are marked as information although the program runs by them."""
    for item in ruled(charter):
        if item.shown and item.runs:
            yield NameProblem(
                item.source, "runs", f"{item}: effect is 'shown', but the program runs by this rule; leave 'effect' out"
            )


def _fields_of_work(charter: Charter, names: KnownNames) -> Iterator[NameProblem]:
    for portfolio in charter.portfolios:
        subject = f"portfolio '{portfolio.id}'"
        yield from _stated(portfolio.source, subject, "holder", portfolio.holder, names.holders())
        yield from _stated(portfolio.source, f"{subject}, lead", "agency", portfolio.lead, names.agencies | names.bodies)
        for agency in portfolio.coordinators:
            yield from _stated(portfolio.source, f"{subject}, coordinators", "agency", agency, names.agencies | names.bodies)
        yield from _stated(portfolio.source, f"{subject}, answers_to", "party", portfolio.answers_to, names.parties())
    for finance in charter.finances:
        subject = f"finance '{finance.id}'"
        yield from _stated(finance.source, f"{subject}, provided_by", "party", finance.provided_by, names.parties())
        yield from _stated(finance.source, f"{subject}, managed_by", "party", finance.managed_by, names.parties())
    for signing in charter.signings:
        subject = f"signing '{signing.id}'"
        yield from _stated(signing.source, f"{subject}, signer", "holder", signing.signer, names.holders())
        kinds = names.words("document", "kinds")
        for kind in signing.kinds:
            if kinds and kind != "*":
                yield from missing(signing.source, subject, "kind of document", kind, kinds)


def _template(template: Template, names: KnownNames) -> Iterator[NameProblem]:
    subject, seen = f"template '{template.id}'", set()
    for indicator in template.indicators:
        if indicator.id in seen:
            yield NameProblem(template.source, "same-id", f"{subject}: two indicators are called '{indicator.id}'")
        seen.add(indicator.id)
        if indicator.target is not None and indicator.type in WORDS:
            message = f"{subject}, indicator '{indicator.id}': one of the type '{indicator.type}' has no target"
            yield NameProblem(template.source, "no-number", message)
    if template.due.days is not None and template.every == NOT_STATED:
        message = f"{subject}: due {template.due.days} days after the end of a period, and `every` names none"
        yield NameProblem(template.source, "no-period", message)
    yield from _stated(template.source, subject, "body", template.body, names.bodies)
    yield from _stated(template.source, subject, "kind of meeting", template.meeting, names.words("meeting", "kinds"))
    for who in template.asked:
        yield from missing(template.source, f"{subject}, asked", "role or group or seat", who, names.holders())

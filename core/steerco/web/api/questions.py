"""Questions: may one, who owes what, the charter, the actions, the revisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.charter.coverage import of_layer
from steerco.charter.model import Clause, Label
from steerco.charter.proposals import Proposal, proposed
from steerco.configuration import action_catalogue
from steerco.configuration.plugin_wiring import named
from steerco.configuration.revisions import RevisionSummary, listed
from steerco.configuration.tenant import Tenant
from steerco.following.compliance import UnderClause, compliance, period
from steerco.kernel import duty_ledger
from steerco.kernel.act import ActRequest
from steerco.kernel.explain import explain
from steerco.policy.decision import NO_CLAUSE, Decision
from steerco.policy.line import READ
from steerco.records import NotFound, Reason, reason
from steerco.web.api.bulk_reading import check_whole, computed
from steerco.web.api.named import ME, UNKNOWN_PARTY, is_known
from steerco.web.api.record_reading import visible_record
from steerco.web.http.auth import Caller, entered, person_named
from steerco.web.http.list_forms import form_of
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import AHEAD, YEARS, QueryParams, fitting, json_body, next_offset, parsed, strings
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import reading

DUTY_STATES = ("upcoming", "due", "overdue", "done", "done-late", "missed", "waived", "not-applicable")
MORNING = time(9)
"""When a day that is asked about is taken to be, in the tenant's zone."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """May ``by`` (a person, or a role with one holder; by default the caller) do ``do`` (``type.action``) on the record ``on``,
    with the input ``with``, on the day ``at`` (today)? Of the input only what the question is about need be given. With
    ``entered_by``: and may that person (or holder) enter it for them?"""

    do: str
    by: str | None = None
    on: str | None = None
    with_: dict[str, Any] = msgspec.field(default_factory=dict, name="with")
    at: date | None = None
    capacity: str | None = None
    entered_by: str | None = None


@post("/explain", status_code=200)
@reading
def explain_by_body(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """The decision on an act that nobody performs."""
    with entered(request, tenant) as caller:
        caller.must(READ)
        QueryParams(request).done()
        question = json_body(request, body, caller.service.limits.depth)
        if not isinstance(question.get("with", {}), dict):
            raise RequestError(422, "bad-parameter", fields={"with": reason("expected-object")})
        return tagged(request, decided(caller, _question(question)))


@get("/explain")
@reading
def explain_by_query(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The same, asked by parameters; ``with`` is JSON."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        question: dict[str, Any] = {name: params.name(name) for name in ("do", "by", "on", "capacity", "entered_by")}
        question = {name: value for name, value in question.items() if value is not None}
        if (day := params.one("at")) is not None:
            question["at"] = day
        if text := params.one("with"):
            question["with"] = parsed(text, caller.service.limits.depth)
        params.done()
        return tagged(request, decided(caller, _question(question)))


def _question(question: dict[str, Any]) -> Question:
    strings(question, "do", "by", "on", "at", "capacity", "entered_by")
    return fitting(question, Question)


def decided(caller: Caller, question: Question) -> Decision:
    """Return the decision on an act that nobody performs. Raises ``RequestError`` for what names nothing here."""
    at = moment(caller, question.at)
    snapshot = caller.tenant.snapshot
    if snapshot.action(question.do) is None:
        raise RequestError(404, "no-such-action", action=question.do[:100])
    actor = person_named(caller, question.by, at) if question.by else caller.person
    on = visible_record(caller.authority(), caller.type(question.do.partition(".")[0]), question.on).id if question.on else None
    enterer = person_named(caller, question.entered_by, at, "entered_by") if question.entered_by else None
    request_of_act = ActRequest(actor, question.do, at, on, question.with_, capacity=question.capacity, entered_by=enterer)
    try:
        asker = caller.authority() if actor != caller.person else None
        return explain(caller.tenant, caller.session, request_of_act, asker=asker)
    except NotFound:  # the caller sees the record, the person asked about does not
        return Decision("not-found", NO_CLAUSE, revision=snapshot.revision)


def check_not_too_far(caller: Caller, **days: date | None) -> None:
    """Check that no day lies further ahead than is reckoned (``requests.AHEAD``). Raises ``RequestError``, by parameter."""
    furthest = caller.tenant.snapshot.local(caller.now) + AHEAD
    if wrong := {name: reason("too-far-ahead", furthest=furthest) for name, day in days.items() if day and day > furthest}:
        raise RequestError(422, "bad-parameter", fields=wrong)


def moment(caller: Caller, day: date | None) -> datetime:
    """Now, or the morning of a day in the tenant's zone."""
    if day is None:
        return caller.now
    if day.year not in YEARS:
        raise RequestError(422, "bad-parameter", fields={"at": reason("years", first=YEARS.start, last=YEARS.stop - 1)})
    check_not_too_far(caller, at=day)
    return datetime.combine(day, MORNING, caller.tenant.snapshot.settings.zone)


class Duties(msgspec.Struct, frozen=True):
    """A page of the ledger on the day ``on``. ``next`` is what to send as ``after`` for the next page, none on the last."""

    on: date
    items: list[duty_ledger.DutyEntry]
    next: str | None


class DutiesByClause(msgspec.Struct, frozen=True):
    """A page of the compliance report: clauses, each with what was due under it, as it stands on the day ``to``.

    ``totals`` counts every duty of the period once, ``elsewhere`` those of them that no clause of the charter asks for.
    """

    from_: date = msgspec.field(name="from")
    to: date
    totals: dict[str, int]
    elsewhere: int
    items: tuple[UnderClause, ...]
    next: str | None


@get("/duties")
@reading
def duties(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer what is owed, by whom and when; or by clause over a period. A person without a seat sees only their own duties."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        by_clause = params.choice("by", ("clause",)) == "clause"
        of, clause = params.name("of") or "", params.name("clause") or ""
        state = params.choice("state", DUTY_STATES)
        days = {"at": params.day("at"), "from": params.day("from", 422), "to": params.day("to", 422)}
        if form := form_of(request):
            check_whole(params)
        page = params.offset(200, 200)
        params.done()
        _check_days(days, by_clause)
        check_not_too_far(caller, **days)
        on = days["at"] or caller.tenant.snapshot.local(caller.now)
        of = caller.person if of == ME else of
        _check_names(caller, of, clause, days["to"] or on)
        counts = _entry_filter(caller, state)
        if by_clause:
            report = _by_clause(caller, days, of, clause, counts, slice(None) if form else page)
            return computed("duties", report.items, UnderClause, form) if form else tagged(request, report)
        entries = [
            entry for entry in duty_ledger.entries(caller.tenant, caller.session, on, of=of, clause=clause) if counts(entry)
        ]
    if form:
        return computed("duties", entries, duty_ledger.DutyEntry, form)
    return tagged(request, Duties(on, entries[page], next_offset(entries, page)))


def _check_days(days: dict[str, date | None], by_clause: bool) -> None:
    """Check that a period is asked of the report by clause, and a day of the ledger. Raises ``RequestError``."""
    wrong = {"at": reason("not-with-by-clause")} if by_clause else dict.fromkeys(("from", "to"), reason("only-with-by-clause"))
    if fields := {name: why for name, why in wrong.items() if days[name]}:
        raise RequestError(422, "bad-parameter", fields=fields)


def _check_names(caller: Caller, of: str, clause: str, on: date) -> None:
    """Check that a party and a clause that are asked about are there. Raises ``RequestError``."""
    wrong: dict[str, Reason] = {}
    if of and not is_known(caller.authority(), of):
        wrong["of"] = reason(UNKNOWN_PARTY, given=of)
    snapshot = caller.tenant.snapshot
    if clause and not any(
        clause in regime.clauses for regime in (snapshot.regime_on(on), *map(snapshot.regime, snapshot.charters))
    ):
        wrong["clause"] = reason("no-clause")
    if wrong:
        raise RequestError(422, "bad-parameter", fields=wrong)


def _entry_filter(caller: Caller, state: str) -> Callable[[duty_ledger.DutyEntry], bool]:
    """Return a filter for the entries that the caller sees, of the state asked for."""
    visible = duty_ledger.visible_to(caller.authority())
    return lambda entry: state in ("", entry.state) and visible(entry)


def _by_clause(
    caller: Caller,
    days: dict[str, date | None],
    of: str,
    clause: str,
    counts: Callable[[duty_ledger.DutyEntry], bool],
    page: slice,
) -> DutiesByClause:
    tenant, session = caller.tenant, caller.session
    first, last = period(tenant, session, tenant.snapshot.local(caller.now), days["from"], days["to"])
    if last < first:
        raise RequestError(422, "bad-parameter", fields={"to" if days["to"] else "from": reason("ends-before-it-begins")})
    report = compliance(tenant, session, first, last, of=of, clause=clause, counts=counts)
    after = None if page.stop is None else next_offset(report.rows, page)
    return DutiesByClause(first, last, report.totals, report.elsewhere, report.rows[page], after)


class ClauseShown(msgspec.Struct, frozen=True):
    """A clause with its summary (marked as such) and everything that cites it, by name."""

    id: str
    heading: Label
    gloss: Label
    basis: str
    powers: list[str]
    duties: list[str]
    rules: list[str]
    hooks: list[str]


class Version(msgspec.Struct, frozen=True):
    """An instrument: the charter in force on the day, the house rules, or a law beside it."""

    id: str
    kind: str
    title: Label
    issuer: str
    effective: str
    clauses: list[ClauseShown]


class CharterShown(msgspec.Struct, frozen=True):
    """The instruments in force on a day."""

    on: date
    revision: int
    instruments: list[Version]
    meetings: list[Proposal]
    """The days proposed for this year's regular meetings; no clause sets them."""


@get("/charter")
@reading
def charter(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The regulation in force on a day (today), clause by clause, with the house rules and laws beside it."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        at = params.day("at")
        params.done()
        check_not_too_far(caller, at=at)
    return tagged(request, charter_on(caller.tenant, at or caller.tenant.snapshot.local(caller.now)))


def charter_on(tenant: Tenant, on: date) -> CharterShown:
    """Return the instruments in force on a day, with what cites each of their clauses."""
    regime = tenant.snapshot.regime_on(on)
    instruments = []
    for layer in (regime.charter, *regime.layers):
        instrument = layer.instrument
        cited = of_layer(layer, [(line.clause, str(line)) for line in regime.lines], (), named(tenant.snapshot.circle))
        clauses = [_clause(clause, instrument.basis, cited.get(clause.id)) for clause in layer.clauses]
        instruments.append(
            Version(instrument.id, instrument.kind, instrument.title, str(instrument.issuer), str(instrument.effective), clauses)
        )
    meetings = proposed(regime.charter.cadences, on.year, tenant.snapshot.calendar)
    return CharterShown(on, tenant.snapshot.revision, instruments, meetings)


def _clause(clause: Clause, basis: str, cited: Any) -> ClauseShown:
    names = {part: list(getattr(cited, part, ())) for part in ("powers", "duties", "rules", "hooks")}
    return ClauseShown(clause.id, clause.heading, clause.gloss, basis, **names)


@get("/actions")
@reading
def actions(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Every record type with its actions, their inputs, states and facets."""
    with entered(request, tenant) as caller:
        caller.must(READ)
        params = QueryParams(request)
        params.no_day("actions-of-today")
        params.done()
    return tagged(request, action_catalogue.catalogue(caller.tenant.snapshot))


class Revisions(msgspec.Struct, frozen=True):
    """A page of the revisions of the configuration, newest first. ``next`` is what to send as ``before`` for the next page."""

    items: list[RevisionSummary]
    next: int | None


@get("/revisions")
@reading
def revisions(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer the committee's revisions: each revision's number, time, person and reason, newest first."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        before, limit = params.whole("before", 0, 0, 2**53), params.whole("limit", 50, 1, 200)
        params.no_day("entries-have-times")
        params.done()
        summaries = listed(caller.session, caller.tenant.id, before=before or None, limit=limit + 1)
    page = summaries[:limit]
    return tagged(request, Revisions(page, page[-1].number if len(summaries) > limit else None))


ROUTES = (explain_by_body, explain_by_query, duties, charter, actions, revisions)
RESERVED = frozenset({"access", "me", "parties", "explain", "duties", "charter", "actions", "events", "revisions", "oauth"})
"""The words that stand where a record type would: no type may be called so."""

"""Everything that goes wrong, in the one shape of RFC 9457: from a refused act to an address that does not exist.

A problem is a code with parameters; its words are put in at the edge, in the language that the client asked for.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import StatementError

from steerco.i18n import preferred, words
from steerco.kernel.on_behalf import RULE as ENTERING
from steerco.policy.decision import Basis, Because, Change, Decision, Who
from steerco.records import Conflict, Invalid, NotFound, OutOfOrder, Reason, Refused, Stopped, reason
from steerco.records.reason import Reasons, reasons
from steerco.store.fair_lock import Busy, StoreUnavailable
from steerco.store.listing import BadCursor, TooMany
from steerco.store.query_plans import SORTED

log = logging.getLogger("steerco.web")

MEDIA = "application/problem+json"
AT = "/problems/"
"""Where a problem's ``type`` points to: a page of this server that says what the code means."""

STATUS = {"invalid": 422, "not-found": 404, "refused": 403, "out-of-order": 409, "conflict": 409}
BY_CODE = {"changed-meanwhile": 412, "key-reused": 422, "unknown-action": 404}


class Problem(msgspec.Struct, frozen=True):
    """A problem as clients get it (RFC 9457), with what an answer of a committee has beside it.

    ``code`` is stable, ``title``, ``detail`` and ``next`` (what to do next) are for people. ``outcome`` is that of the act.
    ``fields`` says per input path what is wrong, ``reasons`` the same by stable code with parameters. ``basis`` and ``because``
    are the rule behind it, ``who_may`` who may do it instead, ``would_change`` what would turn the answer, ``menders`` who may
    change the configuration where that stops the act.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    next: str
    instance: str = ""
    outcome: str = ""
    fields: dict[str, str] = {}
    reasons: dict[str, Reason] = {}
    basis: Basis | None = None
    because: tuple[Because, ...] = ()
    capacity: str = ""
    acting_for: str = ""
    who_may: tuple[Who, ...] = ()
    would_change: tuple[Change, ...] = ()
    menders: tuple[Who, ...] = ()
    params: dict[str, Any] = {}


class RequestError(Exception):
    """A request that cannot be answered, before any act: a code with parameters, and the status that it has in HTTP."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        fields: Reasons | None = None,
        headers: Mapping[str, str] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.params = status, code, params
        self.fields, self.headers = reasons(fields or {}), dict(headers or {})


class Grounded(Exception):
    """A stopped act with what its clauses say, as the tenant's charter has them."""

    def __init__(self, stopped: Stopped, because: Sequence[Because] = (), basis: Basis | None = None) -> None:
        super().__init__(stopped.code)
        self.stopped, self.because, self.basis = stopped, tuple(because), basis


def of_trouble(trouble: RequestError, language: str, instance: str) -> Problem:
    """Return the problem of a request that cannot be answered."""
    return _in_words(trouble.status, trouble.code, trouble.params, language, instance, "outcome-http", fields=trouble.fields)


def of_stopped(stopped: Stopped, language: str, instance: str, because: tuple[Because, ...], basis: Basis | None) -> Problem:
    """Return the problem of an act that was not done."""
    status = BY_CODE.get(stopped.code, STATUS[stopped.outcome])
    more: dict[str, Any] = {"outcome": stopped.outcome}
    params = dict(stopped.params)
    if isinstance(stopped, Refused):
        decision = stopped.decision
        params = params | why(decision, language)
        menders = params.pop("menders", ())
        params["who"] = _names_of(menders, language) or words(language).problem("say", "operator", {})
        more |= {
            "basis": decision.basis,
            "because": decision.because,
            "capacity": decision.capacity,
            "acting_for": decision.acting_for,
            "who_may": decision.who_may,
            "would_change": decision.would_change,
            "menders": menders,
        }
    elif isinstance(stopped, Invalid):
        params = {}
        more |= {"fields": stopped.fields, "basis": basis, "because": because}
    elif isinstance(stopped, OutOfOrder | Conflict):
        more |= {"basis": basis, "because": because, "params": _plain(params)}
    if "say" in params:  # the words of a plugin's rule, in several languages
        params["say"] = words(language).of(params["say"]) or params.get("rule", "")
    otherwise = f"outcome-{stopped.outcome}"
    return _in_words(status, stopped.code, {**params, "code": stopped.code}, language, instance, otherwise, **more)


def why(decision: Decision, language: str) -> dict[str, str]:
    """Why an act was refused and whom to ask, in sentences."""

    def say(part: str, **params: str) -> str:
        return words(language).problem("say", part, params)

    who = _names_of(decision.who_may, language)
    clauses = ", ".join(because.clause for because in decision.because)
    if decision.facts.object == ENTERING:
        detail = say("entering", clauses=clauses, who=who) if clauses else say("entering_nobody")
        return {"detail": detail, "next": say("ask", who=who) if who else say("no_clause")}
    if any(because.not_run is True for because in decision.because):
        return {"detail": say("not_run", clauses=clauses), "next": say("on_paper")}
    if not clauses:
        return {"detail": say("nobody"), "next": say("no_clause")}
    if not who:
        return {"detail": say("barred", clauses=clauses), "next": say("no_clause")}
    return {"detail": say("reserved", clauses=clauses, who=who), "next": say("ask", who=who)}


def _names_of(who: Sequence[Who], language: str) -> str:
    """Return the names of those who may, joined for a sentence; empty for nobody."""
    return words(language).problem("say", "and", {}).join(dict.fromkeys(_name(holder, language) for holder in who))


def _name(who: Who, language: str) -> str:
    label = getattr(who.label, language, "") or who.label.en or who.label.vi or who.subject
    return f"{label} ({', '.join(who.people[:3])})" if who.people and len(who.people) <= 3 else label


def _in_words(
    status: int, code: str, filling: Mapping[str, Any], language: str, instance: str, otherwise: str, **more: Any
) -> Problem:
    say = words(language)
    if wrong := more.pop("fields", None):
        more |= {"fields": {path: say.reason(why) for path, why in wrong.items()}, "reasons": _plain_reasons(wrong)}
    texts: dict[str, Any] = {part: say.problem(code, part, filling, otherwise) for part in ("title", "detail", "next")}
    return Problem(f"{AT}{code}", status=status, code=code, instance=instance, **texts, **more)


def _plain_reasons(wrong: Mapping[str, Reason]) -> dict[str, Reason]:
    return {path: Reason(why.code, _plain(why.params)) for path, why in wrong.items()}


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(dict(params), enc_hook=str)
    return plain


Anywhere = Request[Any, Any, Any]


def problem_of(request: Anywhere, error: RequestError | Stopped | Grounded | Busy) -> Problem:
    """Return the problem with which a request is answered that ends in this error."""
    language = language_of(request)
    if isinstance(error, Busy):
        error = busy_trouble(error)
    if isinstance(error, RequestError):  # of a stranger the same to the byte, whatever was asked for
        return of_trouble(error, language, "" if error.status == 401 else request.url.path)
    if isinstance(error, Grounded):
        return of_stopped(error.stopped, language, _instance(request, error.stopped), error.because, error.basis)
    return of_stopped(error, language, _instance(request, error), (), None)


def busy_trouble(busy: Busy) -> RequestError:
    """Return the error of too much at once, or of a database that cannot be used now: when to come back."""
    if isinstance(busy, StoreUnavailable):
        log.warning("%s: %s", busy.code, busy)
    after = str(busy.retry_after)
    return RequestError(503, busy.code, headers={"Retry-After": after}, retry_after=after)


def language_of(request: Anywhere) -> str:
    """Return the language in which to answer a request."""
    return preferred(request.headers.get("accept-language"))


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """Return the response that carries a problem."""
    return Response(msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA, headers=dict(headers or {}))


def on_trouble(request: Anywhere, trouble: RequestError) -> Response[bytes]:
    """Answer a request that cannot be carried out."""
    return answer(problem_of(request, trouble), trouble.headers)


def on_stopped(request: Anywhere, stopped: Stopped) -> Response[bytes]:
    """Answer an act that was not done."""
    return answer(problem_of(request, stopped))


def on_grounded(request: Anywhere, grounded: Grounded) -> Response[bytes]:
    """Answer an act that was not done, with what its clauses say."""
    return answer(problem_of(request, grounded))


def _instance(request: Anywhere, stopped: Stopped) -> str:
    """Return the request's address; none for a record that is not there, so that all such answers are the same to the byte."""
    return "" if isinstance(stopped, NotFound) else request.url.path


def on_busy(request: Anywhere, busy: Busy) -> Response[bytes]:
    """Answer too much at once, or a database that cannot be used now."""
    return on_trouble(request, busy_trouble(busy))


def on_bad_cursor(request: Anywhere, error: BadCursor) -> Response[bytes]:
    """Answer a cursor of another list."""
    return on_trouble(request, RequestError(422, "bad-cursor", fields={"after": reason("bad-cursor")}))


def on_too_many(request: Anywhere, error: TooMany) -> Response[bytes]:
    """Answer an order that no index serves, over more records than are sorted for a page."""
    why = reason("too-many-to-sort", columns=error.columns, most=SORTED)
    return on_trouble(request, RequestError(400, "bad-parameter", fields={"sort": why}))


def on_http(request: Anywhere, error: HTTPException) -> Response[bytes]:
    """Answer what the framework itself raises: an address that does not exist, a method that it does not take, a bad request."""
    headers = dict(error.headers or {})
    if error.status_code == 404:
        return on_trouble(request, RequestError(404, "no-such-path"))
    if error.status_code == 405:
        allow = request.app.state.methods.of(request.url.path)
        return on_trouble(request, RequestError(405, "wrong-method", headers={"Allow": allow}, allow=allow))
    if error.status_code >= 500:
        return on_fault(request, error)
    return on_trouble(request, RequestError(error.status_code, "bad-request", headers=headers, reason=error.detail))


def on_fault(request: Anywhere, error: Exception) -> Response[bytes]:
    """Whatever else: a mistake in the program."""
    return on_trouble(request, fault(error, request.method, request.url.path))


_DOORS = ("/t/", "/new", "/inv", "/res")
_SECRETS = re.compile(r"^((?:/t/[^/]*/x/[^/]*/[^/]*|/new|/invitation|/reset)/).+", re.DOTALL)


def logged(path: str) -> str:
    """Return an address as logs have it, one line whatever was sent, and without what opens a door to whoever reads it: the
    secret of a link, and what follows the first step of a plugin's address (a feed)."""
    door = path.startswith(_DOORS) and ("/x/" in path or path[1] != "t")  # of most addresses, the pattern need not be asked
    shown = _SECRETS.sub(r"\1…", path) if door else path
    return shown if shown.isprintable() else quote(shown, safe="/…")


def fault(error: Exception, method: str, path: str) -> RequestError:
    """Log a fault of the program and return its answer: the client gets a number, the log the rest."""
    number = uuid4().hex[:12]
    if isinstance(error, StatementError):
        error.hide_parameters = True  # values of records, and so perhaps of persons, do not belong in a log
    log.error("fault %s: %s %s", number, method, logged(path), exc_info=error)
    return RequestError(500, "internal", number=number)


HANDLERS: dict[Any, Any] = {
    RequestError: on_trouble,
    Stopped: on_stopped,
    Grounded: on_grounded,
    Busy: on_busy,
    BadCursor: on_bad_cursor,
    TooMany: on_too_many,
    HTTPException: on_http,
    Exception: on_fault,
}
"""Every exception that can leave a handler, with what answers it."""

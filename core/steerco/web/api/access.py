"""Access decisions for other programs, in the shape of OpenID's Authorization API (AuthZEN 1.0).

A gateway asks whether a subject may perform an action on a resource, and gets the decision that ``explain`` gives, with its
clauses in ``context``. The subject is a person, or a role, seat or office with one holder; the action is ``type.action``; the
resource's id is left out for an act that makes a record. Several questions may come in one request, with
defaults for what they share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.policy.decision import Decision
from steerco.policy.line import READ
from steerco.records import Invalid, reason
from steerco.web.api.questions import Question, decided
from steerco.web.http.auth import Caller, entered
from steerco.web.http.prefix import base_of
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import QueryParams, fitting, json_body
from steerco.web.http.responses import plain
from steerco.web.http.worker_pool import reading

MOST = 50
"""The number of questions in one request."""
CONTEXT = ("with", "at", "capacity")
"""What is read of a question's context."""
PARTS = ("subject", "action", "resource", "context")
STOPS: Mapping[str, Callable[[bool], bool]] = {
    "execute_all": lambda decision: False,
    "deny_on_first_deny": lambda decision: not decision,
    "permit_on_first_permit": lambda decision: decision,
}
"""When the questions after one are not answered any more, by the semantics that the request names."""


class SubjectAsked(msgspec.Struct, frozen=True):
    """Who would act: an id of whatever ``type`` it is said to be."""

    id: str
    type: str = "person"
    properties: dict[str, Any] = {}


class ActionName(msgspec.Struct, frozen=True):
    """What they would do: ``meeting.convene``."""

    name: str
    properties: dict[str, Any] = {}


class Resource(msgspec.Struct, frozen=True):
    """To what: a record type, and the id or reference of a record of it."""

    type: str
    id: str = ""
    properties: dict[str, Any] = {}


class Evaluation(msgspec.Struct, frozen=True):
    """One question. Of ``context`` are read: ``with`` (the act's input), ``at`` (a day), ``capacity``."""

    subject: SubjectAsked
    action: ActionName
    resource: Resource
    context: dict[str, Any] = {}


class Failure(msgspec.Struct, frozen=True):
    """Why a question could not be answered: the status that it would have alone, and the code with the fields."""

    status: int
    message: str


class ReasonsTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """The reasons of a decision: ``outcome`` as ``explain`` names it, the clauses, who may do it instead; or the error."""

    outcome: str = ""
    basis: str = ""
    clauses: tuple[str, ...] = ()
    who_may: tuple[str, ...] = ()
    revision: int = 0
    error: Failure | None = None


class Evaluated(msgspec.Struct, frozen=True):
    """One answer."""

    decision: bool
    context: ReasonsTold


class AllEvaluated(msgspec.Struct, frozen=True):
    """The answers to several questions, in their order; those after a stop are left out."""

    evaluations: list[Evaluated]


@post("/access/v1/evaluation", status_code=200)
@reading
def evaluation(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Answer one question."""
    with entered(request, tenant) as caller:
        caller.must(READ)
        QueryParams(request).done()
        asked = json_body(request, body, caller.service.limits.depth)
        return plain(_evaluated(caller, _fitting(asked)))


@post("/access/v1/evaluations", status_code=200)
@reading
def evaluations(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Answer several questions; one that cannot be answered is a refusal with its error, and the others go on."""
    with entered(request, tenant) as caller:
        caller.must(READ)
        QueryParams(request).done()
        asked = json_body(request, body, caller.service.limits.depth)
        several, stop = asked.pop("evaluations", None), _semantic(asked.pop("options", {}))
        if several is None:
            return plain(_evaluated(caller, _fitting(asked)))
        if not isinstance(several, list) or not 1 <= len(several) <= MOST:
            raise RequestError(422, "bad-parameter", fields={"evaluations": reason("length", least=1, most=MOST)})
        answers = []
        for each in several:
            answers.append(_tried(caller, {**asked, **each} if isinstance(each, dict) else {}))
            if stop(answers[-1].decision):
                break
        return plain(AllEvaluated(answers))


@get("/.well-known/authzen-configuration/t/{tenant:str}", sync_to_thread=False)
def configuration(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer where the questions are asked. The same for every name, so it tells nobody which committees there are."""
    here = f"{base_of(request.scope)}/t/{tenant}"
    at = f"{here}/api/access/v1"
    return plain(
        {
            "policy_decision_point": here,
            "access_evaluation_endpoint": f"{at}/evaluation",
            "access_evaluations_endpoint": f"{at}/evaluations",
        }
    )


def _semantic(options: Any) -> Callable[[bool], bool]:
    name = options.get("evaluations_semantic", "execute_all") if isinstance(options, dict) else options
    if name not in STOPS:
        raise RequestError(422, "bad-parameter", fields={"options.evaluations_semantic": reason("not-one-of", known=list(STOPS))})
    return STOPS[name]


def _fitting(asked: dict[str, Any]) -> Evaluation:
    return fitting({part: asked[part] for part in PARTS if part in asked}, Evaluation)


def _tried(caller: Caller, asked: dict[str, Any]) -> Evaluated:
    try:
        return _evaluated(caller, _fitting(asked))
    except (RequestError, Invalid) as error:
        status = error.status if isinstance(error, RequestError) else 422
        message = ": ".join((str(error), *sorted(error.fields)))
        return Evaluated(False, ReasonsTold(error=Failure(status, message)))


def _evaluated(caller: Caller, asked: Evaluation) -> Evaluated:
    name = asked.action.name
    if name.partition(".")[0] != asked.resource.type:
        raise RequestError(422, "bad-parameter", fields={"resource.type": reason("not-of-action", action=name[:100])})
    context: dict[str, Any] = {key: asked.context[key] for key in CONTEXT if key in asked.context}
    question: dict[str, Any] = {"do": name, "by": asked.subject.id, **context}
    if asked.resource.id:
        question["on"] = asked.resource.id
    return _answer(decided(caller, fitting(question, Question)))


def _answer(decision: Decision) -> Evaluated:
    clauses = tuple(dict.fromkeys(because.clause for because in decision.because))
    who_may = tuple(dict.fromkeys(who.subject for who in decision.who_may))
    return Evaluated(decision.allowed, ReasonsTold(decision.outcome, str(decision.basis), clauses, who_may, decision.revision))


ROUTES = (evaluation, evaluations)

"""Several acts in one request, each an act of its own: judged, done and logged as if it had been sent alone, in the order given.

What stops one undoes none of the others and is told in its place, with clause and who may. Nothing is done of a request that is
not well formed as a whole. Why there is no "all or none": docs/decisions/0017-bulk-acts-stand-alone.md.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, post
from litestar.params import FromPath, RawBody

from steerco.records import Stopped, reason
from steerco.store.fair_lock import Busy
from steerco.web.api import bulk_rows
from steerco.web.api.records import Acted, action_of, carried_out, prepared
from steerco.web.http import spreadsheet
from steerco.web.http.auth import Caller, entered, service_of
from steerco.web.http.problems import Anywhere, Grounded, Problem, RequestError, fault, problem_of
from steerco.web.http.requests import KEY, QueryParams, fitting, idempotency_key, json_body, parsed
from steerco.web.http.responses import plain

MOST = 200
"""The number of acts in one request."""
NUMBERED = KEY - 4
"""The longest key of a request of which each act's own is made: with a slash and the act's number after it."""


class BulkAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One act: ``do`` is ``type.action``, ``with`` its input as it is sent alone, ``on`` a record by id or reference (left out,
    it makes one), ``version`` the version that was seen, ``key`` makes a repeat safe."""

    do: str
    with_: dict[str, Any] = msgspec.field(default_factory=dict, name="with")
    on: str | None = None
    version: int | None = None
    key: str | None = None


class BulkAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The acts, in the order in which they are done."""

    acts: list[BulkAct]


class BulkRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of the act number ``row``: ``acted`` where it was done (or would be), else the ``problem``; ``status`` is what
    it would have been alone."""

    row: int
    status: int
    acted: Acted | None = None
    problem: Problem | None = None


class BulkAnswer(msgspec.Struct, frozen=True):
    """The answers in the order of the acts: how many were done, how many were not, and how many were not tried at all."""

    done: int
    not_done: int
    not_tried: int
    answers: list[BulkRow]


@post("/acts", status_code=200)
async def acts(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Do several acts, each alone and in order. With ``dry_run`` each is tried on what there is now; with ``stop`` none is tried
    after the first that is not done."""
    run = request.app.state.crews.acts.run
    params = QueryParams(request)
    dry, stop, capacity = params.flag("dry_run"), params.flag("stop"), params.name("capacity")
    asked: list[BulkAct] = await run(_begin, request, tenant=tenant, body=body, params=params)
    key, answers = idempotency_key(request), list[BulkRow]()
    for number, each in enumerate(asked):
        own = each.key or (f"{key}/{number}" if key else None)
        answers.append(await run(_row, request, number, each, own, tenant=tenant, dry=dry, capacity=capacity))
        if answers[-1].problem and (stop or answers[-1].status in (401, 429)):
            break
    done = sum(1 for answer in answers if answer.acted)
    return plain(BulkAnswer(done, len(answers) - done, len(asked) - len(answers), answers))


def _begin(request: Anywhere, tenant: str, body: bytes, params: QueryParams) -> list[BulkAct]:
    """Return the acts that are asked for. Raises ``RequestError`` for a request that is not well formed as a whole."""
    with entered(request, tenant) as caller:
        content = _content(caller, request, body, params)
        params.done()
        asked = fitting(content, BulkAsked).acts
        wrong = {} if 1 <= len(asked) <= MOST else {"acts": reason("length-of-list", least=1, most=MOST)}
        keys = [each.key for each in asked if each.key is not None]
        if len(set(keys)) < len(keys):
            wrong["acts"] = reason("key-repeated")
        for number, each in enumerate(asked):
            if each.key is not None and not (0 < len(each.key) <= KEY and each.key.isascii() and each.key.isprintable()):
                wrong[f"acts[{number}].key"] = reason("no-key", most=KEY)
        if len(idempotency_key(request) or "") > NUMBERED:
            wrong["Idempotency-Key"] = reason("no-key", most=NUMBERED)
        if wrong:
            raise RequestError(422, "bad-parameter", fields=wrong)
        return asked


def _content(caller: Caller, request: Anywhere, body: bytes, params: QueryParams) -> dict[str, Any]:
    """Return the body as JSON has it, or what the rows of a sheet stand for: acts by the one action that ``do`` names. Raises
    ``RequestError``."""
    depth = caller.service.limits.depth + 2
    named = params.one("do")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != spreadsheet.MEDIA:
        if named is not None:
            raise RequestError(422, "bad-parameter", fields={"do": reason("only-with-sheet")})
        return json_body(request, body, depth)
    if named is None:
        raise RequestError(422, "bad-parameter", fields={"do": reason("required")})
    type, _, name = named.partition(".")
    action = caller.type(type).acts().get(name)
    if action is None:
        raise RequestError(404, "no-such-action", action=named[:100])
    return parsed(msgspec.json.encode({"acts": bulk_rows.acts_in(body, action, MOST)}), depth)


def _row(
    request: Anywhere, number: int, asked: BulkAct, key: str | None, *, tenant: str, dry: bool, capacity: str | None
) -> BulkRow:
    """Do one act, counted as a request of its own, and return what became of it."""
    try:
        with entered(request, tenant, capacity) as caller:
            if number:
                service_of(request).quotas.take(caller.token.id, caller.tenant.id)
            type, _, name = asked.do.partition(".")
            chosen = action_of(caller.type(type), name, asked.on)
            caller.must(chosen.id)
            act = prepared(caller, chosen, asked.on, dict(asked.with_), key=key, version=asked.version, dry_run=dry)
        _, acted = carried_out(caller, act)
        return BulkRow(number, 200 if dry or asked.on is not None else 201, acted)
    except (RequestError, Stopped, Grounded, Busy) as stopped:
        problem = problem_of(request, stopped)
    except Exception as error:  # a fault in one act is told in its place, and logged
        problem = problem_of(request, fault(error, request.method, request.url.path))
    return BulkRow(
        number, problem.status, problem=msgspec.structs.replace(problem, instance=f"{request.url.path}#/acts/{number}")
    )


ROUTES = (acts,)
RESERVED = frozenset({"acts"})
"""The word that stands where a record type would."""

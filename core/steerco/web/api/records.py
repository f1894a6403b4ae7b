"""Acts over HTTP: create, act. A few generic handlers; what there is to do follows from the declarations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response, post
from litestar.params import FromPath, RawBody

from steerco.configuration.snapshot import Snapshot
from steerco.following.rehearsal import DutyChanges, Foreseen, OpenTo, rehearse
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import Done, Followed, perform
from steerco.kernel.pipeline import admit
from steerco.policy.decision import Decision
from steerco.records import Action, Conflict, Invalid, OutOfOrder, Record, Stopped, reason
from steerco.store.idempotency import answered
from steerco.web.api import uploads
from steerco.web.http.auth import Caller, entered, person_named
from steerco.web.http.parts import boundary_of, input_in
from steerco.web.http.problems import Anywhere, Grounded, RequestError
from steerco.web.http.requests import (
    ENTERED_FOR,
    EnteredFor,
    QueryParams,
    entered_for,
    idempotency_key,
    json_body,
    version_wanted,
)
from steerco.web.http.responses import plain
from steerco.web.http.worker_pool import acting


class RecordName(msgspec.Struct, frozen=True):
    """A record as an answer to an act names it."""

    type: str
    id: str
    ref: str
    state: str
    version: int


class Made(msgspec.Struct, frozen=True):
    """A record that an act made on its way."""

    type: str
    id: str


class Acted(msgspec.Struct, frozen=True):
    """The answer to an act that was done, or (``dry_run``) would be. ``event`` is its number in the log, none of a dry run.

    A dry run alone tells what would follow: ``state_before``, the ``duties`` discharged and raised, the persons ``told``, the
    acts that would be ``next`` and those by which it is ``reversible_by``, each with who may do it; ``final``: none would.
    """

    outcome: str
    record: RecordName
    decision: Decision
    event: int | None
    made: tuple[Made, ...]
    followed: tuple[Followed, ...]
    replayed: bool
    dry_run: bool
    state_before: str | msgspec.UnsetType = msgspec.UNSET
    duties: DutyChanges | msgspec.UnsetType = msgspec.UNSET
    told: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    next: tuple[OpenTo, ...] | msgspec.UnsetType = msgspec.UNSET
    reversible_by: tuple[OpenTo, ...] | msgspec.UnsetType = msgspec.UNSET
    final: bool | msgspec.UnsetType = msgspec.UNSET


@post("/{type:str}", status_code=201)
@acting
def create_record(request: Anywhere, tenant: FromPath[str], type: FromPath[str], body: RawBody) -> Response[bytes]:
    """Make a record by the type's first action."""
    return act(request, tenant, type, None, None, body)


@post("/{type:str}/{action:str}", status_code=201)
@acting
def create_by(
    request: Anywhere, tenant: FromPath[str], type: FromPath[str], action: FromPath[str], body: RawBody
) -> Response[bytes]:
    """Make a record by an action of that name."""
    return act(request, tenant, type, action, None, body)


@post("/{type:str}/{id:str}/{action:str}", status_code=200)
@acting
def act_on(
    request: Anywhere,
    tenant: FromPath[str],
    type: FromPath[str],
    id: FromPath[str],
    action: FromPath[str],
    body: RawBody,
) -> Response[bytes]:
    """Act on a record."""
    return act(request, tenant, type, action, id, body)


ROUTES = (create_record, create_by, act_on)


def act(request: Anywhere, tenant: str, type: str, action: str | None, on: str | None, body: RawBody) -> Response[bytes]:
    """Do one act through the kernel. Every check that does not need the writer's turn comes before it."""
    params = QueryParams(request)
    dry, capacity = params.flag("dry_run"), params.name("capacity")
    key, version = idempotency_key(request), version_wanted(request)
    with entered(request, tenant, capacity) as caller:
        params.done()
        chosen = action_of(caller.type(type), action, on)
        caller.must(chosen.id)
        input = _input(caller, request, body)
        act_request = prepared(caller, chosen, on, input, key=key, version=version, dry_run=dry)
    done, acted = carried_out(caller, act_request)
    return plain(acted) if dry else _act_response(caller, done, acted, created=on is None)


def _input(caller: Caller, request: Anywhere, body: bytes) -> dict[str, Any]:
    depth = caller.service.limits.depth
    boundary = boundary_of(request)
    return json_body(request, body, depth) if boundary is None else input_in(body, boundary, depth)


def prepared(caller: Caller, action: Action, on: str | None, input: dict[str, Any], **circumstances: Any) -> ActRequest:
    """Return an act that a caller asks for, after every check that does not need the writer's turn. ``circumstances`` are its
    ``key``, ``version`` and ``dry_run``. Raises ``Refused``, ``NotFound`` and ``Invalid``."""
    uploads.fill(caller, input)
    mine = _on_behalf(caller, entered_for(input))
    request = replace(mine, action=action.id, on=on, input=input, **circumstances)
    if on is None or (request.key and answered(caller.session, caller.person, request.key)):
        return request
    return replace(request, on=_admit(caller, request, action).id)


def carried_out(caller: Caller, request: ActRequest) -> tuple[Done, Acted]:
    """Do an act, or try it. Raises ``Refused``, ``NotFound``, ``Busy``, and ``Grounded`` for what else stops it."""
    try:
        if request.dry_run:
            foreseen = rehearse(caller.tenant, request)
            return foreseen.done, _with(_acted(foreseen.done), foreseen)
        done = perform(caller.tenant, request)
        return done, _acted(done)
    except (OutOfOrder, Conflict, Invalid) as stopped:
        raise ground_stop(stopped.under or caller.tenant.snapshot, stopped, caller.now) from None


def _on_behalf(caller: Caller, entered: EnteredFor | None) -> ActRequest:
    """Return the request of the caller's own act, or of one entered for another. Raises ``Invalid`` for an act entered for
    oneself."""
    own = ActRequest(caller.person, "", caller.now, capacity=caller.capacity, token=caller.token.id)
    if entered is None:
        return own
    path = f"{ENTERED_FOR}.who"
    actor = person_named(caller, entered.who, caller.now, path)
    if actor == caller.person:
        raise Invalid({path: reason("is-yourself")})
    return replace(own, actor=actor, entered_by=caller.person, evidence=entered.evidence)


def _admit(caller: Caller, act_request: ActRequest, action: Action) -> Record:
    """Return the record that the act is on. Raises ``Refused`` and ``NotFound``; its version is looked at under the lock."""
    authority = Authority(caller.tenant, caller.session, act_request.actor, act_request.at, act_request.capacity)
    record = admit(authority, replace(act_request, version=None), action)
    assert record is not None
    return record


def action_of(kind: type[Record], name: str | None, on: str | None) -> Action:
    """Return the action that an address names; without a name, the first that makes a record."""
    if name is None:
        first = next((action for action in kind.acts().values() if action.creates), None)
        if first is None:
            raise RequestError(404, "no-such-action", action=f"{kind.record_type}: none makes a record")
        return first
    chosen = kind.acts().get(name)
    if chosen is None or (on is None and not chosen.creates):
        raise RequestError(404, "no-such-action", action=f"{kind.record_type}.{name}" + ("" if on else " that makes a record"))
    return chosen


def ground_stop(snapshot: Snapshot, stopped: Stopped, now: datetime) -> Grounded:
    """Return a stopped act with what the clauses that it cites say, in the configuration under which it was judged."""
    regime = snapshot.regime_on(snapshot.local(now))
    because = regime.reasons(getattr(stopped, "cites", ()))
    return Grounded(stopped, because, because[0].layer if because else None)


def _acted(done: Done) -> Acted:
    record = RecordName(done.type, done.id, done.ref, done.state, done.version)
    records = tuple(Made(*reference) for reference in done.made)
    event = None if done.dry else done.seq
    return Acted("done", record, done.decision, event, records, done.followed, done.replayed, done.dry)


def _with(acted: Acted, foreseen: Foreseen) -> Acted:
    """Return the answer to a dry run, with what would follow."""
    return msgspec.structs.replace(
        acted,
        state_before=foreseen.before,
        duties=foreseen.duties,
        told=foreseen.told,
        next=foreseen.next,
        reversible_by=foreseen.reversible_by,
        final=foreseen.final,
    )


def _act_response(caller: Caller, done: Done, acted: Acted, *, created: bool) -> Response[bytes]:
    record = acted.record
    headers = {"ETag": f'"{done.version}"', "Content-Location": _address(caller, record)}
    if done.replayed:
        headers["Idempotency-Replayed"] = "true"
    if not created:
        return plain(acted, headers=headers)
    return plain(acted, 201, {**headers, "Location": _address(caller, record)})


def _address(caller: Caller, record: RecordName) -> str:
    return f"/t/{caller.tenant.snapshot.slug}/api/{record.type}/{quote(record.id)}"

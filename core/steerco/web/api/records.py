"""Records over HTTP: list, read, create, act. A few generic handlers; what there is to do follows from the declarations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.configuration.snapshot import Snapshot
from steerco.following import feed
from steerco.kernel import view, visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import Done, Followed, perform
from steerco.kernel.pipeline import admit
from steerco.policy.decision import Decision
from steerco.policy.line import READ
from steerco.records import Action, Conflict, Invalid, NotFound, OutOfOrder, Record, Stopped, reason
from steerco.store.idempotency import answered
from steerco.web.api import lists, shapes
from steerco.web.http.auth import Caller, entered, person_named
from steerco.web.http.problems import Anywhere, Grounded, RequestError
from steerco.web.http.requests import (
    ENTERED_FOR,
    Asked,
    EnteredFor,
    entered_for,
    idempotency_key,
    json_body,
    version_wanted,
)
from steerco.web.http.responses import plain, tagged
from steerco.web.http.worker_pool import acting, reading


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
    """The answer to an act that was done, or (``dry_run``) would be. ``event`` is its number in the log, none of a dry run."""

    outcome: str
    record: RecordName
    decision: Decision
    event: int | None
    made: tuple[Made, ...]
    followed: tuple[Followed, ...]
    replayed: bool
    dry_run: bool


@get("/{type:str}")
@reading
def list_records(request: Anywhere, tenant: FromPath[str], type: FromPath[str]) -> Response[bytes]:
    """A page of the records of a type that the caller may see."""
    asked = Asked(request)
    with entered(request, tenant, asked.name("capacity")) as caller:
        caller.must(READ)
        kind = caller.type(type)
        authority = caller.authority()
        asked.today_only()
        query = lists.parse(asked, kind, authority)
        names = [column.column for column in lists.columns_of(kind).values()]
        page = visibility.page(authority, kind, names, query.after, query.limit, query.order, query.filters)
    item = shapes.item(kind)
    content = RecordPage([item(*row, type) for row in page.rows], page.after)
    return tagged(request, content, headers=_next(request, page.after))


class RecordPage(msgspec.Struct, frozen=True):
    """A page of a list; of which items is the list's to know (``shapes.page``)."""

    items: list[msgspec.Struct]
    next: str | None


def _next(request: Anywhere, after: str | None) -> dict[str, str]:
    """The address of the next page (RFC 8288)."""
    if after is None:
        return {}
    kept = [part for part in request.scope["query_string"].decode("ascii").split("&") if part and not part.startswith("after=")]
    return {"Link": f'<{quote(request.url.path)}?{"&".join([*kept, f"after={after}"])}>; rel="next"'}


@get("/{type:str}/{id:str}")
@reading
def read_record(request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str]) -> Response[bytes]:
    """One record with its parts, by id or by the reference that people see."""
    asked = Asked(request)
    with entered(request, tenant, asked.name("capacity")) as caller:
        asked.today_only()
        asked.done()
        caller.must(READ)
        kind = caller.type(type)
        authority = caller.authority()
        record = seen(authority, kind, id)
        content = view.seen(authority, record)
    return tagged(request, content, record.version)


def seen(authority: Any, kind: type[Record], id: str) -> Record:
    """The record, if the caller may see it. Raises ``NotFound``, the same for one that is not there."""
    record = visibility.find(authority, kind, id)
    if record is None:
        raise NotFound(kind.record_type)
    return record


@get("/{type:str}/{id:str}/files/{digest:str}")
@reading
def read_file(
    request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str], digest: FromPath[str]
) -> Response[bytes]:
    """A file of a record that the caller may see: always as an attachment, never as something that a browser would run. Where
    several have the same content, ``name`` says which."""
    asked = Asked(request)
    with entered(request, tenant) as caller:
        wanted = asked.one("name")
        asked.done()
        caller.must(READ)
        authority = caller.authority()
        record = seen(authority, caller.type(type), id)
        content = view.seen(authority, record)
        evidence = feed.evidence(caller.session, record.record_type, record.id)
    rows = [row for part in record.parts() for row in content[part]]
    names = [str(row.get("file_name", "file")) for row in rows if row.get("digest") == digest]
    names += [f"{record.ref}-evidence"] if digest in evidence else []
    name = next((each for each in names if wanted in (None, each)), None)
    if name is None or not caller.tenant.files.has(caller.tenant.id, digest):
        raise NotFound("file")
    with caller.tenant.files.open(caller.tenant.id, digest) as file:
        body = file.read()
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", "ETag": f'"{digest}"'}
    return Response(body, media_type="application/octet-stream", headers=headers)


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


ROUTES = (list_records, read_record, read_file, create_record, create_by, act_on)


def act(request: Anywhere, tenant: str, type: str, action: str | None, on: str | None, body: RawBody) -> Response[bytes]:
    """One act through the kernel. What can be said without the writer's turn is said before it is taken."""
    asked = Asked(request)
    dry, capacity = asked.flag("dry_run"), asked.name("capacity")
    key, version = idempotency_key(request), version_wanted(request)
    with entered(request, tenant, capacity) as caller:
        asked.done()
        chosen = _action(caller.type(type), action, on)
        caller.must(chosen.id)
        given = json_body(request, body, caller.service.limits.depth)
        mine = _on_behalf(caller, entered_for(given))
        wanted = replace(mine, action=chosen.id, on=on, input=given, version=version, key=key, dry_run=dry)
        if on is not None and not (key and answered(caller.session, caller.person, key)):
            wanted = replace(wanted, on=_admitted(caller, wanted, chosen).id)
    try:
        done = perform(caller.tenant, wanted)
    except (OutOfOrder, Conflict) as stopped:
        raise grounded(stopped.under or caller.tenant.snapshot, stopped, caller.now) from None
    return _answer(caller, chosen, done, created=on is None)


def _on_behalf(caller: Caller, said: EnteredFor | None) -> ActRequest:
    """The caller's own act, or one entered for another. Raises ``Invalid`` for whoever is nobody else here."""
    own = ActRequest(caller.person, "", caller.now, capacity=caller.capacity, token=caller.token.id)
    if said is None:
        return own
    path = f"{ENTERED_FOR}.who"
    actor = person_named(caller, said.who, caller.now, path)
    if actor == caller.person:
        raise Invalid({path: reason("is-yourself")})
    return replace(own, actor=actor, entered_by=caller.person, evidence=said.evidence)


def _admitted(caller: Caller, wanted: ActRequest, action: Action) -> Record:
    """The record that the act is on. Raises ``Refused`` and ``NotFound``; its version is looked at under the lock."""
    authority = Authority(caller.tenant, caller.session, wanted.actor, wanted.at, wanted.capacity)
    record = admit(authority, replace(wanted, version=None), action)
    assert record is not None
    return record


def _action(kind: type[Record], name: str | None, on: str | None) -> Action:
    """The action that an address names; without a name, the first that makes a record."""
    if name is None:
        first = next((action for action in kind.acts().values() if action.creates), None)
        if first is None:
            raise RequestError(404, "no-such-action", action=f"{kind.record_type}: none makes a record")
        return first
    found = kind.acts().get(name)
    if found is None or (on is None and not found.creates):
        raise RequestError(404, "no-such-action", action=f"{kind.record_type}.{name}" + ("" if on else " that makes a record"))
    return found


def grounded(snapshot: Snapshot, stopped: Stopped, now: datetime) -> Grounded:
    """A stopped act with what the clauses that it cites say, in the configuration under which it was judged."""
    regime = snapshot.regime_on(snapshot.local(now))
    because = regime.reasons(getattr(stopped, "cites", ()))
    return Grounded(stopped, because, because[0].layer if because else None)


def _answer(caller: Caller, action: Action, done: Done, *, created: bool) -> Response[bytes]:
    record = RecordName(done.type, done.id, done.ref, done.state, done.version)
    made = tuple(Made(*each) for each in done.made)
    event = None if done.dry else done.seq
    acted = Acted("done", record, done.decision, event, made, done.followed, done.replayed, done.dry)
    if done.dry:
        return plain(acted)
    headers = {"ETag": f'"{done.version}"', "Content-Location": _address(caller, record)}
    if done.replayed:
        headers["Idempotency-Replayed"] = "true"
    if not created:
        return plain(acted, headers=headers)
    return plain(acted, 201, {**headers, "Location": _address(caller, record)})


def _address(caller: Caller, record: RecordName) -> str:
    return f"/t/{caller.tenant.snapshot.slug}/api/{record.type}/{quote(record.id)}"

"""Every operation of both tenants' documents, asked with what is the other's: it is answered as what does not exist.

The operations and their parameters are read from the OpenAPI documents, so a new route is tried by itself.
"""
# ruff: noqa: B023  (a request that takes the loop's variables is sent within the same turn of the loop, by `Trial.same`)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from msgspec import inspect
from tests.isolation.neighbours import TWIN, Neighbour, Pair, Trial, absent, leaves, put, side_by_side
from tests.web.conftest import START, Api, Clock, installed

from steerco.records import Action
from steerco.records.marked import marks_of
from steerco.records.sample import ID, SampleWords, _value
from steerco.store.idempotency import remember
from steerco.web.app import create_app
from steerco.web.http.limits import Limits
from steerco.web.openapi import examples
from steerco.web.openapi.document import openapi


@pytest.fixture(scope="module")
def neighbours() -> Iterator[dict[str, Neighbour]]:
    installation, clock = installed(), Clock()
    with TestClient(create_app(installation, clock=clock, limits=Limits(stream=0.1))) as client:
        yield side_by_side(Api(installation, clock, client))
    installation.store.close()


Operation = tuple[str, str, dict[str, Any]]


def operations(of: Neighbour) -> list[Operation]:
    """(method, path, operation) of everything in the tenant's document, and the document itself."""
    paths = openapi(of.tenant.snapshot)["paths"]
    found = [
        (method.upper(), path, told) for path, item in paths.items() for method, told in item.items() if method != "parameters"
    ]
    assert len(found) > 100, "else nothing would be asked"
    return [*found, ("GET", f"/t/{of.slug}/schema/openapi.json", {})]


def filled(path: str, of: Neighbour) -> str:
    """The path with the tenant's own record in it."""
    type = path.split("/")[4] if path.count("/") > 3 else ""
    return path.replace("{id}", of.id(type)).replace("{digest}", of.file) if "{" in path else path


def body_of(of: Neighbour, operation: dict[str, Any]) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    examples = content.get("examples", {}) if content else {}  # a plugin's route may give none
    return next(iter(examples.values()))["value"] if examples else {} if content else None


def test_what_is_ones_own_is_there(neighbours: dict[str, Neighbour]) -> None:
    """Else that nothing of the other's is found would say nothing."""
    assert len(neighbours) == 2
    for one in neighbours.values():
        found = {
            name: one.send("GET", f"/t/{one.slug}/api/{name}/{of[-1][0]}").status_code for name, of in one.records.items() if of
        }
        assert set(found.values()) == {200}
        assert len(found) > 5


def test_ids_and_references_in_addresses(trial: Trial) -> None:
    mine, theirs = trial.mine, trial.theirs
    for method, path, operation in operations(mine):
        type = path.split("/")[4] if path.count("/") > 3 else ""
        if "{id}" in path:
            last = (
                theirs.records["meeting"][-1][1]
                if type == "meeting" and len(theirs.records["meeting"]) > len(mine.records["meeting"])
                else ""
            )
            for pair in (
                Pair("an id", theirs.id(type), absent(theirs.id(type))),
                *([Pair("a reference", last, last[:-3] + "987")] if last else []),
            ):
                rest = path.replace("{digest}", mine.file)
                trial.same(
                    pair,
                    f"{method} {path}",
                    lambda v, r=rest: mine.send(method, r.replace("{id}", v), json=body_of(mine, operation)),
                )
        if "{digest}" in path:
            pair = Pair("a file", theirs.file, absent(theirs.file))
            rest = path.replace("{id}", mine.id(type))
            trial.same(pair, f"{method} {path}", lambda v, r=rest: mine.send(method, r.replace("{digest}", v)))


def test_tokens_and_cookies(trial: Trial) -> None:
    mine, theirs = trial.mine, trial.theirs
    pair = Pair("a token", theirs.secret, absent(theirs.secret))
    for method, path, operation in operations(mine):
        at, body = filled(path, mine), body_of(mine, operation)

        def with_token(value: str) -> Any:
            return mine.api.http.request(method, at, headers={"Authorization": f"Bearer {value}"}, json=body)

        def with_cookie(value: str) -> Any:
            return mine.api.http.request(method, at, headers={"Cookie": f"session={value}; token={value}"}, json=body)

        trial.same(pair, f"{method} {path}", with_token)
        trial.same(pair, f"{method} {path} by cookie", with_cookie)
        trial.same(
            Pair("a name", theirs.slug, absent(theirs.slug)),
            f"{method} {path} of another tenant",
            lambda v: mine.send(method, at.replace(f"/t/{mine.slug}/", f"/t/{v}/"), json=body),
        )


def test_etags(trial: Trial) -> None:
    mine, theirs = trial.mine, trial.theirs
    for method, path, operation in operations(mine):
        at, body = filled(path, mine), body_of(mine, operation)
        if method == "GET":
            there = filled(path.replace(mine.slug, theirs.slug), theirs)
            tag = theirs.send("GET", there).headers.get("etag", '"0123456789ab"').strip('"')
            pair = Pair("an ETag", tag, absent(tag))
            trial.same(pair, f"GET {path}", lambda v: mine.send("GET", at, {"If-None-Match": f'"{v}"'}))
        elif "explain" not in path:
            pair = Pair("an ETag", "1.0123456789ab", absent("1.0123456789ab"))
            to = f"{at}?dry_run=1"
            trial.same(pair, f"{method} {path}", lambda v: mine.send(method, to, {"If-Match": f'"{v}"'}, json=body))


def test_idempotency_keys(trial: Trial) -> None:
    """A person of the same id is in both tenants, and the other has used a key for everything: its repeat here is none."""
    mine, theirs = trial.mine, trial.theirs
    token = {"Authorization": f"Bearer {mine.api.token(mine.slug, TWIN)}"}
    for method, path, operation in operations(mine):
        if method == "POST" and "explain" not in path:
            key = f"key-of-{theirs.slug}-{operation['operationId']}"
            with theirs.tenant.store.write(theirs.tenant.id) as session:
                remember(session, TWIN, key, "of another request", "{}", START)
            pair, at, body = Pair("an idempotency key", key, absent(key)), filled(path, mine), body_of(mine, operation)
            trial.same(pair, path, lambda v: mine.api.http.post(at, headers={**token, "Idempotency-Key": v}, json=body))


def values(theirs: Neighbour, type: str) -> Iterator[Pair]:
    """What of the other tenant's may stand in an input or a query."""
    id, person = theirs.id(type), theirs.person
    yield Pair("an id", id, absent(id))
    yield Pair("a person", person, absent(person))


def inputs(action: Action, of: Neighbour) -> Iterator[dict[str, Any]]:
    """The example of an input, and the same with each further field that may hold a text."""
    given = examples.example(action, examples.party_of(of.tenant.snapshot))
    yield given
    for field in msgspec.structs.fields(action.input):
        if field.encode_name not in given:
            kind = inspect.type_info(field.type)
            with_it = {
                **given,
                field.encode_name: _value(
                    kind, marks_of(kind), SampleWords(examples.party_of(of.tenant.snapshot)), field.encode_name
                ),
            }
            if any(leaves(with_it[field.encode_name])):
                yield with_it


def place(given: Any, leaf: tuple[Any, ...]) -> Any:
    """What stands at a place of an input."""
    for key in leaf:
        given = given[key]
    return given


def test_what_stands_in_an_input(trial: Trial) -> None:
    mine, theirs, tried = trial.mine, trial.theirs, 0
    for name, type in mine.tenant.snapshot.types.items():
        for action in type.actions.values():
            below = "" if action.creates else f"/{mine.id(name)}"
            at = f"/t/{mine.slug}/api/{name}{below}/{action.name}?dry_run=1"
            known: set[Any] = set()
            for given in inputs(action, mine):
                for leaf in leaves(given):
                    if leaf in known:
                        continue
                    known.add(leaf)
                    id, person = values(theirs, name)
                    for pair in (id, person) if leaf[-1] == "to" else (id,) if place(given, leaf) == ID else (person,):
                        about = f"{action.id} {'.'.join(map(str, leaf))}"
                        trial.same(pair, about, lambda v, g=given, at_=leaf, to=at: mine.send("POST", to, json=put(g, at_, v)))
                        tried += 1
    assert tried > 100


def test_what_is_asked_for_in_queries(trial: Trial) -> None:
    mine, theirs = trial.mine, trial.theirs
    for method, path, operation in operations(mine):
        if method != "GET":
            continue
        at, type = filled(path, mine), path.split("/")[4] if path.count("/") > 3 else ""
        for told in operation.get("parameters", ()):
            name = told.get("name") or told["$ref"].rpartition("/")[2]
            if told.get("in", "query") != "query" or "[" in name or told.get("schema", {}).get("type", "string") != "string":
                continue
            for pair in values(theirs, type if type in theirs.records else "meeting"):
                more = {"do": "meeting.convene"} if path.endswith("/explain") and name != "do" else {}
                trial.same(pair, f"GET {path}?{name}", lambda v, n=name, m=more: mine.send("GET", at, params={**m, n: v}))


def test_cursors(trial: Trial) -> None:
    mine, theirs = trial.mine, trial.theirs
    for name in mine.tenant.snapshot.types:
        cursor = theirs.send("GET", f"/t/{theirs.slug}/api/{name}?limit=1").json().get("next")
        if cursor:
            pair = Pair("a cursor", cursor, cursor[:20] + absent(cursor[20:]))
            trial.same(
                pair,
                f"GET {name}?after",
                lambda v, n=name: mine.send("GET", f"/t/{mine.slug}/api/{n}", params={"limit": "1", "after": v}),
            )
    ends = [n.send("GET", f"/t/{n.slug}/api/events?limit=1").json() for n in (mine, theirs)]
    assert all(end["items"] for end in ends)
    trial.same(
        Pair("a place in the log", "900001", "900002"),
        "GET events?after",
        lambda v: mine.send("GET", f"/t/{mine.slug}/api/events?after={v}"),
    )

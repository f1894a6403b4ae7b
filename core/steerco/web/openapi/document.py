"""The OpenAPI 3.1 document of a tenant, written from its record types: nothing in it is kept by hand beside the code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from steerco import __version__
from steerco.answers.competence import CompetenceMap
from steerco.answers.consequences import Consequences
from steerco.answers.findings import Found
from steerco.answers.found_way import Way
from steerco.answers.past_job import PastAnswer
from steerco.answers.reach import Reach
from steerco.answers.silences import Silences
from steerco.answers.week import Week
from steerco.committee import record_types
from steerco.configuration import own_kinds
from steerco.configuration.action_catalogue import TypeShown, action_shown, type_shown
from steerco.configuration.snapshot import Snapshot
from steerco.policy.decision import Decision
from steerco.policy.line import READ
from steerco.records import Action, Record
from steerco.records.marked import holding
from steerco.records.sample import ID
from steerco.web.api import access, annexes, bulk_acts, me, plugin_routes, questions, searching, shapes, stream, uploads
from steerco.web.api.past_reading import RecordsThen, RecordThen
from steerco.web.api.record_reading import Selected
from steerco.web.api.records import Acted
from steerco.web.http.auth import Service, entered, found_tenant, service_of
from steerco.web.http.deprecations import DEPRECATED, operation
from steerco.web.http.list_forms import FORMS
from steerco.web.http.parts import INPUT, MULTIPART
from steerco.web.http.problems import MEDIA, Anywhere, Problem, RequestError
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import reading
from steerco.web.openapi import type_words
from steerco.web.openapi.answers import FOR_ACTS, FOR_READS, NOT_CHANGED, PROBLEMS, answered, headers_of, key_of, refused
from steerco.web.openapi.descriptions import described, spoken
from steerco.web.openapi.examples import PARTY, example, party_of
from steerco.web.openapi.parameters import HEADERS, NAMED, RANGE, READING, SHARED, TENANT, WRITING, of_list, of_record
from steerco.web.openapi.question_paths import machine, machine_paths, question_paths

Json = dict[str, Any]

_documents: dict[tuple[str, str], bytes] = {}
KEPT = 64


@get("/openapi.json")
@reading
def document(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The tenant's OpenAPI document: with a token, and in a demonstration without."""
    service: Service = service_of(request)
    if not service.demo:
        with entered(request, tenant) as caller:
            caller.must(READ)
            return tagged(request, document_json(caller.tenant.snapshot))
    running = found_tenant(service, tenant)
    if running is None:
        raise RequestError(404, "no-such-path")
    with running.store.read(running.id) as session:
        return tagged(request, document_json(running.at(session).snapshot))


@get("/schema/openapi.json", sync_to_thread=False)
def general_document(request: Anywhere) -> Response[bytes]:
    """The document of every tenant. It tells of the program and of no committee, so it needs no token."""
    return tagged(request, general())


def document_json(snapshot: Snapshot) -> bytes:
    """Return the document as JSON; made once a revision."""
    key = (snapshot.slug, snapshot.digest)
    if key not in _documents:
        if len(_documents) >= KEPT:
            _documents.clear()
        _documents[key] = msgspec.json.encode(openapi(snapshot))
    return _documents[key]


def openapi(snapshot: Snapshot) -> Json:
    """Return a tenant's document as data: its types, the paths of its plugins, examples in its own names."""
    types = [kind for _, kind in sorted(snapshot.types.items())]
    at, name = f"/t/{snapshot.slug}", snapshot.settings.name
    version = f"{__version__}+revision.{snapshot.revision}"
    written = _written(types, at, f"{name.en or name.vi} · Steerco", version, party_of(snapshot))
    written["paths"] |= spoken(plugin_routes.plugin_paths(snapshot.circle, at))
    return written


@cache
def general() -> bytes:
    """Return the document of every tenant as JSON, with the tenant as a parameter: the types that come with the program."""
    types = [kind for _, kind in sorted(own_kinds.with_any_kind(record_types()).items())]
    written = _written(types, "/t/{tenant}", "Steerco", __version__, PARTY)
    for path in written["paths"].values():
        path["parameters"] = [{"$ref": "#/components/parameters/tenant"}, *path.get("parameters", ())]
    written["components"]["parameters"] |= spoken({"tenant": TENANT})
    return msgspec.json.encode(written)


def _written(types: list[type[Record]], at: str, title: str, version: str, party: str) -> Json:
    """Return a document over these types, with addresses under ``at`` and ``party`` where an example names one."""
    schemas = components(types)
    paths: Json = {}
    for kind in types:
        paths |= Paths(party, kind, schemas, at).all()
    paths |= question_paths(at, schemas) | machine_paths(at)
    _deprecate(paths)
    told: Json = spoken(_whole(types, at, {"title": title, "version": version}, paths, schemas))
    return told


def _whole(types: list[type[Record]], at: str, info: Json, paths: Json, schemas: Schemas) -> Json:
    return {
        "openapi": "3.1.0",
        "info": {**info, "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"machine": []}],
        "tags": [{"name": kind.record_type, "description": type_words.of_type(kind, type_shown(kind).doc)} for kind in types],
        "paths": paths,
        "components": {
            "schemas": schemas["components"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}, "machine": machine(at)},
            "parameters": SHARED,
            "headers": HEADERS,
            "responses": {f"Problem{code}": _problem(text, schemas, code) for code, text in PROBLEMS.items()},
        },
    }


def _deprecate(paths: Json) -> None:
    """Mark what goes, with until when and what to use instead."""
    for path, methods in paths.items():
        for method, told in methods.items():
            if gone := DEPRECATED.get(operation(method, path)):
                told |= {"deprecated": True, "description": f"Gone after {gone.sunset}; see {gone.instead}"}


Schemas = dict[str, Any]
CONTENT: Json = {"type": "string", "format": "binary", "description": "A file that the input names as `upload`"}
WAITING = {"429": ("Retry_After", "RateLimit", "RateLimit_Policy"), "503": ("Retry_After",)}
"""The headers of problems that say when to come back."""
SELECTED: Json = {"type": "object", "description": "The id, the type, and the values that were asked for"}


def components(types: list[type[Record]]) -> Schemas:
    """Return every schema, and where to find that of each msgspec type."""
    of_questions = (
        questions.Question,
        questions.Duties,
        questions.DutiesByClause,
        questions.CharterShown,
        stream.Events,
        stream.CloudEvent,
        questions.Revisions,
        me.Me,
        me.Parties,
        searching.RecordsFound,
        Selected,
        RecordThen,
        RecordsThen,
        uploads.UploadShown,
        bulk_acts.BulkAsked,
        bulk_acts.BulkAnswer,
        access.Evaluation,
        access.Evaluated,
        access.AllEvaluated,
        annexes.AnnexShown,
        Consequences,
        Found,
        PastAnswer,
        Week,
        CompetenceMap,
        Reach,
        Silences,
        Way,
    )
    kinds: list[Any] = [Problem, Acted, Decision, *of_questions, list[TypeShown]]
    for kind in types:
        kinds += [shapes.page(kind), shapes.whole(kind), *(shapes.body(action) for action in kind.acts().values())]
    kind_schemas, parts = msgspec.json.schema_components(kinds, ref_template=AT)
    plain = _plain_names(parts)
    places = {AT.format(name=was): AT.format(name=now) for was, now in plain.items()}
    parts = {plain.get(name, name): _referring(schema, places) for name, schema in parts.items()}
    parts = {name: {**schema, "title": name} for name, schema in parts.items()}  # generators of clients name models by titles
    referring = [_referring(schema, places) for schema in kind_schemas]
    return {
        "components": described(parts, type_words.by_schema(types)),
        **{key_of(one): schema for one, schema in zip(kinds, referring, strict=True)},
    }


AT = "#/components/schemas/{name}"


def _plain_names(parts: Json) -> dict[str, str]:
    """Other names for schemas whose names hold dots, as two types of one name in different modules get them: generators of
    clients take a dot for a package."""
    used, plain = set(parts), {}
    for name in sorted(name for name in parts if "." in name):
        steps = name.split(".")
        fits = (shapes.camel(*steps[at:-1]) + steps[-1] for at in range(len(steps) - 1, -1, -1))
        plain[name] = next(candidate for candidate in fits if candidate not in used)
        used.add(plain[name])
    return plain


def _referring(schema: Any, places: dict[str, str]) -> Any:
    """Return the schema, with references to where the schemas are now."""
    if isinstance(schema, dict):
        if schema.get("default") == "" and schema.get("minLength"):  # it stands for what is left out, and is no value to send
            schema = {key: value for key, value in schema.items() if key != "default"}
        return {key: _referring(value, places) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_referring(item, places) for item in schema]
    return places.get(schema, schema) if isinstance(schema, str) else schema


def _problem(text: str, schemas: Schemas, code: str) -> Json:
    headers = headers_of(WAITING.get(code, ()))
    return {
        "description": text,
        "content": {MEDIA: {"schema": schemas[key_of(Problem)]}},
        **({"headers": headers} if headers else {}),
    }


class Paths:
    """The paths of one record type."""

    def __init__(self, party: str, kind: type[Record], schemas: Schemas, at: str) -> None:
        self.party, self.kind, self.schemas = party, kind, schemas
        self.base = f"{at}/api/{kind.record_type}"

    def all(self) -> Json:
        creating = [action for action in self.kind.acts().values() if action.creates]
        paths: Json = {self.base: {"get": self._list()}, f"{self.base}/{{id}}": {"get": self._read(), "parameters": [_id()]}}
        for place, action in enumerate(creating):
            if place == 0:
                paths[self.base]["post"] = self._act(action, new=True)
            else:
                paths[f"{self.base}/{action.name}"] = {"post": self._act(action, new=True)}
        for action in self.kind.acts().values():
            if set(action.states) - {"new"}:
                path = f"{self.base}/{{id}}/{action.name}"
                paths[path] = {"post": self._act(action, new=False), "parameters": [_id()]}
        paths[f"{self.base}/{{id}}/files/{{digest}}"] = {"get": self._file(), "parameters": [_id(), _digest()]}
        return paths

    def _operation(self, id: str, summary: str, parameters: list[Json], responses: Json) -> Json:
        name = f"{self.kind.record_type}.{id}"
        return {
            "operationId": name,
            "tags": [self.kind.record_type],
            "summary": summary,
            "parameters": parameters,
            "responses": responses,
        }

    def _list(self) -> Json:
        pages = [self.schemas[key_of(page)] for page in (shapes.page(self.kind), RecordsThen, Selected)]
        ok = answered({"anyOf": pages}, "A page; as it was on the day `at`; with `fields`, of these values alone", "ETag", "Link")
        text = {"type": "string", "description": "The whole list without pages: not with `limit`, `after`, `expand`"}
        ok["content"] |= {media: {"schema": text} for media in FORMS}
        parameters = [*of_list(self.kind), *READING]
        return self._operation(
            "list", "The records that you may see", parameters, {"200": ok, **NOT_CHANGED, **refused(FOR_READS)}
        )

    def _read(self) -> Json:
        shown = [self.schemas[key_of(each)] for each in (shapes.whole(self.kind), RecordThen)]
        told = {"anyOf": [*shown, SELECTED]}
        ok = answered(told, "The record with its parts; as it was on the day `at`; or the values of `fields` alone", "ETag")
        parameters = [*of_record(self.kind), *READING]
        return self._operation("read", "One record", parameters, {"200": ok, **NOT_CHANGED, **refused(FOR_READS)})

    def _file(self) -> Json:
        ok = {
            "description": "The file",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
        return self._operation(
            "read-file",
            "A file of the record, or the signed paper of an act on it",
            [NAMED, RANGE, READING[0], READING[2]],
            {"200": ok, "206": {**ok, "description": "The part of it"}, **NOT_CHANGED, **refused((*FOR_READS, "416"))},
        )

    def _act(self, action: Action, *, new: bool) -> Json:
        shown_action = action_shown(action)
        suffix = ".new" if new and set(action.states) - {"new"} else ""
        done = self.schemas[key_of(Acted)]
        responses = {"200": answered(done, "Done" if not new else "It would be done (dry_run)", "ETag")}
        if new:
            responses["201"] = {**answered(done, "Done: the record is made", "ETag", "Location"), "links": self._links()}
        states = () if new else tuple(state for state in action.states if state != "new")
        summary = type_words.of_act(action, shown_action.doc, states)
        operation = self._operation(action.name + suffix, summary, list(WRITING), {**responses, **refused(FOR_ACTS)})
        operation["requestBody"] = self._body(
            action, action.needed_new if new else (), any(f.required for f in shown_action.input)
        )
        return operation

    def _body(self, action: Action, further: Sequence[str], required: bool) -> Json:
        shown = {"example": {"value": example(action, self.party)}}
        schema: Json = self.schemas[key_of(shapes.body(action))]
        if further:
            schema = {"allOf": [schema, {"required": list(further)}]}
        content: Json = {"application/json": {"schema": schema, "examples": shown}}
        if holding(action.input, "upload"):
            parts = {"type": "object", "properties": {INPUT: schema}, "required": [INPUT], "additionalProperties": CONTENT}
            content[MULTIPART] = {"schema": parts, "encoding": {INPUT: {"contentType": "application/json"}}}
        return {"required": required or bool(further), "content": content}

    def _links(self) -> Json:
        """Return what can be done next with a record that was just made."""
        names = ["read", *(action.name for action in self.kind.acts().values() if set(action.states) - {"new"})]
        from_answer = {"id": "$response.body#/record/id"}
        return {name: {"operationId": f"{self.kind.record_type}.{name}", "parameters": from_answer} for name in names}


def _id() -> Json:
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    text = "Its id, or the reference that people see"
    return {"name": "id", "in": "path", "required": True, "schema": schema, "description": text, "example": ID}


def _digest() -> Json:
    schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    return {"name": "digest", "in": "path", "required": True, "schema": schema, "description": "SHA-256 of the content"}

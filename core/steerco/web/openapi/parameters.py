"""The parameters and headers that the OpenAPI document declares."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from steerco.i18n import languages
from steerco.records import Record
from steerco.store.files import LIMIT
from steerco.web.api.expanding import EXPANSIONS
from steerco.web.api.lists import KEYS, MANY, MOST, Column, columns_of, plain_of
from steerco.web.api.me import SORTS
from steerco.web.api.questions import DUTY_STATES
from steerco.web.api.searching import MOST as FOUND
from steerco.web.api.stream import LONGEST
from steerco.web.http.api_versions import VERSIONS

Json = dict[str, Any]

TEXT = {"type": "string", "maxLength": 500}
NAME = {"type": "string", "minLength": 1, "maxLength": 80}


def _query(name: str, schema: Json, text: str, **more: Any) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": text, **more}


def _header(name: str, schema: Json, text: str) -> Json:
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": text}


def _whole(least: int, most: int, default: int) -> Json:
    return {"type": "integer", "minimum": least, "maximum": most, "default": default}


PRINTABLE = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!#-~]+$"}
FLAG = {"type": "string", "enum": ["0", "1"]}
TAG = {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,9}(\.[0-9a-f]{1,16})?")$'}

SHARED: Json = {
    "limit": _query("limit", _whole(1, MOST, 50), "How many at most"),
    "after": _query("after", {"type": "string", "maxLength": 4000}, "The `next` of the page before"),
    "capacity": _query("capacity", NAME, "The role, or the officer acted for, in which to act or look"),
    "dry_run": _query("dry_run", FLAG, "1: answer what would happen, and keep nothing"),
    "If-Match": _header("If-Match", TAG, "The ETag of the version that you saw; of another version, 412"),
    "If-None-Match": _header("If-None-Match", {"type": "string"}, "The ETag that you have; the same, 304"),
    "Steerco-Version": _header(
        "Steerco-Version",
        {"type": "string", "enum": list(VERSIONS)},
        "The version of the API that you were written against; one that is not spoken here is 400 and nothing is done",
    ),
    "Idempotency-Key": _header("Idempotency-Key", PRINTABLE, "A repeat with the same key gets the first answer"),
}

_SLUG = {**NAME, "pattern": "^[a-z0-9-]+$"}
TENANT = {**_query("tenant", _SLUG, "The committee, by its short name"), "in": "path", "required": True}

HEADERS: Json = {
    "ETag": {"schema": {"type": "string"}, "description": "The version, for If-Match and If-None-Match"},
    "Link": {"schema": {"type": "string"}, "description": 'The address of the next page, as rel="next"'},
    "Location": {"schema": {"type": "string"}, "description": "Where the new record is"},
    "RetryAfter": {"schema": {"type": "string"}, "description": "Seconds to wait"},
    "RateLimit": {"schema": {"type": "string"}, "description": 'What is left of the share that ends first: `"token";r=99;t=42`'},
    "RateLimitPolicy": {"schema": {"type": "string"}, "description": "The shares: requests (`q`) in seconds (`w`)"},
}


def _shared(*names: str) -> tuple[Json, ...]:
    return tuple({"$ref": f"#/components/parameters/{name}"} for name in names)


READING = _shared("If-None-Match", "capacity", "Steerco-Version")
NAMED = _query("name", {"type": "string", "maxLength": 500}, "Of files with the same content, the one of this name")
RANGE = _header("Range", {"type": "string"}, "The part that is wanted, `bytes=0-1023`; resumed with `If-Range` and the ETag")
WRITING = _shared("dry_run", "capacity", "If-Match", "Idempotency-Key", "Steerco-Version")

DO = _query("do", NAME, "Of a sheet (`text/csv`): the action of all its rows", example="meeting.convene")
UPLOADING: dict[str, Json] = {
    "Tus-Resumable": _header("Tus-Resumable", {"type": "string", "pattern": "^1[.]0[.]0$"}, "The version of tus"),
    "Upload-Length": _header("Upload-Length", {"type": "integer", "minimum": 1, "maximum": LIMIT}, "The length of the file"),
    "Upload-Offset": _header("Upload-Offset", {"type": "integer", "minimum": 0}, "Where the piece begins: how much is there"),
}
STOP = _query("stop", FLAG, "1: after the first act that is not done none of the others is tried")

_DATE = {"type": "string", "format": "date", "pattern": "^(19|20|21)"}
_LANG = _query("lang", {"type": "string", "enum": list(languages())}, "The language of its words")
_DAY = _query("at", _DATE, "The day asked about; today if left out")
_WITH: Json = {
    "name": "with",
    "in": "query",
    "required": False,
    "content": {"application/json": {"schema": {"type": "object"}}},
    "description": "The input, as far as the question needs it",
}
ASKING: dict[str, list[Json]] = {
    "explain": [
        {**_query("do", NAME, "The action, `type.action`", example="meeting.convene"), "required": True},
        _query("by", NAME, "A person, or a role, seat or office with one holder; you, if left out"),
        _query("on", NAME, "The record, by id or reference"),
        _WITH,
        _query("capacity", NAME, "The role in which to act"),
        _query("entered_by", NAME, "Whether this person (or holder of a role) may enter the act for them, too"),
        _DAY,
    ],
    "duties": [
        _query("by", {"type": "string", "enum": ["clause"]}, "clause: the compliance report, clause by clause, over a period"),
        _query("from", _DATE, "With by=clause: the first day; the first of the year if left out"),
        _query("to", _DATE, "With by=clause: the day on which it stands; the end of the last recorded year, or today if sooner"),
        _query("of", NAME, "Who owes: a person, seat, role, body or agency; `me` is the caller"),
        _query("clause", NAME, "The clause that asks for it"),
        _query("state", {"type": "string", "enum": list(DUTY_STATES)}, "Its state on the day"),
        _query("limit", _whole(1, 200, 200), "How many at most"),
        _query("after", _whole(0, 10**9, 0), "The `next` of the page before"),
        _DAY,
    ],
    "charter": [_DAY],
    "conflicts": [_DAY],
    "dead-ends": [_DAY],
    "silences": [_DAY],
    "reach": [
        _DAY,
        {**_query("role", NAME, "A role, group, body, seat or person"), "required": True},
        _query("steps", _whole(1, 6, 4), "At most so many acts in a row"),
    ],
    "plan": [
        {**_query("do", NAME, "The action, `type.action`", example="matter.decide"), "required": True},
        {**_query("by", _DATE, "The last day on which it is to be done"), "required": True},
        {**_WITH, "description": "Input of the acts on the way, such as the class of a matter"},
        _query("on", NAME, "The record on which it is to be done; without one the way begins from nothing"),
    ],
    "consequences": [
        {**_query("amendment", NAME, "The amendment whose files are looked at"), "required": True},
    ],
    "annex": [
        _query("amendment", NAME, "The amendment whose annex it is, without days; without one, that between two days"),
        _query("from", _DATE, "Without an amendment: the first day, which must be given"),
        _query("to", _DATE, "Without an amendment: the last day; today if left out"),
    ],
    "past": [
        {**_query("amendment", NAME, "The amendment under whose files the period is decided again"), "required": True},
        _query("from", _DATE, "The first day; a year before the last if left out"),
        _query("to", _DATE, "The last day; today if left out"),
    ],
    "week": [_query("from", _DATE, "A day of the week; the present week if left out"), _LANG],
    "competence": [_LANG],
    "me": [_DAY],
    "parties": [
        _DAY,
        _query("sort", {"type": "string", "enum": list(SORTS)}, "Of one sort alone"),
        _query("q", TEXT, "Words of the id or the label, with or without marks"),
        _query("limit", _whole(1, MOST, 50), "How many at most"),
        _query("after", _whole(0, 10**9, 0), "The `next` of the page before"),
    ],
    "search": [
        {
            **_query("q", {**TEXT, "minLength": 1, "maxLength": 100}, "Words, a day, or a party's name", example="report"),
            "required": True,
        },
        _query("of", NAME, "Records of this type alone"),
        _query("limit", _whole(1, FOUND, 20), "How many at most"),
        _query("after", {"type": "string", "maxLength": 100}, "The `next` of the page before"),
    ],
    "events": [
        _query("limit", _whole(1, 200, 100), "How many at most"),
        _query("after", _whole(0, 2**53, 0), "The `next` of the answer before; 0 begins at the beginning"),
        _query("wait", _whole(0, LONGEST, 0), "Seconds to wait for something new"),
    ],
    "events.stream": [
        _query("after", _whole(0, 2**53, 0), "The number of the last event that you have; from now on, if left out"),
        _header("Last-Event-ID", {"type": "string", "pattern": "^[0-9]{1,16}$"}, "The same, as browsers send it"),
    ],
    "revisions": [
        _query("limit", _whole(1, 200, 50), "How many at most"),
        _query("before", _whole(0, 2**53, 0), "The `next` of the page before; 0 begins with the newest"),
    ],
}


def of_list(kind: type[Record]) -> list[Json]:
    """Return the parameters of a type's list: a page, an order, a filter for each column."""
    columns = list(plain_of(kind).values())
    key = f"-?({'|'.join(column.name for column in columns)})"
    twice = r"(^|.*,)-?([^,]+),(.*,)?-?\2(,|$)"
    order = {"type": "string", "pattern": f"^(?!{twice}){key}(,{key}){{0,{KEYS - 1}}}$"}
    sort = _query("sort", order, f"By which columns, up to {KEYS}, each once, with `-` where it descends: `-state,ref`")
    return [
        *_shared("limit", "after"),
        sort,
        _fields(columns_of(kind)),
        _EXPAND,
        _query("at", _DATE, "The list at the end of this day, by `id` or `ref`; not with `fields`"),
        *(parameter for column in columns for parameter in _filters(column)),
    ]


def of_record(kind: type[Record]) -> list[Json]:
    """Return the parameters of a record: some of its values, and a day of the past."""
    day = "The record at the end of this day, as the log has it; not with `fields`"
    return [_fields({**columns_of(kind), **kind.parts()}), _EXPAND, _query("at", _DATE, day)]


_EXPAND = _query(
    "expand",
    {"type": "string", "enum": list(EXPANSIONS)},
    "parties: beside the records, what the parties are called that they mention",
)


def _fields(names: Collection[str]) -> Json:
    schema = {"type": "array", "items": {"type": "string", "enum": list(names)}, "minItems": 1}
    return _query("fields", schema, "These values alone, beside the id and the type", style="form", explode=False)


_SCHEMAS: dict[type[Any], Json] = {
    str: TEXT,
    int: {"type": "integer", "minimum": -(2**63) + 1, "maximum": 2**63 - 1},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {
        "anyOf": [{"type": "string", "format": form, "pattern": "^(19|20|21)"} for form in ("date-time", "date")],
        "description": "A time; or a day, which is the whole day in the committee's zone",
    },
}


def _filters(column: Column) -> list[Json]:
    """Equal (or one of several), and for what has an order that people ask for, from and up to."""
    schema = {"type": "string", "enum": list(column.choices)} if column.choices else _SCHEMAS[column.kind]
    name = f"{column.name}[eq]" if column.name in ("sort", "limit", "after", "capacity") else column.name
    parameters = [
        _query(
            name,
            {"type": "array", "items": schema, "minItems": 1, "maxItems": MANY},
            "Any of these; `me` is the caller" if column.party else "Any of these",
            style="form",
            explode=True,
        )
    ]
    if column.kind in (int, date, datetime):
        parameters += [_query(f"{column.name}[gte]", schema, "From this on"), _query(f"{column.name}[lte]", schema, "Up to this")]
    if column.nullable:
        parameters.append(_query(f"{column.name}[none]", {"type": "string", "enum": ["1"]}, "1: has none"))
    return parameters

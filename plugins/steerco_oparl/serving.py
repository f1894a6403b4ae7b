"""The addresses of OParl: where it begins, the body, its lists by pages, one object, the content of a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import urlencode

from steerco.extension.api import Answer, Invalid, NotFound, Request
from steerco_oparl.objects import KINDS, SCHEMA, Object, every, found
from steerco_oparl.seen import TokenView

PAGE = 100
FILTERS = {
    "created_since": ("created", True),
    "created_until": ("created", False),
    "modified_since": ("modified", True),
    "modified_until": ("modified", False),
}
"""The filters that every list has: by which time, and whether it is the earliest."""
LISTED: Mapping[str, Any] = {
    "parameters": [
        {"name": "kind", "in": "path", "required": True, "schema": {"enum": list(KINDS)}},
        {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
        *({"name": name, "in": "query", "schema": {"type": "string", "format": "date-time"}} for name in FILTERS),
    ]
}


def system(request: Request) -> Answer:
    """Answer the system: the one object at which readers begin."""
    seen = TokenView(request)
    named = {"name": seen.label(seen.tenant.name), "body": f"{seen.base}/bodies"}
    return _answer({"id": f"{seen.base}/system", "type": f"{SCHEMA}System", "oparlVersion": SCHEMA, **named})


def bodies(request: Request) -> Answer:
    """Answer the list of bodies, of which there is one."""
    seen = TokenView(request)
    return _answer(_paged(seen, "bodies", [_body(seen)], 1, {}))


def body(request: Request) -> Answer:
    """Answer the body: this committee."""
    return _answer(_body(TokenView(request)))


def _body(seen: TokenView) -> Object:
    lists = {kind: f"{seen.base}/list/{kind}" for kind in KINDS}
    head = {"id": f"{seen.base}/body", "type": f"{SCHEMA}Body", "system": f"{seen.base}/system"}
    return {**head, "name": seen.label(seen.tenant.name), "legislativeTerm": [], **lists}


def listed(request: Request) -> Answer:
    """Answer a page of the objects of a kind, with those who ask by time told only of what is of that time."""
    seen, kind = TokenView(request), request.params["kind"]
    if kind not in KINDS:
        raise NotFound(kind)
    query = dict(request.query)
    page = _number(query.pop("page", "1"))
    limits = [(*FILTERS[name], _time(name, query[name])) for name in FILTERS if name in query]
    rows = [each for each in every(seen, kind) if all(_within(each, *limit) for limit in limits)]
    return _answer(_paged(seen, f"list/{kind}", rows, page, {name: query[name] for name in FILTERS if name in query}))


def _within(each: Object, name: str, earliest: bool, limit: datetime) -> bool:
    """Return whether an object is of a time. What bears no time, as the bodies of a charter, is of every time."""
    if name not in each:
        return True
    at = datetime.fromisoformat(each[name])
    return at >= limit if earliest else at <= limit


def _paged(seen: TokenView, path: str, rows: list[Object], page: int, query: Mapping[str, str]) -> Object:
    pages = max(1, ceil(len(rows) / PAGE))

    def at(number: int) -> str:
        return f"{seen.base}/{path}?{urlencode({**query, 'page': number})}"

    links = {"first": at(1), "last": at(pages)}
    links |= {"prev": at(min(page - 1, pages))} if page > 1 else {}
    links |= {"next": at(page + 1)} if page < pages else {}
    told = {"totalElements": len(rows), "elementsPerPage": PAGE, "currentPage": page, "totalPages": pages}
    return {"data": rows[(page - 1) * PAGE : page * PAGE], "pagination": told, "links": links}


def one(request: Request) -> Answer:
    """Answer one object."""
    return _answer(found(TokenView(request), request.params["kind"], request.params["id"]))


def content(request: Request) -> Answer:
    """Answer the content of a file of a document that the caller may see."""
    seen, digest = TokenView(request), request.params["digest"]
    record = seen.one("paper", request.params["id"])
    file = next((each for each in record.get("files", ()) if each["digest"] == digest), None)
    held = seen.hands.file("document", record["id"], digest, by=seen.by) if file is not None else None
    if held is None:
        raise NotFound("file")
    headers = {"Content-Disposition": "attachment", "Cache-Control": "no-store"}
    return Answer(held, "application/octet-stream", headers=headers)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= len(text) <= 9 or int(text) < 1:
        raise Invalid({"page": "a whole number from 1 on"})
    return int(text)


def _time(name: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if at.tzinfo is None:
            raise ValueError(text)
    except ValueError:
        raise Invalid({name: "a time with its zone, such as 2021-02-03T09:00:00Z"}) from None
    return at


def _answer(value: Object) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), "application/json", headers={"Cache-Control": "no-store"})

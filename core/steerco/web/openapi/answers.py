"""Answers as the OpenAPI document describes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

PROBLEMS = {
    "400": "A parameter, header or body that cannot be read",
    "401": "No token that is valid here",
    "403": "Not in the person's power, or not in the token's scope",
    "404": "No such address, type or action; no such record, or not visible",
    "406": "A list that does not come in the form that is asked for",
    "409": "In the person's power, but not now; or in conflict with what is on record",
    "412": "The record has changed since the version in If-Match",
    "413": "A body that is too large",
    "414": "An address that is too long",
    "415": "A body of a type that is not read here",
    "416": "A part of a file that lies beyond its end",
    "422": "An input that does not fit, field by field",
    "423": "Another request is writing to the upload",
    "429": "Too many requests in a minute, or too many streams: to be tried again after Retry-After",
    "431": "Headers that are too large",
    "500": "A fault of the program",
    "502": "A fault of a plugin; everything else goes on",
    "503": "Busy: to be tried again after Retry-After",
}
FOR_READS = ("400", "401", "403", "404", "406", "413", "414", "422", "429", "431", "500", "503")
FOR_ACTS = tuple(code for code in PROBLEMS if code not in ("406", "416", "423"))
NOT_CHANGED = {"304": {"description": "Not changed: the client has it already"}}


def refused(codes: tuple[str, ...]) -> Json:
    """Return the problem responses of an operation."""
    return {code: {"$ref": f"#/components/responses/Problem{code}"} for code in codes}


def answered(schema: Json, text: str, *headers: str) -> Json:
    """Return a response with a JSON body."""
    return {"description": text, "headers": headers_of(headers), "content": {"application/json": {"schema": schema}}}


def headers_of(names: Iterable[str]) -> Json:
    """Return headers by reference; a name has ``_`` where the header has ``-``."""
    return {name.replace("_", "-"): {"$ref": f"#/components/headers/{name.replace('_', '')}"} for name in names}


def key_of(kind: Any) -> str:
    """Return the name under which a type's schema is kept while a document is written."""
    return f"{getattr(kind, '__module__', '')}.{getattr(kind, '__qualname__', kind)}"

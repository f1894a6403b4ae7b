"""The surface of the API on which clients rely, a line for each thing, so that a release can be held to the one before.

A line that is gone breaks clients, unless it asked something of them, or listed the values of an input that takes any text now. A
new line that asks something breaks them as well. All other new lines are additions.

    GET /t/{tenant}/api/meeting is meeting.list
    GET /t/{tenant}/api/meeting takes query state: string
    GET /t/{tenant}/api/meeting gives 200 MeetingPage
    in MeetingConveneBody.kind: string
    in MeetingConveneBody needs starts_at
    out Acted.record: RecordName
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

Json = dict[str, Any]
REF = "#/components/"
NEEDS = " needs "
METHODS = ("get", "post", "put", "patch", "delete")


def surface(document: Json) -> list[str]:
    """Return the lines of a document, sorted."""
    return sorted({*_operations(document), *_shapes(document)})


def breaks(before: Iterable[str], now: Iterable[str]) -> list[str]:
    """Return what of ``now`` breaks a client that was written by ``before``: ``- `` a line that is gone, ``+ `` a new demand."""
    old, new = set(before), set(now)
    wider = _widened(old, new)
    gone = [f"- {line}" for line in old - new if NEEDS not in line and not line.startswith(wider)]
    demands = [f"+ {line}" for line in new - old if NEEDS in line and not _of_something_new(line, old)]
    return sorted(gone + demands)


def _widened(old: set[str], new: set[str]) -> tuple[str, ...]:
    """Return how the lines begin of each input that took listed values and now takes any text, those among them."""
    kinds = {line.partition(": ")[0]: set(line.partition(": ")[2].split(" | ")) for line in new if line.startswith("in ")}
    listed = (line.partition(": ") for line in old - new if line.startswith("in ") and "enum" in line.partition(": ")[2])
    names = [name for name, _, was in listed if kinds.get(name) == {*was.split(" | ")} - {"enum"} | {"string"}]
    return tuple(f"{name}{after}" for name in names for after in (": ", " is "))


def _of_something_new(line: str, old: set[str]) -> bool:
    """Return whether a demand is one of an operation or a shape that nobody had before."""
    owner = line.partition(NEEDS)[0]
    return not any(each.startswith((f"{owner} ", f"{owner}.")) for each in old)


def _operations(document: Json) -> Iterator[str]:
    for path, methods in document["paths"].items():
        shared = methods.get("parameters", [])
        for method in METHODS:
            if (told := methods.get(method)) is None:
                continue
            name = f"{method.upper()} {path}"
            yield f"{name} is {told['operationId']}"
            for parameter in (_resolved(document, each) for each in (*shared, *told.get("parameters", ()))):
                where = f"{parameter['in']} {parameter['name']}"
                kind = _kind(parameter.get("schema", {}))
                yield f"{name} takes {where}: {kind}"
                if parameter.get("required"):
                    yield f"{name}{NEEDS}{where}"
            for media in told.get("requestBody", {}).get("content", {}).values():
                yield f"{name} takes {_kind(media['schema'])}"
            for status, response in told["responses"].items():
                if not status.startswith("2"):  # problems are of one shape, whatever their status
                    continue
                for media in _resolved(document, response).get("content", {}).values():
                    yield f"{name} gives {status} {_kind(media['schema'])}"


def _shapes(document: Json) -> Iterator[str]:
    """Yield the lines of the schemas that are reached from bodies (``in``) and from answers (``out``)."""
    given, told = list[Json](), list[Json]()
    for operation in (each for methods in document["paths"].values() for key, each in methods.items() if key in METHODS):
        given += [media["schema"] for media in operation.get("requestBody", {}).get("content", {}).values()]
        answers = (_resolved(document, response) for response in operation["responses"].values())
        told += [media["schema"] for answer in answers for media in answer.get("content", {}).values()]
    for direction, schemas in (("in", given), ("out", told)):
        seen = set[str]()
        for schema in schemas:
            yield from _lines(document, direction, schema, seen)


def _lines(document: Json, direction: str, schema: Any, seen: set[str]) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _lines(document, direction, each, seen)
    if not isinstance(schema, dict):
        return
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name and name not in seen:
        seen.add(name)
        shape = document["components"]["schemas"][name]
        for key, value in shape.get("properties", {}).items():
            yield f"{direction} {name}.{key}: {_kind(value)}"
            for choice in _choices(value) if direction == "in" else ():
                yield f"in {name}.{key} is {choice}"
        if direction == "in":
            yield from (f"in {name}{NEEDS}{key}" for key in shape.get("required", ()))
        yield from _lines(document, direction, list(shape.get("properties", {}).values()), seen)
        schema = {key: value for key, value in shape.items() if key not in ("properties", "required")}
    for key in ("items", "anyOf", "allOf", "oneOf", "additionalProperties", "properties"):
        value = schema.get(key)
        yield from _lines(document, direction, list(value.values()) if key == "properties" and value else value, seen)


def _choices(schema: Json) -> list[Any]:
    """Return the values that an input takes, where they are listed."""
    if "enum" in schema:
        return list(schema["enum"])
    return [choice for each in schema.get("anyOf", ()) for choice in each.get("enum", ())]


def _kind(schema: Json) -> str:
    """Return what a value is, in a word: its type, or the schema's name."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " | ".join(sorted({_kind(each) for each in schema[key]}))
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    kind = schema.get("type", "enum" if "enum" in schema else "any")
    return "/".join(kind) if isinstance(kind, list) else str(kind)


def _resolved(document: Json, part: Json) -> Json:
    """Return a parameter or response, where it is a reference that to which it leads."""
    if "$ref" not in part:
        return part
    found: Any = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    resolved: Json = found
    return resolved


if __name__ == "__main__":
    from steerco.web.openapi.document import general

    Path(sys.argv[1]).write_text("\n".join(surface(msgspec.json.decode(general()))) + "\n", "utf-8")

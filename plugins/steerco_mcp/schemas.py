"""How an assistant is told of a tool: its arguments as a JSON Schema, and what it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
DAY: Json = {"type": "string", "format": "date"}
OBJECT: Json = {"type": "object"}
KINDS: Mapping[str, Json] = {
    "text": TEXT,
    "choice": TEXT,
    "whole number": {"type": "integer"},
    "truth value": {"type": "boolean"},
    "day": DAY,
    "time": {**TEXT, "description": "a day and time, such as 2026-12-01T09:00:00; of the committee's zone where it names none"},
    "object": OBJECT,
    "party": {**TEXT, "description": "the id of a party, as `parties` tells it"},
}
"""What the API's catalogue of actions calls a field, as a schema. Any other name is that of a record type."""


def tool(name: str, doc: str, properties: Json, needed: tuple[str, ...] = (), *, acts: bool = False) -> Json:
    """Return a tool as the protocol lists it. ``acts``: it may change something."""
    schema = {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}
    hints = {"readOnlyHint": not acts, "destructiveHint": acts, "openWorldHint": False}
    return {"name": name, "description": doc, "inputSchema": schema, "annotations": hints}


def act_tools(types: list[Json], powers: Mapping[str, list[str]]) -> Iterator[Json]:
    """Yield a tool for each action among ``powers`` (by the clauses that give it), as ``GET …/actions`` describes it."""
    for action in (action for each in types for action in each["actions"]):
        if action["id"] in powers:
            yield _act_tool(action, powers[action["id"]])


def _act_tool(action: Json, clauses: list[str]) -> Json:
    given = {field["name"]: _field(field) for field in action["input"]}
    needed = [field["name"] for field in action["input"] if field["required"]]
    input = {"type": "object", "properties": given, "required": needed, "description": "The input of the act"}
    confirm = {**TEXT, "description": "What trying this very act gave; left out, the act is only tried"}
    on = {} if action["creates"] else {"on": {**TEXT, "description": "The record that it is done on: id or reference"}}
    doc = f"{action['doc']} Clauses: {', '.join(clauses)}. Without `confirm` it is only tried."
    return tool(action["id"], doc, {**on, "with": input, "confirm": confirm}, tuple(on), acts=True)


def _field(field: Json) -> Json:
    schema = dict(KINDS.get(field["type"]) or {**TEXT, "description": f"id or reference of a record of type {field['type']}"})
    if field["choices"]:
        schema["enum"] = list(field["choices"])
    return {"type": "array", "items": schema} if field["list"] else schema


ON = {**TEXT, "description": "The record that it is done on: id or reference; left out, it makes a record"}
QUESTIONS = (
    tool("me", "Say whom the token speaks for, and the acts that may be theirs, with their clauses.", {"at": DAY}),
    tool(
        "explain",
        "Decide whether somebody (`by`; the caller) may do an act, by which clause, and who may instead. Nothing is done.",
        {
            "do": {**TEXT, "description": "type.action"}, "with": OBJECT, "on": ON, "by": TEXT,
            "at": DAY,
        },
        ("do",),
    ),
    tool(
        "duties",
        "List who owes what by when, by which clause.",
        {"of": {**TEXT, "description": "a party; `me` is the caller"}, "state": TEXT, "at": DAY},
    ),
    tool("search", "Find records by words, by a day, or by the name of a party.", {"q": TEXT, "of": TEXT, "after": TEXT}, ("q",)),
    tool("parties", "Find persons, roles, seats, bodies, agencies and offices by name.", {"q": TEXT, "sort": TEXT, "at": DAY}),
    tool(
        "list",
        "List the records of a type, with filters by field.",
        {"type": TEXT, "where": OBJECT, "sort": TEXT, "after": {**TEXT, "description": "`next` of the page before"}},
        ("type",),
    ),
    tool("read", "Read one record with its parts, by id or reference.", {"type": TEXT, "id": TEXT}, ("type", "id")),
)  # fmt: skip
"""The tools that change nothing, the same in every committee."""

"""The pages of reference, written from the program: its commands, the keys of a committee's files, the addresses of its API, what
plugin authors import."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

import click

from steerco.cli.main import cli
from steerco.config.jsonschema import json_schema
from steerco.config.kinds import SCHEMAS
from steerco.extension import api
from steerco.web.openapi.document import general

Json = dict[str, Any]
FILES = {
    "tenant": "What a committee is called, its languages and plugins.",
    "charter": "The regulation as data.",
    "house": "House rules, which fill what the regulation leaves open.",
    "law": "Laws that stand above the regulation.",
    "people": "Who is there, and in which seats.",
    "registers": "Record types of the committee's own.",
    "cases": "What the rules mean, by example.",
}
"""Each file that an author of committees writes, and what it holds."""
DEEPEST = 3
"""Levels of tables that one table of this reference shows."""


def pages(root: Path) -> dict[str, str]:
    """Return each page by its place on the site."""
    return {
        "reference/commands.md": _commands(),
        "reference/addresses.md": _addresses(json.loads(general())),
        "reference/plugin-objects.md": _objects(),
        **{f"reference/files/{kind}.md": _file(kind) for kind in SCHEMAS},
    }


def _commands() -> str:
    head = "# Commands\n\nEvery command of `steerco`, as `--help` tells it. Where a command has the options "
    shared = {option for parameter in cli.params for option in parameter.opts}
    head += ", ".join(f"`{option}`" for option in sorted(shared)) + ", they mean what they mean for `steerco` itself.\n"
    return head + "".join(_command(click.Context(cli, info_name="steerco"), shared))


def _command(context: click.Context, shared: Set[str]) -> Iterator[str]:
    """Yield what is said of a command, then of those below it."""
    command = context.command
    depth = min(len(context.command_path.split()) + 1, 4)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"\n{'#' * depth} `{context.command_path}`\n\n{_prose(command.help or '')}\n\n```text\n{usage}\n```\n"
    options = [one for one in command.params if isinstance(one, click.Option) and (depth == 2 or not shared & set(one.opts))]
    rows = [record for one in options if (record := one.get_help_record(context))]
    if rows:
        yield "\n| option | what it does |\n|---|---|\n" + "".join(f"| `{name}` | {_text(said)} |\n" for name, said in rows)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _command(click.Context(below, info_name=name, parent=context), shared)


def _prose(text: str) -> str:
    return inspect.cleandoc(text).replace("\b", "").replace("<", "&lt;")


def _objects() -> str:
    head = (
        "# What plugin authors import\n\nAll of it comes from `steerco.extension.api`, and is kept stable. "
        "The [hooks](../hooks.md) say what they are given and what they return.\n"
    )
    return head + "".join(_object(name, getattr(api, name)) for name in sorted(api.__all__, key=str.lower))


def _object(name: str, found: Any) -> str:
    """Return what is said of one name: how it is called, its docstring, its fields and methods."""
    parts = [f"\n## `{name}`\n\n```python\n{name}{_signature(found)}\n```\n\n{_doc(found)}\n"]
    if inspect.isclass(found) and found.__module__.startswith("steerco"):
        for method, value in vars(found).items():
            called = value.__func__ if isinstance(value, classmethod | staticmethod) else value
            if not method.startswith("_") and inspect.isfunction(called) and called.__doc__:
                parts.append(f"\n`.{method}{_signature(called)}`: {_text(called.__doc__)}\n")
    return "".join(parts)


def _signature(found: Any) -> str:
    try:
        told = str(inspect.signature(found))
    except (TypeError, ValueError):
        return ""
    return re.sub(r"steerco\.[\w.]+\.(?=[A-Z])", "", told.replace("'", ""))


def _doc(found: Any) -> str:
    """Return the docstring; of a value that is neither class nor function, what it is."""
    if not (inspect.isclass(found) or callable(found)):
        return f"`{found!r}`" if len(repr(found)) < 80 else f"A value: {type(found).__name__}."
    return re.sub(r"``([^`]+)``", r"`\1`", inspect.getdoc(found) or "")


def _file(kind: str) -> str:
    schema = json_schema(SCHEMAS[kind])
    parts = [f"# {kind}.toml\n\n{FILES.get(kind, '')}\n"]
    plain = {key: value for key, value in schema["properties"].items() if not _tables(value)}
    if plain:
        parts.append("\n## Keys of the file itself\n\n" + _table(plain, schema.get("required", ())))
    for key, value in schema["properties"].items():
        if inner := _tables(value):
            heading = f"[[{key}]]" if value.get("type") == "array" else f"[{key}]"
            said = value.get("description", "")
            parts.append(
                f"\n## `{heading}` {{#{key}}}\n\n{_text(said)}\n\n" + _table(inner["properties"], inner.get("required", ()))
            )
    return "".join(parts)


def _tables(value: Json) -> Json | None:
    """Return the schema of the tables that a key holds, if it holds any with keys of their own."""
    for one in (
        value,
        value.get("items", {}),
        *value.get("anyOf", ()),
        *(part.get("items", {}) for part in value.get("anyOf", ())),
    ):
        if isinstance(one, dict) and one.get("properties"):
            return one
    return None


def _table(keys: Json, required: Any) -> str:
    head = "| key | what it says | kind | example |\n|---|---|---|---|\n"
    return head + "".join(_rows(keys, set(required), "", 1))


def _rows(keys: Json, required: set[str], before: str, depth: int) -> Iterator[str]:
    for key, value in keys.items():
        must = " (required)" if key in required else ""
        example = f"`{_toml(value['examples'][0])}`" if value.get("examples") else ""
        cells = (f"`{before}{key}`{must}", _text(value.get("description", "")), _kind(value), example.replace("|", "\\|"))
        yield f"| {' | '.join(cells)} |\n"
        inner = _tables(value)
        if inner and depth < DEEPEST and set(inner["properties"]) != {"vi", "en"}:
            yield from _rows(inner["properties"], set(inner.get("required", ())), f"{before}{key}.", depth + 1)


def _kind(value: Json) -> str:
    if "enum" in value:
        return "one of " + ", ".join(f"`{choice}`" for choice in value["enum"])
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_kind(one) for one in value["anyOf"]))
    if value.get("type") == "array":
        return "list of " + _kind(value.get("items", {}))
    if value.get("pattern", "").startswith(r"^[0-9]{4}-"):
        return "day or time"
    return {"string": "text", "object": "table", "boolean": "true or false", "integer": "whole number"}.get(
        value.get("type", ""), "value"
    )


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _addresses(document: Json) -> str:
    head = (
        "# Addresses of the API\n\nWritten from the OpenAPI document, which each server gives at `/schema/openapi.json`; "
        "[the API](../api.md) says how they are used.\n"
    )
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and "responses" in operation:
                group = (operation.get("tags") or ["Other"])[0]
                groups.setdefault(group, []).append(_operation(document, method, path, operation))
    return head + "".join(f"\n## {group}\n{''.join(parts)}" for group, parts in groups.items())


def _operation(document: Json, method: str, path: str, operation: Json) -> str:
    said = operation.get("description") or operation.get("summary", "")
    parts = [f"\n### `{method.upper()} {path}`\n\n{_text(said)}\n"]
    parameters = [_resolved(document, one) for one in operation.get("parameters", ())]
    if parameters:
        rows = (f"| `{one['name']}` | {one['in']} | {_text(one.get('description', ''))} |\n" for one in parameters)
        parts.append("\n| parameter | in | what it says |\n|---|---|---|\n" + "".join(rows))
    answers = ((code, _resolved(document, one)) for code, one in operation["responses"].items())
    parts.append(
        "\nAnswers: " + "; ".join(f"{code} {_text(one.get('description', '')).rstrip('.')}" for code, one in answers) + ".\n"
    )
    return "".join(parts)


def _resolved(document: Json, part: Json) -> Json:
    while "$ref" in part:
        found: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def _text(text: str) -> str:
    """Return a text for a cell of a table: one line, nothing in it taken for a tag or a cell's end."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;").strip()

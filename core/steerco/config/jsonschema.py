"""JSON Schema (draft 4) made from the Cerberus schemas, so that an editor completes and checks what the program will read.

JSON has no dates: some editors (Taplo) hand a TOML date to the schema as a text of that form, others (Tombi) keep it apart and
go by ``format``. So a date is a text with a pattern and a format here. To write the files:
``python -m steerco.config.jsonschema docs/schema``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from steerco.config.key_docs import about
from steerco.config.kinds import SCHEMAS
from steerco.config.schema import Schema

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})?$"

ONE_LINE = r"^[^\u0000-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff]*$"

_TYPES = {"dict": "object", "list": "array", "integer": "integer", "float": "number", "boolean": "boolean"}
_SIZES = {
    "string": ("minLength", "maxLength"),
    "list": ("minItems", "maxItems"),
    "dict": ("minProperties", "maxProperties"),
}
_KNOWN = frozenset(
    {
        "type", "schema", "valuesrules", "required", "allowed", "regex", "empty", "min", "max", "minlength", "maxlength",
        "dependencies", "texts", "legible", "one_line", "dated", "keysrules", "plain",
        "translated", "in_words", "defaulted",
    }
)  # fmt: skip


def json_schema(schema: Schema, title: str = "") -> dict[str, Any]:
    """Return the JSON Schema of a file. Raises ValueError for a Cerberus rule that it cannot say."""
    header = {"$schema": "http://json-schema.org/draft-04/schema#"}
    return {**header, **({"title": title} if title else {}), **_object(schema, _At())}


def written() -> dict[str, str]:
    """File names and contents of all schemas."""
    return {
        f"{kind}.schema.json": json.dumps(json_schema(schema, f"Steerco: {kind}"), indent=2) + "\n"
        for kind, schema in SCHEMAS.items()
    }


class _At(NamedTuple):
    """Where a key stands: in the table nearest to it, and in the file's own table around that."""

    table: str = ""
    top: str = ""

    def inside(self, key: str) -> _At:
        return _At(key, self.top or key)


def _object(schema: Schema, at: _At) -> dict[str, Any]:
    required = sorted(key for key, rules in schema.items() if rules.get("required"))
    needs = {key: list(rules["dependencies"]) for key, rules in schema.items() if "dependencies" in rules}
    return {
        "type": "object",
        "properties": {key: {**_value(rules, at.inside(key)), **about(*at, key, rules)} for key, rules in schema.items()},
        "additionalProperties": False,
        **({"required": required} if required else {}),
        **({"dependencies": needs} if needs else {}),
    }


def _value(rules: Mapping[str, Any], at: _At | None = None) -> dict[str, Any]:
    at = at or _At()
    if unknown := rules.keys() - _KNOWN:
        raise ValueError(f"no JSON Schema is known for the rules {', '.join(sorted(unknown))}")
    kinds = rules.get("type", [])
    alternatives = [_one(kind, rules, at) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    if not alternatives:
        return {}
    return alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}


def _one(kind: str, rules: Mapping[str, Any], at: _At) -> dict[str, Any]:
    if kind == "date":
        return {"type": "string", "format": "date", "pattern": DAY}
    if kind == "datetime":
        return {"anyOf": [{"type": "string", "format": form, "pattern": MOMENT} for form in ("date-time", "date-time-local")]}
    schema: dict[str, Any] = {"type": _TYPES.get(kind, kind)}
    if kind == "string":
        schema.update(_text(rules))
    elif kind == "dict":
        schema.update(_table(rules, at))
    elif kind == "list" and "schema" in rules:
        schema["items"] = _value(rules["schema"], at)
    for rule, key in (("min", "minimum"), ("max", "maximum")):
        if rule in rules:
            schema[key] = rules[rule]
    if not (kind == "dict" and "translated" in rules):
        schema.update(_size(kind, rules))
    else:
        schema["minProperties"] = 1
    return {**schema, **_texts(kind, rules)}


def _text(rules: Mapping[str, Any]) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    if "allowed" in rules:
        keys["enum"] = list(rules["allowed"])
    if "regex" in rules:
        keys["pattern"] = f"^({rules['regex']})$"
    elif rules.get("one_line"):
        keys["pattern"] = ONE_LINE
    return keys


def _table(rules: Mapping[str, Any], at: _At) -> dict[str, Any]:
    if "schema" in rules:
        return _object(rules["schema"], at)
    values = _value(rules["valuesrules"], at) if "valuesrules" in rules else {}
    if "keysrules" in rules:
        return {"patternProperties": {_value(rules["keysrules"])["pattern"]: values}, "additionalProperties": False}
    return {"additionalProperties": values} if values else {}


def _size(kind: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    if kind in _SIZES:
        least, most = _SIZES[kind]
        if rules.get("empty") is False:
            keys[least] = 1
        if "minlength" in rules:
            keys[least] = rules["minlength"]
        if "maxlength" in rules:
            keys[most] = rules["maxlength"]
    return keys


def _texts(kind: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rule ``texts`` of our own: a text, or a list of at most so many."""
    if "texts" not in rules:
        return {}
    if kind == "string":
        return {"minLength": 1}
    most = {"maxItems": rules["texts"]} if rules["texts"] > 0 else {}
    return {"items": {"type": "string", "minLength": 1}, "minItems": int(rules["texts"] >= 0), **most}


def main(folder: Path) -> None:
    """Write all schemas into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in written().items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

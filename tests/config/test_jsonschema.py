"""What an editor is told about a file is what the program will say of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from steerco.config.jsonschema import json_schema, written
from steerco.config.kinds import SCHEMAS
from steerco.config.read import check
from steerco.config.schema import PARTIAL_DATE_PATTERN

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
VALIDATORS = {kind: Draft4Validator(json_schema(schema)) for kind, schema in SCHEMAS.items()}
WORDS = st.sampled_from(["", "a", "chair", "7.1", "x y", "vi", "not-stated", "2018", "2018-1", "Đỗ", "A" * 90])
JUNK = st.one_of(
    WORDS, st.integers(-2, 9), st.booleans(), st.just(1.5), st.lists(WORDS, max_size=4), st.dictionaries(WORDS, WORDS, max_size=2)
)


def of(rules: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values that keep ``rules``, or nearly."""
    kinds = rules.get("type", ["string", "integer", "list", "dict"])
    return st.one_of([_kind(kind, rules) for kind in ([kinds] if isinstance(kinds, str) else kinds)])


def _kind(kind: str, rules: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    match kind:
        case "string" if "allowed" in rules:
            return st.sampled_from(rules["allowed"])
        case "string" if rules.get("regex") == PARTIAL_DATE_PATTERN:
            return st.sampled_from(["2018", "2018-10", "2018-13"])
        case "string":
            return st.sampled_from(["a"] * 40 + ["2018-10"] * 3 + ["", "7.1", "x y"])
        case "integer":
            return st.sampled_from([1, 2, 3, 4, 5, 6, 7] * 3 + [0, -1, 8])
        case "boolean":
            return st.booleans()
        case "date":
            return st.dates(date(2018, 1, 1), date(2022, 1, 1))
        case "datetime":
            return st.datetimes(datetime(2018, 1, 1), datetime(2022, 1, 1)).map(lambda d: d.replace(microsecond=0))
        case "list":
            least = rules.get("minlength", 1)
            return st.lists(of(rules.get("schema", {"type": "string"})), min_size=least, max_size=max(least, 3))
        case _ if "schema" in rules:
            return tables(rules["schema"])
    inner = of(rules.get("valuesrules", {"type": "string"}))
    return st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)


def tables(schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    needed = {key: of(rules) for key, rules in schema.items() if rules.get("required")}
    others = sorted(schema.keys() - needed.keys())
    if not others:
        return st.fixed_dictionaries(needed)
    some = st.lists(st.sampled_from(others), max_size=3, unique=True)
    return some.flatmap(lambda keys: st.fixed_dictionaries({**needed, **{key: of(schema[key]) for key in keys}}))


def spoiled(draw: st.DrawFn, value: Any) -> Any:
    """``value`` with one thing in it changed."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        how = draw(st.sampled_from(["drop", "rename", "deeper", "deeper", "deeper"]))
        rest = {k: v for k, v in value.items() if k != key}
        return rest if how == "drop" else {**rest, (key + "x" if how == "rename" else key): spoiled(draw, value[key])}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], spoiled(draw, value[at]), *value[at + 1 :]]
    return draw(JUNK)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from(sorted(SCHEMAS)))
    document = draw(tables(SCHEMAS[kind]))
    for _ in range(draw(st.integers(0, 2))):
        changed = spoiled(draw, document)
        document = changed if isinstance(changed, dict) else document
    return kind, document


def as_editor_sees(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: as_editor_sees(inner) for key, inner in value.items()}
    return [as_editor_sees(inner) for inner in value] if isinstance(value, list) else value


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents())
def test_editor_and_program_agree(made: tuple[str, dict[str, Any]]) -> None:
    kind, document = made
    findings = check(document, SCHEMAS[kind], kind)
    complaints = [e.message for e in VALIDATORS[kind].iter_errors(as_editor_sees(document))]
    assert bool(findings) == bool(complaints), (findings, complaints)


@pytest.mark.parametrize("name", sorted(written()))
def test_the_files_are_what_is_generated(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == written()[name], "run: python -m steerco.config.jsonschema docs/schema"


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_each_is_a_sound_schema(kind: str) -> None:
    Draft4Validator.check_schema(json_schema(SCHEMAS[kind]))


def keys(schema: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Every key of a JSON Schema with what is said of it, however deep."""
    found: list[tuple[str, Mapping[str, Any]]] = list(schema.get("properties", {}).items())
    inner = [each for _, each in found] + [
        schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)
    ]
    for each in [*inner, *schema.get("anyOf", ()), *schema.get("patternProperties", {}).values()]:
        found += keys(each)
    return found


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_every_key_has_a_description_an_example_that_fits_and_a_page(kind: str) -> None:
    every = keys(json_schema(SCHEMAS[kind]))
    assert len(every) > 10
    for key, said in every:
        assert said["description"].endswith("."), key
        assert (FOLDER / said["x-taplo"]["links"]["key"]).is_file(), key
        (example,) = said["examples"]
        wanted = [each.get("type") for each in said.get("anyOf", [said])]
        named = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}[type(example)]
        assert wanted == [None] or named in wanted or (named == "integer" and "number" in wanted), (key, example, wanted)

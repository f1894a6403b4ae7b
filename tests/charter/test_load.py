"""The schema of a charter file and the model of a charter say the same."""

from __future__ import annotations

import typing
from datetime import date

import msgspec
import pytest

from steerco.charter import load, model
from steerco.charter.load import TABLES, span
from steerco.charter.time_rows import SHORT
from steerco.config.kinds import SCHEMAS

WORKED_OUT = {"duty": {"anywhere"}, "written": {"label"}, "publication": {"label", "kinds", "spares"}}
"""Fields that no row is written with: they follow from other tables, and from the words of the program."""
FILLED = {"cadence": {"every"}, "cap": {"id"}}
"""Keys that loading fills where a row leaves them out."""


def row_type(table: str) -> type[msgspec.Struct]:
    hint = typing.get_type_hints(model.Charter)[TABLES[table]]
    made = typing.get_args(hint)[0]
    assert issubclass(made, msgspec.Struct)
    return made


@pytest.mark.parametrize("table", TABLES)
def test_schema_and_model_have_the_same_keys(table: str) -> None:
    rules = SCHEMAS["charter"][table]["schema"]["schema"]
    fields = {f.encode_name: f for f in msgspec.structs.fields(row_type(table))}
    short = {"seat": {"count"}, "clock": set(SHORT)}.get(table, set())  # spellings that loading writes out
    assert rules.keys() - short - {"reading"} == fields.keys() - {"source"} - WORKED_OUT.get(table, set())
    needed = {name for name, f in fields.items() if f.required}
    filled = {name for name, rule in rules.items() if rule.keys() & {"in_words", "defaulted"}}
    assert {name for name, rule in rules.items() if rule.get("required")} | filled == needed - FILLED.get(table, set())


@pytest.mark.parametrize("kind", ["charter", "house", "law"])
def test_the_instrument_has_the_same_keys(kind: str) -> None:
    assert SCHEMAS[kind]["instrument"]["schema"].keys() == set(model.Instrument.__struct_fields__)
    assert SCHEMAS[kind].keys() == {"policy", "instrument", "not_stated", "defaults", *TABLES}


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        (date(2020, 10, 21), date(2020, 10, 21), date(2020, 10, 21)),
        ("2018-02", date(2018, 2, 1), date(2018, 2, 28)),
        ("2018", date(2018, 1, 1), date(2018, 12, 31)),
    ],
)
def test_a_date_is_as_certain_as_it_was_written(written: date | str, first: date, last: date) -> None:
    made = span(written)
    assert (made.first, made.last, str(made)) == (first, last, str(written))


def test_every_rule_knows_its_line_and_a_single_cite_is_a_list() -> None:
    text = """\
[instrument]
id = "L"
kind = "law"
title = { en = "Law" }
effective = 2020-01-01
[[clause]]
id = "4"
[[rule]]
name = "notice"
value = 3
unit = "working"
force = "floor"
words = "at least three working days"
cite = "4"
"""
    law, wrong = load.read(text, "law", "law/l.toml")
    assert wrong == []
    assert law is not None
    assert law.rules[0].source == model.Source("law/l.toml", 8)
    assert law.rules[0].cite == ("4",)
    assert law.rules[0].force == "floor"
    assert load.read(text.replace('force = "floor"\n', ""), "law", "l")[1][0].code == "missing-key"
    assert [f.code for f in load.read(text, "charter", "l")[1]] == ["not-allowed", "not-allowed"]


def test_an_impossible_year_is_a_finding_and_no_crash() -> None:
    text = '[instrument]\nid = "L"\ntitle = { en = "Law" }\neffective = "0000"\n'
    charter, wrong = load.read(text, "charter", "c")
    assert charter is None
    assert wrong[0].file == "c"


@pytest.mark.parametrize(
    ("row", "line", "told"),
    [
        ("[[lifetime]]\nbody = 'b'\nends = {}\ncite = '1'", 8, "lifetime of 'b': ends needs one of 'after', 'on' and 'event'"),
        (
            "[[decision]]\nid = 'd'\nrule = 'vote'\nbody = 'b'\nlabel = { en = 'D' }\ncite = '1'\npositions = ['yes',\n  true]",
            15,
            "decision.1.positions.2: expected `str`, got `bool`",
        ),
    ],
)
def test_what_only_the_row_as_a_whole_shows_is_told_at_its_line(row: str, line: int, told: str) -> None:
    """The schema looks at each key alone."""
    head = (
        "[instrument]\nid = 'L'\ntitle = { en = 'Rules' }\neffective = 2020-01-01\n[[clause]]\nid = '1'\ngloss = { en = 'One' }\n"
    )
    text = f"{head}{row}\n"
    charter, wrong = load.read(text, "charter", "c", "en")
    assert charter is None
    assert [(each.line, each.code) for each in wrong] == [(line, "wrong-value")]
    assert told in wrong[0].message

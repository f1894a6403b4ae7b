"""A file with faults is answered with all of them at once, each with its line and in plain words."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from cerberus.schema import DefinitionSchema, SchemaError

from steerco.config.findings import Finding
from steerco.config.kinds import SCHEMAS
from steerco.config.read import NotText, check, decoded, read_toml
from steerco.config.schema import Schema, StrictValidator
from steerco.config.similar import did_you_mean
from steerco.extension.manifest import MANIFEST

CHARTER = """\
policy = 3
[instrument]
id = "G-1"
title = { en = "Rules" }
effective = "2018-13"
date = "2018-10-01"

[[duty]]
id = "report"
label = {}
holder = true
done_by = "report.file"
cite = ["1", "2", "3", "4"]
evry = "year"
every = "yearly"
due = { days = true, after = 1 }

[[decision]]
share = [1, 2, 3]
"""


def found(text: str, kind: str = "charter") -> list[Finding]:
    return read_toml(text, SCHEMAS[kind], f"{kind}.toml")[1]


def test_all_faults_of_a_file_come_at_once_with_their_lines() -> None:
    assert [(f.line, f.code) for f in found(CHARTER)] == [
        (1, "wrong-type"),
        (5, "wrong-form"),
        (6, "wrong-form"),
        (10, "empty"),
        (11, "wrong-type"),
        (13, "wrong-value"),
        (14, "unknown-key"),
        (15, "not-allowed"),
        (16, "unknown-key"),
        (16, "wrong-type"),
        (18, "missing-key"),
        (18, "missing-key"),
        (18, "missing-key"),
        (19, "too-long"),
    ]


def test_a_finding_says_what_is_allowed_and_what_was_meant() -> None:
    said = {f.message for f in found(CHARTER)}
    assert "duty 'report', due, days: must be a whole number, and is true" in said
    assert any(
        m.startswith(
            "duty 'report', evry: unknown key (did you mean 'every'?). Allowed: after, among, at_least, beforehand, cite,"
        )
        for m in said
    )
    assert any("'yearly' is not among those allowed (did you mean 'year'?). Allowed: week, fortnight, month" in m for m in said)
    assert "duty 'report', cite: may name at most 3, and names 4" in said


def test_rows_in_both_ways_are_told_with_both_lines() -> None:
    _, (finding,), _ = read_toml('a = 1\nrole = [{ id = "x" }]\n\n[[role]]\nid = "y"\n', {}, "charter.toml")
    assert (finding.line, finding.code) == (4, "syntax")
    assert "'role' is written in line 2 already" in finding.message
    assert "[[role]]" in finding.message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = 1\nb = \n", 2, "not TOML, column 5"),
        ("a = 1\nb = [1,\n", 3, "not TOML: "),
        ("a = 1\na = 2\n", 2, "not TOML"),
    ],
)
def test_a_syntax_error_has_its_line(text: str, line: int, said: str) -> None:
    (finding,) = found(text)
    assert (finding.line, finding.code) == (line, "syntax")
    assert finding.message.startswith(said)


def test_files_that_editors_leave_behind(tmp_path: Path) -> None:
    people = tmp_path / "people.toml"
    people.write_bytes('\ufeff[[person]]\r\nid = "a"\r\nname = { vi = "Đỗ" }\r\nage = 3\r\n'.encode())
    document, findings, lines = read_toml(people, SCHEMAS["people"], "people.toml")
    assert [(f.line, f.code) for f in findings] == [(4, "unknown-key")]
    assert document["person"][0]["name"]["vi"] == "Đỗ"
    assert lines(("person", 0, "id")) == 2
    people.write_bytes('a = 1\nb = "Đ"\n'.encode("utf-16-le"))
    assert read_toml(people, SCHEMAS["people"], "people.toml")[1][0].code == "not-utf-8"
    people.write_bytes(b'a = 1\nb = "\xff"\n')
    assert [(f.file, f.line, f.code) for f in read_toml(people, SCHEMAS["people"], "p")[1]] == [("p", 2, "not-utf-8")]
    assert read_toml(tmp_path / "none.toml", SCHEMAS["people"], "none.toml")[1][0].code == "unreadable"


def test_a_moment_is_no_date_and_true_is_no_number() -> None:
    wrong = 'slug = "a"\nname = { en = "A" }\nkept_from = 2021-01-01T00:00:00\nworking_week = [true]\n'
    assert [(f.line, f.code) for f in found(wrong, "tenant")] == [(3, "wrong-type"), (4, "wrong-type")]


def test_a_document_may_be_checked_without_a_file() -> None:
    assert check({"slug": "a", "name": {"en": "A"}}, SCHEMAS["tenant"], "tenant.toml") == []
    assert check({"slug": "A b"}, SCHEMAS["tenant"], "t")[0].line == 0


def test_the_example_of_the_case_grammar_is_accepted_whole() -> None:
    assert found(CASE, "cases") == []
    assert [(f.line, f.code) for f in found(CASE.replace('do = "meeting.convene"', 'did = "x"', 1), "cases")] == [
        (17, "unknown-key")
    ]


CASE = """\
[[case]]
name = "A deputy cannot convene while the head is present"
cites = ["3.3"]
at = 2021-02-03
channels = [{ from = "a", to = "b" }]
  [case.given]
  people  = [{ id = "m", role = "member", count = 20, attrs = { company = "x" } }]
  absent  = [{ who = "chair", from = 2021-05-01, to = 2021-05-10 }]
  without = ["law"]
  with = ["other"]
  [[case.step]]
  by = "deputy"
  at = 2021-02-03T10:00:00
  tenant = "a"
  capacity = "deputy"
  on = "m1"
  do = "meeting.convene"
  with = { body = "committee", kind = "ad-hoc", starts_at = 2021-02-10T09:00:00, files = [{ name = "a", text = "b" }] }
  expect = "refused"
  because = ["3.3"]
  because_not = ["3.4"]
  basis = "clause"
  who_may = ["chair"]
  acting_for = "chair"
  fields = ["starts_at"]
  would_change = ["absent"]
  as = "m1"
  finds = { t1 = { type = "task", where = { lead = "works" } } }
  [[case.step]]
  by = ["a", "m1..m9"]
  do = "meeting.open"
  [[case.step]]
  advance = "5 working days"
  records  = [{ on = "m1", has = { state = "convened" } }, { type = "task", where = { a = 1 }, count = 0, lacks = ["x"] }]
  duties   = [{ of = "chair", duty = "q", period = "2021-Q1", state = "missed", due_on = 2021-03-31, cites = ["7.1"], count = 0 }]
  sees     = [{ by = "guest-1", on = "m1", visible = false, hides = ["f"] }, { by = "a", type = "task", count = 2 }]
  result   = { on = "v1", outcome = "passed", base = 9, for = 3, against = 2, needed = 3, quorum_met = true }
  rule     = [{ name = "quorum", value = "not-stated", layer = "charter", on_day = 2021-02-03 }]
  document = [{ on = "d1", number = "01", mark = "TL.", lines = ["TL. A"] }]
  told     = [{ who = "member-1", about = "m1" }]
  log      = [{ action = "meeting.convene", by = "chair", capacity = "chair" }]
  [[case.step]]
  advance = 2021-04-01
"""


WRITTEN = 'schema = "Ủy ban"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_text(encoding: str) -> None:
    assert decoded(WRITTEN.encode(encoding), "a.toml") == WRITTEN


@pytest.mark.parametrize(
    ("raw", "line", "what"),
    [
        (WRITTEN.encode("utf-16"), 1, "UTF-16"),
        (WRITTEN.encode("utf-16-le"), 1, "UTF-16"),
        (b"a = 1\n" + "b = 'Đỗ'\n".encode("cp1258", "replace"), 2, "code page 1258"),
        (b"a = 1\nb = '" + "é".encode("latin-1") + b"'\n", 2, "the byte E9"),
    ],
)
def test_another_encoding_is_told_with_its_file_its_line_and_the_mend(raw: bytes, line: int, what: str) -> None:
    with pytest.raises(NotText) as refused:
        decoded(raw, "a.toml")
    finding = refused.value.finding
    assert (finding.file, finding.line, finding.code) == ("a.toml", line, "not-utf-8")
    assert what in finding.message
    assert "save it as UTF-8" in finding.message


def test_text_is_kept_in_one_form_however_it_was_typed() -> None:
    typed = 'name = "U\u0309y ban"\n'
    assert decoded(typed.encode(), "a.toml") == 'name = "Ủy ban"\n'
    document, _, _ = read_toml(typed, {"name": {"type": "string"}}, "a.toml")
    assert document["name"] == "Ủy ban"


def test_what_may_have_been_meant_is_named_once() -> None:
    assert did_you_mean("haed", ["head", "head", "wg-head", "chair"], most=3, least=0.5) == "did you mean 'head', 'wg-head'?"
    assert did_you_mean("xyz", ["head"]) == ""


@pytest.mark.parametrize("schema", [*SCHEMAS.values(), MANIFEST], ids=[*SCHEMAS, "plugin"])
def test_our_schemas_are_schemas_and_written_out(schema: Schema) -> None:
    """They are taken as they are, so Cerberus must have nothing against them, and find no short form to write out."""
    assert dict(DefinitionSchema(StrictValidator({}), copy.deepcopy(schema)).schema) == schema


def test_a_schema_that_is_none_is_found_by_that_test() -> None:
    with pytest.raises(SchemaError):
        DefinitionSchema(StrictValidator({}), {"id": {"type": "strin"}})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (".".join(["a"] * 20_000) + " = 1", "syntax"),
        (".".join(['"a b"', "'c'"] * 11) + " = 1", "syntax"),
        ("x = " + "[" * 3000, "syntax"),
        (f"x = {'[' * 150}{']' * 150}", "unknown-key"),
        (f"x = {'{ a = ' * 150}1{' }' * 150}", "unknown-key"),
    ],
    ids=["a long key", "a quoted one", "brackets", "lists", "tables"],
)
def test_what_is_nested_too_deeply_is_a_finding(text: str, code: str) -> None:
    assert code in {each.code for each in found(f"{text}\n{CHARTER}")}


def test_a_sentence_with_many_dots_is_no_long_key() -> None:
    sentence = "1.1.1.1.1 a.b.c " + "." * 90
    document, _, _ = read_toml(f'title = "{sentence}"', SCHEMAS["charter"], "charter.toml")
    assert document == {"title": sentence}

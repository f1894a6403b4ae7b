"""Merging a file: what changed there comes, what was edited here stays, comments too; what both changed is told."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomlkit
from hypothesis import assume, given
from hypothesis import strategies as st

from steerco.changes.drift import drift, pull
from steerco.changes.merge import BothChanged, merged, same_values

WAS = """# top
slug = "x"   # the slug
name = { vi = "A", en = "B" } # both
languages = ["vi", "en"]

[calendar]
holidays = []   # none yet

[[role]]
# the first
id = "chair"
label = { vi = "C", en = "Chair" }  # hers

[[seat]]
id = "s1"

[[role]]
id = "member"  # m
"""
KEYS = st.sampled_from("abcd")
VALUES = st.one_of(
    st.integers(0, 3), st.booleans(), st.sampled_from(["", "x", "#no comment", 'quote"']), st.lists(st.integers(0, 2), max_size=2)
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=3)
ROWS = st.lists(st.sampled_from("uvw"), unique=True, max_size=3).flatmap(
    lambda ids: st.tuples(*(TABLES.map(lambda row, id=id: {"id": id, **row}) for id in ids)).map(list)  # type: ignore[misc]
)
DOCUMENTS = st.fixed_dictionaries({}, optional={"one": VALUES, "two": VALUES, "table": TABLES, "row": ROWS, "other": ROWS})


def written(document: dict[str, Any], comment: str = "") -> str:
    """As somebody would write it: values first, with a comment at each line."""
    plain = {key: value for key, value in document.items() if value != [] or key in ("one", "two")}
    lines = tomlkit.dumps(plain).splitlines()
    return "".join(f"{line}  # {comment} {number}\n" if comment and line else f"{line}\n" for number, line in enumerate(lines))


def values(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


@given(DOCUMENTS, DOCUMENTS)
def test_what_was_not_edited_here_becomes_what_is_there(was: dict[str, Any], there: dict[str, Any]) -> None:
    here = written(was, "mine")
    try:
        found = merged("a.toml", here, written(there), here)
    except BothChanged:
        assume(False)
    assert values(found) == values(written(there)) or rows_in_order(values(found)) == rows_in_order(values(written(there)))


def rows_in_order(document: dict[str, Any]) -> dict[str, Any]:
    """With the rows of each array in the order of their names: a new row is added at the end."""
    return {
        key: sorted(value, key=lambda row: row["id"])
        if value and isinstance(value, list) and isinstance(value[0], dict)
        else value
        for key, value in document.items()
    }


@given(DOCUMENTS, DOCUMENTS)
def test_where_nothing_changed_there_the_file_stays_as_it_is(was: dict[str, Any], here: dict[str, Any]) -> None:
    text = written(here, "mine")
    assert merged("a.toml", written(was), written(was), text) == text


@given(DOCUMENTS, st.integers(4, 9), st.integers(4, 9))
def test_edits_of_two_places_come_together_and_of_one_are_told(was: dict[str, Any], mine: int, theirs: int) -> None:
    here, there = {**was, "one": mine}, {**was, "two": theirs}
    found = merged("a.toml", written(was, "mine"), written(there), written(here, "mine"))
    assert (values(found)["one"], values(found)["two"]) == (mine, theirs)
    assume(mine != theirs)
    with pytest.raises(BothChanged, match="one"):
        merged("a.toml", written(was), written({**was, "one": theirs}), written(here))


def test_only_what_changed_is_changed() -> None:
    there = tomlkit.dumps({**values(WAS), "languages": ["en", "vi"], "name": {"vi": "A", "en": "Z"}, "main_body": "c"})
    found = merged("a.toml", WAS, there, WAS)
    assert values(found) == values(there)
    changed = {line for line in found.splitlines() if line not in WAS.splitlines()}
    assert changed == {'name = { vi = "A", en = "Z" } # both', 'languages = ["en", "vi"]', 'main_body = "c"'}


def test_a_text_that_kept_every_comment_is_taken_as_it_is() -> None:
    there = WAS.replace('"B"', '"Z"').replace("# top", "# top, and more\n# top")
    assert merged("a.toml", WAS, there, WAS) == there


def test_lines_of_a_policy_come_together_unless_they_touch() -> None:
    was = "# who\na\nb\nc\nd\n"
    assert merged("p.csv", was, "# who\na\nb\nc\nD\n", "# who\nA\nb\nc\nd\n") == "# who\nA\nb\nc\nD\n"
    assert merged("p.csv", was, "# who\na\nb\nc\nD\n", "# who\na\nb\nc\nD\n") == "# who\na\nb\nc\nD\n"
    with pytest.raises(BothChanged, match=r"p\.csv:3"):
        merged("p.csv", was, "# who\na\nX\nc\nd\n", "# who\na\nY\nc\nd\n")


def test_a_file_that_cannot_be_read_is_left_alone() -> None:
    with pytest.raises(BothChanged, match="cannot be read"):
        merged("a.toml", WAS, WAS.replace('"B"', '"Z"'), WAS + "[[[")


def test_values_are_what_counts() -> None:
    assert same_values("a.toml", WAS, tomlkit.dumps(values(WAS)))
    assert not same_values("a.toml", WAS, WAS.replace('"B"', '"Z"'))
    assert same_values("p.csv", "# a\n p, x\n\n", "p, x\n# b\n")
    assert not same_values("p.csv", "p, x\n", "p, y\n")


def test_each_file_tells_on_which_side_it_changed() -> None:
    was = {"a": "1", "b": "1", "c": "1", "d": "1", "e": "1"}
    here = {"a": "2", "b": "1", "c": "2", "d": "1", "f": "1"}
    there = {"a": "1", "b": "2", "c": "3", "d": "1", "e": "1"}
    assert {each.file: each.what for each in drift(here, there, was)} == {
        "a": "edited here",
        "b": "changed there",
        "c": "changed on both sides",
        "e": "missing here",
        "f": "only here",
    }
    assert {each.what for each in drift({"a": "1"}, {"a": "2"}, None)} == {"differs"}


def test_nothing_is_touched_where_nobody_knows_what_it_comes_from() -> None:
    found = pull({"tenants/x/a.toml": "a = 1\n"}, {"tenants/x/a.toml": "a = 2\n", "law/b.toml": "b = 1\n"}, None)
    assert set(found.conflicts) == {"tenants/x/a.toml"}
    assert found.written == {"law/b.toml": "b = 1\n"}


def test_a_file_that_is_gone_there_goes_here_unless_it_was_edited_or_is_shared() -> None:
    was = {"tenants/x/a.toml": "a = 1\n", "tenants/x/b.toml": "b = 1\n", "policies/x.csv": "p\n"}
    found = pull({**was, "tenants/x/b.toml": "b = 2\n"}, {}, was)
    assert (found.gone, found.kept) == (("tenants/x/a.toml",), ("policies/x.csv", "tenants/x/b.toml"))


REMARK = '\n# {0}: a remark about {0}.\n[[clause]]\nid = "{0}"\n'
HEAD = '# The file.\n[instrument]\nid = "H"\n\n# ---- clauses\n'
TAIL = '\n# ---- duties\n\n# On the report.\n[[duty]]\nid = "report"\n'


def rows(*names: str) -> str:
    return HEAD + "".join(REMARK.format(name) for name in names) + TAIL


@pytest.mark.parametrize("gone", ["H.4", "H.5", "H.6"])
def test_a_row_goes_and_comes_back_with_its_own_remark_and_no_other(gone: str) -> None:
    every, kept = ("H.4", "H.5", "H.6"), [name for name in ("H.4", "H.5", "H.6") if name != gone]
    own = "# My own remark.\n"
    without = merged("house.toml", rows(*every), rows(*kept), own + rows(*every))
    assert without == own + rows(*kept)
    assert merged("house.toml", rows(*kept), rows(*every), without) == own + rows(*every)


def test_every_row_of_an_array_goes_and_comes_back() -> None:
    own = "# My own remark.\n"
    without = merged("house.toml", rows("H.4", "H.5"), rows(), own + rows("H.4", "H.5"))
    assert without == own + rows()
    again = merged("house.toml", rows(), rows("H.4", "H.5"), without)
    assert tomllib.loads(again) == tomllib.loads(rows("H.4", "H.5"))
    assert all(again.index(f"# {name}: a remark") < again.index(f'id = "{name}"') for name in ("H.4", "H.5"))


def test_rows_without_a_name_keep_their_remarks() -> None:
    row = '\n# Why {0}.\n[[appointment]]\nperson = "{0}"\nseat = "member"\n'
    was = "".join(row.format(each) for each in ("an", "ba", "chi"))
    there = was.replace('person = "ba"\nseat = "member"', 'person = "ba"\nseat = "secretary"')
    found = merged("people.toml", was, there, "# Mine.\n" + was)
    assert tomllib.loads(found)["appointment"] == tomllib.loads(there)["appointment"]
    assert all(found.index(f"# Why {each}.") < found.index(f'"{each}"') for each in ("an", "ba", "chi"))
    with pytest.raises(BothChanged):
        merged("people.toml", was, there, was.replace('person = "ba"\nseat = "member"', 'person = "ba"\nseat = "chair"'))


def test_a_key_that_goes_takes_its_remark_along() -> None:
    was = 'slug = "a"\n# The zone.\ntime_zone = "Asia/Ho_Chi_Minh"\n# The body.\nmain_body = "b"\n'
    there = 'slug = "a"\nmain_body = "b"\n'
    found = merged("tenant.toml", was, there, "# Mine.\n" + was)
    assert found == '# Mine.\nslug = "a"\n# The body.\nmain_body = "b"\n'


def test_rows_in_one_line_each_stay_so() -> None:
    """An array of inline tables: a row changed, come and gone on the other side, with a remark written here."""
    was = 'seat = [\n  { id = "a", role = "m" },\n  { id = "b", role = "m" }, # two\n]\n[instrument]\nid = "R"\n'
    there = was.replace('"b", role = "m"', '"b", role = "n"').replace("]\n[inst", '  { id = "c", role = "m" },\n]\n[inst')
    here = was.replace("seat = [\n", "seat = [\n  # mine\n")
    made = merged("tenants/x/charter.toml", was, there, here)
    assert [line.replace(" ", "") for line in made.splitlines()[:6]] == [
        "seat=[",
        "#mine",
        '{id="a",role="m"},',
        '{id="b",role="n"},#two',
        '{id="c",role="m"},',
        "]",
    ]
    gone = was.replace('  { id = "b", role = "m" }, # two\n', "")
    assert merged("tenants/x/charter.toml", was, gone, here) == here.replace('  { id = "b", role = "m" }, # two\n', "")

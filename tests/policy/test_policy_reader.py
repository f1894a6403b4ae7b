"""A policy file is read with every problem at once, by line, and no mistake passes for law."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy import arbitrary
from tests.policy.arbitrary import VOCABULARY

from steerco.policy.line import Line
from steerco.policy.reader import check, read

GOOD = """# powers of the board

p, leaders,            board, meeting.ad-hoc, convene, -,                          allow, 1.1
  # an indented comment, with, commas
p,head,board,task,assign,to=member;source=direction,allow,2.1.a
p, relation:recused,   *,     task,           read,    -,                          deny,  H.1
p, relation:presiding, *,     *,              read,    -,                          allow, steerco:open
"""


def found(text: str) -> list[tuple[int, str]]:
    lines, form = read(text, "policies/x.csv")
    return sorted((f.line, f.code) for f in (*form, *check(lines, VOCABULARY)))


def test_a_good_file_is_read_whole() -> None:
    lines, findings = read(GOOD, "policies/x.csv")
    assert findings == []
    assert check(lines, VOCABULARY) == []
    assert [line.source.line for line in lines] == [3, 5, 6, 7]
    assert lines[1] == Line(
        "head",
        "board",
        "task",
        "assign",
        frozenset({"to=member", "source=direction"}),
        True,
        "2.1.a",
        "policies/x.csv",
        5,
    )
    assert not lines[2].allow


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert read("\ufeff" + GOOD.replace("\n", "\r\n"), "policies/x.csv") == read(GOOD, "policies/x.csv")


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("p, head, board, task, assign, -, allow, 1.1 # as the text says", ["policy-comment"]),
        ('p, head, board, task, assign, -, allow, "1.1"', ["policy-quote"]),
        ("p, head, board, task, assign, -, allow", ["policy-fields"]),
        ("p, head, board, task, assign, -, allow, 1.1, 1.2", ["policy-fields"]),
        ("g, head, leaders", ["policy-fields"]),
        ("g, head, board, task, assign, -, allow, 1.1", ["policy-kind"]),
        ("p, head, board, task, assign, , allow, 1.1", ["policy-empty"]),
        ("p, head, board, task, assign, -, allow, ", ["policy-empty"]),
        ("p, head, board, task, assign, -, alow, 1.1", ["policy-effect"]),
        ("p, head, board, task, assign, -, Allow, 1.1", ["policy-effect"]),
        ("p, !head, board, task, assign, -, allow, 1.1", ["policy-negated"]),
        ("p, relation:!presiding, *, meeting, read, -, allow, 1.1", ["policy-negated"]),
        ("p, relation:not-presiding, *, meeting, read, -, allow, 1.1", ["policy-negated"]),
        ("p, not head, board, task, assign, -, allow, 1.1", ["policy-negated"]),
        ("p, head, board, *, convene, -, allow, 1.1", ["policy-any-object"]),
        ("p, head, board, *, read, to=member, allow, 1.1", ["policy-any-object"]),
        ("p, head, board, task, assign, to, allow, 1.1", ["policy-facet-form"]),
        ("p, head, board, task, assign, to=member;, allow, 1.1", ["policy-facet-form"]),
        ("p, head, board, task, assign, to=member;to=member, allow, 1.1", ["policy-facet-form"]),
        ("p, haed, board, task, assign, -, allow, 1.1", ["policy-subject"]),
        ("p, *, board, task, assign, -, allow, 1.1", ["policy-subject"]),
        ("p, relation:lead, *, task, assign, -, allow, 1.1", ["policy-relation"]),
        ("p, relation:presiding, *, task, assign, -, allow, 1.1", ["policy-relation"]),
        ("p, head, bord, task, assign, -, allow, 1.1", ["policy-body"]),
        ("p, head, board, tasks, assign, -, allow, 1.1", ["policy-object"]),
        ("p, head, board, meeting.ad-hock, convene, -, allow, 1.1", ["policy-kind-of-object"]),
        ("p, head, board, task.ad-hoc, assign, -, allow, 1.1", ["policy-kind-of-object"]),
        ("p, head, board, task, convene, -, allow, 1.1", ["policy-act"]),
        ("p, head, board, task, *, -, allow, 1.1", ["policy-act"]),
        ("p, head, board, task, assign, lead=member, allow, 1.1", ["policy-facet"]),
        ("p, head, board, task, assign, to=stranger, allow, 1.1", ["policy-facet-value"]),
        ("p, head, board, task, assign, -, allow, 1.3", ["policy-clause"]),
        ("p, head, board, task, assign, -, allow, steerco:opne", ["policy-clause"]),
        (
            "p, haed, bord, meeting.ad-hock, convenes, x=y, allow, 9.9",
            ["policy-act", "policy-body", "policy-clause", "policy-facet", "policy-kind-of-object", "policy-subject"],
        ),
        ("p, !head, bord, *, convene, to, alow, ", None),
    ],
)
def test_each_mistake_is_found_on_its_line(line: str, codes: list[str] | None) -> None:
    got = found(f"# first\n\n{line}\np, head, board, task, assign, -, allow, 2.1.a\n")
    assert {number for number, _ in got} == {3}
    if codes is None:
        codes = ["policy-any-object", "policy-any-object", "policy-effect", "policy-empty", "policy-facet-form", "policy-negated"]
    assert [code for _, code in got] == codes


def test_a_line_that_stands_twice_is_refused_wherever_its_facets_stand() -> None:
    text = (
        "p, head, board, task, assign, to=member;source=direction, allow, 1.1\n\n"
        "p, head, board, task, assign, source=direction; to=member, allow, 1.1\n"
        "p, head, board, task, assign, source=direction;to=member, allow, 1.2\n"
    )
    lines, findings = read(text, "x.csv")
    assert [(f.line, f.code) for f in findings] == [(3, "policy-duplicate")]
    assert "line 1" in findings[0].message
    assert [line.clause for line in lines] == ["1.1", "1.2"], "the same power by another clause is another line"


def test_a_power_that_a_deny_always_overrides_is_a_warning() -> None:
    text = "p, head, board, task, assign, -, allow, 1.1\np, head, board, task, assign, -, deny, 1.2\n"
    lines, findings = read(text, "x.csv")
    assert findings == []
    assert [(f.line, f.level) for f in check(lines, VOCABULARY)] == [(1, "warning")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("p, haed, board, task, assign, -, allow, 1.1", ["'haed'", "did you mean 'head'", "deputy, everyone", "relation:"]),
        ("p, head, board, task, asign, -, allow, 1.1", ["'asign'", "did you mean 'assign'", "allowed: assign, read"]),
        ("p, head, board, task, assign, to=membr, allow, 1.1", ["'membr'", "did you mean 'member'", "head, member"]),
        ("p, head, board, task, assign, -, alow, 1.1", ["'alow'", "allow or deny", "did you mean 'allow'"]),
        ("p, head, board, task, assign, -, allow, 2.1.b", ["'2.1.b'", "did you mean '2.1.a'", "steerco:open"]),
        ("p, head, board, meeting.adhoc, convene, -, allow, 1.1", ["'adhoc'", "did you mean 'ad-hoc'", "ad-hoc, regular"]),
    ],
)
def test_a_finding_names_the_nearest_and_what_is_allowed(line: str, says: list[str]) -> None:
    lines, form = read(line, "x.csv")
    (finding,) = (*form, *check(lines, VOCABULARY))
    for words in says:
        assert words in finding.message


def test_a_line_of_a_plugin_keeps_its_name() -> None:
    lines, _ = read("p, head, board, task, assign, -, allow, 1.1", "plugins/x/policy.csv", plugin="x")
    assert lines[0].plugin == "x"


@given(arbitrary.lines())
def test_what_is_written_is_read_back(lines: list[Line]) -> None:
    writable = [line for line in lines if line.object != "*" or (line.act == "read" and not line.facets)]
    text = "\n".join(map(str, writable))
    got, findings = read(text, "p.csv")
    assert findings == []
    assert [line.fields for line in got] == [line.fields for line in writable]


@given(st.text(alphabet="p,#-;=*!. \n\"'abx\r\u2028\x0b", max_size=200))
def test_no_text_breaks_the_reader_and_every_line_is_read_or_found_wrong(text: str) -> None:
    lines, findings = read(text, "p.csv")
    numbers = {i for i, raw in enumerate(text.split("\n"), 1) if raw.strip() and not raw.strip().startswith("#")}
    assert {line.source.line for line in lines} | {f.line for f in findings} == numbers
    assert not {line.source.line for line in lines} & {f.line for f in findings}

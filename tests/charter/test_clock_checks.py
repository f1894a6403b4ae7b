"""What is wrong with a clock is found, with its line and what to do."""

from __future__ import annotations

import pytest
from tests.tenancy.board import CHARTER, SLUG, content

from steerco.committee import record_types
from steerco.configuration.load import load

TYPES = record_types()
CALL = 'id = "call", what = "notice", cite = "2.1"'


def found(*rows: str) -> list[tuple[str, str]]:
    texts = content()
    block = "".join(f"\n[[clock]]\n{row.replace(', ', chr(10))}\n" for row in rows)
    texts[CHARTER] += block
    findings = load(SLUG, texts, TYPES).findings
    first = texts[CHARTER].removesuffix(block).count("\n")
    assert all(finding.file == CHARTER and finding.line > first for finding in findings), findings
    return [(finding.code, finding.level) for finding in findings]


@pytest.mark.parametrize(
    ("row", "code", "level"),
    [
        ('id = "c", what = "notise", before = "2 weeks", cite = "2.1"', "unknown-clock", "error"),
        ('id = "c", what = "custom:meeting.cal", before = "2 weeks", cite = "2.1"', "unknown-action", "error"),
        (f'{CALL}, before = "2 weeks", body = "comittee"', "unknown-body", "error"),
        (f'{CALL}, before = "2 weeks", kinds = ["yearly"]', "unknown-kind", "error"),
        (f'{CALL}, before = "2 weeks", duty_of = "clerk"', "unknown-holder", "error"),
        (f'{CALL}, before = "2 weeks", calendar = "moon"', "unknown-calendar", "error"),
        (f'{CALL}, before = "2 weeks", counts_from = "meeting.held"', "unknown-field", "error"),
        (f'{CALL}, before = "2 weeks", counts_from = "next:meeting.ended_at"', "unknown-field", "error"),
        (f'{CALL}, before = "2 weeks", counts_from = "meeting.ended_at"', "impossible-span", "error"),
        (f'{CALL}, before = "2 weeks", from = 2027-01-01, to = 2026-01-01', "impossible-span", "error"),
        (f"{CALL}", "no-length", "error"),
        (f'{CALL}, before = "10001 weeks"', "bad-value", "error"),
        (f'{CALL}, before = "2 weeks", from = "2027-01"', "date-unsure", "warning"),
        (f'{CALL}, before = "2 weeks", effect = "shown", duty_of = "secretary"', "not-enforced", "warning"),
        (f'{CALL}, before = "2 weeks", never_shorten_kinds = ["regular"]', "not-enforced", "warning"),
        (f'{CALL}, before = "2 hours", roll = "working"', "not-enforced", "warning"),
        (f'{CALL}, before = "2 weeks", also = "next-meeting"', "not-enforced", "warning"),
        (f'{CALL}, before = "2 weeks", where = {{ colour = "red" }}', "not-enforced", "warning"),
        ('id = "c", what = "entry-into-force", after = "20 days", cite = "2.1"', "not-enforced", "warning"),
    ],
)
def test_one_fault_is_one_finding(row: str, code: str, level: str) -> None:
    assert found(row) == [(code, level)]


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([f'{CALL}, before = "2 weeks"', 'id = "other", what = "notice", before = "3 weeks", cite = "2.1"'], ["two-clocks"]),
        ([f'{CALL}, before = "2 weeks"', 'id = "other", what = "papers", before = "3 weeks", cite = "2.1"'], []),
        ([f'{CALL}, before = "2 weeks"', f'{CALL}, before = "3 weeks", from = 2027-01-01'], []),
        (
            [f'{CALL}, before = "2 weeks"', 'id = "x", what = "notice", kinds = ["extended"], before = "3 weeks", cite = "2.1"'],
            [],
        ),
        ([f'{CALL}, before = "2 weeks"', f'{CALL}, before = "3 weeks"'], ["duplicate-id", "two-clocks"]),
        ([f'{CALL}, value = "not-stated"', f'{CALL}, before = "3 weeks", from = 2027-01-01'], []),
    ],
)
def test_two_clocks_for_one_thing_are_found(rows: list[str], codes: list[str]) -> None:
    assert sorted(code for code, _ in found(*rows)) == codes


def test_a_named_notice_and_a_clock_are_two_for_one_thing() -> None:
    named = '\n[[rule]]\nname = "notice"\nvalue = 5\ncite = "2.1"\n'
    texts = content((CHARTER, "", f'{named}\n[[clock]]\nid = "call"\nwhat = "notice"\nbefore = "2 weeks"\ncite = "2.1"\n'))
    assert [finding.code for finding in load(SLUG, texts, TYPES).findings] == ["two-clocks"]


@pytest.mark.parametrize("row", ['before = "2 weeks", value = 3', 'before = "2 weeks", after = "3 days"'])
def test_two_spellings_of_one_length_are_refused(row: str) -> None:
    texts = content((CHARTER, "", f'\n[[clock]]\nid = "call"\nwhat = "notice"\ncite = "2.1"\n{row.replace(", ", chr(10))}\n'))
    (finding,) = load(SLUG, texts, TYPES).findings
    assert "write 'before' or 'after'" in finding.message

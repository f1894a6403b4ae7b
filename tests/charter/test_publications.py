"""What is to be published: one time for a thing, somebody who owes it, and what nothing reads is said."""

from __future__ import annotations

import pytest
from tests.tenancy.board import CHARTER, SLUG, content

from steerco.charter.duty_rows import duties
from steerco.committee import record_types
from steerco.configuration.load import load


def found(row: str) -> set[tuple[str, str]]:
    texts = content((CHARTER, "", f'\n[[publication]]\ncite = "2.1"\n{row}\n'))
    return {(finding.code, finding.level) for finding in load(SLUG, texts, record_types()).findings}


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ('of = "minutes"\nwithin = "5 working"\nduty_of = "secretary"', set()),
        ('of = "decision"\nbody = "committee"\nwithin = "not-stated"', set()),
        ('of = "minutes"\nwithin = "5 working"\nduty_of = "scribe"', {("unknown-holder", "error")}),
        ('of = "minutes"\nwithin = "5 working"\nbody = "board"', {("unknown-body", "error")}),
        ('of = "minutes"\nwithin = "5 working"', {("not-enforced", "warning")}),
        ('of = "statistics"\nduty_of = "secretary"', {("not-enforced", "warning")}),
        ('of = "minutes"\nduty_of = "secretary"\nkeep = "1 months"', {("not-enforced", "warning")}),
        (
            'of = "minutes"\nwithin = "5 working"\nduty_of = "secretary"\n'
            '[[clock]]\nid = "out"\nwhat = "minutes-public"\nafter = "3 days"\ncite = "2.1"',
            {("two-clocks", "error")},
        ),
    ],
)
def test_faults_of_a_publication_are_found(row: str, codes: set[tuple[str, str]]) -> None:
    assert found(row) == codes


def test_a_publication_is_a_duty_of_whoever_is_named_or_of_the_body() -> None:
    rows = 'of = "minutes"\nbody = "committee"\nwithin = "5 working"\ncite = "2.1"'
    snapshot = load(SLUG, content((CHARTER, "", f"\n[[publication]]\n{rows}\n")), record_types()).snapshot
    assert snapshot is not None
    (owed,) = [duty for duty in duties(snapshot.charters[0]) if duty.id.startswith("publish")]
    assert (owed.holder, owed.after, owed.done_by) == ("committee", "minutes.approve", ("minutes.publish",))
    assert owed.done_where == {"published": "minutes"}


@pytest.mark.parametrize(
    ("row", "vi", "en"),
    [
        (
            '[[publication]]\nof = "minutes"\nbody = "committee"\nwithin = "5 working"',
            "Công khai biên bản",
            "Publish the minutes",
        ),
        (
            '[[written]]\nbody = "committee"\nreported = { in = "Bulletin" }',
            "Báo cáo kết quả lấy ý kiến bằng văn bản tại: Bulletin",
            "Report the vote in writing in: Bulletin",
        ),
    ],
)
def test_a_duty_that_follows_from_another_table_is_called_in_the_readers_language(row: str, vi: str, en: str) -> None:
    snapshot = load(SLUG, content((CHARTER, "", f'\n{row}\ncite = ["2.1"]\n')), record_types()).snapshot
    assert snapshot is not None
    labels = {(duty.label.vi, duty.label.en) for duty in duties(snapshot.charters[0])}
    assert (vi, en) in labels
    assert all(label_vi and label_en for label_vi, label_en in labels)

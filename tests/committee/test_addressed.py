"""What is asked of one addressee: owed, answered and late alone, and answered once."""

from __future__ import annotations

from datetime import date

import pytest

from steerco.committee.traits.timeliness import standing
from steerco.committee.work.information_request import InformationRequest
from steerco.committee.work.inspection import Inspection

DUE = date(2021, 6, 30)


@pytest.mark.parametrize(
    ("answered", "today", "expected"),
    [
        (None, date(2021, 6, 20), "on-time"),
        (None, date(2021, 6, 28), "at-risk"),
        (None, date(2021, 7, 1), "late"),
        (date(2021, 6, 30), date(2021, 9, 1), "done-on-time"),
        (date(2021, 7, 1), date(2021, 9, 1), "done-late"),
    ],
)
def test_an_answer_is_late_from_the_day_after(answered: date | None, today: date, expected: str) -> None:
    asked = InformationRequest(state="answered" if answered else "asked", due_on=DUE, answered_on=answered)
    assert asked.computed({}, today) == {"timeliness": expected}


def test_what_was_closed_unanswered_is_not_late() -> None:
    closed = InformationRequest(state="closed", due_on=DUE, answered_on=None)
    assert closed.computed({}, date(2021, 9, 1)) == {"timeliness": "no-due-date"}


def test_without_a_day_nothing_is_late() -> None:
    assert standing(None, None, date(2030, 1, 1)) == "no-due-date"


@pytest.mark.parametrize("type", [InformationRequest, Inspection])
def test_a_base_gives_its_types_relation_facet_and_indexes(
    type: type[InformationRequest | Inspection],
) -> None:
    assert "addressee" in type.relations
    assert "to" in type.facets
    indexed = {tuple(column.name for column in index.columns) for index in type.__table__.indexes}  # type: ignore[attr-defined]
    assert {("tenant_id", "to", "id"), ("tenant_id", "to", "due_on", "id"), ("tenant_id", "state", "due_on", "id")} <= indexed

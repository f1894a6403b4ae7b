"""What stands on each agenda by a rule, beside the meeting's own items and those that come back."""

from __future__ import annotations

import pytest
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.configuration.installation import Installation
from steerco.records import Invalid

POLICY = "p, chair, *, meeting, set-agenda, -, allow, 2.5"
RULE = (
    '\n[[rule]]\nname = "standing-items"\nvalue = "Minutes of the last meeting; …; Other  business"\n'
    + 'where = { kind = "regular" }\ncite = ["2.5"]\n'
)


@pytest.mark.parametrize(("kind", "stand"), [("regular", True), ("ad-hoc", False)])
def test_what_a_rule_names_stands_around_the_meetings_own_items(installation: Installation, kind: str, stand: bool) -> None:
    board = Board(revised(installation, charter=RULE, policy=POLICY))
    meeting = board.do("an", "meeting.convene", kind=kind, starts_at="2021-03-31T14:00:00")
    board.do("an", "meeting.set-agenda", meeting, items=[{"title": "Shelves"}, {"title": "Roof"}])
    first, last = (["Minutes of the last meeting"], ["Other business"]) if stand else ([], [])
    assert [row["title"] for row in board.show("meeting", meeting)["agenda"]] == [*first, "Shelves", "Roof", *last]


def test_what_is_given_by_hand_stands_once_and_where_it_was_put(installation: Installation) -> None:
    board = Board(revised(installation, charter=RULE, policy=POLICY))
    meeting = board.do("an", "meeting.convene", kind="regular", starts_at="2021-03-31T14:00:00")
    board.do("an", "meeting.set-agenda", meeting, items=[{"title": "Other business", "minutes": 5}, {"title": "Roof"}])
    rows = [(row["position"], row["title"], row["sort"]) for row in board.show("meeting", meeting)["agenda"]]
    assert rows == [(1, "Minutes of the last meeting", "standing"), (2, "Other business", None), (3, "Roof", None)]


def test_an_item_that_comes_back_and_that_the_rule_names_stands_once_in_the_place_of_the_rule(
    installation: Installation,
) -> None:
    board = Board(revised(installation, charter=RULE, policy=POLICY))
    before, now = (
        board.do("an", "meeting.convene", kind=kind, starts_at="2021-03-31T14:00:00") for kind in ("ad-hoc", "regular")
    )
    recurring = [{"title": title, "sort": "recurring", "minutes": 5} for title in ("Other business", "Roof")]
    board.do("an", "meeting.set-agenda", before, items=recurring)
    board.do("an", "meeting.set-agenda", now, items=[{"title": "Shelves"}], like=before)
    rows = [(row["title"], row["sort"], row["minutes"]) for row in board.show("meeting", now)["agenda"]]
    assert rows == [
        ("Minutes of the last meeting", "standing", None),
        ("Roof", "recurring", 5),
        ("Shelves", None, None),
        ("Other business", "recurring", 5),
    ]


def test_an_agenda_is_taken_back_as_it_was_given_out_and_nothing_else_stands_by_a_rule(installation: Installation) -> None:
    board = Board(revised(installation, charter=RULE, policy=POLICY))
    meeting = board.do("an", "meeting.convene", kind="regular", starts_at="2021-03-31T14:00:00")
    board.do("an", "meeting.set-agenda", meeting, items=[{"title": "Roof", "sort": "consent"}])
    given = board.show("meeting", meeting)["agenda"]
    sent = [{name: row[name] for name in ("title", "minutes", "rapporteur", "sort", "aim", "grade")} for row in given]
    board.do("an", "meeting.set-agenda", meeting, items=sent)
    assert [(row["title"], row["sort"]) for row in board.show("meeting", meeting)["agenda"]] == [
        ("Minutes of the last meeting", "standing"),
        ("Roof", "consent"),
        ("Other business", "standing"),
    ]
    error = board.fails("an", "meeting.set-agenda", meeting, items=[{"title": "Roof"}, {"title": "Walls", "sort": "standing"}])
    assert isinstance(error, Invalid)
    assert {path: why.code for path, why in error.fields.items()} == {"items[1].sort": "not-standing"}

"""Who takes no part in a matter loses what the charter says, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.committee.conftest import ZONE, Board
from tests.kernel.conftest import revised

from steerco.committee.decisions.electorate import Electorate
from steerco.configuration.installation import Installation
from steerco.kernel.authority import Authority
from steerco.kernel.view import seen
from steerco.records import Invalid, OutOfOrder, Stopped

CHARTER = """
[[decision]]
id = "by-vote"
label = { en = "By vote", vi = "Biểu quyết" }
body = "board"
rule = "vote"
classes = ["purchase"]
pass = [{ count = "for", of = "BASE", share = [1, 2], over = true }]
cite = ["2.5"]
[[decision]]
id = "to-recuse"
label = { en = "To recuse", vi = "Không cho tham gia" }
body = "board"
rule = "vote"
classes = ["recusal"]
pass = [{ count = "for", more_than = "against" }]
cite = ["2.5"]
[[recusal]]
body = "board"
cite = ["2.6"]
RECUSAL
"""
POLICY = "\n".join(
    [
        *(f"p, board, board, matter, {act}, -, allow, 2.6" for act in ("recuse", "waive-recusal", "open-ballot")),
        *(f"p, board, board, meeting, {act}, -, allow, 2.6" for act in ("recuse", "set-agenda", "add-paper", "open")),
    ]
)


@pytest.fixture
def matter(installation: Installation) -> Any:
    def made(recusal: str = "", base: str = "seated", **more: str) -> tuple[Board, str]:
        charter = CHARTER.replace("RECUSAL", recusal).replace("BASE", base)
        board = Board(revised(installation, charter=charter, policy=POLICY))
        return board, raised(board, **more)

    return made


def raised(board: Board, class_: str = "purchase", **more: str) -> str:
    id = board.do("em", "matter.raise", title="Mua", **{"class": class_, **more})
    board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
    return id


def order(error: Stopped) -> tuple[str, tuple[str, ...]]:
    assert isinstance(error, OutOfOrder), error
    return error.code, tuple(error.cites)


def voted(board: Board, id: str, *people: str) -> Any:
    for who in people:
        board.do(who, "matter.vote", id, position="for")
    return board.show("matter", id)["result"]


@pytest.mark.parametrize(
    ("effect", "base", "expected"),
    [("['vote']", "seated", 5), ("['vote', 'base']", "seated", 4), ("['vote']", "entitled", 4)],
)
def test_what_is_lost_is_what_the_charter_says(matter: Any, effect: str, base: str, expected: int) -> None:
    board, id = matter(f"effect = {effect}", base)
    board.do("cuc", "matter.recuse", id, reason="Người nhà")
    assert order(board.fails("cuc", "matter.vote", id, position="for")) == ("recused", ("2.6",))
    assert voted(board, id, "an")["base"] == expected


def test_who_abstains_stays_in_and_counts_as_abstaining(matter: Any) -> None:
    board, id = matter("abstains = true")
    board.do("cuc", "matter.recuse", id)
    result = voted(board, id, "an", "binh")
    assert (result["base"], result["for"], result["abstain"]) == (5, 2, 1)
    assert order(board.fails("cuc", "matter.vote", id, position="for")) == ("recused", ("2.6",))


def test_only_those_named_declare_it(matter: Any) -> None:
    board, id = matter("declared_by = ['self', 'chair']")
    assert order(board.fails("binh", "matter.recuse", id, who="cuc")) == ("recusal-declared-by", ("2.6",))
    board.do("cuc", "matter.recuse", id)
    board.do("an", "matter.recuse", id, who="dung")


def test_a_decision_may_declare_it_of_another(matter: Any) -> None:
    board, id = matter("declared_by = ['decision:to-recuse']")
    ruling = raised(board, "recusal", concerns="cuc")
    assert order(board.fails("binh", "matter.recuse", id, who="cuc", decided=ruling))[0] == "recusal-declared-by"
    voted(board, ruling, "an", "binh")
    board.do("an", "matter.decide", ruling, outcome="passed")
    assert order(board.fails("binh", "matter.recuse", id, who="dung", decided=ruling))[0] == "recusal-declared-by"
    board.do("binh", "matter.recuse", id, who="cuc", decided=ruling)


def test_discussion_and_the_chair_are_lost_too(matter: Any) -> None:
    board, id = matter("effect = ['vote', 'discussion', 'chair']")
    board.do("an", "matter.recuse", id)
    assert order(board.fails("an", "matter.give-opinion", id, position="agree")) == ("recused-from-discussion", ("2.6",))
    assert order(board.fails("an", "matter.decide", id, outcome="passed")) == ("recused-from-lead", ("2.6",))


def test_whom_a_matter_of_such_a_class_concerns_takes_no_part(matter: Any) -> None:
    board, id = matter("on = ['purchase']\neffect = ['vote', 'base']", concerns="cuc")
    assert voted(board, id, "an")["base"] == 4


@pytest.mark.parametrize("named", ["concerns_seat", "concerns"])
def test_whose_seat_a_matter_concerns_takes_no_part_whoever_holds_it(matter: Any, named: str) -> None:
    board, id = matter("on = ['own-seat']\neffect = ['vote', 'base', 'chair']", **{named: "chair"})
    assert order(board.fails("an", "matter.vote", id, position="for"))[0] == "recused"
    assert voted(board, id, "cuc")["base"] == 4
    other = raised(board)
    assert voted(board, other, "an")["base"] == 5


def test_a_matter_names_the_seat_that_it_concerns_and_no_person_for_it(matter: Any) -> None:
    board, _ = matter("on = ['own-seat']")
    assert isinstance(board.fails("em", "matter.raise", title="Mua", concerns_seat="hoa"), Invalid)


def test_whose_removal_it_is_takes_no_part_in_that_and_in_other_matters_on_them_does(installation: Installation) -> None:
    removal = '[[removal]]\nrole = "trustee"\ndecision = "to-recuse"\ncite = ["2.6"]\n'
    charter = CHARTER.replace("RECUSAL", "on = ['own-removal']\neffect = ['vote', 'base']").replace("BASE", "seated") + removal
    board = Board(revised(installation, charter=charter, policy=POLICY))
    id = raised(board, "recusal", concerns="cuc")
    assert order(board.fails("cuc", "matter.vote", id, position="for"))[0] == "recused"
    assert voted(board, raised(board, concerns="cuc"), "cuc")["base"] == 5


def test_who_shares_an_affiliation_takes_no_part_in_a_ruling_on_it(installation: Installation) -> None:
    cap = "[[cap]]\nid = 'c'\nbody = 'board'\nby = 'attr:employer'\nmax = { at_most = 3 }\nwaiver = 'to-recuse'\ncite = ['2.6']\n"
    charter = CHARTER.replace("RECUSAL", "on = ['affiliation-ruling']\neffect = ['vote', 'base']").replace("BASE", "seated") + cap
    board = Board(revised(installation, charter=charter, policy=POLICY))
    for who, employer in (("first", "Press"), ("second", "Press"), ("third", "Inn")):
        board.do("an", "person.add", id=who, name=who.title(), attrs={"employer": employer})
        board.do("an", "appointment.appoint", person=who, seat="trustee")
    id = raised(board, "recusal", concerns="first")
    for who in ("first", "second"):
        assert order(board.fails(who, "matter.vote", id, position="for")) == ("recused", ("2.6",))
    board.do("third", "matter.vote", id, position="for")
    board.do("first", "matter.vote", raised(board, concerns="first"), position="for")


def files(board: Board, who: str, type: str, id: str, part: str) -> list[str]:
    """The names of the files of a record that a person is shown."""
    with board.tenant.store.read(board.tenant.id) as session:
        return [
            row["title" if part == "papers" else "file_name"]
            for row in seen(Authority(board.tenant, session, who, board.now), board.get(type, id))[part]
        ]


def test_the_papers_are_kept_from_who_takes_no_part(matter: Any) -> None:
    paper = [{"name": "offer.txt", "text": "x"}]
    board, _ = matter("effect = ['vote', 'papers']")
    id = board.do("em", "matter.raise", title="Mua", files=paper)
    assert files(board, "cuc", "matter", id, "files") == ["offer.txt"]
    board.do("cuc", "matter.recuse", id, reason="Người nhà")
    assert files(board, "cuc", "matter", id, "files") == []
    assert files(board, "dung", "matter", id, "files") == ["offer.txt"]


def test_the_papers_of_an_item_are_kept_from_who_takes_no_part_in_it(matter: Any) -> None:
    board, _ = matter("effect = ['vote', 'papers']")
    meeting = board.meeting("cuc", "dung")
    board.do("an", "meeting.set-agenda", meeting, items=[{"title": "Mua"}, {"title": "Bán"}])
    for item, name in ((1, "first"), (2, "second")):
        board.do("an", "meeting.add-paper", meeting, item=item, title=name, files=[{"name": f"{name}.txt", "text": "x"}])
    board.now = datetime(2021, 3, 10, 14, tzinfo=ZONE)
    board.do("an", "meeting.open", meeting)
    board.do("cuc", "meeting.recuse", meeting, item=1, reason="Người nhà")
    assert files(board, "cuc", "meeting", meeting, "papers") == ["second"]
    assert files(board, "dung", "meeting", meeting, "papers") == ["first", "second"]


def test_too_many_decide_nothing_or_go_by_the_route(matter: Any) -> None:
    limit = "limit = { share = [2, 5], over = true, of = 'seated' }"
    board, id = matter(limit)
    for who in ("cuc", "dung"):
        board.do(who, "matter.recuse", id)
    voted(board, id, "an", "binh", "em")
    board.do("an", "matter.decide", id, outcome="passed")
    other = raised(board)
    for who in ("cuc", "dung", "binh"):
        board.do(who, "matter.recuse", other)
    assert order(board.fails("an", "matter.decide", other, outcome="passed")) == ("too-many-recused", ("2.6",))


def test_the_route_of_the_limit_decides(matter: Any) -> None:
    board, id = matter("limit = { share = [2, 5], of = 'seated', route = 'to-recuse' }")
    for who in ("cuc", "dung"):
        board.do(who, "matter.recuse", id)
    voted(board, id, "an", "binh")
    board.do("an", "matter.decide", id, outcome="passed")
    assert board.show("matter", id)["state"] == "decided"


@pytest.mark.parametrize(("waivable", "refused"), [("false", True), ("true", False)])
def test_it_is_lifted_only_where_the_charter_lets_it(matter: Any, waivable: str, refused: bool) -> None:
    board, id = matter(f"waivable = {waivable}")
    board.do("cuc", "matter.recuse", id)
    if refused:
        assert order(board.fails("an", "matter.waive-recusal", id, who="cuc", reason="x")) == ("recusal-stays", ("2.6",))
    else:
        board.do("an", "matter.waive-recusal", id, who="cuc", reason="x")
        assert voted(board, id, "cuc")["for"] == 1


@given(
    st.sets(st.sampled_from("abcdefg")), st.sets(st.sampled_from("abcdefg")), st.sets(st.sampled_from(["vote", "base", "quorum"]))
)
def test_standing_aside_twice_is_standing_aside_once(first: set[str], then: set[str], effect: set[str]) -> None:
    who = Electorate(tuple("abcdefg"), fixed=9, seated=7, present=("a", "b", "c"))
    both = who.aside(first, effect).aside(then, effect)
    assert both == who.aside(first | then, effect)
    assert both.counted(("present",)) == ({"a", "b", "c"} - (first | then) if {"vote", "quorum"} <= effect else {"a", "b", "c"})


def test_a_row_for_a_role_is_for_its_holders_alone(matter: Any) -> None:
    more = "[[recusal]]\nbody = 'board'\nrole = 'chair'\ncite = ['2.6']\neffect = ['vote', 'base']"
    board, id = matter(f"effect = ['vote']\n{more}")
    board.do("an", "matter.recuse", id)
    board.do("binh", "matter.recuse", id)
    board.do("binh", "matter.open-ballot", id)
    board.do("cuc", "matter.vote", id, position="for")
    assert board.show("matter", id)["result"]["base"] == 4, "the chair leaves the base, the deputy stays in it"

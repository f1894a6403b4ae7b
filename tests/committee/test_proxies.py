"""A vote given to another: only as the charter lets it be given, and never counted beside the own one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.committee.conftest import BY_VOTE, Board
from tests.kernel.conftest import revised

from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import perform
from steerco.kernel.view import seen
from steerco.records import File, Invalid, OutOfOrder, Refused, Stopped

CHARTER = (
    BY_VOTE
    + """
PROXY
"""
)
PROXY = "[[proxy]]\nbody = 'board'\ncite = ['2.6']\n"
POLICY = "\n".join(
    [
        "p, board, board, proxy, give, -, allow, 2.6",
        "p, board, *, proxy, read, -, allow, 2.6",
        "p, relation:self, *, proxy, withdraw, -, allow, 2.6",
    ]
)


@pytest.fixture
def met(installation: Installation) -> Any:
    def made(proxy: str = PROXY) -> tuple[Board, str, str]:
        board = Board(revised(installation, charter=CHARTER.replace("PROXY", proxy), policy=POLICY))
        at = board.now + timedelta(days=1)
        meeting = board.do("an", "meeting.convene", kind="regular", starts_at=at.isoformat())
        id = board.do("em", "matter.raise", title="Mua", meeting=meeting, **{"class": "purchase"})
        board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
        return board, id, meeting

    return made


def sit(board: Board, meeting: str, *people: str) -> None:
    board.now += timedelta(days=1)
    board.do("an", "meeting.open", meeting)
    book(board, meeting, *people)


def book(board: Board, meeting: str, *people: str) -> None:
    board.do("an", "meeting.record-attendance", meeting, entries=[{"person": who, "presence": "present"} for who in people])


def by_proxy(board: Board, who: str, giver: str, id: str, position: str) -> None:
    asked = ActRequest(who, "matter.vote", board.now, id, {"position": position}, capacity=f"proxy:{giver}")
    board.done.append(perform(board.tenant, asked))


def stopped(board: Board, who: str, giver: str, id: str, position: str = "for") -> tuple[str, tuple[str, ...]]:
    with pytest.raises(OutOfOrder) as caught:
        by_proxy(board, who, giver, id, position)
    return caught.value.code, tuple(caught.value.cites)


def order(error: Stopped) -> tuple[str, tuple[str, ...]]:
    assert isinstance(error, OutOfOrder), error
    return error.code, tuple(error.cites)


def test_the_holder_votes_for_who_gave_it_and_both_clauses_are_named(met: Any) -> None:
    board, id, meeting = met()
    board.do("cuc", "proxy.give", to="em", meeting=meeting)
    sit(board, meeting, "an", "em")
    board.do("em", "matter.vote", id, position="against")
    by_proxy(board, "em", "cuc", id, "for")
    assert {each.clause for each in board.done[-1].decision.because} == {"2.5", "2.6"}
    votes = [(row["who"], row["by"], row["how"], row["position"]) for row in board.show("matter", id)["votes"]]
    assert votes == [("em", None, None, "against"), ("cuc", "em", "proxy", "for")]
    result = board.show("matter", id)["result"]
    assert (result["for"], result["against"], result["base"]) == (1, 1, 2), "present in the base: An and Em, and not Cuc"


def test_a_proxy_counts_among_those_present_only_where_the_charter_says_so(met: Any) -> None:
    board, id, meeting = met(f"{PROXY}counts_for = ['vote', 'quorum']")
    board.do("cuc", "proxy.give", to="em", meeting=meeting)
    sit(board, meeting, "an", "em")
    by_proxy(board, "em", "cuc", id, "for")
    assert board.show("matter", id)["result"]["base"] == 3


def test_without_a_word_of_the_charter_nobody_gives_a_proxy_and_no_clause_is_named(met: Any) -> None:
    board, _, meeting = met("")
    error = board.fails("cuc", "proxy.give", to="em", meeting=meeting)
    assert isinstance(error, Refused)
    assert (error.decision.basis, error.decision.because) == ("no-clause", ())


@pytest.mark.parametrize(("allowed", "basis", "clauses"), [("false", "clause", ["2.6"]), ('"not-stated"', "no-clause", [])])
def test_a_proxy_that_the_charter_forbids_is_refused_by_its_clause(
    met: Any, allowed: str, basis: str, clauses: list[str]
) -> None:
    board, _, meeting = met(f"{PROXY}allowed = {allowed}")
    error = board.fails("cuc", "proxy.give", to="em", meeting=meeting)
    assert isinstance(error, Refused)
    assert (error.decision.basis, [each.clause for each in error.decision.because]) == (basis, clauses)


def test_the_limit_a_holder_and_to_whom_it_goes(met: Any) -> None:
    board, _, meeting = met(f"{PROXY}per_holder = 1\nto = 'trustee'")
    board.do("an", "proxy.give", to="cuc", meeting=meeting)
    assert order(board.fails("em", "proxy.give", to="cuc", meeting=meeting)) == ("proxy-holder-full", ("2.6",))
    assert order(board.fails("em", "proxy.give", to="binh", meeting=meeting)) == ("proxy-not-to", ("2.6",))


def test_a_circle_is_refused_and_none_is_passed_on(met: Any) -> None:
    board, _, meeting = met()
    board.do("an", "proxy.give", to="cuc", meeting=meeting)
    assert order(board.fails("cuc", "proxy.give", to="an", meeting=meeting)) == ("proxy-circle", ("2.6",))
    assert order(board.fails("em", "proxy.give", to="an", meeting=meeting)) == ("proxy-chain", ("2.6",))


def test_where_it_may_be_passed_on_the_last_holder_votes(met: Any) -> None:
    board, id, meeting = met(f"{PROXY}chain = true")
    board.do("binh", "proxy.give", to="cuc", meeting=meeting)
    board.do("cuc", "proxy.give", to="em", meeting=meeting)
    assert order(board.fails("em", "proxy.give", to="binh", meeting=meeting))[0] == "proxy-circle"
    sit(board, meeting, "an", "em")
    by_proxy(board, "em", "binh", id, "for")
    by_proxy(board, "em", "cuc", id, "for")
    assert board.show("matter", id)["result"]["for"] == 2


def test_form_and_instructions(met: Any) -> None:
    board, id, meeting = met(f"{PROXY}form = 'written'\ninstructions = 'required'")
    paper = {"name": "proxy.txt", "text": "I, Cuc"}
    assert order(board.fails("cuc", "proxy.give", to="em", meeting=meeting, instructions="for"))[0] == "proxy-in-writing"
    missing = board.fails("cuc", "proxy.give", to="em", meeting=meeting, paper=paper)
    assert order(missing) == ("proxy-needs-instructions", ("2.6",))
    board.do("cuc", "proxy.give", to="em", meeting=meeting, paper=paper, instructions="against")
    sit(board, meeting, "an", "em")
    assert stopped(board, "em", "cuc", id, "for") == ("vote-as-instructed", ("2.6",))
    by_proxy(board, "em", "cuc", id, "against")


def test_a_spoken_proxy_is_entered_by_who_heard_it(met: Any) -> None:
    desk = '[[rule]]\nname = "entered-for-another"\nvalue = "desk"\ncite = ["2.4"]\n'
    board, id, meeting = met(f"{PROXY}form = 'spoken'\n{desk}")
    spoken = ("proxy-spoken", ("2.6", "steerco:proxy-spoken"))
    assert order(board.fails("cuc", "proxy.give", to="em", meeting=meeting)) == spoken, "the clause says nothing of who enters it"
    unheard = ActRequest("cuc", "proxy.give", board.now, None, {"to": "em", "meeting": meeting}, entered_by="giang")
    with pytest.raises(Refused) as stopped:
        perform(board.tenant, unheard)
    assert [each.clause for each in stopped.value.decision.because] == ["2.4", "steerco:entered-without-note"]
    note = File("note.txt", text="Cuc, by telephone")
    told = ActRequest("cuc", "proxy.give", board.now, None, {"to": "em", "meeting": meeting}, entered_by="giang", evidence=note)
    perform(board.tenant, told)
    sit(board, meeting, "an", "em")
    by_proxy(board, "em", "cuc", id, "for")


def test_who_comes_votes_and_the_proxy_does_not(met: Any) -> None:
    board, id, meeting = met()
    board.do("cuc", "proxy.give", to="em", meeting=meeting)
    sit(board, meeting, "an", "em")
    by_proxy(board, "em", "cuc", id, "for")
    book(board, meeting, "cuc")
    assert stopped(board, "em", "cuc", id) == ("proxy-giver-there", ("2.6",))
    board.do("cuc", "matter.vote", id, position="against")
    by_then = board.show("matter", id)["result"]
    assert (by_then["for"], by_then["against"]) == (0, 1)


def test_a_holder_who_is_not_there_votes_for_nobody_and_nobody_votes_without_a_proxy(met: Any) -> None:
    board, id, meeting = met()
    board.do("cuc", "proxy.give", to="em", meeting=meeting)
    sit(board, meeting, "an")
    assert stopped(board, "em", "cuc", id) == ("proxy-holder-not-there", ("2.6",))
    with pytest.raises(Invalid):
        by_proxy(board, "an", "cuc", id, "for")


def test_one_that_was_withdrawn_is_none(met: Any) -> None:
    board, id, meeting = met()
    given = board.do("cuc", "proxy.give", to="em", meeting=meeting)
    board.do("cuc", "proxy.withdraw", given)
    sit(board, meeting, "an", "em")
    with pytest.raises(Invalid):
        by_proxy(board, "em", "cuc", id, "for")


def test_instructions_are_for_the_two_alone(met: Any) -> None:
    board, _, meeting = met()
    given = board.do("cuc", "proxy.give", to="em", meeting=meeting, instructions="against")
    told = {}
    with board.tenant.store.read(board.tenant.id) as session:
        record = session.get_one(board.tenant.snapshot.types["proxy"], (board.tenant.id, given))
        for who in ("cuc", "em", "binh"):
            told[who] = seen(Authority(board.tenant, session, who, board.now), record).get("instructions")
    assert told == {"cuc": "against", "em": "against", "binh": None}

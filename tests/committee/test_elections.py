"""Elections: entered with a certificate or counted here; the result appoints, and a secret ballot stays so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.committee.conftest import Board
from tests.committee.test_suspension import VOTES, decided
from tests.kernel.conftest import revised

from steerco.committee.decisions.election_count import counted
from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import Invalid, OutOfOrder, Stopped

CHARTER = """
[[role]]
id = "speaker"
body = "board"
label = { en = "Speaker", vi = "Phát ngôn viên" }
cite = ["1.1"]
[[election]]
id = "yearly"
fills = "speaker"
electors = "board"
cite = ["2.6"]
ELECTION
"""
RATIFY = (
    '[[decision]]\nid = "ratify"\nlabel = { en = "Ratify", vi = "Xác nhận" }\nbody = "board"\nclasses = ["ratify"]\n'
    'rule = "vote"\nbase = "cast"\ncite = ["2.5"]\n'
)
ACTS = ("call", "nominate", "second", "open-voting", "vote", "count", "confirm", "enter-result", "cancel", "read")
POLICY = "\n".join(f"p, {who}, *, election, {act}, -, allow, 2.6" for act in ACTS for who in ("board", "desk"))
STANDING = ("a", "b", "c", "d")


@pytest.fixture
def called(installation: Installation) -> Any:
    def made(election: str, **more: Any) -> tuple[Board, str]:
        board = Board(revised(installation, charter=CHARTER.replace("ELECTION", election), policy=POLICY))
        return board, board.do("an", "election.call", election="yearly", **more)

    return made


def order(error: Stopped) -> tuple[str, tuple[str, ...]]:
    assert isinstance(error, OutOfOrder), error
    return error.code, tuple(error.cites)


def stand(board: Board, id: str, *people: str) -> None:
    for person in people:
        board.do("an", "election.nominate", id, person=person)


def holds(board: Board, person: str) -> bool:
    day = board.tenant.snapshot.regime_on(board.today)
    with board.tenant.store.read(board.tenant.id) as session:
        return "speaker" in board.tenant.directory(session).on(board.today, day.charter).roles(person)


def test_the_most_votes_are_elected_and_appointed(called: Any) -> None:
    board, id = called("system = 'plurality'")
    stand(board, id, "hoa", "giang")
    board.do("an", "election.open-voting", id)
    for who, choice in (("an", "hoa"), ("binh", "hoa"), ("cuc", "giang"), ("em", "giang"), ("em", "hoa")):
        board.do(who, "election.vote", id, choices=[choice])
    assert [row["choices"] for row in board.show("election", id)["ballots"]] == [[]] * 4, "nothing shows while it runs"
    request = ActRequest("an", "election.count", board.now, id, dry_run=True)
    with pytest.raises(OutOfOrder, match="count-not-tried"):
        perform(board.tenant, request)
    board.do("an", "election.count", id)
    shown = board.show("election", id)
    assert (shown["result"]["votes"], shown["result"]["elected"]) == ({"hoa": 3, "giang": 1}, ["hoa"])
    assert sorted(row["choices"][0] for row in shown["ballots"]) == ["giang", "hoa", "hoa", "hoa"]
    assert (holds(board, "hoa"), holds(board, "giang")) == (True, False)


def test_one_votes_for_as_many_as_are_elected_unless_one_approves(called: Any) -> None:
    board, id = called("system = 'plurality'")
    stand(board, id, "hoa", "giang")
    board.do("an", "election.open-voting", id)
    assert order(board.fails("em", "election.vote", id, choices=["hoa", "giang"])) == ("too-many-choices", ("2.6",))
    assert isinstance(board.fails("em", "election.vote", id, choices=["khanh"]), Invalid)


def test_by_approval_one_votes_for_all_whom_one_approves_of(called: Any) -> None:
    board, id = called("system = 'approval'")
    stand(board, id, "hoa", "giang")
    board.do("an", "election.open-voting", id)
    board.do("em", "election.vote", id, choices=["hoa", "giang"])
    board.do("cuc", "election.vote", id, choices=["giang"])
    board.do("an", "election.count", id)
    assert board.show("election", id)["result"] == {"votes": {"hoa": 1, "giang": 2}, "elected": ["giang"], "tied": []}


def test_a_tie_at_the_last_place_elects_nobody_of_those_tied(called: Any) -> None:
    board, id = called("system = 'plurality'")
    stand(board, id, "hoa", "giang")
    board.do("an", "election.open-voting", id)
    board.do("em", "election.vote", id, choices=["hoa"])
    board.do("cuc", "election.vote", id, choices=["giang"])
    board.do("an", "election.count", id)
    result = board.show("election", id)["result"]
    assert (result["elected"], sorted(result["tied"])) == ([], ["giang", "hoa"])


def test_a_single_candidate_is_elected_without_a_vote_where_the_charter_says_so(called: Any) -> None:
    board, id = called("system = 'plurality'\nif_one_candidate = 'acclamation'")
    stand(board, id, "hoa")
    board.do("an", "election.open-voting", id)
    assert (board.show("election", id)["state"], holds(board, "hoa")) == ("elected", True)


def test_an_entered_result_needs_its_certificate_and_appoints(called: Any) -> None:
    board, id = called("certificate = true")
    assert order(board.fails("an", "election.enter-result", id, elected=["hoa"])) == ("certificate-needed", ("2.6",))
    assert order(board.fails("an", "election.open-voting", id)) == ("election-entered", ("2.6",))
    board.do("an", "election.enter-result", id, elected=["hoa"], certificate={"name": "c.txt", "text": "Hoa"})
    assert holds(board, "hoa")


def test_nominations_and_the_vote_run_as_long_as_the_charter_says(called: Any) -> None:
    week = "{ at_least = { value = 1, unit = 'weeks' } }"
    board, id = called(f"system = 'plurality'\nnominations = {week}\nvoting = {week}")
    stand(board, id, "hoa", "giang")
    assert order(board.fails("an", "election.open-voting", id)) == ("election-too-soon", ("2.6",))
    board.now += timedelta(days=7)
    board.do("an", "election.open-voting", id)
    assert order(board.fails("an", "election.count", id)) == ("election-too-soon", ("2.6",))


def test_who_may_nominate_and_whom(called: Any) -> None:
    board, id = called("system = 'plurality'\nnominations = { self = false }")
    assert order(board.fails("em", "election.nominate", id, person="em")) == ("not-nominated-by-oneself", ("2.6",))
    stand(board, id, "em")
    assert isinstance(board.fails("an", "election.nominate", id, person="em"), Invalid)


def test_whoever_lost_the_vote_by_not_taking_part_does_not_elect(installation: Installation) -> None:
    charter = CHARTER.replace("ELECTION", "system = 'plurality'") + VOTES
    board = Board(revised(installation, charter=charter, policy=POLICY))
    for _ in range(2):
        decided(board, "an", "cuc", "em")
    id = board.do("an", "election.call", election="yearly")
    assert "binh" not in board.told()
    stand(board, id, "hoa", "giang")
    board.do("an", "election.open-voting", id)
    assert order(board.fails("binh", "election.vote", id, choices=["hoa"])) == ("suspended-contribute", ("2.6",))
    assert order(board.fails("giang", "election.vote", id, choices=["hoa"])) == ("not-an-elector", ("2.6",))
    board.do("em", "election.vote", id, choices=["hoa"])


def test_outside_its_window_it_is_not_called(installation: Installation) -> None:
    late = CHARTER.replace("ELECTION", "window = { from = '11-15', to = '01-31' }")
    board = Board(revised(installation, charter=late, policy=POLICY))
    assert order(board.fails("an", "election.call", election="yearly")) == ("election-window", ("2.6",))


def test_of_a_secret_election_nobody_is_shown_a_choice(called: Any) -> None:
    board, id = called("system = 'plurality'\nsecret = true")
    stand(board, id, "hoa", "giang")
    board.do("an", "election.open-voting", id)
    for who in ("em", "cuc"):
        board.do(who, "election.vote", id, choices=["hoa"])
    board.do("an", "election.count", id)
    shown = board.show("election", id)
    assert [row["choices"] for row in shown["ballots"]] == [[], []]
    assert (shown["result"]["votes"], shown["result"]["elected"]) == ({}, ["hoa"]), "of so few ballots no totals either"
    record = board.get("election", id)
    assert record.told_to("vote", board.today) == "doer"


@given(st.lists(st.sets(st.sampled_from(STANDING))), st.integers(1, 4), st.randoms())
def test_counting_is_what_a_slow_reference_counts_in_any_order(ballots: list[set[str]], places: int, random: Any) -> None:
    result = counted(STANDING, ballots, places)
    votes = {who: len([1 for ballot in ballots if who in ballot]) for who in STANDING}
    assert result["votes"] == votes
    assert set(result["elected"]) == {
        who for who in STANDING if votes[who] and sum(votes[other] >= votes[who] for other in STANDING) <= places
    }
    shuffled = list(ballots)
    random.shuffle(shuffled)
    assert counted(STANDING[::-1], shuffled, places) == result


def test_a_refused_appointment_leaves_the_result_and_the_others_and_is_owed(installation: Installation) -> None:
    """Only a trustee may be speaker; of two who are elected one is none."""
    asked = '[[eligibility]]\nrole = "speaker"\nneeds = [{ role = "trustee" }]\ncite = ["2.6"]\n'
    charter = CHARTER.replace("ELECTION", "system = 'plurality'") + asked
    board = Board(revised(installation, charter=charter, policy=POLICY))
    id = board.do("an", "election.call", election="yearly", places=2)
    stand(board, id, "em", "hoa")
    board.do("an", "election.open-voting", id)
    board.do("em", "election.vote", id, choices=["hoa", "em"])
    board.do("an", "election.count", id)
    shown = board.show("election", id)
    assert (shown["state"], shown["result"]["elected"]) == ("elected", ["em", "hoa"])
    assert shown["result"]["owed"] == {"hoa": "not-eligible"}
    assert (holds(board, "em"), holds(board, "hoa")) == (True, False)


def passed(board: Board, title: str, class_: str, **more: Any) -> str:
    """A matter of that class that em raised and the chair recorded as passed."""
    id = board.do("em", "matter.raise", title=title, **{"class": class_, **more})
    board.do("em", "matter.vote", id, position="for")
    board.do("giang", "matter.prepare-opinion", id, text="Nên")
    board.do("an", "matter.decide", id, outcome="passed")
    return id


def test_one_matter_confirms_the_one_election_that_it_is_about(installation: Installation) -> None:
    election = CHARTER.replace("ELECTION", "system = 'plurality'\nconfirmed_by = 'decision:ratify'")
    board = Board(revised(installation, charter=election + RATIFY, policy=POLICY))
    held = []
    for person in ("hoa", "giang"):
        id = board.do("an", "election.call", election="yearly")
        stand(board, id, person)
        board.do("an", "election.open-voting", id)
        board.do("em", "election.vote", id, choices=[person])
        board.do("an", "election.count", id)
        held.append(id)
    matter = passed(board, "Xác nhận", "ratify", about=held[0])
    assert order(board.fails("an", "election.confirm", held[1], decided=matter)) == ("election-not-confirmed", ("2.6",))
    of_none = passed(board, "Xác nhận", "ratify")
    assert order(board.fails("an", "election.confirm", held[0], decided=of_none)) == ("election-not-confirmed", ("2.6",))
    board.do("an", "election.confirm", held[0], decided=matter)
    assert (holds(board, "hoa"), holds(board, "giang")) == (True, False)


def test_whom_a_vetoed_confirmation_made_a_holder_is_told(installation: Installation) -> None:
    election = CHARTER.replace("ELECTION", "system = 'plurality'\nconfirmed_by = 'decision:ratify'") + RATIFY
    election += '[[veto]]\ndecision = "ratify"\nby = "chair"\nwithin = { value = 2, unit = "days" }\ncite = ["2.5"]\n'
    board = Board(revised(installation, charter=election, policy=POLICY + "\np, board, board, matter, veto, -, allow, 2.5"))
    id = board.do("an", "election.call", election="yearly")
    stand(board, id, "hoa")
    board.do("an", "election.open-voting", id)
    board.do("em", "election.vote", id, choices=["hoa"])
    board.do("an", "election.count", id)
    matter = passed(board, "Xác nhận", "ratify", about=id)
    board.do("an", "election.confirm", id, decided=matter)
    board.do("an", "matter.veto", matter)
    assert [each.params["records"] for each in board.done[-1].decision.remarks] == [board.show("election", id)["ref"]]
    assert "hoa" in board.done[-1].told
    assert order(board.fails("an", "election.confirm", id, decided=matter))[0] == "no-confirmation-awaited"


def test_whom_too_few_have_seconded_does_not_stand(called: Any) -> None:
    board, id = called("system = 'plurality'\nnominations = { seconds = 2 }")
    stand(board, id, "hoa", "giang")
    assert order(board.fails("an", "election.second", id, person="hoa")) == ("second-by-another", ("2.6",))
    assert isinstance(board.fails("an", "election.second", id, person="em"), Invalid)
    board.do("em", "election.second", id, person="hoa")
    assert order(board.fails("em", "election.second", id, person="hoa")) == ("second-by-another", ("2.6",))
    assert order(board.fails("an", "election.open-voting", id)) == ("no-candidates", ("2.6",))
    board.do("cuc", "election.second", id, person="hoa")
    board.do("cuc", "election.second", id, person="giang")
    board.do("an", "election.open-voting", id)
    assert isinstance(board.fails("em", "election.vote", id, choices=["giang"]), Invalid)
    board.do("em", "election.vote", id, choices=["hoa"])
    board.do("an", "election.count", id)
    assert board.show("election", id)["result"]["votes"] == {"hoa": 1}


def test_where_the_charter_asks_for_no_second_none_is_taken(called: Any) -> None:
    board, id = called("system = 'plurality'")
    stand(board, id, "hoa")
    assert order(board.fails("em", "election.second", id, person="hoa"))[0] == "seconds-not-asked"


def tied_for_the_last_of_two(called: Any, phases: int) -> tuple[Board, str]:
    """hoa is elected; giang and em have a vote each for the second place."""
    board, id = called(f"system = 'plurality'\nvoting = {{ phases = {phases} }}", places=2)
    stand(board, id, "hoa", "giang", "em")
    board.do("an", "election.open-voting", id)
    for who, choices in (("an", ["hoa", "em"]), ("cuc", ["hoa", "giang"])):
        board.do(who, "election.vote", id, choices=choices)
    board.do("an", "election.count", id)
    return board, id


def test_a_further_phase_settles_the_tie_that_the_first_left(called: Any) -> None:
    board, id = tied_for_the_last_of_two(called, 2)
    assert holds(board, "hoa")
    board.do("an", "election.open-voting", id)
    shown = board.show("election", id)
    assert [row["choices"] for row in shown["ballots"]] == [["em", "hoa"], ["giang", "hoa"]], "the first phase is counted"
    assert isinstance(board.fails("an", "election.vote", id, choices=["hoa"]), Invalid)
    assert order(board.fails("an", "election.vote", id, choices=["em", "giang"])) == ("too-many-choices", ("2.6",))
    board.do("an", "election.vote", id, choices=["em"])
    assert [row["choices"] for row in board.show("election", id)["ballots"]][-1] == []
    board.do("an", "election.count", id)
    result = board.show("election", id)["result"]
    assert (result["elected"], result["tied"], result["votes"]) == (["hoa", "em"], [], {"em": 1, "giang": 0})
    assert [(each["elected"], sorted(each["tied"])) for each in result["phases"]] == [(["hoa"], ["em", "giang"])]
    assert (holds(board, "em"), holds(board, "giang")) == (True, False)
    assert order(board.fails("an", "election.open-voting", id)) == ("no-phase-left", ("2.6",))


def test_without_a_further_phase_the_tie_stays(called: Any) -> None:
    board, id = tied_for_the_last_of_two(called, 1)
    assert order(board.fails("an", "election.open-voting", id)) == ("no-phase-left", ("steerco:no-phase-left",))


def test_a_result_that_is_to_be_confirmed_appoints_once_a_matter_has_passed_for_it(installation: Installation) -> None:
    election = CHARTER.replace("ELECTION", "system = 'plurality'\nconfirmed_by = 'decision:ratify'")
    board = Board(revised(installation, charter=election + RATIFY, policy=POLICY))
    id = board.do("an", "election.call", election="yearly")
    stand(board, id, "hoa")
    board.do("an", "election.open-voting", id)
    board.do("em", "election.vote", id, choices=["hoa"])
    before = board.do("em", "matter.raise", title="Xác nhận lần trước", **{"class": "ratify"})
    board.do("em", "matter.vote", before, position="for")
    board.do("giang", "matter.prepare-opinion", before, text="Nên")
    board.do("an", "matter.decide", before, outcome="passed")
    board.now += timedelta(minutes=1)
    board.do("an", "election.count", id)
    assert order(board.fails("an", "election.confirm", id, decided=before)) == ("election-not-confirmed", ("2.6",))
    assert (board.show("election", id)["result"]["waits_for"], holds(board, "hoa")) == ("ratify", False)
    matter = board.do("em", "matter.raise", title="Xác nhận", about=id, **{"class": "ratify"})
    board.do("em", "matter.vote", matter, position="for")
    assert order(board.fails("an", "election.confirm", id, decided=matter)) == ("election-not-confirmed", ("2.6",))
    board.do("giang", "matter.prepare-opinion", matter, text="Nên")
    board.do("an", "matter.decide", matter, outcome="passed")
    board.do("an", "election.confirm", id, decided=matter)
    assert ("waits_for" in board.show("election", id)["result"], holds(board, "hoa")) == (False, True)
    again = order(board.fails("an", "election.confirm", id, decided=matter))
    assert again == ("no-confirmation-awaited", ("steerco:no-confirmation-awaited",))

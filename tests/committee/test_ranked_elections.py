"""Elections by ranked ballots: the record keeps each step, so that anybody counts again; of a secret one, what tells nobody."""

from __future__ import annotations

from typing import Any

import pytest
from tests.committee.conftest import Board
from tests.committee.test_elections import CHARTER, POLICY, holds, order, stand
from tests.kernel.conftest import revised

from steerco.configuration.installation import Installation
from steerco.extension.api import Ballots
from steerco.records import Invalid
from steerco_ranked.transfer import counted


@pytest.fixture
def ranked(installation: Installation) -> Any:
    def called(election: str, plugins: str = '["steerco_ranked"]', **more: Any) -> tuple[Board, str]:
        charter = CHARTER.replace("ELECTION", election)
        board = Board(revised(installation, charter=charter, policy=POLICY, plugins=plugins))
        id = board.do("an", "election.call", election="yearly", **more)
        stand(board, id, "hoa", "giang", "em")
        board.do("an", "election.open-voting", id)
        return board, id

    return called


def test_the_result_keeps_the_steps_and_the_open_ballots_count_again_to_the_same(ranked: Any) -> None:
    board, id = ranked("system = 'instant-runoff'")
    for who, choices in (("an", ["hoa"]), ("binh", ["hoa"]), ("cuc", ["giang", "em"]), ("em", ["em", "giang"])):
        board.do(who, "election.vote", id, choices=choices)
    assert isinstance(board.fails("em", "election.vote", id, choices=["em", "em"]), Invalid)
    board.do("cuc", "election.vote", id, choices=["em", "giang"])
    board.do("em", "election.vote", id, choices=["em", "giang", "hoa"])
    board.do("an", "election.count", id)
    shown = board.show("election", id)
    result = shown["result"]
    assert (result["elected"], sorted(result["tied"])) == ([], ["em", "hoa"])
    again = counted(
        Ballots("instant-runoff", 1, ("em", "giang", "hoa"), tuple(sorted(tuple(row["choices"]) for row in shown["ballots"])))
    )
    assert [step["votes"] for step in result["steps"]] == [dict(step.votes) for step in again.steps]
    assert result["counted_by"].startswith("steerco_ranked ")


def test_of_a_secret_election_with_few_ballots_no_step_is_kept(ranked: Any) -> None:
    board, id = ranked("system = 'instant-runoff'\nsecret = true")
    board.do("an", "election.vote", id, choices=["hoa", "em"])
    board.do("an", "election.count", id)
    result = board.show("election", id)["result"]
    assert (result["elected"], result["votes"], "steps" in result) == (["hoa"], {}, False)
    assert holds(board, "hoa")


def test_what_cannot_be_counted_is_told_and_nothing_is_closed(ranked: Any) -> None:
    board, id = ranked("system = 'instant-runoff'", places=2)
    board.do("an", "election.vote", id, choices=["hoa"])
    assert order(board.fails("an", "election.count", id)) == ("not-counted", ("steerco:not-counted",))
    assert board.show("election", id)["state"] == "voting"

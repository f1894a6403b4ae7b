"""The page of people says whose turn it is, who loses a right for not taking part, and which seat is vacant."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from litestar.testing import TestClient
from tests.committee.conftest import Board
from tests.committee.conftest import club as club
from tests.committee.conftest import installation as installation
from tests.committee.conftest import template as template
from tests.committee.test_suspension import VOTES, decided
from tests.kernel.conftest import revised
from tests.web.signed_in import signed_in

from steerco.configuration.installation import Installation
from steerco.web.app import create_app

SLUG = "library-board"
TURN = """
[[role]]
id = 'speaker'
body = 'board'
label = { en = 'Speaker', vi = 'Người phát ngôn' }
cite = ['2.1']
[[rotation]]
role = 'speaker'
order = ['deputy', 'trustee-school']
period = { value = 2, unit = 'months' }
from = 2021-03-01
cite = ['2.4']
"""


def page(client: TestClient[Any], installation: Installation, address: str = "people?lang=en") -> str:
    html = signed_in(client, installation, SLUG, "an").get(f"/t/{SLUG}/{address}").text
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_whose_turn_it_is_and_who_lost_the_vote_is_told_with_its_clause(installation: Installation) -> None:
    board = Board(revised(installation, charter=VOTES + TURN))
    with TestClient(create_app(installation, clock=lambda: board.now)) as client:
        before = page(client, installation)
        assert re.search(r"2\.4 \) Speaker: the turn of Deputy until 30 April 2021, then of Trustee", before)
        assert "loses a right" not in before
        for _ in range(2):
            decided(board, "an", "cuc", "dung", "em")
        told = page(client, installation)
        assert re.search(
            r"Who loses a right for not taking part \( Clause 2\.6 \) Deputy mayor Library Board: no vote, does not count", told
        )
        assert "since 2 March 2021" in told
        later = page(client, installation, "people?lang=en&on=2021-05-01")
        assert "until 30 June 2021" in later
        assert "loses a right" not in page(client, installation, "people?lang=en&q=deputy")


def test_a_right_that_is_lost_after_days_of_notice_is_told_as_of_a_day_ahead_until_then(installation: Installation) -> None:
    board = Board(revised(installation, charter=VOTES.replace("cite", "notice_to = { to = 'chair', days = 5 }\ncite")))
    with TestClient(create_app(installation, clock=lambda: board.now)) as client:
        for _ in range(2):
            decided(board, "an", "cuc", "dung", "em")
        ahead = page(client, installation)
        assert "in the quorum's base, from 7 March 2021 on First told: Mayor" in ahead
        assert "sẽ không được biểu quyết" in page(client, installation, "people?lang=vi")
        assert "in the quorum's base, since 7 March 2021" in page(client, installation, "people?lang=en&on=2021-03-07")

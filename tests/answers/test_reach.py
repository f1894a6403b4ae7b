"""What a role can come to: five planted chains are found, what is told was done, and bars in the text end them."""

from __future__ import annotations

from functools import cache

import pytest
from tests.answers.planted import Edit, lab

from steerco.answers.reach import Reach, everyone, reach

MOST, NATIONAL = "most-steering-board", "national-committee"
NO_BAR = ("most-steering-board.csv", "p, relation:holder, *, appointment, appoint, -, deny, H.5\n", "")
CHAINS: dict[str, tuple[str, tuple[Edit, ...], str, tuple[str, str, int, bool]]] = {
    "whoever keeps the register appoints himself": (MOST, (NO_BAR,), "wg-head", ("holds", "head", 1, False)),
    "an expert fills the first seat": (
        NATIONAL,
        (
            ("national-committee.csv", "", "p, wg-member, *, appointment, appoint, seat=chair, allow, H.2"),
            ("national-committee.csv", "", "p, wg-member, *, appointment, end, -, allow, H.2"),
        ),
        "wg-member",
        ("holds", "standing-vice-chair", 2, True),
    ),
    "the keeper records the head away, ends the rival's appointment and takes that seat": (
        MOST,
        (NO_BAR,),
        "wg-head",
        ("acts-for", "head", 3, False),
    ),
    "the successor appoints who records the absence": (
        NATIONAL,
        (
            ("national-committee.csv", "", "p, standing-vice-chair, *, appointment, appoint, seat=wg-member, allow, H.2"),
            ("national-committee.csv", "", "p, wg-member, *, officer-absence, record, -, allow, H.4"),
        ),
        "standing-vice-chair",
        ("acts-for", "chair", 2, True),
    ),
    "the deputy is given the head's signature by whom the deputy appointed": (
        MOST,
        (
            ("most-steering-board.csv", "", "p, deputy-head, *, appointment, appoint, seat=head, allow, H.5"),
            ("most-steering-board.csv", "", "p, deputy-head, *, appointment, end, -, allow, H.5"),
        ),
        "deputy-head",
        ("receives", "head", 2, True),
    ),
}


@cache
def sound(slug: str, role: str) -> Reach:
    return reach(lab(slug), role)


@pytest.mark.parametrize("name", CHAINS)
def test_a_planted_chain_is_found_and_was_done(name: str) -> None:
    slug, edits, role, (kind, what, steps, together) = CHAINS[name]
    found = reach(lab(slug, *edits), role)
    gains = [gain for gain in found.gains if (gain.kind, gain.what) == (kind, what)]
    assert gains, f"{name}: {[(gain.kind, gain.what) for gain in found.gains]}"
    assert any(bool(gain.others) == together and len(gain.acts) <= steps for gain in gains)
    for gain in found.gains:
        assert all(act.outcome == "done" and (act.clauses or not gain.acts) for act in gain.acts)


def test_a_separation_of_the_house_rules_bars_recording_an_appointment_of_ones_own_like_a_line() -> None:
    row = '[[separation]]\nid = "own"\nacts = ["appointment.appoint"]\napart = "holder"\ncite = ["H.5"]'
    found = reach(lab(MOST, NO_BAR, ("most-steering-board/house.toml", "", row)), "wg-head", 2)
    seats = {(gain.what, bool(gain.others)): len(gain.acts) for gain in found.gains if gain.kind == "holds"}
    assert ("head", False) not in seats
    assert seats["head", True] == 2  # whom he made Head makes him Head


@pytest.mark.parametrize("name", CHAINS)
def test_without_the_planted_line_that_chain_is_not_there(name: str) -> None:
    slug, _, role, (kind, what, steps, together) = CHAINS[name]
    found = sound(slug, role).gains
    assert not [
        gain for gain in found if (gain.kind, gain.what, bool(gain.others)) == (kind, what, together) and len(gain.acts) <= steps
    ]


def test_nobody_of_a_committee_that_comes_with_the_program_gains_a_seat_alone() -> None:
    for slug in (MOST, NATIONAL):
        for role, found in everyone(lab(slug)).items():
            alone = [gain for gain in found.gains if not gain.others and gain.acts]
            assert not alone, f"{slug}, {role}: {[(gain.kind, gain.what) for gain in alone]}"


def test_an_answer_says_within_which_bounds_somebody_looked() -> None:
    found = reach(lab(MOST), "member", 2)
    assert found.gains == ()
    assert (found.looked.steps, found.looked.asked > 0, found.looked.on.isoformat()) == (2, True, "2021-03-02")
    assert any("plugins" in left for left in found.looked.left_out)
    assert found.looked.proof == "performed"


def test_a_chain_longer_than_asked_for_is_not_told() -> None:
    assert all(len(gain.acts) <= 2 for gain in reach(lab(MOST), "wg-head", 2).gains)
    assert any(len(gain.acts) == 4 for gain in sound(MOST, "wg-head").gains)


def test_a_role_that_nobody_holds_says_so() -> None:
    assert "the role guest (nobody holds it)" in reach(lab(MOST), "guest").looked.left_out

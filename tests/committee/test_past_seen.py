"""A period under a draft tells no reader of acts, refusals and duties on records that they may not see, nor counts them.

The attacker is a trustee, who sees every task and no record of a person (the desk sees those), and who chooses draft and period.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from tests.committee.conftest import MORNING, Board
from tests.committee.test_ballots import DECISION
from tests.committee.test_ballots import POLICY as BALLOTS
from tests.kernel.conftest import revised

from steerco.answers.findings import unlooked
from steerco.answers.past import past_under
from steerco.answers.past_found import NOT_ALL_SEEN, PastUnder
from steerco.answers.past_job import seen_by
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.kernel import duty_ledger
from steerco.kernel.authority import Authority
from steerco.testkit import SAMPLE

SLUG, ATTACKER, WITNESS = "library-board", "em", "giang"
DUTY = """
[[duty]]
id = "follow-up"
label = { en = "Follow up", vi = "Theo dõi" }
holder = "deputy"
after = "TYPE.ACT"
done_by = ["task.escalate"]
cite = ["2.1"]
"""
ORDER = '[[separation]]\nid = "apart"\nacts = ["person.add"]\napart = "self"\ncite = ["2.6"]\n'
PAPER = DUTY.replace("TYPE.ACT", "person.add") + DUTY.replace("TYPE.ACT", "task.assign").replace("follow-up", "look-after")
DAYS = (MORNING.date() - timedelta(days=1), MORNING.date() + timedelta(days=1))


def asked(board: Running, who: str, *, policy: str = "", charter: str = "", without: str = "") -> PastUnder:
    """What somebody is told of the days around today under a draft of their choice."""
    content = dict(Home(SAMPLE).content(SLUG))
    for path, text in content.items():
        if path.endswith(".csv"):
            lines = [line for line in text.splitlines() if not without or without not in line]
            content[path] = "\n".join([*lines, policy, ""])
        elif path.endswith("charter.toml"):
            content[path] = f"{text}\n{charter}\n"
    loaded = load(SLUG, content, board.tenant.snapshot.types)
    draft = loaded.snapshot
    assert draft is not None, loaded.findings
    answer = past_under(board.installation, SLUG, draft, *DAYS)
    with board.tenant.store.read(board.tenant.id) as session:
        return seen_by(session, Authority(board.tenant, session, who, board.now), answer)


@dataclass
class Running(Board):
    """A board with its installation."""

    installation: Installation = field(kw_only=True)


@pytest.fixture
def board(installation: Installation) -> Running:
    return Running(installation.tenant(SLUG), installation=installation)


def quiet(board: Board) -> None:
    """What everybody on the board sees."""
    board.do("an", "task.assign", title="Kiểm kê sách", to="em", lead="em")


def confidential(board: Board) -> None:
    """What the attacker may not see: a record that one may make, and others may not."""
    board.do("an", "person.add", id="kin", name="Kín")
    for who in ("em", "dung"):
        board.fails(who, "person.add", id="nua", name="Nữa")


def at_last(board: Board) -> None:
    """What is done after it, with which the refusals are written."""
    board.do("an", "task.assign", title="Xếp kệ", to="em", lead="em")


DRAFTS = {
    "a power that is taken away": {"without": "person, add"},
    "a power that is given": {"policy": "p, trustee, *, person, add, -, allow, 2.1"},
    "a requirement, so that acts are asked anew": {"charter": ORDER},
    "duties that follow": {"charter": PAPER},
}


@pytest.mark.parametrize("draft", DRAFTS.values(), ids=DRAFTS)
def test_a_reader_cannot_tell_whether_there_was_what_they_may_not_see(board: Running, draft: dict[str, str]) -> None:
    quiet(board)
    at_last(board)
    before = asked(board, ATTACKER, **draft)
    assert unlooked(NOT_ALL_SEEN) in before.not_looked_at
    confidential(board)
    board.do("an", "person.add", id="thu-hai", name="Thứ Hai")  # the refusals are written with it
    assert asked(board, ATTACKER, **draft) == before
    assert asked(board, WITNESS, **draft) != asked(board, ATTACKER, **draft)


def test_whoever_sees_the_records_is_told(board: Running) -> None:
    quiet(board)
    confidential(board)
    at_last(board)
    gone = asked(board, WITNESS, without="person, add")
    assert [(each.action, each.kind) for each in gone.flips] == [("person.add", "refused")]
    assert gone.numbers == {"refused": 1}
    given = asked(board, WITNESS, policy="p, trustee, *, person, add, -, allow, 2.1")
    assert {each.action: each.number for each in given.widened} == {"person.add": 2}
    asked_anew = asked(board, WITNESS, charter=ORDER)
    assert (asked_anew.asked, asked_anew.touched) == (1, ("separation",))
    told = {who: {each.duty for each in asked(board, who, charter=PAPER).duties} for who in ("binh", WITNESS, ATTACKER)}
    assert told == {"binh": {"follow-up", "look-after"}, WITNESS: {"follow-up"}, ATTACKER: {"look-after"}}


def test_the_one_who_owes_a_duty_is_told_of_it_and_the_ledger_keeps_to_the_same_rule(
    installation: Installation,
) -> None:
    board = Board(revised(installation, charter=PAPER))
    quiet(board)
    confidential(board)
    with board.tenant.store.read(board.tenant.id) as session:
        lines = duty_ledger.entries(board.tenant, session, date(2021, 3, 2))
        seen = {}
        for who in ("binh", WITNESS, ATTACKER):
            visible = duty_ledger.visible_to(Authority(board.tenant, session, who, board.now))
            seen[who] = {line.duty for line in lines if visible(line)}
    assert seen == {"binh": {"follow-up", "look-after"}, WITNESS: {"follow-up"}, ATTACKER: {"look-after"}}


def test_a_draft_that_takes_the_vote_from_one_tells_no_secret_vote_of_theirs(installation: Installation) -> None:
    """One seat's vote alone would come out otherwise: whose it was would be told by that."""
    charter = DECISION.replace("MORE", 'ballot = "week"').replace("BALLOT", "secret = true")
    board = Running(revised(installation, charter=charter, policy=BALLOTS), installation=installation)
    id = board.do("em", "matter.raise", title="Mua", **{"class": "purchase"})
    board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
    board.do("an", "matter.open-ballot", id)
    for voter in ("an", "binh", "em"):
        board.do(voter, "matter.vote", id, position="for")
    draft = {"charter": charter, "policy": f"{BALLOTS}\np, deputy, board, matter, vote, -, deny, 2.5"}
    found = asked(board, "an", **draft)
    assert [each.action for each in found.flips if each.action == "matter.vote"] == []
    assert unlooked("gone-secret", number="3") in found.not_looked_at

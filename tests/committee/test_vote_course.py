"""A vote goes on: turned by an objection or a finding, seconded or lapsed, shortened, put off, called off, entered as totals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.committee.members.appointment import Appointment
from steerco.configuration.installation import Installation
from steerco.records import Invalid, OutOfOrder

MEMBERS = ("an", "binh", "cuc", "dung", "em")
ACTS = (
    *("open-ballot", "second", "close", "find", "object", "request-ballot", "request-roll-call", "request-meeting"),
    *("extend-ballot", "enter-totals"),
)
POLICY = "\n".join(f"p, board, board, matter, {act}, -, allow, 2.5" for act in ACTS)
FIRST = """
[[decision]]
id = "first"
label = { vi = "Trước", en = "First" }
body = "board"
classes = ["purchase"]
cite = ["2.5"]
"""
MOTION = """
[[decision]]
id = "motion"
label = { vi = "Biểu quyết", en = "Motion" }
body = "board"
rule = "vote"
base = "cast"
cite = ["2.5"]
"""
LAZY = 'rule = "lazy"\nballot = "week"\nturns_to = "motion"\n'
VOTE = 'rule = "vote"\nbase = "cast"\nballot = "week"\n'
CONSENSUS = 'rule = "consensus"\n'
FOUND = '[[route]]\nbody = "board"\nclasses = ["purchase"]\nfirst = "first"\nthen = "motion"\ncite = ["2.5"]\n'


def ballot(more: str) -> str:
    return f'[[ballot]]\nid = "week"\ncite = ["2.5"]\n{more}\n'


@pytest.fixture
def raised(installation: Installation) -> Any:
    def made(first: str, more: str) -> tuple[Board, str]:
        board = Board(revised(installation, charter=FIRST + first + more, policy=POLICY))
        id = board.do("em", "matter.raise", title="Mua", **{"class": "purchase"})
        board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
        return board, id

    return made


def stopped(board: Board, who: str, action: str, id: str, **given: Any) -> str:
    error = board.fails(who, action, id, **given)
    assert isinstance(error, OutOfOrder)
    return error.code


def wrong(board: Board, who: str, action: str, id: str, **given: Any) -> list[str]:
    error = board.fails(who, action, id, **given)
    assert isinstance(error, Invalid)
    return list(error.fields)


def appointment_of(board: Board, who: str) -> str:
    with board.tenant.store.read(board.tenant.id) as session:
        return session.scalars(select(Appointment.id).where(Appointment.person == who)).one()


def outcome(board: Board, id: str) -> str:
    return str(board.show("matter", id)["result"]["outcome"])


def all_vote(board: Board, id: str, *positions: str) -> None:
    for who, position in zip(MEMBERS, positions, strict=False):
        board.do(who, "matter.vote", id, position=position)


def test_what_nobody_opposes_passes_at_its_end_and_is_in_effect_from_the_opening(raised: Any) -> None:
    board, id = raised(LAZY + "at_once = true\n", MOTION + ballot("period = { at_least = { value = 3, unit = 'days' } }"))
    board.do("an", "matter.open-ballot", id)
    assert board.show("matter", id)["result"]["in_effect"] is True
    assert stopped(board, "an", "matter.decide", id, outcome="passed") == "ballot-open"
    board.now += timedelta(days=3)
    board.do("an", "matter.decide", id, outcome="passed")
    assert outcome(board, id) == "passed"


def test_the_first_objection_turns_it_into_a_vote_that_counts_it(raised: Any) -> None:
    board, id = raised(LAZY, MOTION + ballot("period = { value = 3, unit = 'days' }"))
    board.do("an", "matter.open-ballot", id)
    board.do("binh", "matter.object", id, reason="Đắt")
    assert board.show("matter", id)["goes_by"] == "motion"
    all_vote(board, id, "for")
    result = board.show("matter", id)["result"]
    assert (result["for"], result["against"]) == (1, 1)
    board.do("em", "matter.vote", id, position="for")
    board.do("an", "matter.decide", id, outcome="passed")


def test_a_rule_with_a_ballot_of_its_own_begins_another_vote(raised: Any) -> None:
    motion = MOTION + 'ballot = "again"\n' + '[[ballot]]\nid = "again"\ncite = ["2.5"]\n'
    board, id = raised(LAZY, motion + ballot("period = { value = 3, unit = 'days' }"))
    board.do("an", "matter.open-ballot", id)
    board.do("binh", "matter.vote", id, position="against")
    assert outcome(board, id) == "ended"
    assert stopped(board, "em", "matter.vote", id, position="for") == "ballot-not-open"
    board.do("an", "matter.open-ballot", id)
    board.do("em", "matter.vote", id, position="for")
    board.do("an", "matter.close", id)
    shown = board.show("matter", id)
    assert (shown["result"]["for"], shown["result"]["against"]) == (1, 0)
    assert [row["round"] for row in shown["votes"]] == [1, 2]


def test_lazy_that_turns_to_nothing_fails(raised: Any) -> None:
    board, id = raised(LAZY.replace('"motion"', '"none"'), ballot("period = { value = 3, unit = 'days' }"))
    board.do("an", "matter.open-ballot", id)
    board.do("binh", "matter.vote", id, position="against")
    board.now += timedelta(days=3)
    board.do("an", "matter.decide", id, outcome="failed")
    assert outcome(board, id) == "failed"


def test_a_finding_on_record_leads_from_consensus_to_a_vote(raised: Any) -> None:
    board, id = raised(CONSENSUS, MOTION + FOUND + 'when = { by = "chair", finding = "exhausted" }\n')
    all_vote(board, id, "for", "for", "against")
    assert stopped(board, "em", "matter.find", id, finding="exhausted") == "finding-by"
    assert wrong(board, "an", "matter.find", id, finding="tired") == ["finding"]
    board.do("an", "matter.find", id, finding="exhausted")
    shown = board.show("matter", id)
    assert [row["finding"] for row in shown["findings"]] == ["exhausted"]
    assert shown["result"]["outcome"] == "passed"
    assert stopped(board, "an", "matter.find", id, finding="exhausted") == "route-taken"
    board.do("an", "matter.decide", id, outcome="passed")


def test_a_route_without_a_finding_turns_on_the_first_vote_against(raised: Any) -> None:
    board, id = raised(CONSENSUS, MOTION + FOUND)
    assert stopped(board, "an", "matter.find", id, finding="exhausted") == "no-route"
    all_vote(board, id, "for", "against", "for")
    assert outcome(board, id) == "passed"


def test_consent_stays_open_for_its_period_and_one_objection_stops_it(raised: Any) -> None:
    consent = 'rule = "consent"\nballot = "week"\n' + 'pass = [{ count = "for", of = "entitled", all_but = 2 }, '
    consent += '{ count = "against", at_most = 0 }]\n'
    board, id = raised(consent, ballot("period = { value = 2, unit = 'days' }\nclose = 'all-voted'"))
    board.do("an", "matter.open-ballot", id)
    all_vote(board, id, "for", "for", "for", "for", "for")
    assert stopped(board, "an", "matter.decide", id, outcome="passed") == "ballot-open"
    board.do("em", "matter.vote", id, position="against")
    board.do("em", "matter.vote", id, position="for")
    board.now += timedelta(days=2)
    board.do("an", "matter.decide", id, outcome="passed")


def test_a_ballot_that_nobody_seconds_in_time_lapses_and_another_may_be_opened(raised: Any) -> None:
    board, id = raised(VOTE, ballot("second_within = { value = 3, unit = 'days' }"))
    board.do("em", "matter.open-ballot", id)
    board.now += timedelta(days=3, minutes=1)
    assert stopped(board, "an", "matter.second", id) == "ballot-lapsed"
    assert stopped(board, "an", "matter.vote", id, position="for") == "ballot-lapsed"
    board.do("em", "matter.open-ballot", id)
    board.do("an", "matter.second", id)
    board.do("an", "matter.vote", id, position="for")


def test_so_many_members_demand_a_ballot(raised: Any) -> None:
    more = "opened_by = ['chair']\non_request = { at_least = 2, of = 'board' }"
    board, id = raised(VOTE, ballot(more))
    assert stopped(board, "em", "matter.open-ballot", id) == "ballot-opened-by"
    board.do("em", "matter.request-ballot", id)
    assert stopped(board, "em", "matter.request-ballot", id) == "requested-already"
    assert stopped(board, "em", "matter.vote", id, position="for") == "ballot-not-open"
    board.do("dung", "matter.request-ballot", id)
    board.do("em", "matter.vote", id, position="for")


def test_only_who_may_shortens_it_and_says_why(raised: Any) -> None:
    more = "period = { value = 5, unit = 'days' }\nshorten = { by = 'chair', reason = true, to = { value = 1, unit = 'days' } }"
    board, id = raised(VOTE, ballot(more))
    soon, sooner = ((board.now + timedelta(hours=hours)).isoformat() for hours in (30, 20))
    assert stopped(board, "em", "matter.open-ballot", id, closes_at=soon, reason="Gấp") == "ballot-shortened-by"
    assert stopped(board, "an", "matter.open-ballot", id, closes_at=sooner, reason="Gấp") == "ballot-too-short"
    assert wrong(board, "an", "matter.open-ballot", id, closes_at=soon) == ["reason"]
    board.do("an", "matter.open-ballot", id, closes_at=soon, reason="Gấp")
    board.now += timedelta(hours=31)
    assert stopped(board, "em", "matter.vote", id, position="for") == "ballot-closed"


def test_its_end_is_put_off_up_to_the_stated_total(raised: Any) -> None:
    more = "period = { value = 2, unit = 'days' }\nextend = { by = 'chair', total = { value = 5, unit = 'days' } }"
    board, id = raised(VOTE, ballot(more))
    board.do("an", "matter.open-ballot", id)
    days = [(board.now + timedelta(days=number)).isoformat() for number in (1, 4, 6)]
    assert wrong(board, "an", "matter.extend-ballot", id, closes_at=days[0]) == ["closes_at"]
    assert stopped(board, "em", "matter.extend-ballot", id, closes_at=days[1]) == "ballot-extended-by"
    assert stopped(board, "an", "matter.extend-ballot", id, closes_at=days[2]) == "ballot-too-long"
    board.do("an", "matter.extend-ballot", id, closes_at=days[1])
    board.now += timedelta(days=3)
    board.do("em", "matter.vote", id, position="for")


def test_a_called_off_ballot_has_no_effect_and_another_follows_a_meeting(raised: Any) -> None:
    board, id = raised(VOTE, ballot("ended_by = { requests = 2, of = 'board', then = 'meeting' }\nalso_ended_by = ['chair']"))
    board.do("an", "matter.open-ballot", id)
    all_vote(board, id, "for", "for", "for")
    board.do("em", "matter.request-meeting", id)
    assert stopped(board, "em", "matter.request-meeting", id) == "requested-already"
    board.do("dung", "matter.request-meeting", id)
    assert outcome(board, id) == "ended"
    assert stopped(board, "an", "matter.decide", id, outcome="passed") == "ballot-not-open"
    assert stopped(board, "an", "matter.open-ballot", id) == "meeting-first"
    board.do("an", "meeting.open", board.meeting(starts_at="2021-03-01T09:00:00"))
    board.do("an", "matter.open-ballot", id)
    board.do("an", "matter.request-meeting", id)
    assert outcome(board, id) == "ended"


def test_totals_are_entered_up_to_those_who_may_vote_unless_a_roll_call_is_demanded(raised: Any) -> None:
    board, id = raised(VOTE, ballot("taken = 'totals'\nroll_call = { at_least = 1, of = 'board' }"))
    board.do("an", "matter.open-ballot", id)
    assert stopped(board, "em", "matter.vote", id, position="for") == "votes-as-totals"
    assert wrong(board, "an", "matter.enter-totals", id, **{"for": 4, "against": 2}) == ["for"]
    board.do("an", "matter.enter-totals", id, **{"for": 3, "against": 1})
    assert board.show("matter", id)["result"]["for"] == 3
    board.do("em", "matter.request-roll-call", id)
    assert stopped(board, "an", "matter.enter-totals", id, **{"for": 3}) == "votes-by-name"
    board.do("em", "matter.vote", id, position="against")
    board.do("an", "matter.close", id)
    assert outcome(board, id) == "failed"


def test_who_leaves_drops_out_where_the_text_says_so(raised: Any) -> None:
    for leavers, base in (("drop", 4), ("stay", 5)):
        more = f"leavers = '{leavers}'"
        board, id = raised('rule = "vote"\nbase = "all"\nballot = "week"\n', ballot(more))
        board.do("an", "matter.open-ballot", id)
        board.do("em", "matter.vote", id, position="for")
        board.do("an", "appointment.end", appointment_of(board, "em"), to="2021-03-01")
        board.now += timedelta(days=1)
        board.do("an", "matter.vote", id, position="for")
        result = board.show("matter", id)["result"]
        assert (result["base"], result["for"]) == (base, 1 if leavers == "drop" else 2)


def test_who_neither_votes_nor_abstains_is_named_where_all_must(raised: Any) -> None:
    board, id = raised(VOTE, ballot("explicit_abstention = true"))
    board.do("an", "matter.open-ballot", id)
    all_vote(board, id, "for", "abstain", "for", "for")
    board.do("an", "matter.close", id)
    assert board.show("matter", id)["result"]["silent"] == 1
    assert [(each.code, each.params) for each in board.done[-1].decision.remarks] == [("silent-members", {"who": "em"})]


def test_no_objection_is_made_openly_where_votes_are_hidden(raised: Any) -> None:
    board, id = raised(VOTE, ballot("secret = true"))
    board.do("an", "matter.open-ballot", id)
    assert stopped(board, "em", "matter.object", id) == "objection-is-open"


def test_a_secret_vote_that_was_called_off_tells_nobody_s_position(raised: Any) -> None:
    board, id = raised(VOTE, ballot("secret = true\nalso_ended_by = ['chair']"))
    board.do("an", "matter.open-ballot", id)
    all_vote(board, id, "for", "against", "for", "for")
    board.do("an", "matter.request-meeting", id)
    shown = board.show("matter", id)
    assert (shown["result"], {row["position"] for row in shown["votes"]}) == ({"outcome": "ended"}, {None})
    board.do("an", "matter.open-ballot", id)
    assert {row["position"] for row in board.show("matter", id)["votes"]} == {None}

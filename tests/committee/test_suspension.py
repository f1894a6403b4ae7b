"""Whoever does not take part loses the vote by the charter, and gets it back as the charter says; nothing is written for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.committee.conftest import Board
from tests.kernel.conftest import revised

from steerco.charter.tables.suspensions import After, Restored, Suspension, TakingPart, walk
from steerco.configuration.installation import Installation
from steerco.notifications.reminders import remind
from steerco.notifications.wording import Telling
from steerco.records import OutOfOrder
from steerco.store.notice_tables import NoticeRow

FIRST = date(2026, 1, 1)


@pytest.fixture
def changed(installation: Installation) -> Any:
    return lambda charter: Board(revised(installation, charter=charter))


def occasions(there: list[bool]) -> list[TakingPart]:
    return [TakingPart(FIRST + timedelta(days=number), each) for number, each in enumerate(there)]


@given(st.lists(st.booleans(), max_size=30), st.integers(1, 4), st.integers(1, 4))
def test_a_walk_equals_a_slow_look_back(there: list[bool], missed: int, attended: int) -> None:
    """In a row: suspended after so many misses, back after so many attended; the reference looks at every run anew."""
    rule = Suspension(
        "member", After("meetings", missed, consecutive=True), ("1",), restored=Restored(attended=attended, consecutive=True)
    )
    out, run = False, 0
    for each in there:
        run = run + 1 if each is out else 0
        if run == (attended if out else missed):
            out, run = not out, 0
    assert (walk(rule, occasions(there)).since is not None) == out


def test_what_was_missed_long_ago_does_not_count() -> None:
    from steerco.charter.tables.terms import TermLength

    rule = Suspension("member", After("meetings", 2), ("1",), within=TermLength(1, "months"))
    assert walk(rule, [TakingPart(FIRST, False), TakingPart(date(2026, 2, 1), False)]).since is None
    assert walk(rule, [TakingPart(FIRST, False), TakingPart(date(2026, 1, 31), False)]).since == date(2026, 1, 31)


VOTES = """
[[suspension]]
role = 'deputy'
after = { missed = 2, of = 'votes', consecutive = true }
effect = ['voting', 'quorum-base']
restored = { by_contribution = true }
cite = ['2.6']
"""


def decided(board: Board, *voters: str) -> str:
    id = put(board)
    for who in voters:
        board.do(who, "matter.vote", id, position="for")
    board.do("an", "matter.decide", id, outcome="passed")
    board.now += timedelta(days=1)
    return id


def put(board: Board) -> str:
    id = board.do("an", "matter.raise", title="Mua sách", class_="acquisition")
    board.do("giang", "matter.prepare-opinion", id, text="Nên mua")
    board.do("giang", "matter.put", id, put_to="chair")
    return id


def test_two_votes_missed_cost_the_vote_and_a_contribution_brings_it_back(changed: Any) -> None:
    board = changed(VOTES)
    for _ in range(2):
        decided(board, "an", "cuc", "dung", "em")
    id = put(board)
    error = board.fails("binh", "matter.vote", id, position="for")
    assert isinstance(error, OutOfOrder)
    assert (error.code, tuple(error.cites), error.params) == ("suspended-contribute", ("2.6",), {"since": "2021-03-02"})
    board.do("binh", "matter.give-opinion", id, position="agree")
    board.now += timedelta(days=1)
    board.do("binh", "matter.vote", put(board), position="for")


def test_whom_the_rule_names_is_told_once_before_the_vote_is_lost(changed: Any) -> None:
    board = changed(VOTES.replace("cite", "notice_to = { to = 'chair', days = 5 }\ncite"))
    for _ in range(2):
        decided(board, "an", "cuc", "dung", "em")
    id = put(board)
    for _ in range(2):
        remind(board.tenant, board.now)
        board.now += timedelta(days=1)
    with board.tenant.store.read(board.tenant.id) as session:
        rows = list(session.scalars(select(NoticeRow)))
        (told,) = [Telling(board.tenant, session, board.now, "en").of(row) for row in rows]
    assert [row.person for row in rows] == ["an"]
    assert (
        told.title
        == "Deputy mayor, Library Board: no vote, does not count in the quorum's base from 7 March 2021, for not taking part"
    )
    assert told.cites == ("Clause 2.6",)
    board.now = board.now.replace(day=7)
    assert board.fails("binh", "matter.vote", id, position="for").code == "suspended-contribute"


def test_of_two_rules_on_one_person_each_is_told_by_its_own_clause_and_neither_hides_the_other(changed: Any) -> None:
    first = VOTES.replace("['voting', 'quorum-base']", "['voting']").replace("cite", "notice_to = 'chair'\ncite")
    then = VOTES.replace("['voting', 'quorum-base']", "['seat']").replace("'deputy'", "'leadership'").replace("2.6", "2.4")
    board = changed(then.replace("cite", "notice_to = { to = 'chair', days = 5 }\ncite") + first)
    for _ in range(2):
        decided(board, "an", "cuc", "dung", "em")
    remind(board.tenant, board.now)
    with board.tenant.store.read(board.tenant.id) as session:
        told = [Telling(board.tenant, session, board.now, "en").of(row) for row in session.scalars(select(NoticeRow))]
    assert sorted((each.title, each.cites) for each in told) == [
        ("Deputy mayor, Library Board: no vote from 2 March 2021, for not taking part", ("Clause 2.6",)),
        ("Deputy mayor, Library Board: no vote, and counts in no base from 7 March 2021, for not taking part", ("Clause 2.4",)),
    ]
    error = board.fails("binh", "matter.vote", put(board), position="for")
    assert isinstance(error, OutOfOrder)
    assert (tuple(error.cites), error.params) == (("2.6",), {"since": "2021-03-02"})


def test_a_rule_that_takes_nothing_tells_all_the_same(changed: Any) -> None:
    board = changed(VOTES.replace("['voting', 'quorum-base']", "[]").replace("cite", "notice_to = 'chair'\ncite"))
    for _ in range(2):
        decided(board, "an", "cuc", "dung", "em")
    remind(board.tenant, board.now)
    with board.tenant.store.read(board.tenant.id) as session:
        (row,) = session.scalars(select(NoticeRow))
        assert (row.person, Telling(board.tenant, session, board.now, "en").of(row).cites) == ("an", ("Clause 2.6",))
    board.do("binh", "matter.vote", put(board), position="for")


SCHOOL = VOTES.replace("'deputy'", "'trustee'").replace("cite", "notice_to = 'agency'\ncite")


def word(board: Board, *voters: str) -> list[tuple[str, str]]:
    """Whom the step of the day tells of who missed two votes, and why it comes to them."""
    for _ in range(2):
        decided(board, *voters)
    remind(board.tenant, board.now)
    with board.tenant.store.read(board.tenant.id) as session:
        rows = session.scalars(select(NoticeRow)).all()
        return sorted((row.person, Telling(board.tenant, session, board.now, "en").of(row).why) for row in rows)


def test_an_agency_is_told_through_its_head_and_not_through_the_one_concerned(changed: Any) -> None:
    board = changed(SCHOOL)
    board.do("an", "appointment.appoint", person="hoa", seat="agency-head", agency="school")
    assert word(board, "an", "binh", "dung", "em") == [("hoa", "The rule cited says that you are told of this.")]


def test_where_nobody_but_the_one_concerned_speaks_for_the_agency_the_word_falls_to_who_keeps_the_register(changed: Any) -> None:
    """Cuc alone acts for the school and Dung for the library, Em for no agency; the chair may end appointments."""
    told = word(changed(SCHOOL), "an", "binh")
    assert {who for who, _ in told} == {"an"}
    assert [why.partition(". No text")[0] for _, why in told] == [
        "The rule cited says that the member's agency is told of this, and none is on record",
        "The rule cited says that this is told to Library, and nobody but the person concerned can be told for it",
        "The rule cited says that this is told to School, and nobody but the person concerned can be told for it",
    ]


def test_a_group_that_a_rule_names_is_told_whole(changed: Any) -> None:
    board = changed(SCHOOL.replace("'agency'", "'leadership'"))
    assert [who for who, _ in word(board, "an", "binh", "dung", "em")] == ["an", "binh"]


def test_who_voted_once_in_between_keeps_the_vote(changed: Any) -> None:
    board = changed(VOTES)
    for voters in (("an", "em", "cuc"), ("an", "binh", "em"), ("an", "em", "cuc")):
        decided(board, *voters)
    id = put(board)
    board.do("binh", "matter.vote", id, position="for")
    assert board.show("matter", id)["votes"]


MEETINGS = """
[[suspension]]
role = 'trustee'
after = { missed = 2, of = 'meetings', consecutive = true }
unless = ['excused']
effect = ['membership']
restored = { attended = 2, consecutive = true, votes_in_last = true }
cite = ['2.2']
"""


def held(board: Board, *there: str, conclude: bool = True) -> str:
    meeting = board.meeting(starts_at=board.now.replace(hour=14).isoformat())
    return sit(board, meeting, *there, conclude=conclude)


def sit(board: Board, meeting: str, *there: str, conclude: bool = True) -> str:
    board.now += timedelta(hours=6)
    board.do("an", "meeting.open", meeting)
    rows = [{"person": who, "presence": "present" if who in there else "absent"} for who in ("an", "binh", "cuc", "dung", "em")]
    board.do("an", "meeting.record-attendance", meeting, entries=rows)
    if conclude:
        board.do("an", "meeting.conclude", meeting, text="Đã họp")
    board.now += timedelta(hours=18)
    return meeting


def test_two_meetings_missed_cost_the_seat_in_the_base_until_two_are_attended(changed: Any) -> None:
    board = changed(MEETINGS)
    for _ in range(2):
        held(board, "an", "binh", "cuc", "dung")
    id = put(board)
    error = board.fails("em", "matter.vote", id, position="for")
    assert (error.code, error.params["left"]) == ("suspended-attend", 2)
    board.do("an", "matter.vote", id, position="for")
    assert board.get("matter", id).voting["who"]["seated"] == 4
    held(board, "an", "binh", "cuc", "dung", "em")
    assert board.fails("em", "matter.vote", put(board), position="for").params["left"] == 1
    held(board, "an", "binh", "cuc", "dung", "em", conclude=False)
    board.do("em", "matter.vote", put(board), position="for")


def test_who_gave_a_proxy_for_the_meeting_has_not_missed_it(installation: Installation) -> None:
    charter = MEETINGS.replace("'excused'", "'proxy-named'") + "[[proxy]]\nbody = 'board'\ncite = ['2.6']\n"
    lines = ("board, board, proxy, give", "relation:self, *, proxy, withdraw", "board, *, proxy, read")
    policy = "\n".join(f"p, {line}, -, allow, 2.6" for line in lines)
    board = Board(revised(installation, charter=charter, policy=policy))
    proxies = list[str]()
    for _ in range(2):
        meeting = board.meeting(starts_at=board.now.replace(hour=14).isoformat())
        proxies.append(board.do("em", "proxy.give", to="an", meeting=meeting))
        sit(board, meeting, "an", "binh", "cuc", "dung")
    board.do("em", "proxy.withdraw", proxies[0])
    board.do("em", "matter.vote", put(board), position="for")
    held(board, "an", "binh", "cuc", "dung")
    board.do("em", "matter.vote", put(board), position="for")
    meeting = board.meeting(starts_at=board.now.replace(hour=14).isoformat())
    board.do("em", "proxy.withdraw", board.do("em", "proxy.give", to="an", meeting=meeting))
    sit(board, meeting, "an", "binh", "cuc", "dung")
    error = board.fails("em", "matter.vote", put(board), position="for")
    assert isinstance(error, OutOfOrder)
    assert (error.code, tuple(error.cites)) == ("suspended-attend", ("2.2",))


SILENCE = """
[[suspension]]
role = 'trustee'
after = { of = 'contribution' }
within = { value = 9, unit = 'months' }
effect = ['quorum-base']
cite = ['2.2']
"""


def test_the_silent_leave_the_active_base_and_keep_the_vote(changed: Any) -> None:
    board = changed(SILENCE)
    id = put(board)
    board.do("em", "matter.vote", id, position="for")
    who = board.get("matter", id).voting["who"]
    assert len(who["entitled"]) == 5
    assert who["active"] < 5


REMOVAL = """
[[removal]]
role = 'trustee'
decision = 'acquisitions'
steps = [
  { what = 'feedback', at_least = { value = 10, unit = 'days' } },
  { what = 'vote', within = { value = 3, unit = 'days' } },
]
cite = ['2.1']
"""


def test_a_removal_is_voted_on_after_the_time_for_feedback_and_within_its_time(installation: Installation) -> None:
    policy = "p, chair, *, matter, open-ballot, -, allow, 2.5"
    board = Board(revised(installation, charter=REMOVAL, policy=policy))
    raised = [board.do("an", "matter.raise", title="Cho thôi", class_="acquisition", concerns="em") for _ in range(2)]
    for days, code, until in ((9, "removal-feedback", "2021-03-11"), (14, "removal-too-late", "2021-03-14")):
        board.now = board.now.replace(day=1 + days)
        error = board.fails("an", "matter.open-ballot", raised[0])
        assert isinstance(error, OutOfOrder)
        assert (error.code, tuple(error.cites), error.params) == (code, ("2.1",), {"until": until})
    board.now = board.now.replace(day=12)
    board.do("an", "matter.open-ballot", raised[1])


CALL = "call = { by = 'trustee', in = 'extended', second = 1 }\n"
LINES = ("board, board, matter, second", "chair, *, matter, open-ballot", "board, *, matter, raise")


def test_a_removal_is_called_for_by_whom_and_where_the_charter_says_and_seconded(installation: Installation) -> None:
    policy = "\n".join(f"p, {line}, -, allow, 2.5" for line in LINES)
    board = Board(revised(installation, charter=REMOVAL.replace("cite", CALL + "cite"), policy=policy))
    about = {"title": "Cho thôi", "class": "acquisition", "concerns": "em"}
    order = [stop(board.fails("an", "matter.raise", **about)), stop(board.fails("dung", "matter.raise", **about))]
    meeting = board.do("an", "meeting.convene", kind="extended", starts_at=board.now.replace(hour=14).isoformat())
    order.append(stop(board.fails("dung", "matter.raise", meeting=meeting, **about)))
    assert order == ["removal-called-by", "removal-called-in", "removal-called-in"]
    board.do("an", "matter.raise", title="Khác", class_="acquisition", concerns="binh")
    board.now = board.now.replace(hour=14)
    board.do("an", "meeting.open", meeting)
    id = board.do("dung", "matter.raise", meeting=meeting, **about)
    board.now = board.now.replace(day=12)
    assert stop(board.fails("an", "matter.open-ballot", id)) == "removal-not-seconded"
    assert stop(board.fails("dung", "matter.second", id)) == "second-by-another"
    board.do("cuc", "matter.second", id)
    board.do("an", "matter.open-ballot", id)


def stop(error: Any) -> str:
    assert isinstance(error, OutOfOrder), error
    assert error.cites == ("2.1",)
    return error.code

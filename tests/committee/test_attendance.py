"""Absence with consent, absence without leave, and substitutes."""

from __future__ import annotations

from datetime import datetime

from tests.committee.conftest import ZONE, Board

from steerco.committee.meetings.absence_request import leave
from steerco.committee.meetings.meeting import Meeting
from steerco.kernel.authority import Authority
from steerco.kernel.view import seen
from steerco.records import Invalid, OutOfOrder, Refused


def stayed_away(board: Board, meeting: str, who: str) -> str:
    with board.tenant.store.read(board.tenant.id) as session:
        return leave(session, session.get_one(Meeting, (board.tenant.id, meeting)), who)


def rows(board: Board, meeting: str) -> dict[str, dict[str, object]]:
    return {row["who"]: row for row in board.show("meeting", meeting)["attendance"]}


def excused(board: Board, meeting: str, who: str) -> str:
    request = board.do(who, "absence-request.request", meeting=meeting, reason="Đi công tác")
    board.do("an", "absence-request.consent", request)
    return request


def test_consent_books_the_absence_as_excused(board: Board) -> None:
    meeting = board.meeting("em", "deputy")
    excused(board, meeting, "em")
    assert rows(board, meeting)["em"]["reply"] == "excused"
    assert rows(board, meeting)["em"]["presence"] is None
    assert stayed_away(board, meeting, "em") == "with-consent"


def test_that_one_was_excused_leaves_everybody_else_asked_where_no_list_was_set(board: Board) -> None:
    meeting = board.meeting()
    excused(board, meeting, "em")
    assert excused(board, meeting, "binh")
    stopped = board.fails("binh", "absence-request.request", meeting=board.meeting("em"), reason="Bận")
    assert isinstance(stopped, Invalid)
    assert set(stopped.fields) == {"meeting"}


def test_staying_away_unasked_is_without_leave_and_coming_late_is_not(board: Board) -> None:
    meeting = board.meeting("em", "deputy")
    board.do("an", "meeting.open", meeting)
    entries = [{"person": "em", "presence": "absent"}, {"person": "deputy", "presence": "late"}]
    board.do("an", "meeting.record-attendance", meeting, entries=entries)
    assert stayed_away(board, meeting, "em") == "without-leave"
    assert stayed_away(board, meeting, "deputy") == ""


def test_who_is_excused_and_comes_all_the_same_was_not_away(board: Board) -> None:
    meeting = board.meeting("em")
    excused(board, meeting, "em")
    board.do("an", "meeting.open", meeting)
    board.do("an", "meeting.record-attendance", meeting, entries=[{"person": "em", "presence": "present"}])
    assert stayed_away(board, meeting, "em") == ""


def test_a_refused_request_leaves_one_without_leave_and_may_be_made_again(board: Board) -> None:
    meeting = board.meeting("em")
    request = board.do("em", "absence-request.request", meeting=meeting, reason="Bận")
    board.do("an", "absence-request.refuse", request, reason="Cần có mặt")
    board.do("an", "meeting.open", meeting)
    board.do("an", "meeting.record-attendance", meeting, entries=[{"person": "em", "presence": "absent"}])
    assert stayed_away(board, meeting, "em") == "without-leave"
    board.do("em", "absence-request.request", meeting=meeting, reason="Ốm")


def test_one_open_request_per_person_and_meeting(board: Board) -> None:
    meeting = board.meeting("em", "deputy")
    board.do("em", "absence-request.request", meeting=meeting, reason="Bận")
    assert board.fails("em", "absence-request.request", meeting=meeting, reason="Bận").code == "already-requested"
    board.do("binh", "absence-request.request", meeting=meeting, reason="Bận")


def test_before_anyone_is_listed_every_member_is_asked_and_then_only_those_listed(board: Board) -> None:
    meeting = board.meeting()
    board.do("em", "absence-request.request", meeting=meeting, reason="Bận")
    listed = board.meeting("deputy")
    stopped = board.fails("em", "absence-request.request", meeting=listed, reason="Bận")
    assert isinstance(stopped, Invalid)
    assert "meeting" in stopped.fields


def test_an_empty_list_of_attendees_asks_the_whole_board(board: Board) -> None:
    meeting = board.meeting()
    board.do("an", "meeting.set-attendees", meeting, attendees=[])
    board.do("em", "absence-request.request", meeting=meeting, reason="Bận")


def test_only_the_presiding_officer_consents(board: Board) -> None:
    request = board.do("em", "absence-request.request", meeting=board.meeting("em"), reason="Bận")
    board.do("binh", "absence-request.request", meeting=board.meeting("deputy"), reason="Bận")
    assert not board.sees("binh", "absence-request", request)
    assert isinstance(board.fails("em", "absence-request.consent", request), Refused)


def test_whoever_acts_for_the_presiding_chair_consents_in_the_chairs_place(board: Board) -> None:
    meeting = board.meeting("em")
    request = board.do("em", "absence-request.request", meeting=meeting, reason="Bận")
    board.do("an", "officer-absence.record", who="chair", from_="2021-03-01", to="2021-03-05")
    board.do("binh", "absence-request.consent", request)
    assert board.show("absence-request", request)["answered_by"] == "chair"


def test_a_request_withdrawn_takes_the_excuse_off_the_list(board: Board) -> None:
    meeting = board.meeting("em")
    board.do("em", "absence-request.withdraw", excused(board, meeting, "em"))
    assert rows(board, meeting)["em"]["reply"] is None
    assert stayed_away(board, meeting, "em") == ""


def test_nothing_is_asked_of_a_meeting_that_is_over(board: Board) -> None:
    meeting = board.meeting("em")
    board.do("an", "meeting.cancel", meeting, reason="Bão")
    assert board.fails("em", "absence-request.request", meeting=meeting, reason="Bận").code == "meeting-over"
    assert board.fails("em", "substitution.name", meeting=meeting, substitute="hoa").code == "meeting-over"


def named(board: Board, meeting: str) -> str:
    return board.do("em", "substitution.name", meeting=meeting, substitute="hoa")


def test_a_substitute_with_consent_and_opinion_is_admitted_and_sees_the_meeting(board: Board) -> None:
    meeting = board.meeting("em")
    excused(board, meeting, "em")
    substitution = named(board, meeting)
    board.do("em", "substitution.lodge-opinion", substitution, opinion="Đồng ý mua")
    assert not board.sees("hoa", "meeting", meeting)
    board.do("an", "substitution.admit", substitution)
    assert board.sees("hoa", "meeting", meeting)
    assert rows(board, meeting)["hoa"]["invited_as"] == "substitute"
    assert "hoa" in board.told()


def test_without_consent_or_opinion_nobody_is_admitted_and_the_clause_says_so(board: Board) -> None:
    meeting = board.meeting("em")
    substitution = named(board, meeting)
    stopped = board.fails("an", "substitution.admit", substitution)
    assert isinstance(stopped, OutOfOrder)
    assert (stopped.code, stopped.cites) == ("absence-consented", ("2.2",))
    excused(board, meeting, "em")
    assert board.fails("an", "substitution.admit", substitution).code == "opinion-lodged"


def test_an_opinion_after_the_meeting_opened_comes_too_late(board: Board) -> None:
    meeting = board.meeting("em")
    excused(board, meeting, "em")
    substitution = named(board, meeting)
    board.do("an", "meeting.open", meeting)
    stopped = board.fails("em", "substitution.lodge-opinion", substitution, opinion="Đồng ý")
    assert isinstance(stopped, OutOfOrder)
    assert (stopped.code, stopped.cites) == ("before-opening", ("2.2",))


def test_an_opinion_lodged_in_the_second_of_opening_counts_by_its_order(board: Board) -> None:
    meeting = board.meeting("em")
    excused(board, meeting, "em")
    substitution = named(board, meeting)
    board.now = datetime(2021, 3, 10, 14, tzinfo=ZONE)
    board.do("em", "substitution.lodge-opinion", substitution, opinion="Đồng ý")
    board.do("an", "meeting.open", meeting)
    board.do("an", "substitution.admit", substitution)


def test_nobody_is_their_own_substitute_and_a_body_is_none(board: Board) -> None:
    meeting = board.meeting("em")
    for substitute in ("em", "desk", "school"):
        assert isinstance(board.fails("em", "substitution.name", meeting=meeting, substitute=substitute), Invalid)


def test_two_seats_of_one_person_are_not_two_people(board: Board) -> None:
    """The director of the library is a trustee and the head of the Desk: naming the other seat names the same person."""
    meeting = board.meeting("trustee-library")
    assert isinstance(board.fails("dung", "substitution.name", meeting=meeting, substitute="desk-head"), Invalid)
    board.do("dung", "absence-request.request", meeting=meeting, reason="Bận")
    assert board.fails("dung", "absence-request.request", meeting=meeting, reason="Bận").code == "already-requested"


def test_an_office_handed_over_takes_the_request_with_it(board: Board) -> None:
    meeting = board.meeting("trustee-school")
    request = board.do("cuc", "absence-request.request", meeting=meeting, reason="Bận")
    board.do("an", "appointment.appoint", person="hoa", office="principal", from_="2021-03-02")
    board.now = datetime(2021, 3, 2, 9, tzinfo=ZONE)
    assert board.sees("hoa", "absence-request", request)
    assert not board.sees("cuc", "absence-request", request)
    board.do("hoa", "absence-request.withdraw", request)


def test_one_substitute_at_a_time_and_the_consent_stands_while_there_is_one(board: Board) -> None:
    meeting = board.meeting("em")
    request = excused(board, meeting, "em")
    substitution = named(board, meeting)
    assert board.fails("em", "substitution.name", meeting=meeting, substitute="giang").code == "substitute-named"
    assert board.fails("em", "absence-request.withdraw", request).code == "substitute-named"
    board.do("em", "substitution.withdraw", substitution)
    board.do("em", "substitution.name", meeting=meeting, substitute="giang")


def test_a_withdrawn_substitute_leaves_the_list(board: Board) -> None:
    meeting = board.meeting("em")
    excused(board, meeting, "em")
    substitution = named(board, meeting)
    board.do("em", "substitution.lodge-opinion", substitution, opinion="Đồng ý")
    board.do("an", "substitution.admit", substitution)
    board.do("em", "substitution.withdraw", substitution)
    assert "hoa" not in rows(board, meeting)
    assert not board.sees("hoa", "meeting", meeting)


def test_one_substitute_for_two_members_stays_for_the_one_when_the_other_takes_it_back(board: Board) -> None:
    meeting = board.meeting("em", "trustee-library")
    kept = {}
    for who in ("em", "dung"):
        excused(board, meeting, who)
        kept[who] = board.do(who, "substitution.name", meeting=meeting, substitute="hoa")
        board.do(who, "substitution.lodge-opinion", kept[who], opinion="Đồng ý")
        board.do("an", "substitution.admit", kept[who])
    board.do("em", "substitution.withdraw", kept["em"])
    assert rows(board, meeting)["hoa"]["invited_as"] == "substitute"
    assert board.sees("hoa", "meeting", meeting)
    board.do("dung", "substitution.withdraw", kept["dung"])
    assert "hoa" not in rows(board, meeting)


def test_a_guest_who_was_a_substitute_too_and_attended_is_not_taken_back(board: Board) -> None:
    meeting = board.meeting("em")
    board.do("an", "meeting.invite", meeting, who=["hoa"])
    excused(board, meeting, "em")
    substitution = named(board, meeting)
    board.do("em", "substitution.lodge-opinion", substitution, opinion="Đồng ý")
    board.do("an", "substitution.admit", substitution)
    board.do("an", "meeting.open", meeting)
    board.do("an", "meeting.record-attendance", meeting, entries=[{"person": "hoa", "presence": "present"}])
    assert board.fails("em", "substitution.withdraw", substitution).code == "substitute-attended"


def test_why_a_member_is_away_is_not_told_in_the_list_that_guests_read(board: Board) -> None:
    meeting = board.meeting("em")
    board.do("an", "meeting.invite", meeting, who=["hoa"])
    request = board.do("em", "absence-request.request", meeting=meeting, reason="Mổ tim")
    board.do("an", "absence-request.consent", request, note="Chúc mau bình phục")
    assert board.sees("hoa", "meeting", meeting)
    assert not board.sees("hoa", "absence-request", request)
    assert rows(board, meeting)["em"]["note"] is None
    board.do("em", "absence-request.withdraw", request)
    assert rows(board, meeting)["em"]["reply"] is None


def note_read_by(board: Board, meeting: str, reader: str) -> str | None:
    with board.tenant.store.read(board.tenant.id) as session:
        authority = Authority(board.tenant, session, reader, board.now)
        found = authority.find(Meeting, meeting)
        assert found is not None
        return {row["who"]: row["note"] for row in seen(authority, found)["attendance"]}["em"]


def test_a_note_on_somebody_is_read_by_them_and_by_who_reads_such_requests(board: Board) -> None:
    meeting = board.meeting("em")
    board.do("an", "meeting.invite", meeting, who=["hoa"])
    board.do("em", "meeting.reply", meeting, answer="decline", note="Mổ tim")
    assert note_read_by(board, meeting, "hoa") is None
    assert note_read_by(board, meeting, "em") == note_read_by(board, meeting, "an") == "Mổ tim"
    board.do("an", "meeting.open", meeting)
    entries = [{"person": "em", "presence": "absent", "note": "Nằm viện"}]
    board.do("an", "meeting.record-attendance", meeting, entries=entries)
    assert note_read_by(board, meeting, "hoa") is None
    assert note_read_by(board, meeting, "an") == "Nằm viện"


def test_a_request_taken_back_sets_no_list_either(board: Board) -> None:
    meeting = board.meeting()
    board.do("em", "absence-request.withdraw", excused(board, meeting, "em"))
    assert excused(board, meeting, "binh")


def test_how_somebody_stayed_away_stands_in_the_record(board: Board) -> None:
    meeting = board.meeting("em", "deputy", "trustee-library")
    excused(board, meeting, "em")
    assert rows(board, meeting)["em"]["leave"] == "with-consent"
    board.do("an", "meeting.open", meeting)
    entries = [{"person": "em", "presence": "absent"}, {"person": "deputy", "presence": "absent"}]
    board.do("an", "meeting.record-attendance", meeting, entries=[*entries, {"person": "dung", "presence": "late"}])
    told = {who: row["leave"] for who, row in rows(board, meeting).items()}
    assert told == {"em": "with-consent", "deputy": "without-leave", "trustee-library": None}
    assert stayed_away(board, meeting, "deputy") == "without-leave"


def test_a_seat_and_its_holder_are_one_on_the_list(board: Board) -> None:
    meeting = board.meeting("deputy", "binh")
    assert list(rows(board, meeting)) == ["deputy"]
    board.do("binh", "meeting.reply", meeting, answer="accept")
    board.do("an", "meeting.invite", meeting, who=["binh"])
    board.do("an", "meeting.open", meeting)
    board.do("an", "meeting.record-attendance", meeting, entries=[{"person": "binh", "presence": "present"}])
    (row,) = board.show("meeting", meeting)["attendance"]
    assert (row["who"], row["invited_as"], row["reply"], row["presence"], row["mode"]) == (
        "deputy",
        "attendee",
        "accept",
        "present",
        "in-person",
    )


def test_a_guest_put_on_the_list_of_attendees_is_one_row_and_an_attendee(board: Board) -> None:
    meeting = board.meeting()
    board.do("an", "meeting.invite", meeting, who=["em"])
    board.do("an", "meeting.set-attendees", meeting, attendees=["em"])
    assert {who: row["invited_as"] for who, row in rows(board, meeting).items()} == {"em": "attendee"}


def test_a_body_on_the_list_is_each_of_its_members_who_may_answer(board: Board) -> None:
    meeting = board.meeting("board")
    listed = rows(board, meeting)
    assert "board" not in listed
    assert {"deputy", "em"} <= set(listed)
    board.do("em", "meeting.reply", meeting, answer="accept")
    assert rows(board, meeting)["em"]["reply"] == "accept"


def test_the_absent_were_there_in_no_way(board: Board) -> None:
    meeting = board.meeting("em", "deputy")
    board.do("an", "meeting.open", meeting)
    board.do("an", "meeting.record-attendance", meeting, entries=[{"person": "em", "presence": "absent"}])
    assert rows(board, meeting)["em"]["mode"] is None
    wrong = [{"person": "em", "presence": "absent", "mode": "remote"}, {"person": "board", "presence": "present"}]
    stopped = board.fails("an", "meeting.record-attendance", meeting, entries=wrong)
    assert isinstance(stopped, Invalid)
    assert {path: why.code for path, why in stopped.fields.items()} == {
        "entries[0].mode": "absent-has-none",
        "entries[1].person": "one-person",
    }


def test_booked_anew_as_absent_nothing_says_how_one_was_there(board: Board) -> None:
    meeting = board.meeting("em")
    board.do("an", "meeting.open", meeting)
    for presence in ("present", "absent"):
        board.do("an", "meeting.record-attendance", meeting, entries=[{"person": "em", "presence": presence}])
    assert (rows(board, meeting)["em"]["presence"], rows(board, meeting)["em"]["mode"]) == ("absent", None)


def test_postponing_is_to_another_time_that_is_still_to_come(board: Board) -> None:
    meeting = board.meeting("em", starts_at="2021-03-10T14:00:00")
    for starts_at, code in (
        ("2021-02-10T14:00:00", "time-past"),
        ("2021-03-01T09:00:00", "time-past"),
        ("2021-03-10T14:00:00", "same-time"),
        ("2021-03-10T07:00:00Z", "same-time"),
    ):
        stopped = board.fails("an", "meeting.postpone", meeting, starts_at=starts_at, reason="Bão")
        assert isinstance(stopped, Invalid)
        assert stopped.fields["starts_at"].code == code
    board.do("an", "meeting.postpone", meeting, starts_at="2021-03-11T14:00:00", reason="Bão")
    assert board.told() == {"em"}


def test_answers_were_for_the_time_before_and_consent_to_an_absence_for_the_meeting(board: Board) -> None:
    meeting = board.meeting("em", "deputy", "trustee-library")
    excused(board, meeting, "em")
    board.do("binh", "meeting.reply", meeting, answer="accept", note="Đi cùng thư ký")
    board.do("dung", "meeting.reply", meeting, answer="decline")
    board.do("an", "meeting.postpone", meeting, starts_at="2021-03-11T14:00:00", reason="Bão")
    assert {who: (row["reply"], row["note"]) for who, row in rows(board, meeting).items()} == {
        "em": ("excused", None),
        "deputy": (None, None),
        "trustee-library": (None, None),
    }


def test_where_no_list_was_set_every_member_is_told_that_the_meeting_moves(board: Board) -> None:
    meeting = board.meeting()
    board.do("an", "meeting.postpone", meeting, starts_at="2021-03-11T14:00:00", reason="Bão")
    assert {"an", "binh", "em", "dung"} <= board.told()

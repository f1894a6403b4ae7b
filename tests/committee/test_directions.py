"""Directions and the tasks that they become; minutes of what was said."""

from __future__ import annotations

from tests.committee.conftest import Board

from steerco.records import Invalid, Refused


def tasks(board: Board) -> list[tuple[str, str, str]]:
    return [(t["lead"], t["title"], t["source_sort"]) for t in (board.show("task", id) for id in board.made("task"))]


def test_the_tasks_of_a_direction_are_assigned_with_it(board: Board) -> None:
    direction = board.do("an", "direction.issue", text="Kiểm kê toàn bộ", tasks=[{"title": "Kho A", "lead": "school"}])
    assert tasks(board) == [("school", "Kho A", "direction")]
    assert board.show("direction", direction)["to"] == ["school"]
    assert board.sees("cuc", "direction", direction)
    assert not board.sees("em", "direction", direction)


def test_without_tasks_each_addressee_gets_the_text_as_its_task(board: Board) -> None:
    board.do("an", "direction.issue", text="Kiểm kê trước hè\nBáo cáo bằng văn bản", to=["school", "desk", "school"])
    assert tasks(board) == [("school", "Kiểm kê trước hè", "direction"), ("desk", "Kiểm kê trước hè", "direction")]


def test_a_direction_to_nobody_makes_no_task(board: Board) -> None:
    direction = board.do("an", "direction.issue", text="Giữ yên lặng", to=[], tasks=[])
    assert board.made("task") == []
    assert board.show("direction", direction)["addressees"] == []


def test_who_may_direct_agencies_only_is_refused_where_one_addressee_is_none(board: Board) -> None:
    board.do("binh", "direction.issue", text="Kiểm kê", to=["school", "library"])
    assert isinstance(board.fails("binh", "direction.issue", text="Kiểm kê", to=["school", "em"]), Refused)
    aimed = [{"title": "Kiểm kê", "to": "em"}]
    assert isinstance(board.fails("binh", "direction.issue", text="Kiểm kê", tasks=aimed), Refused)


def test_an_unknown_addressee_is_named_with_its_place_in_the_input(board: Board) -> None:
    stopped = board.fails("an", "direction.issue", text="Kiểm kê", to=["school", "nobody"])
    assert isinstance(stopped, Invalid)
    assert list(stopped.fields) == ["to[1]"]


def test_a_withdrawn_direction_takes_its_open_tasks_with_it_and_leaves_what_is_done(board: Board) -> None:
    direction = board.do("an", "direction.issue", text="Kiểm kê", to=["school", "library"])
    done, still_open = board.made("task")
    board.do("cuc", "task.report-done", done)
    board.do("an", "task.confirm", done)
    board.do("an", "direction.withdraw", direction, reason="Đổi kế hoạch")
    assert [board.show("task", each)["state"] for each in (done, still_open)] == ["done", "canceled"]


def drafted(board: Board, meeting: str) -> str:
    return board.do("giang", "minutes.draft", meeting=meeting, text="Biên bản họp")


def test_minutes_go_from_draft_to_everyone_asked_to_approval(board: Board) -> None:
    meeting = board.meeting("em", "deputy")
    board.do("an", "meeting.open", meeting)
    minutes = drafted(board, meeting)
    board.do("giang", "minutes.edit", minutes, text="Biên bản họp, đã sửa")
    board.do("giang", "minutes.circulate", minutes)
    assert board.told() == {"em", "binh"}
    assert board.sees("em", "minutes", minutes)
    board.do("an", "minutes.approve", minutes)
    shown = board.show("minutes", minutes)
    assert (shown["state"], shown["text"], shown["approved_by"]) == ("approved", "Biên bản họp, đã sửa", "chair")


def test_circulated_minutes_do_not_change(board: Board) -> None:
    meeting = board.meeting("em")
    board.do("an", "meeting.open", meeting)
    minutes = drafted(board, meeting)
    board.do("giang", "minutes.circulate", minutes)
    assert board.fails("giang", "minutes.edit", minutes, text="Khác").code == "state"


def test_one_set_of_minutes_per_meeting(board: Board) -> None:
    meeting = board.meeting("em")
    drafted(board, meeting)
    assert board.fails("giang", "minutes.draft", meeting=meeting, text="Lần nữa").code == "minutes-exist"


def test_minutes_of_a_meeting_not_held_are_neither_circulated_nor_of_one_canceled_drafted(board: Board) -> None:
    meeting = board.meeting("em")
    assert board.fails("giang", "minutes.circulate", drafted(board, meeting)).code == "meeting-not-held"
    canceled = board.meeting("em")
    board.do("an", "meeting.cancel", canceled, reason="Bão")
    assert board.fails("giang", "minutes.draft", meeting=canceled, text="…").code == "meeting-canceled"


def test_minutes_stay_with_who_presided_when_the_chair_is_handed_over(board: Board) -> None:
    meeting = board.meeting("em")
    board.do("an", "meeting.open", meeting)
    minutes = drafted(board, meeting)
    board.do("giang", "minutes.circulate", minutes)
    board.do("an", "appointment.appoint", person="hoa", seat="chair", from_="2021-03-02")
    board.now = board.now.replace(day=2)
    board.do("hoa", "minutes.approve", minutes)

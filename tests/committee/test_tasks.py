"""Tasks: one lead, one who answers, and a history that stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.committee.conftest import ZONE, Board

from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import Conflict, Invalid, NotFound, OutOfOrder, Refused


def test_whom_it_goes_to_leads_it_and_an_agencys_member_answers_for_it(board: Board) -> None:
    shown = board.show("task", board.task(to="school"))
    assert (shown["to"], shown["lead"], shown["accountable"]) == ("school", "school", "trustee-school")
    assert board.told() == {"cuc"}


def test_a_body_answers_by_its_head(board: Board) -> None:
    shown = board.show("task", board.task(lead="desk"))
    assert (shown["to"], shown["lead"], shown["accountable"]) == ("desk", "desk", "desk-head")


def test_an_empty_task_says_every_field_that_is_missing(board: Board) -> None:
    stopped = board.fails("an", "task.assign", title="Kiểm kê")
    assert isinstance(stopped, Invalid)
    assert set(stopped.fields) == {"to", "lead"}


def test_coordinators_see_it_and_contribute_and_the_lead_is_none_of_them(board: Board) -> None:
    task = board.task(to="school", coordinators=["desk-head", "school", "giang", "giang"])
    assert [row["who"] for row in board.show("task", task)["coordinators"]] == ["desk-head", "giang"]
    board.do("giang", "task.contribute", task, text="Danh mục sách cũ")
    assert board.show("task", task)["contributions"][0]["by"] == "giang"
    assert isinstance(board.fails("em", "task.contribute", task, text="Tôi cũng góp ý"), Refused)


def test_nobody_but_the_lead_reports_it_done_not_even_the_chair(board: Board) -> None:
    task = board.task(to="school")
    assert isinstance(board.fails("an", "task.report-done", task), Refused)
    board.do("cuc", "task.report-done", task, text="Xong")
    board.do("an", "task.confirm", task)
    shown = board.show("task", task)
    assert (shown["state"], shown["done_on"]) == ("done", date(2021, 3, 1))


def test_a_task_given_back_loses_the_day_of_its_report_and_keeps_the_report(board: Board) -> None:
    task = board.task(to="school", due_on="2021-03-01")
    board.do("cuc", "task.report-done", task, text="Xong")
    board.do("an", "task.return", task, reason="Thiếu phụ lục")
    shown = board.show("task", task)
    assert (shown["state"], shown["reported_done_on"], shown["reason"]) == ("in-progress", None, "Thiếu phụ lục")
    assert [row["text"] for row in shown["progress"]] == ["Xong"]


def test_work_begins_without_release_by_anyone(board: Board) -> None:
    task = board.task(to="school")
    board.do("cuc", "task.report-progress", task, text="Đã kiểm 1 phòng", percent=30)
    assert board.show("task", task)["state"] == "in-progress"


@pytest.mark.parametrize("percent", [-1, 101])
def test_more_than_all_of_the_work_cannot_be_done(board: Board, percent: int) -> None:
    task = board.task(to="school")
    assert isinstance(board.fails("cuc", "task.report-progress", task, text="…", percent=percent), Invalid)


def test_a_step_out_of_order_changes_nothing(board: Board) -> None:
    task = board.task(to="school")
    stopped = board.fails("an", "task.confirm", task)
    assert isinstance(stopped, OutOfOrder)
    assert stopped.cites == ("steerco:state",)
    assert board.show("task", task)["state"] == "assigned"


def test_every_change_of_the_due_day_stays_on_record(board: Board) -> None:
    task = board.task(to="school", due_on="2021-03-10")
    board.do("an", "task.change-due-date", task, due_on="2021-03-20", reason="Chờ kho")
    board.do("an", "task.change-due-date", task, due_on="2021-03-25", reason="Chờ tiếp")
    shown = board.show("task", task)
    assert (shown["original_due_on"], shown["due_on"]) == (date(2021, 3, 10), date(2021, 3, 25))
    changes = [(row["from"], row["to"], row["reason"]) for row in shown["due_changes"]]
    assert changes == [(date(2021, 3, 10), date(2021, 3, 20), "Chờ kho"), (date(2021, 3, 20), date(2021, 3, 25), "Chờ tiếp")]
    assert isinstance(board.fails("an", "task.change-due-date", task, due_on="2021-03-25", reason="Như cũ"), Invalid)


def test_the_day_ends_at_midnight_of_the_tenants_zone(board: Board) -> None:
    task, other = board.task(to="school", due_on="2021-03-10"), board.task(to="school", due_on="2021-03-10")
    board.now = datetime(2021, 3, 10, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in the tenant's zone
    board.do("cuc", "task.report-done", task)
    assert board.show("task", other)["timeliness"] == "at-risk"
    board.now += timedelta(seconds=1)
    assert board.show("task", other)["timeliness"] == "late"
    board.do("cuc", "task.report-done", other)
    assert board.show("task", task)["reported_done_on"] == date(2021, 3, 10)
    assert board.show("task", other)["reported_done_on"] == date(2021, 3, 11)
    board.do("an", "task.confirm", task)
    board.do("an", "task.confirm", other)
    assert [board.show("task", each)["timeliness"] for each in (task, other)] == ["done-on-time", "done-late"]


def test_a_unit_of_the_own_agency_may_plan_and_report_and_no_more(board: Board) -> None:
    task = board.task(to="school")
    assert not board.sees("khanh", "task", task)
    board.do("cuc", "task.name-focal-unit", task, unit="school-archive", staff="2 người", resources="1 phòng")
    assert board.told() == set()  # the unit has no head on record; its keeper sees the task all the same
    board.do("khanh", "task.report-progress", task, text="Đã bắt đầu", percent=5)
    assert isinstance(board.fails("khanh", "task.report-done", task), Refused)
    assert board.show("task", task)["accountable"] == "trustee-school"


def test_a_unit_of_another_agency_is_not_named_and_the_clause_says_so(board: Board) -> None:
    task = board.task(to="school")
    stopped = board.fails("cuc", "task.name-focal-unit", task, unit="library-stacks")
    assert isinstance(stopped, OutOfOrder)
    assert (stopped.code, stopped.cites) == ("own-agency-unit", ("2.3",))
    assert board.show("task", task)["focal_unit"] is None
    assert isinstance(board.fails("cuc", "task.name-focal-unit", task, unit="em"), OutOfOrder)  # no person of the school


def test_the_head_of_a_leading_body_gives_the_work_to_a_member_who_performs_it(board: Board) -> None:
    task = board.do("dung", "task.assign", title="Xếp kệ", lead="desk", to="giang", body="desk")
    shown = board.show("task", task)
    assert (shown["lead"], shown["performer"], shown["accountable"]) == ("desk", "giang", "desk-head")
    board.do("giang", "task.report-progress", task, text="Xong một kệ")
    assert isinstance(board.fails("giang", "task.report-done", task), Refused)


def test_who_is_no_member_of_the_leading_body_performs_nothing(board: Board) -> None:
    shown = board.show("task", board.do("an", "task.assign", title="Xếp kệ", lead="desk", to="em"))
    assert (shown["performer"], shown["accountable"]) == (None, "desk-head")


def test_an_escalation_never_runs_to_the_person_who_escalates(board: Board) -> None:
    task = board.task(to="school")
    assert board.fails("an", "task.escalate", task).code == "escalation-to-self"
    assert board.fails("binh", "task.escalate", task, to="deputy").code == "escalation-to-self"
    board.do("binh", "task.escalate", task, text="Chậm tiến độ")
    assert board.show("task", task)["escalations"][0]["to"] == "chair"
    assert board.told() == {"an"}


def test_who_escalates_from_one_of_two_seats_does_not_reach_the_other(board: Board) -> None:
    task = board.task(to="school")
    assert board.fails("dung", "task.escalate", task, to="desk-head").code == "escalation-to-self"


def test_a_reminder_is_recorded_and_told(board: Board) -> None:
    task = board.task(to="school")
    board.do("binh", "task.remind", task, text="Sắp đến hạn")
    assert board.told() == {"cuc"}
    assert [row["text"] for row in board.show("task", task)["reminders"]] == ["Sắp đến hạn"]


def test_an_office_handed_over_takes_its_open_work_along(board: Board) -> None:
    task = board.task(to="trustee-school")
    board.do("cuc", "task.start", task)
    board.do("an", "appointment.appoint", person="hoa", office="principal", from_="2021-03-02")
    board.now = datetime(2021, 3, 2, 9, tzinfo=ZONE)
    assert isinstance(board.fails("cuc", "task.report-done", task), NotFound)
    board.do("hoa", "task.report-done", task)


def test_two_seats_of_one_person_lead_what_either_was_given(board: Board) -> None:
    as_trustee, as_head = board.task(to="trustee-library"), board.task(to="desk-head")
    board.do("dung", "task.start", as_trustee)
    board.do("dung", "task.start", as_head)
    assert [board.show("task", each)["state"] for each in (as_trustee, as_head)] == ["in-progress", "in-progress"]


def test_two_at_once_the_second_is_told_that_the_task_has_changed(board: Board) -> None:
    task = board.task(to="school")
    seen = board.get("task", task).version
    perform(board.tenant, ActRequest("cuc", "task.start", on=task, at=board.now, version=seen))
    with pytest.raises(Conflict):
        perform(board.tenant, ActRequest("cuc", "task.plan", on=task, input={"text": "Kế hoạch"}, at=board.now, version=seen))


def test_what_a_task_comes_from_must_be_on_record(board: Board) -> None:
    meeting = board.meeting()
    for source in (meeting, "M-1999-001"):
        assert isinstance(board.fails("an", "task.assign", title="Kiểm kê", to="school", source=source), Invalid)
    board.do("an", "meeting.open", meeting)
    board.do("an", "meeting.conclude", meeting, text="Kết luận")
    ref = board.show("meeting", meeting)["ref"]
    shown = board.show("task", board.task(to="school", source=ref))
    assert (shown["source"], shown["source_sort"]) == (meeting, "conclusion")


def test_tasks_of_a_conclusion_are_assigned_by_its_authority(board: Board) -> None:
    meeting = board.meeting()
    board.do("an", "meeting.open", meeting)
    board.do("an", "meeting.conclude", meeting, text="Kết luận", tasks=[{"title": "Kiểm kê", "lead": "school"}])
    (task,) = board.made("task")
    shown = board.show("task", task)
    assert (shown["lead"], shown["source"], shown["source_sort"]) == ("school", meeting, "conclusion")


def test_a_deputy_assigns_trustees_and_no_agency(board: Board) -> None:
    board.task("binh", to="em")
    board.task("binh", to="trustee-school")
    assert isinstance(board.fails("binh", "task.assign", title="Kiểm kê", to="school"), Refused)


def test_a_file_with_a_vietnamese_name_keeps_it(board: Board) -> None:
    meeting, name = board.meeting(), "Báo cáo kiểm kê – đợt 1 (Thư viện).docx"
    board.do("giang", "meeting.add-paper", meeting, files=[{"name": name, "text": "Nội dung"}])
    paper = board.show("meeting", meeting)["papers"][0]
    assert (paper["file_name"], paper["size"]) == (name, len("Nội dung".encode()))

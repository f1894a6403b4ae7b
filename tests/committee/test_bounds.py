"""A power reaches no further than the line that grants it, by whatever road."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import inspect
from tests.committee.conftest import Board

from steerco.committee import record_types
from steerco.kernel.authority import Authority
from steerco.records import File, Invalid, Refused, reason


def planned(board: Board, kind: str = "extended") -> str:
    return board.do("giang", "meeting.plan", kind=kind, starts_at="2021-03-10T14:00:00")


def test_a_planned_meeting_is_convened_as_what_it_was_planned_as(board: Board) -> None:
    meeting = planned(board)
    stopped = board.fails("binh", "meeting.convene", meeting, kind="regular")
    assert isinstance(stopped, Invalid)
    assert set(stopped.fields) == {"kind"}
    assert set(board.fails("binh", "meeting.convene", meeting, body="desk").fields) == {"body"}  # type: ignore[attr-defined]
    board.do("binh", "meeting.convene", meeting, kind="extended", body="board")
    assert board.show("meeting", meeting)["kind"] == "extended"
    assert isinstance(board.fails("binh", "meeting.convene", planned(board, "regular"), kind="extended"), Refused)


def test_a_meeting_out_of_the_blue_needs_its_time(board: Board) -> None:
    stopped = board.fails("an", "meeting.convene", kind="regular")
    assert isinstance(stopped, Invalid)
    assert set(stopped.fields) == {"starts_at"}


def test_a_directions_tasks_bind_no_one_beyond_whom_it_may_go_to(board: Board) -> None:
    text = "Kiểm kê"
    for tasks in ([{"title": text, "to": "em"}], [{"title": text, "to": "school", "lead": "em"}]):
        assert isinstance(board.fails("binh", "direction.issue", text=text, to=["school"], tasks=tasks), Refused)
    board.do("binh", "direction.issue", text=text, to=["school"], tasks=[{"title": text, "to": "library"}])
    assert board.show("direction", board.done[-1].id)["to"] == ["school", "library"]


def test_who_may_give_work_to_one_gives_none_to_another_through_the_lead(board: Board) -> None:
    for lead in ("school", "desk", "deputy"):
        assert isinstance(board.fails("binh", "task.assign", title="Kiểm kê", to="em", lead=lead), Refused)
    shown = board.show("task", board.task("binh", to="trustee-school", lead="school"))
    assert (shown["to"], shown["lead"], shown["accountable"]) == ("trustee-school", "school", "trustee-school")
    board.task("binh", to="trustee-school", lead="school-archive")
    assert isinstance(board.fails("binh", "task.assign", title="Kiểm kê", to="trustee-library", lead="school"), Refused)


def test_the_member_of_a_body_is_given_the_bodys_work_and_the_body_none_through_a_member(board: Board) -> None:
    board.task("dung", to="giang", lead="desk", body="desk")
    assert isinstance(board.fails("dung", "task.assign", title="Xếp kệ", to="desk", lead="giang", body="desk"), Refused)
    assert isinstance(board.fails("dung", "task.assign", title="Xếp kệ", to="giang", lead="board", body="desk"), Refused)


@pytest.mark.parametrize("named", ["em", "trustee-library", "desk", "library"])
def test_nobody_answers_for_work_that_is_not_theirs(board: Board, named: str) -> None:
    stopped = board.fails("an", "task.assign", title="Kiểm kê", to="school", accountable=named)
    assert isinstance(stopped, Invalid)
    assert "trustee-school" in stopped.fields["accountable"].params["known"]


@pytest.mark.parametrize("named", ["cuc", "trustee-school", "principal", "school"])
def test_who_answers_for_an_agency_may_be_named_in_any_way(board: Board, named: str) -> None:
    assert board.show("task", board.task(to="school", accountable=named))["accountable"] == "trustee-school"


def concluded(board: Board, *tasks: dict[str, str]) -> object:
    meeting = board.do("dung", "meeting.convene", body="desk", kind="regular", starts_at="2021-03-01T14:00:00")
    board.do("dung", "meeting.open", meeting)
    try:
        board.do("dung", "meeting.conclude", meeting, text="Kết luận", tasks=list(tasks))
    except Refused as refused:
        return refused
    return board.made("task")


def test_a_conclusion_of_the_desk_binds_nobody_on_the_board(board: Board) -> None:
    assert concluded(board) == []
    assert len(concluded(board, {"title": "Xếp kệ", "to": "giang"})) == 1  # type: ignore[arg-type]
    for beyond in ({"to": "em"}, {"lead": "school"}, {"to": "giang", "lead": "school"}, {"to": "deputy"}):
        tasks = ({"title": "Xếp kệ", "to": "giang"}, {"title": "Kiểm kê", **beyond})
        assert isinstance(concluded(board, *tasks), Refused), beyond


def test_an_escalation_without_a_name_is_judged_by_who_hears_of_it(board: Board) -> None:
    of_chair, of_deputy = board.task(to="em", coordinators=["giang"]), board.task("binh", to="em", coordinators=["giang"])
    board.do("giang", "task.escalate", of_chair)
    assert board.show("task", of_chair)["escalations"][0]["to"] == "chair"
    assert isinstance(board.fails("giang", "task.escalate", of_deputy), Refused)
    board.do("giang", "task.escalate", of_deputy, to="chair")


def facets(board: Board, **given: str) -> set[str]:
    board.task(to="em", **given)
    return set(board.done[-1].decision.facts.facets)


def test_a_task_comes_from_what_the_actor_sees(board: Board) -> None:
    direction = board.do("an", "direction.issue", text="Kiểm kê")
    for named in (direction, board.show("direction", direction)["ref"]):
        assert board.show("task", board.task(to="em", source=named))["source"] == direction
        unknown = board.fails("binh", "task.assign", title="Kiểm kê", to="em", source="D-1999-001")
        hidden = board.fails("binh", "task.assign", title="Kiểm kê", to="em", source=named)
        assert hidden.fields == unknown.fields  # type: ignore[attr-defined]
    wrong = board.fails("an", "task.assign", title="Kiểm kê", to="em", source=direction, source_sort="conclusion")
    assert isinstance(wrong, Invalid)
    assert set(wrong.fields) == {"source_sort"}


def test_of_what_sort_a_tasks_source_is_is_known_before_it_is_judged(board: Board) -> None:
    direction = board.do("an", "direction.issue", text="Kiểm kê")
    assert "source=direction" in facets(board, source=direction)


def test_a_task_from_nothing_is_judged_as_that(board: Board) -> None:
    assert "source=none" in facets(board)


def test_a_power_over_one_role_is_none_over_the_other_roles_of_its_holder(board: Board) -> None:
    with board.tenant.store.read(board.tenant.id) as session:
        day = Authority(board.tenant, session, "an", board.now).day
        assert day.aims("guest") == {"guest"}
        assert day.aims("trustee") == {"trustee"}


def unbounded(kind: inspect.Type, path: str) -> list[str]:
    """Lists, mappings and texts inside a type that may be of any length."""
    if isinstance(kind, inspect.UnionType):
        return [each for part in kind.types for each in unbounded(part, path)]
    if isinstance(kind, inspect.Metadata):
        return unbounded(kind.type, path)
    if isinstance(kind, inspect.StructType):
        return [] if kind.cls is File else [each for f in kind.fields for each in unbounded(f.type, f"{path}.{f.encode_name}")]
    if isinstance(kind, inspect.ListType):
        return [path] * (kind.max_length is None) + unbounded(kind.item_type, f"{path}[]")
    if isinstance(kind, inspect.DictType):
        return [path] * (kind.max_length is None) + unbounded(kind.key_type, path) + unbounded(kind.value_type, path)
    return [path] if isinstance(kind, inspect.StrType) and kind.max_length is None else []


def test_nothing_that_is_handed_in_may_be_of_any_length() -> None:
    every = [act for kind in record_types().values() for act in kind.actions.values()]
    assert [path for act in every for path in unbounded(msgspec.inspect.type_info(act.input), act.id)] == []


def test_who_is_named_twice_is_one(board: Board) -> None:
    given = {"kind": "working-session", "starts_at": "2021-03-10T14:00:00"}
    meeting = board.do("an", "meeting.convene", parties=["em", "school", "em"], **given)
    assert board.show("meeting", meeting)["parties"] == ["em", "school"]
    board.do("an", "meeting.open", meeting)
    entries = [{"person": "hoa", "presence": "absent", "note": "Chưa đến"}, {"person": "hoa", "presence": "late"}]
    board.do("an", "meeting.record-attendance", meeting, entries=entries)
    rows = [(row["who"], row["presence"]) for row in board.show("meeting", meeting)["attendance"]]
    assert rows == [("hoa", "late")]


def test_a_matter_is_of_a_class_that_the_charter_knows(board: Board) -> None:
    stopped = board.fails("em", "matter.raise", title="Mua sách", class_="acquisitions")
    assert isinstance(stopped, Invalid)
    assert stopped.fields == {"class": reason("not-one-of", known=["ordinary", "acquisition", "election"])}


def test_a_secret_vote_stays_secret_after_the_decision(board: Board) -> None:
    matter = board.do("em", "matter.raise", title="Bầu trưởng nhóm", class_="election")
    board.do("giang", "matter.prepare-opinion", matter, text="Nên bầu")
    for who in ("an", "binh", "em"):
        board.do(who, "matter.vote", matter, position="for")
    board.do("an", "matter.decide", matter, outcome="passed")
    shown = board.show("matter", matter)
    assert shown["result"]["for"] == 3
    assert [row["position"] for row in shown["votes"]] == [None] * 3

"""Rows of a form without any script: added, opened, moved, put in order and dropped, each by a button that sends the form."""

from __future__ import annotations

from time import process_time
from urllib.parse import urlencode

import pytest
from tests.web.browser_fields import FormFields
from tests.web.conftest import NATIONAL
from tests.web.form_room import desk_of, page_of, resent, sent, visit

from steerco.web.pages.forms.meaning import from_input, to_input
from steerco.web.pages.forms.posted import Posted
from steerco.web.pages.forms.rows import stepped

AGENDA = [f"Mục số {number}" for number in range(1, 9)]


def after(action: str, page: str, step: str, **changes: str) -> tuple[str, str | None, list[str]]:
    """The page after a button was pressed, the element that it goes on at, and the titles of the rows."""
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, action)
        posted = resent(page, step=step, **changes)
        at = stepped(posted, desk.shapes)
        name = next(shape.name for shape in desk.shapes if shape.kind == "rows")
        titles = [posted.value(f"{name}-{row}-title") for row in posted.rows(name)]
        return page_of(desk, posted), at, titles


def agenda(*titles: str) -> str:
    """The page of an agenda with these items."""
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "meeting.set-agenda")
        return page_of(desk, from_input(desk, {"items": [{"title": title, "minutes": 10} for title in titles]}))


def test_the_first_button_in_the_source_is_the_main_one_and_rows_and_searches_skip_the_checks() -> None:
    buttons = FormFields(agenda(*AGENDA)).buttons
    assert "name" not in buttons[0], "Enter presses the first button of a form"
    assert buttons[0]["type"] == "submit"
    steps = [button for button in buttons if button.get("name") == "step"]
    assert len(steps) > len(AGENDA)
    assert all("formnovalidate" in button for button in steps)


def test_each_row_has_its_buttons_and_each_button_says_of_which_row() -> None:
    page = agenda("Một", "Hai")
    values = [button["value"] for button in FormFields(page).buttons if button.get("name") == "step"]
    assert {"down:items-0", "drop:items-0", "up:items-1", "drop:items-1", "add:items"} <= set(values)
    assert "up:items-0" not in values
    assert "down:items-1" not in values
    assert 'Lên<span class="hidden">: Mục 2</span>' in page


def test_rows_move_up_and_down_with_all_that_stands_in_them() -> None:
    page, at, titles = after("meeting.set-agenda", agenda("Một", "Hai", "Ba"), "up:items-2")
    assert (at, titles) == ("row-items-1", ["Một", "Ba", "Hai"])
    assert 'id="row-items-1" tabindex="-1"' in page
    _, at, titles = after("meeting.set-agenda", page, "down:items-0", **{"with.items-0-minutes": "45"})
    assert (at, titles) == ("row-items-1", ["Ba", "Một", "Hai"])


def test_eight_items_are_put_in_reverse_by_their_numbers() -> None:
    changes = {f"order.items-{at}": str(8 - at) for at in range(8)}
    _, _, titles = after("meeting.set-agenda", agenda(*AGENDA), "save", **changes)
    assert titles == AGENDA[::-1]
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "meeting.set-agenda")
        sent_at_once = resent(agenda(*AGENDA), **changes)
        assert stepped(sent_at_once, desk.shapes) is None, "the main button"
        assert [item["title"] for item in to_input(desk, sent_at_once).input["items"]] == AGENDA[::-1]


@pytest.mark.parametrize(
    ("row", "typed", "expected"), [(2, "1", "CAB"), (0, "3", "BCA"), (0, "2", "BAC"), (2, "2", "ACB"), (1, "x", "ABC")]
)
def test_one_number_moves_one_row(row: int, typed: str, expected: str) -> None:
    _, _, titles = after("meeting.set-agenda", agenda("A", "B", "C"), "save", **{f"order.items-{row}": typed})
    assert "".join(titles) == expected


def test_a_row_is_added_open_and_the_others_close() -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "meeting.conclude")
        page = page_of(desk, from_input(desk, {"text": "Kết luận", "tasks": [{"title": "Việc một", "due_on": "2022-01-31"}]}))
    page, at, _ = after("meeting.conclude", page, "add:tasks")
    assert at == "row-tasks-1"
    assert 'id="f-tasks-1-title"' in page
    assert 'id="f-tasks-0-title"' not in page
    assert "Việc một · Thứ Hai, 31/01/2022" in page
    page, at, titles = after("meeting.conclude", page, "edit:tasks-0", **{"with.tasks-1-title": "Việc hai"})
    assert (at, titles) == ("row-tasks-0", ["Việc một", "Việc hai"])
    assert 'id="f-tasks-0-title"' in page
    assert '<input type="hidden" name="with.tasks-1-title" value="Việc hai">' in page
    page, at, titles = after("meeting.conclude", page, "drop:tasks-0")
    assert (at, titles) == ("f-tasks", ["Việc hai"])
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "meeting.conclude")
        assert to_input(desk, resent(page)).input == {"text": "Kết luận", "tasks": [{"title": "Việc hai"}]}


def test_attendance_is_one_table_of_whom_the_meeting_knows_and_all_are_present_at_once() -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "meeting.record-attendance")
        names = [each.name for each in desk.parties.all[:3]]
        page = page_of(desk, from_input(desk, {"entries": [{"person": name, "presence": "absent"} for name in names]}))
        assert page.count(f"<legend>{desk.parties.labelled(names[0])}</legend>") == 1, "whose row it is, is the row's name"
        assert 'name="with.entries-0-person"' in page
        assert "order.entries-0" not in page, "rows of persons have no order"
        assert "Tất cả: có mặt" in page
        posted = resent(page, step="all:entries.presence=present")
        assert stepped(posted, desk.shapes) == "f-entries"
        assert to_input(desk, posted).input["entries"] == [{"person": name, "presence": "present"} for name in names]


@pytest.mark.parametrize(
    "step",
    [
        "drop:items-9",
        "up:nothing-1",
        "add:nothing",
        "edit:items",
        "file:items-0",
        "all:items.title=x y",
        "../../etc",
        "x" * 500,
        "up:items-1-2",
    ],
)
def test_a_button_that_no_form_has_moves_nothing(step: str) -> None:
    _, at, titles = after("meeting.set-agenda", agenda("A", "B"), step)
    assert titles == ["A", "B"]
    assert at is None


def test_no_more_rows_are_added_than_the_input_takes() -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "meeting.set-agenda")
        posted = sent(urlencode({**{f"row.items-{at}": "open" for at in range(200)}, "step": "add:items"}).encode())
        stepped(posted, desk.shapes)
        assert len(posted.rows("items")) == 200


def test_facts_by_name_are_rows_of_two_fields_and_a_name_stands_once() -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "person.add")
        page = page_of(desk, from_input(desk, {"name": "An", "attrs": {"company": "viettel"}}))
        posted = resent(page, **{"row.attrs-1": "open", "with.attrs-1-key": "company", "with.attrs-1-value": "vnpt"})
        meaning = to_input(desk, posted)
        assert desk.reason(meaning.errors["attrs[1].key"]) == "Tên này đã có ở dòng khác."
        posted = resent(page, **{"row.attrs-1": "open", "with.attrs-1-key": "unit", "with.attrs-1-value": "A05"})
        assert to_input(desk, posted).input["attrs"] == {"company": "viettel", "unit": "A05"}


def test_a_hit_that_was_chosen_stays_chosen_when_a_row_is_added_after_it() -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "meeting.conclude")
        filled = {"with.text": "Kết luận", "row.tasks-0": "open", "with.tasks-0-title": "Việc", "with.tasks-0-to": "tai chinh"}
        posted = sent(urlencode(filled).encode())
        page = page_of(desk, posted, errors=to_input(desk, posted).errors)
        page, _, _ = after("meeting.conclude", page, "add:tasks", **{"pick.tasks-0-to": "Bộ Tài chính"})
        assert "Việc · Bộ Tài chính" in page
        assert to_input(desk, resent(page)).input["tasks"] == [{"title": "Việc", "to": "bo-tai-chinh"}]


def test_an_empty_search_shows_whom_there_is() -> None:
    page, at, _ = after("meeting.conclude", _blank("meeting.conclude"), "add:tasks")
    page, at, _ = after("meeting.conclude", page, "find:tasks-0-to")
    assert at == "f-tasks-0-to"
    assert page.count('name="pick.tasks-0-to"') == 12
    assert 'name="pick.tasks-0-lead"' not in page


def _blank(action: str) -> str:
    with visit(NATIONAL) as opened:
        return page_of(desk_of(opened, action), Posted())


def test_a_search_keeps_the_rest_and_goes_on_at_its_field() -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "task.assign")
        posted = resent(page_of(desk, Posted()), step="find:lead", **{"with.lead": "cong an", "with.title": "Việc"})
        assert stepped(posted, desk.shapes) == "f-lead"
        page = page_of(desk, posted)
        assert 'value="Việc"' in page
        assert '<input type="radio" name="pick.lead" value="Bộ Công an">' in page
        assert "aria-invalid" not in page, "a search is no error"


def test_a_form_of_ten_thousand_rows_keeps_nobody_waiting() -> None:
    fields = {f"with.items-{row}-title": ["Mục"] for row in range(10_000)}
    with visit(NATIONAL) as opened:
        desk, before = desk_of(opened, "meeting.set-agenda"), process_time()
        meaning = to_input(desk, Posted(fields))
        assert process_time() - before < 3
        assert "items" in meaning.errors
        assert len(meaning.input["items"]) == 201

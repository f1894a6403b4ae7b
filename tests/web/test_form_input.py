"""What people do wrong in forms: it is named at its field, with what to do, and nothing that was typed is lost."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from tests.web.conftest import NATIONAL
from tests.web.form_room import desk_of, page_of, resent, sent, visit

from steerco.web.http.problems import RequestError
from steerco.web.pages.forms.candidates import search
from steerco.web.pages.forms.meaning import begun, from_input, to_input
from steerco.web.pages.forms.posted import MOST_FIELDS, Posted

BOUNDARY = "----b"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def told(action: str, fields: dict[str, Any], language: str = "vi") -> tuple[dict[str, str], str]:
    """The errors in words by path, and the page that shows them, where a form is sent with these fields."""
    with visit(NATIONAL, language) as opened:
        desk = desk_of(opened, action)
        posted = sent(urlencode(fields, doseq=True).encode())
        meaning = to_input(desk, posted)
        page = page_of(desk, posted, errors=meaning.errors)
        return {path: desk.reason(why) for path, why in meaning.errors.items()}, page


def in_parts(*parts: tuple[str, str, bytes]) -> bytes:
    """A body of parts: (name, file name or nothing, content)."""
    lines = []
    for name, file_name, content in parts:
        more = f'; filename="{file_name}"' if file_name else ""
        lines += [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode(), content, b"\r\n"]
    return b"".join([*lines, f"--{BOUNDARY}--\r\n".encode()])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/02/2022", "Không có ngày 31/02/2022. Tháng 2 năm 2022 có 28 ngày."),
        ("29.2.2023", "Không có ngày 29/02/2023. Tháng 2 năm 2023 có 28 ngày."),
        ("13/13/2022", "Không có tháng 13. Ghi ngày/tháng/năm, ví dụ 28/02/2022."),
        ("sớm nhất có thể", "Đây chưa phải một ngày. Ghi ngày/tháng/năm, ví dụ 28/02/2022, hoặc +5 ngày làm việc."),
        ("1/1/1500", "Năm phải từ 1900 đến 2200."),
    ],
)
def test_a_day_that_is_none_says_why_and_stays_in_its_field(typed: str, sentence: str) -> None:
    errors, page = told("task.change-due-date", {"with.due_on": typed, "with.reason": "Chờ ý kiến"})
    assert errors == {"due_on": sentence}
    assert f'value="{typed}"' in page
    assert 'value="Chờ ý kiến"' in page
    assert 'href="#f-due_on"' in page
    assert 'aria-describedby="hint-f-due_on error-f-due_on" aria-invalid="true"' in page


@pytest.mark.parametrize("typed", ["28/2/2022", "28-02-2022", "28.2.22", "2022-02-28", "28 February 2022", "28/02/2022"])
def test_a_day_is_read_in_the_ways_in_which_people_write_it(typed: str) -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "task.change-due-date")
        posted = sent(urlencode({"with.due_on": typed, "with.reason": "x"}).encode())
        assert to_input(desk, posted).input["due_on"] == "2022-02-28"
        assert "Thứ Hai, 28/02/2022, còn " in page_of(desk, posted)


def test_a_day_counted_from_today_is_told_in_full() -> None:
    with visit(NATIONAL) as opened:  # Saturday, 13 February 2021, in the days off of the lunar new year
        desk = desk_of(opened, "task.change-due-date")
        posted = sent(urlencode({"with.due_on": "+5 ngày làm việc", "with.reason": "x"}).encode())
        day = to_input(desk, posted).input["due_on"]
        assert day > opened.today.isoformat()
        assert "còn 5 ngày làm việc" in page_of(desk, posted)


def test_a_time_without_its_day_or_hour_is_told() -> None:
    fields = {"with.reason": "x", "with.starts_at": "1/3/2021"}
    assert told("meeting.postpone", fields)[0] == {"starts_at": "Đã có ngày, còn thiếu giờ. Ghi giờ:phút, ví dụ 14:00."}
    fields = {"with.reason": "x", "clock.starts_at": "14:00"}
    assert told("meeting.postpone", fields)[0] == {"starts_at": "Đã có giờ, còn thiếu ngày."}
    fields = {"with.reason": "x", "with.starts_at": "1/3/2021", "clock.starts_at": "25:00"}
    assert "25:00" in told("meeting.postpone", fields)[0]["starts_at"]


def test_an_error_in_a_row_opens_it_and_leads_into_its_field() -> None:
    rows = {f"with.tasks-{n}-title": f"Việc {n + 1}" for n in range(3)}
    rows |= {f"row.tasks-{n}": "closed" for n in range(3)} | {f"with.tasks-{n}-to": "Bộ Tài chính" for n in range(3)}
    errors, page = told("meeting.conclude", {"with.text": "Kết luận", **rows, "with.tasks-2-due_on": "31/02/2022"})
    assert errors == {"tasks[2].due_on": "Không có ngày 31/02/2022. Tháng 2 năm 2022 có 28 ngày."}
    assert 'href="#f-tasks-2-due_on">Nhiệm vụ 3, Thời hạn</a>' in page
    assert 'id="f-tasks-2-due_on"' in page, "the row with the error is open"
    assert 'id="f-tasks-0-title"' not in page, "the others are closed"
    assert "Việc 1 · Bộ Tài chính" in page, "what stands in them is told in a line"
    assert '<input type="hidden" name="with.tasks-0-title" value="Việc 1">' in page, "and kept"


def test_an_error_of_the_fold_opens_it() -> None:
    errors, page = told("task.assign", {"with.title": "Việc", "with.accountable": "ai đó"})
    assert set(errors) == {"accountable"}
    assert '<details class="further" open>' in page


def test_rows_that_nobody_filled_in_are_left_out() -> None:
    fields = {"with.text": "Kết luận", "row.tasks-0": "open", "with.tasks-0-title": "", "row.tasks-1": "closed"}
    with visit(NATIONAL) as opened:
        meaning = to_input(
            desk_of(opened, "meeting.conclude"), sent(urlencode({**fields, "with.tasks-1-title": "Việc"}).encode())
        )
    assert meaning.input == {"text": "Kết luận", "tasks": [{"title": "Việc"}]}
    assert not meaning.errors


def test_nul_and_control_characters_are_named_and_not_dropped_in_silence() -> None:
    errors, page = told("meeting.cancel", {"with.reason": "Bão\x00 lớn"})
    assert errors == {"reason": "Có ký tự điều khiển U+0000; hãy bỏ đi"}
    assert "Bão\ufffd lớn" in page, "one sees where it was"
    assert told("meeting.cancel", {"with.reason": "Bão\x07"})[0] == {"reason": "Có ký tự điều khiển U+0007; hãy bỏ đi"}
    assert told("meeting.cancel", {"with.reason": "Bão\u202elớn"})[0] == {"reason": "Có ký tự điều khiển U+202E; hãy bỏ đi"}


def test_bytes_that_are_no_text_are_told_and_the_rest_is_kept() -> None:
    body = b"with.reason=" + quote_plus("Bão".encode("utf-16")).encode() + b"&with.instrument=" + quote_plus("Số 5").encode()
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "task.cancel")
        posted = sent(body)
        meaning = to_input(desk, posted)
        assert desk.reason(meaning.errors["reason"]) in (
            "Có ký tự không đọc được (dấu \ufffd). Gõ lại chỗ đó.",
            "Có ký tự điều khiển U+0000; hãy bỏ đi",
        )
        assert 'value="Số 5"' in page_of(desk, posted, errors=meaning.errors)


def test_pasted_rich_text_arrives_plain() -> None:
    pasted = "Kính\u00a0gửi:\u200b Bộ\x0bĐiều 1\u2028\ufeffKhoản\u00ad 2\r\nHết"
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "minutes.draft")
        meaning = to_input(desk, sent(urlencode({"with.text": pasted, "with.meeting": "M-2021-001"}).encode()))
    assert meaning.input["text"] == "Kính gửi: Bộ\nĐiều 1\nKhoản 2\nHết"
    assert not meaning.errors


def test_markup_stays_text() -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
    errors, page = told("meeting.cancel", {"with.reason": evil, "with.nothing": evil})
    assert "<script>" not in page
    assert "49" not in page.replace("key-1", "")
    assert errors[""].startswith("Biểu mẫu gửi lên có mục không thuộc việc này")


def test_a_field_that_the_act_does_not_have_is_refused_whole() -> None:
    errors, _ = told("meeting.cancel", {"with.reason": "Bão", "with.presiding": "chair"}, "en")
    assert errors[""].startswith("The form was sent with something that this act does not have (presiding)")
    errors, _ = told("meeting.cancel", {"with.reason": "Bão", "admin": "1"}, "en")
    assert "(admin)" in errors[""]


def test_a_choice_that_is_none_and_a_number_that_is_none_are_told() -> None:
    errors, _ = told("meeting.reply", {"with.answer": "maybe"})
    assert set(errors) == {"answer"}
    errors, _ = told("task.report-progress", {"with.text": "x", "with.percent": "nửa"})
    assert errors == {"percent": "“nửa” chưa phải một số."}
    errors, _ = told("task.report-progress", {"with.text": "x", "with.percent": "101"})
    assert errors == {"percent": "Số phải từ 100 trở xuống."}


def test_a_body_of_another_type_or_with_too_many_fields_is_refused() -> None:
    with pytest.raises(RequestError) as refused:
        sent(b'{"with.reason": "x"}', "application/json")
    assert refused.value.status == 415
    with pytest.raises(RequestError) as refused:
        sent(b"with.reason=x", "application/x-www-form-urlencoded; charset=windows-1258")
    assert refused.value.status == 415
    with pytest.raises(RequestError) as refused:
        sent(b"&".join([b"a=1"] * (MOST_FIELDS + 1)))
    assert refused.value.status == 400
    with pytest.raises(RequestError) as refused:
        sent(b"no parts at all", MULTIPART)
    assert refused.value.status == 400


def test_parts_are_read_like_pairs_and_files_by_their_own_names() -> None:
    body = in_parts(
        ("with.title", "", "Tờ trình".encode()), ("with.files", r"C:\\papers\\to-trinh.pdf", b"%PDF"), ("with.files", "", b"")
    )
    posted = sent(body, MULTIPART)
    assert posted.value("title") == "Tờ trình"
    assert [(each.name, each.file_name, each.content) for each in posted.uploads] == [("with.files", "to-trinh.pdf", b"%PDF")]


# Parties


def party(typed: str, **more: str) -> tuple[Any, str, str]:
    """What a field of one party means, the error in words, and the page."""
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "task.assign")
        posted = sent(urlencode({"with.title": "Việc", "with.lead": typed, **more}).encode())
        meaning = to_input(desk, posted)
        error = desk.reason(meaning.errors["lead"]) if "lead" in meaning.errors else ""
        return meaning.input.get("lead"), error, page_of(desk, posted, errors=meaning.errors)


def test_a_text_that_fits_one_party_alone_is_taken_and_named() -> None:
    given, error, page = party("cuc an ninh mang bo cong an")
    assert error == ""
    assert given is not None
    assert 'value="Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao, Bộ Công an"' in page
    assert party("Bộ Tài chính")[:2] == ("bo-tai-chinh", "")


def test_a_text_that_fits_several_shows_them_as_radios_and_the_chosen_one_counts() -> None:
    given, error, page = party("tai chinh")
    assert given is None
    assert error.startswith("“tai chinh” khớp với ")
    assert '<input type="radio" name="pick.lead" value="Bộ Tài chính">' in page
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "task.assign")
        again = resent(page, **{"pick.lead": "Bộ Tài chính"})
        assert to_input(desk, again).input["lead"] == "bo-tai-chinh"
        other = resent(page, **{"pick.lead": "Bộ Tài chính", "with.lead": "Bộ Y tế"})
        assert to_input(desk, other).input["lead"] == "bo-y-te", "another text was typed since"


def test_with_marks_typed_the_exact_ones_stand_first_and_without_all_are_found() -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "task.assign")
        parties, shape = desk.parties, next(each for each in desk.shapes if each.name == "lead")
        labels = [hit.label for hit in search("bo", parties.of(shape)).hits]
        assert labels
        assert all("Bộ" in label or "bo" in label.lower() for label in labels)
        exact = [hit.label for hit in search("Bộ Y tế", parties.of(shape)).hits]
        assert exact[0] == "Bộ Y tế"
        assert search("khong co ai ca", parties.of(shape)).hits == ()


def test_nobody_found_says_how_to_go_on() -> None:
    given, error, page = party("Bộ Hàng hải vũ trụ")
    assert given is None
    assert error.startswith("Không có ai, nơi nào khớp với “Bộ Hàng hải vũ trụ”.")
    assert 'value="Bộ Hàng hải vũ trụ"' in page


def test_more_hits_than_are_shown_are_counted() -> None:
    _, _, page = party("bo")
    assert page.count('name="pick.lead"') == 12
    assert "gõ thêm để thu hẹp" in page


def test_several_parties_are_ticked_and_added_by_search() -> None:
    with visit(NATIONAL) as opened:
        desk = desk_of(opened, "task.assign")
        page = page_of(desk, from_input(desk, {"title": "Việc", "coordinators": ["bo-y-te"]}))
        assert '<input type="checkbox" name="with.coordinators" value="Bộ Y tế" checked>' in page
        posted = resent(page, **{"sought.coordinators": "Bộ Tài chính"})
        assert to_input(desk, posted).input["coordinators"] == ["bo-y-te", "bo-tai-chinh"]


# Records


def test_a_record_that_came_with_the_address_is_fixed_and_one_is_chosen_otherwise() -> None:
    with visit(NATIONAL, **{"with.meeting": "M-2021-001"}) as opened:
        desk = desk_of(opened, "absence-request.request")
        page = page_of(desk, begun(desk))
        assert '<input type="hidden" name="with.meeting" value="M-2021-001">' in page
        assert 'value="change:meeting"' in page
        assert 'name="pick.meeting"' not in page
        chosen = resent(page_of(desk, Posted()), **{"pick.meeting": "M-2021-001", "with.reason": "Công tác"})
        assert to_input(desk, chosen).input == {"meeting": "M-2021-001", "reason": "Công tác"}

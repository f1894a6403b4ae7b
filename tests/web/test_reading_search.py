"""One box over everything that a reader may see: with marks or without, by person, day and clause."""

from __future__ import annotations

from typing import Any

import pytest
from tests.web.reading_room import NOW, START, Page
from tests.web.test_reading_sight import Room, room

from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform

__all__ = ["room"]


@pytest.fixture(scope="module", autouse=True)
def written(room: Room) -> None:  # the fixture of that file
    """Tasks whose titles differ by marks only, one whose words no clause has, and papers."""
    tenant = room.installation.tenant(room.slug)

    def do(action: str, on: str | None = None, **given: Any) -> None:
        perform(tenant, ActRequest(PLATFORM, action, on=on, input=given, at=START))

    for number, title in enumerate(("Duong lam viec", "Đường làm việc", *(f"Đường số {n}" for n in range(22)))):
        do("task.assign", title=title, lead=room.head, to=room.head, due_on=f"2021-05-{1 + number:02}")
    do("task.assign", title="Bến phà Nhật Lệ", lead=room.head, to=room.head, due_on="2021-05-25")
    do("meeting.add-paper", room.closed, files=[{"name": "bao-cao.txt", "text": "x"}], title="Báo cáo kín")
    do("meeting.add-paper", room.open, files=[{"name": "moi.txt", "text": "x"}], title="Báo cáo gửi khách")


def hits(room: Room, who: str, q: str, **more: str) -> list[str]:
    """The titles of the hits, in order."""
    page = room.browser(who).get(f"/t/{room.slug}/search", params={"q": q, "lang": "vi", **more})
    assert page.status_code == 200
    body = page.text.partition("<h1>")[2].partition("</main>")[0]
    return [text.strip() for text in Page(body).texts if text.strip()]


def test_marks_may_be_left_out_and_are_heeded_where_typed(room: Room) -> None:
    without, typed = hits(room, room.head, "duong lam"), hits(room, room.head, "đường làm")
    assert {"Duong lam viec", "Đường làm việc"} <= set(without)
    assert typed.index("Đường làm việc") < typed.index("Duong lam viec")


def test_a_sort_is_read_page_by_page(room: Room) -> None:
    first = hits(room, room.head, "duong", of="task")
    second = hits(room, room.head, "duong", of="task", page="2")
    titles = {text for text in (*first, *second) if text.casefold().startswith(("đường", "duong"))}
    assert len(titles) == 24
    assert len(titles & set(first)) == 20


def test_a_day_a_person_and_a_clause_are_found(room: Room) -> None:
    assert "Đường làm việc" in hits(room, room.head, "02/05/2021")
    assert "Duong lam viec" not in hits(room, room.head, "02/05/2021")
    tenant = room.installation.tenant(room.slug)
    with tenant.store.read(tenant.id) as session:
        names = tenant.directory(session).persons
    assert names[room.member]["vi"] in hits(room, room.head, names[room.member]["vi"])
    clause = tenant.snapshot.regime_on(NOW.date()).charter.clauses[4]
    assert any(text.endswith(clause.heading.vi) for text in hits(room, room.head, clause.id))


def test_a_guest_finds_what_is_theirs_and_no_trace_of_the_rest(room: Room) -> None:
    member, guest = hits(room, room.head, "bao cao"), hits(room, room.guest, "bao cao")
    assert {"Báo cáo kín", "Báo cáo gửi khách"} <= set(member)
    assert "Báo cáo gửi khách" in guest
    assert "Báo cáo kín" not in guest
    assert "Bến phà Nhật Lệ" in hits(room, room.head, "nhat le")
    assert hits(room, room.guest, "nhat le") == [text.replace("zzzzz", "nhat le") for text in hits(room, room.guest, "zzzzz")]
    tenant = room.installation.tenant(room.slug)
    with tenant.store.read(tenant.id) as session:
        name = tenant.directory(session).persons[room.member]["vi"]
    assert "Người" not in hits(room, room.guest, name)


@pytest.mark.parametrize("q", ["%", "_", "'", '"', "<b>", "\\", "a" * 300, "(((", "\u0301", "đ" * 90, "31/02/2021"])
def test_no_text_breaks_the_page(room: Room, q: str) -> None:
    given = room.browser(room.head).get(f"/t/{room.slug}/search", params={"q": q})
    assert given.status_code in (200, 400)
    assert "<b>" not in given.text


def test_the_kind_of_a_record_is_a_word(room: Room) -> None:
    assert any("M-2021-00" in text for text in hits(room, room.head, "họp định kỳ"))

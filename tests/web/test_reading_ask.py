"""May X do Y: the answer first and to be quoted, the record picked, nothing shown that the asker may not see."""

from __future__ import annotations

from tests.web.reading_room import START, Page
from tests.web.test_reading_sight import Room, room

from steerco.kernel.act import ActRequest
from steerco.kernel.explain import explain

__all__ = ["room"]


def radios(page: Page) -> list[str]:
    return [attrs["value"] for attrs in page.of("input") if attrs.get("type") == "radio" and attrs.get("name") == "record"]


def options(page: Page, name: str) -> list[str]:
    """The values that a select offers."""
    found, within = list[str](), False
    for tag, attrs in page.elements:
        if tag == "select":
            within = attrs.get("name") == name
        elif tag == "option" and within and attrs.get("value"):
            found.append(attrs["value"])
    return found


def test_the_answer_is_the_kernels_and_stands_before_the_form(room: Room) -> None:
    tenant = room.installation.tenant(room.slug)
    for by in (room.head, room.member):
        page = room.page(room.head, "ask", by=by, do="meeting.conclude", record=room.open)
        with tenant.store.read(tenant.id) as session:
            said = explain(tenant, session, ActRequest(by, "meeting.conclude", START, on=room.open))
        word = {"done": "Yes.", "refused": "No.", "out-of-order": "Not now."}[said.outcome]
        assert page.text.index(word) < page.text.index("Find a person")
        for clause in said.because:
            assert any(f"/charter/{clause.clause}" in href for href in page.links)


def test_the_answer_can_be_quoted_with_day_revision_and_address(room: Room) -> None:
    given = room.browser(room.head).get(
        f"/t/{room.slug}/ask",
        params={"by": room.member, "do": "meeting.conclude", "record": room.open, "on": "2021-02-10", "lang": "en"},
    )
    copied = given.text.partition("readonly>")[2].partition("</textarea>")[0]
    assert "10 February 2021" in copied
    assert "Revision" in copied
    assert f"/t/{room.slug}/ask?" in copied
    assert room.open in copied


def test_the_record_is_picked_among_those_that_the_asker_sees(room: Room) -> None:
    member = room.page(room.head, "ask", by=room.head, do="meeting.conclude", step="record")
    guest = room.page(room.guest, "ask", by=room.guest, do="meeting.conclude", step="record")
    assert set(radios(member)) == {room.open, room.closed}
    assert radios(guest) == [room.open]
    found = room.page(room.head, "ask", **{"do": "meeting.conclude", "find-record": "phong kin", "step": "record"})
    assert radios(found) == [room.closed]


def test_acts_and_persons_are_found_by_words(room: Room) -> None:
    page = room.page(room.head, "ask", **{"find-do": "conclude", "step": "do"})
    assert "meeting.conclude" in options(page, "do")
    assert "task.cancel" not in options(page, "do")
    khach = room.page(room.head, "ask", **{"find-by": "khach", "step": "by"})
    assert options(khach, "by") == [room.guest]
    assert options(room.page(room.guest, "ask"), "by") == [room.guest]


def test_days_are_typed_as_people_write_them(room: Room) -> None:
    asked = {"by": room.head, "do": "meeting.convene", "with.kind": "regular"}
    good = room.page(room.head, "ask", **asked, **{"with.starts_at": "14:00 20/02/2021"})
    assert "The question does not fit" not in good.text
    assert not [attrs for attrs in good.of("input") if attrs.get("type") in ("date", "datetime-local")]
    bad = room.page(room.head, "ask", **asked, **{"with.starts_at": "14:00 31/02/2021"})
    assert "The question does not fit" in bad.text
    assert "February 2021" in bad.text

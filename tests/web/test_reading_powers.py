"""Who may do what, an act or an office at a time, and the whole table for whoever wants it."""

from __future__ import annotations

from tests.web.reading_room import START, Page
from tests.web.test_reading_sight import Room, room

__all__ = ["room"]


def blocks(page: Page) -> str:
    return page.text.partition("The whole table")[2]


def test_an_act_is_found_by_its_words_and_names_who_may_and_by_which_clause(room: Room) -> None:
    tenant = room.installation.tenant(room.slug)
    regime = tenant.snapshot.regime_on(START.date())
    page = room.page(room.head, "powers", q="Convene")
    lines = [line for line in regime.lines if (line.type, line.act) == ("meeting", "convene")]
    linked = {href.partition("/charter/")[2].partition("?")[0] for href in page.links if "/charter/" in href}
    assert {line.clause for line in lines} <= linked
    roles = {role.id: role.label.en for role in regime.charter.roles}
    assert all(roles[line.subject] in blocks(page) for line in lines if line.subject in roles)
    assert any("/ask?" in href and "do=meeting.convene" in href for href in page.links)


def test_words_may_be_typed_without_marks(room: Room) -> None:
    with_marks = Page(room.browser(room.head).get(f"/t/{room.slug}/powers", params={"q": "triệu tập", "lang": "vi"}).text)
    without = Page(room.browser(room.head).get(f"/t/{room.slug}/powers", params={"q": "trieu tap", "lang": "vi"}).text)
    assert len(with_marks.of("section")) == len(without.of("section")) > 0
    assert len(room.page(room.head, "powers", q="zzzz").of("section")) == 0


def test_whoever_acts_for_an_absent_officer_stands_with_the_act(room: Room) -> None:
    charter = room.installation.tenant(room.slug).snapshot.regime_on(START.date()).charter
    rule = charter.successions[0]
    role = charter.role(rule.absent)
    assert role is not None
    assert f"While {role.label.en} is away" in blocks(room.page(room.head, "powers", q="convene"))


def test_an_office_has_all_its_powers_in_one_block(room: Room) -> None:
    regime = room.installation.tenant(room.slug).snapshot.regime_on(START.date())
    head = regime.charter.role(regime.charter.bodies[0].head)
    assert head is not None
    page = room.page(room.head, "powers", by="person", q=head.label.en)
    items = len([None for tag, _ in page.elements if tag == "li"])
    assert items >= len({line.fields[:-1] for line in regime.lines if line.subject == head.id})


def test_the_table_is_a_page_of_its_own(room: Room) -> None:
    assert room.page(room.head, "powers/all", type="task").of("table")
    assert not room.page(room.head, "powers").of("table")
    assert room.browser(room.guest).get(f"/t/{room.slug}/powers/all").status_code == 404

"""People and seats: the list, the acts that it leads to, and a table of many at once: looked at, all or nothing, undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from tests.web.admin_desk import Desk, desk
from tests.web.conftest import MOST, NATIONAL
from tests.web.reading_room import NOW, Page

from steerco.store.tables import Event


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("office")) as served:
        yield served


def events(office: Desk, slug: str) -> int:
    tenant = office.installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        return session.scalar(select(func.count()).where(Event.tenant_id == tenant.id)) or 0


def handed_in(office: Desk, slug: str, who: str, text: str) -> str:
    browser = office.as_(slug, who)
    sent = browser.post(
        f"/t/{slug}/admin/people",
        data={"form_token": browser.form_token},
        files=[("table", ("people.csv", text.encode(), "text/csv"))],
    )
    assert sent.status_code == 303, Page(sent.text).text
    return str(sent.headers["location"]).partition("?")[0]


def look(office: Desk, slug: str, who: str, to: str, language: str = "vi") -> tuple[int, Page]:
    given = office.as_(slug, who).get(f"{to}?lang={language}")
    return given.status_code, Page(given.text)


def holders(office: Desk, slug: str, role: str) -> list[str]:
    tenant = office.installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        directory = tenant.directory(session)
        day = directory.on(NOW.date(), tenant.snapshot.regime_on(NOW.date()).charter)
        return [directory.persons[person]["vi"] for person in day.holders(role)]


TABLE = """Họ tên;Chức danh;Từ ngày;Văn bản
Nguyễn Văn Đường;Thành viên Tổ công tác;13/02/2021;QĐ 12/2021
Trần Thị Hoa;wg-member;;QĐ 12/2021
"""


def test_a_table_is_looked_at_first_then_done_as_a_whole_and_one_mistake_is_undone(office: Desk) -> None:
    before = events(office, NATIONAL)
    to = handed_in(office, NATIONAL, "wg-head", TABLE)
    status, page = look(office, NATIONAL, "wg-head", to)
    assert status == 200, page.text
    assert "Nhập người: Nguyễn Văn Đường (dòng 2)" in page.text
    assert "Bổ nhiệm Trần Thị Hoa: Thành viên Tổ công tác, từ 13/02/2021" in page.text
    assert events(office, NATIONAL) == before  # only tried
    assert not [link for link in page.links if "/do/end" in link]  # so there is nothing to take back yet
    done = office.send(NATIONAL, "wg-head", f"{to}?lang=vi")
    told = Page(done.text)
    assert done.status_code == 200
    assert {"Nguyễn Văn Đường", "Trần Thị Hoa"} <= set(holders(office, NATIONAL, "wg-member"))
    assert events(office, NATIONAL) == before + 4
    again = office.send(NATIONAL, "wg-head", to)
    assert again.status_code == 200
    assert events(office, NATIONAL) == before + 4  # pressed twice, done once
    (undo, *_) = [link for link in told.links if link.partition("?")[0].endswith("/do/end")]
    assert office.as_(NATIONAL, "wg-head").get(undo).status_code == 200
    browser = office.as_(NATIONAL, "wg-head")
    hidden = {
        a["name"]: a["value"] for a in Page(browser.get(undo).text).of("input") if a.get("type") == "hidden" and "name" in a
    }
    ended = browser.post(undo.partition("?")[0], data={**hidden, "form_token": browser.form_token})
    if ended.status_code == 200:
        ended = browser.post(undo.partition("?")[0], data={**hidden, "form_token": browser.form_token, "step": "confirm"})
    assert ended.status_code == 303, Page(ended.text).text
    assert "Nguyễn Văn Đường" not in holders(office, NATIONAL, "wg-member")


def test_every_line_that_is_wrong_is_told_and_none_is_entered(office: Desk) -> None:
    before = events(office, NATIONAL)
    wrong = TABLE.replace("wg-member", "wg-membr").replace("13/02/2021", "31/02/2021") + ";Chủ tịch;;\n"
    to = handed_in(office, NATIONAL, "wg-head", wrong)
    status, page = look(office, NATIONAL, "wg-head", to)
    assert status == 422
    assert "dòng 2" in page.text
    assert "“31/02/2021” không phải là ngày" in page.text
    assert "Không có chức danh “wg-membr”. Có phải “wg-member”?" in page.text
    assert "Dòng này không nêu ai." in page.text
    assert "31/02/2021" in page.text  # the text is there to be mended
    assert office.send(NATIONAL, "wg-head", to).status_code == 422
    assert events(office, NATIONAL) == before


def test_what_the_kernel_stops_is_told_at_its_line(office: Desk) -> None:
    """A seat that follows an office is filled by appointing to the office; a line for it is told, the others too."""
    before = events(office, MOST)
    keeper = "wg-head"
    text = "Name,Seat,From,To\nA new member,Member,2021-02-13,2021-01-01\nAnother,Nobody at all,,\n"
    to = handed_in(office, MOST, keeper, text)
    status, page = look(office, MOST, keeper, to, "en")
    assert status == 422
    assert "There is no seat “Nobody at all”." in page.text
    to = handed_in(office, MOST, keeper, text.replace("Another,Nobody at all,,\n", ""))
    status, page = look(office, MOST, keeper, to, "en")
    assert status == 422
    assert "line 2" in page.text
    assert events(office, MOST) == before


def test_who_may_not_enter_people_is_told_who_may_by_which_clause(office: Desk) -> None:
    given = office.as_(NATIONAL, "member").get(f"/t/{NATIONAL}/admin/people?lang=en")
    assert given.status_code == 403
    assert any("/charter/H." in link for link in Page(given.text).links)


@pytest.mark.parametrize(("slug", "who", "language"), [(NATIONAL, "wg-head", "en"), (MOST, "wg-head", "vi")])
def test_the_list_says_who_holds_what_and_leads_to_the_acts(office: Desk, slug: str, who: str, language: str) -> None:
    page = office.page(slug, who, "/admin/people", language)
    assert any("/records/appointment/do/appoint" in link for link in page.links)
    assert any(link.partition("?")[0].endswith("/do/end") for link in page.links)
    assert not [text for text in page.texts if "-" in text and text.strip() in office.installation.tenant(slug).snapshot.content]

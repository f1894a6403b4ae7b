"""The work of one account in all its committees."""

from __future__ import annotations

from typing import Any

import pytest
from tests.web.reading_room import Page
from tests.work.lived_pages import MOST, NATIONAL, LivedPages, lines

from steerco.accounts.accounts import account_of, bind
from steerco.cases.world import seed
from steerco.operations import tokens
from steerco.store.base import INSTALLATION

pytestmark = pytest.mark.xdist_group("work-pages")


def in_both(pages: LivedPages, first: str, second: str) -> Page:
    """The first page of an account that is one person of the National Committee and another of the Board."""
    browser = pages.as_(NATIONAL, first)

    with pages.installation.store.write(INSTALLATION) as session:
        account = account_of(session, pages.installation.tenant(NATIONAL).id, browser.person)
        assert account is not None
        bind(session, account.id, pages.installation.tenant(MOST).id, second, pages.now)
    answer = browser.get("/", params={"lang": "vi"})
    assert answer.status_code == 200
    return Page(answer.text)


def test_lines_of_all_committees_stand_together_by_day_each_with_its_committee_and_without_acts(fresh: LivedPages) -> None:
    page = in_both(fresh, "bo-truong-xay-dung-moi", "ct-ttkhcn")
    names = ("Ủy ban Quốc gia về Chính phủ điện tử", "Ban Chỉ đạo xây dựng Chính phủ điện tử")
    assert all(name in page.text for name in names)
    assert "Quá hạn (2)" in page.text
    older, newer = "Quá hạn 21 ngày", "Quá hạn 5 ngày"
    assert page.text.index(older) < page.text.index(newer)
    assert not [link for link in page.links if "/do/" in link]
    assert lines(page, f"/t/{NATIONAL}/records/task/T-2021-003")
    assert lines(page, f"/t/{MOST}/records/task/T-2021-010")


def test_an_account_of_one_committee_sees_that_one_alone(pages: LivedPages) -> None:
    answer = pages.as_(MOST, "head").get("/", params={"lang": "en"})
    assert answer.status_code == 200
    page = Page(answer.text)
    assert "My work" in page.text
    assert f"/t/{MOST}" in " ".join(page.links)
    assert f"/t/{NATIONAL}" not in " ".join(page.links)
    assert "/sign-out?lang=en" in [form.get("action") for form in page.of("form")]


def test_strangers_of_a_demonstration_choose_a_committee(pages: LivedPages) -> None:
    page = Page(pages.http.get("/", params={"lang": "en"}, headers={"Accept": "text/html"}).text)
    assert "My work" not in page.text
    assert {f"/t/{slug}" for slug in (NATIONAL, MOST)} <= {link.partition("?")[0] for link in page.links}
    assert "/sign-in?lang=en" in page.links


def sharing(pages: LivedPages, slug: str, what: str = "week") -> None:
    """Let a committee consent to stand on sheets of several committees."""
    installation = pages.installation
    content = dict(installation.tenant(slug).snapshot.content)
    path = f"tenants/{slug}/tenant.toml"
    content[path] = f'shared = ["{what}"]\n' + content[path]
    installation.apply(slug, content, at=pages.now, who="operator", why="The week on one sheet", seed=seed)


def test_the_week_of_all_committees_is_one_sheet_of_those_that_share_it(fresh: LivedPages) -> None:
    in_both(fresh, "bo-truong-xay-dung-moi", "ct-ttkhcn")
    browser = fresh.as_(NATIONAL, "bo-truong-xay-dung-moi")
    older, newer, silent = "Quá hạn 21 ngày", "Quá hạn 5 ngày", "chưa đồng ý chia sẻ"

    def sheet() -> str:
        answer = browser.get("/week", params={"lang": "vi"})
        assert answer.status_code == 200
        return Page(answer.text).text

    assert silent in sheet()
    assert not [each for each in (older, newer, "mục nhật ký") if each in sheet().casefold()]
    sharing(fresh, NATIONAL)
    assert [each in sheet() for each in (older, newer, silent)] == [False, True, True]
    sharing(fresh, MOST)
    assert [each in sheet() for each in (older, newer, silent)] == [True, True, False]
    assert sheet().index(older) < sheet().index(newer)
    told = browser.get("/week.json", params={"lang": "vi"}).json()
    assert ([each["committee"] for each in told["committees"]], told["silent"]) == ([MOST, NATIONAL], [])
    lines = [line for each in told["committees"] for line in each["lines"]]
    assert all(line["title"] in sheet() for line in lines if line["part"] == "overdue")
    assert [[line["status"].partition(" · ")[0] for line in lines].count(each) for each in (older, newer)] == [1, 1]


def test_a_token_is_told_the_week_of_its_committee_and_of_no_other(fresh: LivedPages) -> None:
    """Both committees share it, and both persons are one account."""
    in_both(fresh, "bo-truong-xay-dung-moi", "ct-ttkhcn")
    for slug in (NATIONAL, MOST):
        sharing(fresh, slug)
    tenant = fresh.installation.tenant(NATIONAL)
    secret = tokens.issue(tenant, "bo-truong-xay-dung-moi", ("read",), now=fresh.now).secret

    def asked(path: str) -> Any:
        answer = fresh.http.get(f"/t/{NATIONAL}/api/{path}", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    week = asked("week?from=2022-01-05&lang=en")
    assert (week["first"], week["last"]) == ("2022-01-03", "2022-01-09")
    (own,) = week["committees"]
    assert (own["committee"], own["person"]) == (NATIONAL, "bo-truong-xay-dung-moi")
    overdue = [line for line in own["lines"] if line["part"] == "overdue"]
    assert overdue
    assert all(line["clauses"] for line in overdue)
    assert asked("competence?lang=en")["committees"] == ["National Committee on e-Government"]
    for day, status in (("x", 400), ("2150-01-01", 422)):
        wrong = fresh.http.get(f"/t/{NATIONAL}/api/week?from={day}", headers={"Authorization": f"Bearer {secret}"})
        assert (wrong.status_code, list(wrong.json()["fields"])) == (status, ["from"])


def test_what_nobody_else_may_do_stands_first(fresh: LivedPages) -> None:
    """The Chair alone consents to an absence; what is open to several does not stand there."""
    sharing(fresh, NATIONAL)
    answer = fresh.as_(NATIONAL, "chair").get("/week", params={"lang": "en"})
    text = Page(answer.text).text
    first = text[text.index("Only I can do") : text.index("To decide or answer")]
    assert "☐" in first
    assert text.count("☐") < 60


def test_strangers_have_no_sheet(pages: LivedPages) -> None:
    answer = pages.http.get("/week", headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["location"]


def test_the_map_of_fields_is_of_the_committees_that_share_them(fresh: LivedPages) -> None:
    in_both(fresh, "bo-truong-xay-dung-moi", "ct-ttkhcn")
    browser = fresh.as_(NATIONAL, "bo-truong-xay-dung-moi")

    def shown() -> Page:
        answer = browser.get("/competence", params={"lang": "en"})
        assert answer.status_code == 200
        return Page(answer.text)

    assert not shown().of("svg")
    assert "since they do not share their fields" in shown().text
    sharing(fresh, NATIONAL, "subjects")
    one = shown()
    assert one.of("svg")
    assert "Steering Board" in one.text[: one.text.index("Two lead")]
    assert "Steering Board" not in one.text[one.text.index("Two lead") :]
    sharing(fresh, MOST, "subjects")
    both = shown()
    assert "since they do not share their fields" not in both.text
    assert len(both.of("rect")) > len(one.of("rect"))
    told = browser.get("/competence.json", params={"lang": "en"}).json()
    assert len(told["committees"]) == 2
    assert {clause for subject in told["subjects"] for each in subject["held"] for clause in each["clauses"]}

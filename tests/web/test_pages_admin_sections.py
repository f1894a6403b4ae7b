"""Tokens, plugins and accounts in the pages of administration: what whoever may sees and does, and what others are told."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.web.admin_desk import Desk, desk
from tests.web.conftest import MOST, NATIONAL
from tests.web.reading_room import Page

SECRET = re.compile(r"steerco_[\w-]{43}")
BOTH = [(NATIONAL, "wg-head", "en"), (MOST, "head", "vi")]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("office")) as served:
        yield served


@pytest.mark.parametrize(("slug", "who", "language"), BOTH)
def test_the_first_page_leads_to_each_section_and_says_what_is_wrong_now(
    office: Desk, slug: str, who: str, language: str
) -> None:
    page = office.page(slug, who, "/admin", language)
    below = {link.partition("?")[0].rpartition("/")[2] for link in page.links if f"/t/{slug}/admin/" in link}
    assert {"house", "accounts", "tokens", "plugins", "files", "plan", "revisions"} <= below
    for section in sorted(below):
        told = office.page(slug, who, f"/admin/{section}", language)
        assert len(told.of("h1")) == 1
        assert not [text for text in told.texts if "tenants/" in text or "policies/" in text]


def test_a_token_is_issued_shown_once_lets_a_program_in_and_is_revoked(office: Desk) -> None:
    member = office.as_(NATIONAL, "wg-member").person
    sent = office.send(NATIONAL, "wg-head", "/admin/tokens?lang=en", person=member, scopes="read", days="30")
    found = SECRET.search(sent.text)
    assert found, Page(sent.text).text
    assert sent.headers["cache-control"] == "no-store"
    api = {"Authorization": f"Bearer {found[0]}"}
    assert office.http.get(f"/t/{NATIONAL}/api/meeting", headers=api).status_code == 200
    listing = office.as_(NATIONAL, "wg-head").get(f"/t/{NATIONAL}/admin/tokens?lang=en")
    assert found[0] not in listing.text
    step = next(attrs["value"] for attrs in Page(listing.text).of("button") if attrs.get("value", "").startswith("revoke:"))
    assert office.send(NATIONAL, "wg-head", "/admin/tokens", step=step).status_code == 303
    assert office.http.get(f"/t/{NATIONAL}/api/meeting", headers=api).status_code == 401
    assert "revoked" in office.page(NATIONAL, "wg-head", "/admin/tokens?state=ended").text


def test_a_token_without_person_or_purpose_is_not_issued(office: Desk) -> None:
    sent = office.send(NATIONAL, "wg-head", "/admin/tokens?lang=vi", person="nobody", days="30")
    assert sent.status_code == 422
    told = Page(sent.text).text
    assert "Chọn một người của ban, ủy ban." in told
    assert "Chọn ít nhất một phạm vi." in told
    assert not SECRET.search(sent.text)


@pytest.mark.parametrize("path", ["/admin/tokens", "/admin/plugins/steerco_ical"])
def test_who_may_only_what_decides_nothing_is_told_who_may(office: Desk, path: str) -> None:
    given = office.as_(NATIONAL, "wg-member").get(f"/t/{NATIONAL}{path}?lang=en")
    assert given.status_code == 403
    assert "Chair (Prime Minister)" in Page(given.text).text
    assert office.send(NATIONAL, "wg-member", path, person="x").status_code == 403


def test_a_plugins_settings_are_a_form_of_its_schema_and_go_through_a_plan(office: Desk) -> None:
    page = office.page(MOST, "head", "/admin/plugins/steerco_ical", "vi")
    assert "Số phút của cuộc họp khi không nêu" in page.text
    assert "Từ 5 đến 1440." in page.text
    fields = {"on": "yes", "set-site": "", "set-minutes": "90", "set-past_days": "366", "set-refresh_minutes": "60"}
    sent = office.send(MOST, "head", "/admin/plugins/steerco_ical", **fields, **{"set-tasks": "yes"})
    assert sent.status_code == 303, sent.text[-2000:]
    to = str(sent.headers["location"]).partition("?")[0]
    said = office.planned(MOST, "head", to).text
    assert "iCalendar feeds: set otherwise Minutes that a meeting takes where nothing says: 60 becomes 90" in said
    assert office.send(MOST, "head", to, step="apply", why="Longer meetings").status_code == 303
    settings = office.installation.tenant(MOST).snapshot.content[f"tenants/{MOST}/tenant.toml"]
    assert "[settings.steerco_ical]\nminutes = 90\n" in settings

    wrong = office.send(MOST, "head", "/admin/plugins/steerco_ical?lang=en", **{**fields, "set-minutes": "an hour"})
    assert wrong.status_code == 422
    assert "Write a whole number." in Page(wrong.text).text
    far = office.send(MOST, "head", "/admin/plugins/steerco_ical", **{**fields, "set-minutes": "3"})
    told = office.as_(MOST, "head").get(str(far.headers["location"]))
    assert told.status_code == 422  # by the plugin's own schema, at its line


def test_a_plugin_is_switched_off_and_the_plan_says_what_is_judged_no_more(office: Desk) -> None:
    sent = office.send(NATIONAL, "wg-head", "/admin/plugins/steerco_vn_law", on="no", **{"set-refuse_late_invitations": "no"})
    said = office.planned(NATIONAL, "wg-head", str(sent.headers["location"])).text
    assert "switched off" in said
    assert "its rules would no longer judge" in said


def test_a_person_is_invited_by_a_link_shown_once_that_lets_them_in(office: Desk) -> None:
    chair = office.person(NATIONAL, "chair")
    page = office.page(NATIONAL, "wg-head", f"/admin/accounts/{chair}")
    assert "no account" in page.text
    sent = office.send(NATIONAL, "wg-head", f"/admin/accounts/{chair}?lang=en", step="invite", email="chair@example.org")
    found = re.search(r"https?://[^/]+(/invitation/[\w-]+)", sent.text)
    assert found, Page(sent.text).text
    assert found[1] not in office.as_(NATIONAL, "wg-head").get(f"/t/{NATIONAL}/admin/accounts/{chair}").text
    assert "invited" in office.page(NATIONAL, "wg-head", "/admin/accounts?state=invited").text
    assert office.http.get(found[1]).status_code == 200


def test_an_account_is_signed_out_everywhere_locked_and_unlocked(office: Desk) -> None:
    member = office.as_(NATIONAL, "standing-vice-chair")
    path = f"/admin/accounts/{member.person}"
    assert member.get(f"/t/{NATIONAL}/charter").status_code == 200
    assert office.send(NATIONAL, "wg-head", path, step="sign-out").status_code == 303
    assert member.get(f"/t/{NATIONAL}/charter").status_code in (303, 401)
    assert office.send(NATIONAL, "wg-head", path, step="lock").status_code == 303
    assert "đang khóa" in office.page(NATIONAL, "wg-head", path, "vi").text
    assert office.send(NATIONAL, "wg-head", path, step="unlock").status_code == 303
    own = office.as_(NATIONAL, "wg-head")
    refused = office.send(NATIONAL, "wg-head", f"/admin/accounts/{own.person}?lang=en", step="lock")
    assert refused.status_code == 409
    assert "locked by somebody else" in Page(refused.text).text


def test_accounts_are_not_everybodys(office: Desk) -> None:
    given = office.as_(NATIONAL, "wg-member").get(f"/t/{NATIONAL}/admin/accounts?lang=en")
    assert given.status_code == 403
    assert "Head of the Working Group" in Page(given.text).text
    assert office.as_(NATIONAL, "member").get(f"/t/{NATIONAL}/admin/accounts").status_code == 403

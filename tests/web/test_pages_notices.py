"""The page of notices: what one was told of, read or not, and how one wishes to be told."""

from __future__ import annotations

import pytest
from tests.web.conftest import MOST, NATIONAL, Api
from tests.web.signed_in import Browser, signed_in

from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.notifications import notices

HEAD = {NATIONAL: ("chair", "bo-truong-kh-cn"), MOST: ("head", "vt-khtc")}
TITLE = "Rà soát <b>số liệu</b>"


@pytest.fixture(scope="module", params=[NATIONAL, MOST])
def told(request: pytest.FixtureRequest, api: Api) -> tuple[str, Browser]:
    """A committee, and a member in a browser who was given a task by its head."""
    slug = request.param
    giver, member = HEAD[slug]
    tenant = api.tenant(slug)
    notices.follow(tenant, api.clock())
    given = {"title": TITLE, "to": member}
    perform(tenant, ActRequest(api.person(slug, giver), "task.assign", input=given, at=api.clock()))
    notices.follow(tenant, api.clock())
    return slug, signed_in(api.http, api.installation, slug, member)


def test_a_notice_leads_to_its_record_and_is_read_when_one_says_so(told: tuple[str, Browser]) -> None:
    slug, browser = told
    page = browser.get(f"/t/{slug}/notices?lang=vi").text
    assert "Giao nhiệm vụ: Rà soát &lt;b&gt;số liệu&lt;/b&gt;" in page
    assert "Chưa đọc (1)" in page
    assert f"/t/{slug}/records/task/" in page
    assert browser.post(f"/t/{slug}/notices", data={"form_token": browser.form_token}).status_code == 303
    page = browser.get(f"/t/{slug}/notices?lang=en").text
    assert "Unread (0)" in page
    assert "Every notice has been read." in browser.get(f"/t/{slug}/notices?lang=en&show=unread").text


def test_how_one_is_told_is_kept_and_another_s_page_is_not_touched(told: tuple[str, Browser], api: Api) -> None:
    slug, browser = told
    sent = {"form_token": browser.form_token, "how": "digest", "quiet": ["task", "no-such-type"]}
    assert browser.post(f"/t/{slug}/notices", data=sent).headers["location"].endswith("saved=1")
    tenant = api.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        assert notices.choice_of(session, browser.person) == notices.Choice("digest", frozenset({"task"}))
    other = signed_in(api.http, api.installation, slug, HEAD[slug][0])
    assert TITLE[:6] not in other.get(f"/t/{slug}/notices").text


def test_a_form_of_another_sign_in_changes_nothing(told: tuple[str, Browser], api: Api) -> None:
    slug, browser = told
    assert browser.post(f"/t/{slug}/notices", data={"form_token": "x", "how": "never"}).status_code == 403
    tenant = api.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        assert notices.choice_of(session, browser.person).how != "never"

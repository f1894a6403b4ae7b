"""Where a charter keeps drafts from members, a draft changes nothing that a member is told: no list, search, feed, number or page
differs by it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, Clock, installed, seed
from tests.web.signed_in import Browser, signed_in

from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations import tokens
from steerco.web.app import create_app

DRAFTS = (
    ("document.draft", {"kind": "conclusion-notice", "title": "Quả bưởi"}),
    ("review.draft", {"kind": "activity-report", "period": "2021-01", "title": "Quả bưởi", "results": "Quả bưởi"}),
    ("programme.draft", {"kind": "work-programme", "year": 2021, "title": "Quả bưởi", "items": []}),
)
PAGES = (
    *(
        "",
        "search?q=bưởi",
        "records/document",
        "records/review",
        "records/programme",
        "documents",
        "archive",
        "log",
        "statistics",
    ),
    *("tasks", "duties", "calendar"),
)
API = ("search?q=bưởi", "document", "review", "programme", "events?after=0", "duties", "document?count=true")
"""Lists, searches, feeds and numbers; one that a committee does not have answers 404 before and after."""


def told(browser: Browser, slug: str, secret: str) -> dict[str, str]:
    """What each road tells, in words alone."""
    answers = {page: browser.get(f"/t/{slug}/{page}") for page in PAGES}
    headers = {"Authorization": f"Bearer {secret}"}
    answers |= {f"api/{path}": browser.http.get(f"/t/{slug}/api/{path}", headers=headers) for path in API}
    feed = answers.pop("api/events?after=0").json()  # where the log stands moves with every act, whoever may see it
    return {"feed": str([entry for entry in feed["items"] if entry["action"].endswith(".draft")])} | {
        road: f"{answer.status_code} " + re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))
        for road, answer in answers.items()
    }


KEPT = {NATIONAL: ("committee", "H.3"), MOST: ("board", "H.11")}
"""The body whose drafts are kept from its members, and a house rule to cite: neither text says it, so the lines are ours."""


@pytest.fixture(scope="module")
def installation() -> Installation:
    found, home = installed(), Home(shipped())
    for slug, (body, clause) in KEPT.items():
        content = dict(home.content(slug))
        content[f"policies/{slug}.csv"] += "".join(
            f"p, member, {body}, {type}, read, state=drafted, deny, {clause}\n" for type in ("document", "review", "programme")
        )
        found.apply(slug, content, at=START, who="operator", why="drafts are kept from members", seed=seed)
    return found


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_a_draft_changes_no_answer_to_a_member(installation: Installation, slug: str) -> None:
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(START.date(), tenant.snapshot.regime_on(START.date()).charter)
    member, own = day.holders("member")[0], day.holders("wg-head")[0]
    secret = {person: tokens.issue(tenant, person, ("*",), now=START).secret for person in (member, own)}
    with TestClient(create_app(installation, clock=Clock())) as client:
        reader, writer = signed_in(client, installation, slug, member), signed_in(client, installation, slug, own)
        before, mine = told(reader, slug, secret[member]), told(writer, slug, secret[own])
        for action, given in DRAFTS:
            perform(tenant, ActRequest(own, action, START, None, given))
        after, changed = told(reader, slug, secret[member]), told(writer, slug, secret[own])
    assert [road for road in after if after[road] != before[road]] == []
    differs = {road for road in changed if changed[road] != mine[road]}
    assert {"search?q=bưởi", "log", "feed", *(f"api/{path}" for path in API[:4])} <= differs, "the drafter is told"

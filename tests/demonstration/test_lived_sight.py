"""Whoever has no seat in the lived committees is shown on every page what their clause gives, and nothing beyond."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from tests.demonstration.lived import MOST, NATIONAL, Year
from tests.web.reading_room import opened
from tests.web.signed_in import signed_in

from steerco.kernel.authority import Authority
from steerco.kernel.view import seen

pytestmark = pytest.mark.xdist_group("lived-year")
NOW = datetime(2022, 1, 10, 3, tzinfo=UTC)
PAGES = (
    *(
        "",
        "tracker",
        "archive",
        "budget",
        "calendar",
        "notices",
        "attendance",
        "duties",
        "compliance",
        "log",
        "people",
        "search?q=a",
    ),
    *("across", "registers", "records/meeting", "records/task", "records/document", "records/consultation", "records/report"),
)
"""The pages of daily work and those of the committee; which of them a reader has is tested where each is."""
READERS = [
    (NATIONAL, "chuyen-gia-do-thi", "an expert, mobilised and a guest of one meeting"),
    (NATIONAL, "chu-tich-da-nang", "the head of an agency"),
    (NATIONAL, "cuc-truong-an-ninh-mang", "a substitute in one meeting"),
    (MOST, "chuyen-gia", "an expert, a guest of one meeting"),
    (MOST, "vt-phap-che", "the head of a unit"),
]


@pytest.fixture(scope="module")
def http(year: Year) -> Iterator[TestClient[Any]]:
    with opened(year.installation, now=NOW) as client:
        yield client


def sights(year: Year, slug: str, who: str) -> tuple[list[str], set[str]]:
    """The pages of the records that somebody reads, and the titles of those that they do not read and that nothing else says."""
    tenant, pages, titles, read = year.installation.tenant(slug), list[str](), set[str](), list[str]()
    with tenant.store.read(tenant.id) as session:
        authority = Authority(tenant, session, who, NOW)
        for name, type in tenant.snapshot.types.items():
            for record in type.read(session, type.those(tenant.id)):
                if authority.may(record, "read"):
                    pages.append(f"records/{name}/{record.ref}")
                    read.append(msgspec.json.encode(seen(authority, record)).decode())
                elif title := getattr(record, "title", None) or getattr(record, "text", None):
                    titles.add(str(title))
        labels = {text for each in authority.regime.charter.templates for text in (each.label.vi, each.label.en)}
    said = json.dumps([json.loads(each) for each in read], ensure_ascii=False)
    return pages, {each for each in titles if len(each) > 14 and json.dumps(each, ensure_ascii=False)[1:-1] not in said} - labels


@pytest.mark.parametrize(("slug", "who", "as_"), READERS)
def test_no_page_tells_of_a_record_that_its_reader_does_not_read(
    year: Year, http: TestClient[Any], slug: str, who: str, as_: str
) -> None:
    pages, hidden = sights(year, slug, who)
    assert pages, as_
    assert len(hidden) > 30
    browser = signed_in(http, year.installation, slug, who)
    cited = [f"charter/{clause}" for clause in ("3.2", "3.3", "10.1", "11.1")]
    answers = {page: browser.get(f"/t/{slug}/{page}", follow_redirects=True) for page in (*PAGES, *pages, *cited)}
    assert {page: given.status_code for page, given in answers.items() if page in pages} == dict.fromkeys(pages, 200)
    told = {page: {each for each in hidden if each in unescape(given.text)} for page, given in answers.items()}
    assert {page: found for page, found in told.items() if found} == {}

"""Strangers read pages in a demonstration only; problems are pages for browsers and problems for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.reading_room import MOST, NATIONAL, Page, furnished, innocent, opened, paths

from steerco.configuration.installation import Installation


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    made = furnished()
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def demo(installation: Installation) -> Iterator[TestClient[Any]]:
    with opened(installation) as client:
        yield client


@pytest.fixture(scope="module")
def closed(installation: Installation) -> Iterator[TestClient[Any]]:
    with opened(installation, demo=False) as client:
        yield client


@pytest.mark.parametrize("path", paths(NATIONAL))
def test_without_a_demonstration_a_page_is_not_told_from_one_of_no_tenant(closed: TestClient[Any], path: str) -> None:
    for headers, status in (({"Accept": "text/html"}, 303), ({"Accept": "application/json"}, 401)):
        given = closed.get(path, headers=headers, follow_redirects=False)
        unknown = closed.get(path.replace(NATIONAL, "nobody-here"), headers=headers, follow_redirects=False)
        assert given.status_code == unknown.status_code == status
        assert given.content == unknown.content
        assert given.headers.get("location", "").replace(NATIONAL, "nobody-here") == unknown.headers.get("location", "")
        assert "Ủy ban" not in given.text


def test_without_a_demonstration_no_committee_is_named_to_strangers(closed: TestClient[Any]) -> None:
    given = closed.get("/")
    assert given.url.path == "/sign-in"
    assert NATIONAL not in given.text
    assert "E-Government" not in given.text


def test_health_is_there_in_any_case(closed: TestClient[Any]) -> None:
    assert closed.get("/health").status_code == 200


def test_a_stylesheet_is_there_in_any_case_since_problems_are_pages(closed: TestClient[Any]) -> None:
    page = Page(closed.get("/").text)
    sheet = closed.get(next(attrs["href"] for attrs in page.of("link") if attrs["rel"] == "stylesheet"))
    assert sheet.status_code == 200
    assert sheet.headers["content-type"].startswith("text/css")
    assert "immutable" in sheet.headers["cache-control"]
    assert closed.get("/static/steerco.css", headers={"If-None-Match": sheet.headers["etag"]}).status_code == 304


def test_a_committees_pages_are_in_its_own_colour(demo: TestClient[Any]) -> None:
    sheets = {}
    for slug in (NATIONAL, MOST):
        given = demo.get(f"/t/{slug}/")
        assert "style-src 'self'" in given.headers["content-security-policy"]
        sheets[slug] = [attrs["href"] for attrs in Page(given.text).of("link") if attrs["rel"] == "stylesheet"]
    assert sheets[NATIONAL][0] == sheets[MOST][0]
    own = demo.get(sheets[NATIONAL][1])
    assert (own.status_code, own.text) == (200, ":root { --accent: #7a1452; }\n")
    assert own.headers["content-type"].startswith("text/css")
    assert demo.get(sheets[NATIONAL][1], headers={"If-None-Match": own.headers["etag"]}).status_code == 304
    assert sheets[MOST][1] != sheets[NATIONAL][1]
    assert len([attrs for attrs in Page(demo.get("/").text).of("link") if attrs["rel"] == "stylesheet"]) == 1


@pytest.mark.parametrize(
    "name",
    [
        "colour-red.css",
        "colour-8B1A1A.css",
        "colour-7a1452.css.css",
        "colour-7a1452",
        "nothing.css",
        "..%2Fapp.py",
        "__init__.py",
        "en.toml",
    ],
)
def test_no_other_file_is_served(demo: TestClient[Any], name: str) -> None:
    assert demo.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/t/nobody-here", f"/t/{NATIONAL}/nothing", f"/t/{NATIONAL}/charter/99.9", "/nothing"])
@pytest.mark.parametrize(("language", "title"), [("en", "There is no such page"), ("vi", "Không có trang này")])
def test_what_is_not_there_is_a_page_that_says_what_to_do(demo: TestClient[Any], path: str, language: str, title: str) -> None:
    given = demo.get(path, params={"lang": language})
    page = Page(given.text)
    assert given.status_code == 404
    assert given.headers["content-type"].startswith("text/html")
    assert title in page.text
    assert f"/?lang={language}" in page.links


def test_a_program_gets_the_problem_itself(demo: TestClient[Any]) -> None:
    given = demo.get("/t/nobody-here", headers={"Accept": "*/*"})
    assert given.headers["content-type"].startswith("application/problem+json")
    given = demo.get(f"/t/{NATIONAL}/api/meeting", headers={"Accept": "text/html"})
    assert given.status_code == 401
    assert given.headers["content-type"].startswith("application/problem+json")


def test_a_page_is_only_read(demo: TestClient[Any]) -> None:
    assert len(list(paths(NATIONAL))) > 5
    for path in paths(NATIONAL):
        given = demo.post(path.partition("?")[0])
        assert given.status_code == 405
        assert "GET" in given.headers["allow"]
        assert given.headers["content-type"].startswith("text/html")


def test_a_fault_of_the_program_is_a_page_with_a_number(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("steerco.web.pages.reading.duties.owed", broken)
    with opened(installation) as client:
        given = client.get(f"/t/{NATIONAL}/duties", params={"lang": "vi"})
    assert given.status_code == 500
    assert "secret detail" not in given.text
    assert "Lỗi của chương trình" in Page(given.text).text
    assert any(len(word.rstrip(".")) == 12 and word[0] in "0123456789abcdef" for word in Page(given.text).text.split())


@pytest.mark.parametrize("path", ["/", *paths(NATIONAL), "/t/nobody-here"])
def test_nothing_on_a_page_can_run_or_come_from_elsewhere(demo: TestClient[Any], path: str) -> None:
    given = demo.get(path)
    policy = given.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    innocent(Page(given.text))
    assert all(href.startswith(("/", "#")) for href in Page(given.text).links)
    assert "set-cookie" not in given.headers

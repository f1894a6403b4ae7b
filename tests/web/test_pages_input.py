"""Whatever stands in an address or in a name: no fault, and nothing that is not ours becomes part of a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient
from tests.web.reading_room import EVIL, MOST, NATIONAL, Page, innocent, paths

from steerco.committee import record_types

_client: list[TestClient[Any]] = []


@pytest.fixture(scope="module", autouse=True)
def asked(demo: TestClient[Any]) -> Iterator[None]:
    _client.append(demo)
    yield
    _client.clear()


# What the pages read, with values that fit now and then, so that the code behind the checks is reached too.
NAMES = ("lang", "on", "of", "state", "clause", "sort", "page", "type", "subject", "by", "do", "record", "capacity", "person")
MORE = ("action", "from", "before", "after", "kind", "body", "q", "with.kind", "with.starts_at", "with.parties", "with.tasks")
WORDS = "vi en chair missed 3.3 H.1 due 2 meeting task thu-tuong meeting.convene meeting.conclude task.assign M-2021-001 evil"
ODD = (
    "newest -1 0 2021-03-01 9999-12-31 0001-01-01 2021-02-30 ２０２１-02-03 {} [1] ad-hoc 2021-02-10T09:00 2021-02-10T09:00+25:00"
)
FITTING = st.sampled_from([*WORDS.split(), *ODD.split(), "9" * 30, '[{"title": 1}]', "[" * 250])
ANY = st.one_of(FITTING, st.text(max_size=60), st.just(EVIL), st.sampled_from(["'; drop table meeting; --", "../../etc/passwd"]))
PATHS = st.sampled_from(["/", *paths(NATIONAL), *paths(MOST)])


def visit(path: str) -> None:
    given_ = _client[0].get(path)
    assert given_.status_code in (200, 400, 404, 422), (given_.status_code, path)
    page = Page(given_.text)
    innocent(page)
    assert len(page.of("h1")) == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=PATHS, query=st.dictionaries(st.sampled_from((*NAMES, *MORE)), ANY, max_size=6))
def test_no_parameter_breaks_a_page(path: str, query: dict[str, str]) -> None:
    visit(f"{path}{'&' if '?' in path else '?'}{urlencode(query, errors='surrogatepass')}")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    do=st.sampled_from(["meeting.convene", "task.assign", "matter.decide", "programme.draft", "appointment.appoint"]),
    data=st.data(),
)
def test_no_input_breaks_a_question(do: str, data: st.DataObject) -> None:
    kind, _, name = do.partition(".")
    with_ = record_types()[kind].actions[name].input
    names = [f"with.{field.rstrip('_')}" for field in with_.__struct_fields__]
    given_ = data.draw(st.dictionaries(st.sampled_from(names), ANY, max_size=4))
    visit(f"/t/{NATIONAL}/ask?{urlencode({'by': 'thu-tuong', 'do': do, **given_})}")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    parts=st.lists(st.one_of(st.text(min_size=1, max_size=20), st.sampled_from(["records", "charter", "meeting"])), max_size=3)
)
def test_no_path_breaks_the_server(parts: list[str]) -> None:
    safe = "/".join(quote(part, safe="", errors="replace") for part in parts)
    given_ = _client[0].get(f"/t/{NATIONAL}/{safe}")
    assert given_.status_code < 500
    if given_.headers["content-type"].startswith("text/html"):
        innocent(Page(given_.text))


@pytest.mark.parametrize("raw", ["%ff", "%00", "on=%ED%A0%80", "&&&=&=", "a=" * 200, "lang=en;on=1", "on=2021-02-03&on=x"])
@pytest.mark.parametrize("path", ["/", f"/t/{NATIONAL}", f"/t/{NATIONAL}/ask", "/t/nobody-here"])
def test_a_malformed_query_is_an_answer(path: str, raw: str) -> None:
    given_ = _client[0].get(f"{path}?{raw}")
    assert given_.status_code in (200, 400, 404, 422)
    innocent(Page(given_.text))


@pytest.mark.parametrize("slug", ["..", "%2e%2e", "a" * 5000, "National-Committee", "%F0%9F%8F%9B", "x'--"])
def test_an_odd_tenant_is_not_there(slug: str) -> None:
    assert _client[0].get(f"/t/{slug}/duties").status_code in (404, 414)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "path", ["", "/log", "/ask?by=evil&do=person.add", "/records/person/evil", "/records/task", "/records/task/T-2021-001"]
)
def test_a_name_with_markup_is_shown_as_it_is_written(path: str, language: str) -> None:
    given_ = _client[0].get(f"/t/{NATIONAL}{path}{'&' if '?' in path else '?'}lang={language}")
    assert given_.status_code == 200
    innocent(Page(given_.text))
    assert "49" not in Page(given_.text).text or "{{7*7}}" in given_.text, "a template in a name is not worked out"


def test_the_name_is_really_there() -> None:
    assert "<script>alert(1)</script>" in Page(_client[0].get(f"/t/{NATIONAL}/records/person/evil").text).text
    assert "<script>alert(1)</script>" in Page(_client[0].get(f"/t/{NATIONAL}/records/task/T-2021-001").text).text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/duties?on=2021-13-45", "is not a day"),
        ("/duties?on=2499-01-01", "is not a day"),
        ("/duties?state=nonsense", "is not one of the values"),
        ("/duties?page=99", "not one of this list"),
        ("/log?before=abc", "is not one of the values"),
        ("/records/task?after=abc", "not one of this list"),
        ("/records/task?sort=secret", "is not one of the values"),
        ("/ask?by=nobody&do=meeting.convene", "is not one of the values"),
        ("/log?person=" + "x" * 300, "longer than 200"),
    ],
)
def test_what_does_not_fit_is_told_and_the_page_is_shown(path: str, said: str) -> None:
    given_ = _client[0].get(f"/t/{NATIONAL}{path}&lang=en")
    page = Page(given_.text)
    assert given_.status_code == 400
    assert said in page.text
    assert page.of("nav"), "the page stays usable"


def test_a_cursor_of_another_committee_shows_the_first_page() -> None:
    import re

    from steerco.web.pages.acts import lists

    lists.SIZE, kept = 5, lists.SIZE
    try:
        there = _client[0].get(f"/t/{MOST}/records/person").text
        cursor = re.search(r"after=([\w-]+)", there)
        assert cursor is not None
        given_ = _client[0].get(f"/t/{NATIONAL}/records/person?after={cursor[1]}")
        assert given_.status_code == 400
        assert Page(given_.text).of("tbody")
    finally:
        lists.SIZE = kept


def test_records_of_one_committee_are_not_among_those_of_the_other() -> None:
    assert _client[0].get(f"/t/{MOST}/records/person/evil").status_code == 404
    assert _client[0].get(f"/t/{MOST}/records/meeting/M-2021-001").status_code == 404
    assert "alert(1)" not in _client[0].get(f"/t/{MOST}/records/person").text

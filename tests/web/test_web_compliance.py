"""The compliance report as readers, scripts and operators get it, and whom the regulation binds."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar.testing import TestClient
from tests.web.conftest import Api
from tests.web.reading_room import MOST, NATIONAL, Page, innocent

QUARTERLY = {NATIONAL: "7.1", MOST: "8.1"}
YEAR = {"from": "2021-01-01", "to": "2021-12-31"}


def read(demo: TestClient[Any], path: str, **params: str) -> Page:
    given = demo.get(path, params={"lang": "en", **params})
    assert given.status_code == 200, (path, given.status_code)
    return Page(given.text)


def ledgers(page: Page) -> list[dict[str, str]]:
    """The queries of the page's links to the ledger of one clause."""
    found = [urlsplit(href) for href in page.links]
    asked = [{k: v[0] for k, v in parse_qs(link.query).items()} for link in found if link.path.endswith("/duties")]
    return [query for query in asked if "clause" in query]


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_a_missed_quarter_leads_to_the_ledger_of_its_clause(demo: TestClient[Any], slug: str) -> None:
    page = read(demo, f"/t/{slug}/compliance", **YEAR, show="late")
    innocent(page)
    wanted = {"lang": "en", "clause": QUARTERLY[slug], "state": "missed", "on": "2021-12-31"}
    assert wanted in ledgers(page)
    there = read(demo, f"/t/{slug}/duties", **wanted)
    assert "quarter 2 of 2021" in there.text
    assert "missed" in there.text


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
@pytest.mark.parametrize(
    ("language", "summary", "missed"),
    [("en", "Summary of our own, not the wording", "missed"), ("vi", "không phải nguyên văn", "không thực hiện")],
)
def test_the_report_is_told_in_words(demo: TestClient[Any], slug: str, language: str, summary: str, missed: str) -> None:
    page = read(demo, f"/t/{slug}/compliance", **YEAR, lang=language)
    assert page.of("html")[0]["lang"] == language
    assert summary in page.text
    assert missed in page.text, "a state is a word, not only a color"
    assert len(page.of("h1")) == 1
    assert all("scope" in attrs for attrs in page.of("th"))
    labels = {attrs.get("for") for attrs in page.of("label")}
    assert all(a["id"] in labels for a in page.of("input", "select") if a.get("type") != "hidden")


def rows(page: Page) -> set[str]:
    """The clauses that the page shows a row of."""
    return {urlsplit(a["href"]).path.rpartition("/")[2] for a in page.of("a") if "cite" in a.get("class", "").split()}


def test_the_list_narrows_and_never_has_a_house_rule(demo: TestClient[Any]) -> None:
    path = f"/t/{NATIONAL}/compliance"
    late, due = rows(read(demo, path, **YEAR, show="late")), rows(read(demo, path, **YEAR, show="due"))
    whole = rows(read(demo, path, **YEAR)) | rows(read(demo, path, **YEAR, page="2"))
    assert "7.1" in late
    assert late <= due < whole
    assert "8.1" in whole - due, "that members serve part-time asks for nothing by a day"
    assert not [id for id in whole if id.startswith(("H.", "steerco:"))]


def test_it_is_found_from_the_ledger_and_the_menu(demo: TestClient[Any]) -> None:
    from_ledger, from_task = (read(demo, f"/t/{NATIONAL}/{each}").links for each in ("duties", "records/task"))
    own = f"/t/{NATIONAL}/compliance?lang=en"
    assert from_ledger.count(own) == 3, "in the ledger, and twice in what belongs to the regulation: of a phone, of a wide page"
    assert from_task.count(own) == 0
    page = read(demo, f"/t/{NATIONAL}/compliance")
    assert "From 1 January 2021 to 13 February 2021" in page.text, "the year of the last recorded day, up to today"
    assert "duty-missed" not in str(page.elements), "nothing is missed yet"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2021-13-45", "There is no month 13"),
        ("to=2499-01-01", "is not a day"),
        ("from=2021-02-03&to=2021-02-02", "ends before it begins"),
        ("show=nonsense", "is not one of the values"),
        ("page=99", "not one of this list"),
    ],
)
def test_what_does_not_fit_is_told_and_the_page_is_shown(demo: TestClient[Any], query: str, said: str) -> None:
    given = demo.get(f"/t/{NATIONAL}/compliance?{query}&lang=en")
    assert given.status_code == 400
    assert said in Page(given.text).text
    assert rows(Page(given.text))


@pytest.mark.parametrize(("slug", "role"), [(NATIONAL, "chair"), (MOST, "head")])
def test_the_api_counts_what_the_ledger_lists(api: Api, slug: str, role: str) -> None:
    ask = api.as_(role, slug)
    answer = ask("GET", "/duties?by=clause&from=2021-01-01&to=2021-09-30")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["from"], found["to"], found["next"]) == ("2021-01-01", "2021-09-30", None)
    quarterly = next(item for item in found["items"] if item["clause"] == QUARTERLY[slug])
    assert quarterly["counts"]["missed"] >= 2, "nobody met in the first two quarters"
    assert {"vi", "en"} <= quarterly["gloss"].keys()
    ledger = ask("GET", "/duties?at=2021-09-30").json()["items"]
    wanted = [each for each in ledger if each["state"] != "upcoming"]  # what begins after the period is all that is to come
    assert found["totals"] == Counter(each["state"] for each in wanted)


def test_the_api_pages_and_narrows(api: Api) -> None:
    ask = api.as_("chair", NATIONAL)
    path = "/duties?by=clause&to=2021-09-30"
    whole = ask("GET", path).json()["items"]
    first = ask("GET", f"{path}&limit=20").json()
    second = ask("GET", f"{path}&limit=20&after={first['next']}").json()
    assert first["items"] + second["items"] == whole[:40]
    one = ask("GET", f"{path}&clause=7.1&state=missed").json()
    assert [item["clause"] for item in one["items"]] == ["7.1"]
    assert set(one["totals"]) == {"missed"}


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("by=clause&from=2021-13-01", {"from"}),
        ("by=clause&to=yesterday", {"to"}),
        ("by=clause&from=2021-02-02&to=2021-02-01", {"to"}),
        ("by=clause&from=2031-01-01", {"from"}),
        ("by=clause&at=2021-02-01", {"at"}),
        ("from=2021-02-01&to=2021-03-01", {"from", "to"}),
    ],
)
def test_days_that_do_not_fit_are_told_by_field(api: Api, query: str, fields: set[str]) -> None:
    answer = api.as_("chair", NATIONAL)("GET", f"/duties?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert set(answer.json()["fields"]) == fields


def test_who_has_no_seat_in_a_body_sees_only_what_they_owe(api: Api) -> None:
    tenant = api.tenant(NATIONAL)
    today = date(2021, 2, 3)
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter)
        outsider = next(person for person in day.all.persons if not day.bodies(person))
    found = api.as_(outsider, NATIONAL)("GET", "/duties?by=clause&to=2021-09-30").json()
    assert all(outsider in each["holders"] for item in found["items"] for each in item["entries"])
    assert not next(item for item in found["items"] if item["clause"] == "7.1")["entries"]


def test_the_document_declares_it(api: Api) -> None:
    document = api.as_("chair", NATIONAL)("GET", "/../schema/openapi.json").json()
    duties = document["paths"][f"/t/{NATIONAL}/api/duties"]["get"]
    assert {"by", "from", "to"} <= {each.get("name") for each in duties["parameters"]}
    shapes = duties["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"]
    assert [each["$ref"].rpartition("/")[2] for each in shapes] == ["Duties", "DutiesByClause"]
    assert set(document["components"]["schemas"]["DutiesByClause"]["required"]) >= {"from", "to", "totals", "items"}


def bound(demo: TestClient[Any], slug: str) -> str:
    text = read(demo, f"/t/{slug}").text
    return text.partition("Bound by this regulation")[2].partition("Latest events")[0]


def test_each_regulation_binds_whom_it_names(demo: TestClient[Any]) -> None:
    """Decision 1619/QĐ-BTTTT names heads of units; the National Committee's Decision its members and the Working Group."""
    heads = "Head of an agency"
    assert heads in bound(demo, MOST)
    assert "Article 3 of the Decision" in bound(demo, MOST)
    assert heads not in bound(demo, NATIONAL)
    assert "Article 3 of the Decision" in bound(demo, NATIONAL)
    assert "Article 1, clause 2" in bound(demo, NATIONAL)


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_everyone_with_a_seat_is_bound(demo: TestClient[Any], api: Api, slug: str) -> None:
    text = " ".join(Page(demo.get(f"/t/{slug}?lang=vi").text).text.partition("Ai phải tuân theo")[2].split())
    tenant = api.tenant(slug)
    today = date(2021, 2, 3)
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(today, tenant.snapshot.regime_on(today).charter)
        seated = [day.all.persons[p]["vi"] for p in day.all.persons if day.bodies(p) and p != "evil"]
    assert seated
    assert [name for name in seated if " ".join(name.split()) not in text] == []

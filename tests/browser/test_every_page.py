"""Every page that links lead to, of both committees, in both languages, on a phone and on a desk: nothing keeps anybody out."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from tests.browser.chromium import Chromium
from tests.browser.crawl import AT_MOST, Crawl, Flaw
from tests.browser.demonstration import ROOT, Demonstration
from tests.browser.people import MOST, NATIONAL, sign_in

from steerco.committee import record_types

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.slow]

CHECKS = ("status", "language", "head", "sideways", "h1", "bytes", "requests", "host", "console", "file-path", "raw-id", "axe")
KNOWN: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("known.toml").read_text("utf-8"))
EVERYWHERE = (
    "/t/*",
    "/t/*/charter",
    "/t/*/charter/*",
    "/t/*/duties",
    "/t/*/powers",
    "/t/*/ask",
    "/t/*/log",
    "/t/*/records/meeting/*",
)
"""Sorts of pages that each look must have come to: else it looked at nothing."""
OWN = ("/t/[*]/records/*/do/[*]*", "/t/[*]/calendar", "/t/[*]/admin")
"""What only somebody who is signed in comes to; one of each is enough (patterns)."""


@dataclass(frozen=True)
class Look:
    """One way to look at a committee's pages: ``role`` says who looks, nobody who is signed in where it is empty."""

    slug: str
    language: str
    width: int
    role: str = ""

    def __str__(self) -> str:
        return f"{self.slug}-{self.language}-{self.width}-{self.role or 'stranger'}"


LOOKS = (Look(NATIONAL, "vi", 360, "chair"), Look(MOST, "en", 360, "head"), Look(NATIONAL, "en", 1280), Look(MOST, "vi", 1280))


def ids(slug: str) -> set[str]:
    """What people and agencies, roles and acts are called in files and in the log; words that are words too are left out."""
    found = {f"{type}.{action}" for type, record in record_types().items() for action in record.actions}
    for file, tables in (("people.toml", ("person", "agency", "office")), ("charter.toml", ("role",))):
        given: Mapping[str, list[Mapping[str, str]]] = tomllib.loads((ROOT / "tenants" / slug / file).read_text("utf-8"))
        found |= {each["id"] for table in tables for each in given.get(table, ()) if "-" in each["id"]}
    return found


@pytest.fixture(scope="session")
def crawls(browser: Chromium, served: Demonstration) -> dict[Look, Crawl]:
    """What was seen, by look."""

    axed = Counter[str]()

    def crawl(look: Look) -> Crawl:
        with browser.context(look.width, look.language, base_url=served.url) as context:
            if look.role:
                sign_in(context.new_page(), served, look.role, look.slug)
            seen = Crawl(context, served.url, look.language, ids(look.slug), axed=axed)
            return seen.run("/", f"/t/{look.slug}")

    return {look: browser.work(crawl, look) for look in LOOKS}


def is_known(flaw: Flaw) -> bool:
    if flaw.check in ("file-path", "raw-id") and "/admin/files" in flaw.sort:
        return True  # it shows the files themselves, as whoever writes them wants to see them
    return any(fnmatchcase(flaw.sort, pattern) for pattern in KNOWN.get(flaw.check, ()))


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("check", CHECKS)
def test_no_page_is_wrong(crawls: dict[Look, Crawl], look: Look, check: str) -> None:
    found = [flaw for flaw in crawls[look].flaws if flaw.check.partition(":")[0] == check]
    told = "\n".join(str(flaw) for flaw in found if not is_known(flaw))
    assert not told, told


@pytest.mark.parametrize("look", [look for look in LOOKS if look.role], ids=str)
def test_whoever_is_signed_in_comes_to_forms_and_to_what_is_their_own(crawls: dict[Look, Crawl], look: Look) -> None:
    seen = crawls[look].seen
    assert [sort for sort in OWN if not any(fnmatchcase(each, sort) for each in seen)] == []


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_look_came_to_every_sort_of_page(crawls: dict[Look, Crawl], look: Look) -> None:
    seen = crawls[look].seen
    assert [sort for sort in EVERYWHERE if sort not in seen] == []
    assert sum(map(len, seen.values())) < AT_MOST


@pytest.mark.parametrize("check", sorted(KNOWN) or [""])
def test_what_is_known_to_be_wrong_still_is(crawls: dict[Look, Crawl], check: str) -> None:
    """The list shrinks: what is mended goes from it."""
    sorts = {flaw.sort for crawl in crawls.values() for flaw in crawl.flaws if flaw.check == check}
    assert [pattern for pattern in KNOWN.get(check, ()) if not any(fnmatchcase(sort, pattern) for sort in sorts)] == []


FLAWS = {
    "language": "<html lang='en'><h1>A</h1>",
    "head": "<header><p style='height: 91px'>A</p></header><h1>A</h1>",
    "sideways": "<h1 style='width: 400px'>A</h1>",
    "h1": "<h1>A</h1><h1>B</h1>",
    "file-path": "<h1>A</h1><details><p>policies/national-committee.csv:9</p></details>",
    "raw-id": "<h1>A</h1><p>0190163d-8694-739b-aea5-966c26f8ad91</p>",
    "axe": "<h1>A</h1><input type='text'>",
    "bytes": f"<h1>A</h1>{'<p>text</p>' * 10_000}",
    "requests": f"<h1>A</h1>{''.join(f'<img alt=A src=/{number}.svg>' for number in range(6))}",
    "host": "<h1>A</h1><img alt='A' src='http://elsewhere.example/a.svg'>",
    "console": "<h1>A</h1><script>console.error('A')</script>",
}
"""A page with each flaw."""


def of(browser: Chromium, body: str, raw: Collection[str] = ()) -> list[Flaw]:
    """What is found wrong with a page of a site that has one."""
    with browser.context(360, "vi") as context:
        context.route("**/*", lambda route: route.fulfill(body=f"<!DOCTYPE html>{body}", content_type="text/html"))
        return Crawl(context, "http://localhost:1", "vi", raw).run("/", "/t/none").flaws


@pytest.mark.parametrize("check", sorted(FLAWS))
def test_a_flaw_is_seen(browser: Chromium, check: str) -> None:
    whole = FLAWS[check] if "<html" in FLAWS[check] else f"<html lang='vi'><title>A</title><main>{FLAWS[check]}</main>"
    assert check in {flaw.check.partition(":")[0] for flaw in of(browser, whole)}


def test_an_id_is_seen_that_people_do_not_say(browser: Chromium) -> None:
    whole = "<html lang='vi'><title>A</title><main><h1>A</h1><p>thu-tuong, meeting.convene</p></main>"
    assert [flaw.told for flaw in of(browser, whole, ids(NATIONAL))] == ["meeting.convene, thu-tuong"]

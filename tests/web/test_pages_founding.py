"""A new committee made in a browser by a link of the operator's, from a text to the first invitation; strangers see nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from tests.databases import STORES
from tests.web.conftest import Clock
from tests.web.reading_room import Page

from steerco.accounts import founding_links
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.store.base import INSTALLATION
from steerco.web.app import create_app

TEXT = """# Rules of the Lake Board

## 1. Composition

The Lake Board has a Chair and four members.

## 2. Meetings

The Chair convenes the meetings. The Board shall meet at least quarterly.
"""
ROWS = """not_stated = ["quorum"]

body = [{ id = "board", label = "Lake Board", head = "chair", cite = ["1"] }]
role = [{ id = "chair", body = "board", cite = ["1"] }, { id = "member", body = "board", cite = ["1"] }]
seat = [{ id = "place", role = "member", count = 4, cite = ["1"] }]

"""
PEOPLE = "name,seat,from\nAda Lake,chair,2020-01-01\nBo Shore,place-1,2020-01-01\n"
POWER = "p, chair, board, meeting, convene, -, allow, 2\n"


@dataclass
class Founder:
    """Somebody with a link, in a browser without scripts."""

    http: TestClient[Any]
    path: str

    def page(self, *parts: str, language: str = "en") -> Page:
        response = self.get(*parts, language=language)
        assert response.status_code == 200, response.text
        return Page(response.text)

    def get(self, *parts: str, language: str = "en") -> httpx.Response:
        path = "/".join([self.path, *parts])
        return self.http.get(f"{path}?lang={language}", headers={"Accept": "text/html"}, follow_redirects=False)

    def send(self, *parts: str, files: Any = None, seen: str = "", at: str = "", **fields: Any) -> httpx.Response:
        """Send the form of a page as it is now."""
        if not seen:
            shown = re.search(r'name="seen" value="([^"]+)"', self.get(*([at] if at else parts)).text)
            assert shown, "the page has no form"
            seen = shown[1]
        path, data = "/".join([self.path, *parts]), {"seen": seen, **fields}
        return self.http.post(f"{path}?lang=en", data=data, files=files, headers={"Accept": "text/html"}, follow_redirects=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def installation() -> Installation:
    return Installation(STORES.empty())


@pytest.fixture
def founder(installation: Installation, home: Home) -> Iterator[Founder]:
    clock = Clock()
    with installation.store.write(INSTALLATION) as session:
        link = founding_links.offer(session, "lake", now=clock.now)
    with TestClient(create_app(installation, clock=clock, home=home)) as http:
        yield Founder(http, link.path)


def begun(founder: Founder, text: str = "", kind: str = "blank") -> httpx.Response:
    files = {"text": ("rules.md", text.encode(), "text/markdown")} if text else None
    given = {"name": "Lake Board", "kind": kind, "language": "en", "time_zone": "Europe/Rome"}
    return founder.send(files=files, **given)


def area(founder: Founder, *parts: str) -> str:
    """What stands in the field of a file, as a browser has it."""
    from html import unescape

    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", founder.get(*parts).text, re.DOTALL)
    assert found
    return unescape(found[1])


def test_a_text_becomes_a_committee_that_runs(founder: Founder, installation: Installation, home: Home) -> None:
    assert begun(founder, TEXT).status_code == 303
    lacking = founder.page()
    assert "The charter does not say from when it applies." in lacking.text
    assert "Proposals of the text that wait for a decision" in lacking.text
    proposals = founder.page("proposals")
    assert "The Board shall meet at least quarterly." in proposals.text
    assert "% sure" in proposals.text

    ids = re.findall(r'name="proposal" value="([^"]+)"', founder.get("proposals").text)
    cadence = next(id for id in ids if id.startswith("cadence:"))
    assert founder.send("proposals", step="refuse", proposal=ids).status_code == 303
    assert cadence not in founder.get("proposals").text

    charter = area(founder, "files", "charter")
    head, rest = charter.split("[instrument]", 1)
    stated = f'{head}{ROWS}[instrument]\nid = "1/2020"\neffective = 2020-01-01{rest}'
    stated = re.sub(r"^# (id|effective) = .*\n", "", stated, flags=re.MULTILINE)
    assert founder.send("files", "charter", text=stated).status_code == 303
    assert founder.send("files", "powers", text=POWER).status_code == 303
    assert founder.send("people", text=PEOPLE).status_code == 303
    assert '"ada-lake"' in area(founder, "files", "people")

    planned = founder.page("plan")
    assert "Clauses 2" in " ".join(planned.text.split()), planned.text
    assert "Nobody of the committee could change it" in planned.text
    settings = area(founder, "files", "settings") + '\n[administration]\nrisky = ["chair"]\n'
    assert founder.send("files", "settings", text=settings).status_code == 303
    assert "Nobody of the committee could change it" not in founder.page("plan").text
    assert installation.slugs() == []
    assert founder.send("plan", why="").status_code == 422
    applied = founder.send("plan", why="Adopted on 3 March")
    assert applied.status_code == 200, applied.text
    assert "Lake Board is running" in Page(applied.text).text
    assert installation.slugs() == ["lake"]
    assert (home.folder / "tenants/lake/charter.toml").read_text("utf-8") == stated

    invitation = re.search(r"/invitation/[\w-]+", applied.text)
    assert invitation
    assert "Ada Lake" in founder.http.get(invitation[0], headers={"Accept": "text/html"}).text
    assert founder.get().status_code == 404
    with installation.store.read(INSTALLATION) as session:
        assert not founding_links.any_open(session, Clock().now)
        from steerco.accounts.verification import breaks

        assert breaks(session) == []


def test_a_kind_runs_as_it_is_once_its_cases_are_tried(founder: Founder, installation: Installation, home: Home) -> None:
    assert begun(founder, kind="voting-council").status_code == 303
    assert "It is ready to be applied." in founder.page().text
    assert "were not run" in founder.page("plan").text
    assert founder.send("trial", at="plan").status_code == 303
    tried = re.search(r"(\d+) passed, 0 failed|(\d+) of \d+", founder.page("plan").text)
    assert tried, founder.page("plan").text
    assert founder.send("plan", why="begin").status_code == 200
    assert installation.slugs() == ["lake"]
    assert (home.folder / "tenants/lake/cases/first.toml").is_file()


def test_whoever_has_no_link_finds_nothing(founder: Founder) -> None:
    stranger = Founder(founder.http, f"{founder.path}x")
    begun(founder)
    for parts in ((), ("files", "charter"), ("proposals",), ("people",), ("plan",)):
        assert founder.get(*parts).status_code == 200
        assert stranger.get(*parts).status_code == 404
        assert stranger.send(*parts, seen="x", text="x", why="x", step="restart").status_code == 404
    assert founder.get("files", "charter").status_code == 200
    assert "lake" not in founder.http.get("/", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("scan.txt", b"\xc4\x90i\xe1\xbb\x81u 1. \xff\xfe\x00", "save it as UTF-8"),
        ("empty.txt", b"", "The file is empty"),
        ("page.txt", b"<!DOCTYPE html><html><body><p>Article 1</p></body></html>", "This is a web page"),
        ("words.txt", b"just some words", "No regulation was found"),
    ],
)
def test_a_text_that_cannot_be_read_is_told_and_nothing_is_kept(founder: Founder, name: str, content: bytes, said: str) -> None:
    given = {"name": "Lake Board", "kind": "blank", "language": "en", "time_zone": "Europe/Rome"}
    answer = founder.send(files={"text": (name, content, "text/plain")}, **given)
    assert answer.status_code == 422
    assert said in Page(answer.text).text
    assert "Begin a committee" in founder.page().text


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.md", "\U00020000" * 90 + ".md", '"\n[plugins]\n.md', "." * 90])
def test_the_name_of_a_text_leads_nowhere_else(founder: Founder, name: str) -> None:
    given = {"name": "Lake Board", "kind": "blank", "language": "en", "time_zone": "Europe/Rome"}
    assert founder.send(files={"text": (name, TEXT.encode(), "text/markdown")}, **given).status_code == 303
    assert "[plugins]" not in area(founder, "files", "charter").splitlines()
    assert "The Chair convenes the meetings." in area(founder, "files", "charter")


def test_a_name_in_two_lines_is_none(founder: Founder) -> None:
    answer = founder.send(name="Lake Board\nslug = 'river'", kind="blank", language="en", time_zone="Europe/Rome")
    assert answer.status_code == 422
    assert "Begin a committee" in founder.page().text


def test_faults_stand_at_their_line_and_nothing_half_is_applied(founder: Founder, installation: Installation) -> None:
    begun(founder)
    wrong = area(founder, "files", "charter") + '\n[[seat]]\nid = "x"\nrole = "nobody"\ncite = ["99"]\n'
    assert founder.send("files", "charter", text=wrong).status_code == 303
    told = founder.page("files", "charter")
    assert "nobody" in told.text
    assert f"line {wrong.count(chr(10)) - 1}" in told.text or "line" in told.text
    assert "Mend what is named here" in founder.page("plan").text
    seen = re.search(r'name="seen" value="([^"]+)"', founder.get("files", "charter").text)
    assert seen
    assert founder.send("plan", seen=seen[1], why="now").status_code == 422
    assert installation.slugs() == []


def test_what_another_window_kept_is_not_written_over(founder: Founder) -> None:
    begun(founder)
    answer = founder.send("files", "powers", seen="2001-01-01T00:00:00+00:00", text="# other")
    assert answer.status_code == 409
    assert "# other" not in area(founder, "files", "powers")
    again = re.search(r'name="seen" value="([^"]+)"', answer.text)
    assert again
    assert "# other" in answer.text
    assert founder.send("files", "powers", seen=again[1], text="# other").status_code == 303
    assert "# other" in area(founder, "files", "powers")
    table = founder.send("people", seen="2001-01-01T00:00:00+00:00", text=PEOPLE)
    assert table.status_code in (409, 422)
    assert "Bo Shore" in table.text


def test_what_was_typed_while_the_committee_was_applied_elsewhere_is_given_back(
    founder: Founder, installation: Installation
) -> None:
    begun(founder)
    with installation.store.write(INSTALLATION) as session:
        row = founding_links.find(session, founder.path.rpartition("/")[2], Clock().now)
        assert row is not None
        founding_links.end(session, row, Clock().now)
    answer = founder.send("files", "charter", seen="x", text="# mine, long")
    assert answer.status_code == 409
    told = Page(answer.text).text
    assert "This link has ended" in told
    assert "# mine, long" in told
    assert founder.get().status_code == 404


def test_a_table_of_people_is_entered_whole_or_not_at_all(founder: Founder) -> None:
    begun(founder)
    before = area(founder, "files", "people")
    answer = founder.send("people", text="name,seat\nAda,chair\nBo,no such seat\n")
    assert answer.status_code == 422
    assert "no such seat" in Page(answer.text).text
    assert area(founder, "files", "people") == before


def test_a_new_link_ends_the_former_and_goes_on_with_what_was_begun(founder: Founder, installation: Installation) -> None:
    begun(founder)
    with installation.store.write(INSTALLATION) as session:
        link = founding_links.offer(session, "lake", now=Clock().now)
        assert founding_links.any_open(session, Clock().now)
    assert founder.get().status_code == 404
    assert "What is still lacking" in Founder(founder.http, link.path).page().text


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_page_speaks_both_languages(founder: Founder, language: str) -> None:
    title = {"en": "Begin a committee", "vi": "Lập một tổ chức"}
    assert title[language] in founder.page(language=language).text
    begun(founder)
    other = {"en": "Những gì còn thiếu", "vi": "What is still lacking"}
    for parts in ((), ("files", "charter"), ("proposals",), ("people",), ("plan",)):
        page = founder.page(*parts, language=language)
        assert other[language] not in page.text
        assert f'lang="{language}"' in founder.get(*parts, language=language).text

"""The public page and its feed: what the charter makes public and was published, and nothing else, whoever asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from lxml import etree
from sqlalchemy import Engine, event
from tests.committee.conftest import MORNING, SAMPLE, Board
from tests.committee.conftest import club as club
from tests.committee.conftest import installation as installation
from tests.committee.conftest import template as template
from tests.committee.test_ballots import DECISION
from tests.kernel.conftest import revised
from tests.web.signed_in import signed_in

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.operations import tokens
from steerco.records import Invalid, OutOfOrder
from steerco.web.app import create_app
from steerco.web.http.prefix import Prefixed

SLUG = "library-board"
PUBLIC = f"/t/{SLUG}/public"
ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = {"Accept": "text/html"}
ACTS = ("open-ballot", "close", "publish", "withhold")
POLICY = "\n".join(
    [f"p, chair, *, matter, {act}, -, allow, 2.5" for act in ACTS]
    + [f"p, chair, *, {kind}, {act}, -, allow, 2.5" for kind, act in (("meeting", "publish"), ("meeting", "set-agenda"))]
)
CLOSED = 'withhold = { when = ["closed-item"], by = "chair", shown_as = "Kept back by the Chair" }'
SECRET = 'secret = true\nperiod = { value = 2, unit = "days" }\nclose = "at-end"'
OPEN = SECRET.replace("secret = true\n", "")


def rule(of: str, more: str = 'to = "public"') -> str:
    return f'\n[[publication]]\nof = "{of}"\nbody = "board"\n{more}\ncite = ["2.5"]\n'


@dataclass
class Square:
    """A committee and the street before it."""

    board: Board
    http: TestClient[Any]

    def read(self, path: str = PUBLIC, **more: Any) -> httpx.Response:
        return self.http.get(path, headers=PAGE, follow_redirects=False, **more)

    def feed(self) -> Any:
        return etree.fromstring(self.http.get(f"{PUBLIC}/feed").content)

    def decided(self, title: str, *, by: dict[str, str] | None = None) -> str:
        """A purchase on which they voted, decided."""
        board = self.board
        id = board.do("em", "matter.raise", title=title, **{"class": "purchase"})
        board.do("giang", "matter.prepare-opinion", id, text="Ý kiến riêng Qzq")
        board.do("an", "matter.open-ballot", id)
        for who, position in (by or {"an": "for", "binh": "for", "cuc": "for", "em": "against"}).items():
            board.do(who, "matter.vote", id, position=position)
        board.now += timedelta(days=3)
        board.do("an", "matter.decide", id, outcome="passed", text=f"Mua {title}")
        return id


Laid = Callable[..., Square]


@pytest.fixture
def laid(installation: Installation) -> Iterator[Laid]:
    """Makes the square of a board whose charter has these rows."""
    clients = []

    def made(*rows: str, ballot: str = OPEN, policy: str = "") -> Square:
        charter = DECISION.replace("MORE", 'ballot = "week"').replace("BALLOT", ballot) + "".join(rows)
        board = Board(revised(installation, charter=charter, policy=f"{POLICY}\n{policy}"))
        client = TestClient(create_app(installation, clock=lambda: board.now))
        clients.append(client.__enter__())
        return Square(board, client)

    yield made
    for client in clients:
        client.__exit__(None, None, None)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that go to the database meanwhile."""
    sent: list[str] = []

    def note(*call: Any) -> None:
        sent.append(call[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def same(one: httpx.Response, other: httpx.Response) -> None:
    kept = [
        {name: value for name, value in each.headers.items() if name not in ("x-request-id", "date")} for each in (one, other)
    ]
    assert (one.status_code, one.content, kept[0]) == (other.status_code, other.content, kept[1])


def test_without_a_rule_there_is_no_such_page_as_of_no_such_committee(laid: Laid, installation: Installation) -> None:
    square = laid(rule("decision", 'to = "members"'), rule("minutes", ""))
    square.board.do("an", "matter.publish", square.decided("Kệ sách"))
    counts = []
    for path in (PUBLIC, f"{PUBLIC}/feed"):
        for asked in (path, path.replace(SLUG, "nobody-here")):
            with counted() as sent:
                answer = square.read(asked)
            counts.append(len(sent))
            assert answer.status_code == 404
            same(answer, square.read(f"/t/{SLUG}/nothing-of-this-name"))
    assert len(set(counts)) == 1, counts


def test_what_was_published_is_there_and_what_was_not_is_nowhere(laid: Laid) -> None:
    square = laid(rule("decision"))
    assert square.read().status_code == 200
    before = square.read()
    shelves, lamps = square.decided("Kệ sách"), square.decided("Đèn đọc")
    same(before, square.read())
    assert square.feed().findall(f"{ATOM}entry") == []
    square.board.do("an", "matter.publish", shelves)
    page, feed = square.read().text, square.http.get(f"{PUBLIC}/feed").text
    for text in (page, feed):
        assert "Mua Kệ sách" in text
        for kept in ("Đèn", "Qzq", "MT-", shelves, lamps, ">em<", "an:", "Bình"):
            assert kept not in text, kept
    assert "09:" not in page
    for name in ("", "/feed"):
        moved = square.read(PUBLIC + name)
        square.decided("Bàn")
        same(moved, square.read(PUBLIC + name))


def test_names_and_counts_are_public_where_the_text_names_these_parts(laid: Laid) -> None:
    square = laid(rule("decision", 'to = "public"\nparts = ["for each decision: text, result, votes by name"]'))
    square.board.do("an", "matter.publish", square.decided("Kệ sách"))
    (entry,) = square.feed().findall(f"{ATOM}entry")
    lines = entry.findtext(f"{ATOM}content").splitlines()
    assert [re.findall(r"\d+", line) for line in lines if re.search(r"\d", line)] == [["3", "1", "0"]]
    assert [line.count(";") + 1 for line in lines if line.startswith("Kết quả biểu quyết của từng người")] == [4]


def test_of_a_secret_vote_no_name_and_no_choice_is_public_and_of_few_no_count(laid: Laid) -> None:
    parts = 'to = "public"\nparts = ["text, result, votes by name"]'
    square = laid(rule("decision", parts), rule("vote", parts), ballot=SECRET)
    texts = []
    for by in ({"an": "for", "binh": "for", "cuc": "against"}, {"an": "against", "binh": "for", "cuc": "for"}):
        id = square.decided("Kệ", by=by)
        for of in ("decision", "vote"):
            square.board.do("an", "matter.publish", id, of=of)
        rows = square.board.get("matter", id).public
        assert [("votes" in each["content"]) for each in rows.values()] == [False, False]
        texts.append([{name: each["content"][name] for name in ("outcome", "result")} for each in rows.values()])
    assert texts[0] == texts[1]
    few = square.decided("Ghế", by={"an": "for", "binh": "for"})
    square.board.do("an", "matter.publish", few, of="vote")
    assert "result" not in square.board.get("matter", few).public["vote"]["content"]


def test_what_is_withheld_is_not_there_and_its_words_stand_in_its_place(laid: Laid) -> None:
    square = laid(rule("decision", f'to = "public"\n{CLOSED}'))
    id = square.decided("Kệ sách")
    wrong = square.board.fails("an", "matter.withhold", id, cause="shame")
    assert isinstance(wrong, Invalid)
    square.board.do("an", "matter.publish", id)
    for parts, lost, kept in ((["text"], "Kệ sách", "passed"), ([], "passed", "")):
        square.board.do("an", "matter.withhold", id, cause="closed-item", parts=parts)
        for path in (PUBLIC, f"{PUBLIC}/feed"):
            text = square.read(path).text
            assert "Kept back by the Chair" in text
            assert lost not in text
            assert kept in text
            assert "closed-item" not in text
    square.board.do("an", "matter.publish", id)
    assert "Kệ sách" not in square.read().text
    square.board.do("an", "matter.withhold", id, cause="closed-item", lift=True)
    assert "Kệ sách" in square.read().text


def test_only_whom_the_text_names_withholds_and_nobody_where_it_says_nothing(laid: Laid) -> None:
    square = laid(rule("decision", 'to = "public"\nwithhold = { by = "librarian" }'), rule("minutes"))
    error = square.board.fails("an", "matter.withhold", square.decided("Kệ"), cause="any")
    assert isinstance(error, OutOfOrder)
    assert (error.code, tuple(error.cites)) == ("withheld-by", ("2.5",))
    error = square.board.fails("an", "matter.withhold", square.decided("Đèn"), of="vote", cause="any")
    assert isinstance(error, OutOfOrder)
    assert error.code == "withholding-not-stated"


def test_a_rule_that_is_taken_back_closes_what_was_open_and_time_does(laid: Laid, installation: Installation) -> None:
    square = laid(rule("decision", 'to = "public"\nkeep = "1 months"'), rule("minutes"))
    square.board.do("an", "matter.publish", square.decided("Kệ sách"))
    first = square.board.now
    square.board.now = first + timedelta(days=28)
    assert "Kệ sách" in square.read().text
    square.board.now = first + timedelta(days=40)
    assert "Kệ sách" not in square.read().text
    square.board.now = first
    revised(installation, policy=POLICY, charter=rule("minutes"))
    assert "Kệ sách" not in square.read().text


def test_a_later_change_is_public_once_it_is_published(laid: Laid) -> None:
    square = laid(rule("agenda"))
    board = square.board
    meeting = board.do("an", "meeting.convene", kind="regular", starts_at="2021-04-01T09:00:00")
    board.do("an", "meeting.set-agenda", meeting, items=[{"title": "Giá sách"}, {"title": "Mật Xyz", "grade": "secret"}])
    board.do("an", "meeting.publish", meeting, of="agenda")
    board.do("an", "meeting.set-agenda", meeting, items=[{"title": "Chuyện nội bộ"}])
    text = square.read().text
    assert "Giá sách" in text
    assert "Chuyện nội bộ" not in text
    assert "Mật Xyz" not in text
    board.do("an", "meeting.publish", meeting, of="agenda")
    assert "Chuyện nội bộ" in square.read().text


def test_everybody_reads_the_same_a_member_of_it_and_one_of_another_committee(laid: Laid, installation: Installation) -> None:
    square = laid(rule("decision"))
    square.board.do("an", "matter.publish", square.decided("Kệ sách"))
    stranger = square.read()
    other = "neighbours"
    content = {path.replace(SLUG, other): text.replace(SLUG, other) for path, text in Home(SAMPLE).content(SLUG).items()}
    installation.apply(other, content, at=MORNING, who=PLATFORM, why="test", seed=seed)
    readers = [signed_in(square.http, installation, slug, "an") for slug in (SLUG, other)]
    for browser in readers:
        same(stranger, browser.get(PUBLIC))
    theirs = tokens.issue(installation.tenant(other), "an", ("*",), now=square.board.now).secret
    same(stranger, square.http.get(PUBLIC, headers={**PAGE, "Authorization": f"Bearer {theirs}"}))
    assert square.read(f"/t/{other}/public").status_code == 404
    for path in ("", "/matter", "/search?q=K%E1%BB%87", "/log"):
        assert "Kệ sách" not in square.read(f"/t/{SLUG}{path}").text


@pytest.mark.parametrize(("of", "wanted"), [("members", "Bạn đọc"), ("rules", "2.5")])
def test_members_and_rules_are_public_as_they_stand(laid: Laid, of: str, wanted: str) -> None:
    text = laid(rule(of)).read().text
    assert wanted in text
    assert "dd" in text
    assert "@" not in text


def test_the_numbers_of_the_year_are_public_and_tell_nothing_else(laid: Laid) -> None:
    square = laid(rule("statistics"))
    square.decided("Kệ sách")
    assert decided(square) == []
    square.board.now += timedelta(days=31)
    assert decided(square) == ["1"]
    page = square.read().text
    assert "2021" in page
    assert "Kệ sách" not in page


def test_a_decision_counts_from_the_day_on_which_it_is_published(laid: Laid) -> None:
    square = laid(rule("statistics"), rule("decision"))
    matter = square.decided("Kệ sách")
    square.board.now += timedelta(days=31)
    assert decided(square) == []
    square.board.do("an", "matter.publish", matter)
    assert decided(square) == ["1"]


def on(square: Square, year: int, month: int, day: int) -> Square:
    square.board.now = square.board.now.replace(year=year, month=month, day=day)
    return square


def test_what_was_decided_in_december_counts_in_january_as_the_whole_year_before(laid: Laid) -> None:
    square = laid(rule("statistics"))
    on(square, 2021, 12, 17).decided("Kệ sách")  # on the 20th, three days later
    for month, day, wanted in ((12, 31, []), (1, 1, ["1"]), (1, 31, ["1"]), (2, 1, [])):
        on(square, 2021 if month == 12 else 2022, month, day)
        assert decided(square) == wanted, (month, day)
        said = [square.read(f"{PUBLIC}?lang={language}").text for language in ("vi", "en")]
        year, so_far = ("2021", month == 12) if month != 2 else ("2022", True)
        assert [f"số liệu năm {year}" in said[0], "đến nay" in said[0]] == [True, so_far]
        assert [f": {year}" in said[1], f"{year} so far" in said[1]] == [True, so_far]


def test_a_decision_counts_in_the_year_in_which_it_was_published(laid: Laid) -> None:
    square = laid(rule("statistics"), rule("decision"))
    late = on(square, 2021, 12, 25).decided("Kệ sách")  # on the 28th
    early = on(square, 2021, 12, 20).decided("Đèn đọc")
    on(square, 2021, 12, 31).board.do("an", "matter.publish", early)
    assert decided(square) == ["1"]
    assert decided(on(square, 2022, 1, 1)) == []
    on(square, 2022, 1, 5).board.do("an", "matter.publish", late)
    assert decided(square) == ["1"]
    assert decided(on(square, 2022, 12, 31)) == ["1"]


def test_the_numbers_are_counted_once_for_all_strangers_until_something_happens(laid: Laid) -> None:
    square = laid(rule("statistics"), rule("decision"))
    for title in ("Kệ sách", "Đèn đọc"):
        square.board.do("an", "matter.publish", square.decided(title))
        sent = []
        for _ in range(2):
            with counted() as statements:
                assert decided(square) == ["1" if title == "Kệ sách" else "2"]
            sent.append([each for each in statements if "ended_at >=" in each or "public_on >=" in each])
        assert [len(each) for each in sent] == [2, 0]


def decided(square: Square) -> list[str]:
    """How many matters passed, as far as the page tells it."""
    return re.findall(r"(?:passed|thông qua)\s*</dt>\s*<dd>\s*(\d+)", square.read().text)


def test_a_draft_is_public_before_it_is_signed_and_not_as_the_document(laid: Laid) -> None:
    square = laid(
        rule("drafts"), policy="p, chair, *, document, draft, -, allow, 2.5\np, chair, *, document, publish, -, allow, 2.5"
    )
    draft = square.board.do(
        "an", "document.draft", kind="report", title="Dự thảo báo cáo Qxq", blocks=[{"kind": "paragraph", "text": "Một"}]
    )
    assert isinstance(square.board.fails("an", "document.publish", draft, of="document"), Invalid)
    square.board.do("an", "document.publish", draft)
    assert "Dự thảo báo cáo Qxq" in square.read().text


def test_only_meetings_of_an_open_kind_are_public_and_none_of_a_closed_one(laid: Laid) -> None:
    kinds = """
[[kind]]
of = "meeting"
id = "hearing"
open = true
label = { vi = "Phiên điều trần", en = "Hearing" }
cite = ["2.5"]
[[kind]]
of = "meeting"
id = "retreat"
open = false
label = { vi = "Họp riêng", en = "Retreat" }
cite = ["2.5"]
"""
    for rows, seen in (((kinds,), ["Gian A"]), ((kinds, rule("meeting")), ["Gian A", "Gian C"])):
        square = laid(*rows)
        for kind, place in (("hearing", "Gian A"), ("retreat", "Gian B"), ("regular", "Gian C")):
            id = square.board.do("an", "meeting.convene", kind=kind, starts_at="2021-04-01T09:00:00", place=place)
            square.board.do("an", "meeting.publish", id, of="meeting")
        page = square.read().text
        assert [place for place in ("Gian A", "Gian B", "Gian C") if place in page] == seen


def test_what_is_published_reaches_those_whom_the_text_names(laid: Laid) -> None:
    square = laid(rule("meeting", 'to = "named"'))
    id = square.board.meeting("cuc", "giang", starts_at="2021-04-01T09:00:00")
    square.board.do("an", "meeting.publish", id, of="meeting")
    assert {"cuc", "giang"} <= square.board.told()
    assert "hoa" not in square.board.told()


def test_the_feed_is_not_sent_again_where_nothing_moved(laid: Laid) -> None:
    square = laid(rule("decision"))
    square.board.do("an", "matter.publish", square.decided("Kệ sách"))
    first = square.http.get(f"{PUBLIC}/feed")
    assert first.headers["content-type"].startswith("application/atom+xml")
    again = square.http.get(f"{PUBLIC}/feed", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_under_a_path_of_another_site_page_and_feed_lead_nowhere_else(laid: Laid) -> None:
    square = laid(rule("decision"))
    square.board.do("an", "matter.publish", square.decided("Kệ sách"))
    app = create_app(Installation(square.board.tenant.store), clock=lambda: square.board.now)
    with TestClient(Prefixed(app, "/steerco")) as http:
        page = http.get(f"/steerco{PUBLIC}", headers=PAGE).text
        feed = etree.fromstring(http.get(f"/steerco{PUBLIC}/feed").content)
    found = [*re.findall(r' href="([^"#]+)', page), *(link.get("href") for link in feed.iter(f"{ATOM}link"))]
    assert f"/steerco{PUBLIC}" in found
    assert [each for each in found if not each.startswith("/steerco/")] == []

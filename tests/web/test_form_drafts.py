"""Forms that are not finished: kept with their files under the form's key, for the account that began them, and for a week."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from litestar.testing import RequestFactory, TestClient
from tests.web.conftest import NATIONAL, START, Clock, installed
from tests.web.signed_in import Browser, signed_in
from tests.web.test_form_input import MULTIPART, in_parts

from steerco.accounts import web_sign_ins
from steerco.accounts.accounts import account_of
from steerco.accounts.signing_in import states
from steerco.configuration.installation import Installation
from steerco.kernel.attachments import sweep
from steerco.operations.erasure import erase_person
from steerco.store import drafts as kept_drafts
from steerco.store.base import INSTALLATION
from steerco.web.app import create_app
from steerco.web.http.limits import Limits
from steerco.web.http.sign_in import LOOPBACK_COOKIE
from steerco.web.pages.forms import drafts
from steerco.web.pages.forms.desk import FormDesk
from steerco.web.pages.forms.form import form_of
from steerco.web.pages.forms.meaning import to_input
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.forms.rows import stepped
from steerco.web.pages.frame.visit import Visit, visiting

KEY = "a-key-of-a-form-1"


@dataclass
class Office:
    """An application with people signed in."""

    installation: Installation
    clock: Clock
    http: TestClient[Any]

    def browser(self, who: str) -> Browser:
        return signed_in(self.http, self.installation, NATIONAL, who)

    @contextmanager
    def visit(self, browser: Browser) -> Iterator[Visit]:
        """A visit by somebody who is signed in."""
        with visiting(self.request(browser), NATIONAL) as opened:
            yield opened

    def request(self, browser: Browser, content_type: str = "application/x-www-form-urlencoded") -> Any:
        headers = {"Content-Type": content_type, "Cookie": f"{LOOPBACK_COOKIE}={browser.token}"}
        return RequestFactory(app=self.http.app_.app).post(f"/t/{NATIONAL}/x", headers=headers)  # type: ignore[attr-defined]

    def sent(self, browser: Browser, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> Posted:
        return read_form(self.request(browser, content_type), body)


@pytest.fixture
def office() -> Iterator[Office]:
    installation, clock = installed(), Clock()
    edge = create_app(installation, clock=clock)
    with TestClient(edge) as client:
        client.app_ = edge  # type: ignore[attr-defined]  # mypy knows the base alone
        yield Office(installation, clock, client)
    installation.store.close()


def desk_of(visit: Visit, action: str) -> FormDesk:
    found = visit.tenant.snapshot.action(action)
    assert found is not None
    return FormDesk(visit, found)


def keep(office: Office, browser: Browser, action: str = "direction.issue", key: str = KEY, **fields: str) -> str:
    """Keep a form of somebody; the key of the draft."""
    posted = office.sent(browser, urlencode({"key": key, "form_token": browser.form_token, **fields}).encode())
    with office.visit(browser) as visit:
        return drafts.keep(desk_of(visit, action), posted, tried=True)


def opened(office: Office, browser: Browser, action: str = "direction.issue", key: str = KEY) -> tuple[Posted, bool] | None:
    with office.visit(browser) as visit:
        return drafts.opened(visit, key, desk_of(visit, action).action, None)


def test_a_draft_has_the_text_again_for_the_same_account_alone(office: Office) -> None:
    chair, other = office.browser("chair"), office.browser("standing-vice-chair")
    assert keep(office, chair, **{"with.text": "Khẩn trương", "row.tasks-0": "open", "with.tasks-0-title": "Việc"}) == KEY
    found = opened(office, chair)
    assert found is not None
    posted, tried = found
    assert (posted.key, posted.value("text"), posted.value("tasks-0-title"), tried) == (KEY, "Khẩn trương", "Việc", True)
    assert "form_token" not in posted.fields
    assert opened(office, other) is None
    assert opened(office, chair, action="task.assign") is None, "the draft of another act"
    assert opened(office, chair, key="another-key-of-a-form") is None


def test_a_key_of_another_account_is_not_taken_over(office: Office) -> None:
    chair, other = office.browser("chair"), office.browser("standing-vice-chair")
    keep(office, chair, **{"with.text": "Của Chủ tịch"})
    key = keep(office, other, **{"with.text": "Của Phó Chủ tịch"})
    assert key != KEY
    first, second = opened(office, chair), opened(office, other, key=key)
    assert first is not None
    assert second is not None
    assert (first[0].value("text"), second[0].value("text")) == ("Của Chủ tịch", "Của Phó Chủ tịch")


def test_a_forged_key_gets_a_new_one(office: Office) -> None:
    chair = office.browser("chair")
    assert keep(office, chair, key="../../etc", **{"with.text": "x"}) != "../../etc"
    assert len(keep(office, chair, key="", **{"with.text": "x"})) >= 16


def test_a_draft_is_kept_for_a_week_after_it_was_saved_and_twenty_at_most(office: Office) -> None:
    chair = office.browser("chair")
    keep(office, chair, **{"with.text": "cũ"})
    office.clock.now = START + timedelta(days=6, hours=23)
    chair = office.browser("chair")
    assert opened(office, chair) is not None
    office.clock.now = START + timedelta(days=7)
    chair = office.browser("chair")
    assert opened(office, chair) is None
    for number in range(kept_drafts.MOST + 1):
        office.clock.now += timedelta(seconds=1)
        keep(office, chair, key=f"key-of-the-form-{number:03}", **{"with.text": str(number)})
    assert opened(office, chair, key="key-of-the-form-000") is None, "the oldest made room"
    assert opened(office, chair, key="key-of-the-form-001") is not None


def test_files_are_kept_from_the_first_time_whatever_else_is_wrong(office: Office) -> None:
    chair = office.browser("chair")
    fields = [("key", "", KEY.encode()), ("with.title", "", b"")]
    body = in_parts(*fields, ("with.files", "to-trinh.pdf", b"%PDF-1"), ("with.files", "phu-luc.docx", b"PK"))
    with office.visit(chair) as visit:
        desk, posted = desk_of(visit, "transmission.send"), office.sent(chair, body, MULTIPART)
        drafts.receive_files(visit, desk.action, posted)
        given, errors = to_input(desk, posted)
        assert "title" in errors
        drafts.keep(desk, posted, tried=True)
    with office.visit(chair) as visit:  # sent again without any file, as browsers do
        desk, posted = (
            desk_of(visit, "transmission.send"),
            office.sent(chair, in_parts(*fields, ("with.files", "", b"")), MULTIPART),
        )
        drafts.receive_files(visit, desk.action, posted)
        names = [file.name for file in posted.files["files"]]
        assert names == ["to-trinh.pdf", "phu-luc.docx"]
        given = to_input(desk, posted).input["files"]
        assert [(file["name"], file["base64"]) for file in given] == [("to-trinh.pdf", "JVBERi0x"), ("phu-luc.docx", "UEs=")]
        posted.fields["step"] = ["file:files-0"]
        assert stepped(posted, desk.shapes) == "f-files"
        assert [file.name for file in posted.files["files"]] == ["phu-luc.docx"]
        drafts.keep(desk, posted)


def test_a_file_of_a_draft_is_not_swept_and_one_of_none_is(office: Office) -> None:
    chair, tenant = office.browser("chair"), office.installation.tenant(NATIONAL)
    body = in_parts(("key", "", KEY.encode()), ("with.files", "a.pdf", b"%PDF-2"))
    with office.visit(chair) as visit:
        desk, posted = desk_of(visit, "transmission.send"), office.sent(chair, body, MULTIPART)
        drafts.receive_files(visit, desk.action, posted)
        drafts.keep(desk, posted)
        digest = posted.files["files"][0].digest
    assert sweep(tenant, grace=-1) == []
    with office.visit(chair) as visit:
        drafts.finish(visit, KEY)
    assert sweep(tenant, grace=-1) == [digest]


@pytest.mark.parametrize(
    ("name", "file_name", "content", "path", "code"),
    [
        ("with.files", "a.pdf", b"", "files", "file-empty"),
        ("with.title", "a.pdf", b"x", "", "unknown-fields"),
        ("with.nothing", "a.pdf", b"x", "", "unknown-fields"),
        ("files", "a.pdf", b"x", "", "unknown-fields"),
        ("with.files", "a\u202efdp.exe", b"x", "files", "name-holds-control-character"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told(
    office: Office, name: str, file_name: str, content: bytes, path: str, code: str
) -> None:
    chair, tenant = office.browser("chair"), office.installation.tenant(NATIONAL)
    with office.visit(chair) as visit:
        desk, posted = desk_of(visit, "transmission.send"), office.sent(chair, in_parts((name, file_name, content)), MULTIPART)
        drafts.receive_files(visit, desk.action, posted)
    assert posted.problems[path].code == code
    assert posted.files == {}
    assert list(tenant.files.all(tenant.id)) == []


def test_an_erased_person_leaves_no_draft(office: Office) -> None:
    chair, other = office.browser("chair"), office.browser("standing-vice-chair")
    keep(office, chair, **{"with.text": "x"})
    keep(office, other, key="a-key-of-a-form-2", **{"with.text": "y"})
    erase_person(office.installation, NATIONAL, chair.person, at=START, who="operator", why="asked for")
    tenant = office.installation.tenant(NATIONAL)
    with office.installation.store.read(INSTALLATION) as session:
        accounts = [account_of(session, tenant.id, each.person) for each in (chair, other)]
    with tenant.store.read(tenant.id) as session:
        left = [len(kept_drafts.of_account(session, each.id, START)) if each else 0 for each in accounts]
    assert left == [0, 1]


def test_what_is_sent_after_the_sign_in_ended_is_kept_for_the_same_account(office: Office) -> None:
    chair = office.browser("chair")
    tenant = office.installation.tenant(NATIONAL)
    action = tenant.snapshot.action("direction.issue")
    assert action is not None
    posted = office.sent(chair, urlencode({"key": KEY, "form_token": chair.form_token, "with.text": "Một giờ biên bản"}).encode())
    assert drafts.keep_after_end(office.request(chair), tenant, action, None, posted) == "", "it has not ended"
    with office.installation.store.write(INSTALLATION) as session:
        found = web_sign_ins.find(office.installation.store, chair.token, office.clock.now, states(demo=False))
        assert found is not None
        web_sign_ins.end(session, found.id, office.clock.now)
    forged = office.sent(chair, urlencode({"key": KEY, "form_token": "x", "with.text": "giả"}).encode())
    assert drafts.keep_after_end(office.request(chair), tenant, action, None, forged) == ""
    at = drafts.keep_after_end(office.request(chair), tenant, action, None, posted)
    assert at == f"/t/{NATIONAL}/records/direction/do/issue?draft={KEY}"
    again, other = office.browser("chair"), office.browser("standing-vice-chair")
    back = opened(office, again)
    assert back is not None
    assert back[0].value("text") == "Một giờ biên bản"
    assert opened(office, other) is None
    office.clock.now += timedelta(days=1, seconds=1)
    assert drafts.keep_after_end(office.request(chair), tenant, action, None, posted) == "", "too long ago"


def test_the_page_lists_the_readers_own_and_throws_away_what_is_not_wanted(office: Office) -> None:
    chair, other = office.browser("chair"), office.browser("standing-vice-chair")
    keep(office, chair, **{"with.text": "x"})
    page = chair.get(f"/t/{NATIONAL}/drafts")
    assert page.status_code == 200
    assert ">Ra ý kiến chỉ đạo</a>" in page.text
    assert f"/t/{NATIONAL}/records/direction/do/issue?draft={KEY}" in page.text
    assert KEY not in other.get(f"/t/{NATIONAL}/drafts").text
    assert f'href="/t/{NATIONAL}/drafts"' in chair.get(f"/t/{NATIONAL}").text, "the way there is in the navigation"
    refused = chair.post(f"/t/{NATIONAL}/drafts", data={"drop": KEY, "form_token": other.form_token})
    assert refused.status_code == 403
    other.post(f"/t/{NATIONAL}/drafts", data={"drop": KEY, "form_token": other.form_token})
    assert opened(office, chair) is not None, "another account's stays"
    gone = chair.post(f"/t/{NATIONAL}/drafts", data={"drop": KEY, "form_token": chair.form_token})
    assert (gone.status_code, gone.headers["location"]) == (303, f"/t/{NATIONAL}/drafts")
    assert KEY not in chair.get(f"/t/{NATIONAL}/drafts").text


def test_strangers_have_no_drafts(office: Office) -> None:
    answer = office.http.get(f"/t/{NATIONAL}/drafts", headers={"Accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


# Whom a form offers, and how much it takes


def test_only_those_are_offered_whom_the_powers_allow(office: Office) -> None:
    """The head of the Working Group, as such, gives work to its members (6.7); the Chair to anyone."""
    browsers = {role: office.browser(role) for role in ("wg-head", "chair")}
    offered: dict[str, set[str]] = {}
    for role, browser in browsers.items():
        with office.visit(browser) as visit:
            action = visit.tenant.snapshot.action("task.assign")
            assert action is not None
            desk = FormDesk(visit, action, None, role)
            field = next(shape for shape in desk.shapes if shape.name == "to")
            day = desk.authority.day
            offered[role] = {aim for each in desk.parties.of(field) for aim in day.aims(each.party)}
            assert desk.parties.narrowed(field) or role == "chair"
    assert offered["wg-head"] == {"wg-member"}
    assert {"member", "agency", "vice-chair"} <= offered["chair"]


def test_what_was_chosen_decides_whom_else_a_form_offers(office: Office) -> None:
    """Of an ad hoc meeting the Chair alone is told with whom; until a kind is chosen, all are offered."""
    chair = office.browser("chair")
    sizes = {}
    for kind in ("", "working-session"):
        with office.visit(chair) as visit:
            desk = desk_of(visit, "meeting.convene")
            form_of(desk, Posted({"with.kind": [kind]}), KEY)
            sizes[kind] = desk.subject.object if desk.subject is not None else ""
    assert sizes == {"": "meeting", "working-session": "meeting.working-session"}


@pytest.fixture
def narrow() -> Iterator[Office]:
    """An application that takes little."""
    installation, clock = installed(), Clock()
    edge = create_app(installation, clock=clock, limits=Limits(body=60_000, unknown=4_000))
    with TestClient(edge) as client:
        client.app_ = edge  # type: ignore[attr-defined]  # mypy knows the base alone
        yield Office(installation, clock, client)
    installation.store.close()


def test_what_is_too_large_is_refused_before_it_is_read_and_a_page_says_so(narrow: Office) -> None:
    chair, tenant = narrow.browser("chair"), narrow.installation.tenant(NATIONAL)
    at = f"/t/{NATIONAL}/records/transmission/do/send"
    body = in_parts(("form_token", "", chair.form_token.encode()), ("with.files", "a.pdf", b"x" * 70_000))
    refused = chair.post(at, content=body, headers={"Content-Type": MULTIPART})
    assert refused.status_code == 413
    assert refused.headers["content-type"].startswith("text/html")
    assert list(tenant.files.all(tenant.id)) == []


def test_a_stranger_sends_no_file(narrow: Office) -> None:
    tenant = narrow.installation.tenant(NATIONAL)
    body = in_parts(("form_token", "", b"x"), ("with.files", "a.pdf", b"x" * 20_000))
    headers = {"Content-Type": MULTIPART, "Accept": "text/html"}
    answer = narrow.http.post(
        f"/t/{NATIONAL}/records/transmission/do/send", content=body, headers=headers, follow_redirects=False
    )
    assert answer.status_code in (303, 401)
    assert list(tenant.files.all(tenant.id)) == []


def test_a_form_that_is_none_is_told_on_a_page(office: Office) -> None:
    chair = office.browser("chair")
    at = f"/t/{NATIONAL}/records/direction/do/issue"
    for content, kind, status in ((b"{}", "application/json", 415), (b"--", MULTIPART, 400)):
        answer = chair.post(at, content=content, headers={"Content-Type": kind})
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, "text/html")

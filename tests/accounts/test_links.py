"""Invitations and resets: a link is good once, for a time, and tells nobody who has an account."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from tests.accounts.conftest import DAY, MINUTE, PASSWORD, account, browser, enter, form_of, holder, statements
from tests.web.conftest import MOST, NATIONAL, Clock
from tests.web.reading_room import Page

from steerco.accounts import attempts, links, words
from steerco.accounts.accounts import BadAccount, account_by_id, account_of, find_account, persons_of
from steerco.configuration.installation import Installation
from steerco.store.account_tables import AccountLink, AccountWord
from steerco.store.base import INSTALLATION

OTHER = "một mật khẩu khác"


def invited(installation: Installation, clock: Clock, role: str = "chair", slug: str = NATIONAL, **more: Any) -> str:
    """The path of an invitation of a role's first holder."""
    with installation.store.write(INSTALLATION) as session:
        number = installation.tenant(slug).id
        return links.invite(session, number, holder(installation, role, slug), now=clock(), **more).path


def choose(client: TestClient[Any], path: str, name: str = "chair@moj.gov.vn", password: str = PASSWORD, again: str = "") -> Any:
    return client.post(path, data={"name": name, "password": password, "again": again or password})


def test_who_is_invited_chooses_a_name_and_a_password_and_is_in(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    path = invited(installation, clock, email="chair@moj.gov.vn")
    page = Page(client.get(path).text)
    assert "National Committee" in page.text
    assert next(field["value"] for field in page.of("input") if field.get("name") == "name") == "chair@moj.gov.vn"
    given = choose(client, path)
    assert (given.status_code, given.headers["location"]) == (303, f"/t/{NATIONAL}")
    assert client.get(f"/t/{NATIONAL}").status_code == 200
    client.post("/sign-out")
    assert enter(client, "Chair@MOJ.gov.vn ").status_code == 303


def test_an_invitation_is_good_once_for_a_week_and_only_the_newest(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    first, second = invited(installation, clock), invited(installation, clock)
    assert client.get(first).status_code == 404
    clock.now += 7 * DAY
    expired = client.get(second)
    assert expired.status_code == 404
    assert choose(client, second).status_code == 404
    third = invited(installation, clock)
    assert choose(client, third).status_code == 303
    client.cookies.clear()
    used, never = client.get(third), client.get("/invitation/never-made")
    assert used.status_code == never.status_code == 404
    assert used.text.replace(third, "PATH") == never.text.replace("/invitation/never-made", "PATH")
    assert choose(client, third, "another@moj.gov.vn").status_code == 404


def test_an_invitation_of_a_committee_is_kept_by_an_account_of_another(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    id = account(installation, "minister@mic.gov.vn", "standing-vice-chair")
    path = invited(installation, clock, "head", MOST)
    enter(client, "minister@mic.gov.vn")
    page = Page(client.get(path).text)
    forged = client.post(path, data={"as": "mine", "form_token": "forged"})
    assert forged.status_code == 403
    assert client.post(path, data={"as": "mine", "form_token": form_of(page)}).status_code == 303
    assert client.get(f"/t/{MOST}").status_code == 200
    with installation.store.read(INSTALLATION) as session:
        assert set(persons_of(session, id)) == {installation.tenant(NATIONAL).id, installation.tenant(MOST).id}


def test_whoever_has_an_account_is_not_invited_again(installation: Installation, clock: Clock) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    with pytest.raises(BadAccount):
        invited(installation, clock)


@pytest.mark.parametrize(
    ("name", "password", "again", "said"),
    [
        ("chair@moj.gov.vn", "short", "", "too short"),
        ("chair@moj.gov.vn", "a" * 201, "", "too long"),
        ("chair@moj.gov.vn", "aaaaaaaaaaaa", "", "easy to guess"),
        ("chair@moj.gov.vn", "chair@moj.gov.vn1", "", "easy to guess"),
        ("chair@moj.gov.vn", PASSWORD, "khác hẳn thế này", "differ"),
        ("two words", PASSWORD, "", "no blanks"),
        ("taken@moj.gov.vn", PASSWORD, "", "is taken"),
    ],
)
def test_what_cannot_be_chosen_is_said_and_the_link_stays_good(
    installation: Installation, client: TestClient[Any], clock: Clock, name: str, password: str, again: str, said: str
) -> None:
    account(installation, "taken@moj.gov.vn")
    path = invited(installation, clock)
    given = choose(client, path, name, password, again)
    assert given.status_code == 422
    page = Page(given.text)
    assert said in page.text
    assert next(field["value"] for field in page.of("input") if field.get("name") == "name") == name
    assert not [field for field in page.of("input") if field.get("type") == "password" and field.get("value")]
    assert choose(client, path).status_code == 303


def test_a_forgotten_password_is_set_anew_by_the_link_that_is_to_be_sent(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    account(installation, "chair@moj.gov.vn", "chair", email="chair@moj.gov.vn")
    with browser(installation, clock) as elsewhere:
        enter(elsewhere, "chair@moj.gov.vn")
        client.post("/reset", data={"name": "chair@moj.gov.vn"})
        (word,) = words.pending(installation.store, clock())
        assert (word.what, word.email) == ("reset", "chair@moj.gov.vn")
        assert word.path is not None
        assert client.get(word.path).status_code == 200
        assert client.post(word.path, data={"password": OTHER, "again": OTHER}).status_code == 303
        assert client.post(word.path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 404
        assert elsewhere.get("/").status_code == 303
    assert enter(client, "chair@moj.gov.vn").status_code == 422
    assert enter(client, "chair@moj.gov.vn", OTHER).status_code == 303


def test_a_reset_asked_for_in_a_name_that_nobody_has_is_answered_alike(
    installation: Installation, client: TestClient[Any]
) -> None:
    account(installation, "chair@moj.gov.vn", "chair", email="chair@moj.gov.vn")
    account(installation, "no-mail@moj.gov.vn")
    client.post("/reset", data={"name": "warm@moj.gov.vn"})
    seen = []
    for name in ("chair@moj.gov.vn", "nobody@moj.gov.vn", "no-mail@moj.gov.vn"):
        with statements() as asked:
            given = client.post("/reset", data={"name": name})
        seen.append((given.status_code, given.text, [" ".join(sql.split()) for sql in asked]))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == 200


def test_resets_are_not_asked_for_without_end(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    account(installation, "chair@moj.gov.vn", "chair", email="chair@moj.gov.vn")
    for _ in range(attempts.BY_NAME + 5):
        client.post("/reset", data={"name": "chair@moj.gov.vn"})
    assert len(words.pending(installation.store, clock())) == attempts.BY_NAME


def test_a_reset_is_good_for_two_hours_and_frees_a_locked_name(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    id = account(installation, "chair@moj.gov.vn", "chair")
    for _ in range(attempts.BY_NAME + 1):
        enter(client, "chair@moj.gov.vn", "không phải")
    with installation.store.write(INSTALLATION) as session:
        late = links.reset(session, account_by_id(session, id), now=clock()).path
    clock.now += timedelta(hours=2)
    assert client.get(late).status_code == 404
    with installation.store.write(INSTALLATION) as session:
        path = links.reset(session, account_by_id(session, id), now=clock()).path
    clock.now += MINUTE
    assert client.post(path, data={"password": OTHER, "again": OTHER}).status_code == 303
    assert enter(client, "chair@moj.gov.vn", OTHER).status_code == 303


def test_no_secret_of_a_link_is_kept_once_it_is_sent(installation: Installation, clock: Clock) -> None:
    path = invited(installation, clock, email="chair@moj.gov.vn")
    secret = path.rpartition("/")[2]
    (word,) = words.pending(installation.store, clock())
    assert word.path == path
    words.sent(installation.store, word.id, clock())
    assert words.pending(installation.store, clock()) == []
    with installation.store.read(INSTALLATION) as session:
        kept = [*session.scalars(select(AccountLink)), *session.scalars(select(AccountWord))]
        texts = [str(vars(each)) for each in kept]
    assert len(texts) == 2
    assert not [text for text in texts if secret in text]


def test_a_new_holder_gets_an_account_of_their_own(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    """An account is a person's and no office's: the one who left keeps theirs, and sees what they still may."""
    account(installation, "old@moj.gov.vn", "chair")
    path = invited(installation, clock, "standing-vice-chair")
    assert choose(client, path, "new@moj.gov.vn").status_code == 303
    number = installation.tenant(NATIONAL).id
    with installation.store.read(INSTALLATION) as session:
        new = account_of(session, number, holder(installation, "standing-vice-chair"))
        old = find_account(session, "old@moj.gov.vn")
    assert new is not None
    assert old is not None
    assert new.id != old.id


def test_a_link_leads_out_of_the_address_bar_to_no_other_site(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    given = client.get(invited(installation, clock))
    assert given.headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert not re.search(r'(href|src|action)="(https?:)?//', given.text)


def test_asking_without_end_fills_no_table(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    for _ in range(attempts.BY_NAME + 5):
        assert client.post("/reset", data={"name": "nobody@moj.gov.vn"}).status_code == 200
    with installation.store.read(INSTALLATION) as session:
        assert session.scalar(select(func.count()).select_from(AccountLink)) == attempts.BY_NAME

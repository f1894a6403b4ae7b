"""Rows that were put in or changed behind the program's back are named."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import text
from tests.accounts.conftest import account, enter, holder
from tests.web.conftest import START

from steerco.accounts import verification
from steerco.accounts.accounts import account_by_id, lock, unlock
from steerco.configuration.installation import Installation
from steerco.store import log
from steerco.store.base import INSTALLATION

NAME = "chair@moj.gov.vn"


def breaks(installation: Installation) -> list[str]:
    with installation.store.read(INSTALLATION) as session:
        assert log.verify(session) == []
        return [each.detail for each in verification.breaks(session)]


def test_what_the_program_did_is_sound(installation: Installation, client: TestClient[Any]) -> None:
    id = account(installation, NAME, "chair")
    enter(client, NAME)
    enter(client, NAME)
    with installation.store.write(INSTALLATION) as session:
        lock(session, account_by_id(session, id), START)
        unlock(session, account_by_id(session, id), START)
    enter(client, NAME)
    assert breaks(installation) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE account SET password = 'another'", "password"),
        ("UPDATE account SET name = 'me'", "name"),
        ("UPDATE account SET totp = 'MINE'", "factor"),
        ("UPDATE account SET state = 'locked'", "state"),
        ("UPDATE account SET email = 'me@example.org'", "email"),
        ("UPDATE account_person SET person = :other", "no event tells that the account"),
        ("UPDATE web_sign_in SET ended_at = NULL", "was ended, and is good again"),
        ("UPDATE web_sign_in SET hash = 'mine' WHERE ended_at IS NULL", "hash"),
        ("UPDATE web_sign_in SET how = 'password' WHERE how = 'password-alone'", ""),
    ],
)
def test_what_was_changed_behind_its_back_is_named(
    installation: Installation, client: TestClient[Any], statement: str, said: str
) -> None:
    account(installation, NAME, "chair")
    enter(client, NAME)
    enter(client, NAME)
    with installation.store.unscoped() as session:
        session.connection().execute(
            text(statement), {"other": holder(installation, "standing-vice-chair")} if ":other" in statement else {}
        )
    found = breaks(installation)
    assert bool(found) == bool(said)
    assert all(said in each for each in found)


def test_an_account_that_nobody_made_is_named(installation: Installation) -> None:
    columns = "tenant_id, id, name, password, totp_step, state, created_at"
    values = "0, 'mine', 'me', 'hash', 0, 'active', '2021-01-01 00:00:00'"
    with installation.store.unscoped() as session:
        session.connection().execute(text(f"INSERT INTO account ({columns}) VALUES ({values})"))
    assert breaks(installation) == ["no event tells that the account mine was made"]

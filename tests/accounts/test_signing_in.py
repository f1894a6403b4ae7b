"""Who is let in, and that whoever is not is told nothing: not by words, not by the work that is done, not by a lock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from litestar.testing import TestClient
from tests.accounts.conftest import DAY, MINUTE, PASSWORD, account, browser, enter, row, statements
from tests.databases import ON_POSTGRESQL, STORES
from tests.web.conftest import NATIONAL, START, Clock

from steerco.accounts import attempts, housekeeping, signing_in, web_sign_ins, words
from steerco.accounts.accounts import DEMONSTRATION, LOCKED, account_by_id, lock, unlock
from steerco.accounts.signing_in import Visitor
from steerco.configuration.installation import Installation
from steerco.store import log
from steerco.store.account_tables import WebSignIn
from steerco.store.base import INSTALLATION
from steerco.store.shared_clock import machine_time
from steerco.web.http.sign_in import LOOPBACK_COOKIE

WRONG = "không phải mật khẩu"
HOUR = timedelta(hours=1)
HERE = Visitor("192.0.2.1", "tests")


def test_whoever_is_not_let_in_costs_the_same_statements_and_reads_the_same_words(
    installation: Installation, client: TestClient[Any]
) -> None:
    account(installation, "wrong@moj.gov.vn", "chair")
    account(installation, "locked@moj.gov.vn", "standing-vice-chair", state=LOCKED)
    account(installation, "demonstration@moj.gov.vn", state=DEMONSTRATION)
    enter(client, "warm@moj.gov.vn")
    seen = {}
    for name in ("nobody@moj.gov.vn", "wrong@moj.gov.vn", "locked@moj.gov.vn", "demonstration@moj.gov.vn"):
        with statements() as asked:
            given = enter(client, name, WRONG if name.startswith("wrong") else PASSWORD)
        shape = [" ".join(sql.split()) for sql in asked]
        seen[name] = (
            given.status_code,
            given.text.replace(name, "NAME"),
            dict(given.headers) | {"content-length": "", "x-request-id": ""},
            shape,
        )
    first = seen["nobody@moj.gov.vn"]
    assert first[0] == 422
    assert len(first[3]) > 5
    for name, each in seen.items():
        assert each == first, name


def test_too_many_attempts_lock_a_name_for_a_while_and_nobody_is_told_but_its_holder(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    id = account(installation, "chair@moj.gov.vn", "chair", email="chair@moj.gov.vn")
    wrong = [enter(client, "chair@moj.gov.vn", WRONG) for _ in range(attempts.BY_NAME)]
    locked = enter(client, "chair@moj.gov.vn")
    assert locked.status_code == 422
    assert locked.text == wrong[0].text
    told = words.pending(installation.store, clock())
    assert [(word.what, word.email, word.account) for word in told] == [("locked", "chair@moj.gov.vn", id)]
    clock.now += attempts.WINDOW - MINUTE
    assert enter(client, "chair@moj.gov.vn").status_code == 422
    clock.now += 2 * MINUTE
    assert enter(client, "chair@moj.gov.vn").status_code == 303


def test_a_name_that_nobody_has_is_locked_alike(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    enter(client, "warm@moj.gov.vn", WRONG)
    shapes = {}
    for name in ("chair@moj.gov.vn", "nobody@moj.gov.vn"):
        shapes[name] = []
        for _ in range(attempts.BY_NAME + 2):
            with statements() as asked:
                given = enter(client, name, WRONG)
            shapes[name].append((given.status_code, given.text.replace(name, "NAME"), [" ".join(sql.split()) for sql in asked]))
    assert shapes["chair@moj.gov.vn"] == shapes["nobody@moj.gov.vn"]


def test_a_right_password_takes_the_count_back(installation: Installation, client: TestClient[Any]) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    for _ in range(3):
        for _ in range(attempts.BY_NAME - 1):
            enter(client, "chair@moj.gov.vn", WRONG)
        assert enter(client, "chair@moj.gov.vn").status_code == 303


def test_an_address_that_tries_name_after_name_is_let_in_no_more(installation: Installation, clock: Clock) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    with installation.store.write(INSTALLATION) as session:
        for _ in range(attempts.BY_ADDRESS):
            assert attempts.count(session, attempts.of_address(HERE.address), attempts.BY_ADDRESS, clock())[0]
    assert signing_in.by_password(installation.store, "chair@moj.gov.vn", PASSWORD, HERE, now=clock()) is None
    elsewhere = Visitor("192.0.2.2", "tests")
    assert signing_in.by_password(installation.store, "chair@moj.gov.vn", PASSWORD, elsewhere, now=clock()) is not None


def test_two_hundred_people_behind_one_address_sign_in(installation: Installation) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    with installation.store.write(INSTALLATION) as session:
        for _ in range(200):
            assert attempts.count(session, attempts.of_address(HERE.address), attempts.BY_ADDRESS, START)[0]
            attempts.give_back(session, attempts.of_address(HERE.address))


def test_attempts_at_once_are_each_counted(installation: Installation) -> None:
    account(installation, "chair@moj.gov.vn", "chair")

    def guess(_: int) -> object:
        return signing_in.by_password(installation.store, "chair@moj.gov.vn", WRONG, HERE, now=START)

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(guess, range(attempts.BY_NAME))) == {None}
    assert signing_in.by_password(installation.store, "chair@moj.gov.vn", PASSWORD, HERE, now=START) is None


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite's file is on one machine, which has one clock")
@pytest.mark.parametrize("off", [HOUR, -HOUR], ids=["ahead", "behind"])
def test_a_server_with_another_clock_ends_no_lock_early(installation: Installation, off: timedelta) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    other = STORES.beside(installation.store)
    other.machine_clock = lambda: machine_time() + off
    try:
        for _ in range(attempts.BY_NAME + 1):
            assert signing_in.by_password(installation.store, "chair@moj.gov.vn", WRONG, HERE, now=START) is None
        housekeeping.tidy(other, START + off)
        assert signing_in.by_password(other, "chair@moj.gov.vn", PASSWORD, HERE, now=START + off) is None
        within, over = START + attempts.WINDOW - MINUTE, START + attempts.WINDOW + MINUTE
        assert signing_in.by_password(other, "chair@moj.gov.vn", PASSWORD, HERE, now=within + off) is None
        assert signing_in.by_password(other, "chair@moj.gov.vn", PASSWORD, HERE, now=over + off) is not None
    finally:
        other.close()


def test_a_subscriber_of_ipv6_is_one_address() -> None:
    assert attempts.of_address("2001:db8::1") == attempts.of_address("2001:db8::ffff:1")
    assert attempts.of_address("2001:db8::1") != attempts.of_address("2001:db8:0:1::1")


def test_a_hash_of_old_costs_is_made_anew_when_the_password_is_there(installation: Installation, client: TestClient[Any]) -> None:
    id = account(installation, "chair@moj.gov.vn", "chair")
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with installation.store.write(INSTALLATION) as session:
        account_by_id(session, id).password = old
    assert enter(client, "chair@moj.gov.vn").status_code == 303
    new = row(installation, id).password
    assert new is not None
    assert "m=19456,t=2,p=1" in new
    assert enter(client, "chair@moj.gov.vn").status_code == 303


def test_a_lock_ends_what_is_signed_in_and_its_end_brings_nothing_back(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    id = account(installation, "chair@moj.gov.vn", "chair")
    enter(client, "chair@moj.gov.vn")
    assert client.get(f"/t/{NATIONAL}").status_code == 200
    with installation.store.write(INSTALLATION) as session:
        lock(session, account_by_id(session, id), clock())
    assert client.get(f"/t/{NATIONAL}").status_code == 303
    assert enter(client, "chair@moj.gov.vn").status_code == 422
    with installation.store.write(INSTALLATION) as session:
        unlock(session, account_by_id(session, id), clock())
    assert client.get(f"/t/{NATIONAL}").status_code == 303
    assert enter(client, "chair@moj.gov.vn").status_code == 303


def test_signing_out_is_final_for_a_request_that_is_under_way(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    token = enter(client, "chair@moj.gov.vn").cookies[LOOPBACK_COOKIE]
    clock.now += 10 * MINUTE
    states = signing_in.states(demo=False)
    under_way = web_sign_ins.find(installation.store, token, clock(), states)  # as a request does when it begins
    assert under_way is not None
    client.post("/sign-out")
    web_sign_ins.note_use(installation.store, under_way.id, clock())  # as one does that was slow to
    assert web_sign_ins.find(installation.store, token, clock(), states) is None
    assert client.get(f"/t/{NATIONAL}", headers={"Cookie": f"{LOOPBACK_COOKIE}={token}"}).status_code == 303


def test_a_sign_in_ends_unused_and_in_any_case(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    enter(client, "chair@moj.gov.vn")
    for _ in range(13):
        clock.now += DAY / 2
        assert client.get("/").status_code == 200
    clock.now += DAY / 2
    assert client.get("/").status_code == 303
    enter(client, "chair@moj.gov.vn")
    clock.now += DAY
    assert client.get("/").status_code == 303


def test_an_account_of_a_demonstration_is_good_in_a_demonstration_alone(installation: Installation, clock: Clock) -> None:
    account(installation, "chair", "chair", state=DEMONSTRATION)
    with browser(installation, clock, demo=True) as demonstration:
        token = enter(demonstration, "chair").cookies[LOOPBACK_COOKIE]
    with browser(installation, clock) as client:
        assert enter(client, "chair").status_code == 422
        assert client.get("/", headers={"Cookie": f"{LOOPBACK_COOKIE}={token}"}).status_code == 303


def test_whose_person_is_erased_is_nobody_here(installation: Installation, client: TestClient[Any]) -> None:
    account(installation, "nobody@moj.gov.vn")
    enter(client, "nobody@moj.gov.vn")
    assert client.get(f"/t/{NATIONAL}").status_code == 404
    assert NATIONAL not in client.get("/").text


def test_the_log_tells_of_every_sign_in_and_names_nobody(installation: Installation, client: TestClient[Any]) -> None:
    id = account(installation, "chair@moj.gov.vn", "chair")
    enter(client, "chair@moj.gov.vn", WRONG)
    enter(client, "nobody@moj.gov.vn", WRONG)
    enter(client, "chair@moj.gov.vn")
    client.post("/sign-out")
    with installation.store.read(INSTALLATION) as session:
        events = list(log.entries(session))
        sign_in = session.query(WebSignIn).one()
        assert log.verify(session) == []
    told = [(event["action"], event["person"]) for event in events]
    assert told == [
        ("account.make", id),
        ("account.bind", id),
        ("sign-in.refuse", id),
        ("sign-in.refuse", None),
        ("sign-in.begin", id),
        ("sign-in.end", id),
    ]
    assert sign_in.id in events[-1]["body"]
    assert not [event for event in events if "moj.gov.vn" in event["body"]]

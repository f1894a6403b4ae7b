"""What whoever looks after a committee does with accounts, in the browser's terms and by the command."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select
from tests.accounts.conftest import account, browser, enter, holder, row
from tests.cli.command import SLUG, Command
from tests.cli.conftest import home, running, steerco, written
from tests.databases import HOMES
from tests.web.conftest import MOST, NATIONAL, START, Clock

from steerco.accounts import administration, verification
from steerco.accounts.accounts import BadAccount, bind, persons_of
from steerco.accounts.demonstration import open_to
from steerco.accounts.web_sign_ins import open_ones
from steerco.configuration.installation import Installation
from steerco.operations import erasure, lifecycle
from steerco.operations.answering import address_for_people, answering
from steerco.operations.worker import Worker
from steerco.store import log
from steerco.store.account_tables import Account, AccountLink, AccountPerson, WebSignIn
from steerco.store.base import INSTALLATION, INSTALLATION_NAME
from steerco.store.checkpoint import Seal

__all__ = ["home", "running", "steerco", "written"]
BY = "some-account"


def test_the_list_has_everybody_with_what_they_have(installation: Installation, client: TestClient[Any], clock: Clock) -> None:
    tenant = installation.tenant(NATIONAL)
    account(installation, "chair@moj.gov.vn", "chair", email="chair@moj.gov.vn")
    enter(client, "chair@moj.gov.vn")
    administration.invite(tenant, holder(installation, "standing-vice-chair"), now=START, email="deputy@moj.gov.vn")
    lines = {line.person: line for line in administration.listing(tenant, clock())}
    chair, deputy = lines.pop(holder(installation, "chair")), lines.pop(holder(installation, "standing-vice-chair"))
    assert (chair.name, chair.state, chair.signed_in, chair.used_at) == ("chair@moj.gov.vn", "active", 1, START)
    assert (deputy.state, deputy.email, deputy.invited_until) == ("invited", "deputy@moj.gov.vn", START + timedelta(days=7))
    assert {line.state for line in lines.values()} == {"none"}
    assert "steerco" not in lines


def test_an_account_of_two_committees_is_taken_away_from_one_and_no_more(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    id, most, national = account(installation, "minister@mic.gov.vn", "chair"), *map(installation.tenant, (MOST, NATIONAL))
    person, other = holder(installation, "head", MOST), holder(installation, "chair")
    with installation.store.write(INSTALLATION) as session:
        bind(session, id, most.id, person, START)
    enter(client, "minister@mic.gov.vn")
    for deed in (administration.lock_account, administration.reset, administration.sign_out, administration.drop_factor):
        with pytest.raises(BadAccount) as refused:
            deed(most, person, now=START, by=BY)
        assert refused.value.code == "elsewhere-too"
    administration.let_go(most, person, now=START, by=BY)
    assert client.get(f"/t/{MOST}").status_code == 404
    assert client.get(f"/t/{NATIONAL}").status_code == 200
    administration.lock_account(national, other, now=START, by=BY)
    assert client.get(f"/t/{NATIONAL}").status_code == 303


def test_an_erased_person_has_no_account_and_no_invitation(
    installation: Installation, client: TestClient[Any], clock: Clock
) -> None:
    tenant, chair = installation.tenant(NATIONAL), holder(installation, "chair")
    id = account(installation, "chair@moj.gov.vn", "chair", email="chair@moj.gov.vn")
    administration.reset(tenant, chair, now=START)
    deputy = holder(installation, "standing-vice-chair")
    invited = administration.invite(tenant, deputy, now=START, email="deputy@moj.gov.vn")
    enter(client, "chair@moj.gov.vn")
    for person in (chair, deputy):
        erasure.erase_person(installation, NATIONAL, person, at=START, who="operator", why="asked")
    assert client.get(f"/t/{NATIONAL}").status_code == 303
    assert client.get(invited.path).status_code == 404
    with installation.store.read(INSTALLATION) as session:
        tables: tuple[Any, ...] = (Account, AccountPerson, AccountLink, WebSignIn)
        assert [session.scalar(select(func.count()).select_from(each)) for each in tables] == [0, 0, 0, 0]
        assert log.verify(session) == verification.breaks(session) == []
        assert not [event for event in log.entries(session) if "moj.gov.vn" in event["body"]]
        assert persons_of(session, id) == {}


def test_a_committee_that_is_erased_leaves_accounts_of_others_alone(
    installation: Installation, client: TestClient[Any], clock: Clock, tmp_path: Path
) -> None:
    account(installation, "chair@moj.gov.vn", "chair")
    both = account(installation, "both@moj.gov.vn", "standing-vice-chair")
    with installation.store.write(INSTALLATION) as session:
        bind(session, both, installation.tenant(MOST).id, holder(installation, "head", MOST), START)
    enter(client, "both@moj.gov.vn")
    lifecycle.request_deletion(installation, NATIONAL, at=START, who="operator", why="over", waiting=timedelta(days=1))
    assert erasure.carry_out(installation, Seal(tmp_path), START + timedelta(days=1)) == [NATIONAL]
    assert client.get(f"/t/{MOST}").status_code == 200
    assert client.get(f"/t/{NATIONAL}").status_code == 404
    with installation.store.read(INSTALLATION) as session:
        assert session.scalars(select(Account.name)).all() == ["both@moj.gov.vn"]
        assert verification.breaks(session) == []


def test_sign_ins_of_a_demonstration_are_renewed_at_each_start(installation: Installation, clock: Clock) -> None:
    tenant = installation.tenant(NATIONAL)
    holders = {role: holder(installation, role) for role in ("chair", "standing-vice-chair")}
    own = account(installation, "deputy@moj.gov.vn", "standing-vice-chair")
    names = open_to(tenant, holders, "abcd-efgh-ijkl", START)
    assert names == {"chair": f"chair@{NATIONAL}"}
    assert row(installation, own).state == "active"
    assert open_to(tenant, holders, "mnop-qrst-uvwx", START) == names
    with browser(installation, clock, demo=True) as demonstration:
        assert enter(demonstration, names["chair"], "abcd-efgh-ijkl").status_code == 422
        assert enter(demonstration, names["chair"], "mnop-qrst-uvwx").status_code == 303


def test_the_worker_seals_the_installations_log_and_tidies_up(
    installation: Installation, client: TestClient[Any], clock: Clock, tmp_path: Path
) -> None:
    id = account(installation, "chair@moj.gov.vn", "chair")
    enter(client, "chair@moj.gov.vn")
    seal = Seal(tmp_path)
    worker = Worker(installation, "tests", clock, seal)
    assert worker.once()
    with installation.store.read(INSTALLATION) as session:
        end = log.head(session)
    assert [(each.seq, each.hash) for each in seal.kept(INSTALLATION_NAME)] == [(end.seq, end.hash.hex())]
    clock.now += timedelta(days=40)
    assert worker.once()
    with installation.store.read(INSTALLATION) as session:
        assert open_ones(session, id) == []
        assert verification.breaks(session) == []


class TestTheCommand:
    def test_a_person_is_invited_listed_locked_and_unlocked(self, steerco: Command, home: Path) -> None:
        given = steerco(f"account invite {SLUG} --person chair --json --home", home)
        assert (given.code, given.json["person"]) == (0, "the-chair")
        assert given.json["link"].startswith("http://127.0.0.1:8000/invitation/")
        assert "no server runs here" in given.err
        listed = {line["person"]: line for line in steerco(f"account list {SLUG} --json --home", home).json}
        assert listed["the-chair"]["state"] == "invited"
        again = steerco(f"account lock {SLUG} --person chair --json --home", home)
        assert (again.code, again.error["error"]) == (1, "no-account")
        assert "invite" in again.error["do"]
        store = HOMES.open(home)
        with store.write(INSTALLATION) as session:
            from steerco.accounts import links

            link = links.find_link(session, "invitation", given.json["link"].rpartition("/")[2], _now())
            assert link is not None
            links.accept(session, link, "chair@example.org", "hash", _now())
        store.close()
        for command, state in (("lock", "locked"), ("unlock", "active")):
            assert steerco(f"account {command} {SLUG} --person chair --home", home).code == 0
            listed = {line["person"]: line for line in steerco(f"account list {SLUG} --json --home", home).json}
            assert listed["the-chair"]["state"] == state
        taken = steerco(f"account invite {SLUG} --person chair --json --home", home)
        assert (taken.code, taken.error["error"]) == (1, "person-taken")
        assert "/reset/" in steerco(f"account reset {SLUG} --person chair --home", home).out
        assert steerco(f"account sign-out {SLUG} --person chair --home", home).code == 0

    def test_the_installations_log_is_verified_and_what_was_changed_is_found(self, steerco: Command, home: Path) -> None:
        steerco(f"account invite {SLUG} --person chair --home", home)
        sound = steerco("log verify --json --home", home)
        assert (sound.code, sound.json["events"], sound.json["breaks"]) == (0, 1, [])
        assert steerco("log head --home", home).code == 0
        HOMES.behind(home, "update event set body = replace(body, 'the-chair', 'me') where tenant_id = 0")
        broken = steerco("log verify --json --home", home)
        assert (broken.code, {each["kind"] for each in broken.json["breaks"]}) == (1, {"changed"})
        doctor = steerco("doctor --json --home", home)
        told = [check for check in doctor.json["checks"] if check["what"] == "log of the installation"]
        assert [check["state"] for check in told] == ["problem"]

    def test_an_account_written_past_the_program_is_a_problem(self, steerco: Command, home: Path) -> None:
        columns = "tenant_id, id, name, totp_step, state, created_at"
        HOMES.behind(home, f"insert into account ({columns}) values (0, 'mine', 'me', 0, 'active', '2021-01-01 00:00:00')")
        broken = steerco("log verify --json --home", home)
        assert [each["kind"] for each in broken.json["breaks"]] == ["account"]
        doctor = json.loads(steerco("doctor --json --home", home).out)
        assert "account lock" in json.dumps(doctor["checks"])


def _now() -> Any:
    from steerco.cli.frame.shell import now

    return now()


@pytest.mark.parametrize("email", ["a@b.vn\nBcc: c@d.vn", "a@b.vn, c@d.vn", "nowhere", "một@b.vn", "a@" + "b" * 300])
def test_nobody_is_invited_by_what_is_no_address(installation: Installation, email: str) -> None:
    tenant = installation.tenant(NATIONAL)
    with pytest.raises(BadAccount) as refused:
        administration.invite(tenant, holder(installation, "chair"), now=START, email=email)
    assert refused.value.code == "bad-email"

    def test_a_link_leads_to_where_people_reach_the_server(
        self, steerco: Command, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def link(more: str = "") -> str:
            return str(steerco(f"account invite {SLUG} --person chair --json {more} --home", home).json["link"])

        served = address_for_people("0.0.0.0", 8123, "/steerco", ("board.example.org",))
        with answering(home / "var", served):
            assert link().startswith("http://board.example.org:8123/steerco/invitation/")
            monkeypatch.setenv("STEERCO_ADDRESS", "https://board.example.org/")
            assert link().startswith("https://board.example.org/invitation/")
            assert link("--address https://other.example.org/s").startswith("https://other.example.org/s/invitation/")
        monkeypatch.setenv("STEERCO_ADDRESS", "board.example.org")
        wrong = steerco(f"account invite {SLUG} --person chair --json --home", home)
        assert (wrong.code, wrong.error["error"]) == (2, "bad-address")
        assert [address_for_people(host, 80) for host in ("127.0.0.1", "::1", "board")] == [
            "http://127.0.0.1:80",
            "http://[::1]:80",
            "http://board:80",
        ]

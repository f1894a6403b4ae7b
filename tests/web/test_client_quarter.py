"""The client alone lives a quarter of a committee against a real server: each step of the written quarter, as it says."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from tests.databases import STORES
from tests.web.conftest import MOST, Api, Clock
from tests.web.test_web_listeners import served

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.web.app import create_app
from steerco_client import Act, ActDone, ActOutOfOrder, ActRefused, ApiError, Client, InvalidInput, NotVisible

BEGIN = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
QUARTER = Path(__file__).parents[2] / "tenants" / MOST / "demonstration" / "2021-q1.toml"
STOPPED: dict[str, type[ApiError]] = {"refused": ActRefused, "out-of-order": ActOutOfOrder}
FROM_BEFORE = 54
"""The steps of the quarter, by hand: a file that lost half of them would prove less."""


class Life:
    """One committee as its people live it, each with their client. ``known`` are records by the names that steps give."""

    def __init__(self, api: Api, url: str) -> None:
        self.api, self.url = api, url
        self.clients: dict[str, Client] = {}
        self.known: dict[str, str] = {}

    def by(self, who: str) -> Client:
        if who not in self.clients:
            self.clients[who] = self.client(self.api.token(MOST, who))
        return self.clients[who]

    def client(self, secret: str) -> Client:
        """The client of somebody with a token."""
        return Client(self.url, MOST, secret)

    def live(self, step: dict[str, Any]) -> int:
        """Do a step, by each who is named; return how many acts that were."""
        actors = step["by"] if isinstance(step["by"], list) else [step["by"]]
        for who in actors:
            self._live(self.by(who), step)
        self._sees(step)
        return len(actors)

    def _live(self, client: Client, step: dict[str, Any]) -> None:
        on, given = self.known.get(step.get("on", "")), self._given(step.get("with", {}))
        if step.get("expect", "done") != "done":
            with pytest.raises(STOPPED[step["expect"]]) as stopped:
                client.act(step["do"], given, on=on)
            self._because(step, stopped.value.clauses)
            assert set(step.get("who_may", ())) <= {who.subject for who in stopped.value.who_may}
            assert stopped.value.next
            return
        done = client.act(step["do"], given, on=on)
        assert done.ruling.acting_for == step.get("acting_for", done.ruling.acting_for)
        self._because(step, done.ruling.clauses)
        self._note(client, step, done)

    def _because(self, step: dict[str, Any], clauses: tuple[str, ...]) -> None:
        assert set(step.get("because", ())) <= set(clauses), step
        assert not set(step.get("because_not", ())) & set(clauses), step

    def _note(self, client: Client, step: dict[str, Any], done: ActDone) -> None:
        if "as" in step:
            self.known[step["as"]] = done.id
        for name, sought in step.get("finds", {}).items():
            every = self.by("head").list(sought["type"], where=sought["where"], sort="-created_at")
            self.known[name] = next(each["id"] for each in every)
        for claim in step.get("records", ()):
            record = client.read(done.type, self.known[claim["on"]])
            assert record | claim["has"] == record
        for claim in step.get("duties", ()):
            lines = [line for line in self.by("head").duties(of=claim["of"]) if line.duty == claim["duty"]]
            if "on" in claim:
                lines = [line for line in lines if line.record == self.known[claim["on"]]]
            assert claim["state"] in {line.state for line in lines if claim.get("period", line.period) == line.period}, claim
            assert set(claim.get("cites", ())) <= {clause for line in lines for clause in line.cites}

    def _sees(self, step: dict[str, Any]) -> None:
        for claim in step.get("sees", ()):
            type = "meeting" if step["do"].startswith("substitution") else "task"
            if claim["visible"]:
                assert self.by(claim["by"]).read(type, self.known[claim["on"]])["id"] == self.known[claim["on"]]
            else:
                with pytest.raises(NotVisible):
                    self.by(claim["by"]).read(type, self.known[claim["on"]])

    def _given(self, given: Any) -> Any:
        if isinstance(given, dict):
            return {name: self._given(value) for name, value in given.items()}
        if isinstance(given, list):
            return [self._given(each) for each in given]
        return self.known[given[1:]] if isinstance(given, str) and given.startswith("$") else given


@contextmanager
def begun() -> Iterator[tuple[Api, str]]:
    """The committee on its first day, behind a real server whose clock the test moves, and the server's address."""
    store, home, clock = STORES.empty(), Home(shipped()), Clock(BEGIN)
    installation = Installation(store)
    installation.apply(MOST, home.content(MOST), at=BEGIN, who="operator", why="tests", seed=seed)
    with served(create_app(installation, clock=clock)) as (host, port):
        yield Api(installation, clock, None), f"http://{host}:{port}"  # type: ignore[arg-type]  # nobody asks but clients
    store.close()


@pytest.fixture(scope="module")
def life() -> Iterator[Life]:
    """The committee on its first day, lived by clients."""
    with begun() as (api, url):
        life = Life(api, url)
        yield life
        for client in life.clients.values():
            client.close()


def live_a_quarter(life: Life) -> None:
    """Live each step of the written quarter, as it says, and hold the log and the ledger to it."""
    steps, acts = 0, 0
    for case in tomllib.loads(QUARTER.read_text("utf-8"))["case"]:
        zone = life.api.tenant(MOST).snapshot.settings.zone
        for step in case["step"]:
            if at := step.get("at", case["at"] if step is case["step"][0] else None):
                life.api.clock.now = at.replace(tzinfo=zone).astimezone(UTC)
            acts += life.live(step)
            steps += 1
    assert steps >= FROM_BEFORE
    head = life.by("head")
    events = [event for event in head.changes() if event.action == "meeting.conclude"]
    assert [event.at[:7] for event in events] == ["2021-01", "2021-02", "2021-03", "2021-03"]
    assert "quarterly-meeting" in {line.duty for line in head.duties(of="me", state="done")}
    done = {event.seq for event in head.changes()}
    assert len(done) >= acts - 8


def test_it_lives_a_quarter(life: Life) -> None:
    live_a_quarter(life)


def test_a_repeat_by_its_key_is_done_once_and_pages_make_a_whole(life: Life) -> None:
    head, given = life.by("head"), {"body": "working-group", "kind": "regular", "starts_at": datetime(2021, 4, 8, 14)}
    made, again = (life.by("wg-head").act("meeting.convene", given, how=Act(key="once")) for _ in range(2))
    assert (again.id, made.replayed, again.replayed) == (made.id, False, True)
    every = [record["id"] for record in head.list("person", size=200)]
    assert [record["id"] for record in head.list("person", size=3, fields=["state"])] == every
    turned = list(head.list("person", size=3, sort=["state", "-id"], fields=["body"], expand="parties"))
    assert [record["id"] for record in turned] == every[::-1]
    assert all(record["body"] in record["expanded"] for record in turned)
    assert [record["id"] for record in head.every("person", sort="-id", fields=["state"])] == every[::-1]
    day = {"body": "working-group", "kind": "regular", "starts_at": datetime(2021, 4, 9, 14)}
    convene = {"do": "meeting.convene", "with": day}
    done, wrong = life.by("wg-head").acts([convene, {"do": "meeting.convene", "with": {}}], key="several")
    assert isinstance(done, ActDone)
    assert isinstance(wrong, ActRefused)
    assert wrong.clauses == ("3.3",)
    (repeated,) = life.by("wg-head").acts([convene], key="several")
    assert isinstance(repeated, ActDone)
    assert (repeated.id, repeated.replayed) == (done.id, True)
    with pytest.raises(InvalidInput, match="sort"):
        next(head.every("person", sort="colour"))


def test_it_needs_nothing_of_the_server_and_starts_quickly() -> None:
    script = "import sys, steerco_client; print([name for name in sys.modules if name.partition('.')[0] == 'steerco'])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_language_is_asked_for(life: Life) -> None:
    secret, told = life.api.token(MOST, "head"), dict[str, str]()
    for language in ("vi", "en"):
        with Client(life.url, MOST, secret, language=language) as client, pytest.raises(InvalidInput) as wrong:
            client.act("meeting.convene", {"kind": "party"})
        told[language] = wrong.value.fields["kind"]
    assert told["vi"] != told["en"]


def test_its_distribution_holds_it_and_nothing_else(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "core" / "steerco_client"
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("steerco_client-*.whl")
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert {"steerco_client/client.py", "steerco_client/py.typed"} <= names
        assert {name.partition("/")[0] for name in names} == {"steerco_client"}
        (meta,) = (archive.read(name).decode() for name in archive.namelist() if name.endswith("METADATA"))
    assert [line for line in meta.splitlines() if line.startswith("Requires-Dist")] == ["Requires-Dist: httpx2<3,>=2.16"]

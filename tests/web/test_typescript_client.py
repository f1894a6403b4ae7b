"""A client in TypeScript, written by a generator from the document of all committees, type-checked, acts, is refused with the
clause, and lives the same quarter as the client in Python. Its tools come from ``typescript/package-lock.json``, by npm."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import MOST, NATIONAL, Api
from tests.web.test_client_quarter import Life, begun, live_a_quarter
from tests.web.test_web_listeners import served

from steerco.web.app import create_app
from steerco.web.openapi.document import general
from steerco_client.answers import ActDone, DutyLine, FeedItem, act_done, taken
from steerco_client.errors import problem_told

HERE = Path(__file__).with_name("typescript")
WRITTEN = ("acts.ts", "quarter.ts", "globals.d.ts", "tsconfig.json", "package.json")
FLAGS = ("--default-non-nullable=false", "--empty-objects-unknown")
"""As docs/api.md gives them: an input with a default may be left out, and an object without named members holds anything."""
NO_NODE = "NOT TESTED: node or npm is not installed, so no client in TypeScript was made"


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder with what the lock file names, installed once for all runs."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip(NO_NODE)
    lock = (HERE / "package-lock.json").read_bytes()
    folder = Path(sys.prefix) / f"typescript-{sha256(lock).hexdigest()[:12]}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(HERE / name, folder)
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            try:
                subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=120)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                pytest.skip("NOT TESTED: npm cannot get the tools of typescript/package-lock.json, so no client was made")
            (folder / "whole").touch()
    return folder


@pytest.fixture(scope="module")
def client(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the client was written and compiled under the strict rules."""
    folder = tmp_path_factory.mktemp("typescript")
    for name in WRITTEN:
        shutil.copy(HERE / name, folder)
    (folder / "node_modules").symlink_to(tools / "node_modules")
    (folder / "openapi.json").write_bytes(general())
    run(folder, "openapi-typescript", "openapi.json", "--output", "api.d.ts", *FLAGS)
    run(folder, "tsc")
    return folder


def run(folder: Path, tool: str, *given: str) -> None:
    said = subprocess.run([folder / "node_modules/.bin" / tool, *given], cwd=folder, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.fixture(scope="module")
def told(api: Api, client: Path) -> dict[str, Any]:
    """What the client met with at a real server."""
    with served(create_app(api.installation, clock=api.clock)) as (host, port):
        secrets = [api.token(NATIONAL, who) for who in ("chair", "vice-chair")]
        command = ["node", "made/acts.js", f"http://{host}:{port}", NATIONAL, *secrets]
        env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        said = subprocess.run(command, cwd=client, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_it_acts_once_and_reads_what_it_made(api: Api, told: dict[str, Any]) -> None:
    assert told["me"] == api.person(NATIONAL, "chair")
    assert told["done"]["state"] == "convened"
    assert told["again"] == [True, told["done"]["id"]]
    assert (told["read"]["id"], told["read"]["kind"]) == (told["done"]["id"], "ad-hoc")


def test_it_is_refused_with_the_clause_and_who_may(told: dict[str, Any]) -> None:
    assert told["refused"]["status"] == 403
    assert "3.3" in told["refused"]["clauses"]
    assert "chair" in [who["subject"] for who in told["refused"]["who"]]
    assert told["why"]["outcome"] == "refused"
    assert told["why"]["clauses"] == told["refused"]["clauses"]
    assert (told["wrong"]["status"], "kind" in told["wrong"]["fields"]) == (422, True)


def test_pages_make_a_whole(api: Api, told: dict[str, Any]) -> None:
    items = api.as_("chair")("GET", "/person?limit=200&sort=-ref").json()["items"]
    assert told["people"] == [item["ref"] for item in items]
    assert len(items) > 6


class Script:
    """The client in TypeScript in somebody's name, asked as the client in Python is. ``node`` does one line after the other."""

    def __init__(self, node: subprocess.Popen[str], secret: str) -> None:
        self.node, self.secret = node, secret

    def ask(self, ask: str, type: str = "", on: str | None = None, **more: Any) -> dict[str, Any]:
        asked = {"secret": self.secret, "ask": ask, "type": type, "on": on, "action": "", "body": {}, "query": {}} | more
        assert self.node.stdin
        assert self.node.stdout
        self.node.stdin.write(json.dumps(asked, default=lambda value: value.isoformat()) + "\n")
        self.node.stdin.flush()
        answer = json.loads(self.node.stdout.readline())
        if answer["status"] >= 400:
            raise problem_told(answer["status"], answer["told"])
        found: dict[str, Any] = answer["told"]
        return found

    def act(self, do: str, given: dict[str, Any], on: str | None = None) -> ActDone:
        type, _, action = do.partition(".")
        return act_done(self.ask("act", type, on, action=action, body=given))

    def read(self, type: str, id: str) -> dict[str, Any]:
        return self.ask("read", type, id)

    def list(self, type: str, *, where: dict[str, Any], sort: str) -> Sequence[dict[str, Any]]:
        found: Sequence[dict[str, Any]] = self.ask("list", type, query={**where, "sort": sort})["items"]
        return found

    def duties(self, **query: str) -> Sequence[DutyLine]:
        return [taken(DutyLine, each) for each in self.ask("duties", query=query)["items"]]

    def changes(self) -> Sequence[FeedItem]:
        return [taken(FeedItem, each) for each in self.ask("changes")["items"]]


class Scripted(Life):
    """The committee as its people live it, each by a client in TypeScript."""

    node: subprocess.Popen[str]

    def client(self, secret: str) -> Any:
        return Script(self.node, secret)


def test_it_lives_the_quarter_that_the_client_in_python_lives(client: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with begun() as (api, url):
        life = Scripted(api, url)
        command = ["node", "made/quarter.js", url, MOST]
        with subprocess.Popen(
            command, cwd=client, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as life.node:
            live_a_quarter(life)
            assert life.node.stdin
            life.node.stdin.close()
            assert life.node.wait(60) == 0

"""A client in TypeScript, written by a generator from the document of all committees, type-checked, acts and is refused with the
clause. Its tools come from ``typescript/package-lock.json``, by npm."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import NATIONAL, Api
from tests.web.test_web_listeners import served

from steerco.web.app import create_app
from steerco.web.openapi.document import general

HERE = Path(__file__).with_name("typescript")
WRITTEN = ("acts.ts", "globals.d.ts", "tsconfig.json", "package.json")
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

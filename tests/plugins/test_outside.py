"""A plugin that lies outside the repository: installed by pip, used by one committee, taken away again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.conftest import FLEET, SETTINGS, WITH, WITHOUT, switched_on

from steerco.tenancy.home import Home, shipped

MAIN = "from steerco.cli.main import main; main()"
pytestmark = pytest.mark.xdist_group("installs")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip installs, on the path of the commands below: the environment itself stays as it is."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with both committees, one of which wants the plugin."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("tenants", "policies"):
        shutil.copytree(Home(shipped()).folder / name, folder / name)
    toml = folder / "tenants" / WITH / "tenant.toml"
    content = switched_on({f"tenants/{WITH}/tenant.toml": toml.read_text()}, WITH, "steerco_fleet", settings=SETTINGS)
    toml.write_text(content[f"tenants/{WITH}/tenant.toml"])
    return folder


def steerco(site: Path, home: Path, *words: str) -> tuple[int, Any]:
    """The command, in a process that knows what lies in ``site``; its exit code and its answer."""
    env = {**os.environ, "PYTHONPATH": str(site), "STEERCO_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", MAIN, *words, "--json"], env=env, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else done.stderr


def act(site: Path, home: Path, slug: str, by: str, action: str, given: dict[str, Any]) -> tuple[int, Any]:
    """An act by the command line."""
    return steerco(site, home, "do", slug, "--by", by, action, "--with", json.dumps(given))


def test_it_is_installed_used_and_taken_away(site: Path, home: Path, tmp_path: Path) -> None:
    package = shutil.copytree(FLEET, tmp_path / "fleet")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    assert steerco(site, home, "tenant", "check", WITH)[1][0]["code"] == "no-plugin"
    assert steerco(site, home, "tenant", "apply", WITHOUT)[0] == 0, "there is a database before there is the plugin"
    subprocess.run([*pip, "--target", str(site), str(package)], check=True)
    assert steerco(site, home, "tenant", "apply", WITH)[0] == 0

    vehicle = {"name": "Bus", "seats": 9, "keeper": "head"}
    assert act(site, home, WITH, "head", "x-fleet-vehicle.register", vehicle)[1]["outcome"] == "done"
    assert steerco(site, home, "x", "steerco_fleet", "count", "--tenant", WITH)[1] == {"said": "1"}
    assert act(site, home, WITHOUT, "chair", "x-fleet-vehicle.register", vehicle)[1]["outcome"] == "invalid"
    assert steerco(site, home, "log", "rebuild", WITH)[0] == 0

    shutil.rmtree(site / "steerco_fleet")
    shutil.rmtree(next(site.glob("steerco_fleet-*.dist-info")))
    code, said = steerco(site, home, "plugin", "list")
    assert code == 1
    assert [(each["name"], each["state"]) for each in said["plugins"] if "fleet" in each["name"]] == [
        ("steerco_fleet", "not-installed")
    ]
    assert [each["rows"] for each in said["left_behind"]] == [{"x_fleet_vehicle": 1}]
    meeting = {"kind": "ad-hoc", "starts_at": "2030-02-14T09:00:00"}
    assert act(site, home, WITH, "head", "meeting.convene", meeting)[1]["outcome"] == "done"
    assert act(site, home, WITHOUT, "chair", "meeting.convene", meeting)[1]["outcome"] == "done"
    assert steerco(site, home, "log", "verify", WITH)[0] == 0

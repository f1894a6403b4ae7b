"""A plugin that lies outside the repository: installed by pip, used by one committee, taken away again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.conftest import FLEET, SETTINGS, WITH, WITHOUT, switched_on
from tests.plugins.environment import OFFLINE, Environment

from steerco.configuration.home import Home, shipped

pytestmark = pytest.mark.xdist_group("installs")
MEETING = {"kind": "ad-hoc", "starts_at": "2030-02-14T09:00:00"}


class Committees:
    """A home with both committees, one of which wants the plugin, and an environment in which pip installs and takes away."""

    def __init__(self, folder: Path) -> None:
        self.environment = Environment(folder)
        for name in ("tenants", "policies"):
            shutil.copytree(Home(shipped()).folder / name, folder / "home" / name)
        self.toml = folder / "home" / "tenants" / WITH / "tenant.toml"
        self.without = self.toml.read_text()
        content = switched_on({f"tenants/{WITH}/tenant.toml": self.without}, WITH, "steerco_fleet", settings=SETTINGS)
        self.toml.write_text(content[f"tenants/{WITH}/tenant.toml"])

    def switch_off(self) -> None:
        """Take the plugin out of the committee's files."""
        self.toml.write_text(self.without)

    def steerco(self, *words: str) -> tuple[int, Any]:
        """The command's exit code and its answer."""
        done = self.environment.steerco("--home", "home", *words, "--json")
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else done.stderr

    def do(self, slug: str, by: str, action: str, given: dict[str, Any]) -> str:
        """The outcome of an act by the command line."""
        return str(self.steerco("do", slug, "--by", by, action, "--with", json.dumps(given))[1]["outcome"])


@pytest.fixture
def here(tmp_path: Path) -> Committees:
    return Committees(tmp_path)


def test_it_is_installed_used_and_taken_away(here: Committees, tmp_path: Path) -> None:
    package = shutil.copytree(FLEET, tmp_path / "fleet")
    assert here.steerco("tenant", "check", WITH)[1][0]["code"] == "no-plugin"
    assert here.steerco("tenant", "apply", WITHOUT)[0] == 0, "there is a database before there is the plugin"
    here.environment.pip("install", *OFFLINE, str(package))
    code, said = here.steerco("plugin", "list")
    assert code == 1
    assert [each["state"] for each in said["plugins"] if each["name"] == "steerco_fleet"] == ["tables-behind"]
    assert "steerco db upgrade" in here.steerco("tenant", "apply", WITH)[1], "nothing migrates unasked"
    assert here.steerco("db", "upgrade")[0] == 0
    assert here.steerco("tenant", "apply", WITH)[0] == 0

    vehicle = {"name": "Bus", "seats": 9, "keeper": "head"}
    assert here.do(WITH, "head", "x-fleet-vehicle.register", vehicle) == "done"
    assert here.steerco("x", "steerco_fleet", "count", "--tenant", WITH)[1] == {"said": "1"}
    assert here.do(WITHOUT, "chair", "x-fleet-vehicle.register", vehicle) == "invalid"
    assert here.steerco("log", "rebuild", WITH)[0] == 0

    here.environment.pip("uninstall", "--yes", "steerco-fleet")
    code, said = here.steerco("plugin", "list")
    assert code == 1
    assert [each["state"] for each in said["plugins"] if each["name"] == "steerco_fleet"] == ["not-installed"]
    assert [each["rows"] for each in said["left_behind"]] == [{"x_fleet_vehicle": 1}]
    listed = {each["slug"]: each["refused"] for each in here.steerco("tenant", "list")[1]}
    assert listed == {WITH: {"steerco_fleet": ["meeting.convene", "x-fleet-vehicle.book"]}, WITHOUT: {}}
    said = here.environment.steerco(
        "--home", "home", "do", WITH, "--by", "head", "meeting.convene", "--with", json.dumps(MEETING)
    )
    assert said.returncode != 0
    assert "by steerco:plugin-missing" in said.stdout
    assert "mend: the operator installs or mends the plugin" in said.stdout
    assert here.do(WITHOUT, "chair", "meeting.convene", MEETING) == "done"
    assert here.steerco("log", "verify", WITH)[0] == 0
    found = [each for each in here.steerco("doctor")[1]["checks"] if each["what"] == WITH and "meeting.convene" in each["said"]]
    assert [(each["state"], "install it again" in each["mend"]) for each in found] == [("problem", True)]

    here.switch_off()
    told = here.environment.steerco("--home", "home", "tenant", "plan", WITH).stdout
    assert "steerco_fleet switched off: its rules would no longer judge: convene a meeting" in told
    assert here.steerco("tenant", "apply", WITH)[0] == 0
    assert here.do(WITH, "head", "meeting.convene", MEETING) == "done"

"""``plugin new``: what it writes installs, passes its own tests, and is listed at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = "from steerco.cli.main import main; main()"
pytestmark = pytest.mark.xdist_group("installs")


def steerco(*words: str, cwd: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """The command, in a process that knows what lies in ``site``."""
    env = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run([sys.executable, "-c", MAIN, *words], cwd=cwd, env=env, capture_output=True, text=True, check=False)


def test_a_new_plugin_installs_passes_its_tests_and_is_listed(tmp_path: Path) -> None:
    site = tmp_path / "site"
    made = steerco("plugin", "new", "steerco-my-ministry", cwd=tmp_path, site=site)
    assert made.returncode == 0, made.stderr
    package = tmp_path / "steerco_my_ministry"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(site), str(package)], check=True)
    listed = steerco("plugin", "list", cwd=tmp_path, site=site)
    assert [line.split()[:3] for line in listed.stdout.splitlines() if "my_ministry" in line] == [
        ["steerco_my_ministry", "0.1.0", "runs"]
    ]
    env = {**os.environ, "PYTHONPATH": str(site)}
    own = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=package,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert own.returncode == 0, own.stdout
    assert steerco("plugin", "check", "steerco_my_ministry", cwd=tmp_path, site=site).returncode == 0


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "steerco_there").mkdir()
    again = steerco("plugin", "new", "steerco_there", cwd=tmp_path, site=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr
    wrong = steerco("plugin", "new", "Ministry!", cwd=tmp_path, site=tmp_path)
    assert wrong.returncode == 2
    assert "small Latin letters" in wrong.stderr

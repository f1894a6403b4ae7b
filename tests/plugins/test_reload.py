"""``serve --reload``: a plugin that is saved answers as it is now, without anybody starting the server again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.plugins.conftest import switched_on

from steerco.cli.main import run
from steerco.cli.serve.autoreload import changed_files, times

SLUG = "reloading"
MANIFEST = """
name = "steerco_saved"
version = "1.0.0"
api = "1.0"
title = { vi = "Lưu", en = "Saved" }
capabilities = ["routes"]
"""
CODE = """
from steerco.extension.api import Answer, Route, hookimpl


@hookimpl
def routes(tenant):
    return [Route("said", lambda request: Answer("SAID", media="text/plain"), public=True)]
"""
ENTRY = "[steerco.plugins]\nsteerco_saved = steerco_saved\n"
pytestmark = pytest.mark.xdist_group("installs")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder on the import path in which the plugin is installed, as ``pip install -e`` leaves it."""
    site = tmp_path / "site"
    package, info = site / "steerco_saved", site / "steerco_saved-1.0.0.dist-info"
    package.mkdir(parents=True)
    info.mkdir()
    (package / "plugin.toml").write_text(MANIFEST, "utf-8")
    (package / "__init__.py").write_text(CODE.replace("SAID", "first"))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: steerco-saved\nVersion: 1.0.0\n")
    (info / "entry_points.txt").write_text(ENTRY)
    return site


def answer(address: str, wanted: Callable[[str], bool]) -> str:
    """What is answered there, once it is what is wanted; else what was answered last."""
    said = ""
    for _ in range(1500):
        try:
            with urllib.request.urlopen(address, timeout=60) as given:
                said = given.read().decode()
        except urllib.error.HTTPError as error:
            said = str(error.code)
        except OSError:
            said = ""
        if wanted(said):
            break
        time.sleep(0.2)
    return said


def test_a_plugin_that_is_saved_is_in_use_at_once(site: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(["tenant", "new", SLUG, "--home", str(home)]) == 0
    toml = home / "tenants" / SLUG / "tenant.toml"
    texts = {f"tenants/{SLUG}/tenant.toml": toml.read_text("utf-8")}
    if "\nplugins" not in texts[f"tenants/{SLUG}/tenant.toml"]:
        texts = {path: f"plugins = []\n{text}" for path, text in texts.items()}
    toml.write_text(switched_on(texts, SLUG, "steerco_saved")[f"tenants/{SLUG}/tenant.toml"], "utf-8")
    env = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", "from steerco.cli.main import main; main()"]
    subprocess.run([*command, "tenant", "apply", SLUG, "--home", str(home)], env=env, check=True, capture_output=True)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["serve", "--reload", "--port", str(port), "--home", str(home)]
    server = subprocess.Popen([*command, *words], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}/t/{SLUG}/x/steerco_saved/said"
    source = site / "steerco_saved" / "__init__.py"
    try:
        assert answer(address, lambda said: said == "first") == "first"
        source.write_text("this is no Python\n")
        assert answer(address, lambda said: said == "401") == "401", "one that is broken is left out, and the server runs"
        source.write_text(CODE.replace("SAID", "other"))
        assert answer(address, lambda said: said == "other") == "other"
    finally:
        server.send_signal(signal.SIGTERM)
        _, err = server.communicate(timeout=300)
    assert "changed: __init__.py; starting anew" in err
    assert server.returncode == 0
    assert answer(address, lambda said: not said) == "", "the child ends with it"


def test_a_server_that_cannot_start_ends_with_its_message(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "tenants").mkdir(parents=True)
    command = [sys.executable, "-c", "from steerco.cli.main import main; main()", "serve", "--reload", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 1
    assert "no tenant is applied here" in done.stderr


def test_what_the_server_itself_writes_is_no_change(tmp_path: Path) -> None:
    (tmp_path / "tenants" / "a").mkdir(parents=True)
    (tmp_path / "var").mkdir()
    places = [tmp_path / "tenants"]
    file = tmp_path / "tenants" / "a" / "tenant.toml"
    file.write_text("a = 1")
    before = times(places)
    (tmp_path / "var" / "kept.toml").write_text("b = 1")
    (tmp_path / "tenants" / "a" / "notes.pyc").write_text("")
    assert times(places) == before
    file.write_text("a = 12")
    assert changed_files(before, times(places), tmp_path)[0] == "tenant.toml"
    assert "tenant apply" in changed_files(before, times(places), tmp_path)[-1]

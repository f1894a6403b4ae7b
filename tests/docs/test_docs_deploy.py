"""The files to deploy with say what the program knows: its settings, its commands, its limits; and it tells systemd when it is
ready."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from steerco.cli.frame.environment import FILE, SETTINGS
from steerco.cli.serve import readiness
from steerco.cli.serve.commands import serve
from steerco.web.api.stream import HEARTBEAT, LONGEST
from steerco.web.http.limits import Limits

FOLDER = Path(__file__).parents[2] / "docs" / "deploy"
FILES = sorted(path.name for path in FOLDER.iterdir())


def read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def unit() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their capitals
    parser.read_string(read("steerco.service"))
    return parser["Service"]


@pytest.mark.parametrize("name", FILES)
def test_every_setting_is_one_that_is_read(name: str) -> None:
    known = {setting.name for setting in SETTINGS} | {setting.name + FILE for setting in SETTINGS if setting.from_file}
    assert set(re.findall(r"\bSTEERCO_[A-Z_]+\b", read(name))) <= known


def test_the_commands_that_serve_have_options_that_there_are() -> None:
    container = re.findall(r'^CMD \["serve", (.*)\]', read("Containerfile"), re.M)
    words = [shlex.split(unit()["ExecStart"])[2:], [word.strip(' "') for word in container[0].split(",")]]
    for given in words:
        context = serve.make_context("serve", given)
        assert context.params["port"] == 8000


def test_the_unit_walls_the_program_in() -> None:
    service = unit()
    assert service["Type"] == "notify"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ReadWritePaths"] in service["Environment"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="NOT TESTED: systemd-analyze is not installed")
def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    """The program that it starts stands for the one that is installed in /opt."""
    (tmp_path / "steerco.service").write_text(
        read("steerco.service").replace("/opt/steerco/bin/steerco", str(shutil.which("env")))
    )
    run = subprocess.run(["systemd-analyze", "verify", "--man=no", tmp_path / "steerco.service"], capture_output=True, text=True)
    assert "steerco" not in run.stdout + run.stderr, run.stderr
    assert run.returncode == 0, run.stderr


def test_servers_in_front_let_through_what_the_program_takes() -> None:
    nginx = read("nginx.conf")
    assert int(re.findall(r"client_max_body_size (\d+)m;", nginx)[0]) * 1024 * 1024 == Limits().body
    assert int(re.findall(r"proxy_read_timeout (\d+)s;", nginx)[0]) > max(LONGEST, HEARTBEAT)
    for header in ("Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
        assert f"proxy_set_header {header};" in nginx


def test_the_script_of_the_roles_is_a_script() -> None:
    shell = shutil.which("sh")
    assert shell is not None
    subprocess.run([shell, "-n", str(FOLDER / "roles.sh")], check=True)


@pytest.mark.parametrize("hidden", [False, True])
def test_whoever_asked_is_told_when_it_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hidden: bool) -> None:
    name = f"{tmp_path}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(5)
        manager.bind(f"\0{name}" if hidden else name)
        monkeypatch.setenv(readiness.SOCKET, f"@{name}" if hidden else name)
        readiness.tell(readiness.READY)
        assert manager.recv(100) == b"READY=1"
    readiness.tell(readiness.STOPPING)  # nobody listens any more, and nobody is waited for

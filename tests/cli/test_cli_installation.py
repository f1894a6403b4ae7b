"""Tokens, database, doctor, worker, charter: what an operator looks after."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from tests.cli.command import SLUG, Command, edit
from tests.databases import HOMES

from steerco.operations.worker import AHEAD, HELD


def test_a_tokens_secret_is_shown_once_and_revoking_ends_it(steerco: Command, home: Path) -> None:
    issued = steerco(f"token issue {SLUG} --person chair --scope meeting.* --scope read --days 3 --json --home", home).json
    assert issued["person"] == "the-chair"
    assert issued["secret"].startswith("steerco_")
    [listed] = steerco(f"token list {SLUG} --json --home", home).json
    assert (listed["id"], listed["state"], listed["scopes"]) == (issued["id"], "good", ["meeting.*", "read"])
    assert issued["secret"] not in str(HOMES.behind(home, "select * from token"))
    assert steerco(f"token revoke {SLUG} {issued['id']} --home", home).code == 0
    assert steerco(f"token list {SLUG} --json --home", home).json[0]["state"] == "revoked"
    assert steerco(f"token revoke {SLUG} {issued['id']} --home", home).code == 1
    assert "revoked" in steerco(f"token list {SLUG} --home", home).out


def test_a_token_for_nobody_or_for_nothing_is_not_issued(steerco: Command, running: Path) -> None:
    assert steerco(f"token issue {SLUG} --person ghost --home", running).code == 1
    assert steerco(f"token issue {SLUG} --person chair --scope meeting.dance --home", running).code == 2
    assert steerco(f"token issue {SLUG} --person chair --days 0 --home", running).code == 2
    assert steerco(f"token issue {SLUG} --person steerco --home", running).code == 1


def test_the_database_is_made_and_brought_up_by_one_command(steerco: Command, files: Path) -> None:
    first = steerco("db upgrade --json --home", files).json
    assert first["was"] == "empty"
    assert steerco("db upgrade --json --home", files).json == {"was": "current", "version": first["version"]}


@pytest.mark.parametrize(("version", "code"), [("0000", "database-older"), ("9999", "database-newer")])
def test_a_database_of_another_release_is_left_alone(version: str, code: str, steerco: Command, home: Path) -> None:
    HOMES.behind(home, f"update alembic_version set version_num = '{version}'")
    ran = steerco(f"log verify {SLUG} --json --home", home)
    assert (ran.code, ran.error["error"]) == (1, code)
    doctor = steerco("doctor --json --home", home)
    assert doctor.code == 1
    assert next(check["mend"] for check in doctor.json["checks"] if check["what"] == "database")


def test_an_address_that_is_none_is_told(steerco: Command, running: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("mysql://x", "nonsense", "postgresql+psycopg://nobody@127.0.0.1:1/none"):
        monkeypatch.setenv("STEERCO_DATABASE_URL", url)
        ran = steerco(f"log verify {SLUG} --home", running)
        assert ran.code == 1, url
        assert len(ran.err.strip().splitlines()) == 1
        ill = steerco("doctor --json --home", running)
        assert (ill.code, [each["what"] for each in ill.json["checks"] if each["state"] == "problem"]) == (1, ["database"])
    assert "the address leads to it" in ran.err
    assert "sqlalche" not in ran.err


def test_doctor_finds_nothing_in_a_sound_home_and_a_mend_for_everything_else(steerco: Command, home: Path) -> None:
    sound = steerco("doctor --json --home", home)
    assert (sound.code, sound.json["ok"]) == (0, True)
    assert steerco(f"log head {SLUG} --home", home).code == 0
    key = home / "var" / "checkpoint.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    edit(home / "tenants" / SLUG / "charter.toml", 'cite = ["2.1"]', 'cite = ["9.9"]')
    ill = steerco("doctor --json --home", home)
    assert ill.code == 1
    problems = [check for check in ill.json["checks"] if check["state"] == "problem"]
    assert {check["what"] for check in problems} == {"key", SLUG}
    assert all(check["mend"] for check in problems)
    text = steerco("doctor --home", home)
    assert "-> chmod 600" in text.out


def _key_gone(home: Path) -> None:
    (home / "var" / "checkpoint.key").unlink()


def _database_gone(home: Path) -> None:
    for path in (home / "var").glob("steerco.db*"):
        path.unlink()


def _line_spoiled(home: Path) -> None:
    with (home / "var" / "checkpoints" / f"{SLUG}.jsonl").open("a") as file:
        file.write("spoiled\n")


@pytest.mark.parametrize(
    ("harm", "what", "said", "mend"),
    [
        (_key_gone, "key", "is gone", "from a backup"),
        (_database_gone, "database", "checkpoints tell of tenants", "steerco restore"),
        (_line_spoiled, "logs", ".jsonl:2 is no checkpoint", "take the line away"),
    ],
    ids=["the key", "the database's file", "a checkpoint"],
)
def test_what_was_lost_beside_the_database_is_a_problem(
    harm: Callable[[Path], None], what: str, said: str, mend: str, steerco: Command, home: Path
) -> None:
    assert steerco(f"log head {SLUG} --home", home).code == 0
    harm(home)
    ill = steerco("doctor --json --home", home)
    [found] = [each for each in ill.json["checks"] if each["state"] == "problem"]
    assert (ill.code, found["what"]) == (1, what)
    assert said in found["said"]
    assert mend in found["mend"]


def test_the_worker_keeps_a_checkpoint_and_does_nothing_twice(steerco: Command, home: Path) -> None:
    kept = home / "var" / "checkpoints" / f"{SLUG}.jsonl"
    assert steerco("work --once --home", home).code == 0
    assert len(kept.read_text().splitlines()) == 1
    assert steerco(f"log verify {SLUG} --json --home", home).json["checkpoints"] == 1
    until = datetime.now(UTC) + (AHEAD - 0.5) * HELD
    HOMES.behind(home, f"insert into lease (name, holder, until) values ('worker', 'another', '{until:%Y-%m-%d %H:%M:%S}')")
    assert steerco("work --once --home", home).code == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.7.7", "::", "everywhere.example"])
def test_a_demonstration_is_not_opened_to_a_network_unasked(steerco: Command, files: Path, host: str) -> None:
    ran = steerco(f"serve --demo --host {host} --json --home", files)
    assert (ran.code, ran.error["error"]) == (2, "open-demonstration")
    assert "--anyone" in ran.error["do"]
    assert not (files / "var").exists(), "nothing is played, and no token issued"
    before = signal.getsignal(signal.SIGTERM)
    try:
        ran = steerco("serve --demo --anyone --host 192.0.2.7 --json --home", files)  # which is no address of this machine
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "WARNING" in ran.err
    assert ran.error["error"] == "port"


def test_serving_needs_a_tenant_and_a_free_port(steerco: Command, files: Path) -> None:
    assert "tenant apply" in steerco("serve --port 8991 --home", files).err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = steerco(f"serve --port {port} --home", files)
    assert ran.code == 2
    assert str(port) in ran.err


def test_a_clause_shows_what_stands_on_it(steerco: Command, written: Path) -> None:
    shown = steerco(f"charter show {SLUG} 2.1 --json --home", written).json
    assert shown["powers"][0] == "chair may meeting.regular.convene"
    assert shown["duties"] == ["cadence 'quarterly-meeting'"]
    assert len(shown["cases"]) == 2
    assert shown["shown"] == []
    house = steerco(f"charter show {SLUG} H.1 --json --home", written).json
    assert house["kind"] == "house"
    assert "did you mean" in steerco(f"charter show {SLUG} 2.2 --home", written).err
    assert "summary (en)" in steerco(f"charter show {SLUG} 2.1 --home", written).out


def test_a_clause_tells_what_is_information_apart(steerco: Command, files: Path) -> None:
    with (files / "tenants" / SLUG / "charter.toml").open("a", encoding="utf-8") as file:
        file.write('[[rule]]\nname = "language"\nvalue = "vi"\neffect = "shown"\ncite = "1.1"\n')
    shown = steerco(f"charter show {SLUG} 1.1 --json --home", files).json
    assert shown["shown"] == ["rule 'language'"]
    assert "rule 'language'" not in shown["rules"]
    assert "information: rule 'language' (nothing runs it)" in steerco(f"charter show {SLUG} 1.1 --home", files).out


def test_coverage_has_the_promised_shape(steerco: Command, written: Path) -> None:
    found = steerco(f"charter coverage {SLUG} --json --home", written).json
    assert set(found) == {"total", "covered", "clauses"}
    assert set(found["clauses"][0]) == {"id", "powers", "duties", "rules", "hooks", "cases"}
    assert not any(clause["id"].startswith("H.") for clause in found["clauses"])


def test_two_versions_are_compared_in_words(steerco: Command, files: Path) -> None:
    folder = files / "tenants" / SLUG
    text = (folder / "charter.toml").read_text("utf-8")
    newer = (
        text.replace("1/EXAMPLE", "2/EXAMPLE").replace("2020-01-01", "2021-07-01").replace('every = "quarter"', 'every = "month"')
    )
    (folder / "charter-2021.toml").write_text(newer, "utf-8")
    edit(folder / "tenant.toml", '["charter.toml"]', '["charter.toml", "charter-2021.toml"]')
    assert steerco("tenant check --home", files).code == 0
    ran = steerco(f"charter diff {SLUG} --from 2021-01-01 --to 2021-12-31 --json --home", files).json
    assert (ran["from"], ran["to"]) == ("1/EXAMPLE", "2/EXAMPLE")
    assert any("every changed from quarter to month" in change["said"] for change in ran["changes"])
    assert steerco(f"charter diff {SLUG} --from 2020-02-01 --to 2021-02-01 --json --home", files).json["changes"] == []
    assert steerco(f"charter diff {SLUG} --from 2019-01-01 --to 2021-02-01 --home", files).code == 1
    assert steerco(f"charter diff {SLUG} --from 2022-01-01 --to 2021-02-01 --home", files).code == 2
    assert steerco(f"charter diff {SLUG} --from soon --to 2021-02-01 --home", files).code == 2


def test_an_import_never_writes_over_a_charter(steerco: Command, files: Path, tmp_path: Path) -> None:
    source = tmp_path / "text.txt"
    source.write_text("nothing that anyone could read", "utf-8")
    charter = files / "tenants" / SLUG / "charter.toml"
    charter.write_text(charter.read_text("utf-8") + "# ours\n", "utf-8")  # the untouched example of a new tenant gives way
    ran = steerco(f"charter import --tenant {SLUG} --home {files}", source)
    assert ran.code == 1
    assert "never writes over" in ran.err
    assert steerco(f"charter import --tenant another --home {files}", source).code == 1
    assert not (files / "tenants" / "another").exists()
    source.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in steerco(f"charter import --tenant another --home {files}", source).err
    assert steerco(f"charter import --tenant Bad --home {files}", source).code == 2


def test_a_regulation_is_imported_by_the_parser_that_knows_it(steerco: Command, tmp_path: Path) -> None:
    sample = Path(__file__).parents[1] / "charter" / "sample-regulation.txt"
    ran = steerco(f"charter import --tenant fresh --json --home {tmp_path}", sample)
    assert ran.code == 0, ran.err
    assert (tmp_path / "tenants" / "fresh" / "charter.toml").is_file()
    assert ran.json["clauses"]
    assert steerco(f"charter import --tenant fresh --home {tmp_path}", sample).code == 1


def test_the_server_prints_where_and_who_answers_and_stops(home: Path, tmp_path: Path) -> None:
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(tmp_path / "notify"))
    manager.settimeout(300)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = "from steerco.cli.main import main; main()"
    command = [sys.executable, "-u", "-c", program, "serve", "--demo", "--port", str(port), "--home", str(home)]
    env = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")}
    server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = server.stdout.readline()
            assert line, server.stderr.read() if server.stderr else ""
            said += line
        assert manager.recv(100) == b"READY=1"
        secret = re.findall(r"the-chair \(chair\): Authorization: Bearer (\S+)", said)[0]
        base = f"http://127.0.0.1:{port}"
        assert f"{base}/t/{SLUG}/" in said
        answer = _get(f"{base}/t/{SLUG}/api/meeting", secret)
        assert "M-20" in answer
        password = re.findall(r"with the password (\S+) as one of", said)[0]
        assert f"chair@{SLUG} (the-chair)" in said
        fields = {"name": f"chair@{SLUG}", "password": password, "to": f"/t/{SLUG}"}
        with httpx.Client(headers={"Accept": "text/html"}, timeout=300, follow_redirects=True) as browser:
            page = browser.post(f"{base}/sign-in", data=fields)
        assert (page.status_code, page.url.path) == (200, f"/t/{SLUG}")
    finally:
        server.send_signal(signal.SIGTERM)
        _, err = server.communicate(timeout=300)
    assert "Traceback" not in err
    assert "stopped by SIGTERM" in err
    with manager:
        assert manager.recv(100) == b"STOPPING=1"


def _get(address: str, secret: str) -> str:
    """Ask until the server listens: it says where before it does."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {secret}"})
    for attempt in range(3000):
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return str(answer.read(), "utf-8")
        except urllib.error.URLError as error:
            if isinstance(error, urllib.error.HTTPError) or attempt == 2999:
                raise
            time.sleep(0.1)
    raise AssertionError("never")

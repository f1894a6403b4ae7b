"""What everyone meets first: help, options, errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.command import Command

from steerco.cli.main import COMMANDS

HEAVY = ("litestar", "sqlalchemy", "alembic", "casbin", "uvicorn", "cryptography")


def imported_by(*arguments: str) -> set[str]:
    """The heavy packages that a process has imported after running the command."""
    program = (
        "import sys\nfrom steerco.cli.main import run\nrun(sys.argv[1:])\n"
        f"print('IMPORTED', *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, timeout=300)
    return set(ran.stdout.rpartition("IMPORTED")[2].split())


def test_help_imports_nothing_heavy() -> None:
    assert imported_by("--help") == set()


def test_writing_a_tenants_files_needs_no_database() -> None:
    assert imported_by("tenant", "new", "--help") == set()


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_help_and_takes_the_common_options(command: str, steerco: Command) -> None:
    ran = steerco(f"{command} --help")
    assert ran.code == 0
    assert "--home" in ran.out
    assert "--json" in ran.out


def test_help_names_what_there_is(steerco: Command) -> None:
    listed = steerco("tenant --help").out.split("Commands:")[1]
    assert {line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "} == {
        *("new", "list", "check", "plan", "apply", "test", "revisions", "rollback", "pull"),
        *("export", "import", "verify", "suspend", "resume", "delete", "erase-person", "register", "link", "people"),
    }


def test_json_and_home_stand_before_or_after_the_command(steerco: Command, written: Path) -> None:
    after = steerco("tenant list --json --home", written)
    before = steerco(f"--json --home {written} tenant list")
    between = steerco(f"tenant --json --home {written} list")
    assert after.json == before.json == between.json
    assert after.json[0]["slug"] == "river-board"


def test_the_home_comes_from_the_environment_or_the_current_folder(
    steerco: Command, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEERCO_HOME", str(written))
    assert steerco("tenant list --json").json[0]["slug"] == "river-board"
    monkeypatch.delenv("STEERCO_HOME")
    monkeypatch.chdir(written)
    assert [row["slug"] for row in steerco("tenant list --json").json] == ["river-board"]


def test_without_a_home_the_tenants_that_come_with_the_program_are_there_and_data_go_to_the_user(
    steerco: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert {"national-committee", "most-steering-board"} <= {row["slug"] for row in steerco("tenant list --json").json}
    told = steerco("doctor --json").json["checks"]
    assert str(tmp_path / "data" / "steerco") in next(check["said"] for check in told if check["what"] == "data")


def test_a_command_that_is_not_understood_is_code_2_and_one_line(steerco: Command, tmp_path: Path) -> None:
    for words in ("nonsense", "tenant nonsense", "explain", "tenant test", "serve --port 99999999", "tenant new Bad_Name"):
        ran = steerco(words, "--home", tmp_path)
        assert ran.code == 2, words
        assert ran.out == ""
        assert len(ran.err.strip().splitlines()) == 1, ran.err
        assert ran.err.startswith("steerco: ")


def test_an_error_is_json_where_json_was_asked_for(steerco: Command, tmp_path: Path) -> None:
    ran = steerco("tenant nonsense --json --home", tmp_path)
    assert ran.code == 2
    assert ran.out == ""
    assert set(ran.error) >= {"error", "message", "do"}
    gone = steerco("tenant list --json --home", tmp_path / "gone")
    assert gone.code == 1
    assert gone.error["error"] == "no-home"
    assert "tenant new" in gone.error["do"]


def test_an_empty_home_says_what_to_do(steerco: Command, tmp_path: Path) -> None:
    for words in ("tenant list", "tenant check", "tenant plan", "tenant apply"):
        ran = steerco(words, "--home", tmp_path)
        assert ran.code == 1, words
        assert "tenant new" in ran.err
    for words in ("explain x --by y --do a.b", "duties x", "charter coverage x", "actions x", "tenant test x"):
        ran = steerco(words, "--home", tmp_path)
        assert ran.code == 1, words
        assert "'x'" in ran.err
        assert "`steerco tenant new x`" in ran.err
    assert steerco("doctor", "--home", tmp_path).code == 0


def test_the_installed_command_answers_in_json_on_stdout_only(written: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from steerco.cli.main import main; main()", "tenant", "check", "--json", "--home", str(written)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0
    assert json.loads(ran.stdout) == []


def test_output_that_nobody_reads_to_its_end_is_no_error(written: Path) -> None:
    command = f"{sys.executable} -c 'from steerco.cli.main import main; main()' actions river-board --home {written} | head -1"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=300, check=True)
    assert "Traceback" not in ran.stderr

"""The same commands on PostgreSQL: the owner migrates, another role serves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.command import SLUG, Command
from tests.store import postgres


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    yield from postgres.serve()


def test_a_tenant_lives_on_postgresql_as_in_the_file(
    steerco: Command, files: Path, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.create("cli")
    monkeypatch.setenv("STEERCO_DATABASE_URL", server.url("cli", postgres.SERVING))
    monkeypatch.setenv("STEERCO_OPERATOR_URL", server.url("cli", postgres.OWNER))
    empty = steerco(f"tenant apply {SLUG} --json --home", files)
    assert (empty.code, empty.error["error"]) == (1, "database-empty")
    [ill] = [each for each in steerco("doctor --json --home", files).json["checks"] if each["state"] == "problem"]
    assert "db upgrade" in ill["mend"]
    unknown = steerco("db upgrade --role nobody_such --json --home", files)
    assert (unknown.code, unknown.error["error"]) == (1, "no-role")
    assert "GRANT" not in unknown.error["message"]
    assert steerco(f"db upgrade --role {postgres.OWNER} --home", files).code == 0
    [ill] = [each for each in steerco("doctor --json --home", files).json["checks"] if each["state"] == "problem"]
    assert "no right" in ill["said"]
    assert "--role" in ill["mend"]
    refused = steerco(f"tenant apply {SLUG} --json --home", files)
    assert (refused.code, refused.error["error"]) == (1, "no-right")
    assert "--role" in refused.error["do"]
    assert steerco("db upgrade --home", files).code == 0  # to the role that serves by the address
    applied = steerco(f"tenant apply {SLUG} --json --home", files)
    assert applied.code == 0, applied
    assert applied.json["revision"] == 1
    meeting = json.dumps({"kind": "regular", "starts_at": "2027-01-05T09:00:00"})
    assert steerco(f"do {SLUG} --by chair meeting.convene --home {files} --with", meeting).code == 0
    given = json.dumps({"text": "x", "tasks": [{"title": "t", "to": "member-a"}]})
    assert steerco(f"do {SLUG} --by chair direction.issue --home {files} --with", given).code == 0
    for words in ("log verify", "log replay", "log rebuild"):
        ran = steerco(f"{words} {SLUG} --json --home", files)
        assert (ran.code, ran.json["ok"]) == (0, True), ran.out
    assert steerco("work --once --home", files).code == 0
    assert steerco("doctor --json --home", files).code == 0
    assert not (files / "var" / "steerco.db").exists()

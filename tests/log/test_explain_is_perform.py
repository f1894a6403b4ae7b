"""What `explain` answers is what would happen: held to the kernel's own dry run, over everybody and many acts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.databases import STORES

from steerco.cli.main import run
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.explain import explain
from steerco.kernel.perform import perform
from steerco.operations.onboarding import seeding
from steerco.records import Stopped

NOW = datetime(2021, 2, 3, 2, tzinfo=UTC)
PEOPLE = ("the-chair", "the-vice-chair", "member-a", "the-secretary")
REGULAR = {"kind": "regular", "starts_at": "2021-02-10T09:00:00"}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """The tenant that `tenant new` writes, with records in several states, and the Chair away in March."""
    folder = tmp_path_factory.mktemp("home")
    assert run(["tenant", "new", "board", "--home", str(folder)]) == 0
    store = STORES.empty()
    installation = Installation(store)
    content = Home(folder).content("board")
    tenant = installation.apply("board", content, at=NOW, who="test", why="test", seed=seeding())
    perform(tenant, ActRequest("the-chair", "meeting.convene", input=REGULAR, at=NOW))
    opened = perform(tenant, ActRequest("the-chair", "meeting.convene", input=REGULAR, at=NOW)).id
    perform(tenant, ActRequest("the-chair", "meeting.open", on=opened, at=NOW))
    task = perform(tenant, ActRequest("the-chair", "task.assign", input={"title": "t", "to": "member-a"}, at=NOW)).id
    perform(tenant, ActRequest("the-chair", "task.assign", input={"title": "u", "to": "agency-a"}, at=NOW))
    perform(tenant, ActRequest("member-a", "task.report-done", on=task, at=NOW))
    away = {"who": "chair", "from": "2021-03-01", "to": "2021-03-31"}
    perform(tenant, ActRequest("the-secretary", "officer-absence.record", input=away, at=NOW))
    yield tenant
    store.close()


ACTS: list[tuple[str, str | None, dict[str, Any]]] = [
    ("meeting.convene", None, REGULAR),
    ("meeting.convene", None, {**REGULAR, "kind": "ad-hoc"}),
    ("meeting.open", "M-2021-001", {}),
    ("meeting.open", "M-2021-002", {}),
    ("meeting.conclude", "M-2021-001", {"text": "x"}),
    ("meeting.conclude", "M-2021-002", {"text": "x"}),
    ("meeting.close", "M-2021-002", {}),
    ("meeting.set-agenda", "M-2021-001", {"items": [{"title": "x"}]}),
    ("meeting.open", "M-2021-009", {}),
    ("direction.issue", None, {"text": "x", "to": ["member-a"]}),
    ("task.assign", None, {"title": "t", "to": "member-a"}),
    ("task.assign", None, {"title": "t", "to": "the-secretary"}),
    ("task.assign", None, {"title": "t", "to": "nobody-there"}),
    ("task.confirm", "T-2021-001", {}),
    ("task.confirm", "T-2021-002", {}),
    ("task.report-done", "T-2021-001", {}),
    ("task.report-progress", "T-2021-002", {"text": "x"}),
    ("absence-request.request", None, {"meeting": "M-2021-001", "reason": "x"}),
    ("absence-request.request", None, {"meeting": "M-2021-009", "reason": "x"}),
    ("person.add", None, {"name": "x"}),
    ("appointment.appoint", None, {"person": "member-a", "seat": "secretary"}),
    ("appointment.end", "A-2021-001", {}),
    ("meeting.dance", None, {}),
    ("meeting.convene", None, {"kind": "secret"}),
    ("meeting.convene", None, {"kind": "regular", "starts_at": "0001-01-01T00:00:00"}),
    ("meeting.convene", None, {"kind": "regular", "starts_at": "9999-12-31T23:00:00-14:00"}),
    ("task.assign", None, {"title": "t\0", "to": "member-a"}),
    ("task.assign", None, {"title": "t", "to": "\ud800"}),
    ("absence-request.request", None, {"meeting": "M-2021-001\0", "reason": "x"}),
]


NAMES = [ascii(f"{action} {on or ''} {given.get('kind', given.get('to', ''))}") for action, on, given in ACTS]


@pytest.mark.parametrize("later", [0, 30], ids=["the Chair is here", "the Chair is away"])
@pytest.mark.parametrize(("action", "on", "given"), ACTS, ids=NAMES)
def test_the_answer_is_what_would_happen(action: str, on: str | None, given: dict[str, Any], later: int, board: Tenant) -> None:
    at = NOW + timedelta(days=later)
    for who in PEOPLE:
        with board.store.read(board.id) as session:
            try:
                decision = explain(board, session, ActRequest(who, action, on=on, input=given, at=at))
                told = (decision.outcome, tuple(each.clause for each in decision.because), decision.acting_for)
            except Stopped as stopped:
                told = (stopped.outcome, (), "")
        try:
            done = perform(board, ActRequest(who, action, on=on, input=given, at=at, dry_run=True)).decision
            happened = (done.outcome, tuple(each.clause for each in done.because), done.acting_for)
        except Stopped as stopped:
            refused = getattr(stopped, "decision", None)
            clauses = tuple(each.clause for each in refused.because) if refused else getattr(stopped, "cites", ())
            happened = (stopped.outcome, clauses, told[2])
        assert told == happened, who

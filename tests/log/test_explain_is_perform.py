"""What `explain` answers is what would happen: held to the kernel's own dry run, over everybody and many acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
from steerco.records import Refused, Stopped

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
        act = ActRequest(who, action, on=on, input=given, at=at)
        assert asked(board, act) == happened(board, replace(act, dry_run=True)), who


Answer = tuple[str, tuple[str, ...], str | None]
"""The outcome, the clauses, and for whom the act is done; None where what stopped it does not tell."""


def asked(board: Tenant, act: ActRequest) -> Answer:
    """What `explain` says. Only who is absent is acted for, also where the act is out of order."""
    with board.store.read(board.id) as session:
        try:
            decision = explain(board, session, act)
        except Stopped as stopped:
            return stopped.outcome, (), None
    acting_for = decision.acting_for
    assert acting_for in ("", "chair" if act.at > NOW and act.actor == "the-vice-chair" else "")
    clauses = tuple(each.clause for each in decision.because)
    return decision.outcome, clauses, None if decision.outcome == "out-of-order" else acting_for


def happened(board: Tenant, act: ActRequest) -> Answer:
    """What the kernel does, without writing."""
    try:
        decision = perform(board, act).decision
    except Refused as refused:
        decision = refused.decision
    except Stopped as stopped:
        return stopped.outcome, tuple(getattr(stopped, "cites", ())), None
    return decision.outcome, tuple(each.clause for each in decision.because), decision.acting_for


def test_the_one_who_acts_for_the_absent_chair_is_told_so_by_both(board: Tenant) -> None:
    act = ActRequest("the-vice-chair", "meeting.convene", input=REGULAR, at=NOW + timedelta(days=30))
    assert asked(board, act) == happened(board, replace(act, dry_run=True)) == ("done", ("2.1", "1.2"), "chair")

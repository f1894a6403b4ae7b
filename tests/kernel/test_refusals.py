"""Refused acts are counted by month, act and clauses, and leave nothing else: no event, no write, no name."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from tests.committee.conftest import MORNING

from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import Refused
from steerco.store import log
from steerco.store.engine import Store
from steerco.store.refusals import RefusalKey, counted
from steerco.store.tables import RefusalCount

SLUG = "library-board"
MONTH = f"{MORNING:%Y-%m}"
ADD = ActRequest("steerco", "person.add", MORNING, input={"id": "somebody", "name": "Somebody"})


def refuse(installation: Installation, *, dry_run: bool = False, by: str = "khanh") -> tuple[str, ...]:
    request = ActRequest(by, "meeting.convene", MORNING, input={"kind": "regular", "starts_at": MORNING}, dry_run=dry_run)
    with pytest.raises(Refused) as stopped:
        perform(installation.tenant(SLUG), request)
    return tuple(sorted({each.clause for each in stopped.value.decision.because}))


def written(installation: Installation) -> dict[tuple[str, str], int]:
    tenant = installation.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        return dict(counted(session, tenant.id, MONTH, MONTH))


def test_a_refused_act_writes_nothing_and_is_counted_with_the_next_that_is_done(installation: Installation) -> None:
    tenant = installation.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        before = log.head(session)
    clauses = refuse(installation)
    refuse(installation)
    refuse(installation, dry_run=True)  # nobody tried to do it
    with tenant.store.read(tenant.id) as session:
        assert log.head(session) == before
    assert written(installation) == {}
    perform(tenant, ADD)
    assert written(installation) == {("meeting.convene", ",".join(clauses)): 2}
    with tenant.store.read(tenant.id) as session:
        rows = [
            {column.name: getattr(row, column.name) for column in RefusalCount.__table__.columns}
            for row in session.scalars(select(RefusalCount).where(RefusalCount.tenant_id == tenant.id))
        ]
    assert [set(row) for row in rows] == [{"tenant_id", "month", "action", "clauses", "number"}]
    assert "khanh" not in str(rows)


def test_what_could_not_be_written_is_counted_still(installation: Installation) -> None:
    tenant, clauses = installation.tenant(SLUG), refuse(installation)
    refuse(installation, by="hoa")  # stopped too: what was taken for it is given back
    perform(tenant, ADD)
    assert written(installation) == {("meeting.convene", ",".join(clauses)): 2}


def test_a_store_that_is_closed_writes_what_it_counted(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path)
    store.upgrade()
    store.refusals.count(1, MONTH, "meeting.convene", ("3.3", "7.1"))
    store.close()
    again = Store.open(None, tmp_path)
    with again.read(1) as session:
        assert counted(session, 1, MONTH, MONTH) == {("meeting.convene", "3.3,7.1"): 1}
    again.close()


def test_what_is_held_in_memory_is_bounded(tmp_path: Path) -> None:
    store = Store.memory()
    for number in range(2_000):
        store.refusals.count(1, MONTH, f"meeting.act-{number}", ())
    with store.refusals.taken(1) as counts:
        assert len(counts) == 500
        assert RefusalKey(MONTH, "meeting.act-0", "") in counts

"""Suspend, resume, delete after a waiting period, erase a person: what each leaves, who is told, and what cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlalchemy import update
from tests.databases import everything
from tests.lifecycle.conftest import BOARD, EMAIL, LATER, NAME, Moved, act, hashes, sound

from steerco.configuration.installation import Installation, NoTenant
from steerco.configuration.revisions import breaks
from steerco.operations import erasure, lifecycle, tokens
from steerco.operations.archive.check import check
from steerco.operations.archive.exporter import export
from steerco.operations.archive.importer import bring
from steerco.operations.lifecycle import NotNow
from steerco.operations.worker import Worker
from steerco.records import OutOfOrder
from steerco.store import log, rows
from steerco.store.checkpoint import Seal
from steerco.store.tables import TenantRow as TenantRow
from steerco.store.tenant_status import standing
from steerco.web.app import create_app

CLUB = "reading-club"
SAID = {"at": LATER, "who": "operator", "why": "asked for"}


def stopped(installation: Installation) -> OutOfOrder:
    with pytest.raises(OutOfOrder) as told:
        act(installation.tenant(BOARD), "an", "task.assign", title="Việc", to="binh")
    return told.value


def worked(installation: Installation, folder: Path, days: int) -> None:
    """One step of the worker, so many days later."""
    Worker(installation, "me", lambda: LATER + timedelta(days=days), Seal(folder)).once()


def state_of(installation: Installation, slug: str) -> str:
    with installation.store.unscoped() as session:
        return str(session.query(TenantRow.state).filter(TenantRow.slug == slug).scalar())


# Suspend and resume


def test_a_suspended_tenant_reads_and_does_not_act_until_it_is_resumed(installation: Installation) -> None:
    lifecycle.suspend(installation, BOARD, **SAID)
    told = stopped(installation)
    assert (told.code, told.cites) == ("tenant-suspended", ("steerco:tenant-suspended",))
    assert state_of(installation, BOARD) == "suspended"
    lifecycle.resume(installation, BOARD, **SAID)
    act(installation.tenant(BOARD), "an", "task.assign", title="Việc", to="binh")
    sound(installation, BOARD)
    assert [each.what for each in lifecycle.register(installation, BOARD)] == ["suspend", "resume"]
    assert {each.who for each in lifecycle.register(installation)} == {"operator"}


def test_another_process_goes_by_it_with_its_next_act(installation: Installation) -> None:
    other = Installation(installation.store)
    act(other.tenant(BOARD), "an", "task.assign", title="Việc", to="binh")
    lifecycle.suspend(installation, BOARD, **SAID)
    assert stopped(other).code == "tenant-suspended"
    lifecycle.resume(other, BOARD, **SAID)
    act(installation.tenant(BOARD), "an", "task.assign", title="Việc", to="binh")


def test_over_http_reads_go_on_and_writes_are_told_why(installation: Installation) -> None:
    board = installation.tenant(BOARD)
    secret = tokens.issue(board, "an", ("*",), now=LATER).secret
    headers = {"Authorization": f"Bearer {secret}"}
    given = {"title": "Việc", "to": "binh"}
    with TestClient(create_app(installation, clock=lambda: LATER)) as http:
        assert http.post(f"/t/{BOARD}/api/task", json=given, headers=headers).status_code == 201
        lifecycle.suspend(Installation(installation.store), BOARD, **SAID)
        refused = http.post(f"/t/{BOARD}/api/task", json=given, headers=headers)
        assert refused.status_code == 409
        problem = refused.json()
        assert problem["code"] == "tenant-suspended"
        assert [each["clause"] for each in problem["because"]] == ["steerco:tenant-suspended"]
        assert "tenant resume" in problem["next"]
        assert http.get(f"/t/{BOARD}/api/task", headers=headers).status_code == 200
        asked = http.get(f"/t/{BOARD}/api/explain?do=task.assign", headers=headers)
        assert asked.status_code == 200


STEPS = {
    "suspend": lifecycle.suspend,
    "resume": lifecycle.resume,
    "delete": lifecycle.request_deletion,
    "cancel": lifecycle.cancel_deletion,
}
AFTER = {
    ("active", "suspend"): "suspended",
    ("active", "delete"): "leaving",
    ("suspended", "resume"): "active",
    ("suspended", "delete"): "leaving",
    ("leaving", "cancel"): "active",
}


def test_every_step_from_every_state(installation: Installation) -> None:
    """Each of the twelve pairs is what the table says, or refused with nothing changed."""
    ways = {"active": (), "suspended": ("suspend",), "leaving": ("delete",)}
    back = {"suspended": "resume", "leaving": "cancel"}
    for state, way in ways.items():
        for name, step in STEPS.items():
            for each in way:
                STEPS[each](installation, BOARD, **SAID)
            end = len(hashes(installation, BOARD))
            now = AFTER.get((state, name))
            if now is None:
                with pytest.raises(NotNow):
                    step(installation, BOARD, **SAID)
                assert len(hashes(installation, BOARD)) == end
                now = state
            else:
                step(installation, BOARD, **SAID)
            assert (lifecycle.standing_of(installation.tenant(BOARD)).state, state_of(installation, BOARD)) == (now, now)
            if now != "active":
                STEPS[back[now]](installation, BOARD, **SAID)
    sound(installation, BOARD)


def test_what_was_cut_off_between_log_and_register_is_finished_by_doing_it_again(installation: Installation) -> None:
    lifecycle.suspend(installation, BOARD, **SAID)
    with installation.store.unscoped() as session:
        session.execute(update(TenantRow).where(TenantRow.slug == BOARD).values(state="active"))
    end = len(hashes(installation, BOARD))
    assert lifecycle.suspend(installation, BOARD, **SAID).state == "suspended"
    assert (len(hashes(installation, BOARD)), state_of(installation, BOARD)) == (end, "suspended")


def test_on_postgresql_as_on_sqlite(on_postgresql: Callable[[], Installation], archive: Moved, tmp_path: Path) -> None:
    installation = on_postgresql()
    bring(installation, archive.path, **SAID)
    lifecycle.suspend(installation, BOARD, **SAID)
    assert stopped(installation).code == "tenant-suspended"
    lifecycle.resume(installation, BOARD, **SAID)
    erasure.erase_person(installation, BOARD, "someone", **SAID)
    sound(installation, BOARD)
    lifecycle.request_deletion(installation, BOARD, **SAID)
    head = hashes(installation, BOARD)[-1]
    worked(installation, tmp_path, 31)
    assert installation.slugs() == []
    assert lifecycle.register(installation)[-1].head == head.hex()
    assert left(installation, 1) == []
    bring(installation, archive.path, **SAID)
    sound(installation, BOARD)


# Delete


def left(installation: Installation, number: int) -> list[str]:
    """The tables that still hold a row of a number, and ``files`` where it has files."""
    from sqlalchemy import select

    tables = rows.tables_of(installation.store, number)
    with installation.store.operator_connection() as connection:
        held = [
            str(table.name)
            for table in tables
            if connection.execute(select(table.c.tenant_id).where(table.c.tenant_id == number)).first()
        ]
    return held + (["files"] if list(installation.files.all(number)) else [])


def test_a_deletion_waits_and_nothing_is_done_meanwhile(installation: Installation, tmp_path: Path) -> None:
    asked = lifecycle.request_deletion(installation, BOARD, **SAID, waiting=timedelta(days=10))
    assert asked.due == LATER + timedelta(days=10)
    told = stopped(installation)
    assert (told.code, told.cites, told.params["due"]) == ("tenant-leaving", ("steerco:tenant-leaving",), "2021-03-14")
    worked(installation, tmp_path, 9)
    sound(installation, BOARD)
    export(installation.tenant(BOARD), tmp_path / "last.zip", Seal(tmp_path), at=LATER)


def test_a_deletion_that_was_called_off_is_not_carried_out(installation: Installation, tmp_path: Path) -> None:
    lifecycle.request_deletion(installation, BOARD, **SAID)
    lifecycle.cancel_deletion(installation, BOARD, **SAID)
    worked(installation, tmp_path, 400)
    act(installation.tenant(BOARD), "an", "task.assign", title="Việc", to="binh")
    sound(installation, BOARD)


def test_nobody_is_deleted_at_once(installation: Installation) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        lifecycle.request_deletion(installation, BOARD, **SAID, waiting=timedelta(hours=1))


def test_what_stays_of_a_tenant_is_a_line_that_an_archive_can_be_held_against(installation: Installation, tmp_path: Path) -> None:
    number, club = installation.tenant(BOARD).id, hashes(installation, CLUB)
    lifecycle.request_deletion(installation, BOARD, **SAID)
    seal = Seal(tmp_path)
    export(installation.tenant(BOARD), tmp_path / "last.zip", seal, at=LATER)
    worked(installation, tmp_path, 31)
    assert installation.slugs() == [CLUB]
    with pytest.raises(NoTenant):
        installation.tenant(BOARD)
    assert left(installation, number) == []
    line = lifecycle.register(installation, BOARD)[-1]
    assert (line.what, line.who, line.why) == ("erase", "operator", "asked for")
    from steerco.store.base import owned_tables

    kept = check(tmp_path / "last.zip", {str(table.name): table for table in owned_tables()})
    assert (line.seq, line.head) == (kept.manifest.seq, kept.manifest.head)
    assert hashes(installation, CLUB) == club
    for trace in (NAME.encode(), EMAIL.encode(), "Kiểm kê sách".encode(), "Nội dung".encode()):
        assert trace not in everything(installation.store), trace.decode()


def test_an_erasure_that_is_cut_off_before_the_files_is_finished_by_the_next_step(
    installation: Installation, tmp_path: Path
) -> None:
    number = installation.tenant(BOARD).id
    lifecycle.request_deletion(installation, BOARD, **SAID)
    erasure._erase(installation, BOARD, LATER + timedelta(days=31))
    assert left(installation, number) == ["files"]
    worked(installation, tmp_path, 31)
    assert left(installation, number) == []


def test_one_who_writes_while_it_is_erased_stops_it(installation: Installation, tmp_path: Path) -> None:
    """Called off in the very moment: the log has moved on, and the tenant stays."""
    lifecycle.request_deletion(installation, BOARD, **SAID)
    tenant = installation.tenant(BOARD)
    with tenant.store.read(tenant.id) as session:
        before = log.head(session)
    lifecycle.cancel_deletion(installation, BOARD, **SAID)
    with pytest.raises(erasure.Moved), installation.store.unscoped() as session:
        erasure._hold(session, tenant.id, before)
    sound(installation, BOARD)


def test_the_name_is_free_again_and_other_processes_find_who_has_it_now(
    installation: Installation, archive: Moved, tmp_path: Path
) -> None:
    other = Installation(installation.store)
    old = tokens.issue(other.tenant(BOARD), "an", ("*",), now=LATER).secret
    with TestClient(create_app(other, clock=lambda: LATER)) as http:

        def asked(secret: str) -> int:
            return http.get(f"/t/{BOARD}/api/task", headers={"Authorization": f"Bearer {secret}"}).status_code

        assert asked(old) == 200
        lifecycle.request_deletion(installation, BOARD, **SAID)
        worked(installation, tmp_path, 31)
        assert asked(old) == 401
        brought = bring(installation, archive.path, **SAID)
        fresh = tokens.issue(installation.tenant(BOARD), "an", ("*",), now=LATER).secret
        assert (asked(fresh), asked(old)) == (200, 401)
    assert brought.number != 1


def test_checkpoints_of_the_one_that_is_gone_do_not_accuse_the_next(installation: Installation, tmp_path: Path) -> None:
    seal = Seal(tmp_path)
    worked(installation, tmp_path, 0)
    assert seal.kept(BOARD)
    lifecycle.request_deletion(installation, BOARD, **SAID)
    worked(installation, tmp_path, 31)
    assert seal.kept(BOARD) == []
    assert seal.kept(f"{BOARD}~1")


# A person


def test_a_persons_data_go_everywhere_and_the_chain_stands(installation: Installation, tmp_path: Path) -> None:
    before = hashes(installation, BOARD)
    assert EMAIL.encode() in everything(installation.store)
    made = erasure.erase_person(installation, BOARD, "someone", **SAID)
    assert made.values == 3
    tenant = installation.tenant(BOARD)
    with tenant.store.read(tenant.id) as session:
        assert list(breaks(session)) == []
        assert tenant.directory(session).persons["someone"] == {"vi": "—", "en": "—"}
        assert standing(session).state == "active"
    assert hashes(installation, BOARD)[:-1] == before
    sound(installation, BOARD)
    held = everything(installation.store)
    assert EMAIL.encode() not in held
    assert NAME.encode() not in held
    export(tenant, tmp_path / "a.zip", Seal(tmp_path), at=LATER)


def test_who_came_with_the_files_is_taken_out_of_the_stored_revisions(installation: Installation, tmp_path: Path) -> None:
    mayor = "Chủ tịch thị trấn"
    made = erasure.erase_person(installation, BOARD, "an", **SAID)
    assert made.revisions == (1,)
    tenant = installation.under(BOARD, 1)
    people = tenant.snapshot.content[f"tenants/{BOARD}/people.toml"]
    assert f'"{mayor}"' not in people
    assert '"Phó Chủ tịch thị trấn"' in people
    with tenant.store.read(tenant.id) as session:
        assert list(breaks(session)) == []
    sound(installation, BOARD)
    act(installation.tenant(BOARD), "an", "task.assign", title="Việc", to="binh")
    seal = Seal(tmp_path)
    export(installation.tenant(BOARD), tmp_path / "a.zip", seal, at=LATER)
    other = Installation(installation.store)
    assert bring(other, tmp_path / "a.zip", "elsewhere", **SAID).slug == "elsewhere"
    sound(other, "elsewhere")


def test_a_revision_that_somebody_else_rewrote_is_found_after_an_erasure_too(installation: Installation) -> None:
    from steerco.store.tables import Revision

    erasure.erase_person(installation, BOARD, "an", **SAID)
    with installation.store.unscoped() as session:
        row = session.get_one(Revision, (1, 1))
        row.content = row.content.replace("Phó Chủ tịch", "Chủ tịch")
    tenant = installation.tenant(BOARD)
    with tenant.store.read(tenant.id) as session:
        assert [each.kind for each in breaks(session)] == ["revision"]


def test_only_a_person_who_is_there_is_erased(installation: Installation) -> None:
    end = len(hashes(installation, BOARD))
    with pytest.raises(LookupError):
        erasure.erase_person(installation, BOARD, "nobody", **SAID)
    assert len(hashes(installation, BOARD)) == end


def test_erased_twice_is_erased_once_more(installation: Installation) -> None:
    erasure.erase_person(installation, BOARD, "an", **SAID)
    again = erasure.erase_person(installation, BOARD, "an", **SAID)
    assert again.revisions == ()
    sound(installation, BOARD)

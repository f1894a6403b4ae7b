"""What an attacker, or two steps in the same moment, would make of a tenant's life: nothing comes in with it, nothing stays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, select
from tests.lifecycle.conftest import BOARD, LATER, Moved, act
from tests.lifecycle.test_archive import altered, brought, nothing_came

from steerco.cases.world import seed
from steerco.configuration.apply_checks import Barred
from steerco.configuration.home import BadSlug, Home
from steerco.configuration.installation import Installation, NoTenant
from steerco.operations import erasure, lifecycle, tokens
from steerco.operations.archive.check import BadArchive
from steerco.operations.archive.container import MANIFEST
from steerco.operations.archive.importer import bring
from steerco.operations.archive.manifest import LEFT_OUT, ArchivedTable, encode, table_member
from steerco.operations.archive.manifest import ArchiveManifest as Said
from steerco.records import Invalid
from steerco.store import rows
from steerco.store.base import owned_tables
from steerco.store.checkpoint import Seal
from steerco.store.tables import Revision
from steerco.testkit import SAMPLE

CLUB = "reading-club"
SAID: dict[str, Any] = {"at": LATER, "who": "operator", "why": "asked for"}
TOKEN = {"id": "planted", "person": "an", "hash": tokens.hashed("known to the sender"), "scopes": ["*"], "created_at": LATER}
VALUES: dict[str, dict[str, Any]] = {
    "token": TOKEN,
    "log_head": {"seq": 1, "hash": b"x"},
}
OVER = LATER + timedelta(days=31)


def planted(members: dict[str, bytes], table: str) -> None:
    """A table that no export writes, in an archive that is signed with a key of one's own."""
    columns = rows.names_of(next(each for each in owned_tables() if each.name == table))
    line = rows.encode([VALUES[table].get(name) for name in columns])
    manifest = msgspec.json.decode(members[MANIFEST], type=Said)
    held = ArchivedTable(1, len(line), hashlib.sha256(line).hexdigest(), tuple(columns))
    members[table_member(table)] = line
    members[MANIFEST] = encode(msgspec.structs.replace(manifest, tables={**manifest.tables, table: held}))


def edited(installation: Installation, slug: str = BOARD) -> dict[str, str]:
    """The tenant's files with a comment more."""
    files = Home(SAMPLE).content(slug)
    return files | {f"tenants/{slug}/tenant.toml": files[f"tenants/{slug}/tenant.toml"] + "\n# one more\n"}


def applied(installation: Installation, files: dict[str, str], by: str = "") -> None:
    installation.apply(BOARD, files, at=LATER, who="op", why="", seed=seed, by=by)


def before_it(monkeypatch: pytest.MonkeyPatch, of: Any, name: str, what: Callable[[], object]) -> None:
    """Have something happen once, right before a step."""
    real, todo = getattr(of, name), [what]

    def step(*given: Any, **more: Any) -> Any:
        while todo:
            todo.pop()()
        return real(*given, **more)

    monkeypatch.setattr(of, name, step)


# What comes in with an archive


@pytest.mark.parametrize("table", sorted(VALUES))
def test_nothing_that_opens_a_tenant_comes_in_with_it(table: str, empty: Installation, archive: Moved, tmp_path: Path) -> None:
    """Whoever made the archive would know the secret of the token in it."""
    assert table in LEFT_OUT
    path = altered(archive, tmp_path / "a.zip", lambda members: planted(members, table), signed=True)
    with pytest.raises(BadArchive, match="is in no archive"):
        brought(empty, path)
    nothing_came(empty)


def test_a_name_that_ends_in_a_new_line_is_none(empty: Installation, archive: Moved) -> None:
    with pytest.raises(BadSlug):
        brought(empty, archive.path, "library-board\n")
    nothing_came(empty)


@pytest.mark.parametrize(("action", "field"), [("person.add", "id"), ("channel.offer", "to")])
def test_nor_is_it_one_in_an_act(action: str, field: str, installation: Installation) -> None:
    """Two names that look alike would be two, and a line more would stand in what is signed."""
    given = {"id": "someone-else", "name": "X"} if field == "id" else {}
    with pytest.raises(Invalid) as told:
        act(installation.tenant(BOARD), "steerco", action, **{**given, field: "someone\n"})
    assert field in told.value.fields


# What stays of a tenant


def test_what_is_applied_in_the_moment_of_the_erasure_does_not_stay(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its people would lie under a number that nobody erases again."""
    number = installation.number(BOARD)
    lifecycle.request_deletion(installation, BOARD, **SAID)
    other = Installation(installation.store)
    before_it(monkeypatch, installation, "_revise", lambda: erasure.carry_out(other, Seal(tmp_path), OVER))
    with pytest.raises(NoTenant):
        applied(installation, edited(installation))
    with installation.store.unscoped() as session:
        assert session.scalars(select(Revision.number).where(Revision.tenant_id == number)).all() == []


def test_a_deletion_that_is_stuck_keeps_no_other_waiting(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug in (BOARD, CLUB):
        lifecycle.request_deletion(installation, slug, **SAID)
    with installation.store.operator_connection() as connection:
        connection.exec_driver_sql("CREATE TABLE x_gone_note (tenant_id INTEGER)")
        connection.exec_driver_sql(f"INSERT INTO x_gone_note VALUES ({installation.number(BOARD)})")
    with pytest.raises(rows.UnknownTables):
        erasure.carry_out(installation, Seal(tmp_path), OVER)
    assert installation.slugs() == [BOARD]


def test_a_tenant_that_cannot_be_loaded_is_deleted_all_the_same(installation: Installation, tmp_path: Path) -> None:
    lifecycle.request_deletion(installation, BOARD, **SAID)
    with installation.store.unscoped() as session:
        session.execute(delete(Revision).where(Revision.tenant_id == installation.number(BOARD)))
    assert erasure.carry_out(Installation(installation.store), Seal(tmp_path), OVER) == [BOARD]
    assert installation.slugs() == [CLUB]


# What stays of a person


def test_a_person_goes_however_the_id_is_quoted(installation: Installation) -> None:
    files, path = edited(installation), f"tenants/{BOARD}/people.toml"
    assert '"an"' in files[path]
    applied(installation, files | {path: files[path].replace('"an"', "'an'")})
    assert erasure.erase_person(installation, BOARD, "an", **SAID).revisions == (1, 2)
    for number in (1, 2):
        assert '"Chủ tịch thị trấn"' not in installation.under(BOARD, number).snapshot.content[path]


def test_a_revision_applied_in_the_moment_of_a_person_s_erasure_stops_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the person too: erased of the others only, the person would stay."""
    before_it(monkeypatch, erasure, "digest_of", lambda: applied(Installation(installation.store), edited(installation)))
    with pytest.raises(erasure.Moved):
        erasure.erase_person(installation, BOARD, "an", **SAID)
    assert erasure.erase_person(installation, BOARD, "an", **SAID).revisions == (1, 2)


def test_who_was_erased_and_comes_back_with_an_older_archive_is_told(installation: Installation, archive: Moved) -> None:
    later = SAID | {"at": LATER + timedelta(hours=1)}
    assert bring(installation, archive.path, "before", **later).erased == ()
    erasure.erase_person(installation, BOARD, "someone", **later)
    assert bring(installation, archive.path, "again", **later).erased == ("someone",)


# Who changes a tenant that stands still


@pytest.mark.parametrize("still", [lifecycle.suspend, lifecycle.request_deletion])
def test_no_person_changes_the_configuration_of_a_tenant_that_takes_no_acts(
    still: Callable[..., object], installation: Installation
) -> None:
    files, path = edited(installation), f"tenants/{BOARD}/tenant.toml"
    files[path] += '[administration]\nrisky = ["chair"]\n'
    applied(installation, files)
    still(installation, BOARD, **SAID)
    files[path] += "# another\n"
    with pytest.raises(Barred, match=r"suspended|leaving") as barred:
        applied(installation, files, by="an")
    assert barred.value.decision.basis == "platform"
    assert barred.value.decision.because[0].clause in ("steerco:tenant-suspended", "steerco:tenant-leaving")
    applied(installation, files)
    assert installation.tenant(BOARD).snapshot.revision == 3

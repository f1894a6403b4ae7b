"""A tenant moves in one file: everything arrives, the chain is the same, and what the file must not be is refused by name."""

from __future__ import annotations

import json
import os
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.lifecycle.conftest import BOARD, LATER, Moved, act, hashes, sound

from steerco.committee import record_types
from steerco.configuration.home import BadSlug
from steerco.configuration.installation import Installation
from steerco.operations import tokens
from steerco.operations.archive import manifest
from steerco.operations.archive.check import ArchiveReport, BadArchive, check
from steerco.operations.archive.container import MANIFEST, SIGNATURE, Bounds
from steerco.operations.archive.exporter import FilesMissing, export
from steerco.operations.archive.importer import Taken, bring
from steerco.store import log, rows
from steerco.store.base import owned_tables
from steerco.store.checkpoint import Seal
from steerco.store.tables import TenantRow as TenantRow
from steerco.store.tenant_status import IMPORT


def checked(path: Path, **more: Any) -> ArchiveReport:
    record_types()  # declares their tables
    return check(path, {str(table.name): table for table in owned_tables()}, **more)


def brought(installation: Installation, path: Path, slug: str = "", **more: Any) -> str:
    return bring(installation, path, slug, at=LATER, who="op", why="move", **more).slug


def contents(installation: Installation, slug: str) -> dict[str, list[Any]]:
    """Every row of a tenant but its own number, and the digests of its files."""
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        found = {
            str(table.name): list(map(tuple, rows.read(session, table))) for table in rows.tables_of(tenant.store, tenant.id)
        }
    return found | {"files": list(tenant.files.all(tenant.id))}


def nothing_came(installation: Installation) -> None:
    assert installation.slugs() == []
    assert [digest for number in installation.files.numbers() for digest in installation.files.all(number)] == []
    tables = rows.tables_of(installation.store, 0)
    with installation.store.operator_connection() as connection:
        for table in tables:
            assert connection.execute(select(table)).first() is None, table.name


# What arrives


def test_everything_arrives_and_the_log_goes_on(installation: Installation, empty: Installation, archive: Moved) -> None:
    slug = brought(empty, archive.path)
    there, here = contents(installation, BOARD), contents(empty, slug)
    assert here.pop("event")[:-1] == there.pop("event")
    assert here["files"] == there["files"] != []
    assert hashes(empty, slug)[:-1] == archive.hashes
    assert [here.pop(name) for name in ("token", "idempotency")] == [[], []]
    moved = here.keys() & there.keys() - {"log_head", "tally"}
    assert {name: here[name] for name in moved} == {name: there[name] for name in moved}
    sound(empty, slug)
    act(empty.tenant(slug), "an", "task.assign", title="Việc mới", to="binh")
    sound(empty, slug)


def test_a_tenant_goes_by_another_name_where_it_arrives(empty: Installation, archive: Moved) -> None:
    assert brought(empty, archive.path, "town-archive") == "town-archive"
    assert empty.tenant("town-archive").snapshot.slug == "town-archive"
    assert hashes(empty, "town-archive")[:-1] == archive.hashes
    sound(empty, "town-archive")


def test_from_sqlite_to_postgresql_and_back(
    on_postgresql: Callable[[], Installation], empty: Installation, archive: Moved, tmp_path: Path
) -> None:
    production = on_postgresql()
    brought(production, archive.path)
    sound(production, BOARD)
    act(production.tenant(BOARD), "an", "task.assign", title="Trên PostgreSQL", to="binh")
    export(production.tenant(BOARD), tmp_path / "back.zip", archive.seal, at=LATER)
    brought(empty, tmp_path / "back.zip")
    assert hashes(empty, BOARD)[: len(archive.hashes)] == archive.hashes
    assert hashes(empty, BOARD)[:-1] == hashes(production, BOARD)
    sound(empty, BOARD)
    there, here = contents(production, BOARD), contents(empty, BOARD)
    changed = {"event", "log_head", "tally", "idempotency"}
    assert {name: held for name, held in here.items() if name not in changed} == {
        name: held for name, held in there.items() if name not in changed
    }


def test_secrets_stay_behind_and_the_archive_says_so(installation: Installation, empty: Installation, tmp_path: Path) -> None:
    secret = tokens.issue(installation.tenant(BOARD), "an", ("*",), now=LATER).secret
    made = export(installation.tenant(BOARD), tmp_path / "a.zip", Seal(tmp_path), at=LATER)
    assert {"token", "idempotency"} <= made.left_out.keys()
    assert not made.left_out.keys() & made.tables.keys()
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        held = b"".join(opened.read(name) for name in opened.namelist())
    assert tokens.hashed(secret).encode() not in held
    brought(empty, tmp_path / "a.zip")
    assert tokens.all_tokens(empty.tenant(BOARD)) == []


def test_the_log_tells_of_the_import_and_by_whose_key(empty: Installation, archive: Moved) -> None:
    brought(empty, archive.path)
    tenant = empty.tenant(BOARD)
    with tenant.store.read(tenant.id) as session:
        last = list(log.entries(session))[-1]
    assert last["action"] == IMPORT
    assert json.loads(last["body"])["key"] == archive.seal.key()


def test_progress_comes_to_its_end(installation: Installation, empty: Installation, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    export(installation.tenant(BOARD), tmp_path / "a.zip", Seal(tmp_path), at=LATER, progress=lambda *step: told.append(step))
    assert told[-1][0] == told[-1][1] > 50
    told.clear()
    brought(empty, tmp_path / "a.zip", progress=lambda *step: told.append(step))
    assert told[-1][0] == told[-1][1]


def test_another_tenants_rows_are_not_in_it(archive: Moved) -> None:
    with zipfile.ZipFile(archive.path) as opened:
        revisions = opened.read("tables/revision.jsonl")
        assert b"tenants/library-board/" in revisions
        assert b"tenants/reading-club/" not in revisions


def test_a_file_that_is_gone_is_told_before_anything_is_written(installation: Installation, tmp_path: Path) -> None:
    tenant = installation.tenant(BOARD)
    (digest,) = tenant.files.all(tenant.id)
    installation.files.remove_all(tenant.id)
    with pytest.raises(FilesMissing) as told:
        export(tenant, tmp_path / "a.zip", Seal(tmp_path), at=LATER)
    assert told.value.digests == [digest]
    assert not (tmp_path / "a.zip").exists()
    made = export(tenant, tmp_path / "a.zip", Seal(tmp_path), at=LATER, without_missing=True)
    assert made.missing == (digest,)
    assert checked(tmp_path / "a.zip").manifest.missing == (digest,)


def test_an_export_writes_over_nothing_and_leaves_no_part(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("mine")
    with pytest.raises(FileExistsError):
        export(installation.tenant(BOARD), tmp_path / "a.zip", Seal(tmp_path / "k"), at=LATER)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(installation.tenant(BOARD), tmp_path / "b.zip", Seal(tmp_path / "k"), at=LATER, progress=stopped)
    assert {path.name for path in tmp_path.iterdir()} <= {"a.zip", "k"}
    assert (tmp_path / "a.zip").read_text() == "mine"


# What is refused


@pytest.mark.parametrize("slug", ["../x", "/etc/x", "a/b", "A", "a_b", "#1", "x" * 61, "..", "a--b"])
def test_a_name_that_is_none(slug: str, empty: Installation, archive: Moved) -> None:
    with pytest.raises(BadSlug):
        brought(empty, archive.path, slug)
    nothing_came(empty)


def test_a_name_that_is_taken(installation: Installation, archive: Moved) -> None:
    before = contents(installation, BOARD)
    with pytest.raises(Taken):
        brought(installation, archive.path)
    assert contents(installation, BOARD) == before


def altered(archive: Moved, target: Path, change: Callable[[dict[str, bytes]], object], *, signed: bool = False) -> Path:
    """The archive with its members changed; ``signed``: by somebody who signs what he made, with a key of his own."""
    with zipfile.ZipFile(archive.path) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    change(members)
    if signed:
        held = msgspec.json.decode(members[SIGNATURE], type=manifest.ArchiveSignature)
        seal = Seal(target.parent / "forger")
        mark = msgspec.structs.replace(held.checkpoint, signature=seal.sign(held.checkpoint.signed()))
        members[SIGNATURE] = manifest.encode(manifest.ArchiveSignature(mark, seal.sign(members[MANIFEST]), seal.key()))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return target


def resigned(members: dict[str, bytes], name: str, content: bytes) -> None:
    """Change a table and make the manifest fit, as a forger would."""
    from hashlib import sha256

    members[f"tables/{name}.jsonl"] = content
    said = json.loads(members[MANIFEST])
    said["tables"][name] |= {"size": len(content), "sha256": sha256(content).hexdigest(), "rows": content.count(b"\n")}
    members[MANIFEST] = json.dumps(said).encode()


def said(members: dict[str, bytes], **fields: object) -> None:
    members[MANIFEST] = json.dumps(json.loads(members[MANIFEST]) | fields).encode()


def rewritten(members: dict[str, bytes]) -> None:
    resigned(members, "event", members["tables/event.jsonl"].replace("Kiểm kê sách".encode(), "Bán sách đi".encode()))


def shortened(members: dict[str, bytes]) -> None:
    resigned(members, "event", b"\n".join(members["tables/event.jsonl"].split(b"\n")[:-2]) + b"\n")


def reconfigured(members: dict[str, bytes]) -> None:
    resigned(members, "revision", members["tables/revision.jsonl"].replace(b"Mayor", b"Queen"))


def nested(members: dict[str, bytes]) -> None:
    first = json.loads(members["tables/person.jsonl"].splitlines()[0])
    line = json.dumps(first).replace(json.dumps(first[-1]), "[" * 100_000 + "]" * 100_000)
    resigned(members, "person", line.encode() + b"\n")


def timeless(members: dict[str, bytes]) -> None:
    first = members["tables/person.jsonl"].splitlines()[0]
    resigned(members, "person", re.sub(rb'"2021[^"]*Z"', b'"9999-12-31T23:00:00-14:00"', first) + b"\n")


FORGED: list[tuple[str, Callable[[dict[str, bytes]], object], str]] = [
    ("an event rewritten", rewritten, "chain breaks"),
    ("the log cut", shortened, "the log ends at"),
    ("a revision rewritten", reconfigured, "not what the log says"),
    ("nested 100,000 deep", nested, "no row"),
    ("a file taken away", lambda m: [m.pop(n) for n in list(m) if n.startswith("files/")] and said(m, files={}), "are not in it"),
    ("another format", lambda m: said(m, format=2), "reads format 1"),
    ("an older schema", lambda m: said(m, schema="0000"), "db upgrade"),
    ("a newer schema", lambda m: said(m, schema="9999"), "install that release"),
    ("no revisions", lambda m: resigned(m, "revision", b""), "0 revisions"),
    ("NUL in a text", lambda m: resigned(m, "tally", b'["a\\u0000",1]\n'), "NUL"),
    ("a number beyond 64 bits", lambda m: resigned(m, "tally", b'["a",99999999999999999999]\n'), "no row"),
    ("a time that is none elsewhere", timeless, "outside the calendar"),
    ("a counter at its end", lambda m: resigned(m, "tally", b'["directory",9223372036854775807]\n'), "cannot be stored"),
    ("half a surrogate pair", lambda m: resigned(m, "tally", b'["\\ud800",1]\n'), "no row"),
    ("a row twice", lambda m: resigned(m, "tally", m["tables/tally.jsonl"] * 2), "contradict"),
    ("a row without its record", lambda m: resigned(m, "meeting", b""), "contradict"),
]


@pytest.mark.parametrize(("change", "words"), [each[1:] for each in FORGED], ids=[each[0] for each in FORGED])
def test_what_somebody_made_fit_is_refused_all_the_same(
    change: Callable[[dict[str, bytes]], object], words: str, empty: Installation, archive: Moved, tmp_path: Path
) -> None:
    path = altered(archive, tmp_path / "forged.zip", change, signed=True)
    with pytest.raises(BadArchive, match=words):
        brought(empty, path)
    nothing_came(empty)


def flipped(members: dict[str, bytes]) -> None:
    (name,) = (name for name in members if name.startswith("files/"))
    members[name] = b"X" + members[name][1:]


UNSIGNED: list[tuple[str, Callable[[dict[str, bytes]], object], str]] = [
    ("the manifest changed", lambda m: said(m, revisions=2), "not what was signed"),
    ("a table changed", lambda m: m.update({"tables/tally.jsonl": b'["a",1]\n'}), "bytes, the manifest says"),
    ("a file changed", flipped, "named after"),
    ("a table left out", lambda m: m.pop("tables/tally.jsonl"), "is missing"),
    ("no manifest", lambda m: m.pop(MANIFEST), "is missing"),
    ("no signature", lambda m: m.pop(SIGNATURE), "is missing"),
    ("something put in", lambda m: m.update({"tables/token.jsonl": b""}), "not in the manifest"),
    ("a path that climbs", lambda m: m.update({"../../x": b"x"}), "which no archive of a tenant has"),
    ("an absolute path", lambda m: m.update({"/etc/cron.d/x": b"x"}), "which no archive of a tenant has"),
    ("a path of Windows", lambda m: m.update({"files\\..\\x": b"x"}), "which no archive of a tenant has"),
    ("a manifest nested deep", lambda m: m.update({MANIFEST: b"[" * 200_000}), "cannot be read"),
]


@pytest.mark.parametrize(("change", "words"), [each[1:] for each in UNSIGNED], ids=[each[0] for each in UNSIGNED])
def test_what_is_not_what_was_signed_is_refused(
    change: Callable[[dict[str, bytes]], object], words: str, empty: Installation, archive: Moved, tmp_path: Path
) -> None:
    path = altered(archive, tmp_path / "changed.zip", change)
    with pytest.raises(BadArchive, match=words):
        brought(empty, path)
    nothing_came(empty)
    assert not (tmp_path.parent / "x").exists()


def test_a_link_is_refused(archive: Moved, tmp_path: Path) -> None:
    path = altered(archive, tmp_path / "link.zip", lambda members: None)
    with zipfile.ZipFile(path, "a") as opened:
        link = zipfile.ZipInfo("files/" + "0" * 64)
        link.external_attr = 0o120777 << 16
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(BadArchive, match="no plain file"):
        checked(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(archive: Moved, tmp_path: Path) -> None:
    path = altered(archive, tmp_path / "twice.zip", lambda members: None)
    with zipfile.ZipFile(path, "a") as opened:
        opened.writestr(MANIFEST, opened.read(MANIFEST))
    with pytest.raises(BadArchive, match="twice"):
        checked(path)


def test_a_bomb_is_refused_before_it_is_unpacked(archive: Moved, tmp_path: Path) -> None:
    path = altered(archive, tmp_path / "bomb.zip", lambda members: members.update({"tables/tally.jsonl": bytes(64 * 2**20)}))
    with pytest.raises(BadArchive, match="times its size"):
        checked(path, bounds=Bounds(small=2**20))


def test_a_bomb_inside_a_value_is_refused_before_it_is_made(archive: Moved, tmp_path: Path) -> None:
    """Packed 1,000 times, and in memory 20 times larger than the text of it."""

    def change(members: dict[str, bytes]) -> None:
        row = json.loads(members["tables/person.jsonl"].splitlines()[0])
        line = json.dumps([*row[:-1], "@"]).encode().replace(b'"@"', b"[" + b"[]," * (rows.LARGEST // 3) + b"[]]")
        resigned(members, "person", line + b"\n")

    with pytest.raises(BadArchive, match="attrs is larger than"):
        checked(altered(archive, tmp_path / "bomb.zip", change, signed=True))


def test_whatever_people_wrote_arrives(installation: Installation, empty: Installation, tmp_path: Path) -> None:
    """A text that reads like an escaped character, and texts that are packed more than 400 times denser."""
    board = installation.tenant(BOARD)
    act(board, "an", "task.assign", title=r"C:\u0000 \\u0000", to="binh")
    for _ in range(60):
        act(board, "an", "direction.issue", text="a" * 20_000, to=["binh"])
    export(board, tmp_path / "a.zip", Seal(tmp_path), at=LATER)
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        assert max(each.file_size / each.compress_size for each in opened.infolist()) > Bounds().ratio
    brought(empty, tmp_path / "a.zip")
    assert contents(empty, BOARD)["task"] == contents(installation, BOARD)["task"]


def test_a_member_that_is_larger_than_it_says_is_not_read_on(archive: Moved, tmp_path: Path) -> None:
    path = altered(archive, tmp_path / "liar.zip", lambda members: members.update({"tables/tally.jsonl": b"x" * 100_000}))
    raw, real = bytearray(path.read_bytes()), (100_000).to_bytes(4, "little")
    while (at := raw.find(real)) >= 0:
        raw[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(BadArchive):
        checked(path)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(members=5), "members"),
        (Bounds(member=100), "larger than 100"),
        (Bounds(file=5), "larger than 5"),
        (Bounds(total=1000), "at most 1000"),
        (Bounds(manifest=10), "larger than 10"),
        (Bounds(line=100), "longer than 100"),
    ],
)
def test_beyond_its_bounds_nothing_is_read(bounds: Bounds, words: str, archive: Moved, tmp_path: Path) -> None:
    path = archive.path
    if bounds.line == 100:
        path = altered(archive, tmp_path / "a.zip", lambda m: resigned(m, "tally", os.urandom(2**21).hex().encode()), signed=True)
    with pytest.raises(BadArchive, match=words):
        checked(path, bounds=bounds)


def test_a_directory_that_claims_a_million_members_is_not_read_into_memory(archive: Moved, tmp_path: Path) -> None:
    raw = bytearray(archive.path.read_bytes())
    end = raw.rfind(b"PK\x05\x06")
    raw[end + 12 : end + 16] = (2**31).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(raw)
    with pytest.raises(BadArchive, match="claims"):
        checked(tmp_path / "a.zip")


def test_nor_is_one_that_hides_how_many_it_has_behind_a_comment(tmp_path: Path) -> None:
    """Python goes by the far record, which lies before a comment of 65,535 bytes."""
    count, size, at = 3, 3 * 46 + 3, 0
    entries = b"".join(struct.pack("<4s6H3I5H2I", b"PK\1\2", *[0] * 9, 1, *[0] * 6) + name for name in (b"a", b"b", b"c"))
    far = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, at) + struct.pack(
        "<4sIQI", b"PK\6\7", 0, size, 1
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, 46, at, 65_535) + b"x" * 65_535
    (tmp_path / "a.zip").write_bytes(entries + far + end)
    with pytest.raises(BadArchive, match="claims 3 members"):
        checked(tmp_path / "a.zip", bounds=Bounds(members=2))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_archive_that_was_cut_off_is_refused(data: st.DataObject, archive: Moved, tmp_path: Path) -> None:
    raw = archive.path.read_bytes()
    (tmp_path / "cut.zip").write_bytes(raw[: data.draw(st.integers(0, len(raw) - 1))])
    with pytest.raises(BadArchive):
        checked(tmp_path / "cut.zip")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_bit_is_found_or_means_nothing(data: st.DataObject, archive: Moved, tmp_path: Path) -> None:
    """Some bytes of the file mean nothing (a member's time of day): then what is read is what was written."""
    raw = bytearray(archive.path.read_bytes())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    (tmp_path / "flipped.zip").write_bytes(raw)
    try:
        found = checked(tmp_path / "flipped.zip")
    except BadArchive:
        found = None
    assert found in (None, checked(archive.path))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=400), zip=st.booleans())
def test_whatever_else_a_file_holds_it_is_refused(raw: bytes, zip: bool, tmp_path: Path) -> None:
    path = tmp_path / "any.zip"
    path.write_bytes(raw)
    if zip:
        with zipfile.ZipFile(path, "w") as made:
            made.writestr(MANIFEST, raw)
    with pytest.raises(BadArchive):
        checked(path)


# All or nothing


@pytest.mark.parametrize("steps", [20, 60, 75])
def test_an_import_that_is_cut_off_leaves_no_tenant_and_is_done_again(steps: int, empty: Installation, archive: Moved) -> None:
    """Cut off at several points: while it is read, while files are put, while rows are written."""
    left = steps

    def stopped(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt

    try:
        brought(empty, archive.path, progress=stopped)
    except KeyboardInterrupt:
        nothing_came(empty)
        brought(empty, archive.path)
    sound(empty, BOARD)


def test_an_import_killed_before_its_rows_is_forgotten_by_the_next(empty: Installation, archive: Moved) -> None:
    from steerco.operations.archive.importer import _reserve

    number = _reserve(empty, BOARD, LATER)
    empty.files.put(number, b"left behind")
    assert empty.slugs() == []
    brought(empty, archive.path)
    assert list(empty.files.all(number)) == []
    sound(empty, BOARD)
    with empty.store.unscoped() as session:
        assert session.get_one(TenantRow, number).state == "abandoned"


def test_two_imports_of_one_name_at_once_give_one_tenant(empty: Installation, archive: Moved) -> None:
    inside = False

    def meanwhile(*_: object) -> None:
        nonlocal inside
        if not inside and _[2] == "files":
            inside = True
            brought(empty, archive.path)

    with pytest.raises(Taken):
        brought(empty, archive.path, progress=meanwhile)
    sound(empty, BOARD)
    assert empty.slugs() == [BOARD]

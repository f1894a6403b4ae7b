"""The event log: whatever is changed in it afterwards is found."""

# ruff: noqa: PT012  (what fails within a transaction must come after statements of it)
from __future__ import annotations

import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from steerco.store import log
from steerco.store.checkpoint import Seal
from steerco.store.engine import Store
from steerco.store.log import Head, Mark
from steerco.store.tables import Event, LogHead

AT = datetime(2021, 2, 3, 2, 0, tzinfo=UTC)
E = Event.__table__


def write(store: Store, number: int, tenant: int = 1) -> Head:
    head = Head()
    for n in range(number):
        with store.write(tenant) as session:
            fields: dict[str, Any] = {"type": "meeting", "record_id": f"m{n}", "person": "chủ tịch"} if n % 2 else {}
            when = AT + timedelta(minutes=n)
            body = f'{{"n":{n},"ghi chú":"đã họp"}}'
            head = log.append(session, log.head(session), at=when, recorded_at=when, action="meeting.open", body=body, **fields)
    return head


def breaks(store: Store, *marks: Mark, tenant: int = 1) -> list[str]:
    with store.read(tenant) as session:
        return [f"{one.kind} {one.seq}" for one in log.verify(session, marks)]


def test_a_log_is_numbered_without_gaps_and_sound(store: Store) -> None:
    head = write(store, 5)
    write(store, 2, tenant=2)
    assert head.seq == 5
    assert breaks(store, Mark(5, head.hash)) == []
    with store.read(1) as session:
        assert log.head(session) == head
        assert [entry["seq"] for entry in log.entries(session)] == [1, 2, 3, 4, 5]
        assert [entry["body"] for entry in log.entries(session, after=3, limit=1)] == ['{"n":3,"ghi chú":"đã họp"}']
    with store.read(2) as session:
        assert log.head(session).seq == 2
    with store.read(3) as session:
        assert log.head(session) == Head()
        assert log.verify(session) == []


def test_several_events_of_one_act_stand_or_fall_together(store: Store) -> None:
    with store.write(1) as session:
        head = log.head(session)
        for _ in range(3):
            head = log.append(session, head, at=AT, recorded_at=AT, action="a", body="{}", caused_by=1)
    with pytest.raises(ZeroDivisionError), store.write(1) as session:
        log.append(session, log.head(session), at=AT, recorded_at=AT, action="a", body="{}")
        raise ZeroDivisionError
    assert breaks(store) == []
    assert write(store, 1).seq == 4


def test_a_head_that_is_not_the_end_cannot_be_continued(store: Store) -> None:
    write(store, 2)
    with pytest.raises(IntegrityError), store.write(1) as session:
        log.append(session, Head(1, b"x"), at=AT, recorded_at=AT, action="a", body="{}")
    assert breaks(store) == []


def test_many_writers_make_one_chain(store: Store) -> None:
    threads = [threading.Thread(target=write, args=(store, 8, tenant)) for tenant in (1, 1, 1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read(1) as session:
        assert [entry["seq"] for entry in log.entries(session)] == list(range(1, 25))
    assert breaks(store) == []
    assert breaks(store, tenant=2) == []


def test_a_log_cut_at_its_end_is_found_by_a_checkpoint(store: Store) -> None:
    head = write(store, 4)
    with store.unscoped() as session:
        session.execute(delete(E).where(E.c.tenant_id == 1, E.c.seq == 4))
    assert "cut 4" in breaks(store, Mark(4, head.hash))
    assert breaks(store) == ([] if store.dialect == "sqlite" else ["head 3"])


def test_a_log_written_anew_is_found_by_a_checkpoint(store: Store) -> None:
    head = write(store, 3)
    with store.unscoped() as session:
        session.execute(delete(E).where(E.c.tenant_id == 1))
        session.execute(delete(LogHead.__table__))
    for n in range(3):
        with store.write(1) as session:
            log.append(session, log.head(session), at=AT, recorded_at=AT, action="forged", body=f'{{"n":{n}}}')
    assert breaks(store) == []
    assert breaks(store, Mark(3, head.hash)) == ["rewritten 3"]


def test_the_chain_moves_with_the_log_to_another_installation(store: Store) -> None:
    head = write(store, 3)
    with store.unscoped() as session:
        session.execute(update(E).values(tenant_id=9))
        session.execute(update(LogHead.__table__).values(tenant_id=9))
    assert breaks(store, Mark(3, head.hash), tenant=9) == []


def test_a_head_that_is_gone_is_found_where_writers_lock_it(store: Store) -> None:
    write(store, 3)
    with store.unscoped() as session:
        session.execute(delete(LogHead.__table__))
    assert breaks(store) == (["head 3"] if store.dialect == "postgresql" else [])


scalar = st.none() | st.text(alphabet="ađ x1{}\"'", max_size=6)
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "at": st.datetimes(datetime(2021, 1, 1), datetime(2022, 1, 1), timezones=st.just(UTC)),
    "recorded_at": st.datetimes(datetime(2021, 1, 1), datetime(2022, 1, 1), timezones=st.just(UTC)),
    "person": scalar,
    "action": st.text(max_size=6, alphabet="a.b"),
    "type": scalar,
    "record_id": scalar,
    "revision": st.none() | st.integers(0, 9),
    "caused_by": st.none() | st.integers(0, 9),
    "body": st.text(max_size=30, alphabet='{"n":0,ghi chúđãọp}'),
    "hash": st.binary(max_size=32),
    "seq": st.integers(-3, 20),
}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(CHANGES)), st.integers(1, 6), st.data())
def test_any_change_of_any_stored_value_is_found(shared_store: Store, column: str, seq: int, data: Any) -> None:
    head = _fresh(shared_store)
    value = data.draw(CHANGES[column])
    with shared_store.unscoped() as session:
        before = session.execute(select(E.c[column]).where(E.c.tenant_id == 1, E.c.seq == seq)).scalar()
        taken = column == "seq" and 1 <= value <= 6
        assume(value != before and not taken)
        session.execute(update(E).where(E.c.tenant_id == 1, E.c.seq == seq).values({column: value}))
    assert breaks(shared_store, Mark(6, head.hash))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(1, 7)), st.sets(st.integers(1, 6)), st.booleans())
def test_any_entry_taken_out_moved_or_put_in_is_found(shared_store: Store, order: list[int], gone: set[int], close: bool) -> None:
    """Entries are taken out and put in another order; with ``close`` the numbers are closed up again."""
    head = _fresh(shared_store)
    with shared_store.unscoped() as session:
        rows = [dict(row) for row in session.execute(select(E).where(E.c.tenant_id == 1).order_by(E.c.seq)).mappings()]
        kept = [rows[n - 1] for n in order if n not in gone]
        numbers = range(1, len(kept) + 1) if close else sorted(n for n in range(1, 7) if n not in gone)
        changed = [row | {"seq": n} for n, row in zip(numbers, kept, strict=True)]
        assume(changed != rows)
        session.execute(delete(E).where(E.c.tenant_id == 1))
        if changed:
            session.execute(insert(E), changed)
    assert breaks(shared_store, Mark(6, head.hash))


def test_an_entry_put_in_with_a_hash_of_its_own_is_found(store: Store) -> None:
    write(store, 3)
    with store.unscoped() as session:
        row = dict(session.execute(select(E).where(E.c.seq == 3)).mappings().one())
        forged = row | {"seq": 4, "body": "{}", "hash": b"\x00" * 32}
        session.execute(insert(E), [forged])
    assert "changed 4" in breaks(store)


def test_lengths_keep_neighbouring_values_apart() -> None:
    row: dict[str, Any] = dict.fromkeys(log.HASHED) | {"seq": 1, "at": AT, "recorded_at": AT, "action": "a", "body": ""}
    one = log.digest(b"", row | {"person": "ab", "type": "c"})
    assert one != log.digest(b"", row | {"person": "a", "type": "bc"})
    assert one != log.digest(b"", row | {"person": "ab2:c", "type": None})
    assert log.digest(b"", row | {"person": None}) != log.digest(b"", row | {"person": ""})


def _fresh(store: Store) -> Head:
    with store.unscoped() as session:
        session.execute(delete(E))
        session.execute(delete(LogHead.__table__))
    return write(store, 6)


def test_a_checkpoint_is_checked_with_the_public_key_alone(tmp_path: Path) -> None:
    house, auditor = tmp_path / "house", tmp_path / "auditor"
    seal = Seal(house)
    made = seal.checkpoint("most", Head(7, b"\x01\x02"), AT)
    auditor.mkdir()
    (auditor / "checkpoint.pub").write_bytes((house / "checkpoint.pub").read_bytes())
    assert Seal(auditor).check(made)
    for forged in (
        {"seq": 6},
        {"hash": "0103"},
        {"tenant": "other"},
        {"at": AT + timedelta(1)},
        {"signature": made.signature[:-2] + ("01" if made.signature.endswith("00") else "00")},
        {"signature": "no"},
    ):
        from msgspec.structs import replace

        assert not Seal(auditor).check(replace(made, **forged))
    assert not Seal(tmp_path / "stranger").check(made)
    assert stat.S_IMODE((house / "checkpoint.key").stat().st_mode) == 0o600


def test_checkpoints_are_kept_and_bad_ones_set_aside(tmp_path: Path) -> None:
    seal, stranger = Seal(tmp_path), Seal(tmp_path / "stranger")
    good = [seal.checkpoint("most", Head(n, bytes([n])), AT) for n in (1, 2)]
    bad = stranger.checkpoint("most", Head(3, b"x"), AT)
    for one in (*good, bad):
        seal.keep(one)
    assert seal.kept("most") == [*good, bad]
    assert seal.kept("other") == []
    assert seal.marks(seal.kept("most")) == ([Mark(1, b"\x01"), Mark(2, b"\x02")], [bad])
    with pytest.raises(ValueError, match="slug"):
        seal.kept("../x")

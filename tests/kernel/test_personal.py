"""Personal data in the log: only where they lie, however deep in the input; erased, the log stands and they are nowhere."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update
from tests.committee.conftest import Board

from steerco.records import File, Personal, Stopped
from steerco.records.marked import holding, replaced
from steerco.records.personal import PersonalDatum, conceal, reveal
from steerco.store import log

GIVEN = {
    "id": "minh",
    "name": "Nguyễn Văn Minh",
    "email": "minh@example.org",
    "attrs": {"company": "Song Hong JSC", "2021": "ill"},
}
SECRETS = ("Nguyễn Văn Minh", "minh@example.org", "Song Hong JSC", "ill")


def entry(board: Board) -> dict[str, Any]:
    with board.tenant.store.read(board.tenant.id) as session:
        *_, last = log.entries(session)
    return last


def test_the_log_holds_none_of_it_and_gives_it_back(board: Board) -> None:
    board.do("an", "person.add", **GIVEN)
    row = entry(board)
    body = msgspec.json.decode(row["body"])
    assert not [secret for secret in SECRETS if f'"{secret}"' in row["body"]]
    assert set(body["input"]["attrs"]) == {"company", "2021"}
    with board.tenant.store.read(board.tenant.id) as session:
        back, ids = reveal(session, board.tenant.id, body["input"], lambda digest: b"")
    assert back == GIVEN
    assert len(ids) == len(set(ids)) == 4


def test_erased_it_is_gone_and_the_log_stands(board: Board) -> None:
    board.do("an", "person.add", **GIVEN)
    row = entry(board)
    with board.tenant.store.write(board.tenant.id) as session:
        session.execute(update(PersonalDatum).where(PersonalDatum.tenant_id == board.tenant.id).values(value=None))
    with board.tenant.store.read(board.tenant.id) as session:
        back, _ = reveal(session, board.tenant.id, msgspec.json.decode(row["body"])["input"], lambda digest: b"")
        assert back == {"id": "minh", "name": "—", "email": "—", "attrs": {"company": "—", "2021": "—"}}
        assert log.verify(session) == []


def test_an_act_that_is_stopped_leaves_none_of_it(board: Board) -> None:
    with pytest.raises(Stopped):
        board.do("em", "person.add", **GIVEN)
    with board.tenant.store.read(board.tenant.id) as session:
        kept = set(session.scalars(select(PersonalDatum.value).where(PersonalDatum.tenant_id == board.tenant.id)))
    assert not kept & set(SECRETS)


class Guest(msgspec.Struct):
    name: Personal
    table: int = 1
    aliases: list[Personal] = []


class Party_(msgspec.Struct, rename={"from_": "from"}):
    title: str
    from_: Personal
    guests: list[Guest] = []
    by_room: dict[str, Guest] = {}
    more: list[list[Personal]] = []
    paper: File | None = None
    host: Guest | None = None


def test_however_deep_it_lies(board: Board) -> None:
    """Lists in structs in lists, by names that look like numbers, renamed fields, and what was left out."""
    given = Party_(
        "Tết",
        "A",
        guests=[Guest("B", 2, ["C", "D"]), Guest("E")],
        by_room={"1": Guest("F"), "hall": Guest("G", aliases=["H"])},
        more=[["I"], ["J", "K"]],
        paper=File("list.txt", text="L"),
        host=Guest("M"),
    )
    numbers = iter(range(100))
    with board.tenant.store.write(board.tenant.id) as session:
        logged = conceal(session, board.tenant.id, None, given, lambda: f"d{next(numbers)}")  # type: ignore[arg-type]  # a struct like an input, and no input
        session.flush()
        text = msgspec.json.encode(logged, order="deterministic").decode()
        assert not [each for each in "ABCDEFGHIJKLM" if f'"{each}"' in text]
        assert "Tết" in text
        back, ids = reveal(session, board.tenant.id, msgspec.json.decode(text), lambda digest: b"L")
        assert len(ids) == 12
    assert msgspec.convert({**back, "paper": None}, Party_) == msgspec.structs.replace(given, paper=None)
    assert back["paper"] == {"name": "list.txt", "base64": "TA=="}


def test_replacing_touches_only_what_is_marked() -> None:
    given = Party_("T", "A", guests=[Guest("B", 7)], by_room={"x": Guest("C")})
    found = replaced(given, lambda path, marks, value: f"{path}={value}")
    assert (found["title"], found["from_"]) == ("T", "from=A")
    assert found["guests"] == [Guest("guests[0].name=B", 7)]
    assert found["by_room"] == {"x": Guest("by_room.x.name=C")}


def test_a_field_holds_what_lies_anywhere_in_it() -> None:
    """By it the kernel leaves fields out of what the log says of a record."""
    assert holding(Party_, "personal") == {"from_", "guests", "by_room", "more", "host"}
    assert holding(Guest, "personal") == {"name", "aliases"}
    assert holding(Guest, "party") == frozenset()

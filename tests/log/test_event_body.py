"""What an event says of its act has one type, and events that are stored keep their bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from steerco.kernel.event import EventBody, decode, encode

BEFORE = (Path(__file__).parent / "data" / "bodies-of-before.jsonl").read_text("utf-8").splitlines()
"""Bodies that the program wrote when an event's body was a plain mapping: of a committee set up, a meeting held, its tasks."""


def test_there_are_such_bodies() -> None:
    acts = {(decode(each).facts.object, decode(each).facts.act) for each in BEFORE}
    assert {("meeting.ad-hoc", "convene"), ("meeting.ad-hoc", "conclude")} <= acts


@pytest.mark.parametrize("number", range(len(BEFORE)))
def test_a_body_of_before_keeps_its_bytes(number: int) -> None:
    assert encode(decode(BEFORE[number])).decode() == BEFORE[number]


def test_the_members_stand_in_the_order_of_their_names() -> None:
    names = list(EventBody.__struct_fields__)
    assert names == sorted(names)

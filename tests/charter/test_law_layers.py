"""A law as TOML of the home: its words are mapped, what it obliges to is found, a default gives way."""

from __future__ import annotations

from pathlib import Path

import pytest

from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load

HOME = Home(Path(__file__).parents[2] / "tenants/_examples")
SLUG = "river-monitor"
TENANT, CHARTER, LAW = f"tenants/{SLUG}/tenant.toml", f"tenants/{SLUG}/charter.toml", "law/open-meetings.toml"
TYPES = record_types()


def found(path: str, old: str, new: str) -> list[tuple[str, str, str]]:
    texts = dict(HOME.content(SLUG))
    assert old in texts[path]
    texts[path] = texts[path].replace(old, new)
    return [(each.file, each.code, each.level) for each in load(SLUG, texts, TYPES).findings]


@pytest.mark.parametrize(
    ("path", "old", "new", "file", "code", "level"),
    [
        (TENANT, ', clerk = "secretary"', "", TENANT, "unmapped-word", "error"),
        (TENANT, ', clerk = "secretary"', ', clerk = "secretary", judge = "chair"', TENANT, "not-enforced", "warning"),
        (CHARTER, 'what = "papers"', 'what = "item-request"', CHARTER, "law-demands", "warning"),
        (LAW, '"clock:papers"', '"klock:papers"', LAW, "unknown-table", "error"),
        (LAW, 'force = "floor"', 'force = "strong"', LAW, "not-allowed", "error"),
    ],
)
def test_what_a_law_asks_of_its_committee_is_found(path: str, old: str, new: str, file: str, code: str, level: str) -> None:
    assert (file, code, level) in found(path, old, new)


def test_a_word_is_mapped_to_what_there_is() -> None:
    codes = {(file, code) for file, code, _ in found(TENANT, 'clerk = "secretary"', 'clerk = "scribe"')}
    assert codes == {(LAW, "unknown-holder")}


def test_a_default_of_the_law_gives_way_to_a_row_of_the_charter() -> None:
    texts = dict(HOME.content(SLUG))
    row = 'id = "monthly", label = { en = "M" }, body = "board", kind = "regular", every = "month", holder = "chair", cite = "B"'
    own = f"cadence = [{{ {row} }}]\n"
    texts[CHARTER] = texts[CHARTER].replace("clause = [\n", f"{own}clause = [\n", 1)
    snapshot = load(SLUG, texts, TYPES).snapshot
    assert snapshot is not None
    regime = snapshot.regime(snapshot.charters[0])
    assert [row.id for layer in regime.layers for row in layer.cadences] == []
    plain = load(SLUG, HOME.content(SLUG), TYPES).snapshot
    assert plain is not None
    regime = plain.regime(plain.charters[0])
    assert [row.cite for layer in regime.layers for row in layer.cadences] == [("open-meetings:1",)]

"""Changes that a draft makes to a regime, as far as it decides on acts: which acts have to be asked anew, beside what their
lines say.

An act whose lines alone changed is decided again from the facts that its event holds. It has to be asked of the committee as it
was where the draft changed something that those facts do not hold: a requirement, a clock, who stands in for whom, a tie that no
line named before. What this module does not know to belong to certain acts belongs to every act.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from msgspec import Struct, structs

from steerco.charter.load import TABLES
from steerco.configuration.regime import Regime
from steerco.configuration.snapshot import Snapshot
from steerco.policy.line import ANY, RELATION, Line

SHOWN = frozenset({"clause", "heading", "citation", "duty", "not_run", "demand", "publication", "template"})
"""Tables that decide on no act."""
OF_TYPES = {
    "decision": ("matter",),
    "ballot": ("matter",),
    "weight": ("matter",),
    "recusal": ("matter", "meeting"),
    "quorum": ("matter", "meeting"),
    "cadence": ("meeting",),
    "kind": ("meeting",),
    "proxy": ("proxy", "matter"),
    "election": ("election",),
    "signing": ("document",),
}
"""Tables that decide on acts of certain types of records."""
OF_VALUES = {"notice": ("meeting.convene", "meeting.postpone"), "minutes-notice": ("minutes.draft", "minutes.circulate")}
"""Named values that decide on certain acts."""
EVERY = ANY


class DraftChanges(Struct, frozen=True):
    """The acts to be asked anew (``type.action``, ``type.*``, or ``*`` for all), and by what: tables, or ``relation`` and
    ``plugin``, ``register`` or ``tenant`` (what stands in no charter)."""

    acts: frozenset[str] = frozenset()
    because: frozenset[str] = frozenset()

    def touch(self, action: str) -> bool:
        return not self.acts.isdisjoint((action, f"{action.partition('.')[0]}.{ANY}", EVERY))


def changes(was: Snapshot, is_: Snapshot, before: Regime, after: Regime) -> DraftChanges:
    """Return which acts a draft touches beyond its lines, compared with the regime under which they were done."""
    found: dict[str, set[str]] = {}
    for what, act in _touched(was, is_, before, after):
        found.setdefault(what, set()).add(act)
    return DraftChanges(frozenset().union(*found.values()) if found else frozenset(), frozenset(found))


def _touched(was: Snapshot, is_: Snapshot, before: Regime, after: Regime) -> Iterator[tuple[str, str]]:
    if _plugins(was) != _plugins(is_):
        yield "plugin", EVERY
    if replace(was.settings, slug="") != replace(is_.settings, slug=""):
        yield "tenant", EVERY
    if was.types.keys() != is_.types.keys() or was.registers != is_.registers:
        yield "register", EVERY
    for table, field in TABLES.items():
        rows = [_rows(regime, field) for regime in (before, after)]
        if table not in SHOWN and rows[0] != rows[1]:
            gone = [row for row in rows[0] if row not in rows[1]] + [row for row in rows[1] if row not in rows[0]]
            yield from ((table, act) for row in gone for act in _acts(table, row))
    ties = [_ties(regime.lines) for regime in (before, after)]
    for act in ties[1]:
        if ties[1][act] - ties[0].get(act, set()):
            yield "relation", act


def _plugins(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(plugin.name, plugin.manifest.version) for plugin in snapshot.circle.plugins]


def _rows(regime: Regime, field: str) -> list[dict[str, Any]]:
    layers = (regime.charter, *regime.layers)
    return [_plain(row) for layer in layers for row in getattr(layer, field)]


def _plain(row: Any) -> dict[str, Any]:
    """Return a row without its place in the file, its label and its clause: what they say decides nothing."""
    return {name: value for name, value in structs.asdict(row).items() if name not in ("source", "label", "cite", "words")}


def _acts(table: str, row: dict[str, Any]) -> Iterable[str]:
    match table:
        case "procedure":
            return [row["on"]]
        case "separation":
            return row["acts"]  # type: ignore[no-any-return]  # as the row declares it
        case "succession":
            return [power.partition(";")[0] for power in row["powers"]]
        case "cadence" if not (row["strict"] and row["on"]):
            return []
        case "rule" if row.get("effect") == "shown" or row["value"] == "not-stated":
            return []
        case "rule" if row["name"] in OF_VALUES:
            return OF_VALUES[row["name"]]
    return [f"{type}.{ANY}" for type in OF_TYPES[table]] if table in OF_TYPES else [EVERY]


def _ties(lines: Iterable[Line]) -> dict[str, set[str]]:
    """Return the relations that the lines on each act name."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if line.subject.startswith(RELATION):
            found.setdefault(f"{line.type}.{line.act}", set()).add(line.subject)
    return found

"""The differences between two policies: powers and bans that came, went, or rest on another clause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from steerco.charter.diff import CharterChange
from steerco.policy.line import Line

POWER, BAN = "power", "ban"
_Key = tuple[str, ...]


def diff(old: Iterable[Line], new: Iterable[Line]) -> list[CharterChange]:
    """Return the differences between two policies, line by line: what is lost, then what is gained or rests on another clause."""
    before, after = _by_power(old), _by_power(new)
    changes = [_change("removed", was) for key, was in before.items() if key not in after]
    for key, lines in after.items():
        if key not in before:
            changes.append(_change("added", lines))
        elif (was := _clauses(before[key])) != (is_ := _clauses(lines)):
            changes.append(_change("changed", lines, f"by {', '.join(is_)} instead of {', '.join(was)}"))
    return changes


def moved(old: Iterable[Line], new: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Return the powers and bans that are gained and those that are lost, a line for each, whatever clause it rests on."""
    before, after = _by_power(old), _by_power(new)
    gained = [lines[0] for key, lines in after.items() if key not in before]
    return gained, [lines[0] for key, lines in before.items() if key not in after]


def _by_power(lines: Iterable[Line]) -> dict[_Key, list[Line]]:
    """Return lines by all their fields but the clause, since one power may rest on several clauses."""
    powers: dict[_Key, list[Line]] = {}
    for line in lines:
        powers.setdefault(line.fields[:-1], []).append(line)
    return powers


def _clauses(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(sorted({line.clause for line in lines}))


def _change(kind: Literal["added", "removed", "changed"], lines: list[Line], text: str = "") -> CharterChange:
    line, clauses = lines[0], _clauses(lines)
    subject, body, object, act, aimed, *_ = line.fields
    name = f"{subject}, {body}, {object}, {act}" + (f", {aimed}" if line.facets else "")
    return CharterChange(kind, POWER if line.allow else BAN, name, text or f"by {', '.join(clauses)}", clauses)

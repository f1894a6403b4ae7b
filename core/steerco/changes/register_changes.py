"""Changes of ``registers.toml``, register by register, for the plan of a tenant's new files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from steerco.committee.work.register import DeclaredRegister
from steerco.configuration.snapshot import Snapshot


def register_changes(before: Snapshot, after: Snapshot) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield what happens (``added``, ``removed``, ``changed``), the register's name, how in words, and the clauses cited."""
    was, is_ = _by_name(before), _by_name(after)
    for name in dict.fromkeys([*was, *is_]):
        old, new = was.get(name), is_.get(name)
        if old is None and new is not None:
            yield "added", name, f"with {len(new.shape.fields)} fields and {len(new.shape.actions)} actions", _cites(new)
        elif new is None and old is not None:
            yield "removed", name, "", _cites(old)
        elif old is not None and new is not None and (text := "; ".join(_differences(old, new))):
            yield "changed", name, text, _cites(new)


def _by_name(snapshot: Snapshot) -> dict[str, DeclaredRegister]:
    return {register.shape.type: register for register in snapshot.registers}


def _cites(register: DeclaredRegister) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cite for action in register.shape.actions for cite in action.cite))


def _differences(old: DeclaredRegister, new: DeclaredRegister) -> Iterator[str]:
    one, other = old.shape, new.shape
    yield from _rows("field", {each.name: each for each in one.fields}, {each.name: each for each in other.fields})
    yield from _rows("state", dict.fromkeys(one.states), dict.fromkeys(other.states))
    yield from _rows("action", {each.name: each for each in one.actions}, {each.name: each for each in other.actions})
    yield from _rows("relation", dict(one.relations), dict(other.relations))
    yield from _rows("facet", dict(one.facets), dict(other.facets))
    if one.prefix != other.prefix:
        yield f"prefix {one.prefix} becomes {other.prefix}"
    if _labels(old, new) != _labels(new, old):
        yield "labels changed"


def _labels(of: DeclaredRegister, beside: DeclaredRegister) -> list[Any]:
    """Return what is called by a label in both declarations, with its labels in the first."""
    words, others = of.words, beside.words
    every = [(words.states, others.states), (words.actions, others.actions), (words.fields, others.fields)]
    every.append((words.choices, others.choices))
    return [words.one, words.many, *({name: own[name] for name in own if name in other} for own, other in every)]


def _rows(what: str, was: Mapping[str, Any], is_: Mapping[str, Any]) -> Iterator[str]:
    for verb, names in (
        ("removed", [name for name in was if name not in is_]),
        ("added", [name for name in is_ if name not in was]),
        ("changed", [name for name in is_ if name in was and was[name] != is_[name]]),
    ):
        if names:
            yield f"{what}{'s' if len(names) > 1 else ''} {verb}: {', '.join(names)}"

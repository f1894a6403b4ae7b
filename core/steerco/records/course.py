"""The course of a record, read from the declarations of its type: which states follow one another, and which acts lead where.

The main line begins where the first action that makes a record leaves it. From each state it goes on to the nearest later one, in
the order in which the type names its states, past those that only lead back (``returned``). It ends before the last state of the
type where an act leads there from an earlier one too (``withdrawn``, ``canceled``): that is a way out, not a step.
"""

from __future__ import annotations

from functools import lru_cache

from steerco.records.marked import TYPES_KEPT
from steerco.records.record import Action, Record


@lru_cache(TYPES_KEPT)
def main_line(type: type[Record]) -> tuple[str, ...]:
    """Return the states that a record passes if nothing comes between."""
    made = [action.to for action in type.acts().values() if action.creates and action.to]
    line = [min(made, key=type.states.index) if made else type.states[0]]
    while (following := _following(type, line)) is not None:
        line.append(following)
    return tuple(line)


def _following(type: type[Record], line: list[str]) -> str | None:
    here, place = line[-1], type.states.index
    later = sorted({a.to for a in _moving(type, here) if a.to and place(a.to) > place(here)}, key=place)
    for state in later:
        from_there = _moving(type, state)
        leads_back = bool(from_there) and all(action.to in line for action in from_there)
        way_out = state == type.states[-1] and any(a.to == state and set(a.states) & set(line[:-1]) for a in type.acts().values())
        if not leads_back and not way_out:
            return state
    return None


def _moving(type: type[Record], state: str) -> list[Action]:
    """Return the acts that take a record from this state into another."""
    return [action for action in type.acts().values() if state in action.states and action.to not in (None, state)]


def onward(type: type[Record], state: str) -> tuple[Action, ...]:
    """Return the acts that take a record from this state to a later one of its main line, the nearest first."""
    line = main_line(type)
    if state not in line:
        return ()
    later = line[line.index(state) + 1 :]
    moving = [action for action in _moving(type, state) if action.to in later]
    return tuple(sorted(moving, key=lambda action: later.index(str(action.to))))


def undoing(type: type[Record], before: str, after: str) -> tuple[Action, ...]:
    """Return the acts that take a record back from ``after`` to the state before it or an earlier one; where there are none,
    those that take it off its main line. An act that left the state as it was is undone by none."""
    if before == after:
        return ()
    line = main_line(type)
    earlier = {before, *(line[: line.index(after)] if after in line else ())}
    moving = _moving(type, after)
    back = tuple(action for action in moving if action.to in earlier)
    return back or tuple(action for action in moving if action.to not in line)


def is_final(type: type[Record], state: str) -> bool:
    """Return whether no act takes a record out of this state."""
    return not _moving(type, state)

"""The acts that lead up to an act: the shortest run over a record's states, the records that it names, and what it still lacks.

``lead_up`` is a first guess, made of the declarations alone. The kernel says what is missing when the acts are performed, and
``mended`` puts what meets it in front.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from steerco.answers.powers import Powers
from steerco.configuration.snapshot import Snapshot
from steerco.records import NEW, Action, OutOfOrder, Record

DEEPEST = 4
"""So far records name records that are made for them."""
NEEDS = {
    "meeting-not-held": "meeting.open",
    "plan-not-issued": "programme.issue",
    "nothing-concluded": "meeting.conclude",
    "ballot-not-open": "matter.open-ballot",
    "ballot-open": "matter.close-ballot",
    "no-quorum": "meeting.record-attendance",
}
"""What the functions of acts ask for by themselves, with the act that brings it."""


@dataclass(eq=False)
class WayStep:
    """One act of a way: on the record that another step made (None: it makes one), on ``day``.

    ``refers`` are the input fields that name records of other steps, ``like`` the step whose person is to do it if that may be,
    ``needs`` other acts that were put in front of it since it cannot be done without them. One with an ``id`` is no act: it
    stands for a record that is there already, in a ``state``.
    """

    action: Action
    on: WayStep | None
    day: date
    refers: dict[str, WayStep] = field(default_factory=dict)
    like: WayStep | None = None
    needs: list[WayStep] = field(default_factory=list)
    by: str = ""
    id: str = ""
    ref: str = ""
    state: str = ""

    @property
    def maker(self) -> WayStep:
        """The step that made its record."""
        return self.on or self


def needed(steps: Sequence[WayStep], of: WayStep) -> list[WayStep]:
    """Return the steps in front of one without which it cannot be done: on its record, on those that it names, and its needs."""
    found, near = set[WayStep](), [of]
    while near:
        step = near.pop()
        earlier = steps[: steps.index(step)]
        makers = {step.maker, *step.refers.values(), *step.maker.refers.values()}
        for each in (*step.needs, *(each for each in earlier if each.maker in makers)):
            if each not in found and each is not of:
                found.add(each)
                near.append(each)
    return [step for step in steps if step in found]


Beside = Callable[[type[Record], WayStep], WayStep | None]
"""Gives the record of a type that is there beside another."""


class Chains:
    """Makes the acts that lead somewhere in one committee, of those that somebody may do there."""

    def __init__(self, snapshot: Snapshot, powers: Powers, beside: Beside | None = None) -> None:
        self.snapshot, self.powers, self.beside = snapshot, powers, beside

    def lead_on(self, goal: Action, there: WayStep, day: date) -> list[WayStep]:
        """Return acts that take a record that is there to a goal, by the declarations alone; where none do, the goal itself."""
        run = self._run(goal.record, there.state, frozenset(goal.states)) or []
        bound = {each.action.record.record_type: each for each in (there, *there.refers.values())}
        alone = [WayStep(goal, there, day)]
        return self._with_records([*(WayStep(action, there, day) for action in run), *alone], bound, 0) or alone

    def lead_up(self, goal: Action, day: date, bound: Mapping[str, WayStep], depth: int = 0) -> list[WayStep] | None:
        """Return acts from nothing up to the goal, by the declarations alone; None where no run of acts leads there."""
        if goal.creates:
            return self._with_records([WayStep(goal, None, day)], bound, depth)
        run = self._run(goal.record, NEW, frozenset(goal.states))
        if not run:
            return None
        steps = [WayStep(run[0], None, day)]
        steps += [WayStep(action, steps[0], day, like=steps[0]) for action in run[1:]]
        return self._with_records([*steps, WayStep(goal, steps[0], day)], bound, depth)

    def to_state(self, on: WayStep, state: str, wanted: frozenset[str]) -> list[WayStep] | None:
        """Return acts that take a step's record from its state to one of those wanted; None where none do."""
        run = self._run(on.action.record, state, wanted)
        return None if run is None else [WayStep(action, on, on.day) for action in run]

    def mended(self, step: WayStep, stopped: OutOfOrder, states: Mapping[WayStep, str]) -> list[WayStep] | None:
        """Return the acts that bring what a step still lacks; None where no act is known to."""
        if stopped.code == "state" and step.on is not None:
            return self.to_state(step.on, str(stopped.params.get("state", "")), frozenset(stopped.params.get("states", ())))
        named = step.action.record.remedies.get(stopped.code) or NEEDS.get(stopped.code, "")
        action = self.snapshot.action(named)
        if action is None or not self.powers.able(action.record.record_type, action.name):
            return None
        near = self._near(step, action.record) or (self.beside(action.record, step.maker) if self.beside else None)
        if near is step:  # the record has to be there first, and this act takes it on
            made = None if action.creates else self.lead_up(action, step.day, {})
            if made and states.get(near, NEW) == NEW:
                step.on = made[-1].on
            return made
        if near is None:
            bound = {each.maker.action.record.record_type: each.maker for each in self._around(step)}
            made = self.lead_up(action, step.day, bound)
            for each in made or ():
                each.like = step.maker if each.on is None else None
            return made
        state = states.get(near, near.state)
        if state in action.states:
            return [WayStep(action, near, step.day)]
        first = self.to_state(near, state, frozenset(action.states))
        return None if first is None else [*first, WayStep(action, near, step.day)]

    def _around(self, step: WayStep) -> Iterator[WayStep]:
        """Yield the steps whose records a step is on or names, its own maker first."""
        yield step.maker
        yield from step.refers.values()
        yield from step.maker.refers.values()

    def _near(self, step: WayStep, type: type[Record]) -> WayStep | None:
        return next((each.maker for each in self._around(step) if each.maker.action.record is type), None)

    def _with_records(self, steps: list[WayStep], bound: Mapping[str, WayStep], depth: int) -> list[WayStep] | None:
        """Put the acts in front that make the records that these steps must name."""
        before: list[WayStep] = []
        for step in steps:
            for name, types, offered in _named(step.action):
                type = next((each for each in types if each in self.snapshot.types), "")
                if type in bound:
                    step.refers[name] = bound[type]
                    continue
                made = self._record(type, offered.get(type, ()), step.day, depth) if type and depth < DEEPEST else None
                if made is None:
                    return None
                before += made
                step.refers[name] = made[0]
                bound = {**bound, type: made[0]}
        return [*before, *steps]

    def _record(self, type: str, offered: tuple[str, ...], day: date, depth: int) -> list[WayStep] | None:
        record = self.snapshot.types[type]
        run = self._run(record, NEW, frozenset(offered or record.states))
        if not run:
            return None
        first = WayStep(run[0], None, day)
        return self._with_records([first, *(WayStep(action, first, day) for action in run[1:])], {}, depth + 1)

    def _run(self, type: type[Record], state: str, wanted: frozenset[str]) -> list[Action] | None:
        """Return the fewest acts, of those that somebody may do, that take a record from a state to one of those wanted."""
        found: dict[str, list[Action]] = {state: []}
        queue = deque([state])
        while queue:
            here = queue.popleft()
            if here in wanted:
                return found[here]
            for action in type.acts().values():
                to = action.to
                if to and here in action.states and to not in found and self.powers.able(type.record_type, action.name):
                    found[to] = [*found[here], action]
                    queue.append(to)
        return None


def _named(action: Action) -> Iterator[tuple[str, tuple[str, ...], Mapping[str, tuple[str, ...]]]]:
    """Yield the fields of an input that must name a record: field, types, per type the states of those offered."""
    required = {each.name: each.encode_name for each in msgspec.structs.fields(action.input) if each.required}
    for name, marks in action.marks.items():
        if "refers" in marks and name in required and marks["refers"] != "person":
            states: Mapping[str, Any] = marks.get("states", {})
            yield required[name], tuple(marks["refers"].split()), states

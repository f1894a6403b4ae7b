"""Acts performed one after the other in a copy of a lab, each by the first person whom the kernel lets, on its day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from steerco.answers.lab import NEWCOMER, Lab
from steerco.answers.steps import WayStep
from steerco.committee.members.directory import Day
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.policy.decision import Remark
from steerco.records import OutOfOrder, Refused, Stopped
from steerco.records.sample import SampleWords, sample

MORNING, MEETS, AFTER = time(8), time(9), time(10)
"""When a day's acts begin, when a meeting of that day starts, and when the acts of and after it begin."""
OPENS = "open"
"""The state of a meeting from which its time has come."""


class Trying(msgspec.Struct, frozen=True):
    """What an act is tried with where nobody says: a party, the day of meetings, and the input that was given."""

    party: str
    day: date
    given: Mapping[str, Any]


@dataclass
class Walked:
    """How far a chain came: what each step left, and what stopped the next one, if anything did.

    ``late``: the step was done, with a remark that it was late. ``states`` are those of the records by the step that made them.
    """

    done: list[Done] = field(default_factory=list)
    stopped: Stopped | None = None
    late: Remark | None = None
    states: dict[WayStep, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.stopped is None and self.late is None


class Walker:
    """Performs chains in copies of one lab. ``tried`` counts the acts that the kernel was given.

    ``there`` is the record that a way is asked for, if it is there already, ``starts`` when its meeting does: nothing is done
    before the time of the lab, and nothing of a meeting before it starts.
    """

    def __init__(self, lab: Lab, there: WayStep | None = None, starts: datetime | None = None) -> None:
        self.lab, self.tried, self.there, self.starts = lab, 0, there, starts
        self._days: dict[date, Day] = {}

    def day(self, on: date) -> Day:
        """Return the directory on a day."""
        if on not in self._days:
            self._days[on] = self.lab.day.all.on(on, self.lab.snapshot.regime_on(on).charter)
        return self._days[on]

    def walk(self, steps: Sequence[WayStep], trying: Trying) -> Walked:
        """Perform the steps in a copy until one is stopped, or done late."""
        walked, copy = Walked(), self.lab.copy()
        ids: dict[WayStep, str] = {}
        met = False
        try:
            for number, step in enumerate(steps):
                met = met or step.action.to == OPENS
                came = self._one(copy, step, self._at(step.day, number, met), ids, trying)
                if isinstance(came, Stopped):
                    walked.stopped = came
                    break
                walked.done.append(came)
                ids.setdefault(step.maker, came.id)
                walked.states[step.maker] = came.state
                if late := next((each for each in came.decision.remarks if each.because and "last" in each.params), None):
                    walked.late = late
                    break
            return walked
        finally:
            self.lab.give_back(copy)

    def _at(self, day: date, number: int, met: bool) -> datetime:
        zone = self.lab.snapshot.settings.zone
        at = datetime.combine(day, AFTER if met else MORNING, zone) + timedelta(minutes=number)
        if self.there is None:
            return at
        later = [self.lab.at, *([self.starts] if met and self.starts and self.starts.astimezone(zone).date() == day else [])]
        return max(at, *(each + timedelta(minutes=number + 1) for each in later))

    def _one(self, copy: Lab, step: WayStep, at: datetime, ids: Mapping[WayStep, str], trying: Trying) -> Done | Stopped:
        stops: list[Stopped] = []
        for person in self._people(step):
            for given in self._inputs(step, person, ids, trying):
                self.tried += 1
                on = (ids.get(step.on) or step.on.id) if step.on is not None else None
                try:
                    done = perform(copy.tenant, ActRequest(person, step.action.id, at, on=on, input=given))
                except Stopped as stopped:
                    stops.append(stopped)
                else:
                    step.by = person
                    return done
        return min(stops, key=_weight)

    def _people(self, step: WayStep) -> Iterator[str]:
        """Yield the people who could do a step, first those who did it or the step that it is like; nobody who is away on that
        day."""
        day = self.day(step.day)
        away = {absence.person for absence in day.all.absences if absence.first <= step.day <= absence.last}
        order = [holder for role in day.charter.roles for holder in sorted(day.holders(role.id))]
        first = [step.by, *([step.like.by] if step.like else [])]
        rest = sorted(day.all.persons.keys() - {NEWCOMER})
        for person in dict.fromkeys([*first, *order, *rest, NEWCOMER]):
            if person and person not in away:
                yield person

    def _inputs(self, step: WayStep, person: str, ids: Mapping[WayStep, str], trying: Trying) -> Iterator[dict[str, Any]]:
        """Yield the inputs that a step is tried with: one for each kind of record where nobody says which."""
        starts = datetime.combine(trying.day, MEETS).isoformat()
        fields = {each.encode_name for each in msgspec.structs.fields(step.action.input)}
        made = sample(step.action, SampleWords(trying.party, trying.day.isoformat(), starts, person))
        needed = {each.encode_name for each in msgspec.structs.fields(step.action.input) if each.required or step.on is None}
        given = {name: value for name, value in made.items() if name in needed}
        given |= {name: value for name, value in trying.given.items() if name in fields}
        given |= {name: ids.get(of) or of.id for name, of in step.refers.items()}
        kinds = step.action.record.kinds if "kind" in fields and "kind" not in trying.given and step.on is None else ()
        for kind in kinds or ("",):
            yield {**given, "kind": kind} if kind else given


def _weight(stopped: Stopped) -> int:
    """Return the stop that tells most of why nobody could: that it is out of order, then that it is refused by a clause."""
    if isinstance(stopped, OutOfOrder):
        return 0
    if isinstance(stopped, Refused):
        return 1 if stopped.decision.because else 2
    return 3

"""The meeting that a way is about and that is in the calendar: it opens on its day, and some things cannot be done after that."""

from __future__ import annotations

from datetime import date, datetime

from steerco.answers.lab import Lab
from steerco.answers.standing_records import StandingRecords
from steerco.answers.steps import Chains, WayStep
from steerco.answers.walk import OPENS, Trying, Walked, Walker


class StandingMeeting:
    """One meeting that was planned or called and has not opened. ``starts`` is when it begins, ``day`` that day."""

    def __init__(self, chains: Chains, step: WayStep, starts: datetime, day: date) -> None:
        self.chains, self.step, self.starts, self.day = chains, step, starts, day

    @classmethod
    def of(cls, lab: Lab, chains: Chains, records: StandingRecords, there: WayStep | None) -> StandingMeeting | None:
        """Return the meeting that a record is or names, if its day is yet to come and it is yet to open."""
        found = records.meeting(there) if there is not None else None
        if found is None:
            return None
        day = lab.snapshot.local(found[1])
        meeting = cls(chains, *found, day)
        return meeting if day >= lab.day.day and meeting.opening() else None

    def opening(self) -> list[WayStep]:
        """Return the acts that open it on its day; none where it is open, or past that."""
        open_now = self.step.state == OPENS
        steps = [] if open_now else self.chains.to_state(self.step, self.step.state, frozenset({OPENS})) or []
        for step in steps:
            step.day = self.day
        return steps

    def hold(self, steps: list[WayStep]) -> tuple[int, int]:
        """Bring its opening to its day, and whatever has to be done before.

        Return which step that is, and by how many days the day is too late for it (0: in time).
        """
        opens = next((number for number, step in enumerate(steps) if step.action.to == OPENS), -1)
        if opens >= 0 and self.day > steps[opens].day:
            return opens, (self.day - steps[opens].day).days
        for step in steps[: opens + 1]:
            step.day = min(step.day, self.day)
        return opens, 0

    def outlived(self, walker: Walker, steps: list[WayStep], trying: Trying) -> bool:
        """Return whether a step cannot be done any more once it has opened on its day; then all move to that day."""
        if any(step.action.to == OPENS for step in steps):
            return False
        late = [step for step in steps if step.day > self.day]
        whole = sorted([*self.opening(), *steps], key=lambda step: step.day)
        walked = walker.walk(whole, trying) if late else Walked()
        if walked.ok:
            return False
        stopped = whole[len(walked.done) - (walked.late is not None)]
        if stopped not in late and all(step.maker is not self.step for step in late):
            return False  # the meeting itself cannot be opened that day, which says nothing of what is done beside it
        for step in late:
            step.day = self.day
        return True

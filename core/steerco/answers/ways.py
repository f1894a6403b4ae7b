"""The shortest lawful way to an act by a day: the acts, by whom, when at the latest, by which clauses; or what stands in the way.

Example: ``way(lab, "matter.decide", date(2021, 6, 18))`` answers that one body raises the matter and prepares the opinion, and
that the officer who stands in decides it, since the first one is away.

Pattern: guess, perform, mend. The acts begin on the last day. The kernel performs them in a copy; where it stops one because of a
day, that act and those before it move to the last lawful day; where something is missing, the act that brings it goes in front;
where nobody may do it on that day, the day before the last change of who is who is tried. What is told was performed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec

from steerco.answers.findings import Looked, cited, unlooked
from steerco.answers.found_way import MayShorten, NoSuchWay, Verdict, Way, WayAct, WayStop
from steerco.answers.lab import Lab
from steerco.answers.powers import Powers
from steerco.answers.standing_meeting import StandingMeeting
from steerco.answers.standing_records import StandingRecords
from steerco.answers.steps import Chains, WayStep, needed
from steerco.answers.walk import Trying, Walked, Walker
from steerco.charter.versions import possible_from
from steerco.configuration.regime import PLATFORM
from steerco.records import NEW, Action, Invalid, OutOfOrder, Refused, Stopped
from steerco.records.sample import OFFERED

MOST = 40
"""So often a chain is mended or moved before it is given up."""
PARTIES = 8
"""So many parties are tried where an act must name one and nobody says whom."""
LATER = 12
"""So many later days are tried where it cannot be done in time."""
BEGUN, BESIDE = "records-there", "records-beside"
NOT_LOOKED_AT = ("people-away", "made-up", "other-committees")


def way(lab: Lab, goal: str, by: date, given: Mapping[str, Any] | None = None, on: str = "", asker: str = PLATFORM) -> Way:
    """Return the shortest lawful way to do an act by a day, from the day of the lab on. Raises ``NoSuchWay``.

    ``given`` is input of the acts, by field (``class``, ``kind``): the way is for such records. ``on`` names the record (id or
    reference) on which it is to be done: one of a lab of records. Other records are told of as far as the ``asker`` may see them.
    """
    action = lab.snapshot.action(goal)
    if action is None or action.name in action.record.platform_acts:
        raise NoSuchWay("do", "no-such-act", given=goal)
    search = _WaySearch(lab, action, given or {}, on, asker)
    if by < search.since:
        raise NoSuchWay("by", "day-before-start", since=search.since.isoformat())
    return search.answer(by)


@dataclass
class _WayTried:
    """What came of one last day: the steps as they stand, what was performed, and what is in the way."""

    steps: list[WayStep]
    walked: Walked
    at: int
    held: dict[WayStep, tuple[str, ...]] = field(default_factory=dict)
    short: int = 0

    @property
    def ok(self) -> bool:
        return self.walked.ok and not self.short


class _WaySearch:
    """The search for one goal in one lab."""

    def __init__(self, lab: Lab, goal: Action, given: Mapping[str, Any], on: str, asker: str) -> None:
        self.lab, self.goal, self.given, self.since = lab, goal, given, lab.day.day
        standing = StandingRecords(lab, asker)
        self.there = standing.named(goal.record, on) if on else None
        if on and (self.there is None or set(goal.states) == {NEW}):
            code = "makes-its-own-record" if self.there else "no-record-of-type"
            raise NoSuchWay("on", code, given=on, type=goal.record.record_type)
        self.chains = Chains(lab.snapshot, Powers(lab), standing.beside if self.there else None)
        self.meets = StandingMeeting.of(lab, self.chains, standing, self.there)
        self.walker = Walker(lab, self.there, self.meets.starts if self.meets else None)

    def answer(self, by: date) -> Way:
        tried = self._any(by)
        first = None
        if not tried.ok:
            first = self._later(by, tried)
        acts = self._acts(tried) if tried.ok else ()
        stop = None if tried.ok else self._stop(tried)
        away = {a.person for a in self.lab.day.all.absences if a.first <= by and a.last >= self.since}
        left = (
            *map(unlooked, (BESIDE if self.there else BEGUN, *NOT_LOOKED_AT)),
            *(() if tried.ok else (unlooked("days-after", day=first or by + timedelta(days=LATER)),)),
        )
        acts_tried, length = self.walker.tried, len(tried.steps)
        looked = Looked.at(self.since, left, steps=length, asked=length, tried=acts_tried, proof="on-its-day")
        verdict: Verdict = "way" if tried.ok else "too-late" if tried.short or first else "not-found"
        on, meets = self.there.ref if self.there else "", self.meets.starts if self.meets else None
        return Way(self.goal.id, verdict, self.since, by, acts, stop, first, tried.short, tuple(sorted(away)), looked, on, meets)

    def _any(self, by: date) -> _WayTried:
        """Try the parties that an act may name, until there is a way; else return what came furthest."""
        best: _WayTried | None = None
        for party in self._parties():
            tried = self._tried(by, party)
            if tried.ok or not any(_names_party(step.action) for step in tried.steps):
                return tried
            if best is None or len(tried.walked.done) > len(best.walked.done):
                best = tried
        assert best is not None
        return best

    def _parties(self) -> list[str]:
        charter = self.lab.day.charter
        heads = [body.head for body in charter.bodies if body.head]
        held = [role.id for role in charter.roles if self.lab.day.holders(role.id)]
        people = [self.lab.day.holders(role)[0] for role in held]
        agencies = list(self.lab.day.all.agencies)[:2]
        return list(dict.fromkeys([*heads, *agencies, *people]))[:PARTIES] or [""]

    def _tried(self, by: date, party: str) -> _WayTried:
        there = self.there
        steps = self.chains.lead_on(self.goal, there, by) if there else self.chains.lead_up(self.goal, by, {})
        if steps is None:
            return _WayTried([WayStep(self.goal, None, by)], Walked(stopped=OutOfOrder("no-run-of-acts")), 0)
        if unknown := sorted(set(self.given).difference(*(_fields(step.action) for step in steps))):
            raise NoSuchWay("with", "taken-by-no-act", fields=", ".join(unknown), acts=", ".join(s.action.id for s in steps))
        trying = Trying(party, by, self.given)
        held: dict[WayStep, tuple[str, ...]] = {}
        for _ in range(MOST):
            opens, short = self.meets.hold(steps) if self.meets else (0, 0)
            if self.meets and short:
                why = OutOfOrder("meeting-on-its-day", on=self.meets.day.isoformat())
                return _WayTried(steps, Walked(stopped=why), opens, short=short)
            walked = self.walker.walk(steps, trying)
            at = len(walked.done) - (walked.late is not None)
            if walked.ok and self.meets and self.meets.outlived(self.walker, steps, trying):
                continue
            if walked.ok:
                return _WayTried(steps, walked, at, held)
            moved, step = self._moved(steps, at, walked), steps[at]
            if moved:
                held[step] = _clauses(walked)
                steps.sort(key=lambda step: step.day)  # what the moved act needs has moved with it
                if (first := min(step.day for step in steps)) < self.since:
                    return _WayTried(steps, walked, at, held, (self.since - first).days)
            elif not self._mended(steps, at, walked):
                break
        return _WayTried(steps, walked, at, held)

    def _moved(self, steps: list[WayStep], at: int, walked: Walked) -> bool:
        """Move the step that came at the wrong time, and those before it. Return whether there is anything to move."""
        step = steps[at]
        params = walked.late.params if walked.late else walked.stopped.params if walked.stopped else {}
        if (last := _day(params.get("last"))) is not None:
            last = min(last, step.day - timedelta(days=1))
        elif (after := _day(params.get("until")) or _day(params.get("on"))) is not None and after > step.day:
            back = after - step.day
            for each in needed(steps, step):
                each.day -= back
            return at > 0
        elif isinstance(walked.stopped, Refused):
            last = max((turn for turn in self._turns() if turn <= step.day), default=None)
            last = last - timedelta(days=1) if last is not None else None
            if last is None or last < self.since:
                return False
        if last is None:
            return False
        for each in (step, *needed(steps, step)):
            each.day = min(each.day, last)
        return True

    def _turns(self) -> set[date]:
        """Return the days on which somebody else may do something than on the day before."""
        directory = self.lab.day.all
        turns = {day for a in directory.absences for day in (a.first, a.last + timedelta(days=1))}
        turns |= {day for h in directory.holdings for day in (h.first, h.last and h.last + timedelta(days=1)) if day}
        turns |= {possible_from(charter) for charter in self.lab.snapshot.charters}
        turns |= {self.meets.day} if self.meets is not None else set()
        return {day for day in turns if day > self.since}

    def _mended(self, steps: list[WayStep], at: int, walked: Walked) -> bool:
        step, stopped = steps[at], walked.stopped
        more: list[WayStep] | None = None
        if isinstance(stopped, OutOfOrder):
            more = self.chains.mended(step, stopped, walked.states)
        elif isinstance(stopped, Invalid):
            more = self._further(step, walked.states)
        if not more:
            return False
        for each in more:
            each.day = step.day
        step.needs += more
        steps[at:at] = more
        return True

    def _further(self, step: WayStep, states: Mapping[WayStep, str]) -> list[WayStep] | None:
        """Return the acts that take a record which a step names, and which does not fit yet, to the next state offered."""
        for name, made in step.refers.items():
            marks = next((marks for field, marks in step.action.marks.items() if field.rstrip("_") == name), {})
            offered = marks.get("states", {}).get(made.action.record.record_type, ())
            state = states.get(made, made.state)
            later = offered[offered.index(state) + 1 :] if state in offered else ()
            if later and (more := self.chains.to_state(made, state, frozenset(later[:1]))):
                return more
        return None

    def _later(self, by: date, tried: _WayTried) -> date | None:
        """Return a later day on which there is a way: after as many days as were lacking, or after the next change of people."""
        day, last = by, by + timedelta(days=366)
        for _ in range(LATER):
            turns = [turn for turn in self._turns() if turn > day]
            if tried.short:
                day += timedelta(days=tried.short)
            elif turns:
                day = min(turns)
            else:
                return None
            if day > last:
                return None
            tried = self._any(day)
            if tried.ok:
                return day
        return None

    # The answer

    def _acts(self, tried: _WayTried) -> tuple[WayAct, ...]:
        calendar = self.lab.snapshot.calendar
        acts = []
        for step, done in zip(tried.steps, tried.walked.done, strict=True):
            regime = self.lab.snapshot.regime_on(step.day)
            decision = done.decision
            because = cited(regime, tuple(each.clause for each in decision.because))
            given = {name: value for name, value in self.given.items() if name in _fields(step.action)}
            kind = decision.facts.object.partition(".")[2]
            acts.append(
                WayAct(
                    action=step.action.id,
                    by=step.by,
                    capacity=decision.capacity,
                    acting_for=decision.acting_for,
                    latest=step.day,
                    day_off=not calendar.is_working(step.day),
                    clauses=because,
                    held_by=cited(regime, tried.held.get(step, ())),
                    input={**given, **({"kind": kind} if kind and step.on is None else {})},
                    on=step.on.ref if step.on is not None else "",
                )
            )
        return tuple(acts)

    def _stop(self, tried: _WayTried) -> WayStop:
        step, stopped, late = tried.steps[tried.at], tried.walked.stopped, tried.walked.late
        on = max(step.day, self.since)
        regime = self.lab.snapshot.regime_on(on)
        clauses = _clauses(tried.walked)
        params = late.params if late else stopped.params if stopped else {}
        return WayStop(
            action=step.action.id,
            on=on,
            outcome="late" if late else stopped.outcome if stopped else "",
            code=late.code if late else stopped.code if stopped else "",
            clauses=cited(regime, clauses),
            params={name: str(value) for name, value in params.items() if isinstance(value, str | int)},
            who_may=stopped.decision.who_may if isinstance(stopped, Refused) else (),
            shorten=self._shorten(step, str(params.get("clock", "")), on) if tried.short else (),
        )

    def _shorten(self, step: WayStep, clock: str, on: date) -> tuple[MayShorten, ...]:
        regime = self.lab.snapshot.regime_on(on)
        found = []
        for rule in regime.clocks.get(step.action.id, ()) if clock else ():
            for each in rule.shorten if rule.id == clock else ():
                to = each.to if isinstance(each.to, str) else f"{each.to.value} {each.to.unit}"
                found.append(MayShorten(each.by, to, each.cause, cited(regime, rule.cite)))
        return tuple(found)


def _clauses(walked: Walked) -> tuple[str, ...]:
    """Return the clauses by which a step was stopped, or is late."""
    match walked.stopped:
        case Refused() as refused:
            return tuple(each.clause for each in refused.decision.because)
        case Stopped() as stopped:
            return tuple(getattr(stopped, "cites", ()))
    return tuple(each.clause for each in walked.late.because) if walked.late else ()


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _fields(action: Action) -> set[str]:
    return {each.encode_name for each in msgspec.structs.fields(action.input)}


def _names_party(action: Action) -> bool:
    filled = {each.name for each in msgspec.structs.fields(action.input) if each.required or each.encode_name in OFFERED}
    return any("party" in marks and name in filled for name, marks in action.marks.items())

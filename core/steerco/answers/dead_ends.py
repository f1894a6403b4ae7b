"""Dead ends of a regulation: duties that nobody can discharge, powers that nobody has, states that nothing leaves, clauses
that nothing reads, requirements that no act can meet.

Each is read off the lines, the states and the people of a day, in time that grows with the lines. Before it says that nobody may
do what a duty, a state or a requirement needs, the kernel has refused the act to each kind of person. Powers of nobody, barred
powers, successions and clauses are read off the texts alone. What somebody may only do by a tie to a record (the one who leads,
who was invited) counts as possible: people come to be tied by acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from steerco.answers.findings import Found, Level, Looked, RuleFinding, cited, found, unlooked
from steerco.answers.lab import Lab
from steerco.answers.powers import Powers
from steerco.charter.coverage import of_layer
from steerco.charter.duties import duties
from steerco.charter.events import MEETING_HELD
from steerco.charter.model import Charter, Duty, Source
from steerco.charter.rules import regulated
from steerco.configuration.plugin_wiring import named
from steerco.kernel.awaiting import awaited_acts
from steerco.policy.line import ANY, READ, RELATION, Line
from steerco.records import NEW, Action, Record
from steerco.records.course import onward

CONVENE = "meeting.convene"
"""What a meeting that is owed begins with."""
NOT_LOOKED_AT = ("ties", "functions", "rules-of-plugins")


def dead_ends(lab: Lab, *, vacant: bool = True) -> Found:
    """Return everything in a committee's rules that leads nowhere on the day of the lab, warnings first.

    ``vacant``: also for want of anybody in a seat that day, though somebody is appointed to it on another.
    """
    before = lab.tried
    search = _Search(lab, Powers(lab, ever=not vacant))
    told = [*search.duties(), *search.lines(), *search.successions(), *search.states(), *search.requirements(), *search.clauses()]
    asked, tried = search.powers.asked + len(lab.regime.lines), lab.tried - before
    return found(told, Looked.at(lab.day.day, map(unlooked, NOT_LOOKED_AT), asked=asked, tried=tried, proof="decided"))


class _Search:
    """One look at a lab."""

    def __init__(self, lab: Lab, powers: Powers) -> None:
        self.lab, self.powers, self.regime = lab, powers, lab.regime
        self.types: Mapping[str, type[Record]] = lab.snapshot.types

    def _told(
        self,
        code: str,
        source: Source,
        clauses: tuple[str, ...],
        params: dict[str, str],
        *,
        level: Level = "warning",
        asked: int = 0,
    ) -> RuleFinding:
        return RuleFinding(code, level, params, cited(self.regime, clauses), source.file, source.line, asked)

    # Duties

    def duties(self) -> Iterator[RuleFinding]:
        """Duties whose every discharging act nobody may do on such a record."""
        for layer in (self.regime.charter, *self.regime.layers):
            for duty in duties(layer):
                yield from self._duty(duty, layer)

    def _duty(self, duty: Duty, layer: Charter) -> Iterator[RuleFinding]:
        acts, people, asked = list[str](), list[str](), 0
        for done_by in duty.done_by:
            steps = (MEETING_HELD, CONVENE) if done_by == MEETING_HELD else (done_by,)
            closed = next(((act, found) for act in steps if (found := self._closed(duty, act)) is not None), None)
            if closed is None:
                return
            asked = closed[1]
            acts.append(closed[0])
            people += [line.subject for line in self.powers.lines(*closed[0].split(".", 1))]
        if acts:
            who = ", ".join(dict.fromkeys(people))
            source = duty.source if duty.source.file else Source(layer.file, duty.source.line)
            code = "duty-of-nobody" if not who else "duty-not-of-such"
            params = {"duty": duty.id, "acts": ", ".join(acts), "who": who}
            yield self._told(code, source, duty.cite, params, asked=asked)

    def _closed(self, duty: Duty, act: str) -> int | None:
        """Return how many kinds of persons may not do an act that a duty needs; None where somebody may, or may come to."""
        kind, body = duty.done_where.get("kind", ""), duty.done_where.get("body", "")
        type, _, name = act.partition(".")
        record = self.types.get(type)
        action = record.actions.get(name) if record else None
        if record is None or action is None or name in record.platform_acts:
            return None
        kind = kind if kind in record.kinds else ""
        if self.powers.able(type, name, f"{type}.{kind}" if kind else "", body if body in self._bodies() else ""):
            return None
        return self.powers.refused(record, action, kind, body or self._main(), _before(action))

    def _bodies(self) -> set[str]:
        return {body.id for body in self.regime.charter.bodies}

    def _main(self) -> str:
        return regulated(self.regime.charter) or self.lab.snapshot.settings.main_body or ANY

    # Powers

    def lines(self) -> Iterator[RuleFinding]:
        """Lines that grant an act to nobody: no one is the subject today, or a bar takes all of it."""
        for line in self.regime.lines:
            if not line.allow:
                continue
            if (bar := self.powers.barred(line)) is not None:
                params = {"line": str(line), "bar": f"{bar.file}:{bar.number}", "act": _act(line)}
                yield self._told("power-barred", line.source, (line.clause, bar.clause), params)
        vacant: dict[str, list[Line]] = {}
        for line in self.regime.lines:
            if line.allow and line.act != READ and self.powers.nobody(line.subject):
                vacant.setdefault(line.subject, []).append(line)
        for subject, lines in vacant.items():
            only = [line for line in lines if not self.powers.able(line.type, line.act, line.object, _place(line))]
            if only:
                acts = ", ".join(dict.fromkeys(map(_act, only)))
                clauses = tuple(dict.fromkeys(line.clause for line in only))[:3]
                yield self._told("power-of-nobody", only[0].source, clauses, {"subject": subject, "acts": acts})

    def successions(self) -> Iterator[RuleFinding]:
        """Powers that pass to a substitute and that the absent officer never had."""
        charter = self.regime.charter
        for rule in charter.successions:
            held = self.regime.table.closed({rule.absent, *self._around(rule.absent)})
            for power in rule.powers:
                type, _, act = power.partition(";")[0].partition(".")
                acts = self.types[type].actions if type in self.types and act == ANY else {act: None}
                lines = (line for name in acts for line in self.powers.lines(type, name))
                if type in self.types and not any(line.subject in held or line.subject.startswith(RELATION) for line in lines):
                    params = {"absent": rule.absent, "acts": rule.acts, "power": power}
                    yield self._told("succession-of-nothing", rule.source, rule.cite, params)

    def _around(self, role: str) -> Iterator[str]:
        found = self.regime.charter.role(role)
        if found is not None:
            yield found.body
        yield from (seat.id for seat in self.regime.charter.seats if seat.role == role)

    # States

    def states(self) -> Iterator[RuleFinding]:
        """States in which records wait for an act that nobody may do, of each type, kind and body in which some can be made."""
        for record in self.types.values():
            stuck: dict[tuple[str, str, str, str], list[str]] = {}
            for kind in record.kinds or ("",):
                object = f"{record.record_type}.{kind}" if kind else record.record_type
                for body in sorted(self._bodies()):
                    if self._makers(record, object, body):
                        for state, acts, ways in self._stuck(record, kind, object, body):
                            stuck.setdefault((body, state, acts, ways), []).append(kind)
            for (body, state, acts, ways), kinds in stuck.items():
                yield self._stuck_told(record, body, state, kinds, {"acts": acts, "ways": ways})

    @cached_property
    def _spoken(self) -> frozenset[str]:
        """Every act that some line, succession, requirement or duty names."""
        charter, layers = self.regime.charter, (self.regime.charter, *self.regime.layers)
        acts = {f"{line.type}.{line.act}" for line in self.regime.lines} | self.regime.procedures.keys()
        acts |= {power.partition(";")[0] for rule in charter.successions for power in rule.powers}
        return frozenset(acts.union(*(duty.done_by for layer in layers for duty in duties(layer))))

    def _makers(self, record: type[Record], object: str, body: str) -> list[Line]:
        """Return the lines by which somebody can make such a record in the body."""
        making = [action.name for action in record.acts().values() if action.creates]
        named = [name for name in making if self.powers.able(record.record_type, name, object, body)]
        return [line for name in named for line in self.powers.lines(record.record_type, name, object, body)]

    def _stuck_told(self, record: type[Record], body: str, state: str, kinds: list[str], ways: dict[str, str]) -> RuleFinding:
        """Return a state without a way on. It is information where the texts do not speak of the way on at all, and where the
        line that makes the record is for every body and there is a way in another: the line is wider than what may follow from
        it."""
        type, object = record.record_type, f"{record.record_type}.{kinds[0]}" if kinds[0] else record.record_type
        makers = self._makers(record, object, body)
        elsewhere = [other for other in self._bodies() if other != body and self._makers(record, object, other)]
        fine = any(all(s != state for s, _, _ in self._stuck(record, kinds[0], object, other)) for other in elsewhere)
        wide = fine and all(line.body == ANY for line in makers)
        code = "state-only-called-off" if ways["ways"] else "state-without-exit"
        params = {"type": type, "kinds": ", ".join(filter(None, kinds)), "body": body, "state": state, **ways}
        asked = len(self.powers.held)
        spoken = any(act in self._spoken for act in ways["acts"].split(", "))
        level: Level = "warning" if spoken and not wide else "information"
        return self._told(code, makers[0].source, (makers[0].clause,), params, level=level, asked=asked)

    def _stuck(self, record: type[Record], kind: str, object: str, body: str) -> Iterator[tuple[str, str, str]]:
        """Yield (state, acts that would lead on, acts that only call it off) of each state that nobody can lead on from."""
        type = record.record_type

        def able(action: Action) -> bool:
            return action.name in record.platform_acts or self.powers.able(type, action.name, object, body)

        reached = _reached(record, able)
        for state in awaited_acts(record):
            if state not in reached or record.ends_as == state:
                continue
            leaving = [a for a in record.actions.values() if state in a.states and a.to not in (None, state)]
            further = onward(record, state) or tuple(leaving)
            if any(able(action) for action in further):
                continue
            if None not in [self.powers.refused(record, action, kind, body, state) for action in further]:
                ways = ", ".join(f"{type}.{action.name}" for action in leaving if able(action))
                yield state, ", ".join(f"{type}.{action.name}" for action in further), ways

    # Requirements and clauses

    def requirements(self) -> Iterator[RuleFinding]:
        """Requirements that come to be met by an act which nobody may do, where the act that needs them is somebody's."""
        for action, rules in self.regime.procedures.items():
            type, _, act = action.partition(".")
            record = self.types.get(type)
            for rule in rules:
                remedy = record.remedies.get(rule.requires, "") if record else ""
                met, _, by = remedy.partition(".")
                of = self.types.get(met)
                if of is None or by in of.platform_acts or not self.powers.able(type, act) or self.powers.able(met, by):
                    continue
                asked = self.powers.refused(of, of.actions[by], "", self._main(), _before(of.actions[by]))
                if asked is not None:
                    params = {"act": action, "requires": rule.requires, "by": remedy}
                    yield self._told("requirement-unmet", rule.source, rule.cite, params, asked=asked)

    def clauses(self) -> Iterator[RuleFinding]:
        """Clauses of the charter and the house rules under which nothing runs."""
        lines = [(line.clause, str(line)) for line in self.regime.lines]
        hooks = list(named(self.lab.snapshot.circle))
        for layer in (self.regime.charter, *(each for each in self.regime.layers if each.instrument.kind == "house")):
            covered = of_layer(layer, lines, (), hooks)
            for clause in layer.clauses:
                under = covered[clause.id]
                if not (under.powers or under.duties or under.rules or under.hooks):
                    yield self._told("clause-unread", clause.source, (clause.id,), {"clause": clause.id}, level="information")


def _reached(record: type[Record], able: Callable[[Action], bool]) -> set[str]:
    """Return the states to which somebody's acts can lead from nothing."""
    states, moved = {NEW}, True
    while moved:
        before = len(states)
        for action in record.actions.values():
            if action.to and states.intersection(action.states) and able(action):
                states.add(action.to)
        moved = len(states) > before
    return states


def _before(action: Action) -> str:
    return action.states[0]


def _act(line: Line) -> str:
    type, _, kind = line.object.partition(".")
    return f"{type}.{line.act}" + (f" ({kind})" if kind else "")


def _place(line: Line) -> str:
    return "" if line.body == ANY else line.body

"""Where two texts give different answers to the same question: charter and law, charter and house rules, a text and itself.

Pattern: evaluate both sides over the same finite space, and tell the first point where they differ: the act, the person, the day.
Values are compared in every case that either side names, lengths of time on each day of a year; lines where some request falls
under both. The kernel is asked how it takes a meeting that is called late, and whether the person named may do an act. What
prevails is what the program then applies, and why is told only where the texts or their forces say so.

Rules:

- A bar that is narrower than what it takes from (one kind, one aim, a tie to the record) is an exception, not a conflict.
- A value that is not stated contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations

from msgspec import structs

from steerco.answers.findings import Found, Looked, RuleFinding, cited, found, unlooked
from steerco.answers.lab import Lab
from steerco.answers.powers import Powers
from steerco.charter.duties import duties
from steerco.charter.model import NOT_STATED, Charter, Duty, Parameter, Procedure
from steerco.charter.rules import Effective, bound_of, effective, looser
from steerco.charter.values import NAMED, Days, Measure, NamedValue
from steerco.configuration.snapshot import Snapshot
from steerco.policy.house import clashes
from steerco.policy.line import ANY, RELATION, Line

DAYS = 366
"""So many days from the day of the question on are tried for lengths of time."""
NOT_LOOKED_AT = ("other-laws", "words-of-plugins", "wording")
NOTICE = "notice"
RANK = {"binding": 0, "floor": 1, "charter": 2, "house": 3, "default": 4}


def conflicts(snapshot: Snapshot, today: date, lab: Lab | None = None) -> Found:
    """Return every conflict between the texts in force on a day.

    ``lab``: the committee in which the kernel is asked about late notice. Without one (files that cannot be applied) the answer
    says so.
    """
    before = lab.tried if lab else 0
    search = _Texts(snapshot, today, lab)
    told = [*search.values(), *search.lines(), *search.house_lines(), *search.procedures(), *search.duties()]
    left = (unlooked("days-after", day=search.last), *map(unlooked, (*NOT_LOOKED_AT, *(() if lab else ("kernel",)))))
    tried = lab.tried - before if lab else 0
    return found(told, Looked.at(today, left, asked=search.asked, tried=tried, proof="notice" if lab else "read"))


class _Texts:
    """The texts in force together on one day."""

    def __init__(self, snapshot: Snapshot, today: date, lab: Lab | None) -> None:
        self.lab, self.regime = lab, snapshot.regime_on(today)
        self.layers: tuple[Charter, ...] = (self.regime.charter, *self.regime.layers)
        self.snapshot, self.today, self.calendar = snapshot, today, snapshot.calendar
        self.last = self.today + timedelta(days=DAYS - 1)
        self.powers = Powers(lab) if lab else None
        self.held = self.powers.held if self.powers else {}
        self.asked = 0

    def _told(
        self, code: str, first: Parameter | Line | Procedure | Duty, clauses: Sequence[str], params: dict[str, str]
    ) -> RuleFinding:
        return RuleFinding(code, "warning", params, cited(self.regime, tuple(clauses)), first.source.file, first.source.line)

    # Values

    def values(self) -> Iterator[RuleFinding]:
        """Values that two texts, or one text twice, state otherwise for the same case."""
        by_name: dict[str, list[tuple[Charter, Parameter]]] = {}
        for layer in self.layers:
            for rule in layer.rules:
                if rule.value != NOT_STATED and rule.effect != "shown":
                    by_name.setdefault(rule.name, []).append((layer, rule))
        for rules in by_name.values():
            for (one, first), (other, second) in combinations(rules, 2):
                self.asked += 1
                case = _case(first.where, second.where)
                if case is not None and self._both_count(one, first, other, second):
                    yield from self._differing(first, second, case)

    def _both_count(self, one: Charter, first: Parameter, other: Charter, second: Parameter) -> bool:
        """Return whether neither rule is a narrower case of the other in the same text, nor made to give way."""
        if one is other:
            return first.force == second.force and len(first.where) == len(second.where)
        if "default" in (first.force, second.force):
            return False
        house, text = (first, second) if one.instrument.kind == "house" else (second, first)
        fills = "house" in (one.instrument.kind, other.instrument.kind) and text.force == "charter"
        return not fills or text.where.items() <= house.where.items()  # a wider house rule fills what the text leaves

    def _differing(self, first: Parameter, second: Parameter, case: Mapping[str, str]) -> Iterator[RuleFinding]:
        bound = bound_of(first.name, (first, second))
        mine, other = _effective(first, bound), _effective(second, bound)
        day = self._day(mine, other)
        if day is None:
            return
        upper, lower = sorted((first, second), key=lambda rule: RANK.get(rule.force, 9))
        if upper.force == "floor":
            least, stated = _effective(upper, bound), _effective(lower, bound)
            day = next((each for each in self._days() if looser(stated, least, self._span(each))), None)
            if day is None:
                return  # tighter than the law asks on every day: that is allowed
        won = effective(first.name, self.layers, case, measure=self._span(day))
        same = upper.force == lower.force
        code = "value-twice" if same else "value-below-law" if upper.force in ("binding", "floor") else "value-of-house"
        days = Days(day, self.calendar)
        params = {
            "name": first.name,
            "case": ", ".join(f"{key} {value}" for key, value in sorted(case.items())) or "-",
            "first": _said(first),
            "second": _said(second),
            "day": day.isoformat(),
            "first_ends": _end(mine, days),
            "second_ends": _end(other, days),
            "holds": ", ".join(won.cite),
            "tried": self._called(first.name, case, day, max(_end(mine, days), _end(other, days))),
        }
        yield self._told(code, lower if not same else second, (*first.cite, *second.cite), params)

    def _called(self, name: str, case: Mapping[str, str], day: date, last: str) -> str:
        """Return how the kernel takes a meeting that is called on the later of the two last days: by which clauses it is late or
        refused. Empty where nothing holds the notice, or nobody may call it."""
        if self.lab is None or name != NOTICE or "meeting.convene" not in self.regime.procedures:
            return ""
        at = datetime.combine(date.fromisoformat(last), time(9), self.lab.snapshot.settings.zone)
        given = {"kind": "regular", **case, "starts_at": f"{day}T14:00:00"}
        for person in self.held.values():
            decision = self.lab.ask(person, "meeting.convene", given, at=at)
            if decision is not None and decision.outcome != "refused":
                stopped = decision.because if decision.outcome == "out-of-order" else ()
                late = tuple(each for remark in decision.remarks for each in remark.because)
                return ", ".join(dict.fromkeys(each.clause for each in (*stopped, *late)))
        return ""

    def _days(self) -> Iterator[date]:
        return (self.today + timedelta(days=n) for n in range(DAYS))

    def _span(self, day: date) -> Measure:
        return Days(day, self.calendar).span

    def _day(self, mine: Effective, other: Effective) -> date | None:
        """Return the first day on which the two values give different answers: for others than lengths of time, today."""
        if (mine.value, mine.unit) == (other.value, other.unit) and mine.bound == other.bound:
            return None
        if not NAMED.get(mine.name, NamedValue()).length and mine.end(Days(self.today, self.calendar)) is None:
            return self.today
        for day in self._days():
            self.asked += 1
            days = Days(day, self.calendar)
            if mine.end(days) != other.end(days) and self.calendar.is_working(day):
                return day
        return None

    # Lines

    def lines(self) -> Iterator[RuleFinding]:
        """Grants of which a bar of another clause takes the whole, or that meet a bar as wide for somebody."""
        table = self.regime.table
        for key in dict.fromkeys((line.type, line.act) for line in self.regime.lines):
            lines = table.lines_for(*key)
            for bar in (line for line in lines if not line.allow):
                for grant in (line for line in lines if line.allow and line.clause != bar.clause):
                    yield from self._clash(grant, bar)

    def _clash(self, grant: Line, bar: Line) -> Iterator[RuleFinding]:
        self.asked += 1
        table = self.regime.table
        same = grant.subject in table.groups_of(bar.subject) or bar.subject in table.groups_of(grant.subject)
        whole = f"{grant.object}.".startswith(f"{bar.object}.") and bar.facets <= grant.facets and bar.body in (ANY, grant.body)
        if not (same and whole) or (bar.subject != grant.subject and bar.subject not in table.groups_of(grant.subject)):
            return
        yield self._told("line-against-line", bar, (grant.clause, bar.clause), self._both_lines(grant, bar, grant.subject))

    def house_lines(self) -> Iterator[RuleFinding]:
        """House lines that would give or take what the regulation gives to somebody."""
        self.asked += sum(line.clause in self.regime.house.clauses for line in self.regime.lines)
        for line, grant, _ in clashes(list(self.regime.lines), self.regime.house, self.regime.closures):
            yield self._told(
                "house-against-charter", line, (grant.clause, line.clause), self._both_lines(grant, line, line.subject)
            )

    def _both_lines(self, grant: Line, against: Line, subject: str) -> dict[str, str]:
        """Return the circumstance of two lines that clash: the act, a person of whom both speak, what each says, and what
        holds."""
        table, bodies = self.regime.table, self.regime.charter.bodies
        known = ((person, held) for held, person in self.held.items() if subject in held)
        person, held = next(known, (subject, table.closed({subject})))
        body = next((body for body in (grant.body, against.body) if body != ANY), bodies[0].id if bodies else ANY)
        narrow = max((grant, against), key=lambda line: len(line.object))
        facets, act = grant.facets | against.facets, self.snapshot.action(f"{grant.type}.{grant.act}")
        if self.powers is not None and act is not None and person in self.powers.day.all.persons:
            may = self.powers.decides(person, act, narrow.object.partition(".")[2], body, facets)
        else:  # nobody is one of whom both lines speak, or it is a tie to a record
            may = table.allows(held, body, narrow.object, grant.act, facets)
        return {
            "act": f"{grant.type}.{grant.act}",
            "object": narrow.object,
            "who": person,
            "subject": subject,
            "first": f"{grant.file}:{grant.number}",
            "second": f"{against.file}:{against.number}",
            "may": "yes" if may else "no",
            "holds": against.clause if may == against.allow else grant.clause,
        }

    # Procedures and duties

    def procedures(self) -> Iterator[RuleFinding]:
        """Yield one requirement that two texts, or one twice, attach to the same act with different consequences."""
        for rules in self.regime.procedures.values():
            for first, second in combinations(rules, 2):
                self.asked += 1
                case = _case(first.where, second.where)
                if first.requires == second.requires and first.effect != second.effect and case is not None:
                    params = {
                        "act": first.on,
                        "requires": first.requires,
                        "case": ", ".join(f"{key} {value}" for key, value in sorted(case.items())) or "-",
                        "first": first.effect,
                        "second": second.effect,
                        "holds": ", ".join((first if first.effect == "out-of-order" else second).cite),
                    }
                    yield self._told("requirement-twice", second, (*first.cite, *second.cite), params)

    def duties(self) -> Iterator[RuleFinding]:
        """Two duties of one holder to do the same for the same, with different periods or days."""
        owed = [duty for layer in self.layers for duty in duties(layer)]
        alike: dict[tuple[object, ...], list[Duty]] = {}
        for duty in owed:
            such = (tuple(sorted(duty.done_where.items())), tuple(sorted(duty.where.items())))
            self.asked += 1
            alike.setdefault((duty.holder, duty.done_by, duty.after, such), []).append(duty)
            yield from self._powerless(duty)
        for same in alike.values():
            for first, second in combinations(same, 2):
                self.asked += 1
                if (first.every, first.due) != (second.every, second.due):
                    params = {
                        "holder": first.holder,
                        "act": ", ".join(first.done_by),
                        "first": _owed(first),
                        "second": _owed(second),
                        "holds": "",
                    }
                    yield self._told("duty-twice", second, (*first.cite, *second.cite), params)

    def _powerless(self, duty: Duty) -> Iterator[RuleFinding]:
        """Yield a duty of a named holder to do what the lines give to others alone."""
        table, charter = self.regime.table, self.regime.charter
        group = next((group.roles for group in charter.groups if group.id == duty.holder), ())
        roles = {role.id for role in charter.roles if duty.holder in (role.id, role.body)} | set(group)
        seat = next((seat for seat in charter.seats if seat.id == duty.holder), None)
        held = table.closed({duty.holder, *roles, *((seat.role,) if seat else ())})
        held |= {role.body for role in charter.roles if role.id in held}
        if duty.performed_by or not (roles or seat):
            return
        lines = [line for act in duty.done_by for line in table.lines_for(*act.split(".", 1)) if line.allow]
        heads = {body.id for body in charter.bodies if body.head in held}
        if lines and not any(line.subject in held | heads or line.subject.startswith(RELATION) for line in lines):
            params = {
                "holder": duty.holder,
                "duty": duty.id,
                "act": ", ".join(duty.done_by),
                "others": ", ".join(dict.fromkeys(line.subject for line in lines)),
                "holds": ", ".join(dict.fromkeys(line.clause for line in lines)),
            }
            told = self._told("duty-without-power", duty, (*duty.cite, *dict.fromkeys(line.clause for line in lines)), params)
            yield structs.replace(told, level="information")  # who owes that it is done need not do it with their own hands


def _case(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str] | None:
    """Return a record's particulars that fall under both conditions, or None if nothing can."""
    return {**first, **second} if all(second.get(key, value) == value for key, value in first.items()) else None


def _effective(rule: Parameter, bound: object) -> Effective:
    return Effective(rule.name, rule.value, rule.unit, rule.force, rule.cite, bound=rule.bound or bound)  # type: ignore[arg-type]


def _said(rule: Parameter) -> str:
    return f"{rule.value} {rule.unit}".strip()


def _end(value: Effective, days: Days) -> str:
    end = value.end(days) if NAMED.get(value.name, NamedValue()).length else None
    return end.isoformat() if end else str(value.value)


def _owed(duty: Duty) -> str:
    period = f"every {duty.every}" if duty.every != NOT_STATED else f"after {duty.after}"
    days = duty.due.days if duty.due.days else None
    return f"{period}, due {days} {duty.due.unit}" if days else period

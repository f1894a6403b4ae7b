"""Who may not vote, or counts in no base, for not having taken part: derived from meetings, votes and acts on record.

Nothing is written when it begins or ends: it follows from what is on record on the day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy.orm import Session

from steerco.charter.model import Charter
from steerco.charter.tables.suspensions import Suspension, TakingPart, walk
from steerco.committee.decisions.proxy import Proxy
from steerco.committee.meetings.attendance import ATTENDED, EXCUSED, Attendance
from steerco.committee.meetings.meeting import Meeting
from steerco.committee.members.directory import Day
from steerco.records.several import parts_of, records_of
from steerco.store.log import last_acts

HELD = ("concluded", "closed")
"""The states of a meeting that counts; one that is ``open`` is the meeting at hand."""
DECISION = "decision:"


class Suspended(Struct, frozen=True):
    """A person who lost a right by a rule, since a day; ``back`` of the meetings that bring it back are attended."""

    person: str
    rule: Suspension
    since: date
    back: int = 0


@dataclass
class Look:
    """Where it is looked: the records of a tenant, its charter and its people on the day. ``matters`` is their record type."""

    session: Session
    tenant_id: int
    charter: Charter
    day: Day
    local: Callable[[datetime], date]
    matters: type[Any]


def suspended(look: Look, body: str, persons: Iterable[str]) -> list[Suspended]:
    """Return who of ``persons``, members of a body, lost a right on the day, by each rule on them that is met."""
    return [each for each in foreseen(look, body, persons) if each.since <= look.day.day]


def foreseen(look: Look, body: str, persons: Iterable[str]) -> list[Suspended]:
    """Return who of ``persons`` lost a right, or will once the days of notice are over, as the records stand on the day, by each
    rule on them: one that only tells, or whose day is ahead, takes the place of no other."""
    rules = look.charter.suspensions
    if not rules:
        return []
    participation = _Participation(look, body)
    pairs = ((person, rule) for person in persons for rule in rules if rule.role in look.day.called(person))
    return [standing for person, rule in pairs if (standing := participation.standing(rule, person))]


class _Participation:
    """What is on record of taking part in one body, read once for all its members."""

    def __init__(self, look: Look, body: str) -> None:
        self.look, self.body = look, body
        self._meetings: list[tuple[str, date, bool, dict[str, Attendance]]] | None = None
        self._votes: list[tuple[date, frozenset[str], frozenset[str]]] | None = None
        self._decided: list[Any] | None = None
        self._proxies: dict[tuple[str, str], date] | None = None

    def standing(self, rule: Suspension, person: str) -> Suspended | None:
        """Return the person's suspension by a rule, also one that takes effect once the days of notice are over."""
        if rule.after.of in ("contribution", "silence"):
            return self._silent(rule, person)
        occasions = self._at_meetings(rule, person) if rule.after.of == "meetings" else self._at_votes(rule, person)
        if rule.after.of == "votes" and rule.restored.attended is not None:
            occasions = sorted([*occasions, *(each for each in self._at_meetings(rule, person) if each.there)])
        now = walk(rule, occasions, self._returns(rule, person))
        return Suspended(person, rule, now.since, now.back) if now.since is not None else None

    def _at_meetings(self, rule: Suspension, person: str) -> list[TakingPart]:
        found = []
        for meeting, day, at_hand, rows in self.meetings:
            row = rows.get(person)
            there = row is not None and row.presence in ATTENDED
            excused = row is not None and row.reply == EXCUSED and "excused" in rule.unless
            excused = excused or ("proxy-named" in rule.unless and self.proxies.get((meeting, person), day) > day)
            if there or (not excused and self._seated(person, rule.role, day)):
                found.append(TakingPart(day, there, at_hand))
        return found

    def _at_votes(self, rule: Suspension, person: str) -> list[TakingPart]:
        return [TakingPart(day, person in voted) for day, entitled, voted in self.votes if person in entitled]

    def _silent(self, rule: Suspension, person: str) -> Suspended | None:
        if rule.within is None:
            return None
        today = self.look.day.day
        since = max((row.first for row in self.look.day.all.holdings if row.person == person and row.runs(today)), default=None)
        at = last_acts(self.look.session, self.look.tenant_id).get(person)
        last = max(filter(None, (since, self.look.local(at) if at is not None else None)), default=None)
        if last is None:
            return None
        missed = rule.within.after(last)
        begins = missed + timedelta(days=rule.notice.days)
        returns = self._returns(rule, person)
        over = any(begins < day <= today for day in returns)
        return Suspended(person, rule, begins) if missed <= today and not over else None

    def _returns(self, rule: Suspension, person: str) -> list[date]:
        """Return the days on which a decision, or an act of the person, brought the right back."""
        days = []
        if rule.restored.by_contribution and rule.after.of in ("meetings", "votes"):
            at = last_acts(self.look.session, self.look.tenant_id).get(person)
            days += [self.look.local(at)] if at is not None else []
        if rule.restored.by:
            rule_id = rule.restored.by.removeprefix(DECISION)
            days += [day for day, id, about in self.decided if id == rule_id and person in self.look.day.holders(about)]
        return days

    def _seated(self, person: str, role: str, day: date) -> bool:
        return role in self.look.day.on(day).called(person)

    @property
    def meetings(self) -> list[tuple[str, date, bool, dict[str, Attendance]]]:
        """The meetings whose attendance is booked, in their order: its id, the day, whether it still sits, the row of each
        person."""
        if self._meetings is None:
            held = records_of(self.look.session, self.look.tenant_id, Meeting, body=self.body)
            held = sorted((m for m in held if m.state in (*HELD, "open")), key=lambda m: (m.starts_at, m.id))
            rows = _by_record(parts_of(self.look.session, self.look.tenant_id, Attendance, [m.id for m in held]), "meeting")
            self._meetings = [
                (m.id, self.look.local(m.starts_at), m.state == "open", self._persons(rows[m.id], self.look.local(m.starts_at)))
                for m in held
                if any(row.presence for row in rows.get(m.id, ()))
            ]
        return self._meetings

    @property
    def proxies(self) -> dict[tuple[str, str], date]:
        """By the meeting and who gave a proxy for it the day on which that was taken back."""
        if self._proxies is None:
            rows = records_of(self.look.session, self.look.tenant_id, Proxy, body=self.body)
            until = [(row, date.max if row.state == "given" else self.look.local(row.changed_at)) for row in rows]
            self._proxies = {}
            for row, day in until:
                key = row.meeting, row.giver
                self._proxies[key] = max(day, self._proxies.get(key, day))
        return self._proxies

    def _persons(self, rows: Sequence[Attendance], day: date) -> dict[str, Attendance]:
        then = self.look.day.on(day)
        return {person: row for row in rows for person in then.holders(row.who)}

    @property
    def votes(self) -> list[tuple[date, frozenset[str], frozenset[str]]]:
        """The votes that are over, in their order: the day, who was entitled, who voted."""
        if self._votes is None:
            over = [m for m in self._matters() if m.voting and (m.decided_at or m.voting.get("closed_at"))]
            rows = _by_record(
                parts_of(self.look.session, self.look.tenant_id, self.look.matters.parts()["votes"], [m.id for m in over]),
                "matter",
            )
            days = [(self._over_on(m), m) for m in over]
            self._votes = [
                (day, frozenset(m.voting["who"]["entitled"]), frozenset(row.who for row in rows.get(m.id, ())))
                for day, m in sorted(days, key=lambda each: (each[0], each[1].id))
            ]
        return self._votes

    @property
    def decided(self) -> list[tuple[date, str, str]]:
        """The matters about somebody that passed: the day, the decision rule, whom they concern."""
        return [
            (self._over_on(m), str(m.voting["rule"]["id"]), m.concerns)
            for m in self._matters()
            if m.decided_at is not None and m.voting and m.concerns and m.outcome == "passed"
        ]

    def _over_on(self, m: Any) -> date:
        closed = m.voting.get("closed_at")
        return self.look.local(m.decided_at or datetime.fromisoformat(closed))

    def _matters(self) -> list[Any]:
        if self._decided is None:
            self._decided = records_of(self.look.session, self.look.tenant_id, self.look.matters, body=self.body)
        return self._decided


def _by_record(rows: Iterable[Any], pointer: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, pointer), []).append(row)
    return found


def lacking(found: Collection[Suspended], what: Any) -> frozenset[str]:
    """Return the persons who lost a right."""
    return frozenset(each.person for each in found if each.rule.loses(what))

"""The lines of somebody's work: what waits for an answer, what is owed and by when, each with its clause and its acts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, NamedTuple

from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.awaiting import Answer, Awaited, awaiting
from steerco.kernel.explain import question, weigh
from steerco.kernel.grants import who_may
from steerco.kernel.view import fields
from steerco.records import Invalid, NotFound, Record
from steerco.web.pages.acts.standing import address, verb
from steerco.web.pages.forms.drafts import new_key
from steerco.web.pages.frame.visit import Cite, ReaderLook
from steerco.web.pages.work import when
from steerco.web.pages.work.duties import DutyLine, duty_lines
from steerco.web.pages.work.sight import capacity_name
from steerco.web.pages.work.subjects import subject

Kind = Literal["waiting", "overdue", "due", "no-day"]
ACTS = 2
"""The number of acts that a line offers; the record has the rest."""


class ActLink(NamedTuple):
    """A link to the form of an act. ``kind`` is ``equal`` for one of two answers, ``main`` otherwise. With a ``key`` it is a
    button that does the act at once, on the ``version`` of the record that the line shows."""

    label: str
    href: str
    kind: str = "main"
    key: str = ""
    version: int = 0


class WorkLine(NamedTuple):
    """One line: what is to be done, until when, why, in which capacity, by which acts. ``missing`` is what it still lacks;
    ``alone``: nobody else may do it (told where it was asked for)."""

    kind: Kind
    title: str
    href: str
    status: str
    when: str
    due: date | None
    why: Cite | None
    because: str
    words: str
    capacity: str
    acts: tuple[ActLink, ...]
    missing: str = ""
    alone: bool = False

    @property
    def boxes(self) -> tuple[str, ...]:
        """The answers as boxes to tick on paper: one act is agreed to or not."""
        return tuple(act.label for act in self.acts)


class Work(NamedTuple):
    """Everything that somebody has to do on a day."""

    waiting: tuple[WorkLine, ...]
    overdue: tuple[WorkLine, ...]
    due: tuple[WorkLine, ...]
    undated: tuple[WorkLine, ...]

    @property
    def all(self) -> tuple[WorkLine, ...]:
        return (*self.waiting, *self.overdue, *self.due, *self.undated)


def work_of(visit: ReaderLook, sight: Authority, *, alone: bool = False) -> Work:
    """Return what the reader has to do today, in all capacities. ``alone``: tell too what nobody else may do."""
    owed = duty_lines(visit, sight)
    waiting, answered = [], set()
    for each in awaiting(sight, visit.now):
        duty = next((d for d in owed if d.record_id == each.record.id and d.done_by & _acts(each)), None)
        answered.add(duty)
        line = _waiting(visit, sight, each, duty)
        waiting.append(line._replace(alone=alone and _only_for(sight, each)))
    rest = [_owed(visit, line) for line in owed if line not in answered]
    return Work(
        tuple(sorted(waiting, key=_by_day)),
        tuple(sorted((line for line in rest if line.kind == "overdue"), key=_by_day)),
        tuple(sorted((line for line in rest if line.kind == "due"), key=_by_day)),
        tuple(line for line in rest if line.kind == "no-day"),
    )


def _only_for(sight: Authority, each: Awaited) -> bool:
    """Return whether the answers that a record waits for are the reader's alone: no line gives one of them to anybody else."""
    ready = [answer.action for answer in each.answers if answer.ready]
    return {person for action in ready for who in who_may(sight, action, each.record) for person in who.people} == {sight.actor}


def _acts(each: Awaited) -> set[str]:
    return {answer.action.id for answer in each.answers}


def _by_day(line: WorkLine) -> tuple[bool, date]:
    return (line.due is None, line.due or date.max)


def _waiting(visit: ReaderLook, sight: Authority, each: Awaited, duty: DutyLine | None) -> WorkLine:
    """Return a record that waits for an answer; the duty to give it has the clause and the day, where there is one."""
    record, say, decision = each.record, visit.say, each.answers[0].weighed.decision
    acts, why, due, words, told = _answers(visit, sight, each)
    cite = visit.cite(duty.cites[0]) if duty and duty.cites else why
    due = duty.due if duty and duty.due else due
    return WorkLine(
        "waiting",
        subject(visit, sight, record),
        visit.links.record(record.record_type, record.ref),
        say("work.kind", "overdue" if due and due < visit.today else "waiting"),
        told or (when.until(visit, due) if due else ""),
        due,
        cite,
        cite.gloss if cite and record.record_type == "meeting" else heading(visit, cite),
        words,
        capacity_name(visit, decision.capacity, decision.acting_for),
        acts,
        "" if each.ready else _missing(visit, each.answers),
    )


class Told(NamedTuple):
    """What a line on a record that waits says beside its title."""

    acts: tuple[ActLink, ...]
    why: Cite | None
    due: date | None = None
    words: str = ""
    when: str = ""


def _answers(visit: ReaderLook, sight: Authority, each: Awaited) -> Told:
    record: Any = each.record
    because = each.answers[0].weighed.decision.because
    why = visit.cite(because[0].clause) if because else None
    if record.record_type == "meeting" and each.answers[0].action.name == "reply":
        return _invitation(visit, sight, record, why)
    ready = [answer for answer in each.answers if answer.ready]
    kind = "equal" if len(ready) > 1 else "main"
    acts = tuple(_link(visit, record, answer, kind) for answer in ready[:ACTS])
    words = str(fields(record).get("reason") or "") if record.record_type == "absence-request" else ""
    return Told(acts, why, words=words)


def _link(visit: ReaderLook, record: Record, answer: Answer, kind: str) -> ActLink:
    link = act_link(visit, answer.action.id, record, kind=kind)
    return link._replace(key=new_key(), version=record.version) if answer.action.confirm == "none" else link


def act_link(visit: ReaderLook, act: str, record: Record | None = None, kind: str = "main", **given: str) -> ActLink:
    """Return the link to the form of an act, on a record or to make one, with what is known filled in."""
    action = visit.tenant.snapshot.action(act)
    assert action is not None, act
    return ActLink(verb(visit, act), address(visit, action, record, given), kind)


def _invitation(visit: ReaderLook, sight: Authority, meeting: Any, why: Cite | None) -> Told:
    """Return an invitation: two equal answers. Whom a clause asks to attend asks to be excused; anybody else declines."""
    say = visit.say
    excuse = ActRequest(sight.actor, "absence-request.request", visit.now, input={"meeting": meeting.id})
    accept, decline = (
        act_link(visit, "meeting.reply", meeting, "equal", answer=answer)._replace(label=say("work.reply", answer))
        for answer in ("accept", "decline")
    )
    action = visit.tenant.snapshot.action(excuse.action)
    if action is not None:
        try:
            weighed = weigh(sight, excuse, question(action, excuse))
        except (Invalid, NotFound):
            weighed = None
        if weighed is not None and weighed.decision.allowed:
            decline = decline._replace(href=act_link(visit, excuse.action, meeting=meeting.ref).href)
            why = visit.cite(weighed.decision.because[0].clause) if weighed.decision.because else why
    starts = meeting.starts_at.astimezone(visit.tenant.snapshot.settings.zone).date()
    return Told((accept, decline), why, starts, when=_held(visit, meeting))


def _held(visit: ReaderLook, meeting: Any) -> str:
    place = f", {meeting.place}" if meeting.place else ""
    return f"{when.moment(visit, meeting.starts_at)}{place}"


def _missing(visit: ReaderLook, answers: Iterable[Answer]) -> str:
    """Return what the answer still lacks, in words."""
    codes = dict.fromkeys(missing.code for answer in answers for missing in answer.weighed.missing)
    sections = {code: "work.missing" if visit.say.has("work.missing", code) else "stop" for code in codes}
    return "; ".join(visit.say(section, code) for code, section in sections.items())


def _owed(visit: ReaderLook, line: DutyLine) -> WorkLine:
    acts = tuple(act_link(visit, act, record, **dict(given)) for act, record, given in line.acts[:ACTS])
    cite = visit.cite(line.cites[0]) if line.cites else None
    return WorkLine(
        line.kind,
        line.title,
        line.href,
        line.status,
        line.when,
        line.due,
        cite,
        heading(visit, cite),
        line.words,
        line.capacity,
        acts,
    )


def heading(visit: ReaderLook, cite: Cite | None) -> str:
    """Return the heading of a clause, which is short; its gloss where it has none."""
    if cite is None:
        return ""
    clauses = visit.regime.clauses.get(cite.id)
    return (visit.say.of(clauses[0].heading) if clauses else "") or cite.gloss

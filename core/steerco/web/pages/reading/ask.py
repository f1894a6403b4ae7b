"""May X do Y? A form, and the whole decision. Nothing is written: every question is a plain address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.configuration.regime import PLATFORM
from steerco.kernel import visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.explain import explain
from steerco.policy.decision import Because, Considered, Decision, Remark
from steerco.records import NEW, Action, Invalid, NotFound, reason
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.acts.lists import party_groups
from steerco.web.pages.frame.fields import PREFIX, Field, fields_of, input_of
from steerco.web.pages.frame.values import facet
from steerco.web.pages.frame.visit import Cite, PartyLink, Visit, visiting
from steerco.web.pages.frame.would_change import change_text
from steerco.web.pages.reading import cases, question
from steerco.web.pages.reading.clause import object_name

EXAMPLES = 8
VERDICT = {"done": "yes", "refused": "no", "out-of-order": "not_yet"}


class ShownReason(NamedTuple):
    """One clause that decided."""

    cite: Cite
    layer: str
    plugin: str
    not_run: bool


class May(NamedTuple):
    """Somebody who may."""

    label: str
    people: list[PartyLink]
    cite: Cite


class Other(NamedTuple):
    """One capacity that was considered."""

    label: str
    subjects: list[str]
    cites: list[Cite]
    allowed: bool


@dataclass
class ShownAnswer:
    """A decision in words."""

    outcome: str
    verdict: str
    basis: str
    question: str
    reasons: list[ShownReason]
    capacity: str = ""
    acting_for: str = ""
    may: list[May] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    facts: list[tuple[str, list[str]]] = field(default_factory=list)
    aside: list[Cite] = field(default_factory=list)
    considered: list[Other] = field(default_factory=list)
    revision: int = 0


@get("/t/{tenant:str}/ask")
@showing
def ask(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The form, and below it the answer once a person and an act are chosen."""
    with visiting(request, tenant) as visit:
        query, asker = visit.query, visit.authority.actor
        by = query.choice("by", question.askable(visit))
        action = visit.tenant.snapshot.action(query.choice("do", acts(visit)))
        record, capacity = query.text("record"), query.text("capacity")
        find = {name: query.text(f"find-{name}", 100) for name in ("by", "do", "record")}
        filled = fields_of(visit, action) if action else []
        answer, problems = None, dict[str, str]()
        if by and action and not query.text("step"):
            answer, problems = _answer(visit, by, action, record, capacity, filled)
        capacities = _capacities(visit, by) if by else []
        return visit.render(
            "reading/ask.html",
            "ask",
            by=by or (asker if asker != PLATFORM else ""),
            do=action.id if action else "",
            record=record,
            capacity=capacity,
            capacities=[(id, visit.names(id)) for id in capacities],
            find=find,
            persons=question.persons(visit, find["by"], by),
            acts=question.acts_found(visit, find["do"], action.id if action else ""),
            records=question.records(visit, action, find["record"], record) if action else [],
            takes_record=bool(action and action.states != (NEW,)),
            fields=filled,
            parties=party_groups(visit) if filled else [],
            answer=answer,
            copied=_copied(visit, answer, record) if answer else "",
            problems=problems,
            examples=[] if answer or problems or not visit.at_large else cases.examples(visit, EXAMPLES),
        )


def _copied(visit: Visit, answer: ShownAnswer, record: str) -> str:
    """Return an answer as a text that can be quoted: what was asked, on which day, the answer, its clauses, the revision, the
    address."""
    say = visit.say
    on = [say("ask", "on_record", ref=record)] if record else []
    lines = [
        f"{answer.question} ({', '.join((*on, say('ask', 'on_day', day=visit.date(visit.shown))))})",
        say("ask", answer.verdict),
    ]
    lines += [f"{reason.cite.text}: {reason.cite.gloss}" for reason in answer.reasons]
    if answer.may:
        lines.append(f"{say('ask', 'who_may')}: {'; '.join(f'{each.label} ({each.cite.text})' for each in answer.may)}")
    revision = answer.revision or visit.tenant.snapshot.revision
    lines.append(f"{say.of(visit.tenant.snapshot.settings.name)}. {say('site', 'revision', number=revision)}.")
    lines.append(str(visit.request.url))
    return "\n".join(lines)


def acts(visit: Visit) -> frozenset[str]:
    """Return every act by id."""
    return frozenset(action.id for type in visit.tenant.snapshot.types.values() for action in type.acts().values())


def _capacities(visit: Visit, by: str) -> list[str]:
    return Authority(visit.tenant, visit.session, by, visit.moment).known()


def _answer(
    visit: Visit, by: str, action: Action, record: str, capacity: str, fields: list[Field]
) -> tuple[ShownAnswer | None, dict[str, str]]:
    """Return the answer, or what is wrong with the question."""
    fields, unread = question.with_days(visit, fields)
    input, wrong = input_of(fields)
    wrong |= unread
    say = visit.say
    kind = visit.query.text(f"{PREFIX}kind")
    act = say("action", action.id)
    act = say("word", "of_kind", what=act, kind=say("kind", kind)) if kind in action.record.kinds else act
    asked = say("ask", "question", who=visit.names(by), act=act)
    if wrong:
        return None, {say("field", name): say.reason(why) for name, why in wrong.items()}
    asker = visit.authority
    seen = visibility.find(asker, action.record, record) if record else None
    if record and seen is None:  # hidden or not there: one answer
        return ShownAnswer("not-found", "unknown", "no-clause", asked, []), {}
    try:
        request = ActRequest(by, action.id, visit.moment, seen.id if seen else None, input, capacity=capacity or None)
        decision = explain(visit.tenant, visit.session, request, asker=asker if by != asker.actor else None)
    except Invalid as invalid:
        return None, {_path(visit, path): visit.say.reason(why) for path, why in invalid.fields.items()}
    except NotFound:
        return ShownAnswer("not-found", "unknown", "no-clause", asked, []), {}
    except (OverflowError, ValueError):
        return None, {say("ask", "details"): say.reason(reason("unreadable"))}
    return _shown_answer(visit, decision, asked), {}


def _path(visit: Visit, path: str) -> str:
    """Return a field's path in words, as far as its name has one."""
    name, dot, rest = path.partition(".")
    bare, bracket, place = name.partition("[")
    if bare == "on":
        return visit.say("ask", "record")
    if bare == "capacity":
        return visit.say("ask", "capacity")
    return f"{visit.say('field', bare) if bare else visit.say('ask', 'details')}{bracket}{place}{dot}{rest}"


def _shown_answer(visit: Visit, decision: Decision, question: str) -> ShownAnswer:
    names, say = visit.names, visit.say
    facts = decision.facts
    facts_shown = [
        (say("ask", "roles"), names.of(facts.roles)),
        (say("ask", "relations"), [say("relation", item) for item in facts.relations]),
        (say("ask", "aims"), [facet(visit, item) for item in facts.facets]),
        (say("ask", "object"), [object_name(visit, facts.object)] if facts.object in _objects(visit) else []),
        (say("ask", "body"), [names(facts.body)] if facts.body else []),
        (say("ask", "remarks"), [_late(visit, item) for item in decision.remarks]),
    ]
    return ShownAnswer(
        decision.outcome,
        VERDICT.get(decision.outcome, "unknown"),
        decision.basis,
        question,
        [_reason(visit, item) for item in decision.because],
        names(decision.capacity) if decision.capacity else "",
        names(decision.acting_for) if decision.acting_for else "",
        [May(say.of(w.label) or names(w.subject), visit.parties(w.people), visit.cite(w.clause)) for w in decision.who_may],
        [change_text(visit, change) for change in decision.would_change],
        [(label, values) for label, values in facts_shown if values],
        visit.cites(rule.clause for rule in facts.set_aside),
        [_other(visit, item) for item in facts.capacities],
        decision.revision,
    )


def _objects(visit: Visit) -> frozenset[str]:
    types = visit.tenant.snapshot.types
    return frozenset(types) | {f"{name}.{kind}" for name, type in types.items() for kind in type.kinds}


def _reason(visit: Visit, because: Because) -> ShownReason:
    return ShownReason(visit.cite(because.clause), because.layer, because.plugin, because.not_run is True)


def _late(visit: Visit, remark: Remark) -> str:
    clauses = "; ".join(visit.cite(clause.clause).text for clause in remark.because)
    if "last" not in remark.params:
        return f"{visit.say('acts.remark', remark.code)} ({clauses})" if clauses else visit.say("acts.remark", remark.code)
    return visit.say("ask", "late", day=remark.params.get("last", ""), clauses=clauses)


def _other(visit: Visit, considered: Considered) -> Other:
    say = visit.say
    label = (
        say("ask", "capacity_of", who=visit.names(considered.acting_for))
        if considered.acting_for
        else say("ask", "considered_own")
    )
    return Other(label, visit.names.of(considered.subjects), visit.cites(considered.cites), considered.allowed)

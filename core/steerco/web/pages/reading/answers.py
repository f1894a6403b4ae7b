"""Answers on where the rules lead, in words: conflicts, dead ends, silences, and what a role can come to, as of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.answers.conflicts import conflicts
from steerco.answers.dead_ends import dead_ends
from steerco.answers.examples import examples
from steerco.answers.findings import CitedClause, Looked, RuleFinding, TriedAct
from steerco.answers.kept import labs
from steerco.answers.lab import NEWCOMER
from steerco.answers.reach import STEPS, Gain, names, reach
from steerco.answers.silences import Silence, silences
from steerco.answers.wording import tried
from steerco.charter.model import Label
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import working_out
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.visit import Cite, Visit, only_if, visiting
from steerco.web.pages.reading.ways import shown_way

SIZE = 15
SHOW = ("conflicts", "dead-ends", "silences", "reach", "plan")
ACTS, PARTIES = ("act", "acts", "by", "ways"), ("subject", "who", "holder", "body", "role", "absent", "others")


class FindingLine(NamedTuple):
    """One finding in words, with its clauses."""

    text: str
    cites: list[Cite]
    information: bool


class SettledLine(NamedTuple):
    """How an example settles what is open: its name, clauses with their summaries, and the rows of its files."""

    title: str
    clauses: list[tuple[str, str]]
    rows: tuple[str, ...]


class SilenceLine(NamedTuple):
    """One silence in words."""

    text: str
    cites: list[Cite]
    filled: list[Cite]
    settled: list[SettledLine]


class GainLine(NamedTuple):
    """One thing that a role comes to, with the acts that were done on trial."""

    text: str
    acts: list[tuple[str, list[Cite]]]


@get("/t/{tenant:str}/charter/answers")
@working_out
def answers(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """One of the questions, worked out for today."""
    with visiting(request, tenant) as visit:
        only_if(visit.at_large)
        show = visit.query.choice("show", SHOW, SHOW[0])
        content: dict[str, Any] = {"lines": [], "gains": [], "silences": [], "shown": None, "role": "", "steps": STEPS}
        parts = [(name, visit.say("answers.page", name.replace("-", "_"))) for name in SHOW]
        questions = {"conflicts": _conflicts, "dead-ends": _dead_ends, "silences": _silences, "reach": _reach, "plan": _plan}
        made = questions[show](visit)
        return visit.render("reading/answers.html", "charter", show=show, parts_of_answers=parts, **{**content, **made})


def _conflicts(visit: Visit) -> dict[str, Any]:
    with labs.of(visit.tenant, visit.tenant.directory(visit.session), visit.now) as lab:
        found = conflicts(lab.snapshot, lab.day.day, lab)
    return _found(visit, "conflicts", found.findings, found.looked)


def _dead_ends(visit: Visit) -> dict[str, Any]:
    with labs.of(visit.tenant, visit.tenant.directory(visit.session), visit.now) as lab:
        found = dead_ends(lab)
    return _found(visit, "dead-ends", found.findings, found.looked)


def _found(visit: Visit, question: str, findings: Iterable[RuleFinding], looked: Looked) -> dict[str, Any]:
    lines = [
        FindingLine(
            said_finding(visit, question, each.code, each.params),
            visit.cites(c.clause for c in each.clauses),
            each.level == "information",
        )
        for each in findings
    ]
    shown = cut(visit, lines, SIZE, ("charter", "answers"), {"show": question})
    return {"lines": shown.items, "shown": shown, "looked": _looked(visit, looked)}


def said_finding(visit: Visit, question: str, code: str, params: Mapping[str, str]) -> str:
    """Return a finding as a sentence, its acts, parties, states and days in the reader's words."""
    words = {name: _word(visit, name, value) for name, value in params.items()}
    return visit.say(f"answers.{question}", code, **tried(visit.say, words))


def _word(visit: Visit, name: str, value: str) -> str:
    say = visit.say
    if name in ACTS:
        return ", ".join(say("action", act) for act in value.split(", ") if act)
    if name in PARTIES:
        return ", ".join(visit.names(party) for party in value.split(", ") if party)
    if name == "kinds":
        return ", ".join(say("kind", kind) for kind in value.split(", ") if kind)
    if name in ("type", "object"):
        return say("type", value.partition(".")[0])
    if name == "may":
        return say("word", value) if say.has("word", value) else value
    return say("state", value) if name == "state" else value


def _silences(visit: Visit) -> dict[str, Any]:
    found = silences(visit.tenant.snapshot, examples(), visit.today)
    shown = cut(visit, found.silences, SIZE, ("charter", "answers"), {"show": "silences"})
    return {"silences": [_silence(visit, each) for each in shown.items], "shown": shown, "looked": _looked(visit, found.looked)}


def _silence(visit: Visit, silence: Silence) -> SilenceLine:
    say = visit.say
    name = say("action", silence.name) if silence.kind == "act" else silence.name
    name = say("rule", silence.name) if silence.kind == "value" and say.has("rule", silence.name) else name
    settled = [
        SettledLine(
            say("answers.page", "settled", committee=say.of(each.name) or each.committee),
            [(clause.clause.partition(":")[2], say.of(clause.gloss)) for clause in each.clauses],
            each.rows,
        )
        for each in silence.settled
    ]
    text = say("answers.silence", silence.kind, name=name)
    return SilenceLine(text, _cites(visit, silence.clauses), _cites(visit, silence.filled), settled)


def _reach(visit: Visit) -> dict[str, Any]:
    role = visit.query.text("role", 80)
    roles = [(each.id, visit.names(each.id)) for each in visit.regime.charter.roles]
    if not role:
        return {"roles": roles, "looked": []}
    with labs.of(visit.tenant, visit.tenant.directory(visit.session), visit.now) as lab:
        if role not in names(lab.day):
            return {"roles": roles, "looked": []}
        found = reach(lab, role)
    gains = [_gain(visit, gain) for gain in found.gains]
    shown = cut(visit, gains, SIZE, ("charter", "answers"), {"show": "reach", "role": role})
    return {"roles": roles, "role": role, "gains": shown.items, "shown": shown, "looked": _looked(visit, found.looked)}


def _plan(visit: Visit) -> dict[str, Any]:
    shown = shown_way(visit)
    return {**shown, "looked": _looked(visit, shown["looked"]) if shown["looked"] else []}


def _gain(visit: Visit, gain: Gain) -> GainLine:
    say = visit.say
    what = say("answers.gain", gain.kind, what=visit.names(gain.what), power=say("action", gain.power))
    if gain.displaced:
        what += " " + say("answers.gain", "displaced", who=", ".join(visit.names.of(gain.displaced)))
    others = ", ".join(_person(visit, other) for other in gain.others)
    how = "together" if others else "alone" if gain.acts else "now"
    told = say("answers.gain", how, number=len(gain.acts), others=others)
    return GainLine(f"{what}: {told}", [(_act(visit, act), _cites(visit, act.clauses)) for act in gain.acts])


def _act(visit: Visit, act: TriedAct) -> str:
    parties = [act.of, *(value for name, value in act.input.items() if name in ("person", "seat", "office", "who", "to"))]
    known = [_person(visit, value) for value in parties if isinstance(value, str) and value and not value[:4].isdigit()]
    who, what = _person(visit, act.by), visit.say("action", act.action)
    return visit.say("answers.gain", "act-about" if known else "act", who=who, act=what, what=", ".join(known))


def _person(visit: Visit, id: str) -> str:
    return visit.say("answers.gain", "anybody") if id == NEWCOMER else visit.names(id)


def _cites(visit: Visit, clauses: Iterable[CitedClause]) -> list[Cite]:
    return visit.cites(clause.clause for clause in clauses)


def _looked(visit: Visit, looked: Looked) -> list[str]:
    key = "looked_steps" if looked.steps else "looked"
    params = {"steps": looked.steps, "day": visit.date(looked.on), "asked": looked.asked, "tried": looked.tried}
    told = [visit.say("answers.page", key, **params), visit.say("answers.proof", looked.proof)]
    return [*told, *left_out(visit, looked.not_looked_at)]


def left_out(visit: Visit, left: Iterable[Label]) -> list[str]:
    """Return what an answer did not look at as a sentence; nothing where it left nothing out."""
    what = "; ".join(map(visit.say.of, left))
    return [visit.say("answers.page", "left_out", what=what)] if what else []

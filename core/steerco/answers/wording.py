"""The words of an answer for the command line, for findings and for plans; pages have links and names besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from steerco.answers.findings import RuleFinding
from steerco.answers.found_way import Way
from steerco.answers.lab import NEWCOMER
from steerco.answers.reach import Gain
from steerco.charter.model import Label
from steerco.committee.members.directory import Day
from steerco.i18n import DEFAULT, Words, languages, words


def said(question: str, finding: RuleFinding, language: str = DEFAULT) -> str:
    """Return a finding as a sentence."""
    say = words(language)
    return say(f"answers.{question}", finding.code, **tried(say, finding.params))


def tried(say: Words, params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a finding with what came of the act that was tried, if one was, as a sentence."""
    clauses = params.get("tried", "")
    return {**params, "tried": say("answers.conflicts", "tried", clauses=clauses) if clauses else ""}


def in_every_language(question: str, finding: RuleFinding) -> Label:
    """Return a finding as a sentence of each language."""
    return Label(**{language: said(question, finding, language) for language in languages()})


class Called(NamedTuple):
    """How a reader's words call an act or a party, and a day."""

    name: Callable[[str], str]
    day: Callable[[date], str]


def verdict(say: Words, answer: Way, called: Called) -> str:
    """Return what a search for a way came to, as a sentence."""
    return say("answers.way", answer.verdict, act=called.name(answer.goal), by=called.day(answer.by))


def stopped(say: Words, answer: Way, called: Called) -> Iterator[str]:
    """Yield the sentences on what stands in the way: why, who may, who could shorten the time, since when it could be done."""
    stop = answer.stop
    if stop is None:
        return
    filling = {**stop.params, "code": stop.code, "say": ""}
    refused = stop.outcome == "refused"
    why = say("answers.way", "refused") if refused else say.problem(stop.code, "detail", filling, "outcome-out-of-order")
    yield say("answers.way", "stopped", act=called.name(stop.action), day=called.day(stop.on), why=why)
    for subject, clause in dict.fromkeys((each.subject, each.clause) for each in stop.who_may):
        yield say("answers.way", "may", who=called.name(subject), clause=clause)
    for each in stop.shorten:
        yield say("answers.way", "shorten", who=called.name(each.by), to=each.to, cause=each.cause or "-")
    if answer.short and not stop.shorten:
        for basis in dict.fromkeys(each.basis for each in stop.clauses if each.basis in ("law", "house", "clause")):
            yield say("answers.way", f"set-by-{basis}")
    yield say("answers.way", "first", day=called.day(answer.first)) if answer.first else say("answers.way", "no-day")


def gained(day: Day, role: str, gain: Gain) -> Label:
    """Return in each language what a role comes to, with whom and by which acts."""
    return Label(**{language: _gained(day, role, gain, language) for language in languages()})


def _gained(day: Day, role: str, gain: Gain, language: str) -> str:
    say = words(language)

    def name(id: str) -> str:
        if id == NEWCOMER:
            return say("answers.gain", "anybody")
        row = day.charter.role(id)
        return say.of(row.label) if row else say.of(day.all.titles.get(id)) or id

    what = say("answers.gain", gain.kind, what=say.of(gain.label) or gain.what, power=gain.power)
    others = ", ".join(name(other) for other in gain.others)
    how = "together" if others else "alone" if gain.acts else "now"
    told = say("answers.gain", how, number=len(gain.acts), others=others)
    acts = "; ".join(say("answers.gain", "act", who=name(act.by), act=say("action", act.action)) for act in gain.acts)
    return f"{name(role)}: {what}, {told}" + (f" ({acts})" if acts else "")

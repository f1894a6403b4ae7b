"""The shortest lawful way to an act by a day, as a part of the page on what the rules lead to."""

from __future__ import annotations

from typing import Any, NamedTuple

from steerco.answers.found_way import NoSuchWay, Way, WayAct
from steerco.answers.kept import labs
from steerco.answers.ways import way
from steerco.answers.wording import Called, stopped, verdict
from steerco.kernel import visibility
from steerco.operations.standing_copy import TooManyRows
from steerco.records import Record, reason
from steerco.web.pages.frame.visit import Cite, Visit, only_if
from steerco.web.pages.reading.question import acts_found

NARROWED = ("class", "kind")
"""The inputs that the page asks for: what they say decides who may."""


class WayLine(NamedTuple):
    """One act of a way in words, its clauses, and those that set its day."""

    text: str
    cites: list[Cite]
    held: list[Cite]
    day_off: bool


def shown_way(visit: Visit) -> dict[str, Any]:
    """Return what the page shows: the form, and the way where one was asked for."""
    query = visit.query
    goal, by = query.text("do", 80), query.day("by")
    asked = {name: value for name in NARROWED if (value := query.text(name, 60))}
    content: dict[str, Any] = {
        "acts": acts_found(visit, "", goal),
        "do": goal,
        "by": query.text("by"),
        "asked": {"class": "", "kind": "", **asked},
        "on": query.text("on", 80),
    }
    content |= {"classes": _classes(visit), "kinds": _kinds(visit, goal), "looked": None, "way": None, "wrong": ""}
    if not goal or by is None:
        return content
    seen = _seen(visit, goal, content["on"])
    directory = visit.tenant.directory(visit.session)
    try:
        with (
            labs.standing(visit.tenant, visit.session, visit.now) if seen else labs.of(visit.tenant, directory, visit.now) as lab
        ):
            found = way(lab, goal, by, asked, seen, visit.authority.actor)
    except NoSuchWay as wrong:
        return {**content, "wrong": visit.say.reason(wrong.why)}
    except TooManyRows as large:
        return {**content, "wrong": visit.say.reason(reason("too-large-to-try", most=large.most))}
    return {**content, **_in_words(visit, found), "looked": found.looked}


def _seen(visit: Visit, goal: str, on: str) -> str:
    """Return the id of the record that is asked about. One that the reader does not see is not there: raises ``RequestError``."""
    action = visit.tenant.snapshot.action(goal)
    if not on or action is None:
        return ""
    record = visibility.find(visit.authority, action.record, on)
    only_if(record is not None)
    return record.id if record is not None else ""


def _in_words(visit: Visit, found: Way) -> dict[str, Any]:
    called = Called(lambda id: visit.say("action", id) if "." in id else visit.names(id), visit.date)
    stop, zone = found.stop, visit.tenant.snapshot.settings.zone
    return {
        "way": verdict(visit.say, found, called),
        "lines": [_line(visit, act) for act in found.acts],
        "free": bool(found.acts) and not any(act.held_by for act in found.acts),
        "stops": list(stopped(visit.say, found, called)),
        "stop_cites": visit.cites(each.clause for each in stop.clauses) if stop else [],
        "away": ", ".join(visit.names.of(found.away)),
        "meets": visit.say("answers.way", "meets", day=visit.date(found.meets.astimezone(zone).date())) if found.meets else "",
    }


def _line(visit: Visit, act: WayAct) -> WayLine:
    say = visit.say
    params = {"day": visit.date(act.latest), "who": visit.names(act.by), "act": say("action", act.action)}
    key = "act-for" if act.acting_for else "act"
    text = say("answers.way", key, **params, whom=visit.names(act.acting_for) if act.acting_for else "")
    text += f" {say('answers.way', 'on-record', ref=act.on)}" if act.on else ""
    given = ", ".join(
        say("kind", str(value)) if name == "kind" else _class(visit, str(value)) for name, value in act.input.items()
    )
    text += f" {say('answers.way', 'given', given=given)}" if given else ""
    return WayLine(text, visit.cites(c.clause for c in act.clauses), visit.cites(c.clause for c in act.held_by), act.day_off)


def _class(visit: Visit, name: str) -> str:
    return visit.say("facet-value", name) if visit.say.has("facet-value", name) else name


def _classes(visit: Visit) -> list[tuple[str, str]]:
    rules = visit.regime.charter.decisions
    return [(name, _class(visit, name)) for name in sorted({name for rule in rules for name in rule.classes} - {"*"})]


def _kinds(visit: Visit, goal: str) -> list[tuple[str, str]]:
    types = visit.tenant.snapshot.types
    own: type[Record] | None = types.get(goal.partition(".")[0])
    every = dict.fromkeys(kind for type in (own, types["meeting"]) if type is not None for kind in type.kinds)
    return [(kind, visit.say("kind", kind)) for kind in every]

"""The words of an annex, each in every language."""

from __future__ import annotations

from collections.abc import Callable

from steerco.charter.events import NOT
from steerco.charter.model import NOT_STATED, Cadence, Charter, ClockRule, Duty, Label, Parameter, Separation
from steerco.i18n import Words, languages, words
from steerco.policy.line import ANY, READ, RELATION, Line


def everywhere(said: Callable[[Words], str]) -> Label:
    """Return something in each language."""
    return Label(**{language: said(words(language)) for language in languages()})


def party_said(id: str, charter: Charter) -> Label:
    """Return what a role, seat, group, body, kind of outsider or tie to a record is called."""
    return everywhere(lambda say: _party(say, id, charter))


def _party(say: Words, id: str, charter: Charter) -> str:
    if not id:
        return say("annex.page", "all")
    rows = (*charter.bodies, *charter.roles, *charter.seats, *charter.groups)
    row = next((row for row in rows if row.id == id), None)  # type: ignore[attr-defined]  # rows of any table that has ids
    if row is not None:
        return say.of(row.label)  # type: ignore[attr-defined]  # rows of any table that has ids
    section, name = ("relation", id.removeprefix(RELATION)) if id.startswith(RELATION) else ("outsider", id)
    return say(section, name) if say.has(section, name) else id


def line_said(line: Line, charter: Charter) -> Label:
    """Return a power or a bar without its subject."""
    return everywhere(lambda say: _line(say, line, charter))


def _line(say: Words, line: Line, charter: Charter) -> str:
    type, _, kind = line.object.partition(".")
    act = say("annex.page", "read") if line.act == READ else _act(say, f"{type}.{line.act}")
    if line.act == READ or type == ANY or line.act == ANY:
        act = f"{act}: {say('type', type) if say.has('type', type) else say('annex.page', 'everything')}"
    if kind:
        act = say("word", "of_kind", what=act, kind=say("kind", kind) if say.has("kind", kind) else kind)
    aims = [_aim(say, facet, charter) for facet in sorted(line.facets)]
    if line.body != ANY:
        aims.append(_party(say, line.body, charter))
    return f"{act} ({', '.join(aims)})" if aims else act


def _act(say: Words, act: str) -> str:
    return say("action", act) if say.has("action", act) else act


def _aim(say: Words, facet: str, charter: Charter) -> str:
    name, _, value = facet.partition("=")
    if value.startswith(NOT):
        return say("annex.page", "but", what=_aim(say, f"{name}={value.removeprefix(NOT)}", charter))
    known = say("facet-value", value) if say.has("facet-value", value) else _party(say, value, charter)
    return f"{say('facet', name) if say.has('facet', name) else name} {_act(say, value) if '.' in value else known}"


def passing_said(absent: str, power: str, charter: Charter) -> Label:
    """Return a power that passes while an officer is absent."""

    def said(say: Words) -> str:
        act, _, narrowed = power.partition(";")
        aims = ", ".join(_aim(say, facet, charter) for facet in narrowed.split(";") if facet)
        what = _act(say, act) + (f" ({aims})" if aims else "")
        return say("annex.page", "passing", absent=_party(say, absent, charter), what=what)

    return everywhere(said)


def separation_said(rule: Separation, charter: Charter) -> Label:
    """Return which acts take different people, or are nobody's in their own matter, and on which records alone."""

    def said(say: Words) -> str:
        acts = ", ".join(_act(say, act) for act in rule.acts)
        tie = say("relation", rule.apart) if say.has("relation", rule.apart) else rule.apart
        said = say("annex.page", "not_ones_own" if rule.apart else "by_different_people", acts=acts, tie=tie)
        where = ", ".join(_aim(say, f"{name}={value}", charter) for name, value in sorted(rule.where.items()))
        return f"{said} ({where})" if where else said

    return everywhere(said)


def duty_said(duty: Duty, charter: Charter) -> Label:
    """Return a duty without its holder: what is owed, how often or after what, and by when."""

    def said(say: Words) -> str:
        parts = [say.of(duty.label) or ", ".join(_act(say, act) for act in duty.done_by)]
        if duty.every != NOT_STATED:
            parts.append(say("every", duty.every) if say.has("every", duty.every) else duty.every)
        if duty.after:
            parts.append(say("annex.page", "after", act=_act(say, duty.after)))
        if duty.due.days is not None:
            key = "before" if duty.due.before else "within"
            parts.append(say("annex.page", key, days=duty.due.days, unit=_unit(say, duty.due.unit)))
        return "; ".join(parts)

    return everywhere(said)


def _unit(say: Words, unit: str) -> str:
    return say("unit", unit) if say.has("unit", unit) else unit


def day_said(row: Cadence | ClockRule | Parameter, charter: Charter) -> Label:
    """Return how often, how long or what a cadence, a clock or a named value says."""

    def said(say: Words) -> str:
        if isinstance(row, Cadence):
            return f"{say.of(row.label)}: {_stated(say, row.every)}"
        if isinstance(row, ClockRule):
            length = f"{_stated(say, row.value)} {_unit(say, row.unit)} {say('annex.page', f'side-{row.side}')}"
            return f"{say.of(row.label) or row.id}: {length}"
        name = say("rule", row.name) if say.has("rule", row.name) else row.name
        where = ", ".join(_aim(say, f"{key}={value}", charter) for key, value in sorted(row.where.items()))
        value = f"{_stated(say, row.value)} {_unit(say, row.unit)}".strip()
        return f"{name} ({where}): {value}" if where else f"{name}: {value}"

    return everywhere(said)


def _stated(say: Words, value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return next((say(section, text) for section in ("every", "value", "annex.page") if say.has(section, text)), text)

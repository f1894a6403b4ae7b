"""The words of an annex, each in every language."""

from __future__ import annotations

from collections.abc import Callable

from steerco.charter.events import NOT
from steerco.charter.model import NOT_STATED, Cadence, Charter, ClockRule, Duty, Label, Parameter, Procedure, Separation
from steerco.i18n import Words, languages, words
from steerco.policy.line import ANY, READ, RELATION, Line


def everywhere(said: Callable[[Words], str]) -> Label:
    """Return something in each language."""
    return Label(**{language: said(words(language)) for language in languages()})


def party_said(id: str, charter: Charter) -> Label:
    """Return what a role, seat, group, body, kind of outsider or tie to a record is called."""
    return everywhere(lambda say: party_name(say, id, charter))


def party_name(say: Words, id: str, charter: Charter) -> str:
    """Return the same in one language."""
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
    act = say("annex.page", "read") if line.act == READ else act_said(say, f"{type}.{line.act}")
    if line.act == READ or type == ANY or line.act == ANY:
        act = f"{act}: {say('type', type) if say.has('type', type) else say('annex.page', 'everything')}"
    if kind:
        act = say("word", "of_kind", what=act, kind=say("kind", kind) if say.has("kind", kind) else kind)
    aims = [aim_said(say, facet, charter) for facet in sorted(line.facets)]
    if line.body != ANY:
        aims.append(party_name(say, line.body, charter))
    return f"{act} ({', '.join(aims)})" if aims else act


def act_said(say: Words, act: str) -> str:
    """Return what an act is called."""
    return say("action", act) if say.has("action", act) else act


def aim_said(say: Words, facet: str, charter: Charter) -> str:
    """Return what an act is aimed at (``to=member``)."""
    name, _, value = facet.partition("=")
    if value.startswith(NOT):
        return say("annex.page", "but", what=aim_said(say, f"{name}={value.removeprefix(NOT)}", charter))
    known = say("facet-value", value) if say.has("facet-value", value) else party_name(say, value, charter)
    return f"{say('facet', name) if say.has('facet', name) else name} {act_said(say, value) if '.' in value else known}"


def passing_said(absent: str, power: str, charter: Charter) -> Label:
    """Return a power that passes while an officer is absent."""

    def said(say: Words) -> str:
        act, _, narrowed = power.partition(";")
        aims = ", ".join(aim_said(say, facet, charter) for facet in narrowed.split(";") if facet)
        what = act_said(say, act) + (f" ({aims})" if aims else "")
        return say("annex.page", "passing", absent=party_name(say, absent, charter), what=what)

    return everywhere(said)


def separation_said(rule: Separation, charter: Charter) -> Label:
    """Return which acts take different people, or are nobody's in their own matter, and on which records alone."""

    def said(say: Words) -> str:
        acts = ", ".join(act_said(say, act) for act in rule.acts)
        tie = say("relation", rule.apart) if say.has("relation", rule.apart) else rule.apart
        said = say("annex.page", "not_ones_own" if rule.apart else "by_different_people", acts=acts, tie=tie)
        where = ", ".join(aim_said(say, f"{name}={value}", charter) for name, value in sorted(rule.where.items()))
        return f"{said} ({where})" if where else said

    return everywhere(said)


def requirement_said(rule: Procedure, charter: Charter) -> Label:
    """Return what an act needs beforehand, in which case alone, and what follows where it is not there."""

    def said(say: Words) -> str:
        section, known = ("annex.page", "state") if rule.requires == "state" else ("stop", rule.requires)
        requires = say(section, known) if say.has(section, known) else known
        needs = say("clause", "requires", act=act_said(say, rule.on), requires=requires)
        where = ", ".join(aim_said(say, f"{name}={value}", charter) for name, value in sorted(rule.where.items()))
        return f"{needs} ({where}); {say('annex.page', rule.effect)}" if where else f"{needs}; {say('annex.page', rule.effect)}"

    return everywhere(said)


def duty_said(duty: Duty, charter: Charter) -> Label:
    """Return a duty without its holder: what is owed, how often or after what, and by when."""

    def said(say: Words) -> str:
        parts = [say.of(duty.label) or ", ".join(act_said(say, act) for act in duty.done_by)]
        if duty.every != NOT_STATED:
            parts.append(say("every", duty.every) if say.has("every", duty.every) else duty.every)
        if duty.after:
            parts.append(say("annex.page", "after", act=act_said(say, duty.after)))
        if duty.due.field:
            parts.append(f"{say('annex.field', 'due')}: {duty.due.field}")
        if duty.due.days is not None:
            key = "before" if duty.due.before else "within"
            parts.append(say("annex.page", key, days=duty.due.days, unit=unit_said(say, duty.due.unit)))
        return "; ".join(parts)

    return everywhere(said)


def unit_said(say: Words, unit: str) -> str:
    """Return a unit of time."""
    return say("unit", unit) if say.has("unit", unit) else unit


def day_said(row: Cadence | ClockRule | Parameter, charter: Charter) -> Label:
    """Return how often, how long or what a cadence, a clock or a named value says."""

    def said(say: Words) -> str:
        if isinstance(row, Cadence):
            period = [] if row.holder else [stated(say, row.every)]  # where somebody owes the meeting, the duty tells the period
            return f"{say.of(row.label)}: {'; '.join((*period, *([weekday_said(say, row.on)] if row.on else ())))}"
        if isinstance(row, ClockRule):
            length = f"{stated(say, row.value)} {unit_said(say, row.unit)} {say('annex.page', f'side-{row.side}')}"
            return f"{say.of(row.label) or row.id}: {length}"
        name = say("rule", row.name) if say.has("rule", row.name) else row.name
        where = ", ".join(aim_said(say, f"{key}={value}", charter) for key, value in sorted(row.where.items()))
        value = f"{stated(say, row.value)} {unit_said(say, row.unit)}".strip()
        return f"{name} ({where}): {value}" if where else f"{name}: {value}"

    return everywhere(said)


def weekday_said(say: Words, on: str) -> str:
    """Return a set weekday (``first-wednesday``)."""
    ordinal, _, weekday = on.rpartition("-")
    day = say("annex.weekday", weekday)
    return say("annex.weekday", ordinal, day=day) if ordinal else day


def stated(say: Words, value: object) -> str:
    """Return a value of a rule."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return next((say(section, text) for section in ("every", "value", "annex.page") if say.has(section, text)), text)

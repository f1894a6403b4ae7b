"""The consequences of an act, in the order in which people ask: the state, what is made, duties, who is told, whose turn it
is, the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from steerco.following.rehearsal import Foreseen, OpenTo
from steerco.kernel.duty_ledger import DutyEntry, visible_to
from steerco.records import NEW, Action, Record
from steerco.records.course import is_final, undoing
from steerco.web.pages.acts.standing import verb, whos
from steerco.web.pages.frame.visit import Cite, Visit

NAMED = 6
"""So many of those who would be told are named."""


class ConsequenceLine(NamedTuple):
    """One thing that will happen, with the clauses behind it."""

    text: str
    cites: list[Cite]


class Consequence(NamedTuple):
    """What will happen in one respect."""

    label: str
    lines: list[ConsequenceLine]


def declared(visit: Visit, action: Action, record: Record | None) -> list[Consequence]:
    """Return what the declaration of an act alone says of it, before anything is filled in."""
    state, found = record.state if record is not None else NEW, list[Consequence]()
    type = action.record
    if action.to and action.to != state:
        found.append(_state(visit, type.record_type, state, action.to))
        if state != NEW and not undoing(type, state, action.to):
            found.append(_label(visit, "back", [_line(visit.say("acts.will", "no_way_back"))]))
        elif is_final(type, action.to):
            found.append(_label(visit, "back", [_line(visit.say("acts.will", "final"))]))
    return found


def consequences(visit: Visit, action: Action, foreseen: Foreseen) -> list[Consequence]:
    """Return what will happen, as the kernel has tried it. Of duties what the reader may see."""
    done, found = foreseen.done, list[Consequence]()
    if done.state != foreseen.before:
        found.append(_state(visit, done.type, foreseen.before, done.state))
    if made := _made(visit, foreseen):
        found.append(_label(visit, "made", made))
    seen = visible_to(visit.authority)
    for key, entries in (("discharged", foreseen.duties.discharged), ("raised", foreseen.duties.raised)):
        if lines := [_duty(visit, entry) for entry in entries if seen(entry)]:
            found.append(_label(visit, key, lines))
    if told := visit.names.of(person for person in foreseen.told if person != visit.authority.actor):
        found.append(_label(visit, "told", [_line(_several(visit, told))]))
    if foreseen.next:
        found.append(_label(visit, "next", _open(visit, foreseen.next)))
    if foreseen.reversible_by:
        found.append(_label(visit, "back", _open(visit, foreseen.reversible_by)))
    elif done.state != foreseen.before:
        key = "final" if foreseen.final else "no_way_back"
        found.append(_label(visit, "back", [_line(visit.say("acts.will", key))]))
    return found


def made_in_words(visit: Visit, foreseen: Foreseen) -> str:
    """Return the records made beside the act's own, counted by type: ``2 tasks``; empty for none."""
    return ", ".join(line.text for line in _made(visit, foreseen, own=False))


def _made(visit: Visit, foreseen: Foreseen, *, own: bool = True) -> list[ConsequenceLine]:
    counted = Counter(type for type, id in foreseen.done.made if own or id != foreseen.done.id)
    return [_line(f"{number} {_many(visit, type, number)}") for type, number in counted.items()]


def _many(visit: Visit, type: str, number: int) -> str:
    text = visit.say("type" if number == 1 else "types", type)
    return f"{text[:1].lower()}{text[1:]}"


def _state(visit: Visit, type: str, before: str, after: str) -> Consequence:
    say = visit.say
    words = say.state(type, after) if before == NEW else f"{say.state(type, before)} → {say.state(type, after)}"
    return _label(visit, "state", [_line(words)])


def _duty(visit: Visit, entry: DutyEntry) -> ConsequenceLine:
    say = visit.say
    parts = [say.of(entry.label) or say("acts.will", "duty"), visit.names(entry.holder)]
    if entry.due_on and not entry.done_by_event:
        parts.append(say("acts.will", "due", day=visit.date(entry.due_on)))
    return ConsequenceLine("; ".join(parts), visit.cites(entry.cites))


def _open(visit: Visit, acts: Iterable[OpenTo]) -> list[ConsequenceLine]:
    lines = []
    for each in acts:
        who = whos(visit, each.who)
        cites = list({one.cite.id: one.cite for one in who}.values())
        lines.append(ConsequenceLine(f"{verb(visit, each.action)}: {'; '.join(one.label for one in who)}", cites))
    return lines


def _several(visit: Visit, names: list[str]) -> str:
    first = "; ".join(names[:NAMED])
    return first if len(names) <= NAMED else f"{first} {visit.say('acts.done', 'more', number=len(names) - NAMED)}"


def _line(text: str) -> ConsequenceLine:
    return ConsequenceLine(f"{text[:1].upper()}{text[1:]}", [])


def _label(visit: Visit, key: str, lines: list[ConsequenceLine]) -> Consequence:
    return Consequence(visit.say("acts.will", key), lines)

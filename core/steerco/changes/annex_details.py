"""The fields in which two versions of a duty or a time differ beyond the sentence that an annex says of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from steerco.changes.annex_words import act_said, aim_said, everywhere, party_name, stated, unit_said, weekday_said
from steerco.charter.model import Cadence, Charter, ClockRule, Duty, Label, Parameter
from steerco.charter.tables.clock import ClockLength, OnRequest, Shortening
from steerco.charter.weekdays import WEEKDAYS
from steerco.i18n import Words

UNTOLD = frozenset({"id", "label", "cite", "source", "words", "force", "clock", "other_kinds"})
"""The fields that an annex does not tell: names, citations, places, and the clock of a duty, which has a row of its own."""

SENTENCE: Mapping[type[Struct], frozenset[str]] = {
    Duty: frozenset({"every", "after", "due"}),
    ClockRule: frozenset({"value", "unit", "side"}),
    Parameter: frozenset({"name", "value", "unit", "where"}),
    Cadence: frozenset({"every", "on"}),
}
"""The fields that the sentence of a row tells (``annex_words``)."""
OWED = frozenset({"at_least", "or_on_request", "body", "kind", "effect"})
"""The fields of a cadence that its duty tells, where somebody owes the meeting."""


def told(said: Label, row: Struct, other: Struct | None, charter: Charter) -> Label:
    """Return the sentence on a row, and each further field in which it differs from the ``other`` row, if there is one."""
    if other is None or row == other:
        return said
    said_already = next((fields for type, fields in SENTENCE.items() if isinstance(row, type)), frozenset[str]())
    said_already |= OWED if isinstance(row, Cadence) and row.holder else frozenset()
    names = [name for name in row.__struct_fields__ if name not in UNTOLD | said_already]
    fields = [name for name in names if getattr(row, name) != getattr(other, name, None)]

    def more(say: Words) -> str:
        each = (f"{say('annex.field', name)}: {_value(say, getattr(row, name), charter)}" for name in fields)
        return "; ".join((say.of(said), *each))

    return everywhere(more) if fields else said


def _value(say: Words, value: Any, charter: Charter) -> str:
    match value:
        case bool():
            return say("word", "yes" if value else "no")
        case _ if value in (None, "", (), {}):
            return say("word", "none")
        case dict():
            return ", ".join(aim_said(say, f"{name}={each}", charter) for name, each in sorted(value.items()))
        case tuple():
            return ", ".join(_value(say, each, charter) for each in value)
        case ClockLength():
            return f"{value.value} {unit_said(say, value.unit)}"
        case Shortening() | OnRequest():
            return ", ".join(_parts(say, value, charter))
    return _word(say, str(value), charter)


def _parts(say: Words, value: Struct, charter: Charter) -> Iterator[str]:
    """Yield the values of a row's own row that are not empty."""
    for name in value.__struct_fields__:
        each = getattr(value, name)
        if name not in UNTOLD and each not in (None, "", ()):
            yield _value(say, each, charter)


def _word(say: Words, text: str, charter: Charter) -> str:
    if text.rpartition("-")[2] in WEEKDAYS:
        return weekday_said(say, text)
    ways: tuple[Callable[[Words, str], str], ...] = (act_said, stated, lambda say, id: party_name(say, id, charter))
    return next((said for way in ways if (said := way(say, text)) != text), text)

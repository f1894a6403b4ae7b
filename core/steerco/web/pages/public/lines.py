"""Published entries in words: of each entry its title and its lines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from steerco.configuration.party_names import PartyNames
from steerco.i18n import Words
from steerco.kernel.public_view import PublicEntry, PublicNumbers
from steerco.web.pages.frame import dates

SECTION = "public"
ORDER = ("title", "number", "issued", "when", "where", "recording", "outcome", "result", "votes", "items", "papers", "text")
"""The order in which an entry says its values."""

POSITIONS = ("for", "against", "abstain")
"""The order in which a result says its counts; a database keeps none."""


class PublicLine(NamedTuple):
    """One value of an entry: its label, and its texts, one or several."""

    label: str
    texts: list[str]


class PublicItem(NamedTuple):
    """An entry as it is read."""

    id: str
    title: str
    on: date
    day: str
    place: str
    lines: list[PublicLine]
    withheld: str


def item(say: Words, names: PartyNames, zone: ZoneInfo, entry: PublicEntry) -> PublicItem:
    """Return an entry in a language."""
    title = say("word", "of_kind", what=say("value", entry.of), kind=names(entry.body))
    lines = [
        PublicLine(say(f"{SECTION}.line", name), _texts(say, names, zone, name, entry.values[name]))
        for name in ORDER
        if name in entry.values
    ]
    withheld = (entry.shown_as or say(SECTION, "withheld")) if entry.withheld else ""
    return PublicItem(entry.id, title, entry.on, dates.day(say, entry.on), entry.place, lines, withheld)


def counted(say: Words, told: PublicNumbers) -> list[PublicLine]:
    """Return the numbers of a body in a language."""
    held = PublicLine(say(SECTION, "held"), [str(told.held)])
    return [held, *(PublicLine(f"{say(SECTION, 'decided')}: {_word(say, name)}", [str(n)]) for name, n in told.decided.items())]


def _texts(say: Words, names: PartyNames, zone: ZoneInfo, name: str, value: Any) -> list[str]:
    match name:
        case "when":
            return [dates.time(say, datetime.fromisoformat(value), zone)]
        case "issued":
            return [dates.day(say, date.fromisoformat(value))]
        case "items" | "papers":
            return [say(SECTION, "withheld") if each is None else each for each in value]
        case "result":
            counts = ((position, value[position]) for position in POSITIONS if position in value)
            return [say("word", "of_kind", what=_word(say, position), kind=number) for position, number in counts]
        case "votes":
            return [say("word", "of_kind", what=names.personal(row["who"]), kind=_word(say, row["position"])) for row in value]
    return [_word(say, str(value)) if name == "outcome" else str(value)]


def _word(say: Words, value: str) -> str:
    return say("value", value) if say.has("value", value) else value

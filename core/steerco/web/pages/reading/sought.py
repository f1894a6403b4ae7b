"""The meaning of a text in the search field: words, a day, kinds and parties by their names in the language of who asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from steerco.configuration.party_names import PartyNames
from steerco.configuration.snapshot import Snapshot
from steerco.kernel.search import Sought
from steerco.records import Record
from steerco.records.search_entry import KIND, hour
from steerco.store import folding
from steerco.web.pages.frame.dates import DayUnreadable, read_day

PARTIES = 12
"""The number of parties of one name whose records are found by it; a name that more have says too little."""


def asked(names: PartyNames, snapshot: Snapshot, today: date, type: type[Record], sought: str) -> Sought:
    """Return what a text means among the records of a type: words, a day, kinds by their names, parties by theirs."""
    words = tuple(folding.words(folding.folded(sought)))
    if (day := _day(snapshot, today, sought)) is not None:
        hours = _of_day(snapshot, day)
        return Sought((hours,) if len(words) > 1 or not words[0].isdigit() else ((*words, *hours),))
    say = names.words
    kinds = {kind: folding.words(folding.folded(say("kind", kind))) for kind in type.kinds}
    label = set(folding.words(folding.folded(say("type", type.record_type))))
    left = [word for word in words if word not in label] or words
    alternatives = tuple(
        (word, *(f"{KIND}{kind} " for kind, told in kinds.items() if any(each.startswith(word) for each in told)))
        for word in left
    )
    typed = tuple(word for word in folding.words(folding.plain(sought)) if folding.folded(word) != word)
    return Sought(alternatives, typed, _parties(names, sought))


def _parties(names: PartyNames, sought: str) -> tuple[str, ...]:
    """Return the parties of that name; none where too many have it."""
    day = names.day
    ids: Iterable[str] = (
        *day.all.persons,
        *(role.id for role in day.charter.roles),
        *(seat.id for seat in day.charter.seats),
        *(body.id for body in day.charter.bodies),
        *day.all.agencies,
        *day.all.titles,
    )
    found = [id for id in ids if folding.holds(names(id), sought)]
    return tuple(found) if len(found) <= PARTIES else ()


def _day(snapshot: Snapshot, today: date, sought: str) -> date | None:
    if not any(character.isdigit() for character in sought):
        return None
    try:
        return read_day(sought, today, snapshot.calendar)
    except DayUnreadable:
        return None


def _of_day(snapshot: Snapshot, day: date) -> tuple[str, ...]:
    """Return the words of a day: the day itself, and its hours as the entries have them."""
    begin = datetime.combine(day, time(0), snapshot.settings.zone).astimezone(UTC)
    return (f"{day:%Y-%m-%d} ", *(f"{hour(begin + timedelta(hours=each))} " for each in range(24)))

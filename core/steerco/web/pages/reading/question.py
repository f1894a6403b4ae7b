"""The form of a question: whom, what and which record one may choose, and days as people write them."""

from __future__ import annotations

from datetime import datetime

from steerco.committee.members.people import Person
from steerco.kernel import search as finding
from steerco.kernel import visibility
from steerco.kernel.view import fields
from steerco.records import NEW, Action, Reason, Record, reason
from steerco.store import folding
from steerco.store.listing import Order
from steerco.web.pages.frame.dates import DayUnreadable, read_day
from steerco.web.pages.frame.fields import Field
from steerco.web.pages.frame.values import title_of
from steerco.web.pages.frame.visit import Visit
from steerco.web.pages.reading.sought import asked

MOST = 12
"""The number of records that are offered to choose from."""
MANY = 150
"""More persons than this are looked for by name first."""

Options = list[tuple[str, str]]


def askable(visit: Visit) -> frozenset[str]:
    """Return the persons in whose name the reader may ask: those whom they see, and their own."""
    every = visit.day.all.persons
    return visibility.among(visit.authority, Person, every) | ({visit.authority.actor} & every.keys())


def persons(visit: Visit, sought: str, chosen: str) -> Options:
    """Return the persons whom the reader may ask about, each with the seats held on the day: of many only those of that name."""
    day, seen, options = visit.day, askable(visit), []
    for id, name in visit.names.persons():
        roles = ", ".join(sorted(visit.names(role) for role in day.roles(id)))
        if id in seen:
            options.append((id, f"{name} ({roles})" if roles and roles != name else name))
    if sought:
        return [each for each in options if each[0] == chosen or folding.holds(each[1], sought)]
    return options if len(options) <= MANY else [each for each in options if each[0] == chosen]


def acts_found(visit: Visit, sought: str, chosen: str) -> list[tuple[str, Options]]:
    """Return the acts whose words, or whose type of record, are so called, by type of record."""
    say, groups = visit.say, []
    for name, type in sorted(visit.tenant.snapshot.types.items(), key=lambda pair: pair[0] != "meeting"):
        label = say("types", name)
        options = [(action.id, say("action", action.id)) for action in type.acts().values()]
        fitting = [each for each in options if each[0] == chosen or folding.holds(f"{each[1]} {label}", sought)]
        if fitting:
            groups.append((label, fitting))
    return groups


def records(visit: Visit, action: Action, sought: str, chosen: str) -> Options:
    """Return the records that the act may be on, as far as the reader sees them: those found by words, else the newest."""
    type = action.record
    if action.states == (NEW,):
        return []
    if folding.words(folding.folded(sought)):
        meant = asked(visit.names, visit.tenant.snapshot, visit.today, type, sought)
        ids = [hit.record for hit in finding.records(visit.authority, type, meant, MOST)]
    else:
        ids = [row.id for row in visibility.page(visit.authority, type, ["id"], None, MOST, Order("id", True)).rows]
    found = [type.get_one(visit.session, visit.tenant.id, id) for id in ids]
    own = visibility.find(visit.authority, type, chosen) if chosen else None
    if own is not None and own.id not in ids:
        found.insert(0, own)
    return [(record.ref, _label(visit, record)) for record in found]


def _label(visit: Visit, record: Record) -> str:
    title = title_of(visit, record.record_type, fields(record))
    return f"{title} ({record.ref}, {visit.say.state(record.record_type, record.state)})" if title else record.ref


def with_days(visit: Visit, filled: list[Field]) -> tuple[list[Field], dict[str, Reason]]:
    """Return the fields with their days and times as the program writes them, and what is wrong with those that are none."""
    fields_read, wrong = [], dict[str, Reason]()
    for each in filled:
        if each.value and each.sort in ("day", "time"):
            try:
                each = each._replace(value=_time(visit, each.value) if each.sort == "time" else _day(visit, each.value))
            except DayUnreadable as error:
                wrong[each.name] = error.reason
        fields_read.append(each)
    return fields_read, wrong


def _day(visit: Visit, text: str) -> str:
    return read_day(text, visit.today, visit.tenant.snapshot.calendar).isoformat()


def _time(visit: Visit, text: str) -> str:
    """Return a time that is written as ``14:00 16/12/2021``, ``16/12/2021 14:00``, or as programs do."""
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        pass
    words = text.replace(",", " ").split()
    clock = next((word for word in words if ":" in word), "")
    try:
        at = datetime.strptime(clock, "%H:%M").time()  # a time of the day, in the tenant's zone
    except ValueError:
        raise DayUnreadable(reason("bad-time")) from None
    day = read_day(" ".join(word for word in words if word != clock), visit.today, visit.tenant.snapshot.calendar)
    return datetime.combine(day, at).isoformat()

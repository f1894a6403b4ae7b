"""Values of records as people read them: parties by name, records by reference, days and states in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from steerco.charter import periods
from steerco.charter.model import NOT_STATED
from steerco.charter.templates import templates
from steerco.configuration.party_names import PartyNames
from steerco.i18n import Words
from steerco.records import Record
from steerco.records.marked import TYPES_KEPT
from steerco.records.personal import FILE, MARK
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.visit import ReaderLook

LONG = 400
WORD = 40
"""Letters of a word beyond which it may be broken anywhere."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PLACE = "place"
"""Of a meeting it is a text, of people who are called together an agency."""
UNSHOWN = frozenset({"id", "ref", "state", "type", "version", "tenant_id"})
"""Fields that a record's page shows elsewhere, or that say nothing to people."""
PRIVATE = frozenset({"email"})
"""Personal data that pages which are public do not show."""
FREE = frozenset({"title", "text", "reason", "note", "opinion", "conclusion", "product", "place", "staff", "resources"})
"""Texts that people write: shown as they stand, whatever they look like."""

ANSWERS_TO = "answers_to"
"""A field that names several parties, with spaces between them."""
ACTS = frozenset({"scope", "action"})
"""Fields that name acts."""
SUBJECTS = frozenset({"subject", "subjects"})
"""Fields that name a field of work of the charter."""
CANDIDATES = frozenset({"elected", "tied", "out"})
"""What the result of an election says of candidates."""


class ShownValue(NamedTuple):
    """A value: its text, where it leads, or the values that it is made of."""

    text: str = ""
    href: str = ""
    parts: tuple[ShownValue, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def unbroken(self) -> bool:
        """Whether it has a word for which no screen is wide enough, as a checksum is."""
        return any(len(word) > WORD for word in self.text.split())


class Pair(NamedTuple):
    """A named value."""

    label: str
    value: ShownValue


@lru_cache(TYPES_KEPT)
def party_fields(types: tuple[type[Record], ...]) -> frozenset[str]:
    """Return every field that names a party in some record type, its parts, its aims or its inputs."""
    names: set[str] = {"author", "approved_by", "answered_by", "decided_by", "issued_by", "prepared_by", "signed_as", "by", "who"}
    for kind in types:
        names.update(kind.party_fields())
        names.update(facet.field for facet in kind.facets.values() if facet.of != "value")
        for part in kind.parts().values():
            names.update(column.name for column in part.__table__.columns if column.info.get("party"))
        for action in kind.actions.values():
            names.update(name.rstrip("_") for name, marks in action.marks.items() if marks.get("party"))
    several = {"coordinators", "attendees", "parties", "receivers"}
    return frozenset(names | several | {"body", "person", "substitute", "lead", "rapporteur"})


def pairs(visit: ReaderLook, type: str, fields: Mapping[str, Any]) -> list[Pair]:
    """Fields with their labels; those without a value are left out."""
    return [
        Pair(_label(visit, type, name), text)
        for name, value in fields.items()
        if name not in PRIVATE and (text := value_of(visit, type, name, value)) is not None
    ]


def _label(visit: ReaderLook, type: str, name: str) -> str:
    """Return what a field is called: where the type says, otherwise than in other types."""
    own = f"{type}.{name}"
    if not visit.say.has("field", name) and visit.names.known(name):  # a table by party, such as the votes of each candidate
        return visit.names(name)
    return visit.say("field", own if visit.say.has("field", own) else name)


def value_of(visit: ReaderLook, type: str, name: str, value: Any) -> ShownValue | None:
    """Return one value of the field ``name``, or None where there is none."""
    if value is None or value == "" or value == [] or value == {}:
        return None
    if isinstance(value, bool):
        return ShownValue(visit.say("word", "yes" if value else "no"))
    if isinstance(value, datetime):
        return ShownValue(visit.time(value))
    if isinstance(value, date):
        return ShownValue(visit.date(value))
    if isinstance(value, list | tuple):
        parts = tuple(part for item in value if (part := value_of(visit, type, name, item)) is not None)
        return ShownValue(parts=parts)
    if isinstance(value, Mapping):
        return _of_mapping(visit, type, value)
    return _of_text(visit, type, name, str(value))


def _of_mapping(visit: ReaderLook, type: str, value: Mapping[str, Any]) -> ShownValue | None:
    if MARK in value:
        return None
    if FILE in value:
        return ShownValue(str(value.get("name", "")))
    if value.keys() <= {"vi", "en"}:
        return ShownValue(visit.say.of(value))
    return ShownValue(pairs=tuple(pairs(visit, type, value)))


def _of_text(visit: ReaderLook, type: str, name: str, text: str) -> ShownValue:
    say = visit.say
    if name in FREE and not (name == PLACE and visit.names.known(text)):
        return ShownValue(text)
    if name in party_fields(tuple(visit.tenant.snapshot.types.values())) and visit.names.known(text):
        return ShownValue(visit.names(text))
    if name == ANSWERS_TO:
        return ShownValue(", ".join(visit.names.of(text.split())))
    if name == "template" and (form := templates((visit.regime.charter, *visit.regime.layers)).get(text)):
        return ShownValue(say.of(form.label))
    if name in SUBJECTS or (name in CANDIDATES and visit.names.known(text)):
        return ShownValue(visit.names(text))
    if name == "kind":
        return ShownValue(say("kind", text) if say.has("kind", text) else say("sort", text))
    if name == "state":
        return ShownValue(say.state(type, text))
    if name in ACTS and say.has("action", text):
        return ShownValue(say("action", text))
    if name == "scope":
        return ShownValue(say("facet-value", text))
    if name == "cites":
        cite = visit.cite(text)
        return ShownValue(cite.text, cite.href)
    if name == "timeliness":
        return ShownValue(say("timeliness", text))
    if UUID.fullmatch(text):
        target = visit.record_named(text)
        return (
            ShownValue(target[1], visit.links.record(target[0], target[1])) if target else ShownValue(say("records", "not_here"))
        )
    if name != "name" and say.has("value", text):
        return ShownValue(say("value", text))
    return ShownValue(_of_time(visit, text))


def _of_time(visit: ReaderLook, text: str) -> str:
    """Return a day or time that a log keeps as text, in words; any other text as it is."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?", text):
        return text
    try:
        if len(text) == 10:
            return dates.day(visit.say, date.fromisoformat(text))
        return visit.time(visit.tenant.snapshot.aware(datetime.fromisoformat(text)))
    except (ValueError, OverflowError):
        return text


def meeting_title(visit: ReaderLook, fields: Mapping[str, Any]) -> str:
    """Return a meeting by its kind and the period for which it is held, else by its day; of another body than the main one with
    the body."""
    say, kind, body = visit.say, fields["kind"], fields.get("body")
    day = visit.tenant.snapshot.local(fields["starts_at"])
    every = [c.every for c in visit.regime.charter.cadences if (c.body, c.kind) == (body, kind) and c.every != NOT_STATED]
    when = dates.period(say, periods.containing(day, every[0]).name) if every else visit.date(day)
    text = say("meeting-title", "of_period" if every else "on_day", kind=say("meeting-title", kind), when=when)
    other = body not in (None, "", visit.tenant.snapshot.settings.main_body)
    return f"{text} ({visit.names(str(body))})" if other else text


def title_of(visit: ReaderLook, type: str, fields: Mapping[str, Any]) -> str:
    """Return a record's title in one line: a meeting by its kind and period, a programme by its kind and year."""
    if type == "meeting" and fields.get("kind") and isinstance(fields.get("starts_at"), datetime):
        return meeting_title(visit, fields)
    if fields.get("kind") and (when := fields.get("starts_at") or fields.get("year")):
        subject = visit.say("word", "of_kind", what=visit.say("type", type), kind=visit.say("kind", fields["kind"]))
        return f"{subject[:1].upper()}{subject[1:]}, {visit.time(when) if isinstance(when, datetime) else when}"
    if fields.get("year"):
        subject = visit.say("type", type)
        return f"{subject[:1].upper()}{subject[1:]}, {fields['year']}"
    for name in ("title", "name", "text", "conclusion", "reason", "opinion"):
        if fields.get(name):
            text = visit.say.of(fields[name]) if isinstance(fields[name], Mapping) else str(fields[name])
            return text if len(text) <= 120 else f"{text[:119].rstrip()}…"
    parties = [fields.get(name) for name in ("person", "who", "substitute", "by")]
    return " · ".join(visit.names(str(party)) for party in parties if party)


def money(visit: ReaderLook, amount: int, currency: str | None) -> str:
    """Return a sum of money as people write it: its thousands set apart, and the currency, where one is stated."""
    told = f"{amount:,}".replace(",", visit.say("word", "thousands"))
    return f"{told} {currency}" if currency else told


class SaysNames(Protocol):
    """Whatever says words and names of parties: a visit, or what anybody reads."""

    @property
    def say(self) -> Words: ...

    @property
    def names(self) -> PartyNames: ...


def facet(visit: SaysNames, condition: str) -> str:
    """``to=member`` in words."""
    name, _, value = condition.partition("=")
    say = visit.say
    if visit.names.known(value):
        return f"{say('facet', name)} {visit.names(value)}"
    return f"{say('facet', name)} {say('action' if say.has('action', value) else 'facet-value', value)}"

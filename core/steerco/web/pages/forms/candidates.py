"""Whom and what a form lets choose: parties by their labels, records by their references, both only as far as the reader sees.

A label is the value: what stands in the field, and in each radio, is what people read. Two parties never share one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from steerco.committee.members.appointment import OUTSIDERS
from steerco.configuration.party_names import PartyNames
from steerco.i18n import alphabetical
from steerco.kernel import view, visibility
from steerco.kernel.authority import Authority
from steerco.records import Record
from steerco.store.listing import Order
from steerco.web.pages.forms.shapes import Shape
from steerco.web.pages.forms.typed import folded
from steerco.web.pages.frame.values import title_of
from steerco.web.pages.frame.visit import Visit

MOST_HITS = 12
MOST_LISTED = 150
"""The browser's own list of a text field is given up to so many labels."""
LOOKED_AT = 300
"""The number of the newest records among which a text is looked for."""
DIRECTORY = {"person": "person", "agency": "agency", "office": "office"}
"""The sorts of party that are records of their own, with the type of these."""


class Candidate(NamedTuple):
    """One that may be chosen: the name that the input takes, the label that people read, and the party that it means."""

    name: str
    label: str
    party: str = ""


class SearchHits(NamedTuple):
    """The hits of a search, the best first, and how many more there are."""

    hits: tuple[Candidate, ...]
    more: int = 0


def search(text: str, among: Iterable[Candidate]) -> SearchHits:
    """Return those whose label has every word of the text: with the marks that were typed first, then without any."""
    words, typed = folded(text).split(), text.casefold().split()
    hits = [each for each in among if all(word in folded(each.label) for word in words)]
    hits.sort(key=lambda each: (_place(text, typed, each.label), alphabetical(each.label)))
    return SearchHits(tuple(hits[:MOST_HITS]), max(0, len(hits) - MOST_HITS))


def _place(text: str, typed: Sequence[str], label: str) -> int:
    """Return how well a label fits: whole, from its beginning, word by word with the marks as typed, or only without them."""
    lower = label.casefold()
    if lower == text.casefold():
        return 0
    if not all(word in lower for word in typed):
        return 3
    return 1 if lower.startswith(text.casefold()) else 2


class PartyChoices:
    """The parties of the day, for one form. ``aimed`` says whether the act may be aimed at a party by a field, where that can be
    told; it is asked once for all parties of the same roles."""

    def __init__(self, visit: Visit, authority: Authority, aimed: Callable[[Shape, str], bool]) -> None:
        self.visit, self.authority, self.day = visit, authority, authority.day
        self.say, self.names = visit.say, PartyNames(visit.say, authority.day)
        self._aimed, self._allowed = aimed, dict[tuple[str, frozenset[str]], bool]()
        self._offered: dict[Shape, list[Candidate]] = {}

    @cached_property
    def all(self) -> tuple[Candidate, ...]:
        """Everyone and everything that has one meaning on the day, persons first. Each label stands once."""
        labelled: dict[str, Candidate] = {}
        plain = {name: self._label(name) for name in self._names()}
        namesakes = Counter(plain[name] for name in plain if name in self.day.all.persons)
        for name, label in plain.items():
            party = self.day.resolve(name) or name
            known = labelled.get(label)
            if known is not None and known.party == party:
                continue
            if known is not None or namesakes[label] > 1:
                label = self._told_apart(name, label, labelled)
            labelled[label] = Candidate(name, label, party)
        return tuple(labelled.values())

    def _names(self) -> Iterable[str]:
        """Yield the names of what the reader may know of: the charter's own are public, people are those whose records they
        see."""
        directory, charter = self.day.all, self.day.charter
        for ids in (self._seen("person", directory.persons), [role.id for role in charter.roles], OUTSIDERS):
            yield from (name for name in ids if self.day.resolve(name) is not None)
        yield from (body.id for body in charter.bodies)
        yield from (seat.id for seat in charter.seats)
        yield from self._seen("agency", directory.agencies)
        yield from self._seen("office", directory.titles)

    def _seen(self, type: str, ids: Iterable[str]) -> list[str]:
        return sorted(visibility.among(self.authority, self.visit.tenant.snapshot.types[type], list(ids)))

    def _label(self, name: str) -> str:
        """``Minister of Finance (Member)``: a name, with the seat that the person has in a body."""
        label = self.names.in_full(name) if name in self.day.all.persons else self.names(name)
        if name not in self.day.all.persons:
            return label
        roles = [role.id for role in self.day.charter.roles if role.id in self.day.roles(name)]
        return f"{label} ({self.names(roles[0])})" if roles and self.names(roles[0]) != label else label

    def _told_apart(self, name: str, label: str, taken: dict[str, Candidate]) -> str:
        """Return a label that nobody has yet: with a person's agency, with the sort of anything else, at last with the id."""
        is_person = name in self.day.all.persons
        agency = self.day.agency(name)
        sort = self.say("sort", "person" if is_person else self.day.sort(name))
        said = self.names(agency) if is_person and agency else sort
        tries = (f"{label} ({said})", f"{label} ({said}, {name})")
        return next(each for each in tries if each not in taken)

    @cached_property
    def _by_label(self) -> dict[str, Candidate]:
        return {each.label.casefold(): each for each in self.all}

    @cached_property
    def _by_name(self) -> dict[str, Candidate]:
        return {each.name: each for each in self.all}

    def labelled(self, name: str) -> str:
        """Return the label of the party that an input names, as its field shows it."""
        if known := self._by_name.get(name):
            return known.label
        party = self.day.resolve(name)
        return next((each.label for each in self.all if each.party == party), self.names(name))

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Per group of persons that have a seat each, ``Members of the Committee, 12``, the labels of its parties."""
        charter = self.day.charter
        several: dict[str, Sequence[str]] = {body.id: self.day.members(body.id) for body in charter.bodies}
        several |= {role.id: self.day.holders(role.id) for role in charter.roles}
        several |= {group.id: [p for role in group.roles for p in self.day.holders(role)] for group in charter.groups}
        found: dict[str, tuple[str, ...]] = {}
        for id, persons in several.items():
            labels = tuple(dict.fromkeys(self._by_name[each].label for each in persons if each in self._by_name))
            if len(labels) > 1:
                found.setdefault(self.say("forms.form", "group", name=self.names(id), n=len(labels)), labels)
        return found

    def exactly(self, text: str, shape: Shape) -> Candidate | None:
        """Return the party with this label, the one whose id an address of ours gives, or the only one that the text fits."""
        known = self._by_label.get(text.casefold()) or self._by_name.get(text)
        if known is not None and self._takes(shape, known):
            return known
        found = search(text, self.of(shape))
        return found.hits[0] if len(found.hits) == 1 else None

    def of(self, shape: Shape) -> list[Candidate]:
        """Return those that a field offers: of the sorts that it takes, whom the act may be aimed at, each party once."""
        if shape not in self._offered:
            offered = self._taken(shape)
            fitting = [each for each in offered if self._may_be_aimed(shape, each)]
            self._offered[shape] = sorted(fitting or offered, key=lambda each: alphabetical(each.label))
        return self._offered[shape]

    def _taken(self, shape: Shape) -> list[Candidate]:
        offered: dict[str, Candidate] = {}
        persons = {each.name for each in self.all if each.name in self.day.all.persons and self._takes(shape, each)}
        for each in self.all:
            same = each.name in self.day.all.titles and persons.intersection(self.day.holders(each.name))
            if self._takes(shape, each) and not same:  # an office is its holder, who stands there already
                offered.setdefault(each.party, each)
        return list(offered.values())

    def _takes(self, shape: Shape, each: Candidate) -> bool:
        sorts = shape.sorts
        if shape.name == "body":
            return self.day.sort(each.party) == "body"
        return not sorts or self.day.sort(each.party) in sorts or ("person" in sorts and each.name in self.day.all.persons)

    def narrowed(self, shape: Shape) -> bool:
        """Return whether a field offers fewer than there are, because the act may not be aimed at the others."""
        return len(self.of(shape)) < len(self._taken(shape))

    def _may_be_aimed(self, shape: Shape, each: Candidate) -> bool:
        key = (shape.name, self.day.aims(each.party))
        if key not in self._allowed:
            self._allowed[key] = self._aimed(shape, each.party)
        return self._allowed[key]


class RecordChoices:
    """The records that a form lets choose."""

    def __init__(self, visit: Visit, authority: Authority) -> None:
        self.visit, self.authority = visit, authority

    def labelled(self, record: Record) -> Candidate:
        """Return a record by its title and the reference that people see."""
        title = title_of(self.visit, record.record_type, view.fields(record))
        return Candidate(record.ref, f"{title} · {record.ref}" if title else record.ref, record.id)

    def named(self, named: str, shape: Shape) -> Record | None:
        """Return the record of that reference or id, if the reader sees it."""
        if not named or len(named) > 80:
            return None
        kinds = [self.visit.tenant.snapshot.types[type] for type in shape.types]
        return next((found for kind in kinds if (found := visibility.find(self.authority, kind, named))), None)

    def newest(self, shape: Shape) -> SearchHits:
        """Return the newest records in the states that the field asks for, else those that can still change; if there are none,
        any."""
        every = [record for type in shape.types for record in self._seen(type)]
        states = shape.marks.get("states", {})
        alive = [each for each in every if _fits(each, states.get(each.record_type))] or every
        hits = tuple(self.labelled(record) for record in alive[:MOST_HITS])
        return SearchHits(hits, max(0, len(every) - len(hits)))

    def search(self, text: str, shape: Shape) -> SearchHits:
        """Return the records whose title or reference has every word of the text."""
        if exact := self.named(text, shape):
            return SearchHits((self.labelled(exact),))
        return search(text, [self.labelled(record) for type in shape.types for record in self._seen(type)])

    def _seen(self, type: str) -> list[Record]:
        kind, authority = self.visit.tenant.snapshot.types[type], self.authority
        page = visibility.page(authority, kind, ["id"], None, LOOKED_AT, Order("id", True))
        mine = kind.those(authority.tenant.id, kind.id.in_([row.id for row in page.rows]))
        return kind.read(authority.session, mine.order_by(kind.id.desc()))


def _fits(record: Record, states: Sequence[str] | None) -> bool:
    """Return whether a record is in one of these states; without any, whether some act of people is possible from its state."""
    if states:
        return record.state in states
    return any(record.state in action.states for action in record.acts().values())

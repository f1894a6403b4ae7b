"""Names for the parties that records mention, beside the records (``expand=parties``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from steerco.charter.model import Label
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.records import Record
from steerco.records.part import stored

PARTIES = "parties"
EXPANSIONS = (PARTIES,)
"""What can be told beside records."""


class PartyLabel(msgspec.Struct, frozen=True):
    """What a party that a record mentions is called, and what it is: a person, role, seat, body, agency or office."""

    sort: str
    label: Label


Expanded = dict[str, PartyLabel] | msgspec.UnsetType
"""The parties that records mention, by id: of persons, agencies and offices those that the caller sees."""


def expanded(authority: Authority, kind: type[Record], records: Iterable[Mapping[str, Any]]) -> dict[str, PartyLabel]:
    """Return the parties that records of a type mention, as far as the caller may see them."""
    mentioned = frozenset(_mentioned(kind, records))
    day, types = authority.day, authority.tenant.snapshot.types
    charter, directory = day.charter, day.all
    parts = (("role", charter.roles), ("seat", charter.seats), ("body", charter.bodies))
    found = {each.id: PartyLabel(sort, each.label) for sort, every in parts for each in every if each.id in mentioned}
    for sort, labels in (("person", directory.persons), ("agency", directory.agencies), ("office", directory.titles)):
        named = mentioned & labels.keys()
        found |= {id: PartyLabel(sort, Label(**labels[id])) for id in visibility.among(authority, types[sort], named)}
    return found


def _mentioned(kind: type[Record], records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    own = (*kind.party_fields(), "author", "body")
    parts = {
        name: [field.rstrip("_") for field, column in stored(part).items() if column.info.get("party")]
        for name, part in kind.parts().items()
    }
    for record in records:
        for name in own:
            yield from _ids(record.get(name))
        for name, fields in parts.items():
            for row in record.get(name) or ():
                for field in fields:
                    yield from _ids(row.get(field))


def _ids(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else ()

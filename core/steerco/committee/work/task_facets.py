"""At what an act on a task is aimed: to whom it goes, where it comes from, who leads it, with whom it is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steerco.committee.traits.receiver import bound
from steerco.records import Facet, Parties


class GivenTo(Facet):
    """To whom a task goes: of one about to be assigned each party that it binds, of an escalation who is to hear of it."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        if record is None or record.state == "new":
            every = bound(given.get("to"), given.get("lead"), parties)
            return super().of_request({self.field: list(every)}, None, parties)
        if self.field in given:
            return super().of_request({self.field: given[self.field] or record.author_as}, None, parties)
        return super().of_request(given, record, parties)


class ComesFrom(Facet):
    """What sort of record a task comes from. Of a source whose sort is not known (it may not be seen) the facet says nothing."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        if given.get("source") and not (given.get(self.field) or getattr(record, self.field, None)):
            return [frozenset()]
        return super().of_request({}, record, parties)


class LedBy(Facet):
    """What sort of party leads: an agency, a body, or a person, who may be named by a seat or an office."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        held_values = {f"{self.name}=seat", f"{self.name}=office"}
        values = super().of_request(given, record, parties)
        return [frozenset({f"{self.name}=person"}) if facet & held_values else facet for facet in values]


class Mandate(Facet):
    """An instrument gave the task (``instrument``), and an act that moves or ends it names a paper that says so (``named``)."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        if record is None or record.state == "new" or not record.instrument:
            return [frozenset({f"{self.name}=none"})]
        return [frozenset({f"{self.name}={'named' if given.get(self.field) else 'instrument'}"})]


class With(Facet):
    """With whom a task is carried out: a ``unit`` of the own organisation, an agency ``outside`` it, a body of the charter by its
    own name too, or a person."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        party = given.get(self.field)
        if not party:
            return [frozenset()]
        sort = parties.sort(party)
        if sort == "body":
            return [frozenset({f"{self.name}=body", f"{self.name}={party}"})]
        aim = ("unit" if parties.is_unit(party) else "outside") if sort == "agency" else "person"
        return [frozenset({f"{self.name}={aim}"})]

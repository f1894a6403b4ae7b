"""The building blocks of record types: records, actions, relations, facets. This room declares no record type."""

from steerco.records.day_view import DayView, Parties
from steerco.records.do import Do, Unmet
from steerco.records.errors import Conflict, Invalid, NotFound, OutOfOrder, Refused, Stopped
from steerco.records.facet import Facet
from steerco.records.inputs import File, Line, Party, Personal, Subject, Text, party_of, ref_to
from steerco.records.part import Part, about, hidden, party, refers, written
from steerco.records.reason import Reason, reason
from steerco.records.record import NEW, Action, Record
from steerco.records.relation import All, Any_, Held, Is, Listed, Not, Relation, Through, Via
from steerco.records.search_entry import SearchEntry

__all__ = [
    "NEW",
    "Action",
    "All",
    "Any_",
    "Conflict",
    "DayView",
    "Do",
    "Facet",
    "File",
    "Held",
    "Invalid",
    "Is",
    "Line",
    "Listed",
    "Not",
    "NotFound",
    "OutOfOrder",
    "Part",
    "Parties",
    "Party",
    "Personal",
    "Reason",
    "Record",
    "Refused",
    "Relation",
    "SearchEntry",
    "Stopped",
    "Subject",
    "Text",
    "Through",
    "Unmet",
    "Via",
    "about",
    "hidden",
    "party",
    "party_of",
    "reason",
    "ref_to",
    "refers",
    "written",
]

"""The primitives of a committee, one module each, in rooms by what they are about. Knows no HTTP.

A module declares; importing it registers nothing but its table. The record types of an installation are those that
``record_types`` gives for the modules named here and the ones that plugins name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from steerco.records import Record

MODULES = (
    "members.people",
    "members.appointment",
    "members.officer_absence",
    "members.authority_delegation",
    "meetings.meeting",
    "meetings.meeting_calling",
    "meetings.meeting_agenda",
    "meetings.meeting_papers",
    "meetings.meeting_sitting",
    "meetings.meeting_changes",
    "meetings.notice",
    "meetings.absence_request",
    "meetings.substitution",
    "meetings.minutes",
    "meetings.excerpt",
    "work.direction",
    "work.task",
    "work.task_ties",
    "decisions.matter",
    "decisions.proxy",
    "decisions.election",
    "decisions.ballot",
    "decisions.quorum_to_meet",
    "decisions.ballot_course",
    "decisions.veto",
    "decisions.matter_route",
    "work.programme",
    "members.secondment",
    "members.team",
    "members.mobilisation",
    "work.issue",
    "work.proposal",
    "work.commendation",
    "work.amendment",
    "documents.publishing",
    "work.report",
    "work.report_summary",
    "work.review",
    "work.consultation",
    "work.consultation_reply",
    "work.budget",
    "documents.channel",
    "documents.transmission",
    "documents.document",
    "work.information_request",
    "work.acknowledgement",
    "members.portfolio",
    "work.checking",
    "work.guidance",
    "work.inspection",
    "work.entry",
)


@cache
def record_types(modules: tuple[str, ...] = ()) -> Mapping[str, type[Record]]:
    """Return every record type that core's modules, and further ``modules`` by dotted name, declare; by type name."""
    types: dict[str, type[Record]] = {}
    for name in (*(f"{__name__}.{module}" for module in MODULES), *modules):
        for value in vars(import_module(name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, Record)
                and value.__module__ == name
                and "record_type" in vars(value)
                and not value.apart
            ):
                types[value.record_type] = value
    return types

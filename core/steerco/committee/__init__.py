"""The primitives of a committee, one module each. Knows no HTTP.

A module declares; importing it registers nothing but its table. The record types of an installation are those that
``record_types`` gives for the modules named here and the ones that plugins name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from steerco.records import Record

MODULES = (
    "people",
    "appointment",
    "officer_absence",
    "authority_delegation",
    "meeting",
    "meeting_calling",
    "meeting_agenda",
    "meeting_papers",
    "meeting_sitting",
    "meeting_changes",
    "notice",
    "absence_request",
    "substitution",
    "minutes",
    "excerpt",
    "direction",
    "task",
    "task_ties",
    "matter",
    "proxy",
    "election",
    "ballot",
    "quorum_to_meet",
    "ballot_course",
    "veto",
    "matter_route",
    "programme",
    "secondment",
    "team",
    "mobilisation",
    "issue",
    "proposal",
    "commendation",
    "amendment",
    "publishing",
    "report",
    "report_summary",
    "review",
    "consultation",
    "consultation_reply",
    "budget",
    "channel",
    "transmission",
    "document",
    "information_request",
    "acknowledgement",
    "portfolio",
    "checking",
    "guidance",
    "inspection",
    "entry",
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

"""All that an author of plugins imports. What stands in ``__all__`` is kept stable; everything else of the program may change.

A name that is to go first warns for a minor version, then fails with what to use instead, then goes with the next major one:
``DEPRECATED`` holds the first two.
"""

from __future__ import annotations

import warnings
from html import escape
from importlib.resources import files
from typing import Any

from steerco.charter.calendar import Calendar, WeekCalendar, nth_working_day, shift, working_days
from steerco.charter.model import Charter, Clause, Label
from steerco.charter.rules import Effective
from steerco.charter.text.importer import Basis, CharterParser, Paper, Parsed, Replaced
from steerco.charter.text.outline import Outline, OutlineContainer, OutlinePart, Placed, Unsure
from steerco.charter.text.proposed_rows import CharterProposer, ProposedRow
from steerco.charter.values import Days
from steerco.extension.counting import BallotCount, Ballots, CountStep
from steerco.extension.documents import (
    Appendix,
    Block,
    DocumentContent,
    DocumentFacts,
    DocumentFile,
    DocumentText,
    Misprint,
    NamedParty,
    Signature,
    cells,
    row,
)
from steerco.extension.facts import Act, AtLeast, Fields, Hands, Happened, Notice, Request, Rule, TenantFacts
from steerco.extension.hookspecs import hookimpl
from steerco.extension.results import (
    Advice,
    Answer,
    Correspondent,
    Exporter,
    Fragment,
    Handover,
    LayerText,
    PolicyText,
    Ruling,
    Unfounded,
)
from steerco.extension.routes import Route
from steerco.records import (
    All,
    Any_,
    Conflict,
    Do,
    Facet,
    File,
    Held,
    Invalid,
    Is,
    Line,
    Not,
    NotFound,
    OutOfOrder,
    Part,
    Parties,
    Party,
    Personal,
    Record,
    Refused,
    Relation,
    Stopped,
    Text,
    Through,
    Via,
    about,
    hidden,
    party,
    party_of,
    ref_to,
    refers,
)
from steerco.store.base import Base, Tenanted
from steerco.store.sessions import tenant_of

API_VERSION = "1.0"
"""The version of the hooks that this program has; ``plugin.toml`` names the one that a plugin was written for."""


def resource(package: str, path: str) -> str:
    """Return the text of a file that lies in a plugin's package; ``package`` is its ``__name__``."""
    return (files(package.partition(".")[0]) / path).read_text("utf-8")


DEPRECATED: dict[str, tuple[str, str, str]] = {}
"""Per old name: the new one, the version since which it warns, and the one since which it fails."""


def __getattr__(name: str) -> Any:
    if name not in DEPRECATED:
        raise AttributeError(f"steerco.extension.api has no {name!r}; docs/plugins.md lists what it has")
    new, since, until = DEPRECATED[name]
    if _at_least(until):
        raise AttributeError(f"{name} went with version {until} of the hooks; use {new}")
    warnings.warn(f"{name} is deprecated since {since} and fails from {until} on; use {new}", DeprecationWarning, stacklevel=2)
    return globals()[new]


def _at_least(version: str) -> bool:
    def numbers(text: str) -> list[int]:
        return [int(part) for part in text.split(".")]

    return numbers(API_VERSION) >= numbers(version)


__all__ = [
    "API_VERSION",
    "Act",
    "Advice",
    "All",
    "Answer",
    "Any_",
    "Appendix",
    "AtLeast",
    "BallotCount",
    "Ballots",
    "Base",
    "Basis",
    "Block",
    "Calendar",
    "Charter",
    "CharterParser",
    "CharterProposer",
    "Clause",
    "Conflict",
    "Correspondent",
    "CountStep",
    "Days",
    "Do",
    "DocumentContent",
    "DocumentFacts",
    "DocumentFile",
    "DocumentText",
    "Effective",
    "Exporter",
    "Facet",
    "Fields",
    "File",
    "Fragment",
    "Handover",
    "Hands",
    "Happened",
    "Held",
    "Invalid",
    "Is",
    "Label",
    "LayerText",
    "Line",
    "Misprint",
    "NamedParty",
    "Not",
    "NotFound",
    "Notice",
    "OutOfOrder",
    "Outline",
    "OutlineContainer",
    "OutlinePart",
    "Paper",
    "Parsed",
    "Part",
    "Parties",
    "Party",
    "Personal",
    "Placed",
    "PolicyText",
    "ProposedRow",
    "Record",
    "Refused",
    "Relation",
    "Replaced",
    "Request",
    "Route",
    "Rule",
    "Ruling",
    "Signature",
    "Stopped",
    "TenantFacts",
    "Tenanted",
    "Text",
    "Through",
    "Unfounded",
    "Unsure",
    "Via",
    "WeekCalendar",
    "about",
    "cells",
    "escape",
    "hidden",
    "hookimpl",
    "nth_working_day",
    "party",
    "party_of",
    "ref_to",
    "refers",
    "resource",
    "row",
    "shift",
    "tenant_of",
    "working_days",
]

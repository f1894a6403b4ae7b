"""Parties as queries name them: by any id of the directory, or as ``me``."""

from __future__ import annotations

from steerco.committee.members.appointment import OUTSIDERS
from steerco.configuration.regime import PLATFORM
from steerco.kernel import visibility
from steerco.kernel.authority import Authority

ME = "me"
"""The caller, by every name under which records mention them: the person, and their seats, offices and roles of today."""
UNIT = "unit:"
UNKNOWN_PARTY = "unknown-party"
"""The reason against an id that names nobody here."""


def is_known(authority: Authority, given: str) -> bool:
    """Return whether an id names somebody or something, today or in an earlier charter. Who and what the caller may not see is
    as if it were not there."""
    day, types = authority.day, authority.tenant.snapshot.types
    directory = day.all
    for name, ids in (("person", directory.persons), ("agency", directory.agencies), ("office", directory.titles)):
        if given.removeprefix(UNIT) in ids and given != authority.actor:
            return bool(visibility.among(authority, types[name], (given.removeprefix(UNIT),)))
    if given in (authority.actor, PLATFORM) or given in OUTSIDERS or given in day.places:
        return True
    charters = authority.tenant.snapshot.charters
    parts = (each for text in charters for part in (text.roles, text.groups, text.bodies, text.seats) for each in part)
    return any(given == each.id for each in parts)

"""Meetings and due days in people's own calendars: iCalendar feeds (RFC 5545) at secret addresses that can be revoked.

Read ``feed.py`` (what is kept), ``serving.py`` (addresses) and ``writing.py`` (what a calendar is told), in this order.
"""

from __future__ import annotations

from collections.abc import Iterable

from steerco.extension.api import LayerText, PolicyText, Record, Route, TenantFacts, hookimpl, resource
from steerco_ical import serving
from steerco_ical.feed import Feed


@hookimpl
def record_types() -> Iterable[type[Record]]:
    """Feeds: who has one, of what, in use or revoked."""
    return [Feed]


@hookimpl
def layers(tenant: TenantFacts) -> Iterable[LayerText]:
    """The plugin's own terms, on which its policy lines rest."""
    return [LayerText("terms.toml", resource(__name__, "terms.toml"))]


@hookimpl
def policy(tenant: TenantFacts) -> Iterable[PolicyText]:
    """Everybody's power over their own feeds."""
    return [PolicyText("policy.csv", resource(__name__, "policy.csv"))]


@hookimpl
def routes(tenant: TenantFacts) -> Iterable[Route]:
    """The addresses where a feed is made, and where calendars read it."""
    return [
        Route("feeds", serving.make, "POST", "Make a feed; its address is answered once", operation=serving.MAKING),
        Route("feed/{secret}.ics", serving.read, doc="A feed (text/calendar)", public=True),
    ]

"""The charters that come with the program as examples: what anybody may compare a committee's own with."""

from __future__ import annotations

from functools import cache

from steerco.committee import record_types
from steerco.configuration.home import Home, shipped
from steerco.configuration.load import load
from steerco.configuration.snapshot import Snapshot

FOLDER = "_examples"


@cache
def examples() -> tuple[Snapshot, ...]:
    """Return the examples that load here; none where they are not installed."""
    home = Home(shipped() / "tenants" / FOLDER)
    loaded = (load(slug, home.content(slug), record_types()).snapshot for slug in home.slugs())
    return tuple(snapshot for snapshot in loaded if snapshot is not None)

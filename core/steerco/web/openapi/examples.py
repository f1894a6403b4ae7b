"""Examples of inputs in the tenant's own words, so that what the document shows can be tried."""

from __future__ import annotations

from typing import Any

from steerco.configuration.snapshot import Snapshot
from steerco.records import Action
from steerco.records.sample import SampleWords, sample

PARTY = "a-person"
"""A party of no committee."""


def party_of(snapshot: Snapshot) -> str:
    """Return a party of the tenant: who heads its first body, else its main body."""
    return snapshot.charters[-1].bodies[0].head or snapshot.settings.main_body


def example(action: Action, party: str) -> dict[str, Any]:
    """Return an input of the action with its required fields, and those that name a kind; ``party`` stands for each party."""
    return sample(action, SampleWords(party))

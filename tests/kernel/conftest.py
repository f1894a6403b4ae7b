"""The sample library board, and ways to give it another revision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.committee.conftest import MORNING, SAMPLE, board, club, installation, template
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.store.engine import Store

__all__ = ["board", "club", "installation", "template"]

SLUG = "library-board"
Revise = Callable[..., Tenant]


def revised(installation: Installation, *, policy: str = "", charter: str = "", without: str = "", plugins: str = "") -> Tenant:
    """The board under a revision with more lines of policy or charter, with ``plugins``, or without the policy lines that hold
    a text.
    """
    content = dict(Home(SAMPLE).content(SLUG))
    for path, text in content.items():
        if path.endswith(".csv"):
            kept = [line for line in text.splitlines() if not without or without not in line]
            content[path] = "\n".join([*kept, policy, ""])
        if path.endswith("tenant.toml") and plugins:
            content[path] = f"plugins = {plugins}\n{text}"
        if path.endswith("charter.toml"):
            content[path] = f"{text}\n{charter}\n"
    at = MORNING - timedelta(days=1)
    return installation.apply(SLUG, content, at=at, who=PLATFORM, why="test", seed=seed, correct=True)


@pytest.fixture
def revise(installation: Installation) -> Revise:
    return lambda **changes: revised(installation, **changes)


@pytest.fixture
def empty() -> Callable[[], Store]:
    """Makes an empty store."""
    return STORES.empty

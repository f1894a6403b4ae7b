"""The tenant that `tenant new` writes, as texts to change and apply."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from steerco.cli.main import run
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.operations.onboarding import seeding

SLUG = "board"
TENANT, CHARTER, HOUSE, PEOPLE = (f"tenants/{SLUG}/{name}.toml" for name in ("tenant", "charter", "house", "people"))
POLICY = f"policies/{SLUG}.csv"
NOW = datetime(2021, 2, 3, 2, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
REGULAR = {"kind": "regular", "starts_at": "2021-02-10T09:00:00"}
ADMINISTRATION = '\n[administration]\nrisky = ["chair"]\nharmless = ["secretary"]\n'

Content = dict[str, str]
seed = seeding()


@cache
def _written() -> tuple[tuple[str, str], ...]:
    folder = Path(tempfile.mkdtemp(prefix="steerco-board-"))
    assert run(["tenant", "new", SLUG, "--home", str(folder)]) == 0
    return tuple(Home(folder).content(SLUG).items())


def content(*edits: tuple[str, str, str], administered: bool = False) -> Content:
    """The files, with passages replaced: (file, old, new). An old passage that is empty stands for the end of the file."""
    texts = dict(_written())
    if administered:
        texts[TENANT] += ADMINISTRATION
    for path, old, new in edits:
        if not old:
            texts[path] += new
            continue
        assert old in texts[path], f"{old!r} is not in {path}"
        texts[path] = texts[path].replace(old, new)
    return texts


def apply(installation: Installation, texts: Content, **options: Any) -> Tenant:
    """Apply them, by the operator unless said otherwise."""
    given = {"at": LATER, "who": "op", "why": "test", "seed": seed, **options}
    return installation.apply(SLUG, texts, **given)

"""Whatever the cases of a committee do, of the examples too: the log is sound, decides and performs the same again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from tests import sweep
from tests.databases import ON_POSTGRESQL, STORES

from steerco.cases.grammar import Case
from steerco.cases.runner import find, run
from steerco.cases.world import Stores, World, Worlds
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.revisions import RevisionNote
from steerco.configuration.tenant import Tenant
from steerco.following.replay import Difference, replay
from steerco.operations.rebuild import Again, acts
from steerco.store import log
from steerco.store.engine import Store

HOMES = (shipped(), shipped() / "tenants/_examples")
LOOKED_AT = 5
"""The log of one case in so many is looked at. The others are not run on PostgreSQL, since what they do is decided above it; nor
are those of the examples, which tests/tenants/test_others.py runs."""
REBUILT = 5
"""Of those, one in so many is performed again whole, its hundred people included."""
FILES = [(home, file) for home in HOMES for file in sorted(home.glob("tenants/*/cases/*.toml"))]


class Lasting(Stores):
    """Stores that are left as they are when a case has been run, their files too."""

    def empty(self) -> Store:
        return STORES.empty()

    def copy(self, template: Store) -> Store:
        return STORES.copy(template)

    def give_back(self, store: Store) -> None:
        """Once it has been looked at, the test gives it back."""


class Kept(Worlds):
    """Worlds that can be looked at when a case has been run."""

    last: World

    def world(self, slug: str, case: Case) -> World:
        self.last = super().world(slug, case)
        return self.last


@pytest.fixture(scope="module")
def kept() -> dict[Path, Kept]:
    return {home: Kept(Home(home), stores=Lasting()) for home in HOMES}


@pytest.mark.parametrize(("home", "file"), FILES, ids=[f"{file.parts[-3]}-{file.stem}" for _, file in FILES])
def test_what_cases_do_can_be_decided_and_performed_again(home: Path, file: Path, kept: dict[Path, Kept]) -> None:
    cases, worlds = find(file, home)[0], kept[home]
    assert cases
    looked_at = sweep.drawn((case.name for case in cases), LOOKED_AT)
    for at in looked_at if ON_POSTGRESQL or home != HOMES[0] else range(len(cases)):
        assert run(cases[at], file.parts[-3], worlds).failed is None, cases[at].name
        if at in looked_at:
            sound(cases[at], worlds.last, whole=looked_at.index(at) % REBUILT == 0)
        STORES.give_back(worlds.last.installation.store)


def sound(case: Case, world: World, *, whole: bool) -> None:
    """Hold the log of a case to what it decided; ``whole``: perform it again too."""
    if case.given.get("without"):  # what was decided without a law or a plugin is not decided again with it
        return
    installation, slug = world.installation, world.slug
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        assert log.verify(session) == [], case.name
    assert replay(installation, slug).differences == (), case.name
    assert not whole or performed_again(installation, slug) == (), case.name


class Begun(Installation):
    """The committee of a case performed again: it begins on the day of the case, as its world did, which no revision says."""

    kept_from: date | None

    def apply_again(self, slug: str, content: Mapping[str, str], note: RevisionNote, *, at: datetime) -> Tenant:
        tenant = super().apply_again(slug, content, note, at=at)
        settings = replace(tenant.snapshot.settings, kept_from=self.kept_from)
        tenant.snapshot = replace(tenant.snapshot, settings=settings, _regimes={})
        return tenant


def performed_again(installation: Installation, slug: str) -> tuple[Difference, ...]:
    """In what the log performed again differs."""
    tenant, scratch = installation.tenant(slug), Store.memory()
    try:
        begun = Begun(scratch, installation.types, installation.plugins)
        begun.kept_from = tenant.snapshot.settings.kept_from
        scratch.create_schema()
        with tenant.store.read(tenant.id) as session:
            again = Again(tenant, session, begun)
            for events in acts(log.entries(session)):
                if differences := again.do(events):
                    return tuple(differences)
            return tuple(again.compare()[1])
    finally:
        scratch.close()

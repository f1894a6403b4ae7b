"""Whatever the cases of a committee do, of the examples too: the log is sound, decides and performs the same again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.databases import ON_POSTGRESQL, STORES

from steerco.cases.grammar import Case
from steerco.cases.runner import find, run
from steerco.cases.world import Stores, World, Worlds
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.following.replay import Difference, replay
from steerco.operations.rebuild import rebuild
from steerco.store import log
from steerco.store.engine import Store

HOMES = (shipped(), shipped() / "tenants/_examples")
REBUILT = 20
"""Every so many cases one is performed again whole, its hundred people included."""
EACH = 4
"""On PostgreSQL one of so many cases is looked at: what a log holds is decided above the database."""
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
    cases, worlds = find(file, home)[0][:: EACH if ON_POSTGRESQL else 1], kept[home]
    assert cases
    for number, case in enumerate(cases):
        assert run(case, file.parts[-3], worlds).failed is None, case.name
        installation, slug = worlds.last.installation, worlds.last.slug
        tenant = installation.tenant(slug)
        if case.given.get("without"):  # what was decided without a law or a plugin is not decided again with it
            STORES.give_back(tenant.store)
            continue
        with tenant.store.read(tenant.id) as session:
            assert log.verify(session) == [], case.name
        assert replay(installation, slug).differences == (), case.name
        if number % REBUILT == 0:
            assert performed_again(installation, slug) == (), case.name
        STORES.give_back(tenant.store)


def performed_again(installation: Installation, slug: str) -> tuple[Difference, ...]:
    """In what a rebuild differs."""
    scratch = Store.memory()
    try:
        again = Installation(scratch, installation.types)
        scratch.create_schema()
        return rebuild(installation, slug, scratch=again.store).differences
    finally:
        scratch.close()

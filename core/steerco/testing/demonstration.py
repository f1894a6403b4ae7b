"""A lived year: acts at past dates, performed through the kernel, written in the grammar of cases.

A tenant's ``demonstration/*.toml`` are cases without ``given``; they are played one after the other into an installation that is
marked as a demonstration, and each step must come out as it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from steerco.tenancy.home import Home
from steerco.tenancy.installation import Installation
from steerco.tenancy.snapshot import PLATFORM
from steerco.testing.case import Case, moment
from steerco.testing.runner import find, step
from steerco.testing.world import World, seed, zone_of


class NotAsWritten(Exception):
    """A step of a demonstration that did not come out as it says."""


@dataclass(frozen=True)
class Played:
    """How far a demonstration is: ``done`` of ``total`` steps of a tenant; ``what`` the step that was just played."""

    slug: str
    done: int
    total: int
    what: str


def demonstrations(home: Home, slug: str) -> list[Case]:
    """What a tenant's demonstration plays, in the order of its files. Raises ``NotAsWritten`` for a file that is no case."""
    folder = home.folder / "tenants" / slug / "demonstration"
    cases, findings = find(folder, home.folder) if folder.is_dir() else ([], [])
    if findings:
        raise NotAsWritten("\n".join(str(finding) for finding in findings))
    return cases


def play(home: Home, installation: Installation) -> Iterator[Played]:
    """Apply every tenant of the home and play its demonstration; a tenant that is there already is left alone."""
    there = set(installation.slugs())
    for slug in home.slugs():
        cases = demonstrations(home, slug)
        if slug in there or not cases:
            continue
        start = moment(cases[0].at, zone_of(home, slug))
        installation.apply(slug, home.content(slug), at=start, who=PLATFORM, why="demonstration", seed=seed)
        total = sum(len(case.steps) for case in cases)
        done = 0
        for case in cases:
            world = World(installation, slug, moment(case.at, zone_of(home, slug)), case)
            for table, line in zip(case.steps, case.lines, strict=True):
                if wrong := next(step(world, table), None):
                    raise NotAsWritten(f"{case.file}:{line}: expected {wrong[0]}, got {wrong[1]}")
                done += 1
                yield Played(slug, done, total, f"{world.now:%Y-%m-%d} {table.get('by', '')} {table.get('do', '')}".strip())

"""A lived year: acts at past dates, performed through the kernel, written in the grammar of cases.

A tenant's ``demonstration/*.toml`` are cases without ``given``. They are played one after the other, in the order of their files,
into one world: what a step names is known to all later ones, and time only goes on. Each step must come out as it says.

A play that was cut off is taken up again: each act carries a key, so that the kernel gives the first answer to one that is done.

A committee that was played lives by a clock of its own (``following.played``): shortly after its last act, so that what it left
open is still open to whoever comes years later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steerco.cases.grammar import Case, moment
from steerco.cases.runner import find, step
from steerco.cases.world import World, seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.revisions import newest
from steerco.configuration.tenant import Tenant
from steerco.following import cursors
from steerco.following.played import NAME, present
from steerco.store import log

ACT = ("tenant", "at", "advance", "by", "do", "on", "with", "as", "finds", "capacity", "entered_by", "evidence")
"""What of a step is the act itself, and not what is claimed of it."""

Table = Mapping[str, Any]
Clock = Callable[[], datetime]


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
    """Return what a tenant's demonstration plays, in the order of its files. Raises ``NotAsWritten`` for a file that is no
    case."""
    folder = home.folder / "tenants" / slug / NAME
    cases, findings = find(folder, home.folder) if folder.is_dir() else ([], [])
    if findings:
        raise NotAsWritten("\n".join(str(finding) for finding in findings))
    return cases


def play(home: Home, installation: Installation) -> Iterator[Played]:
    """Apply every tenant of the home that has a demonstration, and play it.

    A tenant that is there for another reason, or whose demonstration has been played, is left alone. Raises ``NotAsWritten``.
    """
    there = set(installation.slugs())
    for slug in home.slugs():
        cases = demonstrations(home, slug)
        if not cases or (slug in there and not _cut_off(installation.tenant(slug))):
            continue
        total = sum(len(case.steps) for case in cases)
        yield Played(slug, 0, total, "the people")
        start = moment(cases[0].at, home.zone(slug))
        if slug not in there:
            tenant = installation.apply(slug, home.content(slug), at=start, who=PLATFORM, why=NAME, seed=seed)
        else:
            tenant = installation.tenant(slug)
        for done, what in enumerate(_steps(World(installation, slug, start, cases[0]), cases, again=slug in there), 1):
            yield Played(slug, done, total, what)
        _finish(tenant)


def _steps(world: World, cases: list[Case], *, again: bool) -> Iterator[str]:
    """Play every step; tells of each what it did. ``again``: some were played before, so begin by finding them."""
    for case in cases:
        for number, (table, line) in enumerate(zip(case.steps, case.lines, strict=True), 1):
            where = f"{case.file}:{line}"
            _go_on(world, case, table, where)
            if not again:
                _play(world, table, f"{case.file}#{case.name}#{number}", where)
            elif "do" in table and table.get("expect", "done") == "done":
                _play(world, {name: table[name] for name in ACT if name in table}, f"{case.file}#{case.name}#{number}", where)
                again = bool(world.last and world.last.replayed)
            yield f"{world.now:%Y-%m-%d} {_told(table)}".strip()


def _told(table: Table) -> str:
    """Return a step in words: who does what."""
    by = table.get("by", "")
    return f"{by if isinstance(by, str) else ', '.join(by)} {table.get('do', '')}".strip()


def _go_on(world: World, case: Case, table: Table, where: str) -> None:
    """Move to the time of the next step. Raises ``NotAsWritten`` where that would be back."""
    zone = world.tenant().snapshot.settings.zone
    if case is not world.case:
        world.case, begins = case, moment(case.at, zone)
    else:
        begins = world.now
    goes_on = moment(table["at"], zone) if "at" in table else begins
    if min(begins, goes_on) < world.now:
        raise NotAsWritten(
            f"{where}: expected a time after {world.now:%Y-%m-%d %H:%M}, got {min(begins, goes_on):%Y-%m-%d %H:%M}"
        )
    world.now = goes_on


def _play(world: World, table: Table, key: str, where: str) -> None:
    try:
        wrong = next(step(world, {**table, "key": key} if "do" in table else table), None)
    except (LookupError, ValueError, TypeError) as error:
        wrong = ("a step that can be played", f"{type(error).__name__}: {error}")
    if wrong:
        raise NotAsWritten(f"{where}: expected {wrong[0]}, got {wrong[1]}")


def _cut_off(tenant: Tenant) -> bool:
    """Return whether the tenant came to be by a demonstration that has not come to its end."""
    with tenant.store.read(tenant.id) as session:
        revision = newest(session, tenant.id)
        played = cursors.last(session, NAME)
    return revision is not None and revision.why == NAME and played is None


def _finish(tenant: Tenant) -> None:
    """Keep that the demonstration came to its end, and at which event."""
    with tenant.store.write(tenant.id) as session:
        cursors.handled(session, NAME, log.head(session).seq)


def clock(home: Home, installation: Installation, real: Clock) -> Clock:
    """Return the clock of a demonstration home: it begins at the latest present of its committees and goes on from there.

    Where no demonstration was played, that is the ``real`` clock.
    """
    there = set(installation.slugs())
    times = [present(installation.tenant(slug)) for slug in home.slugs() if slug in there]
    begins, begun = max((at for at in times if at is not None), default=None), real()
    if begins is None:
        return real
    return lambda: begins + (real() - begun)

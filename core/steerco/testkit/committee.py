"""A committee in which a plugin is tried out, and beside it the same committee without the plugin.

The first that is asked for is set up and kept; each test has a copy of its own, made in milliseconds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import tomlkit

from steerco.cases import world
from steerco.cases.world import seed
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.extension.loader import Plugin, Plugins, folders
from steerco.following.consumers import Consumers
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.kernel.view import shown
from steerco.operations import tokens
from steerco.records import File
from steerco.store.engine import Store
from steerco.testkit import SAMPLE

BEGUN = datetime(2021, 3, 1, 9)
"""When the made-up committee's time begins, in its zone."""


@dataclass(frozen=True)
class CommitteeSetup:
    """The setup of a trial: a plugin with its settings (as TOML) in the committee ``slug`` of a home."""

    plugin: str
    settings: str = ""
    home: Path = SAMPLE
    slug: str = ""

    @property
    def board(self) -> str:
        """The committee's name; by default the home's first."""
        return self.slug or Home(self.home).slugs()[0]

    @property
    def plain(self) -> str:
        """The name of the same committee without the plugin."""
        return f"{self.board}-plain"

    @property
    def begun(self) -> datetime:
        """When the committees' time begins."""
        return BEGUN.replace(tzinfo=Home(self.home).zone(self.board))

    def content(self, slug: str) -> dict[str, str]:
        """Return the committee's files: those of the one that has the plugin, or of the other."""
        texts, before = Home(self.home).content(self.board), f"tenants/{self.board}/"
        document = tomlkit.parse(texts[f"{before}tenant.toml"])
        plugins = [str(name) for name in document.get("plugins", []) if name != self.plugin]
        settings = document.setdefault("settings", {})
        settings.pop(self.plugin, None)
        if slug == self.board and self.plugin:
            plugins.append(self.plugin)
            settings[self.plugin] = tomllib.loads(self.settings)
        document["slug"], document["plugins"] = slug, plugins
        texts[f"{before}tenant.toml"] = tomlkit.dumps(document)
        return {path.replace(before, f"tenants/{slug}/"): text for path, text in texts.items()}


class NotRunning(LookupError):
    """The plugin that is to be tried out does not run; the message says why."""


def load(name: str) -> Plugins:
    """Return every installed plugin, and this one wherever it lies on the import path. Raises ``NotRunning``."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise NotRunning(f"no package {name!r} can be imported: install it (pip install -e .)")
    own = Path(next(iter(spec.submodule_search_locations)))
    return Plugins().add([*(folder for folder in folders() if folder.name != name), own])


@cache
def loaded(name: str) -> Plugins:
    """Return the plugins of :func:`load`, loaded once a process. Raises ``NotRunning``."""
    plugins = load(name)
    if name not in plugins.running:
        out = plugins.quarantined[name]
        raise NotRunning(f"{name} does not run: {out.code}: {out.message}")
    return plugins


@cache
def _seeded(home: Path, slug: str) -> Store:
    """Both committees with their people, as the home has the one: once for all plugins."""
    ground = CommitteeSetup("", home=home, slug=slug)
    store = world.stores.empty()
    installation = Installation(store)
    for name in (ground.board, ground.plain):
        installation.apply(name, ground.content(name), at=ground.begun, who=PLATFORM, why="a test", seed=seed)
    return store


@cache
def template(ground: CommitteeSetup) -> Store:
    """Return a store in which the plugin is on in the one committee and not in the other. Raises ``NotRunning``,
    ``NotApplied``."""
    plugins = loaded(ground.plugin)
    record_types()
    store = world.stores.copy(_seeded(ground.home, ground.board))
    world.stores.complete(store)  # the plugin's own tables too
    installation = Installation(store, plugins=plugins)
    for slug in (ground.board, ground.plain):
        installation.apply(slug, ground.content(slug), at=ground.begun, who=PLATFORM, why="a test", seed=seed)
    return store


@dataclass
class Clock:
    """The time of everything that is done and asked."""

    now: datetime

    def advance(self, **by: float) -> datetime:
        """Let time pass: ``advance(days=3)``."""
        self.now += timedelta(**by)
        return self.now


@dataclass
class Committee:
    """A committee at work. ``who`` is always a person, or a role that somebody holds."""

    installation: Installation
    slug: str
    clock: Clock
    ground: CommitteeSetup
    closing: ExitStack = field(default_factory=ExitStack)
    _shared: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def made(cls, ground: CommitteeSetup, plugins: Plugins | None = None) -> Committee:
        """Return a fresh committee. ``plugins`` are those that run, by default all that are installed."""
        store = world.stores.copy(template(ground))
        installation = Installation(store, plugins=loaded(ground.plugin) if plugins is None else plugins)
        committee = cls(installation, ground.board, Clock(ground.begun), ground)
        committee.closing.callback(store.close)
        return committee

    @property
    def other(self) -> Committee:
        """The same committee without the plugin, in the same installation."""
        return Committee(self.installation, self.ground.plain, self.clock, self.ground, self.closing, self._shared)

    @property
    def tenant(self) -> Tenant:
        """The running tenant."""
        return self.installation.tenant(self.slug)

    @property
    def plugin(self) -> Plugin:
        """The plugin that is tried out."""
        return self.installation.plugins.running[self.ground.plugin]

    @property
    def actors(self) -> Mapping[str, str]:
        """Per role that somebody holds, a person who does."""
        tenant = self.tenant
        today = tenant.snapshot.local(self.clock.now)
        charter = tenant.snapshot.regime_on(today).charter
        with tenant.store.read(tenant.id) as session:
            day = tenant.directory(session).on(today, charter)
        return {role.id: holders[0] for role in charter.roles if (holders := day.holders(role.id))}

    def person(self, who: str) -> str:
        """Return the person that ``who`` means."""
        return self.actors.get(who, who)

    def do(self, who: str, action: str, on: str | None = None, /, evidence: File | None = None, **given: Any) -> Done:
        """Do an act (``type.action``) on a record, with its input by name (a Python keyword with an underscore after it).

        Raises ``Stopped`` where it is not done.
        """
        fields = {name.rstrip("_"): value for name, value in given.items()}
        return perform(self.tenant, ActRequest(self.person(who), action, self.clock.now, on, fields, evidence=evidence))

    def follow(self) -> None:
        """Let the plugins be told of what happened, as the worker does: by ``consume``, and by ``deliver`` for each person."""
        Consumers().step(self.tenant, self.clock.now)

    def show(self, type: str, id: str) -> dict[str, Any]:
        """Return a record as people see it."""
        tenant = self.tenant
        with tenant.store.read(tenant.id) as session:
            record = tenant.snapshot.types[type].get_one(session, tenant.id, id)
            return shown(tenant, session, record, tenant.snapshot.local(self.clock.now))

    def ask(self, who: str, path: str, method: str = "GET", **more: Any) -> Any:
        """Send a request below ``/t/<committee>`` with a token of ``who`` (empty: without one) and return httpx's answer."""
        headers = {"Authorization": f"Bearer {self._token(who)}"} if who else {}
        return self._client().request(method, f"/t/{self.slug}{path}", headers=headers, **more)

    def _client(self) -> Any:
        if "client" not in self._shared:
            from steerco.testkit.client import client

            self._shared["client"] = self.closing.enter_context(client(self.installation, lambda: self.clock.now))
        return self._shared["client"]

    def _token(self, who: str) -> str:
        key = f"{self.slug} {who}"
        if key not in self._shared:
            self._shared[key] = tokens.issue(self.tenant, self.person(who), ("*",), now=self.clock.now).secret
        return str(self._shared[key])

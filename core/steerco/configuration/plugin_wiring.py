"""What the plugins of a tenant add to its configuration: settings checked, layers, policy lines, calendar and rules asked for.

A plugin that is wanted and does not run, or fails while it is asked, is an error to whoever applies a configuration. A revision
that is in use already goes on without it: what its rules judge is refused, everything else runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from msgspec import structs
from packaging.requirements import Requirement

from steerco.charter.calendar import Calendar
from steerco.charter.model import Charter
from steerco.config.findings import Finding, Level
from steerco.config.locate import Lines
from steerco.config.schema import StrictValidator
from steerco.configuration.parse_cache import Compiled
from steerco.configuration.snapshot import PLATFORM, Settings
from steerco.extension import manifest as manifests
from steerco.extension.days import Watched
from steerco.extension.dispatch import TenantPlugins
from steerco.extension.facts import Rule, TenantFacts, frozen
from steerco.extension.loader import Plugin, Plugins
from steerco.extension.manifest import Manifest
from steerco.extension.quarantine import LOAD, Fault, Quarantine
from steerco.extension.runs import HookImpl, HookResult, where
from steerco.policy import reader
from steerco.policy.line import Line
from steerco.records import Record
from steerco.store.lru_cache import LRUCache, Same

ASKED = ("layers", "policy", "calendar", "rules")
"""What plugins are asked for a configuration, in this order."""
REFERRING = frozenset({"unknown-clause", "policy-clause", "unknown-action"})
"""The codes of a citation that leads nowhere, and of an act of no record type that there is."""
_complete: LRUCache[tuple[Same[Plugin], str], dict[str, Any]] = LRUCache(256)
"""Settings of plugins with their defaults, by what was given: most tenants give the same."""

_fit: LRUCache[tuple[Same[Plugin], str], Plugin] = LRUCache(256)
"""Plugins by settings that their schema has nothing against."""


def _completed(plugin: Plugin, given: Mapping[str, Any]) -> dict[str, Any]:
    key = (Same(plugin), repr(given))
    found = _complete.get(key)
    if found is None:
        schema = dict(plugin.manifest.settings)
        found = _complete.put(key, StrictValidator(schema).normalized(dict(given), schema) or {})
    return found


class Plugging:
    """One pass over the plugins that a ``tenant.toml`` names; ``findings`` grows as it goes.

    ``stored``: the revision is in use already, so that what is wrong with a plugin is a warning. ``compiled``: what was read
    before. ``without``: plugins that are left out, and why.
    """

    def __init__(
        self,
        plugins: Plugins,
        settings: Settings,
        given: Mapping[str, Any],
        file: str,
        lines: Lines,
        *,
        stored: bool,
        compiled: Compiled,
        without: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.compiled, self.without = compiled, without
        self.plugins, self.settings, self.given, self.file, self.lines = plugins, settings, given, file, lines
        self.level: Level = "warning" if stored else "error"
        self.findings: list[Finding] = []
        self.absent: dict[str, tuple[Fault, Manifest | None]] = {}
        self.on = [plugin for at, name in enumerate(settings.plugins) if (plugin := self._wanted(name, at)) is not None]
        self._leftover()
        self.circle = TenantPlugins(settings.slug, quarantine=Quarantine(settings.slug), absent=self.absent)
        self.origin: dict[str, str] = {}
        self.said: dict[str, list[HookResult]] = {}

    def _found(self, code: str, message: str, *path: str | int) -> None:
        self.findings.append(Finding(self.file, self.lines(path), code, message, self.level))

    # Which plugins

    def _wanted(self, name: str, at: int) -> Plugin | None:
        """The plugin of that name, if it runs here and its settings are right."""
        plugin = self.plugins.running.get(name)
        if plugin is None:
            self._missing(name, at)
            return None
        if why := self.without.get(name):
            self.absent[name] = (Fault(name, "layers", "unfit", why), plugin.manifest)
            self._found("plugin-failed", f"{name} is left out: {why}", "plugins", at)
            return None
        earlier = self.settings.plugins[:at]
        needed = [Requirement(need).name.replace("-", "_") for need in plugin.manifest.requires]
        if absent := [need for need in needed if need not in earlier]:
            self._found("plugin-order", f"{name} requires {', '.join(absent)}: name it before in plugins", "plugins", at)
        given = self.given.get(name, {})
        key = (Same(plugin), repr(given))
        if _fit.get(key) is not None:
            return plugin
        wrong = manifests.settings(plugin.manifest, given, self.file, self.lines)
        self.findings += [structs.replace(each, level=self.level) for each in wrong]
        if not wrong:
            return _fit.put(key, plugin)
        self.absent[name] = (Fault(name, "settings", wrong[0].code, str(wrong[0])), plugin.manifest)
        return None

    def _missing(self, name: str, at: int) -> None:
        out = self.plugins.quarantined.get(name)
        if out is None:
            known = ", ".join(sorted(self.plugins.running)) or "none"
            message = f"no plugin {name!r} is installed; installed: {known}. Install it, or take it out of plugins"
            self.absent[name] = (Fault(name, LOAD, "not-installed", "it is not installed"), None)
        else:
            message = f"the plugin {name} does not run: {out.message}"
            self.absent[name] = (Fault(name, LOAD, out.code, out.message), out.manifest)
        self._found("no-plugin", message, "plugins", at)

    def _leftover(self) -> None:
        for name in self.given:
            if name not in self.settings.plugins:
                message = f"settings for {name}, which is not on; add it to plugins, or take its settings away"
                self.findings.append(Finding(self.file, self.lines(("settings", name)), "no-such-plugin", message, "warning"))

    def forgiven(self, findings: list[Finding]) -> list[Finding]:
        """The findings; of a revision in use, no reference is an error while plugins of it do not run here: it may be to an
        instrument or a record of theirs, and was looked up when the revision was applied."""
        if self.level == "error" or not self.absent:
            return findings
        return [structs.replace(each, level=self.level) if each.code in REFERRING else each for each in findings]

    def blamed(self, errors: Iterable[Finding]) -> dict[str, str]:
        """The plugins in whose texts errors are, each with its first."""
        found: dict[str, str] = {}
        for each in errors:
            for plugin in self.on:
                if each.file.startswith(f"{plugin.name}/"):
                    found.setdefault(plugin.name, str(each))
        return found

    @property
    def types(self) -> dict[str, type[Record]]:
        """The record types that the plugins that are on add."""
        return {name: kind for plugin in self.on for name, kind in plugin.types.items()}

    # What they add

    def begin(self, charters: tuple[Charter, ...], base: Calendar) -> None:
        """Make the circle: every plugin is told of the tenant, with its own settings, and says all that it adds to it.

        ``base``: the working days that the tenant's own files give.
        """
        here, self.base = self.settings, base
        main_body = here.main_body or next((body.id for charter in charters for body in charter.bodies), "")
        facts = {}
        for plugin in self.on:
            mine = _completed(plugin, self.given.get(plugin.name, {}))
            facts[plugin.name] = TenantFacts(
                here.slug, here.name, here.time_zone, here.languages, main_body, charters, frozen(mine)
            )
        hooks = self.plugins.manager.hook
        circle = TenantPlugins(here.slug, facts=facts, absent=self.absent, quarantine=self.circle.quarantine)
        self.circle = circle.seated(self.on, lambda name: getattr(hooks, name).get_hookimpls())
        asked: list[tuple[str, Mapping[str, Any]]] = [(hook, {"base": base} if hook == "calendar" else {}) for hook in ASKED]
        self.said = self.circle.configure(asked)
        for name, fault in self.circle.quarantine.out.items():
            at = here.plugins.index(name)
            self._found("plugin-failed", f"{name}: {fault.hook} at {fault.where}: {fault.message}", "plugins", at)

    def layers(self, taken: Iterable[str]) -> list[Charter]:
        """The instruments that they bring, each among those that its manifest names and by an id that is not ``taken``: whoever
        could call one like another could have it cited for what it does not say.
        """
        found, known = [], {PLATFORM, *taken}
        for said in self.said["layers"]:
            file = f"{said.plugin}/{said.value.file}"
            layer, findings = self.compiled.read(said.value.text, "law", file)
            self.findings += findings
            if layer is None:
                continue
            declared = self._manifest(said).instruments
            if layer.instrument.id not in declared:
                message = f"the instrument {layer.instrument.id} is not in the manifest's instruments; add it to plugin.toml"
                self.findings.append(Finding(file, 1, "undeclared-instrument", message, self.level))
                continue
            if layer.instrument.id in known or ":" in layer.instrument.id:
                message = f"the instrument id {layer.instrument.id!r} is another's or has a colon in it; give it one of its own"
                self.findings.append(Finding(file, 1, "taken-instrument", message, self.level))
                continue
            known.add(layer.instrument.id)
            self.origin[layer.instrument.id] = said.plugin
            found.append(layer)
        return found

    def _manifest(self, said: HookResult) -> Manifest:
        return next(plugin.manifest for plugin in self.on if plugin.name == said.plugin)

    def policy(self) -> list[Line]:
        """The policy lines that they bring."""
        found: list[Line] = []
        for said in self.said["policy"]:
            lines, findings = reader.read(said.value.text, f"{said.plugin}/{said.value.file}", said.plugin)
            self.findings += findings
            found += lines
        return found

    def calendar(self) -> Calendar:
        """The working days as the first plugin that has something to say of them has them."""
        for said in self.said["calendar"]:
            if _is_calendar(said.value):
                return Watched(said.value, self.base, said.plugin, said.seat.where, self.circle.quarantine)
            wrong = f"a calendar has is_working and add, and this is {type(said.value).__name__}"
            self.circle.quarantine.put(Fault(said.plugin, "calendar", "wrong-result", wrong, said.seat.where))
            self._found("plugin-failed", f"{said.plugin}: {wrong}", "plugins", self.settings.plugins.index(said.plugin))
        return self.base

    def rule(self, types: Mapping[str, type[Record]], citable: frozenset[str]) -> TenantPlugins:
        """The circle with their rules, each on an action that its manifest names and resting on clauses that there are."""
        rules: dict[str, list[tuple[HookImpl, Rule]]] = {}
        for said in self.said["rules"]:
            rule: Rule = said.value
            wrong = self._wrong(said, rule, types, citable)
            if wrong:
                self.circle.quarantine.put(Fault(said.plugin, "rules", "wrong-result", wrong, said.seat.where))
                self._found("plugin-failed", f"{said.plugin}: {wrong}", "plugins", self.settings.plugins.index(said.plugin))
                continue
            seat = HookImpl(said.plugin, said.seat.version, rule.judge, ("act",), where(rule.judge))
            rules.setdefault(rule.on, []).append((seat, rule))
        self.circle = self.circle.ruled({action: tuple(found) for action, found in rules.items()})
        for plugin in self.on:  # who failed by now does not do its part, whichever hook it was
            if (out := self.circle.quarantine.out.get(plugin.name)) is not None:
                self.absent[plugin.name] = (out, plugin.manifest)
        return self.circle

    def _wrong(self, said: HookResult, rule: Rule, types: Mapping[str, type[Record]], citable: frozenset[str]) -> str:
        kind, _, name = rule.on.partition(".")
        if kind not in types or name not in types[kind].actions:
            return f"a rule on {rule.on!r}: no such action; `steerco actions {self.settings.slug}` lists them"
        if rule.on not in self._manifest(said).judges:
            return f"a rule on {rule.on}, which is not in the manifest's judges; add it to plugin.toml"
        if dead := [cite for cite in rule.cite if cite not in citable]:
            return f"a rule on {rule.on} cites {', '.join(dead)}, which no instrument of this tenant has"
        return ""


def advice(circle: TenantPlugins, file: str, today: date) -> list[Finding]:
    """What the plugins of a tenant would have its administrator know on a day, as warnings on its ``tenant.toml``."""
    before = set(circle.quarantine.out)
    found = []
    for said in circle.ask("advice", today=today):
        message = f"{said.value.message} ({', '.join(said.value.cite)}; says {said.plugin})"
        found.append(Finding(file, 0, said.value.code, message, "warning"))
    for name, fault in circle.quarantine.out.items():
        if name not in before:
            found.append(Finding(file, 0, "plugin-failed", f"{name}: {fault.hook} at {fault.where}: {fault.message}", "error"))
    return found


def _is_calendar(value: Any) -> bool:
    try:
        return callable(getattr(value, "is_working", None)) and callable(getattr(value, "add", None))
    except Exception:  # an attribute that a plugin computes
        return False


def named(circle: TenantPlugins) -> Iterable[tuple[str, str]]:
    """Pairs of a clause and the rule of a plugin that rests on it, for coverage."""
    for action, rules in circle.rules.items():
        for seat, rule in rules:
            for cite in rule.cite:
                yield cite, f"{seat.plugin}: {action} ({seat.where})"

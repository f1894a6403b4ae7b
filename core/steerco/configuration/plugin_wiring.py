"""The parts that a tenant's plugins add to its configuration: settings checked, layers, policy lines, calendar and rules
asked for.

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
from steerco.configuration.regime import PLATFORM
from steerco.configuration.settings import Settings
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


def _completed(plugin: Plugin, settings: Mapping[str, Any]) -> dict[str, Any]:
    key = (Same(plugin), repr(settings))
    completed = _complete.get(key)
    if completed is None:
        schema = dict(plugin.manifest.settings)
        completed = _complete.put(key, StrictValidator(schema).normalized(dict(settings), schema) or {})
    return completed


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
        """Return the plugin of that name, if it runs here and its settings are right."""
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
        settings = self.given.get(name, {})
        key = (Same(plugin), repr(settings))
        if _fit.get(key) is not None:
            return plugin
        wrong = manifests.settings(plugin.manifest, settings, self.file, self.lines)
        self.findings += [structs.replace(finding, level=self.level) for finding in wrong]
        if not wrong:
            return _fit.put(key, plugin)
        self.absent[name] = (Fault(name, "settings", wrong[0].code, str(wrong[0])), plugin.manifest)
        return None

    def _missing(self, name: str, at: int) -> None:
        out = self.plugins.quarantined.get(name)
        if out is None:
            installed = ", ".join(sorted(self.plugins.running)) or "none"
            message = f"no plugin {name!r} is installed; installed: {installed}. Install it, or take it out of plugins"
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
        """Return the findings; of a revision in use, no reference is an error while plugins of it do not run here: it may be to
        an instrument or a record of theirs, and was looked up when the revision was applied.
        """
        if self.level == "error" or not self.absent:
            return findings
        return [structs.replace(finding, level=self.level) if finding.code in REFERRING else finding for finding in findings]

    def blamed(self, errors: Iterable[Finding]) -> dict[str, str]:
        """Return the plugins in whose texts errors are, each with its first."""
        plugin_of: dict[str, str] = {}
        for error in errors:
            for plugin in self.on:
                if error.file.startswith(f"{plugin.name}/"):
                    plugin_of.setdefault(plugin.name, str(error))
        return plugin_of

    @property
    def types(self) -> dict[str, type[Record]]:
        """The record types that the plugins that are on add."""
        return {name: kind for plugin in self.on for name, kind in plugin.types.items()}

    # What they add

    def begin(self, charters: tuple[Charter, ...], base: Calendar) -> None:
        """Make the circle: every plugin is told of the tenant, with its own settings, and says all that it adds to it.

        ``base``: the working days that the tenant's own files give.
        """
        settings, self.base = self.settings, base
        facts = {}
        for plugin in self.on:
            completed = _completed(plugin, self.given.get(plugin.name, {}))
            facts[plugin.name] = TenantFacts(
                settings.slug,
                settings.name,
                settings.time_zone,
                settings.languages,
                settings.main_body,
                charters,
                frozen(completed),
            )
        hooks = self.plugins.manager.hook
        circle = TenantPlugins(settings.slug, facts=facts, absent=self.absent, quarantine=self.circle.quarantine)
        self.circle = circle.seated(self.on, lambda name: getattr(hooks, name).get_hookimpls())
        calls: list[tuple[str, Mapping[str, Any]]] = [(hook, {"base": base} if hook == "calendar" else {}) for hook in ASKED]
        self.said = self.circle.configure(calls)
        for name, fault in self.circle.quarantine.out.items():
            at = settings.plugins.index(name)
            self._found("plugin-failed", f"{name}: {fault.hook} at {fault.where}: {fault.message}", "plugins", at)

    def layers(self, taken_ids: Iterable[str]) -> list[Charter]:
        """Return the instruments that they bring, each among those that its manifest names and by an id that is not ``taken``:
        whoever could call one like another could have it cited for what it does not say.
        """
        layers, instruments = [], {PLATFORM, *taken_ids}
        for result in self.said["layers"]:
            file = f"{result.plugin}/{result.value.file}"
            layer, findings = self.compiled.read(result.value.text, "law", file)
            self.findings += findings
            if layer is None:
                continue
            declared = self._manifest(result).instruments
            if layer.instrument.id not in declared:
                message = f"the instrument {layer.instrument.id} is not in the manifest's instruments; add it to plugin.toml"
                self.findings.append(Finding(file, 1, "undeclared-instrument", message, self.level))
                continue
            if layer.instrument.id in instruments or ":" in layer.instrument.id:
                message = f"the instrument id {layer.instrument.id!r} is another's or has a colon in it; give it one of its own"
                self.findings.append(Finding(file, 1, "taken-instrument", message, self.level))
                continue
            instruments.add(layer.instrument.id)
            self.origin[layer.instrument.id] = result.plugin
            layers.append(layer)
        return layers

    def _manifest(self, result: HookResult) -> Manifest:
        return next(plugin.manifest for plugin in self.on if plugin.name == result.plugin)

    def policy(self) -> list[Line]:
        """Return the policy lines that they bring."""
        accepted: list[Line] = []
        for result in self.said["policy"]:
            lines, findings = reader.read(result.value.text, f"{result.plugin}/{result.value.file}", result.plugin)
            self.findings += findings
            accepted += lines
        return accepted

    def calendar(self) -> Calendar:
        """Return the working days by the first plugin that answers for them."""
        for result in self.said["calendar"]:
            if _is_calendar(result.value):
                return Watched(result.value, self.base, result.plugin, result.seat.where, self.circle.quarantine)
            wrong = f"a calendar has is_working and add, and this is {type(result.value).__name__}"
            self.circle.quarantine.put(Fault(result.plugin, "calendar", "wrong-result", wrong, result.seat.where))
            self._found("plugin-failed", f"{result.plugin}: {wrong}", "plugins", self.settings.plugins.index(result.plugin))
        return self.base

    def rule(self, types: Mapping[str, type[Record]], citable: frozenset[str]) -> TenantPlugins:
        """Return the circle with their rules, each on an action that its manifest names and resting on clauses that there are."""
        rules: dict[str, list[tuple[HookImpl, Rule]]] = {}
        for result in self.said["rules"]:
            rule: Rule = result.value
            wrong = self._wrong(result, rule, types, citable)
            if wrong:
                self.circle.quarantine.put(Fault(result.plugin, "rules", "wrong-result", wrong, result.seat.where))
                self._found("plugin-failed", f"{result.plugin}: {wrong}", "plugins", self.settings.plugins.index(result.plugin))
                continue
            seat = HookImpl(result.plugin, result.seat.version, rule.judge, ("act",), where(rule.judge))
            rules.setdefault(rule.on, []).append((seat, rule))
        self.circle = self.circle.ruled({action: tuple(ordered) for action, ordered in rules.items()})
        for plugin in self.on:  # who failed by now does not do its part, whichever hook it was
            if (out := self.circle.quarantine.out.get(plugin.name)) is not None:
                self.absent[plugin.name] = (out, plugin.manifest)
        return self.circle

    def _wrong(self, result: HookResult, rule: Rule, types: Mapping[str, type[Record]], citable: frozenset[str]) -> str:
        kind, _, name = rule.on.partition(".")
        if kind not in types or name not in types[kind].actions:
            return f"a rule on {rule.on!r}: no such action; `steerco actions {self.settings.slug}` lists them"
        if rule.on not in self._manifest(result).judges:
            return f"a rule on {rule.on}, which is not in the manifest's judges; add it to plugin.toml"
        if dead := [cite for cite in rule.cite if cite not in citable]:
            return f"a rule on {rule.on} cites {', '.join(dead)}, which no instrument of this tenant has"
        return ""


def advice(circle: TenantPlugins, file: str, today: date) -> list[Finding]:
    """Return the plugins' advice to the tenant's administrator on a day, as warnings on its ``tenant.toml``."""
    before = set(circle.quarantine.out)
    findings = []
    for result in circle.ask("advice", today=today):
        message = f"{result.value.message} ({', '.join(result.value.cite)}; says {result.plugin})"
        findings.append(Finding(file, 0, result.value.code, message, "warning"))
    for name, fault in circle.quarantine.out.items():
        if name not in before:
            findings.append(Finding(file, 0, "plugin-failed", f"{name}: {fault.hook} at {fault.where}: {fault.message}", "error"))
    return findings


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

"""From installed packages to plugins that are loaded, or to why one is not. What is wrong with one keeps no other from running.

A package becomes a plugin by an entry point in the group ``steerco.plugins`` whose value is a top-level package with a
``plugin.toml`` in it. The order is: every manifest is read; requirements are put in order; then each package is imported, its
hooks held against the specifications, and its record types against its name.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from packaging.requirements import Requirement
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import class_mapper

from steerco.config.settled_types import settle_types
from steerco.extension import manifest as manifests
from steerco.extension.budget import BUDGET
from steerco.extension.hookspecs import PROJECT, SPECS, Hooks
from steerco.extension.manifest import Manifest
from steerco.records import Part, Record
from steerco.records.marked import holding
from steerco.records.part import erasable

log = logging.getLogger("steerco.plugins")

GROUP = "steerco.plugins"
OFF = "STEERCO_NO_PLUGINS"
"""With this in the environment no plugin is imported; what their rules judge is refused meanwhile."""


class UnfitPlugin(Exception):
    """The reason why a plugin is not loaded: a stable code, and a message that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Plugin:
    """A plugin that runs."""

    manifest: Manifest
    module: ModuleType
    types: Mapping[str, type[Record]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.manifest.name


@dataclass(frozen=True)
class Quarantined:
    """A plugin that does not run: why, and (where its manifest could be read) what it would have judged."""

    name: str
    code: str
    message: str
    manifest: Manifest | None = None


@dataclass
class Plugins:
    """The plugins of this process: those that run, in the order of what they require, and those that do not."""

    running: dict[str, Plugin] = field(default_factory=dict)
    quarantined: dict[str, Quarantined] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)
    manager: pluggy.PluginManager = field(default_factory=lambda: _manager())

    @property
    def types(self) -> dict[str, type[Record]]:
        """Every plugin's record types by name."""
        return {name: kind for plugin in self.running.values() for name, kind in plugin.types.items()}

    def manifest(self, name: str) -> Manifest | None:
        """Return the manifest of a plugin, whether it runs or not."""
        if name in self.running:
            return self.running[name].manifest
        return self.quarantined[name].manifest if name in self.quarantined else None

    def add(self, folders: Iterable[Path], *, importing: bool = True) -> Plugins:
        """Load the plugins in these package folders (each on the import path), as far as they are fit."""
        manifests = self._read(folders)
        self.prefixes |= {manifest.table_prefix for manifest in manifests.values()}
        for manifest in self._ordered(manifests):
            try:
                if not importing:
                    raise UnfitPlugin("plugins-off", f"no plugin is loaded while {OFF} is set or --no-plugins given")
                self._import(manifest)
            except UnfitPlugin as why:
                self.quarantined[manifest.name] = Quarantined(manifest.name, why.code, why.message, manifest)
        settle_types()
        return self

    def _read(self, paths: Iterable[Path]) -> dict[str, Manifest]:
        by_name: dict[str, Manifest] = {}
        for folder in paths:
            read, findings = manifests.read(folder / manifests.FILE)
            if read is None or findings:
                problems = "; ".join(str(finding) for finding in findings)
                self.quarantined[folder.name] = Quarantined(folder.name, findings[0].code, problems, read)
            elif read.name in by_name or read.name in self.running:
                self.quarantined[f"{read.name} in {folder}"] = Quarantined(
                    read.name, "twice", f"{read.name} is installed twice; take one of them away"
                )
            elif others := [other for other in (*by_name.values(), *self._manifests()) if other.prefix == read.prefix]:
                message = f"its tables and record types would be called as those of {others[0].name}; give it another name"
                self.quarantined[read.name] = Quarantined(read.name, "taken-name", message, read)
            else:
                by_name[read.name] = read
        return by_name

    def _manifests(self) -> Iterable[Manifest]:
        """Return the plugins that run."""
        return (plugin.manifest for plugin in self.running.values())

    def _ordered(self, manifests: dict[str, Manifest]) -> Iterable[Manifest]:
        """Yield required plugins before those that require them; quarantine missing and circular requirements."""
        waiting = dict(manifests)
        while waiting:
            ready = [manifest for manifest in waiting.values() if not self._waits_for(manifest, waiting)]
            if not ready:
                circle = ", ".join(sorted(waiting))
                for manifest in waiting.values():
                    message = f"requires itself in a circle, or what does so: {circle}; take one requirement out"
                    self.quarantined[manifest.name] = Quarantined(manifest.name, "circle", message, manifest)
                return
            for manifest in ready:
                del waiting[manifest.name]
                if missing := self._missing(manifest):
                    self.quarantined[manifest.name] = Quarantined(manifest.name, "missing-requirement", missing, manifest)
                else:
                    yield manifest

    def _waits_for(self, manifest: Manifest, waiting: Mapping[str, Manifest]) -> bool:
        return any(Requirement(need).name.replace("-", "_") in waiting for need in manifest.requires)

    def _missing(self, manifest: Manifest) -> str:
        for need in manifest.requires:
            wanted = Requirement(need)
            plugin = self.running.get(wanted.name.replace("-", "_"))
            if plugin is None:
                return f"requires the plugin {need}, which does not run here; install it, or mend it"
            if not wanted.specifier.contains(plugin.manifest.version, prereleases=True):
                return f"requires {need}, and {plugin.manifest.version} is installed; install a version that fits"
        return ""

    def _import(self, manifest: Manifest) -> None:
        module = _imported(manifest)
        try:
            self.manager.register(module, manifest.name)
            self._held(manifest)
            types = self._types(manifest)
        except UnfitPlugin:
            self._forget(manifest.name)
            raise
        except (pluggy.PluginValidationError, ValueError) as error:
            self._forget(manifest.name)
            raise UnfitPlugin("wrong-hook", f"{error}; see docs/hooks.md for each hook and its arguments") from error
        self.running[manifest.name] = Plugin(manifest, module, types)

    def _forget(self, name: str) -> None:
        if self.manager.has_plugin(name):
            self.manager.unregister(name=name)

    def _held(self, manifest: Manifest) -> None:
        """Every hook that it answers to exists, and the capability for it is declared."""
        plugin = self.manager.get_plugin(manifest.name)
        for name, spec in SPECS.items():
            if self._answers(manifest.name, name) and spec.capability not in manifest.capabilities:
                raise UnfitPlugin(
                    "undeclared-capability",
                    f"answers the hook {name} without the capability {spec.capability!r}; add it to capabilities in plugin.toml",
                )
        unknown = [
            name for name in dir(plugin) if name not in SPECS and self.manager.parse_hookimpl_opts(plugin, name) is not None
        ]
        if unknown:
            raise UnfitPlugin("unknown-hook", f"answers {', '.join(unknown)}: no such hook; docs/hooks.md lists them")

    def _answers(self, name: str, hook: str) -> list[Callable[..., Any]]:
        """Return the functions by which a plugin answers to a hook."""
        return [impl.function for impl in getattr(self.manager.hook, hook).get_hookimpls() if impl.plugin_name == name]

    def _types(self, manifest: Manifest) -> dict[str, type[Record]]:
        """Its record types, each named after it. Raises ``UnfitPlugin``."""
        return {
            kind.record_type: kind
            for kind in self._declared(manifest.name, "record_types")
            if _fitting(manifest, kind, self.prefixes)
        }

    def _declared(self, name: str, hook: str) -> list[Any]:
        """Return a plugin's answer to a hook that is called once for the installation. Raises ``UnfitPlugin``."""
        answers = self._answers(name, hook)
        try:
            return BUDGET.run(lambda: [declaration for answer in answers for declaration in answer() or ()], SPECS[hook].budget)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too
            raise UnfitPlugin("hook-failed", f"its hook {hook} failed: {type(error).__name__}: {error}") from error

    def parsers(self) -> list[Any]:
        """Return the parsers of regulations that plugins bring, in their order; those of one that fails are left out."""
        return self._collected("charter_parsers")

    def proposers(self) -> list[Any]:
        """Return what plugins bring to propose rows of a charter, in their order; those of one that fails are left out."""
        return self._collected("charter_proposers")

    def _collected(self, hook: str) -> list[Any]:
        found = []
        for name in self.running:
            try:
                found += self._declared(name, hook)
            except UnfitPlugin as why:
                log.warning("plugin %s left out: %s", name, why.message)
        return found


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    return manager


def _imported(manifest: Manifest) -> ModuleType:
    try:
        return import_module(manifest.name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a plugin must not end the program by being imported
        raise UnfitPlugin("import-failed", f"cannot be imported: {type(error).__name__}: {error}") from error


def _fitting(manifest: Manifest, kind: Any, prefixes: Iterable[str]) -> bool:
    """Return whether a record type may come in: named after its plugin and no other (``prefixes`` are those of all tables), with
    inputs that can be made. Raises ``UnfitPlugin``.
    """
    if not (isinstance(kind, type) and issubclass(kind, Record)):
        raise UnfitPlugin("wrong-result", f"record_types gave {kind!r}, which is no record type")
    if not re.fullmatch(re.escape(manifest.prefix) + r"[a-z0-9]+(-[a-z0-9]+)*", kind.record_type):
        raise UnfitPlugin("wrong-name", f"the record type {kind.record_type!r} must be called {manifest.prefix}<something>")
    tables = [kind.__tablename__, *(part.__tablename__ for part in kind.parts().values() if issubclass(part, Part))]
    if wrong := [name for name in tables if not name.startswith(manifest.table_prefix)]:
        raise UnfitPlugin("wrong-table", f"the table {wrong[0]} must be called {manifest.table_prefix}<something>")
    others = tuple(
        prefix for prefix in prefixes if len(prefix) > len(manifest.table_prefix) and prefix.startswith(manifest.table_prefix)
    )
    if wrong := [name for name in tables if name.startswith(others) or name == f"{manifest.table_prefix}version"]:
        raise UnfitPlugin(
            "wrong-table", f"the name of the table {wrong[0]} is another's; call it {manifest.table_prefix}<something else>"
        )
    if "tables" not in manifest.capabilities or not manifest.migrations:
        raise UnfitPlugin(
            "undeclared-capability", "has tables: add the capability 'tables' and the folder of migrations to plugin.toml"
        )
    try:
        for action in kind.actions.values():
            _ = action.input, action.marks
    except Exception as error:
        hint = "are the names in its signature importable at run time, not only for type checkers?"
        raise UnfitPlugin("wrong-action", f"an action of {kind.record_type} cannot be read: {error}; {hint}") from error
    try:
        _declared_well(kind)
    except (SQLAlchemyError, NotImplementedError) as error:
        raise UnfitPlugin("wrong-field", f"the fields of {kind.record_type} cannot be read: {error}") from error
    kind.plugin = manifest.name
    return True


def _declared_well(kind: type[Record]) -> None:
    """Personal data that a record type declares can be erased, and the log only refers to them. Raises ``UnfitPlugin``."""
    columns = class_mapper(kind).columns
    for name, who in sorted(erasable(kind).items()):
        column = columns[name]
        if who not in columns or columns[who].type.python_type is not str:
            raise UnfitPlugin("wrong-field", f"{name} is about {who!r}, which is no field that holds a person's id; name one")
        if not column.nullable and column.type.python_type not in (str, dict, list):
            raise UnfitPlugin("wrong-field", f"{name} is about a person and cannot be erased; let it be empty (Mapped[… | None])")
        for action in kind.actions.values():
            if name in action.input.__struct_fields__ and name not in holding(action.input, "personal"):
                raise UnfitPlugin(
                    "wrong-field", f"{action.id} takes {name} in the clear, and the log would keep it; take api.Personal"
                )


def folders() -> list[Path]:
    """Return the package folders of all installed plugins. Nothing is imported."""
    paths = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        spec = find_spec(point.value.partition(":")[0].partition(".")[0])
        if spec is not None and spec.submodule_search_locations:
            paths.append(Path(next(iter(spec.submodule_search_locations))))
    return list(dict.fromkeys(paths))


@cache
def installed() -> Plugins:
    """Return the plugins of this process, loaded when first asked for."""
    return Plugins().add(folders(), importing=not os.environ.get(OFF))

"""``plugin.toml``: what a plugin says of itself, read before a line of it is imported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from steerco.charter.model import Label
from steerco.config.findings import Finding
from steerco.config.locate import Lines
from steerco.config.read import check, read_toml
from steerco.config.schema import Schema, StrictValidator, free, ident, label, listed, table, text
from steerco.extension.hookspecs import CAPABILITIES
from steerco.store.migration_lines import PLUGINS

FILE = "plugin.toml"
API = (1, 0)
"""The version of the hooks: the first number changes when something is taken away, the second when something is added."""

NAME = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
ACTION = re.compile(r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$")

MANIFEST: Schema = {
    "name": text(required=True, regex=NAME, maxlength=60),
    "version": text(required=True),
    "api": text(required=True, regex=r"[0-9]+\.[0-9]+"),
    "title": label(required=True),
    "summary": label(),
    "capabilities": listed(text(allowed=sorted(CAPABILITIES))),
    "judges": listed(text()),
    "values": listed(text()),
    "counts": listed(ident()),
    "requires": listed(text()),
    "instruments": listed(text()),
    "migrations": text(),
    "catalogue": text(),
    "commands": free(valuesrules=table({"call": text(required=True), "help": label(required=True)})),
    "settings": free(),
    "exemptions": free(valuesrules=text(minlength=10)),
}
"""``settings`` is the Cerberus schema of the plugin's table in ``tenant.toml``; ``exemptions`` tells per check of
``plugin check`` why the plugin need not pass it."""


class CommandShown(Struct, frozen=True):
    """A command that a plugin adds: where its function is (``module:function``), and its line in help."""

    call: str
    help: Label


class Manifest(Struct, frozen=True):
    """A plugin's word about itself. ``folder`` is that of its package, ``judges`` the actions that its rules can stop, ``values``
    the named values of charters and laws by which it goes, ``counts`` the methods by which it counts elections.

    ``instruments`` are the ids of the instruments that its layers bring; ``migrations`` and ``catalogue`` folders in the package.
    """

    name: str
    version: str
    api: str
    title: Label
    folder: Path
    summary: Label = Label()
    capabilities: frozenset[str] = frozenset()
    judges: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    migrations: str = ""
    catalogue: str = ""
    commands: Mapping[str, CommandShown] = {}
    settings: Mapping[str, Any] = {}
    exemptions: Mapping[str, str] = {}

    @property
    def short(self) -> str:
        """The name in record types and tables: ``fleet`` for ``steerco_fleet``."""
        return self.name.removeprefix("steerco_")

    @property
    def prefix(self) -> str:
        """What the names of its record types begin with."""
        return f"x-{self.short.replace('_', '-')}-"

    @property
    def table_prefix(self) -> str:
        """What the names of its tables begin with."""
        return table_prefix(self.name)


def table_prefix(name: str) -> str:
    """Return what the names of the tables of a plugin of that name begin with."""
    return f"{PLUGINS}{name.removeprefix('steerco_')}_"


def read(path: Path) -> tuple[Manifest | None, list[Finding]]:
    """Return the manifest at ``path`` (None where it cannot be read), and everything that is wrong with it.

    One that is wrong still tells what the plugin judges: that is stopped while it does not run.
    """
    document, findings, lines = read_toml(path, MANIFEST, f"{path.parent.name}/{FILE}")
    if findings:
        return None, findings
    findings = [*_names(document, path, lines), *_settings(document, path, lines), *_version(document, path, lines)]
    labels: dict[str, Any] = {name: Label(**document[name]) for name in ("title", "summary") if name in document}
    lists: dict[str, Any] = {
        name: tuple(document[name]) for name in ("judges", "values", "counts", "requires", "instruments") if name in document
    }
    commands = {
        name: CommandShown(command["call"], Label(**command["help"])) for name, command in document.get("commands", {}).items()
    }
    plain: dict[str, Any] = {
        name: document[name]
        for name in ("name", "version", "api", "migrations", "catalogue", "settings", "exemptions")
        if name in document
    }
    capabilities = frozenset(document.get("capabilities", ()))
    return Manifest(**plain, **labels, **lists, capabilities=capabilities, commands=commands, folder=path.parent), findings


def _names(document: Mapping[str, Any], path: Path, lines: Lines) -> list[Finding]:
    findings = []
    file = f"{path.parent.name}/{FILE}"
    for key in ("migrations", "catalogue"):
        if (inner := document.get(key)) and not (path.parent / inner).resolve().is_relative_to(path.parent.resolve()):
            findings.append(Finding(file, lines((key,)), "outside", f"{inner!r} lies outside the package; name a folder in it"))
    if document["name"] != path.parent.name:
        message = f"says {document['name']!r}, but the package is {path.parent.name!r}; make them the same"
        findings.append(Finding(file, lines(("name",)), "other-name", message))
    for at, action in enumerate(document.get("judges", ())):
        if not ACTION.match(action):
            message = f"{action!r} is no action; write type.action, for example meeting.convene"
            findings.append(Finding(file, lines(("judges", at)), "no-action", message))
    for at, need in enumerate(document.get("requires", ())):
        try:
            Requirement(need)
        except InvalidRequirement:
            message = f"{need!r} is no requirement; write a plugin's name, or name>=1.2"
            findings.append(Finding(file, lines(("requires", at)), "no-requirement", message))
    return findings


def _version(document: Mapping[str, Any], path: Path, lines: Lines) -> list[Finding]:
    file = f"{path.parent.name}/{FILE}"
    try:
        Version(document["version"])
    except InvalidVersion:
        message = f"{document['version']!r} is no version; write for example 1.0.0"
        return [Finding(file, lines(("version",)), "no-version", message)]
    major, minor = (int(part) for part in document["api"].split("."))
    if major == API[0] and minor <= API[1]:
        return []
    version = ".".join(map(str, API))
    message = (
        f"is written for hooks {document['api']}, and this program has {version}; install a version of it made for {API[0]}.x"
    )
    return [Finding(file, lines(("api",)), "other-api", message)]


def _settings(document: Mapping[str, Any], path: Path, lines: Lines) -> list[Finding]:
    """The schema of settings must itself be one."""
    try:
        StrictValidator(document.get("settings", {}))
    except Exception as error:  # Cerberus' SchemaError, and what it raises for rules of the wrong type
        message = f"is no Cerberus schema: {error}"
        return [Finding(f"{path.parent.name}/{FILE}", lines(("settings",)), "no-schema", message)]
    return []


def settings(manifest: Manifest, given: Mapping[str, Any], file: str, lines: Lines) -> list[Finding]:
    """Return the findings of the plugin's schema on its table in ``tenant.toml``; ``lines`` locates paths of that file."""

    def under(path: Any) -> int:
        return lines(("settings", manifest.name, *path))

    return check(dict(given), dict(manifest.settings), file, under, brought=True)

"""The work of ``steerco plugin`` and ``steerco x``."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

from msgspec import Struct

from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.schema_upgrade import lines
from steerco.cli.frame.shell import Shell
from steerco.extension.dispatch import PluginFailed
from steerco.extension.loader import installed
from steerco.extension.manifest import table_prefix
from steerco.records import Invalid, Stopped
from steerco.store.fair_lock import Busy
from steerco.store.migration_lines import MigrationLine
from steerco.store.schema import Leftover, behind, leftovers


class PluginRow(Struct, frozen=True):
    """A plugin as it is installed: ``state`` is ``runs`` or why not, ``tenants`` where it is on."""

    name: str
    version: str
    state: str
    said: str
    tenants: str
    capabilities: tuple[str, ...] = ()


def installed_here(shell: Shell, slug: str = "") -> list[PluginRow]:
    """Return every installed plugin; with ``slug``, as it is in that tenant."""
    plugins = installed()
    on: dict[str, list[str]] = {}
    for tenant_slug in [slug] if slug else _slugs(shell):
        for name in _configured(shell, tenant_slug):
            on.setdefault(name, []).append(tenant_slug)
    late = _behind_prefixes(shell)
    running = [
        PluginRow(
            name,
            plugin.manifest.version,
            "tables-behind" if plugin.manifest.table_prefix in late else "runs",
            "`steerco db upgrade` makes its tables" if plugin.manifest.table_prefix in late else str(plugin.manifest.title),
            ", ".join(on.get(name, ())) or "-",
            tuple(sorted(plugin.manifest.capabilities)),
        )
        for name, plugin in plugins.running.items()
    ]
    out = [
        PluginRow(
            name,
            tenant_slug.manifest.version if tenant_slug.manifest else "?",
            tenant_slug.code,
            tenant_slug.message,
            ", ".join(on.get(tenant_slug.name, ())) or "-",
        )
        for name, tenant_slug in plugins.quarantined.items()
    ]
    missing = [
        PluginRow(
            name, "?", "not-installed", "a tenant wants it; install it, or take it out of the tenant's plugins", ", ".join(slugs)
        )
        for name, slugs in on.items()
        if name not in plugins.running and name not in plugins.quarantined
    ]
    return [*running, *out, *missing]


def _slugs(shell: Shell) -> list[str]:
    return shell.installation.slugs() if shell.there else shell.home.slugs()


def _configured(shell: Shell, slug: str) -> tuple[str, ...]:
    if shell.there and slug in shell.installation.slugs():
        return shell.installation.tenant(slug).snapshot.settings.plugins
    import tomllib

    text = shell.home.content(slug).get(f"tenants/{slug}/tenant.toml", "")
    return tuple(tomllib.loads(text).get("plugins", ()))


def _behind_prefixes(shell: Shell) -> set[str]:
    """Return the prefixes of the plugins whose tables the database lacks, or has in an older version."""
    return {line.prefix for line in lines() if behind(shell.store, line)} if shell.there else set()


def left_behind(shell: Shell) -> list[Leftover]:
    """Return the tables that plugins, no longer installed, left in the database."""
    if not shell.there:
        return []
    plugins = installed()
    prefixes = [plugin.manifest.table_prefix for plugin in plugins.running.values()]
    prefixes += [
        table_prefix(each.name) for each in plugins.quarantined.values()
    ]  # one whose manifest cannot be read is there too
    return leftovers(shell.store, prefixes)


def migration(name: str, message: str) -> str:
    """Write the next version of the tables of an installed plugin, or of the one whose package is the folder ``name``; the path.

    Raises ``CommandProblem``.
    """
    from steerco.cli.plugin.check import known_as
    from steerco.store.migrations.revision import load, tidied, write

    load()  # a plugin's tables may point to core's
    plugin_name, plugins = known_as(name)
    if (out := plugins.quarantined.get(plugin_name)) is not None:
        raise CommandProblem(
            "plugin-failed", f"{plugin_name} does not run: {out.message}", f"`steerco plugin check {name}` says what to mend"
        )
    manifest = plugins.running[plugin_name].manifest
    if not manifest.migrations:
        do = 'add migrations = "versions" and the capability "tables" to plugin.toml'
        raise CommandProblem("no-migrations", f"{plugin_name} names no folder for the versions of its tables", do, exit=USAGE)
    folder = manifest.folder / manifest.migrations
    folder.mkdir(exist_ok=True)
    return tidied(write(message, line=MigrationLine(folder, manifest.table_prefix)))


def commands() -> list[tuple[str, str, str]]:
    """Plugin, command and what it does, of all plugins that run."""
    return [
        (name, command, str(info.help))
        for name, plugin in installed().running.items()
        for command, info in plugin.manifest.commands.items()
    ]


def run(shell: Shell, slug: str, name: str, command: str, words: tuple[str, ...], now: datetime) -> str:
    """Run a plugin's command and return its output. Raises ``CommandProblem``."""
    from steerco.kernel.plugin_context import PluginContext

    plugin = installed().running.get(name)
    if plugin is None or command not in plugin.manifest.commands:
        available = "; ".join(f"{each[0]} {each[1]}" for each in commands()) or "none"
        raise CommandProblem(
            "no-such-command", f"no plugin has the command {name} {command}", f"commands there: {available}", exit=USAGE
        )
    slug = slug or _only(shell)
    tenant = shell.reading(slug, now)
    circle = tenant.snapshot.circle
    if not circle.has(name):
        raise CommandProblem(
            "plugin-off", f"{name} is not on in {slug}", f"add it to plugins in tenants/{slug}/tenant.toml, then apply"
        )
    function = _function(plugin.manifest.commands[command].call)
    hands = PluginContext(tenant, name, now)
    try:
        output: str = circle.serve("consume", name, lambda: function(hands, words), str, (Stopped, Busy))
    except Invalid as wrong:
        output = "; ".join(f"{field}: {why}" if field else str(why) for field, why in wrong.fields.items())
        raise CommandProblem(wrong.code, output, f"steerco x {name} lists its commands", exit=USAGE) from None
    except PluginFailed as failed:
        raise CommandProblem("plugin-failed", str(failed), "tell the plugin's author; everything else goes on") from None
    return output


def _only(shell: Shell) -> str:
    slugs = _slugs(shell)
    if len(slugs) != 1:
        raise CommandProblem("which-tenant", "there are several tenants", f"add --tenant, one of: {', '.join(slugs)}", exit=USAGE)
    return slugs[0]


def _function(call: str) -> Any:
    module, _, attribute = call.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise CommandProblem("plugin-failed", f"{call} cannot be found: {error}", "tell the plugin's author") from None

"""The work of ``plugin check``."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import now
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.load import load
from steerco.configuration.platform_orders import ORDERS
from steerco.extension.facts import TenantFacts, frozen
from steerco.extension.loader import Plugins, folders
from steerco.extension.manifest import FILE
from steerco.extension.quality import Checked, PluginSurroundings, quality
from steerco.i18n import languages, texts
from steerco.testkit import SAMPLE


def checked(name: str, settings_file: Path | None = None) -> list[Checked]:
    """Return the quality list of an installed plugin, or of the one whose package is the folder ``name``. ``given`` is a TOML
    file with the settings to ask it with. Raises ``CommandProblem``.
    """
    plugin_name, plugins = known_as(name)
    return quality(plugin_name, plugins, around(_settings(settings_file)))


def known_as(name: str) -> tuple[str, Plugins]:
    """Return the name of the plugin that ``name`` means, an installed one or the folder of a package, and the plugins with it.

    Raises ``CommandProblem``.
    """
    record_types()  # declares core's tables, to which a plugin's may point
    folder = Path(name).resolve()
    own = [folder] if (folder / FILE).is_file() else []
    places = [*(place for place in folders() if place.resolve() not in own), *own]
    plugin_name = folder.name if own else name
    if own and str(folder.parent) not in sys.path:
        sys.path.insert(0, str(folder.parent))
    plugins = Plugins().add(places)
    names = {*plugins.running, *plugins.quarantined}
    if plugin_name not in names:
        do = f"name one of {', '.join(sorted(names)) or 'none'}, or the folder in which a {FILE} lies"
        raise CommandProblem("no-such-plugin", f"no plugin {name!r} is installed", do, exit=USAGE)
    return plugin_name, plugins


def around(settings: Mapping[str, Any]) -> PluginSurroundings:
    """Return a made-up committee to ask for, and what core has to hold a plugin against."""
    home = Home(SAMPLE)
    slug = home.slugs()[0]
    snapshot = load(slug, home.content(slug), record_types(), Plugins()).snapshot
    assert snapshot is not None
    sample = snapshot.settings
    facts = TenantFacts(
        sample.slug,
        sample.name,
        sample.time_zone,
        sample.languages,
        sample.main_body,
        snapshot.charters,
        frozen({}),
    )
    return PluginSurroundings(
        facts, snapshot.local(now()), ORDERS, {language: texts(language) for language in languages()}, settings
    )


def _settings(path: Path | None) -> Mapping[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandProblem("bad-settings", f"{path}: {error}", "write the settings as in tenant.toml", exit=USAGE) from None


def tell(items: list[Checked]) -> None:
    """The list as text."""
    for item in items:
        mark = "exempt" if item.exempt else "ok" if item.ok else "FAIL"
        click.echo(f"{mark:<7} {item.check:<11} {item.said}".rstrip())
        if item.exempt or item.mend:
            click.echo(f"{'':<19} {f'exempt: {item.exempt}' if item.exempt else f'to do: {item.mend}'}")

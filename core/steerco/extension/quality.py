"""The quality list of ``plugin check``: what a good plugin has, as far as a machine can see it.

What a plugin need not pass it says in its manifest, with the reason (``[exemptions]``); that is shown, and allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from steerco.charter import load as charter_load
from steerco.charter.check import citable
from steerco.charter.model import Charter
from steerco.config.schema import StrictValidator
from steerco.extension import sources
from steerco.extension.catalogue import Texts
from steerco.extension.catalogue import texts as texts_of
from steerco.extension.dispatch import TenantPlugins
from steerco.extension.facts import TenantFacts, frozen
from steerco.extension.hookspecs import SPECS
from steerco.extension.loader import Plugin, Plugins
from steerco.extension.manifest import Manifest
from steerco.extension.runs import where
from steerco.policy import reader

SHOWN = 12
"""How many places one check names."""


class Checked(Struct, frozen=True):
    """One item of the list: ``said`` is what was found, ``mend`` what to do; ``exempt`` why the plugin need not pass it."""

    check: str
    ok: bool
    said: str = ""
    mend: str = ""
    exempt: str = ""


@dataclass(frozen=True)
class PluginSurroundings:
    """What a plugin is held against: the facts of a committee to ask it with, on a day; the platform's orders, core's words by
    language.

    ``settings`` are those to ask it with; what they leave open is guessed from the manifest's schema.
    """

    facts: TenantFacts
    today: date
    orders: frozenset[str]
    words: Mapping[str, Texts]
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Asked:
    """The plugin's answers to the hooks that configure."""

    plugin: Plugin
    around: PluginSurroundings
    circle: TenantPlugins
    said: Mapping[str, tuple[Any, ...]]

    @property
    def manifest(self) -> Manifest:
        return self.plugin.manifest


Check = Callable[[_Asked], Iterable[str]]
CHECKS: dict[str, tuple[Check, str]] = {}
"""Every check by name, with what to do about what it finds. Each yields one text a fault."""


def _check(mend: str) -> Callable[[Check], Check]:
    def declare(check: Check) -> Check:
        CHECKS[check.__name__.strip("_")] = (check, mend)
        return check

    return declare


def quality(name: str, plugins: Plugins, around: PluginSurroundings) -> list[Checked]:
    """Return the list for one of ``plugins``. Of one that does not run there is one item: why. Raises ``KeyError``."""
    if name not in plugins.running:
        out = plugins.quarantined[name]
        return [Checked("manifest", False, f"{out.code}: {out.message}", "mend what it says, then check again")]
    plugin = plugins.running[name]
    try:
        asked = _asked(plugin, plugins, around)
    except ValueError as error:
        return [Checked("manifest", False, str(error), "give settings that fit its schema: --settings FILE")]
    return [_checked(check, asked) for check in CHECKS]


def _checked(name: str, asked: _Asked) -> Checked:
    check, mend = CHECKS[name]
    try:
        problems = sorted(set(check(asked)))
    except (OSError, SyntaxError, ValueError) as error:
        problems = [f"{type(error).__name__}: {error}"]
    if not problems:
        return Checked(name, True)
    more = f" (and {len(problems) - SHOWN} more)" if len(problems) > SHOWN else ""
    exempt = asked.manifest.exemptions.get(name, "")
    return Checked(name, bool(exempt), "; ".join(problems[:SHOWN]) + more, "" if exempt else mend, exempt)


def _asked(plugin: Plugin, plugins: Plugins, around: PluginSurroundings) -> _Asked:
    """Ask the plugin alone, as a committee's revision would. Raises ``ValueError`` where its settings cannot be guessed."""
    facts = structs.replace(around.facts, settings=frozen(settings(plugin.manifest, around.settings)))
    hooks = plugins.manager.hook
    circle = TenantPlugins(facts.slug, facts={plugin.name: facts}).seated(
        [plugin], lambda name: getattr(hooks, name).get_hookimpls()
    )
    asked = ("layers", "policy", "rules", "advice", "routes", "exporters", "correspondents")
    return _Asked(
        plugin, around, circle, {hook: tuple(said.value for said in circle.ask(hook, today=around.today)) for hook in asked}
    )


def settings(manifest: Manifest, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Settings that fit the schema: those given, the defaults, and of what is required besides a guess. Raises ``ValueError``."""
    schema = dict(manifest.settings)
    guessed = {
        name: _guess(rules)
        for name, rules in schema.items()
        if rules.get("required") and name not in given and "default" not in rules
    }
    validator = StrictValidator(schema)
    if not validator.validate({**guessed, **given}):
        raise ValueError(f"settings: {validator.errors}")
    completed: Mapping[str, Any] = validator.document
    return completed


def _guess(rules: Mapping[str, Any]) -> Any:
    if rules.get("allowed"):
        return rules["allowed"][0]
    least = rules.get("min", 1)
    kinds = {"string": "x" * max(1, rules.get("minlength", 1)), "integer": least, "float": least, "number": least}
    return {**kinds, "boolean": True, "list": [], "dict": {}}.get(rules.get("type", "string"))


# The checks, in the order in which they are told


@_check("take out of plugin.toml what is not used, name every check as `steerco plugin check` does, and mend hooks that fail")
def _manifest(asked: _Asked) -> Iterator[str]:
    for capability in sorted(asked.manifest.capabilities):
        hooks = [name for name, spec in SPECS.items() if spec.capability == capability]
        if hooks and not any(asked.circle.seats.get(name) for name in hooks):
            yield f"declares {capability!r} and answers no hook {' or '.join(hooks)}"
    yield from (f"exempts from {name!r}, which is no check" for name in asked.manifest.exemptions if name not in CHECKS)
    yield from (f"{fault.hook}: {fault.message} ({fault.where})" for fault in asked.circle.quarantine.out.values())


@_check("add the labels to <language>.toml in the folder that plugin.toml names as catalogue, in the sections of core's own")
def _words(asked: _Asked) -> Iterator[str]:
    for language, core in asked.around.words.items():
        messages = next(iter(texts_of((asked.plugin,), language)), {})
        for type in asked.plugin.types.values():
            wanted = {("type", type.record_type), *(("action", action.id) for action in type.actions.values())}
            wanted |= {("kind", kind) for kind in type.kinds}
            own = messages.get("state-of", {})
            wanted |= {("state", state) for state in type.states if f"{type.record_type}.{state}" not in own}
            for section, key in sorted(wanted):
                if not (messages.get(section, {}).get(key) or core.get(section, {}).get(key)):
                    yield f"{language}: no [{section}] {key}"


@_check("cite a clause of an instrument that the plugin brings, or an order of the platform")
def _cites(asked: _Asked) -> Iterator[str]:
    layers, citable_ids = list(_layers(asked)), set(asked.around.orders)
    for layer in layers:
        citable_ids |= citable(layer, layer.instrument.id)
    for layer in layers:
        yield from (f"{file}: {cite}" for file, cite in _cited(layer) if cite not in citable_ids | citable(layer))
    for text in asked.said["policy"]:
        lines, findings = reader.read(text.text, text.file, asked.plugin.name)
        yield from map(str, findings)
        yield from (f"{text.file}:{line.source.line}: {line.clause}" for line in lines if line.clause not in citable_ids)
    for rule in asked.said["rules"]:
        yield from (f"the rule on {rule.on}: {cite}" for cite in rule.cite if cite not in citable_ids)
    for advice in asked.said["advice"]:
        yield from (f"the advice {advice.code}: {cite}" for cite in advice.cite if cite not in citable_ids)


def _layers(asked: _Asked) -> Iterator[Charter]:
    """Its instruments, as far as they can be read. Raises ``ValueError`` for one that cannot."""
    for text in asked.said["layers"]:
        layer, findings = charter_load.read(text.text, "law", text.file)
        if layer is None:
            raise ValueError("; ".join(map(str, findings)))
        yield layer


def _cited(layer: Charter) -> Iterator[tuple[str, str]]:
    """Yield each clause that the parts of an instrument cite, with its line."""
    for name in layer.__struct_fields__:
        parts = getattr(layer, name)
        for part in parts if isinstance(parts, tuple) else ():
            yield from ((f"{layer.file}:{part.source.line}", cite) for cite in getattr(part, "cite", ()))


@_check("name in plugin.toml the actions that its rules judge (judges) and the instruments that its layers bring (instruments)")
def _declared(asked: _Asked) -> Iterator[str]:
    actions = {rule.on for rule in asked.said["rules"]}
    yield from (f"judges {action}, which is not in judges" for action in actions - set(asked.manifest.judges))
    brought = {layer.instrument.id for layer in _layers(asked)}
    yield from (f"brings {id}, which is not in instruments" for id in brought - set(asked.manifest.instruments))


@_check("say in a docstring what the hook or rule is for; where a rule comes from law, which")
def _docstrings(asked: _Asked) -> Iterator[str]:
    functions = [seat.function for seats in asked.circle.seats.values() for seat in seats]
    functions += [rule.judge for rule in asked.said["rules"]]
    functions += [route.answer for route in asked.said["routes"]] + [each.write for each in asked.said["exporters"]]
    yield from (where(each) for each in functions if not (getattr(each, "__doc__", "") or "").strip())
    if not (asked.plugin.module.__doc__ or "").strip():
        yield f"{asked.plugin.name} itself"


@_check("write the next version of its tables: `steerco plugin migration NAME`")
def _migrations(asked: _Asked) -> Iterator[str]:
    from alembic.autogenerate import compare_metadata  # half a second, which other commands need not wait for
    from alembic.migration import MigrationContext

    from steerco.store.base import Base
    from steerco.store.engine import Store
    from steerco.store.migration_lines import MigrationLine, OutOfBounds

    prefix = asked.manifest.table_prefix
    tables = [name for name in Base.metadata.tables if name.startswith(prefix)]
    if not tables and not asked.manifest.migrations:
        return
    line = MigrationLine(asked.manifest.folder / (asked.manifest.migrations or "."), prefix)

    def mine(item: Any, name: str | None, kind: str, *_: Any) -> bool:
        table = name if kind == "table" else getattr(getattr(item, "table", None), "name", None)
        return table is not None and line.holds(table) and table != line.version_table

    store = Store.memory()
    try:
        store.upgrade(lines=[line] if asked.manifest.migrations else ())
        with store.operator_connection() as connection:
            differences = compare_metadata(MigrationContext.configure(connection, opts={"include_object": mine}), Base.metadata)
    except OutOfBounds as error:
        yield str(error)
        return
    finally:
        store.close()
    yield from (_change(difference) for difference in differences)


def _change(change: Any) -> str:
    """Return a difference between tables and versions, in short."""
    first = change[0] if isinstance(change, list) else change
    names = [str(getattr(part, "name", part)) for part in first[1:] if isinstance(getattr(part, "name", part), str)]
    return f"{first[0].replace('_', ' ')} {' '.join(names)}"


@_check("import steerco.extension.api, and nothing else of the program: all else may change")
def _imports(asked: _Asked) -> Iterator[str]:
    yield from sources.reaching(_trees(asked))


@_check("keep it in a table of the plugin's, or compute it anew: a process serves many committees, and several processes each")
def _state(asked: _Asked) -> Iterator[str]:
    yield from sources.changing(_trees(asked))


def _trees(asked: _Asked) -> sources.Trees:
    return sources.trees(asked.manifest.folder, asked.manifest.migrations)


@_check("write a README.md: what it adds, its settings, on what law or decision it rests")
def _readme(asked: _Asked) -> Iterator[str]:
    tree, folder = _tree(asked.manifest.folder), asked.manifest.folder
    beside = folder.parent.parent if folder.parent.name == "src" else folder.parent
    places = [folder, *([tree] if tree == beside else [])]
    if tree and not any((place / "README.md").is_file() for place in places):
        yield f"there is no README.md in {' or '.join(dict.fromkeys(place.name for place in places))}"


@_check("write tests, with `steerco.testkit.kit` (docs/plugins.md)")
def _tests(asked: _Asked) -> Iterator[str]:
    tree = _tree(asked.manifest.folder)
    files = (tree / "tests").rglob("test_*.py") if tree else ()
    if tree and not any(asked.plugin.name in file.read_text("utf-8") for file in files):
        yield f"no test in {tree.name}/tests names {asked.plugin.name}"


def _tree(folder: Path) -> Path | None:
    """Return the root of the source tree in which a package lies; none where it was installed from elsewhere."""
    return next((above for above in list(folder.parents)[:3] if (above / "pyproject.toml").is_file()), None)

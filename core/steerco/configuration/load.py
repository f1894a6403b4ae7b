"""From a tenant's files to a snapshot, or to all their findings at once.

Pattern: passes that collect findings. A ``FilesPass`` reads each file, then its checks compare the files with each other; plugins
add their layers and lines (``plugin_wiring``). No finding stops the next check::

    loaded = load("water-board", content, types)
    loaded.snapshot or [str(finding) for finding in loaded.findings]   # file:line: message

Rule: a finding of level error means no snapshot. The same files, types and plugins give the same digest and the same result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256

import msgspec

from steerco.charter import check as charter_check
from steerco.charter.layers import placed, qualified
from steerco.charter.model import Charter
from steerco.charter.rules import regulated
from steerco.charter.versions import certain_from
from steerco.config import people as people_file
from steerco.config.findings import Finding, errors
from steerco.config.people import People
from steerco.configuration import law_translation, own_kinds
from steerco.configuration.derived_labels import with_derived_labels
from steerco.configuration.files_pass import FilesPass
from steerco.configuration.parse_cache import Compiled
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.vocabulary import Types
from steerco.extension.loader import Plugins, installed
from steerco.store.lru_cache import LRUCache, Same


@dataclass
class Loaded:
    """The result of loading a tenant's files. ``snapshot`` is None where a finding is an error."""

    snapshot: Snapshot | None
    people: People | None
    findings: list[Finding]


def digest_of(content: Mapping[str, str]) -> str:
    """Return the address of a configuration: a hash over every file's path and text."""
    return sha256(msgspec.json.encode(dict(content), order="deterministic")).hexdigest()


_kept: LRUCache[tuple[str, str, Same[Types], Same[Plugins], bool, bool], Loaded] = LRUCache(32)
"""What was loaded last, by its address: the same texts give the same snapshot, which nothing changes."""


def load(
    slug: str,
    content: Mapping[str, str],
    types: Types,
    plugins: Plugins | None = None,
    *,
    stored: bool = False,
    brief: bool = False,
    compiled: Compiled | None = None,
) -> Loaded:
    """Load the tenant ``slug`` from its files' texts by path relative to the home (``tenants/<slug>/tenant.toml`` …).

    ``plugins`` are those of this process unless given. ``stored``: a revision in use, which goes on without a plugin that is
    gone or fails. ``brief``: without its people, and without the checks that it passed before. ``compiled``: what was
    read before.
    """
    plugins = installed() if plugins is None else plugins
    digest, compiled = digest_of(content), compiled or Compiled()
    reading = FilesPass(slug, content, types, plugins, stored=stored, compiled=compiled)
    mark = reading.mark(digest)  # of the plugins as they are now: more may be added to the same ones
    address = (slug, mark, Same(types), Same(plugins), stored, brief and compiled.passed(mark))
    loaded = _kept.get(address)
    if loaded is None:
        loaded = _load(reading, digest, passed=address[-1])
        _kept.put(address, loaded)
    return loaded


_laws: LRUCache[tuple[Same[Charter], str], Charter] = LRUCache(256)
"""Laws as others cite them and as they mean a main body, by the law."""


def _apart(layer: Charter, main_body: str) -> Charter:
    key = Same(layer), main_body
    return _laws.get(key) or _laws.put(key, placed(qualified(layer), main_body))


def belongs(slug: str, path: str) -> bool:
    """Return whether a file of this path, relative to the home, can be a part of the tenant's configuration."""
    folder, _, name = path.rpartition("/")
    wanted = {f"tenants/{slug}": ".toml", "policies": ".csv", "law": ".toml"}.get(folder)
    return wanted is not None and name.endswith(wanted) and name != wanted and name.isprintable() and "\\" not in name


def _load(reading: FilesPass, digest: str, *, passed: bool, without: Mapping[str, str] | None = None) -> Loaded:
    foreign = [path for path in reading.content if not belongs(reading.slug, path)]
    reading.findings += [Finding(path, 0, "foreign-file", f"is no file of {reading.slug}") for path in foreign]
    reading.passed = passed
    settings = reading.settings()
    if settings is None:
        return Loaded(None, None, sorted(reading.findings))
    people = None if passed else reading.people()
    charters = reading.charters()
    people = people and people_file.placed(people, {seat.id for charter in charters for seat in charter.seats})
    main_body = regulated(*charters) or settings.main_body or next((body.id for each in charters for body in each.bodies), "")
    settings = replace(settings, main_body=main_body)
    plugging = reading.plugged(settings, charters, without or {})
    own = reading.layers()
    declared = reading.declared(settings, [*charters, *own])
    reading.types = own_kinds.types_with(reading.types, charters)
    brought = plugging.layers(layer.instrument.id for layer in (*charters, *own))
    layers = law_translation.in_own_words([*own, *brought], reading)
    if not passed and not reading.unread:
        manifests = [plugin.manifest for plugin in plugging.on]
        values = frozenset(name for manifest in manifests for name in manifest.values)
        systems = frozenset(name for manifest in manifests for name in manifest.counts)
        reading.cross_check(charters, layers, people, {"values": values, "systems": systems})
        as_cited = [_apart(layer, main_body) if layer.instrument.apart else layer for layer in layers]
        reading.layered(charters, as_cited, plugging.calendar())
        reading.administrators(settings, charters)
    policies = reading.policies(charters, layers, plugging.policy(), passed=passed or reading.unread)
    calendar = plugging.calendar()  # a wrong one is a finding
    circle = plugging.rule(reading.types, reading.citable(layers).union(*map(charter_check.citable, charters)))
    findings = plugging.forgiven(sorted({*reading.findings, *plugging.findings}))
    if wrong := errors(findings):
        if reading.stored and (blamed := plugging.blamed(wrong)):  # a later release of a plugin must not end the committee
            return _load(reading.again(), digest, passed=passed, without={**(without or {}), **blamed})
        return Loaded(None, people, findings)
    if not without:
        reading.compiled.keep_passed(reading.mark(digest))
    houses = sorted((layer for layer in layers if layer.instrument.kind == "house"), key=certain_from)
    snapshot = Snapshot(
        settings,
        charters=tuple(sorted(map(with_derived_labels, charters), key=lambda charter: charter.instrument.effective.first)),
        house=with_derived_labels(houses[-1]) if houses else None,
        laws=tuple(_apart(with_derived_labels(layer), main_body) for layer in layers if layer.instrument.apart),
        policies=policies,
        types=reading.types,
        registers=declared,
        calendar=calendar,
        digest=digest,
        texts=partial(dict, reading.content),
        circle=circle,
        origin=plugging.origin,
        former=tuple(houses[:-1]),
        calendars=reading.calendars(),
    )
    return Loaded(snapshot, people, findings)

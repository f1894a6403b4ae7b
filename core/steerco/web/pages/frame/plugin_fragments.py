"""Plugins' additions to the pages of the program: fragments at fixed places, and words."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from steerco.charter.model import OwnKind
from steerco.committee.work.register import DeclaredRegister
from steerco.configuration import own_kinds, registers
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.extension.catalogue import texts
from steerco.i18n import Words, words
from steerco.kernel.plugin_context import PluginContext
from steerco.store.lru_cache import LRUCache, Same

_words: LRUCache[tuple[tuple[str, ...], Same[tuple[DeclaredRegister, ...]], tuple[OwnKind, ...], str], Words] = LRUCache(64)


def pieces(tenant: Tenant, slot: str, now: datetime, language: str) -> list[Markup]:
    """Return the fragments that plugins add at a place of a page; one that fails is left out."""
    circle = tenant.snapshot.circle
    results = []
    for seat in circle.in_use(circle.seats.get("page_slot", ())):
        hands = PluginContext(tenant, seat.plugin, now)
        results += circle.asked("page_slot", seat, slot=slot, hands=hands, language=language)
    return [Markup(result.value.html) for result in results]


def words_in(snapshot: Snapshot, language: str) -> Words:
    """Return the words of a language, with those of the tenant's plugins, registers and kinds of meetings."""
    plugins, found, kinds = snapshot.circle.plugins, snapshot.registers, snapshot.own_kinds
    if not plugins and not found and not kinds:
        return words(language)
    key = (tuple(plugin.name for plugin in plugins), Same(found), kinds, language)
    own = (registers.texts(found, language), own_kinds.texts(kinds, language))
    return _words.get(key) or _words.put(key, words(language).over(*texts(plugins, language), *own))

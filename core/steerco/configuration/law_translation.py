"""Laws in a committee's own words, as ``law_words`` of its ``tenant.toml`` gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from steerco.charter import law_words
from steerco.charter.model import Charter
from steerco.committee.members.appointment import OUTSIDERS
from steerco.config.findings import Finding, Level
from steerco.config.locate import Lines
from steerco.store.lru_cache import LRUCache, Same

_translated: LRUCache[tuple[Same[Charter], tuple[tuple[str, str], ...]], Charter] = LRUCache(256)
"""Laws in a committee's words, by the law and the words."""


class SettingsRead(Protocol):
    """The pass over a tenant's files as far as it has read ``tenant.toml``; ``findings`` grows."""

    slug: str
    document: dict[str, Any]
    lines: Lines
    findings: list[Finding]
    passed: bool


def in_own_words(layers: Iterable[Charter], reading: SettingsRead) -> list[Charter]:
    """Return the layers, each law with the committee's ids for its words. A word that has none is a finding."""
    return [_law(layer, reading) if layer.instrument.kind == "law" else layer for layer in layers]


def _law(law: Charter, reading: SettingsRead) -> Charter:
    name, words = law.file.rpartition("/")[2].removesuffix(".toml"), dict[str, str]()
    given: Mapping[str, Mapping[str, str]] = reading.document.get("law_words", {})
    for called in (law.instrument.id, name):
        words |= given.get(called, {})
    if not reading.passed:
        file, line = f"tenants/{reading.slug}/tenant.toml", reading.lines(("law_words",))
        reading.findings += [Finding(file, line, *told) for told in _wrong(law, name, words)]
    key = Same(law), tuple(sorted(words.items()))
    return _translated.get(key) or _translated.put(key, law_words.translated(law, words))


def _wrong(law: Charter, name: str, words: Mapping[str, str]) -> Iterator[tuple[str, str, Level]]:
    used = law_words.spoken(law)
    for word in sorted(used - words.keys() - set(OUTSIDERS)):
        mend = f'law_words.{name} = {{ {word} = "…" }}'
        yield "unmapped-word", f"the law {law.instrument.id} says '{word}': say what that is here, {mend}", "error"
    for word in sorted(words.keys() - used):
        yield "not-enforced", f"law_words.{name}: the law {law.instrument.id} does not say '{word}'", "warning"

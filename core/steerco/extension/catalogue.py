"""The words that plugins bring: ``<language>.toml`` in the folder that a manifest names, in the form of core's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from steerco.extension.loader import Plugin

Texts = Mapping[str, Mapping[str, str]]


def texts(plugins: tuple[Plugin, ...], language: str) -> tuple[Texts, ...]:
    """The catalogues of these plugins in one language, in their order. Of a language that a plugin lacks: nothing."""
    folders = [plugin.manifest.folder / plugin.manifest.catalogue for plugin in plugins if plugin.manifest.catalogue]
    return tuple(found for folder in folders if (found := _read(folder / f"{language}.toml")))


@cache
def _read(path: Path) -> Texts:
    try:
        return {section: dict(labels) for section, labels in tomllib.loads(path.read_text("utf-8")).items()}
    except FileNotFoundError:
        return {}

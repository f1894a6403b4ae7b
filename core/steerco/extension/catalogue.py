"""The words that plugins bring: ``<language>.toml`` in the folder that a manifest names, in the form of core's own."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from steerco.extension.loader import Plugin

log = logging.getLogger("steerco.plugins")

Texts = Mapping[str, Mapping[str, str]]


def texts(plugins: tuple[Plugin, ...], language: str) -> tuple[Texts, ...]:
    """Return the catalogues of these plugins in one language, in their order. Of a language that a plugin lacks: nothing."""
    folders = [plugin.manifest.folder / plugin.manifest.catalogue for plugin in plugins if plugin.manifest.catalogue]
    return tuple(catalogue for folder in folders if (catalogue := _read(folder / f"{language}.toml")))


@cache
def _read(path: Path) -> Texts:
    try:
        read = tomllib.loads(path.read_text("utf-8"))
        return {section: {key: str(label) for key, label in labels.items()} for section, labels in read.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, OSError) as error:
        log.warning("the words in %s/%s are left out: %s", path.parent.name, path.name, error)
        return {}

"""A configuration with errors, as far as it loads: rows and lines with errors are set aside, and what then refers to nothing.

Pattern: load, set aside what the errors name, load again, until nothing is wrong. A row set aside leaves empty lines, so that
every other keeps its place. Of the settings (``tenant.toml``) a plugin that is not here is taken out, and nothing else. A file
that is missing or is no TOML, and the head of an instrument, are never set aside: with an error there, nothing loads.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import tomlkit

from steerco.config.findings import Finding, errors
from steerco.configuration.load import load
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.vocabulary import Types
from steerco.extension.loader import Plugins, installed

ROUNDS = 30
"""The most rounds: each sets aside the rows that refer to what the last one set aside."""
KEPT = ("tenant.toml",)
HEAD = re.compile(r"\[\[?([A-Za-z0-9_.-]+)\]\]?\s*(?:#.*)?$")
WHOLE = "instrument"


class PartlyLoaded(NamedTuple):
    """What loads of some files: the snapshot (None where nothing does), the files less what was set aside, and every error: first
    those of the files as they are, then those of rows that refer to one that was set aside."""

    snapshot: Snapshot | None
    content: Mapping[str, str]
    wrong: tuple[Finding, ...] = ()


def partly(
    slug: str, content: Mapping[str, str], types: Types, plugins: Plugins | None = None, *, runs: bool = False
) -> PartlyLoaded:
    """Return a configuration as far as it loads. ``runs``: so that a committee can be begun with it, for which what contradicts
    the texts beside it is set aside as well; else it is kept, as in a revision in use."""
    loaded = load(slug, content, types, plugins)
    found = errors(loaded.findings)
    if runs and any(finding.code == "no-plugin" for finding in found):
        content = _of_plugins_here(content, plugins or installed())
        loaded = load(slug, content, types, plugins)
    for _ in range(ROUNDS):
        if loaded.snapshot is not None:
            break
        left = _without(content, errors(loaded.findings))
        if not runs:
            kept = load(slug, content, types, plugins, stored=True)
            loaded, left = kept, left if kept.snapshot is not None else _without(content, errors(kept.findings))
            if kept.snapshot is not None:
                break
        if left == content:
            break
        content = left
        loaded = load(slug, content, types, plugins)
        found += [finding for finding in errors(loaded.findings) if finding not in found]
    return PartlyLoaded(loaded.snapshot, content, tuple(found))


def _of_plugins_here(content: Mapping[str, str], plugins: Plugins) -> dict[str, str]:
    """Return files whose settings name only plugins that run here."""
    left = dict(content)
    for path in content:
        if path.endswith(KEPT):
            settings = tomlkit.parse(content[path])
            settings["plugins"] = [name for name in settings["plugins"].unwrap() if name in plugins.running]
            left[path] = tomlkit.dumps(settings)
    return left


def _without(content: Mapping[str, str], wrong: Iterable[Finding]) -> dict[str, str]:
    """Return files with the rows and lines emptied that findings name."""
    lines: dict[str, set[int]] = {}
    for finding in wrong:
        if finding.line and finding.file in content and not finding.file.endswith(KEPT):
            lines.setdefault(finding.file, set()).add(finding.line)
    return {path: _emptied(text, lines[path], path) if path in lines else text for path, text in content.items()}


def _emptied(text: str, wrong: Collection[int], path: str) -> str:
    rows = text.split("\n")
    spans = [(number, number + 1) for number in wrong] if path.endswith(".csv") else _tables(rows, wrong)
    for first, after in spans:
        for number in range(first, min(after, len(rows) + 1)):
            rows[number - 1] = ""
    return "\n".join(rows)


def _tables(rows: list[str], wrong: Collection[int]) -> Iterable[tuple[int, int]]:
    """Yield the first line of each table that holds a wrong line, and the line after its last; its own tables are part of it."""
    heads = [(number, head[1]) for number, row in enumerate(rows, 1) if (head := HEAD.match(row))]
    for at, (first, name) in enumerate(heads):
        ends = (number for number, other in heads[at + 1 :] if not other.startswith(f"{name}."))
        after, following = next(ends, len(rows) + 1), heads[at + 1][0] if at + 1 < len(heads) else len(rows) + 1
        if name.partition(".")[0] != WHOLE and any(first <= line < following for line in wrong):
            yield first, after

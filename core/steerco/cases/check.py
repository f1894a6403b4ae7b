"""Checks of a case before it runs: names of nothing, and what no step would use, each with its line.

A case that says more than is tried would pass for a proof of what nobody looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from steerco.cases import channels
from steerco.cases.grammar import Case, listed
from steerco.cases.world import Worlds
from steerco.config.findings import Finding
from steerco.configuration.snapshot import Snapshot
from steerco.extension import loader

Table = Mapping[str, Any]

OF_AN_ACT = (
    *("by", "on", "with", "as", "expect", "because", "because_not", "basis", "who_may"),
    *("acting_for", "fields", "would_change", "capacity", "entered_by", "evidence", "version", "key"),
)
"""What a step says of its act."""
WHERE_DONE = ("as", "finds")
"""What a step can name only where its act is done."""


def amiss(case: Case, slug: str, worlds: Worlds) -> list[Finding]:
    """Return everything that is amiss with a case of the committee ``slug``."""
    found = [*_committees(case, slug, worlds.home.slugs()), *_given(case)]
    if not found and case.given.keys() & {"without", "with", "settings"}:
        found += _switched(case, worlds.configured(slug, case))
    for number, step in enumerate(case.steps):
        found += [_finding(case, "unused", message, "step", number, *path) for path, message in _unused(step)]
    return sorted(found)


def _finding(case: Case, code: str, message: str, *path: str | int) -> Finding:
    return Finding(case.file, case.where(path), code, message)


def _switched(case: Case, snapshot: Snapshot) -> Iterator[Finding]:
    """Plugins and layers that there are not: the one place that knows what ``without`` and ``with`` may name."""
    plugins = set(loader.installed().running) | set(snapshot.settings.plugins)
    layers = {law.instrument.id for law in snapshot.laws} | ({"house"} if snapshot.house else set())
    for part in ("without", "with"):
        for at, name in enumerate(listed(case.given.get(part))):
            if name not in plugins | layers | {"house"}:
                known = ", ".join(sorted(plugins | layers)) or "none"
                message = f"{part}: no plugin, law or layer {name!r}; known here: {known}"
                yield _finding(case, "unknown-name", message, "given", part, at)
    on = {*snapshot.settings.plugins, *listed(case.given.get("with"))}
    for name in case.given.get("settings", {}):
        if name not in on:
            message = f"settings: the plugin {name!r} is not on here; on: {', '.join(sorted(on)) or 'none'}"
            yield _finding(case, "unknown-name", message, "given", "settings", name)


def _committees(case: Case, slug: str, home: list[str]) -> Iterator[Finding]:
    """Committees that there are not: the other ends of channels, those in which steps happen."""
    try:
        pairs = channels.pairs(case, slug)
    except ValueError as error:
        yield _finding(case, "channels", str(error), *_channels(case))
        pairs = []
    for end in dict.fromkeys(end for pair in pairs for end in pair if end not in (slug, *home)):
        yield _finding(case, "unknown-name", f"channels: no committee {end!r}; known here: {', '.join(home)}", *_channels(case))
    for number, step in enumerate(case.steps):
        if step.get("tenant", slug) not in (slug, *home):
            message = f"no committee {step['tenant']!r}; known here: {', '.join(home)}"
            yield _finding(case, "unknown-name", message, "step", number, "tenant")


def _channels(case: Case) -> tuple[str, ...]:
    return ("given", "channels") if "channels" in case.given else ("channels",)


def _given(case: Case) -> Iterator[Finding]:
    for at, person in enumerate(case.given.get("people", ())):
        attrs = person.get("attrs", {})
        held = person.keys() & {"role", "seat", "office"} or "office" in attrs
        if not held:
            for name in sorted(person.keys() & {"from", "to"}):
                message = f"{name}: says since or until when a seat or office is held, and none is named"
                yield _finding(case, "unused", message, "given", "people", at, name)
        for one, other in (("role", "seat"), ("agency", "attrs"), ("office", "attrs")):
            if one in person and (other in person if other == "seat" else one in attrs):
                yield _finding(case, "unused", f"{one} is given twice", "given", "people", at, other)


def _unused(step: Table) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each thing in a step that nothing would look at, with its path in the step."""
    if "do" not in step:
        yield from (((name,), f"{name}: belongs to an act, and the step has no do") for name in OF_AN_ACT if name in step)
    elif step.get("expect", "done") != "done":
        yield from (((name,), f"{name}: names what an act made, and this one is not done") for name in WHERE_DONE if name in step)
    for at, claim in enumerate(listed(step.get("records"))):
        useless = ["type", "where", "count"] if "on" in claim else []
        if "on" not in claim and "type" not in claim:
            yield ("records", at), "records: say on (a record that a step named) or type"
        yield from (
            (("records", at, name), f"records: {name} is not looked at beside on; use has") for name in useless if name in claim
        )
    for at, claim in enumerate(listed(step.get("sees"))):
        useless = ["type", "where", "count"] if "on" in claim else ["hides", "because"]
        if "on" not in claim and "type" not in claim:
            yield ("sees", at), "sees: say on (a record that a step named) or type"
        side = "beside" if "on" in claim else "without"
        yield from ((("sees", at, name), f"sees: {name} is not looked at {side} on") for name in useless if name in claim)
    for at, claim in enumerate(listed(step.get("result"))):
        if "on" not in claim:
            yield ("result", at), "result: say on, the record that has the result"

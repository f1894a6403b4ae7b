"""What the plugins of a tenant bring into force beside its own files, so that a new release which brings something else is seen.

A revision is the tenant's files. Instruments and policy lines of plugins are none of them: they come from the release that is
installed, so they can change without a revision. The event of each revision therefore keeps what they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import msgspec

from steerco.tenancy.snapshot import Snapshot


def brought(snapshot: Snapshot) -> dict[str, str]:
    """By plugin its version and the digest of its instruments and policy lines, as in ``1.0.0 4f0c…``."""
    laws: dict[str, list[str]] = {}
    for law in snapshot.laws:
        if plugin := snapshot.origin.get(law.instrument.id):
            laws.setdefault(plugin, []).append(law.digest)
    lines: dict[str, set[tuple[str, ...]]] = {}
    for line in {line for policy in snapshot.policies.values() for line in policy if line.plugin}:
        power = (line.subject, line.body, line.object, line.act, *sorted(line.facets), str(line.allow), line.clause)
        lines.setdefault(line.plugin, set()).add(power)
    return {
        plugin.name: f"{plugin.manifest.version} {_digest(laws.get(plugin.name, []), sorted(lines.get(plugin.name, ())))}"
        for plugin in snapshot.circle.plugins
    }


def _digest(*parts: object) -> str:
    return sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def released(was: Mapping[str, str], snapshot: Snapshot) -> list[str]:
    """How the plugins of a tenant differ from what they ``were`` when its revision was applied, in words.

    Of a plugin that was not told of then, nothing is known; one that does not run is told of elsewhere.
    """
    found = []
    for name, now in brought(snapshot).items():
        before = was.get(name, now)
        version, _, digest = before.partition(" ")
        installed, _, here = now.partition(" ")
        since = f"{name} {version} was installed when revision {snapshot.revision} was applied, {installed} is now"
        if digest != here:
            found.append(f"{since}: its instruments or policy lines are others, and are in force without a revision")
        elif version != installed:
            found.append(f"{since}: its instruments and policy lines are the same; its rules may not be")
    return found

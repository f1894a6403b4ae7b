"""Which changes of charters and policies were tried at the last whole run of `make mutate`, and noticed by a case.

`make test` tries these again, a sample or all; rows that are newer are tried by `make mutate` alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

FILE = Path(__file__).with_name("tried.json")
"""By committee and kind (``charter``, ``policy``) the digests of the names of changes."""


def digest(change: str) -> str:
    """Return what the file keeps of the name of a change."""
    return sha256(change.encode()).hexdigest()[:10]


def tried(slug: str, kind: str) -> frozenset[str]:
    """Return the digests of the changes that were tried and noticed."""
    return frozenset(json.loads(FILE.read_text("utf-8"))[slug][kind])


def record(slug: str, kind: str, noticed: Iterable[str]) -> None:
    """Write down that these changes, and no others, were tried and noticed."""
    known = json.loads(FILE.read_text("utf-8"))
    known[slug][kind] = sorted(map(digest, noticed))
    FILE.write_text(json.dumps(known, indent=0) + "\n", "utf-8")

"""How much a run tries of what has very many cases: some of them by `make test`, all of them by `make sweep`.

Which ones a run draws follows from the names, so that the same tree is tried in the same way everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256

WHOLE = bool(os.environ.get("STEERCO_SWEEP"))
"""Whether this run tries everything."""


def number(whole: int, some: int) -> int:
    """Return how many a run tries: ``whole`` in a sweep, else ``some``."""
    return whole if WHOLE else some


def drawn(names: Iterable[str], share: int) -> list[int]:
    """Return where in ``names`` those stand that a run tries: each in a sweep, else about one in ``share``, and one at least."""
    keys = [int(sha256(name.encode()).hexdigest()[:8], 16) for name in names]
    if WHOLE or not keys:
        return list(range(len(keys)))
    return [at for at, key in enumerate(keys) if key % share == 0] or [keys.index(min(keys))]

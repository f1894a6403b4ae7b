"""Whether it is time again for what is done every so often, by a clock that may be set back."""

from __future__ import annotations

from datetime import datetime, timedelta


def lapsed(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Return whether ``every`` has passed since ``last`` (None: never done). So it has where ``last`` lies ahead: the clock was
    set back since, and nothing waits until it is there again."""
    return last is None or not timedelta(0) <= now - last < every

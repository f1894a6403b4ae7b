"""What a plugin can do wrong, at the time when a test wants it."""

from __future__ import annotations

import sys
import time
from typing import Any

MISCHIEF = {"on": False}
"""Whether the plugins misbehave yet: a revision is applied while they behave, and then they begin to."""


def misbehave(fault: str, given: Any) -> Any:
    """Do one thing wrong with what a hook was given."""
    if not MISCHIEF["on"]:
        return None
    if fault == "raises":
        raise RuntimeError("out of order")
    if fault == "exits":
        sys.exit(3)
    if fault == "sleeps":
        time.sleep(5)  # five times what it is given: see the fixture `quick`
    if fault == "mutates" and given is not None:
        facts = given if hasattr(given, "settings") else given.tenant
        facts.settings["depot"] = "elsewhere"  # must not be possible
    return 42 if fault == "garbage" else None

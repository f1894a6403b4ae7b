"""Which plugins of a tenant are out of use, and why. Kept with the snapshot: a new revision, or a new process, tries again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from msgspec import Struct

log = logging.getLogger("steerco.plugins")

LOAD = "load"
"""Stands for a hook where a plugin was never asked: it does not run here at all."""


class Fault(Struct, frozen=True):
    """What went wrong with a plugin: in which hook, at which line of it, and how."""

    plugin: str
    hook: str
    code: str
    message: str
    where: str = ""


class Quarantine:
    """The plugins of one tenant that are out of use."""

    def __init__(self, slug: str = "") -> None:
        self.slug = slug
        self._guard = threading.Lock()
        self._out: dict[str, Fault] = {}

    def put(self, fault: Fault) -> None:
        """Out of use from now on; the first reason stays."""
        with self._guard:
            if fault.plugin in self._out:
                return
            self._out = {**self._out, fault.plugin: fault}
        log.error("plugin %s is out of use in %s: %s (%s %s)", fault.plugin, self.slug, fault.message, fault.hook, fault.where)

    @property
    def out(self) -> Mapping[str, Fault]:
        """The plugins out of use, by name."""
        return self._out

"""Every log is verified once a day by whoever works, so that an altered one is known before somebody asks."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from steerco.configuration.tenant import Tenant
from steerco.store import log
from steerco.store.checkpoint import Seal
from steerco.store.lapse import lapsed

EVERY = timedelta(days=1)
FIRST = timedelta(minutes=10)
"""The time that a process has worked before it verifies a log for the first time: its beginning is for requests."""
LONGEST = 200_000
"""The number of events, some ten seconds' work, of a log that is verified beside; a longer one is for ``steerco log verify``."""


@dataclass
class LogChecks:
    """A chore of the worker. ``seal`` knows the checkpoints."""

    seal: Seal
    sound: dict[int, datetime] = field(default_factory=dict)
    """When each tenant's log was last found as it was written, or first seen by this process."""
    broken: dict[int, int] = field(default_factory=dict)
    """The number of places in which a log is not what was written, by tenant."""
    _asked: dict[int, datetime] = field(default_factory=dict)

    def __call__(self, tenant: Tenant, now: datetime) -> None:
        """Verify the tenant's log if that was not done for a day."""
        last = self._asked.setdefault(tenant.id, now - EVERY + FIRST)
        self.sound.setdefault(tenant.id, now)
        if not lapsed(last, EVERY, now):
            return
        self._asked[tenant.id] = now
        slug = tenant.snapshot.slug
        with tenant.store.read(tenant.id) as session:
            if log.head(session).seq > LONGEST:
                self.sound.pop(tenant.id, None)
                return
            breaks = log.verify(session, self.seal.marks(self.seal.kept(slug))[0])
        if breaks:
            self.broken[tenant.id] = len(breaks)
            message = "%s: its log is not what was written, first at event %d (%s); `steerco log verify %s` tells all"
            logging.getLogger("steerco.work").error(message, slug, breaks[0].seq, breaks[0].kind, slug)
        else:
            self.broken.pop(tenant.id, None)
            self.sound[tenant.id] = now

    def age(self, now: datetime) -> timedelta:
        """Return for how long the log that waits longest was not found sound. A tenant that no step has come to for two days is
        gone: that no step comes to any is told by itself."""
        asked = dict(self._asked)
        waiting = [now - at for tenant, at in dict(self.sound).items() if now - asked[tenant] < 2 * EVERY]
        return max(waiting, default=timedelta(0))

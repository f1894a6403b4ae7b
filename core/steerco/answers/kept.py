"""Labs of committees that run, kept as long as nobody changes who is who or the rules: making one takes longer than asking it.

One question is worked out at a time in a process, since each takes a processor for itself: whoever waits too long is told to come
back.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy.orm import Session

from steerco.answers.lab import Lab
from steerco.committee.members.directory import Directory
from steerco.configuration.tenant import Tenant
from steerco.store.fair_lock import Busy
from steerco.store.lru_cache import Same

KEPT = 4
"""So many labs of a process are kept."""
PATIENCE = 20.0
"""So many seconds somebody waits for the answer to another's question."""
Key = tuple[Same[Directory], str, date]


class KeptLabs:
    """The labs of one process."""

    def __init__(self) -> None:
        self._labs: OrderedDict[Key, Lab] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, tenant: Tenant, directory: Directory, at: datetime) -> Iterator[Lab]:
        """Give the lab of a tenant as it now is, to one asker at a time. Raises ``Busy`` and ``NotApplied``."""
        if not self._lock.acquire(timeout=PATIENCE):
            raise Busy("another question is being worked out")
        try:
            key = (Same(directory), tenant.snapshot.digest, tenant.snapshot.local(at))
            lab = self._labs.pop(key, None) or Lab.of_running(tenant, directory, at)
            self._labs[key] = lab
            while len(self._labs) > KEPT:
                self._labs.popitem(last=False)[1].close()
            try:
                yield lab
            finally:
                lab.forget_trials()
        finally:
            self._lock.release()

    @contextmanager
    def standing(self, tenant: Tenant, session: Session, at: datetime) -> Iterator[Lab]:
        """Give a lab of a tenant with its records, made for this question. Raises ``Busy`` and ``TooManyRows``."""
        if not self._lock.acquire(timeout=PATIENCE):
            raise Busy("another question is being worked out")
        try:
            lab = Lab.of_records(tenant.at(session), session, at)
            try:
                yield lab
            finally:
                lab.close()
        finally:
            self._lock.release()


labs = KeptLabs()
"""The labs of this process."""

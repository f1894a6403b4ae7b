"""The work that nobody asks for: one process at a time does it, for every tenant, under a lease.

Each step can be repeated without harm, so a worker that dies in the midst of one is simply followed by another.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from steerco.accounts.housekeeping import tidy
from steerco.config.settled_types import settle_types
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.kernel.attachments import sweep
from steerco.operations.erasure import carry_out
from steerco.store import drafts, log
from steerco.store.base import INSTALLATION, INSTALLATION_NAME
from steerco.store.checkpoint import Seal
from steerco.store.lapse import lapsed
from steerco.store.tables import Idempotency, Lease

LEASE = "worker"
HELD = timedelta(seconds=60)
"""The length of a lease: after this time another worker follows one that died."""
AHEAD = 3
"""A lease that ends later than so many times its length from now was taken by a clock that has been put back since. It is not
believed: nobody would work until then. The clocks of several machines may differ by twice the length."""
SLICE = 500
"""The number of tenants that a step looks at. Looking is one search in an index for each; none is loaded for it."""
AT_ONCE = 100
"""The number of tenants with something to do that one step serves, where tenants are many."""
BETWEEN = 0.5
"""Seconds between two steps of one round: requests come first."""
CHECKPOINT_EVERY = timedelta(hours=1)
SWEEP_EVERY = timedelta(days=1)
KEYS_KEPT = timedelta(days=7)
"""The time for which the answer to an idempotency key is kept."""


Chore = Callable[[Tenant, datetime], object]
"""A piece of work for one tenant at a time. It may be done twice, and one that fails is tried again at the next step."""


@dataclass
class Worker:
    """One worker. ``holder`` names it among all processes; ``clock`` gives the time; ``seal`` signs checkpoints; ``chores`` are
    what there is to do besides; ``held`` is how long its lease is good, so how long after its death another takes over at most.
    """

    installation: Installation
    holder: str
    clock: Callable[[], datetime]
    seal: Seal
    chores: Sequence[Chore] = ()
    held: timedelta = HELD
    stepped: datetime | None = None
    """When this process last began a step, with the lease; None where it never had it."""
    _after: int = 0
    _few: bool = True
    _last_looked: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    _tidied: datetime | None = None
    _sealed: dict[str, datetime] = field(default_factory=dict)
    _swept: dict[int, datetime] = field(default_factory=dict)

    def once(self) -> bool:
        """Do one step for the tenants that are next and have something to do; False where another process holds the lease."""
        now = self.clock()
        if not self._leased(now):
            return False
        self.stepped = now
        try:
            carry_out(self.installation, self.seal, now)
        except Exception:  # tried again at the next step; `steerco doctor` tells of a deletion that is stuck
            logging.getLogger("steerco.work").exception("a deletion could not be carried out")
        self._look_after_installation(now)
        done = 0
        for number, slug, head in self._slice():
            if self.clock() - now > self.held / 2:  # much to do: the lease is renewed on the way, or was lost
                now = self.clock()
                if not self._leased(now):
                    return False
            if not self._may_have_work(number, head, now):
                continue
            if done == AT_ONCE and not self._few:  # the rest is for the next step
                self._after = number - 1
                break
            done += 1
            try:
                self._step(slug, now)
                self._last_looked[number] = (head, now)
            except Exception:  # what is wrong with one tenant keeps no other from being looked after
                logging.getLogger("steerco.work").exception("%s: a step failed; tried again", slug)
        return True

    def _look_after_installation(self, now: datetime) -> None:
        """Do the work that belongs to no tenant: the installation's own log, and accounts."""
        try:
            self._seal(INSTALLATION_NAME, INSTALLATION, now)
            if lapsed(self._tidied, CHECKPOINT_EVERY, now):
                tidy(self.installation.store, now)
                self._tidied = now
        except Exception:
            logging.getLogger("steerco.work").exception("the installation's own step failed; tried again")

    def _slice(self) -> list[tuple[int, str, int]]:
        """Return the tenants that this step looks at, each with the end of its log: those after the last step's, at most
        ``SLICE``, and from the first one again after the last."""
        heads = self.installation.heads(self._after, SLICE)
        self._few = self._after == 0 and len(heads) < SLICE
        self._after = heads[-1][0] if len(heads) == SLICE else 0
        return heads

    def _may_have_work(self, number: int, head: int, now: datetime) -> bool:
        """Return whether there may be something to do: the log has moved, or the last step is long ago. Where the tenants are
        few, each is looked after in every step."""
        seq, at = self._last_looked.get(number, (-1, now))
        return self._few or seq != head or lapsed(at, CHECKPOINT_EVERY, now)

    def _step(self, slug: str, now: datetime) -> None:
        """Everything that there is to do for one tenant."""
        tenant = self.installation.tenant(slug)
        self._seal(slug, tenant.id, now)
        self._forget(tenant, now)
        self._tried(self._sweep, tenant, now)
        for chore in self.chores:
            self._tried(chore, tenant, now)

    def _tried(self, chore: Chore, tenant: Tenant, now: datetime) -> None:
        """One chore: what goes wrong with it for one tenant keeps nothing else from being done."""
        try:
            chore(tenant, now)
        except Exception:
            logging.getLogger("steerco.work").exception("%s: %s failed; tried again", tenant.snapshot.slug, chore)

    def run(self, stop: threading.Event, every: float | None = None) -> None:
        """Step after step until ``stop``; ``every``: seconds between two, by default a third of the lease; ``BETWEEN`` at most
        while there are tenants that the round has not come to. Gives the lease back at the end. A step that fails (the database
        is away) is no reason to end: the next is another try."""
        settle_types()
        pause = self.held.total_seconds() / 3 if every is None else every
        while not stop.is_set():
            mine = False
            try:
                mine = self.once()
            except Exception:
                logging.getLogger("steerco.work").exception("a step failed; tried again in %g s", pause)
            stop.wait(min(pause, BETWEEN) if mine and self._after else pause)
        self.release()

    def _leased(self, now: datetime) -> bool:
        try:
            with self.installation.store.unscoped() as session:
                row = session.get(Lease, LEASE, with_for_update=True)
                if row is None:
                    session.add(Lease(name=LEASE, holder=self.holder, until=now + self.held))
                elif row.holder == self.holder or not now < row.until <= now + AHEAD * self.held:
                    row.holder, row.until = self.holder, now + self.held
                else:
                    return False
        except IntegrityError:  # another took the first lease ever in the same moment
            return False
        return True

    def release(self) -> None:
        """Give the lease back, so that another process need not wait for its end."""
        with self.installation.store.unscoped() as session:
            row = session.get(Lease, LEASE)
            if row is not None and row.holder == self.holder:
                session.delete(row)

    def _seal(self, slug: str, number: int, now: datetime) -> None:
        """A signed checkpoint of the log's end, where it has moved."""
        if not lapsed(self._sealed.get(slug), CHECKPOINT_EVERY, now):
            return
        with self.installation.store.read(number) as session:
            head = log.head(session)
        checkpoints = self.seal.kept(slug)
        if head.seq and (not checkpoints or checkpoints[-1].seq != head.seq):
            self.seal.keep(self.seal.checkpoint(slug, head, now))
        self._sealed[slug] = now

    def _forget(self, tenant: Tenant, now: datetime) -> None:
        """Answers to keys that nobody repeats any more, and forms that nobody finished."""
        with tenant.store.write(tenant.id) as session:
            old = (Idempotency.tenant_id == tenant.id, Idempotency.at < now - KEYS_KEPT)
            session.execute(delete(Idempotency).where(*old))
            drafts.expire(session, now)

    def _sweep(self, tenant: Tenant, now: datetime) -> None:
        """Files that no act came to name."""
        if lapsed(self._swept.get(tenant.id), SWEEP_EVERY, now):
            sweep(tenant)
            self._swept[tenant.id] = now

"""Several acts of one person that are done together or not at all, such as the rows of a table.

Each is judged, done and told like any other, one after the other in one transaction, so that a later one may build on an earlier.
The first that is stopped undoes them all.
"""

from __future__ import annotations

from collections.abc import Sequence

from steerco.configuration.tenant import Tenant
from steerco.kernel import plugin_rules
from steerco.kernel.act import ActRequest, type_input
from steerco.kernel.perform import Ahead, Done, StartOver, Transaction
from steerco.records import Stopped
from steerco.store import log
from steerco.store.fair_lock import Busy
from steerco.store.identity import uuid7

AGAIN = 5
"""How often they are begun anew because the configuration has changed meanwhile."""


class Halted(Exception):
    """An act was stopped, so that none was done; ``number`` counts them from 0, ``error`` says why."""

    def __init__(self, number: int, error: Stopped) -> None:
        super().__init__(f"act {number}: {error}")
        self.number, self.error = number, error


class OneByOne(Exception):
    """A plugin has a say on such an act, and is asked of one act at a time; ``number`` counts from 0."""

    def __init__(self, number: int) -> None:
        super().__init__(f"act {number} is judged by a plugin")
        self.number = number


class _Tried(Exception):
    """Carries the outcome of acts that must not stay."""

    def __init__(self, done: list[Done]) -> None:
        self.done = done


def perform_together(tenant: Tenant, requests: Sequence[ActRequest], *, dry_run: bool = False) -> list[Done]:
    """Do the acts in their order, all or none; with ``dry_run`` everything but keeping them.

    Raises ``Halted`` with the first that is stopped, ``OneByOne``, and ``store.Busy``.
    """
    tenant = tenant.running
    for _ in range(AGAIN):
        try:
            return _once(tenant, [request.in_utc() for request in requests], dry_run)
        except StartOver:
            continue
        except _Tried as tried:
            return tried.done
    raise Busy("the configuration changes faster than the acts can be done")


def _once(tenant: Tenant, requests: Sequence[ActRequest], dry_run: bool) -> list[Done]:
    known, done = tenant.fixed(), list[Done]()
    with tenant.store.write(tenant.id) as session:
        head, moved = log.head(session), False
        for number, request in enumerate(requests):
            try:
                typed = type_input(known, request)
                if plugin_rules.ruled(known, request.actor, typed.action):
                    raise OneByOne(number)
                ahead = Ahead(plugin_rules.NONE, frozenset())
                work = Transaction(known, session, head, request, uuid7, ahead, lambda tenant, session, done: None, moved)
                if number == 0:
                    work.take_up(tenant)
                    known = work.tenant
                done.append(work.once(typed))
            except Stopped as stopped:
                stopped.under = known.snapshot
                raise Halted(number, stopped) from None
            head, moved = work.head, work.moved
        if dry_run:
            raise _Tried(done)
    return done

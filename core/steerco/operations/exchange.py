"""Carries what one committee did over a channel to the other: the only place that has both in hand.

A consumer of the log: what the sender's log says is entered at the receiver's by the program, with a signed proof, in a
transaction of the receiver's own; what the receiver answers comes back in the same way. The two are never read or written
together. Each entry is carried at least once, in its order, and taken in once: a process may die between any two steps.

What cannot be carried now (the receiver is suspended, or there is no committee of that name) waits, with all that follows it on
the way there, and nothing else.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from steerco.committee.documents.channel import Channel
from steerco.configuration.installation import Installation, NotApplied, NoTenant
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.following import cursors
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.packages import elsewhere
from steerco.operations.passage import CARRIED, CONSUMER, KINDS, TYPES, Event, Unproven, shared_id, signed_input
from steerco.operations.provenance import Exchanged
from steerco.records import NotFound, OutOfOrder, Stopped
from steerco.store import log
from steerco.store.checkpoint import Seal

logger = logging.getLogger("steerco.exchange")

CLOSED = "no-open-channel"
SETTLED = frozenset({"state", "already-taken-in", CLOSED})
"""Why a passage is not taken in where that is in order: it was before, or the channel has been closed meanwhile."""
WAITS = frozenset({"tenant-suspended", "tenant-leaving"})
"""Why a passage is not taken in for now."""
AT_ONCE = 100
SKIPPED = 1000
"""The number of entries that are none of ours after which the cursor is moved past them."""


class Stuck(NamedTuple):
    """An entry of a committee's log that cannot be carried to the ``other`` one, which somebody must look into."""

    tenant: str
    other: str
    seq: int
    why: str


@dataclass
class Exchange:
    """Carries documents between committees. ``seal`` signs for the installation."""

    installation: Installation
    seal: Seal
    _warned: set[Stuck] = field(default_factory=set)

    def carry(self, tenant: Tenant, at: datetime) -> None:
        """Carry what is new, as a chore of the worker; each entry that cannot be carried is logged once."""
        _, stuck = self.step(tenant, at)
        for entry in set(stuck) - self._warned:
            logger.warning("event %d of %s cannot be carried to %s: %s", entry.seq, entry.tenant, entry.other, entry.why)
            self._warned.add(entry)

    def step(self, tenant: Tenant, at: datetime) -> tuple[int, list[Stuck]]:
        """Carry what is new in the tenant's log, ``at`` this time: how many entries, and what cannot be."""
        carried, stuck = 0, []
        others = self._others(tenant)
        if others and self.installation.active(tenant.snapshot.slug) is None:
            return 0, []  # nothing is entered for a committee that stands still, in either direction
        for slug in others:
            done, wrong = self._to(tenant, slug, at)
            carried += done
            stuck += [wrong] if wrong else []
        return carried, stuck

    def _others(self, tenant: Tenant) -> list[str]:
        """Return the committees of this installation to which the tenant has, had or offered a channel."""
        with tenant.store.read(tenant.id) as session:
            rows = session.execute(select(Channel.to, Channel.origin).where(Channel.tenant_id == tenant.id).distinct())
            slugs = {to or origin for to, origin in rows}
        return sorted(slug for slug in slugs if slug and slug != tenant.snapshot.slug and slug not in elsewhere(tenant))

    def _to(self, tenant: Tenant, slug: str, at: datetime) -> tuple[int, Stuck | None]:
        """Carry to one other committee, until the log's end or until something does not go."""
        try:
            receiver = self.installation.active(slug)
        except (NoTenant, NotApplied) as error:
            return 0, Stuck(tenant.snapshot.slug, slug, 0, f"{type(error).__name__}: {error}")
        if receiver is None:
            return 0, None
        if tenant.snapshot.slug in elsewhere(receiver):
            return 0, Stuck(tenant.snapshot.slug, slug, 0, f"for {slug} that name is a committee of another installation")
        carried, stuck, more = 0, None, True
        while more:
            with tenant.store.read(tenant.id) as session:
                start, end = cursors.last(session, CONSUMER + slug) or 0, log.head(session).seq
                events: list[Event] = list(log.entries(session, start, AT_ONCE, TYPES))
            done, last, stuck = self._in_turn(tenant, receiver, events, at)
            carried += done
            whole = last == (events[-1]["seq"] if events else 0)
            more = whole and len(events) == AT_ONCE
            if whole and not more and end - start >= SKIPPED:
                last = end  # so that a log that moves without us is not looked through again and again
            if last:
                with tenant.store.write(tenant.id) as session:
                    cursors.handled(session, CONSUMER + slug, last)
        return carried, stuck

    def _in_turn(self, tenant: Tenant, receiver: Tenant, events: list[Event], at: datetime) -> tuple[int, int, Stuck | None]:
        """Return how many of these entries were carried, the last that is done with (0: none), and one that cannot be carried."""
        carried, last = 0, 0
        for event in events:
            try:
                carried += self.handle(tenant, receiver, event, at)
            except (Unproven, Stopped, OSError) as error:
                if isinstance(error, Stopped) and error.code in WAITS:
                    return carried, last, None
                why = f"{type(error).__name__}: {error}"
                return carried, last, Stuck(tenant.snapshot.slug, receiver.snapshot.slug, event["seq"], why)
            last = event["seq"]
        return carried, last, None

    def handle(self, tenant: Tenant, receiver: Tenant, event: Event, at: datetime) -> bool:
        """Carry one entry of the tenant's log, if it concerns the other committee; whether it was taken in there.

        Raises ``Unproven``, and whatever stops the act at the other's, unless that is settled: it was taken in before, the
        other side has lost the record, or the channel is closed: then a document comes back.
        """
        action = CARRIED.get(event["action"])
        if action is None:
            return False
        with tenant.store.read(tenant.id) as session:
            kind: Any = KINDS[event["type"]]
            record: Exchanged | None = session.get(kind, (tenant.id, event["record_id"]))
            if record is None or record.other != receiver.snapshot.slug:
                return False
            input = signed_input(tenant, session, event, record, self.seal)
        document, new = action == "transmission.arrive", action.endswith(".arrive")
        if document and not shared_id(receiver, tenant.snapshot.slug, Channel, input["channel"]):
            logger.warning("%s has no such channel: event %d of %s comes back", record.other, event["seq"], tenant.snapshot.slug)
            return self._back(tenant, event, at)
        on = None if new else shared_id(receiver, tenant.snapshot.slug, kind, record.there, record.id)
        try:
            if on is None and not new:
                raise NotFound(event["type"])
            perform(receiver, ActRequest(PLATFORM, action, on=on, input=input, at=at))
        except NotFound:
            logger.warning("%s has no record of event %d of %s any more", record.other, event["seq"], tenant.snapshot.slug)
            return False
        except OutOfOrder as stopped:
            if stopped.code == CLOSED and document:
                return self._back(tenant, event, at)
            if stopped.code in SETTLED:
                return False
            raise
        return True

    def _back(self, tenant: Tenant, event: Event, at: datetime) -> bool:
        """Return a document to its sender, who so learns that the channel is closed on the other side, or that the committee that
        now bears the name is not the one that accepted it, or has lost it.
        """
        try:
            perform(tenant, ActRequest(PLATFORM, "transmission.come-back", on=event["record_id"], at=at))
        except OutOfOrder as stopped:
            if stopped.code not in SETTLED:
                raise
        return False

"""Plugins follow the log: each gets every event in order and at least once, and keeps the number of the last one it handled.

One that fails gets the same event again after a pause that doubles, up to an hour; the other plugins and the other tenants go on.

While a plugin is switched off nothing is told to it, and nothing is made up for when it is switched on again: it goes on with
what happens from then on.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steerco.configuration.revisions import APPLY, content_of
from steerco.configuration.tenant import Tenant
from steerco.extension.dispatch import PluginFailed
from steerco.extension.facts import Happened, Notice, frozen
from steerco.extension.hookspecs import SPECS
from steerco.extension.runs import HookImpl
from steerco.following import cursors, feed
from steerco.kernel.event import decode
from steerco.kernel.plugin_context import PluginContext
from steerco.store import log as events
from steerco.store.tables import Event, Revision

log = logging.getLogger("steerco.plugins")

HOOKS = ("consume", "deliver")
TICK = "tick"
AT_ONCE = 100
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)


class Late(msgspec.Struct, frozen=True):
    """A consumer that failed: how often in a row, at which event (0: as time passed), why, and when it is asked again."""

    tries: int
    seq: int
    why: str
    again_at: datetime


@dataclass
class Consumers:
    """Hands the log to the plugins that follow it."""

    late: dict[tuple[str, str, str], Late] = field(default_factory=dict)
    """Who failed and is asked again, by committee, plugin and hook."""
    behind: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """The number of events that each has still to be told of those that were there in the last step, where there are any."""

    def step(self, tenant: Tenant, now: datetime) -> None:
        """Deliver all new events to every plugin of the tenant that follows the log."""
        with tenant.store.read(tenant.id) as session:
            tenant = tenant.at(session)  # a revision that was applied meanwhile counts
        circle = tenant.snapshot.circle
        self._forget(tenant)
        for hook in HOOKS:
            for seat in circle.in_use(circle.seats.get(hook, ())):
                key = (tenant.snapshot.slug, seat.plugin, hook)
                delay = self.late.get(key)
                if delay is None or delay.again_at <= now:
                    self._follow(tenant, hook, seat, now, key)
        for seat in circle.in_use(circle.seats.get(TICK, ())):
            self._tick(tenant, seat, now)

    def _forget(self, tenant: Tenant) -> None:
        """Forget whom the tenant does not use any more."""
        circle = tenant.snapshot.circle
        used = {(seat.plugin, hook) for hook in (*HOOKS, TICK) for seat in circle.in_use(circle.seats.get(hook, ()))}
        for kept in (self.late, self.behind):
            for key in [key for key in kept if key[0] == tenant.snapshot.slug and key[1:] not in used]:
                del kept[key]

    def _tick(self, tenant: Tenant, seat: HookImpl, now: datetime) -> None:
        """Time passes for one plugin; one that fails is asked again after the same pauses."""
        key = (tenant.snapshot.slug, seat.plugin, TICK)
        delay = self.late.get(key)
        if delay is not None and delay.again_at > now:
            return
        try:
            tenant.snapshot.circle.asked(TICK, seat, hands=PluginContext(tenant, seat.plugin, now))
        except PluginFailed as failed:
            self._late(key, 0, failed, now)
        else:
            self.late.pop(key, None)

    def _follow(self, tenant: Tenant, hook: str, seat: HookImpl, now: datetime, key: tuple[str, str, str]) -> None:
        name = f"{hook}:{seat.plugin}"
        hands = PluginContext(tenant, seat.plugin, now)
        while True:
            with tenant.store.read(tenant.id) as session:
                start = _cursor(session, tenant, name)
                rows = list(events.entries(session, start, AT_ONCE))
                delivered, again = _while_on(session, tenant, seat.plugin, rows)
            batch = [happened(row) for row in delivered]
            last, failed = start, None
            for event in batch:
                failed = self._one(tenant, hook, seat, event, hands)
                if failed is not None:
                    break
                last = event.seq
            with tenant.store.write(tenant.id) as session:
                cursors.handled(session, name, last if failed is not None else again or last)
                end = events.head(session).seq
            if failed is not None:
                self.behind[key] = end - last
                self._put_off(key, batch, last, failed, now)
                return
            self.late.pop(key, None)
            self.behind.pop(key, None)
            if len(delivered) < AT_ONCE and not again:
                return

    def _one(self, tenant: Tenant, hook: str, seat: HookImpl, event: Happened, hands: PluginContext) -> PluginFailed | None:
        circle = tenant.snapshot.circle
        try:
            for arguments in _given(hook, event, hands):
                circle.through(SPECS[hook], (seat,), arguments)
        except PluginFailed as failed:
            return failed
        return None

    def _put_off(
        self, key: tuple[str, str, str], batch: Sequence[Happened], last: int, failed: PluginFailed, now: datetime
    ) -> None:
        self._late(key, next(event.seq for event in batch if event.seq > last), failed, now)

    def _late(self, key: tuple[str, str, str], at: int, failed: PluginFailed, now: datetime) -> None:
        before = self.late.get(key)
        tries = before.tries + 1 if before is not None and before.seq == at else 1
        pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)
        self.late[key] = Late(tries, at, str(failed), now + pause)
        what = f"event {at}" if at else key[2]
        told = (key[1], key[0], what, tries, pause, failed, failed.fault.where)
        log.warning("%s in %s: %s, try %d, again in %s: %s (%s)", *told)


def _given(hook: str, event: Happened, hands: PluginContext) -> Iterator[Mapping[str, Any]]:
    """With what a hook is asked about an event: once, or for a channel once for each person who is to be told."""
    if hook == "consume":
        yield {"event": event, "hands": hands}
        return
    for person in event.told:
        title = str(event.after.get("title") or event.ref)
        fields = hands.record("person", person) or {}
        yield {"notice": Notice(person, str(fields.get("email") or ""), event, title), "hands": hands}


def _cursor(session: Session, tenant: Tenant, name: str) -> int:
    """Return the last event that a consumer has handled; one that is new begins with the revision in use."""
    if (last := cursors.last(session, name)) is not None:
        return last
    conditions = (Event.tenant_id == tenant.id, Event.action == APPLY, Event.revision == tenant.snapshot.revision)
    return session.scalar(select(func.min(Event.seq)).where(*conditions)) or 0


def _while_on(
    session: Session, tenant: Tenant, plugin: str, rows: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], int | None]:
    """Of the events that come next those before the revision, if one is among them, by which the plugin was switched off; and the
    event by which it was switched on again after that."""
    for at, row in enumerate(rows):
        if row["action"] == APPLY and not _on(session, tenant, plugin, row["revision"]):
            conditions = (Event.tenant_id == tenant.id, Event.action == APPLY, Event.seq > row["seq"])
            applied = session.execute(select(Event.seq, Event.revision).where(*conditions).order_by(Event.seq)).all()
            return rows[:at], next((seq for seq, revision in applied if _on(session, tenant, plugin, revision)), None)
    return rows, None


def _on(session: Session, tenant: Tenant, plugin: str, revision: int | None) -> bool:
    """Return whether a revision has the plugin switched on, by its own files."""
    row = session.get(Revision, (tenant.id, revision))
    texts = content_of(row).items() if row is not None else ()
    return any(plugin in tomllib.loads(text).get("plugins", ()) for path, text in texts if path.endswith("/tenant.toml"))


def happened(row: Mapping[str, Any]) -> Happened:
    """Return an event of the log as plugins are told of it."""
    body = decode(row["body"])
    return Happened(
        **feed.told(row, body),
        after=frozen(body.after),
        told=body.told,
        caused_by=row["caused_by"],
        hash=row["hash"].hex(),
    )

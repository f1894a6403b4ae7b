"""A plugin at work in a tenant: it reads and acts by the steps that everybody takes, and keeps rows in its own tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from steerco.committee.members.directory import Day
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.extension.facts import AtLeast, Fields, TenantFacts, frozen
from steerco.extension.manifest import Manifest
from steerco.kernel import visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import perform
from steerco.kernel.view import seen
from steerco.records import Invalid, Record, reason
from steerco.store import log
from steerco.store.listing import Filter, Order

AT_ONCE = 100


class NotItsOwn(PermissionError):
    """A plugin would do, as itself, an action of somebody else's record type."""

    def __init__(self, plugin: str, action: str) -> None:
        super().__init__(f"{plugin} may do only its own types' actions as itself, and {action} is none; name by=, a person")


@dataclass(frozen=True)
class PluginContext:
    """The hands of one plugin in one tenant (``extension.facts.Hands``)."""

    running: Tenant
    plugin: str
    now: datetime
    does: Callable[..., Any] = perform

    @property
    def tenant(self) -> TenantFacts:
        """The facts of the tenant that the plugin is told."""
        return self.running.snapshot.circle.facts[self.plugin]

    @property
    def manifest(self) -> Manifest:
        """The plugin's own manifest."""
        return next(each.manifest for each in self.running.snapshot.circle.plugins if each.name == self.plugin)

    @property
    def mark(self) -> str:
        """Where the tenant's log ends, as a word."""
        with self.running.store.read(self.running.id) as session:
            head = log.head(session)
        return f"{head.seq}-{head.hash.hex()}"

    def type(self, name: str) -> type[Record]:
        """Return a record type of the tenant. Raises ``KeyError``."""
        return self.running.snapshot.types[name]

    def _authority(self, session: Session, by: str | None) -> Authority:
        return Authority(self.running, session, _who(by), self.now)

    def records(
        self, type: str, *, by: str | None = None, where: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> Iterator[Fields]:
        """Yield the records that ``by`` may see, oldest first: each page in a reading of its own, so that nothing is held
        open."""
        kind, after, left = self.type(type), None, limit
        wanted = [_filter(name, value) for name, value in (where or {}).items()]
        while True:
            size = AT_ONCE if left is None else min(AT_ONCE, left)
            if size == 0:
                return
            with self.running.store.read(self.running.id) as session:
                authority = self._authority(session, by)
                page = visibility.page(authority, kind, ["id"], after, size, Order(), wanted)
                found = [kind.get_one(session, self.running.id, row.id) for row in page.rows]
                facts = [self._told(authority, record) for record in found]
            yield from facts
            after, left = page.after, None if left is None else left - len(facts)
            if after is None:
                return

    def record(self, type: str, id: str, *, by: str | None = None) -> Fields | None:
        """Return one record by id or reference, as far as ``by`` may see it."""
        with self.running.store.read(self.running.id) as session:
            authority = self._authority(session, by)
            found = authority.find(self.type(type), id)
            return None if found is None else self._told(authority, found)

    def file(self, type: str, id: str, digest: str, *, by: str | None = None) -> bytes | None:
        """Return the content of a file of a record that ``by`` may see."""
        record = self.record(type, id, by=by) or {}
        rows = [row for part in self.type(type).parts() for row in record.get(part, ())]
        files, tenant = self.running.files, self.running.id
        if not any(row.get("digest") == digest for row in rows) or not files.has(tenant, digest):
            return None
        with files.open(tenant, digest) as file:
            return file.read()

    def _told(self, authority: Authority, record: Record) -> Fields:
        told: Fields = frozen({**seen(authority, record), "changed_at": record.changed_at})
        return told

    def day(self, on: date | None = None) -> Day:
        """Return who is who on a day, by default today."""
        snapshot = self.running.snapshot
        wanted = on or snapshot.local(self.now)
        with self.running.store.read(self.running.id) as session:
            return self.running.directory(session).on(wanted, snapshot.regime_on(wanted).charter)

    def perform(
        self, action: str, *, on: str | None = None, input: Mapping[str, Any] | None = None, by: str | None = None, key: str = ""
    ) -> str:
        """Do an act through the kernel. Raises ``NotItsOwn``, and what the kernel raises."""
        kind = self.running.snapshot.types.get(action.partition(".")[0])
        if by is None and (kind is None or kind.plugin != self.plugin):
            raise NotItsOwn(self.plugin, action)
        once = f"{self.plugin}:{key}" if key else None
        done = self.does(self.running, ActRequest(_who(by), action, self.now, on, input or {}, key=once))
        return str(done.id)

    def write(self) -> AbstractContextManager[Session]:
        """Return one transaction on the plugin's own tables; what would change another is refused
        (``store.fence.CrossTenant``)."""
        return self.running.store.write(self.running.id, only=self.manifest.table_prefix)

    def read(self) -> AbstractContextManager[Session]:
        """Return one snapshot of the tenant."""
        return self.running.store.read(self.running.id)


def _who(by: str | None) -> str:
    """For whom the kernel takes ``by``. None is the plugin itself; an empty name is nobody's, and the platform's no person's.

    Raises ``Invalid``.
    """
    if by == PLATFORM:
        raise Invalid({"by": reason("no-person", given=by)})
    return PLATFORM if by is None else by


def _filter(name: str, value: Any) -> Filter:
    return Filter(name, "gte", value.value) if isinstance(value, AtLeast) else Filter(name, "eq", value)

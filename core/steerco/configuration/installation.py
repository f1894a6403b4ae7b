"""An installation: one store, one place of files, and the tenants applied to it.

Pattern: a registry of immutable snapshots. The store holds every revision of every tenant; the first request for a tenant loads
its newest revision, and a revision applied by another process is taken up at the next::

    installation = Installation(store)
    installation.apply("water-board", content, at=now, who="operator", why="first", seed=seed)
    tenant = installation.tenant("water-board")   # raises NoTenant for an unknown name

Rule: an apply checks everything under the tenant's lock, writes one event and one revision, or changes nothing (``NotApplied``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from msgspec import structs
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.config.people import People
from steerco.configuration.apply_checks import ApplyChecks
from steerco.configuration.home import slug_in
from steerco.configuration.load import Loaded, digest_of, load
from steerco.configuration.parse_cache import Compiled
from steerco.configuration.plugin_contributions import brought, held, stood
from steerco.configuration.regime import PLATFORM
from steerco.configuration.revisions import APPLY as APPLY
from steerco.configuration.revisions import InUse, RevisionNote, content_of, encode, newest, stood_under
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import DIRECTORY, Gone, Tenant
from steerco.extension.loader import Plugins, installed
from steerco.records import Record
from steerco.store import log, rows
from steerco.store.engine import Store
from steerco.store.files import FileStore
from steerco.store.folder_files import FolderFiles
from steerco.store.identity import count_up
from steerco.store.lru_cache import LRUCache
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event, Revision
from steerco.store.tables import TenantRow as TenantRow

ONBOARDING, ACTIVE, SUSPENDED, LEAVING = LIVE = ("onboarding", "active", "suspended", "leaving")
"""The states of a tenant that is here: its first people are being entered; it is running; it takes no acts for now; it takes none
until it is deleted. The last three follow what its log says (``store.standing``)."""

ERASING = "erasing"
"""The state of a tenant whose rows are gone, and of which the worker has still to take away files and checkpoints."""

_NUMBER = select(TenantRow.id).where(TenantRow.slug == bindparam("named"), TenantRow.state.in_(LIVE))
Seed = Callable[[Tenant, People, datetime], None]
"""Enters a new tenant's people (``operations.onboarding``)."""
KEPT = 1000
"""How many tenants are held in memory; of every other one the first request loads it anew."""


class NotApplied(Exception):
    """A configuration that cannot be applied; ``findings`` give the reasons, each with file and line."""

    def __init__(self, slug: str, findings: list[Finding]) -> None:
        super().__init__(f"{slug}: " + "; ".join(str(finding) for finding in findings[:5]))
        self.slug, self.findings = slug, findings


class NoTenant(LookupError):
    """No tenant of that name has been applied here."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"no tenant {slug!r} in this installation; `steerco tenant list` shows what there is")
        self.slug = slug


class Installation:
    """The tenants of one store. Snapshots are loaded from the revisions in the store when first asked for."""

    def __init__(
        self,
        store: Store,
        types: Mapping[str, type[Record]] | None = None,
        plugins: Plugins | None = None,
        kept: int = KEPT,
        compiled: Compiled | None = None,
        files: FileStore | None = None,
    ) -> None:
        self.store, self.types = store, types or record_types()
        self.plugins = installed() if plugins is None else plugins
        self.files = files or FolderFiles(store.folder / "files")
        self._compiled = compiled or Compiled(store.folder / "compiled")
        self._tenants: LRUCache[str, Tenant] = LRUCache(kept)

    def slugs(self) -> list[str]:
        """Return the applied tenants, by name."""
        with self.store.unscoped(reading=True) as session:
            return list(session.scalars(select(TenantRow.slug).where(TenantRow.state.in_(LIVE)).order_by(TenantRow.slug)))

    def named(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the names of the tenants with these numbers, of those that are here; by name."""
        with self.store.unscoped(reading=True) as session:
            live = select(TenantRow.id, TenantRow.slug).where(TenantRow.state.in_(LIVE), TenantRow.id.in_(sorted(numbers)))
            return {row.id: row.slug for row in session.execute(live.order_by(TenantRow.slug))}

    def some(self, most: int) -> list[str]:
        """Return the first of them by name: what can be shown of many."""
        with self.store.unscoped(reading=True) as session:
            live = select(TenantRow.slug).where(TenantRow.state.in_(LIVE))
            return list(session.scalars(live.order_by(TenantRow.slug).limit(most)))

    def heads(self, after: int, most: int) -> list[tuple[int, str, int]]:
        """Number, name and the end of the log of the tenants whose number follows ``after``, at most so many."""
        head = select(func.max(Event.seq)).where(Event.tenant_id == TenantRow.id).scalar_subquery()
        live = select(TenantRow.id, TenantRow.slug, func.coalesce(head, 0)).where(TenantRow.state.in_(LIVE), TenantRow.id > after)
        with self.store.unscoped(reading=True) as session:
            return [(row[0], row[1], row[2]) for row in session.execute(live.order_by(TenantRow.id).limit(most))]

    def take_over(self, other: Installation, slugs: Iterable[str]) -> None:
        """Know these tenants as another installation has loaded them, whose store has the same rows: none is loaded again."""
        for slug in slugs:
            tenant = other.tenant(slug)
            loader = self._loader(slug, tenant.id)
            self._tenants.put(slug, Tenant(tenant.id, tenant.snapshot, self.store, self.files, loader))

    def forget(self, slug: str) -> None:
        """Look a tenant up again when it is next asked for: it was deleted, or another goes by its name now."""
        self._tenants.pop(slug)

    def tenant(self, slug: str) -> Tenant:
        """Return a tenant under its newest revision. Raises ``NoTenant``."""
        current = self._tenants.get(slug)
        if current is not None:
            return current
        number = self.number(slug)
        with self.store.read(number) as session:
            tenant = self._under(slug, session, newest(session, number))
        tenant.snapshot, tenant.load = self._light(number, tenant.snapshot), self._loader(slug, number)
        return self._tenants.put(slug, tenant)

    def active(self, slug: str) -> Tenant | None:
        """Return the tenant of that name if it is running: not one that is being onboarded, suspended or deleted."""
        return self.tenant(slug) if self.state(slug) == ACTIVE else None

    def state(self, slug: str) -> str:
        """Return the state of a tenant in the register; empty where no tenant has that name."""
        with self.store.unscoped(reading=True) as session:
            return session.scalar(select(TenantRow.state).where(TenantRow.slug == slug)) or ""

    def under(self, slug: str, revision: int) -> Tenant:
        """Return a tenant under an earlier revision. Raises ``NoTenant``, and ``LookupError`` where there is no such revision."""
        number = self.number(slug)
        with self.store.read(number) as session:
            row = session.get(Revision, (number, revision))
            if row is None:
                raise LookupError(f"{slug} has no revision {revision}")
            return self._under(slug, session, row)

    def _loader(self, slug: str, tenant_id: int) -> Callable[[Session, int], Snapshot]:
        """Return the function by which a running tenant takes up a revision applied meanwhile, here or elsewhere."""

        def taken_up(session: Session, number: int) -> Snapshot:
            return self._light(tenant_id, self._under(slug, session, session.get(Revision, (tenant_id, number))).snapshot)

        return taken_up

    def _light(self, tenant_id: int, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot without its files, which the store has."""
        return replace(snapshot, texts=partial(self._files, snapshot.slug, tenant_id, snapshot.revision))

    def _files(self, slug: str, tenant_id: int, revision: int) -> Mapping[str, str]:
        with self.store.read(tenant_id) as session:
            row = session.get(Revision, (tenant_id, revision))
        if row is None:
            raise Gone(slug)
        return content_of(row)

    def number(self, slug: str) -> int:
        """Return the tenant's number in every key. Raises ``NoTenant``."""
        with self.store.unscoped(reading=True) as session:
            number: int | None = session.connection().scalar(_NUMBER, {"named": slug})
        if number is None:
            raise NoTenant(slug)
        return number

    def _under(self, slug: str, session: Session, revision: Revision | InUse | None) -> Tenant:
        if revision is None:  # an apply that was cut off before it stored anything
            raise NoTenant(slug)
        content = content_of(revision)
        snapshot = checked(slug, self._load(slug, content, brief=True)).numbered(revision.number)
        if snapshot.circle.absent:
            snapshot = held(snapshot, stood_under(session, revision.number))
        return Tenant(tenant_of(session), snapshot, self.store, self.files)

    def _load(self, slug: str, content: Mapping[str, str], *, stored: bool = True, brief: bool = False) -> Loaded:
        """Return the snapshot of the files, under the name that the tenant has here: an imported tenant may be renamed."""
        named = slug_in(content, slug) if stored else slug
        loaded = load(named, content, self.types, self.plugins, stored=stored, brief=brief, compiled=self._compiled)
        if loaded.snapshot is None or loaded.snapshot.slug == slug:
            return loaded
        return replace(loaded, snapshot=loaded.snapshot.called(slug))

    def apply(
        self,
        slug: str,
        content: Mapping[str, str],
        *,
        at: datetime,
        who: str,
        why: str,
        seed: Seed,
        by: str = "",
        base: int | None = None,
        correct: bool = False,
        back_to: int = 0,
    ) -> Tenant:
        """Make these files the tenant's newest revision; a new tenant's people are entered by ``seed``.

        ``who`` entered it; ``by`` is the person of the tenant whose power it is (empty: the operator's, who needs none); ``base``
        the revision that it was planned against (None: whichever is in use); ``correct``: see ``safety.hazards``; ``back_to``:
        the revision whose content this is. The same content again changes nothing, and a first apply that was cut off is
        finished first; with other content it is undone and begun anew.

        Raises ``NotApplied`` where a file has an error or its people cannot be entered (then nothing stays), ``Outrun`` where
        another revision came between, ``Barred`` where ``by`` lacks the power, and ``Unsafe`` where it must not be done.
        """
        note = RevisionNote(digest_of(content), who, why, by, base or 0, back_to=back_to, corrected=correct)
        return self._apply(slug, content, note, at, seed, ApplyChecks(slug, content, at, base))

    def apply_again(self, slug: str, content: Mapping[str, str], note: RevisionNote, *, at: datetime) -> Tenant:
        """Apply a configuration as a replay of its event, without the checks of a new apply.

        Its first people come with the events that follow.
        """
        return self._apply(slug, content, note, at, lambda tenant, people, at: None, None)

    def _apply(
        self, slug: str, content: Mapping[str, str], note: RevisionNote, at: datetime, seed: Seed, checking: ApplyChecks | None
    ) -> Tenant:
        loaded = self._load(slug, content, stored=checking is None)
        snapshot = checked(slug, loaded)
        if checking is not None and (of_plugins := brought(snapshot)):
            note = structs.replace(note, brought=of_plugins, stood=stood(snapshot))
        if checking is None:
            snapshot = replace(snapshot, circle=snapshot.circle.silent())
        tenant_id, state = self._registered(slug, at)
        if state == ONBOARDING:
            tenant_id, state = self._finish(slug, tenant_id, content, at, seed)
        if checking is not None and state == ONBOARDING and checking.base:  # what it was planned against was undone just now
            checking, note = structs.replace(checking, base=0), structs.replace(note, base=0)
        if checking is not None:
            self._readable(slug, tenant_id)  # read now, it is at hand while nobody can act
        number, since = self._revise(tenant_id, snapshot, content, at, note, checking, first=state == ONBOARDING)
        applied = self._light(tenant_id, snapshot.numbered(number))
        tenant = Tenant(tenant_id, applied, self.store, self.files, self._loader(slug, tenant_id))
        if state == ONBOARDING:
            self._onboard(tenant, loaded, since, seed)
        return self._tenants.put(slug, tenant)

    def _revise(
        self,
        tenant_id: int,
        snapshot: Snapshot,
        content: Mapping[str, str],
        at: datetime,
        note: RevisionNote,
        checking: ApplyChecks | None,
        *,
        first: bool,
    ) -> tuple[int, datetime]:
        """Return the number of the revision with this content, and since when it is in use: the newest one, or a new one.

        ``first``: it may be the first. Where it may not and there is none, the tenant was erased since it was looked up, and what
        were written under its number nobody would erase again: raises ``NoTenant``.
        """
        with self.store.write(tenant_id) as session:
            before = newest(session, tenant_id)
            if before is None and not first:
                raise NoTenant(snapshot.slug)
            if before is not None and before.digest == snapshot.digest:
                return before.number, before.at
            number = before.number + 1 if before else 1
            if checking is not None:
                current = self._readable(snapshot.slug, tenant_id, session)
                note = checking.passed(session, before.number if before else 0, current, snapshot, note)
            text = encode(dict(content)).decode()
            row = {"digest": note.digest, "at": at, "who": note.who, "why": note.why, "content": text}
            session.add(Revision(tenant_id=tenant_id, number=number, **row))
            person, end = note.by or PLATFORM, log.head(session)
            body = encode(note).decode()
            log.append(session, end, at=at, recorded_at=at, person=person, action=APPLY, revision=number, body=body)
            count_up(session, DIRECTORY)
            return number, at

    def _readable(self, slug: str, tenant_id: int, session: Session | None = None) -> Tenant | None:
        """Return the tenant under its newest revision; none where there is none, or where this release cannot read it: then
        nothing but a new revision mends that.
        """
        try:
            if session is not None:
                return self._under(slug, session, newest(session, tenant_id))
            with self.store.read(tenant_id) as reading:
                return self._under(slug, reading, newest(reading, tenant_id))
        except (NotApplied, NoTenant):
            return None

    def _finish(self, slug: str, tenant_id: int, content: Mapping[str, str], at: datetime, seed: Seed) -> tuple[int, str]:
        """Where a first apply was cut off, enter the people of its revision if these are its files, else undo it; the number and
        the state that the tenant then has."""
        with self.store.read(tenant_id) as session:
            first = session.get(Revision, (tenant_id, 1))
            if first is None:
                return tenant_id, ONBOARDING
            acted = select(Event.seq).where(Event.tenant_id == tenant_id, Event.person != PLATFORM).limit(1)
            if first.digest != digest_of(content) and session.scalar(acted) is None:
                first = None
            else:
                tenant = self._under(slug, session, first)
        if first is None:
            self._withdraw(slug, tenant_id)
            return self._registered(slug, at)
        self._onboard(tenant, self._load(slug, content_of(first)), first.at, seed)
        return tenant_id, ACTIVE

    def _withdraw(self, slug: str, tenant_id: int) -> None:
        """Undo a first apply: every row goes, and the name is free. Nobody of the tenant has done anything yet."""
        tables = rows.tables_of(self.store, tenant_id)
        with self.store.unscoped() as session:
            row = session.get(TenantRow, tenant_id, with_for_update=True)
            if row is None or row.state != ONBOARDING:
                return  # another process finished it, or undid it
            rows.remove(session, tables, tenant_id)
            row.slug, row.state = f"#{row.id}:{slug}", ERASING
        self.forget(slug)

    def _onboard(self, tenant: Tenant, loaded: Loaded, at: datetime, seed: Seed) -> None:
        try:
            if loaded.people is not None:
                seed(tenant, loaded.people, at)
        except NotApplied:
            self._withdraw(tenant.snapshot.slug, tenant.id)
            raise
        with self.store.unscoped() as session:
            session.execute(update(TenantRow).where(TenantRow.id == tenant.id).values(state=ACTIVE))

    def _registered(self, slug: str, at: datetime) -> tuple[int, str]:
        """Return the tenant's number, given out when it is first applied, and its state."""
        try:
            return self._register(slug, at)
        except IntegrityError:  # another process gave it its number in the same moment
            return self._register(slug, at)

    def _register(self, slug: str, at: datetime) -> tuple[int, str]:
        with self.store.unscoped() as session:
            registered = session.scalar(select(TenantRow).where(TenantRow.slug == slug))
            if registered is not None:
                return registered.id, registered.state
            row = TenantRow(slug=slug, created_at=at, state=ONBOARDING)
            session.add(row)
            session.flush()
            return row.id, ONBOARDING


def checked(slug: str, loaded: Loaded) -> Snapshot:
    """Return the snapshot of files without an error. Raises ``NotApplied``."""
    if loaded.snapshot is None:
        raise NotApplied(slug, loaded.findings)
    return loaded.snapshot

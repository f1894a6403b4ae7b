"""Performs a tenant's whole log again in a scratch store, and compares: every event's hash, every record's row.

Each root event is performed with what the log holds: who, what, when, on which input, with which ids, under which revision.
What follows by right follows again by itself. Nothing of the present state is looked at until the end.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import JSON, String, Table, select, type_coerce
from sqlalchemy.orm import Session

from steerco.committee.work.entry import DeclaredEntry
from steerco.configuration.installation import Installation
from steerco.configuration.revisions import APPLY, content_of, said_of
from steerco.configuration.tenant import Tenant
from steerco.following.replay import Difference, Progress
from steerco.kernel.act import ActRequest
from steerco.kernel.event import decode
from steerco.kernel.perform import perform
from steerco.operations import personal_data
from steerco.operations.erasure import redact
from steerco.records import File, Record, Stopped
from steerco.records.personal import PersonalDatum, reveal
from steerco.store import log
from steerco.store.engine import Store
from steerco.store.tables import Revision, Tally
from steerco.store.tenant_status import REDACT, TOLD, tell

Row = dict[str, Any]
encode = msgspec.json.Encoder(order="deterministic").encode


class Rebuilt(Struct, frozen=True):
    """The result of a rebuild: events performed again, rows compared by table, and the differences (the first event that
    differs ends it, since every later hash would differ too).
    """

    events: int
    rows: dict[str, int]
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        return not self.differences


def rebuild(
    installation: Installation,
    slug: str,
    *,
    scratch: Store,
    progress: Progress = lambda done, total: None,
) -> Rebuilt:
    """Perform the tenant's log again in ``scratch`` (an empty store with its schema) and compare.

    The log and the rows are read in one snapshot, so that acts
    done meanwhile do not count. Raises ``NoTenant``.
    """
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        again = Again(tenant, session, Installation(scratch, installation.types, installation.plugins))
        total = log.head(session).seq
        for events in acts(log.entries(session)):
            differences = again.do(events)
            progress(events[-1]["seq"], total)
            if differences:
                return Rebuilt(events[0]["seq"] - 1, {}, tuple(differences))
        rows, differences = again.compare() if total else ({}, [])
        return Rebuilt(total, rows, tuple(differences))


def acts(entries: Iterator[Row]) -> Iterator[list[Row]]:
    """Yield the events act by act: a root event with all that followed from it."""
    number = 0

    def root(row: Row) -> int:
        nonlocal number
        number += row["caused_by"] is None
        return number

    for _, events in groupby(entries, root):
        yield list(events)


class Again:
    """A tenant that comes into being again, act by act."""

    def __init__(self, tenant: Tenant, session: Session, scratch: Installation) -> None:
        self.source, self.session, self.scratch = tenant, session, scratch
        self.slug = tenant.snapshot.slug
        self.under: dict[int, Tenant] = {}

    def do(self, events: list[Row]) -> list[Difference]:
        """Do one act again and return the differences between what it left in the log and what the log holds."""
        root = events[0]
        try:
            if root["action"] == APPLY:
                self._apply(root)
            elif root["action"] in TOLD:
                self._operator_act(root)
            else:
                self._act(root, [id for row in events for id in decode(row["body"]).ids])
        except (Stopped, LookupError, OSError, RuntimeError, ValueError) as error:
            return [Difference(root["seq"], root["action"], "not done again", "done", f"{type(error).__name__}: {error}")]
        return list(self._compared(events))

    def _apply(self, row: Row) -> None:
        number, applied = row["revision"], said_of(row["body"])
        stored = self.session.get(Revision, (self.source.id, number))
        if stored is None:
            raise LookupError(f"revision {number} is not stored")
        self.under[number] = self.scratch.apply_again(self.slug, content_of(stored), applied, at=row["at"])

    def _operator_act(self, row: Row) -> None:
        """Repeat what an operator did with the tenant as such."""
        tenant, body = self.scratch.tenant(self.slug), msgspec.json.decode(row["body"])
        theirs = personal_data.tables(tenant.store) if row["action"] == REDACT else []
        with tenant.store.write(tenant.id) as session:
            tell(session, row["action"], body, at=row["at"], revision=row["revision"], person=row["person"])
            if row["action"] == REDACT:
                redact(session, body["person"], theirs)

    def request(self, row: Row) -> ActRequest:
        """Return what was asked for when an event came to be. Raises ``OSError`` where a file of it is gone."""
        body = decode(row["body"])
        input, _ = reveal(self.session, self.source.id, body.input, self._file)
        paper = File("evidence", base64=b64encode(self._file(body.evidence)).decode()) if body.evidence else None
        return ActRequest(
            row["person"],
            row["action"],
            row["at"],
            on=None if body.version == 1 else row["record_id"],
            input=input,
            recorded_at=row["recorded_at"],
            capacity=body.asked_capacity,
            entered_by=body.entered_by,
            evidence=paper,
            token=body.token or "",
            prepared=body.prepared or {},
        )

    def _act(self, row: Row, ids: list[str]) -> None:
        remaining = iter(ids)

        def next_id() -> str:
            if (id := next(remaining, None)) is None:
                raise LookupError("more ids are drawn than the log holds")
            return id

        perform(self.under[row["revision"]], self.request(row), ids=next_id)

    def _file(self, digest: str) -> bytes:
        with self.source.files.open(self.source.id, digest) as file:
            return file.read()

    def _compared(self, events: list[Row]) -> Iterator[Difference]:
        """Compare the new events with the old ones, one by one."""
        tenant = self.scratch.tenant(self.slug)
        with tenant.store.read(tenant.id) as session:
            rebuilt = list(log.entries(session, events[0]["seq"] - 1))
        for before, after in zip(events, rebuilt, strict=False):
            if before["hash"] != after["hash"]:
                yield from _differ(before, after)
        if len(events) != len(rebuilt):
            yield Difference(events[0]["seq"], events[0]["action"], "events of the act", str(len(events)), str(len(rebuilt)))

    def compare(self) -> tuple[dict[str, int], list[Difference]]:
        """Compare every row of every table of records, there and here: return the number of rows by table and the differences."""
        tenant = self.scratch.tenant(self.slug)
        rows, differences = {}, []
        with tenant.store.read(tenant.id) as session:
            for table in tables(self.source.snapshot.types):
                try:
                    was, is_ = content(self.session, table, self.source.id), content(session, table, tenant.id)
                except msgspec.MsgspecError:
                    differences += spoilt(self.session, table, self.source.id)
                    continue
                rows[str(table.name)] = len(was)
                if digest(was) != digest(is_):
                    differences += _rows_differ(str(table.name), was, is_)
        return rows, differences


def tables(types: Mapping[str, type[Record]]) -> list[Table]:
    """Return the tables that acts fill: record types and their parts, personal data, counters, revisions."""
    kinds: list[Any] = [*dict.fromkeys([*(kind.table for kind in types.values()), DeclaredEntry])]
    parts = [part for kind in kinds for part in kind.parts().values()]
    return [table.__table__ for table in (*kinds, *parts, PersonalDatum, Tally, Revision)]


def content(session: Session, table: Table, tenant_id: int) -> list[Row]:
    """Return the tenant's rows of a table in the order of their key, less the tenant's number, which differs between stores."""
    columns = [column for column in table.columns if column.name != "tenant_id"]
    mine = (
        select(*columns).where(table.c.tenant_id == tenant_id).order_by(*[c for c in table.primary_key if c.name != "tenant_id"])
    )
    return [dict(row) for row in session.connection().execute(mine).mappings()]


def spoilt(session: Session, table: Table, tenant_id: int) -> list[Difference]:
    """Return the tenant's rows whose JSON column holds no JSON, each by its key."""
    keys = [column for column in table.primary_key if column.name != "tenant_id"]
    json_columns = [column for column in table.columns if isinstance(column.type, JSON)]
    texts = [type_coerce(column, String).label(f"text_{column.name}") for column in json_columns]
    differences = []
    for row in session.connection().execute(select(*keys, *texts).where(table.c.tenant_id == tenant_id)):
        for column, text in zip(json_columns, row[len(keys) :], strict=True):
            try:
                msgspec.json.decode(text or "null")
            except msgspec.MsgspecError:
                key = " ".join(map(str, row[: len(keys)]))
                differences.append(Difference(0, str(table.name), key, f"{column.name} is no JSON: {text[:80]!r}", "JSON"))
    return differences


def digest(rows: list[Row]) -> str:
    """Return a checksum over rows in order."""
    return sha256(b"\n".join(encode(row) for row in rows)).hexdigest()


def _rows_differ(table: str, was: list[Row], is_: list[Row]) -> list[Difference]:
    key = next(name for name in ("id", "name", "number") if name in (was or is_)[0])
    before, after = ({str(row[key]): row for row in rows} for rows in (was, is_))
    differ = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    return [Difference(0, table, key, encode(before.get(key)).decode(), encode(after.get(key)).decode()) for key in differ[:20]]


def _differ(before: Row, after: Row) -> Iterator[Difference]:
    """Yield the differences between two events: their columns, and within the body its fields."""
    seq, action = before["seq"], before["action"]
    for name in log.HASHED:
        if name != "body" and before[name] != after[name]:
            yield Difference(seq, action, name, str(before[name]), str(after[name]))
    was, is_ = msgspec.json.decode(before["body"]), msgspec.json.decode(after["body"])
    differ = [name for name in dict.fromkeys([*was, *is_]) if was.get(name) != is_.get(name)]
    for name in differ:
        yield Difference(seq, action, name, encode(was.get(name)).decode(), encode(is_.get(name)).decode())
    if not differ and before["body"] != after["body"]:
        yield Difference(seq, action, "body", before["body"][:200], after["body"][:200])
    if all(before[name] == after[name] for name in log.HASHED):
        yield Difference(seq, action, "hash", before["hash"].hex(), after["hash"].hex())

"""``perform``: the one road that every write takes.

In this order: the input's shape; the tenant's log head locked; the record seen; the act authorised; what it refers to found and
the procedure held; the act applied; one event logged. Whatever stops it on the way leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.configuration.tenant import DIRECTORY, Tenant
from steerco.kernel import plugin_rules
from steerco.kernel.attachments import keeper, stored
from steerco.kernel.authority import Authority
from steerco.kernel.on_behalf import refusal
from steerco.kernel.pipeline import Attempt, decided, hands, in_order, remarked, shaped
from steerco.policy.decision import Decision
from steerco.records import Action, Conflict, Do, File, NotFound, Record, Refused, Stopped
from steerco.records.marked import holding
from steerco.records.personal import conceal
from steerco.store import log
from steerco.store.engine import Undone
from steerco.store.idempotency import KeyReused, recall, remember
from steerco.store.identity import count_up, next_reference, uuid7
from steerco.store.turn import Busy

encode = msgspec.json.Encoder(order="deterministic").encode

OWN = frozenset({"tenant_id", "id", "author", "email"})
"""Columns of a record that no event tells again: it names the record and the person, and holds no personal data."""
SHORT = 100
"""The longest text, in characters, that an event tells of a record."""
AGAIN = 50
"""How often an act is begun anew because what it rests on has changed, before its sender is told to come back later."""


class Done(msgspec.Struct, frozen=True):
    """What an act left: its record (type, id, the reference that people see, state, version), its event and the decision.

    ``made`` are the ids of every record that the act and what followed from it made. ``replayed``: the answer was given before,
    to the same idempotency key.
    """

    type: str
    id: str
    ref: str
    state: str
    version: int
    seq: int
    decision: Decision
    made: tuple[tuple[str, str], ...] = ()
    replayed: bool = False
    dry: bool = False


class StartOver(Exception):
    """The configuration, or the record that the plugins judged, has changed meanwhile: everything is asked again."""


class Cause(NamedTuple):
    """The event and the decision that an act follows from, by right."""

    seq: int
    decision: Decision


class DryRun(Exception):
    """Carries the outcome of an act that must not stay."""

    def __init__(self, done: Done) -> None:
        self.done = done


def perform(
    tenant: Tenant,
    actor: str,
    action: str,
    *,
    on: str | None = None,
    input: Mapping[str, Any] | None = None,
    at: datetime,
    capacity: str | None = None,
    version: int | None = None,
    key: str | None = None,
    entered_by: str | None = None,
    evidence: File | None = None,
    recorded_at: datetime | None = None,
    ids: Callable[[], str] = uuid7,
    dry_run: bool = False,
) -> Done:
    """Do ``action`` (``type.action``) as the person ``actor``, on the record ``on`` unless it makes one.

    ``at``: when it counts; ``recorded_at``: when it is entered, the same unless given. ``capacity``: the role to act in, where
    the actor has several. ``version``: the version of the record that the actor saw. ``key``: a repeat with the same key gets
    the first answer. ``entered_by``: who enters it for the actor, ``evidence``: the signed paper. ``dry_run``: everything but
    keeping it.

    Raises ``Invalid``, ``NotFound``, ``Refused``, ``OutOfOrder``, ``Conflict`` (see ``records.errors``) or ``store.Busy``.
    """
    if at.tzinfo is None or (recorded_at is not None and at > recorded_at):
        raise ValueError("an act counts at a time with a zone, and not after it is recorded")
    at, recorded_at = at.astimezone(UTC), (recorded_at or at).astimezone(UTC)  # an event reads the same wherever it was made
    tenant = tenant.running
    sharing, again = True, 0
    while True:
        known = tenant.fixed()
        act, given = shaped(known, action, input or {})
        attempt = Attempt(known, actor, act, on, given, at, recorded_at, capacity, entered_by)
        said = plugin_rules.ask(attempt)
        files = frozenset() if dry_run else stored(attempt, evidence)
        try:
            with tenant.store.write(tenant.id, sharing=sharing) as session:
                end = log.head(session)
                work = Work(
                    known, session, end, actor, at, recorded_at, capacity, entered_by, evidence, ids, dry_run, said, files
                )
                work.take_up(tenant)
                done = work.once(act, on, given, version, key)
        except StartOver:
            again += 1
            if again > AGAIN:
                raise Busy("the record changes faster than it can be judged") from None
            continue
        except Undone:
            sharing = False  # what was done together with others was not kept, for one of them: this act tries alone
            continue
        except DryRun as dry:
            return dry.done
        except Stopped as stopped:
            stopped.under = known.snapshot
            raise
        if not work.moved:
            tenant.unmoved(work.head.seq)
        return done


def identified(session: Session, tenant: Tenant, act: Action, on: str | None) -> str | None:
    """The id of the record that ``on`` names by id or reference, so that a repeat is one whichever it uses."""
    if on is None:
        return on
    table = act.record
    return session.scalar(select(table.id).where(table.tenant_id == tenant.id, table.ref == on)) or on


def small(record: Record) -> dict[str, Any]:
    """What the ledger of duties may ask of a record as the act left it: its short values, nothing personal."""
    found = {}
    personal = record.personal_fields().union(*(holding(act.input, "personal") for act in record.actions.values()))
    for name in record.columns():
        value = getattr(record, name)
        if isinstance(value, str) and len(value) > SHORT:
            continue
        if isinstance(value, str | int | bool | date | list) and name not in OWN and name not in personal:
            found[name.rstrip("_")] = value
    return found


@dataclass
class Work:
    """One transaction: an act, and what follows from it."""

    tenant: Tenant
    session: Session
    head: log.Head
    actor: str
    at: datetime
    recorded_at: datetime
    capacity: str | None
    entered_by: str | None
    evidence: File | None
    ids: Callable[[], str]
    dry: bool
    said: plugin_rules.Rulings
    stored: frozenset[str]
    moved: bool = False
    """Whether one of these acts has changed who is who."""
    made: list[tuple[str, str]] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    """The ids drawn since the last event, in order: with them, a rebuild draws the same ones again."""

    def take_up(self, running: Tenant) -> None:
        """Go on only under the configuration that is current now that nothing can change it. Raises ``StartOver``."""
        now = running.at(self.session, self.head.seq)
        if now.snapshot is not self.tenant.snapshot:
            raise StartOver
        self.tenant = now

    def once(self, act: Action, on: str | None, given: msgspec.Struct, version: int | None, key: str | None) -> Done:
        """The act, or the answer that was given to the same request with the same key before."""
        session, client = self.session, self.entered_by or self.actor  # a key is its sender's own, whomever they enter for
        if key is None:
            return self._kept(self.do(act, on, given, version))
        asked = [act.id, identified(session, self.tenant, act, on), msgspec.to_builtins(given), version]
        fingerprint = sha256(encode([*asked, self.capacity, self.actor, self.evidence])).hexdigest()
        try:
            answer = None if self.dry else recall(session, client, key, fingerprint)
        except KeyReused:
            raise Conflict("key-reused", key=key) from None
        if answer:
            return msgspec.structs.replace(msgspec.json.decode(answer, type=Done), replayed=True)
        done = self._kept(self.do(act, on, given, version))
        remember(session, client, key, fingerprint, encode(done).decode(), self.recorded_at)
        return done

    def _kept(self, done: Done) -> Done:
        """What was done, unless it was only tried."""
        if self.dry:
            raise DryRun(msgspec.structs.replace(done, dry=True))
        return done

    def _draw(self) -> str:
        self.drawn.append(self.ids())
        return self.drawn[-1]

    def do(
        self,
        act: Action,
        on: str | None,
        given: msgspec.Struct,
        version: int | None = None,
        by: Cause | None = None,
    ) -> Done:
        """One act; with ``by`` one that follows from another, whose authority it inherits."""
        authority = Authority(self.tenant, self.session, self.actor, self.at, self.capacity, 0 if self.moved else self.head.seq)
        if not by and self.entered_by and (barred := refusal(authority, self.entered_by)):
            raise Refused(barred)  # first of all: a stranger learns nothing of what the actor may see and do
        record = self._found(authority, act, on, version, by)
        draft, fields, decision = decided(authority, act, record, given, self.recorded_at, by=by.decision if by else None)
        if not decision.allowed:
            raise Refused(decision)
        do = hands(authority, decision, self.at, fields, self._draw, keeper(self.tenant, self.stored, dry=self.dry))
        in_order(authority, act, draft, do, new=record is None)
        decision = remarked(authority, decision, do)
        if not by:
            self._ruled(act, record, authority, decision)
        self._apply(act, draft, do, fields, new=record is None)
        seq = self._log(act, draft, decision, do, given, by)
        for action, target, more in do.following:
            then, typed = shaped(self.tenant, action, msgspec.to_builtins(more, builtin_types=(datetime,)))
            self.do(then, target, typed, by=Cause(seq, decision))
        made = tuple(self.made) if not by else ()
        return Done(draft.record_type, draft.id, draft.ref, draft.state, draft.version, seq, decision, made)

    def _ruled(self, act: Action, record: Record | None, authority: Authority, decision: Decision) -> None:
        """What the plugins said, of this state of the record. Raises ``StartOver`` where they judged another."""
        if not self.said.asked:
            return
        if self.said.version != (record.version if record else 0):
            raise StartOver
        self.said.hold(authority.regime, decision)

    def _found(self, authority: Authority, act: Action, on: str | None, version: int | None, by: Cause | None) -> Record | None:
        """The record that the act is on, as far as the actor may see it; none for an act that makes one.

        What follows by right from another act needs no sight of its own.
        """
        if on is None:
            if act.creates:
                return None
            raise NotFound(act.record.record_type)
        record = self.session.get(act.record, (self.tenant.id, on)) if by else authority.seen(act.record, on)
        if record is None:
            raise NotFound(act.record.record_type)
        if version is not None and version != record.version:
            raise Conflict("changed-meanwhile", version=record.version, seen=version)
        return record

    def _apply(self, act: Action, record: Record, do: Do, fields: dict[str, Any], *, new: bool) -> None:
        if new:
            record.id = fields.get("id") or self._draw()
            if "id" in fields and do.parties.names(record.id):
                raise Conflict("id-taken", id=record.id)
            record.author, record.created_at, record.author_as = self.actor, self.at, do.me(record.body)
            record.ref = next_reference(self.session, record.prefix, do.today.year)
            self.made.append((record.record_type, record.id))
        act.function(do, record, **fields)
        record.state, record.changed_at = act.to or record.state, self.at
        record.version = 1 if new else record.version + 1
        if new:
            self.session.add(record)
        self.session.flush()

    def _log(self, act: Action, record: Record, decision: Decision, do: Do, given: msgspec.Struct, by: Cause | None) -> int:
        body = {
            "input": conceal(self.session, self.tenant.id, act, given, self._draw),
            "ids": self.drawn,
            "entered_by": self.entered_by,
            "evidence": do.keep(self.evidence, "evidence")[0] if self.evidence and not by else None,
            "capacity": decision.capacity,
            "asked_capacity": self.capacity,
            "acting_for": decision.acting_for,
            "basis": decision.basis,
            "because": [each.clause for each in decision.because],
            "facts": decision.facts,
            "ref": record.ref,
            "state": record.state,
            "version": record.version,
            "after": small(record),
            **({"remarks": decision.remarks} if decision.remarks else {}),
            "told": do.told,
            "made": [list(each) for each in self.made] if not by else [],
        }
        if record.directory:
            count_up(self.session, DIRECTORY)
            # None may read, and keep in memory, people who are not committed yet: what moves them is the last of its transaction.
            self.session.info[DIRECTORY] = self.session.info["closing"] = self.moved = True
        self.head = log.append(
            self.session,
            self.head,
            at=self.at,
            recorded_at=self.recorded_at,
            action=act.id,
            body=encode(body).decode(),
            person=self.actor,
            type=record.record_type,
            record_id=record.id,
            revision=self.tenant.snapshot.revision,
            caused_by=by.seq if by else None,
        )
        self.drawn = []
        return self.head.seq

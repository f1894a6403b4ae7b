"""``perform``: every write goes through here.

In this order: the input by type; the tenant's log head locked; the steps of ``pipeline`` under the lock; the act applied; one
event logged. Whatever stops it on the way leaves nothing behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.orm import Session

from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import DIRECTORY, Tenant
from steerco.kernel import plugin_rules, printing
from steerco.kernel.act import ActRequest, TypedAct, type_input
from steerco.kernel.attachments import files_of, keeper, store
from steerco.kernel.authority import Authority
from steerco.kernel.event import EventBody, encode
from steerco.kernel.pipeline import Judged, context, in_order, inherit, judge, reach, remarked
from steerco.policy.decision import Decision
from steerco.records import Conflict, Do, Record, Refused, Stopped
from steerco.records.personal import conceal
from steerco.records.record import SHORTEN
from steerco.store import log
from steerco.store.engine import Undone
from steerco.store.fair_lock import Busy
from steerco.store.idempotency import KeyReused, recall, remember
from steerco.store.identity import count_up, next_reference, uuid7
from steerco.store.refusals import add as add_refusals

log_of_prints = logging.getLogger("steerco.documents")
OWN = frozenset({"tenant_id", "id", "author", "email"})
"""Columns of a record that no event tells again: it names the record and the person, and holds no personal data."""
SHORT = 100
"""The longest text, in characters, that an event tells of a record."""
AGAIN = 50
"""How often an act is begun anew because what it rests on has changed, before its sender is told to come back later."""


class Followed(msgspec.Struct, frozen=True):
    """An act that followed by right from another: its action, and the record that it was on."""

    action: str
    type: str
    id: str
    ref: str


class Done(msgspec.Struct, frozen=True):
    """The result of an act: its record (type, id, the reference that people see, state, version), its event and the decision.

    ``made`` are the ids of every record that the act and what followed from it made, ``followed`` the acts that followed,
    ``told`` the persons to tell of any of them.
    ``replayed``: the answer was given before, to the same idempotency key.
    """

    type: str
    id: str
    ref: str
    state: str
    version: int
    seq: int
    decision: Decision
    made: tuple[tuple[str, str], ...] = ()
    followed: tuple[Followed, ...] = ()
    told: tuple[str, ...] = ()
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


class Ahead(NamedTuple):
    """What is asked and done before the log is locked: what the plugins say, the digests of the files that are stored, what was
    made for the act."""

    rules: plugin_rules.Rulings
    files: frozenset[str]
    prepared: printing.MadeAhead | None = None


Look = Callable[[Tenant, Session, Done], None]


def perform(
    tenant: Tenant, request: ActRequest, *, ids: Callable[[], str] = uuid7, look: Look = lambda tenant, session, done: None
) -> Done:
    """Do an act, or, for ``request.dry_run``, everything but keeping it. ``ids`` draws the ids of what it makes.

    ``look`` is shown what an act that is only tried has left, before it is undone. A document that was issued is printed at once,
    in an act of its own; where that fails, the worker tries again.
    Raises ``Invalid``, ``NotFound``, ``Refused``, ``OutOfOrder``, ``Conflict`` (see ``records.errors``) or ``store.Busy``.
    """
    done = _performed(tenant, request, ids, look)
    if done.dry or done.replayed or request.prepared is not None or request.action != "document.issue":
        return done
    try:
        return msgspec.structs.replace(done, version=print_issued(tenant, done.id, request, ids=ids).version)
    except (Stopped, Busy):
        log_of_prints.warning("%s of %s is issued and not printed yet", done.ref, tenant.snapshot.slug, exc_info=True)
        return done


def print_issued(tenant: Tenant, id: str, request: ActRequest, *, ids: Callable[[], str] = uuid7) -> Done:
    """Print an issued document, by the time of ``request``. Raises what ``perform`` does."""
    with tenant.running.store.read(tenant.id) as session:
        made = printing.issued(tenant.running.at(session), session, id, request.in_utc().at)
    print_ = ActRequest(PLATFORM, "document.print", request.at, on=id, recorded_at=request.recorded_at, prepared=made)
    return _performed(tenant, print_, ids, lambda tenant, session, done: None)


def _performed(tenant: Tenant, request: ActRequest, ids: Callable[[], str], look: Look) -> Done:
    request = request.in_utc()
    tenant = tenant.running
    sharing, again = True, 0
    while True:
        known = tenant.fixed()
        typed = type_input(known, request)
        ahead = _ahead(known, request, typed)
        refusals = tenant.store.refusals
        try:
            with refusals.taken(tenant.id) as counts, tenant.store.write(tenant.id, sharing=sharing) as session:
                work = Transaction(known, session, log.head(session), request, ids, ahead, look)
                work.take_up(tenant)
                done = work.once(typed)
                add_refusals(session, tenant.id, counts)
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
            if isinstance(stopped, Refused) and not request.dry_run:
                clauses = sorted({each.clause for each in stopped.decision.because})
                refusals.count(tenant.id, f"{known.snapshot.local(request.at):%Y-%m}", typed.action.id, clauses)
            raise
        if not work.moved:
            tenant.unmoved(work.head.seq)
        return done


def _ahead(tenant: Tenant, request: ActRequest, typed: TypedAct) -> Ahead:
    """Ask the plugins and store the files, both without any lock, where the act gets so far.

    Plugins may be slow without holding anybody up, and are asked of nothing that is stopped without them. Files are stored for
    nobody who may not hand them in. Whether something stops the act is asked once for both, and again under the lock.
    """
    files = [] if request.dry_run else [*files_of(typed.input), *([request.evidence] if request.evidence else [])]
    files = [] if any(file.wrong() for file in files) else files
    ruled = plugin_rules.ruled(tenant, request.actor, typed.action)
    makes = printing.wanted(request, typed.action)
    if not files and not ruled and not makes:
        return Ahead(plugin_rules.NONE, frozenset())
    with tenant.store.read(tenant.id) as session:
        judged = reach(tenant, session, request, typed)
        rules = plugin_rules.NONE if not ruled else plugin_rules.ask(judged) if judged else plugin_rules.STOPPED
        prepared = printing.prepare(judged) if judged and makes else None
        if (
            judged
            and files
            and type(judged.record).withholds(judged.fields, (judged.authority.regime.charter, *judged.authority.regime.layers))
        ):
            files = []  # the act says why
    return Ahead(rules, store(tenant, files) if judged else frozenset(), prepared)


@dataclass
class Transaction:
    """One transaction: an act, and what follows from it."""

    tenant: Tenant
    session: Session
    head: log.Head
    request: ActRequest
    ids: Callable[[], str]
    ahead: Ahead
    look: Look
    moved: bool = False
    """Whether one of these acts has changed who is who."""
    made: list[tuple[str, str]] = field(default_factory=list)
    followed: list[Followed] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    """The ids drawn since the last event, in order: with them, a rebuild draws the same ones again."""

    def take_up(self, running: Tenant) -> None:
        """Go on only under the configuration that is current now that nothing can change it. Raises ``StartOver``."""
        now = running.at(self.session, self.head.seq)
        if now.snapshot is not self.tenant.snapshot:
            raise StartOver
        self.tenant = now

    def once(self, typed: TypedAct) -> Done:
        """Perform the act, or return the answer that was given to the same request with the same key before."""
        session, request = self.session, self.request
        if request.key is None:
            return self._kept(self.do(request, typed))
        fingerprint = self._fingerprint(typed)
        try:
            answer = None if request.dry_run else recall(session, request.sender, request.key, fingerprint)
        except KeyReused:
            raise Conflict("key-reused", key=request.key) from None
        if answer:
            return msgspec.structs.replace(msgspec.json.decode(answer, type=Done), replayed=True)
        done = self._kept(self.do(request, typed))
        remember(session, request.sender, request.key, fingerprint, encode(done).decode(), request.entered_at)
        return done

    def _fingerprint(self, typed: TypedAct) -> str:
        """Return the digest of what is asked for. A repeat is one whether it names its record by id or by reference."""
        request, table = self.request, typed.action.record
        on = request.on
        if on is not None:
            named = table.those(self.tenant.id, table.ref == on).with_only_columns(table.id)
            on = self.session.scalar(named) or on
        asked = [typed.action.id, on, msgspec.to_builtins(typed.input), request.version]
        return sha256(encode([*asked, request.capacity, request.actor, request.evidence])).hexdigest()

    def _kept(self, done: Done) -> Done:
        """Return the result, unless the act was only tried."""
        if self.request.dry_run:
            self.look(self.tenant, self.session, done)
            raise DryRun(msgspec.structs.replace(done, dry=True))
        return done

    def _draw(self) -> str:
        self.drawn.append(self.ids())
        return self.drawn[-1]

    def do(self, request: ActRequest, typed: TypedAct, by: Cause | None = None) -> Done:
        """Perform one act; with ``by`` one that follows from another, whose authority it inherits."""
        seq = 0 if self.moved else self.head.seq
        authority = Authority(self.tenant, self.session, request.actor, request.at, request.capacity, seq)
        judged = inherit(authority, request, typed, by.decision) if by else judge(authority, request, typed)
        do = context(judged, self._draw, keeper(self.tenant, self.ahead.files, dry=request.dry_run))
        in_order(judged, do)
        judged = remarked(judged, do)
        if not by:
            self._hold_plugin_rules(judged)
            do.prepared = self._prepared(judged)
        if request.entered_by:
            do.tell(request.actor)  # at once: who did it on paper sees what was made of it
        self._apply(judged, do)
        judged = remarked(judged, do)  # with what the act found while it was done
        seq = self._log(judged, do, typed.input, by)
        self.told += do.told
        for action, target, more in do.following:
            follow = replace(request, action=action, on=target, input=msgspec.to_builtins(more, builtin_types=(datetime,)))
            then = replace(follow, version=None, key=None, evidence=None)
            done = self.do(then, type_input(self.tenant, then), by=Cause(seq, judged.decision))
            self.followed.append(Followed(action, done.type, done.id, done.ref))
        record = judged.record
        done = Done(record.record_type, record.id, record.ref, record.state, record.version, seq, judged.decision)
        if by:
            return done
        every = {"made": tuple(self.made), "followed": tuple(self.followed), "told": tuple(dict.fromkeys(self.told))}
        return msgspec.structs.replace(done, **every)

    def _hold_plugin_rules(self, judged: Judged) -> None:
        """Hold what the plugins said of this state of the record. Raises ``StartOver`` where they judged another."""
        rules = self.ahead.rules
        if not rules.asked:
            return
        if rules.version != (0 if judged.new else judged.record.version):
            raise StartOver
        rules.hold(judged.authority.regime, judged.decision)

    def _prepared(self, judged: Judged) -> Mapping[str, Any]:
        """Return what was made for this act on this state of the record. Raises ``StartOver`` where it was made for another."""
        if self.request.prepared is not None or not printing.wanted(self.request, judged.action):
            return self.request.prepared or {}
        prepared = self.ahead.prepared
        if prepared is None or prepared.version != (0 if judged.new else judged.record.version):
            raise StartOver
        return prepared.made

    def _apply(self, judged: Judged, do: Do) -> None:
        action, record, fields = judged.action, judged.record, judged.fields
        if judged.new:
            record.id = fields.get("id") or self._draw()
            if "id" in fields and do.parties.names(record.id):
                raise Conflict("id-taken", id=record.id)
            record.author, record.created_at = do.actor, do.at
            own = "" if do.acting_for else judged.authority.day.seat_as(do.actor, judged.decision.capacity)
            record.author_as = own or do.me(record.body)
            record.ref = next_reference(self.session, record.prefix, do.today.year)
            self.made.append((record.record_type, record.id))
        action.function(do, record, **{name: value for name, value in fields.items() if name != SHORTEN or not action.clocked})
        record.state, record.changed_at = action.to or record.state, do.at
        record.version = 1 if judged.new else record.version + 1
        if judged.new:
            self.session.add(record)
        self.session.flush()

    def _log(self, judged: Judged, do: Do, given: msgspec.Struct, by: Cause | None) -> int:
        request, record = judged.request, judged.record
        body = self._body(judged, do, given, root=by is None)
        if record.directory:
            count_up(self.session, DIRECTORY)
            # None may read, and keep in memory, people who are not committed yet: what moves them is the last of its transaction.
            self.session.info[DIRECTORY] = self.session.info["closing"] = self.moved = True
        self.head = log.append(
            self.session,
            self.head,
            at=request.at,
            recorded_at=request.entered_at,
            action=judged.action.id,
            body=encode(body).decode(),
            person=request.actor,
            type=record.record_type,
            record_id=record.id,
            revision=self.tenant.snapshot.revision,
            caused_by=by.seq if by else None,
        )
        self.drawn = []
        return self.head.seq

    def _body(self, judged: Judged, do: Do, given: msgspec.Struct, *, root: bool) -> EventBody:
        request, record, decision = judged.request, judged.record, judged.decision
        return EventBody(
            input=conceal(self.session, self.tenant.id, judged.action, given, self._draw),
            evidence=do.keep(request.evidence, "evidence")[0] if request.evidence and root else None,
            ids=tuple(self.drawn),
            entered_by=request.entered_by,
            token=request.token or msgspec.UNSET,
            capacity=decision.capacity,
            asked_capacity=request.capacity,
            acting_for=decision.acting_for,
            basis=decision.basis,
            because=tuple(each.clause for each in decision.because),
            facts=decision.facts,
            ref=record.ref,
            remarks=decision.remarks or msgspec.UNSET,
            secret=do.secret or msgspec.UNSET,
            state=record.state,
            version=record.version,
            after=small(record) | do.ledger,
            told=tuple(do.told),
            prepared=dict(do.prepared) or msgspec.UNSET,
            made=tuple(self.made) if root else (),
        )


def small(record: Record) -> dict[str, Any]:
    """Return what the ledger of duties may ask of a record as the act left it: its short values, nothing personal."""
    values = {}
    personal = record.unlogged_fields()
    for name in record.columns():
        value = getattr(record, name)
        if isinstance(value, str) and len(value) > SHORT:
            continue
        if isinstance(value, str | int | bool | date | list) and name not in OWN and name not in personal:
            values[name.rstrip("_")] = value
    return values

"""The rehearsal of an act: the act done for real, shown and undone, held against the same ledger that counts what is done.

The kernel tells the state, what is made and who is told; the duty ledger which duties the events would discharge and raise; the
policy whose turn it would be then, and who may take it back.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec
from sqlalchemy.orm import Session

from steerco.charter.events import DutyEvent
from steerco.committee.members.directory import Directory
from steerco.configuration.tenant import Tenant
from steerco.kernel import duty_ledger
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.duty_ledger import DutyEntry
from steerco.kernel.grants import who_may
from steerco.kernel.perform import Done, perform
from steerco.policy.decision import Who
from steerco.records import NEW, Action, Record
from steerco.records.course import is_final, onward, undoing


class DutyChanges(msgspec.Struct, frozen=True):
    """The duties that an act discharges and raises, as the ledger of its day has them."""

    discharged: tuple[DutyEntry, ...] = ()
    raised: tuple[DutyEntry, ...] = ()


class OpenTo(msgspec.Struct, frozen=True):
    """An act and the parties that may do it, each with the clause."""

    action: str
    who: tuple[Who, ...]


class Foreseen(msgspec.Struct, frozen=True):
    """What would follow from an act.

    ``before`` is the state that the record is in (``new`` where it would be made), ``told`` are persons, ``next`` the acts that
    would take it on from there, ``reversible_by`` those that would take it back; ``final``: none would lead out of its new state.
    """

    done: Done
    before: str
    duties: DutyChanges
    told: tuple[str, ...]
    next: tuple[OpenTo, ...]
    reversible_by: tuple[OpenTo, ...]
    final: bool


class _Rehearsal:
    """Sees what an act left before it is undone."""

    events: tuple[DutyEvent, ...]
    directory: Directory
    next: tuple[OpenTo, ...]
    reversible_by: tuple[OpenTo, ...]
    final: bool

    def __init__(self, request: ActRequest, before: str) -> None:
        self.request, self.before = request, before

    def __call__(self, tenant: Tenant, session: Session, done: Done) -> None:
        self.events = tuple(duty_ledger.events(tenant, session, done.seq - 1))
        self.directory = tenant.directory(session)
        authority = Authority(tenant, session, self.request.actor, self.request.at)
        kind = tenant.snapshot.types[done.type]
        record = kind.get_one(session, tenant.id, done.id)
        moved = record.state != self.before
        self.next = _open(authority, onward(kind, record.state)[:1] if moved else (), record)
        self.reversible_by = _open(authority, undoing(kind, self.before, record.state), record)
        self.final = moved and is_final(kind, record.state)


def _open(authority: Authority, actions: tuple[Action, ...], record: Record) -> tuple[OpenTo, ...]:
    found = (OpenTo(action.id, who_may(authority, action, record)) for action in actions)
    return tuple(each for each in found if each.who)


def rehearse(tenant: Tenant, request: ActRequest) -> Foreseen:
    """Return what would follow from an act, keeping nothing of it. Raises what ``perform`` raises."""
    request = replace(request, dry_run=True)
    seen = _Rehearsal(request, _state(tenant, request))
    done = perform(tenant, request, look=seen)
    with tenant.store.read(tenant.id) as session:
        now = tenant.running.at(session)
        on = now.snapshot.local(request.at)
        before, after = duty_ledger.foreseen(now, session, on, seen.events, seen.directory)
    return Foreseen(done, seen.before, changes(before, after), done.told, seen.next, seen.reversible_by, seen.final)


def changes(before: list[DutyEntry], after: list[DutyEntry]) -> DutyChanges:
    """Return what one ledger discharges and raises over another."""
    open_before = {_key(entry) for entry in before if not entry.done_by_event}
    known = {_key(entry) for entry in before}
    discharged = (entry for entry in after if entry.done_by_event and (_key(entry) in open_before or _key(entry) not in known))
    raised = (entry for entry in after if not entry.done_by_event and _key(entry) not in known)
    return DutyChanges(tuple(discharged), tuple(raised))


def _key(entry: DutyEntry) -> tuple[str, str, str, int]:
    return entry.duty, entry.holder, entry.period, entry.event


def _state(tenant: Tenant, request: ActRequest) -> str:
    """Return the state of the record that the act is on."""
    if request.on is None:
        return NEW
    with tenant.store.read(tenant.id) as session:
        authority = Authority(tenant.running.at(session), session, request.actor, request.at)
        kind = authority.tenant.snapshot.types.get(request.action.partition(".")[0])
        record = authority.find(kind, request.on) if kind else None
        return record.state if record is not None else NEW

"""The steps of an act, each written once.

    type_input    the action that is asked for, its input by type                     Invalid
    on behalf     may this person enter it for the actor?                             Refused
    see           the record, as far as the actor may see it                          NotFound, Conflict
    decide        is the act in the actor's power, aimed at what it is aimed at?      Invalid, Refused
    context       what the action's function, and the checks of its procedure, are given
    order         the record's state, and what the charter requires first             OutOfOrder
    plugin rules  what the tenant's plugins say                                       Refused, OutOfOrder

``perform`` walks them under the log's lock and then writes. ``explain`` walks the same ones and stops there, so that its answer
is the kernel's. ``reach`` walks them once ahead of the lock, for the plugins' rules and for storing files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy.orm import Session

from steerco.charter.events import holds
from steerco.charter.model import BarRule, ClockRule, Procedure
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel import duty_ledger, on_behalf, separation
from steerco.kernel.act import ActRequest, TypedAct, declared
from steerco.kernel.authority import Authority
from steerco.kernel.bars import barred
from steerco.kernel.body_end import after_the_end
from steerco.kernel.timing import TimedAct, off_day, untimely
from steerco.policy.decision import Decision, Remark
from steerco.records import (
    NEW,
    Action,
    Conflict,
    Do,
    Invalid,
    NotFound,
    OutOfOrder,
    Parties,
    Reason,
    Record,
    Refused,
    Stopped,
    Unmet,
    reason,
)
from steerco.records.marked import TYPES_KEPT
from steerco.store.base import Owned
from steerco.store.identity import uuid7


@dataclass(frozen=True, slots=True)
class Judged:
    """An act that is in its actor's power: the record as it is or would be made, the fields with every party resolved."""

    authority: Authority
    request: ActRequest
    action: Action
    record: Record
    fields: dict[str, Any]
    decision: Decision
    new: bool


def judge(authority: Authority, request: ActRequest, typed: TypedAct, *, asking: bool = False) -> Judged:
    """Walk *on behalf*, *see* and *decide*.

    ``asking``: the act is only asked about, so the input may lack what is required, and no paper is at hand. Raises ``Invalid``,
    ``NotFound``, ``Conflict``, ``Refused``.
    """
    action = typed.action
    record = admit(authority, request, action, asking=asking)
    problems: dict[str, Reason] = {}
    fields = _fields(authority, typed, problems, asking=asking)
    draft = record or authority.draft(action, fields, request.entered_at)
    if problems and authority.may_aim(action, draft):
        raise Invalid(problems)
    decision = _decide(authority, action, draft, fields)
    if decision.allowed and request.entered_by and (barred := on_behalf.gain(authority, request, typed.input, record)):
        raise Refused(barred)
    if not decision.allowed:
        raise Refused(decision)
    such = partial(_all_such, record=draft, given=fields, day=authority.day)
    if barred := separation.refusal(authority, action, draft, decision, such):
        raise Refused(barred)
    if unseen := authority.unseen(action, fields):
        raise Invalid(unseen)
    return Judged(authority, request, action, draft, fields, decision, record is None)


def _decide(authority: Authority, action: Action, draft: Record, fields: dict[str, Any]) -> Decision:
    """Decide on the act. Raises ``Invalid`` where a new record's kind is not said, with the kinds in the actor's power."""
    if draft.state != NEW or not draft.kinds or getattr(draft, "kind", None):
        return authority.decide(action.name, draft, fields)
    by_kind = {}
    for kind in draft.kinds:
        setattr(draft, "kind", kind)  # noqa: B010  # a column of each type that has kinds
        by_kind[kind] = authority.decide(action.name, draft, fields)
    if granted := [kind for kind, decision in by_kind.items() if decision.allowed]:
        raise Invalid({"kind": reason("kind-needed", granted=granted)})
    return by_kind[draft.kinds[0]]


def inherit(authority: Authority, request: ActRequest, typed: TypedAct, decision: Decision) -> Judged:
    """Return an act that follows by right from another: its power is that act's ``decision``, and it needs no sight of
    its own.
    """
    action, on = typed.action, request.on
    record = action.record.get(authority.session, authority.tenant.id, on) if on is not None else None
    if record is None and (on is not None or not action.creates):
        raise NotFound(action.record.record_type)
    problems: dict[str, Reason] = {}
    fields = _fields(authority, typed, problems)
    if problems:
        raise Invalid(problems)
    draft = record or authority.draft(action, fields, request.entered_at)
    return Judged(authority, request, action, draft, fields, decision, record is None)


def admit(authority: Authority, request: ActRequest, action: Action, *, asking: bool = False) -> Record | None:
    """Walk *on behalf* and *see*: return the record that the act is on, None for an act that makes one.

    Raises ``Refused`` for a person who may not enter it, ``NotFound`` for a record that the actor may not see, the same as for
    one that is not there, and ``Conflict`` where the record has changed since the actor saw it.
    """
    if request.entered_by and (barred := on_behalf.refusal(authority, request, action, asking=asking)):
        raise Refused(barred)  # first of all: a stranger learns nothing of what the actor may see and do
    if request.on is None:
        if action.creates:
            return None
        raise NotFound(action.record.record_type)
    record = authority.find(action.record, request.on)
    if record is None:
        raise NotFound(action.record.record_type)
    if request.version is not None and request.version != record.version and not action.beside:
        raise Conflict("changed-meanwhile", version=record.version, seen=request.version)
    return record


def _fields(authority: Authority, typed: TypedAct, problems: dict[str, Reason], *, asking: bool = False) -> dict[str, Any]:
    """Return the input by Python name, its parties and references resolved; names of nothing go into ``problems``."""
    fields = authority.resolved(typed.input, problems)
    if asking:
        needed = _needed(typed.action.input)
        fields = {name: value for name, value in fields.items() if value is not None or name not in needed}
    return authority.located(typed.action, fields)


@lru_cache(TYPES_KEPT)
def _needed(input: type[msgspec.Struct]) -> frozenset[str]:
    """Return the fields that an input cannot do without."""
    return frozenset(each.name for each in msgspec.structs.fields(input) if each.required)


def context(
    judged: Judged,
    new_id: Callable[[], str] = uuid7,
    keep_file: Callable[[bytes], str] = lambda content: sha256(content).hexdigest(),
) -> Do:
    """Return what the action's function, and the checks of its procedure, are given. ``keep_file`` stores nothing by default."""
    authority, decision = judged.authority, judged.decision
    tenant, session = authority.tenant, authority.session
    return Do(
        session=session,
        tenant_id=tenant.id,
        at=judged.request.at,
        today=authority.today,
        actor=authority.actor,
        acting_for=decision.acting_for,
        because=tuple(each.clause for each in decision.because),
        charter=authority.regime.charter,
        layers=authority.regime.layers,
        procedures=authority.regime.procedures,
        parties=authority.day,
        new_id=new_id,
        keep_file=keep_file,
        localise=tenant.snapshot.aware,
        local=tenant.snapshot.local,
        calendar=tenant.snapshot.calendar,
        demand=lambda action, record: _demand(authority, action, record),
        reads=lambda person, record: _reads(authority, judged.request, person, record),
        capacity=authority.asked or "",
        entered_by=judged.request.entered_by or "",
        role=decision.capacity,
        given=judged.fields,
        dry=judged.request.dry_run,
        duties=lambda: duty_ledger.entries(tenant, session, authority.today),
    )


def _demand(authority: Authority, action: str, record: Owned) -> None:
    """Stop an act that would do another for which its actor has no power. Raises ``Refused``."""
    assert isinstance(record, Record)
    decision = authority.decide(declared(authority.tenant, action).name, record)
    if not decision.allowed:
        raise Refused(decision)


def _reads(authority: Authority, request: ActRequest, person: str, record: Owned) -> bool:
    """Return whether a person may read the record as it is now."""
    assert isinstance(record, Record)
    return Authority(authority.tenant, authority.session, person, request.at).may(record, "read")


def in_order(judged: Judged, do: Do) -> None:
    """Hold the states' order and what the charter requires first. Raises ``OutOfOrder``, which names what sets the order."""
    for missing in unmet(judged, do):
        raise missing


def unmet(judged: Judged, do: Do) -> Iterator[OutOfOrder]:
    """Yield everything that the act still lacks: that the tenant takes acts at all, the record's state, what the charter
    requires."""
    authority, action, record = judged.authority, judged.action, judged.record
    standing = authority.day.all.standing
    if standing.state == "suspended":
        yield OutOfOrder("tenant-suspended", f"{PLATFORM}:tenant-suspended", action=action.id)
    if standing.state == "leaving":
        day = f"{standing.due:%Y-%m-%d}" if standing.due else ""
        yield OutOfOrder("tenant-leaving", f"{PLATFORM}:tenant-leaving", action=action.id, due=day)
    rules = [rule for rule in authority.regime.procedures.get(action.id, ()) if applies(rule, judged, do)]
    state = "new" if judged.new else record.standing(authority.today)
    if state not in action.states:
        cites = [clause for rule in rules if rule.requires == "state" for clause in rule.cite]
        yield OutOfOrder("state", *(cites or [f"{PLATFORM}:state"]), state=state, states=list(action.states), action=action.id)
    for rule in rules if authority.actor != PLATFORM else ():  # of people: what was so before the home began was no act here
        check = action.record.checks.get(rule.requires)
        lack = check(do, record) if check is not None else True
        if lack:
            continue
        lack = lack if isinstance(lack, Unmet) else Unmet(rule.cite, {})
        if rule.effect == "late":
            do.late[rule.requires] = lack
        else:
            yield OutOfOrder(rule.requires, *lack.cites, action=action.id, **lack.params)
    if authority.actor != PLATFORM:
        timed = TimedAct(authority, action.id, record, do, lambda clock: applies(clock, judged, do))
        waiting = barred(timed, lambda bar: applies(bar, judged, do))
        yield from (*after_the_end(timed), *untimely(timed), *off_day(timed), *waiting)


def remarked(judged: Judged, do: Do) -> Judged:
    """Return the act with what its decision is to say beside, though it is done all the same: by now, or once it is applied."""
    reasons, decision = judged.authority.regime.reasons, judged.decision
    said = {**do.late, **do.remarks}
    late = tuple(Remark(code.partition(":")[0], reasons(lack.cites), lack.params) for code, lack in said.items())
    notes = tuple(Remark(code, (), params) for code, params in do.noted.items())
    if not late and not notes and not decision.remarks:
        return judged
    return replace(judged, decision=structs.replace(decision, remarks=(*late, *notes)))


def applies(rule: Procedure | ClockRule | BarRule, judged: Judged, do: Do) -> bool:
    """Return whether the rule is for what this act is aimed at, and for a record such as this one."""
    return all(_such(name, value, judged.record, do.given, judged.authority.day) for name, value in rule.where.items())


def asked_of(authority: Authority, record: Record, act: str) -> frozenset[str]:
    """Return the codes of everything that the texts ask for before this act on this record, whether it is there or not."""
    rules = authority.regime.procedures.get(act, ())
    return frozenset(
        rule.requires
        for rule in rules
        if all(_such(name, value, record, {}, authority.day) for name, value in rule.where.items())
    )


def _all_such(where: Mapping[str, str], record: Record, given: Any, day: Parties) -> bool:
    return all(_such(name, value, record, given, day) for name, value in where.items())


def _such(name: str, value: str, record: Record, given: Any, day: Parties) -> bool:
    if name in record.facets:
        return any(f"{name}={value}" in aim for aim in record.facets[name].of_request(given, record, day))
    field = f"{name}_" if hasattr(record, f"{name}_") else name
    held = getattr(record, field, None)
    held = getattr(given, field, None) if held is None else held
    return holds(held, value, frozenset(day.aims(held)) if isinstance(held, str) else ())


def reach(tenant: Tenant, session: Session, request: ActRequest, typed: TypedAct) -> Judged | None:
    """Return the act as the kernel will judge it if nothing changes until the log is locked; None where something stops it."""
    try:
        judged = judge(Authority(tenant, session, request.actor, request.at, request.capacity), request, typed)
        in_order(judged, context(judged))
    except Stopped:
        return None
    return judged

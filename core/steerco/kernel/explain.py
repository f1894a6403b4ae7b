"""May X do Y, and why? The kernel's own road, walked up to where it would write.

The answer is the kernel's: the same authority, the same procedure. Only what an act needs and its power does not depend on (a
title, a text) may be left out of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy.orm import Session

from steerco.configuration.snapshot import Regime
from steerco.configuration.tenant import Tenant
from steerco.kernel import plugin_rules
from steerco.kernel.authority import Authority
from steerco.kernel.on_behalf import refusal
from steerco.kernel.pipeline import decided, declared, hands, remarked, typed, unmet
from steerco.policy.decision import Change, Decision
from steerco.records import Action, Invalid, NotFound, OutOfOrder, Record, Refused
from steerco.records.reason import reason


def explain(
    tenant: Tenant,
    session: Session,
    who: str,
    action: str,
    *,
    on: str | None = None,
    input: Mapping[str, Any] | None = None,
    at: datetime,
    capacity: str | None = None,
    entered_by: str | None = None,
    trace: Callable[[plugin_rules.Rulings], object] = lambda said: None,
) -> Decision:
    """The decision on ``action`` (``type.action``) by the person ``who`` at a time: ``done``, ``refused`` or ``out-of-order``.

    ``entered_by``: and may that person enter it for them? ``session`` may be a reading one: nothing is written. ``trace`` is
    told what the plugins said. Raises ``Invalid`` and ``NotFound`` as ``perform`` does.
    """
    act = declared(tenant, action)
    given = asked(act, input or {})
    authority = Authority(tenant, session, who, at, capacity)
    if entered_by and (barred := refusal(authority, entered_by)):
        return barred
    record = found(authority, act, on)
    draft, fields, decision = decided(authority, act, record, given, at, partial=True)
    if not decision.allowed:
        return decision
    do = hands(authority, decision, at, fields)
    missing = list(unmet(authority, act, draft, do, new=record is None))
    if missing:
        return _not_yet(authority.regime, decision, missing)
    decision = remarked(authority, decision, do)
    said = plugin_rules.judge(authority, act, draft, fields, at, new=record is None)
    trace(said)
    return _ruled(authority.regime, decision, said)


def asked(act: Action, given: Mapping[str, Any]) -> msgspec.Struct:
    """A question's input by type, as far as it goes. Raises ``Invalid`` with every field that does not fit."""
    found: msgspec.Struct = typed(_loose(act), given)
    return found


def found(authority: Authority, act: Action, on: str | None) -> Record | None:
    """The record that the question is about, as far as the person may see it; None for one that would be made."""
    if on is None:
        if act.creates:
            return None
        raise Invalid({"on": reason("name-the-record", action=act.id, type=act.record.record_type)})
    record = authority.seen(act.record, on)
    if record is None:
        raise NotFound(act.record.record_type)
    return record


def out_of_order(regime: Regime, stopped: OutOfOrder, decision: Decision | None = None) -> Decision:
    """What stopped an act that is in the actor's power, in the one shape of a decision."""
    because = regime.reasons(stopped.cites)
    basis = because[0].layer if because else "no-clause"
    return structs.replace(decision or Decision("done"), outcome="out-of-order", basis=basis, because=because)


def _not_yet(regime: Regime, decision: Decision, missing: list[OutOfOrder]) -> Decision:
    """The first thing that is missing decides; where it is the only one, mending it would turn the answer."""
    first = missing[0]
    detail = first.params.get("last") or ", ".join(first.params.get("states", ()))
    changes = (Change(first.code, detail),) if len(missing) == 1 else ()
    return structs.replace(out_of_order(regime, first, decision), would_change=changes)


def _ruled(regime: Regime, decision: Decision, said: plugin_rules.Rulings) -> Decision:
    """What the plugins' rules make of an act that all else allows."""
    try:
        said.hold(regime, decision)
    except Refused as refused:
        return refused.decision
    except OutOfOrder as stopped:
        return out_of_order(regime, stopped, decision)
    return decision


@cache
def _loose(act: Action) -> type[msgspec.Struct]:
    """The action's input with nothing required."""
    known = msgspec.structs.fields(act.input)
    loose: list[Any] = [(f.name, f.type | None, None) if f.required else (f.name, f.type, _default(f)) for f in known]
    names = {f.name: f.encode_name for f in known}
    return msgspec.defstruct(
        f"Asked{act.input.__name__}", loose, kw_only=True, frozen=True, forbid_unknown_fields=True, rename=names
    )


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(default_factory=field.default_factory)
    return field.default

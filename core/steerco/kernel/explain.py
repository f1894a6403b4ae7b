"""May X do Y, and why? The steps of an act, walked up to where the kernel would write.

The answer is the kernel's: the same authority, the same procedure, the same rules of plugins. The question may leave out only
what the power to do the act does not depend on (a title, a text).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import structs
from sqlalchemy.orm import Session

from steerco.config.settled_types import settled
from steerco.configuration.regime import Regime
from steerco.configuration.tenant import Tenant
from steerco.kernel import plugin_rules
from steerco.kernel.act import ActRequest, TypedAct, converted, declared
from steerco.kernel.authority import Authority
from steerco.kernel.pipeline import Judged, context, judge, remarked, unmet
from steerco.policy.decision import Change, Decision
from steerco.records import Action, Invalid, OutOfOrder, Refused, reason
from steerco.records.marked import TYPES_KEPT


def explain(
    tenant: Tenant,
    session: Session,
    request: ActRequest,
    trace: Callable[[plugin_rules.Rulings], object] = lambda rules: None,
    asker: Authority | None = None,
) -> Decision:
    """Return the decision on an act: ``done``, ``refused`` or ``out-of-order``.

    ``request.entered_by``: and may that person enter it for them? ``session`` may be a reading one: nothing is written. ``trace``
    is told what the plugins said. ``asker``: who asks, where that is another; a record hidden from them is as if it were not.
    Raises ``Invalid``, ``NotFound`` and ``Conflict`` as ``perform`` does.
    """
    action = declared(tenant, request.action)
    typed = question(action, request)
    if asker is not None:
        typed = TypedAct(action, asker.without_unseen(action, typed.input))
    authority = Authority(tenant, session, request.actor, request.at, request.capacity)
    return weigh(authority, request, typed, trace).decision


def question(action: Action, request: ActRequest) -> TypedAct:
    """Return the act that is asked about, nothing of its input required. Raises ``Invalid`` with each field that does not fit."""
    typed = TypedAct(action, converted(request.input, _partial(action)))
    if request.on is None and not action.creates:
        raise Invalid({"on": reason("name-the-record", action=action.id, type=action.record.record_type)})
    return typed


class WeighedAct(NamedTuple):
    """The decision on an act that nobody performs, with everything that it still lacks where it is out of order."""

    decision: Decision
    missing: tuple[OutOfOrder, ...] = ()
    judged: Judged | None = None


def weigh(
    authority: Authority,
    request: ActRequest,
    typed: TypedAct,
    trace: Callable[[plugin_rules.Rulings], object] = lambda rules: None,
) -> WeighedAct:
    """Walk the steps of an act up to where the kernel would write. Raises ``Invalid``, ``NotFound`` and ``Conflict``."""
    try:
        judged = judge(authority, request, typed, asking=True)
    except Refused as refused:
        return WeighedAct(refused.decision)
    do = context(judged)
    missing = tuple(unmet(judged, do))
    if missing:
        return WeighedAct(_not_yet(authority.regime, judged.decision, missing), missing, judged)
    judged = remarked(judged, do)
    ruled = plugin_rules.ruled(authority.tenant, request.actor, typed.action)
    rules = plugin_rules.ask(judged) if ruled else plugin_rules.NONE
    trace(rules)
    return WeighedAct(_ruled(authority.regime, judged, rules), (), judged)


def out_of_order(regime: Regime, stopped: OutOfOrder, decision: Decision | None = None) -> Decision:
    """Return what stopped an act that is in the actor's power, in the one shape of a decision."""
    because = regime.reasons(stopped.cites)
    basis = because[0].layer if because else "no-clause"
    return structs.replace(decision or Decision("done"), outcome="out-of-order", basis=basis, because=because)


def _not_yet(regime: Regime, decision: Decision, missing: tuple[OutOfOrder, ...]) -> Decision:
    """The first thing that is missing decides; where it is the only one, mending it would turn the answer."""
    first = missing[0]
    detail = first.params.get("last") or ", ".join(first.params.get("states", ()))
    changes = (Change(first.code, detail),) if len(missing) == 1 else ()
    return structs.replace(out_of_order(regime, first, decision), would_change=changes)


def _ruled(regime: Regime, judged: Judged, rules: plugin_rules.Rulings) -> Decision:
    """Return the ruling of the plugins on an act that all else allows."""
    try:
        rules.hold(regime, judged.decision)
    except Refused as refused:
        return refused.decision
    except OutOfOrder as stopped:
        return out_of_order(regime, stopped, judged.decision)
    return judged.decision


@lru_cache(TYPES_KEPT)
def _partial(action: Action) -> type[msgspec.Struct]:
    """Return the action's input with nothing required."""
    known = msgspec.structs.fields(action.input)
    loose: list[Any] = [(f.name, f.type | None, None) if f.required else (f.name, f.type, _default(f)) for f in known]
    names = {f.name: f.encode_name for f in known}
    asked = f"Asked{action.input.__name__}"
    return settled(msgspec.defstruct(asked, loose, kw_only=True, frozen=True, forbid_unknown_fields=True, rename=names))


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.field(default_factory=field.default_factory)
    return field.default

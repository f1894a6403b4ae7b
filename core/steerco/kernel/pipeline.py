"""The steps of the road that change nothing: the shape of the input, the decision, an action's hands, what procedure asks for.

The kernel walks them before it writes. ``explain`` walks the same ones and stops there, so that its answer is the kernel's; so do
the plugins' rulings and the storing of files, which come before the lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from msgspec import structs
from sqlalchemy.orm import Session

from steerco.charter.model import Procedure
from steerco.config.characters import code_of, composed, intruder, kind_of
from steerco.configuration.snapshot import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel.authority import Authority
from steerco.kernel.on_behalf import refusal
from steerco.policy.decision import Decision, Remark
from steerco.records import Action, Do, Invalid, OutOfOrder, Record, Refused, Stopped, Unmet
from steerco.records.marked import replaced
from steerco.records.reason import Reason, explain_invalid, reason
from steerco.store.base import Owned
from steerco.store.identity import uuid7

FIRST_YEAR, LAST_YEAR = 1900, 2200


def declared(tenant: Tenant, action: str) -> Action:
    """The action of that name. Raises ``Invalid`` where there is none."""
    act = tenant.snapshot.action(action)
    if act is None:
        raise Invalid({"": reason("no-action", action=action[:100], tenant=tenant.snapshot.slug)}, "unknown-action")
    return act


def shaped(tenant: Tenant, action: str, given: Mapping[str, Any]) -> tuple[Action, msgspec.Struct]:
    """The declared action and its typed input. Raises ``Invalid`` with every field that does not fit."""
    act = declared(tenant, action)
    return act, typed(act.input, given)


def typed(shape: type[msgspec.Struct], given: Mapping[str, Any]) -> Any:
    """An input by type. Raises ``Invalid`` with every field that does not fit, or that could not be kept."""
    if problems := unfit(given):
        raise Invalid(problems)
    try:
        made = msgspec.convert(given, shape)
    except msgspec.ValidationError as error:
        raise Invalid(explain_invalid(given, shape) or {"": str(error)}) from None
    problems = unfit(made)  # once more: only now what was written as a text is a time
    made = _written(made, problems)
    if problems:
        raise Invalid(problems)
    return made


def _written(given: msgspec.Struct, problems: dict[str, Reason]) -> msgspec.Struct:
    """An input whose texts are in the one form in which text is kept; what does not belong into them is told in ``problems``."""

    def written(path: str, marks: Mapping[str, Any], text: str) -> str:
        sort = marks.get("text")
        if sort and (wrong := intruder(text, lines=sort == "lines")):
            problems.setdefault(path, reason(f"holds-{kind_of(wrong)}", character=code_of(wrong)))
        return composed(text) if sort else text

    fields = replaced(given, written)
    changed = {name: value for name, value in fields.items() if value is not getattr(given, name)}
    return msgspec.structs.replace(given, **changed) if changed else given


def unfit(value: Any, path: str = "") -> dict[str, Reason]:
    """What no database of ours can keep, by path: NUL and lone surrogates in texts, times outside the calendar."""
    if isinstance(value, msgspec.Struct):
        value = {field.encode_name: getattr(value, field.name) for field in msgspec.structs.fields(value)}
    if isinstance(value, Mapping):
        return {p: why for key, each in value.items() for p, why in unfit(each, f"{path}.{key}" if path else str(key)).items()}
    if isinstance(value, list | tuple):
        return {p: why for at, each in enumerate(value) for p, why in unfit(each, f"{path}[{at}]").items()}
    if isinstance(value, str) and ("\0" in value or (not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value))):
        return {path: reason("unstorable")}
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        return {path: reason("years", first=FIRST_YEAR, last=LAST_YEAR)}
    return {}


class Decided(NamedTuple):
    """An act as far as the power to do it: the record as it is or would be made, the fields by type, and the decision."""

    record: Record
    fields: dict[str, Any]
    decision: Decision


def decided(
    authority: Authority,
    act: Action,
    record: Record | None,
    given: msgspec.Struct,
    at: datetime,
    *,
    by: Decision | None = None,
    partial: bool = False,
) -> Decided:
    """Whether an act is in its actor's power. ``record``: what it is on, None where it would make one, entered ``at``.

    ``by``: the decision on the act that this one follows from, whose power it inherits. ``partial``: ``given`` may lack what is
    required. Raises ``Invalid`` with what cannot be resolved, for those who might do such a thing, and with what an actor who may
    refers to and may not see.
    """
    problems: dict[str, Reason] = {}
    fields = authority.resolved(given, problems)
    if partial:
        needed = {field.name for field in msgspec.structs.fields(act.input) if field.required}
        fields = {name: value for name, value in fields.items() if value is not None or name not in needed}
    fields = authority.located(act, fields)
    draft = record or authority.draft(act, fields, at)
    if problems and (by or authority.might(act, draft)):
        raise Invalid(problems)
    decision = by or authority.decide(act, draft, fields)
    if not by and decision.allowed and (lost := authority.unseen(act, fields)):
        raise Invalid(lost)
    return Decided(draft, fields, decision)


def hands(
    authority: Authority,
    decision: Decision,
    at: datetime,
    given: Mapping[str, Any],
    new_id: Callable[[], str] = uuid7,
    keep_file: Callable[[bytes], str] = lambda content: sha256(content).hexdigest(),
) -> Do:
    """What the action's function, and the checks of its procedure, are given. ``keep_file`` stores nothing unless it is given."""
    tenant, session = authority.tenant, authority.session
    return Do(
        session=session,
        tenant_id=tenant.id,
        at=at,
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
        demand=lambda action, record: _demanded(authority, action, record),
        given=given,
    )


def _demanded(authority: Authority, action: str, record: Owned) -> None:
    """Stop where the actor has no power to do what an act would do beside itself. Raises ``Refused``."""
    assert isinstance(record, Record)
    decision = authority.decide(declared(authority.tenant, action), record, {})
    if not decision.allowed:
        raise Refused(decision)


class Attempt(NamedTuple):
    """An act as somebody asks for it, its input typed; ``at`` when it counts, ``entered_by`` who enters it if not the actor."""

    tenant: Tenant
    actor: str
    act: Action
    on: str | None
    given: msgspec.Struct
    at: datetime
    recorded_at: datetime
    capacity: str | None = None
    entered_by: str | None = None


class Reached(NamedTuple):
    """An act that nothing stops before plugins are asked and the log is locked."""

    authority: Authority
    record: Record
    fields: dict[str, Any]
    new: bool


def reached(session: Session, attempt: Attempt) -> Reached | None:
    """How the kernel will see an act if nothing changes until the log is locked; None where something will stop it."""
    act, on, at = attempt.act, attempt.on, attempt.at
    try:
        authority = Authority(attempt.tenant, session, attempt.actor, at, attempt.capacity)
        if attempt.entered_by and refusal(authority, attempt.entered_by):
            return None
        record = authority.seen(act.record, on) if on is not None else None
        if record is None and (on is not None or not act.creates):
            return None
        draft, fields, decision = decided(authority, act, record, attempt.given, attempt.recorded_at)
        if not decision.allowed:
            return None
        in_order(authority, act, draft, hands(authority, decision, at, fields), new=record is None)
    except Stopped:
        return None
    return Reached(authority, draft, fields, record is None)


def in_order(authority: Authority, act: Action, record: Record, do: Do, *, new: bool) -> None:
    """The states' order and what the charter requires of the act. Raises ``OutOfOrder``, which names what sets the order."""
    for missing in unmet(authority, act, record, do, new=new):
        raise missing


def unmet(authority: Authority, act: Action, record: Record, do: Do, *, new: bool) -> Iterator[OutOfOrder]:
    """Everything that the act still lacks: that the tenant takes acts at all, then the record's state."""
    standing = authority.day.all.standing
    if standing.state == "suspended":
        yield OutOfOrder("tenant-suspended", f"{PLATFORM}:tenant-suspended", action=act.id)
    if standing.state == "leaving":
        day = f"{standing.due:%Y-%m-%d}" if standing.due else ""
        yield OutOfOrder("tenant-leaving", f"{PLATFORM}:tenant-leaving", action=act.id, due=day)
    asked = [rule for rule in authority.regime.procedures.get(act.id, ()) if _meant(rule, authority, record, do)]
    state = "new" if new else record.state
    if state not in act.states:
        cites = [clause for rule in asked if rule.requires == "state" for clause in rule.cite]
        yield OutOfOrder("state", *(cites or [f"{PLATFORM}:state"]), state=state, states=list(act.states), action=act.id)
    for rule in asked:
        check = act.record.checks.get(rule.requires)
        lack = check(do, record) if check is not None else True
        if lack:
            continue
        lack = lack if isinstance(lack, Unmet) else Unmet(rule.cite, {})
        if rule.effect == "late":
            do.late[rule.requires] = lack
        else:
            yield OutOfOrder(rule.requires, *lack.cites, action=act.id, **lack.params)


def remarked(authority: Authority, decision: Decision, do: Do) -> Decision:
    """The decision with what is to be said of this act, which is done all the same."""
    late = [Remark(code, authority.regime.reasons(lack.cites), lack.params) for code, lack in do.late.items()]
    return structs.replace(decision, remarks=tuple(late)) if late or decision.remarks else decision


def _meant(rule: Procedure, authority: Authority, record: Record, do: Do) -> bool:
    """Whether the rule is for what this act is aimed at."""
    facets = {name: record.facets[name].of_request(do.given, record, authority.day) for name in rule.where}
    return all(any(f"{name}={value}" in aim for aim in facets[name]) for name, value in rule.where.items())

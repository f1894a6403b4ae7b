"""Where each act of a record stands for a person: one pass over all of them, for a page.

The answer on each act is that of ``explain``; this pass only reads what it rests on once, and sorts the answers:

    ready     a button: in the person's power, and everything that it requires is there
    input     a button: what is filled in decides (a kind, an addressee, a paper)
    waiting   in the person's power, but something is missing, or nobody may now: what, and by which clause
    others    others may, and who
    hidden    not in this state, or no clause gives it to anybody
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from steerco.kernel.act import ActRequest, TypedAct
from steerco.kernel.authority import Authority
from steerco.kernel.explain import WeighedAct, question, weigh
from steerco.kernel.grants import could, is_aimed
from steerco.kernel.pipeline import Judged, context
from steerco.policy.decision import Decision
from steerco.records import NEW, Action, Invalid, NotFound, OutOfOrder, Record
from steerco.records.marked import TYPES_KEPT

Place = Literal["ready", "input", "waiting", "others", "hidden"]
KIND_NEEDED = "kind-needed"


@dataclass(frozen=True)
class PlacedAct:
    """One act with its place. ``on``: it is an act on the record; otherwise it makes a record of another type, with ``given``
    filled in. ``missing`` is everything that it lacks; ``granted`` the kinds that the person may make, where the kind decides.
    """

    action: Action
    place: Place
    decision: Decision | None = None
    missing: tuple[OutOfOrder, ...] = ()
    on: bool = True
    given: Mapping[str, str] | None = None
    granted: tuple[str, ...] = ()


def places(authority: Authority, record: Record, at: datetime) -> list[PlacedAct]:
    """Return the place of every act on the record, in the order of their declarations, and of every act that makes a record of
    another type and names this one."""
    with authority.keeping_ties():
        own = [placed_on(authority, action, record, at) for action in type(record).acts().values() if action.states != (NEW,)]
        return [*own, *(_made(authority, action, field, record, at) for action, field in makers(authority, record))]


def place_of(authority: Authority, action: Action, at: datetime, given: Mapping[str, str] | None = None) -> PlacedAct:
    """Return the place of an act that makes a record, for a list of its type."""
    request = ActRequest(authority.actor, action.id, at, input=given or {}, capacity=authority.asked)
    return replace(_of(authority, action, request), on=False, given=given)


def makers(authority: Authority, record: Record) -> Iterator[tuple[Action, str]]:
    """Yield the acts that make a record of another type and name one such as this, each with the field of its input.

    Left out are those that name no record in its state (``ref_to(…, states=…)``).
    """
    standing = record.standing(authority.today)
    for kind in authority.tenant.snapshot.types.values():
        for action, field, states in _makers(kind, record.record_type):
            if states is None or standing in states:
                yield action, field


@lru_cache(TYPES_KEPT)
def _makers(kind: type[Record], named: str) -> tuple[tuple[Action, str, Container[str] | None], ...]:
    """Return the acts that make a record of a type and name one of another: each with the field, and the states of the other."""
    return tuple(
        (action, field.rstrip("_"), marks.get("states", {}).get(named))
        for action in kind.acts().values()
        if action.creates
        for field, marks in action.marks.items()
        if named in marks.get("refers", "").split()
    )


def placed_on(authority: Authority, action: Action, record: Record, at: datetime) -> PlacedAct:
    """Return the place of one act on a record."""
    if record.standing(authority.today) not in action.states:
        return PlacedAct(action, "hidden")
    return _of(authority, action, ActRequest(authority.actor, action.id, at, record.id, capacity=authority.asked), record)


def _made(authority: Authority, action: Action, field: str, record: Record, at: datetime) -> PlacedAct:
    return place_of(authority, action, at, {field: record.id})


def _of(authority: Authority, action: Action, request: ActRequest, record: Record | None = None) -> PlacedAct:
    try:
        typed = question(action, request)
        with authority.deciding_briefly():
            weighed = weigh(authority, request, typed)
    except Invalid as wrong:
        kind = wrong.fields.get("kind")
        granted = tuple(kind.params["granted"]) if kind is not None and kind.code == KIND_NEEDED else ()
        return PlacedAct(action, "input", granted=granted)
    except NotFound:
        return PlacedAct(action, "hidden")
    place = _sort(weighed)
    refused = place in ("others", "waiting", "hidden") and weighed.decision.outcome == "refused"
    if refused and is_aimed(authority, action):
        drafts = [record] if record is not None else _drafts(authority, action, typed, request)
        place = "input" if any(could(authority, action, draft) for draft in drafts) else place
    return PlacedAct(action, place, weighed.decision, weighed.missing)


def _sort(weighed: WeighedAct) -> Place:
    decision, missing = weighed.decision, weighed.missing
    if decision.allowed:
        return "ready"
    if missing and weighed.judged is not None:
        return "input" if all(_by_input(weighed.judged, each) for each in missing) else "waiting"
    if decision.outcome == "out-of-order":
        return "waiting"
    if decision.who_may:
        return "others"
    return "waiting" if decision.because and not any(each.not_run is True for each in decision.because) else "hidden"


def _drafts(authority: Authority, action: Action, typed: TypedAct, request: ActRequest) -> Iterator[Record]:
    """Yield what the act would make, once of every kind."""
    fields = {name: value for name, value in authority.resolved(typed.input, {}).items() if value is not None}
    located = authority.located(action, fields)
    for kind in action.record.kinds or ("",):
        yield authority.draft(action, {**located, "kind": kind} if kind else located, request.at)


class _Absent(dict[str, Any]):
    """The input of a question, which notes that a check has looked for something that is not filled in."""

    looked = False

    def get(self, key: str, default: Any = None) -> Any:
        self.looked = self.looked or super().get(key) is None
        return super().get(key, default)


def _by_input(judged: Judged, missing: OutOfOrder) -> bool:
    """Return whether a requirement is not met only as long as the input is not filled in: whether its check asks for that."""
    check = judged.action.record.checks.get(missing.code)
    if check is None:
        return False
    given = _Absent(judged.fields)
    check(replace(context(judged), given=given), judged.record)
    return given.looked

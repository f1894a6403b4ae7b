"""Records that wait for a person to answer, decide or approve, of every type.

A record waits for an act where the declaration of the act says so (``awaited``), else where the act is the way on: it fits one
state alone and takes the record out of it, beside another that takes it further along its main line. So consent and refusal both
wait, and a plugin's types need say nothing. Only what the person may do is told, with what it still lacks.

    for each in awaiting(authority, at):    # each.record, each.answers: the acts, with the decision on each
        ...
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from steerco.kernel import visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.explain import WeighedAct, question, weigh
from steerco.policy.line import RELATION
from steerco.records import NEW, Action, Invalid, NotFound, Record
from steerco.records.course import onward
from steerco.records.marked import TYPES_KEPT
from steerco.store.listing import Filter, Order

MOST = 40
"""The number of records of a type and state that are looked at for one person: the newest."""


class Answer(NamedTuple):
    """An act for which a record waits, with the decision on it for the person and what it still lacks."""

    action: Action
    weighed: WeighedAct

    @property
    def ready(self) -> bool:
        """Whether it can be done now."""
        return self.weighed.decision.allowed


class Awaited(NamedTuple):
    """A record that waits for a person, by at least one act."""

    record: Record
    answers: tuple[Answer, ...]

    @property
    def ready(self) -> bool:
        return any(answer.ready for answer in self.answers)


def awaiting(authority: Authority, at: datetime) -> Iterator[Awaited]:
    """Yield every visible record that waits for the actor, type by type, the newest of each first."""
    for kind in authority.tenant.snapshot.types.values():
        for state, every in awaited_acts(kind).items():
            if not (actions := tuple(action for action in every if _granted(authority, action))):
                continue
            page = visibility.page(authority, kind, ["id"], None, MOST, Order("id", True), [Filter("state", "eq", state)])
            for row in page.rows:
                record = kind.get_one(authority.session, authority.tenant.id, row.id)
                with authority.keeping_ties():
                    answers = tuple(_answers(authority, record, actions, at))
                if answers:
                    yield Awaited(record, answers)


def _granted(authority: Authority, action: Action) -> bool:
    """Return whether some line of the policy may grant the actor the act: by what they hold, or by a tie to a record."""
    table = authority.regime.table
    held = table.closed(frozenset().union(*(capacity.roles for capacity in authority.capacities)))
    lines = table.lines_for(action.record.record_type, action.name)
    return any(line.allow and (line.subject in held or line.subject.startswith(RELATION)) for line in lines)


@lru_cache(TYPES_KEPT)
def awaited_acts(kind: type[Record]) -> Mapping[str, tuple[Action, ...]]:
    """Return the states of a type in which its records wait for somebody, each with the acts: what moves a record on comes before
    what sends it back."""
    return {state: acts for state in kind.states if (acts := _in_order(kind, state))}


def _in_order(kind: type[Record], state: str) -> tuple[Action, ...]:
    further = onward(kind, state)
    return tuple(sorted(_awaited_in(kind, state), key=lambda action: action not in further))


def _awaited_in(kind: type[Record], state: str) -> Iterator[Action]:
    ways = [a for a in kind.acts().values() if a.awaited is None and a.states == (state,) and a.to not in (None, state)]
    further = set(onward(kind, state)) & set(ways)
    for action in kind.acts().values():
        waits = bool(further) and action in ways if action.awaited is None else state in action.awaited
        if waits and NEW not in action.states:
            yield action


def _answers(authority: Authority, record: Record, actions: tuple[Action, ...], at: datetime) -> Iterator[Answer]:
    keys = frozenset().union(*(capacity.keys for capacity in authority.capacities))
    for action in actions:
        if record.awaits(action.name, keys, authority.session):
            request = ActRequest(authority.actor, action.id, at, record.id, capacity=authority.asked)
            try:
                weighed = weigh(authority, request, question(action, request))
            except (Invalid, NotFound):
                continue
            if weighed.decision.allowed or weighed.missing:
                yield Answer(action, weighed)

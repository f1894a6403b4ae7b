"""Capacities: the ways in which a person may act on a day, and one verdict over all of them.

Pattern: evaluate each capacity by itself, then combine. A member has a capacity of their own, and one for each officer for whom
they act.

Example: a deputy acts for the absent head. ``judge`` asks the own capacity first (``deputy`` may not convene), then
the head's (``head`` may, and ``meeting.convene`` is among the powers that pass). The verdict names the second one.

Rules:

- The first capacity that allows the act decides, in the given order.
- A deny line counts in the capacity in which it matched. A person-wide one (a recusal, a suspension) follows the person.
- House rules bar nothing that the regulation grants.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from steerco.charter.model import Label
from steerco.policy.line import ANY, READ, Line, type_of
from steerco.policy.table import Explanation, PowerRequest, Table


class Capacity(Struct, frozen=True):
    """One way in which a person acts on a day: by their own seats, or for an absent or delegating officer.

    ``person`` is the one whose relations count: the actor, or the principal. ``roles`` and ``keys`` are that person's;
    ``acting_for`` names the principal (empty: own), ``cites`` the clauses that let the actor stand in. ``powers`` bounds what
    passes to the actor (``meeting.convene``, ``meeting.*``, ``*``), each of them narrowed or not to a kind of its object
    (``document.report.sign``) and to acts with certain facets (``matter.decide;class=ordinary``); None: everything.
    """

    person: str
    roles: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    acting_for: str = ""
    cites: tuple[str, ...] = ()
    powers: frozenset[str] | None = None
    label: Label = Label()

    def passes(self, object: str, act: str, facets: frozenset[str] | None = None) -> bool:
        """Return whether this capacity carries the power for an act on an object (a type or ``type.kind``).

        Without ``facets``, return whether it does for some facets, and some kind of the object where it is a type.
        """
        if self.powers is None:
            return True
        kind = type_of(object)
        if act == READ and any(power.startswith(f"{kind}.") for power in self.powers):
            return True  # whoever may act on such a record sees it
        names = (f"{kind}.{act}", f"{object}.{act}", f"{kind}.{ANY}", ANY)
        return not self.powers.isdisjoint(names) or any(
            power in names or (facets is None and power.startswith(f"{object}.") and power.endswith(f".{act}"))
            for power, _, narrowed in (held_power.partition(";") for held_power in self.powers)
            if facets is None or (narrowed and facets.issuperset(narrowed.split(";")))
        )


class Ask(Struct, frozen=True):
    """A request in one capacity. The relations in its subjects are those of the capacity's person."""

    capacity: Capacity
    request: PowerRequest


class CapacityJudgement(Struct, frozen=True):
    """The result for one capacity. ``passes`` is false if the capacity's powers do not include the act."""

    ask: Ask
    explanation: Explanation
    passes: bool

    @property
    def denies(self) -> tuple[Line, ...]:
        """The deny lines that speak of this capacity, even if the act is not among its powers."""
        return tuple(line for line in self.explanation.matched if not line.allow)


class Verdict(Struct, frozen=True):
    """The answer over all capacities, in the given order.

    ``by`` is the capacity that allows it (None: refused); ``barred`` the deny lines that decided a refusal, empty where
    nothing granted it.
    """

    by: CapacityJudgement | None
    judged: tuple[CapacityJudgement, ...]
    barred: tuple[Line, ...]

    @property
    def allowed(self) -> bool:
        return self.by is not None


def judge(table: Table, asks: Sequence[Ask], person_wide: frozenset[str] = frozenset()) -> Verdict:
    """Judge the capacities in order, own first. The act is allowed if one of them allows it.

    A deny line counts in the capacity in which it matched. Where its subject is in ``person_wide`` (a recusal, a
    suspension), it follows the person instead: the actor's own into every capacity, a principal's into every capacity in
    which they are acted for.

    Raises:
        ValueError: ``asks`` is empty. A person without any seat has one capacity, without roles.
    """
    if not asks:
        raise ValueError("a decision needs at least one capacity, if only one without roles")
    judgements = tuple(_judged(table, ask) for ask in asks)
    everywhere, by_person = _prohibitions(judgements, person_wide)
    granted = _prohibitions(judgements, person_wide, besides=table.house.clauses)  # no house rule bars what the regulation grants
    for judgement in judgements:
        by = judgement.explanation.decisive
        bars, barred = granted if by is not None and table.house.grants(by) else (everywhere, by_person)
        if judgement.passes and judgement.explanation.allowed and not bars and judgement.ask.capacity.person not in barred:
            return Verdict(judgement, judgements, ())
    in_force = [
        line
        for judgement in judgements
        if judgement.passes or judgement.ask.capacity.person in by_person
        for line in judgement.denies
    ]
    return Verdict(None, judgements, tuple(dict.fromkeys((*everywhere, *in_force))))


def allowed(table: Table, asks: Sequence[Ask], person_wide: frozenset[str] = frozenset()) -> bool:
    """Return ``judge(…).allowed`` without the reasons. Pages call this for each button."""
    if person_wide and not person_wide.isdisjoint(table.denied_subjects):
        return judge(table, asks, person_wide).allowed
    for ask in asks:
        r = ask.request
        if ask.capacity.passes(r.object, r.act, r.facets) and table.allows(r.subjects, r.body, r.object, r.act, r.facets):
            return True
    return False


def _judged(table: Table, ask: Ask) -> CapacityJudgement:
    r = ask.request
    explanation = table.explain(r.subjects, r.body, r.object, r.act, r.facets)
    return CapacityJudgement(ask, explanation, ask.capacity.passes(r.object, r.act, r.facets))


def _prohibitions(
    judgements: Sequence[CapacityJudgement], person_wide: frozenset[str], besides: frozenset[str] = frozenset()
) -> tuple[list[Line], set[str]]:
    """Return the actor's person-wide deny lines, and the principals who have one, without the clauses of ``besides``."""
    everywhere: list[Line] = []
    by_person: set[str] = set()
    if person_wide:
        for judgement in judgements:
            if lines := [line for line in judgement.denies if line.subject in person_wide and line.clause not in besides]:
                by_person.add(judgement.ask.capacity.person)
                if not judgement.ask.capacity.acting_for:
                    everywhere += lines
    return everywhere, by_person

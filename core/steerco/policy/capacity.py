"""A person's ways to act on a day, and one answer over several of them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from steerco.charter.model import Label
from steerco.policy.line import ANY, READ, Line, type_of
from steerco.policy.table import Explanation, PowerRequest, Table


class Capacity(Struct, frozen=True):
    """One way in which somebody acts on a day: by their own seats, or for an absent or delegating officer.

    ``person`` is whose relations count: the actor, or the principal acted for. ``roles`` and ``keys`` are that person's;
    ``acting_for`` names the principal (empty: own), ``cites`` the clauses that let the actor stand in. ``powers`` bounds what
    passes to the actor (``meeting.convene``, ``meeting.*``, ``*``), each of them narrowed or not to acts with certain facets
    (``matter.decide;class=ordinary``); None: everything.
    """

    person: str
    roles: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    acting_for: str = ""
    cites: tuple[str, ...] = ()
    powers: frozenset[str] | None = None
    label: Label = Label()

    def passes(self, object: str, act: str, facets: frozenset[str] | None = None) -> bool:
        """Whether an act on an object (a type or ``type.kind``) is among the powers that this capacity carries; with ``facets``
        left out, whether it is for some facets."""
        if self.powers is None:
            return True
        kind = type_of(object)
        if act == READ and any(power.startswith(f"{kind}.") for power in self.powers):
            return True  # whoever may act on such a record sees it
        names = (f"{kind}.{act}", f"{kind}.{ANY}", ANY)
        return not self.powers.isdisjoint(names) or any(
            power in names and (facets is None or facets.issuperset(narrowed.split(";")))
            for power, bar, narrowed in (held_power.partition(";") for held_power in self.powers)
            if bar
        )


class Ask(Struct, frozen=True):
    """A request as it stands in one capacity: the relations in its subjects are those of the capacity's person."""

    capacity: Capacity
    request: PowerRequest


class CapacityJudgement(Struct, frozen=True):
    """What came of one capacity. ``passes`` is false where the powers acted with do not include the act."""

    ask: Ask
    explanation: Explanation
    passes: bool

    @property
    def denies(self) -> tuple[Line, ...]:
        """The deny lines that speak of this capacity, whether or not the act is among its powers."""
        return tuple(line for line in self.explanation.matched if not line.allow)


class Verdict(Struct, frozen=True):
    """The answer over all capacities, in the order asked.

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
    """Decides over capacities in order, own first: allowed if one of them allows.

    A deny line counts in the capacity in which it matched. Where its subject is in ``person_wide`` (a recusal, a
    suspension), it follows the person instead: the actor's own into every capacity, a principal's into every capacity in
    which they are acted for.

    Raises:
        ValueError: no capacity was given; a person without any seat has one without roles.
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
    """``judge(…).allowed`` without the reasons: what a page asks for each button."""
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
    """The actor's own person-wide deny lines, and the persons acted for who have one; without those of ``besides``."""
    everywhere: list[Line] = []
    by_person: set[str] = set()
    if person_wide:
        for judgement in judgements:
            if lines := [line for line in judgement.denies if line.subject in person_wide and line.clause not in besides]:
                by_person.add(judgement.ask.capacity.person)
                if not judgement.ask.capacity.acting_for:
                    everywhere += lines
    return everywhere, by_person

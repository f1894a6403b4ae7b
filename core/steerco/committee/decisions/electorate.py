"""Those whom a vote concerns: who may vote, for whom another acts, who shares a vote, and how much each weighs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from msgspec import Struct, structs

How = Literal["alternate", "acting", "proxy"]


class Represented(Struct, frozen=True):
    """A voter who is not there, and for whom another acts: ``counts`` for the vote, the quorum, or both."""

    voter: str
    by: str
    how: How
    counts: tuple[str, ...]


class Weighing(Struct, frozen=True):
    """A weight in one vote: of each unit, and of all that are ``seated``, and of the ``fixed`` membership."""

    of: dict[str, int]
    seated: int
    fixed: int


class Electorate(Struct, frozen=True, omit_defaults=True):
    """Those whom a vote concerns, as they were when it opened.

    ``entitled`` may vote. ``fixed`` is the stated number of seats (None: the text states none), ``seated`` how many hold one.
    ``present`` are those recorded as there, ``remote`` those of them who are not in the room; None outside a meeting.
    ``represented`` are those for whom another acts. ``lacking`` are the roles that the quorum asks for and of which nobody is
    there. ``active`` counts the entitled less those who lost their place in the base for not having taken part,
    ``idle`` those of the seated of whom no quorum is counted any more.

    ``aside_now`` take no part in it; of these ``abstaining`` count as abstaining, and ``bystanders`` for the quorum.

    Where several persons share one vote, ``units`` says which is whose: then the numbers are of units, ``split`` says what counts
    where those of one unit differ, and ``leads`` are the heads of delegations. ``measures`` are the weights that tests ask for,
    ``out`` the persons whom single tests leave out, by reason. ``beyond``: who is not there may vote too, in a vote that is begun
    in a meeting and completed in writing.
    """

    entitled: tuple[str, ...]
    fixed: int | None = None
    seated: int | None = None
    present: tuple[str, ...] | None = None
    remote: tuple[str, ...] = ()
    active: int | None = None
    idle: int = 0
    lacking: tuple[str, ...] = ()
    represented: tuple[Represented, ...] = ()
    aside_now: tuple[str, ...] = ()
    abstaining: tuple[str, ...] = ()
    bystanders: tuple[str, ...] = ()
    units: dict[str, str] = {}
    split: str = ""
    leads: tuple[str, ...] = ()
    measures: dict[str, Weighing] = {}
    out: dict[str, tuple[str, ...]] = {}
    beyond: bool = False

    def unit(self, person: str) -> str:
        """Return the unit by which a person counts: the person, where nobody shares a vote."""
        return self.units.get(person, person)

    def each(self, persons: Collection[str]) -> set[str]:
        """Return the units of persons, each once."""
        return {self.units.get(person, person) for person in persons} if self.units else set(persons)

    def there(self, right: str) -> set[str] | None:
        """Return those of the entitled who take part, themselves or by another with that right; None outside a meeting."""
        if self.present is None or (self.beyond and right == "vote"):
            return None
        acted_for = {row.voter for row in self.represented if right in row.counts}
        return set(self.entitled) & (acted_for.union(self.present))

    def counted(self, counts: Collection[str]) -> set[str]:
        """Return those of the entitled whom a quorum counts as there: ``counts`` says in which ways."""
        there = set(self.present or ())
        if "remote" not in counts:
            there -= set(self.remote)
        for row in self.represented:
            counted = "quorum" in row.counts
            if ("proxy" in counts or counted) if row.how == "proxy" else ("alternate" in counts and counted):
                there.add(row.voter)
        return there & {*self.entitled, *self.bystanders}

    def without(self, reasons: Collection[str]) -> Electorate:
        """Return the same vote less the persons whom a test leaves out."""
        return self.less({person for reason in reasons for person in self.out.get(reason, ())}, base=True)

    def aside(self, persons: Collection[str], effect: Collection[str], *, abstains: bool = False) -> Electorate:
        """Return the same vote with persons who take no part in it: they lose the vote, and what else ``effect`` names (``base``,
        ``quorum``). ``abstains``: they stay in it and count as abstaining."""
        out = set(persons) & set(self.entitled)
        if "vote" not in effect or not out:
            return self
        now = tuple(sorted({*self.aside_now, *out}))
        if abstains:
            return structs.replace(self, aside_now=now, abstaining=now)
        less = self.less(out, base="base" in effect)
        there = self.bystanders if "quorum" in effect else tuple(sorted({*self.bystanders, *out}))
        return structs.replace(less, aside_now=now, bystanders=there)

    def less(self, gone: Collection[str], *, base: bool = True) -> Electorate:
        """Return the same vote less these persons, in every number, or with ``base`` unset among those entitled only."""
        kept = tuple(person for person in self.entitled if person not in gone)
        if not base:
            return structs.replace(self, entitled=kept)
        less = self.each(self.entitled) - self.each(kept)
        measures = {
            name: structs.replace(each, seated=each.seated - weight, fixed=each.fixed - weight)
            for name, each in self.measures.items()
            for weight in [sum(each.of.get(unit, 0) for unit in less)]
        }
        return structs.replace(
            self,
            entitled=kept,
            fixed=None if self.fixed is None else max(0, self.fixed - len(less)),
            seated=None if self.seated is None else self.seated - len(less),
            measures=measures,
        )


def united(who: Electorate, positions: Mapping[str, str]) -> dict[str, str]:
    """Return what each unit's one vote counts as. Where its persons differ, what the charter says: none, the latest, or that of
    the head of the delegation."""
    by_unit: dict[str, dict[str, str]] = {}
    for voter, kind in positions.items():
        by_unit.setdefault(who.unit(voter), {})[voter] = kind
    found: dict[str, str] = {}
    for unit, kinds in by_unit.items():
        if len(set(kinds.values())) == 1 or who.split == "latest":
            found[unit] = list(kinds.values())[-1]
        elif who.split == "head-of-delegation" and (leads := [kind for voter, kind in kinds.items() if voter in who.leads]):
            found[unit] = leads[-1]
    return found

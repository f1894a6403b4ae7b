"""Separation of duties: acts on one record that take two people, and acts that nobody does in their own matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct, field

from steerco.charter.tables.stated import Source
from steerco.config.explain import nearest

HOUSE = "house"
"""The kind of text that house rules are."""


class Separation(Struct, frozen=True, gc=False):
    """``acts`` (``type.action``, all of one type) are done by different persons on one record: whoever did one of them, in
    whatever capacity, does none of the others; of an act that is done anew only once it was undone, whoever did it last. With
    ``apart``, a tie to the record (``holder``, ``lead``), nobody who has it does any of them. ``where`` narrows it as it does a
    procedure.
    """

    id: str
    acts: tuple[str, ...]
    cite: tuple[str, ...]
    apart: str = ""
    where: dict[str, str] = field(default_factory=dict)
    source: Source = Source()

    @property
    def type(self) -> str:
        """The record type of the acts."""
        return self.acts[0].partition(".")[0]

    def faults(self, relations: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield (code, message) of what is wrong with it beside the names of acts. ``relations`` are the ties of its type."""
        subject = f"separation '{self.id}'"
        if len({act.partition(".")[0] for act in self.acts}) > 1:
            yield "two-types", f"{subject}: its acts are of several record types; write a row for each"
        if self.apart and self.apart not in relations:
            ties = f"Ties: {', '.join(sorted(relations)) or 'none'}"
            yield "unknown-relation", f"{subject}, apart: there is no tie '{self.apart}'{nearest(self.apart, relations)}. {ties}"
        if not self.apart and len(set(self.acts)) < 2:
            yield "one-act", f"{subject}: it takes two acts, or 'apart' with a tie to the record; so it separates nothing"


def binding(rules: Iterable[tuple[str, Separation]], *, filled: bool) -> tuple[Separation, ...]:
    """Return the separations that bind a power, of ``rules`` with the kind of text that states each: a house rule binds none that
    the regulation or a law grants (``filled``)."""
    return tuple(rule for basis, rule in rules if not (filled and basis == HOUSE))

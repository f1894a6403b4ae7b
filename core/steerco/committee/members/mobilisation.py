"""Orders that bring people together to work in one place for a set time, for a product. Each ends by itself on its last day."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy.orm import Mapped

from steerco.charter.rules import effective
from steerco.committee.traits.term import Term, cut, run
from steerco.records import Do, Facet, Held, Line, Party, Record, Relation, party, party_of

PLACE = "mobilisation-place"
"""The named value that says at which agency those work who are mobilised."""


class Mobilisation(Term, Record, type="mobilisation", states="ordered ended", prefix="MB"):
    """``who`` works at ``place`` (an agency) from the first to the last day; ``product`` is what comes of it. ``origin`` says of
    somebody from outside whether they are of this country."""

    who: Mapped[str] = party()
    place: Mapped[str | None] = party()
    product: Mapped[str]
    origin: Mapped[str | None]
    reason: Mapped[str | None]

    self_ = Relation("self", Held("who"), concerns=True)
    who_ = Facet("who", "who", of="party", values=("expert", "person", "agency"))
    origin_ = Facet("origin", "origin", values=("domestic", "foreign"), default="domestic")


@Mobilisation.action(to="ordered")
def order(
    do: Do,
    m: Mobilisation,
    *,
    who: party_of("person", "seat"),  # type: ignore[valid-type]
    to: date,
    product: Line,
    from_: date | None = None,
    place: party_of("agency") | None = None,  # type: ignore[valid-type]
    origin: Literal["domestic", "foreign"] | None = None,
    body: Party | None = None,
) -> None:
    """Order somebody to work there for a set time. Where the texts say at which agency, it is that one and no other."""
    stated = effective(PLACE, (do.charter, *do.layers), {"body": m.body})
    set_place = str(stated.value) if stated.stated else None
    if set_place and place not in (None, set_place):
        do.out_of_order("place-is-set", *stated.cite, place=set_place)
    m.who, m.place, m.product, m.origin = who, set_place or place, product, origin
    run(do, m, from_, to)
    first = from_ or do.today
    for other in do.find(Mobilisation, who=who):
        if other.state == "ordered" and other.over_on > first and (other.from_ or to) <= to:
            do.invalid("who", "mobilised-already", order=other.ref, until=other.to)
    do.tell(who)


@Mobilisation.action("ordered", to="ended", awaited="")
def end(do: Do, m: Mobilisation, *, reason: Line | None = None) -> None:
    """End it before its last day."""
    cut(do, m, None)
    m.reason = reason
    do.tell(m.who)

"""The record type of the plugin."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.extension.api import Do, Facet, Held, Line, Party, Record, Relation, party


class Vehicle(Record, type="x-fleet-vehicle", states="registered booked retired", prefix="XV"):
    """A vehicle."""

    name: Mapped[str]
    seats: Mapped[int]
    keeper: Mapped[str] = party()

    keeping = Relation("keeper", Held("keeper"))
    kept_by = Facet("keeper", "keeper", of="party")


@Vehicle.action(to="registered")
def register(do: Do, v: Vehicle, *, name: Line, seats: Annotated[int, Meta(ge=1, le=60)], keeper: Party) -> None:
    """A vehicle comes to the committee."""
    do.tell(keeper)


@Vehicle.action("registered", "booked", to="booked")
def book(do: Do, v: Vehicle, *, people: Annotated[int, Meta(ge=1, le=200)]) -> None:
    """It is taken for so many people."""


@Vehicle.action("registered", "booked", to="retired")
def retire(do: Do, v: Vehicle) -> None:
    """It is used no more."""

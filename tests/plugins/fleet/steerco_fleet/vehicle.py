"""The record type of the plugin."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.extension.api import Do, Facet, Held, Line, Party, Record, Relation, party


class Vehicle(Record, type="x-fleet-vehicle", states="registered booked retired", prefix="XV"):
    """A vehicle."""

    name: Mapped[str]
    seats: Mapped[int]
    keeper: Mapped[str] = party()
    inspect_by: Mapped[date]

    keeping = Relation("keeper", Held("keeper"))
    kept_by = Facet("keeper", "keeper", of="party")


@Vehicle.action(to="registered")
def register(do: Do, v: Vehicle, *, name: Line, seats: Annotated[int, Meta(ge=1, le=60)], keeper: Party) -> None:
    """A vehicle comes to the committee; by when it is to be inspected no data could say, so it is reckoned here (clause 5)."""
    v.inspect_by = do.calendar.add(closing(do.today) + timedelta(days=1), -1)
    do.tell(keeper)


def closing(day: date) -> date:
    """The last day of the report period in which a day lies: each ends on the 14th of a month."""
    return (day.replace(day=1) + timedelta(days=0 if day.day <= 14 else 32)).replace(day=14)


@Vehicle.action("registered", "booked")
def inspect(do: Do, v: Vehicle) -> None:
    """Its keeper has looked it over."""


@Vehicle.action("registered", "booked", to="booked")
def book(do: Do, v: Vehicle, *, people: Annotated[int, Meta(ge=1, le=200)]) -> None:
    """It is taken for so many people."""


@Vehicle.action("registered", "booked", to="retired")
def retire(do: Do, v: Vehicle) -> None:
    """It is used no more."""

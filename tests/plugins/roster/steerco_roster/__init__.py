"""What a plugin may hold of a person: a record's fields, rows of a table of its own, and a table of which it says nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from steerco.extension.api import (
    Base,
    Do,
    Held,
    LayerText,
    Personal,
    PolicyText,
    Record,
    Relation,
    Tenanted,
    TenantFacts,
    about,
    hookimpl,
    party,
    party_of,
)


class Contact(Record, type="x-roster-contact", states="kept", prefix="XC"):
    """How a person is reached."""

    who: Mapped[str] = party()
    phone: Mapped[str] = about("who")
    home: Mapped[str | None] = about("who")
    keeping = Relation("who", Held("who"))


@Contact.action(to="kept")
def keep(do: Do, c: Contact, *, who: party_of("person"), phone: Personal, home: Personal | None = None) -> None:
    """Note how somebody is reached."""


@Contact.action("kept", to="kept")
def hand_over(do: Do, c: Contact, *, who: party_of("person"), phone: Personal) -> None:
    """Another is reached there from now on."""
    c.who, c.phone, c.home = who, phone, None


class Call(Tenanted, Base):
    """A call; no record."""

    __tablename__ = "x_roster_call"
    number: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str]
    said: Mapped[dict[str, Any]] = about("person")


class Note(Tenanted, Base):
    """Of this nobody says what it holds."""

    __tablename__ = "x_roster_note"
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Count(Tenanted, Base):
    """How often."""

    __tablename__ = "x_roster_count"
    __table_args__ = ({"info": {"nothing_personal": "numbers alone"}},)
    number: Mapped[int] = mapped_column(primary_key=True)


LAW = """
[instrument]
id = "circular-6"
title = { vi = "a", en = "b" }
kind = "law"
effective = 2020-01-01
[[clause]]
id = "1"
gloss = { vi = "a", en = "b" }
"""


@hookimpl
def record_types() -> list[type[Record]]:
    return [Contact]


@hookimpl
def layers(tenant: TenantFacts) -> list[LayerText]:
    return [LayerText("circular-6.toml", LAW)]


@hookimpl
def policy(tenant: TenantFacts) -> list[PolicyText]:
    acts = "\n".join(f"p, head, *, x-roster-contact, {act}, -, allow, circular-6:1" for act in ("keep", "hand-over", "read"))
    return [PolicyText("roster.csv", acts)]

"""The view of a day from which a record is read: its people, its charter, and the rows of the tenant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.charter.model import Charter, Seat
from steerco.records.part import Part
from steerco.store.base import Owned

T = TypeVar("T", bound=Owned)
X = TypeVar("X", bound=Part)


class Parties(Protocol):
    """The people, seats, offices, bodies and agencies of a tenant on one day (``committee.directory``)."""

    def on(self, day: date) -> Parties:
        """Return the parties on another day, as far as they are known now."""
        ...

    def resolve(self, named: str) -> str | None:
        """Return the party that this name means on the day, or None."""
        ...

    def sort(self, party: str) -> str:
        """``agency``, ``body``, ``seat``, ``office`` or ``person``."""
        ...

    def is_unit(self, party: str) -> bool:
        """Return whether the party is a unit of an organisation, by its sort or because it has an agency above it."""
        ...

    def aims(self, party: str) -> frozenset[str]:
        """Return the facet values of the party: its roles, its body, ``agency``, ``person``."""
        ...

    def holders(self, party: str) -> tuple[str, ...]:
        """Return the persons who are that party on the day; of a body its head (its members, where it has none), of an
        agency those who act for it."""
        ...

    def members(self, body: str) -> tuple[str, ...]:
        """Return the persons with a seat in the body on the day."""
        ...

    def regular(self, body: str) -> tuple[str, ...]:
        """Return the members of a body less those who only stand in for others there."""
        ...

    def standing_for(self, person: str) -> tuple[Seat, ...]:
        """Return the alternates' seats that a person holds."""
        ...

    def alternates(self, person: str, body: str) -> Iterator[tuple[str, Seat]]:
        """Yield those who stand in for a person in a body, each with the alternate's seat."""
        ...

    def away(self, person: str, body: str) -> bool:
        """Return whether the person is recorded absent from every seat held in a body."""
        ...

    def roles(self, person: str) -> frozenset[str]:
        """Roles and outsider kinds of the person on the day."""
        ...

    def called(self, person: str) -> frozenset[str]:
        """Return every name by which a charter speaks of the person: roles, seats, bodies, and groups of these."""
        ...

    def interested(self, words: frozenset[str]) -> frozenset[str]:
        """Return the persons who have disclosed an interest in one of these words, in a place that they hold on the day."""
        ...

    def attr(self, person: str, name: str) -> str:
        """Return a fact on record about the person; empty where there is none."""
        ...

    def since(self, person: str) -> date:
        """Return the day on which the newest of the person's appointments of the day began."""
        ...

    def agency(self, party: str) -> str:
        """Return the agency that the party is, is a unit of, or acts for; empty where there is none."""
        ...

    def keys(self, person: str) -> frozenset[str]:
        """Return the ids of everything that the person is on the day, as a record's field may name it."""
        ...

    def seat(self, who: str, body: str, capacity: str = "") -> str:
        """Return the party that acts in a body: the seat of ``who`` there if it follows an office or is single, or the person."""
        ...

    def names(self, id: str) -> bool:
        """Return whether the id is taken: by a person, agency, office, seat, role, group or body, or the platform."""
        ...

    def fills(self, seat: str) -> bool:
        """Return whether somebody can be appointed to it: a seat, a role, a kind of outsider."""
        ...

    def single(self, seat: str) -> bool:
        """Return whether it has one holder at a time: a named seat, or the role that heads a body."""
        ...

    def successors(self, party: str) -> tuple[str, ...]:
        """Return the persons who act for the officer while absent."""
        ...

    def portfolios(self, subject: str) -> frozenset[str]:
        """Return the charter's portfolios in which the subject lies; none where the charter knows no such subject."""
        ...

    def own_field(self, party: str) -> frozenset[str]:
        """Return the portfolios that the party's agency leads; none where the charter states none."""
        ...

    def reach(self, party: str) -> str:
        """Return how far something sent to the party goes: ``government``, ``prime-minister``, ``other-body`` or ``inside``."""
        ...

    def answerable(self, party: str) -> str:
        """Return the one seat, office or person that answers for the party's work."""
        ...


@dataclass
class DayView:
    """The tenant's rows, and the charter and people of the day on which they are read."""

    session: Session
    tenant_id: int
    charter: Charter
    layers: tuple[Charter, ...]
    parties: Parties

    def get(self, type: type[T], id: str) -> T:
        """Return a record that the input named. It exists, since the kernel has looked it up."""
        return self.session.get_one(type, (self.tenant_id, id))

    def find(self, type: type[T], **equal: Any) -> list[T]:
        """Return the tenant's records with these values, oldest first."""
        same = [getattr(type, name) == value for name, value in equal.items()]
        return list(self.session.scalars(select(type).where(type.tenant_id == self.tenant_id, *same).order_by(type.id)))

    def parts(self, of: Owned, part: type[X], **equal: Any) -> list[X]:
        """Return the rows of one part of a record, in the order in which they were made."""
        same = [getattr(part, name) == value for name, value in equal.items()]
        mine = select(part).where(part.tenant_id == self.tenant_id, getattr(part, part.pointer) == of.id, *same)
        return list(self.session.scalars(mine.order_by(part.id)))

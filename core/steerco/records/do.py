"""What an action is given beside its record and its input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NoReturn, Protocol, TypeVar

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.charter.calendar import Calendar
from steerco.charter.model import Charter, Procedure
from steerco.records.errors import Invalid, OutOfOrder
from steerco.records.inputs import File
from steerco.records.part import Part
from steerco.records.reason import Reason, Reasons, reason
from steerco.store.base import Owned

T = TypeVar("T", bound=Owned)
X = TypeVar("X", bound=Part)


class Unmet(Struct, frozen=True):
    """What a requirement lacks: ``cites`` are the clauses that decide it, ``params`` what its message is filled with."""

    cites: tuple[str, ...]
    params: dict[str, str]

    def __bool__(self) -> bool:
        return False


class Parties(Protocol):
    """The people, seats, offices, bodies and agencies of a tenant on one day (``committee.directory``)."""

    def on(self, day: date) -> Parties:
        """The same on another day, as far as is known now."""
        ...

    def resolve(self, named: str) -> str | None:
        """The party that this name means on the day, or None."""
        ...

    def sort(self, party: str) -> str:
        """``agency``, ``body``, ``seat``, ``office`` or ``person``."""
        ...

    def aims(self, party: str) -> frozenset[str]:
        """The values that a facet of parties has for it: its roles, its body, ``agency``, ``person``."""
        ...

    def holders(self, party: str) -> tuple[str, ...]:
        """The persons who are that party on the day; of a body its head, of an agency those who act for it."""
        ...

    def members(self, body: str) -> tuple[str, ...]:
        """The persons with a seat in the body on the day."""
        ...

    def roles(self, person: str) -> frozenset[str]:
        """Roles and outsider kinds of the person on the day."""
        ...

    def agency(self, party: str) -> str:
        """The agency that the party is, is a unit of, or acts for; empty where there is none."""
        ...

    def keys(self, person: str) -> frozenset[str]:
        """Everything that the person is on the day, as a field of a record may name it."""
        ...

    def seat(self, who: str, body: str, capacity: str = "") -> str:
        """The party as which a person or seat acts in a body: a seat of theirs there that follows an office or is single,
        else the person."""
        ...

    def names(self, id: str) -> bool:
        """Whether the id already means something: a person, agency, office, seat, role, group or body, or the platform."""
        ...

    def fills(self, seat: str) -> bool:
        """Whether an appointment can be to it: a seat, a role, a kind of outsider."""
        ...

    def single(self, seat: str) -> bool:
        """Whether it has one holder at a time: a named seat, or the role that heads a body."""
        ...

    def successors(self, party: str) -> tuple[str, ...]:
        """The persons who act for the officer while absent."""
        ...

    def answerable(self, party: str) -> str:
        """The one seat, office or person that answers for the party's work."""
        ...


@dataclass
class Do:
    """The hands of an action: the day, the actor, the tenant's people and charter, and the one transaction that it is in.

    ``given`` is the whole input, for checks. ``at`` is when the act counts (UTC), ``today`` its day in the tenant's zone;
    ``localise`` takes a time without a zone as one there, ``local`` tells a time's day there. Nothing here reads a clock.
    ``late`` are the checks that the act comes too late for and is done all the same.
    ``capacity`` is the one that the actor asked to act in, if any. ``demand`` stops the act where it would do another, by action
    and record, for which the actor has no power. ``dry``: the act is only tried, and nothing of it stays.
    """

    session: Session
    tenant_id: int
    at: datetime
    today: date
    actor: str
    acting_for: str
    because: tuple[str, ...]
    charter: Charter
    layers: tuple[Charter, ...]
    procedures: Mapping[str, tuple[Procedure, ...]]
    parties: Parties
    new_id: Callable[[], str]
    keep_file: Callable[[bytes], str]
    localise: Callable[[datetime], datetime]
    local: Callable[[datetime], date]
    calendar: Calendar
    demand: Callable[[str, Owned], None]
    capacity: str = ""
    dry: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)
    late: dict[str, Unmet] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    secret: bool = False
    """Whether the change feed and the log page keep to themselves whose act it is."""
    following: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)

    def then(self, action: str, on: Owned | None = None, /, **values: Any) -> None:
        """Do what follows by right from this act, once it is logged: in the same transaction, by its authority, as an event
        of its own."""
        self.following.append((action, on.id if on else None, values))

    def tell(self, *parties: str) -> None:
        """Let the holders of these parties know of the act."""
        self.told.extend(p for party in parties for p in self.parties.holders(party) if p not in self.told)

    def get(self, type: type[T], id: str) -> T:
        """A record that the input named: the kernel has already found it, so it exists."""
        return self.session.get_one(type, (self.tenant_id, id))

    def find(self, type: type[T], **equal: Any) -> list[T]:
        """Records of the tenant with these values, oldest first."""
        same = [getattr(type, name) == value for name, value in equal.items()]
        return list(self.session.scalars(select(type).where(type.tenant_id == self.tenant_id, *same).order_by(type.id)))

    def parts(self, of: Owned, part: type[X], **equal: Any) -> list[X]:
        """The rows of one part of a record, in the order in which they were made."""
        same = [getattr(part, name) == value for name, value in equal.items()]
        mine = select(part).where(part.tenant_id == self.tenant_id, getattr(part, part.pointer) == of.id, *same)
        return list(self.session.scalars(mine.order_by(part.id)))

    def add(self, of: Owned, part: X) -> X:
        """Put a new row into a part of the record."""
        part.tenant_id, part.id = self.tenant_id, self.new_id()
        setattr(part, part.pointer, of.id)
        self.session.add(part)
        return part

    def drop(self, rows: Iterable[Part]) -> None:
        for row in rows:
            self.session.delete(row)

    def keep(self, file: File, field: str = "files") -> tuple[str, int]:
        """Store a file's content; its digest and its size in bytes. ``field``: the input that it came in."""
        if wrong := file.wrong():
            self.invalid(field, wrong)
        content = file.content()
        return self.keep_file(content), len(content)

    def me(self, body: str) -> str:
        """The seat in ``body`` in which the actor acts: that of the officer acted for, else the actor's own, else the person."""
        return self.parties.seat(self.acting_for or self.actor, body, self.capacity)

    def is_me(self, party: str) -> bool:
        """Whether the actor is this party on the day."""
        return self.actor in self.parties.holders(party)

    def time(self, field: str, at: datetime) -> datetime:
        """A time of the input, one without a zone as one in the tenant's. Where the clock there goes back it is the earlier of
        the two; one that the clock leaps over is told as wrong in ``field``."""
        local = self.localise(at)
        if at.tzinfo is None and local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != at.replace(fold=0):
            self.invalid(field, "no-such-time")
        return local

    def invalid(self, field: str, why: str | Reason, /, **params: Any) -> NoReturn:
        """Stop: an input does not fit what is on record. ``why`` is a code, filled with ``params``, or a sentence."""
        raise Invalid({field: reason(why, **params) if isinstance(why, str) else why})

    def invalid_fields(self, fields: Reasons) -> NoReturn:
        """Stop: several inputs do not fit."""
        raise Invalid(fields)

    def out_of_order(self, code: str, /, *cites: str, **params: Any) -> NoReturn:
        """Stop: another order of steps is needed, by the clauses ``cites``; without any, the program itself needs it (a platform
        order, named ``steerco:<code>``)."""
        raise OutOfOrder(code, *(cites or [f"steerco:{code}"]), **params)

"""The tools of an action beside its record and its input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NoReturn, Protocol, TypeVar

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.charter.calendar import Calendar
from steerco.charter.model import Charter, Procedure, Seat
from steerco.records.errors import Invalid, OutOfOrder
from steerco.records.inputs import File
from steerco.records.part import Part
from steerco.records.reason import Reason, Reasons, reason
from steerco.store.base import Owned

T = TypeVar("T", bound=Owned)
X = TypeVar("X", bound=Part)


class Unmet(Struct, frozen=True):
    """A requirement that is not met: ``cites`` are the deciding clauses, ``params`` the parameters of its message."""

    cites: tuple[str, ...]
    params: dict[str, str]

    def __bool__(self) -> bool:
        return False


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


class OwedDuty(Protocol):
    """One line of the ledger of duties, as it stands when an act is done (``kernel.duty_ledger``)."""

    @property
    def duty(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def since(self) -> date | None: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def done_on(self) -> date | None: ...
    @property
    def state(self) -> str: ...
    @property
    def cites(self) -> tuple[str, ...]: ...
    @property
    def layer(self) -> str: ...


@dataclass
class Do:
    """The context of an action: the day, the actor, the tenant's people and charter, and the transaction.

    ``given`` is the whole input, for checks. ``at`` is the time at which the act counts (UTC), ``today`` its day in the tenant's
    zone. ``localise`` gives a time without a zone the tenant's; ``local`` returns a time's day there. Nothing here reads a clock.
    ``late`` holds the requirements for which the act comes too late without being stopped. ``capacity`` is the capacity that the
    actor chose, if any. ``demand`` stops the act if it implies another act for which the actor has no power. ``dry``: the act is
    only tried, and nothing of it stays. ``role`` is the role, or the officer acted for, in which the power to act was found.
    ``prepared`` holds what was made for the act before it began: words and papers, by digest (``kernel.printing``).
    ``duties`` gives the ledger of duties on the day.
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
    reads: Callable[[str, Owned], bool]
    duties: Callable[[], Sequence[OwedDuty]] = tuple
    capacity: str = ""
    role: str = ""
    prepared: Mapping[str, Any] = field(default_factory=dict)
    dry: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)
    late: dict[str, Unmet] = field(default_factory=dict)
    remarks: dict[str, Unmet] = field(default_factory=dict)
    """What the answer says beside, with the clauses by which it is so."""
    noted: dict[str, dict[str, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    secret: bool = False
    """Whether the change feed and the log page hide the actor."""
    ledger: dict[str, Any] = field(default_factory=dict)
    """What the log says of the record for the duty ledger beside its values (``for_ledger``)."""
    following: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)

    def then(self, action: str, on: Owned | None = None, /, **values: Any) -> None:
        """Queue an act that follows by right. It runs after this act is logged, in the same transaction and by its authority."""
        self.following.append((action, on.id if on else None, values))

    def note(self, code: str, /, **params: str) -> None:
        """Have the answer and the log say something beside, though the act is done."""
        self.noted[code] = params

    def for_ledger(self, **values: Any) -> None:
        """Have the event say more of the record for the duty ledger than its values: names that ``Record.ledger_fields`` has."""
        self.ledger |= values

    def tell(self, *parties: str) -> None:
        """Notify the holders of these parties of the act."""
        self.told.extend(p for party in parties for p in self.parties.holders(party) if p not in self.told)

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
        """Store a file's content, and return its digest and its size in bytes. ``field``: its input field."""
        if wrong := file.wrong():
            self.invalid(field, wrong)
        content = file.content()
        return self.keep_file(content), len(content)

    def me(self, body: str) -> str:
        """Return the actor's seat in ``body``: the principal's, otherwise the actor's own, otherwise the person."""
        return self.parties.seat(self.acting_for or self.actor, body, self.capacity)

    def is_me(self, party: str) -> bool:
        """Return whether the actor is this party on the day."""
        return self.actor in self.parties.holders(party)

    def time(self, field: str, at: datetime) -> datetime:
        """Return a time of the input. A time without a zone gets the tenant's.

        When the clock goes back, the earlier of the two times counts. A time that the clock skips is invalid in ``field``.
        """
        local = self.localise(at)
        if at.tzinfo is None and local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != at.replace(fold=0):
            self.invalid(field, "no-such-time")
        return local

    def invalid(self, field: str, why: str | Reason, /, **params: Any) -> NoReturn:
        """Stop: an input does not fit what is on record. ``why`` is a code, filled with ``params``, or a sentence."""
        raise Invalid({field: reason(why, **params) if isinstance(why, str) else why})

    def barred(self, field: str, code: str, cites: tuple[str, ...], /, **params: Any) -> NoReturn:
        """Stop: an input does not fit a rule of the charter, by ``cites``; the text of ``code`` names these clauses as ``by``."""
        raise Invalid({field: reason(code, by=", ".join(cites), **params)}, cites=cites)

    def invalid_fields(self, fields: Reasons) -> NoReturn:
        """Stop: several inputs do not fit."""
        raise Invalid(fields)

    def out_of_order(self, code: str, /, *cites: str, **params: Any) -> NoReturn:
        """Stop: another order of steps is needed, by the clauses ``cites``; without any, the program itself needs it (a platform
        order, named ``steerco:<code>``)."""
        raise OutOfOrder(code, *(cites or [f"steerco:{code}"]), **params)

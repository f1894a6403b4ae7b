"""The tools of an action beside its record and its input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NoReturn, Protocol, TypeVar

from msgspec import Struct

from steerco.charter.calendar import Calendar
from steerco.charter.model import Procedure
from steerco.records.day_view import DayView
from steerco.records.errors import Invalid, OutOfOrder
from steerco.records.inputs import File
from steerco.records.part import Part
from steerco.records.reason import Reason, Reasons, reason
from steerco.store.base import Owned

X = TypeVar("X", bound=Part)


class Unmet(Struct, frozen=True):
    """A requirement that is not met: ``cites`` are the deciding clauses, ``params`` the parameters of its message."""

    cites: tuple[str, ...]
    params: dict[str, str]

    def __bool__(self) -> bool:
        return False


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
class Do(DayView):
    """The context of an action: the day, the actor, the tenant's people and charter, and the transaction.

    ``given`` is the whole input, for checks. ``at`` is the time at which the act counts (UTC), ``today`` its day in the tenant's
    zone. ``localise`` gives a time without a zone the tenant's; ``local`` returns a time's day there. Nothing here reads a clock.
    ``late`` holds the requirements for which the act comes too late without being stopped. ``capacity`` is the capacity that the
    actor chose, if any. ``demand`` stops the act if it implies another act for which the actor has no power. ``dry``: the act is
    only tried, and nothing of it stays. ``role`` is the role, or the officer acted for, in which the power to act was found.
    ``prepared`` holds what was made for the act before it began: words and papers, by digest (``kernel.printing``).
    ``duties`` gives the ledger of duties on the day.
    """

    at: datetime
    today: date
    actor: str
    acting_for: str
    because: tuple[str, ...]
    procedures: Mapping[str, tuple[Procedure, ...]]
    new_id: Callable[[], str]
    keep_file: Callable[[bytes], str]
    localise: Callable[[datetime], datetime]
    local: Callable[[datetime], date]
    calendar: Calendar
    demand: Callable[[str, Owned], None]
    reads: Callable[[str, Owned], bool]
    duties: Callable[[], Sequence[OwedDuty]] = tuple
    capacity: str = ""
    entered_by: str = ""
    """The person who enters the act for the actor; empty where the actor does it."""
    role: str = ""
    prepared: Mapping[str, Any] = field(default_factory=dict)
    dry: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)
    late: dict[str, Unmet] = field(default_factory=dict)
    remarks: dict[str, Unmet] = field(default_factory=dict)
    """The remarks of the answer, with the clauses by which each is so."""
    noted: dict[str, dict[str, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    secret: bool = False
    """Whether the change feed and the log page hide the actor."""
    ledger: dict[str, Any] = field(default_factory=dict)
    """The facts that the log keeps of the record for the duty ledger, beside its values (``for_ledger``)."""
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

"""The answer to what a period would have been under a draft: acts that come out otherwise, duties that move, and numbers."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from steerco.answers.findings import CitedClause
from steerco.charter.model import Label


class PastAct(Struct, frozen=True):
    """An act that comes out otherwise. ``was`` are the clauses by which it was done, ``clauses`` those of the draft.

    ``kind``: ``refused``; ``another`` (others may: ``may``); ``late``; ``more`` (something has to come first: ``code``);
    ``other-clause`` (done all the same); ``unclear`` (its input names what the draft does not have). The person of a secret
    vote is not told.
    """

    seq: int
    day: date
    action: str
    ref: str
    person: str
    acting_for: str
    was: tuple[str, ...]
    kind: str
    code: str
    clauses: tuple[CitedClause, ...]
    may: tuple[str, ...] = ()


class PastDuty(Struct, frozen=True):
    """A duty that comes out otherwise. ``kind``: ``gone``, ``new``, ``earlier``, ``later``, or ``state`` (on the same day, and
    done, late or missed instead). Days are those by which it was owed; states are those on the last day of the period."""

    duty: str
    label: Label
    holder: str
    period: str
    kind: str
    due_was: date | None
    due_is: date | None
    state_was: str
    state_is: str
    cites_was: tuple[str, ...]
    cites_is: tuple[str, ...]


class PastRefused(Struct, frozen=True):
    """Acts that were refused at the time, by the same clauses, and that the draft may let through: it grants the act to
    ``granted``, who could not do it before, or takes a bar away (``unbarred``). Only their number is known."""

    action: str
    was: tuple[str, ...]
    number: int
    granted: tuple[str, ...]
    unbarred: tuple[str, ...]
    clauses: tuple[CitedClause, ...]


class PastUnder(Struct, frozen=True):
    """A period under a draft. ``events`` and ``acts`` of it; ``decided`` from their facts; ``asked`` anew, from event
    ``asked_from`` on, since the draft touches ``touched``. ``otherwise``: how many acts come out otherwise, of which ``flips``
    tells the first; ``numbers``: how many of each kind. ``refused``: how many acts were refused in the months of the period, as
    far as that was counted; ``widened``: those of them that the draft may let through."""

    first: date
    last: date
    events: int
    acts: int
    decided: int
    asked: int
    asked_from: int
    touched: tuple[str, ...]
    flips: tuple[PastAct, ...]
    duties: tuple[PastDuty, ...]
    otherwise: int
    numbers: dict[str, int]
    refused: int
    widened: tuple[PastRefused, ...]
    left_out: tuple[str, ...]

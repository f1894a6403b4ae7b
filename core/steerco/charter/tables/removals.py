"""How a member is removed, as the charter states it: who calls for it, which steps come first, which decision does it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from steerco.charter.tables.stated import Source
from steerco.charter.tables.terms import TermLength


class Call(Struct, frozen=True, gc=False):
    """Who calls for a removal, where, and how many second the call."""

    by: str = ""
    in_: str = field(name="in", default="")
    second: int = 0


class RemovalStep(Struct, frozen=True, gc=False):
    """One step: a time for feedback of at least so long, then a vote within so long."""

    what: Literal["feedback", "vote"]
    at_least: TermLength | None = None
    within: TermLength | None = None


class Removal(Struct, frozen=True, gc=False):
    """The removal of a holder of a role or group, by the decision of that id on a matter that concerns the holder."""

    role: str
    decision: str
    cite: tuple[str, ...]
    call: Call = Call()
    steps: tuple[RemovalStep, ...] = ()
    source: Source = Source()

    @property
    def who(self) -> str:
        """The role or group that it is about."""
        return self.role

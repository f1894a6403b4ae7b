"""Who may be a member, and how many of one kind: caps and eligibility as the charter states them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from steerco.charter.stated import Source


class CapMost(Struct, frozen=True, gc=False):
    """The most that may share something: so many, or a share of the members; with ``under``, less than it."""

    at_most: int | None = None
    share: tuple[int, int] | None = None
    under: bool = False

    def allows(self, count: int, base: int) -> bool:
        """Return whether ``count`` of ``base`` members may share it."""
        if self.at_most is not None and count > self.at_most:
            return False
        if self.share is None:
            return True
        part, whole = self.share
        return whole * count < part * base if self.under else whole * count <= part * base


class Cap(Struct, frozen=True, gc=False):
    """How many members of a body may share an agency, or an attribute such as their employer (``attr:employer``).

    The share is of those seated, of the stated seats (``fixed``), or of those with a vote (``voters``); who is newly appointed
    counts in both.
    """

    id: str
    body: str
    by: str
    max: CapMost
    cite: tuple[str, ...]
    of: Literal["seated", "fixed", "voters"] = "seated"
    on_breach: Literal["refuse", "finding"] = "refuse"
    source: Source = Source()


class Need(Struct, frozen=True, gc=False):
    """One condition on a person: an attribute with a value, or of at least a number; or a role already held."""

    attr: str = ""
    value: str = ""
    at_least: int | None = None
    role: str = ""


class Eligibility(Struct, frozen=True, gc=False):
    """Who may be appointed to a role: every condition holds."""

    role: str
    needs: tuple[Need, ...]
    cite: tuple[str, ...]
    source: Source = Source()

    @property
    def who(self) -> str:
        """The role that it is about."""
        return self.role

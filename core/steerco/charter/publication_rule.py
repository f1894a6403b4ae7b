"""What is to be made public, by when, and who sees to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from steerco.charter.clock import ClockLength
from steerco.charter.stated import Source

PUBLISHED: Final = "published"
"""What an act of publishing tells the ledger: of what it was."""
BEGINS: Final[Mapping[str, tuple[str, str]]] = {
    "agenda": ("meeting.set-agenda", "meeting.publish"),
    "papers": ("meeting.add-paper", "meeting.publish"),
    "meeting": ("meeting.convene", "meeting.publish"),
    "recording": ("meeting.conclude", "meeting.publish"),
    "minutes": ("minutes.approve", "minutes.publish"),
    "decision": ("matter.decide", "matter.publish"),
    "vote": ("matter.decide", "matter.publish"),
    "document": ("document.issue", "document.publish"),
}
"""By what is published the act with which the time begins, and the act of publishing it."""


class PublicationRule(Struct, frozen=True, gc=False):
    """A duty of a body, or of ``duty_of``, to publish ``of`` so long after it is there. ``to``, ``parts``, ``withhold`` and
    ``keep`` are what the text says of it.
    """

    of: str
    cite: tuple[str, ...]
    body: str = ""
    to: Literal["public", "members", "agency", "named"] = "public"
    within: ClockLength | Literal["not-stated", "none"] = "not-stated"
    duty_of: str = ""
    parts: tuple[str, ...] = ()
    withhold: dict[str, list[str] | str] | None = None
    keep: ClockLength | None = None
    source: Source = Source()

    @property
    def id(self) -> str:
        return f"publish-{self.of}-{self.body}" if self.body else f"publish-{self.of}"

    @property
    def runs(self) -> bool:
        """Whether somebody owes it."""
        return self.of in BEGINS and isinstance(self.within, ClockLength) and bool(self.duty_of or self.body)

"""What a law obliges a charter to have."""

from __future__ import annotations

from msgspec import Struct

from steerco.charter.tables.stated import Source


class Demand(Struct, frozen=True, gc=False):
    """What a law obliges a charter to have: rows of a table (``recusal``), or one about something (``clock:minutes-draft``)."""

    has: tuple[str, ...]
    cite: tuple[str, ...]
    source: Source = Source()

    @property
    def id(self) -> str:
        return ", ".join(self.has)

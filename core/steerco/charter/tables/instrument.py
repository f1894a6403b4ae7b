"""The paper that put a charter in force: its number, its day, its headings and its clauses."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from steerco.charter.tables.stated import Label, PartialDate, Source


class LegalBasis(Struct, frozen=True, gc=False):
    """A document that the instrument names as its basis."""

    number: str
    title: Label = Label()
    date: str = ""
    unreadable: tuple[str, ...] = ()


class Superseded(Struct, frozen=True, gc=False):
    """An earlier instrument that this one replaces; ``loaded`` tells whether its text is in this home."""

    number: str
    date: date
    amends: str = ""
    loaded: bool = False


class Instrument(Struct, frozen=True, gc=False):
    """The paper that put a charter (or house rules, or a law) in force.

    ``unreadable`` names the parts that the source does not let one read; they are never guessed. ``effective`` is the day
    from which it applies, or the span in which that day lies; ``not_before`` bounds the span if another text does. An instrument
    of the kind ``platform`` is no law: it holds a plugin's terms for its own additions.
    """

    id: str
    title: Label
    effective: PartialDate
    kind: Literal["charter", "house", "law", "platform"] = "charter"
    date: PartialDate | None = None
    issuer: str | Label = ""
    place: str = ""
    cite: tuple[str, ...] = ()
    not_before: PartialDate | None = None
    unreadable: tuple[str, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    proposers: tuple[str | Label, ...] = ()
    recipients: tuple[str | Label, ...] = ()
    supersedes: tuple[Superseded, ...] = ()
    adopted_by: str = ""

    @property
    def apart(self) -> bool:
        """Whether citations of its clauses carry its id, as those of laws and of plugins' terms do."""
        return self.kind in ("law", "platform")

    @property
    def basis(self) -> str:
        """The kind of basis that its clauses give: ``clause`` for the regulation itself."""
        return "clause" if self.kind == "charter" else self.kind


class Heading(Struct, frozen=True, gc=False):
    """A chapter or an article: a container of clauses, which nothing cites."""

    id: str
    label: Label
    under: str = ""
    source: Source = Source()


class Citation(Struct, frozen=True, gc=False):
    """How clauses are cited whose ids have a form (``citations``)."""

    id: str
    label: Label
    source: Source = Source()


class Clause(Struct, frozen=True, gc=False):
    """A leaf of the regulation. ``gloss`` is a summary of our own, shown as such; ``text`` the wording where it is loaded.

    ``beside``: of a house rule, the clauses of the regulation that name somebody for what it gives to others too, and are read to
    shut nobody out.
    """

    id: str
    heading: Label = Label()
    gloss: Label = Label()
    under: str = ""
    text: str = ""
    beside: tuple[str, ...] = ()
    source: Source = Source()

"""Fields of work for which seats answer, and the committee's money."""

from __future__ import annotations

from msgspec import Struct

from steerco.charter.tables.stated import NOT_STATED, Effect, Label, Source


class Subject(Struct, frozen=True, gc=False):
    """A field of work inside a portfolio, with the instruments that set it."""

    id: str
    label: Label
    instruments: tuple[str, ...] = ()


class Portfolio(Struct, frozen=True, gc=False):
    """A field of work for which a seat answers. ``lead`` and ``coordinators`` are agencies."""

    id: str
    label: Label
    holder: str
    cite: tuple[str, ...]
    lead: str = NOT_STATED
    coordinators: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    answers_to: str = ""
    effect: Effect = ""
    source: Source = Source()


class Finance(Struct, frozen=True, gc=False):
    """A source of the committee's money, and its manager."""

    id: str
    label: Label
    cite: tuple[str, ...]
    provided_by: str = NOT_STATED
    managed_by: str = NOT_STATED
    sources: tuple[str, ...] = ()
    effect: Effect = ""
    source: Source = Source()

"""A charter's rules on the papers that leave the committee: who signs which, and what a report gives."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Literal

from msgspec import Struct

from steerco.charter.tables.stated import NOT_STATED, Effect, Label, Source

Every = Literal["week", "fortnight", "month", "quarter", "half-year", "year", "two-years", "not-stated"]
IndicatorType = Literal["number", "whole", "percent", "flag", "text"]

SIGN = "document.sign"
"""The power to sign a document."""


class Due(Struct, frozen=True, gc=False):
    """The due day of a duty: ``days`` after the raising event, or the ``field`` of its record. Both empty: not stated."""

    days: int | None = None
    unit: Literal["calendar", "working"] = "calendar"
    field: str = ""
    before: bool = False


class Signing(Struct, frozen=True, gc=False):
    """The signer of certain kinds of documents, their addressees, and the signer's mark."""

    id: str
    label: Label
    kinds: tuple[str, ...]
    signer: str
    cite: tuple[str, ...]
    addressees: tuple[str, ...] = ("*",)
    mark: str = ""
    needs_authority: bool = False
    effect: Effect = ""
    source: Source = Source()

    @property
    def powers(self) -> Iterator[str]:
        """The powers to sign what the row speaks of: ``document.report.sign;to=government``."""
        for kind, to in product(self.kinds, self.addressees):
            yield SIGN.replace(".", f".{kind}." if kind != "*" else ".") + (f";to={to}" if to != "*" else "")


class Indicator(Struct, frozen=True, gc=False):
    """One figure that a report gives, in ``unit``. ``set_by`` is the instrument that set the ``target``; ``better`` says whether
    a larger or a smaller figure than the target is the better one. An ``optional`` one may be left out.
    """

    id: str
    label: Label
    type: IndicatorType = "number"
    unit: Label = Label()
    target: float | None = None
    better: Literal["more", "less"] = "more"
    set_by: str = ""
    optional: bool = False


class Template(Struct, frozen=True, gc=False):
    """A form of report: the figures that it asks for, in their order. Reports by it are for periods of the length ``every`` and
    due ``due.days`` after the end of the period, where a call for one names no day; both may be not stated.

    With ``asked``, convening a meeting of the kind ``meeting`` in ``body`` calls for one from each holder of these roles.
    """

    id: str
    label: Label
    cite: tuple[str, ...]
    indicators: tuple[Indicator, ...] = ()
    every: Every = NOT_STATED
    due: Due = Due()
    body: str = ""
    meeting: str = ""
    asked: tuple[str, ...] = ()
    source: Source = Source()

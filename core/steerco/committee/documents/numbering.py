"""Number series: each issuing body counts its documents from 01 in each year, all in one series or each kind in its own.

A number is drawn once, at issue, under the tenant's log head, and is never given back: what is recalled keeps its own.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from steerco.charter.model import Charter
from steerco.charter.rules import effective
from steerco.store.identity import count_up

SERIES = "number-series"
"""The named value that says whether a body has ``one`` series or one ``per-kind``."""
SYMBOL = "document-symbol"
"""The named value with what stands for a kind of document in its number, or with the order of the parts: ``{body}-{unit}``."""
UNIT = "drafting-unit"
"""The named value with the letters of the unit that drafts such documents, where a document names none of its own."""
PER_KIND = "per-kind"


def series(layers: tuple[Charter, ...], body: str, kind: str, year: int) -> str:
    """Return the name of the series from which such a document takes its number in a year."""
    setting = effective(SERIES, layers, {"body": body, "kind": kind})
    return f"{body}/{kind}/{year}" if setting.value == PER_KIND else f"{body}/{year}"


def next_number(session: Session, series: str) -> int:
    """Return the next number of a series, from 1."""
    return count_up(session, f"number:{series}")


def written(number: int) -> str:
    """Return a number as it is printed: 01, 09, 10, 112."""
    return f"{number:02d}"


def unit(layers: tuple[Charter, ...], body: str, kind: str) -> str:
    """Return the letters of the unit that drafts such documents; empty where nothing says it."""
    said = effective(UNIT, layers, {"body": body, "kind": kind})
    return str(said.value) if said.stated else ""


def in_letters(unit: str) -> bool:
    """Return whether a unit is named in capital letters, digits and what joins them: nothing unseen, and no stroke,
    which parts the number from its symbol."""
    return unit == unit.upper() and all(each.isalnum() or each in "-.&" for each in unit)


def symbol(layers: tuple[Charter, ...], body: str, kind: str, unit: str) -> str:
    """Return what follows the number behind a stroke: the mark of the kind and the body's abbreviation, or the parts that the
    value names, in its order; what is not stated is left out."""
    sign = effective(SYMBOL, layers, {"body": body, "kind": kind})
    known = next((found for layer in layers if (found := layer.body(body))), None)
    words = {"{body}": known.abbreviation if known else "", "{unit}": unit}
    order = str(sign.value) if sign.stated else ""
    if "{body}" not in order:
        order = f"{order}-{{body}}"
    return "-".join(part for named in order.split("-") if (part := words.get(named, named)))

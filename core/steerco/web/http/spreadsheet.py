"""Comma-separated values that a spreadsheet opens without running anything that somebody wrote."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

MEDIA = "text/csv"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet would take for the beginning of a formula; some take the wide signs of East Asia too."""


def csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as lines (RFC 4180). A text that would be taken for a formula gets an apostrophe before it; numbers stay."""
    out = StringIO()
    csv.writer(out).writerows([_harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()


def as_meant(cell: str) -> str:
    """Return a text as it was before ``csv_lines`` made it harmless."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell

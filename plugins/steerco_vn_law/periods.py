"""The span of a periodic report's figures: it ends on the 14th, and the 15th opens the next one.

Source: Article 4 of Decision 01/2023/QĐ-UBND of Khánh Hòa province, read in an excerpt. That Decree 09/2019/NĐ-CP has the same
spans in its Article 12 (without the nine months) is from memory and was not compared; a sector may have spans of its own. The
quarter's "15th of the month before" is taken as the month before the quarter begins.
"""

from __future__ import annotations

import re
from datetime import date

BASIS = "Điều 4 Quyết định 01/2023/QĐ-UBND (Khánh Hòa); Nghị định 09/2019/NĐ-CP: chưa đối chiếu / not compared"
FORMS = "2024-03, 2024-Q1, 2024-H1, 2024-9M or 2024"
_PERIOD = re.compile(r"(?P<year>[0-9]{4})(-((?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|(?P<half>H1)|(?P<nine>9M)))?")


def span(period: str) -> tuple[date, date]:
    """Return first and last day of a report's figures.

    ``period`` is a month (``2024-03``), a quarter (``2024-Q1``), the first six or nine months (``2024-H1``, ``2024-9M``), or a
    year (``2024``).

    Raises ValueError for anything else, a second half-year included: no span of it is in the source.
    """
    match = _PERIOD.fullmatch(period)
    if match is None or not date.min.year < int(match["year"]) <= date.max.year:
        raise ValueError(f"{period!r} is no report period; write {FORMS}")
    year, first, last = int(match["year"]), 1, 12
    if match["month"]:
        first = last = int(match["month"])
    elif match["quarter"]:
        first, last = 3 * int(match["quarter"]) - 2, 3 * int(match["quarter"])
    elif match["half"]:
        last = 6
    elif match["nine"]:
        last = 9
    begins = date(year, first - 1, 15) if first > 1 else date(year - 1, 12, 15)
    return begins, date(year, last, 14)

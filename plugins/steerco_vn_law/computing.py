"""The days off by rule, as the package ``holidays`` has them, and the table made of them.

The package takes a second to import, which no rule may take, so the program reads ``days.toml`` instead, made by
``python -m steerco_vn_law.computing > plugins/steerco_vn_law/days.toml`` and held to the package by a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

FIRST, LAST = 1995, 2100
"""The years of the table. The package's lunar calendar ends in 2100; before 1995 no compensation days are known."""
HEAD = """\
# Days off (month-day) and days of rest that are worked in exchange, by year: computed from the package `holidays`, not written.
# python -m steerco_vn_law.computing > plugins/steerco_vn_law/days.toml
"""


def named_days(year: int) -> Mapping[date, str]:
    """Return a year's days off with their names in Vietnamese."""
    return dict(_package(year).items())


def worked(year: int) -> frozenset[date]:
    """Return a year's days of rest that are worked in exchange."""
    return frozenset(day for day in _package(year).weekend_workdays if day.year == year)


def table() -> str:
    """Return the text of ``days.toml``."""
    years = range(FIRST, LAST + 1)
    off = [_line(year, named_days(year)) for year in years]
    exchanged = [_line(year, days) for year in years if (days := worked(year))]
    return "\n".join([HEAD, "[off]", *off, "", "[worked]", *exchanged, ""])


def _line(year: int, days: Iterable[date]) -> str:
    return f'{year} = "{" ".join(f"{day:%m-%d}" for day in sorted(days))}"'


def _package(year: int) -> Any:
    from holidays.countries.vietnam import Vietnam

    return Vietnam(years=year, language="vi")  # type: ignore[no-untyped-call]  # the package has no types


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201

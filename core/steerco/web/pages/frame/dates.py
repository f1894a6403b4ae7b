"""Days, times and periods as people read them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from steerco.charter import periods
from steerco.charter.model import PartialDate
from steerco.i18n import Words

ROMAN = ("", "I", "II", "III", "IV")


def day(words: Words, value: date) -> str:
    """``10 February 2021``."""
    return words("date", "day", **_parts(words, value))


def time(words: Words, value: datetime, zone: ZoneInfo) -> str:
    """``10 February 2021, 09:00`` in the tenant's zone."""
    local = value.astimezone(zone) if value.tzinfo else value
    return words("date", "time", hour=f"{local.hour:02}", minute=f"{local.minute:02}", **_parts(words, local))


def partial(words: Words, value: PartialDate) -> str:
    """As much of a date as is certain."""
    if value.certain:
        return day(words, value.first)
    text = str(value)
    return words("date", "month" if "-" in text else "year", **_parts(words, value.first))


def date_text(words: Words, text: str) -> str:
    """Return a date that a file has as text, as far as it goes (``2018``, ``2018-10``, ``2018-10-21``); other texts as they
    are."""
    try:
        numbers = [int(part) for part in text.split("-")]
        value = date(*[*numbers, 1, 1][:3])
    except (ValueError, TypeError):
        return text
    shape = {1: "year", 2: "month", 3: "day"}.get(len(numbers))
    return words("date", shape, **_parts(words, value)) if shape else text


def period(words: Words, name: str) -> str:
    """``quarter 1 of 2021`` for ``2021-Q1``."""
    try:
        span = periods.parse(name)
    except ValueError:
        return name
    if span.every in ("year", "month"):
        return words("date", span.every, **_parts(words, span.first))
    number = name[-1] if span.every != "week" else name[-2:].lstrip("0")
    roman = ROMAN[int(number)] if span.every == "quarter" else ""
    return words("date", span.every, number=number, roman=roman, year=name[:4])


def _parts(words: Words, value: date) -> dict[str, object]:
    month_name = words("month", value.month)
    return {
        "day": value.day,
        "day2": f"{value.day:02}",
        "month2": f"{value.month:02}",
        "month_name": month_name,
        "year": f"{value.year:04}",
    }

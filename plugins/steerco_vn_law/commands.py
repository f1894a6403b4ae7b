"""Commands: ``steerco x steerco_vn_law days|period … --tenant SLUG``."""

from __future__ import annotations

from steerco.extension.api import Hands, Invalid, WeekCalendar
from steerco_vn_law import computing, periods
from steerco_vn_law.days import VietNam, announcements, last_announced


def days(hands: Hands, words: tuple[str, ...]) -> str:
    """Return the days off and the days worked in exchange of a year, in order; an unannounced year says that it is expected."""
    year = int(words[0]) if len(words) == 1 and words[0].isascii() and words[0].isdigit() else 0
    if not computing.FIRST <= year <= computing.LAST:
        raise Invalid({"year": f"name one year from {computing.FIRST} to {computing.LAST}, for example 2027"})
    announced = announcements(hands.tenant.settings)
    calendar, names = VietNam(WeekCalendar(), announced).days(year), computing.named_days(year)
    mark = " (dự kiến / expected)" if year > last_announced(announced) else ""
    lines = {day: f"{day}  nghỉ / off{mark}  {names.get(day, '')}".rstrip() for day in calendar.off}
    lines |= {day: f"{day}  làm việc / worked{mark}" for day in calendar.worked}
    return "\n".join(lines[day] for day in sorted(lines))


def period(hands: Hands, words: tuple[str, ...]) -> str:
    """Return first and last day of a report's figures, with what that rests on."""
    try:
        (word,) = words
        first, last = periods.span(word)
    except ValueError:
        raise Invalid({"period": f"name one period: {periods.FORMS}"}) from None
    return f"{first} – {last}\n{periods.BASIS}"

"""Commands: ``steerco x steerco_vn_law days|period …``."""

from __future__ import annotations

from steerco.extension.api import Hands, WeekCalendar
from steerco_vn_law import periods
from steerco_vn_law.days import FIRST, LAST, VietNam, announcements, last_announced


def days(hands: Hands, words: tuple[str, ...]) -> str:
    """The days off and the days worked in exchange of a year, in order; an unannounced year says that it is expected."""
    if len(words) != 1 or not words[0].isascii() or not words[0].isdigit() or not FIRST <= int(words[0]) <= LAST:
        raise ValueError(f"name one year from {FIRST} to {LAST}, for example 2027")
    year, announced = int(words[0]), announcements(hands.tenant.settings)
    known = VietNam(WeekCalendar(), announced).days(year)
    mark = " (dự kiến / expected)" if year > last_announced(announced) else ""
    lines = {day: f"{day}  nghỉ / off{mark}  {name}" for day, name in known.off.items()}
    lines |= {day: f"{day}  làm việc / worked{mark}" for day in known.worked}
    return "\n".join(lines[day] for day in sorted(lines))


def period(hands: Hands, words: tuple[str, ...]) -> str:
    """First and last day of a report's figures, with what that rests on."""
    if len(words) != 1:
        raise ValueError(f"name one period: {periods.FORMS}")
    first, last = periods.span(words[0])
    return f"{first} – {last}\n{periods.BASIS}"

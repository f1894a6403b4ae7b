"""The pages of daily work, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.work.calendar import calendar
from steerco.web.pages.work.home import home
from steerco.web.pages.work.mine import mine

WORK: tuple[Any, ...] = (home, mine, calendar)

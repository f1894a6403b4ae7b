"""The pages of records and of acts, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.acts import doing
from steerco.web.pages.acts.lists import records, types
from steerco.web.pages.acts.record import record

ACTS: tuple[Any, ...] = (types, records, record, *doing.ROUTES)

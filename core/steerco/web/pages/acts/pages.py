"""The pages of records, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.acts.lists import records, types
from steerco.web.pages.acts.record import record

ACTS: tuple[Any, ...] = (types, records, record)

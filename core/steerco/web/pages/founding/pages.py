"""The pages of a new committee, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.founding.applying import APPLYING
from steerco.web.pages.founding.begin import BEGIN
from steerco.web.pages.founding.filling import FILLING

FOUNDING: tuple[Any, ...] = (*BEGIN, *FILLING, *APPLYING)

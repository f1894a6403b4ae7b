"""The pages that strangers read, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.public.page import public_feed, public_page
from steerco.web.pages.public.register import register_data, register_page, register_part

PUBLIC: tuple[Any, ...] = (public_page, public_feed, register_page, register_data, register_part)

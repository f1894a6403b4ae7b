"""The pages that strangers read, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.public.page import public_feed, public_page

PUBLIC: tuple[Any, ...] = (public_page, public_feed)

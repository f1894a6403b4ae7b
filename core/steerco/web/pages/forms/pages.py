"""The pages of forms that are not finished, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.forms.draft_list import draft_list, drop_draft

FORMS: tuple[Any, ...] = (draft_list, drop_draft)

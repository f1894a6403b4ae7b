"""Every page, by address: each room names its own."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.account.pages import ACCOUNT
from steerco.web.pages.acts.pages import ACTS
from steerco.web.pages.admin.pages import ADMIN
from steerco.web.pages.forms.pages import FORMS
from steerco.web.pages.founding.pages import FOUNDING
from steerco.web.pages.frame.static_files import static_file
from steerco.web.pages.public.pages import PUBLIC
from steerco.web.pages.reading.pages import READING
from steerco.web.pages.work.pages import WORK


def routes() -> tuple[Any, ...]:
    """Return the handlers to add to an application."""
    return (static_file, *WORK, *ACTS, *FORMS, *READING, *PUBLIC, *ACCOUNT, *ADMIN, *FOUNDING)

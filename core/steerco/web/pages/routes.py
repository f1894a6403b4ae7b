"""Every page, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.account import account, links, sign_in
from steerco.web.pages.acts.lists import records, types
from steerco.web.pages.acts.record import record
from steerco.web.pages.admin.pages import ADMIN
from steerco.web.pages.forms.draft_list import draft_list, drop_draft
from steerco.web.pages.frame.static_files import static_file
from steerco.web.pages.reading.ask import ask
from steerco.web.pages.reading.charter import charter
from steerco.web.pages.reading.clause import clause
from steerco.web.pages.reading.compliance import compliance
from steerco.web.pages.reading.duties import duties
from steerco.web.pages.reading.log import log, log_csv
from steerco.web.pages.reading.overview import about
from steerco.web.pages.reading.people import people, person
from steerco.web.pages.reading.powers import powers
from steerco.web.pages.reading.search import search
from steerco.web.pages.work.calendar import calendar
from steerco.web.pages.work.home import home
from steerco.web.pages.work.mine import mine

WORK: tuple[Any, ...] = (home, mine, calendar)
PAGES: tuple[Any, ...] = (
    about,
    charter,
    clause,
    duties,
    compliance,
    powers,
    ask,
    log,
    log_csv,
    people,
    person,
    search,
    types,
    records,
    record,
)
FORMS: tuple[Any, ...] = (draft_list, drop_draft)
ACCOUNT: tuple[Any, ...] = (*sign_in.ROUTES, *links.ROUTES, *account.ROUTES)


def routes() -> tuple[Any, ...]:
    """Return the handlers to add to an application."""
    return (static_file, *WORK, *PAGES, *FORMS, *ACCOUNT, *ADMIN)

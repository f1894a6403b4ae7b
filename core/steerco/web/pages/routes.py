"""Every page, by address. They are added to the application only where they are public."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.acts.records import record, records, types
from steerco.web.pages.frame.static_files import static_file
from steerco.web.pages.reading.ask import ask
from steerco.web.pages.reading.charter import charter
from steerco.web.pages.reading.clause import clause
from steerco.web.pages.reading.compliance import compliance
from steerco.web.pages.reading.duties import duties
from steerco.web.pages.reading.log import log
from steerco.web.pages.reading.overview import overview
from steerco.web.pages.reading.powers import powers
from steerco.web.pages.work.home import home

PUBLIC: tuple[Any, ...] = (static_file,)
PAGES: tuple[Any, ...] = (home, overview, charter, clause, duties, compliance, powers, ask, log, types, records, record)


def routes(*, demo: bool) -> tuple[Any, ...]:
    """Return the handlers to add to an application: the pages only where they are public, what problems look like always."""
    return (*PUBLIC, *PAGES) if demo else PUBLIC

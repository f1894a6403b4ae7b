"""Every page, by address. They are added to the application only where they are public."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.ask import ask
from steerco.web.pages.charter import charter
from steerco.web.pages.clause import clause
from steerco.web.pages.compliance import compliance
from steerco.web.pages.duties import duties
from steerco.web.pages.home import home
from steerco.web.pages.log import log
from steerco.web.pages.overview import overview
from steerco.web.pages.powers import powers
from steerco.web.pages.records import record, records, types
from steerco.web.pages.static_files import static_file

PUBLIC: tuple[Any, ...] = (static_file,)
PAGES: tuple[Any, ...] = (home, overview, charter, clause, duties, compliance, powers, ask, log, types, records, record)


def routes(*, demo: bool) -> tuple[Any, ...]:
    """Return the handlers to add to an application: the pages only where they are public, what problems look like always."""
    return (*PUBLIC, *PAGES) if demo else PUBLIC

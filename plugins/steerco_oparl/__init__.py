"""People and meetings in formats that other programs read: Popolo (one document) and OParl 1.1 (a read API).

Both read by the caller's token, and show what its holder may see. Read ``seen.py`` (records, in the committee's first language),
``popolo.py``, and ``objects.py`` with ``serving.py`` for OParl.
"""

from __future__ import annotations

from collections.abc import Iterable

from steerco.extension.api import Route, TenantFacts, hookimpl
from steerco_oparl import popolo, serving


@hookimpl
def routes(tenant: TenantFacts) -> Iterable[Route]:
    """The addresses; each needs a token that may read."""
    return [
        Route("popolo.json", popolo.answer, doc="People, organisations, posts and memberships (Popolo)"),
        Route("oparl/system", serving.system, doc="Where OParl begins"),
        Route("oparl/bodies", serving.bodies, doc="The one body of OParl: this committee"),
        Route("oparl/body", serving.body, doc="This committee, with the addresses of its lists (OParl)"),
        Route("oparl/list/{kind}", serving.listed, doc="Objects of a kind, a hundred a page (OParl)", operation=serving.LISTED),
        Route("oparl/{kind}/{id}", serving.one, doc="One object (OParl)"),
        Route("oparl/content/{id}/{digest}", serving.content, doc="The content of a file (OParl)"),
    ]

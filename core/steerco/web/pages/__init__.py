"""Read-only pages, rendered on the server, without script, in the catalogues' languages.

They show everything that a committee has on record, and so are public only in a demonstration.
"""

from __future__ import annotations

from steerco.web.pages.frame.problems import handlers
from steerco.web.pages.routes import routes

__all__ = ["handlers", "routes"]

"""Pages, rendered on the server, without script, in the catalogues' languages.

They show what the person who is signed in may see. In a demonstration strangers see everything, and act on nothing.
"""

from __future__ import annotations

from steerco.web.pages.frame.problems import handlers, page_of
from steerco.web.pages.routes import routes

__all__ = ["handlers", "page_of", "routes"]

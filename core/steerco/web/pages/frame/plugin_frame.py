"""A plugin's page in the frame of the committee that it belongs to."""

from __future__ import annotations

from litestar import Response
from markupsafe import Markup

from steerco.extension.results import Answer
from steerco.web.http.problems import Anywhere
from steerco.web.pages.frame.visit import visiting


def framed(request: Anywhere, slug: str, answer: Answer) -> Response[bytes]:
    """Render the answer's content as the main part of a page."""
    content = answer.content if isinstance(answer.content, str) else answer.content.decode()
    with visiting(request, slug) as visit:
        return visit.render("plugin.html", "", title=answer.title, content=Markup(content))

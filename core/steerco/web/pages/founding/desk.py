"""The context of the pages of a new committee: the link that lets one in, and the files as they are kept.

The secret in the address is all that lets one in, and a form is sent to that address: another site knows none, so forms need no
further token. To everybody else there is nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from litestar import Response

from steerco.accounts import founding_links
from steerco.config.findings import Finding
from steerco.founding.problem import FoundingProblem
from steerco.i18n import languages
from steerco.operations.scratch import Scratch
from steerco.store.account_tables import Founding
from steerco.store.base import INSTALLATION
from steerco.web.http.problems import Anywhere
from steerco.web.pages.account.desk import AccountDesk, desk, writing
from steerco.web.pages.admin.desk import led
from steerco.web.pages.admin.findings import FindingView, views
from steerco.web.pages.admin.roles import FileRole, roles
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.problems import PageInstead
from steerco.web.pages.frame.render import page
from steerco.web.pages.frame.visit import nothing_here

TYPED = ("text", "name", "why")
"""The fields of these pages that people write into."""


class FoundingDesk:
    """One request for such a page. Raises ``RequestError`` where the link is not good: as where there is no page."""

    def __init__(self, request: Anywhere, secret: str, body: bytes | None = None) -> None:
        self.at: AccountDesk = desk(request)
        self.secret, self.posted = secret, Posted() if body is None else read_form(request, body)
        with self.at.store.read(INSTALLATION) as session:
            row = founding_links.find(session, secret, self.at.now)
            over = founding_links.ended(session, secret) if row is None and body is not None else None
        if row is None and over is None:
            raise nothing_here()
        self.row: Founding = row or over  # type: ignore[assignment]
        self.files: dict[str, str] = dict(self.row.files)
        self.say, self.slug = self.at.say, self.row.slug
        if row is None:  # applied in another window while this form was filled in
            raise PageInstead(self.shown("over", 409, typed=self.typed))

    @property
    def begun(self) -> bool:
        """Whether there are files."""
        return bool(self.files)

    @property
    def typed(self) -> list[str]:
        """The texts that were typed into the form, so that none is lost where it cannot be kept."""
        return [text for name in TYPED if (text := self.posted.text(name))]

    @property
    def changed(self) -> bool:
        """Whether others have kept files since the form was made."""
        return self.posted.text("seen") != founding_links.version(self.row)

    @cached_property
    def scratch(self) -> Scratch:
        """Where the committee is tried: in memory, for this request."""
        return Scratch()

    @cached_property
    def roles(self) -> list[FileRole]:
        """The files by their roles; cases by their own."""
        own = [role for role in roles(self.files, self.slug, self.say) if not role.path.endswith(".proposed.toml")]
        cases = f"tenants/{self.slug}/cases/"
        called = self.say("founding.page", "cases_file")
        return [FileRole("cases", called, role.path) if role.path.startswith(cases) else role for role in own]

    def views(self, found: list[Finding]) -> list[FindingView]:
        """Return findings as the pages tell them."""
        return views(self.say, found, self.files, self.roles)

    def to(self, *parts: str, **params: object) -> str:
        """Return the address of a page of this committee, in the language of this one."""
        return address("/".join(["/new", self.secret, *parts]), {"lang": self.say.language, **params})

    def shown(self, template: str, status: int = 200, wrong: str = "", **content: Any) -> Response[bytes]:
        """Render a page. ``wrong`` is what has to be mended in the form, in words."""
        path = self.at.request.url.path
        switches = [(code, address(path, {"lang": code}), code == self.say.language) for code in languages()]
        context = {"t": self.say, "d": self, "home": self.at.to("/"), "switches": switches, "reader": None, "wrong": wrong}
        response = page(f"founding/{template}.html", status, **context, seen=founding_links.version(self.row), **content)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def keep(self, files: Mapping[str, str], *to: str) -> Response[bytes]:
        """Keep the files in the place of those that the form was made from, and lead to a page; else say that others came between
        and keep nothing."""
        with writing(self.at) as session:
            row = founding_links.find(session, self.secret, self.at.now)
            if row is None:
                return self.shown("over", 409, typed=self.typed)
            kept = founding_links.keep(session, row, files, self.posted.text("seen"), self.at.now)
        return led(self.to(*to)) if kept else self.shown("between", 409, typed=self.typed)

    def told(self, problem: FoundingProblem) -> str:
        """Return a problem in words: the page's own where it has some, else the program's."""
        if self.say.has("founding.problem", problem.code):
            return self.say("founding.problem", problem.code)
        return self.say("founding.problem", "other", said=f"{problem.message}; {problem.do}" if problem.do else problem.message)

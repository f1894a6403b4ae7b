"""The context of the pages of sign-in and account: they belong to no committee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response
from sqlalchemy.orm import Session

from steerco.accounts.accounts import account_by_id
from steerco.accounts.signing_in import Visitor
from steerco.accounts.web_sign_ins import SignedIn
from steerco.i18n import Words, languages, words
from steerco.store.account_tables import Account
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store
from steerco.web.http.auth import Service, service_of
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import typed_form
from steerco.web.http.sign_in import SignInNeeded, check_form, signed_in
from steerco.web.pages.frame.language import of_stranger
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.query import PageQuery
from steerco.web.pages.frame.render import page


@dataclass(frozen=True)
class AccountDesk:
    """One request for such a page. ``fields`` are those of a form, or of the address where nothing was sent."""

    request: Anywhere
    service: Service
    say: Words
    fields: Mapping[str, str]
    now: datetime
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.service.installation.store

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown: that of the first committee of which the reader is a person."""
        found = signed_in(self.request)
        named = list(self.service.installation.named(found.persons).values()) if found else []
        return self.service.installation.tenant(named[0]).snapshot.settings.zone if named else ZoneInfo("UTC")

    @property
    def code_time(self) -> datetime:
        """The time by which an app shows its codes."""
        return self.service.wall() if self.service.wall is not None else self.now

    @property
    def visitor(self) -> Visitor:
        """The browser that asks."""
        client = self.request.client
        return Visitor(client.host if client else "", self.request.headers.get("user-agent", ""))

    def to(self, path: str, **params: object) -> str:
        """Return the address of a page, in the language of this one."""
        return address(path, {"lang": self.say.language, **self.kept, **params})

    def render(self, template: str, status: int = 200, wrong: str = "", **content: Any) -> Response[bytes]:
        """Render a page. ``wrong``: the key of what has to be mended in the form."""
        path = self.request.url.path
        switches = [(code, address(path, {**self.kept, "lang": code}), code == self.say.language) for code in languages()]
        context: dict[str, Any] = {
            "t": self.say,
            "home": self.to("/"),
            "switches": switches,
            "reader": signed_in(self.request),
            "wrong": self.say("account.wrong", wrong) if wrong else "",
            "kept": self.kept,
            **content,
        }
        return page(f"account/{template}.html", status, **context)


def desk(request: Anywhere, body: bytes | None = None, *, language: str = "", to: str = "") -> AccountDesk:
    """Return the desk of a request; ``body``: of one that was sent by a form. ``language`` and ``to`` where the address does not
    say them. Raises ``RequestError``."""
    query, service = PageQuery(request), service_of(request)
    fields = typed_form(request, body) if body is not None else {}
    asked = {"to": query.text("to", 2000) or to, "lang": query.text("lang") or language, **fields}
    kept = {"to": asked["to"]} if asked["to"] else {}
    return AccountDesk(request, service, words(of_stranger(request, asked["lang"])), asked, service.clock(), kept)


def owner(at: AccountDesk) -> SignedIn:
    """Return who is signed in. Raises ``SignInNeeded`` for a stranger, and ``RequestError`` for a form that is not theirs, and
    for a sign-in that counts in one committee alone.
    """
    found = signed_in(at.request)
    if found is None:
        raise SignInNeeded
    if found.within is not None:
        raise RequestError(403, "confined-sign-in")
    if at.request.method == "POST":
        check_form(found, at.fields.get("form_token", ""))
    return found


def own_account(session: Session, found: SignedIn) -> Account:
    """Return the account of a sign-in, to be changed in a session that writes to the installation."""
    return account_by_id(session, found.account)


def writing(at: AccountDesk) -> Any:
    """Return a transaction that writes to the installation."""
    return at.store.write(INSTALLATION)


def redirect(to: str) -> Response[bytes]:
    """Lead the browser on, by a request of its own that changes nothing."""
    return Response(b"", status_code=303, headers={"Location": to}, media_type="text/html")

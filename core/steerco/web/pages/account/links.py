"""The pages to which a link leads: the invitation of a person, and the reset of a password."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, RawBody
from sqlalchemy.orm import Session

from steerco.accounts import links, passwords
from steerco.accounts.accounts import BadAccount, account_by_id
from steerco.accounts.links import INVITATION, RESET
from steerco.accounts.passwords import BadPassword
from steerco.accounts.web_sign_ins import begin
from steerco.store.account_tables import AccountLink
from steerco.store.base import INSTALLATION
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.sign_in import check_form, may_set, set_token, signed_in
from steerco.web.http.worker_pool import acting, showing, signing
from steerco.web.pages.account.desk import AccountDesk, desk, redirect, writing
from steerco.web.pages.account.persons import Membership, membership


@get("/invitation/{secret:str}")
@showing
def invitation(request: Anywhere, secret: FromPath[str]) -> Response[bytes]:
    """Show for whom the invitation is, and what to choose."""
    at = desk(request)
    link, invited = _invited(at, secret)
    return _invitation(at, link, invited)


@post("/invitation/{secret:str}", status_code=303)
@signing
def accept(request: Anywhere, secret: FromPath[str], body: RawBody) -> Response[bytes]:
    """Make the account, or let the one that is signed in be this person too."""
    at = desk(request, body)
    link, invited = _invited(at, secret)
    if link is None or invited is None:
        return _invitation(at, None, None)
    if not may_set(request):
        return _invitation(at, link, invited, "insecure", 403)
    found = signed_in(request)
    if found is not None and at.fields.get("as") == "mine":
        check_form(found, at.fields.get("form_token", ""))
        if found.within is not None:  # the provider of one committee vouches for nobody in another
            raise RequestError(403, "confined-sign-in")
        return _join(at, secret, found.account, link, invited)
    name = at.fields.get("name", "")
    if wrong := _mismatch(at):
        return _invitation(at, link, invited, wrong, 422)
    try:
        kept = passwords.hashed(at.fields.get("password", ""), name)
        with writing(at) as session:
            again = links.find_link(session, INVITATION, secret, at.now)
            if again is None:  # accepted in the same moment in another window
                return _invitation(at, None, None)
            account = links.accept(session, again, name, kept, at.now)
            token = begin(session, account.id, how="invitation", agent=at.visitor.agent, now=at.now)
    except (BadPassword, BadAccount) as error:
        return _invitation(at, link, invited, error.code, 422)
    return set_token(request, redirect(f"/t/{invited.slug}"), token)


def _join(at: AccountDesk, secret: str, account: str, link: AccountLink, invited: Membership) -> Response[bytes]:
    try:
        with writing(at) as session:
            again = links.find_link(session, INVITATION, secret, at.now)
            if again is None:
                return _invitation(at, None, None)
            links.join(session, again, account, at.now)
    except BadAccount as error:
        return _invitation(at, link, invited, error.code, 422)
    return redirect(f"/t/{invited.slug}")


def _invited(at: AccountDesk, secret: str) -> tuple[AccountLink | None, Membership | None]:
    with at.store.read(INSTALLATION) as session:
        link = links.find_link(session, INVITATION, secret, at.now)
    invited = membership(at, link.number, link.person) if link is not None and link.number and link.person else None
    return (link, invited) if invited is not None else (None, None)


def _invitation(
    at: AccountDesk, link: AccountLink | None, invited: Membership | None, wrong: str = "", status: int = 200
) -> Response[bytes]:
    if link is None or invited is None:
        return at.render("link_ended", 404, what=INVITATION)
    name = at.fields.get("name", link.email or "")
    return at.render(
        "invitation", status, wrong, invited=invited, name=name[:200], least=passwords.LEAST, here=at.request.url.path
    )


@get("/reset")
@showing
def reset_form(request: Anywhere) -> Response[bytes]:
    """Ask for a link by which the password is set anew."""
    return desk(request).render("reset", told="")


@post("/reset", status_code=200)
@acting
def ask_reset(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Send such a link, if there is somebody of that name; the answer does not say whether."""
    at = desk(request, body)
    name = at.fields.get("name", "")
    if not name.strip():
        return at.render("reset", 422, "missing_name", told="")
    links.ask_reset(at.store, name, at.visitor.address, now=at.now)
    return at.render("reset", told=at.say("account.reset", "asked"))


@get("/reset/{secret:str}")
@showing
def new_password_form(request: Anywhere, secret: FromPath[str]) -> Response[bytes]:
    """Choose another password."""
    at = desk(request)
    with at.store.read(INSTALLATION) as session:
        good = links.find_link(session, RESET, secret, at.now) is not None
    return _new_password(at, good=good)


@post("/reset/{secret:str}", status_code=303)
@signing
def new_password(request: Anywhere, secret: FromPath[str], body: RawBody) -> Response[bytes]:
    """Set the password; whatever the account had signed in ends."""
    at = desk(request, body)
    with at.store.read(INSTALLATION) as session:
        link = links.find_link(session, RESET, secret, at.now)
        name = _name_of(session, link)
    if link is None:
        return _new_password(at, good=False)
    if wrong := _mismatch(at):
        return _new_password(at, wrong, 422)
    try:
        kept = passwords.hashed(at.fields.get("password", ""), name)
    except BadPassword as error:
        return _new_password(at, error.code, 422)
    with writing(at) as session:
        again = links.find_link(session, RESET, secret, at.now)
        if again is None:
            return _new_password(at, good=False)
        links.renew(session, again, kept, at.now)
    return redirect(at.to("/sign-in", told="password_set"))


def _name_of(session: Session, link: AccountLink | None) -> str:
    return account_by_id(session, link.account).name if link is not None and link.account else ""


def _new_password(at: AccountDesk, wrong: str = "", status: int = 200, *, good: bool = True) -> Response[bytes]:
    if not good:
        return at.render("link_ended", 404, what=RESET)
    return at.render("new_password", status, wrong, least=passwords.LEAST)


def _mismatch(at: AccountDesk) -> str:
    """Return what is wrong with two entries of a new password; empty for nothing."""
    return "" if at.fields.get("password", "") == at.fields.get("again", "") else "mismatch"


ROUTES: tuple[Any, ...] = (invitation, accept, reset_form, ask_reset, new_password_form, new_password)

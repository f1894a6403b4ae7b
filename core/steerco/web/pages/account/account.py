"""One's own account: committees, sign-ins, API tokens, password, second factor."""

from __future__ import annotations

from typing import Any

import segno
from litestar import Response, get, post
from litestar.params import FromPath, RawBody
from markupsafe import Markup

from steerco.accounts import attempts, passwords, second_factor, web_sign_ins, words
from steerco.accounts.accounts import set_email, set_password
from steerco.accounts.links import is_address
from steerco.accounts.passwords import BadPassword
from steerco.accounts.web_sign_ins import SignedIn
from steerco.i18n import Words
from steerco.operations import tokens
from steerco.store.base import INSTALLATION
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import set_token
from steerco.web.http.worker_pool import acting, showing, signing
from steerco.web.pages.account.desk import AccountDesk, desk, own_account, owner, redirect, writing
from steerco.web.pages.account.persons import membership
from steerco.web.pages.frame import dates

SHOWN = 50
"""The newest sign-ins that are listed."""


@get("/account")
@showing
def account(request: Anywhere) -> Response[bytes]:
    """Everything that one has here, and what can be ended or changed."""
    at = desk(request)
    told = request.query_params.get("told", "")
    return _account(at, owner(at), told=at.say("account.told", told) if at.say.has("account.told", told) else "")


def _account(at: AccountDesk, found: SignedIn, wrong: str = "", status: int = 200, told: str = "") -> Response[bytes]:
    with at.store.read(INSTALLATION) as session:
        row = own_account(session, found)
        listed = [each for each in web_sign_ins.open_ones(session, found.account) if web_sign_ins.is_open(each, at.now)]
        left = second_factor.codes_left(session, found.account)
    members = [membership(at, number, person) for number, person in sorted(found.persons.items())]

    zone = at.zone

    def time(moment: Any) -> str:
        return dates.time(at.say, moment, zone)

    return at.render(
        "account",
        status,
        wrong,
        told=told,
        account=row,
        members=[each for each in members if each is not None],
        sign_ins=listed[:SHOWN],
        this=found.id,
        codes_left=left,
        form_token=found.form_token,
        least=passwords.LEAST,
        time=time,
        browser=lambda agent: browser_name(at.say, agent),
    )


BROWSERS = (
    ("Edg", "Edge"),
    ("coc_coc", "C\u1ed1c C\u1ed1c"),
    ("Firefox", ""),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
)
SYSTEMS = (
    ("Android", ""),
    ("iPhone", ""),
    ("iPad", ""),
    ("Windows", ""),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", ""),
)
"""By what they can be told in what a browser calls itself, and what people call them where that is another word."""


def browser_name(say: Words, agent: str) -> str:
    """Return browser and system by the names that people use; the beginning of what it calls itself where they are not known."""
    browsers = (*BROWSERS, ("Safari", ""))
    named = [next((name or sign for sign, name in signs if sign in agent), "") for signs in (browsers, SYSTEMS)]
    if not named[0]:
        return agent[:60] or say("account.page", "unknown_browser")
    return ", ".join(name for name in named if name)


@post("/account/password", status_code=303)
@signing
def change_password(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Change the password; every other sign-in ends."""
    at = desk(request, body)
    found = owner(at)
    if at.fields.get("password", "") != at.fields.get("again", ""):
        return _account(at, found, "mismatch", 422)
    if not knows_password(at, found):
        return _account(at, found, "refused_password", 422)
    try:
        kept = passwords.hashed(at.fields.get("password", ""), found.name)
    except BadPassword as error:
        return _account(at, found, error.code, 422)
    with writing(at) as session:
        row = own_account(session, found)
        set_password(session, row, kept, at.now)
        words.add(session, words.PASSWORD_CHANGED, at.now, email=row.email, account=row.id)
        web_sign_ins.end_all(session, row.id, at.now, but=found.id, why="password")
    return redirect(at.to("/account", told="password_changed"))


@post("/account/email", status_code=303)
@signing
def change_email(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Change the address to which a forgotten password's link goes. It takes the password."""
    at = desk(request, body)
    found, email = owner(at), at.fields.get("email", "").strip()
    if email and not is_address(email):
        return _account(at, found, "bad_email", 422)
    if not knows_password(at, found):
        return _account(at, found, "refused_password", 422)
    with writing(at) as session:
        set_email(session, own_account(session, found), email, at.now)
    return redirect(at.to("/account", told="email_changed"))


def knows_password(at: AccountDesk, found: SignedIn) -> bool:
    """Return whether the present password was given. Wrong ones count as at the sign-in."""
    key = attempts.of_name(found.name)
    with writing(at) as session:
        let, _ = attempts.count(session, key, attempts.BY_NAME, at.now)
        kept = own_account(session, found).password
    with attempts.given_back_if_busy(at.store, key):
        if not let or not passwords.fits(at.fields.get("present", ""), kept):  # their own: nothing to hide in the time it takes
            return False
    with writing(at) as session:
        attempts.forgive(session, key)
    return True


@post("/account/sign-ins/{id:str}", status_code=303)
@acting
def end_sign_in(request: Anywhere, id: FromPath[str], body: RawBody) -> Response[bytes]:
    """End one of one's own sign-ins."""
    at = desk(request, body)
    found = owner(at)
    with writing(at) as session:
        if id in {row.id for row in web_sign_ins.open_ones(session, found.account)}:
            web_sign_ins.end(session, id, at.now, "revoked")
    return redirect(at.to("/account", told="sign_in_ended"))


@post("/account/sign-out-everywhere", status_code=303)
@acting
def sign_out_everywhere(request: Anywhere, body: RawBody) -> Response[bytes]:
    """End every sign-in of one's own, this one too."""
    at = desk(request, body)
    found = owner(at)
    with writing(at) as session:
        web_sign_ins.end_all(session, found.account, at.now)
    return set_token(request, redirect(at.to("/sign-in", told="signed_out_everywhere")), "")


@post("/account/tokens/{slug:str}/{id:str}", status_code=303)
@acting
def revoke_token(request: Anywhere, slug: FromPath[str], id: FromPath[str], body: RawBody) -> Response[bytes]:
    """Revoke an API token that speaks for oneself."""
    at = desk(request, body)
    found = owner(at)
    numbers = {name: number for number, name in at.service.installation.named(found.persons).items()}
    if slug in numbers:
        tenant, person = at.service.installation.tenant(slug), found.persons[numbers[slug]]
        with tenant.store.read(tenant.id) as session:
            own = {token.id for token in tokens.of_person(session, person, at.now)}
        if id in own:
            tokens.revoke(tenant, id, now=at.now, who=person)
    return redirect(at.to("/account", told="token_revoked"))


@get("/account/second-factor")
@showing
def factor_form(request: Anywhere) -> Response[bytes]:
    """A secret for an app, as a picture and as a text, and the field for its first code."""
    at = desk(request)
    return _factor(at, owner(at), second_factor.new_secret())


def _factor(at: AccountDesk, found: SignedIn, secret: str, wrong: str = "", status: int = 200) -> Response[bytes]:
    uri = second_factor.uri(secret, found.name, at.say("site", "title"))
    picture = segno.make(uri, error="m").svg_inline(scale=5, border=4, light="#fff", svgclass=None, lineclass=None)
    shown = {"secret": secret, "grouped": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))}
    return at.render("second_factor", status, wrong, picture=Markup(picture), uri=uri, form_token=found.form_token, **shown)


@post("/account/second-factor")
@acting
def turn_factor_on(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Need a code from here on. The recovery codes are shown once."""
    at = desk(request, body)
    found, secret = owner(at), at.fields.get("secret", "")
    if not (len(secret) == 32 and secret.isascii() and secret.isalnum() and secret.isupper()):
        return _factor(at, found, second_factor.new_secret(), "refused_code", 422)
    with writing(at) as session:
        row = own_account(session, found)
        code = "".join(at.fields.get("code", "").split())
        codes = second_factor.turn_on(session, row, secret, code, at.now, at.code_time) if row.totp is None else []
    if codes is None:
        return _factor(at, found, secret, "refused_code", 422)
    return at.render("recovery_codes", codes=codes)


@post("/account/second-factor/off", status_code=303)
@signing
def turn_factor_off(request: Anywhere, body: RawBody) -> Response[bytes]:
    """Need no code any more. It takes the password."""
    at = desk(request, body)
    found = owner(at)
    if not knows_password(at, found):
        return _account(at, found, "refused_password", 422)
    with writing(at) as session:
        second_factor.turn_off(session, own_account(session, found), at.now)
    return redirect(at.to("/account", told="factor_off"))


ROUTES: tuple[Any, ...] = (
    account,
    change_password,
    change_email,
    end_sign_in,
    sign_out_everywhere,
    revoke_token,
    factor_form,
    turn_factor_on,
    turn_factor_off,
)

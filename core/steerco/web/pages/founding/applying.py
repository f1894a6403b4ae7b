"""A new committee checked, tried and applied: what is wrong, how its cases come out, what it would have, and the last step.

It is the road of ``steerco tenant check``, ``test``, ``plan`` and ``apply``: ``Installation.apply`` asks all of it again, and the
committee is there as a whole, or not at all.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.accounts import administration as accounts
from steerco.accounts import founding_links
from steerco.accounts.accounts import BadAccount
from steerco.changes.plan import first as first_plan
from steerco.config.findings import Finding, errors
from steerco.configuration import administration
from steerco.configuration.apply_checks import Unsafe
from steerco.configuration.home import Home
from steerco.configuration.installation import NotApplied
from steerco.configuration.load import Loaded, digest_of
from steerco.configuration.revisions import Outrun
from steerco.configuration.tenant import Tenant
from steerco.founding.checking import checked_files, tried
from steerco.founding.draft import home_with, write_into
from steerco.founding.todo import open_of
from steerco.operations.onboarding import seeding
from steerco.web.http.prefix import base_of
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import acting, showing, working_out
from steerco.web.pages.account.desk import writing
from steerco.web.pages.admin.desk import led
from steerco.web.pages.admin.plan import WHY
from steerco.web.pages.founding.desk import FoundingDesk
from steerco.web.pages.frame.visit import nothing_here

INVITED = 5
"""At most so many of those who may apply changes are invited at once."""


@get("/new/{secret:str}/plan")
@showing
def plan(request: Anywhere, secret: FromPath[str]) -> Response[bytes]:
    """Show what is wrong with the files, or what the committee would have."""
    return _plan(FoundingDesk(request, secret))


def _plan(d: FoundingDesk, wrong: str = "", status: int = 200, refused: list[Finding] | None = None) -> Response[bytes]:
    if not d.begun:
        raise nothing_here()
    with home_with(d.files) as home:
        loaded, found = checked_files(home, d.slug, d.scratch, d.at.now)
    found = [*found, *(refused or ())]
    content: dict[str, Any] = {"found": d.views(found), "ready": not errors(found)}
    content |= {"counts": [], "left": [], "trial": None, "unchanged": False}
    if loaded is not None and loaded.snapshot is not None and not errors(found):
        content |= _content(d, loaded)
    return d.shown("plan", status, wrong, **content, why=d.posted.text("why"), most=WHY)


def _content(d: FoundingDesk, loaded: Loaded) -> dict[str, Any]:
    """Return what a sound committee would have, what its text leaves open, and how its cases came out."""
    snapshot = loaded.snapshot
    assert snapshot is not None
    counts = first_plan(d.slug, snapshot, len(loaded.people.persons) if loaded.people else 0).counts
    named = [(d.say("founding.count", name.replace(" ", "_")), number) for name, number in counts.items()]
    left = [
        (d.say("left-open.topic", each.topic), d.say("left-open.applies", each.topic))
        for each in open_of(snapshot, snapshot.local(d.at.now))
        if not each.filled
    ]
    trial = d.row.trial if d.row.trial.get("digest") == digest_of(d.files) else None
    changed_by = administration.subjects(snapshot.settings.administration, "risky")
    return {"counts": named, "left": left, "trial": trial, "unchanged": not changed_by}


@post("/new/{secret:str}/trial", status_code=303)
@working_out
def trial(request: Anywhere, secret: FromPath[str], body: RawBody) -> Response[bytes]:
    """Run the cases, and keep how they came out."""
    d = FoundingDesk(request, secret, body)
    with home_with(d.files) as home:
        loaded, found = checked_files(home, d.slug, d.scratch, d.at.now)
        if loaded is None or loaded.snapshot is None or errors(found):
            return _plan(d, status=422)
        total, failed = tried(home, d.slug, d.scratch)
    told = {"digest": digest_of(d.files), "total": total, "failed": [list(each) for each in failed]}
    with writing(d.at) as session:
        row = founding_links.find(session, secret, d.at.now)
        if row is not None:
            founding_links.note_trial(session, row, told)
    return led(d.to("plan"))


@post("/new/{secret:str}/plan", status_code=200)
@acting
def apply(request: Anywhere, secret: FromPath[str], body: RawBody) -> Response[bytes]:
    """Apply the files: the committee is there from then on, its first people are entered, and the link ends."""
    d = FoundingDesk(request, secret, body)
    why, installation = d.posted.text("why"), d.at.service.installation
    if not why or len(why) > WHY:
        return _plan(d, d.say("admin.plan", "why_long" if why else "why_missing", most=WHY), 422)
    if d.changed:
        return d.shown("between", 409, typed=d.typed)
    if installation.state(d.slug) == "active":
        return _plan(d, d.say("founding.wrong", "taken"), 409)
    try:
        with home_with(d.files) as home:
            content = home.content(d.slug)
        who = f"founding:{d.row.id}"
        tenant = installation.apply(d.slug, content, at=d.at.now, who=who, why=why, seed=seeding(), base=0)
    except NotApplied as error:
        return _plan(d, status=422, refused=error.findings)
    except (Outrun, Unsafe):
        return _plan(d, d.say("founding.wrong", "taken"), 409)
    return _applied(d, tenant)


def _applied(d: FoundingDesk, tenant: Tenant) -> Response[bytes]:
    """End the link, leave the files in the operator's home, and invite those who may apply changes from now on."""
    home: Home | None = d.at.request.app.state.home
    kept = home is not None and write_into(home, d.slug, d.files)
    with writing(d.at) as session:
        row = founding_links.find(session, d.secret, d.at.now)
        if row is not None:
            founding_links.end(session, row, d.at.now)
    return d.shown("applied", name=d.say.of(tenant.snapshot.settings.name), kept=kept, invited=_invited(d, tenant))


def _invited(d: FoundingDesk, tenant: Tenant) -> list[tuple[str, str]]:
    """Return a link for an account of each who may apply changes, with the name of the person."""
    with tenant.store.read(tenant.id) as session:
        today = tenant.snapshot.local(d.at.now)
        regime = tenant.snapshot.regime_on(today)
        day = tenant.directory(session).on(today, regime.charter)
        able = administration.may(tenant.snapshot, day, regime, "risky")
        persons = list(dict.fromkeys(person for who in able for person in who.people))[:INVITED]
        names = {person: d.say.of(day.all.persons[person]) for person in persons}
    invited = []
    for person in persons:
        try:
            link = accounts.invite(tenant, person, now=d.at.now, by=f"founding:{d.row.id}")
        except BadAccount:  # in the same moment, by the operator
            continue
        invited.append((names[person], base_of(d.at.request.scope) + link.path))
    return invited


APPLYING = (plan, trial, apply)

"""Who somebody is, by what a tenant's OpenID provider says: a link that counts once an administrator of the tenant confirmed
it.

The provider says who signs in there; which person of the committee that is, the provider cannot say. So whoever comes for the
first time leaves a link that waits, with what the provider's claim says and the one person of whom the tenant says the same.
An administrator sees both and confirms or refuses. The provider is the tenant's, and so is the sign-in: it counts in this
tenant alone, whatever else the account may be elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import normalize

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steerco.accounts import events, web_sign_ins
from steerco.accounts.accounts import BadAccount, account_of, add_account, bind
from steerco.committee.members.people import Person
from steerco.configuration.settings import OpenidSettings
from steerco.store.account_tables import Account, AccountPerson, OpenidLink
from steerco.store.base import INSTALLATION
from steerco.store.identity import uuid7

WAITING, CONFIRMED, REFUSED = "waiting", "confirmed", "refused"
MOST_WAITING = 500
"""Links of a tenant that may wait: no provider fills the database."""
LONGEST = 200
"""Characters that are kept of what a claim says."""
LINK_OPENID = "openid.link"


def secret(folder: Path, slug: str) -> str:
    """Return the secret of a tenant's client: of the variable ``STEERCO_OPENID_SECRET_<SLUG>`` (hyphens are underscores), or
    of the file ``openid-<slug>.secret`` in the folder of the installation's data; empty for a public client.

    A configuration cannot name another place: else whoever configures a tenant could have any file of the server sent to a
    provider.
    """
    given = os.environ.get(f"STEERCO_OPENID_SECRET_{slug.upper().replace('-', '_')}")
    if given is not None:
        return given.strip()
    file = folder / f"openid-{slug}.secret"
    return file.read_text("utf-8").strip() if file.exists() else ""


def said(settings: OpenidSettings, claims: Mapping[str, Any]) -> str:
    """Return what the claim that the tenant goes by says; empty where it says nothing, or of an address that is not verified."""
    value = claims.get(settings.claim)
    if not isinstance(value, str) or (settings.claim == "email" and claims.get("email_verified") is False):
        return ""
    return normalize("NFC", value).strip()[:LONGEST]


def suggested(session: Session, tenant: int, settings: OpenidSettings, value: str) -> str | None:
    """Return the one person of the tenant of whom the attribute says this; None for nobody and for several."""
    if not value:
        return None
    wanted, found = value.casefold(), []
    for id, email, attrs in session.execute(select(Person.id, Person.email, Person.attrs).where(Person.tenant_id == tenant)):
        own = email if settings.attribute == "email" else attrs.get(settings.attribute)
        if own and normalize("NFC", own).strip().casefold() == wanted:
            found.append(str(id))
    return found[0] if len(found) == 1 else None


def find(session: Session, number: int, issuer: str, subject: str) -> OpenidLink | None:
    """Return the link of somebody whom a provider names in a tenant."""
    own = (OpenidLink.tenant_id == INSTALLATION, OpenidLink.number == number)
    return session.scalar(select(OpenidLink).where(*own, OpenidLink.issuer == issuer, OpenidLink.subject == subject))


def ask(session: Session, number: int, issuer: str, subject: str, value: str, person: str | None, now: datetime) -> str:
    """Let an administrator be asked who this is; returns how the link stands. ``person`` is who it may be."""
    link = find(session, number, issuer, subject)
    if link is None:
        own = (OpenidLink.tenant_id == INSTALLATION, OpenidLink.number == number, OpenidLink.state == WAITING)
        if (session.scalar(select(func.count()).select_from(OpenidLink).where(*own)) or 0) >= MOST_WAITING:
            return WAITING
        whom = {"number": number, "issuer": issuer, "subject": subject, "value": value, "person": person}
        session.add(OpenidLink(tenant_id=INSTALLATION, id=uuid7(), state=WAITING, asked_at=now, **whom))
        session.flush()
        return WAITING
    if link.state == WAITING:
        link.value, link.person = value, person
    return link.state


def links(session: Session, number: int) -> Sequence[OpenidLink]:
    """Return every link of a tenant, those that wait first, then the newest."""
    query = select(OpenidLink).where(OpenidLink.tenant_id == INSTALLATION, OpenidLink.number == number)
    return session.scalars(query.order_by(OpenidLink.state != WAITING, OpenidLink.id.desc())).all()


def confirm(session: Session, link: OpenidLink, person: str, now: datetime, *, by: str, name: str) -> Account:
    """Let whoever has this link be a person of the tenant, by the account of that person, which is made where there is none.

    ``name`` is what an account that is made is called. Raises ``BadAccount``.
    """
    if link.state == CONFIRMED:
        raise BadAccount("link-confirmed", "the link is confirmed already")
    account = account_of(session, link.number, person)
    if account is None:
        account = add_account(session, name, now=now, by=by)
        bind(session, account.id, link.number, person, now, by=by)
    link.state, link.person, link.account, link.decided_at, link.by = CONFIRMED, person, account.id, now, by
    _told(session, link, now)
    return account


def refuse(session: Session, link: OpenidLink, now: datetime, *, by: str) -> None:
    """Let whoever has this link be nobody. What is signed in by it ends."""
    if link.account:
        web_sign_ins.end_all(session, link.account, now, within=link.number)
    link.state, link.account, link.decided_at, link.by = REFUSED, None, now, by
    _told(session, link, now)


def _told(session: Session, link: OpenidLink, now: datetime) -> None:
    said = {"number": link.number, "person": link.person, "state": link.state, "by": link.by, "hash": events.digest(link.subject)}
    events.tell(session, LINK_OPENID, link.account or "", now, link=link.id, **said)


def begin(session: Session, link: OpenidLink, agent: str, now: datetime, states: frozenset[str]) -> str | None:
    """Sign in whoever has a confirmed link and return the token; None where the account may not (``states``: those in which it
    may), or is no longer the person."""
    account = session.get(Account, (INSTALLATION, link.account)) if link.account and link.state == CONFIRMED else None
    if account is None or account.state not in states:
        return None
    still = session.get(AccountPerson, (INSTALLATION, account.id, link.number))
    if still is None or still.person != link.person:
        return None
    return web_sign_ins.begin(session, account.id, how="openid", agent=agent, now=now, within=link.number)

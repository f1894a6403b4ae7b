"""The tables of accounts and sign-ins, which belong to the installation and so carry its number (:data:`INSTALLATION`).

They have a tenant's number like every other table, always the same: the fence and row-level security keep every tenant's session
out of them, the serving role needs no right of its own, and what happens to them is told in the log of that number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from steerco.store.base import OF_INSTALLATION, Base, Owned, Tenanted


class Account(Owned, Base):
    """Somebody who can sign in. ``name`` is what they sign in with, folded; ``password`` an argon2id hash.

    ``totp`` is the secret of their second factor, ``totp_step`` the last step of time of which a code was taken.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("tenant_id", "name"), OF_INSTALLATION)
    name: Mapped[str]
    email: Mapped[str | None]
    password: Mapped[str | None]
    totp: Mapped[str | None]
    totp_step: Mapped[int]
    state: Mapped[str]
    created_at: Mapped[datetime]


class AccountPerson(Tenanted, Base):
    """The person whom an account is in one tenant, by the tenant's ``number``. A person has one account, an account one person a
    tenant."""

    __tablename__ = "account_person"
    __table_args__ = (UniqueConstraint("tenant_id", "number", "person"), OF_INSTALLATION)
    account: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person: Mapped[str]
    since: Mapped[datetime]


class RecoveryCode(Tenanted, Base):
    """A code that stands for the second factor once: its hash. The row goes with its use."""

    __tablename__ = "account_recovery_code"
    __table_args__ = (OF_INSTALLATION,)
    account: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)


class AccountLink(Owned, Base):
    """A link that was given out: an invitation of a person of the tenant ``number``, or the reset of an account's password.

    ``hash`` is that of the link's secret. A reset that was asked for in a name that nobody has is kept like any other.
    """

    __tablename__ = "account_link"
    __table_args__ = (UniqueConstraint("tenant_id", "hash"), Index(None, "tenant_id", "number", "person", "id"), OF_INSTALLATION)
    hash: Mapped[str]
    what: Mapped[str]
    account: Mapped[str | None]
    number: Mapped[int | None]
    person: Mapped[str | None]
    email: Mapped[str | None]
    by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AccountWord(Owned, Base):
    """Something to be told to whom an account or a link is for, until it is sent. ``path`` is the link's address, and goes with
    the sending."""

    __tablename__ = "account_word"
    __table_args__ = (Index(None, "tenant_id", "sent_at", "id"), OF_INSTALLATION)
    what: Mapped[str]
    email: Mapped[str | None]
    account: Mapped[str | None]
    number: Mapped[int | None]
    person: Mapped[str | None]
    path: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Founding(Owned, Base):
    """A committee that somebody makes in a browser by a link of the operator's, and that is not applied yet: its name, its files
    by path (none before it is begun), and how its cases came out (``trial``), for the files whose digest stands there.

    ``hash`` is that of the link's secret. When it is applied, the files go.
    """

    __tablename__ = "founding"
    __table_args__ = (UniqueConstraint("tenant_id", "hash"), OF_INSTALLATION)
    hash: Mapped[str]
    slug: Mapped[str]
    files: Mapped[dict[str, Any]]
    trial: Mapped[dict[str, Any]]
    by: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAttempts(Tenanted, Base):
    """How often it was tried in vain to sign in, under a name or from an address (``key``, hashed), ``since`` when, and ``until``
    when it is of no use to try."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (OF_INSTALLATION,)
    key: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class WebSignIn(Owned, Base):
    """One browser that is signed in. ``hash`` is that of the cookie's token, which is kept nowhere; ``form_secret`` is what the
    token of its forms is made of; ``how`` it was signed in; ``within``: the number of the one tenant in which it counts."""

    __tablename__ = "web_sign_in"
    __table_args__ = (UniqueConstraint("tenant_id", "hash"), Index(None, "tenant_id", "account", "id"), OF_INSTALLATION)
    hash: Mapped[str]
    account: Mapped[str]
    form_secret: Mapped[str]
    how: Mapped[str]
    within: Mapped[int | None]
    agent: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OpenidLink(Owned, Base):
    """Somebody whom a tenant's OpenID provider names (``subject``), and which person of the tenant that is, by which account,
    once an administrator has confirmed it. ``value`` is what the provider's claim says, and ``person``, until then, who it may
    be.
    """

    __tablename__ = "openid_link"
    __table_args__ = (UniqueConstraint("tenant_id", "number", "issuer", "subject"), OF_INSTALLATION)
    number: Mapped[int]
    issuer: Mapped[str]
    subject: Mapped[str]
    value: Mapped[str]
    person: Mapped[str | None]
    account: Mapped[str | None]
    state: Mapped[str]
    by: Mapped[str | None]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Passkey(Owned, Base):
    """A passkey of an account: the id of its ``credential``, its public ``key``, and how often its device says it was used."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("tenant_id", "credential"), Index(None, "tenant_id", "account", "id"), OF_INSTALLATION)
    account: Mapped[str]
    credential: Mapped[str]
    key: Mapped[str]
    uses: Mapped[int]
    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

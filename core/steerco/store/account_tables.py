"""The tables of accounts and sign-ins, which belong to the installation and so carry its number (:data:`INSTALLATION`).

They have a tenant's number like every other table, always the same: the fence and row-level security keep every tenant's session
out of them, the serving role needs no right of its own, and what happens to them is told in the log of that number.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from steerco.store.base import OF_INSTALLATION, Base, Owned, Tenanted


class Account(Owned, Base):
    """Somebody who can sign in. ``name`` is what they sign in with, folded; ``password`` an argon2id hash."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("tenant_id", "name"), OF_INSTALLATION)
    name: Mapped[str]
    email: Mapped[str | None]
    password: Mapped[str | None]
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


class WebSignIn(Owned, Base):
    """One browser that is signed in. ``hash`` is that of the cookie's token, which is kept nowhere; ``form_secret`` is what the
    token of its forms is made of; ``how`` it was signed in."""

    __tablename__ = "web_sign_in"
    __table_args__ = (UniqueConstraint("tenant_id", "hash"), Index(None, "tenant_id", "account", "id"), OF_INSTALLATION)
    hash: Mapped[str]
    account: Mapped[str]
    form_secret: Mapped[str]
    how: Mapped[str]
    agent: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

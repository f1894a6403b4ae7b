"""The reader of a page: an account that is signed in, as one person of one committee."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from steerco.web.http.problems import Anywhere


@dataclass(frozen=True)
class Reader:
    """Somebody who is signed in, in one committee. ``form_token`` comes back with every form of this sign-in."""

    account: str
    person: str
    form_token: str


def find_reader(request: Anywhere, session: Session, tenant_id: int) -> Reader | None:
    """Return who reads, by the cookie of the request; None for a stranger and for an account without a person in this tenant."""
    return None

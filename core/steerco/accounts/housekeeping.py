"""Housekeeping of accounts: removes sign-ins that are long over, links and words that have expired, counts that have run
out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from steerco.accounts import attempts, founding_links, links, words
from steerco.store.account_tables import WebSignIn
from steerco.store.base import INSTALLATION
from steerco.store.engine import Store

KEPT = timedelta(days=30)
"""How long an ended sign-in is still listed to its account."""


def tidy(store: Store, now: datetime) -> None:
    """Take away what nobody needs any more. The log keeps what happened."""
    over = or_(WebSignIn.ended_at < now - KEPT, WebSignIn.expires_at < now - KEPT)
    with store.write(INSTALLATION) as session:
        session.execute(delete(WebSignIn).where(WebSignIn.tenant_id == INSTALLATION, over))
        attempts.forget_old(session, now)
        links.forget_old(session, now)
        founding_links.forget_old(session, now)
        words.forget_old(session, now)

"""The plugin's own tables: the secrets of endpoints, and the deliveries. Rows here are no records: no API lists them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from steerco.extension.api import Base, Fields, Hands, Invalid, Tenanted, tenant_of
from steerco_webhooks.endpoint import ENDPOINT

PENDING, SENT, WITHHELD, DROPPED = "pending", "sent", "withheld", "dropped"
"""``withheld``: the endpoint's maker may no longer see the record; ``dropped``: the endpoint was removed before."""


class Secret(Tenanted, Base):
    """The secret by which an endpoint's deliveries are signed, and until when the one before it is used too."""

    __tablename__ = "x_webhooks_secret"
    __table_args__ = {
        "info": {
            "left_out": "secrets: an endpoint is still until its maker fetches a new one",
            "nothing_personal": "an endpoint is a system's",
        }
    }
    endpoint: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[str]
    former: Mapped[str] = mapped_column(default="")
    former_until: Mapped[datetime | None] = mapped_column(default=None)

    def in_use(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets to sign with, the new one first."""
        old = self.former and self.former_until is not None and now < self.former_until
        return (self.secret, self.former) if old else (self.secret,)


class Delivery(Tenanted, Base):
    """One event for one endpoint. ``status`` and ``error`` are those of the last try; ``body`` is what is sent, to the byte."""

    __tablename__ = "x_webhooks_delivery"
    __table_args__ = (
        Index(None, "tenant_id", "state", "endpoint", "seq"),
        Index(None, "tenant_id", "done_at"),
        {"info": {"nothing_personal": "what is sent names persons by id, as the log does"}},
    )
    endpoint: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str]
    type: Mapped[str]
    record: Mapped[str]
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    status: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    body: Mapped[str]

    @property
    def id(self) -> str:
        """The same in every try, so that a receiver knows what it has had already."""
        return f"evt_{self.endpoint}_{self.seq}"


def delivery(session: Session, endpoint: str, seq: int) -> Delivery | None:
    """Return one delivery."""
    return session.get(Delivery, (tenant_of(session), endpoint, seq))


def secret_of(session: Session, endpoint: str) -> Secret | None:
    """Return an endpoint's secret, if it was fetched ever."""
    return session.get(Secret, (tenant_of(session), endpoint))


def first(session: Session, endpoint: str) -> Delivery | None:
    """Return the oldest delivery that an endpoint has not taken: later ones wait for it, so that order is kept."""
    mine = (Delivery.tenant_id == tenant_of(session), Delivery.state == PENDING, Delivery.endpoint == endpoint)
    return session.scalar(select(Delivery).where(*mine).order_by(Delivery.seq).limit(1))


def pending(session: Session, endpoint: str, **values: Any) -> None:
    """Change all that an endpoint has not taken yet."""
    mine = (Delivery.tenant_id == tenant_of(session), Delivery.state == PENDING, Delivery.endpoint == endpoint)
    session.execute(update(Delivery).where(*mine).values(**values))


def may_see(hands: Hands, person: str, type: str, record: str) -> bool:
    """Return whether a person may see a record now; False for an event of the program's own, which is about no record."""
    try:
        hands.type(type)
    except KeyError:
        return False
    try:
        return hands.record(type, record, by=person) is not None
    except Invalid:  # the person is not known any more
        return False


def enabled(hands: Hands, endpoint: str) -> Fields | None:
    """Return an endpoint that is switched on."""
    endpoint_row = hands.record(ENDPOINT, endpoint)
    return endpoint_row if endpoint_row is not None and endpoint_row["state"] == "enabled" else None

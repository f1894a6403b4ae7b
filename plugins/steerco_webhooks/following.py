"""The log is followed: what an endpoint wants and its maker may see is put down as a delivery. Nothing is sent here, so that no
receiver holds up the log."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from steerco.extension.api import Fields, Hands, Happened, tenant_of
from steerco_webhooks.endpoint import ENDPOINT
from steerco_webhooks.keeping import DROPPED, PENDING, Delivery, Secret, delivery, may_see, pending, secret_of


def follow(hands: Hands, event: Happened) -> None:
    """Put an event down for every endpoint that is to have it. Done twice it is done once: the key is endpoint and number."""
    if event.type == ENDPOINT:
        _own(hands, event)
    endpoints = [
        endpoint for endpoint in _listening(hands, event) if may_see(hands, endpoint["author"], event.type, event.record)
    ]
    if not endpoints:
        return
    body, now = message_of(hands.tenant.slug, event), hands.now
    with hands.write() as session:
        for endpoint in endpoints:
            if delivery(session, endpoint["id"], event.seq) is None:
                session.add(
                    Delivery(
                        tenant_id=tenant_of(session),
                        endpoint=endpoint["id"],
                        seq=event.seq,
                        action=event.action,
                        type=event.type,
                        record=event.record,
                        state=PENDING,
                        next_at=now,
                        queued_at=now,
                        body=body,
                    )
                )


def _listening(hands: Hands, event: Happened) -> list[Fields]:
    """Return the endpoints that want an event. Those without a secret get nothing: it could not be signed. The event of a test
    goes to the endpoint that is tested, whatever it wants."""
    with hands.read() as session:
        with_secret = set(session.scalars(select(Secret.endpoint).where(Secret.tenant_id == tenant_of(session))))
    if not with_secret:
        return []
    enabled_ones = hands.records(ENDPOINT, where={"state": "enabled"})
    tested = event.record if event.action == f"{ENDPOINT}.test-delivery" else ""
    return [
        endpoint
        for endpoint in enabled_ones
        if endpoint["id"] in with_secret and (endpoint["id"] == tested or wants(endpoint["events"], event.action))
    ]


def wants(events: Sequence[str], action: str) -> bool:
    """Return whether an action is among those that an endpoint names."""
    return action in events or f"{action.partition('.')[0]}.*" in events


def _own(hands: Hands, event: Happened) -> None:
    """Follow an act on an endpoint: resume its deliveries, or drop them with its secret."""
    if event.action == f"{ENDPOINT}.enable":
        with hands.write() as session:
            pending(session, event.record, tries=0, next_at=hands.now)
    elif event.action == f"{ENDPOINT}.remove":
        with hands.write() as session:
            if (secret := secret_of(session, event.record)) is not None:
                session.delete(secret)
            pending(session, event.record, state=DROPPED, done_at=hands.now)


def message_of(slug: str, event: Happened) -> str:
    """Return the message for an event, in the envelope of CloudEvents 1.0 and as the change feed tells it: ids and clauses, never
    a record's content. A receiver asks the API for more, with a token of its own."""
    data = {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "action": event.action,
        "type": event.type,
        "record": event.record,
        "ref": event.ref,
        "state": event.state,
        "version": event.version,
        "person": event.person,
        "capacity": event.capacity,
        "acting_for": event.acting_for,
        "because": list(event.because),
        "caused_by": event.caused_by,
    }
    message = {
        "specversion": "1.0",
        "id": str(event.seq),
        "source": f"/t/{slug}",
        "type": f"steerco.{event.action}",
        "subject": f"{event.type}/{event.record}" if event.type else "",
        "time": event.recorded_at.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))

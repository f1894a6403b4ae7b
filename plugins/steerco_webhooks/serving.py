"""The plugin's addresses: a new secret, the delivery log, one delivery again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from steerco.extension.api import Answer, Fields, Invalid, NotFound, Request, tenant_of
from steerco_webhooks import asyncapi, signing
from steerco_webhooks.endpoint import ENDPOINT
from steerco_webhooks.keeping import PENDING, Delivery, Secret, delivery, may_see, secret_of

BOTH_FOR = timedelta(hours=24)
"""The time for which deliveries are signed with the former secret too."""
PAGE, MOST = 50, 200

PAGED: Mapping[str, Any] = {
    "parameters": [
        {"name": "endpoint", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "before", "in": "query", "schema": {"type": "integer"}, "description": "older than this number"},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST}},
    ]
}


def secret(request: Request) -> Answer:
    """Make a new secret for the caller's own endpoint, shown once. The act goes through the kernel, so policy and the token's
    reach are asked; the secret itself goes nowhere but into the table and this answer."""
    hands, endpoint = request.hands, _endpoint(request)
    hands.perform(f"{ENDPOINT}.rotate-secret", on=endpoint["id"], by=request.caller)
    fresh = signing.new()
    with hands.write() as session:
        row = secret_of(session, endpoint["id"])
        if row is None:
            session.add(Secret(tenant_id=tenant_of(session), endpoint=endpoint["id"], secret=fresh))
        else:
            row.former, row.former_until, row.secret = row.secret, hands.now + BOTH_FOR, fresh
    return _answer({"endpoint": endpoint["id"], "secret": fresh}, 201)


def deliveries(request: Request) -> Answer:
    """Answer the delivery log of an endpoint, newest first. The subject of an event is shown to those who may see its record."""
    hands, endpoint = request.hands, _endpoint(request)
    limit, before = _number(request, "limit", PAGE, MOST), _number(request, "before", 0, 2**62)
    with hands.read() as session:
        mine = [Delivery.tenant_id == tenant_of(session), Delivery.endpoint == endpoint["id"]]
        older = [Delivery.seq < before] if before else []
        rows = session.scalars(select(Delivery).where(*mine, *older).order_by(Delivery.seq.desc()).limit(limit)).all()
    items = [_delivery_row(request, row) for row in rows]
    return _answer({"items": items, "before": rows[-1].seq if len(rows) == limit else None})


def replay_one(request: Request) -> Answer:
    """Have one delivery sent once more, under the same id."""
    hands, endpoint = request.hands, _endpoint(request)
    number = request.params["seq"]
    seq = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    with hands.read() as session:
        if delivery(session, endpoint["id"], seq) is None:
            raise NotFound(ENDPOINT)
    hands.perform(f"{ENDPOINT}.replay", on=endpoint["id"], input={"seq": seq}, by=request.caller)
    with hands.write() as session:
        row = delivery(session, endpoint["id"], seq)
        if row is not None:
            row.state, row.tries, row.next_at, row.done_at = PENDING, 0, hands.now, None
    return _answer({"endpoint": endpoint["id"], "seq": seq}, 202)


def described(request: Request) -> Answer:
    """Answer the AsyncAPI document of what is delivered here."""
    return _answer(asyncapi.document(request.hands.tenant.slug, "1.0.0"))


def _endpoint(request: Request) -> Fields:
    """Return the endpoint that the address names, if the caller may see it."""
    endpoint = request.hands.record(ENDPOINT, request.params["endpoint"], by=request.by)
    if endpoint is None:
        raise NotFound(ENDPOINT)
    return endpoint


def _delivery_row(request: Request, row: Delivery) -> dict[str, Any]:
    visible = request.by is None or may_see(request.hands, request.by, row.type, row.record)
    return {
        "id": row.id,
        "seq": row.seq,
        "action": row.action if visible else None,
        "record": row.record if visible else None,
        "state": row.state,
        "tries": row.tries,
        "status": row.status or None,
        "error": row.error or None,
        "queued_at": row.queued_at.isoformat(),
        "next_at": row.next_at.isoformat() if row.state == PENDING else None,
        "done_at": row.done_at.isoformat() if row.done_at else None,
    }


def _number(request: Request, name: str, otherwise: int, most: int) -> int:
    text = request.query.get(name)
    if text is None:
        return otherwise
    if not text.isascii() or not text.isdigit() or len(text) > 19 or not 1 <= int(text) <= most:
        raise Invalid({name: f"1–{most}"})
    return int(text)


def _answer(value: Mapping[str, Any], status: int = 200) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), "application/json", status, headers={"Cache-Control": "no-store"})

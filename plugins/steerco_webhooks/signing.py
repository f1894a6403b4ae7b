"""Signatures as Standard Webhooks has them (standardwebhooks.com, version 1): HMAC-SHA256 of id, time and body."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256
from secrets import token_bytes

MARK = "whsec_"


def new() -> str:
    """Return a secret of 256 random bits."""
    return MARK + b64encode(token_bytes(32)).decode()


def headers(id: str, timestamp: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """Return the headers of a delivery: one signature by each secret, so that a receiver has time to change to a new one."""
    signed = f"{id}.{timestamp}.".encode() + body
    signatures = " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)
    return {"webhook-id": id, "webhook-timestamp": str(timestamp), "webhook-signature": signatures}


def _signature(secret: str, signed: bytes) -> str:
    return b64encode(hmac.digest(b64decode(secret.removeprefix(MARK)), signed, sha256)).decode()

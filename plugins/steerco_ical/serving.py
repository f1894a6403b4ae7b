"""The addresses: one where a caller makes a feed, one for each feed, which its secret alone opens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from steerco.extension.api import Answer, Fields, Hands, Invalid, NotFound, Request, TenantFacts
from steerco_ical.reading import Reader

FEED = "x-ical-feed"
FORM = "3"
"""Goes into every ETag: raise it when the same records are written otherwise."""

MAKING: Mapping[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {"kind": {"enum": ["person", "body", "tenant"]}, "body": {"type": ["string", "null"]}},
                }
            }
        },
    },
    "responses": {
        "201": {"description": "id, ref and address: the address is never shown again"},
        "default": {"description": "A problem (RFC 9457)"},
    },
}


def make(request: Request) -> Answer:
    """Make a feed for the caller and answer its address."""
    try:
        input = json.loads(request.body)
    except (ValueError, RecursionError):
        input = None
    if not isinstance(input, dict) or not request.caller:
        raise Invalid({"": "expected-object"})
    id, address = make_feed(request.hands, request.caller, input)
    feed = request.hands.record(FEED, id) or {}
    answer = {"id": id, "ref": feed.get("ref"), "address": address}
    return Answer(json.dumps(answer), "application/json", 201, headers={"Cache-Control": "no-store"})


def make_feed(hands: Hands, person: str, input: Mapping[str, Any]) -> tuple[str, str]:
    """Make a feed in a person's name and return its id and its address, which nobody can tell again."""
    secret = token_urlsafe(32)
    id = hands.perform(f"{FEED}.create", input={**input, "digest": digest(secret)}, by=person)
    tenant = hands.tenant
    return id, f"{tenant.settings['site']}/t/{tenant.slug}/x/steerco_ical/feed/{secret}.ics"


def digest(secret: str) -> str:
    """Return the digest that is kept of a secret: 256 random bits need neither salt nor slowness."""
    return sha256(secret.encode(errors="replace")).hexdigest()


def read(request: Request) -> Answer:
    """Answer with the feed at an address.

    Whatever opens nothing is answered alike and by the same one query, by the digest, so that no time tells how much of a secret
    was right: it may be unknown, revoked, or another committee's.
    """
    hands = request.hands
    feeds = list(hands.records(FEED, where={"digest": digest(request.params["secret"]), "state": "active"}, limit=1))
    if not feeds:
        raise NotFound(FEED)
    feed, today = feeds[0], hands.now.astimezone(hands.tenant.zone).date()
    tag = '"' + sha256(f"{FORM} {hands.mark} {today} {feed['id']}".encode()).hexdigest()[:32] + '"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if fresh(request.headers.get("if-none-match", ""), tag):
        return Answer("", "text/calendar; charset=utf-8", 304, headers=headers)
    return Answer(feed_bytes(hands, feed), "text/calendar; charset=utf-8", headers=headers)


def feed_bytes(hands: Hands, feed: Fields) -> bytes:
    """Return the whole feed, as its owner may see it now."""
    from steerco_ical.writing import calendar  # its library takes 0.15 s to import, which no other command should wait for

    reader = Reader(hands, feed["author"])
    since = back(hands.tenant, hands.now)
    meetings = reader.meetings(since, feed["body"] if feed["kind"] == "body" else "")
    own = feed["kind"] == "person" and hands.tenant.settings["tasks"]
    return calendar(reader, feed, meetings, reader.tasks(since.date()) if own else [])


def back(tenant: TenantFacts, now: datetime) -> datetime:
    """Return how far back feeds reach: the beginning of a day, so that a feed stays the same all day long."""
    first = now.astimezone(tenant.zone).date() - timedelta(days=tenant.settings["past_days"])
    return datetime.combine(first, time(), tenant.zone)


def fresh(if_none_match: str, tag: str) -> bool:
    """Return whether an ``If-None-Match`` names what there is (RFC 9110, 13.1.2)."""
    tags = [tag_text.strip().removeprefix("W/") for tag_text in if_none_match.split(",")]
    return tag in tags or tags == ["*"]


# Commands: steerco x steerco_ical new|revoke … --tenant SLUG


def new(hands: Hands, words: tuple[str, ...]) -> str:
    """Make a feed in somebody's name and tell its address."""
    if not words:
        raise Invalid({"person": "required"})
    kind, *body = words[1:] or ("person",)
    input = {"kind": kind, **({"body": body[0]} if body else {})}
    return make_feed(hands, words[0], input)[1]


def revoke(hands: Hands, words: tuple[str, ...]) -> str:
    """Revoke a feed, for example of a person whose address became known."""
    if len(words) != 1:
        raise Invalid({"feed": "required"})
    return hands.perform(f"{FEED}.revoke", on=words[0])

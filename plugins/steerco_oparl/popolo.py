"""Popolo: people, organisations, posts and memberships, as one document (popoloproject.com)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from steerco.extension.api import Answer, Request
from steerco_oparl.seen import TokenView


def answer(request: Request) -> Answer:
    """Answer the document."""
    seen = TokenView(request)
    organizations = [*_bodies(seen), *_agencies(seen)]
    document = {
        "persons": [{"id": row["id"], "name": seen.name(row["name"])} for row in seen.of("person")],
        "organizations": organizations,
        "posts": list(_posts(seen)),
        "memberships": list(_memberships(seen, {each["id"] for each in organizations})),
    }
    return Answer(json.dumps(document, ensure_ascii=False), "application/json", headers={"Cache-Control": "no-store"})


def _bodies(seen: TokenView) -> Iterator[dict[str, Any]]:
    for body in seen.charter.bodies:
        yield {"id": body.id, "name": seen.label(body.label), "classification": "body"}


def _agencies(seen: TokenView) -> Iterator[dict[str, Any]]:
    for row in seen.hands.records("agency", by=seen.by):
        above = {"parent_id": row["parent"]} if row.get("parent") else {}
        yield {"id": row["id"], "name": seen.name(row["name"]), "classification": row.get("sort") or "agency", **above}


def _posts(seen: TokenView) -> Iterator[dict[str, Any]]:
    for id, (label, role, body) in seen.places.items():
        yield {"id": id, "label": label, "role": role, **({"organization_id": body} if body else {})}


def _memberships(seen: TokenView, organizations: set[str]) -> Iterator[dict[str, Any]]:
    """Yield who holds or held which post; an office outside the charter is a membership of its agency alone."""
    for row in seen.of("membership"):
        label, _, body = seen.places.get(row["seat"] or "", ("", "", ""))
        organization = body or row.get("agency") or ""
        told = {
            "post_id": row["seat"] if label else "",
            "organization_id": organization if organization in organizations else "",
            "role": label or row.get("office") or row["seat"] or "",
            "start_date": str(row["from"]),
            "end_date": str(row["to"] or ""),
        }
        yield {"id": row["id"], "person_id": row["person"], **{name: value for name, value in told.items() if value}}

"""Records as objects of OParl 1.1. What a committee does not keep is left out, and nothing is made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from steerco.extension.api import Fields, NotFound
from steerco_oparl.seen import RECORDS, TokenView

SCHEMA = "https://schema.oparl.org/1.1/"
Object = dict[str, Any]
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
}


def _of(seen: TokenView, kind: str, id: str, row: Fields) -> Object:
    """Return what every object begins with."""
    return {
        "id": f"{seen.base}/{kind}/{id}",
        "type": f"{SCHEMA}{kind[:1].upper()}{kind[1:]}",
        "created": _time(seen, row["created_at"]),
        "modified": _time(seen, row["changed_at"]),
    }


def _time(seen: TokenView, at: datetime) -> str:
    return at.astimezone(seen.tenant.zone).isoformat(timespec="seconds")


def _told(value: Object) -> Object:
    """Leave out what is empty."""
    return {name: each for name, each in value.items() if each not in (None, "", [])}


def organization(seen: TokenView, body: Any) -> Object:
    """Return a body of the charter."""
    shown = {"id": f"{seen.base}/organization/{body.id}", "type": f"{SCHEMA}Organization", "body": f"{seen.base}/body"}
    return _told({**shown, "name": seen.label(body.label), "shortName": body.abbreviation or ""})


def person(seen: TokenView, row: Fields) -> Object:
    """Return a person, with their memberships."""
    mine = seen.hands.records("appointment", by=seen.by, where={"person": row["id"]})
    held = [membership(seen, each) for each in mine if _told_of(seen, "membership", each)]
    return _told(
        {**_of(seen, "person", row["id"], row), "body": f"{seen.base}/body", "name": seen.name(row["name"]), "membership": held}
    )


def membership(seen: TokenView, row: Fields) -> Object:
    """Return an appointment to a seat."""
    label, _, body = seen.places[row["seat"]]
    return _told(
        {
            **_of(seen, "membership", row["id"], row),
            "person": f"{seen.base}/person/{row['person']}",
            "organization": f"{seen.base}/organization/{body}",
            "role": label,
            "startDate": str(row["from"]),
            "endDate": str(row["to"] or ""),
        }
    )


def meeting(seen: TokenView, row: Fields) -> Object:
    """Return a meeting, with its agenda."""
    head = _of(seen, "meeting", row["id"], row)
    start, end = row["starts_at"], row.get("ended_at") or row.get("ends_at")
    return _told(
        {
            **head,
            "name": f"{row['ref']} ({row['kind']})",
            "meetingState": row["state"],
            "cancelled": row["state"] == "canceled",
            "start": _time(seen, start) if start else "",
            "end": _time(seen, end) if end else "",
            "organization": [f"{seen.base}/organization/{row['body']}"],
            "agendaItem": [item(seen, row, each) for each in row.get("agenda", ())],
        }
    )


def item(seen: TokenView, row: Fields, each: Fields) -> Object:
    """Return an item of a meeting's agenda."""
    shown = {
        **_of(seen, "agendaItem", each["id"], row),
        "meeting": f"{seen.base}/meeting/{row['id']}",
        "number": str(each["position"]),
        "order": each["position"],
        "name": each["title"],
        "result": each.get("outcome"),
    }
    return _told(shown)


def paper(seen: TokenView, row: Fields) -> Object:
    """Return a document, with the files that are handed out of it."""
    files = [file(seen, row, each) for each in row.get("files", ())]
    return _told(
        {
            **_of(seen, "paper", row["id"], row),
            "body": f"{seen.base}/body",
            "name": row["title"] or row["ref"],
            "reference": "/".join(filter(None, (row["number"], row["symbol"]))),
            "date": str(row["issued_on"] or ""),
            "paperType": row["kind"],
            "mainFile": files[0] if files else None,
            "auxiliaryFile": files[1:],
        }
    )


def file(seen: TokenView, row: Fields, each: Fields) -> Object:
    """Return a file of a document."""
    head = _of(seen, "file", each["id"], row)
    suffix = str(each["file_name"]).rpartition(".")[2].lower()
    return {
        **head,
        "fileName": each["file_name"],
        "mimeType": MEDIA.get(suffix, "application/octet-stream"),
        "date": head["created"][:10],
        "size": each["size"],
        "accessUrl": f"{seen.base}/content/{row['id']}/{each['digest']}",
        "paper": [f"{seen.base}/paper/{row['id']}"],
    }


MADE: Mapping[str, Callable[[TokenView, Fields], Object]] = {
    "person": person,
    "membership": membership,
    "meeting": meeting,
    "paper": paper,
}
INSIDE = {"agendaItem": ("meeting", "agenda", item), "file": ("paper", "files", file)}
"""Kinds that stand in records of another kind: which, in which of its parts, and how one is made."""
KINDS = ("organization", *RECORDS, *INSIDE)


def _told_of(seen: TokenView, kind: str, row: Fields) -> bool:
    """Return whether a record makes an object: an appointment to an office or as an outsider is no membership."""
    return kind != "membership" or bool(seen.places.get(row["seat"] or "", ("", "", ""))[2])


def every(seen: TokenView, kind: str) -> Iterator[Object]:
    """Yield the objects of a kind, oldest first. Raises ``NotFound`` for no kind."""
    if kind == "organization":
        yield from (organization(seen, body) for body in seen.charter.bodies)
    elif kind in MADE:
        rows = (row for row in seen.of(kind) if _told_of(seen, kind, row))
        yield from (MADE[kind](seen, row) for row in rows)
    elif kind in INSIDE:
        outer, part, made = INSIDE[kind]
        yield from (made(seen, row, each) for row in seen.of(outer) for each in row.get(part, ()))
    else:
        raise NotFound(kind)


def found(seen: TokenView, kind: str, id: str) -> Object:
    """Return one object. Raises ``NotFound`` where there is none, or the caller may not see it."""
    if kind in MADE and _told_of(seen, kind, row := seen.one(kind, id)):
        return MADE[kind](seen, row)
    wanted = f"{seen.base}/{kind}/{id}"
    one = next((each for each in every(seen, kind) if each["id"] == wanted), None)
    if one is None:
        raise NotFound(kind)
    return one

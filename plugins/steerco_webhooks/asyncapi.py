"""The AsyncAPI 3 document of deliveries, so that a receiver can be written, or generated, from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAME = r"[a-z][a-z0-9-]*"
TEXT: Mapping[str, Any] = {"type": "string"}
TIME: Mapping[str, Any] = {"type": "string", "format": "date-time"}


def _told(description: str, of: Mapping[str, Any] = TEXT) -> dict[str, Any]:
    return {**of, "description": description}


DATA: Mapping[str, Mapping[str, Any]] = {
    "seq": _told("The number of the event in the committee's log.", {"type": "integer", "minimum": 1}),
    "at": _told("When it counts.", TIME),
    "recorded_at": _told("When it was entered.", TIME),
    "action": _told("What was done, such as meeting.convene.", {"type": "string", "pattern": rf"^{NAME}\.{NAME}$"}),
    "type": _told("The type of the record."),
    "record": _told("The record's id."),
    "ref": _told("The reference by which people know the record."),
    "state": _told("The state in which it left the record."),
    "version": _told("The version in which it left the record.", {"type": "integer"}),
    "person": _told("Who did it; empty where a ballot is secret."),
    "capacity": _told("The role in which."),
    "acting_for": _told("The officer for whom, where it was in another's place."),
    "because": _told("The clauses that allowed it.", {"type": "array", "items": {"type": "string"}}),
    "caused_by": _told("The number of the event from which it followed by right.", {"type": ["integer", "null"]}),
}
ENVELOPE: Mapping[str, Mapping[str, Any]] = {
    "specversion": {"const": "1.0"},
    "id": _told("The number of the event; unique within the source.", {"type": "string", "pattern": "^[0-9]+$"}),
    "source": _told("The committee.", {"type": "string", "format": "uri-reference"}),
    "type": _told("steerco. and the action.", {"type": "string", "pattern": rf"^steerco\.{NAME}\.{NAME}$"}),
    "subject": _told("Type and id of the record."),
    "time": _told("When the event was entered.", TIME),
    "datacontenttype": {"const": "application/json"},
    "data": {"$ref": "#/components/schemas/Data"},
}
HEADERS: Mapping[str, Mapping[str, Any]] = {
    "webhook-id": _told("The same in every try: whoever had it passes over it.", {"type": "string", "pattern": "^evt_"}),
    "webhook-timestamp": _told("Seconds since 1970, when it was sent.", {"type": "string", "pattern": "^[0-9]+$"}),
    "webhook-signature": _told(
        "v1, and the Base64 of HMAC-SHA256 of `id.timestamp.body`, by each secret that is in force; parted by blanks.",
        {"type": "string", "pattern": r"^v1,[A-Za-z0-9+/]+=*( v1,[A-Za-z0-9+/]+=*)*$"},
    ),
}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": dict(properties)}


def document(slug: str, version: str) -> dict[str, Any]:
    """Return the AsyncAPI document of one committee's deliveries."""
    message = {
        "name": "event",
        "title": "Something that happened in the committee",
        "contentType": "application/cloudevents+json",
        "headers": {"type": "object", "required": list(HEADERS), "properties": dict(HEADERS)},
        "payload": {"$ref": "#/components/schemas/Event"},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Events of {slug}",
            "version": version,
            "description": "Deliveries to endpoints: at least once, in order for each endpoint, signed (Standard Webhooks).",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {
            "endpoint": {
                "address": None,
                "description": "The address of an endpoint (x-webhooks-endpoint), to which events are posted.",
                "messages": {"event": {"$ref": "#/components/messages/event"}},
                "bindings": {"http": {}},
            }
        },
        "operations": {
            "deliver": {
                "action": "send",
                "summary": "Post an event; an answer of 2xx takes it, 410 wants no more, anything else has it sent again later.",
                "channel": {"$ref": "#/channels/endpoint"},
                "messages": [{"$ref": "#/channels/endpoint/messages/event"}],
                "bindings": {"http": {"method": "POST"}},
            }
        },
        "components": {"messages": {"event": message}, "schemas": {"Event": _object(ENVELOPE), "Data": _object(DATA)}},
    }

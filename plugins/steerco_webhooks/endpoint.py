"""The record type: an endpoint, where deliveries go. Its secret is not part of it: see ``keeping.py``."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.extension.api import Do, Held, Line, Record, Relation
from steerco_webhooks.address import Unfit, read

ENDPOINT = "x-webhooks-endpoint"

Url = Annotated[str, Meta(min_length=8, max_length=1000)]
Wanted = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*\.(\*|[a-z][a-z0-9-]*)$", max_length=120)]
"""An action (``meeting.convene``), or every action of a record type (``meeting.*``)."""


class Endpoint(Record, type="x-webhooks-endpoint", states="enabled disabled removed", prefix="XW"):
    """Somebody else's address that is told of events. It is its author's in person: it gets what the author may see."""

    url: Mapped[str]
    events: Mapped[list[str]]

    owner = Relation("owner", Held("author"))


@Endpoint.action(to="enabled")
def create(do: Do, e: Endpoint, *, url: Url, events: Annotated[list[Wanted], Meta(min_length=1, max_length=50)]) -> None:
    """Make an endpoint. It gets nothing before its maker has fetched its secret: nothing is sent unsigned."""
    try:
        read(url)
    except Unfit as why:
        do.invalid("url", str(why))
    e.url, e.events = url, events


@Endpoint.action("disabled", to="enabled")
def enable(do: Do, e: Endpoint) -> None:
    """Go on with it: first with what was waiting when it was switched off. What happened meanwhile is not made up for."""


@Endpoint.action("enabled", to="disabled")
def disable(do: Do, e: Endpoint, *, why: Line | None = None) -> None:
    """Send it nothing for now. The plugin does so itself after repeated failure; its maker is told."""
    do.tell(e.author)


@Endpoint.action("enabled", "disabled", to="removed")
def remove(do: Do, e: Endpoint) -> None:
    """Send it nothing ever again; its secret is forgotten."""
    do.tell(e.author)


@Endpoint.action("enabled", "disabled")
def rotate_secret(do: Do, e: Endpoint) -> None:
    """Have a new secret. The log holds that there is one; the plugin's route, which does this act, answers it."""


@Endpoint.action("enabled", "disabled")
def replay(do: Do, e: Endpoint, *, seq: Annotated[int, Meta(ge=1)]) -> None:
    """Have the delivery of event ``seq`` sent again, by the plugin's route."""


@Endpoint.action("enabled")
def test_delivery(do: Do, e: Endpoint) -> None:
    """Have this act itself delivered to the endpoint, whatever events it wants: signed, logged and repeated like any other."""

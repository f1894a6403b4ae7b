"""The record type: a feed, with the digest of its secret and never the secret."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.extension.api import Do, Held, Party, Record, Relation, hidden

Kind = Literal["person", "body", "tenant"]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
"""SHA-256 of a secret, in hexadecimal digits."""


class Feed(Record, type="x-ical-feed", states="active revoked", kinds="person body tenant", prefix="XF"):
    """A calendar feed. It is its author's in person, not the seat's: the next holder of the seat makes one of their own."""

    listed_by = (("digest",),)
    kind: Mapped[str]
    digest: Mapped[str] = hidden()

    owner = Relation("owner", Held("author"))


@Feed.action(to="active")
def create(do: Do, f: Feed, *, kind: Kind, digest: Digest, body: Party | None = None) -> None:
    """Make a feed: everything that its owner may see, the meetings of a body, or those of the whole committee.

    ``digest`` is that of the secret in its address. Only the digest is sent, so that the log holds nothing that opens a feed.
    """
    if kind == "body" and body is None:
        do.invalid("body", "required")
    if do.find(Feed, digest=digest):
        do.invalid("digest", "Mã này đã dùng; hãy tạo mã mới. / This secret is used already; make a new one.")
    f.kind, f.digest = kind, digest


@Feed.action("active", to="revoked")
def revoke(do: Do, f: Feed) -> None:
    """From now on there is nothing at its address."""

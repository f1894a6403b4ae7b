"""A channel between two committees: offered by one, accepted by the other, closed by either.

Each side has a row of its own. What the other side did is taken in as an act of the program, with its proof; no policy line can
grant such an act to a person.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from steerco.committee.documents.proof import Proof, Proven, Slug, take_in
from steerco.records import Do, Line, Part, Record, hidden, party


class Channel(Record, type="channel", states="offered open closed", prefix="CH"):
    """``to`` is the committee that it was offered to, ``origin`` the one that offered it: one of them is set, the other is this
    one. ``there`` is its id on the other side, as far as that is known; ``keeper`` who offered or accepted it on this side, and
    is told of what arrives; ``taken`` the last entry of the other's log that was taken in on it.
    """

    origin: Mapped[str | None]
    to: Mapped[str | None]
    there: Mapped[str | None]
    keeper: Mapped[str | None] = party()
    accepted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    reason: Mapped[str | None]
    taken: Mapped[int] = hidden()

    @property
    def other(self) -> str:
        """The committee on the other side."""
        return self.to or self.origin or ""


Index(None, Channel.tenant_id, Channel.there)


class ChannelProof(Proven, Part, of="channel", name="proofs"):
    """The signed record of the channel in the other side's log."""

    channel: Mapped[str]


def between(do: Do, other: str, *states: str) -> list[Channel]:
    """Return the channels with another committee, whoever offered them, that are in one of these states; oldest first."""
    channels = [*do.find(Channel, to=other), *do.find(Channel, origin=other)]
    return sorted((c for c in channels if c.state in states), key=lambda c: c.id)


@Channel.action(to="offered")
def offer(do: Do, c: Channel, *, to: Slug) -> None:
    """Offer a channel to another committee, by its name. Whether there is one of that name is not told: the offer stands until
    it is accepted or closed."""
    if standing := between(do, to, "offered", "open"):
        do.out_of_order("channel-exists", ref=standing[0].ref)
    c.to, c.keeper, c.taken = to, do.me(c.body), 0


@Channel.action("offered", to="open")
def accept(do: Do, c: Channel) -> None:
    """Accept a channel that the other side offered: from now on documents pass."""
    if c.origin is None:
        do.out_of_order("own-offer")
    if between(do, c.other, "open"):
        do.out_of_order("channel-exists", ref=between(do, c.other, "open")[0].ref)
    c.keeper, c.accepted_at = do.me(c.body), do.at


@Channel.action("offered", "open", to="closed")
def close(do: Do, c: Channel, *, reason: Line | None = None) -> None:
    """Close it, from either side; an offer that is not wanted, or no more, too. With an
    open one every other channel with that committee closes, so that nothing passes."""
    c.reason, c.closed_at, c.closed_by = reason, do.at, do.actor
    for channel in between(do, c.other, "offered", "open"):
        if channel.id != c.id and c.state == "open":
            do.then("channel.close", channel, reason=reason)


@Channel.action(to="offered", platform=True)
def arrive(do: Do, c: Channel, *, proof: Proof) -> None:
    """Enter a channel that another committee offers."""
    if any(channel.origin == proof.tenant for channel in do.find(Channel, there=proof.record)):
        do.out_of_order("already-taken-in", seq=proof.seq)
    c.origin, c.there, c.taken = proof.tenant, proof.record, 0
    take_in(do, c, ChannelProof, proof, "channel.offer", {})


@Channel.action("offered", to="open", platform=True)
def note_acceptance(do: Do, c: Channel, *, proof: Proof) -> None:
    """Enter that the other side accepted."""
    take_in(do, c, ChannelProof, proof, "channel.accept", {})
    c.there, c.accepted_at = proof.record, do.at
    do.tell(*([c.keeper] if c.keeper else []))


@Channel.action("offered", "open", to="closed", platform=True)
def note_closure(do: Do, c: Channel, *, proof: Proof, reason: Line | None = None) -> None:
    """Enter that the other side closed it."""
    take_in(do, c, ChannelProof, proof, "channel.close", {"reason": reason})
    c.reason, c.closed_at, c.closed_by = reason, do.at, c.other
    do.tell(*([c.keeper] if c.keeper else []))

"""A document that one committee sends another over an open channel: sent there, received or refused here.

The sender's row and the receiver's are two. The receiver's was made by the program from what the sender's log says, with the
proof of it; the receiver's answer reaches the sender in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta
from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from steerco.committee.documents.channel import Channel, between
from steerco.committee.documents.proof import Proof, Proven, Slug, take_in
from steerco.records import Do, File, Line, Part, Record, Text, hidden, refers

KINDS = (
    "invitation minutes conclusion-notice programme plan report submission decision official-letter authorisation"
    " commendation-proposal"
)
Kind = Literal[
    "invitation",
    "minutes",
    "conclusion-notice",
    "programme",
    "plan",
    "report",
    "submission",
    "decision",
    "official-letter",
    "authorisation",
    "commendation-proposal",
]
Files = Annotated[list[File], Meta(max_length=20)]


class Transmission(Record, type="transmission", states="sent received refused", kinds=KINDS, prefix="TR"):
    """``to`` is the committee that it goes to, ``origin`` the one that it comes from: one of them is set. ``there`` is its id on
    the other side; ``arrived_at`` when it arrived at the receiver's, empty while it waits; ``taken`` the last entry of the
    other's log that was taken in on it.
    """

    kind: Mapped[str]
    channel: Mapped[str] = refers("channel")
    origin: Mapped[str | None]
    to: Mapped[str | None]
    title: Mapped[str]
    text: Mapped[str | None]
    there: Mapped[str | None]
    arrived_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    taken: Mapped[int] = hidden()

    @property
    def other(self) -> str:
        """The committee on the other side."""
        return self.to or self.origin or ""


Index(None, Transmission.tenant_id, Transmission.there)


class Enclosure(Part, of="transmission", name="files"):
    """A file of the document, kept by its digest (SHA-256) in this committee's own store; ``size`` in bytes."""

    transmission: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


class TransmissionProof(Proven, Part, of="transmission", name="proofs"):
    """The signed record of the document in the other side's log."""

    transmission: Mapped[str]


def document(kind: str, title: str, text: str | None, files: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the document as its digest covers it; ``files`` are names with digests, in order."""
    return {"kind": kind, "title": title, "text": text, "files": [list(file) for file in files]}


def document_of(t: Transmission, files: Iterable[Enclosure]) -> dict[str, Any]:
    """Return the document that a record holds."""
    return document(t.kind, t.title, t.text, [(row.file_name, row.digest) for row in files])


def _write(do: Do, t: Transmission, kind: str, title: str, text: str | None, files: list[File]) -> list[tuple[str, str]]:
    """Put the document on record; its files as the digest covers them."""
    if text is None and not files:
        do.invalid("text", "text-or-files")
    t.kind, t.title, t.text, t.taken = kind, title, text, 0
    stored = []
    for file in files:
        digest, size = do.keep(file)
        do.add(t, Enclosure(file_name=file.name, digest=digest, size=size))
        stored.append((file.name, digest))
    return stored


def answer(t: Transmission, files: Iterable[Enclosure], reason: str | None = None) -> dict[str, Any]:
    """Return what an answer says: to which document, and why."""
    return {"document": document_of(t, files), "reason": reason}


def _noted(do: Do, t: Transmission, proof: Proof, action: str, reason: str | None = None) -> None:
    """An answer of the receiver, to exactly the document that was sent."""
    if t.to is None:
        do.out_of_order("not-sent-here")
    take_in(do, t, TransmissionProof, proof, action, answer(t, do.parts(t, Enclosure), reason))
    t.there = proof.record
    do.tell(t.author)


@Transmission.action(to="sent")
def send(
    do: Do,
    t: Transmission,
    *,
    to: Slug,
    title: Line,
    kind: Kind = "official-letter",
    text: Text | None = None,
    files: Files = [],  # noqa: B006  # a msgspec default
) -> None:
    """Send a document to another committee, over the open channel with it."""
    channels = between(do, to, "open")
    if not channels:
        do.out_of_order("no-open-channel", to=to)
    t.channel, t.to = channels[0].id, to
    _write(do, t, kind, title, text, files)


@Transmission.action("sent", to="received")
def receive(do: Do, t: Transmission) -> None:
    """Receive a document that arrived: the sender learns of it."""
    if t.origin is None:
        do.out_of_order("not-sent-here")
    t.answered_at = do.at


@Transmission.action("sent", to="refused")
def refuse(do: Do, t: Transmission, *, reason: Line) -> None:
    """Refuse a document that arrived: the sender learns of it, and why."""
    if t.origin is None:
        do.out_of_order("not-sent-here")
    t.answered_at, t.reason = do.at, reason


@Transmission.action(to="sent", platform=True)
def arrive(
    do: Do,
    t: Transmission,
    *,
    channel: Annotated[str, Meta(max_length=80)],
    title: Line,
    kind: Kind,
    proof: Proof,
    text: Text | None = None,
    files: Files = [],  # noqa: B006  # a msgspec default
) -> None:
    """Enter a document that another committee sent. ``channel`` is the id of this side's channel, which the sender learned when
    it was accepted."""
    if any(origin_channel.origin == proof.tenant for origin_channel in do.find(Transmission, there=proof.record)):
        do.out_of_order("already-taken-in", seq=proof.seq)  # first: what was taken in does not come back when the channel closes
    over = do.session.get(Channel, (do.tenant_id, channel))
    if over is None or over.other != proof.tenant or over.state != "open":
        do.out_of_order("no-open-channel", to=proof.tenant)
    t.channel, t.origin, t.there, t.arrived_at = over.id, proof.tenant, proof.record, do.at
    stored = _write(do, t, kind, title, text, files)
    take_in(do, t, TransmissionProof, proof, "transmission.send", document(kind, title, text, stored))
    do.tell(*([over.keeper] if over.keeper else []))


@Transmission.action("sent", platform=True)
def note_arrival(do: Do, t: Transmission, *, proof: Proof) -> None:
    """Enter that the document arrived at the receiver's."""
    _noted(do, t, proof, "transmission.arrive")
    t.arrived_at = do.at


@Transmission.action("sent", to="received", platform=True)
def note_receipt(do: Do, t: Transmission, *, proof: Proof) -> None:
    """Enter that the receiver has received it."""
    _noted(do, t, proof, "transmission.receive")
    t.answered_at = do.at


@Transmission.action("sent", to="refused", platform=True)
def note_refusal(do: Do, t: Transmission, *, reason: Line, proof: Proof) -> None:
    """Enter that the receiver refused it, and why."""
    _noted(do, t, proof, "transmission.refuse", reason)
    t.answered_at, t.reason = do.at, reason


@Transmission.action("sent", to="refused", platform=True)
def come_back(do: Do, t: Transmission) -> None:
    """It did not arrive: the channel was closed before, or is no more on the other side."""
    if t.arrived_at is not None:
        do.out_of_order("already-taken-in")
    t.answered_at = do.at
    do.tell(t.author)

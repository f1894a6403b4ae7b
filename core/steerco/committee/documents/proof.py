"""The proof that something comes from another committee: its name, the entry of its log, and a signature over both.

Two committees share no row. What passes between them is entered on either side by its own act, and the side that received it
keeps what the other side's log says of it, signed by the installation that the other side runs in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from sqlalchemy.orm import Mapped

from steerco.records import Do, Part

Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$(?!\n)", max_length=60)]
"""The name of a committee of the installation; whether there is one of that name is not asked when it is given."""
_Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]*$(?!\n)", max_length=128)]
_Seq = Annotated[int, Meta(ge=1, le=2**53)]
encode = msgspec.json.Encoder(order="deterministic").encode


class Proof(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a passage comes from. ``tenant`` is the committee that issued it, ``to`` the one that it is for; ``action``, ``seq``,
    ``at``, ``hash`` and ``record`` are those of the entry in the issuer's log; ``digest`` is the SHA-256 of what passes; ``key``
    is the public key (Ed25519) of the issuer's installation and ``signature`` its signature over all the others.
    """

    tenant: Slug
    to: Slug
    action: Annotated[str, Meta(max_length=80)]
    seq: _Seq
    at: datetime
    hash: _Hex
    record: Annotated[str, Meta(min_length=1, max_length=80)]
    digest: _Hex
    key: _Hex = ""
    signature: _Hex = ""

    def signed(self) -> bytes:
        """Return the bytes that the signature covers."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        values = (self.tenant, self.to, self.action, str(self.seq), at, self.hash, self.record, self.digest)
        return "\n".join(("steerco-passage-1", *values)).encode()

    @property
    def genuine(self) -> bool:
        """Whether the holder of ``key`` signed exactly this."""
        from steerco.store.checkpoint import is_signed  # cryptography is imported where something is proved

        return is_signed(self.key, self.signature, self.signed())


class Proven:
    """The columns of a row that keeps a proof."""

    tenant: Mapped[str]
    to: Mapped[str]
    action: Mapped[str]
    seq: Mapped[int]
    at: Mapped[datetime]
    hash: Mapped[str]
    record: Mapped[str]
    digest: Mapped[str]
    key: Mapped[str]
    signature: Mapped[str]

    def proof(self) -> Proof:
        """Return the proof that the row keeps."""
        return Proof(**{name: getattr(self, name) for name in Proof.__struct_fields__})


def digest_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of what passes, over its canonical JSON; what is empty is left out, so that both sides write the
    same."""
    return sha256(encode({name: value for name, value in content.items() if value not in (None, "", [])})).hexdigest()


def flaw(proof: Proof, content: dict[str, Any], action: str, of: str | None = None) -> str:
    """Return the code of the reason why the proof does not show ``action`` done with this content; empty where it does.

    ``of``: the committee that did it; None where any may have.
    """
    if not proof.genuine:
        return "proof-not-signed"
    if proof.digest != digest_of(content):
        return "proof-of-other-content"
    if proof.action != action or of not in (None, proof.tenant):
        return "proof-of-another-act"
    return ""


def take_in(do: Do, record: Any, row: type[Part], proof: Proof, action: str, content: dict[str, Any]) -> None:
    """Keep the proof of what the other side did, once. Stops where it does not hold.

    ``record`` has the other side's name as ``other`` and the last entry taken in as ``taken``; entries come in their order, so
    one that is not newer was taken in before.
    """
    if why := flaw(proof, content, action, record.other):
        do.invalid("proof", why)
    if proof.seq <= record.taken:
        do.out_of_order("already-taken-in", seq=proof.seq)
    do.add(record, row(**{name: getattr(proof, name) for name in proof.__struct_fields__}))
    record.taken = proof.seq

"""Checks from a committee's own records, here or elsewhere, that what it received over its channels is what was sent."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.committee.documents.channel import Channel, ChannelProof
from steerco.committee.documents.proof import Proof, flaw
from steerco.committee.documents.transmission import Enclosure, Transmission, TransmissionProof, answer, document_of
from steerco.configuration.tenant import Tenant
from steerco.records.reason import Reason, reason
from steerco.store.checkpoint import Seal
from steerco.store.tenant_status import names_before

Exchanged = Channel | Transmission


class ProvenanceFault(NamedTuple):
    """A fault of a record that came, or was answered, over a channel. ``action``: what the proof says that the other side
    did; empty where there is no proof."""

    type: str
    ref: str
    action: str
    why: Reason

    @property
    def what(self) -> str:
        """In one line, for logs and the like, which know no language."""
        return f"{self.action}: {self.why}" if self.action else str(self.why)


def examined(
    tenant: Tenant, session: Session, seal: Seal, pinned: Mapping[str, Container[str]] = {}
) -> tuple[int, list[ProvenanceFault]]:
    """Return how many proofs of origin the tenant holds, and what is wrong with what came over its channels: a record that is not
    what was signed, a file that is not what came, a signature that is not good, or by a key that nobody here knows (see
    :meth:`Seal.knows`), a proof that was given to another committee or of another record.

    ``pinned``: further keys that are known as those of one committee's installation, by the committee's name.
    """
    count, faults, names = 0, [], {tenant.snapshot.slug, *names_before(session)}
    for record in _all(session, Channel, tenant.id) + _all(session, Transmission, tenant.id):
        proofs = _proofs(session, record)
        count += len(proofs)
        wrong = [(proof.action, why) for proof in proofs for why in _wrong(tenant, session, record, proof, names)]
        keys = pinned.get(record.other, ())
        unknown = [proof for proof in proofs if not (proof.key in keys or seal.knows(proof.key))]
        wrong += [(proof.action, reason("proof-key-unknown", key=proof.key)) for proof in unknown]
        if record.origin and not proofs:
            wrong.append(("", reason("proof-missing")))
        faults += [ProvenanceFault(record.record_type, record.ref, *fault) for fault in wrong]
    return count, faults


def _all(session: Session, kind: type[Exchanged], tenant_id: int) -> list[Exchanged]:
    return list(session.scalars(select(kind).where(kind.tenant_id == tenant_id).order_by(kind.id)))


def _proofs(session: Session, record: Exchanged) -> list[Proof]:
    rows: list[ChannelProof] | list[TransmissionProof]
    if isinstance(record, Channel):
        of_channel = select(ChannelProof).where(ChannelProof.tenant_id == record.tenant_id, ChannelProof.channel == record.id)
        rows = list(session.scalars(of_channel.order_by(ChannelProof.id)))
    else:
        mine = (TransmissionProof.tenant_id == record.tenant_id, TransmissionProof.transmission == record.id)
        rows = list(session.scalars(select(TransmissionProof).where(*mine).order_by(TransmissionProof.id)))
    return [row.proof() for row in rows]


def _wrong(tenant: Tenant, session: Session, record: Exchanged, proof: Proof, names: Container[str]) -> Iterator[Reason]:
    content: dict[str, Any] = {"reason": record.reason} if proof.action in ("channel.close", "transmission.refuse") else {}
    if isinstance(record, Transmission):
        files = files_of(session, record)
        for file in files:
            if not tenant.files.is_sound(tenant.id, file.digest):
                yield reason("proof-file-altered", name=file.file_name)
        sent = proof.action == "transmission.send"
        content = document_of(record, files) if sent else answer(record, files, content.get("reason"))
    if why := flaw(proof, content, proof.action, record.other):
        yield reason(why)
    if proof.to not in names:
        yield reason("proof-for-another", committee=proof.to)
    if record.there and proof.record != record.there:
        yield reason("proof-of-another-record")


def files_of(session: Session, record: Transmission) -> list[Enclosure]:
    """Return the files of a document, in their order."""
    mine = select(Enclosure).where(Enclosure.tenant_id == record.tenant_id, Enclosure.transmission == record.id)
    return list(session.scalars(mine.order_by(Enclosure.id)))

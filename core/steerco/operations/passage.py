"""One entry of a committee's log as it passes to another committee: signed, with the document and its files.

The same passage is entered at once where the other committee is of this installation (``exchange.py``), and written into a
package where it is of another one (``packages.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.committee.documents.channel import Channel
from steerco.committee.documents.proof import Proof, digest_of
from steerco.committee.documents.transmission import Transmission, answer, document
from steerco.configuration.tenant import Tenant
from steerco.operations.provenance import Exchanged, files_of
from steerco.records.personal import FILE, reveal
from steerco.store import log
from steerco.store.checkpoint import Seal

CARRIED = {
    "channel.offer": "channel.arrive",
    "channel.accept": "channel.note-acceptance",
    "channel.close": "channel.note-closure",
    "transmission.send": "transmission.arrive",
    "transmission.arrive": "transmission.note-arrival",
    "transmission.receive": "transmission.note-receipt",
    "transmission.refuse": "transmission.note-refusal",
}
"""The act on one side, and the act that it becomes on the other."""
CONSUMER = "exchange:"
"""Before the other committee's name: the consumer whose cursor tells how far the log has been carried there."""
Event = Mapping[str, Any]
KINDS: dict[str, type[Exchanged]] = {"channel": Channel, "transmission": Transmission}
TYPES = tuple(KINDS)


class Unproven(Exception):
    """A committee's record is not what its log says, so nothing of it may be vouched for."""


def signed_input(tenant: Tenant, session: Session, event: Event, record: Exchanged, seal: Seal) -> dict[str, Any]:
    """Return the input of the act on the other side, made from the log, with the signed proof. Raises ``Unproven``."""
    _hold_to_chain(session, event)
    logged = msgspec.json.decode(event["body"])["input"]
    input, content = _content(tenant, session, event["action"], logged, record)
    proof = Proof(
        tenant=tenant.snapshot.slug,
        to=record.other,
        action=event["action"],
        seq=event["seq"],
        at=event["at"],
        hash=event["hash"].hex(),
        record=event["record_id"],
        digest=digest_of(content),
        key=seal.key(),
    )
    signed = msgspec.structs.replace(proof, signature=seal.sign(proof.signed()))
    return {**input, "proof": msgspec.to_builtins(signed)}


def _content(
    tenant: Tenant, session: Session, action: str, logged: dict[str, Any], record: Exchanged
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the entry's content for the other side: as input there, and as the digest covers it."""
    if isinstance(record, Channel):
        content = {"reason": logged["reason"]} if "reason" in logged else {}
        return content, content
    if action == "transmission.send":
        files = [(file["name"], file[FILE]) for file in logged.get("files", ())]
        content = document(logged["kind"], logged["title"], logged.get("text"), files)

        def content_of(digest: str) -> bytes:
            with tenant.files.open(tenant.id, digest) as file:
                return file.read()

        input, _ = reveal(session, tenant.id, {name: logged[name] for name in content if name in logged}, content_of)
        channel = session.get_one(Channel, (tenant.id, record.channel))
        return {**input, "channel": channel.there}, content
    reason = logged.get("reason")
    return {"reason": reason} if reason else {}, answer(record, files_of(session, record), reason)


def _hold_to_chain(session: Session, event: Event) -> None:
    """Raise ``Unproven`` where the entry is not what was hashed after the one before it."""
    before = next((row["hash"] for row in log.entries(session, event["seq"] - 2, 1) if row["seq"] == event["seq"] - 1), b"")
    if log.digest(before, dict(event)) != event["hash"]:
        raise Unproven(f"entry {event['seq']} of the log is not what was written; `steerco log verify` tells more")


def shared_id(other: Tenant, of: str, kind: type[Exchanged], id: str | None, there: str | None = None) -> str | None:
    """Return the ``other`` side's id of a record that it shares with the committee named ``of``: the record's ``id`` where that
    is known here, or the one whose id here is ``there``. A copy brought here under another name has the ids, and is another
    committee.
    """
    with other.store.read(other.id) as session:
        condition = kind.id == id if id else kind.there == there
        records: Iterable[Exchanged] = session.scalars(select(kind).where(kind.tenant_id == other.id, condition))
        return next((record.id for record in records if record.other == of), None)

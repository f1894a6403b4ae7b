"""The public register as JSON-LD that anybody can check offline: signed by the installation, with the head of the log.

The head is that of the last entry before today, in the committee's zone, and no number of it is told: who looks often learns
neither when somebody acted nor how much is done. A paper is told by its code alone, the document's id that stands at its foot,
and only once it was issued: in which capacity it was signed, by which clauses, by which entry of the log, and the digests of
its files. No person is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.committee.documents.document import GRADED, Document
from steerco.configuration.tenant import Tenant
from steerco.kernel import event, public_register
from steerco.kernel.public_register import PublicRegister, RegisterPower
from steerco.operations.paper_proof import PAPERS, PROVING, SIGN
from steerco.store import log
from steerco.store.checkpoint import Seal, is_signed
from steerco.store.tables import Event

CONTEXT = {
    "@vocab": "https://schema.org/",
    "st": "urn:steerco:register:",
    **{name: f"st:{name}" for name in ("power", "clause", "subject", "body", "act", "facets", "allow", "heldBy", "instrument")},
    **{name: f"st:{name}" for name in ("capacity", "actingFor", "entry", "papers", "log", "key", "signature", "day")},
}
"""The names of the statement: an address of each, beside those of schema.org."""
SIGNED = b"steerco-register-1\n"
_encode = msgspec.json.Encoder(order="sorted").encode
Json = dict[str, Any]


def place(slug: str, kind: str = "", name: str = "") -> str:
    """Return the stable address of the register, or of one clause, power or paper."""
    return f"/t/{slug}/public/register" + (f"/{kind}/{name}" if kind else "")


def of_register(tenant: Tenant, session: Session, seal: Seal, found: PublicRegister, now: datetime) -> Json:
    """Return a register as a signed statement."""
    slug = tenant.snapshot.slug
    said = {
        "@id": place(slug),
        "@type": "st:PublicRegister",
        "name": _texts(tenant.snapshot.settings.name),
        "instrument": found.instrument,
        "power": [_power(slug, each) for each in found.powers],
        "clause": [
            {"@id": place(slug, "clause", each.id), "name": each.id, **({"text": _texts(each.text)} if str(each.text) else {})}
            for each in found.clauses
        ],
    }
    return _signed(tenant, session, seal, {**said, "day": found.day.isoformat()}, now)


def of_paper(tenant: Tenant, session: Session, seal: Seal, code: str, now: datetime) -> Json | None:
    """Return what the code of a paper leads to; None where nothing public has it.

    It is there where powers of the document's body are public, and the document was issued and is not graded.
    """
    today = tenant.snapshot.local(now)
    document = session.scalar(select(Document).where(Document.tenant_id == tenant.id, Document.id == code))
    if document is None or document.issued_on is None or document.signed_at is None or document.secrecy in GRADED:
        return None
    there = public_register.register(tenant, session, today, tenant.snapshot.local(document.signed_at))
    if there is None or document.body not in there.bodies:
        return None
    row = Event.__table__.c
    own = (row.tenant_id == tenant.id, row.type == "document", row.record_id == document.id, row.action.in_(PROVING))
    rows = session.connection().execute(select(row.action, row.body, row.hash).where(*own).order_by(row.seq))
    entries = [(action, event.decode(body), hash.hex()) for action, body, hash in rows]
    signing = [(body, hash) for action, body, hash in entries if action == SIGN]
    if not signing:
        return None
    body, hash = signing[-1]
    slug = tenant.snapshot.slug
    said = {
        "@id": place(slug, "paper", document.id),
        "@type": "st:SignedPaper",
        "capacity": body.capacity,
        "actingFor": body.acting_for,
        "clause": [{"@id": place(slug, "clause", each), "name": each} for each in body.because],
        "heldBy": [_texts(each) for each in public_register.offices(tenant, session, document.signed_at, body.capacity)],
        "entry": hash,
        "papers": _papers(entries),
        "day": tenant.snapshot.local(document.signed_at).isoformat(),
    }
    return _signed(tenant, session, seal, said, now)


def _papers(entries: list[tuple[str, event.EventBody, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _, body, _ in entries:
        prepared = body.prepared or {}
        found |= {name: prepared[name]["digest"] for name in PAPERS if name in prepared}
    return found


def _power(slug: str, each: RegisterPower) -> Json:
    return {
        "@id": place(slug, "power", each.key),
        "@type": "st:Power" if each.allow else "st:Bar",
        "subject": each.subject,
        "body": each.body,
        "act": f"{each.object}.{each.act}",
        "facets": list(each.facets),
        "allow": each.allow,
        "clause": {"@id": place(slug, "clause", each.clause), "name": each.clause},
        "heldBy": [_texts(label) for label in each.held_by],
    }


def _texts(label: Any) -> list[Json]:
    if isinstance(label, str):
        return [{"@value": label}]
    pairs = label.items() if isinstance(label, Mapping) else msgspec.structs.asdict(label).items()
    return [{"@language": language, "@value": text} for language, text in pairs if text]


def _signed(tenant: Tenant, session: Session, seal: Seal, said: Json, now: datetime) -> Json:
    head = _head_before_today(tenant, session, now)
    whole = {"@context": CONTEXT, **said, "log": head, "key": seal.key()}
    return {**whole, "signature": seal.sign(SIGNED + _encode(whole))}


def _head_before_today(tenant: Tenant, session: Session, now: datetime) -> str:
    """Return the hash of the last entry recorded before today; of no entry where the log begins today."""
    snapshot = tenant.snapshot
    midnight = datetime.combine(snapshot.local(now), time(), snapshot.settings.zone)
    row = Event.__table__.c
    last = select(row.hash).where(row.tenant_id == tenant.id, row.recorded_at < midnight).order_by(row.seq.desc()).limit(1)
    found = session.connection().scalar(last)
    return found.hex() if found else log.Head().hash.hex()


def verify(statement: bytes, key: str, paper: bytes | None = None) -> list[str]:
    """Return what is wrong with a statement of a register, and with ``paper`` as one of the files that it names.

    ``key``: the public key (hexadecimal) to trust.
    """
    try:
        said = msgspec.json.decode(statement, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return [f"the statement cannot be read: {error}"]
    signature = said.pop("signature", "")
    wrong = []
    if said.get("key") != key:
        wrong.append("the statement is signed with another key")
    if not isinstance(signature, str) or not is_signed(key, signature, SIGNED + _encode(said)):
        wrong.append("the statement is not what was signed")
    if paper is not None and sha256(paper).hexdigest() not in dict(said.get("papers") or {}).values():
        wrong.append("the paper is not one of those that the statement names")
    return wrong

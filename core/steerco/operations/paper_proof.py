"""Proof of one signed paper, checked anywhere: who signed it, in which capacity, by which clauses, and where the log says so.

The code at the foot of a paper names its document. :func:`prove` takes the entries of the log on that document (signed, issued,
printed), each with the hash before it, and the end of the log, and has the installation's seal sign all of it. :func:`verify`
needs the paper, the proof and the public key, and no database::

    answer, wrong = verify(paper, proof, key)

The proof tells what the installation's log holds. Whether the person whom it names was at the keyboard rests on the sign-in, and
whether nobody but this installation signs with the key on who keeps the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from steerco.committee.documents.document import Document
from steerco.configuration.tenant import Tenant
from steerco.kernel import event
from steerco.store import log
from steerco.store.checkpoint import Seal, is_signed

FORMAT = 1
SIGN, PROVING = "document.sign", ("document.sign", "document.issue", "document.print")
PAPERS = ("signed", "issued")
"""The files of a document that are handed out: as it was signed, and as it was issued with number and day."""
Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]*$(?!\n)", max_length=128)]
encode = msgspec.json.Encoder(order="deterministic").encode


class ProvenEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the log as it is stored; ``previous`` and ``hash`` are the hashes before it and of it."""

    seq: int
    at: datetime
    recorded_at: datetime
    person: str | None
    action: str
    type: str | None
    record_id: str | None
    revision: int | None
    caused_by: int | None
    body: str
    previous: Hex
    hash: Hex

    @property
    def whole(self) -> bool:
        """Whether the entry is what its hash was made of."""
        row = {name: getattr(self, name) for name in log.HASHED}
        return log.digest(bytes.fromhex(self.previous), row).hex() == self.hash

    def papers(self) -> dict[str, str]:
        """Return the digests of the papers that were made for the act, by what they are."""
        prepared = event.decode(self.body).prepared or {}
        return {name: prepared[name]["digest"] for name in PAPERS if name in prepared}


class PaperStatement(Struct, frozen=True, forbid_unknown_fields=True):
    """What is proved of one document: the entries, and how the signature reads (``name``, ``lines``, ``cites``). ``seq`` and
    ``head`` are the end of the log at ``proved_at``."""

    format: int
    tenant: str
    document: str
    ref: str
    number: str
    name: str
    lines: tuple[str, ...]
    cites: tuple[str, ...]
    entries: tuple[ProvenEntry, ...]
    seq: int
    head: Hex
    proved_at: datetime

    def signed(self) -> bytes:
        """Return the bytes that the signature covers."""
        return b"steerco-paper-1\n" + encode(self)


class PaperProof(Struct, frozen=True, forbid_unknown_fields=True):
    """The statement, with the signature of the installation and its public key (Ed25519)."""

    statement: PaperStatement
    signature: Hex
    key: Hex


class PaperAnswer(Struct, frozen=True):
    """What a paper is: ``paper`` says which of the document's files, ``entry`` and ``hash`` where the log has the signature."""

    paper: str
    tenant: str
    ref: str
    number: str
    signer: str
    name: str
    capacity: str
    acting_for: str
    because: tuple[str, ...]
    cites: tuple[str, ...]
    lines: tuple[str, ...]
    signed_at: datetime
    entry: int
    hash: str
    seq: int
    head: str


def prove(tenant: Tenant, code: str, seal: Seal, at: datetime) -> bytes:
    """Return the proof of the document that ``code`` (its id or reference) names, as JSON. ``at``: now.

    Raises ``LookupError`` where nobody signed a document of that code.
    """
    with tenant.store.read(tenant.id) as session:
        rows = [row for row in log.entries(session, types=("document",)) if _is(row, code) and row["action"] in PROVING]
        if not any(row["action"] == SIGN for row in rows):
            raise LookupError(code)
        entries = tuple(_entry(row, (log.at(session, row["seq"] - 1) or log.Head()).hash) for row in rows)
        document, end = session.get_one(Document, (tenant.id, rows[0]["record_id"])), log.head(session)
        day = tenant.snapshot.local(rows[0]["at"])
        directory = tenant.directory(session).on(day, tenant.snapshot.regime_on(day).charter).all
    signer = next(row["person"] for row in rows if row["action"] == SIGN)
    statement = PaperStatement(
        format=FORMAT,
        tenant=tenant.snapshot.slug,
        document=document.id,
        ref=document.ref,
        number="/".join(filter(None, (document.number, document.symbol))),
        name=_name(directory.persons.get(signer, {}), tenant.snapshot.settings.languages),
        lines=tuple(document.lines),
        cites=tuple(document.cites),
        entries=entries,
        seq=end.seq,
        head=end.hash.hex(),
        proved_at=at,
    )
    return encode(PaperProof(statement, seal.sign(statement.signed()), seal.key()))


def _is(row: dict[str, Any], code: str) -> bool:
    return code in (row["record_id"], event.decode(row["body"]).ref)


def _entry(row: dict[str, Any], previous: bytes) -> ProvenEntry:
    kept = {name: row[name] for name in log.HASHED}
    return ProvenEntry(**kept, previous=previous.hex(), hash=row["hash"].hex())


def _name(names: Mapping[str, str], languages: tuple[str, ...]) -> str:
    """Return a person's name in the first language of the committee that has it; empty where it was erased."""
    return next((names[language] for language in languages if names.get(language)), "")


def verify(paper: bytes, proof: bytes, key: str) -> tuple[PaperAnswer | None, list[str]]:
    """Return what the paper is by its proof, and everything that is wrong. ``key``: the public key (hexadecimal) to trust."""
    try:
        found = msgspec.json.decode(proof, type=PaperProof)
        signing = next(entry for entry in found.statement.entries if entry.action == SIGN)
        wrong = [*_wrong(found, proof, key), *_told_otherwise(found.statement, signing)]
        papers = {digest: name for entry in found.statement.entries for name, digest in entry.papers().items()}
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, StopIteration, KeyError, TypeError) as error:
        return None, [f"the proof cannot be read: {error}"]
    which = papers.get(sha256(paper).hexdigest(), "")
    if not which:
        wrong.append("the paper is not the one that was signed or issued")
    body, said = event.decode(signing.body), found.statement
    answer = PaperAnswer(
        paper=which,
        signer=signing.person or "",
        capacity=body.capacity,
        acting_for=body.acting_for,
        because=body.because,
        signed_at=signing.at,
        entry=signing.seq,
        hash=signing.hash,
        **{name: getattr(said, name) for name in ("tenant", "ref", "number", "name", "cites", "lines", "seq", "head")},
    )
    return answer, wrong


def _wrong(found: PaperProof, proof: bytes, key: str) -> Iterator[str]:
    """Yield what is wrong with the proof itself."""
    if proof != encode(found):
        yield "the proof is not written as it was made"
    if found.key != key:
        yield "the proof is signed with another key"
    if not is_signed(found.key, found.signature, found.statement.signed()):
        yield "the statement is not what was signed"
    for entry in found.statement.entries:
        if not entry.whole:
            yield f"entry {entry.seq} of the log is not what its hash was made of"


def _told_otherwise(said: PaperStatement, signing: ProvenEntry) -> Iterator[str]:
    """Yield where the statement and the entries tell different things."""
    body = event.decode(signing.body)
    if {entry.record_id for entry in said.entries} != {said.document} or body.ref != said.ref:
        yield "the entries are of another document"
    if not set(body.because) <= set(said.cites):
        yield "the clauses are not those of the signature"
    if max(entry.seq for entry in said.entries) > said.seq:
        yield "the log ends before these entries"

"""The documents of a period, or of one file of the archive, as one package that can be checked anywhere.

It holds a list by files, the papers, and one signature over all.

``verify`` needs no database and no tenant: the list is signed by the installation's seal, and names each paper by its digest.
What was disposed of stands in the list with its number and digests, and has no paper.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Select
from sqlalchemy.orm import Session

from steerco.committee.documents.document import Document
from steerco.configuration.tenant import Tenant
from steerco.store import log
from steerco.store.checkpoint import Checkpoint, Seal, is_signed
from steerco.store.files import LIMIT

LIST, SIGNATURE = "list.json", "signature.json"
MEMBER = re.compile(r"(list\.json|signature\.json|files/[0-9a-f]{64})\Z")
FORMAT = 1
encode = msgspec.json.Encoder(order="deterministic").encode


class ListedDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """One document in the list: what names it, how it was signed, and the digests of what was signed and issued."""

    ref: str
    kind: str
    number: str
    symbol: str
    issued_on: date
    title: str
    body: str
    state: str
    dossier: str
    signed_by: str
    signed_as: str
    signed_at: datetime
    mark: str
    lines: tuple[str, ...]
    cites: tuple[str, ...]
    content: str
    paper: str
    printed: str
    disposal: str


class PeriodList(Struct, frozen=True, forbid_unknown_fields=True):
    """The documents issued from ``first`` to ``last``, in the order of their files and numbers; ``seq`` and ``head`` are the end
    of the log at the time. ``dossier``: the one file whose documents they are, from first to last; empty for all."""

    format: int
    tenant: str
    first: date
    last: date
    exported_at: datetime
    seq: int
    head: str
    documents: tuple[ListedDocument, ...]
    dossier: str = ""


class PeriodSignature(Struct, frozen=True, forbid_unknown_fields=True):
    """The signature over the list, the checkpoint of the log's end, and the public key (Ed25519) of both."""

    checkpoint: Checkpoint
    list: str
    key: str


def export(tenant: Tenant, target: Path, seal: Seal, first: date, last: date, at: datetime) -> PeriodList:
    """Write the package of a period and return its list. ``seal`` signs it; ``at``: now. Raises ``FileExistsError``,
    ``FileNotFoundError`` where a paper is gone."""
    with tenant.store.read(tenant.id) as session:
        rows, end = _rows(session, Document.issued_between(tenant.id, first, last)), log.head(session)
    listed = PeriodList(FORMAT, tenant.snapshot.slug, first, last, at, end.seq, end.hash.hex(), rows)
    _write(tenant, target, seal, listed, seal.checkpoint(tenant.snapshot.slug, end, at))
    return listed


def export_dossier(tenant: Tenant, target: Path, seal: Seal, dossier: str, at: datetime) -> PeriodList:
    """Write the package of one file of the archive, whole, and return its list.

    Raises ``LookupError`` where no document is kept in such a file, else what ``export`` does.
    """
    with tenant.store.read(tenant.id) as session:
        rows, end = _rows(session, Document.kept_in(tenant.id, dossier)), log.head(session)
    if not rows:
        raise LookupError(dossier)
    first, last = rows[0].issued_on, max(row.issued_on for row in rows)
    listed = PeriodList(FORMAT, tenant.snapshot.slug, first, last, at, end.seq, end.hash.hex(), rows, dossier)
    _write(tenant, target, seal, listed, seal.checkpoint(tenant.snapshot.slug, end, at))
    return listed


def _rows(session: Session, documents: Select[Document]) -> tuple[ListedDocument, ...]:
    rows = map(_listed, session.scalars(documents))
    return tuple(sorted(rows, key=lambda row: (row.dossier, row.issued_on, row.symbol, row.number)))


def _write(tenant: Tenant, target: Path, seal: Seal, listed: PeriodList, checkpoint: Checkpoint) -> None:
    """Write a package, whole or not at all."""
    raw = encode(listed)
    signed = PeriodSignature(checkpoint, seal.sign(raw), seal.key())
    part = target.with_name(f".{target.name}.part")
    if target.exists():
        raise FileExistsError(str(target))
    try:
        with zipfile.ZipFile(part, "x") as package:
            package.writestr(LIST, raw)
            package.writestr(SIGNATURE, encode(signed))
            for digest in sorted({digest for row in listed.documents for digest in _digests(row)}):
                with tenant.files.open(tenant.id, digest) as file:
                    package.writestr(f"files/{digest}", file.read())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _digests(row: ListedDocument) -> tuple[str, ...]:
    """Return the digests of the papers that the package has to hold."""
    return () if row.disposal else tuple(filter(None, (row.content, row.paper, row.printed)))


def _listed(document: Document) -> ListedDocument:
    assert document.issued_on is not None
    assert document.signed_at is not None
    texts = {
        name: getattr(document, name) or ""
        for name in ("number", "symbol", "title", "dossier", "signed_by", "signed_as", "mark", "content", "paper", "printed")
    }
    return ListedDocument(
        ref=document.ref,
        kind=document.kind,
        body=document.body,
        state=document.state,
        issued_on=document.issued_on,
        signed_at=document.signed_at,
        lines=tuple(document.lines),
        cites=tuple(document.cites),
        disposal=document.disposal or "",
        **texts,
    )


def verify(package: Path, key: str = "") -> tuple[PeriodList | None, list[str]]:
    """Return the list of a package, and everything that is wrong with it. ``key``: the public key that must have signed it."""
    try:
        with zipfile.ZipFile(package) as opened:
            listed, signature = _read(opened)
            return listed, list(_wrong(opened, listed, signature, key))
    except (zipfile.BadZipFile, msgspec.DecodeError, KeyError, ValueError, OSError, EOFError) as error:
        return None, [f"it cannot be read: {error}"]


def _read(opened: zipfile.ZipFile) -> tuple[PeriodList, PeriodSignature]:
    """Return the list and its signature. Raises ``ValueError`` for members that no package has."""
    for info in opened.infolist():
        if not MEMBER.match(info.filename) or info.file_size > LIMIT:
            raise ValueError(f"{info.filename[:100]!r} is no member of such a package, or too large")
    decode = msgspec.json.decode
    return decode(opened.read(LIST), type=PeriodList), decode(opened.read(SIGNATURE), type=PeriodSignature)


def _wrong(opened: zipfile.ZipFile, listed: PeriodList, signature: PeriodSignature, key: str) -> Iterator[str]:
    mark = signature.checkpoint
    if key and signature.key != key:
        yield "it is signed with another key"
    if not is_signed(signature.key, signature.list, opened.read(LIST)):
        yield "the list is not what was signed"
    if not is_signed(signature.key, mark.signature, mark.signed()):
        yield "the checkpoint's signature is not good"
    if (mark.tenant, mark.seq, mark.hash) != (listed.tenant, listed.seq, listed.head):
        yield "the checkpoint is of another end of the log"
    wanted = {digest: row for row in listed.documents for digest in _digests(row)}
    held = {name.removeprefix("files/") for name in opened.namelist() if name.startswith("files/")}
    for digest in sorted(wanted.keys() - held):
        yield f"{_named(wanted[digest])}: the paper {digest} is missing"
    for digest in sorted(held - wanted.keys()):
        yield f"{digest} is in no line of the list"
    for digest in sorted(held & wanted.keys()):
        if not _is(opened, digest):
            yield f"{_named(wanted[digest])}: the paper {digest} is not what it was"


def _is(opened: zipfile.ZipFile, digest: str) -> bool:
    try:
        return sha256(opened.read(f"files/{digest}")).hexdigest() == digest
    except zipfile.BadZipFile:
        return False


def _named(row: ListedDocument) -> str:
    return f"{row.number}/{row.symbol} of {row.issued_on}"

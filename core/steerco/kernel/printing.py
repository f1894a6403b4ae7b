"""Plugins prepare an act: the first words of a document, the file that is signed, the count of an election.

Setting a page takes longer than anybody should wait for a tenant, so it is done ahead of the log's lock, on one state of the
record; under the lock the kernel sees whether the record is still that one. What was made goes into the event by its digest, so
that a rebuild does the act again without any plugin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.committee.documents.document import Document
from steerco.committee.documents.left_to_write import left_to_write
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.extension.dispatch import PluginFailed
from steerco.extension.documents import DocumentContent, DocumentFile, DocumentForm
from steerco.kernel import ballot_count, document_content, plain_form
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.pipeline import Judged, context
from steerco.records import Action, Invalid, OutOfOrder, reason

SIGNED: DocumentForm = "pdf"
"""The form that is signed where a plugin of the tenant has it; else core's own (``html``)."""
encode = msgspec.json.Encoder(order="deterministic").encode


class MadeAhead(Struct, frozen=True):
    """The papers and words made for an act on a record at ``version`` (0: it would be made)."""

    version: int
    made: Mapping[str, Any]


def wanted(request: ActRequest, action: Action) -> bool:
    """Return whether something is to be made for the act; for one that is done again, what the log holds is taken."""
    return request.prepared is None and action.id in _MAKERS


def prepare(judged: Judged) -> MadeAhead:
    """Make what the act needs. Raises ``Invalid`` for what cannot be printed, ``OutOfOrder`` where a plugin fails."""
    return MadeAhead(0 if judged.new else judged.record.version, _MAKERS[judged.action.id](judged))


def _worded(judged: Judged) -> Mapping[str, Any]:
    """Return the first words of a document, by the first plugin that words its kind; else the title of the record that it is
    about."""
    facts = document_content.facts(judged.authority, judged.record, judged.fields)
    text = _asked(judged.authority, "compose_document", facts=facts) or document_content.plain_text(facts)
    return {"text": msgspec.to_builtins(document_content.fitted(text))}


def _signed(judged: Judged) -> Mapping[str, Any]:
    """Return the file that is signed and what stands on it, both stored, unless the act is only tried.

    Raises ``Invalid`` where words are still left to write.
    """
    authority, document = judged.authority, judged.record
    assert isinstance(document, Document)
    if open_places := left_to_write(document, document_content.body_of(authority, document)):
        raise Invalid(open_places)
    content = document_content.content(authority, document, context(judged))
    file = rendered(authority, content, SIGNED)
    if not judged.request.dry_run:
        file = _sealed(authority, content, file)
    put = _put(authority.tenant, dry=judged.request.dry_run)
    return {"content": put(encode(content), ".json"), "signed": put(file.content, file.suffix)}


def rendered(authority: Authority, content: DocumentContent, form: DocumentForm) -> DocumentFile:
    """Return a document as a file: in the form wanted, as far as a plugin has it, else in core's plain one.

    Raises ``Invalid``, by field, for what cannot be printed, and ``OutOfOrder`` where a plugin fails.
    """
    file: DocumentFile | None = _asked(authority, "render_document", content=content, form=form)
    return _sound(authority, file or plain_form.render(content))


def _sealed(authority: Authority, content: DocumentContent, file: DocumentFile) -> DocumentFile:
    """Return the file with a plugin's signature in it; as it is where no plugin has one. Raises as ``rendered`` does."""
    return _sound(authority, _asked(authority, "seal_document", content=content, file=file) or file)


def _sound(authority: Authority, file: DocumentFile) -> DocumentFile:
    """Return a file that was made; raises ``Invalid``, by field, where it says why it cannot be."""
    if file.misprints:
        local = authority.tenant.snapshot.settings.languages[0]
        said = {each.field: (each.vi if local == "vi" and each.vi else each.en) for each in file.misprints}
        raise Invalid({field: reason("cannot-be-printed", message=message) for field, message in said.items()})
    return file


def _asked(authority: Authority, hook: str, **arguments: Any) -> Any:
    """Return what the tenant's plugins answer to a hook on documents; None where none does."""
    try:
        results = authority.tenant.snapshot.circle.ask(hook, **arguments)
    except PluginFailed as failed:
        raise OutOfOrder("paper-not-made", "steerco:paper-not-made", plugin=failed.fault.plugin) from failed
    return results[0].value if results else None


def _put(tenant: Tenant, *, dry: bool = False) -> Callable[[bytes, str], Mapping[str, Any]]:
    """Return what stores a file and tells its digest, suffix and size; it stores nothing where the act is only tried."""

    def put(content: bytes, suffix: str) -> Mapping[str, Any]:
        digest = sha256(content).hexdigest() if dry else tenant.files.put(tenant.id, content)
        return {"digest": digest, "suffix": suffix, "size": len(content)}

    return put


def unprinted(session: Session, tenant_id: int) -> list[str]:
    """Return the ids of documents that have their number and not yet the file that shows it."""
    waiting = (Document.tenant_id == tenant_id, Document.serial.is_not(None), Document.printed.is_(None))
    kept = (Document.content.is_not(None), Document.state != "disposed")
    return list(session.scalars(select(Document.id).where(*waiting, *kept).order_by(Document.id)))


def issued(tenant: Tenant, session: Session, id: str, at: datetime) -> Mapping[str, Any]:
    """Make the file of an issued document: exactly what was signed, with number and day, set once."""
    document = session.get_one(Document, (tenant.id, id))
    authority = Authority(tenant, session, PLATFORM, at)
    content = document_content.as_it_stands(authority, document)
    file_ = _sealed(authority, content, rendered(authority, content, SIGNED))
    return {"issued": _put(tenant)(file_.content, file_.suffix)}


_MAKERS: Mapping[str, Callable[[Judged], Mapping[str, Any]]] = {
    "document.draft": _worded,
    "document.sign": _signed,
    "election.count": ballot_count.counted,
}

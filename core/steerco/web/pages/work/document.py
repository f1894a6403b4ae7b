"""The page of a document: the sheet as it stands beside its fields, who signs or signed it and why, and its files."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.committee.documents.document import Document
from steerco.committee.documents.left_to_write import left_to_write
from steerco.committee.documents.second_signature import asks, beside
from steerco.committee.documents.signing import who_signs
from steerco.extension.documents import Block, DocumentContent, cells
from steerco.kernel.document_content import as_it_stands, body_of
from steerco.kernel.printing import rendered
from steerco.web.http.downloads import attachment
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.acts.record import found
from steerco.web.pages.frame.visit import Cite, Visit, nothing_here, only_if, visiting

FORMS = ("pdf", "docx", "html")


class SheetBlock(NamedTuple):
    """A part of the body: ``rows`` of a table, else what it says behind its label."""

    kind: str
    label: str
    text: str
    rows: list[list[str]]


class SigningLine(NamedTuple):
    """Who may sign such a document, how it reads, and by which clauses."""

    who: str
    lines: str
    cites: list[Cite]
    with_authority: bool


class SecondSignature(NamedTuple):
    """Who signs beside the signer (empty: nobody is named), whether and when they did, and by which clauses it is so."""

    asked: bool
    who: str
    signed_at: str
    cites: list[Cite]


class PaperLink(NamedTuple):
    """A file that can be saved."""

    label: str
    href: str
    digest: str


@get("/t/{tenant:str}/records/{type:str}/{id:str}/paper/{form:str}")
@showing
def preview(
    request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str], form: FromPath[str]
) -> Response[bytes]:
    """A document as a file to look at or to work on, for whoever sees it. What counts is the file that was signed or issued."""
    with visiting(request, tenant) as visit:
        document = found(visit, type, id)
        only_if(form in FORMS and isinstance(document, Document) and document.state != "disposed")
        try:
            content = as_it_stands(visit.authority, document)  # type: ignore[arg-type]
        except FileNotFoundError:
            raise nothing_here() from None
        file = rendered(visit.authority, content, form)  # type: ignore[arg-type]
        headers = {"Content-Disposition": attachment(f"{document.ref}{file.suffix}")}
        return Response(file.content, media_type="application/octet-stream", headers=headers)


def document_content_page(visit: Visit, document: Any) -> dict[str, Any]:
    """Return what the page of a document shows beside what every record's page does."""
    sheet = _sheet(visit, document)
    blocks = [_block(block) for block in sheet.text.blocks] if sheet else []
    appendices = [(each.title, [_block(block) for block in each.blocks]) for each in sheet.text.appendices] if sheet else []
    return {
        "sheet": sheet,
        "dated": visit.date(sheet.day) if sheet and sheet.day else "",
        "blocks": blocks,
        "appendices": appendices,
        "signing": [] if document.signed_at else _signing(visit, document),
        "second": _second(visit, document),
        "left": _left(visit, document) if document.state == "drafted" else [],
        "signed_by": visit.names(document.signed_by) if document.signed_by else "",
        "signed_at": visit.time(document.signed_at),
        "signed_cites": visit.cites(document.cites),
        "papers": _papers(visit, document),
        "previews": _previews(visit, document) if sheet else [],
    }


def _sheet(visit: Visit, document: Any) -> DocumentContent | None:
    if document.state == "disposed":
        return None
    try:
        return as_it_stands(visit.authority, document)
    except FileNotFoundError:
        return None


def _left(visit: Visit, document: Any) -> list[str]:
    """Return what a draft still lacks before it can be signed."""
    return [visit.say.reason(why) for why in left_to_write(document, body_of(visit.authority, document)).values()]


def _block(block: Block) -> SheetBlock:
    rows = [cells(line) for line in block.text.splitlines()] if block.kind == "table" else []
    return SheetBlock(block.kind, block.label, block.text, rows)


def _signing(visit: Visit, document: Any) -> list[SigningLine]:
    regime = visit.regime
    return [
        SigningLine(visit.names(role), ", ".join(block.lines), visit.cites(block.cites), needs)
        for role, needs, block in who_signs(regime.charter, regime.layers, document.kind, document.reach)
    ]


def _second(visit: Visit, document: Any) -> SecondSignature | None:
    """Return what is said of a second signature: None where no layer speaks of one on such a document."""
    regime = visit.regime
    said = beside((regime.charter, *regime.layers), document.body, document.kind)
    if not said.stated:
        return None
    who = visit.names(document.second) if document.second else ""
    return SecondSignature(asks(said), who, visit.time(document.second_signed_at), visit.cites(said.cite))


def _papers(visit: Visit, document: Any) -> list[PaperLink]:
    rows = visit.content(document).get("files", [])
    return [
        PaperLink(
            visit.say("value", row["role"]),
            visit.links.to("records", "document", document.ref, "files", row["digest"], name=row["file_name"]),
            row["digest"],
        )
        for row in rows
    ]


def _previews(visit: Visit, document: Any) -> list[PaperLink]:
    return [PaperLink(form.upper(), visit.links.to("records", "document", document.ref, "paper", form), "") for form in FORMS]

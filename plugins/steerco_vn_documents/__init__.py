"""Papers of committees in the form of Decree 30/2020/NĐ-CP on document work: worded from the records, set as PDF and Word.

README.md says what it does. Read ``words.py`` (what the decree prescribes), ``sheet.py`` (the filled form), ``press.py``
(printing).
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from steerco.extension.api import (
    DocumentContent,
    DocumentFacts,
    DocumentFile,
    DocumentText,
    Fragment,
    Hands,
    Route,
    TenantFacts,
    hookimpl,
)
from steerco_vn_documents import rendering
from steerco_vn_documents.composing import compose
from steerco_vn_documents.pack import board_pack, link
from steerco_vn_documents.words import KINDS


@hookimpl
def compose_document(tenant: TenantFacts, facts: DocumentFacts) -> DocumentText | None:
    """The first draft of each kind of paper, worded from the records."""
    return compose(tenant, facts)


@hookimpl
def render_document(tenant: TenantFacts, content: DocumentContent, form: str) -> DocumentFile | None:
    """The paper in the form of the decree: ``pdf`` to be signed, ``docx`` to work on."""
    writers = {"pdf": rendering.pdf, "docx": rendering.docx}
    if content.kind not in KINDS or form not in writers:
        return None
    if content.code and not content.address and (site := tenant.settings["site"]):
        content = replace(content, address=f"{site}/t/{tenant.slug}/records/document/{content.code}")
    return writers[form](content, electronic=tenant.settings["medium"] == "electronic")


@hookimpl
def routes(tenant: TenantFacts) -> Iterable[Route]:
    """The papers of a meeting as one file."""
    return [Route("pack/{meeting}", board_pack, doc="The papers of a meeting as one PDF with contents")]


@hookimpl
def page_slot(tenant: TenantFacts, slot: str, hands: Hands, language: str) -> Iterable[Fragment]:
    """The way to a meeting's papers as one file."""
    return link(tenant, slot, hands, language)

"""Papers of committees in the form of Decree 30/2020/NĐ-CP on document work: worded from the records, set as PDF and Word.

README.md says what it does. Read ``words.py`` (what the decree prescribes), ``sheet.py`` (the filled form), ``press.py``
(printing).
"""

from __future__ import annotations

from steerco.extension.api import DocumentContent, DocumentFile, TenantFacts, hookimpl
from steerco_vn_documents import rendering
from steerco_vn_documents.words import KINDS


@hookimpl
def render_document(tenant: TenantFacts, content: DocumentContent, form: str) -> DocumentFile | None:
    """The paper in the form of the decree, as ``pdf``."""
    if content.kind not in KINDS or form != "pdf":
        return None
    return rendering.pdf(content, electronic=tenant.settings["medium"] == "electronic")

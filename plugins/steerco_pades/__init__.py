"""Certificate signatures on PDF papers (PAdES), with pyHanko: ``pip install 'steerco[pades]'``.

Read ``certificate.py``: where the key lies, and what is signed. ``README.md`` says what such a signature proves.
"""

from __future__ import annotations

from steerco.extension.api import DocumentContent, DocumentFile, TenantFacts, hookimpl
from steerco_pades import certificate


@hookimpl
def seal_document(tenant: TenantFacts, content: DocumentContent, file: DocumentFile) -> DocumentFile | None:
    """The paper with the signature of the committee's certificate in it; anything but a PDF stays as it is."""
    return certificate.sealed(tenant.slug, content, file) if file.suffix == ".pdf" else None

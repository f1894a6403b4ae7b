"""The certificate of a committee, and the signature that it puts into a paper.

The environment names the folder of the keys (``STEERCO_PADES``), and the operator keeps it: a committee cannot name a path, so
none signs with another's key. ``SLUG.p12`` holds key and certificates (PKCS#12), ``SLUG.pass`` its passphrase.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from msgspec.structs import replace

from steerco.extension.api import DocumentContent, DocumentFile, Misprint

KEYS = "STEERCO_PADES"
FIELD = "Steerco"
"""The name of the field that holds the signature. It is not seen on the page."""


def sealed(slug: str, content: DocumentContent, file: DocumentFile) -> DocumentFile:
    """Return the PDF with a PAdES signature (baseline B-B) over all its bytes; with a misprint where there is no usable key."""
    if find_spec("pyhanko") is None:
        return _stopped(
            "pyHanko is not installed: pip install 'steerco[pades]'", "chưa cài pyHanko: pip install 'steerco[pades]'"
        )
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    folder = Path(os.environ.get(KEYS, ""))
    key, passphrase = folder / f"{slug}.p12", folder / f"{slug}.pass"
    if not os.environ.get(KEYS) or not key.is_file() or not passphrase.is_file():
        wanted = f"{slug}.p12, {slug}.pass"
        return _stopped(f"no certificate of the committee: {KEYS} names the folder of {wanted}", f"chưa có chứng thư: {wanted}")
    secret = passphrase.read_text("utf-8").strip().encode()
    signer = signers.SimpleSigner.load_pkcs12(str(key), passphrase=secret)  # type: ignore[no-untyped-call]  # the library has no types there
    if signer is None:
        return _stopped(f"{slug}.p12 cannot be opened with its passphrase", f"không mở được {slug}.p12 bằng mật khẩu đã cho")
    lines = " / ".join(line for signature in content.signatures for line in signature.lines)
    said = signers.PdfSignatureMetadata(field_name=FIELD, reason=lines or None, subfilter=SigSeedSubFilter.PADES)
    out = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(file.content)), said, signer=signer)
    return replace(file, content=out.getvalue())


def _stopped(en: str, vi: str) -> DocumentFile:
    return DocumentFile(misprints=(Misprint("certificate", en, vi),))

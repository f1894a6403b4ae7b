"""Papers with a certificate's signature: a reader who trusts the issuer finds every change, and nobody signs without a key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from tests.plugins.paper_samples import SAMPLES

from steerco.extension.api import DocumentFile
from steerco.records import Invalid
from steerco.testkit.kit import Committee
from steerco_pades import certificate
from steerco_vn_documents import rendering

PLUGIN = "steerco_pades"
HOME = Path(__file__).parents[2]
SLUG = "most-steering-board"
PASSPHRASE = b"not a secret"


class Key:
    """A certificate of the Board made for these tests, in a folder as an operator keeps it."""

    def __init__(self, folder: Path) -> None:
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Steering Board (test)")])
        begin = datetime.now(UTC) - timedelta(days=1)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(True, True, False, False, False, True, False, False, False), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.folder = folder
        self.trusted = asn1_x509.Certificate.load(made.public_bytes(Encoding.DER))
        kept = pkcs12.serialize_key_and_certificates(b"board", key, made, None, BestAvailableEncryption(PASSPHRASE))
        (folder / f"{SLUG}.p12").write_bytes(kept)
        (folder / f"{SLUG}.pass").write_bytes(PASSPHRASE + b"\n")

    def sound(self, paper: bytes) -> bool:
        """Whether a reader who trusts the certificate finds the whole paper signed, and nothing of it changed."""
        try:
            (signature,) = PdfFileReader(BytesIO(paper)).embedded_signatures
            found = validate_pdf_signature(signature, ValidationContext(trust_roots=[self.trusted], allow_fetching=False))
        except (PdfError, ValueError):  # it cannot even be opened
            return False
        return bool(found.intact and found.valid and found.trusted and found.bottom_line)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return Key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def paper() -> DocumentFile:
    return rendering.pdf(SAMPLES["conclusion-notice"], electronic=True)


@pytest.fixture
def sealed(key: Key, paper: DocumentFile, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setenv("STEERCO_PADES", str(key.folder))
    made = certificate.sealed(SLUG, SAMPLES["conclusion-notice"], paper)
    assert made.misprints == ()
    return made.content


def test_a_sealed_paper_is_sound_to_whoever_trusts_the_issuer(key: Key, paper: DocumentFile, sealed: bytes) -> None:
    assert sealed.startswith(paper.content), "what was set is in it, byte by byte"
    assert key.sound(sealed)
    (signature,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_changed_byte_breaks_the_signature(key: Key, paper: DocumentFile, sealed: bytes, place: float) -> None:
    at = int(len(paper.content) * place)
    broken = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    assert not key.sound(broken)


def test_another_issuer_is_not_trusted(sealed: bytes, tmp_path: Path) -> None:
    assert not Key(tmp_path).sound(sealed)


@pytest.mark.parametrize(
    ("lost", "said"),
    [("p12", "no certificate"), ("pass", "no certificate"), ("right passphrase", "cannot be opened")],
)
def test_without_a_usable_key_the_paper_says_what_is_missing(
    paper: DocumentFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str, said: str
) -> None:
    kept = Key(tmp_path)
    if lost == "right passphrase":
        (kept.folder / f"{SLUG}.pass").write_text("another")
    else:
        (kept.folder / f"{SLUG}.{lost}").unlink()
    monkeypatch.setenv("STEERCO_PADES", str(kept.folder))
    (why,) = certificate.sealed(SLUG, SAMPLES["conclusion-notice"], paper).misprints
    assert said in why.en


def test_what_is_signed_and_what_is_issued_bear_the_signature(
    committee: Committee, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted = committee.do("wg-head", "document.draft", kind="conclusion-notice", title="Kết luận", blocks=[{"text": "Giao"}])
    monkeypatch.delenv("STEERCO_PADES", raising=False)
    with pytest.raises(Invalid) as stopped:
        committee.do("wg-head", "document.sign", drafted.id)
    assert "certificate" in stopped.value.fields
    assert committee.show("document", drafted.id)["state"] == "drafted", "nothing half signed"
    monkeypatch.setenv("STEERCO_PADES", str(key.folder))
    committee.do("wg-head", "document.sign", drafted.id)
    committee.do("wg-head", "document.issue", drafted.id)
    document = committee.show("document", drafted.id)
    for digest in (document["paper"], document["printed"]):
        answer = committee.ask("wg-head", f"/api/document/{drafted.id}/files/{digest}")
        assert answer.status_code == 200, answer.text
        assert key.sound(answer.content)

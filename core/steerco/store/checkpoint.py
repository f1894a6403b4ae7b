"""Checkpoints: signed statements of a log's end, which expose a log that was cut short or rewritten as a whole.

The signature is Ed25519, not an HMAC, so an auditor or the next ministry can check a checkpoint with the public key and cannot
make one. The private key lies in the home folder, readable by its owner only. Against an owner of the database *and* of that
folder, only a checkpoint outside the house protects the log.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from steerco.store import file_modes
from steerco.store.log import Head, Mark

PUBLIC = "checkpoint.pub"
"""The name of the public key in the folder of the data. Its backups and all its processes have it: it tells the installation."""


class Checkpoint(msgspec.Struct, frozen=True):
    """The end of a tenant's log at a time. ``hash`` and ``signature`` are hexadecimal; ``tenant`` is the tenant's slug."""

    tenant: str
    seq: int
    hash: str
    at: datetime
    signature: str = ""

    def signed(self) -> bytes:
        """Return the bytes that the signature covers."""
        lines = ("steerco-checkpoint-1", self.tenant, str(self.seq), self.hash, self.at.isoformat())
        return "\n".join(lines).encode()


def is_signed(key: str, signature: str, content: bytes) -> bool:
    """Return whether the holder of the public key signed ``content``. ``key`` and ``signature`` are hexadecimal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(pem: bytes) -> str:
    """Return a public key (PEM) in hexadecimal. Raises ``ValueError`` if it is no Ed25519 key."""
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


class Seal:
    """Signs, stores and checks checkpoints. The key lies in ``folder`` as ``checkpoint.key`` and ``.pub``, made at first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key, self._public = folder / "checkpoint.key", folder / PUBLIC

    def checkpoint(self, tenant: str, head: Head, at: datetime) -> Checkpoint:
        """Return a signed checkpoint of ``head``. ``at`` is the present time, with a zone."""
        bare = Checkpoint(tenant, head.seq, head.hash.hex(), at)
        return msgspec.structs.replace(bare, signature=self.sign(bare.signed()))

    def sign(self, content: bytes) -> str:
        """Return the signature (hexadecimal) of this home over ``content``."""
        return self._private_key().sign(content).hex()

    def retire(self, tenant: str, name: str) -> None:
        """Rename the checkpoints of a deleted tenant, so that they are no marks for a new tenant with its slug."""
        if (path := self._path(tenant)).exists():
            os.replace(path, self._path(name))

    def check(self, checkpoint: Checkpoint) -> bool:
        """Return whether this home (or the home whose ``checkpoint.pub`` lies here) signed this checkpoint."""
        try:
            self._public_key().verify(bytes.fromhex(checkpoint.signature), checkpoint.signed())
        except (InvalidSignature, ValueError):
            return False
        return True

    def key(self) -> str:
        """Return the public key in hexadecimal, as this home writes it into documents for others."""
        return self._private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def knows(self, key: str) -> bool:
        """Return whether a public key belongs to this home, or to a home whose ``.pub`` lies in ``known-keys/``."""
        return key in {self.key(), *self._known()}

    def _known(self) -> Iterator[str]:
        for path in sorted((self._folder / "known-keys").glob("*.pub")):
            key = load_pem_public_key(path.read_bytes())
            if isinstance(key, Ed25519PublicKey):
                yield key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def keep(self, checkpoint: Checkpoint) -> None:
        """Add the checkpoint to the tenant's file under ``checkpoints/``, synced."""
        path = self._path(checkpoint.tenant)
        file_modes.folder(path.parent)
        file_modes.file(path)
        with path.open("ab") as file:
            file.write(msgspec.json.encode(checkpoint) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def kept(self, tenant: str) -> list[Checkpoint]:
        """Return the stored checkpoints of a tenant, oldest first."""
        path = self._path(tenant)
        return _lines(path) if path.exists() else []

    def marks(self, checkpoints: Iterable[Checkpoint]) -> tuple[list[Mark], list[Checkpoint]]:
        """Return the marks for verifying a log, and the checkpoints with a bad signature."""
        good: list[Checkpoint] = []
        bad: list[Checkpoint] = []
        for checkpoint in checkpoints:
            (good if self.check(checkpoint) else bad).append(checkpoint)
        return [Mark(checkpoint.seq, bytes.fromhex(checkpoint.hash)) for checkpoint in good], bad

    def _path(self, tenant: str) -> Path:
        if Path(tenant).name != tenant or tenant in ("", ".", ".."):
            raise ValueError(f"not a tenant's slug: {tenant!r}")
        return self._folder / "checkpoints" / f"{tenant}.jsonl"

    def _private_key(self) -> Ed25519PrivateKey:
        if not self._key.exists():
            self._make()
        key = load_pem_private_key(self._key.read_bytes(), password=None)
        assert isinstance(key, Ed25519PrivateKey)
        return key

    def _public_key(self) -> Ed25519PublicKey:
        if not self._public.exists():
            return self._private_key().public_key()
        key = load_pem_public_key(self._public.read_bytes())
        assert isinstance(key, Ed25519PublicKey)
        return key

    def _make(self) -> None:
        key = Ed25519PrivateKey.generate()
        file_modes.folder(self._folder)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            handle = os.open(self._key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process made it meanwhile
            return
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        self._public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


class UnreadableCheckpoint(ValueError):
    """A line under ``checkpoints/`` is no checkpoint: another program wrote there, or the disk failed."""


def _lines(path: Path) -> list[Checkpoint]:
    """Return the checkpoints in a file, one a line. Raises ``UnreadableCheckpoint``, which names the line."""
    checkpoints: list[Checkpoint] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            checkpoints.append(_read(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnreadableCheckpoint(f"{path}:{number} is no checkpoint: {error}") from None
    return checkpoints


_read = msgspec.json.Decoder(Checkpoint).decode

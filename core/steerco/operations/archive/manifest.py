"""The manifest of an archive and its signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

import steerco.records.personal  # noqa: F401  # declares a table that every archive has
from steerco import __version__
from steerco.operations.archive.container import FILES, MANIFEST, SIGNATURE, BadArchive, Container
from steerco.store.checkpoint import Checkpoint, is_signed
from steerco.store.rows import names_of

FORMAT = 1
LEFT_OUT: Mapping[str, str] = {
    "token": "secrets: whoever needs one is issued a new one",
    "account_person": "accounts belong to the installation: at the next, people are invited anew",
    "idempotency": "answers kept for a week, of clients that know the old address",
    "pending_change": "what is prepared and not applied stays where it was prepared",
    "draft": "forms that somebody has not finished, kept for a week, of accounts that are elsewhere",
    "inquiry": "answers that can be asked for again",
    "notice": "what people were told, which follows from the log; nobody is told again elsewhere",
    "notice_choice": "how people are told by mail, which they say anew",
    "log_head": "follows from the log",
    "refusal_count": "how often acts were refused here, which proves nothing elsewhere",
    "search_entry": "follows from the records",
}
"""The tables that no archive holds, and why."""
encode = msgspec.json.Encoder(order="deterministic").encode


class ArchivedTable(Struct, frozen=True, forbid_unknown_fields=True):
    """One table in an archive: how many rows, in how many bytes, with which digest; and its columns in order."""

    rows: int
    size: int
    sha256: str
    columns: tuple[str, ...]


class ArchiveManifest(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of an archive. ``seq`` and ``head`` are the end of the log, ``files`` the sizes by digest.

    ``missing``: files that were gone when it was written. ``left_out``: tables that it does not hold, and why.
    """

    format: int
    program: str
    schema: str
    tenant: str
    name: str
    created_at: datetime
    exported_at: datetime
    state: str
    revisions: int
    seq: int
    head: str
    tables: dict[str, ArchivedTable]
    files: dict[str, int]
    missing: tuple[str, ...] = ()
    left_out: dict[str, str] = {}


class ArchiveSignature(Struct, frozen=True, forbid_unknown_fields=True):
    """The signatures of an archive: the signed checkpoint of the log, the signature over the manifest, the public key."""

    checkpoint: Checkpoint
    manifest: str
    key: str


def read(container: Container) -> tuple[ArchiveManifest, ArchiveSignature]:
    """Return an archive's manifest with its signature, which is checked; the caller asks whose key it is. Raises
    ``BadArchive``."""
    raw = container.whole(MANIFEST)
    manifest, signature = (
        _decoded(raw, ArchiveManifest, MANIFEST),
        _decoded(container.whole(SIGNATURE), ArchiveSignature, SIGNATURE),
    )
    if manifest.format != FORMAT:
        raise BadArchive(f"format {manifest.format}; this program reads format {FORMAT}", MANIFEST)
    if not is_signed(signature.key, signature.manifest, raw):
        raise BadArchive("is not what was signed", MANIFEST)
    mark = signature.checkpoint
    if not is_signed(signature.key, mark.signature, mark.signed()):
        raise BadArchive("the checkpoint's signature is not good", SIGNATURE)
    if (mark.tenant, mark.seq, mark.hash) != (manifest.tenant, manifest.seq, manifest.head):
        raise BadArchive("the checkpoint is of another end of the log than the manifest's", SIGNATURE)
    _complete(container, manifest)
    return manifest, signature


def _decoded(raw: bytes, kind: Any, where: str) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        raise BadArchive(f"cannot be read: {error or type(error).__name__}", where) from None


def _complete(container: Container, manifest: ArchiveManifest) -> None:
    """Check that the members are exactly those of the manifest, with their sizes. Raises ``BadArchive``."""
    stated = {table_member(name): table.size for name, table in manifest.tables.items()}
    stated |= {file_member(digest): size for digest, size in manifest.files.items()}
    sizes = {name: container.size(name) for name in container.members if name not in (MANIFEST, SIGNATURE)}
    for name in sorted(stated.keys() | sizes.keys()):
        if name not in sizes:
            raise BadArchive("is missing", name)
        if name not in stated:
            raise BadArchive("is not in the manifest", name)
        if sizes[name] != stated[name]:
            raise BadArchive(f"has {sizes[name]} bytes, the manifest says {stated[name]}", name)


def table_member(table: str) -> str:
    """Return the name of a table's member."""
    return f"tables/{table}.jsonl"


def file_member(digest: str) -> str:
    """Return the name of a file's member."""
    return f"{FILES}{digest}"


def fits(manifest: ArchiveManifest, tables: Mapping[str, Any], schema: str) -> None:
    """Check that the archive's tables are those of this program, column for column. Raises ``BadArchive``."""
    if manifest.schema != schema:
        older = manifest.schema < schema
        do = "bring the sender's installation up by `steerco db upgrade`, and export again" if older else "install that release"
        raise BadArchive(f"its schema is {manifest.schema} (steerco {manifest.program}), this release's is {schema}: {do}")
    for name, table in manifest.tables.items():
        if name in LEFT_OUT:  # its maker would know a secret that opens the tenant
            raise BadArchive(f"is in no archive: {LEFT_OUT[name]}", table_member(name))
        if name not in tables:
            do = "install the plugin that it belongs to, then `steerco db upgrade`"
            raise BadArchive(f"there is no such table here: {do}", table_member(name))
        if table.columns != tuple(names_of(tables[name])):
            raise BadArchive(f"has other columns than steerco {__version__}: it is of another release", table_member(name))

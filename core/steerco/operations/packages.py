"""Documents between committees of two installations: packages, written on one side and taken on the other.

A plugin gives the form of a package and names the other committees with the keys of their installations (hook
``correspondents``). What passes, and how it is proven, is the same as within one installation (``passage.py``): an entry of the
sender's log. Here the sender's installation signs the package as a whole as well, so that nobody on the way can change which
record it is about. Whoever signs with a key that is pinned for one committee can speak for that one only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select

from steerco.committee.documents.proof import Proof, encode
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.extension.results import Correspondent, Handover
from steerco.following import cursors
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.passage import CARRIED, CONSUMER, KINDS, TYPES, shared_id, signed_input
from steerco.operations.provenance import Exchanged
from steerco.records import NotFound, OutOfOrder
from steerco.store import log
from steerco.store.checkpoint import Seal, is_signed

HOOK = "correspondents"
MOST = 64 * 1024 * 1024
"""The bytes of the largest package that is looked at."""
AGAIN = "already-taken-in"


class PackageRefused(Exception):
    """A package of which nothing is entered. ``code`` is stable, ``why`` for people."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code, self.why = code, why


class Package(NamedTuple):
    """A package as it is handed over: the entry of the log that it is of, and what becomes of it there."""

    seq: int
    action: str
    suffix: str
    content: bytes


class PackageTaken(NamedTuple):
    """What a package did here: the act, and the record. ``again``: it was taken before, and nothing was done. ``passed_over``: it
    was never taken and no longer can be, since a later one about the same record was; nothing was done."""

    action: str
    ref: str
    sender: str
    again: bool = False
    passed_over: bool = False


class _Elsewhere(NamedTuple):
    """A committee of another installation, and the plugin that brings it."""

    plugin: str
    correspondent: Correspondent


def elsewhere(tenant: Tenant) -> dict[str, _Elsewhere]:
    """Return the committees of other installations that the tenant's plugins name, by name."""
    named: dict[str, _Elsewhere] = {}
    for call in tenant.snapshot.circle.once(HOOK):
        if call.value.committee != tenant.snapshot.slug:
            named.setdefault(call.value.committee, _Elsewhere(call.plugin, call.value))
    return named


def written(tenant: Tenant, to: str, seal: Seal, *, anew: bool = False) -> Iterator[Package]:
    """Yield what has to go to a committee of another installation, in order: what is new, or ``anew`` all of it.

    Raises ``KeyError`` where the tenant has no such correspondent, and ``Unproven`` where the log is not what was written.
    """
    plugin, correspondent = elsewhere(tenant)[to]
    with tenant.store.read(tenant.id) as session:
        after = 0 if anew else cursors.last(session, CONSUMER + to) or 0
        for event in log.entries(session, after, types=TYPES):
            kind: Any = KINDS[event["type"]]
            record: Exchanged | None = session.get(kind, (tenant.id, event["record_id"]))
            if event["action"] not in CARRIED or record is None or record.other != to:
                continue
            content = signed_input(tenant, session, event, record, seal)
            passage = Handover(content.pop("proof"), content, record.there or "")
            passage = msgspec.structs.replace(passage, signature=seal.sign(covered(passage)))
            package = tenant.snapshot.circle.serve(HOOK, plugin, partial(correspondent.write, passage), bytes, ())
            yield Package(event["seq"], event["action"], correspondent.suffix, package)


def covered(passage: Handover) -> bytes:
    """Return the bytes that the signature of a package covers."""
    return b"steerco-package-1\n" + encode({"proof": passage.proof, "content": passage.content, "there": passage.there})


def handed_over(tenant: Tenant, to: str, seq: int) -> None:
    """Remember that the packages for a committee are written up to this entry of the log."""
    with tenant.store.write(tenant.id) as session:
        cursors.handled(session, CONSUMER + to, seq)


def take(tenant: Tenant, package: bytes, at: datetime) -> PackageTaken:
    """Enter what a package of another installation holds. Taken twice, it is entered once. ``at``: now.

    Raises ``PackageRefused``, and what stops the act in the kernel.
    """
    if len(package) > MOST:
        raise PackageRefused("too-large", f"a package has at most {MOST} bytes")
    passage, proof = _held(tenant, package)
    action = CARRIED[proof.action]
    on = None
    if not action.endswith(".arrive"):
        mine = _mine(tenant, passage, proof)
        on = mine.id
        if mine.taken >= proof.seq:
            return _not_new(tenant, action, mine, proof)
    try:
        done = perform(tenant, ActRequest(PLATFORM, action, on=on, input=_input(passage), at=at))
    except OutOfOrder as stopped:
        if stopped.code != AGAIN:
            raise
        return _not_new(tenant, action, _mine(tenant, passage, proof), proof)
    return PackageTaken(action, done.ref, proof.tenant)


def _not_new(tenant: Tenant, action: str, mine: Exchanged, proof: Proof) -> PackageTaken:
    """Return what becomes of a package that is not newer than what was taken on its record."""
    kind: Any = KINDS[mine.record_type]
    row: Any = kind.parts()["proofs"]
    with tenant.store.read(tenant.id) as session:
        of = (row.tenant_id == tenant.id, getattr(row, row.pointer) == mine.id, row.tenant == proof.tenant, row.seq == proof.seq)
        known = session.scalar(select(row.seq).where(*of)) is not None
    return PackageTaken(action, mine.ref, proof.tenant, again=known, passed_over=not known)


def _input(passage: Handover) -> dict[str, Any]:
    return {**passage.content, "proof": dict(passage.proof)}


def _held(tenant: Tenant, package: bytes) -> tuple[Handover, Proof]:
    """Return what a package holds, once it is shown to come from a correspondent and to be for this committee."""
    slug = tenant.snapshot.slug
    passage, proof, keys, signed = _read(tenant, package)
    if proof.to != slug:
        raise PackageRefused("for-another", f"it is for {proof.to!r}, and this is {slug!r}")
    if proof.key not in keys:
        why = f"the key {proof.key or '(none)'}, by which it is signed, is not pinned for {proof.tenant!r}"
        why += ": ask its operator for the key by another way than the package came, and pin it in the plugin's settings"
        raise PackageRefused("key-not-pinned", why)
    if not is_signed(proof.key, passage.signature, signed):
        raise PackageRefused("not-as-signed", "it is not what was signed: it was altered on the way; ask for it anew")
    if proof.action not in CARRIED:
        raise PackageRefused("unknown-act", f"no other committee hands over {proof.action!r}")
    return passage, proof


def _read(tenant: Tenant, package: bytes) -> tuple[Handover, Proof, tuple[str, ...], bytes]:
    """Return what a package says, in the form of the correspondent that it says it is from, that one's keys, and the bytes that
    have to be signed."""
    others, problems = elsewhere(tenant), []
    if not others:
        raise PackageRefused("no-correspondent", "no plugin of this committee names a committee of another installation")
    for name, (plugin, correspondent) in others.items():
        try:
            passage = tenant.snapshot.circle.serve(HOOK, plugin, partial(correspondent.read, package), Handover, (ValueError,))
            proof, signed = msgspec.convert(passage.proof, Proof), covered(passage)
        except ValueError as error:  # msgspec's ValidationError is one, and that of a text that cannot be written in UTF-8
            problems.append(str(error))
            continue
        if proof.tenant == name:
            return passage, proof, correspondent.keys, signed
        problems.append(f"it says that it comes from {proof.tenant!r}, which is no correspondent")
    raise PackageRefused("not-a-package", problems[0])


def _mine(tenant: Tenant, passage: Handover, proof: Proof) -> Exchanged:
    """Return the record here that a passage is about. Raises ``NotFound`` and ``PackageRefused``."""
    type = proof.action.partition(".")[0]
    kind: Any = KINDS[type]
    id = shared_id(tenant, proof.tenant, kind, passage.there or None, proof.record)
    with tenant.store.read(tenant.id) as session:
        record: Exchanged | None = session.get(kind, (tenant.id, id)) if id else None
        if record is None:
            raise NotFound(type)
        if record.there not in (None, proof.record):
            raise PackageRefused("of-another-record", f"{record.ref} is not what {proof.record!r} is there")
        session.expunge(record)
    return record


def pinned(tenant: Tenant) -> Mapping[str, tuple[str, ...]]:
    """Return the keys of the installations of other committees, by the committees' names."""
    return {name: each.correspondent.keys for name, each in elsewhere(tenant).items()}

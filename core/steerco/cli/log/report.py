"""The work of ``steerco log``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from steerco.accounts import verification
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.configuration import revisions
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.following.replay import Progress
from steerco.i18n import DEFAULT, words
from steerco.kernel.event import decode
from steerco.operations import tokens
from steerco.operations.packages import pinned
from steerco.operations.provenance import ProvenanceFault, examined
from steerco.operations.rebuild import Rebuilt, rebuild
from steerco.store import log
from steerco.store.base import INSTALLATION, INSTALLATION_NAME
from steerco.store.checkpoint import Checkpoint, Seal
from steerco.store.engine import Store

SHOWN = ("ref", "state", "capacity", "acting_for", "entered_by", "token", "basis")
"""The fields of an event's body that are shown as they are."""
OF_WHOM = ("capacity", "acting_for", "entered_by", "token")
"""Those of them that tell who acted."""


def verified(shell: Shell, slug: str, against: Sequence[Path]) -> dict[str, Any]:
    """Verify a tenant's log, or (no slug) the installation's own, and return where it is not what was written.

    Raises ``CommandProblem`` for a file that holds no checkpoint.
    """
    (name, number), seal = _named(shell, slug), Seal(shell.home.data)
    elsewhere = [checkpoint for path in against for checkpoint in _read(path)]
    marks, bad = seal.marks([*seal.kept(name), *elsewhere])
    with shell.store.read(number) as session:
        breaks = log.verify(session, marks)
        if last := shell.store.acknowledged(number):
            breaks += log.lost(session, last)
        breaks += (
            verification.breaks(session) if number == INSTALLATION else [*revisions.breaks(session), *tokens.breaks(session)]
        )
        events = log.head(session).seq
    return {
        "ok": not breaks,
        "events": events,
        "checkpoints": len(marks),
        "breaks": [msgspec.to_builtins(each) for each in breaks],
        "set_aside": [msgspec.to_builtins(each) for each in bad],
    }


def _named(shell: Shell, slug: str) -> tuple[str, int]:
    """Return the name of a log's checkpoints and its number: a tenant's, or (empty) the installation's own."""
    return (slug, shell.tenant(slug).id) if slug else (INSTALLATION_NAME, INSTALLATION)


def origins_of(shell: Shell, slug: str) -> dict[str, Any]:
    """Examine what came from other committees and return its faults."""
    tenant = shell.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        proofs, faults = examined(tenant, session, Seal(shell.home.data), pinned(tenant))
    return {"ok": not faults, "proofs": proofs, "faults": [_fault_row(fault) for fault in faults]}


def _fault_row(fault: ProvenanceFault) -> dict[str, Any]:
    """Return a fault as data: its code with parameters, and what it says in the command line's language."""
    sentence = words(DEFAULT).reason(fault.why)
    message = f"{fault.action}: {sentence}" if fault.action else sentence
    place = {"type": fault.type, "ref": fault.ref, "action": fault.action}
    return {**place, "what": message, "code": fault.why.code, "params": fault.why.params}


def _read(path: Path) -> list[Checkpoint]:
    text = path.read_bytes().strip()
    try:
        if b"\n{" in text:
            return msgspec.json.Decoder(Checkpoint).decode_lines(text)
        return [msgspec.json.decode(text, type=Checkpoint)]
    except msgspec.DecodeError as error:
        do = "give what `steerco log head SLUG --json` printed"
        raise CommandProblem("no-checkpoint", f"{path} holds no checkpoint: {error}", do, exit=USAGE) from None


def event_rows(tenant: Tenant, after: int, limit: int, on: str) -> list[dict[str, Any]]:
    """Return events as people read them. Of a vote by secret ballot it is not told who cast it, nor how."""
    events: list[dict[str, Any]] = []
    with tenant.store.read(tenant.id) as session:
        for row in log.entries(session, after):
            body = decode(row["body"])
            if on and on not in (row["record_id"], body.ref):
                continue
            events.append(
                {
                    **{name: row[name] for name in ("seq", "at", "recorded_at", "action", "type")},
                    "person": "" if body.secret else row["person"],
                    "record": row["record_id"],
                    **{name: "" if body.secret and name in OF_WHOM else getattr(body, name) or "" for name in SHOWN},
                    "because": list(body.because),
                    "input": {} if body.secret else body.input,
                    "caused_by": row["caused_by"],
                    "revision": row["revision"],
                    "hash": row["hash"].hex(),
                }
            )
            if limit and len(events) >= limit:
                break
    return events


def rebuild_in_scratch(installation: Installation, slug: str, progress: Progress) -> Rebuilt:
    """Perform the log again in a scratch store, which is thrown away, and return what differs."""
    scratch = Store.on_disk()
    try:
        scratch.create_schema()
        return rebuild(installation, slug, scratch=scratch, progress=progress)
    finally:
        scratch.close()


def signed_head(shell: Shell, slug: str, at: datetime) -> Checkpoint:
    """Return a checkpoint of the log's end, kept in the home."""
    (name, number), seal = _named(shell, slug), Seal(shell.home.data)
    with shell.store.read(number) as session:
        checkpoint = seal.checkpoint(name, log.head(session), at)
    seal.keep(checkpoint)
    return checkpoint

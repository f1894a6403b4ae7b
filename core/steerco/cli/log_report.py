"""What ``steerco log`` asks of a log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from steerco.cli.problems import USAGE, CommandProblem
from steerco.cli.shell import Shell
from steerco.configuration import revisions
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.following.replay import Progress
from steerco.i18n import DEFAULT, words
from steerco.kernel.event import decode
from steerco.operations import tokens
from steerco.operations.provenance import ProvenanceFault, examined
from steerco.operations.rebuild import Rebuilt, rebuild
from steerco.store import log
from steerco.store.checkpoint import Checkpoint, Seal
from steerco.store.engine import Store

SHOWN = ("ref", "state", "capacity", "acting_for", "entered_by", "token", "basis")
"""What of an event's body is shown as it is."""


def verified(shell: Shell, slug: str, against: Sequence[Path]) -> dict[str, Any]:
    """Where the log is not what was written. Raises ``CommandProblem`` for a file that holds no checkpoint."""
    tenant, seal = shell.tenant(slug), Seal(shell.home.data)
    given = [checkpoint for path in against for checkpoint in _read(path)]
    marks, bad = seal.marks([*seal.kept(slug), *given])
    with tenant.store.read(tenant.id) as session:
        breaks = [*log.verify(session, marks), *revisions.breaks(session)]
        if last := tenant.store.acknowledged(tenant.id):
            breaks += log.lost(session, last)
        breaks += tokens.breaks(session)
        events = log.head(session).seq
    return {
        "ok": not breaks,
        "events": events,
        "checkpoints": len(marks),
        "breaks": [msgspec.to_builtins(each) for each in breaks],
        "set_aside": [msgspec.to_builtins(each) for each in bad],
    }


def origins_of(shell: Shell, slug: str) -> dict[str, Any]:
    """What is wrong with what came from other committees."""
    tenant = shell.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        proofs, found = examined(tenant, session, Seal(shell.home.data))
    return {"ok": not found, "proofs": proofs, "faults": [_told(each) for each in found]}


def _told(fault: ProvenanceFault) -> dict[str, Any]:
    """A fault as data: its code with parameters, and what it says in the command line's language."""
    said = words(DEFAULT).reason(fault.why)
    what = f"{fault.action}: {said}" if fault.action else said
    known = {"type": fault.type, "ref": fault.ref, "action": fault.action}
    return {**known, "what": what, "code": fault.why.code, "params": fault.why.params}


def _read(path: Path) -> list[Checkpoint]:
    text = path.read_bytes().strip()
    try:
        if b"\n{" in text:
            return msgspec.json.Decoder(Checkpoint).decode_lines(text)
        return [msgspec.json.decode(text, type=Checkpoint)]
    except msgspec.DecodeError as error:
        do = "give what `steerco log head SLUG --json` printed"
        raise CommandProblem("no-checkpoint", f"{path} holds no checkpoint: {error}", do, exit=USAGE) from None


def shown(tenant: Tenant, after: int, limit: int, on: str) -> list[dict[str, Any]]:
    """Events as people read them."""
    found: list[dict[str, Any]] = []
    with tenant.store.read(tenant.id) as session:
        for row in log.entries(session, after):
            body = decode(row["body"])
            if on and on not in (row["record_id"], body.ref):
                continue
            found.append(
                {
                    **{name: row[name] for name in ("seq", "at", "recorded_at", "person", "action", "type")},
                    "record": row["record_id"],
                    **{name: getattr(body, name) or "" for name in SHOWN},
                    "because": list(body.because),
                    "input": body.input,
                    "caused_by": row["caused_by"],
                    "revision": row["revision"],
                    "hash": row["hash"].hex(),
                }
            )
            if limit and len(found) >= limit:
                break
    return found


def rebuilt(installation: Installation, slug: str, progress: Progress) -> Rebuilt:
    """The log performed again in a scratch store, which is thrown away."""
    scratch = Store.memory()
    try:
        scratch.create_schema()
        return rebuild(installation, slug, scratch=scratch, progress=progress)
    finally:
        scratch.close()


def signed_head(shell: Shell, slug: str, at: datetime) -> Checkpoint:
    """A checkpoint of the log's end, kept in the home."""
    tenant, seal = shell.tenant(slug), Seal(shell.home.data)
    with tenant.store.read(tenant.id) as session:
        made = seal.checkpoint(slug, log.head(session), at)
    seal.keep(made)
    return made

"""``steerco do``: one act through the kernel, and its answer as data."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from steerco.cli.answers.questions import answer_of_stop, person
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.kernel.view import shown
from steerco.records import File, Stopped


def act(
    tenant: Tenant,
    who: str,
    action: str,
    payload: Mapping[str, Any],
    at: datetime,
    *,
    on: str | None,
    capacity: str | None,
    key: str | None,
    entered_by: str | None,
    evidence: str | None,
    dry_run: bool,
) -> dict[str, Any]:
    """Do it; ``{outcome, record, decision}``, and what is wrong where it was not done. Raises ``Problem`` for who is nobody."""
    with tenant.store.read(tenant.id) as session:
        actor = person(tenant, session, who, at)
        enterer = person(tenant, session, entered_by, at) if entered_by else None
    try:
        done = perform(
            tenant,
            ActRequest(
                actor,
                action,
                at,
                on=on,
                input=payload,
                capacity=capacity,
                key=key,
                entered_by=enterer,
                evidence=_paper(evidence),
                dry_run=dry_run,
            ),
        )
    except Stopped as stopped:
        return answer_of_stop(tenant, stopped, at)
    return {"outcome": "done", "record": _record(tenant, done, at), "decision": msgspec.to_builtins(done.decision)}


def _paper(path: str | None) -> File | None:
    if path is None:
        return None
    file = Path(path)
    return File(file.name, base64=b64encode(file.read_bytes()).decode())


def _record(tenant: Tenant, done: Done, at: datetime) -> dict[str, Any]:
    """Return the record as it is now; after a dry run, only its names and state."""
    summary = {"type": done.type, "id": done.id, "ref": done.ref, "state": done.state, "version": done.version}
    if done.dry:
        return summary
    with tenant.store.read(tenant.id) as session:
        record = tenant.snapshot.types[done.type].get(session, tenant.id, done.id)
        fields = shown(tenant, session, record, tenant.snapshot.local(at)) if record is not None else {}
    records = [{"type": type, "id": id} for type, id in done.made]
    followed = msgspec.to_builtins(done.followed)
    return {**fields, **summary, "seq": done.seq, "made": records, "followed": followed, "replayed": done.replayed}

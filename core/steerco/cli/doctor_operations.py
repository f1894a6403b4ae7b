"""What ``doctor`` looks at beyond program and folders: files, logs, deletions, the worker. Each finding says its mend."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

from msgspec import Struct

from steerco.cli.shell import Shell, now

State = Literal["ok", "note", "problem"]
PATIENCE = timedelta(days=1)
"""How long a deletion that is due, or a log without a new checkpoint, is nobody's fault."""


class Check(Struct, frozen=True):
    """One thing that was looked at: how it is, and for a problem what mends it."""

    what: str
    state: State
    said: str
    mend: str = ""


MENDS = {
    "cut": "was an older backup restored, or the log cut? restore the newest backup; what is lost is not in this database",
    "rewritten": "somebody rewrote the log: keep the database as evidence, restore a backup, compare by `steerco log verify`",
    "lost": "was steerco.db-wal taken away, or an older copy put in place? bring it back, or restore the newest backup; have"
    " done again what is lost; then take var/log.ends away, which only tells of it",
    "token": "somebody wrote it past the program: `steerco token revoke`, then see in `steerco log show --json` what it did",
    "revision": "keep the database as evidence, and restore a backup; then `steerco tenant apply` the files that are meant",
}
HEAD = (
    "is the head further than the log? then the log was cut: restore the newest backup. Otherwise somebody changed the head past"
    " the program: as the owner of the database, INSERT INTO log_head (tenant_id, seq, hash) SELECT tenant_id, seq, hash"
    " FROM event WHERE tenant_id = {} ORDER BY seq DESC LIMIT 1"
    " ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)
"""What mends a head (the row that a writer on PostgreSQL locks) which is not the end of its log, by the tenant's number."""
OTHERWISE = "keep the database as it is, restore a copy, compare by `steerco log verify`"


def logs(shell: Shell) -> Iterator[Check]:
    """Every log is what was written, and its checkpoints keep up with it."""
    from steerco.cli.log_report import verified

    for slug in shell.applied():
        found = verified(shell, slug, ())
        for each in found["breaks"][:1]:
            said = f"not what was written: event {each['seq']}, {each['kind']}: {each['detail']}"
            mend = HEAD.format(shell.installation.number(slug)) if each["kind"] == "head" else MENDS.get(each["kind"], OTHERWISE)
            yield Check(f"log of {slug}", "problem", said, mend)
        if found["set_aside"]:
            said = f"{len(found['set_aside'])} checkpoints are not signed with this home's key"
            mend = "was checkpoint.key replaced? bring the old one back from a backup"
            yield Check(f"log of {slug}", "problem", said, mend)
        if found["ok"]:
            yield Check(f"log of {slug}", "ok", f"{found['events']} events, sound")
            yield from _behind(shell, slug, found["events"])


def _behind(shell: Shell, slug: str, events: int) -> Iterator[Check]:
    """The newest checkpoint is of long ago, and the log has moved on since: no worker runs."""
    from steerco.store.checkpoint import Seal

    kept = Seal(shell.home.data).kept(slug)
    if kept and kept[-1].seq < events and now() - kept[-1].at > PATIENCE:
        said = f"the newest checkpoint is of event {kept[-1].seq}, made {kept[-1].at:%Y-%m-%d}; the log is at {events}"
        yield Check(f"log of {slug}", "note", said, "run `steerco serve` or `steerco work`: it signs one every hour")


def papers(shell: Shell) -> Iterator[Check]:
    """Every file that is named is there as it was stored; what is there and named by nobody is told."""
    from steerco.kernel.attachments import GRACE
    from steerco.operations.used_files import used
    from steerco.store.engine import Store

    store: Store = shell.store
    for slug in shell.applied():
        tenant = shell.installation.tenant(slug)
        with store.read(tenant.id) as session:
            wanted = used(session)
        folder = tenant.files.folder(tenant.id)
        missing = sorted(digest for digest in wanted if not tenant.files.has(tenant.id, digest))
        if missing:
            said = f"{len(missing)} files that its records name are missing, first {missing[0]}"
            yield Check(
                f"files of {slug}", "problem", said, f"bring them back from a backup to {folder}/XX/ (XX: their first two)"
            )
        there = sorted(wanted.difference(missing))
        damaged = [digest for digest in there if not tenant.files.is_sound(tenant.id, digest)]
        if damaged:
            said = f"{len(damaged)} files are not what was stored, first {damaged[0]}"
            yield Check(f"files of {slug}", "problem", said, f"bring them back from a backup to {folder}, and look at the disk")
        orphans = set(tenant.files.older(tenant.id, GRACE)) - wanted
        if orphans:
            said = f"{len(orphans)} files are named by no record"
            yield Check(f"files of {slug}", "note", said, "the worker takes them away: run `steerco serve` or `steerco work`")
    yield from _strays(shell)


def _strays(shell: Shell) -> Iterator[Check]:
    """Files of numbers that no tenant has, as an import that was cut off leaves them."""
    known = {shell.installation.tenant(slug).id for slug in shell.applied()}
    moving = {number for number, _, state in _numbers(shell) if state in ("importing", "erasing")}
    for number in shell.installation.files.numbers():
        if number not in known | moving:
            folder = shell.installation.files.folder(number)
            yield Check("files", "note", f"{folder} belongs to no tenant", f"take it away: rm -r {folder}")


def _numbers(shell: Shell) -> list[tuple[int, str, str]]:
    """Every number that was given to a tenant, with its name and state."""
    from sqlalchemy import select

    from steerco.store.tables import TenantRow

    with shell.store.unscoped() as session:
        return [(row.id, row.slug, row.state) for row in session.scalars(select(TenantRow).order_by(TenantRow.id))]


def standings(shell: Shell) -> Iterator[Check]:
    """What is under way with tenants as such, and what is stuck."""
    if not shell.there:
        return
    from steerco.operations.lifecycle import standing_of

    for _, slug, state in _numbers(shell):
        if state == "importing":
            name = slug.partition(":")[2]
            said = f"an import of {name} is under way, or was cut off; nothing of it is in use"
            yield Check(name, "note", said, f"`steerco tenant import FILE --as {name}` does it again")
        elif state == "erasing":
            name = slug.partition(":")[2]
            yield Check(name, "problem", "its deletion is not finished: its files are still there", "`steerco work --once`")
        elif state == "onboarding":
            said = "its first apply was cut off: not all of its people are on record, and nobody can use it"
            yield Check(slug, "problem", said, f"`steerco tenant apply {slug}` finishes it, or begins anew with mended files")
        elif state in ("active", "suspended", "leaving"):
            yield from _stands(slug, state, standing_of(shell.installation.tenant(slug)))


def _stands(slug: str, state: str, found: Any) -> Iterator[Check]:
    if found.state != state:
        said = f"its log says {found.state}, the register {state}: a command was cut off"
        step = {"suspended": "suspend", "leaving": "delete"}.get(found.state, "resume" if state == "suspended" else "delete")
        cancel = " --cancel" if found.state == "active" and state == "leaving" else ""
        yield Check(slug, "problem", said, f"`steerco tenant {step} {slug}{cancel} --why …` finishes it")
    elif found.state == "suspended":
        yield Check(slug, "note", f"suspended by {found.who}: {found.why}", f"`steerco tenant resume {slug} --why …` ends that")
    elif found.state == "leaving" and found.due is not None:
        if now() - found.due > PATIENCE:
            said = f"was to be deleted on {found.due:%Y-%m-%d}, and is still there"
            yield Check(slug, "problem", said, "no worker carries it out: run `steerco work --once`, and see what it says")
        else:
            said = f"to be deleted on {found.due:%Y-%m-%d}, as {found.who} asked: {found.why}"
            yield Check(slug, "note", said, f"`steerco tenant delete {slug} --cancel --why …` calls it off")


def lease(shell: Shell) -> Iterator[Check]:
    """Who works, and whether that one lives."""
    if not shell.there:
        return
    from steerco.operations.worker import LEASE
    from steerco.store.tables import Lease

    with shell.store.unscoped() as session:
        row = session.get(Lease, LEASE)
        held = (row.holder, row.until) if row is not None else None
    if held is None:
        return
    holder, until = held
    if until <= now():
        said = f"{holder} worked until {until:%Y-%m-%d %H:%M} UTC and is gone without giving its place back"
        yield Check("worker", "problem", said, "run `steerco serve` or `steerco work`: the place is free")
    elif _dead(holder):
        said = f"{holder} has the worker's place and does not live any more"
        yield Check(
            "worker", "problem", said, f"run `steerco serve` or `steerco work`: the place is free at {until:%H:%M:%S} UTC"
        )
    else:
        yield Check("worker", "ok", f"{holder} works")


def _dead(holder: str) -> bool:
    """Whether a process of this machine is gone; of others nobody can tell."""
    host, _, number = holder.rpartition(":")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False

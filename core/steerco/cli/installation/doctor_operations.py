"""The checks of ``doctor`` beyond program and folders: files, logs, deletions, the worker. Each finding says its mend."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

from msgspec import Struct

from steerco.cli.frame.shell import Shell, now
from steerco.store.base import INSTALLATION, INSTALLATION_NAME

State = Literal["ok", "note", "problem"]
PATIENCE = timedelta(days=1)
"""The delay of a deletion, or of a log's next checkpoint, that is no problem yet."""


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
    "account": "somebody wrote it past the program: `steerco account lock` and `sign-out`, then see what was done with it",
    "revision": "keep the database as evidence, and restore a backup; then `steerco tenant apply` the files that are meant",
}
BACK = "bring them back from a backup: `steerco files copy --from FOLDER`, such as a backup's data/files"
HEAD = (
    "is the head further than the log? then the log was cut: restore the newest backup. Otherwise somebody changed the head past"
    " the program: as the owner of the database, INSERT INTO log_head (tenant_id, seq, hash) SELECT tenant_id, seq, hash"
    " FROM event WHERE tenant_id = {} ORDER BY seq DESC LIMIT 1"
    " ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
)
"""The mend for a head (the row that a writer on PostgreSQL locks) that is not the end of its log, by the tenant's number."""
OTHERWISE = "keep the database as it is, restore a copy, compare by `steerco log verify`"


def logs(shell: Shell) -> Iterator[Check]:
    """Check that every log is what was written, and that its checkpoints keep up with it."""
    from steerco.cli.log.report import verified

    for slug in (*shell.applied(), *([""] if shell.there else [])):
        answer, what = verified(shell, slug, ()), f"log of {slug or 'the installation'}"
        for fault in answer["breaks"][:1]:
            message = f"not what was written: event {fault['seq']}, {fault['kind']}: {fault['detail']}"
            number = shell.installation.number(slug) if slug else INSTALLATION
            mend = HEAD.format(number) if fault["kind"] == "head" else MENDS.get(fault["kind"], OTHERWISE)
            yield Check(what, "problem", message, mend)
        if answer["set_aside"]:
            message = f"{len(answer['set_aside'])} checkpoints are not signed with this home's key"
            mend = "was checkpoint.key replaced? bring the old one back from a backup"
            yield Check(what, "problem", message, mend)
        if answer["ok"]:
            yield Check(what, "ok", f"{answer['events']} events, sound")
            yield from _behind(shell, slug or INSTALLATION_NAME, what, answer["events"])


def _behind(shell: Shell, slug: str, what: str, events: int) -> Iterator[Check]:
    """Report a newest checkpoint of long ago where the log has moved on since: no worker runs."""
    from steerco.store.checkpoint import Seal

    checkpoints = Seal(shell.home.data).kept(slug)
    if checkpoints and checkpoints[-1].seq < events and now() - checkpoints[-1].at > PATIENCE:
        message = (
            f"the newest checkpoint is of event {checkpoints[-1].seq}, made {checkpoints[-1].at:%Y-%m-%d}; the log is at {events}"
        )
        yield Check(what, "note", message, "run `steerco serve` or `steerco work`: it signs one every hour")


def papers(shell: Shell) -> Iterator[Check]:
    """Check that the place of files is this installation's and that every file that a record names is there as it was stored;
    report files that no record names."""
    from steerco.kernel.attachments import GRACE
    from steerco.operations.used_files import used

    if not shell.there:
        return
    if others := list(_of_another(shell)):
        yield from others
        return
    for slug in shell.applied():
        tenant = shell.installation.tenant(slug)
        with tenant.store.read(tenant.id) as session:
            named = used(session)
        where = tenant.files.where(tenant.id)
        missing = sorted(digest for digest in named if not tenant.files.has(tenant.id, digest))
        if missing:
            message = f"{len(missing)} files that its records name are missing, first {missing[0]}"
            yield Check(f"files of {slug}", "problem", message, BACK)
        present = sorted(named.difference(missing))
        damaged = [digest for digest in present if not tenant.files.is_sound(tenant.id, digest)]
        if damaged:
            message = f"{len(damaged)} files are not what was stored, first {damaged[0]}"
            yield Check(f"files of {slug}", "problem", message, f"{BACK}; and look at what holds {where}")
        orphans = set(tenant.files.older(tenant.id, GRACE)) - named
        if orphans:
            message = f"{len(orphans)} files are named by no record"
            yield Check(f"files of {slug}", "note", message, "the worker takes them away: run `steerco serve` or `steerco work`")
    yield from _strays(shell)


def _of_another(shell: Shell) -> Iterator[Check]:
    """Check that no other installation has marked the place where this one's files are to be."""
    from steerco.cli.frame.problems import problem_of
    from steerco.store.checkpoint import PUBLIC, public_key
    from steerco.store.files import OthersFiles

    files, pub = shell.installation.files, shell.home.data / PUBLIC
    mark = files.marked()
    if mark and mark != (public_key(pub.read_bytes()) if pub.is_file() else ""):
        problem = problem_of(OthersFiles(files.place, mark))
        if problem is not None:
            yield Check("files", "problem", problem.message, problem.do)


def _strays(shell: Shell) -> Iterator[Check]:
    """Files of numbers that no tenant has, as an import that was cut off leaves them."""
    numbers = {shell.installation.tenant(slug).id for slug in shell.applied()}
    moving = {number for number, _, state in _numbers(shell) if state in ("importing", "erasing")}
    for number in shell.installation.files.numbers():
        if number not in numbers | moving:
            where = shell.installation.files.where(number)
            yield Check("files", "note", f"{where} belongs to no tenant", _taken_away(where))


def _taken_away(where: str) -> str:
    return "take away what lies under that address" if "://" in where else f"take it away: rm -r {where}"


def _numbers(shell: Shell) -> list[tuple[int, str, str]]:
    """Return every number that was given to a tenant, with its name and state."""
    from sqlalchemy import select

    from steerco.store.tables import TenantRow

    with shell.store.unscoped() as session:
        return [(row.id, row.slug, row.state) for row in session.scalars(select(TenantRow).order_by(TenantRow.id))]


def standings(shell: Shell) -> Iterator[Check]:
    """Report imports, deletions and suspensions that are under way or stuck."""
    if not shell.there:
        return
    from steerco.operations.lifecycle import standing_of

    for _, slug, state in _numbers(shell):
        if state == "importing":
            name = slug.partition(":")[2]
            message = f"an import of {name} is under way, or was cut off; nothing of it is in use"
            yield Check(name, "note", message, f"`steerco tenant import FILE --as {name}` does it again")
        elif state == "erasing":
            name = slug.partition(":")[2]
            yield Check(name, "problem", "its deletion is not finished: its files are still there", "`steerco work --once`")
        elif state == "onboarding":
            message = "its first apply was cut off: not all of its people are on record, and nobody can use it"
            yield Check(slug, "problem", message, f"`steerco tenant apply {slug}` finishes it, or begins anew with mended files")
        elif state in ("active", "suspended", "leaving"):
            yield from _stands(slug, state, standing_of(shell.installation.tenant(slug)))


def _stands(slug: str, state: str, status: Any) -> Iterator[Check]:
    if status.state != state:
        message = f"its log says {status.state}, the register {state}: a command was cut off"
        step = {"suspended": "suspend", "leaving": "delete"}.get(status.state, "resume" if state == "suspended" else "delete")
        cancel = " --cancel" if status.state == "active" and state == "leaving" else ""
        yield Check(slug, "problem", message, f"`steerco tenant {step} {slug}{cancel} --why …` finishes it")
    elif status.state == "suspended":
        yield Check(slug, "note", f"suspended by {status.who}: {status.why}", f"`steerco tenant resume {slug} --why …` ends that")
    elif status.state == "leaving" and status.due is not None:
        if now() - status.due > PATIENCE:
            message = f"was to be deleted on {status.due:%Y-%m-%d}, and is still there"
            yield Check(slug, "problem", message, "no worker carries it out: run `steerco work --once`, and see what it says")
        else:
            message = f"to be deleted on {status.due:%Y-%m-%d}, as {status.who} asked: {status.why}"
            yield Check(slug, "note", message, f"`steerco tenant delete {slug} --cancel --why …` calls it off")


def lease(shell: Shell) -> Iterator[Check]:
    """Report which process holds the worker's lease, and whether it lives."""
    if not shell.there:
        return
    from steerco.operations.worker import LEASE
    from steerco.store.tables import Lease

    with shell.store.unscoped() as session:
        row = session.get(Lease, LEASE)
        lease_row = (row.holder, row.until) if row is not None else None
    if lease_row is None:
        return
    holder, until = lease_row
    if until <= now():
        message = f"{holder} worked until {until:%Y-%m-%d %H:%M} UTC and is gone without giving its place back"
        yield Check("worker", "problem", message, "run `steerco serve` or `steerco work`: the place is free")
    elif _dead(holder):
        message = f"{holder} has the worker's place and does not live any more"
        yield Check(
            "worker", "problem", message, f"run `steerco serve` or `steerco work`: the place is free at {until:%H:%M:%S} UTC"
        )
    else:
        yield Check("worker", "ok", f"{holder} works")


def _dead(holder: str) -> bool:
    """Return whether a process of this machine is gone; False for one of another machine."""
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

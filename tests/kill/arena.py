"""One run of the kill test: a writing process is killed at a random point, again and again, and its store looked at.

Run as a program: ``python -m tests.kill.arena FOLDER ROUNDS SEED [URL OPERATOR_URL]``, on SQLite or on the PostgreSQL database
named. The writer is forked from a process that has everything imported, so that a round takes a fraction of a second. Its threads
write each act that was acknowledged to a pipe; what they were doing when SIGKILL came, they could not finish. Prints one line of
JSON.

After each kill the log is verified and performed again, in a scratch store that goes along with it through its rounds: what
was performed there already, and stands unchanged, need not be performed twice.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
import traceback
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.onboarding import seeding
from steerco.operations.rebuild import Again, acts
from steerco.store import log
from steerco.store.engine import Store

SLUG = "river-board"
IN_A_ROW = 8
"""Rounds on one store, before a fresh one: so each store is killed, taken up again and killed."""
THREADS = 3
"""Threads of the writer, so that acts share their transactions."""
MOST_ACTS = 16
"""The kill comes after at most so many acknowledged acts, counted and not timed: so that a slow machine is killed in them too."""
LONGEST = 0.02
"""Seconds within which it comes after the last of them: in the midst of an act, at its end, or before the next."""
OPENING = 0.1
"""Seconds within which it comes where it does not wait for an act: while the store is opened and recovered."""


class Damage(Exception):
    """What a kill must never leave."""


@dataclass(frozen=True)
class Place:
    """Where a store lies."""

    folder: Path
    url: str | None = None
    operator_url: str | None = None

    def open(self) -> Store:
        return Store.open(self.url, self.folder, operator_url=self.operator_url)


def write(place: Place, seed: int, pipe: int) -> None:
    """The writer: threads that do acts of every sort, each acknowledged on the pipe, until it is killed."""
    tenant = Installation(place.open()).tenant(SLUG)
    threads = [Thread(target=act, args=(tenant, f"{seed}-{number}", pipe)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def act(tenant: Tenant, name: str, pipe: int) -> None:
    """One thread of the writer: its acts one after the other."""
    chosen = random.Random(name)
    task = meeting = ""
    for number in range(100_000):
        now = datetime.now(UTC)
        key = f"{name}-{number}"
        kind = chosen.randrange(6)
        if kind == 0 or not task:
            given: dict[str, Any] = {"text": "x", "tasks": [{"title": f"task {each}", "to": "member-a"} for each in range(3)]}
            done = perform(tenant, ActRequest("the-chair", "direction.issue", input=given, at=now, key=key))
            task = next(id for kind_, id in done.made if kind_ == "task")
        elif kind == 1 or not meeting:
            given = {"kind": "regular", "starts_at": "2027-01-05T09:00:00"}
            done = perform(tenant, ActRequest("the-chair", "meeting.convene", input=given, at=now))
            meeting = done.id
        elif kind == 2:
            content = b64encode(os.urandom(chosen.randrange(1, 40_000))).decode()
            given = {"files": [{"name": "paper", "base64": content}]}
            done = perform(tenant, ActRequest("the-secretary", "meeting.add-paper", on=meeting, input=given, at=now))
        elif kind == 3:
            given = {"id": f"p-{key}", "name": f"Person {key}", "email": "someone@example.org"}
            done = perform(tenant, ActRequest("the-secretary", "person.add", input=given, at=now))
        else:
            given = {"text": f"progress {key}", "percent": number % 101}
            done = perform(tenant, ActRequest("member-a", "task.report-progress", on=task, input=given, at=now, key=key))
        said = {"seq": done.seq, "type": done.type, "id": done.id, "version": done.version, "made": done.made}
        os.write(pipe, json.dumps(said).encode() + b"\n")


def kill_once(place: Place, seed: int) -> list[dict[str, Any]]:
    """Start a writer, kill it at a random point, and give what it acknowledged."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        try:
            write(place, seed, theirs)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(99)  # it ended by itself: that is told below
    os.close(theirs)
    try:
        return _killed(ours, child, random.Random(seed))
    finally:
        os.close(ours)


def _killed(pipe: int, child: int, chosen: random.Random) -> list[dict[str, Any]]:
    acts = chosen.randrange(MOST_ACTS)
    said = b""
    while said.count(b"\n") < acts:
        ready, _, _ = select.select([pipe], [], [], 120)
        if not ready:
            raise Damage("a writer did nothing for two minutes")
        if not (more := os.read(pipe, 65536)):
            break
        said += more
    time.sleep(chosen.random() * (LONGEST if acts else OPENING))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise Damage(f"the writer ended by itself: status {status}")
    while more := os.read(pipe, 65536):
        said += more
    return [json.loads(line) for line in said.splitlines() if line.endswith(b"}")]


def look(tenant: Tenant, acknowledged: list[dict[str, Any]]) -> int:
    """What a kill must leave: a sound log, every acknowledged act, whole acts only; the number of events. Raises ``Damage``."""
    with tenant.store.read(tenant.id) as session:
        if breaks := log.verify(session):
            raise Damage(f"the log is not sound: {breaks[0]}")
        events = list(log.entries(session))
        last: dict[tuple[str, str], dict[str, Any]] = {}
        bodies = [json.loads(row["body"]) for row in events]
        for row, body in zip(events, bodies, strict=True):
            if row["type"]:
                last[row["type"], row["record_id"]] = body
        for said in acknowledged:
            if said["seq"] > len(events) or events[said["seq"] - 1]["record_id"] != said["id"]:
                raise Damage(f"an acknowledged act is gone: {said}")
            if any((kind, id) not in last for kind, id in said["made"]):
                raise Damage(f"of an acknowledged act only a part is there: {said}")
        for (kind, id), body in last.items():
            record = session.get(tenant.snapshot.types[kind], (tenant.id, id))
            if record is None or (record.state, record.version) != (body["state"], body["version"]):
                raise Damage(f"{kind} {id} is not as its last event left it")
        _whole(events, bodies)
        _papers(tenant, session)
    return len(events)


def _whole(events: list[dict[str, Any]], bodies: list[dict[str, Any]]) -> None:
    """A direction with its three tasks, or neither."""
    for row, body in zip(events, bodies, strict=True):
        if row["action"] == "direction.issue":
            followed = [each for each in events if each["caused_by"] == row["seq"]]
            if len(followed) != len(body["input"]["tasks"]):
                raise Damage(f"half an act: event {row['seq']} has {len(followed)} of its tasks")


def _papers(tenant: Tenant, session: Any) -> None:
    from sqlalchemy import select

    from steerco.committee.meetings.meeting import MeetingPaper

    for paper in session.scalars(select(MeetingPaper).where(MeetingPaper.tenant_id == tenant.id)):
        if tenant.files.size(tenant.id, paper.digest) != paper.size:
            raise Damage(f"the content of a paper is not there: {paper.digest}")


class Scratch:
    """The store's log performed again, round after round."""

    def __init__(self) -> None:
        self.store, self.end = Store.memory(), log.Head()
        self.installation = Installation(self.store)  # declares the tables
        self.store.create_schema()
        self.under: dict[int, Tenant] = {}

    def equals(self, tenant: Tenant) -> None:
        """Perform what is new, and compare every event's hash and every row of every table. Raises ``Damage``."""
        with tenant.store.read(tenant.id) as session:
            again = Again(tenant, session, self.installation)
            again.under = self.under
            if self.end.seq and next(log.entries(session, self.end.seq - 1, 1), {}).get("hash") != self.end.hash:
                raise Damage(f"event {self.end.seq} is not what it was before the kill")
            for events in acts(log.entries(session, self.end.seq)):
                if differences := again.do(events):
                    raise Damage(f"performed again it is not equal: {differences[:3]}")
            self.end = log.head(session)
            rows, differences = again.compare()
            if differences or not sum(rows.values()):
                raise Damage(f"rebuilt it is not equal: {differences[:3]}")


def prepare(home: Home, place: Place) -> Tenant:
    """A fresh store with the tenant applied; the tenant, less its store."""
    store = place.open()
    installation = Installation(store)  # declares the tables
    if place.url is None:
        store.create_schema()
    content = home.content(SLUG)
    tenant = installation.apply(SLUG, content, at=datetime.now(UTC), who="test", why="test", seed=seeding())
    store.close()
    return tenant


def main(folder: Path, rounds: int, seed: int, url: str | None = None, operator_url: str | None = None) -> dict[str, int]:
    """All rounds; what was seen in them. Raises ``Damage``."""
    seen = {"rounds": 0, "acknowledged": 0, "events": 0, "unacknowledged": 0, "rebuilt": 0}
    home = Home(folder / "home")
    fresh = IN_A_ROW if url is None else rounds
    for number in range(rounds):
        if number % fresh == 0:
            place, scratch, before = Place(folder / f"store-{number // fresh}", url, operator_url), Scratch(), -1
            known = prepare(home, place)
        said = kill_once(place, seed * 10_000 + number)
        store = place.open()
        tenant = Tenant(known.id, known.snapshot, store, known.files)  # the writer loads it anew; once is enough here
        events = look(tenant, said)
        scratch.equals(tenant)
        store.close()
        if said and before >= 0:
            seen["unacknowledged"] += events > max(each["seq"] + len(each["made"]) - 1 for each in said)
        seen["events"] += events - max(before, 0)
        before = events
        seen["rebuilt"] += 1
        seen["rounds"] += 1
        seen["acknowledged"] += len(said)
    return seen


if __name__ == "__main__":
    try:
        print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:6])))
    except Damage as damage:
        print(json.dumps({"damage": str(damage)}))
        sys.exit(1)

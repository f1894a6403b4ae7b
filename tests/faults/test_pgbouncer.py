"""Behind PgBouncer in transaction mode, where a connection serves one tenant after the other: each sees its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import func, select, text
from tests import databases
from tests.store import postgres

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.store import fence
from steerco.store.engine import Store
from steerco.store.tables import Event
from steerco.testkit import SAMPLE

SLUGS = ("library-board", "reading-club")
NOW = datetime(2021, 3, 1, 2, tzinfo=UTC)
PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/sbin")

# A program that pip cannot bring: `.ci/run` installs it where it may, and the suite runs on machines where nobody may.
pytestmark = pytest.mark.skipif(
    PGBOUNCER is None, reason="NOT TESTED: pgbouncer is not installed, so nothing here says that it works behind it"
)


@pytest.fixture(scope="module")
def bouncer(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A PgBouncer with two connections for everybody; its port."""
    folder = tmp_path_factory.mktemp("pgbouncer")
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)  # it refuses to run as root, so it runs as the server does
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    users, settings = folder / "users.txt", folder / "pgbouncer.ini"
    users.write_text(f'"{postgres.SERVING}" ""\n')
    settings.write_text(
        f"[databases]\n* = host={server.folder}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {users}\n"
        "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 50\n"
    )
    as_user = ["-u", server.user] if server.user and os.geteuid() == 0 else []
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([str(PGBOUNCER), *as_user, str(settings)], stdout=log, stderr=log)
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            assert process.poll() is None, (folder / "log").read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(120)


@pytest.fixture(scope="module")
def pooled(bouncer: int, server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    name = server.copy(databases.schema())
    url = f"postgresql://{postgres.SERVING}@127.0.0.1:{bouncer}/{name}?pooler=transaction"
    store = Store.open(url, tmp_path_factory.mktemp("files"), operator_url=server.url(name, postgres.OWNER))
    installation, home = Installation(store), Home(SAMPLE)
    for slug in SLUGS:
        installation.apply(slug, home.content(slug), at=NOW, who="o", why="w", seed=seed)
    yield installation
    store.close()


def test_tenants_that_share_two_connections_see_their_own(pooled: Installation) -> None:
    def work(slug: str) -> None:
        tenant = pooled.tenant(slug)
        for number in range(12):  # more than psycopg runs before it prepares a statement
            given = {"kind": "ad-hoc", "starts_at": "2021-03-10T14:00:00", "place": slug}
            perform(tenant, ActRequest(PLATFORM, "meeting.convene", input=given, at=NOW, key=f"{slug}-{number}"))
            meeting = tenant.snapshot.types["meeting"]
            with tenant.store.read(tenant.id) as session:
                raw = session.connection().execute(
                    text("SELECT DISTINCT place FROM meeting"), execution_options={"unscoped": fence.OPEN}
                )
                assert raw.scalars().all() == [slug]
                assert (session.scalar(select(func.count()).select_from(meeting)) or 0) > 0

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, SLUGS * 2))
    for slug in SLUGS:
        tenant = pooled.tenant(slug)
        with tenant.store.read(tenant.id) as session:
            seqs = session.scalars(select(Event.seq).order_by(Event.seq)).all()
            assert list(seqs) == list(range(1, len(seqs) + 1))
            convened = select(func.count()).select_from(Event).where(Event.action == "meeting.convene")
            assert session.scalar(convened) == 12  # each key once, though two clients sent it


def test_no_tenant_stays_behind_in_a_connection(pooled: Installation) -> None:
    assert pooled.store.is_walled()
    url = pooled.store._writer.url.set(drivername="postgresql").render_as_string(hide_password=False)
    for _ in range(4):  # both connections of the pooler come by
        with psycopg.connect(url, prepare_threshold=None) as bare:
            assert bare.execute("SELECT count(*) FROM meeting").fetchone() == (0,)

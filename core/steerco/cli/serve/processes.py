"""The processes that ``serve`` and ``work`` start."""

from __future__ import annotations

import gc
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from ipaddress import ip_address
from types import FrameType
from typing import TYPE_CHECKING

import click

from steerco.cli.frame.environment import PREFIX, PROXIES, RATES, rate
from steerco.cli.frame.output import ProgressBar
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now
from steerco.cli.serve import logs, readiness
from steerco.cli.serve.announcing import SHOWN, Clock, announce
from steerco.cli.serve.telemetry import count, trace
from steerco.configuration.installation import Installation
from steerco.following.consumers import Consumers
from steerco.notifications.mail import ADDRESS, BadMailSettings, mail_server
from steerco.notifications.postman import Postman
from steerco.operations.amending import bring_into_use
from steerco.operations.answering import address_for_people, answering
from steerco.operations.disposal_chore import Disposal
from steerco.operations.exchange import Exchange
from steerco.operations.log_checks import LogChecks
from steerco.operations.printing_chore import print_waiting
from steerco.operations.worker import HELD, Worker
from steerco.store.base import INSTALLATION
from steerco.store.checkpoint import Seal
from steerco.store.fair_lock import StoreUnavailable
from steerco.store.files import OthersFiles

if TYPE_CHECKING:
    from steerco.web.http.limits import Limits
    from steerco.web.http.work_metrics import WorkMetrics


def run_server(
    shell: Shell, host: str, port: int, *, demo: bool, lease: int, hosts: tuple[str, ...] = (), anyone: bool = False
) -> None:
    """Serve until stopped. ``hosts``: names under which a demonstration answers, beside addresses; ``anyone``: it may be reached
    from other machines. Raises ``CommandProblem`` for a port that is taken, and where no tenant is applied.
    """
    from steerco.web.app import create_app
    from steerco.web.http.prefix import Prefixed
    from steerco.web.http.server import Server

    stop = Stop()
    logs.begin("warning" if demo else "info")
    if demo:
        _among_us(host, anyone=anyone)
    _free(host, port)
    shell.makes = demo
    installation = _with_tenants(shell) if not demo else shell.installation
    clock = now
    if demo:
        clock = play(shell, installation)
    slugs = installation.some(SHOWN + 1)
    names = {host, *hosts} if demo or hosts else None
    app = create_app(installation, demo=demo, clock=clock, limits=_limits(), home=shell.home, hosts=names, wall=now)
    desk = workplace(shell, timedelta(seconds=lease), clock)
    count(app, desk.metrics())
    trace(app)
    prefix = _prefix()
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}{prefix}"
    told = ExitStack()

    def begun() -> None:
        told.enter_context(answering(shell.home.data, address_for_people(host, port, prefix, hosts)))
        with suppress(OSError):  # as where the disk of the output is full: it serves all the same
            announce(installation, slugs, address, clock, demo=demo)
        readiness.tell(readiness.READY)

    def ending() -> None:
        readiness.tell(readiness.STOPPING)
        app.app.state.log_ends.end()

    proxies = os.environ.get(PROXIES) or "127.0.0.1"
    server = Server(
        Prefixed(app, prefix) if prefix else app,
        host,
        port,
        begun=begun,
        stopping=lambda: stop.asked,
        proxies=proxies,
        ending=ending,
    )
    settle()
    if stop.asked:
        return
    with (
        working(shell, desk.worker, clock),
        stop.telling(),
        told,
    ):  # uvicorn stops in good order, then raises the interruption again
        server.run()


def _with_tenants(shell: Shell) -> Installation:
    """Return the installation. Raises ``CommandProblem`` where no tenant is applied, and no link lets anybody make one."""
    if not shell.there or not (shell.installation.some(1) or _being_founded(shell)):
        do = "`steerco tenant apply` or `steerco tenant link` first, or `steerco serve --demo`"
        raise CommandProblem("no-tenants", "no tenant is applied here", do)
    return shell.installation


def _being_founded(shell: Shell) -> bool:
    from steerco.accounts import founding_links

    with shell.installation.store.read(INSTALLATION) as session:
        return founding_links.any_open(session, now())


def _limits() -> Limits:
    """Return the limits of requests, with the shares that the environment gives. Raises ``CommandProblem``."""
    from steerco.web.http.limits import Limits

    token, tenant, streams = map(rate, RATES)
    return Limits(token=token, tenant=tenant, streams=streams)


def _prefix() -> str:
    """Return the path under which the server is shown; empty for its own host. Raises ``CommandProblem`` for one that cannot be,
    and where mails would lead elsewhere."""
    from steerco.web.http.prefix import BadPrefix, checked

    if not (prefix := os.environ.get(PREFIX, "")):
        return ""
    try:
        checked(prefix)
    except BadPrefix as error:
        raise CommandProblem("bad-setting", f"{PREFIX}: {error}", "give /steerco, say, or unset it", exit=USAGE) from None
    mails = os.environ.get(ADDRESS, "").rstrip("/")
    if mails and not mails.endswith(prefix):
        do = f"let {ADDRESS} end with {prefix}: links in mails begin with it"
        raise CommandProblem("bad-setting", f"{ADDRESS} is {mails}, without the {PREFIX} {prefix}", do, exit=USAGE)
    return prefix


class Stop:
    """SIGTERM ends the process as Ctrl-C does: the worker gives its lease back. ``asked``: whether it came, also where the
    interruption was lost, as it is while the garbage collector is at work."""

    def __init__(self) -> None:
        self.asked = False
        self.by = "Ctrl-C"
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._end)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.asked, self.by = True, signal.Signals(number).name
        raise KeyboardInterrupt

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Say what ended the server: a log that just ends does not tell a stop from a crash."""
        try:
            yield
        except KeyboardInterrupt:
            click.echo(f"stopped by {self.by}", err=True)
        else:
            click.echo("the server ended by itself", err=True)


def _among_us(host: str, *, anyone: bool) -> None:
    """Keep a demonstration on this machine, unless ``anyone`` is allowed. Raises ``CommandProblem``."""
    try:
        within = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        within = False
    if within:
        return
    warning = "whoever reaches this address reads every page, and acts by the sign-ins and tokens that are printed here"
    if not anyone:
        do = "leave --host out; or, on a network where that is meant, add --anyone"
        raise CommandProblem("open-demonstration", f"--demo on {host}: {warning}", do, exit=USAGE)
    click.echo(f"WARNING: a demonstration on {host}: {warning}. Nothing of it is protected.", err=True)


def settle() -> None:
    """Spare the garbage collector what stays, and let it look for cycles less often: one request in seven was spent on it
    (measured). Rows and answers are in no cycle, so they go at once all the same. Once, when a server has loaded what it has.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            do = f"stop what listens there, or give another: --port {port + 1 if port < 65535 else 8000}"
            raise CommandProblem("port", f"{host}:{port} cannot be listened on: {error.strerror}", do, exit=USAGE) from None


def play(shell: Shell, installation: Installation) -> Clock:
    """Play the demonstrations of the home that have not been played; return the clock by which the home lives from then on."""
    from steerco.cases.demonstration import NotAsWritten, clock
    from steerco.cases.demonstration import play as played

    progress: dict[str, ProgressBar] = {}
    try:
        for step in played(shell.home, installation):
            progress.setdefault(step.slug, ProgressBar(f"{step.slug}: living a year"))(step.done, step.total, step.what)
    except NotAsWritten as error:
        raise CommandProblem("not-as-written", str(error), "mend the demonstration, or serve without --demo") from None
    return clock(shell.home, installation, now)


@dataclass(frozen=True)
class Workplace:
    """This process's worker, and those of its chores that tell of themselves."""

    worker: Worker
    consumers: Consumers
    checks: LogChecks

    def metrics(self) -> WorkMetrics:
        """Return what tells Prometheus of the work."""
        from steerco.web.http.work_metrics import WorkMetrics

        return WorkMetrics(self.worker, self.consumers, self.checks, self.worker.clock)


def workplace(shell: Shell, lease: timedelta = HELD, clock: Clock = now) -> Workplace:
    """Return this process's worker. ``lease``: how long its lease is good."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    seal, consumers = Seal(shell.home.data), Consumers()
    _own_files(shell)
    checks, amending = LogChecks(seal), partial(bring_into_use, shell.installation)
    carrying = Exchange(shell.installation, seal).carry
    chores = (print_waiting, Disposal().step, consumers.step, carrying, amending, checks)
    return Workplace(Worker(shell.installation, holder, clock, seal, chores, lease), consumers, checks)


def _own_files(shell: Shell) -> None:
    """Mark the place of files as this installation's. Raises ``OthersFiles``; one that is away stops nothing."""
    try:
        shell.installation.files.own()
    except OthersFiles:
        raise
    except StoreUnavailable as outage:
        click.echo(f"files: {outage}; what needs none goes on", err=True)


@contextmanager
def working(shell: Shell, worker: Worker, clock: Clock = now) -> Iterator[None]:
    """A worker and a postman in threads beside."""
    stop = threading.Event()
    loops = {"worker": worker.run, "postman": postman(shell, clock).run}
    threads = [threading.Thread(target=loop, args=(stop,), name=name, daemon=True) for name, loop in loops.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)


def postman(shell: Shell, clock: Clock = now) -> Postman:
    """This process's postman. Raises ``CommandProblem`` for settings of mail that are wrong."""
    try:
        server = mail_server(os.environ)
    except (BadMailSettings, OSError) as error:
        raise CommandProblem("bad-mail-settings", str(error), "set it right, or unset STEERCO_MAIL to send no mail") from None
    return Postman(shell.installation, clock, server)


def run_worker(shell: Shell, *, once: bool, lease: int) -> None:
    """Work until stopped, or one step. ``lease``: seconds after which another follows one that died."""
    logs.begin()
    mine = workplace(shell, timedelta(seconds=lease)).worker
    if once:
        if not mine.once():
            raise CommandProblem("leased", "another process works here", "it is enough that one does; try again in a minute")
        postman(shell).once()
        mine.release()
        click.echo("one step done", err=True)
        return
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    threading.Thread(target=postman(shell).run, args=(stop,), name="postman", daemon=True).start()
    click.echo("working; Ctrl-C stops it", err=True)
    mine.run(stop)

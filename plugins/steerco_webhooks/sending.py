"""Sends due deliveries: to each endpoint in order, to several at once, and no receiver is waited for longer than its time.

A delivery is marked after the receiver has taken it. A worker that dies in between sends it again, under the same ``webhook-id``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from time import monotonic
from typing import NamedTuple

from sqlalchemy import delete, func, select

from steerco.extension.api import Hands, Stopped, tenant_of
from steerco_webhooks import signing
from steerco_webhooks.address import allowed
from steerco_webhooks.endpoint import ENDPOINT
from steerco_webhooks.keeping import PENDING, SENT, WITHHELD, Delivery, delivery, enabled, first, may_see, secret_of
from steerco_webhooks.wire import Outcome, post

log = logging.getLogger(__name__)

LONGEST = 10.0
"""Seconds that one round may take: the worker does nothing else meanwhile. What is not sent then is sent in the next."""
AT_ONCE = 8
"""Receivers that are waited for together."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
GONE = 410
"""The status by which a receiver says that it wants no more."""
AGENT = "steerco-webhooks/1.0.0"


class Job(NamedTuple):
    """One delivery about to be sent; ``tries`` is how often it was before."""

    endpoint: str
    seq: int
    tries: int
    send: Callable[[], Outcome]


def send_due(hands: Hands) -> None:
    """One round: every endpoint's deliveries in order, until one fails or the time is over."""
    until = monotonic() + LONGEST
    forget(hands)
    endpoints = waiting(hands)
    if not endpoints:
        return
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks")
    going: dict[Future[Outcome], Job] = {}
    try:
        for endpoint in endpoints:
            _begin(hands, endpoint, pool, going)
        while going:
            done, _ = wait(going, timeout=max(until - monotonic(), 0.0), return_when=FIRST_COMPLETED)
            if not done:
                break
            for future in done:
                job = going.pop(future)
                if settle(hands, job, _outcome(future)) and monotonic() < until:
                    _begin(hands, job.endpoint, pool, going)
        for future, job in going.items():
            if not future.cancel():  # it was begun, and hangs (in a name server, say): a failure like any other
                settle(hands, job, Outcome(0, "over-time"))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(hands: Hands, endpoint: str, pool: ThreadPoolExecutor, going: dict[Future[Outcome], Job]) -> None:
    job = prepared(hands, endpoint)
    if job is not None:
        going[pool.submit(job.send)] = job


def _outcome(future: Future[Outcome]) -> Outcome:
    """Return the outcome of a delivery. An unforeseen exception is a failure of this one delivery, and holds up no other."""
    try:
        return future.result()
    except Exception:
        log.exception("a delivery failed in a way that it must not")
        return Outcome(0, "fault")


def waiting(hands: Hands) -> list[str]:
    """Return the endpoints for which something is due, those that have not failed first."""
    with hands.read() as session:
        mine = (Delivery.tenant_id == tenant_of(session), Delivery.state == PENDING)
        tries = func.max(Delivery.tries)
        # No more than the oldest was ever tried, since those after it wait for it; a replay is tried anew.
        query = select(Delivery.endpoint).where(*mine).group_by(Delivery.endpoint).order_by(tries, Delivery.endpoint)
        return list(session.scalars(query))


def prepared(hands: Hands, endpoint: str) -> Job | None:
    """Return the endpoint's next delivery, if it is time. One whose record its maker may no longer see is withheld."""
    while True:
        with hands.read() as session:
            row, secret = first(session, endpoint), secret_of(session, endpoint)
        if row is None or secret is None or row.next_at > hands.now:
            return None
        target = enabled(hands, endpoint)
        if target is None:
            return None
        if may_see(hands, target["author"], row.type, row.record):
            break
        with hands.write() as session:
            if (now := delivery(session, endpoint, row.seq)) is not None:
                now.state, now.done_at = WITHHELD, hands.now
    settings, body = hands.tenant.settings, row.body.encode()
    headers = {
        "content-type": "application/cloudevents+json",
        "user-agent": AGENT,
        **signing.headers(row.id, int(hands.now.timestamp()), body, secret.in_use(hands.now)),
    }
    url, allow, seconds = target["url"], allowed(settings), settings["seconds"]
    return Job(endpoint, row.seq, row.tries, lambda: post(url, headers, body, allow, seconds))


def settle(hands: Hands, job: Job, outcome: Outcome) -> bool:
    """Put down what became of a delivery; whether the next one may go. Repeated failure switches the endpoint off."""
    with hands.write() as session:
        row = delivery(session, job.endpoint, job.seq)
        if row is None or row.state != PENDING or row.tries != job.tries:
            return False  # meanwhile replayed, removed, or another process's
        row.tries, row.status, row.error = job.tries + 1, outcome.status, outcome.error
        if outcome.done:
            row.state, row.done_at = SENT, hands.now
            return True
        row.next_at = hands.now + pause(row.id, row.tries)
        tries = row.tries
    if tries >= hands.tenant.settings["tries"] or outcome.status == GONE:
        why = f"{tries} × {outcome.status or outcome.error}"
        with suppress(Stopped):  # somebody was quicker, or the committee is at rest: after the next try, then
            hands.perform(f"{ENDPOINT}.disable", on=job.endpoint, input={"why": why})
    return False


def pause(id: str, tries: int) -> timedelta:
    """Return how long to wait after so many tries: doubling, and for each delivery a little otherwise (between half and one and a
    half of it), so that not all come back at once. Chance is taken from the id: the same delivery always waits as long."""
    spread = 0.5 + sha256(f"{id} {tries}".encode()).digest()[0] / 255
    doubled: timedelta = FIRST_PAUSE * 2 ** min(tries - 1, 20)
    return min(doubled, LONGEST_PAUSE) * spread


def forget(hands: Hands) -> None:
    """Take away the oldest part of the delivery log, if it is old enough."""
    before = hands.now - timedelta(days=hands.tenant.settings["kept_days"])
    with hands.read() as session:
        mine = (Delivery.tenant_id == tenant_of(session), Delivery.done_at < before)
        if session.scalar(select(Delivery.seq).where(*mine).limit(1)) is None:
            return
    with hands.write() as session:
        session.execute(delete(Delivery).where(*mine))

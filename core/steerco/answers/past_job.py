"""A period under the files of an amendment, worked out in the background, with progress that every process shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from time import monotonic

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from steerco.answers.past import past_under
from steerco.answers.past_found import PastUnder, seen_of
from steerco.changes.amending import brought
from steerco.committee.work.amendment import Amendment
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.duty_ledger import visible_to
from steerco.operations.background import STILL, Background
from steerco.store import inquiries
from steerco.store.inquiries import InquiryProgress
from steerco.store.sessions import tenant_of
from steerco.store.tables import Event

EVERY = 2.0
"""Seconds between two notes of the progress."""
YEAR = timedelta(days=365)
"""The length of a period of which nobody says when it begins."""
FRESH = timedelta(hours=1)
"""An answer that is older is worked out anew."""


class PastQuestion(Struct, frozen=True):
    """Which period (both days included) is asked about, under the files of which amendment (by id)."""

    amendment: str
    first: date
    last: date

    @property
    def key(self) -> str:
        return sha256(f"past 3 {self.amendment} {self.first} {self.last}".encode()).hexdigest()[:32]


class PastAnswer(Struct, frozen=True):
    """How far the answer is (``done`` of ``total`` steps), and the answer once it is there.

    ``stage``: waiting, working, done or failed; ``fault`` says what stopped it.
    """

    stage: str
    done: int = 0
    total: int = 0
    fault: str = ""
    answer: PastUnder | None = None


class Pasts:
    """The periods that one process works out."""

    def __init__(self, installation: Installation, clock: Callable[[], datetime], background: Background) -> None:
        self.installation, self.clock, self.background = installation, clock, background

    def answer(self, tenant: Tenant, session: Session, authority: Authority, question: PastQuestion) -> PastAnswer:
        """Return how far the answer is, and begin it where nobody does. Raises ``BackgroundFull``.

        It tells acts and duties on records that the actor may see, and no number that counts others.
        """
        found, now, slug = inquiries.find(session, question.key), self.clock(), tenant.snapshot.slug
        progress, text, asked = found or (InquiryProgress("waiting", now), None, now)
        cut_off = not progress.over and now - progress.beat > STILL and not self.background.is_here(_key(slug, question))
        if found is None or cut_off or (progress.over and now - asked > FRESH):
            self._begin(tenant.running, question)
            progress, text = InquiryProgress("waiting", now), None
        answer = msgspec.json.decode(text, type=PastUnder) if text else None
        seen = seen_by(session, authority, answer) if answer else None
        return PastAnswer(progress.stage, progress.done, progress.total, progress.fault, seen)

    def _begin(self, tenant: Tenant, question: PastQuestion) -> None:
        slug = tenant.snapshot.slug
        self.background.check_room(_key(slug, question))  # before it is noted as waiting, and another's answer makes room for it
        with tenant.store.write(tenant.id) as session:
            inquiries.ask(session, question.key, self.clock())
        work = _PastWork(self, slug, question)
        self.background.begin(_key(slug, question), work.work, work.failed)


class _PastWork:
    """One period being worked out."""

    def __init__(self, pasts: Pasts, slug: str, question: PastQuestion) -> None:
        self.pasts, self.slug, self.question, self._told = pasts, slug, question, 0.0

    def work(self) -> None:
        installation = self.pasts.installation
        tenant = installation.tenant(self.slug)
        with tenant.store.read(tenant.id) as session:
            amendment = session.get_one(Amendment, (tenant.id, self.question.amendment))
            draft = brought(installation, tenant, session, amendment, partly=True)
        if draft.after is None:
            self.failed("; ".join(draft.wrong)[:500])
            return
        answer = past_under(installation, self.slug, draft.after, self.question.first, self.question.last, self._progress)
        done = InquiryProgress("done", self.pasts.clock())
        self._note(done, msgspec.json.encode(msgspec.structs.replace(answer, wrong=draft.wrong)).decode())

    def _progress(self, done: int, total: int) -> None:
        if self.pasts.background.ended:
            raise InterruptedError("the server goes down")
        if monotonic() - self._told > EVERY:
            self._told = monotonic()
            self._note(InquiryProgress("working", self.pasts.clock(), done, total))

    def failed(self, fault: str) -> None:
        self._note(InquiryProgress("failed", self.pasts.clock(), fault=fault))

    def _note(self, progress: InquiryProgress, answer: str | None = None) -> None:
        tenant = self.pasts.installation.tenant(self.slug)
        with tenant.store.write(tenant.id) as session:
            inquiries.note(session, self.question.key, progress, answer)


def _key(slug: str, question: PastQuestion) -> tuple[str, ...]:
    return "past", slug, question.key


def seen_by(session: Session, authority: Authority, answer: PastUnder) -> PastUnder:
    """Return an answer with the acts and duties on records that somebody may see; its numbers tell of no others."""
    types = authority.tenant.snapshot.types
    whole = {name for name, type in types.items() if visibility.sees_whole(authority, type)}
    row = Event.__table__.c
    wanted = (row.tenant_id == tenant_of(session), row.seq.in_([each.seq for each in answer.flips]))
    rows = session.connection().execute(select(row.seq, row.type, row.record_id).where(*wanted))
    records = {seq: (type, id) for seq, type, id in rows}
    visible = visibility.seen(authority, records.values())
    acts = {seq for seq, record in records.items() if record in visible}
    return seen_of(answer, whole, acts, visible_to(authority), all_seen=len(whole) == len(types))

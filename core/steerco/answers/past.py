"""A year as it was, decided again under a draft: which acts would have been refused, late, another's or in need of more, and
which duties would have moved.

Pattern: decide on facts, ask where facts do not do. Every act is decided from the facts that its event holds, under the draft as
if it had been in force; each for itself, so that one which would have been refused takes no later one with it. Where the draft
touches what those facts do not hold (``draft_changes``), the log is performed again in a store of its own, under its own
revisions, and the kernel is asked what it says to the act under the draft, just before it is done. Only what follows from the
last act is in memory, what is told is bounded, and the store is a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from msgspec import structs
from sqlalchemy.orm import Session

from steerco.answers.draft_changes import DraftChanges, changes
from steerco.answers.findings import cited
from steerco.answers.past_duties import moved
from steerco.answers.past_found import PastAct, PastUnder
from steerco.answers.past_refused import widened
from steerco.charter.model import Charter
from steerco.configuration.installation import APPLY, Installation
from steerco.configuration.snapshot import PLATFORM, Regime, Snapshot
from steerco.configuration.tenant import Tenant
from steerco.following.replay import Progress, on_its_facts
from steerco.kernel.event import EventBody, decode
from steerco.kernel.explain import explain
from steerco.operations.rebuild import Again, acts
from steerco.operations.scratch import empty
from steerco.policy.decision import Decision
from steerco.policy.line import ANY
from steerco.records import Stopped
from steerco.store import log
from steerco.store.tenant_status import TOLD

REFUSED_UNSEEN = "which acts were refused at the time: the log does not hold them, only their number per act and clause is kept"
MOST = 2_000
"""So many acts that come out otherwise are told one by one; the others are counted."""
Row = dict[str, Any]


def as_if(draft: Snapshot) -> Snapshot:
    """Return a draft as if its newest version, and its newest house rules, had been in force from the first day on."""

    def since(newest: Charter, first: Charter) -> Charter:
        began = structs.replace(newest.instrument, effective=first.instrument.effective, not_before=None)
        return structs.replace(newest, instrument=began)

    charters = (since(draft.charters[-1], draft.charters[0]),)
    house = since(draft.house, draft.houses[0]) if draft.house else None
    return replace(draft, charters=charters, house=house, former=(), _regimes={})


def past_under(
    installation: Installation,
    slug: str,
    draft: Snapshot,
    first: date,
    last: date,
    progress: Progress = lambda done, total: None,
) -> PastUnder:
    """Return what a period (both days included) would have been under a draft. Raises ``NoTenant``.

    Nothing of the running committee is changed. Events under revisions that are not stored are left out, and told.
    """
    tenant, draft = installation.tenant(slug), as_if(draft)
    with tenant.store.read(tenant.id) as session:
        past = _Past(installation, tenant, draft, session, first, last, progress)
        past.by_facts()
        past.by_asking()
        duties = moved(tenant, replace(tenant, snapshot=draft, load=None), session, first, last)
        flips = tuple(sorted(past.flips, key=lambda each: each.seq))
        refused, wider = widened(session, first, last, tenant.snapshot.regime_on(last), draft.regime_on(last))
        return PastUnder(
            first=first,
            last=last,
            events=past.events,
            acts=past.acts,
            decided=past.decided,
            asked=past.asked,
            asked_from=past.asked_from,
            touched=tuple(sorted(past.touched)),
            flips=flips,
            duties=duties,
            otherwise=past.counts.total(),
            numbers=dict(past.counts + Counter(f"duty-{each.kind}" for each in duties)),
            refused=refused,
            widened=wider,
            left_out=(REFUSED_UNSEEN, *past.left_out()),
        )


@dataclass
class _Past:
    """One pass over a period; a second one, as far as acts have to be asked."""

    installation: Installation
    tenant: Tenant
    draft: Snapshot
    session: Session
    first: date
    last: date
    progress: Progress
    events: int = 0
    acts: int = 0
    decided: int = 0
    asked: int = 0
    asked_from: int = 0
    asked_to: int = 0
    flips: list[PastAct] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    touched: set[str] = field(default_factory=set)
    gone: Counter[str] = field(default_factory=Counter)
    _under: dict[int, Snapshot | None] = field(default_factory=dict)
    _changes: dict[tuple[int, int], tuple[Regime, Regime, DraftChanges]] = field(default_factory=dict)

    def left_out(self) -> Iterator[str]:
        """What was not looked at, with its number."""
        yield from (f"{number} events: {why}" for why, number in sorted(self.gone.items()))
        if (untold := self.counts.total() - len(self.flips)) > 0:
            yield f"{untold} more acts that come out otherwise are counted and not told one by one"
        if absent := sorted(self.draft.circle.absent):
            yield f"what the plugins {', '.join(absent)} say: they are not here"

    # On facts

    def by_facts(self) -> None:
        """Decide every act of the period from its facts, and note from where to where acts have to be asked."""
        total = log.head(self.session).seq
        for row in log.entries(self.session):
            self.progress(row["seq"], 2 * total)
            day = self.tenant.snapshot.local(row["at"])
            if not self.first <= day <= self.last:
                continue
            self.events += 1
            if not _is_act(row):
                continue
            self.acts += 1
            if (found := self._regimes(row["revision"], day)) is None:
                self.gone[f"revision {row['revision']} is not stored"] += 1
                continue
            _, after, changed = found
            if changed.touch(row["action"]):
                self.touched |= changed.because
                self.asked_from, self.asked_to = self.asked_from or row["seq"], row["seq"]
                continue
            self.decided += 1
            body = decode(row["body"])
            decisions = on_its_facts(after, body)
            refused = next((each for each in decisions if not each.allowed), None)
            self._flip(row, body, after, refused or decisions[0], decisions)

    def _regimes(self, revision: int, day: date) -> tuple[Regime, Regime, DraftChanges] | None:
        """The regime of a day under its own revision and under the draft, and what the draft touches; None for a lost one."""
        if revision not in self._under:
            try:
                self._under[revision] = self.installation.under(self.tenant.snapshot.slug, revision).snapshot
            except LookupError:
                self._under[revision] = None
        own = self._under[revision]
        if own is None:
            return None
        before, after = own.regime_on(day), self.draft.regime_on(day)
        key = id(before), id(after)
        if key not in self._changes:
            self._changes[key] = before, after, changes(own, self.draft, before, after)
        return self._changes[key]

    def _flip(self, row: Row, body: EventBody, after: Regime, decision: Decision, decisions: list[Decision]) -> None:
        because = tuple(dict.fromkeys(each.clause for one in decisions for each in one.because))
        if not decision.allowed:
            who = decision.who_may or ()
            may = tuple(each.subject for each in who) or _grantees(after, row, body)
            kind = "another" if may else "refused"
            self._told(row, body, after, kind, "refused", tuple(each.clause for each in decision.because), may)
        elif set(because) != set(body.because):
            self._told(row, body, after, "other-clause", "", because, ())

    def _told(
        self, row: Row, body: EventBody, after: Regime, kind: str, code: str, clauses: tuple[str, ...], may: tuple[str, ...]
    ) -> None:
        self.counts[kind] += 1
        if len(self.flips) >= MOST:
            return
        day = self.tenant.snapshot.local(row["at"])
        who = "" if body.secret else row["person"]
        now = cited(after, clauses)
        self.flips.append(
            PastAct(row["seq"], day, row["action"], body.ref, who, body.acting_for, body.because, kind, code, now, may)
        )

    # Asked

    def by_asking(self) -> None:
        """Perform the log again up to the last act that has to be asked, and ask each of them just before it is done."""
        if not self.asked_to:
            return
        total, store = log.head(self.session).seq, empty()
        again = Again(self.tenant, self.session, Installation(store, self.installation.types, self.installation.plugins))
        try:
            for events in acts(log.entries(self.session)):
                root = events[0]
                if root["seq"] > self.asked_to:
                    return
                if root["seq"] >= self.asked_from:
                    self._ask(again, root)
                if again.do(events):
                    self.gone["they, or what they rest on, cannot be performed again (`log rebuild` says why)"] += (
                        self.asked_to - root["seq"] + 1
                    )
                    return
                self.progress(total + events[-1]["seq"], total + self.asked_to)
        finally:
            store.close()

    def _ask(self, again: Again, row: Row) -> None:
        day = self.tenant.snapshot.local(row["at"])
        found = self._regimes(row["revision"], day) if _is_act(row) and self.first <= day <= self.last else None
        if found is None or not found[2].touch(row["action"]):
            return
        running = again.scratch.tenant(again.slug)
        body = decode(row["body"])
        self.asked += 1
        with running.store.read(running.id) as session:
            try:
                decision = explain(replace(running, snapshot=self.draft, load=None), session, again.request(row))
            except Stopped as stopped:
                self._told(row, body, found[1], "unclear", stopped.code, (), ())
                return
            except OSError:
                self.gone["a file of theirs is gone"] += 1
                return
        self._asked(row, body, found[1], decision)

    def _asked(self, row: Row, body: EventBody, after: Regime, decision: Decision) -> None:
        clauses = tuple(each.clause for each in decision.because)
        known = {each.code for each in body.remarks or ()}
        late = next((each for each in decision.remarks if each.because and each.code not in known), None)
        if decision.outcome == "out-of-order":
            code, detail = next(((c.code, c.detail) for c in decision.would_change), ("", ""))
            self._told(row, body, after, "late" if _is_day(detail) else "more", code, clauses, ())
        elif decision.allowed and late is not None:
            self._told(row, body, after, "late", late.code, tuple(each.clause for each in late.because), ())
        else:
            self._flip(row, body, after, decision, [decision])


def _is_act(row: Row) -> bool:
    """Return whether somebody decided on the event: not one by right of another, of the program, or of the operator."""
    return not row["caused_by"] and row["person"] != PLATFORM and row["action"] not in TOLD and row["action"] != APPLY


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _grantees(regime: Regime, row: Row, body: EventBody) -> tuple[str, ...]:
    """Who may do such an act under the draft, by the lines that speak of it."""
    facets = frozenset(body.facts.facets)
    lines = regime.table.lines_for(row["type"], body.facts.act)
    near = (line for line in lines if line.allow and line.facets <= facets and line.body in (ANY, body.facts.body))
    fits = (line for line in near if f"{body.facts.object}.".startswith(f"{line.object}.") or line.object == ANY)
    return tuple(dict.fromkeys(line.subject for line in fits))

"""A year as it was, decided again under a draft: which acts would have been refused, late, another's or in need of more, and
which duties would have moved.

Pattern: decide on facts, ask where facts do not do. Every act is decided from the facts that its event holds, under the draft as
if it had been in force; each for itself, so that one which would have been refused takes no later one with it. Where the draft
touches what those facts do not hold (``draft_changes``), the log is performed again in a store of its own, under its own
revisions, and the kernel is asked what it says to the act under the draft, just before it is done. Only what follows from the
last act is in memory, what is told is bounded, and the store is a file on the disk. Duties are a fold over the events of the log,
which it holds in memory: about 3.3 KB an event, for one ledger at a time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from msgspec import structs
from sqlalchemy.orm import Session

from steerco.answers.draft_changes import DraftChanges, changes
from steerco.answers.findings import cited
from steerco.answers.past_duties import moved
from steerco.answers.past_found import PastAct, PastOfType, PastUnder, told
from steerco.answers.past_refused import widened
from steerco.charter.model import Charter
from steerco.configuration.installation import APPLY, Installation
from steerco.configuration.regime import PLATFORM, Regime
from steerco.configuration.snapshot import Snapshot
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
from steerco.store.engine import Store
from steerco.store.tenant_status import TOLD

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
        for type, number in refused.items():
            past.of_types[type].refused = number
        absent = tuple(sorted(draft.circle.absent))
        return told((first, last), past.of_types, flips, duties, wider, absent)


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
    asked_from: int = 0
    asked_to: int = 0
    flips: list[PastAct] = field(default_factory=list)
    of_types: defaultdict[str, PastOfType] = field(default_factory=lambda: defaultdict(PastOfType))
    _under: dict[int, Snapshot | None] = field(default_factory=dict)
    _changes: dict[tuple[int, int], tuple[Regime, Regime, DraftChanges]] = field(default_factory=dict)

    def _gone(self, row: Row, why: str) -> None:
        gone = self.of_types[_type(row)].gone
        gone[why] = gone.get(why, 0) + 1

    # On facts

    def by_facts(self) -> None:
        """Decide every act of the period from its facts, and note from where to where acts have to be asked."""
        total = log.head(self.session).seq
        for row in log.entries(self.session):
            self.progress(row["seq"], 2 * total)
            day = self.tenant.snapshot.local(row["at"])
            if not self.first <= day <= self.last:
                continue
            own = self.of_types[_type(row)]
            own.events += 1
            if not _is_act(row):
                continue
            own.acts += 1
            if decode(row["body"]).secret:
                self._gone(row, "gone-secret")
                continue
            if (found := self._regimes(row["revision"], day)) is None:
                self._gone(row, f"gone-revision {row['revision']}")
                continue
            _, after, changed = found
            if changed.touch(row["action"]):
                own.touched |= changed.because
                own.asked_from = own.asked_from or row["seq"]
                self.asked_from, self.asked_to = self.asked_from or row["seq"], row["seq"]
                continue
            own.decided += 1
            body = decode(row["body"])
            decisions = on_its_facts(after, body)
            refused = next((each for each in decisions if not each.allowed), None)
            self._flip(row, body, after, refused or decisions[0], decisions)

    def _regimes(self, revision: int, day: date) -> tuple[Regime, Regime, DraftChanges] | None:
        """Return the regime of a day under its own revision and under the draft, and what the draft touches; None for a lost
        one."""
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
        kinds = self.of_types[_type(row)].kinds
        kinds[kind] = kinds.get(kind, 0) + 1
        if len(self.flips) >= MOST:
            return
        day = self.tenant.snapshot.local(row["at"])
        now = cited(after, clauses)
        self.flips.append(
            PastAct(row["seq"], day, row["action"], body.ref, row["person"], body.acting_for, body.because, kind, code, now, may)
        )

    # Asked

    def by_asking(self) -> None:
        """Perform the log again up to the last act that has to be asked, and ask each of them just before it is done."""
        if not self.asked_to:
            return
        total, store = log.head(self.session).seq, empty(Store.on_disk)
        again = Again(self.tenant, self.session, Installation(store, self.installation.types, self.installation.plugins))
        try:
            for events in acts(log.entries(self.session)):
                root = events[0]
                if root["seq"] > self.asked_to:
                    return
                if root["seq"] >= self.asked_from:
                    self._ask(again, root)
                if again.do(events):
                    self._stopped_at(root)
                    return
                self.progress(total + events[-1]["seq"], 2 * total)
        finally:
            store.close()

    def _stopped_at(self, row: Row) -> None:
        """Note which acts could not be asked any more: those after the one that cannot be performed again."""
        for each in log.entries(self.session, row["seq"]):
            if each["seq"] <= self.asked_to and self._touched(each) is not None:
                self._gone(each, "gone-before")

    def _touched(self, row: Row) -> Regime | None:
        """Return the draft's regime of the day of an act that has to be asked; None for every other event."""
        day = self.tenant.snapshot.local(row["at"])
        asked = _is_act(row) and self.first <= day <= self.last and not decode(row["body"]).secret
        found = self._regimes(row["revision"], day) if asked else None
        return found[1] if found is not None and found[2].touch(row["action"]) else None

    def _ask(self, again: Again, row: Row) -> None:
        if (after := self._touched(row)) is None:
            return
        running = again.scratch.tenant(again.slug)
        body = decode(row["body"])
        self.of_types[_type(row)].asked += 1
        with running.store.read(running.id) as session:
            try:
                decision = explain(replace(running, snapshot=self.draft, load=None), session, again.request(row))
            except Stopped as stopped:
                self._told(row, body, after, "unclear", stopped.code, (), ())
                return
            except OSError:
                self._gone(row, "gone-file")
                return
        self._asked(row, body, after, decision)

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


def _type(row: Row) -> str:
    return str(row["action"]).partition(".")[0]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _grantees(regime: Regime, row: Row, body: EventBody) -> tuple[str, ...]:
    """Return who may do such an act under the draft, by the lines that speak of it."""
    facets = frozenset(body.facts.facets)
    lines = regime.table.lines_for(row["type"], body.facts.act)
    near = (line for line in lines if line.allow and line.facets <= facets and line.body in (ANY, body.facts.body))
    fits = (line for line in near if f"{body.facts.object}.".startswith(f"{line.object}.") or line.object == ANY)
    return tuple(dict.fromkeys(line.subject for line in fits))

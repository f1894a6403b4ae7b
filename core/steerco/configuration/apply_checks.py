"""The last checks before a configuration becomes a revision, while nothing can change any more: is it still what was planned
against, may this person, and does it strand or rewrite anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, structs
from sqlalchemy.orm import Session

from steerco.configuration import administration
from steerco.configuration.regime import PLATFORM
from steerco.configuration.revisions import Outrun, RevisionNote, listed
from steerco.configuration.risk import Weighed, heaviest, weigh
from steerco.configuration.safety import Hazard, hazards
from steerco.configuration.snapshot import Snapshot
from steerco.configuration.tenant import Tenant
from steerco.policy.decision import Decision
from steerco.store.sessions import tenant_of
from steerco.store.tenant_status import standing


class Unsafe(Exception):
    """A configuration that must not be applied; ``hazards`` say why, and how to go on."""

    def __init__(self, slug: str, hazards: list[Hazard]) -> None:
        super().__init__(f"{slug}: " + "; ".join(str(hazard) for hazard in hazards[:5]))
        self.slug, self.hazards = slug, hazards


class Barred(Exception):
    """A person who may not apply this. ``changes`` are the risky ones (or all, where even harmless ones are barred).

    ``state``: how the tenant stands, where that is what bars everybody.
    """

    def __init__(self, slug: str, person: str, decision: Decision, changes: tuple[Weighed, ...], state: str = "") -> None:
        may = ", ".join(who.subject for who in decision.who_may) or "the operator alone"
        what = ", ".join(map(str, changes)) or "the configuration"
        since = f"{slug} is {state}: " if state else f"{slug}: "
        super().__init__(f"{since}{person} may not apply a change of {what}; who may: {may}")
        self.slug, self.person, self.decision, self.changes = slug, person, decision, changes


class ApplyChecks(Struct, frozen=True):
    """The questions about one content. ``base``: the revision that it was planned against, None for whichever is in use."""

    slug: str
    content: Mapping[str, str]
    at: datetime
    base: int | None

    def passed(self, session: Session, number: int, before: Tenant | None, after: Snapshot, note: RevisionNote) -> RevisionNote:
        """Return what the event is to say. ``number``: of the revision in use, 0 for a first apply; ``before``: the tenant
        under it, none where this release cannot read it: the operator then may apply what can be read.

        Raises ``Outrun``, ``Barred``, ``Unsafe``.
        """
        if self.base is not None and self.base != number:
            raise Outrun(self.slug, self.base, next(iter(listed(session, tenant_of(session), limit=1)), None))
        if before is None:
            if note.by:
                raise Barred(self.slug, note.by, Decision("refused"), ())
            return note
        changes = weigh(self.slug, before.snapshot.content, self.content)
        weight, today = heaviest(changes), before.snapshot.local(self.at)
        if note.by:
            if (state := standing(session).state) != "active":  # then no person of the tenant does anything
                order = before.snapshot.regime_on(today).reasons((f"{PLATFORM}:tenant-{state}",))
                raise Barred(self.slug, note.by, Decision("refused", order[0].layer, order), changes, state)
            decision = administration.decide(before, session, note.by, weight, today)
            if not decision.allowed:
                raise Barred(self.slug, note.by, decision, tuple(change for change in changes if change.weight == weight))
        if dangers := hazards(before, session, after, today, correct=note.corrected):
            raise Unsafe(self.slug, dangers)
        return structs.replace(note, weight=weight)

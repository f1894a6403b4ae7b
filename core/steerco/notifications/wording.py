"""The words of a notice: a title, the clauses, and why it came. Never what a paper or a text of the record says."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy.orm import Session

from steerco.charter.duties import duties as all_duties
from steerco.charter.model import Label
from steerco.configuration import own_kinds, registers
from steerco.configuration.party_names import PartyNames
from steerco.configuration.regime import Regime
from steerco.configuration.tenant import Tenant
from steerco.extension.catalogue import texts
from steerco.i18n import Words, words
from steerco.kernel.event import EventBody, decode
from steerco.notifications.reminders import ACT, LATE, late_rule
from steerco.notifications.suspension_notices import ACT as SUSPENSION
from steerco.notifications.suspension_notices import AGENCY, AboutSuspension
from steerco.store.notice_tables import NoticeRow
from steerco.store.tables import Event


class Told(NamedTuple):
    """A notice in words. ``cites`` are clauses as officials cite them; ``path`` is the address on this server."""

    title: str
    about: str
    cites: tuple[str, ...]
    why: str
    path: str
    at: datetime


class Telling:
    """The words of one tenant's notices in one language, as of ``now``."""

    def __init__(self, tenant: Tenant, session: Session, now: datetime, language: str = "") -> None:
        self.tenant, self.session, self.now = tenant, session, now
        settings = tenant.snapshot.settings
        chosen = language or settings.languages[0]
        self.say: Words = words(chosen).over(
            *texts(tenant.snapshot.circle.plugins, chosen),
            registers.texts(tenant.snapshot.registers, chosen),
            own_kinds.texts(tenant.snapshot.own_kinds, chosen),
        )
        self.committee = self.say.of(settings.name)

    @cached_property
    def regime(self) -> Regime:
        return self.tenant.snapshot.regime_on(self.tenant.snapshot.local(self.now))

    def _regime_of(self, notice: NoticeRow) -> Regime:
        """Return the texts that were in force when the notice was made: it cites no later one."""
        return self.tenant.snapshot.regime_on(self.tenant.snapshot.local(notice.at))

    def of(self, notice: NoticeRow) -> Told:
        """Return a notice in words."""
        record, regime = self._record(notice), self._regime_of(notice)
        if notice.act in (ACT, LATE):
            label, cites = _duty(regime, notice.duty)
            late, due = notice.act == LATE, self.say.day(notice.due_on) if notice.due_on else ""
            key = "late" if late else "due"
            title = self.say("notifications.subject", key, day=due, what=self.say.of(label) or record)
            rule = late_rule(regime, notice.duty or "").cite if late else ()
            cited, why = self._cited((*rule, *cites), regime), self.say("notifications.why", key)
            return Told(title, record, cited, why, self._path(notice), notice.at)
        if notice.act == SUSPENSION:
            return self._of_suspension(notice)
        body = self._body(notice)
        what = record or self.say("type", notice.type or "")
        key = notice.act if self.say.has("notifications.subject", notice.act) else "act"
        title = self.say("notifications.subject", key, act=self.capital(self.say("action", notice.act)), what=what)
        cited = self._cited(body.because, regime)
        return Told(title, record, cited, self.say("notifications.why", "told"), self._path(notice), notice.at)

    def _of_suspension(self, notice: NoticeRow) -> Told:
        """Return the word of a suspension: who loses what from which day, by the rule that has it told."""
        about = AboutSuspension.read(notice.about or {})
        lost = ", ".join(self.say("reading.people.lost", what) for what in about.lost)
        day = self.say.day(notice.due_on) if notice.due_on else ""
        told = {"who": self.name(about.person), "body": self.name(about.body), "lost": lost, "day": day}
        cited = self._cited(about.cite, self._regime_of(notice))
        path = f"/t/{self.tenant.snapshot.slug}/people"
        why = self.say("notifications.why", SUSPENSION)
        if about.missing == AGENCY:
            why = self.say("notifications.why", "suspension-no-agency")
        elif about.missing:
            why = self.say("notifications.why", "suspension-untold", party=self.name(about.missing))
        return Told(
            self.say("notifications.subject", SUSPENSION if lost else "not-taking-part", **told),
            "",
            cited,
            why,
            path,
            notice.at,
        )

    @cached_property
    def name(self) -> PartyNames:
        """The names of parties on the day."""
        today = self.tenant.snapshot.local(self.now)
        return PartyNames(self.say, self.tenant.directory(self.session).on(today, self.regime.charter))

    def capital(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def _body(self, notice: NoticeRow) -> EventBody:
        row = self.session.get(Event, (self.tenant.id, notice.event))
        return decode(row.body) if row is not None else EventBody()

    def _record(self, notice: NoticeRow) -> str:
        """Return the title of the record that a notice is about, or its kind and reference."""
        kind = self.tenant.snapshot.types.get(notice.type or "")
        record = kind.get(self.session, self.tenant.id, notice.record) if kind is not None and notice.record else None
        if record is None:
            return ""
        title = getattr(record, "title", None)
        if isinstance(title, str) and title:
            return title
        sort = getattr(record, "kind", None)
        name = self.say("kind", sort) if sort and self.say.has("kind", sort) else self.say("type", record.record_type)
        begins = getattr(record, "starts_at", None)
        when = f", {self.say.day(begins.astimezone(self.tenant.snapshot.settings.zone).date())}" if begins else ""
        return f"{self.capital(name)} {record.ref}{when}"

    def _cited(self, ids: tuple[str, ...], regime: Regime) -> tuple[str, ...]:
        """Return clauses as officials cite them, by the texts that were in force."""
        known = [id for id in dict.fromkeys(ids) if id in regime.clauses]
        return tuple(self.say.of(regime.written(id)) or self.say("clause", "title", id=id) for id in known)

    def _path(self, notice: NoticeRow) -> str:
        slug = self.tenant.snapshot.slug
        kind = self.tenant.snapshot.types.get(notice.type or "")
        record = kind.get(self.session, self.tenant.id, notice.record) if kind is not None and notice.record else None
        return f"/t/{slug}/records/{notice.type}/{record.ref}" if record is not None else f"/t/{slug}/duties"


def _duty(regime: Regime, id: str | None) -> tuple[Label, tuple[str, ...]]:
    """Return the label and the clauses of a duty, by the texts of ``regime``."""
    duties = {duty.id: duty for duty in all_duties(regime.charter)}
    for layer in regime.layers:
        duties = {duty.id: duty for duty in all_duties(layer)} | duties
    return (duties[id].label, duties[id].cite) if id in duties else (Label(), ())

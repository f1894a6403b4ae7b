"""The loop that makes notices and sends mails: once a second it looks for logs that have moved.

Several processes may run it: notices are made under the tenant's lock, and a mail is claimed before it is sent.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from steerco.accounts import words as account_words
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.i18n import DEFAULT, words
from steerco.notifications import outbox
from steerco.notifications.mail import Letter, MailServer, Rejected, Unavailable
from steerco.notifications.notices import follow
from steerco.notifications.reminders import remind
from steerco.store.account_tables import AccountWord
from steerco.store.lapse import lapsed

log = logging.getLogger("steerco.mail")

EVERY = 1.0
"""Seconds between two looks."""
SLICE = 500
"""The number of tenants that one look takes."""
CALM = timedelta(minutes=1)
"""A tenant whose log has not moved is looked at again after this time: a mail to try again, a day that begins."""


@dataclass
class Postman:
    """Makes notices and sends mails for an installation. ``server`` is None where no mail is sent."""

    installation: Installation
    clock: Callable[[], datetime]
    server: MailServer | None = None
    _after: int = 0
    _seen: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    _account_pause: datetime | None = None

    def run(self, stop: threading.Event, every: float = EVERY) -> None:
        """Look again and again until ``stop``. A look that fails is tried again: no fault of one ends the loop."""
        while not stop.wait(every):
            try:
                self.once()
            except Exception:
                log.exception("notices and mails: a look failed; tried again")

    def once(self) -> None:
        """Serve the tenants that come next and have something new, then the words to holders of accounts."""
        now = self.clock()
        heads = self.installation.heads(self._after, SLICE)
        self._after = heads[-1][0] if len(heads) == SLICE else 0
        for number, slug, head in heads:
            seen, at = self._seen.get(number, (-1, now))
            if seen == head and not lapsed(at, CALM, now):
                continue
            try:
                self.serve(self.installation.tenant(slug), now)
                self._seen[number] = (head, now)
            except Exception:  # of one tenant; the others are served
                log.exception("%s: notices or mails failed; tried again", slug)
        self._tell_accounts(now)

    def serve(self, tenant: Tenant, now: datetime) -> None:
        """Make a tenant's notices, and send the mails that are due."""
        follow(tenant, now)
        remind(tenant, now)
        if self.server is not None:
            outbox.gather(tenant, now)
            outbox.send(tenant, self.server, now)

    def _tell_accounts(self, now: datetime) -> None:
        """Send what holders of accounts are to be told: invitations, resets, locks."""
        server, store = self.server, self.installation.store
        if server is None or (self._account_pause is not None and now < self._account_pause):
            return
        waiting = account_words.pending(store, now)
        if not waiting:
            return
        try:
            answers = server.send([self._letter(server, word) for word in waiting])
        except Unavailable as away:
            log.warning("the mail server is away: %s", away)
            self._account_pause = now + outbox.FIRST_PAUSE
            return
        self._account_pause = None
        for word, error in zip(waiting, answers, strict=True):
            if error is None or isinstance(error, Rejected):
                account_words.sent(store, word.id, now)

    def _letter(self, server: MailServer, word: AccountWord) -> Letter:
        say, committee = words(DEFAULT), ""
        slug = next((slug for number, slug, _ in self.installation.heads((word.number or 1) - 1, 1) if number == word.number), "")
        if slug:
            settings = self.installation.tenant(slug).snapshot.settings
            say = words(settings.languages[0])
            committee = say.of(settings.name)
        until = f"{word.expires_at:%d/%m/%Y %H:%M} UTC"
        subject = say("notifications.mail", f"{word.what}_title", committee=committee)
        lines = [subject, "", say("notifications.mail", word.what, until=until)]
        lines += ["", server.address + word.path] if word.path else []
        return Letter(
            word.email or "", subject, "\n".join([*lines, "", say("notifications.mail", "no_reply")]), f"{word.id}.account"
        )

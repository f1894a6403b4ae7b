"""The records that a feed's owner may see, read on the owner's behalf and in no other way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from steerco.extension.api import AtLeast, Fields, Hands, Label, Parties

OPEN = ("assigned", "in-progress")
MINE = ("lead", "accountable", "performer")
"""The fields of a task that make it somebody's own."""


class CalendarParty(NamedTuple):
    """A party as a calendar names it: ``sort`` is ``person``, ``agency``, ``body``, ``seat`` or ``office``."""

    name: str
    mail: str
    sort: str


class Reader:
    """One reading of a committee by ``owner``."""

    def __init__(self, hands: Hands, owner: str) -> None:
        self.hands, self.owner, self.tenant = hands, owner, hands.tenant
        self._parties: dict[str, CalendarParty] = {}

    @cached_property
    def day(self) -> Parties:
        """The parties of today."""
        today: Parties = self.hands.day()
        return today

    def meetings(self, since: datetime, body: str = "") -> Iterator[Fields]:
        """Return the meetings from a time on, of one body or of all."""
        where: dict[str, Any] = {"starts_at": AtLeast(since), **({"body": body} if body else {})}
        return self.hands.records("meeting", by=self.owner, where=where)

    def tasks(self, since: date) -> list[Fields]:
        """Return the owner's own open tasks with a due day from ``since`` on: those that name anything that the owner is
        today."""
        tasks: dict[str, Fields] = {}
        for field in MINE:
            for key in sorted(self.day.keys(self.owner)):
                for state in OPEN:
                    where = {field: key, "state": state, "due_on": AtLeast(since)}
                    tasks |= {task["id"]: task for task in self.hands.records("task", by=self.owner, where=where)}
        return [tasks[id] for id in sorted(tasks)]

    def party(self, party: str) -> CalendarParty:
        """Return a party by name and address, as far as the owner may see them; else by what the regulation calls it, or its
        id."""
        if party not in self._parties:
            self._parties[party] = self._name(party)
        return self._parties[party]

    def _name(self, party: str) -> CalendarParty:
        sort = self.day.sort(party)
        nowhere = f"{re.sub(r'[^A-Za-z0-9]+', '-', party)}@{self.tenant.slug}.invalid"
        if sort in ("person", "agency", "office"):
            fields = self.hands.record(sort, party, by=self.owner) or {}
            name = fields.get("title") if sort == "office" else fields.get("name")
            mail = fields.get("email") or ""
            return CalendarParty(self.text(name or {}), mail if fit(mail) else nowhere, sort)
        return CalendarParty(self.label(party), nowhere, sort)

    def label(self, id: str) -> str:
        """Return the latest charter's label of a body, seat or role; the id where it has none."""
        for charter in reversed(self.tenant.charters):
            labels = {party.id: party.label for party in charter.bodies}
            labels |= {party.id: party.label for party in charter.seats} | {party.id: party.label for party in charter.roles}
            if id in labels:
                return self.text(labels[id])
        return id

    def text(self, text: Any) -> str:
        """Return a text in the committee's first language, or in whatever language there is."""
        if isinstance(text, Label):
            text = {"vi": text.vi, "en": text.en}
        first = self.tenant.languages[0] if self.tenant.languages else "vi"
        return str(text.get(first) or next(filter(None, text.values()), ""))


def fit(mail: str) -> bool:
    """Return whether an e-mail address can stand in a ``mailto:`` link as it is."""
    return re.fullmatch(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+", mail) is not None

"""What a feed's owner may see, read on the owner's behalf and in no other way."""

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


class Named(NamedTuple):
    """A party as a calendar names it: ``sort`` is ``person``, ``agency``, ``body``, ``seat`` or ``office``."""

    name: str
    mail: str
    sort: str


class Reader:
    """One reading of a committee by ``owner``."""

    def __init__(self, hands: Hands, owner: str) -> None:
        self.hands, self.owner, self.tenant = hands, owner, hands.tenant
        self._named: dict[str, Named] = {}

    @cached_property
    def day(self) -> Parties:
        """Who is who today."""
        today: Parties = self.hands.day()
        return today

    def meetings(self, since: datetime, body: str = "") -> Iterator[Fields]:
        """The meetings from a time on, of one body or of all."""
        where: dict[str, Any] = {"starts_at": AtLeast(since), **({"body": body} if body else {})}
        return self.hands.records("meeting", by=self.owner, where=where)

    def tasks(self, since: date) -> list[Fields]:
        """The owner's own open tasks with a due day from ``since`` on: those that name anything that the owner is today."""
        found: dict[str, Fields] = {}
        for field in MINE:
            for key in sorted(self.day.keys(self.owner)):
                for state in OPEN:
                    where = {field: key, "state": state, "due_on": AtLeast(since)}
                    found |= {each["id"]: each for each in self.hands.records("task", by=self.owner, where=where)}
        return [found[id] for id in sorted(found)]

    def named(self, party: str) -> Named:
        """A party by name and address, as far as the owner may see them; else by what the regulation calls it, or its id."""
        if party not in self._named:
            self._named[party] = self._name(party)
        return self._named[party]

    def _name(self, party: str) -> Named:
        sort = self.day.sort(party)
        nowhere = f"{re.sub(r'[^A-Za-z0-9]+', '-', party)}@{self.tenant.slug}.invalid"
        if sort in ("person", "agency", "office"):
            seen = self.hands.record(sort, party, by=self.owner) or {}
            name = seen.get("title") if sort == "office" else seen.get("name")
            mail = seen.get("email") or ""
            return Named(self.said(name or {}), mail if fit(mail) else nowhere, sort)
        return Named(self.label(party), nowhere, sort)

    def label(self, id: str) -> str:
        """What the latest charter calls a body, seat or role."""
        for charter in reversed(self.tenant.charters):
            known = {each.id: each.label for each in charter.bodies}
            known |= {each.id: each.label for each in charter.seats} | {each.id: each.label for each in charter.roles}
            if id in known:
                return self.said(known[id])
        return id

    def said(self, text: Any) -> str:
        """A text in the committee's first language, or in whatever language there is."""
        if isinstance(text, Label):
            text = {"vi": text.vi, "en": text.en}
        first = self.tenant.languages[0] if self.tenant.languages else "vi"
        return str(text.get(first) or next(filter(None, text.values()), ""))


def fit(mail: str) -> bool:
    """Whether it can stand in a ``mailto:`` address as it is."""
    return re.fullmatch(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+", mail) is not None

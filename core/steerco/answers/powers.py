"""Who could do an act at all: the lines of a policy asked with the people of a day, and the kernel asked with a record of no one.

Pattern: an index and an oracle. ``Powers.able`` reads the compiled table, once for each kind of person; ``Powers.refused`` lets
the kernel decide on a record that nobody made, for each of them. A tie to a record (``relation:…``) counts as one that somebody
can have, unless a line bars it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from steerco.answers.lab import NEWCOMER, Lab
from steerco.answers.moves import places
from steerco.committee.members.appointment import OUTSIDERS
from steerco.kernel.authority import Authority
from steerco.policy.capacity import allowed
from steerco.policy.line import ANY, RELATION, Line
from steerco.records import Action, Record


class Powers:
    """The powers of a lab's people on its day; where ``ever``, also those of whoever once had a seat or is to have one."""

    def __init__(self, lab: Lab, *, ever: bool = False) -> None:
        self.lab, self.day, self.table, self.ever = lab, lab.day, lab.regime.table, ever
        self.asked = 0
        self._able: dict[tuple[str, str, str, str], bool] = {}

    @cached_property
    def held(self) -> dict[frozenset[str], str]:
        """Every set of subjects that some person has, acting for absent officers left out, with one who has it."""
        found: dict[frozenset[str], str] = {}
        for person in sorted(self.day.all.persons):
            found.setdefault(self.table.closed(self.day.subjects(person)), person)
        for place in places(self.day) if self.ever else ():
            whose = (h.person for h in self.day.all.holdings if place.name in (h.seat, h.office) or place.role == h.seat)
            for person in whose:
                found.setdefault(self.table.closed(place.brings), person)
        return found

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Every subject of a policy line that somebody is."""
        return frozenset().union(*self.held)

    def nobody(self, subject: str) -> bool:
        """Return whether nobody is a subject on this day, though the charter knows it. Kinds of outsiders come and go by acts."""
        return not subject.startswith(RELATION) and subject not in OUTSIDERS and subject not in self.subjects

    def lines(self, type: str, act: str, object: str = "", body: str = "") -> Iterator[Line]:
        """Yield the lines that grant an act on an object in a body (empty: any)."""
        for line in self.table.lines_for(type, act):
            near = not object or f"{object}.".startswith(f"{line.object}.") or line.object == ANY
            if line.allow and near and (not body or line.body in (ANY, body)):
                yield line

    def able(self, type: str, act: str, object: str = "", body: str = "") -> bool:
        """Return whether some line lets somebody do the act on such a record, by a seat that is held or by a tie to it."""
        key = (type, act, object, body)
        if key not in self._able:
            self._able[key] = any(self._counts(line, object or line.object) for line in self.lines(type, act, object, body))
        return self._able[key]

    def _counts(self, line: Line, object: str) -> bool:
        """Return whether a granting line gives somebody the act, after every bar that speaks of the same."""
        body = line.body
        self.asked += 1
        if line.subject.startswith(RELATION):
            return self.table.allows({line.subject}, body, object, line.act, line.facets)
        able = (held for held in self.held if line.subject in held)
        return line.subject in OUTSIDERS or any(self.table.allows(held, body, object, line.act, line.facets) for held in able)

    def barred(self, line: Line) -> Line | None:
        """Return a line that always takes from everybody what a granting line gives; None where it gives something."""
        for bar in self.table.lines_for(line.type, line.act):
            covers = (
                not bar.allow
                and bar.body in (ANY, line.body)
                and f"{line.object}.".startswith(f"{bar.object}.")
                and bar.facets <= line.facets
                and bar.subject in self.table.groups_of(line.subject)
            )
            if covers and not self.table.allows({line.subject}, line.body, line.object, line.act, line.facets):
                return bar
        return None

    def decides(self, person: str, act: Action, kind: str, body: str, facets: frozenset[str]) -> bool:
        """Ask the kernel whether a person may do the act on a record of that kind and body to which nobody is tied."""
        tenant = self.lab.tenant
        with tenant.store.read(tenant.id) as session:
            self.lab.tried += 1
            authority = Authority(tenant, session, person, self.lab.at)
            record = authority.draft(act, {"body": body, **({"kind": kind} if kind else {})}, self.lab.at)
            asks = authority.asks(record, record.object, act.name, facets, authority.capacities)
            return allowed(authority.regime.table, asks, authority.person_wide)

    def refused(self, type: type[Record], act: Action, kind: str, body: str, state: str) -> int | None:
        """Ask the kernel of every kind of person whether they may do the act on a record of that kind, body and state to which
        nobody is tied. Return how many it refused; None where it lets one do it, for some aim."""
        lab, asked = self.lab, 0
        tenant = lab.tenant
        aims = {line.facets for line in self.table.lines_for(type.record_type, act.name) if line.allow} or {frozenset[str]()}
        with tenant.store.read(tenant.id) as session:
            for person in {*self.held.values(), NEWCOMER}:
                authority = Authority(tenant, session, person, lab.at)
                record = authority.draft(act, {"body": body, **({"kind": kind} if kind else {})}, lab.at)
                record.state = state
                lab.tried += 1
                asked += 1
                for facets in aims:
                    asks = authority.asks(record, record.object, act.name, facets, authority.capacities)
                    if allowed(authority.regime.table, asks, authority.person_wide):
                        return None
        return asked

"""A plan in people's terms: who gains and who loses which act, beside the text of the clause that is cited for it; what becomes
of duties, clauses and rules; which records it concerns; and what is against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from steerco.changes.plan import DatedChange, LineChange, Plan, RuleChange
from steerco.changes.whose_powers import Power
from steerco.charter.all_rules import name_of
from steerco.charter.load import TABLES
from steerco.charter.model import Charter, Clause, Label
from steerco.configuration.safety import Hazard, Stranded
from steerco.configuration.snapshot import Snapshot
from steerco.policy.line import Line
from steerco.web.pages.admin.findings import told
from steerco.web.pages.admin.roles import FileRole, role_of, without_paths
from steerco.web.pages.admin.setting_changes import SettingChange, SettingWords
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.values import facet
from steerco.web.pages.frame.visit import Cite, Visit
from steerco.web.pages.reading.clause import act_name, object_name
from steerco.web.pages.reading.draft import RiskLine, cite_under, risk_line, untried

_COUNTS = re.compile(r"(.+) counts from \S+: acts decided since then stand as they were decided$")
FEW = 6
"""So many dates of what is owed are told one by one; of more only how many."""


class PowerChange(NamedTuple):
    """A power that somebody gains or loses: whose it is, the deed, who they are today, for whom nothing changes, the cited text.

    ``was`` is the clause's text in use, where the change words it otherwise; ``wording``: the text is the clause's own, and no
    summary.
    """

    subject: str
    deed: str
    allow: bool
    people: list[str]
    same: list[str]
    cite: Cite
    text: str
    was: str
    wording: bool


class PersonChange(NamedTuple):
    """Persons whose own powers change in the same way, from a day."""

    who: list[str]
    on: str
    gained: list[str]
    lost: list[str]


class RowChange(NamedTuple):
    """A clause, seat, duty or rule that is added, removed or changed; ``was`` and ``text`` are its words, ``said`` those of
    the program."""

    what: str
    table: str
    name: str
    was: str
    text: str
    said: str
    cites: list[Cite]


class HazardView(NamedTuple):
    """A reason against the change: what is so, what to do, the program's own words, and the records in question."""

    text: str
    do: str
    said: str
    records: list[tuple[str, str]]


class PlanView(NamedTuple):
    """A plan, ready for its page. ``untried`` says why what it leads to was not tried, where it was not."""

    gains: list[PowerChange]
    losses: list[PowerChange]
    persons: list[PersonChange]
    duties: list[RowChange]
    owed: list[str]
    clauses: list[RowChange]
    others: list[RowChange]
    settings: list[SettingChange]
    plugins: list[tuple[str, list[str]]]
    laws: list[str]
    stranded: list[str]
    affected: int
    files: list[tuple[FileRole | None, str]]
    notes: list[str]
    refused: list[HazardView]
    risks: list[RiskLine]
    mends: list[RiskLine]
    untried: str


class PlanWords:
    """Puts one plan into words. ``after``: the snapshot that it would bring; ``roles`` the files by role."""

    def __init__(self, visit: Visit, plan: Plan, after: Snapshot, roles: list[FileRole]) -> None:
        self.visit, self.plan, self.after, self.roles = visit, plan, after, roles
        self.before = visit.tenant.snapshot
        self.regimes = self.before.regime_on(visit.today), after.regime_on(visit.today)

    def view(self) -> PlanView:
        """Return everything that the page shows."""
        plan = self.plan
        gains = [*(x for x in plan.gained if x.effect == "allow"), *(x for x in plan.lost if x.effect != "allow")]
        losses = [*(x for x in plan.lost if x.effect == "allow"), *(x for x in plan.gained if x.effect != "allow")]
        records = {each.record for each in plan.dates if each.record}
        settings = SettingWords(self.visit, self.after, self.roles)
        return PlanView(
            gains=[self._power(line) for line in gains],
            losses=[self._power(line) for line in losses],
            persons=self._persons(),
            duties=[self._row(each) for each in plan.duties],
            owed=list(self._owed()),
            clauses=[self._row(each) for each in plan.clauses],
            others=[self._row(each) for each in (*plan.seats, *plan.rules)],
            settings=list(settings.settings()),
            plugins=[settings.switch(each) for each in plan.plugins],
            laws=[self.visit.say("admin.plan", f"law_{each.what}", name=each.text or each.name) for each in plan.laws],
            stranded=[self._stranded(each) for each in plan.stranded],
            affected=len(records) + sum(each.count for each in plan.stranded if each.records),
            files=[(role_of(self.roles, path), what) for path, what in plan.files.items()],
            notes=list(self._notes()),
            refused=[self._hazard(each) for each in plan.refused],
            risks=[risk_line(self.visit, each, self.regimes[1]) for each in plan.consequences],
            mends=[risk_line(self.visit, each, self.regimes[1]) for each in plan.mends],
            untried=untried(self.visit, plan.untried),
        )

    # Powers

    def _power(self, change: LineChange) -> PowerChange:
        facets = frozenset() if change.facets == "-" else frozenset(change.facets.split(";"))
        allow = change.effect == "allow"
        line = Line(change.subject, change.body, change.object, change.act, facets, allow, change.clause)
        known = self.visit.names.known(change.subject) or not str(change.label)
        subject = self.visit.names(change.subject) if known else self.visit.say.of(change.label)
        touched = {(each.person, x.object, x.act) for each in self.plan.persons for x in (*each.gained, *each.lost)}
        same = [each for each in change.people if (each, change.object, change.act) not in touched]
        was, is_ = (self._clause(regime.clauses.get(change.clause)) for regime in self.regimes)
        text, wording = is_ if is_[0] else was
        names = self.visit.names.of
        former = was[0] if was[0] != text else ""
        cite = self._cite(change.clause)
        people = names(change.people), names(same)
        return PowerChange(subject, deed(self.visit, line), allow, *people, cite, text, former, wording)

    def _clause(self, entry: tuple[Clause, str] | None) -> tuple[str, bool]:
        """Return the words of a clause, and whether they are its own."""
        if entry is None:
            return "", False
        return (entry[0].text, True) if entry[0].text else (self.visit.say.of(entry[0].gloss), False)

    def _cite(self, id: str) -> Cite:
        return cite_under(self.visit, id, self.regimes[1])

    def _persons(self) -> list[PersonChange]:
        groups: dict[tuple[Any, ...], list[str]] = {}
        for each in self.plan.persons:
            groups.setdefault((each.on, each.gained, each.lost), []).append(each.person)
        return [
            PersonChange(self.visit.names.of(people), self.visit.date(on), self._acts(gained), self._acts(lost))
            for (on, gained, lost), people in groups.items()
        ]

    def _acts(self, powers: Iterable[Power]) -> list[str]:
        return list(dict.fromkeys(self._act(each) for each in powers))

    def _act(self, each: Power) -> str:
        facets = frozenset() if each.facets == "-" else frozenset(each.facets.split(";"))
        text = deed(self.visit, Line("*", each.body, each.object, each.act, facets, True, each.clause))
        return self.visit.say("admin.plan", "by_clause", deed=text, clause=each.clause) if each.clause else text

    # Rows of the instruments

    def _row(self, change: RuleChange) -> RowChange:
        old, new = (self._found(snapshot, change) for snapshot in (self.before, self.after))
        shown = new if new is not None else old
        words = [self._words(each) for each in (old, new)]
        was, text = words if words[0] != words[1] else ("", words[1])
        say = self.visit.say
        cites = [change.name] if change.table == "clause" else list(change.cite)
        return RowChange(
            say("admin.plan", f"row_{change.what}"),
            "" if change.table == "clause" else say("table", change.table),
            self._name(change, shown),
            was if change.what != "added" else "",
            text,
            self._in_force(change) or self._said(change, shown),
            [self._cite(id) for id in cites],
        )

    def _said(self, change: RuleChange, row: Any) -> str:
        """Return what the plan says of a change beside its words; nothing where that is its label in another language."""
        label = getattr(row, "label", None)
        same = isinstance(label, Label) and change.text in (label.vi, label.en)
        return "" if same else without_paths(change.text, self.roles, self.visit.say)

    def _in_force(self, change: RuleChange) -> str:
        """Return since when a new version counts; empty for every other change."""
        if change.table != "instrument" or change.what != "added":
            return ""
        versions = [x for x in (*self.after.charters, *self.after.beside) if x.instrument.id == change.name]
        since = self.visit.date(versions[0].instrument.effective.first) if versions else ""
        return self.visit.say("admin.plan", "in_force", day=since) if since else ""

    def _found(self, snapshot: Snapshot, change: RuleChange) -> Any:
        """Return the row that a change is about, in one of the snapshots; the newest version of an instrument counts."""
        every: list[Charter] = [*snapshot.charters, *snapshot.beside]
        named = [each for each in every if each.instrument.id == change.instrument]
        kind = next((each.instrument.kind for each in named), "house")
        beside = [each for each in reversed(every) if each.instrument.kind == kind]
        for charter in [*named, *beside]:
            rows = getattr(charter, TABLES.get(change.table, ""), ())
            found = next((row for row in rows if change.name in (getattr(row, "id", ""), name_of(row))), None)
            if found is not None:
                return found
        return None

    def _words(self, row: Any) -> str:
        if isinstance(row, Clause):
            return self._clause((row, ""))[0]
        return self.visit.say.of(getattr(row, "label", "")) if row is not None else ""

    def _name(self, change: RuleChange, row: Any) -> str:
        say = self.visit.say
        if change.table == "clause":
            return say.of(row.heading) if row is not None else change.name
        if change.table == "procedure":
            return say("action", getattr(row, "on", change.name))
        if change.table == "rule":
            return say("rule", change.name)
        if change.table == "instrument":
            titles = [
                x.instrument.title
                for s in (self.after, self.before)
                for x in (*s.charters, *s.beside)
                if x.instrument.id == change.name
            ]
            return say.of(titles[0]) if titles else change.name
        return self._words(row) or (self.visit.names(change.name) if self.visit.names.known(change.name) else change.name)

    # What is owed, and by whom nothing could be done any more

    def _owed(self) -> Iterator[str]:
        rows: dict[tuple[str, str, bool, bool], list[DatedChange]] = {}
        for each in self.plan.dates:
            rows.setdefault((each.duty, each.holder, bool(each.state), bool(each.new_state)), []).append(each)
        for (duty, holder, was, is_), changes in rows.items():
            params = {"duty": self._duty(duty), "who": self.visit.names(holder)}
            if len(changes) > FEW:
                key = "owed_moved" if was and is_ else "owed_new" if is_ else "owed_gone"
                yield self.visit.say("admin.plan", f"{key}_many", number=len(changes), **params)
            else:
                yield from (self._dated(each, params) for each in changes)

    def _dated(self, each: DatedChange, params: Mapping[str, Any]) -> str:
        say = self.visit.say
        period = dates.period(say, each.period) if each.period else ""
        what = say("word", "of_kind", what=params["duty"], kind=", ".join(filter(None, (params["who"], period))))
        if not each.state:
            return say("admin.plan", "owed_new", what=what, state=say("duty-state", each.new_state))
        if not each.new_state:
            return say("admin.plan", "owed_gone", what=what, state=say("duty-state", each.state))
        if each.due_on != each.new_due_on:
            none = say("admin.plan", "no_day")
            was, is_ = (self.visit.date(day) or none for day in (each.due_on, each.new_due_on))
            return say("admin.plan", "owed_moved", what=what, was=was, is_=is_)
        was, is_ = (say("duty-state", state) for state in (each.state, each.new_state))
        return say("admin.plan", "owed_moved", what=what, was=was, is_=is_)

    def _duty(self, id: str) -> str:
        """Return a duty by its label, be it of a version that counts only later."""
        for snapshot in (self.after, self.before):
            for layer in (*snapshot.charters[::-1], *snapshot.beside):
                rows: tuple[Any, ...] = (*layer.duties, *layer.cadences)
                for row in rows:
                    if getattr(row, "id", "") == id:
                        return self.visit.say.of(getattr(row, "label", "")) or id
        return id

    def _stranded(self, each: Stranded) -> str:
        names = self.visit.names.of(each.people) if each.people else list(each.records)
        name = self.visit.names(each.name)
        params = {"name": name, "day": self.visit.date(each.on), "number": each.count, "who": ", ".join(names[:FEW])}
        return self.visit.say("admin.plan", "stranded_people" if each.people else "stranded_records", **params)

    # Notes and hazards

    def _notes(self) -> Iterator[str]:
        say = self.visit.say
        for note in self.plan.notes:
            counts = _COUNTS.match(note)
            if note.startswith("people.toml was read"):
                yield say("admin.plan", "people_read_once")
            elif counts:
                change = RuleChange("", "added", "instrument", counts[1], "", ())
                yield say("admin.plan", "counts_from", what=self._name(change, None), since=self._in_force(change))
            else:
                yield without_paths(note, self.roles, say)

    def _hazard(self, hazard: Hazard) -> HazardView:
        say = self.visit.say
        text, said, _ = told(say, hazard.code, hazard.message, self.roles)
        do = say("admin.hazard", hazard.code) if say.has("admin.hazard", hazard.code) else hazard.do
        records = [(ref, self.visit.links.record(type, ref)) for ref in hazard.records if (type := self._type_of(ref))]
        return HazardView(text, do, said, records)

    def _type_of(self, ref: str) -> str:
        """Return the type of the record with this reference, if the reader may see it."""
        for name, type in self.visit.tenant.snapshot.types.items():
            if self.visit.authority.find(type, ref) is not None:
                return name
        return ""


def deed(visit: Visit, line: Line) -> str:
    """Return the act of a line in one phrase: with the kind of record, what it is aimed at, and the body."""
    say, kind = visit.say, line.object.partition(".")[2]
    aims = [*([say("kind", kind)] if kind else []), *(facet(visit, each) for each in sorted(line.facets))]
    text = act_name(visit, line) if line.act != "read" else f"{act_name(visit, line)}: {object_name(visit, line.object)}"
    aimed = say("word", "of_kind", what=text, kind=", ".join(aims)) if aims else text
    return aimed if line.body == "*" else say("admin.plan", "in_body", deed=aimed, body=visit.names(line.body))

"""A tenant as configured at one moment: immutable, addressed by its digest, swapped whole.

Pattern: immutable snapshot. It holds everything that decides (charter versions, house rules, laws, policies, plugins) and nothing
that acts change. What is in force together on a day is a ``Regime``::

    regime = tenant.snapshot.regime_on(date(2026, 12, 1))
    regime.table                  # its policy, compiled
    regime.grounds("3.3")         # gloss, basis, file and line of a clause

Rule: read the snapshot once per act. A new revision is a new snapshot; regimes and days are cached per snapshot.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from steerco.charter import governing, layers
from steerco.charter.calendar import Calendar
from steerco.charter.citations import written
from steerco.charter.demands import demanded
from steerco.charter.model import Cadence, Charter, Clause, ClockRule, Label, Lifetime, OwnKind, Procedure, Separation
from steerco.charter.tables.own_kinds import kinds_of_meetings
from steerco.charter.versions import Answer, InForce, Span, certain_from, in_force, spans
from steerco.committee.work.register import DeclaredRegister
from steerco.extension.dispatch import TenantPlugins
from steerco.policy.decision import Because, Grounds
from steerco.policy.engine import Engine
from steerco.policy.house import House
from steerco.policy.line import RELATION, Line
from steerco.policy.table import Table
from steerco.records import Action, Record
from steerco.store.lru_cache import LRUCache, Same

PLATFORM = "steerco"
"""The prefix of a platform order, and the actor of what the program does by itself (onboarding, the demonstration's set-up)."""


@dataclass(frozen=True)
class Administration:
    """The roles, groups or bodies that may apply changes: ``risky`` ones every change, ``harmless`` ones those that decide
    nothing (see ``risk``).
    """

    risky: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Appearance:
    """The look of the committee's pages. ``colour``: ``#rrggbb`` of the head, empty for the program's own; ``short_name``: what
    stands in the head of a phone, empty for the whole name."""

    colour: str = ""
    short_name: Label = field(default_factory=Label)


@dataclass(frozen=True)
class NotificationSettings:
    """How the program tells people. ``remind_before``: so many working days before the day on which a duty is due (0: never)."""

    remind_before: int = 3


@dataclass(frozen=True)
class OpenidSettings:
    """The provider at which people of the tenant may sign in (OpenID Connect). What its ``claim`` says of somebody is looked
    for in ``attribute`` of the tenant's persons: ``email``, or one of their attributes.
    """

    issuer: str
    client_id: str
    name: Label = field(default_factory=Label)
    claim: str = "email"
    attribute: str = "email"


@dataclass(frozen=True)
class SignInSettings:
    """How people of the tenant sign in, beside name and password."""

    openid: OpenidSettings | None = None

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> SignInSettings:
        """Return what ``[sign_in]`` of a tenant's file says; it was checked."""
        provider = table.get("openid")
        return cls(OpenidSettings(**{**provider, "name": Label(**provider.get("name", {}))}) if provider else None)


@dataclass(frozen=True)
class Settings:
    """``tenant.toml``: what is neither law nor charter. ``main_body``, once loaded: the body whose regulation the charters say
    they are, else the one set, else the first.
    ``shared``: what of it stands on pages of several committees (``week``, ``subjects``)."""

    slug: str
    name: Label
    time_zone: str = "Asia/Ho_Chi_Minh"
    languages: tuple[str, ...] = ("vi", "en")
    main_body: str = ""
    plugins: tuple[str, ...] = ()
    kept_from: date | None = None
    shared: tuple[str, ...] = ()
    appearance: Appearance = Appearance()
    administration: Administration = Administration()
    sign_in: SignInSettings = SignInSettings()
    notifications: NotificationSettings = NotificationSettings()

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def closures_of(charter: Charter) -> dict[str, frozenset[str]]:
    """Return each role of a charter, and each seat that stands in a group, with the groups that contain it."""
    grouped = {name for group in charter.groups for name in group.roles}
    names = (*(role.id for role in charter.roles), *(seat.id for seat in charter.seats if seat.id in grouped))
    return {name: charter.closure(name) for name in names}


def house_of(layers: Iterable[Charter]) -> House:
    """Return the ids of the house rules' clauses, and the regulation's clauses beside which each stands."""
    clauses = [clause for layer in layers if layer.instrument.kind == "house" for clause in layer.clauses]
    beside = frozenset((clause.id, regulation_clause) for clause in clauses for regulation_clause in clause.beside)
    return House(frozenset(clause.id for clause in clauses), beside)


@dataclass(frozen=True)
class Regime:
    """The instruments in force together: one charter version with the house rules and laws beside it, and its policy."""

    charter: Charter
    layers: tuple[Charter, ...]
    lines: Sequence[Line]
    origin: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def closures(self) -> dict[str, frozenset[str]]:
        """Each role, and each seat in a group, with the groups that contain it."""
        return closures_of(self.charter)

    @cached_property
    def table(self) -> Table:
        return _table(self.lines, self.closures, self.house)

    @cached_property
    def engine(self) -> Engine:
        """Casbin over the same lines: the truth that the table is compiled from."""
        return Engine(self.lines, self.closures, house=self.house)

    @cached_property
    def house(self) -> House:
        """The house rules' clauses, and the regulation's clauses beside which each stands."""
        return house_of(self.layers)

    @property
    def clauses(self) -> Mapping[str, tuple[Clause, str]]:
        """Every clause by the id that cites it, with its kind of basis."""
        clauses = _clauses.get(Same(self))
        return _clauses.put(Same(self), dict(self._cited())) if clauses is None else clauses

    def _cited(self) -> Iterator[tuple[str, tuple[Clause, str]]]:
        for layer in (self.charter, *self.layers):
            mark = f"{layer.instrument.id}:" if layer.instrument.apart else ""
            yield from ((mark + clause.id, (clause, layer.instrument.basis)) for clause in layer.clauses)

    @cached_property
    def procedures(self) -> Mapping[str, tuple[Procedure, ...]]:
        """The requirements on each action: the charter's, then those of house rules and laws."""
        by_action: dict[str, list[Procedure]] = {}
        for layer in (self.charter, *self.layers):
            for rule in demanded(layer):
                by_action.setdefault(rule.on, []).append(rule)
        return {action: tuple(rules) for action, rules in by_action.items()}

    @cached_property
    def separations(self) -> Mapping[str, tuple[tuple[str, Separation], ...]]:
        """The separations of duties by each of their acts, with the kind of text that states each."""
        by_action: dict[str, list[tuple[str, Separation]]] = {}
        for layer in (self.charter, *self.layers):
            for rule in layer.separations:
                for action in rule.acts:
                    by_action.setdefault(action, []).append((layer.instrument.basis, rule))
        return {action: tuple(rules) for action, rules in by_action.items()}

    @cached_property
    def clocks(self) -> Mapping[str, tuple[ClockRule, ...]]:
        """The clocks from which something follows, of every version, by the act that each judges."""
        return governing.by_act(governing.governing(self.charter, self.layers))

    @cached_property
    def set_days(self) -> tuple[Cadence, ...]:
        """The cadences whose meetings are held on a set weekday, and on no other."""
        return tuple(row for layer in (self.charter, *self.layers) for row in layer.cadences if row.strict and row.on)

    @cached_property
    def lifetimes(self) -> tuple[Lifetime, ...]:
        """The lifetimes of bodies after whose end no act is done; one that a law keeps alive has none."""
        kept = {rule.body for layer in self.layers if layer.instrument.apart for rule in layer.lifetimes if rule.ends == "none"}
        return tuple(r for r in self.charter.lifetimes if r.effect == "no-acts" and not ("law" in r.unless and r.body in kept))

    def person_wide(self, *, asked: bool) -> frozenset[str]:
        """Return the barred subjects that follow a person into every capacity; ``asked``: one capacity alone was asked for."""
        denied = self.table.denied_subjects
        return denied if asked else frozenset(subject for subject in denied if subject.startswith(RELATION))

    def written(self, cite: str) -> Label:
        """Return how officials cite a clause, as the instrument that holds it says; an empty label where it does not."""
        for layer in (self.charter, *self.layers):
            mark = f"{layer.instrument.id}:" if layer.instrument.apart else ""
            if (
                layer.citations
                and cite.startswith(mark)
                and (label := written(layer.citations, cite.removeprefix(mark))) != Label()
            ):
                return label
        return Label()

    def basis(self, cite: str) -> str:
        """Return ``clause``, ``house``, ``law`` or ``platform``; ``no-clause`` for an id that nothing defines."""
        if cite.startswith(f"{PLATFORM}:"):
            return "platform"
        entry = self.clauses.get(cite)
        return entry[1] if entry else "no-clause"

    def grounds(self, cite: str) -> Grounds:
        """Return gloss, basis, place and plugin of a clause, by its id."""
        entry = self.clauses.get(cite)
        if entry is None:
            return Grounds(basis="platform")
        clause, basis = entry
        plugin = self.origin.get(cite.rpartition(":")[0], "")
        return Grounds(clause.gloss, basis, clause.source.file, clause.source.line, plugin)  # type: ignore[arg-type]  # a layer's basis is one

    def reasons(self, cites: Iterable[str]) -> tuple[Because, ...]:
        """Return the clauses with their grounds, as the reasons of an answer."""
        grounds = [(cite, self.grounds(cite)) for cite in cites]
        return tuple(
            Because(cite, ground.gloss, ground.line, ground.basis, ground.file, ground.plugin) for cite, ground in grounds
        )


_clauses: LRUCache[Same[Regime], Mapping[str, tuple[Clause, str]]] = LRUCache(128)
"""The clauses of regimes."""

_tables: LRUCache[tuple[Same[Sequence[Line]], frozenset[tuple[str, frozenset[str]]], House], Table] = LRUCache(64)
"""Tables by what they are made of: tenants with the same policy and the same roles share one, which nothing changes."""


def _table(lines: Sequence[Line], closures: Mapping[str, frozenset[str]], house: House) -> Table:
    key = (Same(lines), frozenset(closures.items()), house)
    return _tables.get(key) or _tables.put(key, Table(lines, closures, house))


@dataclass(frozen=True)
class Snapshot:
    """One revision of a tenant. ``texts`` gives the files that it was made from.

    ``house`` are the house rules adopted last, ``former`` those that they followed, oldest first. ``calendars`` are further ones,
    by name. ``circle`` are its plugins, ``origin`` the plugin that brought an instrument, by the instrument's id.
    ``registers`` are the record types that the tenant declares itself, which are among its ``types``.
    """

    settings: Settings
    charters: tuple[Charter, ...]
    house: Charter | None
    laws: tuple[Charter, ...]
    policies: Mapping[str, Sequence[Line]]
    types: Mapping[str, type[Record]]
    calendar: Calendar
    digest: str
    revision: int = 0
    texts: Callable[[], Mapping[str, str]] = field(default=dict, repr=False, compare=False)
    circle: TenantPlugins = field(default_factory=TenantPlugins, repr=False)
    origin: Mapping[str, str] = field(default_factory=dict, repr=False)
    former: tuple[Charter, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict, repr=False)
    registers: tuple[DeclaredRegister, ...] = ()
    _regimes: dict[tuple[str, int], Regime] = field(default_factory=dict, repr=False, compare=False)

    @property
    def content(self) -> Mapping[str, str]:
        """The files it was made from, by path relative to the home.

        A tenant's files are read from the store on demand: nothing asks for them until the next revision is planned.
        """
        return self.texts()

    @cached_property
    def own_kinds(self) -> tuple[OwnKind, ...]:
        """The kinds of meetings that its charters declare, each once."""
        return kinds_of_meetings(charter.own_kinds for charter in self.charters)

    @property
    def slug(self) -> str:
        return self.settings.slug

    @property
    def houses(self) -> tuple[Charter, ...]:
        """The versions of the house rules, oldest first."""
        return (*self.former, self.house) if self.house else self.former

    @cached_property
    def beside(self) -> tuple[Charter, ...]:
        """All instruments beside the charter, of any day: the versions of the house rules, laws and plugins' terms."""
        return (*self.houses, *self.laws)

    @cached_property
    def _days_beside(self) -> tuple[Span, ...]:
        return layers.spans(self.beside)

    @cached_property
    def _turns(self) -> tuple[date, ...]:
        """The days on which the instruments beside the charter change."""
        ends = (span.until + timedelta(days=1) for span in self._days_beside if span.until)
        return tuple(sorted({*(span.since for span in self._days_beside), *ends}))

    @cached_property
    def _standings(self) -> dict[date, Answer]:
        """The answers of ``standing`` so far, by day: most questions are about the same few days."""
        return {}

    def numbered(self, revision: int) -> Snapshot:
        """Return the same snapshot as the revision of that number."""
        return Snapshot(
            **{name: getattr(self, name) for name in self.__dataclass_fields__ if name != "revision"}, revision=revision
        )

    def called(self, slug: str) -> Snapshot:
        """Return the same snapshot under another name than its own files give the tenant."""
        return self if slug == self.slug else replace(self, settings=replace(self.settings, slug=slug), _regimes={})

    def standing(self, day: date) -> Answer:
        """Return the version in force on a day, or the reason why none is for certain."""
        answer = self._standings.get(day)
        if answer is None:
            if len(self._standings) > 64:
                self._standings.clear()
            answer = self._standings[day] = in_force(self.charters, day)
        return answer

    def spans(self) -> list[Span]:
        """Return every charter version and layer with the days on which it is in force."""
        return [*spans(self.charters), *self._days_beside]

    def regime(self, charter: Charter, day: date = date.max) -> Regime:
        """Return a version with the instruments beside it on a day; without a day, with the latest ones."""
        key = charter.digest, bisect_right(self._turns, day)
        regime = self._regimes.get(key)
        if regime is None:
            around = tuple(governing.without_defaults(span.charter, (charter,)) for span in self._days_beside if span.holds(day))
            lines = self.policies.get(charter.policy, ())
            if len(around) < len(self.beside):  # a line whose clause is not in force grants nothing
                gone = layers.citable(self.beside) - layers.citable((charter, *around))
                if any(line.clause in gone for line in lines):
                    lines = tuple(line for line in lines if line.clause not in gone)
            regime = self._regimes[key] = Regime(charter, around, lines, self.origin)
        return regime

    def regime_on(self, day: date) -> Regime:
        """Return the regime of a day; without a certain version, the nearest version's (for showing, not for deciding)."""
        standing = self.standing(day)
        if isinstance(standing, InForce):
            return self.regime(standing.charter, day)
        later = [charter for charter in self.charters if charter.instrument.effective.first >= day]
        nearest = later[0] if later else self.charters[-1]
        return self.regime(nearest, max(day, certain_from(nearest)))

    def action(self, id: str) -> Action | None:
        """Return the action declared as ``type.action``, or None."""
        kind, _, name = id.partition(".")
        record_type = self.types.get(kind)
        return record_type.actions.get(name) if record_type else None

    def local(self, at: datetime) -> date:
        """Return the day of a time in the tenant's zone."""
        return at.astimezone(self.settings.zone).date()

    def aware(self, at: datetime) -> datetime:
        """Return a time with a zone; a time without one is in the tenant's."""
        return at if at.tzinfo else at.replace(tzinfo=self.settings.zone)

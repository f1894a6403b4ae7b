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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from steerco.charter import governing, layers
from steerco.charter.calendar import Calendar
from steerco.charter.model import Charter, OwnKind
from steerco.charter.tables.own_kinds import kinds_of_meetings
from steerco.charter.versions import Answer, InForce, Span, certain_from, in_force, spans
from steerco.committee.work.register import DeclaredRegister
from steerco.configuration.regime import Regime
from steerco.configuration.settings import Settings
from steerco.extension.dispatch import TenantPlugins
from steerco.policy.line import Line
from steerco.records import Action, Record


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

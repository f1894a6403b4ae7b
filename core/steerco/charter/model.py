"""A committee's regulation as data.

Every class here mirrors one table of ``charter.toml`` or ``house.toml`` and is immutable. Nothing in this module decides
anything: the modules beside it interpret the data (versions, periods, duties).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct, field

from steerco.charter.tables.clock import ClockRule as ClockRule
from steerco.charter.tables.clock import OnRequest as OnRequest
from steerco.charter.tables.demand import Demand as Demand
from steerco.charter.tables.elections import ElectionRule as ElectionRule
from steerco.charter.tables.fields_of_work import Finance as Finance
from steerco.charter.tables.fields_of_work import Portfolio as Portfolio
from steerco.charter.tables.fields_of_work import Subject as Subject
from steerco.charter.tables.instrument import Citation as Citation
from steerco.charter.tables.instrument import Clause as Clause
from steerco.charter.tables.instrument import Heading as Heading
from steerco.charter.tables.instrument import Instrument as Instrument
from steerco.charter.tables.instrument import LegalBasis as LegalBasis
from steerco.charter.tables.instrument import Superseded as Superseded
from steerco.charter.tables.lifetime import Lifetime as Lifetime
from steerco.charter.tables.membership import Cap as Cap
from steerco.charter.tables.membership import Eligibility as Eligibility
from steerco.charter.tables.own_kinds import OwnKind as OwnKind
from steerco.charter.tables.papers import Due as Due
from steerco.charter.tables.papers import Every as Every
from steerco.charter.tables.papers import Indicator as Indicator
from steerco.charter.tables.papers import Signing as Signing
from steerco.charter.tables.papers import Template as Template
from steerco.charter.tables.proceeding import BarRule as BarRule
from steerco.charter.tables.proceeding import DecisionRoute as DecisionRoute
from steerco.charter.tables.proceeding import Veto as Veto
from steerco.charter.tables.proceeding import WrittenRule as WrittenRule
from steerco.charter.tables.publication_rule import PublicationRule as PublicationRule
from steerco.charter.tables.removals import Removal as Removal
from steerco.charter.tables.separations import Separation as Separation
from steerco.charter.tables.stated import NOT_STATED as NOT_STATED
from steerco.charter.tables.stated import Effect as Effect
from steerco.charter.tables.stated import Label as Label
from steerco.charter.tables.stated import PartialDate as PartialDate
from steerco.charter.tables.stated import Source as Source
from steerco.charter.tables.suspensions import Suspension as Suspension
from steerco.charter.tables.terms import TermRule as TermRule
from steerco.charter.tables.turns import Rotation as Rotation
from steerco.charter.tables.vacancies import Vacancy as Vacancy
from steerco.charter.tables.voters import PERSON, RIGHTS, Related, Right, StandsIn
from steerco.charter.tables.voters import ProxyRule as ProxyRule
from steerco.charter.tables.voters import RecusalRule as RecusalRule
from steerco.charter.tables.voters import Weight as Weight
from steerco.charter.tables.voting import Ballot as Ballot
from steerco.charter.tables.voting import DecisionRule as DecisionRule
from steerco.charter.tables.voting import Quorum as Quorum

LayerName = Literal["binding", "charter", "house", "floor", "default", "platform", "decision"]


class Body(Struct, frozen=True, gc=False):
    """A body of the committee.

    ``head`` is the role that exercises its powers; a body of equals has none. ``assists`` is a body or role that it serves.
    ``seats`` is its fixed membership, where the text states it: vacancies do not lower it. ``min`` and ``max`` bound how many
    members it may have; ``counted`` are the roles, groups and seats that the three count (none: all of its members). With
    ``below_min`` = ``no-decision`` it decides nothing while it has fewer members than ``min``.

    ``unit`` is who has the one vote: each person, each agency, or each value of an attribute (``attr:<name>``); ``split`` what
    counts where those of one unit vote differently, ``related`` the units that count as one.

    ``dates`` are days of its life by name (``established``): ``[[lifetime]]`` counts from them.

    Of its documents: ``abbreviation`` stands in their numbers, ``header`` and ``parent`` (the body above it) at their head, each
    a text whose lines are the lines printed.
    """

    id: str
    label: Label
    cite: tuple[str, ...]
    head: str = ""
    assists: str = ""
    abbreviation: str = ""
    header: Label = Label()
    parent: Label = Label()
    seats: int | Literal["not-stated"] = NOT_STATED
    min: int | Literal["not-stated", "none"] = NOT_STATED
    max: int | Literal["not-stated", "none"] = NOT_STATED
    below_min: Literal["shown", "no-decision"] = "shown"
    counted: tuple[str, ...] = ()
    unit: str = PERSON
    split: Literal["no-vote", "latest", "head-of-delegation"] = "no-vote"
    related: tuple[Related, ...] = ()
    dates: dict[str, date] = field(default_factory=dict)
    source: Source = Source()


class Role(Struct, frozen=True, gc=False):
    """The function of a member. ``represents`` is true if its holder acts for the agency of the seat, ``several`` if more than
    one may hold it although it heads a body (co-chairs)."""

    id: str
    body: str
    label: Label
    cite: tuple[str, ...]
    represents: bool = False
    concurrent: bool = False
    entitlement: str = ""
    several: bool = False
    source: Source = Source()


class Group(Struct, frozen=True, gc=False):
    """Roles, groups and seats that the text names together."""

    id: str
    label: Label
    roles: tuple[str, ...]
    cite: tuple[str, ...]
    source: Source = Source()


class Seat(Struct, frozen=True, gc=False):
    """A named place in a role. The holder of ``office`` holds it if the text names one; otherwise somebody is appointed.

    An alternate's seat ``stands_for`` another: its holder acts for that seat ``when`` the holder of it is away, or presides, with
    these ``rights``. It needs no role of its own.
    """

    id: str
    cite: tuple[str, ...]
    role: str = ""
    label: Label = Label()
    office: str = NOT_STATED
    agency: str = NOT_STATED
    stands_for: str = ""
    rights: tuple[Right, ...] = RIGHTS
    when: tuple[StandsIn, ...] = ("away",)
    source: Source = Source()


class Succession(Struct, frozen=True, gc=False):
    """The substitute of an absent officer, and the powers (``type.action`` or ``type.*``) that pass to the substitute.

    A power may be narrowed to acts with certain facets, as a policy line names them: ``matter.decide;class=ordinary``.
    """

    absent: str
    acts: str
    cite: tuple[str, ...]
    powers: tuple[str, ...]
    on_behalf: Label = Label()
    when_several: Literal["all", "authorised", "nobody"] = "all"
    source: Source = Source()


class Cadence(Struct, frozen=True, gc=False):
    """The frequency of a body's meetings. ``holder`` owes the meeting; if ``every`` is not stated, nobody does.

    ``at_least`` meetings are owed in each period. ``on`` is the set weekday (``first-wednesday``): proposed, and with ``strict``
    held: a meeting of that kind on another day is out of order. ``or_on_request``: it is called too where so many ask for it.
    """

    id: str
    label: Label
    body: str
    kind: str
    every: Every
    cite: tuple[str, ...]
    holder: str = ""
    at_least: int = 1
    on: str = ""
    strict: bool = False
    or_on_request: OnRequest | None = None
    effect: Effect = ""
    force: LayerName = "charter"
    source: Source = Source()


class Duty(Struct, frozen=True, gc=False):
    """A duty of a holder.

    ``holder`` is a role, group, seat, body or ``field:<name>`` (a party named by the record that raised it). Owed once
    ``every`` period, or each time that the event ``after`` (``type.action``) happens to a record like ``where``. An event
    ``done_by`` on a record like ``done_where`` discharges it: for a period, that of the event or of the record's field
    ``period_of``; for an event, where it concerns the same record (``same`` names the field that points to it, else the
    record itself); a later ``undone_by`` on that record (work sent back) raises it again, and ``waived_by`` (work called off)
    waives it. ``closed_by`` is what it must come before: from then on it is missed, and what is done later is late. Both may be
    on a record that the one that raised the duty names, such as the meeting of a substitution; ``closed_after`` is a field
    there (``meeting.starts_at``) after whose day it is too late though no such act is on record. ``performed_by`` names who does
    the work where that is not the holder. ``each`` is true where every holder owes it alone, so that one's doing does not
    discharge another's; ``beforehand`` where what was done on the record before the event discharges it too.

    ``now:<field>`` as holder is each party that the record names as it now is, alone (``among``: only those with that role): whom
    it names no more is free of it. Where others book what the holder did, ``named_in`` are the fields of such an act that name
    those for whom it counts; the newest of them decides, and it is never late. ``closed_in`` is the field that names those for
    whom an act of ``closed_by`` ends it; an act without that field ends it for all.

    ``at_least`` such events discharge a duty of a period. ``anywhere``: the event that discharges it may be on any record.

    ``once = "version"``: each person who is the holder owes it alone, once under the version of the charter that is in force. The
    holder ``bound`` is everyone whom that version binds (``Bound``).
    """

    id: str
    label: Label
    holder: str
    done_by: tuple[str, ...]
    cite: tuple[str, ...]
    every: Every = NOT_STATED
    after: str = ""
    where: dict[str, str] = field(default_factory=dict)
    done_where: dict[str, str] = field(default_factory=dict)
    period_of: str = ""
    same: str = ""
    undone_by: tuple[str, ...] = ()
    waived_by: tuple[str, ...] = ()
    closed_by: tuple[str, ...] = ()
    closed_after: str = ""
    due: Due = Due()
    performed_by: str = ""
    each: bool = False
    beforehand: bool = False
    among: str = ""
    named_in: tuple[str, ...] = ()
    closed_in: str = ""
    once: Literal["", "version"] = ""
    anywhere: bool = False
    at_least: int = 1
    force: LayerName = "charter"
    source: Source = Source()


class Procedure(Struct, frozen=True, gc=False):
    """A requirement of the text on an action: ``requires`` names a check that the record type declares.

    ``state`` as the requirement cites what sets the order of the record's states. ``where`` narrows it to acts with these facets,
    as a policy line names them (``of = "member"``). ``effect`` states the consequence if it is not met: the
    act is out of order, or it is done and shown as ``late``.
    """

    on: str
    requires: str
    cite: tuple[str, ...]
    where: dict[str, str] = field(default_factory=dict)
    effect: Literal["out-of-order", "late"] = "out-of-order"
    force: LayerName = "charter"
    source: Source = Source()


class NotRun(Struct, frozen=True, gc=False):
    """A power that the text grants and that this program does not run yet. Its refusal says so, and cites no other clause.

    ``who`` is a role, seat, group or body, or a kind of outsider; ``act`` is ``type.action``, narrowed by ``where`` as a
    procedure is.
    """

    who: str
    act: str
    cite: tuple[str, ...]
    where: dict[str, str] = field(default_factory=dict)
    source: Source = Source()


class Parameter(Struct, frozen=True, gc=False):
    """A named value of the rules (quorum, notice, term …), with its layer's force. ``value`` may be not-stated.

    ``where`` narrows it (for example ``kind = "regular"``); ``unit`` is the unit of a length of time; ``bound`` the direction in
    which the value gets stricter (``values``). ``effect`` is ``shown`` if nothing runs by it.
    """

    name: str
    value: str | int | bool
    cite: tuple[str, ...]
    unit: str = ""
    where: dict[str, str] = field(default_factory=dict)
    force: LayerName = "charter"
    words: str = ""
    bound: Literal["at-least", "at-most", ""] = ""
    effect: Effect = ""
    source: Source = Source()


BOUND = "bound"
"""The holder of a duty that is everyone whom the charter binds."""


class Bound(Struct, frozen=True, gc=False):
    """A party bound by the charter: a role, a group, everyone with a seat in a body, or a kind of outsider."""

    who: str
    cite: tuple[str, ...]
    source: Source = Source()


class Reading(Struct, frozen=True, gc=False):
    """How a row reads its clauses, where the text implies what the row says: ``table`` and ``row`` name it."""

    table: str
    row: str
    cite: tuple[str, ...]
    text: Label
    source: Source = Source()


class UnreadForce(Struct, frozen=True, gc=False):
    """A row of a law that says its force in a table whose forces nothing reads: ``table`` and ``row`` name it."""

    table: str
    row: str
    source: Source = Source()


class Charter(Struct, frozen=True, gc=False):
    """One version of a committee's regulation, or a layer beside it (house rules, a law): all have this shape.

    The ``Sequence`` fields are stored packed (``packed_texts``). ``not_stated`` names what was looked for in the text and is not
    there: tables, or named values.
    """

    instrument: Instrument
    policy: str = ""
    clauses: Sequence[Clause] = ()
    headings: Sequence[Heading] = ()
    own_kinds: tuple[OwnKind, ...] = ()
    bodies: tuple[Body, ...] = ()
    roles: tuple[Role, ...] = ()
    groups: tuple[Group, ...] = ()
    seats: tuple[Seat, ...] = ()
    successions: tuple[Succession, ...] = ()
    cadences: Sequence[Cadence] = ()
    duties: Sequence[Duty] = ()
    procedures: tuple[Procedure, ...] = ()
    separations: tuple[Separation, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    decisions: tuple[DecisionRule, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    quorums: tuple[Quorum, ...] = ()
    weights: tuple[Weight, ...] = ()
    proxies: tuple[ProxyRule, ...] = ()
    recusals: tuple[RecusalRule, ...] = ()
    elections: tuple[ElectionRule, ...] = ()
    routes: tuple[DecisionRoute, ...] = ()
    writings: tuple[WrittenRule, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    bars: tuple[BarRule, ...] = ()
    terms: tuple[TermRule, ...] = ()
    caps: tuple[Cap, ...] = ()
    eligibilities: tuple[Eligibility, ...] = ()
    clocks: tuple[ClockRule, ...] = ()
    vacancies: tuple[Vacancy, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    lifetimes: tuple[Lifetime, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    removals: tuple[Removal, ...] = ()
    demands: tuple[Demand, ...] = ()
    publications: tuple[PublicationRule, ...] = ()
    rules: tuple[Parameter, ...] = ()
    portfolios: Sequence[Portfolio] = ()
    finances: Sequence[Finance] = ()
    signings: Sequence[Signing] = ()
    bound: tuple[Bound, ...] = ()
    templates: Sequence[Template] = ()
    file: str = ""
    digest: str = ""
    citations: tuple[Citation, ...] = ()
    not_stated: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    unread_forces: tuple[UnreadForce, ...] = ()

    def subjects(self) -> tuple[str, ...]:
        """Return the id of every subject of its portfolios, and of each portfolio as a whole, in their order."""
        named = (id for row in self.portfolios for id in (row.id, *(subject.id for subject in row.subjects)))
        return tuple(dict.fromkeys(named))

    def matter_classes(self) -> frozenset[str]:
        """Return every class of matters that its decisions and routes name."""
        rows = [row.classes for row in self.decisions] + [row.classes for row in self.routes]
        return frozenset(name for classes in rows for name in classes) - {"*"}

    def clause(self, id: str) -> Clause | None:
        """Return the clause of that id, or None."""
        return next((c for c in self.clauses if c.id == id), None)

    def role(self, id: str) -> Role | None:
        return next((r for r in self.roles if r.id == id), None)

    def body(self, id: str) -> Body | None:
        return next((b for b in self.bodies if b.id == id), None)

    def closure(self, role: str) -> frozenset[str]:
        """Return a role or a seat with every group that holds it, groups of groups included."""
        closed = {role}
        while more := {g.id for g in self.groups if g.id not in closed and closed.intersection(g.roles)}:
            closed |= more
        return frozenset(closed)

"""Clocks: every time limit of a text as one table, and the last lawful moment that follows from it.

Pattern: a pure function. :func:`deadline` gives the last day (in hours and minutes: the last moment) on which an act is in time::

    call = ClockRule(id="call", what="notice", cite=("4",), side="before", value=12)
    deadline(call, starts_at, frame).day      # twelve days before the day of the meeting

Rules:

- The day from which a length is counted is never one of its days. Months and years end on the same day, else on the last one of
  the month. Hours and minutes are elapsed ones, whatever the clocks on the wall do in between.
- Of the versions of one clock (``from``, ``to``) one is in force on a day; where a start is certain to the month only, both
  count within it, and so the stricter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, Literal

from msgspec import Struct, field

from steerco.charter.calendar import Calendar
from steerco.charter.tables.stated import Effect, Label, PartialDate, Source
from steerco.charter.values import Days

Side = Literal["before", "after"]
NEXT: Final = "next:"
"""The prefix of a ``counts_from`` that means the meeting after the one at hand."""
NEXT_MEETING: Final = "next-meeting"
"""The value of ``also``: the following meeting ends the time too, if it comes first."""
NEXT_STARTS: Final = f"{NEXT}meeting.starts_at"
CUSTOM: Final = "custom:"
"""The prefix of a ``what`` that names an action of its own (``custom:minutes.circulate``)."""
ELAPSED: Final[Mapping[str, int]] = {"hours": 3600, "hour": 3600, "minutes": 60, "minute": 60}
"""The units that are elapsed time, with their seconds."""


class ClockLength(Struct, frozen=True, gc=False):
    """A length of time: so many of a unit."""

    value: int
    unit: str = "days"


class OnRequest(Struct, frozen=True, gc=False):
    """How many holders of a role (``of``) have a meeting called by asking for it, and within which time it is called then.

    ``share``: so large a part of those who hold it on the day, in place of a number.
    ``label`` is what that duty is called (``configuration.derived_labels``)."""

    of: str
    at_least: int = 1
    share: tuple[int, int] | None = None
    within: ClockLength | None = None
    label: Label = Label()

    def enough(self, asked: int, holders: int) -> bool:
        """Return whether so many who asked are enough; of a share, whether they are enough of so many holders."""
        return asked >= self.at_least if self.share is None else self.share[1] * asked >= self.share[0] * holders


class Shortening(Struct, frozen=True, gc=False):
    """How a clock may be shortened: ``to`` a length or ``none`` (no time at all), ``by`` a holder, or by a passed matter under a
    decision rule (``decision:<id>``). ``cause`` is the word that an act gives for it; ``reason``: it needs a text.
    """

    to: ClockLength | Literal["none"]
    by: str
    cause: str = ""
    reason: bool = False


class ClockRule(Struct, frozen=True, gc=False, rename={"from_": "from"}):
    """A time limit: ``what`` is to be done ``value`` ``unit`` before or after ``counts_from``.

    ``kinds`` are kinds of meetings, ``where`` facets of other records. ``counts_from`` is a dated field
    (``meeting.starts_at``) or an act (``matter.decide``), with ``next:`` that of the following meeting. ``value`` may be
    not-stated, or ``none``: the text says that there is no such limit. ``roll``: an end on a day off moves away from the event.
    ``clear``: neither end counts. ``duty_of`` owes it. ``effect``: an act that comes too late is refused, or done and shown late,
    or the clock is only shown. ``judged_on``: the version in force is that of the act's day, or of the day counted from.
    ``force`` is a law's.
    """

    id: str
    what: str
    label: Label
    cite: tuple[str, ...]
    body: str = ""
    kinds: tuple[str, ...] = ()
    where: dict[str, str] = field(default_factory=dict)
    counts_from: str = ""
    side: Side = "before"
    value: int | Literal["not-stated", "none", ""] = ""
    unit: str = "days"
    calendar: str = ""
    roll: Literal["", "working"] = ""
    also: str = ""
    duty_of: str = ""
    effect: Literal["out-of-order", "late"] | Effect = ""
    shorten: tuple[Shortening, ...] = ()
    never_shorten_kinds: tuple[str, ...] = ()
    from_: PartialDate | None = None
    to: PartialDate | None = None
    judged_on: Literal["act", "counts_from"] = "act"
    clear: bool = False
    force: str = "charter"
    words: str = ""
    source: Source = Source()

    @property
    def origin(self) -> str:
        """The point from which it is counted, where the text does not say: the start of a meeting before, its end after."""
        return self.counts_from or (
            "meeting.starts_at" if self.side == "before" else AFTER.get(self.what, "meeting.concluded_at")
        )

    @property
    def consequence(self) -> str:
        """The consequence of an act that comes too late: the one stated, else refused before an event, shown late after it."""
        return self.effect or ("out-of-order" if self.side == "before" else "late")

    @property
    def runs(self) -> bool:
        """Whether something follows from it."""
        timed = isinstance(self.value, int) or (self.value == "" and self.origin.startswith(NEXT))
        return timed and self.effect != "shown" and bool(acts(self.what))

    @property
    def name(self) -> str:
        """Its id, with the day from which this version counts."""
        return f"{self.id} (from {self.from_})" if self.from_ else self.id


WHAT: Final[Mapping[str, tuple[str, ...]]] = {
    "notice": ("meeting.convene", "meeting.postpone"),
    "agenda": ("meeting.set-agenda",),
    "papers": ("meeting.add-paper",),
    "item-request": ("meeting.propose-item",),
    "minutes-draft": ("minutes.draft",),
    "minutes-approval": ("minutes.approve",),
    "minutes-public": ("minutes.publish",),
    "action-list": ("task.assign",),
    "attendance": ("meeting.record-attendance",),
    "decision-notice": ("document.issue",),
    "publication": ("matter.publish",),
    "entry-into-force": (),
    "report": ("report.file",),
    "review": ("review.complete",),
}
"""What a clock can be about, and the acts that it judges, the one that discharges its duty first; none where there is no act."""
AFTER: Final[Mapping[str, str]] = {
    "decision-notice": "matter.decided_at",
    "publication": "matter.decided_at",
    "entry-into-force": "matter.decided_at",
    "minutes-public": "minutes.approved_at",
    "report": "report.created_at",
    "review": "review.created_at",
}
"""What a clock of that sort counts from, where it runs after an event and does not say which."""
ALIASES: Final[Mapping[str, str]] = {"meeting.concluded_at": "meeting.ended_at", "document.issued_at": "document.issued_on"}
"""Dated fields by other names than the record type has for them."""
RAISED: Final[Mapping[str, str]] = {
    "meeting.starts_at": "meeting.convene",
    "meeting.opened_at": "meeting.open",
    "meeting.ended_at": "meeting.conclude",
    "minutes.created_at": "minutes.draft",
    "minutes.circulated_at": "minutes.circulate",
    "minutes.approved_at": "minutes.approve",
    "matter.created_at": "matter.raise",
    "matter.decided_at": "matter.decide",
    "document.issued_on": "document.issue",
    "report.created_at": "report.call",
    "report.accepted_on": "report.accept",
    "review.created_at": "review.draft",
    "review.completed_on": "review.complete",
    "task.created_at": "task.assign",
    "task.due_on": "task.assign",
}
"""The act from which a dated field is known: with it begins a duty that counts from the field."""


def acts(what: str) -> tuple[str, ...]:
    """Return the acts that a clock of that sort judges."""
    return (what.removeprefix(CUSTOM),) if what.startswith(CUSTOM) else WHAT.get(what, ())


def counted_field(origin: str) -> str:
    """Return ``type.field`` by the name that the record type has for it, without ``next:``."""
    bare = origin.removeprefix(NEXT)
    return ALIASES.get(bare, bare)


class Frame(Struct, frozen=True):
    """What lengths are counted with: the working days, those of other calendars by name, and the tenant's zone."""

    calendar: Calendar
    zone: tzinfo | None = None
    calendars: Mapping[str, Calendar] = {}

    def of(self, name: str) -> Calendar:
        """Return the calendar of that name; the tenant's own, where there is none."""
        return self.calendars.get(name, self.calendar)

    def day(self, at: datetime | date) -> date:
        """Return the local day of a moment, or the day itself."""
        if not isinstance(at, datetime):
            return at
        return (at.astimezone(self.zone) if at.tzinfo and self.zone else at).date()


class LastMoment(Struct, frozen=True):
    """The last ``day`` on which an act is in time; ``at`` is the last moment, where hours or minutes are counted."""

    day: date
    at: datetime | None = None

    def holds(self, day: date, at: datetime | None = None) -> bool:
        """Return whether an act on that day, at that moment, is in time."""
        if self.at is not None and at is not None:
            return _utc(at) <= _utc(self.at)  # two times of one zone would be compared by the clock on the wall
        return day <= self.day

    def __str__(self) -> str:
        return self.at.isoformat(timespec="minutes") if self.at else self.day.isoformat()


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at


def deadline(clock: ClockRule, base: datetime | date, frame: Frame, *, length: ClockLength | None = None) -> LastMoment | None:
    """Return the last day or moment in time, counted from ``base``; None past the ends of the calendar.

    ``length`` goes before the clock's own, as where it was shortened.
    """
    value, unit = (length.value, length.unit) if length else (clock.value, clock.unit)
    if not isinstance(value, int):
        return LastMoment(frame.day(base), base if isinstance(base, datetime) else None)
    if unit in ELAPSED:
        return _elapsed(clock.side, base, value * ELAPSED[unit], frame) if isinstance(base, datetime) else None
    calendar = frame.of(clock.calendar)
    day = Days(frame.day(base), calendar).end(value, unit, "at-least" if clock.side == "before" else "at-most")
    if day is None:
        return None
    step = timedelta(days=-1 if clock.side == "before" else 1)
    try:
        day += step if clock.clear else timedelta()
        if clock.roll and not calendar.is_working(day):
            day = calendar.add(day, step.days)
    except (OverflowError, ValueError):
        return None
    return LastMoment(day)


def _elapsed(side: Side, base: datetime, seconds: int, frame: Frame) -> LastMoment | None:
    moment = base.astimezone(UTC) if base.tzinfo else base
    try:
        end = moment + timedelta(seconds=-seconds if side == "before" else seconds)
        local = end.astimezone(frame.zone) if end.tzinfo and frame.zone else end
    except (OverflowError, ValueError):
        return None
    return LastMoment(local.date(), local)


def versions(clocks: Sequence[ClockRule], day: date) -> tuple[ClockRule, ...]:
    """Return the versions that may be in force on ``day``: of each id one, or two within an uncertain month."""
    return tuple(clock for clock in clocks if _may_hold(clock, clocks, day))


def _may_hold(clock: ClockRule, clocks: Sequence[ClockRule], day: date) -> bool:
    if clock.from_ and day < clock.from_.first:
        return False
    if clock.to and day > clock.to.last:
        return False
    begun = clock.from_.first if clock.from_ else date.min
    later = (other.from_ for other in clocks if other is not clock and other.id == clock.id and other.from_)
    return not any(start.first > begun and start.last <= day for start in later if start)

"""The duties that follow from the state of the membership, as occurrences of the duty ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from steerco.charter.duties import Occurrence
from steerco.charter.events import DutyEvent
from steerco.charter.model import Label
from steerco.committee.members.binding import group_holders
from steerco.committee.members.directory import Day, Directory
from steerco.committee.members.membership_duties import membership_duties
from steerco.committee.members.membership_duty import History, MembershipDuty
from steerco.configuration.regime import Regime
from steerco.i18n import Words, words
from steerco.kernel.vacant_places import VacantPlaces
from steerco.policy.line import RELATION

APPOINTMENT, APPOINT = "appointment", "appoint"


class MembershipOccurrence(Struct, frozen=True):
    """An occurrence with the words that tell of it."""

    occurrence: Occurrence
    label: Label


def membership_occurrences(
    regime: Regime, directory: Directory, happened: Iterable[DutyEvent], on: date, kept_from: date
) -> Iterator[MembershipOccurrence]:
    """Yield what the membership asks for as of a day, under the charter in force on it."""
    owed = membership_duties(directory, regime.charter, on, kept_from)
    since = max(kept_from, regime.charter.instrument.effective.first)
    if on >= since:
        owed += VacantPlaces(regime, History(directory, regime.charter, on, since)).owed()
    acts = _acts(owed, happened)
    today = directory.on(on, regime.charter) if owed else None
    for duty in owed:
        yield MembershipOccurrence(
            Occurrence(
                duty=f"{duty.kind}-{duty.subject}",
                holder=duty.holder or keeper(regime, today) or duty.subject,
                record=duty.record,
                since=duty.since,
                due_on=duty.due_on,
                discharged_on=duty.done_on,
                discharged_seq=acts.get((duty.ended_by, f"{APPOINTMENT}.{duty.ended_act}"), 0),
                cite=duty.cite,
                layer=duty.layer,
                source=duty.source,
            ),
            _label(duty),
        )


def _acts(owed: Iterable[MembershipDuty], happened: Iterable[DutyEvent]) -> dict[tuple[str, str], int]:
    """Return the number of the last act of each kind on the records that ended a state."""
    ended = {duty.ended_by for duty in owed if duty.ended_by}
    return {(event.record, event.action): event.seq for event in happened if event.record in ended} if ended else {}


def keeper(regime: Regime, today: Day | None = None) -> str:
    """Return who appoints members, by the first policy line that grants it for every place; empty where none does.

    On a day, whoever is there goes before those whose own place is vacant; where none of them is there, the first body that has
    members comes in their stead.
    """
    lines = [line for line in regime.lines if line.allow and (line.type, line.act) == (APPOINTMENT, APPOINT)]
    named = [line for line in lines if not line.subject.startswith(RELATION)]
    whole = [line for line in named if not line.facets]
    subjects = [line.subject for line in (*whole, *named)]
    bodies = [body.id for body in regime.charter.bodies]
    there = [each for each in (*subjects, *bodies) if today is not None and (group_holders(today, each) or today.members(each))]
    return next(iter((*there, *subjects)), "")


def _label(duty: MembershipDuty) -> Label:
    return Label(vi=_said(words("vi"), duty), en=_said(words("en"), duty))


def _said(say: Words, duty: MembershipDuty) -> str:
    params = {name: _ways(say, value) if isinstance(value, tuple) else say.of(value) for name, value in duty.params.items()}
    return say("membership.duty", duty.said or duty.kind, **params)


def _ways(say: Words, ways: tuple[str, ...]) -> str:
    """Return the ways of filling a place in words; ``appointed-by:x`` names who appoints."""
    parts = [way.partition(":") for way in ways]
    return "; ".join(say("membership.way", way, who=who) for way, _, who in parts)

"""All duties that follow from the state of the membership: too few members, terms that are over, what is to be confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from steerco.charter.model import Body, Charter
from steerco.committee.members.acknowledgement_duties import acknowledgements
from steerco.committee.members.cap_duties import exceeded
from steerco.committee.members.directory import Directory
from steerco.committee.members.disclosure_duties import disclosures
from steerco.committee.members.membership_duty import History, MembershipDuty, spells
from steerco.committee.members.membership_state import counted_members
from steerco.committee.members.term_duties import confirmations, terms_over
from steerco.committee.members.vacancy_duties import vacant

RULES: tuple[Callable[[History], Iterator[MembershipDuty]], ...]


def membership_duties(directory: Directory, charter: Charter, on: date, kept_from: date) -> list[MembershipDuty]:
    """Return what the membership asks for as of ``on``, from ``kept_from`` or the first day of the charter."""
    since = max(kept_from, charter.instrument.effective.first)
    history = History(directory, charter, on, since)
    return [duty for rule in RULES for duty in rule(history)] if on >= since else []


def too_few(history: History) -> Iterator[MembershipDuty]:
    """Yield each time in which a body had fewer members than the charter asks for."""
    for body in history.charter.bodies:
        if not isinstance(body.min, int):
            continue
        for first, after in spells(history.changes, partial(_lacks, history, body)):
            yield MembershipDuty(
                "below-min",
                body.id,
                body.cite,
                first,
                done_on=after,
                ended_by=history.comer(after),
                params={"body": body.label, "least": str(body.min)},
                source=body.source,
            )


def _lacks(history: History, body: Body, day: date) -> bool:
    return isinstance(body.min, int) and len(counted_members(history.at(day), body)) < body.min


RULES = (too_few, terms_over, confirmations, vacant, exceeded, acknowledgements, disclosures)

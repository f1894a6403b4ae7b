"""How much a page asks of a person before an act is done, derived from what would follow."""

from __future__ import annotations

from steerco.following.rehearsal import Foreseen
from steerco.kernel.act import ActRequest
from steerco.records import Action
from steerco.records.record import Confirm

FEW_TOLD = 1
"""Telling more than one person is worth a second look."""


def at_once(action: Action, request: ActRequest) -> bool:
    """Return whether an act is done without a look at what would follow: its declaration says so, and it is one's own."""
    return action.confirm in ("none", "form") and request.entered_by is None


def level(action: Action, request: ActRequest, foreseen: Foreseen) -> Confirm:
    """Return how much is asked: ``check`` where the act ends the record's course, makes records beside its own, tells several
    persons, changes who holds what, or is entered for another; else ``form``."""
    if request.entered_by is None and action.confirm:
        return action.confirm
    beside = len(foreseen.done.made) - (1 if request.on is None else 0)
    told = [person for person in foreseen.told if person != request.actor]
    weighty = foreseen.final or beside > 0 or len(told) > FEW_TOLD or action.record.directory or request.entered_by
    return "check" if weighty else "form"

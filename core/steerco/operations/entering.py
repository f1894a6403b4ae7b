"""The acts of a table's rows: done all or none, and every row that is stopped is told, not the first alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done
from steerco.kernel.together import Halted, OneByOne, perform_together
from steerco.operations.onboarding import OnboardingAct
from steerco.records import Stopped


class StoppedRow(NamedTuple):
    """A row whose act is stopped, and by what; None where a plugin judges such an act, which is asked of one at a time."""

    act: OnboardingAct
    error: Stopped | None


def enter(
    tenant: Tenant, acts: Iterable[OnboardingAct], actor: str, at: datetime, *, dry_run: bool
) -> tuple[list[Done], list[StoppedRow]]:
    """Do the acts in the name of ``actor``, or with ``dry_run`` try them. Return what was done, and each row that is stopped,
    less those that rest on one that was. Where any is, nothing stays: the others were only tried. Raises ``store.Busy``."""
    todo, found, lacking = list(acts), list[StoppedRow](), set[str]()
    while todo:
        try:
            requests = [ActRequest(actor, act.action, at, input=act.input) for act in todo]
            return perform_together(tenant, requests, dry_run=dry_run or bool(found)), found
        except Halted as halted:
            found.append(StoppedRow(todo.pop(halted.number), halted.error))
        except OneByOne as alone:
            found.append(StoppedRow(todo.pop(alone.number), None))
        lacking.add(found[-1].act.makes)
        todo = [act for act in todo if not (lacking & act.needs)]
    return [], found

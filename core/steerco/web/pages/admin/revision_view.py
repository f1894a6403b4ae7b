"""A revision in words."""

from __future__ import annotations

from typing import NamedTuple

from steerco.configuration.revisions import RevisionSummary
from steerco.web.pages.frame.visit import Visit


class RevisionView(NamedTuple):
    """One revision: its number, who applied it and when, why, how much it weighed; ``operator``: nobody of the committee did."""

    number: int
    who: str
    operator: bool
    when: str
    why: str
    weight: str
    back_to: int
    corrected: bool
    href: str


def told_revision(visit: Visit, revision: RevisionSummary) -> RevisionView:
    """Return a revision as pages tell it."""
    return RevisionView(
        revision.number,
        visit.names(revision.by) if revision.by else visit.say("admin.revisions", "operator"),
        not revision.by,
        visit.time(revision.at),
        revision.why,
        revision.weight,
        revision.back_to,
        revision.corrected,
        visit.links.to("admin", "revisions", str(revision.number)),
    )

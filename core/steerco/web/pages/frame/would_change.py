"""The changes that would turn a decision, in words."""

from __future__ import annotations

from steerco.policy.decision import Change
from steerco.web.pages.frame.values import facet
from steerco.web.pages.frame.visit import Visit


def change_text(visit: Visit, change: Change) -> str:
    """Return a change that would turn the answer, as a condition."""
    say, detail = visit.say, change.detail
    if change.code == "officer-absent":
        return say("change", "officer-absent", detail=visit.names(detail))
    if change.code == "kind":
        return say("change", "kind", detail=say("kind", detail))
    if change.code == "aim":
        return say("change", "aim", detail=facet(visit, detail))
    if change.code == "state":
        return say("change", "state", detail=", ".join(say("state", state.strip()) for state in detail.split(",")))
    if change.code == "without-plugin":
        return say("change", "without-plugin", detail=detail)
    return say("change", "other", detail=say("stop", change.code))

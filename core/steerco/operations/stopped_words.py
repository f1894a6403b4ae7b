"""Why an act was not done, in one line of words, for whoever enters many at once: on the page and by the command."""

from __future__ import annotations

from collections.abc import Callable

from steerco.i18n import Words
from steerco.records import Invalid, Refused, Stopped


def why(stopped: Stopped, say: Words, name: Callable[[str], str] = str) -> str:
    """Return what is wrong with an act; of a refusal the clauses and who may, by ``name``."""
    if isinstance(stopped, Refused):
        who = ", ".join(name(each.subject) for each in stopped.decision.who_may) or say("admin.people", "nobody")
        clauses = ", ".join(each.clause for each in stopped.decision.because) or say("admin.people", "no_clause")
        return say("admin.people", "refused_line", who=who, clauses=clauses)
    if isinstance(stopped, Invalid):
        return " ".join(say.reason(reason) for reason in stopped.fields.values())
    return detail(stopped, say)


def detail(stopped: Stopped, say: Words) -> str:
    """Return a sentence, with its numbers, for the thing that stopped an act."""
    filling = {**stopped.params, "code": stopped.code, "say": say.of(stopped.params.get("say", ""))}
    return say.problem(stopped.code, "detail", filling, f"outcome-{stopped.outcome}")

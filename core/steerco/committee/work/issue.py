"""The register of problems that arise and of initiatives: raised, told at once, studied, accepted or rejected, closed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy.orm import Mapped

from steerco.charter.rules import effective
from steerco.records import Do, Facet, Held, Line, Party, Record, Relation, Text, party, ref_to, refers, written

TOLD = "issue-told"
"""The named value that says which roles, spaces between them, hear of what is raised; ``where`` names the kind."""
PENDING = ("raised", "under-study")


class Issue(Record, type="issue", states="raised under-study accepted rejected closed", kinds="problem initiative", prefix="IS"):
    """``task`` is the task in which it arose; ``to`` is who hears of it beside those whom the texts name; ``outcome`` is what
    came of it."""

    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str | None]
    task: Mapped[str | None] = refers("task")
    way_out: Mapped[str | None] = written()
    to: Mapped[str | None] = party()
    study: Mapped[str | None] = written()
    studied_by: Mapped[str | None] = party()
    decided_by: Mapped[str | None] = party()
    decided_on: Mapped[date | None]
    reason: Mapped[str | None]
    outcome: Mapped[str | None] = written()
    closed_on: Mapped[date | None]

    addressee = Relation("addressee", Held("to"))
    to_ = Facet("to", "to", of="party", values=("none",), default="none")


@Issue.action(to="raised", name="raise")
def raise_(
    do: Do,
    i: Issue,
    *,
    kind: Literal["problem", "initiative"],
    title: Line,
    text: Text | None = None,
    task: ref_to("task") | None = None,  # type: ignore[valid-type]
    way_out: Text | None = None,
    to: Party | None = None,
    body: Party | None = None,
) -> None:
    """Put a problem or an initiative on the register. Those whom the texts name hear of it at once."""
    i.kind, i.title, i.text, i.task, i.way_out, i.to = kind, title, text, task, way_out, to
    stated = effective(TOLD, (do.charter, *do.layers), {"kind": kind})
    do.tell(*(str(stated.value).split() if stated.stated else ()), *([to] if to else []))


@Issue.action("raised", to="under-study", awaited="raised")
def study(do: Do, i: Issue, *, text: Text | None = None) -> None:
    """Take it under study; ``text`` is what is thought of it."""
    i.study, i.studied_by = text, do.me(i.body)
    do.tell(i.author)


def _decide(do: Do, i: Issue, reason: str | None) -> None:
    i.decided_by, i.decided_on, i.reason = do.me(i.body), do.today, reason
    do.tell(i.author)


@Issue.action(*PENDING, to="accepted", awaited="under-study")
def accept(do: Do, i: Issue, *, reason: Text | None = None) -> None:
    """Accept it: something is done about it."""
    _decide(do, i, reason)


@Issue.action(*PENDING, to="rejected", awaited="under-study")
def reject(do: Do, i: Issue, *, reason: Text) -> None:
    """Reject it, with the reason."""
    _decide(do, i, reason)


@Issue.action(*PENDING, "accepted", to="closed", awaited="accepted")
def close(do: Do, i: Issue, *, outcome: Text) -> None:
    """Close it with what came of it."""
    i.outcome, i.closed_on = outcome, do.today
    do.tell(i.author)

"""Matters that a body deals with: an opinion is prepared, members say what they think, someone decides, or a vote does."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta
from sqlalchemy.orm import Mapped, mapped_column

from steerco.charter.model import NOT_STATED
from steerco.committee import tally
from steerco.committee.meeting import Attendance, Meeting
from steerco.records import Do, Facet, Held, Line, Part, Party, Record, Relation, Text, party, ref_to, refers

ORDINARY = "ordinary"
"""The class of a matter for which none is given."""
PENDING = ("raised", "prepared", "put")

Class = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Position = Annotated[str, Meta(min_length=1, max_length=60)]


class Matter(Record, type="matter", states="raised prepared put decided withdrawn", prefix="MT"):
    """``class_`` decides by which of the charter's decision rules it is settled; ``put_to`` is who considers it.

    Where it is dealt with in a ``meeting``, who is there follows from that meeting's attendance.
    """

    title: Mapped[str]
    class_: Mapped[str] = mapped_column("class")
    text: Mapped[str | None]
    meeting: Mapped[str | None] = refers("meeting")
    prepared_opinion: Mapped[str | None]
    prepared_by: Mapped[str | None] = party()
    put_to: Mapped[str | None] = party()
    outcome: Mapped[str | None]
    decision: Mapped[str | None]
    decided_by: Mapped[str | None] = party()
    decided_at: Mapped[datetime | None]

    addressee = Relation("addressee", Held("put_to"))
    facet_class = Facet("class", "class_", values=(ORDINARY,), default=ORDINARY, fallback="class")
    facet_put_to = Facet("put_to", "put_to", of="party", values=("person",))


class Opinion(Part, of="matter", name="opinions"):
    """What someone thinks of the matter. All are kept; the latest of each counts."""

    index_on = ("matter",)
    matter: Mapped[str]
    who: Mapped[str] = party()
    position: Mapped[str]
    text: Mapped[str | None]
    at: Mapped[datetime]


class Vote(Part, of="matter", name="votes"):
    """One person's vote. All are kept; the latest of each counts."""

    index_on = ("matter",)
    matter: Mapped[str]
    who: Mapped[str] = party()
    position: Mapped[str]
    at: Mapped[datetime]


@Matter.check("opinion-prepared")
def opinion_prepared(do: Do, m: Matter) -> bool:
    """An opinion on the matter has been prepared."""
    return bool(m.prepared_opinion)


def latest(do: Do, m: Matter) -> dict[str, Opinion]:
    """The opinion of each person that counts."""
    return {row.who: row for row in do.parts(m, Opinion)}


def voters(do: Do, m: Matter) -> tuple[str, ...]:
    """The persons entitled to vote on the matter on the day."""
    members = do.parties.members(m.body)
    rule = tally.rule_for(do.charter, m.body, m.class_)
    if rule is None or not rule.voters:
        return members
    return tuple(p for p in members if any(rule.voters in do.charter.closure(role) for role in do.parties.roles(p)))


def _present(do: Do, m: Matter, votes: dict[str, str]) -> frozenset[str]:
    """Who is there: by the attendance of the matter's meeting; outside a meeting, who took part."""
    if m.meeting is None:
        return frozenset(votes)
    rows = do.parts(do.get(Meeting, m.meeting), Attendance)
    return frozenset(p for row in rows if row.presence in ("present", "late") for p in do.parties.holders(row.who))


def result(do: Do, m: Matter) -> tally.Result | None:
    """How the vote stands; None where the charter does not decide such matters by a vote or by consensus."""
    rule = tally.rule_for(do.charter, m.body, m.class_)
    if rule is None:
        return None
    votes = {row.who: row.position for row in do.parts(m, Vote)}
    quorum = next((r.value for r in do.charter.rules if r.name == "quorum" and r.where.get("body", m.body) == m.body), None)
    stated = quorum if isinstance(quorum, str | int) and not isinstance(quorum, bool) else NOT_STATED
    return tally.outcome(rule, voters(do, m), _present(do, m, votes), votes, quorum=stated)


@Matter.action(to="raised", name="raise")
def raise_(
    do: Do,
    m: Matter,
    *,
    title: Line,
    class_: Class = ORDINARY,
    text: Text | None = None,
    meeting: ref_to("meeting") | None = None,  # type: ignore[valid-type]
    body: Party | None = None,
) -> None:
    """Bring a matter before the body."""
    m.title, m.class_, m.text, m.meeting = title, class_, text, meeting


@Matter.action("raised", "prepared", to="prepared")
def prepare_opinion(do: Do, m: Matter, *, text: Text) -> None:
    """Prepare the opinion on which it is decided; until it is put to someone, a later one replaces it."""
    m.prepared_opinion, m.prepared_by = text, do.me(m.body)


@Matter.action("raised", "prepared")
def give_opinion(do: Do, m: Matter, *, position: Literal["agree", "disagree", "other"], text: Text | None = None) -> None:
    """Say what one thinks. A further opinion of the same person counts instead of the one before, which stays on record."""
    if position == "other" and text is None:
        do.invalid("text", "required for another opinion")
    do.add(m, Opinion(who=do.me(m.body), position=position, text=text, at=do.at))


@Matter.action("raised", "prepared", to="put")
def put(do: Do, m: Matter, *, put_to: Party) -> None:
    """Put it to who is to consider and decide it."""
    m.put_to = put_to
    do.tell(put_to)


@Matter.action(*PENDING, to="decided")
def decide(do: Do, m: Matter, *, outcome: Line, text: Text | None = None) -> None:
    """Record the decision. Where a vote decides, it is what the vote says, and nothing where the vote decides nothing."""
    count = result(do, m)
    if count is not None:
        if count.outcome == "no-quorum":
            do.out_of_order("no-quorum")
        if count.outcome == "undecided":
            do.out_of_order("vote-undecided")
        if outcome != count.outcome:
            do.invalid("outcome", f"the vote says: {count.outcome}")
    m.outcome, m.decision, m.decided_by, m.decided_at = outcome, text, do.me(m.body), do.at
    do.tell(m.author, *([m.prepared_by] if m.prepared_by else []), *latest(do, m))


@Matter.action(*PENDING)
def vote(do: Do, m: Matter, *, position: Position) -> None:
    """Vote, where the charter decides such matters so. A further vote of the same person counts instead of the one before."""
    rule = tally.rule_for(do.charter, m.body, m.class_)
    if rule is None or rule.rule == "one-decides":
        do.out_of_order("no-vote", matter_class=m.class_)
    if position not in rule.positions:
        do.invalid("position", f"one of: {', '.join(rule.positions)}")
    if do.actor not in voters(do, m):
        do.out_of_order("not-entitled-to-vote")
    do.add(m, Vote(who=do.actor, position=position, at=do.at))


@Matter.action(*PENDING, to="withdrawn")
def withdraw(do: Do, m: Matter) -> None:
    """Take it back."""

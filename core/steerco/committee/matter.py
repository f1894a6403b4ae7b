"""Matters that a body deals with: an opinion is prepared, members say what they think, someone decides, or a vote does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, NoReturn

import msgspec
from msgspec import Meta, Struct
from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from steerco.charter.model import NOT_STATED, Charter, DecisionRule
from steerco.charter.rules import Effective, effective
from steerco.committee import tally
from steerco.committee.attendance import Attendance
from steerco.committee.meeting import Meeting
from steerco.committee.subject import Subjected
from steerco.records import (
    Do,
    Facet,
    File,
    Held,
    Line,
    Part,
    Party,
    Relation,
    Subject,
    Text,
    hidden,
    party,
    ref_to,
    refers,
    written,
)

ORDINARY = "ordinary"
"""The class of a matter for which none is given."""
QUORUM = "quorum"
"""The named value that says how many must be there."""
PENDING = ("raised", "prepared", "put")
ABOUT = ("programme", "task", "meeting", "direction", "proposal", "issue")
"""What a matter can be about: the types of the records."""
CLASS_SET_BY = "class-set-by"
"""The named value that says which roles, spaces between them, set a class of matters: ``where`` names the class."""

Class = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=60)]
Position = Annotated[str, Meta(min_length=1, max_length=60, extra={"personal": True})]
"""How somebody votes. The log only refers to it, since a vote may be secret."""


class Voting(Struct, frozen=True):
    """The facts of a vote. ``present`` is None outside a meeting: then who takes part is there."""

    rule: DecisionRule
    eligible: list[str]
    present: list[str] | None = None
    quorum: str | int = NOT_STATED

    def result(self, votes: Mapping[str, str]) -> tally.TallyResult | None:
        return tally.outcome(self.rule, self.eligible, self._there(votes), votes, quorum=self.quorum)

    def presence(self, votes: Mapping[str, str]) -> tuple[int, int]:
        """How many of those entitled are there, and how many have to be (0: nobody says)."""
        needed = tally.quorum_needed(self.quorum, len(set(self.eligible)))
        return len(set(self.eligible) & set(self._there(votes))), needed or 0

    def _there(self, votes: Mapping[str, str]) -> Collection[str]:
        return votes.keys() if self.present is None else self.present


class Matter(Subjected, type="matter", states="raised prepared put decided withdrawn", prefix="MT"):
    """``class_`` decides by which of the charter's decision rules it is settled; ``put_to`` is who considers it.

    A class that only some may set is ``proposed_class`` where somebody else named it, until one of them sets it (``classed_by``).

    ``about`` is a record that it is about, ``jointly_with`` with whom it is raised.
    Where it is dealt with in a ``meeting``, who is there follows from that meeting's attendance. ``voting`` keeps the facts of a
    vote as they were when it was last cast or decided (rule, who was entitled, who was there); the result is computed from them.
    """

    title: Mapped[str]
    class_: Mapped[str] = mapped_column("class")
    proposed_class: Mapped[str | None]
    classed_by: Mapped[str | None] = party()
    text: Mapped[str | None]
    meeting: Mapped[str | None] = refers("meeting")
    about: Mapped[str | None]
    jointly_with: Mapped[str | None] = party()
    prepared_opinion: Mapped[str | None] = written()
    prepared_by: Mapped[str | None] = party()
    put_to: Mapped[str | None] = party()
    outcome: Mapped[str | None]
    decision: Mapped[str | None] = written()
    decided_by: Mapped[str | None] = party()
    decided_at: Mapped[datetime | None]
    voting: Mapped[dict[str, Any] | None] = hidden()

    addressee = Relation("addressee", Held("put_to"))
    facet_class = Facet("class", "class_", values=(ORDINARY,), default=ORDINARY, fallback="class")
    facet_classed_by = Facet("classed_by", "classed_by", of="party", values=("person", "none"), default="none")
    facet_put_to = Facet("put_to", "put_to", of="party", values=("person",))

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the classes that the charter knows, and the positions that the rule on a vote names."""
        if field == "class":
            return (ORDINARY, *sorted({name for rule in charter.decisions for name in rule.classes} - {"*", ORDINARY}))
        rule = tally.rule_for(charter, self.body, self.class_) if action == "vote" and field == "position" else None
        return tuple(rule.positions) if rule else super().choices(action, field, charter)

    def awaits(self, act: str, keys: frozenset[str], session: Session) -> bool:
        """It waits for the opinion of whoever has given none, and did not raise it."""
        if act != "give-opinion":
            return True
        mine = (Opinion.tenant_id == self.tenant_id, Opinion.matter == self.id, Opinion.who.in_(keys))
        return self.author_as not in keys and session.scalars(select(Opinion.id).where(*mine)).first() is None

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        if self.voting is None:
            return {}
        facts, votes = msgspec.convert(self.voting, Voting), fields.get("votes", [])
        if facts.rule.secret and self.state != "decided":  # from a result that grows anybody reads who voted how
            return {"votes": []}
        shown: dict[str, Any] = {"result": msgspec.to_builtins(facts.result({row["who"]: row["position"] for row in votes}))}
        if facts.rule.secret:  # for good: that the matter is decided makes no vote public
            shown["votes"] = [{**row, "position": None} for row in votes]
        return shown


Index(None, Matter.tenant_id, Matter.about, Matter.id)


class MatterFile(Part, of="matter", name="files"):
    """A file of the matter, such as a draft, kept by its digest (SHA-256); ``size`` in bytes."""

    matter: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


class Opinion(Part, of="matter", name="opinions"):
    """The view that a person holds of the matter. All are kept; the latest of each person counts."""

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


@Matter.check("opinion-prepared", met_by="matter.prepare-opinion")
def opinion_prepared(do: Do, m: Matter) -> bool:
    """An opinion on the matter has been prepared."""
    return bool(m.prepared_opinion)


def latest(do: Do, m: Matter) -> dict[str, Opinion]:
    """Return the opinion of each person that counts."""
    return {row.who: row for row in do.parts(m, Opinion)}


def voters(do: Do, m: Matter) -> tuple[str, ...]:
    """Return the persons entitled to vote on the matter on the day."""
    members = do.parties.members(m.body)
    rule = tally.rule_for(do.charter, m.body, m.class_)
    if rule is None or not rule.voters:
        return members
    return tuple(p for p in members if any(rule.voters in do.charter.closure(role) for role in do.parties.roles(p)))


def _present(do: Do, m: Matter) -> list[str] | None:
    """Return the persons present, by the attendance of the matter's meeting; None outside a meeting."""
    if m.meeting is None:
        return None
    rows = do.parts(do.get(Meeting, m.meeting), Attendance)
    return sorted({p for row in rows if row.presence in ("present", "late") for p in do.parties.holders(row.who)})


def quorum(do: Do, m: Matter) -> Effective:
    """Return the quorum of such a matter, with the rule that sets it."""
    return effective(QUORUM, (do.charter, *do.layers), {"body": m.body, "class": m.class_})


def count(do: Do, m: Matter) -> tally.TallyResult | None:
    """How the vote stands, with its facts put on record; None where the charter decides such matters otherwise."""
    rule = tally.rule_for(do.charter, m.body, m.class_)
    if rule is None or rule.rule == "one-decides":
        return None
    stated = quorum(do, m).value
    facts = Voting(rule, sorted(voters(do, m)), _present(do, m), NOT_STATED if isinstance(stated, bool) else stated)
    m.voting = msgspec.to_builtins(facts)
    return facts.result(_cast(do, m))


def _cast(do: Do, m: Matter) -> dict[str, str]:
    """Return the vote of each person that counts."""
    return {row.who: row.position for row in do.parts(m, Vote)}


def _undecided(do: Do, result: tally.TallyResult, rule: DecisionRule) -> NoReturn:
    """Stop: what a tie means is not stated; that there is no consensus is. A secret vote's figures are nobody's to know yet."""
    cite = rule.cite if rule.rule == "consensus" else ()
    if rule.secret:
        do.out_of_order("secret-vote-undecided", *cite, base=result.base, needed=result.needed)
    do.out_of_order("vote-undecided", *cite, for_votes=result.for_, against=result.against, needed=result.needed)


@Matter.action(to="raised", name="raise")
def raise_(
    do: Do,
    m: Matter,
    *,
    title: Line,
    class_: Class = ORDINARY,
    text: Text | None = None,
    meeting: ref_to("meeting", states={"meeting": "planned convened open concluded closed"}) | None = None,  # type: ignore[valid-type]
    subject: Subject | None = None,
    about: ref_to(*ABOUT) | None = None,  # type: ignore[valid-type]
    jointly_with: Party | None = None,
    files: Annotated[list[File], Meta(max_length=20)] = [],  # noqa: B006  # a msgspec default
    body: Party | None = None,
) -> None:
    """Bring a matter before the body, in a class of matters that the charter knows."""
    _known_class(do, class_)
    m.title, m.class_, m.text, m.meeting, m.subject = title, class_, text, meeting, subject
    m.about, m.jointly_with = about, jointly_with
    for file in files:
        digest, size = do.keep(file)
        do.add(m, MatterFile(file_name=file.name, digest=digest, size=size))
    if jointly_with:
        do.tell(jointly_with)
    setters = _setters(do, class_)
    if setters & {do.acting_for, *do.parties.roles(do.actor)}:
        m.classed_by = do.me(m.body)
    elif setters:
        m.class_, m.proposed_class = ORDINARY, class_
        do.tell(*sorted(setters))


def _known_class(do: Do, class_: str) -> None:
    classes = {name for rule in do.charter.decisions for name in rule.classes} - {"*"}
    if class_ not in classes | {ORDINARY}:
        do.invalid("class", "not-one-of", known=[ORDINARY, *sorted(classes)])


def _setters(do: Do, class_: str) -> set[str]:
    """Return the roles that alone set a class; none where whoever raises a matter says of which class it is."""
    stated = effective(CLASS_SET_BY, (do.charter, *do.layers), {"class": class_})
    return set(str(stated.value).split()) if stated.stated else set()


@Matter.action(*PENDING)
def classify(do: Do, m: Matter, *, class_: Class) -> None:
    """Set of which class it is: confirm what was proposed, or say otherwise."""
    _known_class(do, class_)
    m.class_, m.proposed_class, m.classed_by = class_, None, do.me(m.body)
    do.tell(m.author, *([m.put_to] if m.put_to else []))


@Matter.action("raised", "prepared", to="prepared")
def prepare_opinion(do: Do, m: Matter, *, text: Text) -> None:
    """Prepare the opinion on which it is decided; until it is put to someone, a later one replaces it."""
    m.prepared_opinion, m.prepared_by = text, do.me(m.body)


@Matter.action(*PENDING, awaited="raised prepared put")
def give_opinion(do: Do, m: Matter, *, position: Literal["agree", "disagree", "other"], text: Text | None = None) -> None:
    """Say what one thinks. A further opinion of the same person counts instead of the one before, which stays on record."""
    if position == "other" and text is None:
        do.invalid("text", "required-for-other-opinion")
    do.add(m, Opinion(who=do.me(m.body), position=position, text=text, at=do.at))


@Matter.action("raised", "prepared", to="put", awaited="prepared")
def put(do: Do, m: Matter, *, put_to: Party) -> None:
    """Put it to who is to consider and decide it."""
    m.put_to = put_to
    do.tell(put_to)


@Matter.action(*PENDING, to="decided", awaited="put")
def decide(do: Do, m: Matter, *, outcome: Line, text: Text | None = None) -> None:
    """Record the decision. Where a vote decides, it is what the vote says, and nothing where the vote decides nothing. A secret
    vote ends by it whatever ``outcome`` expects, and is not tried beforehand: from either, asked again after each vote, anybody
    reads who voted how."""
    rule = tally.rule_for(do.charter, m.body, m.class_)
    if rule is not None and rule.secret and do.dry:
        do.out_of_order("secret-vote-not-tried")
    result = count(do, m)
    if result is not None and rule is not None:
        if result.outcome == "no-quorum":
            have, need = msgspec.convert(m.voting, Voting).presence(_cast(do, m))
            do.out_of_order("no-quorum", *quorum(do, m).cite, have=have, need=need)
        if result.outcome == "undecided":
            _undecided(do, result, rule)
        if rule.secret:
            outcome = result.outcome
        if outcome != result.outcome:
            do.invalid("outcome", "vote-says", outcome=result.outcome)
    m.outcome, m.decision, m.decided_by, m.decided_at = outcome, text, do.me(m.body), do.at
    do.tell(m.author, *([m.prepared_by] if m.prepared_by else []), *latest(do, m))


@Matter.action(*PENDING)
def vote(do: Do, m: Matter, *, position: Position) -> None:
    """Vote, where the charter decides such matters so. A further vote of the same person counts instead of the one before."""
    rule = tally.rule_for(do.charter, m.body, m.class_)
    if rule is None or rule.rule == "one-decides":
        do.out_of_order("no-vote", *(rule.cite if rule else ()), matter_class=m.class_)
    if position not in rule.positions:
        do.invalid("position", "not-one-of", known=list(rule.positions))
    if do.actor not in voters(do, m):
        do.out_of_order("not-entitled-to-vote", *(rule.cite if rule.voters else ()))
    do.add(m, Vote(who=do.actor, position=position, at=do.at))
    do.secret = rule.secret
    count(do, m)


@Matter.action(*PENDING, to="withdrawn")
def withdraw(do: Do, m: Matter) -> None:
    """Take it back."""

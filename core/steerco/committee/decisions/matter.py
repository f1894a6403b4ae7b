"""Matters that a body deals with: an opinion is prepared, members say what they think, someone decides, or a vote does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta
from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from steerco.charter.model import Charter
from steerco.charter.rules import effective
from steerco.committee.decisions import in_writing, recusal, removal, tally, vote, vote_facts
from steerco.committee.members import membership_state
from steerco.committee.traits.publicity import Publishable
from steerco.committee.traits.subject import Subjected
from steerco.records import (
    DayView,
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
    party_of,
    ref_to,
    refers,
    written,
)

ORDINARY = "ordinary"
"""The class of a matter for which none is given."""
PENDING = ("raised", "prepared", "put")
ABOUT = ("programme", "task", "meeting", "direction", "proposal", "issue", "election", "matter")
"""What a matter can be about: the types of the records."""
CLASS_SET_BY = "class-set-by"
"""The named value that says which roles, spaces between them, set a class of matters: ``where`` names the class."""

Class = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=60)]
Position = Annotated[str, Meta(min_length=1, max_length=60, extra={"personal": True})]
"""How somebody votes. The log only refers to it, since a vote may be secret."""


class Matter(Subjected, Publishable, type="matter", states="raised prepared put decided withdrawn", prefix="MT"):
    """``class_`` decides by which of the charter's decision rules it is settled; ``put_to`` is who considers it.

    A class that only some may set is ``proposed_class`` where somebody else named it, until one of them sets it (``classed_by``).

    ``about`` is a record that it is about, such as an election that it confirms, or a matter that it vetoes or lets be voted on
    in writing. ``concerns`` is whom it concerns, ``concerns_seat`` whose seat, ``jointly_with`` with whom it is raised.
    ``seconded_by`` are those who second a call for somebody's removal.
    Where it is dealt with in a ``meeting``, who is there follows from that meeting's attendance. ``voting`` keeps the facts of a
    vote as they were when it was last cast or decided (rule, who was entitled, who was there); the result is computed from them.
    """

    ledger_fields = ("published", "voted_in", "reported", "meeting_asked")
    title: Mapped[str]
    class_: Mapped[str] = mapped_column("class")
    proposed_class: Mapped[str | None]
    classed_by: Mapped[str | None] = party()
    text: Mapped[str | None]
    concerns: Mapped[str | None] = party()
    concerns_seat: Mapped[str | None] = party()
    seconded_by: Mapped[list[str] | None] = hidden()
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
    goes_by: Mapped[str | None]
    reported_in: Mapped[str | None]
    voting: Mapped[dict[str, Any] | None] = hidden()

    addressee = Relation("addressee", Held("put_to"))
    facet_class = Facet("class", "class_", values=(ORDINARY,), default=ORDINARY, fallback="class")
    facet_classed_by = Facet("classed_by", "classed_by", of="party", values=("person", "none"), default="none")
    facet_put_to = Facet("put_to", "put_to", of="party", values=("person",))

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the classes that the charter knows, and the positions that the rule on a vote names."""
        if field == "class":
            return (ORDINARY, *sorted(charter.matter_classes() - {ORDINARY}))
        if field == "finding":
            route = tally.route_for(charter, self.body, self.class_)
            return (route.when.finding,) if route is not None and route.when is not None else ()
        wanted = action == "vote" and field == "position"
        rule = tally.rule_for(charter, self.body, self.class_, goes_by=self.goes_by or "") if wanted else None
        return rule.takes if rule else super().choices(action, field, charter)

    def awaits(self, act: str, keys: frozenset[str], session: Session) -> bool:
        """It waits for the opinion of whoever has given none, and did not raise it."""
        if act != "give-opinion":
            return True
        mine = (Opinion.tenant_id == self.tenant_id, Opinion.matter == self.id, Opinion.who.in_(keys))
        return self.author_as not in keys and session.scalars(select(Opinion.id).where(*mine)).first() is None

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        facts = vote_facts.of(self)
        return {} if facts is None else vote.shown(facts, fields.get("votes", []), self.state == "decided", today)

    def closed_to(self, content: Mapping[str, Any], reader: str, reading: DayView) -> Mapping[str, Any]:
        """Return no files where they are kept from the reader, who takes no part."""
        return {"files": []} if recusal.keeps_papers(reading, self, reader) else {}

    def told_to(self, act: str, today: date) -> Literal["readers", "doer", "nobody"]:
        """Return to whom an act's input is told: a vote's to nobody else while its ballot hides it, of a secret one for good."""
        facts = vote_facts.of(self) if act in ("vote", "enter-totals") else None
        kept = facts is not None and (facts.secret or facts.keeps(decided=self.state == "decided", today=today))
        return "doer" if kept else "readers"


Index(None, Matter.tenant_id, Matter.about, Matter.id)
Index(None, Matter.tenant_id, Matter.public_on, Matter.id)


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


@Matter.check("opinion-prepared", met_by="matter.prepare-opinion")
def opinion_prepared(do: Do, m: Matter) -> bool:
    """An opinion on the matter has been prepared."""
    return bool(m.prepared_opinion)


def latest(do: Do, m: Matter) -> dict[str, Opinion]:
    """Return the opinion of each person that counts."""
    return {row.who: row for row in do.parts(m, Opinion)}


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
    concerns: Party | None = None,
    concerns_seat: party_of("seat") | None = None,  # type: ignore[valid-type]
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
    m.concerns, m.concerns_seat = concerns, concerns_seat
    removal.called(do, m)
    setters = _setters(do, class_)
    if setters & {do.acting_for, *do.parties.roles(do.actor)}:
        m.classed_by = do.me(m.body)
    elif setters:
        m.class_, m.proposed_class = ORDINARY, class_
        do.tell(*sorted(setters))


def _known_class(do: Do, class_: str) -> None:
    classes = do.charter.matter_classes()
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
    recusal.hold_discussion(do, m)
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
    """Record the decision. Where a vote decides, it is what the vote says, and nothing where the vote decides nothing."""
    membership_state.enough(do, m.body)
    recusal.hold_lead(do, m)
    outcome = vote.settle(do, m, outcome)
    if (facts := vote_facts.of(m)) is not None:
        do.for_ledger(voted_in=facts.channel)
    m.outcome, m.decision, m.decided_by, m.decided_at = outcome, text, do.me(m.body), do.at
    do.tell(m.author, *([m.prepared_by] if m.prepared_by else []), *latest(do, m))


@Matter.action("decided", awaited="")
def report(do: Do, m: Matter, *, in_: Line) -> None:
    """Report a vote in writing where the charter says that such votes are told."""
    facts = vote_facts.of(m)
    rule = in_writing.stated(do, m.body, m.class_, lambda row: row.reported)
    if rule is None or facts is None or facts.channel != "written":
        do.out_of_order("no-report-asked")
    if in_ != rule.reported["in"]:
        do.invalid("in", "not-one-of", known=[rule.reported["in"]])
    m.reported_in = in_
    do.for_ledger(reported=in_)


@Matter.action(*PENDING, to="withdrawn")
def withdraw(do: Do, m: Matter) -> None:
    """Take it back."""

"""Proposals of policy, mechanisms, solutions, plans: filed, studied, accepted or rejected. Some are made together with a body."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session

from steerco.charter.rules import effective
from steerco.records import Do, Facet, File, Held, Line, Part, Party, Record, Relation, Text, party, ref_to, written

TARGET = "proposal-target"
"""The named value that says that a proposal names what it serves; ``where`` says whose, and of what sort."""
ABOUT = ("programme", "task", "meeting", "direction", "matter", "issue")
"""What a proposal can be about: the types of the records."""
PENDING = ("filed", "under-study")

Proposes = Literal["policy", "mechanism", "solution", "plan", "programme", "project"]


class FiledProposal(Record, type="proposal", states="filed under-study accepted rejected withdrawn", prefix="PR"):
    """``proposes`` says of what sort it is, ``serves`` the programme, scheme or project that it serves, ``about`` a record that
    it is about. ``to`` is who is to consider it. With ``jointly_with`` it is made together with that body, which joins it."""

    title: Mapped[str]
    text: Mapped[str | None]
    proposes: Mapped[str]
    serves: Mapped[str | None]
    about: Mapped[str | None]
    to: Mapped[str | None] = party()
    jointly_with: Mapped[str | None] = party()
    joined_by: Mapped[str | None] = party()
    joined_on: Mapped[date | None]
    studied_by: Mapped[str | None] = party()
    study: Mapped[str | None] = written()
    decided_by: Mapped[str | None] = party()
    decided_on: Mapped[date | None]
    reason: Mapped[str | None]

    addressee = Relation("addressee", Held("to"))
    joint = Relation("joint", Held("jointly_with"))
    proposes_ = Facet("proposes", "proposes", values=("policy", "mechanism", "solution", "plan", "programme", "project"))
    with_ = Facet("with", "jointly_with", of="party", values=("none",), default="none")
    to_ = Facet("to", "to", of="party", values=("none", "person"), default="none")
    filed_by = Facet("filed_by", "author_as", of="party", values=("person",))

    def awaits(self, act: str, keys: frozenset[str], session: Session) -> bool:
        """Joining waits where it is made together with a body that has not joined it yet."""
        return act != "join" or (self.jointly_with is not None and self.joined_by is None)


Index(None, FiledProposal.tenant_id, FiledProposal.about, FiledProposal.id)


class ProposalFile(Part, of="proposal", name="files"):
    """A file of the proposal, kept by its digest (SHA-256); ``size`` in bytes."""

    proposal: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


@FiledProposal.action(to="filed")
def file(
    do: Do,
    p: FiledProposal,
    *,
    title: Line,
    text: Text | None = None,
    proposes: Proposes = "solution",
    serves: Line | None = None,
    about: ref_to(*ABOUT) | None = None,  # type: ignore[valid-type]
    to: Party | None = None,
    jointly_with: Party | None = None,
    files: Annotated[list[File], Meta(max_length=20)] = [],  # noqa: B006  # a msgspec default
    body: Party | None = None,
) -> None:
    """File a proposal."""
    p.title, p.text, p.proposes, p.serves, p.about, p.to = title, text, proposes, serves, about, to
    if jointly_with is not None and do.parties.sort(jointly_with) != "body":
        do.invalid("jointly_with", "must-be-body")
    if serves is None and about is None and (cites := _target_needed(do, p)):
        do.invalid("serves", "serves-nothing", clause=", ".join(cites))
    p.jointly_with = jointly_with
    for each in files:
        digest, size = do.keep(each)
        do.add(p, ProposalFile(file_name=each.name, digest=digest, size=size))
    do.tell(*(party for party in (to, jointly_with) if party))


def _target_needed(do: Do, p: FiledProposal) -> list[str]:
    """Return the clauses that want to know what such a proposal of such a person serves."""
    aims = [{"filed_by": aim, "proposes": p.proposes} for aim in sorted(do.parties.aims(p.author_as))]
    stated = [effective(TARGET, (do.charter, *do.layers), where) for where in aims]
    return [cite for each in stated if each.stated for cite in each.cite]


@FiledProposal.check("made-together")
def made_together(do: Do, p: FiledProposal) -> bool:
    """The proposal is made together with a body, where it has to be."""
    return bool(p.jointly_with or do.given.get("jointly_with"))


@FiledProposal.check("studied", met_by="proposal.study")
def studied(do: Do, p: FiledProposal) -> bool:
    """It was taken under study."""
    return p.studied_by is not None


@FiledProposal.check("joined", met_by="proposal.join")
def joined(do: Do, p: FiledProposal) -> bool:
    """The body with which the proposal is made has joined it."""
    return p.jointly_with is None or p.joined_by is not None


@FiledProposal.action(*PENDING, awaited="filed")
def join(do: Do, p: FiledProposal) -> None:
    """Join it for the body with which it is made."""
    if p.jointly_with is None:
        do.out_of_order("made-alone")
    if p.joined_by is not None:
        do.out_of_order("joined-already")
    p.joined_by, p.joined_on = do.me(p.jointly_with), do.today
    do.tell(p.author)


@FiledProposal.action("filed", to="under-study", awaited="filed")
def study(do: Do, p: FiledProposal, *, text: Text | None = None, to: Party | None = None) -> None:
    """Take it under study; ``text`` is what is thought of it, ``to`` who is to decide."""
    p.studied_by, p.study, p.to = do.me(p.body), text, to or p.to
    do.tell(p.author, *([to] if to else []))


def _decide(do: Do, p: FiledProposal, reason: str | None) -> None:
    p.decided_by, p.decided_on, p.reason = do.me(p.body), do.today, reason
    do.tell(p.author, *([p.jointly_with] if p.jointly_with else []))


@FiledProposal.action(*PENDING, to="accepted", awaited="under-study")
def accept(do: Do, p: FiledProposal, *, reason: Text | None = None) -> None:
    """Accept it."""
    _decide(do, p, reason)


@FiledProposal.action(*PENDING, to="rejected", awaited="under-study")
def reject(do: Do, p: FiledProposal, *, reason: Text) -> None:
    """Reject it, with the reason."""
    _decide(do, p, reason)


@FiledProposal.action(*PENDING, to="withdrawn", awaited="")
def withdraw(do: Do, p: FiledProposal, *, reason: Line | None = None) -> None:
    """Take it back."""
    p.reason = reason
    do.tell(*(party for party in (p.to, p.jointly_with) if party))

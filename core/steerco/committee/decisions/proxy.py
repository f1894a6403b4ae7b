"""A vote given to another for one meeting, or one matter of it, as far as the charter's ``[[proxy]]`` lets it be given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from steerco.charter.model import Charter, ProxyRule
from steerco.charter.tables.stated import NOT_STATED
from steerco.charter.tables.voters import ANYONE_PRESENT, SAME_AGENCY
from steerco.committee.meetings.meeting import Meeting
from steerco.records import Do, File, Held, Party, Record, Relation, hidden, party, ref_to, refers

HEARD = "steerco:proxy-spoken"
"""The platform's order on what is spoken: somebody else heard it and enters it."""
CAPACITY = "proxy:"
"""Stands before the person for whom one votes, as the capacity of an act."""
Instructions = Annotated[str, Meta(min_length=1, max_length=2000, extra={"personal": True, "text": "lines"})]
"""How the holder is to vote: a position, which binds, or a text. The log only refers to it, since the vote may be secret."""


class Proxy(Record, type="proxy", states="given withdrawn", prefix="PX"):
    """``giver`` lets ``holder`` vote in a meeting, or on one matter of it. ``instructions`` are for these two alone.

    ``file_name`` and ``digest`` (SHA-256) are those of the paper by which it is given.
    """

    meeting: Mapped[str] = refers("meeting")
    matter: Mapped[str | None] = refers("matter")
    giver: Mapped[str] = party()
    holder: Mapped[str] = party()
    instructions: Mapped[str | None] = hidden()
    file_name: Mapped[str | None]
    digest: Mapped[str | None]

    discreet = frozenset({"give"})
    self_ = Relation("self", Held("giver"), concerns=True)
    holder_ = Relation("holder", Held("holder"), concerns=True)

    def confided(self, keys: frozenset[str]) -> Mapping[str, Any]:
        """Return the instructions to who gave them and to who has them, and to nobody else."""
        return {"instructions": self.instructions} if {self.giver, self.holder} & keys else {}

    def barred(self, act: str, texts: Sequence[Charter]) -> tuple[str, ...] | None:
        """Nobody gives a proxy where the charter forbids it, by its clause, or says nothing of it, by none."""
        if act != "give":
            return None
        rule = rule_of(texts, self.body)
        return None if rule is not None and rule.allowed is True else rule.cite if rule is not None and not rule.allowed else ()

    @classmethod
    def by_word(cls, act: str, texts: Sequence[Charter], bodies: Collection[str]) -> bool:
        """Return whether a text has proxies of one of these bodies given by word of mouth."""
        return act == "give" and any((rule := rule_of(texts, body)) is not None and rule.form == "spoken" for body in bodies)


def rule_of(texts: Sequence[Charter], body: str) -> ProxyRule | None:
    """Return what the charter says of proxies in a body, else what a text beside it does; None where nothing is stated."""
    rules = [rule for text in texts for rule in text.proxies if rule.body == body]
    return next((rule for rule in rules if isinstance(rule.allowed, bool)), None)


def cite_of(texts: Sequence[Charter], body: str) -> tuple[str, ...]:
    """Return the clauses by which a proxy is voted in a body."""
    rule = rule_of(texts, body)
    return rule.cite if rule is not None else ()


def _rule(do: Do, body: str) -> ProxyRule:
    rule = rule_of((do.charter, *do.layers), body)
    if rule is None:
        do.out_of_order("proxy-not-stated")
    return rule


def given_in(do: Do, meeting: str) -> list[Proxy]:
    """Return the proxies that stand for a meeting."""
    return do.find(Proxy, meeting=meeting, state="given")


def holder_of(proxies: Sequence[Proxy], giver: str, matter: str | None, *, chain: bool) -> str:
    """Return who votes for a person in the end; empty where nobody does. A proxy for the matter goes before one for the meeting.

    ``chain``: who holds a proxy may give it on with their own.
    """
    held, passed = giver, {giver}
    while found := _next(proxies, held, matter):
        if found in passed:
            return ""
        held = found
        passed.add(found)
        if not chain:
            break
    return "" if held == giver else held


def _next(proxies: Sequence[Proxy], giver: str, matter: str | None) -> str:
    own = [row for row in proxies if row.giver == giver and row.matter in (None, matter)]
    return next((row.holder for row in sorted(own, key=lambda row: row.matter is None)), "")


def held_by(do: Do, body: str, meeting: str, matter: str | None) -> Iterator[tuple[str, str, ProxyRule]]:
    """Yield (giver, holder, rule) of each proxy that stands for a matter of a meeting."""
    rule, proxies = rule_of((do.charter, *do.layers), body), given_in(do, meeting)
    for giver in dict.fromkeys(row.giver for row in proxies if row.matter in (None, matter)):
        if rule is not None and (holder := holder_of(proxies, giver, matter, chain=rule.chain)):
            yield giver, holder, rule


def givers(session: Session, tenant_id: int, holder: str) -> list[str]:
    """Return those whose proxy a person holds, each once."""
    held = select(Proxy.giver).where(Proxy.tenant_id == tenant_id, Proxy.holder == holder, Proxy.state == "given")
    return list(dict.fromkeys(session.scalars(held.order_by(Proxy.id))))


def instructed(do: Do, meeting: str, giver: str, matter: str | None) -> str:
    """Return the instructions that a giver gave for a matter; empty where there are none."""
    own = [row for row in given_in(do, meeting) if row.giver == giver and row.matter in (None, matter)]
    return next((row.instructions or "" for row in sorted(own, key=lambda row: row.matter is None)), "")


@Proxy.action(to="given")
def give(
    do: Do,
    p: Proxy,
    *,
    to: Party,
    meeting: ref_to("meeting", states={"meeting": "planned convened open"}),  # type: ignore[valid-type]
    instructions: Instructions | None = None,
    matter: ref_to("matter", states={"matter": "raised prepared put"}) | None = None,  # type: ignore[valid-type]
    paper: File | None = None,
) -> None:
    """Let another vote in one's place at a meeting, or on one matter of it."""
    called = do.get(Meeting, meeting)
    if called.state not in ("planned", "convened", "open"):
        do.out_of_order("meeting-over", state=called.state)
    holders, rule = do.parties.holders(to), _rule(do, p.body)
    if len(holders) != 1 or do.parties.sort(to) in ("agency", "body"):
        do.invalid("to", "one-person")
    p.meeting, p.matter, p.giver, p.holder, p.instructions = meeting, matter, do.actor, holders[0], instructions
    if p.giver == p.holder:
        do.invalid("to", "is-the-member")
    if p.giver not in do.parties.regular(p.body):
        do.out_of_order("not-entitled-to-vote")
    if paper is not None:
        p.file_name, (p.digest, _) = paper.name, do.keep(paper, "paper")
    _may_hold(do, p, rule)
    _in_form(do, p, rule)
    do.tell(p.holder, *([called.presiding] if called.presiding else []))


def _may_hold(do: Do, p: Proxy, rule: ProxyRule) -> None:
    """Stop where the charter does not let that person hold it, where it would go round, or be one too many."""
    if not _fits(do, p, rule.to):
        do.out_of_order("proxy-not-to", *rule.cite, to=rule.to or p.body)
    others = [row for row in given_in(do, p.meeting) if row.id != p.id]
    if any(row.giver == p.giver and row.matter == p.matter for row in others):
        do.out_of_order("proxy-given-already")
    if holder_of([*others, p], p.holder, p.matter, chain=True) in ("", p.giver) and _next(others, p.holder, p.matter):
        do.out_of_order("proxy-circle", *rule.cite)
    if _next(others, p.holder, p.matter) and not rule.chain:
        do.out_of_order("proxy-chain", *rule.cite)
    if isinstance(rule.per_holder, int):
        mine = {row.giver for row in others if row.holder == p.holder} | {p.giver}
        if len(mine) > rule.per_holder:
            do.out_of_order("proxy-holder-full", *rule.cite, most=rule.per_holder)


def _fits(do: Do, p: Proxy, to: str) -> bool:
    """Return whether the holder is one of those whom the charter lets hold it: the members, where it names nobody."""
    if to == ANYONE_PRESENT:
        return True
    if to == SAME_AGENCY:
        return do.parties.agency(p.giver) == do.parties.agency(p.holder) != ""
    return p.holder in do.parties.regular(p.body) if to in ("", NOT_STATED) else to in do.parties.called(p.holder)


def _in_form(do: Do, p: Proxy, rule: ProxyRule) -> None:
    """Stop where the charter asks for a paper, for the spoken word, or for instructions, or wants none.

    What is spoken is heard by another: whoever is to enter such things for a member enters it, and not the one who is to vote.
    That is the program's own order; the clause says no more than that the word is enough.
    What a member enters, or hands in on paper, is in writing.
    """
    if rule.form == "written" and p.digest is None:
        do.out_of_order("proxy-in-writing", *rule.cite)
    if rule.form == "spoken" and not do.entered_by:
        do.out_of_order("proxy-spoken", *rule.cite, HEARD)
    if rule.instructions == "required" and not p.instructions:
        do.out_of_order("proxy-needs-instructions", *rule.cite)
    if rule.instructions == "none" and p.instructions:
        do.out_of_order("proxy-without-instructions", *rule.cite)


@Proxy.action("given", to="withdrawn")
def withdraw(do: Do, p: Proxy) -> None:
    """Take it back: one votes oneself. A vote that was cast by it stays until one does."""
    do.tell(p.holder)

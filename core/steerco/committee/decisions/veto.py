"""Vetoes: somebody blocks what would pass, as the charter's ``[[veto]]`` lets them; without its reason a veto is void."""

from __future__ import annotations

from datetime import datetime

from msgspec import structs
from sqlalchemy.orm import Mapped

from steerco.charter.model import Veto
from steerco.charter.tables.proceeding import AGAINST
from steerco.charter.tables.voting import NONE
from steerco.committee.decisions import recusal, veto_effects, vote, vote_course, vote_facts, voters
from steerco.committee.decisions.matter import PENDING, Matter
from steerco.records import Do, Part, Text, party, ref_to


class VetoCast(Part, of="matter", name="vetoes"):
    """Somebody's veto against what would pass, or has passed. A ``void`` one blocks nothing."""

    matter: Mapped[str]
    who: Mapped[str] = party()
    text: Mapped[str | None]
    void: Mapped[bool]
    at: Mapped[datetime]
    round: Mapped[int]


@Matter.action(*PENDING, "decided", name="veto")
def veto_(
    do: Do,
    m: Matter,
    *,
    text: Text | None = None,
    decided: ref_to("matter") | None = None,  # type: ignore[valid-type]
) -> None:
    """Veto it: what would pass is blocked, and what has passed no longer stands. ``decided``: by which matter a body vetoes."""
    facts = vote_facts.of(m)
    rule = facts.rule if facts is not None else vote.rule_of(do, m, vote_facts.channel(do, m))
    rows = [row for row in do.charter.vetoes if rule is not None and row.decision == rule.id and row.by != AGAINST]
    if not rows:
        do.out_of_order("veto-not-stated", *(rule.cite if rule is not None else ()))
    mine = [row for row in rows if _may(do, m, row, do.get(Matter, decided) if decided else None)]
    if not mine:
        do.out_of_order("veto-by", *rows[0].cite, who=", ".join(row.by for row in rows))
    if do.actor in recusal.persons(do, m):
        do.out_of_order("recused", *mine[0].cite)
    _in_time(do, m, facts, mine[0])
    void = bool(mine[0].reason) and text is None
    do.add(m, VetoCast(who=do.me(m.body), text=text, void=void, at=do.at, round=facts.round if facts is not None else 1))
    do.tell(m.author)
    if void:
        do.note("veto-void")
    elif m.state == "decided":
        m.outcome = "blocked"
        veto_effects.tell(do, m)
    elif mine[0].override != NONE:
        vote_course.turn(do, m, mine[0].override, anew=True)
    elif facts is not None:
        vote_facts.keep(m, structs.replace(facts, vetoed=True))


def _may(do: Do, m: Matter, row: Veto, decided: Matter | None) -> bool:
    """Return whether the actor is one of those who veto, or the body that does has decided so, by a matter about this one."""
    if do.charter.body(row.by) is None:
        return voters.among(do, (row.by,))
    wanted = ("decided", "passed", row.by, m.id)
    return decided is not None and (decided.state, decided.outcome, decided.body, decided.about) == wanted


def _in_time(do: Do, m: Matter, facts: vote_facts.Voting | None, row: Veto) -> None:
    """Stop a veto on what nobody has voted on, or that comes too late."""
    if m.state == "decided":
        if m.outcome != "passed" or row.within is None:
            do.out_of_order("veto-too-late", *row.cite)
        since = m.decided_at
    else:
        if facts is None or facts.set_aside(do.at):
            do.out_of_order("veto-too-early", *row.cite)
        since = facts.closed_at or facts.closes_at
    if row.within is not None and since is not None and do.at > vote_facts.ends(do, row.within, do.localise(since)):
        do.out_of_order("veto-too-late", *row.cite)


def weigh(do: Do, m: Matter) -> None:
    """Have the votes against block the matter, where each is a veto: those with a reason, where one is asked for."""
    facts = vote_facts.of(m)
    if facts is None:
        return
    row = next((each for each in do.charter.vetoes if each.by == AGAINST and each.decision == facts.rule.id), None)
    if row is None:
        return
    reasons = {each.who: each.reason for each in do.parts(m, vote.Vote, round=facts.round)}
    against = [who for who, position in vote.cast(do, m).items() if facts.rule.counts_as(position) == "against"]
    by_votes = any(who in facts.who.entitled and (reasons[who] or not row.reason) for who in against)
    stated = any(not each.void for each in do.parts(m, VetoCast, round=facts.round))
    vote_facts.keep(m, structs.replace(facts, vetoed=by_votes or stated))

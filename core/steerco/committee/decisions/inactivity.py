"""Members who lost a right for not having taken part, and a vote: who is left out of it, and how it comes back to them."""

from __future__ import annotations

from typing import Any, cast

from msgspec import structs

from steerco.charter.tables.suspensions import LOSES_ALL
from steerco.committee.decisions.electorate import Electorate
from steerco.committee.decisions.suspension import Look, Suspended, lacking, suspended
from steerco.committee.members.caps import without_vote
from steerco.committee.members.directory import Day
from steerco.records import Do


def inactive(do: Do, body: str, matters: type[Any]) -> list[Suspended]:
    """Return the members who lost a right in a body for not having taken part. ``matters`` is the record type of its votes."""
    if not do.charter.suspensions:
        return []
    look = Look(do.session, do.tenant_id, do.charter, cast(Day, do.parties), do.local, matters)
    return suspended(look, body, do.parties.members(body))


def voteless(do: Do, body: str, matters: type[Any]) -> frozenset[str]:
    """Return the members who have no vote in a body now: for not having taken part, or since too many share something."""
    return without_vote(do, body) | lacking(inactive(do, body, matters), "voting")


def without_inactive(do: Do, body: str, matters: type[Any], who: Electorate) -> Electorate:
    """Return the electorate less those who lost the vote, with how many are active, and how many a quorum no longer counts of."""
    capped = without_vote(do, body) if do.charter.caps else frozenset()
    if not capped.isdisjoint(who.entitled):
        who = structs.replace(who, entitled=tuple(person for person in who.entitled if person not in capped))
    found = inactive(do, body, matters)
    if not found:
        return who
    mine, idle = set(who.entitled), lacking(found, "quorum-base")
    kept = tuple(person for person in who.entitled if person not in lacking(found, "voting"))
    members = mine - {each.person for each in found if not LOSES_ALL.isdisjoint(each.rule.effect)}
    every, of_members = who.each(mine), who.each(members)
    return structs.replace(
        who,
        entitled=kept,
        seated=None if who.seated is None else who.seated - len(every - of_members),
        active=len(who.each(set(kept) - idle)),
        idle=len(of_members - who.each(members - idle)),
    )


def hold(do: Do, body: str, matters: type[Any]) -> None:
    """Stop whoever has no vote in a body for not having taken part, with the way back, or since too many share something."""
    mine = do.parties.holders(do.acting_for) if do.acting_for else (do.actor,)
    for cap in do.charter.caps:
        if cap.body == body and not without_vote(do, body, cap.id).isdisjoint(mine):
            do.out_of_order("capped", *cap.cite, by=cap.by)
    for each in inactive(do, body, matters):
        if each.person not in mine or not each.rule.loses("voting"):
            continue
        cite, since, back = each.rule.cite, each.since.isoformat(), each.rule.restored
        if back.attended is not None:
            do.out_of_order("suspended-attend", *cite, since=since, left=back.attended - each.back)
        if back.by_contribution:
            do.out_of_order("suspended-contribute", *cite, since=since)
        if back.by:
            do.out_of_order("suspended-decide", *cite, since=since, decision=back.by.partition(":")[2])
        do.out_of_order("suspended", *cite, since=since)

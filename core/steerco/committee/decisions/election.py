"""Elections by the charter's ``[[election]]``: entered with a certificate, counted here (plurality, approval, acclamation), or by
a plugin's method that ranks.

The result appoints; where an appointment is stopped, the result stands and the appointment is owed. What a ballot of a secret
election says is shown to nobody, before and after; of an open one only once it is counted.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.charter.model import Charter
from steerco.charter.tables.elections import ElectionRule
from steerco.committee.decisions import inactivity, tally, vote_facts, voters
from steerco.committee.decisions.election_count import VOTING, counted, has_phase_left, open_places, phase_of, standing
from steerco.committee.decisions.matter import Matter
from steerco.committee.decisions.vote import SECRET_LEAST
from steerco.committee.members import appointment
from steerco.records import Do, File, Line, Part, Record, party, party_of, ref_to

Choice = Annotated[str, Meta(min_length=1, max_length=80, extra={"personal": True})]
"""A candidate's id. The log only refers to it, since the vote may be secret."""
CALLED, ELECTED = "called", "elected"
DECISION = "decision:"


class Election(Record, type="election", states="called voting elected canceled", prefix="EL"):
    """``election`` is the charter's table, ``fills`` the role or seat, ``places`` how many are elected. ``result`` keeps the
    arithmetic: the votes of each candidate, who is elected, who is tied, the steps of a plugin's count, and the counts of the
    ``phases`` before."""

    election: Mapped[str]
    fills: Mapped[str]
    places: Mapped[int]
    secret: Mapped[bool]
    opened_at: Mapped[datetime | None]
    certificate: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the elections that the charter states."""
        return tuple(rule.id for rule in charter.elections) if field == "election" else ()

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        rows = fields.get("ballots", [])
        running = phase_of(self) if self.state != ELECTED else 0
        kept = [self.secret or (row.get("phase") or 1) == running for row in rows]
        return {"ballots": [{**row, "choices": []} if hide else row for row, hide in zip(rows, kept, strict=True)]}

    def told_to(self, act: str, today: date) -> Literal["readers", "doer", "nobody"]:
        return "doer" if act == "vote" and (self.secret or self.state != ELECTED) else "readers"


class Nominee(Part, of="election", name="candidates"):
    """Somebody who stands, with who nominated and who ``seconded`` them."""

    index_on = ("election",)
    election: Mapped[str]
    who: Mapped[str] = party()
    by: Mapped[str] = party()
    at: Mapped[datetime]
    seconded_by: Mapped[list[str] | None]


class ElectionBallot(Part, of="election", name="ballots"):
    """What somebody voted in one phase of the vote (None: the first). A further vote takes the place of the one before."""

    index_on = ("election",)
    unsought = frozenset({"choices"})
    election: Mapped[str]
    who: Mapped[str] = party()
    choices: Mapped[list[str]]
    at: Mapped[datetime]
    phase: Mapped[int | None]


def _rule(do: Do, e: Election) -> ElectionRule:
    found = next((rule for rule in do.charter.elections if rule.id == e.election), None)
    if found is None:
        do.invalid("election", "not-one-of", known=[rule.id for rule in do.charter.elections])
    return found


def electors(do: Do, e: Election) -> tuple[str, ...]:
    """Return the persons who vote: those whom the charter names, less whoever has no vote in the body now."""
    rule = _rule(do, e)
    body = do.charter.body(rule.electors)
    persons = do.parties.regular(body.id) if body is not None else voters.named(do, e, rule.electors)
    gone = inactivity.voteless(do, _body(do, e), Matter)
    return tuple(person for person in persons if person not in gone)


def _body(do: Do, e: Election) -> str:
    """Return the body whose members vote: that of the electors, else that of the election."""
    body = do.charter.body(_rule(do, e).electors)
    return body.id if body is not None else e.body


@Election.action(to=CALLED)
def call(do: Do, e: Election, *, election: Line, places: Annotated[int, Meta(ge=1, le=100)] = 1) -> None:
    """Call an election that the charter states: candidates can be nominated from now on."""
    e.election, e.places = election, places
    rule = _rule(do, e)
    e.fills, e.secret = rule.fills, rule.secret
    if rule.window is not None and not rule.window.holds(do.today):
        do.out_of_order("election-window", *rule.cite, since=rule.window.from_, until=rule.window.to)
    do.tell(*electors(do, e))


@Election.action(CALLED)
def nominate(do: Do, e: Election, *, person: party_of("person")) -> None:  # type: ignore[valid-type]
    """Nominate a candidate."""
    rule = _rule(do, e)
    if person == do.actor and not rule.nominations.self:
        do.out_of_order("not-nominated-by-oneself", *rule.cite)
    if rule.nominations.by == "elector" and do.actor not in electors(do, e):
        do.out_of_order("nominated-by-electors", *rule.cite)
    if do.parts(e, Nominee, who=person):
        do.invalid("person", "stands-already")
    do.add(e, Nominee(who=person, by=do.actor, at=do.at))
    do.tell(person)


@Election.action(CALLED)
def second(do: Do, e: Election, *, person: party_of("person")) -> None:  # type: ignore[valid-type]
    """Second a nomination, where a candidate needs that to stand."""
    rule = _rule(do, e)
    if not rule.nominations.seconds:
        do.out_of_order("seconds-not-asked")
    if rule.nominations.by == "elector" and do.actor not in electors(do, e):
        do.out_of_order("nominated-by-electors", *rule.cite)
    row = next(iter(do.parts(e, Nominee, who=person)), None)
    if row is None:
        do.invalid("person", "stands-not")
    if do.actor in (row.by, row.who, *(row.seconded_by or ())):
        do.out_of_order("second-by-another", *rule.cite)
    row.seconded_by = [*(row.seconded_by or ()), do.actor]


@Election.action(CALLED, ELECTED, to=VOTING)
def open_voting(do: Do, e: Election) -> None:
    """Close the list of candidates; those who elect vote from now on. A single candidate may be elected without a vote.

    Where a tie left places open and the vote has a phase more, open that, between those who are tied.
    """
    rule = _rule(do, e)
    if rule.system == "entered":
        do.out_of_order("election-entered", *rule.cite)
    if e.state == ELECTED:
        _further_phase(do, e, rule)
        return
    _long_enough(do, rule, e.created_at, rule.nominations.days)
    candidates = standing(e, rule, do.parts(e, Nominee))
    if not candidates:
        do.out_of_order("no-candidates", *(rule.cite if rule.nominations.seconds else ()))
    e.opened_at = do.at
    if len(candidates) <= e.places and "acclamation" in (rule.system, rule.if_one_candidate):
        do.then("election.acclaim", e)
    do.tell(*electors(do, e))


def _further_phase(do: Do, e: Election, rule: ElectionRule) -> None:
    if not has_phase_left(e, rule):
        do.out_of_order("no-phase-left", *(rule.cite if rule.voting.phases > 1 else ()))
    e.opened_at = do.at
    do.tell(*electors(do, e))


@Election.action(VOTING, to=ELECTED, platform=True)
def acclaim(do: Do, e: Election) -> None:
    """Elect the candidates without a vote: no more stand than there are places."""
    _appoint(do, e, {"votes": {}, "elected": standing(e, _rule(do, e), do.parts(e, Nominee)), "tied": []})


@Election.action(VOTING)
def vote(do: Do, e: Election, *, choices: Annotated[list[Choice], Meta(min_length=1, max_length=100)]) -> None:
    """Vote: for as many as there are places, for all whom one approves of, or in the order of one's preference, by the method.

    A further vote counts instead of the one before.
    """
    rule = _rule(do, e)
    candidates = set(standing(e, rule, do.parts(e, Nominee)))
    if unknown := sorted(set(choices) - candidates):
        do.invalid("choices", "not-one-of", known=sorted(candidates), given=unknown)
    if do.actor not in electors(do, e):
        inactivity.hold(do, _body(do, e), Matter)
        do.out_of_order("not-an-elector", *rule.cite)
    if rule.system == "plurality" and len(set(choices)) > open_places(e):
        do.out_of_order("too-many-choices", *rule.cite, most=open_places(e))
    if len(set(choices)) < len(choices) and rule.ranked:
        do.invalid("choices", "ranked-twice")
    phase = phase_of(e) if phase_of(e) > 1 else None
    do.drop(do.parts(e, ElectionBallot, who=do.actor, phase=phase))
    given = choices if rule.ranked else sorted(set(choices))
    do.add(e, ElectionBallot(who=do.actor, choices=given, at=do.at, phase=phase))
    do.secret = e.secret


@Election.action(VOTING, to=ELECTED)
def count(do: Do, e: Election) -> None:
    """Close the vote and count it. Who is elected is appointed by the same authority; a tie at the last place leaves it open."""
    rule = _rule(do, e)
    if do.dry:  # asked again after each vote, it would tell the choices
        do.out_of_order("count-not-tried")
    if e.opened_at is not None:
        _long_enough(do, rule, e.opened_at, rule.voting.days)
    ballots = cast_now(do, e)
    stand = standing(e, rule, do.parts(e, Nominee))
    result = _by_plugin(do, rule) if rule.ranked else counted(stand, ballots, open_places(e))
    _appoint(do, e, {**result, "votes": {}} if e.secret and len(ballots) < SECRET_LEAST else result)


def cast_now(do: Do, e: Election) -> list[list[str]]:
    """Return the choices of each ballot of the phase that is open."""
    phase = phase_of(e)
    return [row.choices for row in do.parts(e, ElectionBallot) if (row.phase or 1) == phase]


def _by_plugin(do: Do, rule: ElectionRule) -> dict[str, Any]:
    """Return what a plugin counted before this act (``kernel.ballot_count``), with the votes of the first step as ``votes``."""
    count = do.prepared.get("count")
    if count is None:
        do.out_of_order("not-counted", system=rule.system, why="")
    steps = count.get("steps") or [{"votes": {}}]
    return {**count, "votes": {who: int(votes) for who, votes in steps[0]["votes"].items()}}


@Election.action(CALLED, to=ELECTED)
def enter_result(
    do: Do,
    e: Election,
    *,
    elected: Annotated[list[party_of("person")], Meta(min_length=1, max_length=100)],  # type: ignore[valid-type]
    certificate: File | None = None,
) -> None:
    """Enter the result of an election that was held elsewhere, with its certificate."""
    rule = _rule(do, e)
    if rule.system != "entered":
        do.out_of_order("election-counted", *rule.cite)
    if rule.certificate and certificate is None:
        do.out_of_order("certificate-needed", *rule.cite)
    if certificate is not None:
        e.certificate, _ = do.keep(certificate, "certificate")
    _appoint(do, e, {"votes": {}, "elected": list(dict.fromkeys(elected)), "tied": []})


@Election.action(CALLED, VOTING, to="canceled")
def cancel(do: Do, e: Election, *, reason: Line) -> None:
    """Call it off."""
    do.tell(*electors(do, e))


def _long_enough(do: Do, rule: ElectionRule, since: datetime, days: int) -> None:
    first = do.local(since) + timedelta(days=days)
    if do.today < first:
        do.out_of_order("election-too-soon", *rule.cite, until=first.isoformat())


def _appoint(do: Do, e: Election, result: dict[str, Any]) -> None:
    """Keep a result and have whoever it elects appointed, or confirmed first. What the phases before elected stays."""
    rule, before, new = _rule(do, e), e.result, result["elected"]
    if before is not None:
        earlier = [*before.get("phases", ()), {name: value for name, value in before.items() if name != "phases"}]
        result = {**result, "elected": [*before["elected"], *new], "phases": earlier}
        result |= {"owed": before["owed"]} if "owed" in before else {}
    e.result = result
    waits_for = rule.confirmed_by.removeprefix(DECISION)
    if waits_for and result["elected"] and not has_phase_left(e, rule):
        e.result = {**result, "waits_for": waits_for}
    elif new and not waits_for:
        do.then("election.fill", e, persons=new)
    do.tell(*electors(do, e), *new)


@Election.action(ELECTED)
def confirm(do: Do, e: Election, *, decided: ref_to("matter")) -> None:  # type: ignore[valid-type]
    """Confirm the result by a matter about the election that passed under the decision for it, and appoint who is elected."""
    rule, result = _rule(do, e), dict(e.result or {})
    if "waits_for" not in result:
        do.out_of_order("no-confirmation-awaited")
    matter = do.get(Matter, decided)
    facts = vote_facts.of(matter)
    under = facts.rule if facts is not None else tally.rule_for(do.charter, matter.body, matter.class_)
    passed = (matter.state, matter.outcome, matter.about) == ("decided", "passed", e.id) and _since(do, matter, e.changed_at)
    if not passed or under is None or under.id != result["waits_for"]:
        do.out_of_order("election-not-confirmed", *rule.cite, decision=result["waits_for"])
    del result["waits_for"]
    e.result = result
    do.then("election.fill", e, persons=result["elected"])


def _since(do: Do, matter: Matter, at: datetime) -> bool:
    """Return whether a matter was decided then or later: a decision from before the result confirms none."""
    return matter.decided_at is not None and do.localise(matter.decided_at) >= do.localise(at)


@Election.action(ELECTED, platform=True)
def fill(do: Do, e: Election, *, persons: Annotated[list[party_of("person")], Meta(min_length=1, max_length=100)]) -> None:  # type: ignore[valid-type]
    """Appoint the first of those elected, and go on with the others.

    Whom something keeps from the place stays elected: the appointment is ``owed``, with what stops it, until somebody makes it.
    """
    person, *others = persons
    stop = appointment.stopped(do, person, e.fills)
    if not stop:
        do.then("appointment.appoint", person=person, seat=e.fills)
    else:
        result = e.result or {}
        e.result = {**result, "owed": {**result.get("owed", {}), person: stop}}
        do.note("appointment-owed", who=person)
    if others:
        do.then("election.fill", e, persons=others)

"""A committee at a glance: its instrument, its bodies, who acts for whom, what is owed, what was done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.charter.model import NOT_STATED, Charter, Instrument, Label, Parameter
from steerco.charter.proposals import proposed
from steerco.charter.versions import InForce, NotLoaded, Uncertain
from steerco.configuration.administration import subjects
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame import dates
from steerco.web.pages.frame.events import Wanted, latest
from steerco.web.pages.frame.instrument import issuer
from steerco.web.pages.frame.visit import Cite, PartyLink, Visit, visiting
from steerco.web.pages.reading.duties import URGENT, WRONG, Owed, owed
from steerco.web.pages.reading.structure import MEMBERS, BodyRow, absences, agencies_of, body_row, grants, successions

EVENTS = 10
DUTIES = 8


class BoundRow(NamedTuple):
    """A party that the charter binds: a body or role, and its people as (person, what they hold, clauses of that)."""

    label: str
    cites: list[Cite]
    people: list[tuple[PartyLink, str, list[Cite]]]
    more: int


class Fact(NamedTuple):
    """One line of the instrument's card."""

    label: str
    lines: list[str]
    cites: list[Cite]
    missing: bool = False


class Missing(NamedTuple):
    """A plugin that the configuration names and that does not run here, with the acts that are refused meanwhile: none where it
    judged none, and ``all`` where nobody knows."""

    plugin: str
    code: str
    acts: list[str]
    all: bool


@get("/t/{tenant:str}/about")
@showing
def about(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show what a committee is: its instrument, its bodies, who acts for whom."""
    with visiting(request, tenant) as visit:
        return about_page(visit)


def about_page(visit: Visit) -> Response[bytes]:
    """Return the page of a committee at a glance. Strangers of a demonstration see it first."""
    ledger = owed(visit)
    bodies = [body_row(visit, body.id) for body in visit.regime.charter.bodies]
    events, _ = latest(visit, Wanted(until=visit.midnight_after() if visit.explicit else None), EVENTS)
    return visit.render(
        "overview.html",
        "overview",
        missing=_missing(visit),
        menders=[visit.names(subject) for subject in subjects(visit.tenant.snapshot.settings.administration, "risky")],
        standing=standing(visit),
        instrument=visit.regime.charter.instrument,
        card=card(visit, visit.regime.charter),
        bodies=bodies,
        bound=_bound(visit, bodies),
        acting=successions(visit),
        absent=absences(visit),
        grants=grants(visit),
        cadences=_cadences(visit),
        silent=_silent(visit),
        house=next((layer for layer in visit.regime.layers if layer.instrument.kind == "house"), None),
        upcoming=[entry for entry in ledger if entry.state in URGENT][:DUTIES],
        missed=_latest_first([entry for entry in ledger if entry.state in WRONG])[:DUTIES],
        events=events,
    )


def _missing(visit: Visit) -> list[Missing]:
    """Return the plugins that are missing, and what each of them stops of the acts that there are here."""
    circle, say, missing = visit.tenant.snapshot.circle, visit.say, []
    for name, (fault, _) in circle.absent.items():
        closed = circle.closed(name)
        acts = sorted(say("action", act) for act in closed or () if visit.tenant.snapshot.action(act))
        missing.append(Missing(name, fault.code, acts, closed is None))
    return missing


def standing(visit: Visit) -> tuple[str, list[Cite]]:
    """Return a sentence on what is in force on the day, with the clauses that say so."""
    say = visit.say
    match visit.tenant.snapshot.standing(visit.shown):
        case InForce():
            return say("overview", "in_force"), visit.cites(visit.regime.charter.instrument.cite)
        case Uncertain(_, certain, cite):
            return say("overview", "uncertain", date=visit.date(certain)), visit.cites(cite)
        case NotLoaded(number, amended, cite):
            numbers = ", ".join((number, *amended))
            return say("overview", "not_loaded_day", number=numbers), visit.cites(cite)
    return say("overview", "nothing_day"), []


def card(visit: Visit, charter: Charter) -> list[Fact]:
    """Return the instrument's facts, and what cannot be read of it."""
    say, instrument = visit.say, charter.instrument

    def label(key: str) -> str:
        return say("overview", key)

    unreadable = "number" in instrument.unreadable
    facts_shown = [Fact(label("number"), [say("word", "unreadable") if unreadable else instrument.id], [], unreadable)]
    if unreadable:
        facts_shown.append(Fact(label("called"), [instrument.id], []))
    if instrument.date:
        facts_shown.append(Fact(label("date"), [dates.partial(say, instrument.date)], []))
    facts_shown.append(Fact(label("issuer"), [issuer(say, charter) or say("word", "not_stated")], [], not instrument.issuer))
    if instrument.place:
        facts_shown.append(Fact(label("place"), [instrument.place], []))
    facts_shown.append(Fact(label("effective"), _effective(visit, instrument), visit.cites(instrument.cite)))
    facts_shown.append(Fact(label("bases"), [_basis(visit, basis) for basis in instrument.legal_bases], []))
    facts_shown.append(Fact(label("supersedes"), _superseded(visit, instrument), []))
    facts_shown.append(Fact(label("proposers"), _named(visit, instrument.proposers), []))
    facts_shown.append(Fact(label("recipients"), _named(visit, instrument.recipients), []))
    missing = [say("unreadable", part) if say.has("unreadable", part) else part for part in instrument.unreadable]
    facts_shown.append(Fact(label("unreadable"), missing, [], True))
    return [fact for fact in facts_shown if fact.lines]


def _named(visit: Visit, named: Iterable[str | Label]) -> list[str]:
    """Return those whom a paper names: offices of the directory by their names, others as it says."""
    return [visit.names(each) if isinstance(each, str) else visit.say.of(each) for each in named]


def _effective(visit: Visit, instrument: Instrument) -> list[str]:
    say, effective = visit.say, instrument.effective
    if effective.certain:
        return [visit.date(effective.first)]
    first = max(effective.first, instrument.not_before.first) if instrument.not_before else effective.first
    lines = [say("overview", "between", first=visit.date(first), last=visit.date(effective.last))]
    if instrument.not_before:
        lines.append(say("overview", "not_before", date=dates.partial(say, instrument.not_before)))
    return lines


def _basis(visit: Visit, basis: object) -> str:
    number, title, day = getattr(basis, "number", ""), getattr(basis, "title", None), getattr(basis, "date", "")
    said = visit.say.of(title)
    numbered = any(character.isdigit() for character in number)  # a law that goes by its name has no number beside it
    parts = [number if numbered or not said else "", said, f"({dates.date_text(visit.say, day)})" if day else ""]
    missing = [visit.say("unreadable", part) for part in getattr(basis, "unreadable", ())]
    if missing:
        parts.append(f"[{visit.say('overview', 'unreadable').lower()}: {', '.join(missing)}]")
    return " ".join(part for part in parts if part)


def _superseded(visit: Visit, instrument: Instrument) -> list[str]:
    say, lines = visit.say, []
    for instrument_before in instrument.supersedes:
        parts = [f"{instrument_before.number}, {visit.date(instrument_before.date)}"]
        if instrument_before.amends:
            parts.append(say("overview", "amends", number=instrument_before.amends))
        parts.append(say("overview", "loaded" if instrument_before.loaded else "not_loaded"))
        lines.append("; ".join(parts))
    return lines


def _bound(visit: Visit, bodies: list[BodyRow]) -> list[BoundRow]:
    """Return those whom the charter names as bound, and everyone with a seat in a body that it does not name."""
    bound = [(row.who, visit.cites(row.cite)) for row in visit.regime.charter.bound]
    whole = {body.id: body for body in bodies}
    unnamed = [(body.id, body.cites) for body in bodies if body.id not in {who for who, _ in bound}]
    return [
        _seated(visit, whole[who], cites) if who in whole else _holding(visit, who, cites) for who, cites in [*bound, *unnamed]
    ]


def _seated(visit: Visit, body: BodyRow, cites: list[Cite]) -> BoundRow:
    people = [(person, seat.label, seat.cites) for seat in body.seats for person in seat.holders]
    return BoundRow(body.label, cites, people, sum(seat.more for seat in body.seats))


def _holding(visit: Visit, who: str, cites: list[Cite]) -> BoundRow:
    """Return the holders of a role or of a group's roles, heads of agencies with their agencies."""
    group = next((candidate for candidate in visit.regime.charter.groups if candidate.id == who), None)
    holders = [person for role in (group.roles if group else (who,)) for person in visit.day.holders(role)]
    people = [(visit.party(person), ", ".join(agencies_of(visit, [person])), cites) for person in holders[:MEMBERS]]
    return BoundRow(visit.names(who), cites, people, max(0, len(holders) - MEMBERS))


def _cadences(visit: Visit) -> list[tuple[str, str, str, list[Cite], list[str]]]:
    """(what, how often, who owes it, clauses, days proposed for the meetings of the year)."""
    say = visit.say
    days = proposed(visit.regime.charter.cadences, visit.shown.year, visit.tenant.snapshot.calendar)
    return [
        (
            say.of(cadence.label),
            say("every", "times", count=cadence.at_least, every=say("every", cadence.every))
            if cadence.at_least > 1
            else say("every", cadence.every),
            visit.names(cadence.holder) if cadence.holder and cadence.every != NOT_STATED else "",
            visit.cites(cadence.cite),
            [visit.date(meeting.day) for meeting in days if meeting.cadence == cadence.id],
        )
        for cadence in visit.regime.charter.cadences
    ]


def _silent(visit: Visit) -> list[tuple[str, list[Cite]]]:
    """Return the rules on which the regulation says nothing, and no layer fills."""

    def stated(rule: Parameter) -> bool:
        return any(
            parameter.name == rule.name and parameter.value != NOT_STATED
            for layer in visit.regime.layers
            for parameter in layer.rules
        )

    rules = [rule for rule in visit.regime.charter.rules if rule.value == NOT_STATED and not stated(rule)]
    return [(visit.say("rule", rule.name), visit.cites(rule.cite)) for rule in rules]


def _latest_first(entries: list[Owed]) -> list[Owed]:
    return list(reversed(entries))

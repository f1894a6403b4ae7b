"""The regulation of two days, side by side: its text, and the powers and duties that came and went between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.changes.whose_powers import Power, between
from steerco.charter.duties import duties
from steerco.charter.model import Charter, Clause, Duty
from steerco.charter.versions import InForce
from steerco.configuration.regime import Regime
from steerco.policy.diff import moved
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.values import facet
from steerco.web.pages.frame.visit import Visit, visiting
from steerco.web.pages.reading.charter import mark
from steerco.web.pages.reading.clause import duty_lines, object_name, power
from steerco.web.pages.reading.overview import standing


class ComparedText(NamedTuple):
    """A piece of a text: ``same`` stands on both sides."""

    text: str
    same: bool


class ClausePair(NamedTuple):
    """One clause on both sides; a side without it has no words."""

    cited: str
    href: str
    heading: str
    old: list[ComparedText]
    new: list[ComparedText]


class DutyPair(NamedTuple):
    """A duty that came, went or is another; a side without it has no lines."""

    label: str
    old: list[str]
    new: list[str]


class PersonTouched(NamedTuple):
    """Somebody whose powers are others, by name, with the powers in words."""

    name: str
    gained: list[str]
    lost: list[str]


@get("/t/{tenant:str}/charter/compare")
@showing
def compare(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Two days, and what differs between what was in force on them."""
    with visiting(request, tenant) as visit:
        first, second = days_compared(visit)
        old, new = replace(visit, shown=first), replace(visit, shown=second)
        gained, lost = moved(old.regime.lines, new.regime.lines)
        clauses = list(_clauses(old, new))
        changed = [pair for pair in clauses if pair.old != pair.new]
        return visit.render(
            "reading/compare.html",
            "charter",
            days={"from": visit.day_field("from", first), "to": visit.day_field("to", second)},
            titles=[(visit.date(each.shown), _title(each)) for each in (old, new)],
            versions=[(_version(visit, charter), visit.date(charter.instrument.effective.first)) for charter in _all(visit)],
            unsure=[(visit.date(each.shown), standing(each)[0]) for each in (old, new) if not _stands(each)],
            same=old.regime is new.regime,
            clauses=changed,
            unchanged=len(clauses) - len(changed),
            gained=[power(new, line) for line in gained],
            lost=[power(old, line) for line in lost],
            duties=list(_duties(old, new)),
            people=_people(visit, old, new) if visit.at_large else [],
        )


def days_compared(visit: Visit) -> tuple[date, date]:
    """Return the days asked for: by default the day before the version shown began, and the day shown."""
    first, second = visit.query.day("from"), visit.query.day("to") or visit.shown
    if first is None:
        began = [charter.instrument.effective.first for charter in _all(visit)]
        first = max(
            (day for day in began if day < second and visit.tenant.snapshot.regime_on(day) is not visit.regime), default=second
        )
    return first, second


def _stands(visit: Visit) -> bool:
    return isinstance(visit.tenant.snapshot.standing(visit.shown), InForce)


def _all(visit: Visit) -> list[Charter]:
    """Return every version of the regulation and of the house rules, in the order of time."""
    snapshot = visit.tenant.snapshot
    return sorted((*snapshot.charters, *snapshot.houses), key=lambda charter: charter.instrument.effective.first)


def _version(visit: Visit, charter: Charter) -> str:
    return visit.say.of(charter.instrument.title) or charter.instrument.id


def _title(visit: Visit) -> list[str]:
    """Return the instruments in force on the day of a look."""
    return [_version(visit, layer) for layer in (visit.regime.charter, *visit.regime.layers) if layer.instrument.kind != "law"]


def _clauses(old: Visit, new: Visit) -> Iterator[ClausePair]:
    """Yield the clauses of both sides: those of the newer in its order, then those that are gone."""
    before, after = _by_id(old.regime), _by_id(new.regime)
    for id in dict.fromkeys((*after, *before)):
        look = new if id in after else old
        was, is_ = _said(old, before.get(id)), _said(new, after.get(id))
        texts = _marked(was, is_)
        clause = after.get(id) or before[id]
        href = look.links.to("charter", id, on=look.shown.isoformat())
        yield ClausePair(look.written(id), href, look.say.of(clause.heading), *texts)


def _by_id(regime: Regime) -> dict[str, Clause]:
    layers = (layer for layer in (regime.charter, *regime.layers) if layer.instrument.kind != "law")
    return {mark(layer) + clause.id: clause for layer in layers for clause in layer.clauses}


def _said(visit: Visit, clause: Clause | None) -> str:
    """Return the wording of a clause, or its summary where the wording is not here."""
    return (clause.text or visit.say.of(clause.gloss)) if clause else ""


def _marked(old: str, new: str) -> tuple[list[ComparedText], list[ComparedText]]:
    """Return two texts in pieces, each saying whether it stands on both sides: word by word."""
    before, after = old.split(), new.split()
    left, right = list[ComparedText](), list[ComparedText]()
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if i < j:
            left.append(ComparedText(" ".join(before[i:j]), what == "equal"))
        if k < m:
            right.append(ComparedText(" ".join(after[k:m]), what == "equal"))
    return left, right


def _duties(old: Visit, new: Visit) -> Iterator[DutyPair]:
    before, after = _owed(old.regime), _owed(new.regime)
    for id in dict.fromkeys((*after, *before)):
        was = _duty(old, before[id]) if id in before else []
        is_ = _duty(new, after[id]) if id in after else []
        if was != is_:
            yield DutyPair(new.say.of((after.get(id) or before[id]).label) or id, was, is_)


def _owed(regime: Regime) -> dict[str, Duty]:
    return {duty.id: duty for layer in (regime.charter, *regime.layers) for duty in duties(layer)}


def _duty(visit: Visit, duty: Duty) -> list[str]:
    cited = "; ".join(cite.text for cite in visit.cites(duty.cite))
    return [*duty_lines(visit, duty), *([cited] if cited else [])]


def _people(visit: Visit, old: Visit, new: Visit) -> list[PersonTouched]:
    """Return who of today's people has other powers under the one than under the other."""
    directory = visit.tenant.directory(visit.session)
    return [
        PersonTouched(new.names(each.person), _powers(new, each.gained), _powers(old, each.lost))
        for each in between(directory, old.regime, new.regime, new.shown)
    ]


def _powers(visit: Visit, powers: Iterable[Power]) -> list[str]:
    say, told = visit.say, list[str]()
    for each in powers:
        type, _, kind = each.object.partition(".")
        act = say("powers", "read") if each.act == "read" else say("action", f"{type}.{each.act}")
        act = act if type != "*" else f"{act}: {object_name(visit, each.object)}"
        act = say("word", "of_kind", what=act, kind=say("kind", kind)) if kind else act
        aims = ", ".join(facet(visit, aim) for aim in each.facets.split(";") if aim != "-")
        told.append(f"{act} ({aims})" if aims else act)
    return list(dict.fromkeys(told))

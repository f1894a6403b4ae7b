"""Absences from a meeting, each with its steps: asked, consented, substitute named, opinion lodged, substitute admitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from steerco.kernel import visibility
from steerco.kernel.authority import Authority
from steerco.kernel.pipeline import asked_of
from steerco.store.listing import Filter, Order
from steerco.web.pages.frame.visit import Visit

MOST = 100
OPINION = "opinion-lodged"
"""The check that an opinion in writing was lodged."""


class AbsenceLine(NamedTuple):
    """One member who does not come. ``steps`` are (text, past | now | next); ``awaited`` is what has still to happen next, empty
    where nothing has; reason and opinion are empty for who may not read them."""

    who: str
    href: str
    reason: str
    state: str
    steps: list[tuple[str, str]]
    awaited: str
    substitute: str
    substitute_href: str
    opinion: str


def absences(visit: Visit, sight: Authority, meeting: Any) -> list[AbsenceLine]:
    """Return the absences of a meeting that the reader may see, and the substitutes."""
    requests = {each.who: each for each in _of(visit, sight, "absence-request", meeting) if each.state != "withdrawn"}
    named = {each.who: each for each in _of(visit, sight, "substitution", meeting) if each.state != "withdrawn"}
    return [_line(visit, sight, who, requests.get(who), named.get(who)) for who in dict.fromkeys([*requests, *named])]


def _of(visit: Visit, sight: Authority, type: str, meeting: Any) -> list[Any]:
    table = visit.tenant.snapshot.types.get(type)
    if table is None:
        return []
    page = visibility.page(sight, table, ["id"], None, MOST, Order("id"), [Filter("meeting", "eq", meeting.id)])
    return [visit.session.get_one(table, (visit.tenant.id, row.id)) for row in page.rows]


def _line(visit: Visit, sight: Authority, who: str, request: Any, named: Any) -> AbsenceLine:
    main = request or named
    steps, awaited = _steps(visit, sight, request, named)
    return AbsenceLine(
        visit.names(who),
        visit.links.record(main.record_type, main.ref),
        request.reason if request else "",
        visit.say.state(main.record_type, main.state),
        steps,
        awaited,
        visit.names(named.substitute) if named else "",
        visit.links.record("substitution", named.ref) if named else "",
        (named.opinion or "") if named else "",
    )


def _steps(visit: Visit, sight: Authority, request: Any, named: Any) -> tuple[list[tuple[str, str]], str]:
    """Return the steps in order, and the first that is not done: it is the present one. A refusal ends them.

    To name a substitute is open to a member and no duty, so its steps stand only where one is named; a written opinion is a step
    where a text asks for it.
    """
    say = visit.say
    refused = request is not None and request.state == "refused"
    asked = (say("work.absence", "asked"), request.created_at if request else None)
    answer = "refused" if refused else "consented"
    answered = request.answered_at if request and request.state != "requested" else None
    done = [asked, (say("work.absence", answer), answered)]
    if named is not None and not refused:
        done.append((say("work.absence", "named"), named.created_at))
        if named.lodged_at or OPINION in asked_of(sight, named, "substitution.admit"):
            done.append((say("work.absence", "opinion"), named.lodged_at))
        done.append((say("work.absence", "admitted"), named.changed_at if named.state == "admitted" else None))
    present = next((at for at, (_, when) in enumerate(done) if when is None), len(done))
    awaited = done[present][0] if present < len(done) else ""
    texts = [
        say("work.absence", "awaited", step=text) if at == present else _dated(visit, text, when)
        for at, (text, when) in enumerate(done)
    ]
    return [(text, _place(when, at, present)) for at, (text, (_, when)) in enumerate(zip(texts, done, strict=True))], awaited


def _dated(visit: Visit, text: str, when: datetime | None) -> str:
    return f"{text} {visit.date(visit.tenant.snapshot.local(when))}" if when else text


def _place(when: datetime | None, at: int, present: int) -> str:
    return "past" if when is not None else "now" if at == present else "next"

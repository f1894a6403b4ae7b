"""Pages of acts that were not done: not within one's powers, not yet.

Each says what is so, then what to do: who may, when it would be allowed, what is missing and who does it. What was typed stays in
the draft.
"""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response

from steerco.kernel.act import ActRequest
from steerco.kernel.explain import WeighedAct, question, weigh
from steerco.kernel.pipeline import Judged, applies, context
from steerco.policy.decision import Decision
from steerco.records import Action, Invalid, NotFound, OutOfOrder, Record, Stopped
from steerco.web.pages.acts.standing import Lacking, ask_address, lacking_in, stop_text, whos
from steerco.web.pages.forms.drafts import act_address
from steerco.web.pages.frame.visit import Visit
from steerco.web.pages.frame.would_change import change_text


def here_of(action: Action) -> str:
    """Return the entry of the navigation that an act's pages belong to."""
    return {"task": "task", "meeting": "meeting"}.get(action.record.record_type, "records")


def weighed(visit: Visit, action: Action, record: Record | None, request: ActRequest | None = None) -> WeighedAct | None:
    """Return the answer on an act with the input that was given; None where it cannot be told from the input."""
    asked = request or ActRequest(visit.authority.actor, action.id, visit.now, record.id if record is not None else None)
    try:
        return weigh(visit.authority, asked, question(action, asked))
    except (Invalid, NotFound):
        return None


def refused_page(
    visit: Visit, action: Action, record: Record | None, decision: Decision, given: dict[str, str], key: str = ""
) -> Response[bytes]:
    """Return the answer to an act that is not within the actor's powers (403)."""
    who = _office(visit)
    barred = not decision.because
    return visit.render(
        "acts/refused.html",
        here_of(action),
        status=403,
        act=visit.say("action", action.id),
        who=who,
        kind=visit.say("kind", given["kind"]) if given.get("kind") in action.record.kinds else "",
        record=record,
        because=visit.cites(each.clause for each in decision.because),
        barred=barred,
        may=whos(visit, decision.who_may),
        would=[change_text(visit, change) for change in decision.would_change],
        draft=_draft(visit, action, record, key),
        ask=ask_address(visit, action, record, given),
    )


def not_yet_page(
    visit: Visit, action: Action, record: Record | None, stops: Sequence[Stopped], given: dict[str, str], key: str = ""
) -> Response[bytes]:
    """Return the answer to an act that is within the actor's powers, but not now (409)."""
    required = [each for each in stops if isinstance(each, OutOfOrder) and _is_missing(action, each)]
    others = [each for each in stops if each not in required]
    said = weighed(visit, action, record)
    return visit.render(
        "acts/not_yet.html",
        here_of(action),
        status=409,
        act=visit.say("action", action.id),
        record=record,
        there=_there(visit, said.judged, stops) if said is not None and said.judged is not None else [],
        lacking=lacking_in(visit, required, record),
        why=[_obstacle(visit, each) for each in others],
        draft=_draft(visit, action, record, key),
        ask=ask_address(visit, action, record, given),
    )


def _obstacle(visit: Visit, stop: Stopped) -> Lacking:
    """Return what stands in the way, with what it rests on, unless that says the same: no clause says it then."""
    text = _stopped_text(visit, stop)
    cites = visit.cites(getattr(stop, "cites", ()))
    return Lacking(text, [each for each in cites if each.text.casefold() != text.casefold()], [])


def _is_missing(action: Action, stop: OutOfOrder) -> bool:
    """Return whether a stop is a requirement that can come to be met, and no obstacle."""
    return stop.code in action.record.checks


def _stopped_text(visit: Visit, stop: Stopped) -> str:
    return stop_text(visit, stop) if isinstance(stop, OutOfOrder) else visit.say("stop", stop.code)


def _there(visit: Visit, judged: Judged, stops: Sequence[Stopped]) -> list[str]:
    """Return what the regulation asks for first and is there, in words."""
    do = context(judged)
    rules = judged.authority.regime.procedures.get(judged.action.id, ())
    codes = dict.fromkeys(
        rule.requires for rule in rules if rule.requires in judged.action.record.checks and applies(rule, judged, do)
    )
    missing = {stop.code for stop in stops}
    texts = (visit.say("stop", code) for code in codes if code not in missing)
    return [f"{text[:1].upper()}{text[1:]}" for text in texts]


def _draft(visit: Visit, action: Action, record: Record | None, key: str) -> str:
    return act_address(visit.links, action, record.ref if record is not None else None, draft=key) if key else ""


def _office(visit: Visit) -> str:
    """Return the reader by office: the roles of the day, else the name."""
    day, person = visit.authority.day, visit.authority.actor
    roles = [role.id for role in day.charter.roles if role.id in day.roles(person)]
    return visit.names(roles[0]) if roles else visit.names(person)

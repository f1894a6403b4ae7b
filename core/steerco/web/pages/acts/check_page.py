"""The check page of an act: what is about to be done, and everything that will follow from it."""

from __future__ import annotations

from typing import Any

from litestar import Response

from steerco.following.rehearsal import Foreseen
from steerco.kernel import visibility
from steerco.records import Action, Record
from steerco.web.pages.acts.attempt import EVIDENCE, Attempt
from steerco.web.pages.acts.consequences import consequences, made_in_words
from steerco.web.pages.acts.done import remark_text
from steerco.web.pages.acts.outcomes import here_of
from steerco.web.pages.acts.standing import verb
from steerco.web.pages.forms.candidates import RecordChoices
from steerco.web.pages.forms.drafts import act_address
from steerco.web.pages.frame.values import Pair, pairs
from steerco.web.pages.frame.visit import Visit


def check_page(
    visit: Visit, tried: Attempt, foreseen: Foreseen, key: str, *, record: Record | None, about: str
) -> Response[bytes]:
    """Return the page of what is about to be done, in sentences, and everything that will follow; nothing is done yet."""
    action, request = tried.action, tried.request
    made, act = made_in_words(visit, foreseen), verb(visit, action.id)
    given = {name: value for name, value in request.input.items() if name not in ("base64",)}
    ref = record.ref if record is not None else None
    decision = foreseen.done.decision
    return visit.render(
        "acts/check.html",
        here_of(action),
        act=visit.say("action", action.id),
        label=visit.say("acts.check", "and_make", act=act, made=made) if made else act,
        record=record,
        about=about,
        given=_sentences(visit, action, given),
        files=[kept for path, all in tried.posted.files.items() if path != EVIDENCE for kept in all],
        paper=tried.posted.files.get(EVIDENCE, [])[-1:] if request.entered_by else [],
        entered_for=visit.names(request.actor) if request.entered_by else "",
        capacity=visit.names(decision.capacity) if decision.capacity else "",
        acting_for=visit.names(decision.acting_for) if decision.acting_for else "",
        cites=visit.cites(each.clause for each in decision.because),
        will=consequences(visit, action, foreseen),
        remarks=[remark_text(visit, each.code) for each in decision.remarks],
        address=act_address(visit.links, action, ref),
        edit=act_address(visit.links, action, ref, draft=key),
        key=key,
        version=request.version,
    )


def _sentences(visit: Visit, action: Action, given: dict[str, Any]) -> list[Pair]:
    """Return what was filled in, as people read it; files have their own place."""
    plain = {name: _titled(visit, action, name, value) for name, value in given.items() if not _is_file(value)}
    return pairs(visit, action.record.record_type, plain)


def _titled(visit: Visit, action: Action, name: str, value: Any) -> Any:
    """Return the record that a value names, by its title and reference; any other value as it is."""
    marks = action.marks.get(name) or action.marks.get(f"{name}_", {})
    for type in marks.get("refers", "").split() if isinstance(value, str) else ():
        record = visibility.find(visit.authority, visit.tenant.snapshot.types[type], value)
        if record is not None:
            return RecordChoices(visit, visit.authority).labelled(record).label
    return value


def _is_file(value: Any) -> bool:
    one = value[0] if isinstance(value, list) and value else value
    return isinstance(one, dict) and {"name", "base64"} <= one.keys()

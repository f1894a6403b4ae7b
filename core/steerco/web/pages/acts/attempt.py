"""One act as a form asks for it: what was posted becomes a request, the request is tried or done."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from steerco.configuration.tenant import Tenant
from steerco.following.rehearsal import Foreseen, rehearse
from steerco.kernel import on_behalf, visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.records import Action, File, Invalid, Reason, Record, Stopped, reason
from steerco.store.fair_lock import Busy
from steerco.store.idempotency import answer_to
from steerco.web.pages.acts.acting_for import POSSIBLE, chosen_capacity, judged, others
from steerco.web.pages.acts.confirming import at_once, level
from steerco.web.pages.forms.desk import FormDesk
from steerco.web.pages.forms.drafts import good_key
from steerco.web.pages.forms.meaning import to_input
from steerco.web.pages.forms.posted import KeptFile, Posted
from steerco.web.pages.frame.visit import Visit

CONFIRM, PREVIEW, MINE = "confirm", "preview", "mine"
"""The steps of a form that are this room's: do it after the check page, only try it, use one's own on the newer version."""
EVIDENCE = "evidence"
OWN = ("capacity", "for", EVIDENCE)
"""The fields that an act's form has beside those of its input."""

Outcome = Done | Foreseen | Stopped | Busy


@dataclass(frozen=True)
class Attempt:
    """One act that somebody asks for by a form. ``known``: the form's act was done before; ``parent`` is the record from whose
    page an act that makes another began."""

    tenant: Tenant
    request: ActRequest
    action: Action
    posted: Posted
    step: str
    known: bool = False
    parent: tuple[str, str] | None = None

    def carry_out(self) -> Outcome:
        """Do the act, or try it where it is to be looked at first."""
        try:
            if self.step == PREVIEW:
                return self._tried()
            if self.step != CONFIRM and not self.known and not at_once(self.action, self.request):
                foreseen = self._tried()
                if level(self.action, self.request, foreseen) == "check":
                    return foreseen
            return perform(self.tenant, self.request)
        except (Stopped, Busy) as stopped:
            return stopped

    def _tried(self) -> Foreseen:
        return rehearse(self.tenant, replace(self.request, key=None))


def attempt(visit: Visit, action: Action, record: Record | None, posted: Posted, step: str) -> Attempt:
    """Return the act that a form asks for. Raises ``Invalid`` with everything that does not fit, by path."""
    desk = FormDesk(visit, action, record)
    meaning = to_input(desk, posted, OWN)
    errors: dict[str, Reason] = dict(meaning.errors)
    request = _for_whom(visit, action, record, posted, errors)
    try:
        capacity = chosen_capacity(visit, posted.text("capacity")) if request.entered_by is None else None
    except Invalid as invalid:
        capacity, errors = None, {**errors, **invalid.fields}
    if errors:
        raise Invalid(errors)
    assert visit.reader is not None
    key = good_key(posted)
    request = replace(request, input=meaning.input, capacity=capacity, version=posted.version, key=key)
    known = answer_to(visit.session, visit.reader.person, key) is not None
    return Attempt(visit.tenant, request, action, posted, step, known, _parent(visit, action, record, meaning.input))


def _for_whom(visit: Visit, action: Action, record: Record | None, posted: Posted, errors: dict[str, Reason]) -> ActRequest:
    """Return the request of the reader's own act, or of one entered for another, with the paper that says so."""
    assert visit.reader is not None
    by, on = visit.reader.sign_in, record.id if record is not None else None
    own = ActRequest(visit.reader.person, action.id, visit.now, on, token=by)
    whose = posted.text("for")
    if not whose:
        if judged(visit, action, record).place not in POSSIBLE and others(visit, action, record):
            errors["for"] = reason("whose-act")
        return own
    if whose not in dict(others(visit, action, record)):
        errors["for"] = reason("not-for-them")
        return own
    kept = posted.files.get(EVIDENCE, [])
    if not kept:
        errors[EVIDENCE] = reason("note-needed") if on_behalf.by_word(visit.authority, action, whose) else reason("paper-needed")
        return own
    return replace(own, actor=whose, entered_by=visit.reader.person, evidence=_file(visit, kept[-1]))


def _file(visit: Visit, kept: KeptFile) -> File:
    with visit.tenant.files.open(visit.tenant.id, kept.digest) as file:
        return File(kept.name, base64=b64encode(file.read()).decode())


def _parent(visit: Visit, action: Action, record: Record | None, given: Mapping[str, object]) -> tuple[str, str] | None:
    """Return (type, reference) of the record that a new one belongs to; None for an act on a record."""
    if record is not None:
        return None
    for name, marks in action.marks.items():
        named = given.get(name.rstrip("_"))
        for type in marks.get("refers", "").split() if isinstance(named, str) else ():
            found = visibility.find(visit.authority, visit.tenant.snapshot.types[type], str(named))
            if found is not None:
                return type, found.ref
    return None


def result_of(visit: Visit, key: str) -> Done | None:
    """Return what came of the form with this key, if its act was done."""
    answer = answer_to(visit.session, visit.reader.person, key) if visit.reader is not None and key else None
    return msgspec.json.decode(answer, type=Done) if answer is not None else None

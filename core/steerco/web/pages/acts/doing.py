"""The page of one act: its form, the check page, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.configuration.installation import NoTenant
from steerco.following.rehearsal import Foreseen
from steerco.kernel import visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done
from steerco.records import NEW, Action, Conflict, Invalid, NotFound, OutOfOrder, Reason, Record, Refused, Stopped
from steerco.store.fair_lock import Busy
from steerco.web.http.auth import service_of
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.sign_in import SignInNeeded, check_form
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.acts.acting_for import head_of_form, judged
from steerco.web.pages.acts.attempt import CONFIRM, EVIDENCE, MINE, OWN, Attempt, Outcome, attempt, result_of
from steerco.web.pages.acts.check_page import check_page
from steerco.web.pages.acts.conflict import CHANGED, conflict_page
from steerco.web.pages.acts.consequences import declared
from steerco.web.pages.acts.outcomes import here_of, not_yet_page, refused_page, weighed
from steerco.web.pages.acts.record import found
from steerco.web.pages.acts.standing import verb
from steerco.web.pages.forms.desk import FormDesk
from steerco.web.pages.forms.drafts import (
    SCRIPTED,
    act_address,
    finish,
    good_key,
    keep,
    keep_after_end,
    new_key,
    opened,
    receive_files,
)
from steerco.web.pages.forms.form import form_of
from steerco.web.pages.forms.meaning import begun, to_input
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.forms.rows import stepped
from steerco.web.pages.frame.links import address
from steerco.web.pages.frame.values import title_of
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

AGAIN = "key-reused"


@dataclass(frozen=True)
class ActPath:
    """What the address of an act's page names."""

    tenant: str
    type: str
    action: str
    ref: str | None = None


@get("/t/{tenant:str}/records/{type:str}/do/{action:str}")
@showing
def act_form_new(request: Anywhere, tenant: FromPath[str], type: FromPath[str], action: FromPath[str]) -> Response[bytes]:
    """The form of an act that makes a record."""
    return _opened(request, ActPath(tenant, type, action))


@get("/t/{tenant:str}/records/{type:str}/{id:str}/do/{action:str}")
@showing
def act_form(
    request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str], action: FromPath[str]
) -> Response[bytes]:
    """The form of an act on a record."""
    return _opened(request, ActPath(tenant, type, action, id))


@post("/t/{tenant:str}/records/{type:str}/do/{action:str}")
@acting
def do_act_new(
    request: Anywhere, tenant: FromPath[str], type: FromPath[str], action: FromPath[str], body: RawBody
) -> Response[bytes]:
    """Make a record by an act."""
    return _sent(request, ActPath(tenant, type, action), body)


@post("/t/{tenant:str}/records/{type:str}/{id:str}/do/{action:str}")
@acting
def do_act(
    request: Anywhere, tenant: FromPath[str], type: FromPath[str], id: FromPath[str], action: FromPath[str], body: RawBody
) -> Response[bytes]:
    """Act on a record."""
    return _sent(request, ActPath(tenant, type, action, id), body)


ROUTES: tuple[Any, ...] = (act_form_new, act_form, do_act_new, do_act)


def _named(visit: Visit, path: ActPath) -> tuple[Action, Record | None]:
    """Return the act of an address and the record that it is on. Raises ``RequestError``, the same for whatever is not there."""
    kind = visit.tenant.snapshot.types.get(path.type)
    action = kind.acts().get(path.action) if kind is not None else None
    if action is None or (path.ref is None and not action.creates) or (path.ref is not None and action.states == (NEW,)):
        raise nothing_here()
    return action, found(visit, path.type, path.ref) if path.ref is not None else None


def _opened(request: Anywhere, path: ActPath) -> Response[bytes]:
    """Answer a form that is opened: the form, or at once why it is nobody's to fill in."""
    with visiting(request, path.tenant) as visit:
        if visit.reader is None:
            raise SignInNeeded
        action, record = _named(visit, path)
        key = visit.query.text("draft", 64)
        draft = opened(visit, key, action, record.ref if record is not None else None)
        if draft is None and key and (done := result_of(visit, key)) is not None:
            return _to_result(visit, done, None)
        desk = FormDesk(visit, action, record)
        posted, tried = draft or (begun(desk), False)
        if (stopped := _barred(visit, action, record, posted)) is not None:
            return stopped
        errors = to_input(desk, posted, OWN).errors if tried else {}
        return _form_page(desk, posted, key if draft else new_key(), errors)


def _barred(visit: Visit, action: Action, record: Record | None, posted: Posted) -> Response[bytes] | None:
    """Return why an act can be done by nobody whom the reader acts for; None where a form is worth filling in."""
    head = head_of_form(visit, action, record)
    if head.others or (head.own and judged(visit, action, record).place in ("ready", "input")):
        return None
    given = _texts(posted)
    asked = ActRequest(visit.authority.actor, action.id, visit.now, record.id if record is not None else None)
    input = to_input(FormDesk(visit, action, record), posted).input
    said = weighed(visit, action, record, replace(asked, input=input)) or weighed(visit, action, record)
    if said is None:
        return None
    if said.decision.outcome == "refused":
        return refused_page(visit, action, record, said.decision, given)
    return not_yet_page(visit, action, record, said.missing, given)


def _texts(posted: Posted) -> dict[str, str]:
    """Return what is filled in and short, to fill in a question with it."""
    values = {
        name.removeprefix("with."): texts[-1] for name, texts in posted.fields.items() if name.startswith("with.") and texts
    }
    return {name: text for name, text in values.items() if text and len(text) <= 80 and "-" not in name}


def _form_page(
    desk: FormDesk, posted: Posted, key: str, errors: dict[str, Reason], *, status: int = 200, note: str = ""
) -> Response[bytes]:
    """Return the form of an act, with what was filled in so far and what is wrong with it."""
    visit, action, record = desk.visit, desk.action, desk.record
    head = head_of_form(visit, action, record)
    form = form_of(desk, posted, key, errors)
    ref = record.ref if record is not None else None
    response = visit.render(
        "acts/form.html",
        here_of(action),
        status=422 if errors and status == 200 else status,
        act=verb(visit, action.id),
        action=action,
        record=record,
        about=_about(visit, record),
        form=form,
        by=head,
        chosen=posted.text("capacity") or (head.capacities[0].name if head.capacities else ""),
        whose=posted.text("for"),
        papers=posted.files.get(EVIDENCE, []),
        wrong={name: visit.say.reason(why) for name, why in errors.items() if name in ("for", EVIDENCE, "capacity")},
        will=declared(visit, action, record),
        address=act_address(visit.links, action, ref),
        note=note,
    )
    response.headers["Content-Security-Policy"] = SCRIPTED
    return response


def _about(visit: Visit, record: Record | None) -> str:
    """Return the title of the record that the act is on."""
    if record is None:
        return ""
    content = {column: getattr(record, column) for column in record.columns()}
    return title_of(visit, record.record_type, content) or visit.say("type", record.record_type)


def _sent(request: Anywhere, path: ActPath, body: bytes) -> Response[bytes]:
    """Answer a form that was sent: a step of it, the check page, what came of the act."""
    posted = read_form(request, body)
    try:
        with visiting(request, path.tenant) as visit:
            if visit.reader is None:
                raise SignInNeeded
            tried = _begun(visit, path, posted)
    except SignInNeeded:
        return _after_end(request, path, posted)
    if isinstance(tried, Response):
        return tried
    outcome = tried.carry_out()
    with visiting(request, path.tenant) as visit:
        return _answered(visit, path, tried, outcome)


def _begun(visit: Visit, path: ActPath, posted: Posted) -> Attempt | Response[bytes]:
    """Return the act that a form asks for, or the answer to a step that is none yet."""
    assert visit.reader is not None
    action, record = _named(visit, path)
    desk = FormDesk(visit, action, record)
    try:
        check_form(visit.reader, posted.token)
    except RequestError:
        return _form_page(desk, posted, new_key(), {}, status=403, note=visit.say("acts.form", "foreign"))
    step, version = posted.step[0], posted.version
    if step in (CONFIRM, MINE):
        draft = opened(visit, posted.key, action, record.ref if record is not None else None)
        if draft is None:
            done = result_of(visit, posted.key)
            return _to_result(visit, done, None) if done is not None else _form_page(desk, begun(desk), new_key(), {})
        posted = draft[0]
        posted.fields["version"] = [str(version)] if version is not None else []
    else:
        receive_files(visit, action, posted, also=(EVIDENCE,))
        if (element := stepped(posted, desk.shapes)) is not None:
            return _to_draft(visit, desk, posted, element)
    try:
        return attempt(visit, action, record, posted, step)
    except Invalid as invalid:
        key = _kept(desk, posted, tried=True)
        return _form_page(desk, posted, key, dict(invalid.fields))


def _to_draft(visit: Visit, desk: FormDesk, posted: Posted, element: str) -> Response[bytes]:
    """Keep a form that goes on, and lead to its draft."""
    try:
        key = keep(desk, posted)
    except Busy as busy:
        return _busy(desk, posted, good_key(posted), busy)
    target = act_address(visit.links, desk.action, desk.record.ref if desk.record is not None else None, draft=key)
    return _see_other(f"{target}#{element}" if element else target)


def _kept(desk: FormDesk, posted: Posted, *, tried: bool) -> str:
    """Keep what was sent, as far as the writer has time for it: the page that follows holds all of it but the files."""
    try:
        return keep(desk, posted, tried=tried)
    except Busy:
        return good_key(posted)


def _busy(desk: FormDesk, posted: Posted, key: str, busy: Busy) -> Response[bytes]:
    """Return the form as it was sent, where too much waits (503): nothing was done, and when to send it again, with the same
    key."""
    note = desk.say("acts.stopped", "busy", seconds=busy.retry_after)
    answer = _form_page(desk, posted, key, {}, status=503, note=note)
    answer.headers["Retry-After"] = str(busy.retry_after)
    return answer


def _answered(visit: Visit, path: ActPath, tried: Attempt, outcome: Outcome) -> Response[bytes]:
    """Show what came of an act."""
    assert visit.reader is not None
    if isinstance(outcome, Done):
        if opened(visit, tried.posted.key, tried.action, path.ref) is not None:
            finish(visit, tried.posted.key)
        return _to_result(visit, outcome, tried.parent)
    if isinstance(outcome, NotFound):
        raise nothing_here()
    action, record = _named(visit, path)
    desk, key = FormDesk(visit, action, record), tried.request.key or ""
    if isinstance(outcome, Busy):
        return _busy(desk, tried.posted, key, outcome)
    key = _kept(desk, tried.posted, tried=isinstance(outcome, Invalid))
    given = _texts(tried.posted)
    if isinstance(outcome, Foreseen):
        return check_page(visit, tried, outcome, key, record=record, about=_about(visit, record))
    if isinstance(outcome, Invalid):
        return _form_page(desk, tried.posted, key, dict(outcome.fields))
    if isinstance(outcome, Refused):
        return refused_page(visit, action, record, outcome.decision, given, key)
    if isinstance(outcome, Conflict) and outcome.code == CHANGED and record is not None:
        return conflict_page(visit, action, record, outcome, tried.request.input, key)
    if isinstance(outcome, Conflict) and outcome.code == AGAIN:
        return _form_page(desk, tried.posted, new_key(), {}, status=409, note=visit.say("acts.form", "sent_before"))
    return not_yet_page(visit, action, record, _stops(visit, tried, record, outcome), given, key)


def _stops(visit: Visit, tried: Attempt, record: Record | None, outcome: Stopped) -> list[Stopped]:
    """Return everything that an act lacks; what stopped it alone where its requirements are met."""
    said = weighed(visit, tried.action, record) if tried.request.entered_by is None else None
    return [*said.missing] if said is not None and said.missing and isinstance(outcome, OutOfOrder) else [outcome]


def _to_result(visit: Visit, done: Done, parent: tuple[str, str] | None) -> Response[bytes]:
    """Lead to the record of an act that is done, or to that from whose page it began."""
    type, ref = parent or (done.type, done.ref)
    if visibility.find(visit.authority, visit.tenant.snapshot.types[type], ref) is None:  # made for others to see
        return _see_other(visit.links.to("records", type, done=done.seq))
    return _see_other(visit.links.to("records", type, ref, done=done.seq) + "#done")


def _after_end(request: Anywhere, path: ActPath, posted: Posted) -> Response[bytes]:
    """Answer a form whose sign-in ended in the midst of it: kept for the same account, else shown to be copied."""
    try:
        tenant = service_of(request).installation.tenant(path.tenant)
    except NoTenant:  # a stranger is not told which committees there are
        raise SignInNeeded from None
    kind = tenant.snapshot.types.get(path.type)
    action = kind.acts().get(path.action) if kind is not None else None
    target = keep_after_end(request, tenant, action, path.ref, posted) if action is not None else ""
    if not target:
        raise SignInNeeded
    return _see_other(address("/sign-in", {"to": target}))


def _see_other(target: str) -> Response[bytes]:
    return Response(b"", status_code=303, headers={"Location": target}, media_type="text/html")

"""Entering for another: the paper once (its scan, number and day, whose it is), then the acts that it says.

A rule of the committee decides who may (``kernel.on_behalf``), and each act is judged as that of whose it is. The paper lies in a
draft of the clerk's own; each act that is chosen becomes a form with the paper and the person filled in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath, RawBody
from msgspec import convert, to_builtins

from steerco.charter.rules import effective
from steerco.kernel import on_behalf, visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.places import place_of, placed_on
from steerco.records import NEW, Action, File, Record
from steerco.store import drafts
from steerco.store.files import TooLarge
from steerco.store.listing import Filter, Order
from steerco.store.tables import Draft
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import SignInNeeded, check_form
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.acts.attempt import EVIDENCE
from steerco.web.pages.acts.standing import verb
from steerco.web.pages.admin.desk import led
from steerco.web.pages.forms.desk import FormDesk
from steerco.web.pages.forms.drafts import act_address, keep, new_key
from steerco.web.pages.forms.posted import KeptFile, Posted, read_form
from steerco.web.pages.frame.dates import DayUnreadable, read_day
from steerco.web.pages.frame.problems import PageInstead
from steerco.web.pages.frame.values import title_of
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

PAPER = "enter"
"""What stands in the place of an act in the draft of a paper."""
MOST = 12
"""So many records of a type are looked at, the newest."""
LONG = 120


class EnteredAct(NamedTuple):
    """An act that may be entered: its button's value and its words."""

    value: str
    label: str


class RecordActs(NamedTuple):
    """A record with the acts on it that may be entered."""

    title: str
    ref: str
    type: str
    href: str
    acts: list[EnteredAct]


class SignedPaper(NamedTuple):
    """A paper that was handed in: its scan, its number, its day, and whose it is."""

    key: str
    person: str
    number: str
    signed: str
    file: KeptFile


@get("/t/{tenant:str}/enter")
@showing
def enter(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Which paper is this?"""
    with visiting(request, tenant) as visit:
        _require_entering(visit)
        return _form(visit, Posted())


def _require_entering(visit: Visit) -> None:
    """Raise the refusal where no rule lets the reader enter for others: who may, and by which clause."""
    if visit.reader is None:
        raise SignInNeeded
    if on_behalf.enters_for_others(visit.authority):
        return
    rule = effective(on_behalf.RULE, (visit.regime.charter, *visit.regime.layers), {})
    who = visit.names(str(rule.value)) if rule.stated else ""
    people = visit.names.of(visit.authority.who(str(rule.value)).people) if rule.stated else []
    cites = visit.cites(rule.cite) if rule.stated else []
    raise PageInstead(_shown(visit, "enter_refused", 403, who=who, people=people, cites=cites))


def _shown(visit: Visit, template: str, status: int = 200, **content: Any) -> Response[bytes]:
    response = visit.render(f"admin/{template}.html", "enter", **content)
    response.status_code = max(status, response.status_code or 200)
    return response


def _form(visit: Visit, posted: Posted, wrong: dict[str, str] | None = None, status: int = 200) -> Response[bytes]:
    given = {name: posted.text(name) for name in ("number", "signed", "whose")}
    return _shown(visit, "enter", status, given=given, wrong=wrong or {}, persons=_persons(visit))


def _persons(visit: Visit) -> list[tuple[str, str]]:
    """Return the members for whom some rule lets the reader enter acts."""
    assert visit.reader is not None
    day, reader = visit.authority.day, visit.reader.person
    members = dict.fromkeys(person for body in visit.regime.charter.bodies for person in day.members(body.id))
    probe = next(iter(_creating(visit)), None)
    found = [
        (person, visit.names(person))
        for person in members
        if person != reader and probe is not None and _may_enter(visit, person, probe, None)
    ]
    return sorted(found, key=lambda pair: pair[1].casefold())


def _creating(visit: Visit) -> Iterator[Action]:
    """Yield the acts that make a record and do not change who is who."""
    for kind in visit.tenant.snapshot.types.values():
        if not kind.directory:
            yield from (action for action in kind.acts().values() if action.creates)


def _may_enter(visit: Visit, person: str, action: Action, record: Record | None) -> bool:
    assert visit.reader is not None
    asked = ActRequest(person, action.id, visit.now, record.id if record is not None else None, entered_by=visit.reader.person)
    authority = Authority(visit.tenant, visit.session, person, visit.now)
    spoken = on_behalf.by_word(authority, action, person)  # nobody signs a paper for what is said
    return not spoken and on_behalf.refusal(authority, asked, action, asking=True) is None


@post("/t/{tenant:str}/enter", status_code=200)
@acting
def take_paper(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Keep the paper, and lead to the acts that may be entered by it."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        _require_entering(visit)
        if expired := visit.expired(posted.token):
            return _form(visit, posted, {"": expired}, 403)
        kept = _received(visit, posted)
        if isinstance(kept, dict):
            return _form(visit, posted, kept, 422)
        return led(visit.links.to("enter", kept))


def _received(visit: Visit, posted: Posted) -> str | dict[str, str]:
    """Return the key under which the paper is kept, or what is wrong with it, by field."""
    assert visit.reader is not None
    say, wrong = visit.say, {}
    number, whose = posted.text("number"), posted.text("whose")
    if whose not in dict(_persons(visit)):
        wrong["whose"] = say("admin.enter", "no_person")
    if not number or len(number) > LONG:
        wrong["number"] = say("admin.enter", "no_number")
    signed: date | None = None
    try:
        signed = read_day(posted.text("signed"), visit.today, visit.tenant.snapshot.calendar)
    except DayUnreadable as unreadable:
        wrong["signed"] = say.reason(unreadable.reason)
    upload = next(iter(posted.uploads), None)
    if upload is None or not upload.content:
        wrong["paper"] = say("admin.enter", "no_paper")
    if wrong or upload is None or signed is None:
        return wrong
    name = f"{number}, {signed:%d.%m.%Y}, {upload.file_name}".replace("/", "-").replace("\\", "-")[:200]
    if unfit := File(name, text="something").wrong():
        return {"number": say.reason(unfit)}
    try:
        digest = visit.tenant.files.put(visit.tenant.id, upload.content)
    except TooLarge as large:
        return {"paper": say("admin.enter", "too_large", most=large.limit // 1024**2)}
    kept = KeptFile(name, digest, len(upload.content))
    return _keep(visit, SignedPaper(new_key(), whose, number, signed.isoformat(), kept))


def _keep(visit: Visit, paper: SignedPaper) -> str:
    assert visit.reader is not None
    draft = Draft(
        id=paper.key,
        account=visit.reader.account,
        person=visit.reader.person,
        action=PAPER,
        record=None,
        version=None,
        tried=0,
        fields={"whose": [paper.person], "number": [paper.number], "signed": [paper.signed]},
        files={EVIDENCE: [to_builtins(paper.file)]},
    )
    with visit.tenant.store.write(visit.tenant.id) as session:
        drafts.save(session, draft, visit.now)
    return paper.key


def _paper(visit: Visit, key: str) -> SignedPaper:
    """Return the reader's own paper. Raises ``RequestError`` where there is none."""
    draft = drafts.find(visit.session, visit.reader.account, key, visit.now) if visit.reader else None
    if draft is None or draft.action != PAPER:
        raise nothing_here()
    fields = {name: values[0] for name, values in draft.fields.items()}
    file = convert(draft.files[EVIDENCE][0], KeptFile)
    return SignedPaper(key, fields["whose"], fields["number"], fields["signed"], file)


@get("/t/{tenant:str}/enter/{paper:str}")
@showing
def entered_acts(request: Anywhere, tenant: FromPath[str], paper: FromPath[str]) -> Response[bytes]:
    """The acts that may be entered by a paper."""
    with visiting(request, tenant) as visit:
        _require_entering(visit)
        return _acts_page(visit, _paper(visit, paper))


def _acts_page(visit: Visit, paper: SignedPaper) -> Response[bytes]:
    authority = Authority(visit.tenant, visit.session, paper.person, visit.now)
    return _shown(
        visit,
        "enter_acts",
        paper=paper,
        who=visit.names(paper.person),
        signed=visit.date(date.fromisoformat(paper.signed)),
        making=list(_making(visit, authority, paper.person)),
        records=list(_on_records(visit, authority, paper.person)),
        action=visit.links.to("enter", paper.key),
    )


def _making(visit: Visit, authority: Authority, person: str) -> Iterator[EnteredAct]:
    for action in _creating(visit):
        if place_of(authority, action, visit.now).place in ("ready", "input") and _may_enter(visit, person, action, None):
            yield EnteredAct(f"act:{action.id}", verb(visit, action.id))


def _on_records(visit: Visit, authority: Authority, person: str) -> Iterator[RecordActs]:
    """Yield the newest records of each type on which the person may do something that the reader may enter."""
    for name, kind in visit.tenant.snapshot.types.items():
        if kind.directory:
            continue
        states = [state for state in kind.states if any(state in act.states for act in kind.acts().values())]
        page = visibility.page(authority, kind, ["id"], None, MOST, Order("id", True), [Filter("state", "in", states)])
        for row in page.rows:
            record = visibility.find(visit.authority, kind, row.id)  # only what the clerk may see too
            if record is None:
                continue
            acts = list(_acts_on(visit, authority, person, record))
            if acts:
                title = title_of(visit, name, {column: getattr(record, column) for column in record.columns()})
                yield RecordActs(
                    title or visit.say("type", name),
                    record.ref,
                    visit.say("type", name),
                    visit.links.record(name, record.ref),
                    acts,
                )


def _acts_on(visit: Visit, authority: Authority, person: str, record: Record) -> Iterator[EnteredAct]:
    with authority.keeping_ties():
        for action in type(record).acts().values():
            if action.states == (NEW,) or record.state not in action.states:
                continue
            fits = placed_on(authority, action, record, visit.now).place in ("ready", "input")
            if fits and _may_enter(visit, person, action, record):
                yield EnteredAct(f"act:{action.id}={record.ref}", verb(visit, action.id))


@post("/t/{tenant:str}/enter/{paper:str}", status_code=200)
@acting
def enter_act(request: Anywhere, tenant: FromPath[str], paper: FromPath[str], body: RawBody) -> Response[bytes]:
    """Lead to the form of an act with the paper and the person filled in."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        _require_entering(visit)
        assert visit.reader is not None
        check_form(visit.reader, posted.token)
        kept = _paper(visit, paper)
        step, chosen = posted.step
        id, _, ref = chosen.partition("=")
        action = visit.tenant.snapshot.action(id) if step == "act" else None
        if action is None:
            return _acts_page(visit, kept)
        record = visibility.find(visit.authority, action.record, ref) if ref else None
        if ref and record is None:
            raise nothing_here()
        form = Posted({"for": [kept.person], "key": [new_key()]}, {EVIDENCE: [kept.file]})
        key = keep(FormDesk(visit, action, record), form)
        return led(act_address(visit.links, action, record.ref if record is not None else None, draft=key))


ENTER = (enter, take_paper, entered_acts, enter_act)

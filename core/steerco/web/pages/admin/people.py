"""People, seats and appointments: who holds what, the acts that change it, and a table (CSV) of many at once.

Each change is an ordinary act, judged by the policy like any other. A table is looked at first, with what is wrong by line; then
all of it is done or none. One mistake is undone by the kernel's own act: an appointment entered today is taken back by ending it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath, RawBody
from msgspec import convert, to_builtins
from sqlalchemy import select

from steerco.committee.members.appointment import Appointment
from steerco.config.findings import Finding
from steerco.config.read import NotText, decoded
from steerco.kernel import visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done
from steerco.kernel.together import Halted, OneByOne, perform_together
from steerco.operations import people_table
from steerco.operations.entering import enter
from steerco.operations.onboarding import OnboardingAct, acts
from steerco.operations.stopped_words import why
from steerco.records import Stopped
from steerco.store import drafts, folding
from steerco.store.tables import Draft
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import SignInNeeded, check_form
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.acts.acting_for import judged
from steerco.web.pages.acts.outcomes import refused_page
from steerco.web.pages.acts.standing import verb
from steerco.web.pages.admin.desk import led, shown
from steerco.web.pages.admin.findings import FindingView, TextLine, views
from steerco.web.pages.forms.drafts import new_key
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.dates import read_day
from steerco.web.pages.frame.pager import cut
from steerco.web.pages.frame.problems import PageInstead
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

TABLE, ENTERED = "people-table", "entered"
"""What stands in the place of an act in the draft of a table, and the field with what it did once it was entered."""
SIZE = 30
ENTERING = ("person.add", "appointment.appoint", "office.add", "agency.add")
LARGEST = 1_000_000


class Holds(NamedTuple):
    """An appointment in the list, and where it is ended (empty: by others)."""

    who: str
    place: str
    since: str
    until: str
    href: str
    end: str


class TableLine(NamedTuple):
    """What one line of a table does, in words, and where it is taken back once it is done."""

    line: int
    text: str
    follows: list[str]
    undo: str


@get("/t/{tenant:str}/admin/people")
@showing
def people_page(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show who holds what, and the ways to change it."""
    with visiting(request, tenant) as visit:
        _require_entering(visit)
        return _list(visit)


def _may(visit: Visit, id: str) -> bool:
    action = visit.tenant.snapshot.action(id)
    return action is not None and judged(visit, action, None).place in ("ready", "input")


def _require_entering(visit: Visit) -> None:
    """Raise the refusal of a reader who may enter neither persons nor appointments: who may, and by which clause."""
    if visit.reader is None:
        raise SignInNeeded
    if any(_may(visit, id) for id in ENTERING):
        return
    action = visit.tenant.snapshot.action("appointment.appoint")
    assert action is not None  # core's own
    decision = judged(visit, action, None).decision
    if decision is None:
        raise nothing_here()
    raise PageInstead(refused_page(visit, action, None, decision, {}))


def _list(visit: Visit, found: list[FindingView] | None = None, status: int = 200) -> Response[bytes]:
    assert visit.reader is not None
    sought = visit.query.text("q", 100)
    rows = [row for row in _holdings(visit) if not sought or folding.holds(f"{row.who} {row.place}", sought)]
    links = [
        (verb(visit, id), visit.links.to("records", id.partition(".")[0], "do", id.partition(".")[2]))
        for id in ENTERING
        if _may(visit, id)
    ]
    heads = [visit.say("admin.people", f"column_{column}") for column in people_table.COLUMNS]
    both = _may(visit, "person.add") and _may(visit, "appointment.appoint")
    part = cut(visit, rows, SIZE, ("admin", "people"), {"q": sought})
    return shown(
        visit,
        "people",
        status,
        shown=part,
        q=sought,
        links=links,
        heads=heads,
        both=both,
        found=found or [],
        most=people_table.MOST,
    )


def _holdings(visit: Visit) -> list[Holds]:
    """Return the appointments that count today and that the reader may see, by name."""
    own, today = Appointment.tenant_id == visit.tenant.id, visit.today
    rows = list(visit.session.scalars(select(Appointment).where(own, Appointment.from_ <= today)))
    rows = [row for row in rows if row.to is None or row.to >= today]
    seen = visibility.among(visit.authority, Appointment, [row.id for row in rows])
    ends = Appointment.actions["end"]
    may_end = _may_end(visit, rows, ends)
    found = [
        Holds(
            visit.names(row.person),
            visit.names(row.seat or row.office or ""),
            visit.date(row.from_),
            visit.date(row.to),
            visit.links.record("appointment", row.ref),
            visit.links.to("records", "appointment", row.ref, "do", "end") if may_end else "",
        )
        for row in rows
        if row.id in seen
    ]
    return sorted(found, key=lambda each: each.who.casefold())


def _may_end(visit: Visit, rows: list[Appointment], action: Any) -> bool:
    """Return whether the reader may end appointments: judged on one, since a list judges none of its rows."""
    others = [row for row in rows if visit.reader is None or row.person != visit.reader.person]
    return bool(others) and visit.authority.may(others[0], action.name)


# A table


@post("/t/{tenant:str}/admin/people", status_code=200)
@acting
def take_table(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Take a table in, and lead to what it would do."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        _require_entering(visit)
        assert visit.reader is not None
        check_form(visit.reader, posted.token)
        text = _table_text(posted)
        if isinstance(text, Finding):
            return _list(visit, views(visit.say, [text], {}, []), 422)
        return led(visit.links.to("admin", "people", _keep(visit, text, posted.text("key"))))


def _table_text(posted: Posted) -> str | Finding:
    """Return the text that was handed in or typed, or what is wrong with it."""
    upload = next((each for each in posted.uploads if each.content), None)
    if upload is None:
        typed = posted.fields.get("text", [""])[-1]
        return typed if typed.strip() else Finding("", 0, "no-file", "no table was handed in")
    if len(upload.content) > LARGEST:
        return Finding("", 0, "table-long", "is larger than a megabyte")
    try:
        return decoded(upload.content, "").replace("\r\n", "\n").replace("\r", "\n")
    except NotText as error:
        return error.finding


def _keep(visit: Visit, text: str, key: str) -> str:
    assert visit.reader is not None
    before = drafts.find(visit.session, visit.reader.account, key, visit.now)
    id = key if before is not None and before.action == TABLE else new_key()
    draft = Draft(
        id=id,
        account=visit.reader.account,
        person=visit.reader.person,
        action=TABLE,
        record=None,
        version=None,
        tried=0,
        fields={"text": [text]},
        files={},
    )
    with visit.tenant.store.write(visit.tenant.id) as session:
        drafts.save(session, draft, visit.now)
    return id


@get("/t/{tenant:str}/admin/people/{key:str}")
@acting
def table_page(request: Anywhere, tenant: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """Show what a table would do: tried as a whole, and nothing of it kept."""
    with visiting(request, tenant) as visit:
        _require_entering(visit)
        return TablePage(visit, key).shown()


@post("/t/{tenant:str}/admin/people/{key:str}", status_code=200)
@acting
def do_table(request: Anywhere, tenant: FromPath[str], key: FromPath[str], body: RawBody) -> Response[bytes]:
    """Do everything that a table says, or nothing."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        _require_entering(visit)
        page = TablePage(visit, key)
        if visit.expired(posted.token):
            return page.shown(403)
        return page.done()


class TablePage:
    """One table: its text, the acts that it means, and what is wrong with it."""

    def __init__(self, visit: Visit, key: str) -> None:
        self.visit, self.key = visit, key
        draft = drafts.find(visit.session, self._account(), key, visit.now)
        if draft is None or draft.action != TABLE:
            raise nothing_here()
        self.text, self.entered = str(draft.fields["text"][0]), draft.fields.get(ENTERED, [])
        self.lines = self.text.split("\n")
        calendar = visit.tenant.snapshot.calendar
        self.people, self.findings = people_table.read(
            self.text, people_table.known_on(visit.authority.day), lambda text: read_day(text, visit.today, calendar)
        )
        self.acts = list(acts(self.people, visit.today))

    def shown(self, status: int = 200) -> Response[bytes]:
        """Return the page of what would be done, or of what is wrong, line by line; of what was done, once it is."""
        if self.entered:
            return self._finished(convert(self.entered, list[TableLine]))
        found = views(self.visit.say, self.findings, {"": self.text}, [])
        done: list[Done] = []
        if not found:
            done, found = self._tried()
        lines = [] if found else self._told(done)
        code = 422 if found and status == 200 else status
        return shown(
            self.visit,
            "people_table",
            code,
            key=self.key,
            found=found,
            lines=lines,
            text=self.text,
            finished=False,
            action=self.visit.links.to("admin", "people", self.key),
        )

    def done(self) -> Response[bytes]:
        """Do all of it. A repeat of the same table gives the same answer."""
        if self.entered:
            return self._finished(convert(self.entered, list[TableLine]))
        if self.findings:
            return self.shown()
        try:
            done = perform_together(self.visit.tenant, self._requests())
        except (Halted, OneByOne):
            return self.shown(409)
        lines = self._told(done)
        with self.visit.tenant.store.write(self.visit.tenant.id) as session:
            draft = drafts.find(session, self._account(), self.key, self.visit.now)
            if draft is not None:
                draft.fields = {**draft.fields, ENTERED: to_builtins(lines)}
        return self._finished(lines)

    def _account(self) -> str:
        return self.visit.reader.account if self.visit.reader else ""

    def _finished(self, lines: list[TableLine]) -> Response[bytes]:
        action = self.visit.links.to("admin", "people")
        return shown(self.visit, "people_table", key=self.key, found=[], lines=lines, text="", finished=True, action=action)

    def _requests(self) -> list[ActRequest]:
        assert self.visit.reader is not None
        who, at = self.visit.reader.person, self.visit.now
        return [
            ActRequest(who, act.action, at, input=act.input, key=f"{self.key}-{number}") for number, act in enumerate(self.acts)
        ]

    def _tried(self) -> tuple[list[Done], list[FindingView]]:
        """Try all of it; where lines are stopped, tell each, less those that rest on one that was."""
        assert self.visit.reader is not None
        done, stopped = enter(self.visit.tenant, self.acts, self.visit.reader.person, self.visit.now, dry_run=True)
        return done, sorted((self._stopped(*row) for row in stopped), key=lambda each: each.line)

    def _stopped(self, act: OnboardingAct, error: Stopped | None) -> FindingView:
        say = self.visit.say
        told = why(error, say, self.visit.names) if error else say("admin.people", "one_by_one")
        line = TextLine(act.line, self.lines[act.line - 1][:300], True) if act.line else None
        return FindingView("", "", act.line, told, "", "", True, [line] if line else [])

    def _told(self, done: list[Done]) -> list[TableLine]:
        return [self._line(act, each) for act, each in zip(self.acts, done, strict=False)]

    def _line(self, act: OnboardingAct, done: Done) -> TableLine:
        visit, say = self.visit, self.visit.say
        follows = [f"{verb(visit, each.action)}: {each.ref}" for each in done.followed]
        if act.action == "person.add":
            return TableLine(act.line, say("admin.people", "adds", who=act.input["name"]), follows, "")
        who = next((row.name.vi for row in self.people.persons if row.id == act.input["person"]), "")
        place = visit.names(str(act.input.get("seat") or act.input.get("office")))
        text = say(
            "admin.people",
            "appoints",
            who=who or visit.names(act.input["person"]),
            place=place,
            day=visit.date(act.input["from"]),
        )
        undo = visit.links.to("records", "appointment", done.ref, "do", "end") if not done.dry else ""
        return TableLine(act.line, text, follows, undo)


PEOPLE = (people_page, take_table, table_page, do_table)

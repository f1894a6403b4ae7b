"""Reports that somebody is called upon to give: by a template for a period, on a meeting's eve, or once on request.

One report is one addressee's: it has a state, a day and a return of its own. What may be called for and by whom is the charter's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from steerco.charter import periods
from steerco.charter.model import NOT_STATED, Template
from steerco.charter.templates import due_on as due_by
from steerco.charter.templates import templates
from steerco.committee.documents.transmission import Enclosure, Transmission
from steerco.committee.traits.addressed import Addressed, Files, enclose, put, reopen, reply
from steerco.committee.work.programme import Period
from steerco.committee.work.report_figures import ReportFigure, Values, ask, fill
from steerco.records import Do, Facet, Held, Line, Part, Parties, Party, Relation, Text, party, ref_to, refers, written

OPEN = ("called", "drafted", "returned")
"""The states in which it waits for its addressee."""
RECEIVED = ("filed", "accepted")
SUMMED = "summed-up"
"""The facet value of a report that sums up others."""


class CalledFrom(Facet):
    """From whom a report is called: from one, or from several at once."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        if record is not None and record.state != "new":
            return super().of_request({}, record, parties)
        every = dict.fromkeys((*([given["agency"]] if given.get("agency") else []), *(given.get("to") or ())))
        return super().of_request({self.field: list(every)}, None, parties)


class CalledFor(Facet):
    """What a report is for: the round before a meeting, a template's period, or a request of its own."""

    def of_request(self, given: Mapping[str, Any], record: Any, parties: Parties) -> list[frozenset[str]]:
        has = {"round": "meeting", "template": "template"}
        aims = (aim for aim, name in has.items() if given.get(name) or getattr(record, name, None))
        return [frozenset({f"{self.name}={next(aims, 'request')}"})]


class CalledReport(Addressed, type="report", states="called drafted filed returned accepted", prefix="R"):
    """``agency`` is the agency that reports (of a member, the member's), ``meeting`` the one it is for. ``text`` says what is
    asked, ``answer`` is the report, ``received`` the document in which it came over a channel. ``sort`` says whether it is one
    report or sums up others.
    """

    template: Mapped[str | None]
    period: Mapped[str | None]
    agency: Mapped[str | None] = party()
    meeting: Mapped[str | None] = refers("meeting")
    sort: Mapped[str]
    proposals: Mapped[str | None] = written()
    received: Mapped[str | None] = refers("transmission")
    accepted_on: Mapped[date | None]
    accepted_by: Mapped[str | None] = party()
    reason: Mapped[str | None]

    addressee = Relation("addressee", Held("to"), concerns=True)
    to_ = CalledFrom("to", "to", of="party", values=("agency", "person"))
    sort_ = Facet("sort", "sort", values=("one", SUMMED))
    for_ = CalledFor("for", "template", values=("round", "template", "request"))

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the text as it stands, and each figure by its label, as far as it is filled in."""
        if action not in ("draft", "file"):
            return {}
        rows = sorted(content.get("figures", ()), key=lambda row: int(row["position"]))
        values = {row["label"].get("vi") or row["label"].get("en"): _shown(row) for row in rows}
        return {"values": values, "text": content.get("answer"), "proposals": content.get("proposals")}


Index(None, CalledReport.tenant_id, CalledReport.template, CalledReport.period, CalledReport.id)


class ReportReturn(Part, of="report", name="returns"):
    """The report was given back, with the reason."""

    report: Mapped[str]
    reason: Mapped[str]
    filed_on: Mapped[date | None]
    by: Mapped[str] = party()
    at: Mapped[datetime]


class ReportFile(Part, of="report", name="files"):
    """A file of the report, kept by its digest (SHA-256); ``size`` in bytes."""

    report: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


def _shown(row: Mapping[str, Any]) -> str:
    """Return a figure as it is written into a form."""
    if row["number"] is None:
        return str(row["text"] or "")
    if row["sort"] == "flag":
        return "yes" if row["number"] else "no"
    return f"{row['number']:g}"


@CalledReport.action(to="called")
def call(
    do: Do,
    r: CalledReport,
    *,
    template: Line | None = None,
    period: Period | None = None,
    agency: Party | None = None,
    to: Annotated[list[Party], Meta(max_length=200)] = [],  # noqa: B006  # a msgspec default
    due_on: date | None = None,
    title: Line | None = None,
    text: Text | None = None,
    meeting: ref_to("meeting", states={"meeting": "planned convened"}) | None = None,  # type: ignore[valid-type]
    body: Party | None = None,
) -> None:
    """Call for a report: from one agency or person, or from several, each of whom gets a report of its own."""
    every = list(dict.fromkeys((*([agency] if agency else []), *to)))
    if not every:
        do.invalid_fields({"agency": "required-without-list", "to": "required-without-agency"})
    form = _form(do, template, period)
    if form is None and title is None:
        do.invalid("title", "required-without-template")
    if due_on is not None and due_on < do.today:
        do.invalid("due_on", "before-today")
    r.template, r.period, r.meeting, r.sort = template, period, meeting, "one"
    _once(do, r, every[0])
    if form is not None:
        title = title or form.label.vi or form.label.en
        due_on = due_on or _due(do, form, period)
    put(do, r, every[0], title=title or "", text=text, due_on=due_on)
    r.agency = r.to if do.parties.sort(r.to) == "agency" else do.parties.agency(r.to) or None
    if form is not None:
        ask(do, r, form)
    for other in every[1:]:
        more = {"template": template, "period": period, "due_on": r.due_on, "title": title, "text": text, "meeting": meeting}
        do.then("report.call", agency=other, body=r.body, **{name: value for name, value in more.items() if value is not None})


def _form(do: Do, template: str | None, period: str | None) -> Template | None:
    """Return the template that is called for, which must be one for such a period."""
    if template is None:
        return None
    known = templates((do.charter, *do.layers))
    form = known.get(template)
    if form is None:
        do.invalid("template", "not-one-of", known=sorted(known))
    if form.every != NOT_STATED:
        if period is None:
            do.invalid("period", "required-for-template", every=form.every)
        if periods.parse(period).every != form.every:
            do.invalid("period", "not-of-template", every=form.every)
    return form


def _due(do: Do, form: Template, period: str | None) -> date | None:
    """Return the day that the template sets, which has to be ahead."""
    day = due_by(form, period or "", do.calendar)
    if day is not None and day < do.today:
        do.invalid("due_on", "day-of-template-passed", day=day.isoformat())
    return day


def _once(do: Do, r: CalledReport, who: str) -> None:
    """Stop where the same is called for from the same already: one report for each template and period, or for each meeting."""
    if r.template or r.meeting:
        same = do.find(CalledReport, template=r.template, period=r.period, meeting=r.meeting, to=who)
        if any(each is not r for each in same):
            do.out_of_order("already-called", to=who)


@CalledReport.action(*OPEN, awaited="called returned")
def draft(
    do: Do,
    r: CalledReport,
    *,
    values: Values = {},  # noqa: B006  # a msgspec default
    text: Text | None = None,
    proposals: Text | None = None,
) -> None:
    """Write a report, wholly or in part; what is filled in stays until it is changed."""
    _write(do, r, values, text, proposals, whole=False)
    if r.state == "called":
        r.state = "drafted"


@CalledReport.action(*OPEN, to="filed", clocked=True)
def file(
    do: Do,
    r: CalledReport,
    *,
    values: Values = {},  # noqa: B006  # a msgspec default
    text: Text | None = None,
    proposals: Text | None = None,
    files: Files = [],  # noqa: B006
    received: ref_to("transmission", states={"transmission": "received"}) | None = None,  # type: ignore[valid-type]
) -> None:
    """File the report: every figure that it asks for is there, or what is missing is named. One that came from another committee
    over a channel is filed by naming it."""
    if received is not None:
        text = text or _taken(do, r, received)
    _write(do, r, values, text, proposals, whole=True)
    if not do.parts(r, ReportFigure) and not r.answer and not files:
        do.invalid("text", "text-or-files")
    enclose(do, r, ReportFile, files)
    reply(do, r, r.answer)
    do.tell(*_assisting(do, r.body))
    r.reason = None


def _taken(do: Do, r: CalledReport, received: str) -> str:
    """Take the files of a document that was received into the report, and return its words."""
    came = do.get(Transmission, received)
    if came.kind != "report" or came.state != "received":
        do.invalid("received", "no-report-received")
    for file in do.parts(came, Enclosure):
        do.add(r, ReportFile(file_name=file.file_name, digest=file.digest, size=file.size))
    r.received = came.id
    return came.text or came.title


def _assisting(do: Do, body: str) -> list[str]:
    """Return the bodies that assist a body, or the one who heads it: they take in what is reported."""
    served = {body, *(role.id for role in do.charter.roles if role.body == body)}
    return [each.id for each in do.charter.bodies if each.assists in served]


def _write(do: Do, r: CalledReport, values: Values, text: str | None, proposals: str | None, *, whole: bool) -> None:
    rows = do.parts(r, ReportFigure)
    if values and not rows:
        do.invalid("values", "no-figures-asked")
    fill(do, rows, values, whole=whole)
    r.answer, r.proposals = text or r.answer, proposals or r.proposals


@CalledReport.action("filed", to="returned")
def return_(do: Do, r: CalledReport, *, reason: Line, due_on: date | None = None) -> None:
    """Give it back, to be filed anew, by a new day where one is named. Each reason stays on record, and what was written too."""
    written = r.answer
    do.add(r, ReportReturn(reason=reason, filed_on=r.answered_on, by=do.actor, at=do.at))
    reopen(do, r, due_on)
    r.answer, r.reason = written, reason


@CalledReport.action("filed", to="accepted")
def accept(do: Do, r: CalledReport) -> None:
    """Take it in as it is; from now on it does not change."""
    r.accepted_on, r.accepted_by = do.today, do.me(r.body)
    do.tell(r.to)

"""Who attended the meetings of a year: per member how often they came, were excused, stayed away; as the duty ledger has it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.charter.duties import duties
from steerco.charter.events import ATTENDANCE_BOOKED
from steerco.kernel import duty_ledger
from steerco.kernel.duty_ledger import visible_to
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.visit import Visit, only_if, visiting

STATES = ("done", "waived", "missed", "overdue", "due")


class AttendanceRow(NamedTuple):
    """A member with how many meetings stand in each state, in the order of :data:`STATES`."""

    who: str
    counts: list[int]


@get("/t/{tenant:str}/attendance")
@showing
def attendance(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show who attended the meetings of a year."""
    with visiting(request, tenant) as visit:
        only_if(visit.has_part)
        year = visit.query.number("year", visit.today.year, 9999)
        links = [visit.links.to("attendance", year=str(each)) for each in (year - 1, year + 1)]
        return visit.render(
            "work/attendance.html",
            "meetings",
            year=year,
            rows=_rows(visit, year),
            heads=[visit.say("duty-state", state) for state in STATES],
            before=links[0] if year > visit.tenant.snapshot.spans()[0].since.year else "",
            after=links[1] if year < visit.today.year else "",
        )


def _rows(visit: Visit, year: int) -> list[AttendanceRow]:
    """Return a row for each member who was to attend a meeting of the year, as far as the reader may see it."""
    own = {
        duty.id for span in visit.tenant.snapshot.spans() for duty in duties(span.charter) if ATTENDANCE_BOOKED in duty.done_by
    }
    sees, counted = visible_to(visit.authority), defaultdict[str, Counter[str]](Counter)
    for entry in duty_ledger.entries(visit.tenant, visit.session, visit.today):
        if entry.duty in own and entry.due_on is not None and entry.due_on.year == year and sees(entry):
            counted[entry.holder][entry.state] += 1
    rows = [AttendanceRow(visit.names(who), [counts[state] for state in STATES]) for who, counts in counted.items()]
    return sorted(rows, key=lambda row: row.who)

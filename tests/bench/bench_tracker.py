"""The tracker of reports over a hundred agencies: with a hundred thousand reports in the tenant, against a thousand.

Both show one period, so the same hundred rows and their figures; through the whole application, signed in, asked in turn.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Table, insert
from tests.bench.many import CHUNK
from tests.bench.rows import Row, at_most, interleaved
from tests.web.conftest import NATIONAL
from tests.web.stage import Committee, Stage

from steerco.committee.work.report import CalledReport
from steerco.committee.work.report_figures import ReportFigure

AGENCIES, SMALL = 100, 1_000
BIG = max(int(100_000 * float(os.environ.get("STEERCO_BENCH_SCALE", "1"))), 5_000)
TEMPLATE, INDICATORS = "e-government-quarter", ("online-services-level-4", "files-processed-online", "systems-on-platform")
ROUNDS, BAR = 15, 2.0
AT = datetime(2021, 1, 5, 2, tzinfo=UTC)
NEWEST = (2020, 4)


def run() -> list[Row]:
    """The row of this bench."""
    with ExitStack() as stack:
        pages = [stack.enter_context(_tracked(size)) for size in (SMALL, BIG)]
        few, many = interleaved(pages, ROUNDS)
    return [at_most(f"the tracker, {AGENCIES} agencies, {BIG:,} reports : {SMALL:,}", many * 1e3, "ms", many / few, BAR)]


class _tracked:
    """A committee with so many reports; called, it shows the newest period."""

    def __init__(self, size: int) -> None:
        self.stage, self.size = Stage(), size

    def __enter__(self) -> _tracked:
        self.stage.http.__enter__()
        self.committee = Committee(self.stage, NATIONAL)
        _write(self.committee, self.size)
        self()
        return self

    def __exit__(self, *raised: object) -> None:
        self.stage.http.__exit__(None, None, None)
        self.stage.installation.store.close()

    def __call__(self) -> None:
        year, quarter = NEWEST
        path = self.committee.path("reports")
        given = self.committee.as_("chair").get(path, params={"lang": "en", "period": f"{year}-Q{quarter}"})
        assert f"{AGENCIES} of {AGENCIES} reports have been filed." in given.text, given.text[:500]


def _write(committee: Committee, size: int) -> None:
    reports, figures = CalledReport.__table__, ReportFigure.__table__
    assert isinstance(reports, Table)
    assert isinstance(figures, Table)
    with committee.tenant.store.operator_connection() as connection:
        for start in range(0, size, CHUNK):
            numbers = range(start, min(start + CHUNK, size))
            connection.execute(insert(reports), [_report(committee.tenant.id, number) for number in numbers])
            connection.execute(insert(figures), [row for n in numbers for row in _figures(committee.tenant.id, n)])


def _report(tenant_id: int, number: int) -> dict[str, Any]:
    back = number // AGENCIES  # so many quarters before the newest
    last = NEWEST[0] * 4 + NEWEST[1] - 1 - back
    agency = f"agency-{number % AGENCIES}"
    return {
        "tenant_id": tenant_id, "id": f"0175{number:028x}", "ref": f"R-2020-{number:06}", "body": "committee", "state": "filed",
        "version": 1, "author": "thu-tuong", "author_as": "chair", "created_at": AT, "changed_at": AT, "template": TEMPLATE,
        "period": f"{last // 4}-Q{last % 4 + 1}", "agency": agency, "sort": "one", "title": "Report", "to": agency,
        "due_on": date(2021, 1, 15), "answered_on": date(2021, 1, 10), "answered_by": agency,
    }  # fmt: skip


def _figures(tenant_id: int, number: int) -> Iterator[dict[str, Any]]:
    for position, indicator in enumerate(INDICATORS):
        yield {
            "tenant_id": tenant_id, "id": f"0174{number * 4 + position:028x}", "report": f"0175{number:028x}",
            "position": position, "indicator": indicator, "label": {"en": indicator}, "sort": "percent", "target": 80.0,
            "better": "more", "optional": False, "number": float(number * 7 % 100),
        }  # fmt: skip

"""The pages that read the charter and the log, by address."""

from __future__ import annotations

from typing import Any

from steerco.web.pages.reading.annex import annex_page
from steerco.web.pages.reading.answers import answers
from steerco.web.pages.reading.ask import ask
from steerco.web.pages.reading.charter import charter
from steerco.web.pages.reading.clause import clause
from steerco.web.pages.reading.compare import compare
from steerco.web.pages.reading.compliance import compliance
from steerco.web.pages.reading.draft import draft
from steerco.web.pages.reading.duties import duties
from steerco.web.pages.reading.log import log, log_csv
from steerco.web.pages.reading.matrix import matrix
from steerco.web.pages.reading.overview import about
from steerco.web.pages.reading.past import past
from steerco.web.pages.reading.people import people, person
from steerco.web.pages.reading.powers import powers
from steerco.web.pages.reading.search import search

READING: tuple[Any, ...] = (
    about,
    charter,
    compare,
    annex_page,
    answers,
    past,
    draft,
    clause,
    duties,
    compliance,
    powers,
    matrix,
    ask,
    log,
    log_csv,
    people,
    person,
    search,
)

"""The annex of an amendment as one page in both languages, to be printed: between two days, or what an amendment would bring."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from steerco.changes.amending import AnnexOnRequest, annex_of
from steerco.changes.annex import annex
from steerco.committee.work.amendment import Amendment
from steerco.configuration.regime import Regime
from steerco.i18n import languages
from steerco.kernel import visibility
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.visit import Visit, only_if, visiting
from steerco.web.pages.reading.compare import days_compared


@get("/t/{tenant:str}/charter/annex")
@showing
def annex_page(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Show what each office gains, loses and owes, clause by clause, in every language side by side."""
    with visiting(request, tenant) as visit:
        reference = visit.query.text("amendment", 80)
        shown = _of_amendment(visit, reference) if reference else AnnexOnRequest(annex(*_of_days(visit)))
        return visit.render("reading/annex.html", "charter", tongues=languages(), amendment=reference, **shown._asdict())


def _of_days(visit: Visit) -> tuple[Regime, Regime]:
    first, second = days_compared(visit)
    snapshot = visit.tenant.snapshot
    return snapshot.regime_on(first), snapshot.regime_on(second)


def _of_amendment(visit: Visit, reference: str) -> AnnexOnRequest:
    """Return the annex of an amendment, by what is in force today. No such page where there is no such amendment."""
    found = visibility.find(visit.authority, visit.tenant.snapshot.types["amendment"], reference)
    only_if(isinstance(found, Amendment))
    assert isinstance(found, Amendment)
    return annex_of(visit.service.installation, visit.tenant, visit.session, found, visit.today)

"""The annex of an amendment as one page in both languages, to be printed: between two days, or what an amendment would bring."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from steerco.changes.amending import KeptAnnex, effect, kept_annex
from steerco.changes.annex import AmendmentAnnex, annex
from steerco.configuration.snapshot import Regime
from steerco.i18n import languages
from steerco.kernel import visibility
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import showing
from steerco.web.pages.frame.visit import Visit, only_if, visiting
from steerco.web.pages.reading.compare import days_compared


@get("/t/{tenant:str}/charter/annex")
@showing
def annex_page(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """What each office gains, loses and owes, clause by clause, in every language side by side."""
    with visiting(request, tenant) as visit:
        reference = visit.query.text("amendment", 80)
        found, kept = _of_amendment(visit, reference) if reference else (annex(*_of_days(visit)), None)
        return visit.render("reading/annex.html", "charter", annex=found, tongues=languages(), amendment=reference, kept=kept)


def _of_days(visit: Visit) -> tuple[Regime, Regime]:
    first, second = days_compared(visit)
    snapshot = visit.tenant.snapshot
    return snapshot.regime_on(first), snapshot.regime_on(second)


def _of_amendment(visit: Visit, reference: str) -> tuple[AmendmentAnnex, KeptAnnex | None]:
    """The annex that an amendment's record keeps; before it is attached, that of the regime in use and the one that its files
    would bring. No such page where it has none that load."""
    found = visibility.find(visit.authority, visit.tenant.snapshot.types["amendment"], reference)
    only_if(found is not None)
    kept = kept_annex(visit.tenant, visit.session, found)  # type: ignore[arg-type]  # an amendment, as its type says
    if kept is not None:
        return kept.annex, kept
    brings = effect(visit.service.installation, visit.tenant, visit.session, found, visit.now).after  # type: ignore[arg-type]  # as above
    only_if(brings is not None)
    assert brings is not None
    return annex(visit.regime, brings.regime(brings.charters[-1])), None

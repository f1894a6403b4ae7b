"""The annex of an amendment as one page in both languages, to be printed: between two days, or what an amendment would bring."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from steerco.changes.amending import effect
from steerco.changes.annex import annex
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
        old, new = _of_amendment(visit, reference) if reference else _of_days(visit)
        found = annex(old, new)
        return visit.render(
            "reading/annex.html", "charter", annex=found, tongues=languages(), amendment=reference, same=old is new
        )


def _of_days(visit: Visit) -> tuple[Regime, Regime]:
    first, second = days_compared(visit)
    snapshot = visit.tenant.snapshot
    return snapshot.regime_on(first), snapshot.regime_on(second)


def _of_amendment(visit: Visit, reference: str) -> tuple[Regime, Regime]:
    """The regime in use and the one that the files of an amendment would bring. No such page where it has none that load."""
    found = visibility.find(visit.authority, visit.tenant.snapshot.types["amendment"], reference)
    only_if(found is not None)
    brings = effect(visit.service.installation, visit.tenant, visit.session, found, visit.now).after  # type: ignore[arg-type]  # an amendment, as its type says
    only_if(brings is not None)
    assert brings is not None
    return visit.regime, brings.regime(brings.charters[-1])

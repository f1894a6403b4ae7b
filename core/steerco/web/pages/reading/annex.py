"""The annex of an amendment as one page in both languages, to be printed: between two days, or what an amendment would bring."""

from __future__ import annotations

from typing import NamedTuple

from litestar import Response, get
from litestar.params import FromPath

from steerco.changes.amending import KeptAnnex, brought, kept_annex
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
        shown = _of_amendment(visit, reference) if reference else _ShownAnnex(annex(*_of_days(visit)))
        return visit.render("reading/annex.html", "charter", tongues=languages(), amendment=reference, **shown._asdict())


class _ShownAnnex(NamedTuple):
    """An annex, what the record keeps of it, and what is wrong with the files that it is read off."""

    annex: AmendmentAnnex | None
    kept: KeptAnnex | None = None
    wrong: tuple[str, ...] = ()


def _of_days(visit: Visit) -> tuple[Regime, Regime]:
    first, second = days_compared(visit)
    snapshot = visit.tenant.snapshot
    return snapshot.regime_on(first), snapshot.regime_on(second)


def _of_amendment(visit: Visit, reference: str) -> _ShownAnnex:
    """The annex that an amendment's record keeps; before it is attached, that of the regime in use and the one that its files
    would bring, of files with errors as far as they load. No such page where there is no such amendment."""
    found = visibility.find(visit.authority, visit.tenant.snapshot.types["amendment"], reference)
    only_if(found is not None)
    kept = kept_annex(visit.tenant, visit.session, found)  # type: ignore[arg-type]  # an amendment, as its type says
    if kept is not None:
        return _ShownAnnex(kept.annex, kept)
    draft = brought(visit.service.installation, visit.tenant, visit.session, found, partly=True)  # type: ignore[arg-type]  # as above
    shown = annex(visit.regime, draft.after.regime(draft.after.charters[-1])) if draft.after else None
    return _ShownAnnex(shown, wrong=draft.wrong)

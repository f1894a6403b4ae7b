"""The annex of an amendment over HTTP: what it changes by office and clause, with the old and the new clause.

It says what its page says: between two days, or what the files of an amendment would bring; the one that the amendment's record
keeps, once there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from litestar import Response, get
from litestar.params import FromPath
from msgspec import Struct

from steerco.changes.amending import annex_of
from steerco.changes.annex import AmendmentAnnex, annex
from steerco.committee.work.amendment import Amendment
from steerco.kernel.visibility import find
from steerco.policy.line import READ
from steerco.records import reason
from steerco.web.api.questions import check_not_too_far
from steerco.web.http.auth import Caller, entered
from steerco.web.http.problems import Anywhere, RequestError
from steerco.web.http.requests import QueryParams
from steerco.web.http.responses import tagged
from steerco.web.http.worker_pool import showing


class AnnexFile(Struct, frozen=True):
    """The file of the amendment's record that holds the annex: its name, its SHA-256, and what it was made for (``submitted`` or
    ``adopted``)."""

    file_name: str
    digest: str
    made_for: str


class AnnexShown(Struct, frozen=True):
    """An annex, and the ``file`` in which an amendment's record keeps it; none where it was read off the texts just now.

    ``wrong``: what is wrong with files of which it was read as far as they load.
    """

    annex: AmendmentAnnex
    file: AnnexFile | None = None
    wrong: tuple[str, ...] = ()


@get("/annex")
@showing
def annex_answered(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """Answer what each office gains, loses and owes, clause by clause: of an amendment, or from one day to another."""
    params = QueryParams(request)
    with entered(request, tenant) as caller:
        caller.must(READ)
        name, first, last = params.name("amendment") or "", params.day("from"), params.day("to")
        params.no_day("from-and-to")
        params.done()
        days = {"from": first, "to": last}
        if name:
            _check_alone(days)
            return tagged(request, _of_amendment(caller, name))
        check_not_too_far(caller, **days)
        return tagged(request, _of_days(caller, first, last))


def _check_alone(days: Mapping[str, date | None]) -> None:
    """Check that no day is given beside an amendment. Raises ``RequestError``."""
    if wrong := {name: reason("not-with-amendment") for name, day in days.items() if day is not None}:
        raise RequestError(422, "bad-parameter", fields=wrong)


def _of_days(caller: Caller, first: date | None, last: date | None) -> AnnexShown:
    if first is None:
        raise RequestError(422, "bad-parameter", fields={"from": reason("required")})
    snapshot = caller.tenant.snapshot
    last = last or snapshot.local(caller.now)
    if last < first:
        raise RequestError(422, "bad-parameter", fields={"to": reason("ends-before-it-begins")})
    return AnnexShown(annex(snapshot.regime_on(first), snapshot.regime_on(last)))


def _of_amendment(caller: Caller, name: str) -> AnnexShown:
    """Return the annex of an amendment. Raises ``RequestError``: 404 where the caller sees none, 422 where no file of it
    loads."""
    amendment = find(caller.authority(), caller.tenant.snapshot.types["amendment"], name)
    if not isinstance(amendment, Amendment):
        raise RequestError(404, "no-such-path")
    today = caller.tenant.snapshot.local(caller.now)
    found = annex_of(caller.service.installation, caller.tenant, caller.session, amendment, today)
    if found.annex is None:
        wrong = reason("files-do-not-load", why="; ".join(found.wrong))
        raise RequestError(422, "bad-parameter", fields={"amendment": wrong})
    kept = found.kept
    return AnnexShown(found.annex, AnnexFile(kept.file_name, kept.digest, kept.made_for) if kept else None, found.wrong)


ROUTES = (annex_answered,)
RESERVED = frozenset({"annex"})
"""The word that stands where a record type would."""

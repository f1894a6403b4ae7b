"""Who may look after a committee's configuration, and the one answer to everybody else.

``[administration]`` of the tenant's settings names them. Whoever may apply only what decides nothing sees all of it, and is told
before anything is typed where a change takes more.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response

from steerco.configuration import administration
from steerco.configuration.risk import Weight
from steerco.policy.decision import Who
from steerco.store.tenant_status import standing
from steerco.web.pages.frame.navigation import ADMIN
from steerco.web.pages.frame.problems import PageInstead
from steerco.web.pages.frame.visit import Cite, Visit


class Desk(NamedTuple):
    """An administrator at work: the person, the account, and whether changes that decide something are theirs to apply."""

    person: str
    account: str
    token: str
    risky: bool

    def may(self, weight: Weight) -> bool:
        return self.risky or weight == "harmless"


class WhoMay(NamedTuple):
    """Who may apply changes of a weight, in words: each by office, with the persons who hold it, and why."""

    weight: Weight
    who: list[tuple[str, list[str]]]
    why: Cite


def allowed(visit: Visit, weight: Weight) -> WhoMay:
    """Return who may apply changes of this weight."""
    able = administration.may(visit.tenant.snapshot, visit.day, visit.regime, weight)
    return WhoMay(weight, [_named(visit, who) for who in able], visit.cite(administration.ORDER))


def _named(visit: Visit, who: Who) -> tuple[str, list[str]]:
    return visit.names(who.subject), visit.names.of(who.people)


def desk_of(visit: Visit) -> Desk:
    """Return the reader's desk. Raises ``PageInstead`` with the refusal where the reader is no administrator."""
    reader = visit.reader
    if reader is None:
        raise PageInstead(refusal(visit, "harmless"))

    def may(weight: Weight) -> bool:
        return administration.decide(visit.tenant, visit.session, reader.person, weight, visit.today).allowed

    if not may("harmless"):
        raise PageInstead(refusal(visit, "harmless"))
    return Desk(reader.person, reader.account, reader.form_token, may("risky"))


def risky_desk(visit: Visit) -> Desk:
    """Return the reader's desk. Raises ``PageInstead`` where changes that decide something are not theirs to apply."""
    desk = desk_of(visit)
    if not desk.risky:
        raise PageInstead(refusal(visit, "risky"))
    return desk


def refusal(visit: Visit, weight: Weight, kept: str = "") -> Response[bytes]:
    """Return the page that says that this is not the reader's to do, who may, and by what. ``kept``: where what was typed is."""
    state = standing(visit.session).state
    return shown(visit, "refused", 403, able=allowed(visit, weight), state=state, kept=kept)


def shown(visit: Visit, template: str, status: int = 200, **content: Any) -> Response[bytes]:
    """Return a page of administration, with its status."""
    part = visit.request.url.path.removeprefix(visit.links.base).split("/")[2:3]
    here = f"admin-{part[0]}" if part and part[0] in ADMIN else "admin"
    response = visit.render(f"admin/{template}.html", here, **content)
    response.status_code = max(status, response.status_code or 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def led(to: str) -> Response[bytes]:
    """Lead the browser on, by a request of its own that changes nothing."""
    return Response(b"", status_code=303, headers={"Location": to}, media_type="text/html")

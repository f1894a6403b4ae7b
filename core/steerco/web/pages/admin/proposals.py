"""Rows that the words of the imported regulation propose: each beside its sentence, to accept or to refuse.

What is chosen becomes a change of the files like any other, and goes on with its plan.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.charter.text.accepting import AcceptedFiles, NotAcceptable, accept, chosen, policy_of, refuse, with_states
from steerco.charter.text.proposed_rows import FILE, BadProposals, ProposedRow, read_proposals, row_text
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin import drafting
from steerco.web.pages.admin.desk import Desk, allowed, desk_of, risky_desk, shown
from steerco.web.pages.admin.roles import roles
from steerco.web.pages.forms.posted import read_form
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

MOST = 60
"""Proposals on one page, in the order of the text; the rest follows once these are decided."""


class ProposalView(NamedTuple):
    """A proposal as the page shows it."""

    proposal: ProposedRow
    written: str
    clause: str


@get("/t/{tenant:str}/admin/proposals")
@showing
def proposals(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The proposals on which nobody has decided."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        return _page(visit, desk)


def has_proposals(visit: Visit) -> bool:
    """Return whether the committee's files hold proposals."""
    return _path(visit) in visit.tenant.snapshot.content


def _path(visit: Visit) -> str:
    return f"tenants/{visit.tenant.snapshot.slug}/{FILE}"


def _read(visit: Visit) -> tuple[ProposedRow, ...]:
    """Return the proposals in use. Raises ``BadProposals`` where their file is damaged."""
    content = visit.tenant.snapshot.content
    if _path(visit) not in content:
        raise nothing_here()
    return read_proposals(content[_path(visit)])


def _page(visit: Visit, desk: Desk, wrong: str = "", chosen: tuple[str, ...] = (), status: int = 200) -> Response[bytes]:
    damaged = ""
    try:
        waiting = [each for each in _read(visit) if each.state == "open"]
    except BadProposals as error:
        waiting, damaged = [], str(error)
    rows = [ProposalView(each, row_text(each), visit.written(each.clause)) for each in waiting[:MOST]]
    context: dict[str, Any] = {"rows": rows, "more": max(0, len(waiting) - MOST), "wrong": wrong, "chosen": chosen}
    context |= {"damaged": visit.say("admin.proposals", "damaged", file=FILE, why=damaged) if damaged else ""}
    return shown(visit, "proposals", status, **context, may=desk.risky, able=allowed(visit, "risky"), token=desk.token)


@post("/t/{tenant:str}/admin/proposals", status_code=200)
@acting
def decide_proposals(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Prepare a change that accepts or refuses the chosen proposals, and lead to its plan."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        desk = risky_desk(visit)
        ids = tuple(dict.fromkeys(posted.fields.get("proposal", [])))
        if expired := visit.expired(posted.token):
            return _page(visit, desk, expired, ids, 403)
        if not ids:
            return _page(visit, desk, visit.say("admin.proposals", "none_chosen"), ids, 422)
        return _decided(visit, desk, ids, posted.text("step") == "refuse")


def _decided(visit: Visit, desk: Desk, ids: tuple[str, ...], refused: bool) -> Response[bytes]:
    base = drafting.current(visit)
    slug = visit.tenant.snapshot.slug
    all = roles(base.content, slug, visit.say)
    charter = next(role.path for role in all if role.key == "charter")
    paths = {"charter": charter, "policy": policy_of(base.content[charter], slug)}
    paths["people"] = next((role.path for role in all if role.key == "people"), f"tenants/{slug}/people.toml")
    before = AcceptedFiles(**{name: base.content.get(path, "") for name, path in paths.items()})
    try:
        proposals = _read(visit)
    except BadProposals:
        return _page(visit, desk, chosen=ids, status=422)
    meant = ids if refused else chosen(proposals, ids)
    result = (refuse if refused else accept)(before, proposals, meant)
    if result.problems:
        return _page(visit, desk, _told(visit, result.problems), ids, 422)
    content = {**base.content, _path(visit): with_states(base.content[_path(visit)], result.proposals)}
    content |= {path: text for name, path in paths.items() if (text := getattr(result.files, name)) != getattr(before, name)}
    return drafting.prepared(visit, desk, "proposals", base, content)


def _told(visit: Visit, problems: tuple[NotAcceptable, ...]) -> str:
    return " ".join(visit.say("admin.proposals", each.code, id=each.id) for each in problems)

"""The page of a pending change: what it would do, in people's terms, and applying it.

It is the same road as ``steerco tenant plan`` and ``apply``: ``changes.prepared`` makes the plan, ``Installation.apply`` asks
everything again under the tenant's lock. While the plan is made the page refreshes itself, and can be left.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.changes import pending
from steerco.changes.prepared import Stored, examined, stored
from steerco.config.findings import Finding, errors
from steerco.configuration.apply_checks import Barred, Unsafe
from steerco.configuration.installation import NotApplied
from steerco.configuration.load import load
from steerco.configuration.revisions import Outrun, listed
from steerco.configuration.risk import Weight
from steerco.operations.onboarding import seeding
from steerco.store.tables import PendingChange
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin import drafting
from steerco.web.pages.admin.desk import Desk, allowed, desk_of, led, refusal, shown
from steerco.web.pages.admin.findings import views
from steerco.web.pages.admin.plan_view import PlanWords
from steerco.web.pages.admin.revision_view import told_revision
from steerco.web.pages.admin.roles import role_of, roles
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

REFRESH = "2"
"""Seconds after which the page of a trial asks again."""
WHY = 500


@get("/t/{tenant:str}/admin/plan")
@showing
def changes(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The changes that wait, of all administrators."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        rows = [told_change(visit, desk, row) for row in pending.waiting(visit.session)]
        return shown(visit, "changes", rows=rows)


def told_change(visit: Visit, desk: Desk, row: PendingChange) -> dict[str, Any]:
    """Return what a list says of a pending change."""
    content = pending.content_with(visit.tenant.snapshot.content, row.files)
    labels = {role.path: role.label for role in roles(content, row_slug(visit), visit.say)}
    return {
        "href": visit.links.to("admin", "plan", row.id),
        "kind": visit.say("admin.kind", row.kind),
        "who": visit.names(row.person),
        "own": row.account == desk.account,
        "when": visit.time(row.changed_at),
        "files": [labels.get(path, "") for path in row.files],
        "base": row.base,
        "behind": row.base != visit.tenant.snapshot.revision,
    }


def row_slug(visit: Visit) -> str:
    """Return the name of the tenant in the paths of its files."""
    return visit.tenant.snapshot.slug


@get("/t/{tenant:str}/admin/plan/{change:str}")
@showing
def plan(request: Anywhere, tenant: FromPath[str], change: FromPath[str]) -> Response[bytes]:
    """One change: its findings, or its plan, or how far its trial is."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        return PlanPage(visit, desk, _row(visit, change)).shown()


def _row(visit: Visit, id: str) -> PendingChange:
    row = pending.find(visit.session, id)
    if row is None:
        raise nothing_here()
    return row


class PlanPage:
    """One change on its page. ``why`` and ``wrong`` are what was typed as the reason, and what is wrong with it."""

    def __init__(self, visit: Visit, desk: Desk, row: PendingChange, why: str = "", wrong: str = "") -> None:
        self.visit, self.desk, self.row, self.why, self.wrong = visit, desk, row, why, wrong
        self.slug = row_slug(visit)
        self.installation = visit.service.installation

    @property
    def weight(self) -> Weight:
        """How much the change weighs against what it was made from. Raises ``RequestError`` where that is not there."""
        base = stored(self.installation, self.slug, self.row.base)
        if base is None:
            raise nothing_here()
        return drafting.weight_of(self.visit, base.content, pending.content_with(base.content, self.row.files))

    def shown(self, status: int = 200, unsafe: Unsafe | None = None) -> Response[bytes]:
        """Return the page as the change stands now."""
        if self.row.applied is not None:
            return shown(self.visit, "applied", number=self.row.applied, revision=self._revision(self.row.applied))
        base = stored(self.installation, self.slug, self.row.base)
        if base is None:
            raise nothing_here()
        content = pending.content_with(base.content, self.row.files)
        _, found = examined(self.slug, content, self.installation.types, self.visit.now)
        if errors(found):
            return self._amiss(content, found)
        if self.row.base != self.visit.tenant.snapshot.revision:
            return self._outrun(base, status)
        return self._planned(base, content, found, max(status, 409 if unsafe else 200))

    def _head(self, content: dict[str, str]) -> dict[str, Any]:
        row, visit = self.row, self.visit
        all = roles({**visit.tenant.snapshot.content, **content}, self.slug, visit.say)
        files = [role for path in row.files if (role := role_of(all, path))]
        return {
            "id": row.id,
            "kind": visit.say("admin.kind", row.kind),
            "who": visit.names(row.person),
            "own": row.account == self.desk.account,
            "when": visit.time(row.changed_at),
            "base": self._revision(row.base),
            "files": [(role.label, visit.links.to("admin", "files", role.key, change=row.id)) for role in files],
            "action": visit.links.to("admin", "plan", row.id),
            "roles": all,
        }

    def _revision(self, number: int) -> Any:
        found = listed(self.visit.session, self.visit.tenant.id, before=number + 1, limit=1)
        return told_revision(self.visit, found[0]) if found else None

    def _amiss(self, content: dict[str, str], found: list[Finding]) -> Response[bytes]:
        head = self._head(content)
        told = views(self.visit.say, found, content, head["roles"])
        return shown(self.visit, "amiss", 422, change=head, found=told, token=self.desk.token)

    def _outrun(self, base: Stored, status: int, conflicts: dict[str, str] | None = None) -> Response[bytes]:
        """Return the page of a change that another revision overtook: its own texts are kept."""
        head = self._head(pending.content_with(base.content, self.row.files))
        newer = listed(self.visit.session, self.visit.tenant.id, limit=20)
        between = [told_revision(self.visit, each) for each in newer if each.number > self.row.base]
        clashes = [role.label if (role := role_of(head["roles"], path)) else "" for path in conflicts or {}]
        context = {"change": head, "between": between, "clashes": clashes, "token": self.desk.token}
        return shown(self.visit, "outrun", max(status, 409), **context)

    def _planned(self, base: Stored, content: dict[str, str], found: list[Finding], status: int) -> Response[bytes]:
        trial, made = pending.trial_of(self.row), pending.plan_of(self.row)
        still = drafting.trials_of(self.visit).stands_still(self.slug, self.row.id, trial)
        head = self._head(content)
        context: dict[str, Any] = {"change": head, "trial": trial, "still": still, "token": self.desk.token}
        waiting = not trial.over and not still
        at_once = self.visit.query.text("now") == "1" or status > 200
        if made is None or (waiting and not at_once):
            response = shown(self.visit, "trying", status, **context, ready=made is not None)
            if waiting:
                response.headers["Refresh"] = REFRESH
            return response
        after = load(self.slug, content, self.installation.types, self.installation.plugins).snapshot
        assert after is not None  # a file with an error was told above
        view = PlanWords(self.visit, made, after, head["roles"]).view()
        warnings = views(self.visit.say, found, content, head["roles"])
        rewritten = bool(made.refused) and all(each.code.startswith("version-") for each in made.refused)
        return shown(
            self.visit,
            "plan",
            status,
            **context,
            plan=made,
            view=view,
            warnings=warnings,
            weight=made.weight,
            able=allowed(self.visit, made.weight),
            may=self.desk.may(made.weight),
            correctable=rewritten and self.row.kind != pending.CORRECTION,
            why=self.why,
            wrong=self.wrong,
        )


@post("/t/{tenant:str}/admin/plan/{change:str}", status_code=200)
@acting
def decide(request: Anywhere, tenant: FromPath[str], change: FromPath[str], body: RawBody) -> Response[bytes]:
    """Apply a change, try it again, bring it onto the revision in use, or discard it."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        row = _row(visit, change)
        page = PlanPage(visit, desk, row, posted.text("why"))
        if expired := visit.expired(posted.token):
            page.wrong = expired
            return page.shown(403)
        if row.applied is not None:
            return led(visit.links.to("admin", "plan", row.id))
        if row.account != desk.account and not desk.may(page.weight):  # another's, and more than the reader may decide
            return refusal(visit, page.weight, kept=visit.links.to("admin", "plan", row.id))
        step = posted.step[0]
        if step in ("rebase", "mine", "correct") or step == "try":
            return _moved(page, step)
        if step == "discard":
            pending.discard(visit.tenant.running, row.id)
            return led(visit.links.to("admin", "plan"))
        return _apply(page, posted)


def _moved(page: PlanPage, step: str) -> Response[bytes]:
    """Bring a change onto the revision in use (``rebase``: both sides' changes; ``mine``: as it stands), or try it again."""
    visit, row = page.visit, page.row
    base, now = stored(page.installation, page.slug, row.base), drafting.current(visit)
    if base is None:
        raise nothing_here()
    content, kind = pending.content_with(base.content, row.files), pending.CORRECTION if step == "correct" else row.kind
    if step == "rebase":
        result = pending.rebased(row.files, base.content, now.content)
        if result.conflicts:
            return page._outrun(base, 409, result.conflicts)
        content = pending.content_with(now.content, result.files)
    return drafting.prepared(visit, page.desk, kind, now, content, id=row.id, back_to=row.back_to)


def _apply(page: PlanPage, posted: Posted) -> Response[bytes]:
    visit, desk, row = page.visit, page.desk, page.row
    base = stored(page.installation, page.slug, row.base)
    if base is None:
        raise nothing_here()
    content = pending.content_with(base.content, row.files)
    weight = drafting.weight_of(visit, base.content, content)
    if not desk.may(weight):
        return refusal(visit, weight, kept=visit.links.to("admin", "plan", row.id))
    if not page.why or len(page.why) > WHY:
        page.wrong = visit.say("admin.plan", "why_missing" if not page.why else "why_long", most=WHY)
        return page.shown(422)
    how: dict[str, Any] = {"by": desk.person, "base": row.base, "back_to": row.back_to, "correct": row.kind == pending.CORRECTION}
    try:
        tenant = page.installation.apply(page.slug, content, at=visit.now, who=desk.account, why=page.why, seed=seeding(), **how)
    except Outrun:
        return page._outrun(base, 409)
    except Barred:
        return refusal(visit, weight, kept=visit.links.to("admin", "plan", row.id))
    except Unsafe as error:
        return page.shown(409, error)
    except NotApplied as error:
        return page._amiss(content, error.findings)
    pending.applied(tenant, row.id, tenant.snapshot.revision)
    return led(visit.links.to("admin", "plan", row.id))

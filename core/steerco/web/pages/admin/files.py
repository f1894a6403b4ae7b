"""A committee's files by role: read, edited in a page, or handed in as files. Nothing counts until a plan of it is applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.changes import pending
from steerco.changes.prepared import Stored, examined, stored
from steerco.config.findings import Finding
from steerco.config.read import NotText, decoded
from steerco.configuration.risk import Weight
from steerco.store.tables import PendingChange
from steerco.web.http.downloads import attachment
from steerco.web.http.problems import Anywhere
from steerco.web.http.sign_in import check_form
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin import drafting
from steerco.web.pages.admin.desk import Desk, allowed, desk_of, refusal, shown
from steerco.web.pages.admin.findings import views
from steerco.web.pages.admin.roles import FileRole, by_key, path_for, roles
from steerco.web.pages.forms.posted import Posted, read_form
from steerco.web.pages.frame.visit import Visit, nothing_here, visiting

MOST = 2_000_000
"""Characters of a file that is typed or handed in."""
LIGHT = ("settings",)
"""The files of which a part decides nothing, so that whoever may apply only that may edit them."""


@get("/t/{tenant:str}/admin/files")
@showing
def files(request: Anywhere, tenant: FromPath[str]) -> Response[bytes]:
    """The files in use, and where new ones are handed in."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        return _files(visit, desk)


def _files(visit: Visit, desk: Desk, found: list[Finding] | None = None, status: int = 200) -> Response[bytes]:
    content = visit.tenant.snapshot.content
    all = roles(content, visit.tenant.snapshot.slug, visit.say)
    rows = [
        {
            "label": role.label,
            "about": visit.say("admin.about", role.key.partition("-")[0]),
            "lines": content[role.path].count("\n"),
            "edit": visit.links.to("admin", "files", role.key),
            "text": visit.links.to("admin", "files", role.key, "text"),
        }
        for role in all
    ]
    told = views(visit.say, found or [], content, all)
    able = allowed(visit, "risky")
    return shown(visit, "files", status, rows=rows, found=told, able=able, may=desk.risky, token=desk.token)


@get("/t/{tenant:str}/admin/files/{key:str}/text")
@showing
def file_text(request: Anywhere, tenant: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """One file in use, to keep and to edit elsewhere."""
    with visiting(request, tenant) as visit:
        desk_of(visit)  # or its refusal
        content = visit.tenant.snapshot.content
        role = by_key(roles(content, visit.tenant.snapshot.slug, visit.say), key)
        if role is None:
            raise nothing_here()
        name = role.path.rpartition("/")[2]
        headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
        return Response(content[role.path].encode(), media_type="text/plain; charset=utf-8", headers=headers)


@get("/t/{tenant:str}/admin/files/{key:str}")
@showing
def edit(request: Anywhere, tenant: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """One file as text, of the revision in use or of a pending change (``change=``)."""
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        work = FileDesk(visit, desk, visit.query.text("change"))
        if not desk.risky and key not in LIGHT:
            return refusal(visit, "risky")
        return work.shown(work.role(key))


class FileDesk:
    """What is being edited: the revision in use, or a pending change of it."""

    def __init__(self, visit: Visit, desk: Desk, change: str) -> None:
        self.visit, self.desk = visit, desk
        self.row: PendingChange | None = pending.find(visit.session, change) if change else None
        if change and (self.row is None or self.row.applied is not None):
            raise nothing_here()
        self.base = self._base()
        self.content = pending.content_with(self.base.content, self.row.files) if self.row else dict(self.base.content)
        self.roles = roles(self.content, visit.tenant.snapshot.slug, visit.say)

    def _base(self) -> Stored:
        if self.row is None:
            return drafting.current(self.visit)
        found = stored(self.visit.service.installation, self.visit.tenant.snapshot.slug, self.row.base)
        if found is None:
            raise nothing_here()
        return found

    def role(self, key: str) -> FileRole:
        found = by_key(self.roles, key)
        if found is None:
            raise nothing_here()
        return found

    def shown(self, role: FileRole, text: str | None = None, wrong: str = "", status: int = 200) -> Response[bytes]:
        """Return the page with the file's text, and what is wrong with it as it stands."""
        visit = self.visit
        content = {**self.content, role.path: text} if text is not None else self.content
        types = visit.service.installation.types
        found = examined(visit.tenant.snapshot.slug, content, types, visit.now)[1] if self.row else []
        own = [finding for finding in found if finding.file == role.path]
        context: dict[str, Any] = {"role": role, "text": content[role.path], "found": views(visit.say, own, content, self.roles)}
        context |= {"change": self.row.id if self.row else "", "base": self.base.number, "wrong": wrong}
        partial = not self.desk.risky
        able = allowed(visit, "risky") if partial else None
        return shown(visit, "edit", status, **context, able=able, token=self.desk.token)


@post("/t/{tenant:str}/admin/files/{key:str}", status_code=200)
@acting
def save(request: Anywhere, tenant: FromPath[str], key: FromPath[str], body: RawBody) -> Response[bytes]:
    """Keep an edited file as a change, and lead to its plan."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        work = FileDesk(visit, desk, posted.text("change"))
        role = work.role(key)
        text = posted.fields.get("text", [""])[-1]
        if wrong := _wrong(visit, posted, text):
            return work.shown(role, text, wrong, 403 if wrong == visit.say("admin.plan", "expired") else 422)
        content = {**work.content, role.path: text if text.endswith("\n") else f"{text}\n"}
        weight = drafting.weight_of(visit, work.base.content, content)
        if not desk.may(weight):
            return _kept(work, role, text, weight)
        kind = work.row.kind if work.row else "files"
        return drafting.prepared(visit, desk, kind, work.base, content, id=work.row.id if work.row else "")


def _kept(work: FileDesk, role: FileRole, text: str, weight: Weight) -> Response[bytes]:
    """Say whose change this would be, with what was typed still there."""
    visit = work.visit
    who = ", ".join(office for office, _ in allowed(visit, weight).who)
    return work.shown(role, text, visit.say("admin.files", "too_heavy", who=who), 403)


def _wrong(visit: Visit, posted: Posted, text: str) -> str:
    if expired := visit.expired(posted.token):
        return expired
    return visit.say("admin.files", "too_long", most=MOST) if len(text) > MOST else ""


@post("/t/{tenant:str}/admin/files", status_code=200)
@acting
def hand_in(request: Anywhere, tenant: FromPath[str], body: RawBody) -> Response[bytes]:
    """Take files that were handed in, each in the place of the one with its name."""
    posted = read_form(request, body)
    with visiting(request, tenant) as visit:
        desk = desk_of(visit)
        assert visit.reader is not None  # who has a desk is signed in
        check_form(visit.reader, posted.token)
        base = drafting.current(visit)
        content, found = _received(visit, posted, base.content)
        if found:
            return _files(visit, desk, found, 422)
        weight = drafting.weight_of(visit, base.content, content)
        return drafting.prepared(visit, desk, "files", base, content) if desk.may(weight) else refusal(visit, weight)


def _received(visit: Visit, posted: Posted, content: Mapping[str, str]) -> tuple[dict[str, str], list[Finding]]:
    """Return the files with those that were handed in, and what is wrong with any as a file."""
    texts, found = dict(content), list[Finding]()
    slug = visit.tenant.snapshot.slug
    for upload in posted.uploads:
        path = path_for(upload.file_name, content, slug)
        if not path:
            found.append(Finding(upload.file_name, 0, "foreign-name", "is no name of a file of a committee: *.toml or *.csv"))
            continue
        try:
            texts[path] = decoded(upload.content, path).replace("\r\n", "\n").replace("\r", "\n")
        except NotText as error:
            found.append(error.finding)
    if not posted.uploads:
        found.append(Finding("", 0, "no-file", "no file was chosen"))
    return texts, found

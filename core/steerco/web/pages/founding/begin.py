"""The first page of a new committee: how it begins, then what is still lacking; and its files, proposals and people."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.configuration.installation import checked
from steerco.configuration.load import Loaded
from steerco.configuration.snapshot import Snapshot
from steerco.founding.checking import bare, checked_files
from steerco.founding.draft import files_of, home_with
from steerco.founding.importing import import_text
from steerco.founding.kinds import BOTH, KINDS, LANGUAGES
from steerco.founding.new_tenant import NewTenant, write_tenant
from steerco.founding.problem import FoundingProblem
from steerco.founding.todo import FoundingState, Lack, lacking
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.founding.desk import FoundingDesk

ZONE = "Asia/Ho_Chi_Minh"
_UNSAFE = re.compile(r"[^\w .()-]")
"""What the name of a text may not have: it is written into the head of the charter."""
LONGEST = 200
"""The most bytes of the name of a text, from its end: no file of a disk has a longer one than 255."""


@get("/new/{secret:str}")
@showing
def first(request: Anywhere, secret: FromPath[str]) -> Response[bytes]:
    """How the committee begins, or what it still lacks."""
    d = FoundingDesk(request, secret)
    return _overview(d) if d.begun else _form(d)


@post("/new/{secret:str}", status_code=200)
@acting
def begin(request: Anywhere, secret: FromPath[str], body: RawBody) -> Response[bytes]:
    """Make the first files: of a kind, and of the text that was sent; or take all files away, to begin anew."""
    d = FoundingDesk(request, secret, body)
    if d.posted.step[0] == "restart":
        return d.keep({})
    if d.begun:
        return _overview(d)
    new = NewTenant(
        d.slug,
        d.posted.text("kind") or KINDS[0],
        d.posted.text("language") or BOTH,
        d.posted.text("name"),
        d.posted.text("time_zone") or ZONE,
    )
    if wrong := _wrong(new):
        return _form(d, d.say("founding.wrong", wrong), 422)
    try:
        return d.keep(_made(d, new))
    except FoundingProblem as problem:
        return _form(d, d.told(problem), 422)


def _wrong(new: NewTenant) -> str:
    """Return the key of what cannot be begun with; empty for nothing."""
    if new.kind not in KINDS or new.language not in LANGUAGES:
        return "choice"
    if not new.name or len(new.name) > 200 or not new.name.isprintable():
        return "name"
    try:
        ZoneInfo(new.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "time_zone"
    return ""


def _made(d: FoundingDesk, new: NewTenant) -> dict[str, str]:
    """Return the first files. Raises ``FoundingProblem`` for a text that cannot be read."""
    with home_with({}) as home, TemporaryDirectory(prefix="steerco-text-") as folder:
        for upload in d.posted.uploads[:1]:
            name = _UNSAFE.sub("_", upload.file_name).encode()[-LONGEST:].decode("utf-8", "ignore")
            text = Path(folder) / (name.lstrip(".") or "text")
            text.write_bytes(upload.content)
            import_text(home, text, new.slug)
        write_tenant(home, new)
        return files_of(home)


def _form(d: FoundingDesk, wrong: str = "", status: int = 200) -> Response[bytes]:
    kinds = [(kind, d.say("founding.kind", kind)) for kind in KINDS]
    spoken = [(language, d.say("founding.language", language)) for language in LANGUAGES]
    given = {name: d.posted.text(name) for name in ("kind", "language", "name", "time_zone")}
    given = {"kind": "blank", "language": d.say.language, "time_zone": ZONE, **{k: v for k, v in given.items() if v}}
    return d.shown("begin", status, wrong, kinds=kinds, spoken=spoken, given={"name": "", **given})


def _overview(d: FoundingDesk) -> Response[bytes]:
    steps = [_told(d, lack) for lack in _lacking(d)]
    files = [(role, d.to("files", role.key)) for role in d.roles]
    return d.shown("overview", steps=steps, files=files)


def _lacking(d: FoundingDesk) -> list[Lack]:
    with home_with(d.files) as home:
        loaded, found = checked_files(home, d.slug, d.scratch, d.at.now)

        state = FoundingState(
            d.slug,
            d.files,
            cases=any(path.startswith(f"tenants/{d.slug}/cases/") for path in d.files),
            runs=False,
            findings=lambda: found,
            snapshot=lambda: _snapshot(d, loaded),
            bare=lambda: bare(_snapshot(d, loaded)),
        )
        return lacking(state, d.at.now.date())


def _snapshot(d: FoundingDesk, loaded: Loaded | None) -> Snapshot:
    """Return what the files say; it is asked only where nothing is wrong with them."""
    assert loaded is not None
    return checked(d.slug, loaded)


def _told(d: FoundingDesk, lack: Lack) -> tuple[str, str]:
    """Return what is lacking in words, and the page where it is mended."""
    say = d.say
    charter = d.to("files", "charter")
    match lack.code:
        case "paper" | "party":
            return say("founding.lack", f"{lack.code}_{lack.named}"), charter
        case "power":
            return say("founding.lack", "power"), d.to("files", "powers")
        case "proposals":
            return say("founding.lack", "proposals", number=lack.number), d.to("proposals")
        case "case":
            return say("founding.lack", "case"), d.to("files", "cases")
        case "apply":
            return say("founding.lack", "apply"), d.to("plan")
        case "bare":
            few = ", ".join(lack.clauses[:8]) + (" …" if len(lack.clauses) > 8 else "")
            return say("founding.lack", "bare", number=lack.number, clauses=few), charter
    if lack.topic is not None:
        topic = say("left-open.topic", lack.topic.topic)
        return say("founding.lack", "not_stated", topic=topic, then=say("left-open.applies", lack.topic.topic)), charter
    if lack.finding is not None:
        view = d.views([lack.finding])[0]
        where = f"{view.file}, {say('admin.findings', 'line', number=view.line)}: " if view.line else ""
        return f"{where}{view.text}", d.to("files", view.key) if view.key else d.to("plan")
    return say("founding.lack", "bad_proposals"), d.to("proposals")


BEGIN = (first, begin)

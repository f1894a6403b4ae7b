"""The content of a new committee: its files as texts, the proposals of the text, and its people by a table."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, RawBody

from steerco.charter.text.proposed_rows import FILE, BadProposals, ProposedRow, read_proposals, row_text
from steerco.config.read import NotText, decoded
from steerco.configuration.load import load
from steerco.founding.draft import files_of, home_with
from steerco.founding.people_rows import table_rows, with_people
from steerco.founding.problem import FoundingProblem
from steerco.founding.proposed import decide
from steerco.operations import people_table
from steerco.web.http.problems import Anywhere
from steerco.web.http.worker_pool import acting, showing
from steerco.web.pages.admin.files import MOST
from steerco.web.pages.admin.findings import FindingView, views
from steerco.web.pages.admin.roles import FileRole
from steerco.web.pages.founding.desk import FoundingDesk
from steerco.web.pages.frame.dates import read_day
from steerco.web.pages.frame.visit import nothing_here

ON_ONE_PAGE = 60
"""Proposals on one page, in the order of the text; the rest follows once these are decided."""


@get("/new/{secret:str}/files/{key:str}")
@showing
def file(request: Anywhere, secret: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """One file as text, with what is wrong in it."""
    d = FoundingDesk(request, secret)
    return _file(d, _role(d, key))


def _role(d: FoundingDesk, key: str) -> FileRole:
    found = next((role for role in d.roles if role.key == key), None)
    if found is None and key == "cases" and d.begun:  # a committee begun from a text has none yet
        return FileRole(key, d.say("founding.page", "cases_file"), f"tenants/{d.slug}/cases/first.toml")
    if found is None:
        raise nothing_here()
    return found


def _file(d: FoundingDesk, role: FileRole, wrong: str = "", status: int = 200) -> Response[bytes]:
    types = d.at.service.installation.types
    found = [each for each in load(d.slug, _configuration(d), types).findings if each.file == role.path]
    text = d.posted.fields.get("text", [d.files.get(role.path, "")])[-1]
    return d.shown("file", status, wrong, role=role, text=text, found=d.views(found), now=d.files.get(role.path, ""))


def _configuration(d: FoundingDesk) -> dict[str, str]:
    """Return the files without cases, which are no part of a configuration."""
    return {path: text for path, text in d.files.items() if "/cases/" not in path}


@post("/new/{secret:str}/files/{key:str}", status_code=200)
@acting
def save(request: Anywhere, secret: FromPath[str], key: FromPath[str], body: RawBody) -> Response[bytes]:
    """Keep one file as it was typed, and show what is wrong in it."""
    d = FoundingDesk(request, secret, body)
    role = _role(d, key)
    text = d.posted.fields.get("text", [""])[-1]
    if len(text) > MOST:
        return _file(d, role, d.say("admin.files", "too_long", most=MOST), 422)
    if d.changed:
        return _file(d, role, d.say("founding.page", "between_file"), 409)
    return d.keep({**d.files, role.path: text if text.endswith("\n") else f"{text}\n"}, "files", role.key)


@get("/new/{secret:str}/proposals")
@showing
def proposals(request: Anywhere, secret: FromPath[str]) -> Response[bytes]:
    """The rows that the words of the text propose, on which nobody has decided."""
    return _proposals(FoundingDesk(request, secret))


def _proposals(d: FoundingDesk, wrong: str = "", status: int = 200) -> Response[bytes]:
    waiting: list[ProposedRow] = []
    text = d.files.get(f"tenants/{d.slug}/{FILE}", "")
    try:
        waiting = [each for each in read_proposals(text) if each.state == "open"] if text else []
    except BadProposals as error:
        wrong = wrong or d.say("admin.proposals", "damaged", file=FILE, why=str(error))
    rows = [(each, row_text(each)) for each in waiting[:ON_ONE_PAGE]]
    more, picked = max(0, len(waiting) - ON_ONE_PAGE), d.posted.fields.get("proposal", [])
    return d.shown("proposals", status, wrong, rows=rows, more=more, picked=picked)


@post("/new/{secret:str}/proposals", status_code=200)
@acting
def decide_proposals(request: Anywhere, secret: FromPath[str], body: RawBody) -> Response[bytes]:
    """Accept or refuse proposals: those chosen, or all of at least a confidence. All of them, or none."""
    d = FoundingDesk(request, secret, body)
    ids = tuple(dict.fromkeys(d.posted.fields.get("proposal", [])))
    step, sure = d.posted.step[0], d.posted.text("above")
    above = int(sure) if step == "above" and sure.isascii() and sure.isdigit() and len(sure) < 4 else None
    if not ids and above is None:
        return _proposals(d, d.say("admin.proposals", "none_chosen"), 422)
    try:
        with home_with(d.files) as home:
            decided = decide(home, d.slug, () if above is not None else ids, above, step == "refuse", dry=False)
            files = files_of(home)
    except FoundingProblem as problem:
        return _proposals(d, d.told(problem), 422)
    if decided.problems:
        told = " ".join(d.say("admin.proposals", each.code, id=each.id) for each in decided.problems)
        return _proposals(d, told, 422)
    return d.keep(files, "proposals")


@get("/new/{secret:str}/people")
@showing
def people(request: Anywhere, secret: FromPath[str]) -> Response[bytes]:
    """Where a table of people is handed in."""
    return _people(FoundingDesk(request, secret))


def _people(
    d: FoundingDesk, wrong: str = "", status: int = 200, found: list[FindingView] | None = None, text: str = ""
) -> Response[bytes]:
    heads = [d.say("admin.people", f"column_{column}") for column in people_table.COLUMNS]
    return d.shown("people", status, wrong, heads=heads, most=people_table.MOST, found=found or [], text=text)


@post("/new/{secret:str}/people", status_code=200)
@acting
def enter_people(request: Anywhere, secret: FromPath[str], body: RawBody) -> Response[bytes]:
    """Enter the people of a table into the file of people: all of them, or nothing."""
    d = FoundingDesk(request, secret, body)
    role = next((role for role in d.roles if role.key == "people"), None)
    loaded = load(d.slug, _configuration(d), d.at.service.installation.types)
    if role is None or loaded.snapshot is None:
        return _people(d, d.say("founding.wrong", "files_first"), 422, text=d.posted.text("text"))
    try:
        texts = [decoded(upload.content, upload.file_name) for upload in d.posted.uploads[:1]]
    except NotText as error:
        return _people(d, d.say("founding.wrong", "table"), 422, views(d.say, [error.finding], {}, []))
    text = (texts or d.posted.fields.get("text", [""]))[0]
    snapshot = loaded.snapshot
    today = snapshot.local(d.at.now)
    there = d.files[role.path]
    entered, found = table_rows(loaded, there, role.path, text, today, lambda day: read_day(day, today, snapshot.calendar))
    if found:
        return _people(d, d.say("founding.wrong", "table"), 422, views(d.say, found, {"": text}, []), text)
    return d.keep({**d.files, role.path: with_people(d.files[role.path], entered)}, "files", "people")


FILLING = (file, save, proposals, decide_proposals, people, enter_people)

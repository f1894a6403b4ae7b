"""A committee's cases: what its charter means, in given, when and then.

Cases are no part of the configuration that is applied; they are read from the home folder, where the server has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from steerco.cases.grammar import Case, listed, read
from steerco.configuration.home import SLUG, Home
from steerco.web.pages.frame.visit import Visit


class CaseRow(NamedTuple):
    """A case on a page: ``asked`` is a question of it in words, with the answer; ``ask`` leads to the question of its first step,
    where that can be asked by itself."""

    asked: str
    ask: str


def of_tenant(visit: Visit) -> list[Case]:
    """Return the tenant's cases; none where the server has no home folder or it has none."""
    home: Home | None = visit.request.app.state.get("home")
    slug = visit.tenant.snapshot.slug
    if home is None or not SLUG.match(slug):
        return []
    folder = home.folder / "tenants" / slug / "cases"
    if not folder.is_dir():
        return []
    return [case for path in sorted(folder.rglob("*.toml")) for case in _of_file(path, home.folder)]


def _of_file(path: Path, home: Path) -> tuple[Case, ...]:
    """Return the cases of a file as it is now; none where something is wrong with it."""
    state = path.stat()
    return _read(path, home, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4096)
def _read(path: Path, home: Path, changed: int, size: int) -> tuple[Case, ...]:
    """Return the cases of a file as it was when it had this time and this size."""
    cases, _ = read(path, path.relative_to(home).as_posix())
    return tuple(cases)


def citing(visit: Visit, clause: str) -> tuple[list[CaseRow], int]:
    """Return what the cases ask whose answer rests on a clause, each question once, and the number of cases that hold the clause
    otherwise."""
    rows: dict[str, CaseRow] = {}
    others = 0
    for case in (case for case in of_tenant(visit) if clause in case.asserts):
        step = next((step for step in case.steps if clause in listed(step.get("because")) and _asks(step)), None)
        if step is None:
            others += 1
            continue
        asked = _answered(visit, step)
        ask = question(visit, case) if step is case.steps[0] else ""
        if asked not in rows or (ask and not rows[asked].ask):
            rows[asked] = CaseRow(asked, ask)
    return list(rows.values()), others


def _asks(step: Mapping[str, Any]) -> bool:
    return "do" in step and bool(_first(step.get("by"))) and step.get("expect", "done") in ANSWERS


ANSWERS = {"done": "yes", "refused": "no", "out-of-order": "not_yet"}
"""What a case expects, as an answer."""


def _answered(visit: Visit, step: Mapping[str, Any]) -> str:
    """Return the question of a step and its answer, in words."""
    return f"{_question_text(visit, step)} {visit.say('ask', ANSWERS[step.get('expect', 'done')])}"


def examples(visit: Visit, most: int) -> list[CaseRow]:
    """Questions that cases ask and that need nothing to have happened before: of each act one that is refused, one not."""
    rows: dict[tuple[str, str], CaseRow] = {}
    order = {
        name: place for place, name in enumerate(dict.fromkeys(("meeting", "task", "direction", *visit.tenant.snapshot.types)))
    }

    def place(case: Case) -> tuple[int, int, bool]:
        first = case.steps[0]
        return order.get(str(first.get("do")).partition(".")[0], 99), len(case.steps), first.get("expect") != "refused"

    for case in sorted(of_tenant(visit), key=place):
        key = (str(case.steps[0].get("do")), case.steps[0].get("expect", "done"))
        if key in rows or len(rows) == most or not (ask := question(visit, case)):
            continue
        asked = _question_text(visit, case.steps[0])
        if all(row.asked != asked for row in rows.values()):
            rows[key] = CaseRow(asked, ask)
    return list(rows.values())


def _question_text(visit: Visit, step: Mapping[str, Any]) -> str:
    """Return the question of a step in words."""
    say = visit.say
    kind = step.get("with", {}).get("kind")
    act = say("action", step["do"])
    return say(
        "ask",
        "question",
        who=visit.names(_first(step["by"])),
        act=say("word", "of_kind", what=act, kind=say("kind", kind)) if kind else act,
    )


def question(visit: Visit, case: Case) -> str:
    """Return the address of the question that a case's first step puts, if the step stands by itself."""
    step = case.steps[0] if case.steps and not case.given else {}
    by, input = _first(step.get("by")), step.get("with", {})
    if not by or "do" not in step or "on" in step or not _plain(input):
        return ""
    day = case.at.date() if isinstance(case.at, datetime) else case.at
    person = _person(visit, by, day)
    if person is None:
        return ""
    fields = {f"with.{name}": value for name, value in _flat(input).items()}
    return visit.links.to("ask", by=person, do=step["do"], **{"on": day.isoformat(), **fields})


def _first(by: object) -> str:
    """Return the first of those whom a step names; empty for a range."""
    name = by[0] if isinstance(by, list) and by else by
    return name if isinstance(name, str) and ".." not in name else ""


def _person(visit: Visit, by: str, day: date) -> str | None:
    """Return the person whom a case means by a role or a person's id on its day."""
    on = visit.tenant.directory(visit.session).on(day, visit.tenant.snapshot.regime_on(day).charter)
    if by in on.all.persons:
        return by
    holders = on.holders(on.resolve(by) or by)
    return holders[0] if len(holders) == 1 else None


def _plain(input: Mapping[str, Any]) -> bool:
    """Return whether an input names no record of another step and brings no file."""
    text = str(input)
    return "$" not in text and "files" not in input


def _flat(input: Mapping[str, Any]) -> dict[str, str]:
    """Return an input as the fields of the form take it."""
    return {name: _field(value) for name, value in input.items()}


def _field(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")[:16]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    if isinstance(value, list | dict):
        return msgspec.json.encode(value).decode()
    return str(value)

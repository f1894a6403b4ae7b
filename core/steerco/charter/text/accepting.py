"""Proposed rows that somebody accepts or refuses: the new texts of the charter, its policy and the file of proposals.

tomlkit edits the charter, so comments and order stay as they were. Nothing is written here: whoever asks writes all, or nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from typing import Any

import tomlkit
from msgspec import Struct, structs
from tomlkit.items import AoT, Array

from steerco.charter.text.proposed_rows import PEOPLE, POWER, REPAIR, ProposedRow, as_file, policy_line

NO_POLICY = "# Who may do what: one line a power, its clause last.\n"


_NEEDS = {"body": "body", "role": "role", "office": "office", "agency": "agency"}
"""Keys of a row by which it refers to rows of a table."""


class NotAcceptable(Struct, frozen=True):
    """Why a proposal cannot be taken as it is.

    ``unknown``; ``decided``: accepted or refused before; ``taken``: a row goes by its id already; ``gone``: the clause does not
    say what is to be mended.
    """

    id: str
    code: str
    message: str


class AcceptedFiles(Struct, frozen=True):
    """The texts that accepted rows go into: the charter, its policy, the file of people ("" where there is none yet)."""

    charter: str
    policy: str = ""
    people: str = ""


class Acceptance(Struct, frozen=True):
    """The texts after a decision on proposals, and what could not be done of it (then the texts are as before)."""

    files: AcceptedFiles
    proposals: tuple[ProposedRow, ...]
    done: tuple[str, ...] = ()
    problems: tuple[NotAcceptable, ...] = ()


def chosen(proposals: Sequence[ProposedRow], ids: Iterable[str], above: int | None = None) -> tuple[str, ...]:
    """Return the ids that are meant: those named, and every open one of at least the confidence ``above`` (percent).

    What a row refers to comes with it, before it: a seat's role and office, a role's body.
    """
    sure = [each.id for each in proposals if above is not None and each.state == "open" and each.confidence >= above]
    meant = dict.fromkeys([*ids, *sure])
    waiting = {(each.table, each.row.get("id")): each for each in proposals if each.state == "open"}
    by_id = {each.id: each for each in proposals}
    needed: dict[str, None] = {}

    def add(id: str) -> None:
        for key, table in _NEEDS.items():
            need = (
                waiting.get((table, by_id[id].row.get(key))) if id in by_id and by_id[id].table not in (POWER, REPAIR) else None
            )
            if need is not None and need.id not in needed and need.id != id:
                add(need.id)
        needed[id] = None

    for id in meant:
        add(id)
    return tuple(needed)


def policy_of(charter: str, slug: str) -> str:
    """Return the path, relative to the home, of the policy that a charter names; else that of the tenant's own name."""
    return f"policies/{tomllib.loads(charter).get('policy') or f'{slug}.csv'}"


def accept(files: AcceptedFiles, proposals: Sequence[ProposedRow], ids: Sequence[str]) -> Acceptance:
    """Return the files with the rows of these proposals. All of them, or none where one cannot be taken."""
    picked, problems = _picked(proposals, ids)
    edited = _Edited(files)
    problems += [wrong for each in picked if (wrong := edited.take(each)) is not None]
    if problems:
        return Acceptance(files, tuple(proposals), problems=tuple(problems))
    return Acceptance(edited.files(), _marked(proposals, ids, "accepted"), tuple(ids))


def refuse(files: AcceptedFiles, proposals: Sequence[ProposedRow], ids: Sequence[str]) -> Acceptance:
    """Return the proposals with these refused; the files stay."""
    _, problems = _picked(proposals, ids)
    if problems:
        return Acceptance(files, tuple(proposals), problems=tuple(problems))
    return Acceptance(files, _marked(proposals, ids, "refused"), tuple(ids))


class _Edited:
    """The files while rows go in, one after another."""

    def __init__(self, files: AcceptedFiles) -> None:
        self.before = files
        self.charter: Any = tomlkit.parse(files.charter)
        self.people: Any = tomlkit.parse(files.people)
        self.lines = {_bare(line) for line in files.policy.splitlines()}
        self.more: list[str] = []
        self.enlarged = False

    def take(self, proposal: ProposedRow) -> NotAcceptable | None:
        """Enter one row; return why not, where it cannot be taken."""
        if proposal.table == POWER:
            line = policy_line(proposal.row)
            self.more += [line] if _bare(line) not in self.lines else []
            return None
        if proposal.table == REPAIR:
            message = f"the clause {proposal.row['clause']} does not say {proposal.row['find']!r} (any more)"
            return None if _mended(self.charter, proposal) else NotAcceptable(proposal.id, "gone", message)
        document = self.people if proposal.table in PEOPLE else self.charter
        if wrong := _taken(proposal, document):
            return wrong
        self.enlarged |= proposal.table in PEOPLE
        _enter(document, proposal)
        return None

    def files(self) -> AcceptedFiles:
        policy, people = self.before.policy, self.before.people
        if self.more:
            policy = f"{(policy or NO_POLICY).rstrip()}\n" + "".join(f"{line}\n" for line in self.more)
        return AcceptedFiles(tomlkit.dumps(self.charter), policy, tomlkit.dumps(self.people) if self.enlarged else people)


def with_states(text: str, proposals: Sequence[ProposedRow]) -> str:
    """Return the file of proposals with what was decided; its other words and comments stay."""
    document: Any = tomlkit.parse(text)
    states = {each.id: each.state for each in proposals}
    for row in document.get("proposal", []):
        if row.get("state", "open") != (state := states.get(str(row["id"]), "open")):
            row["state"] = state
    return tomlkit.dumps(document) if document.get("proposal") else as_file(proposals)


def _picked(proposals: Sequence[ProposedRow], ids: Sequence[str]) -> tuple[list[ProposedRow], list[NotAcceptable]]:
    by_id = {each.id: each for each in proposals}
    problems = [NotAcceptable(id, "unknown", f"no proposal is called {id!r}") for id in ids if id not in by_id]
    picked = [by_id[id] for id in ids if id in by_id]
    problems += [NotAcceptable(e.id, "decided", f"{e.id} was {e.state} before") for e in picked if e.state != "open"]
    return [each for each in picked if each.state == "open"], problems


def _taken(proposal: ProposedRow, document: Any) -> NotAcceptable | None:
    """Return the problem where a row of the file goes by the proposed id already."""
    id, rows = proposal.row.get("id"), document.get(proposal.table, [])
    if proposal.table == "instrument" or id is None or not isinstance(rows, list):
        return None
    if any(row.get("id") == id for row in rows):
        message = f"{proposal.table} {id!r} stands in the charter already: refuse this one, or edit it"
        return NotAcceptable(proposal.id, "taken", message)
    return None


def _enter(document: Any, proposal: ProposedRow) -> None:
    """Put a row into the document, as the rows of its table are written there."""
    if proposal.table == "instrument":
        table = document.setdefault("instrument", tomlkit.table())
        for key, value in proposal.row.items():
            table.setdefault(key, value)
        return
    rows = document.get(proposal.table)
    if isinstance(rows, Array):
        rows.append(_inline(proposal.row))
        return
    if not isinstance(rows, AoT):
        rows = tomlkit.aot()
        document.append(proposal.table, rows)
        rows = document[proposal.table]
    table = tomlkit.table()
    for key, value in proposal.row.items():
        table.append(key, _value(value))
    rows.append(table)


def _mended(document: Any, proposal: ProposedRow) -> bool:
    """Mend the wording of the clause, once, and return whether it said what is to be mended."""
    find, put = re.compile(rf"(?<!\w){re.escape(proposal.row['find'])}(?!\w)"), str(proposal.row["put"])
    for clause in document.get("clause", []):
        if clause.get("id") == proposal.row["clause"] and find.search(str(clause.get("text", ""))):
            clause["text"] = find.sub(lambda _: put, str(clause["text"]), count=1)
            return True
    return False


def _value(value: Any) -> Any:
    """Return a value as it is written inside a row: tables on one line."""
    if isinstance(value, dict):
        return _inline(value)
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for each in value:
            array.append(_value(each))
        return array
    return value


def _inline(row: dict[str, Any]) -> Any:
    table = tomlkit.inline_table()
    for key, value in row.items():
        table.append(key, _value(value))
    return table


def _marked(proposals: Sequence[ProposedRow], ids: Sequence[str], state: Any) -> tuple[ProposedRow, ...]:
    return tuple(structs.replace(each, state=state) if each.id in set(ids) else each for each in proposals)


def _bare(line: str) -> str:
    return "".join(line.split())

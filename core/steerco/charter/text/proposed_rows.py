"""Rows of a charter that the words of an imported regulation propose, kept in a file beside it for a person to accept or refuse.

A plugin reads the words of a language (:class:`CharterProposer`). Nothing of the file counts until a row is accepted: then the
row stands in the charter, or its line in the policy, like one that somebody wrote.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct, structs

from steerco.charter.text.importer import Parsed

FILE = "charter.proposed.toml"
"""The name of the file, beside the ``charter.toml`` that it is for."""
POWER = "power"
"""The table of proposals that are lines of the policy: ``subject``, ``body``, ``object``, ``act``, ``facets``, ``clause``."""
REPAIR = "repair"
"""The table of proposals that change the wording of a clause where a scan was misread: ``clause``, ``find``, ``put``."""
PEOPLE = ("agency", "office")
"""Tables of proposals that belong into the file of people: who holds a seat by office has an office to hold."""
State = Literal["open", "accepted", "refused"]


class ProposedRow(Struct, frozen=True):
    """A row that the words propose: for ``table`` of the charter (``power``: for its policy), with the place and the sentence
    that say so. ``confidence`` is in percent: a fixed level that the proposer's author chose for such words. It is not
    measured.
    """

    table: str
    row: dict[str, Any]
    clause: str
    sentence: str
    confidence: int
    id: str = ""
    state: State = "open"


class CharterProposer(Protocol):
    """Reads out of the words of one language what a charter says as data."""

    @property
    def language(self) -> str:
        """The language that it reads, as the labels have it."""
        ...

    def propose(self, parsed: Parsed) -> Iterable[ProposedRow]:
        """Return what the clauses propose, each row with the clause in its ``cite`` (a power: in ``clause``)."""
        ...


def proposals_for(parsed: Parsed, language: str, proposers: Iterable[CharterProposer]) -> tuple[ProposedRow, ...]:
    """Return what the proposers of the language read, each once and with an id that stays the same for the same words."""
    found: dict[bytes, ProposedRow] = {}
    for proposer in proposers:
        if proposer.language == language:
            for each in proposer.propose(parsed):
                found.setdefault(_sign(each), each)
    return tuple(_identified(found.values()))


def kept(before: Sequence[ProposedRow], after: Sequence[ProposedRow]) -> tuple[ProposedRow, ...]:
    """Return ``after`` with what somebody decided on the same rows ``before``: refused stays refused."""
    decided = {_sign(each): each.state for each in before}
    return tuple(structs.replace(each, state=decided.get(_sign(each), "open")) for each in after)


def _sign(proposal: ProposedRow) -> bytes:
    content = {key: value for key, value in proposal.row.items() if key != "label"}
    return msgspec.json.encode((proposal.table, proposal.clause, content), order="deterministic")


def _identified(proposals: Iterable[ProposedRow]) -> Iterator[ProposedRow]:
    """Yield the proposals with their ids: the table, the row's own name or its clause, and a number where two are alike."""
    seen: Counter[str] = Counter()
    for each in proposals:
        own = each.row.get("id") or each.row.get("name") or each.row.get("on") or each.row.get("absent") or ""
        name = f"{each.row['object']}.{each.row['act']}" if each.table == POWER else "" if each.table == REPAIR else str(own)
        id = ":".join(filter(None, (each.table, name, each.clause)))
        seen[id] += 1
        yield structs.replace(each, id=id if seen[id] == 1 else f"{id}:{seen[id]}")


class BadProposals(ValueError):
    """A file of proposals that cannot be read; the message says what is wrong with it."""


def read_proposals(text: str) -> tuple[ProposedRow, ...]:
    """Return the proposals of a file. Raises ``BadProposals``."""
    try:
        rows = tomllib.loads(text).get("proposal", [])
        return tuple(msgspec.convert(rows, list[ProposedRow]))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise BadProposals(str(wrong)) from None


def as_file(proposals: Sequence[ProposedRow], source: str = "") -> str:
    """Return the text of a file of proposals."""
    return "\n".join(_file(proposals, source)) + "\n"


def _file(proposals: Sequence[ProposedRow], source: str) -> Iterator[str]:
    yield f"# What the words of {source or 'the regulation'} propose for charter.toml and the policy. Nothing here counts."
    yield "# Compare each row with its sentence, then accept or refuse it: `steerco charter accept SLUG ID`, or in the browser."
    for each in proposals:
        yield from (
            "",
            "[[proposal]]",
            f"id = {inline(each.id)}",
            f"table = {inline(each.table)}",
            f"clause = {inline(each.clause)}",
        )
        yield from (f"sentence = {inline(each.sentence)}", f"confidence = {each.confidence}", f"state = {inline(each.state)}")
        yield "[proposal.row]"
        yield from (f"{_key(key)} = {inline(value)}" for key, value in each.row.items())


def row_text(proposal: ProposedRow) -> str:
    """Return a proposal as it would stand in its file: a row of TOML, or a line of the policy."""
    if proposal.table == POWER:
        return policy_line(proposal.row)
    if proposal.table == REPAIR:
        return f"- {proposal.row['find']}\n+ {proposal.row['put']}"
    head = "[instrument]" if proposal.table == "instrument" else f"[[{proposal.table}]]"
    return "\n".join([head, *(f"{_key(key)} = {inline(value)}" for key, value in proposal.row.items())])


def policy_line(row: dict[str, Any]) -> str:
    """Return the line of a policy that a proposed power is."""
    facets = ";".join(f"{key}={value}" for key, value in row.get("facets", {}).items()) or "-"
    return f"p, {row['subject']}, {row['body']}, {row['object']}, {row['act']}, {facets}, allow, {row['clause']}"


def inline(value: Any) -> str:
    """Return a value as TOML on one line; JSON's escapes of a text are TOML's too, but for one character."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(inline, value)) + "]"
    return str(value)


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else inline(key)

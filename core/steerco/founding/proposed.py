"""The work of ``steerco charter propose``, ``proposals``, ``accept`` and ``refuse``: the file of proposals beside a charter."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from steerco.charter.text.accepting import AcceptedFiles, NotAcceptable, accept, chosen, policy_of, refuse, with_states
from steerco.charter.text.importer import Imported, Paper, Parsed
from steerco.charter.text.outline import OutlineContainer, OutlinePart
from steerco.charter.text.proposed_rows import (
    FILE,
    BadProposals,
    ProposedRow,
    as_file,
    kept,
    proposals_for,
    read_proposals,
    row_text,
)
from steerco.config.kinds import SCHEMAS
from steerco.config.short_forms import only_language, spread
from steerco.config.similar import did_you_mean
from steerco.configuration.home import Home
from steerco.configuration.replaced_files import replace_all
from steerco.extension.loader import installed
from steerco.founding.problem import FoundingProblem

MEND = "mend it, or delete it and propose anew: steerco charter propose"
"""What helps where the file of proposals cannot be read."""


class ProposalsToWrite(Struct, frozen=True):
    """The file of proposals as it is to be written; none where nothing is proposed."""

    path: Path
    proposals: tuple[ProposedRow, ...]
    text: str

    @property
    def count(self) -> int:
        return len(self.proposals)

    def written(self) -> str:
        """Write the file and return its path, "" where there is none to write."""
        if not self.proposals:
            return ""
        replace_all({self.path: self.text})
        return str(self.path)


class ProposalsReport(Struct, frozen=True):
    """The proposals for a charter and how many wait."""

    file: str
    open: int
    proposals: tuple[ProposedRow, ...]


class ProposalsDecided(Struct, frozen=True):
    """What was accepted or refused, the files that changed, and what could not be done."""

    done: tuple[str, ...]
    files: tuple[str, ...]
    problems: tuple[NotAcceptable, ...]
    rows: tuple[str, ...]


def of_import(home: Home, slug: str, read: Imported, source: str) -> ProposalsToWrite:
    """Return what the words of an imported text propose; what somebody decided before on the same rows stays decided."""
    return _to_write(_file(home, slug), read.parsed, read.language, source)


def propose(home: Home, slug: str) -> ProposalsReport:
    """Read the words of a tenant's charter again and write the file of proposals anew. Raises ``FoundingProblem``."""
    charter = _text(home, slug, "charter.toml")
    if not charter:
        raise FoundingProblem(
            "no-charter", f"tenants/{slug} has no charter.toml", "import one first: steerco charter import", asked=True
        )
    own = only_language(tomllib.loads(_text(home, slug, "tenant.toml")))
    parsed, language = _parsed(spread(tomllib.loads(charter), SCHEMAS["charter"], language=own).document)
    found = _to_write(_file(home, slug), parsed, language, "")
    replace_all({found.path: found.text})
    return _report(found.path, found.proposals)


def listed(home: Home, slug: str) -> ProposalsReport:
    """Return the proposals for a tenant's charter. Raises ``FoundingProblem``."""
    return _report(_file(home, slug), _proposals(home, slug))


def decide(home: Home, slug: str, ids: Sequence[str], above: int | None, refused: bool, dry: bool) -> ProposalsDecided:
    """Accept (or refuse) proposals: those named, and all open ones of the confidence ``above``; all of them or none.

    Raises ``FoundingProblem`` where none is meant or known.
    """
    proposals = _proposals(home, slug)
    picked = chosen(proposals, ids, above)
    if not picked:
        raise FoundingProblem(
            "none-meant", "no proposal is meant", "name their ids, or all above a confidence: --above 90", asked=True
        )
    if unknown := [id for id in picked if all(id != each.id for each in proposals)]:
        hint = (
            did_you_mean(unknown[0], [each.id for each in proposals], most=3, least=0.4) or "steerco charter proposals lists them"
        )
        raise FoundingProblem("no-proposal", f"no proposal is called {unknown[0]!r}", hint)
    charter = _text(home, slug, "charter.toml")
    policy, people = home.folder / policy_of(charter, slug), home.folder / "tenants" / slug / "people.toml"
    before = AcceptedFiles(charter, _there(policy), _there(people))
    result = (refuse if refused else accept)(before, proposals, picked)
    after, file = result.files, _file(home, slug)
    files = {home.folder / "tenants" / slug / "charter.toml": (charter, after.charter), policy: (before.policy, after.policy)}
    files[people] = (before.people, after.people)
    was = file.read_text("utf-8")
    files[file] = (was, with_states(was, result.proposals))
    changed = {path: after for path, (old, after) in files.items() if old != after and not result.problems}
    if not dry:
        replace_all(changed)
    rows = tuple(row_text(each) for each in proposals if each.id in result.done)
    return ProposalsDecided(result.done, tuple(str(path.relative_to(home.folder)) for path in changed), result.problems, rows)


def _there(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _to_write(path: Path, parsed: Parsed, language: str, source: str) -> ProposalsToWrite:
    before: tuple[ProposedRow, ...] = ()
    if path.exists():
        before = _read(path)
    found = kept(before, proposals_for(parsed, language, installed().proposers()))
    return ProposalsToWrite(path, found, as_file(found, source))


def _proposals(home: Home, slug: str) -> tuple[ProposedRow, ...]:
    path = _file(home, slug)
    if not path.exists():
        do = f"`steerco charter propose {slug}` reads the words of its charter"
        raise FoundingProblem("no-proposals", f"tenants/{slug} has no {FILE}", do)
    return _read(path)


def _read(path: Path) -> tuple[ProposedRow, ...]:
    try:
        return read_proposals(path.read_text("utf-8"))
    except (BadProposals, UnicodeDecodeError) as wrong:
        raise FoundingProblem("bad-proposals", f"{path.name} cannot be read: {wrong}", MEND) from None


def _report(path: Path, proposals: tuple[ProposedRow, ...]) -> ProposalsReport:
    return ProposalsReport(str(path), sum(each.state == "open" for each in proposals), proposals)


def _file(home: Home, slug: str) -> Path:
    return home.folder / "tenants" / slug / FILE


def _text(home: Home, slug: str, name: str) -> str:
    return home.content(slug).get(f"tenants/{slug}/{name}", "")


def _parsed(charter: dict[str, Any]) -> tuple[Parsed, str]:
    """Return the clauses of a charter as a parser would, and the language of its labels."""
    headings = charter.get("heading", [])
    labels = [label for row in (*headings, *charter.get("clause", [])) for label in row.get("label", row.get("heading", {}))]
    language = (
        max(set(labels), key=labels.count) if labels else next(iter(charter.get("instrument", {}).get("title", {"en": ""})))
    )

    def said(row: dict[str, Any], key: str) -> str:
        return str(row.get(key, {}).get(language, ""))

    containers = [OutlineContainer(row["id"], said(row, "label"), 0, row.get("under", "")) for row in headings]
    parts = [
        OutlinePart(row["id"], row.get("text", "") or said(row, "gloss"), 0, said(row, "heading"), row.get("under", ""))
        for row in charter.get("clause", [])
    ]
    title = charter.get("instrument", {}).get("title", {}).get(language, "")
    return Parsed(Paper(title=title), tuple(containers), tuple(parts)), language

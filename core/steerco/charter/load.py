"""Turn a checked document into a charter. Each rule keeps its file and line."""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from steerco.charter import time_rows
from steerco.charter.model import Charter, PartialDate
from steerco.charter.packed_texts import folded
from steerco.charter.reached import with_classes
from steerco.charter.tables.own_kinds import MEETING
from steerco.config.findings import Finding
from steerco.config.kinds import SCHEMAS
from steerco.config.locate import Lines, nowhere
from steerco.config.read import read_toml
from steerco.config.short_forms import spread

TABLES: dict[str, str] = {
    "clause": "clauses",
    "heading": "headings",
    "citation": "citations",
    "kind": "own_kinds",
    "body": "bodies",
    "role": "roles",
    "group": "groups",
    "seat": "seats",
    "succession": "successions",
    "cadence": "cadences",
    "duty": "duties",
    "procedure": "procedures",
    "separation": "separations",
    "not_run": "not_run",
    "decision": "decisions",
    "ballot": "ballots",
    "quorum": "quorums",
    "weight": "weights",
    "proxy": "proxies",
    "recusal": "recusals",
    "election": "elections",
    "route": "routes",
    "written": "writings",
    "veto": "vetoes",
    "bar": "bars",
    "term": "terms",
    "cap": "caps",
    "eligibility": "eligibilities",
    "clock": "clocks",
    "vacancy": "vacancies",
    "rotation": "rotations",
    "lifetime": "lifetimes",
    "suspension": "suspensions",
    "removal": "removals",
    "demand": "demands",
    "publication": "publications",
    "rule": "rules",
    "portfolio": "portfolios",
    "finance": "finances",
    "signing": "signings",
    "bound": "bound",
    "template": "templates",
}
"""The tables of a charter file, and the field of ``Charter`` that holds each."""
FORCED = ("rule", "clock", "cadence", "duty", "procedure")
"""The tables whose rows have a force."""
UNSAID = (None, "not-stated", "none")
"""What stands for a length that is none."""
TOLD = ("clause", "heading", "citation")
"""The tables that hold no rules: they cite nothing."""
_STEP = re.compile(r"(\w+)|\[(\d+)\]")


class WrongRow(ValueError):
    """A row of which no charter can be made; ``path`` leads to it in the document."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


def read(source: Path | str, kind: str = "charter", file: str = "", language: str = "") -> tuple[Charter | None, list[Finding]]:
    """Read one charter, house or law file. The charter is None where there are findings.

    ``kind`` is ``charter``, ``house`` or ``law``; ``file`` what findings and sources call the file; ``language`` the only one of
    the committee (empty: it has several).
    """
    document, findings, lines = read_toml(source, SCHEMAS[kind], file, unsaid=True)
    if findings:
        return None, findings
    name = file or (source.as_posix() if isinstance(source, Path) else "")
    long = spread(document, SCHEMAS[kind], language=language, file=name, lines=lines)
    if long.findings:
        return None, sorted(long.findings)
    try:
        return charter(long.document, name, long.lines), []
    except WrongRow as wrong:
        return None, [Finding(name, long.lines(wrong.path), "wrong-value", str(wrong))]
    except msgspec.ValidationError as wrong:
        return None, [_wrong_type(wrong, name, long.lines)]


def charter(document: Mapping[str, Any], file: str = "", lines: Lines = nowhere) -> Charter:
    """Return the charter that a checked document holds.

    ``lines`` gives the line of a path in the document. Raises :class:`WrongRow` for a row whose keys do not go together, and
    ``msgspec.ValidationError`` for a value that a table cannot hold.
    """
    fields: dict[str, Any] = {
        "instrument": _placed(("instrument",), _instrument, document["instrument"]),
        "policy": document.get("policy", ""),
        "not_stated": document.get("not_stated", ()),
        "file": file,
        "digest": digest(document),
    }
    kind = fields["instrument"].get("kind", "charter")
    fields["readings"] = [
        {
            "table": table,
            "row": _called(row),
            "cite": _listed(row["cite"]),
            "text": row["reading"],
            "source": _at(file, lines((table, i))),
        }
        for table in TABLES
        for i, row in enumerate(document.get(table, ()))
        if "reading" in row
    ]
    fields["unread_forces"] = [
        {"table": table, "row": _called(row), "source": _at(file, lines((table, i)))}
        for table in TABLES
        for i, row in enumerate(document.get(table, ()))
        if table not in FORCED and "force" in row
    ]
    for table, field in TABLES.items():
        rows = document.get(table, [])
        if table == "decision":
            rows = with_classes(rows, document)
        fields[field] = [_placed((table, i), _row, table, row, kind, _at(file, lines((table, i)))) for i, row in enumerate(rows)]
    own = fields["own_kinds"] if kind == "charter" else ()
    fields["publications"] = [*map(_with_kinds(own), fields["publications"]), *_open_kinds(own)]
    return folded(msgspec.convert(fields, Charter))


def _placed(path: tuple[str | int, ...], make: Callable[..., dict[str, Any]], *given: Any) -> dict[str, Any]:
    try:
        return make(*given)
    except ValueError as wrong:
        raise WrongRow(path, str(wrong)) from wrong


def _wrong_type(wrong: msgspec.ValidationError, file: str, lines: Lines) -> Finding:
    """Return the finding for a value that no table can hold, where msgspec says that it stands (``$.duties[3].holder``)."""
    told, _, place = str(wrong).partition(" - at `$.")
    steps = [int(number) if number else key for key, number in _STEP.findall(place.rstrip("`"))]
    table = next((table for table, field in TABLES.items() if steps and field == steps[0]), "")
    path = (table, *steps[1:]) if table else tuple(steps)
    named = ".".join(str(step + 1) if isinstance(step, int) else step for step in path)
    return Finding(file, lines(path), "wrong-value", f"{named}: {told[:1].lower()}{told[1:]}")


def _open_kinds(kinds: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield for each kind of meeting that is open the rule by which its time and place are public."""
    for row in kinds:
        if row["of"] == MEETING and row.get("open"):
            cite = row.get("cite", ())
            yield {"of": "meeting", "to": "public", "kinds": (row["id"],), "cite": cite, "source": row["source"]}


def _with_kinds(kinds: Sequence[Mapping[str, Any]]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what keeps the kinds of meetings that are not open out of a rule on publishing meetings."""
    closed = tuple(row["id"] for row in kinds if row["of"] == MEETING and row.get("open") is False)
    return lambda row: {**row, "spares": closed} if row["of"] == "meeting" and closed else row


def digest(document: Mapping[str, Any]) -> str:
    """Return a checksum of what the document says, whatever its comments and its order of keys."""
    return hashlib.sha256(msgspec.json.encode(document, order="deterministic")).hexdigest()


def partial_date(written: date | str) -> dict[str, date]:
    """First and last day of a date of which only year, or year and month, may be certain (``"2018"``, ``"2018-10"``)."""
    if isinstance(written, date):
        return {"first": written, "last": written}
    year, _, month = written.partition("-")
    first, last = (int(month), int(month)) if month else (1, 12)
    end = calendar.monthrange(int(year), last)[1]
    return {"first": date(int(year), first, 1), "last": date(int(year), last, end)}


def span(written: date | str) -> PartialDate:
    """Return a written date as a :class:`PartialDate`."""
    return PartialDate(**partial_date(written))


def _instrument(row: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(row)
    for key in ("effective", "date", "not_before"):
        if key in fields:
            fields[key] = partial_date(fields[key])
    if "cite" in fields:
        fields["cite"] = _listed(fields["cite"])
    return fields


def _row(table: str, row: Mapping[str, Any], kind: str, source: dict[str, Any]) -> dict[str, Any]:
    fields = {**row, "source": source}
    for key in ("cite", "has", "done_by", "undone_by", "waived_by", "closed_by"):
        if key in fields:
            fields[key] = _listed(fields[key])
    if table == "separation":
        fields["acts"] = _listed(fields["acts"])
    if table in FORCED:
        fields.setdefault("force", "binding" if kind == "law" else kind)
    if table == "cap":
        fields.setdefault("id", f"{fields['body']}-{fields['by'].removeprefix('attr:')}")
    if table == "clock":
        fields = time_rows.clock(fields)
    if table == "publication":
        fields |= {key: time_rows.length(fields[key]) for key in ("within", "keep") if fields.get(key) not in UNSAID}
    if table == "lifetime":
        fields = time_rows.lifetime(fields)
    if table == "cadence":
        fields = time_rows.cadence(fields)
    for key in ("from", "to"):
        if table == "clock" and key in fields:
            fields[key] = partial_date(fields[key])
    if table == "ballot" and "at_least" in fields.get("period", {}):
        fields["period"] = fields["period"]["at_least"]
    return fields


def _called(row: Mapping[str, Any]) -> str:
    return next((str(row[key]) for key in ("id", "name", "role", "on", "absent", "body") if key in row), "")


def _at(file: str, line: int) -> dict[str, Any]:
    return {"file": file, "line": line}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value

"""Takes the text of a regulation into a home: its clauses as the charter, and beside it what its words propose."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from steerco.charter.text.importer import Imported, ImportReport, NotRead, from_parts, read_regulation, write_charter
from steerco.charter.text.sources import SourceProblem, read_source
from steerco.configuration.home import SLUG, BadSlug, Home
from steerco.extension.loader import installed
from steerco.founding import proposed
from steerco.founding.new_tenant import complete, give_way, untouched
from steerco.founding.problem import FoundingProblem


def import_text(home: Home, file: Path, slug: str) -> ImportReport:
    """Write ``tenants/SLUG/charter.toml`` from ``file``: plain text, Markdown, Word, PDF or Akoma Ntoso.

    Raises ``BadSlug`` and ``FoundingProblem``.
    """
    if not SLUG.match(slug) or len(slug) > 60:
        raise BadSlug(slug)
    target = home.folder / "tenants" / slug / "charter.toml"
    example = untouched(home, slug)
    if target.exists() and example is None:
        relative = target.relative_to(home.folder)
        do = "move it away first, or import under another tenant and compare; only an untouched example gives way"
        raise FoundingProblem("exists", f"{relative} exists already, and an import never writes over a charter", do)
    read = _read(file)
    rows = proposed.of_import(home, slug, read, file.name)
    if example is not None:
        give_way(home, example)
    report = write_charter(read, target, file.name)
    if example is not None:
        complete(home, example)
    return structs.replace(report, proposals=rows.count, proposed=rows.written())


def _read(file: Path) -> Imported:
    try:
        source = read_source(file)
        if source.parsed is not None:
            return from_parts(source.text, source.parsed, source.language, "Akoma Ntoso")
        return read_regulation(source.text, installed().parsers(), source.unsure)
    except SourceProblem as problem:
        raise FoundingProblem(problem.code, str(problem), problem.do) from None
    except NotRead as error:
        do = "a parser is brought by a plugin; without one, write the clauses by hand after `steerco tenant new`"
        raise FoundingProblem("not-read", str(error), do) from None

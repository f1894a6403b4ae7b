"""``charter import``: the parsers that are installed, and what they made of a text."""

from __future__ import annotations

from pathlib import Path

from steerco.charter.importer import ImportReport, NotRead, import_charter
from steerco.cli.problems import FINDINGS, CommandProblem
from steerco.configuration.home import SLUG, BadSlug, Home
from steerco.extension.loader import installed


def imported(home: Home, file: Path, slug: str) -> ImportReport:
    """Write ``tenants/SLUG/charter.toml`` from the text. Raises ``BadSlug`` and ``CommandProblem``."""
    if not SLUG.match(slug) or len(slug) > 60:
        raise BadSlug(slug)
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        do = "save it as plain text in UTF-8 first (of a Word or PDF document, its text)"
        raise CommandProblem("not-utf-8", f"{file} is no UTF-8 text", do) from None
    target = home.folder / "tenants" / slug / "charter.toml"
    try:
        return import_charter(text, installed().parsers(), target, file.name)
    except FileExistsError:
        shown = target.relative_to(home.folder)
        do = "move it away first, or import under another tenant and compare"
        raise CommandProblem("exists", f"{shown} exists already, and an import never writes over a charter", do) from None
    except NotRead as error:
        do = "a parser is brought by a plugin; without one, write the clauses by hand after `steerco tenant new`"
        raise CommandProblem("not-read", str(error), do, exit=FINDINGS) from None

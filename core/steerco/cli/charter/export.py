"""``steerco charter export``: a charter in a form that other programs for legal texts read."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import Struct

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.problems import FINDINGS, CommandProblem
from steerco.cli.frame.shell import Shell


class ExportedCharter(Struct, frozen=True):
    """The file that was written, and how many clauses are in it; ``without_text`` have no wording loaded."""

    file: str
    clauses: int
    without_text: int


@click.command(cls=Command)
@click.argument("slug")
@click.option("--akn", "_akn", is_flag=True, required=True, help="As Akoma Ntoso 3.0 (OASIS LegalDocML).")
@click.option("--file", "name", default="charter.toml", help="Which file of the tenant; charter.toml by default.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="Where to write; SLUG.akn.xml by default.")
@click.option("--language", type=click.Choice(["vi", "en"]), help="Of titles and headings; by default the one that most have.")
@click.option("--country", default="zz", metavar="CODE", help="The work's country, by ISO 3166: vn, fr …")
@pass_shell
def export(shell: Shell, slug: str, _akn: bool, name: str, to: Path | None, language: str | None, country: str) -> None:
    """Write a charter as Akoma Ntoso, the standard's XML for legal texts; `charter import` reads it back."""
    from steerco.charter import load
    from steerco.charter.text.akoma_ntoso import Edition, as_akoma_ntoso, languages
    from steerco.config.read import read_toml
    from steerco.config.short_forms import only_language

    content, tenant = shell.home.content(slug), f"tenants/{slug}/tenant.toml"
    text = content.get(f"tenants/{slug}/{name}")
    if text is None:
        raise CommandProblem("no-charter", f"tenants/{slug} has no {name}", "name its file: --file charter-2024.toml")
    settings, _, _ = read_toml(content.get(tenant, ""), {}, tenant)
    charter, wrong = load.read(text, "charter", f"tenants/{slug}/{name}", only_language(settings))
    if charter is None:
        do = f"`steerco tenant check {slug}` lists what is to be mended"
        raise CommandProblem("unsound", str(wrong[0]), do, exit=FINDINGS)
    target = to or Path(f"{slug}.akn.xml")
    if target.exists():
        raise CommandProblem("exists", f"{target} exists already", "name another file: --to FILE")
    target.write_bytes(as_akoma_ntoso(charter, Edition(language or next(iter(languages(charter)), "en"), country.lower())))
    without = sum(not clause.text for clause in charter.clauses)
    note = f"; {without} have no wording loaded" if without else ""
    answer = ExportedCharter(str(target), len(charter.clauses), without)
    shell.report(answer, lambda: click.echo(f"{target}: {len(charter.clauses)} clauses{note}", err=True))

"""``steerco charter print``: "our charter in Steerco", one page that a legal department reads and signs.

Every clause with its words or our summary, what became of it (powers, duties, rules), how rows read it, the house rules, and
what the text leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from html import escape
from pathlib import Path

import click

from steerco.charter.all_rules import ruled
from steerco.charter.left_open import left_open
from steerco.charter.model import Charter, Clause, Label
from steerco.cli.answers.questions import snapshot_of
from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.shell import Shell, now
from steerco.configuration.regime import Regime
from steerco.configuration.snapshot import Snapshot
from steerco.i18n import Words, languages, words

STYLE = """
body { font: 11pt/1.45 serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #111; background: #fff }
h1 { font-size: 1.5em } h2 { font-size: 1.2em; border-bottom: 1px solid #111; margin-top: 2em }
h3 { font-size: 1em; margin: 1.2em 0 0 }
p, ul { margin: .3em 0 } ul { padding-left: 1.4em } .note { color: #444; font-style: italic }
section { break-inside: avoid } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .2em .6em .2em 0; vertical-align: top; border-bottom: 1px solid #999 }
.sign td { border: 0; border-top: 1px solid #111; padding-top: .3em; width: 33% }
@media print { body { margin: 0; max-width: none } @page { margin: 20mm } }
"""


@click.command("print", cls=Command)
@click.argument("slug")
@click.option("--language", type=click.Choice(languages()), help="The language of the page; by default the committee's first.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; by default SLUG-charter.html."
)
@pass_shell
def print_charter(shell: Shell, slug: str, language: str | None, output: Path | None) -> None:
    """Write the charter as one page to print and sign: clauses, what each became, readings, house rules, what is not stated."""
    snapshot = snapshot_of(shell, slug)
    target = output or Path(f"{slug}-charter.html")
    target.write_text(as_page(snapshot, now().date(), language or snapshot.settings.languages[0]), "utf-8", newline="\n")
    shell.report({"slug": slug, "file": str(target)}, lambda: click.echo(str(target)))


def as_page(snapshot: Snapshot, day: date, language: str) -> str:
    """Return the page, a whole HTML document without a script, for the regulation in force on a day (or the first after it)."""
    regime, say = snapshot.regime_on(day), words(language)
    page = _CharterPage(regime, say)
    name = escape(say.of(snapshot.settings.name))
    head = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{name}</title><style>{STYLE}</style></head>'
    )
    return f"{head}<body><h1>{name}</h1>{''.join(page.body())}</body></html>\n"


class _CharterPage:
    """One regulation as it is printed, in one language."""

    def __init__(self, regime: Regime, say: Words) -> None:
        self.regime, self.say = regime, say

    def body(self) -> Iterator[str]:
        charter = self.regime.charter
        yield f"<p>{self.text(charter.instrument.title)} · {escape(charter.instrument.id)}</p>"
        yield f'<p class="note">{self.word("what")}</p>'
        yield f"<h2>{self.word('clauses')}</h2>"
        yield from self.clauses(charter, "")
        for layer in self.regime.layers:
            apart = f"{layer.instrument.id}:" if layer.instrument.apart else ""
            kind = self.word("house" if layer.instrument.kind == "house" else "beside")
            yield f"<h2>{kind}: {self.text(layer.instrument.title)}</h2>"
            yield from self.clauses(layer, apart)
        yield f"<h2>{self.word('left-open')}</h2><table><tr><th>{self.word('topic')}</th><th>{self.word('applies')}</th></tr>"
        for each in left_open(charter, self.regime.layers):
            then = ", ".join(each.filled) or self.say("left-open.applies", each.topic)
            yield f"<tr><td>{escape(self.say('left-open.topic', each.topic))}</td><td>{escape(then)}</td></tr>"
        yield "</table>"
        signs = "".join(f"<td>{self.word(name)}</td>" for name in ("signed-by", "function", "signed-on"))
        yield f"<section><h2>{self.word('signed')}</h2><p>{self.word('agreed')}</p><p>&nbsp;</p>"
        yield f'<table class="sign"><tr>{signs}</tr></table></section>'

    def clauses(self, layer: Charter, apart: str) -> Iterator[str]:
        for clause in layer.clauses:
            cited = apart + clause.id
            yield f"<section><h3>{escape(clause.id)} {self.text(clause.heading)}</h3>"
            yield f"<p>{self.wording(clause)}</p>"
            became = list(self.became(cited))
            items = "".join(f"<li>{escape(each)}</li>" for each in became)
            yield f"<ul>{items}</ul>" if became else f'<p class="note">{self.word("read-only")}</p>'
            for text in self.readings(cited):
                yield f'<p class="note">{self.word("reading")}: {text}</p>'
            yield "</section>"

    def wording(self, clause: Clause) -> str:
        return escape(clause.text).replace("\n", "<br>") if clause.text else self.text(clause.gloss)

    def became(self, cited: str) -> Iterator[str]:
        """Yield what the clause became: powers, then rows."""
        for line in self.regime.lines:
            if line.clause == cited:
                aim = f" ({', '.join(sorted(line.facets))})" if line.facets else ""
                key = "may" if line.allow else "may-not"
                yield self.say("left-open.printed", key, who=line.subject, act=f"{line.object}.{line.act}{aim}")
        for layer in (self.regime.charter, *self.regime.layers):
            for rule in ruled(layer):
                if cited in rule.cite:
                    label = getattr(rule.rule, "label", None)
                    yield f"{rule.table} {rule.name}" + (
                        f": {self.say.of(label)}" if isinstance(label, Label) and str(label) else ""
                    )

    def readings(self, cited: str) -> Iterable[str]:
        layers = (self.regime.charter, *self.regime.layers)
        return [self.text(each.text) for layer in layers for each in layer.readings if cited in each.cite]

    def text(self, label: Label) -> str:
        return escape(self.say.of(label))

    def word(self, key: str) -> str:
        return escape(self.say("left-open.printed", key))

"""``steerco tenant link``: lets somebody make a new committee in the browser."""

from __future__ import annotations

from typing import Any

import click

from steerco.cli.access.account import ADDRESS, leading
from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.problems import CommandProblem
from steerco.cli.frame.shell import Shell, now, user


@click.command(cls=Command)
@click.argument("slug")
@ADDRESS
@pass_shell
def link(shell: Shell, slug: str, address: str | None) -> None:
    """Print a link by which a new committee of this name is made in the browser: from a text, blank, or of a kind.

    It is good for 30 days, until the committee is applied. An earlier link for the name ends; what was begun by it goes on.
    """
    from steerco.accounts import founding_links
    from steerco.accounts.events import OPERATOR
    from steerco.configuration.home import SLUG, BadSlug
    from steerco.store.base import INSTALLATION

    if not SLUG.match(slug) or len(slug) > 60:
        raise BadSlug(slug)
    if slug in shell.applied():
        raise CommandProblem("exists", f"{slug} runs already", "choose another name; it is changed by those whom it names")
    leads = leading(shell, address)
    shell.makes = True
    with shell.installation.store.write(INSTALLATION) as session:
        offered = founding_links.offer(session, slug, now=now(), by=f"{OPERATOR}:{user()}")
    url = leads + offered.path
    answer: dict[str, Any] = {"slug": slug, "link": url, "until": offered.until}

    def text() -> None:
        click.echo(url)
        click.echo(f"for {slug}, until {offered.until:%Y-%m-%d %H:%M} UTC or until it is applied; shown only now", err=True)

    shell.report(answer, text)

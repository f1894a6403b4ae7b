"""``steerco token``: API tokens, which speak for one person of one tenant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.output import table
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now, user


@click.group(cls=CommandGroup)
def token() -> None:
    """Issue, list and revoke API tokens."""


@token.command()
@click.argument("slug")
@click.option("--person", required=True, metavar="WHO", help="The person it speaks for, or a role that one person holds.")
@click.option("--scope", "scopes", multiple=True, help="read, type.action, type.* or *; may be repeated. Default: read.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="The days for which it is good.")
@pass_shell
def issue(shell: Shell, slug: str, person: str, scopes: tuple[str, ...], days: int) -> None:
    """Issue a token. Its secret is shown once, and not kept."""
    from steerco.cli.answers.questions import person as person_of
    from steerco.operations import tokens

    tenant, at = shell.tenant(slug), now()
    with tenant.store.read(tenant.id) as session:
        who = person_of(tenant, session, person, at)
    try:
        token_issued = tokens.issue(tenant, who, scopes or ("read",), now=at, expires_at=at + timedelta(days=days), who=user())
    except tokens.BadToken as error:
        raise CommandProblem(
            "bad-token", str(error), "`steerco token issue --help` says what can be asked for", exit=USAGE
        ) from None

    def text() -> None:
        click.echo(token_issued.secret)
        until = f"{token_issued.expires_at:%Y-%m-%d}" if token_issued.expires_at else "revoked"
        click.echo(
            f"token {token_issued.id} for {token_issued.person}, {', '.join(token_issued.scopes)}, until {until}; shown only now",
            err=True,
        )

    shell.report(token_issued, text)


@token.command("list")
@click.argument("slug")
@pass_shell
def list_(shell: Shell, slug: str) -> None:
    """List the tokens of a tenant, without their secrets."""
    from steerco.operations import tokens

    at = now()
    rows: list[dict[str, Any]] = []
    for row in tokens.all_tokens(shell.tenant(slug)):
        ended = row.revoked_at or (row.expires_at if row.expires_at and row.expires_at <= at else None)
        state = "revoked" if row.revoked_at else "expired" if ended else "good"
        entry = {"id": row.id, "person": row.person, "scopes": row.scopes, "state": state}
        rows.append({**entry, "created_at": row.created_at, "expires_at": row.expires_at, "revoked_at": row.revoked_at})

    def text() -> None:
        cells = [
            (row["id"], row["person"], row["state"], str(row["expires_at"] or "-")[:10], " ".join(row["scopes"])) for row in rows
        ]
        table(cells, ("token", "person", "state", "until", "scopes"))
        if not rows:
            click.echo("no tokens", err=True)

    shell.report(rows, text)


@token.command()
@click.argument("slug")
@click.argument("token_id", metavar="TOKEN")
@pass_shell
def revoke(shell: Shell, slug: str, token_id: str) -> None:
    """End a token at once, by the id that `token list` shows."""
    from steerco.operations import tokens

    if not tokens.revoke(shell.tenant(slug), token_id, now=now(), who=user()):
        raise CommandProblem("no-token", f"no token {token_id!r} that is still good", f"`steerco token list {slug}` shows them")
    shell.report({"id": token_id, "state": "revoked"}, lambda: click.echo(f"{token_id} is revoked"))

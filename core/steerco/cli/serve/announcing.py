"""The lines that a server prints when it starts: where to look, and in a demonstration who can sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import click

from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.operations import tokens

Clock = Callable[[], datetime]
SHOWN = 20
"""The number of tenants that are named when the server starts: naming one means loading it."""
SIGN_IN_FOR = timedelta(days=1)
"""The lifetime of the tokens that a demonstration prints."""


def announce(installation: Installation, slugs: list[str], address: str, clock: Clock, *, demo: bool) -> None:
    """Print where to look, and for a demonstration its time, its pages and who can sign in."""
    click.echo(f"steerco serves {address}/")
    if demo:
        time = clock().astimezone(installation.tenant(slugs[0]).snapshot.settings.zone)
        click.echo(
            f"  a demonstration, with a clock of its own: it is {time:%Y-%m-%d %H:%M} there; acts are recorded at that time"
        )
    for slug in slugs[:SHOWN]:
        name, at = installation.tenant(slug).snapshot.settings.name, f"{address}/t/{slug}/"
        click.echo(f"  {name}: {at} (API: {at}api/)" if demo else f"  {name}: API: {at}api/")  # the pages are open in it alone
        if demo:
            for who, role, secret in sign_ins(installation, slug, clock()):
                click.echo(f"    {who} ({role}): Authorization: Bearer {secret}")
    if len(slugs) > SHOWN:
        click.echo("  … and more: `steerco tenant list` names all")
    if demo:
        announce_accounts(installation, slugs[:SHOWN], address, clock())
    else:
        click.echo(f"Whoever has an account signs in at {address}/sign-in; `steerco account invite SLUG --person WHO` makes one.")
        click.echo("The API takes tokens: `steerco token issue SLUG --person WHO`.")
    click.echo("Ctrl-C stops it.")


def announce_accounts(installation: Installation, slugs: list[str], address: str, at: datetime) -> None:
    """Print with which names and password a demonstration is signed in to."""
    from steerco.accounts.demonstration import new_password, open_to

    password = new_password()
    click.echo(f"Sign in at {address}/sign-in with the password {password} as one of")
    for slug in slugs:
        tenant = installation.tenant(slug)
        holders = first_holders(tenant, at)
        for role, name in open_to(tenant, holders, password, at).items():
            click.echo(f"    {name} ({holders[role]})")


def sign_ins(installation: Installation, slug: str, at: datetime) -> Iterator[tuple[str, str, str]]:
    """Yield a token that is good for a day for one holder of every role of the charter: person, role, secret."""
    tenant = installation.tenant(slug)
    for role, person in first_holders(tenant, at).items():
        yield person, role, tokens.issue(tenant, person, ("*",), now=at, expires_at=at + SIGN_IN_FOR).secret


def first_holders(tenant: Tenant, at: datetime) -> dict[str, str]:
    """Return one holder of every role of the charter, by role; nobody for two roles."""
    today = tenant.snapshot.local(at)
    charter = tenant.snapshot.regime_on(today).charter
    with tenant.store.read(tenant.id) as session:
        day = tenant.directory(session).on(today, charter)
        holders = {role.id: day.holders(role.id) for role in charter.roles}
    chosen: dict[str, str] = {}
    for role, persons in holders.items():
        free = [person for person in persons if person not in chosen.values()]
        if free:
            chosen[role] = free[0]
    return chosen

"""``steerco account``: who can sign in to the pages, as which person of a committee."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.environment import PREFIX
from steerco.cli.frame.output import table
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now, user

if TYPE_CHECKING:
    from steerco.accounts.links import Link
    from steerco.configuration.tenant import Tenant

SLUG = click.argument("slug")
PERSON = click.option("--person", required=True, metavar="WHO", help="The person, or a role that one person holds.")
ADDRESS = click.option(
    "--address",
    metavar="URL",
    help="The server to which the link leads; else STEERCO_ADDRESS, else the server that runs here.",
)
USUAL = "http://127.0.0.1:8000"
"""Where ``steerco serve`` answers unless it is told otherwise."""
DO = {
    "person-taken": "`steerco account reset` makes a link for another password",
    "no-account": "`steerco account invite` makes a link for one; `steerco account list` shows who has one",
}


@click.group(cls=CommandGroup)
def account() -> None:
    """Invite, list, reset, lock and unlock accounts, and sign them out."""


@account.command("list")
@SLUG
@pass_shell
def list_(shell: Shell, slug: str) -> None:
    """List the people of a tenant, with their accounts."""
    from steerco.accounts.administration import listing

    lines = listing(shell.tenant(slug), now())

    def text() -> None:
        cells = [
            (each.person, each.name or "-", each.state, "yes" if each.second_factor else "-", str(each.used_at or "-")[:16])
            for each in lines
        ]
        table(cells, ("person", "sign-in name", "state", "second factor", "last used"))

    shell.report(lines, text)


@account.command()
@SLUG
@PERSON
@click.option("--email", metavar="ADDRESS", help="Where the invitation is sent, and where the account gets word later.")
@ADDRESS
@pass_shell
def invite(shell: Shell, slug: str, person: str, email: str | None, address: str | None) -> None:
    """Invite a person: prints a link by which they choose a name and a password. It is good once, for a week."""
    from steerco.accounts import administration

    tenant, who = _person(shell, slug, person)
    leads = leading(shell, address)
    with _told():
        link = administration.invite(tenant, who, now=now(), email=email, by=_by())
    _report(shell, who, link, leads)


@account.command()
@SLUG
@PERSON
@ADDRESS
@pass_shell
def reset(shell: Shell, slug: str, person: str, address: str | None) -> None:
    """Print a link by which a person sets another password. It is good once, for two hours."""
    from steerco.accounts import administration

    tenant, who = _person(shell, slug, person)
    leads = leading(shell, address)
    with _told():
        link = administration.reset(tenant, who, now=now(), by=_by())
    _report(shell, who, link, leads)


@account.command()
@SLUG
@PERSON
@pass_shell
def lock(shell: Shell, slug: str, person: str) -> None:
    """Let a person sign in no more, and end what they have signed in."""
    from steerco.accounts import administration

    tenant, who = _person(shell, slug, person)
    with _told():
        administration.lock_account(tenant, who, now=now(), by=_by())
    shell.report({"person": who, "state": "locked"}, lambda: click.echo(f"{who} is locked, and signed out everywhere"))


@account.command()
@SLUG
@PERSON
@pass_shell
def unlock(shell: Shell, slug: str, person: str) -> None:
    """Let a person sign in again."""
    from steerco.accounts import administration

    tenant, who = _person(shell, slug, person)
    with _told():
        administration.unlock_account(tenant, who, now=now(), by=_by())
    shell.report({"person": who, "state": "active"}, lambda: click.echo(f"{who} may sign in again"))


@account.command("sign-out")
@SLUG
@PERSON
@pass_shell
def sign_out(shell: Shell, slug: str, person: str) -> None:
    """End everything that a person has signed in."""
    from steerco.accounts import administration

    tenant, who = _person(shell, slug, person)
    with _told():
        ended = administration.sign_out(tenant, who, now=now(), by=_by())
    shell.report({"person": who, "ended": ended}, lambda: click.echo(f"{who}: {ended} signed out"))


@account.command("drop-factor")
@SLUG
@PERSON
@pass_shell
def drop_factor(shell: Shell, slug: str, person: str) -> None:
    """Let a person whose app and recovery codes are gone sign in by the password alone."""
    from steerco.accounts import administration

    tenant, who = _person(shell, slug, person)
    with _told():
        administration.drop_factor(tenant, who, now=now(), by=_by())
    shell.report({"person": who}, lambda: click.echo(f"{who} signs in by the password alone"))


def _person(shell: Shell, slug: str, who: str) -> tuple[Tenant, str]:
    from steerco.cli.answers.questions import person

    tenant = shell.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        return tenant, person(tenant, session, who, now())


def _by() -> str:
    from steerco.accounts.events import OPERATOR

    return f"{OPERATOR}:{user()}"


@contextmanager
def _told() -> Iterator[None]:
    """Tell what cannot be done as the commands do."""
    from steerco.accounts.accounts import BadAccount

    try:
        yield
    except BadAccount as error:
        raise CommandProblem(error.code, str(error), DO.get(error.code, "")) from None


def leading(shell: Shell, given: str | None) -> str:
    """Return the address of the server to which links lead, without a last ``/``.

    It is what is ``given``, else ``STEERCO_ADDRESS``, else of the server of this home that runs, else where one would answer by
    default. Raises ``CommandProblem`` for what is no address.
    """
    from steerco.notifications.mail import ADDRESS as SETTING
    from steerco.operations.answering import answered_at

    if named := given or os.environ.get(SETTING):
        if not is_server(named):
            do = "give one such as https://steerco.example.vn"
            raise CommandProblem("bad-address", f"{named!r} is no address of a server", do, exit=USAGE)
        return named.rstrip("/")
    if found := answered_at(shell.home.data):
        return found
    click.echo(f"no server runs here: the link leads to {USUAL}; name another by --address or {SETTING}", err=True)
    return USUAL + os.environ.get(PREFIX, "")


def is_server(url: str) -> bool:
    """Return whether an address names a server and, at most, a path there."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        return False


def _report(shell: Shell, person: str, link: Link, address: str) -> None:
    url = address + link.path
    answer: dict[str, Any] = {"person": person, "link": url, "until": link.until}

    def text() -> None:
        click.echo(url)
        click.echo(f"for {person}, until {link.until:%Y-%m-%d %H:%M} UTC, good once; shown only now", err=True)

    shell.report(answer, text)

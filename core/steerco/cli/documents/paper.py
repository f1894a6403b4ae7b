"""``steerco paper``: the proof of one signed paper, and whether a paper is what its proof says. Checking needs no database."""

from __future__ import annotations

from pathlib import Path

import click

from steerco.cli.frame.command import CommandGroup, pass_shell
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell, now

PROOF = ".proof"
KEY = click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The public key (checkpoint.pub) to trust, from the installation itself and not with what it signed.",
)


@click.group(cls=CommandGroup)
def paper() -> None:
    """Prove who signed a paper, in which capacity and by which clause, and verify such a proof."""


@paper.command("prove")
@click.argument("slug")
@click.argument("code")
@click.option("--file", "target", type=click.Path(path_type=Path), required=True, help="The file to write.")
@pass_shell
def prove_(shell: Shell, slug: str, code: str, target: Path) -> None:
    """Write the proof of the document that the code on a paper (or a reference) names: its entries in the log, signed."""
    from steerco.operations.paper_proof import prove
    from steerco.store.checkpoint import Seal

    try:
        proof = prove(shell.tenant(slug), code, Seal(shell.home.data), now())
    except LookupError:
        known = f"nobody signed a document of the code {code!r}"
        raise CommandProblem("no-such-paper", known, "write the code as it stands at the foot of the paper", exit=USAGE) from None
    try:
        with target.open("xb") as file:
            file.write(proof)
    except FileExistsError:
        raise CommandProblem("exists", f"{target} is there already", "name another file by --file", exit=USAGE) from None
    shell.report({"slug": slug, "code": code, "file": str(target)}, lambda: click.echo(f"{target}: the proof of {code}"))


def _trusted(key: Path) -> str:
    """Return the public key in a file. Raises ``CommandProblem`` for a file without one."""
    from steerco.store.checkpoint import public_key

    try:
        return public_key(key.read_bytes())
    except ValueError:
        raise CommandProblem("bad-key", f"{key} is no public key (Ed25519, PEM)", "take var/checkpoint.pub", exit=USAGE) from None


@paper.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--proof", type=click.Path(dir_okay=False, path_type=Path), help="The proof; without it FILE.proof.")
@KEY
@pass_shell
def verify_(shell: Shell, file: Path, proof: Path | None, key: Path) -> None:
    """Verify a paper by its proof: who signed it, in which capacity, by which clauses, and where the log says so.

    Needs no database. Exit code 1 where anything is not as it was signed."""
    from msgspec import to_builtins

    from steerco.operations.paper_proof import verify

    beside = proof or file.with_name(file.name + PROOF)
    if not beside.is_file():
        raise CommandProblem("no-proof", f"there is no proof {beside}", "name it by --proof", exit=USAGE)
    found, wrong = verify(file.read_bytes(), beside.read_bytes(), _trusted(key))
    answer = {"file": str(file), "ok": not wrong, "paper": to_builtins(found) if found and not wrong else None, "wrong": wrong}

    def text() -> None:
        for each in wrong:
            click.echo(each)
        if found is None or wrong:
            click.echo(f"{file}: NOT SOUND")
            return
        said = found.capacity + (f" for {found.acting_for}" if found.acting_for else "")
        click.echo(f"{file}: sound, the paper of {found.ref} {found.number} as {found.paper}")
        click.echo(f"  signed by {found.name} ({found.signer}) as {said}, {found.signed_at.isoformat()}")
        click.echo(f"  under {', '.join(found.cites)}: {' / '.join(found.lines)}")
        click.echo(
            f"  log of {found.tenant}: entry {found.entry}, hash {found.hash}; its end was entry {found.seq}, {found.head}"
        )

    shell.report(answer, text, ok=not wrong)


@paper.command("register")
@click.argument("statement", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--paper", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A paper that it is to name.")
@KEY
@pass_shell
def register_(shell: Shell, statement: Path, file: Path | None, key: Path) -> None:
    """Verify a statement (JSON-LD) of a public register of powers, and whether a paper is one that it names.

    Needs no database. Exit code 1 where anything is not as it was signed."""
    from steerco.operations.register_statement import verify

    wrong = verify(statement.read_bytes(), _trusted(key), file.read_bytes() if file else None)

    def text() -> None:
        for each in wrong:
            click.echo(each)
        click.echo(f"{statement}: {'NOT SOUND' if wrong else 'sound'}")

    shell.report({"file": str(statement), "ok": not wrong, "wrong": wrong}, text, ok=not wrong)

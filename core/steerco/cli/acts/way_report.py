"""The answer of ``plan``, and its words."""

from __future__ import annotations

from datetime import date

import click
from msgspec import structs

from steerco.answers.found_way import NoSuchWay, Way
from steerco.answers.lab import Lab
from steerco.answers.ways import way
from steerco.answers.wording import Called, stopped, verdict
from steerco.cli.answers.findings import by, lab_of, print_looked
from steerco.cli.answers.questions import moment_of, payload
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.config.similar import did_you_mean
from steerco.i18n import DEFAULT, words
from steerco.operations.standing_copy import TooManyRows
from steerco.records import Stopped


def way_of(
    shell: Shell, slug: str, action: str, last: str, given: str | None, away: tuple[str, ...], on: str, at: str | None
) -> Way:
    """Return the shortest way to an act in a committee as its files make it; of a record (``on``) in the committee as it stands.

    Raises ``CommandProblem`` and ``NotApplied``.
    """
    lab = _standing(shell, slug, at) if on else lab_of(shell, slug, at)
    for each in away:
        _away(lab, each)
    try:
        answer = way(lab, action, _day("--by", last), payload(given), on)
    except NoSuchWay as wrong:
        name = {"do": "ACTION", "by": "--by", "with": "--with", "on": "--on"}[wrong.field]
        known = [each.id for type in lab.snapshot.types.values() for each in type.acts().values()]
        do = did_you_mean(action, known) or "" if wrong.field == "do" else ""
        raise CommandProblem("no-way", f"{name} {words(DEFAULT).reason(wrong.why)}", do, exit=USAGE) from None
    return structs.replace(answer, looked=answer.looked.further(*lab.left))


def _standing(shell: Shell, slug: str, at: str | None) -> Lab:
    """Return the committee of the database, with its records. Raises ``CommandProblem``."""
    tenant = shell.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        try:
            return Lab.of_records(tenant, session, moment_of(shell, slug, at))
        except TooManyRows as error:
            message = f"{slug} has more than {error.most} rows, which is too much to be tried in a copy"
            raise CommandProblem("too-large", message, "ask without --on", exit=USAGE) from None


def _away(lab: Lab, text: str) -> None:
    who, _, days = text.partition("=")
    first, _, last = days.partition("..")
    if not who or not first:
        raise CommandProblem(
            "bad-away", f"--away: {text!r} names no days", "write it like OFFICER=2021-06-14..2021-06-20", exit=USAGE
        )
    try:
        lab.absent(who, _day("--away", first), _day("--away", last or first))
    except Stopped as wrong:
        raise CommandProblem(
            "bad-away", f"--away: {text!r} cannot be: {wrong}", "name a seat or office that one person holds", exit=USAGE
        ) from None


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandProblem("bad-day", f"{option}: {text!r} is no day", "write it like 2021-02-03", exit=USAGE) from None


def print_way(answer: Way) -> None:
    """Print a way in words, or what stands in it."""
    say, called = words(DEFAULT), Called(str, str)
    click.echo(verdict(say, answer, called))
    if answer.meets:
        click.echo(f"  {say('answers.way', 'meets', day=answer.meets.date())}")
    for act in answer.acts:
        capacity = f" for {act.acting_for}" if act.acting_for else f" as {act.capacity}" if act.capacity else ""
        given = ", ".join(f"{name} {value}" for name, value in act.input.items())
        of = f" {say('answers.way', 'on-record', ref=act.on)}" if act.on else ""
        off = " (no working day)" if act.day_off else ""
        click.echo(
            f"  {act.latest}{off}  {act.by}{capacity} does {act.action}{of}{f' ({given})' if given else ''}{by(act.clauses)}"
        )
        if act.held_by:
            click.echo(f"              later is too late{by(act.held_by)}")
    for line in stopped(say, answer, called):
        click.echo(f"  {line}")
    if answer.stop and answer.stop.clauses:
        click.echo(f"  stopped{by(answer.stop.clauses)}")
    if answer.away:
        click.echo(f"away on some of these days, and not counted on: {', '.join(answer.away)}")
    print_looked(answer.looked)

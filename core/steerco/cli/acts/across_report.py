"""The answers of ``week`` and ``competence``, and their words."""

from __future__ import annotations

from datetime import date

import click

from steerco.accounts.accounts import account_of, persons_of
from steerco.answers.competence import CompetenceMap
from steerco.answers.week import Week
from steerco.cli.answers.questions import person
from steerco.cli.frame.output import table
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.configuration.regime import PLATFORM
from steerco.i18n import DEFAULT, languages, words
from steerco.store.base import INSTALLATION
from steerco.web.pages.work.across import looks
from steerco.web.pages.work.competence import gathered
from steerco.web.pages.work.week import near
from steerco.web.pages.work.whole_week import whole


def week_of(shell: Shell, slug: str, who: str, first: str | None, lang: str) -> Week:
    """Return the week of a person in a committee, and in those of the same account that share it. Raises ``CommandProblem``."""
    tenant, now = shell.tenant(slug), shell.present(slug)
    today, day = tenant.snapshot.local(now), _day(first)
    if day is not None and not near(day, today):
        raise CommandProblem("bad-day", f"--from: {day} lies too far from {today}", "name a nearer day", exit=USAGE)
    with tenant.store.read(tenant.id) as session:
        found = person(tenant, session, who, now)
    with shell.installation.store.read(INSTALLATION) as session:
        account = account_of(session, tenant.id, found)
        numbers = persons_of(session, account.id) if account is not None else {tenant.id: found}
    persons = {name: numbers[number] for number, name in shell.installation.named(numbers).items()}
    return whole(looks(shell.installation, persons, _language(lang), shell.present), day, today, slug).told


def competence_of(shell: Shell, slugs: tuple[str, ...], lang: str) -> CompetenceMap:
    """Return who has which subject in these committees, or in all, as far as they share it. Raises ``CommandProblem``."""
    for slug in slugs:
        shell.tenant(slug)
    persons = dict.fromkeys(slugs or shell.applied(), PLATFORM)
    return gathered(looks(shell.installation, persons, _language(lang), shell.present)).map


def print_week(answer: Week) -> None:
    """Print a week, committee by committee."""
    say = words(DEFAULT)
    click.echo(say("work.week", "title", first=answer.first, last=answer.last))
    for each in answer.committees:
        click.echo(f"\n{each.name}: {', '.join(each.roles)}; {say('work.week', 'entry', number=each.entry)}; {each.code}")
        rows = [
            (say("work.week", line.part), line.day or "", line.title, line.status, ", ".join(line.clauses)) for line in each.lines
        ]
        if rows:
            table(rows, ("", "day", "what", "how it stands", "by"))
    if answer.silent:
        click.echo(say("work.week", "silent", committees="; ".join(answer.silent)))


def print_competence(answer: CompetenceMap) -> None:
    """Print the map as a table: what is unclear stands first."""
    say = words(DEFAULT)
    rows = [
        (subject.label, say("work.competence", subject.verdict.replace("-", "_")), each.committee, each.holder, each.lead, by)
        for subject in answer.subjects
        for each in subject.held
        for by in [", ".join(each.clauses)]
    ]
    if rows:
        table(rows, ("subject", "", "committee", "held by", "led by", "by"))
    if answer.silent:
        click.echo(say("work.competence", "silent", committees="; ".join(answer.silent)))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CommandProblem("bad-day", f"--from: {text!r} is no day", "write it like 2021-02-03", exit=USAGE) from None


def _language(code: str) -> str:
    if code and code not in languages():
        raise CommandProblem("no-language", f"--lang: {code!r} is not known", f"one of {', '.join(languages())}", exit=USAGE)
    return code

"""``steerco explain``, ``duties``, ``actions``, ``do``, ``plan``, ``week`` and ``competence``: asking and acting, as a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from steerco.cli.frame.command import Command, pass_shell
from steerco.cli.frame.output import table
from steerco.cli.frame.shell import Shell

BY = click.option("--by", "who", required=True, metavar="WHO", help="A person, or a role that one person holds.")
ON = click.option("--on", metavar="RECORD", help="The record, by its id or reference.")
WITH = click.option("--with", "given", metavar="JSON", help="The input, as JSON; @FILE reads it from a file.")
AT = click.option("--at", metavar="DAY", help="The day (or time) asked about; by default now.")
AS = click.option("--as", "capacity", metavar="ROLE", help="The capacity to act in, where the person has several.")
LANG = click.option("--lang", default="", metavar="CODE", help="The language, such as vi; by default each committee's first.")
ENTERED_BY = click.option("--entered-by", metavar="WHO", help="Who enters it for the actor, where a rule lets them.")


@click.command(cls=Command)
@click.argument("slug")
@BY
@click.option("--do", "action", required=True, metavar="ACTION", help="The action, as type.action.")
@ON
@WITH
@AT
@AS
@ENTERED_BY
@click.option("--trace", is_flag=True, help="Show which plugins were asked, their answers, and how long each took.")
@pass_shell
def explain(
    shell: Shell,
    slug: str,
    who: str,
    action: str,
    on: str | None,
    given: str | None,
    at: str | None,
    capacity: str | None,
    entered_by: str | None,
    trace: bool,
) -> None:
    """Explain whether a person may do something, and why. Nothing is done.

    The answer names the clauses, who else may, and what would change it. Exit code 1 if the answer is no. With --entered-by it
    answers both: whether this person may enter acts for the other, and whether the other may do it.
    """
    from steerco.cli.answers.questions import answer, moment_of, payload, person, print_answer, print_trace, trace_rows
    from steerco.kernel.act import ActRequest

    rulings_asked: list[dict[str, Any]] = []
    time = moment_of(shell, slug, at)
    tenant = shell.reading(slug, time)
    with tenant.store.read(tenant.id) as session:
        actor = person(tenant, session, who, time)
        enterer = person(tenant, session, entered_by, time) if entered_by else None
        request = ActRequest(actor, action, time, on=on, input=payload(given), capacity=capacity, entered_by=enterer)
        decision = answer(tenant, session, request, lambda rulings: rulings_asked.extend(trace_rows(rulings)))
    if trace:
        decision["trace"] = rulings_asked

    def text() -> None:
        print_answer(decision, actor, action)
        if trace:
            print_trace(rulings_asked)

    shell.report(decision, text, ok=decision["outcome"] == "done")


@click.command(cls=Command)
@click.argument("slug")
@click.option("--of", "of", default="", metavar="WHO", help="Only the duties of this person, role, seat, body or agency.")
@AT
@click.option("--clause", default="", metavar="ID", help="Only the duties under this clause.")
@click.option("--by-clause", is_flag=True, help="The compliance report: clause by clause, what was due in a period up to --at.")
@click.option("--from", "first", metavar="DAY", help="With --by-clause: the first day; by default that of the year.")
@pass_shell
def duties(shell: Shell, slug: str, of: str, at: str | None, clause: str, by_clause: bool, first: str | None) -> None:
    """List who owes what by when, as of a day: the duty ledger."""
    from steerco.cli.acts.compliance_report import report
    from steerco.cli.answers.questions import known_clause, known_party, moment_of
    from steerco.cli.frame.problems import USAGE, CommandProblem
    from steerco.kernel.duty_ledger import entries

    if by_clause:
        report(shell, slug, of, clause, first, at)
        return
    if first is not None:
        raise CommandProblem("no-period", "--from asks about a period", "add --by-clause", exit=USAGE)
    time = moment_of(shell, slug, at)
    tenant = shell.reading(slug, time)
    today = tenant.snapshot.local(time)
    known_clause(tenant, clause, today)
    with tenant.store.read(tenant.id) as session:
        known_party(tenant, session, of, today)
        entries_due = entries(tenant, session, today, of=of, clause=clause)

    def text() -> None:
        rows = [
            (entry.state, entry.duty, entry.holder, entry.period or "-", entry.due_on or "not stated", ", ".join(entry.cites))
            for entry in entries_due
        ]
        table(rows, ("state", "duty", "holder", "period", "due on", "by"))
        if not rows:
            click.echo(f"nothing is owed as of {today}", err=True)

    shell.report(entries_due, text)


@click.command(cls=Command)
@click.argument("slug")
@click.argument("only", metavar="[TYPE]", default="")
@pass_shell
def actions(shell: Shell, slug: str, only: str) -> None:
    """List every record type with its actions: inputs, states from and to, facets. Of a charter that does not load, first what is
    wrong with it (exit code 1), then the types as every committee has them."""
    from steerco.cli.answers.questions import actions_of

    types, wrong = actions_of(shell, slug, only)
    for finding in wrong:
        click.echo(str(finding), err=True)
    if wrong:
        click.echo(f"{slug} does not load: these are the record types that every committee has, without its own kinds", err=True)

    def text() -> None:
        for kind in types:
            click.echo(f"\n{kind['type']}: {kind['doc']}")
            for name, values in kind["facets"].items():
                click.echo(f"  facet {name} = {' | '.join(values)}")
            for action in kind["actions"]:
                _print_action(action)

    shell.report(types, text, ok=not wrong)


def _print_action(action: dict[str, Any]) -> None:
    to = f" -> {action['to']}" if action["to"] else ""
    click.echo(f"  {action['action']}  [{', '.join(action['from'])}{to}]")
    _print_fields(action["input"], 6)


def _print_fields(fields: Sequence[Mapping[str, Any]], indent: int) -> None:
    for field in fields:
        kind = " | ".join(field["choices"]) or field["type"]
        several = "list of " if field["list"] else ""
        click.echo(f"{' ' * indent}{field['name']}: {several}{kind}{'' if field['required'] else ' (optional)'}")
        _print_fields(field["fields"], indent + 4)


@click.command(cls=Command)
@click.argument("slug")
@BY
@click.argument("action")
@ON
@WITH
@AS
@click.option("--key", metavar="KEY", help="An idempotency key: an act repeated with it is done once.")
@ENTERED_BY
@click.option("--evidence", type=click.Path(exists=True, dir_okay=False), help="The signed paper, for --entered-by.")
@click.option("--dry-run", is_flag=True, help="Answer with what would happen, and keep nothing.")
@pass_shell
def do(shell: Shell, /, slug: str, who: str, action: str, given: str | None, **options: Any) -> None:
    """Do one act, now, through the kernel. The tenant must be applied. Exit code 1 if it was not done."""
    from steerco.cli.acts.do_act import act
    from steerco.cli.answers.questions import payload, print_answer

    tenant = shell.tenant(slug)
    outcome = act(tenant, who, action, payload(given), shell.present(slug), **options)

    def text() -> None:
        print_answer({**(outcome["decision"] or {}), **outcome}, who, action)
        if record := outcome["record"]:
            would = "would be " if options["dry_run"] else ""
            click.echo(f"{record['type']} {record['ref']} {would}{record['state']} (id {record['id']})")

    shell.report(outcome, text, ok=outcome["outcome"] == "done")


@click.command(cls=Command)
@click.argument("slug")
@click.argument("action", metavar="ACTION")
@click.option(
    "--by", "by", required=True, metavar="DAY", help="The last day on which it is to be done; meetings on the way are held then."
)
@click.option(
    "--with", "given", metavar="JSON", help="""Input of the acts, such as '{"class": "proposal"}'; @FILE reads it from a file."""
)
@click.option(
    "--away", multiple=True, metavar="WHO=FIRST..LAST", help="Suppose that an officer is away on these days (repeatable)."
)
@click.option(
    "--on", default="", metavar="REF", help="The record on which it is to be done (M-2021-001): the committee as it stands here."
)
@click.option("--at", metavar="DAY", help="The day from which on something may be done; by default today.")
@pass_shell
def plan(
    shell: Shell, slug: str, action: str, by: str, given: str | None, away: tuple[str, ...], on: str, at: str | None
) -> None:
    """Tell the shortest lawful way to ACTION (type.action): the acts, by whom, when at the latest, by which clauses.

    The way begins from nothing; with --on from that record as it is: its state, its people, its meeting. Each act was performed
    on trial, on the day that is told. Where there is no way: what stands in it, by which clause, who could shorten the time,
    and the first later day. Exits with 1 where no way was found.
    """
    from steerco.cli.acts.way_report import print_way, way_of

    answer = way_of(shell, slug, action, by, given, away, on, at)
    shell.report(answer, lambda: print_way(answer), ok=answer.verdict == "way")


@click.command(cls=Command)
@click.argument("slug")
@click.argument("person")
@click.option("--from", "first", metavar="DAY", help="A day of the week; by default the present week.")
@LANG
@pass_shell
def week(shell: Shell, slug: str, person: str, first: str | None, lang: str) -> None:
    """Tell the week of PERSON (or of the one who holds that role) in SLUG, and in all committees of that account that share it.

    What only they can do, what waits for them, meetings, what is late and falls due, who acts while they are away: each line with
    its clause, as of an entry of each log.
    """
    from steerco.cli.acts.across_report import print_week, week_of

    answer = week_of(shell, slug, person, first, lang)
    shell.report(answer, lambda: print_week(answer))


@click.command(cls=Command)
@click.argument("slugs", metavar="[SLUG]...", nargs=-1)
@LANG
@pass_shell
def competence(shell: Shell, slugs: tuple[str, ...], lang: str) -> None:
    """Tell who has which subject over the committees that share it (those named, else all): one lead, two, none, overlaps."""
    from steerco.cli.acts.across_report import competence_of, print_competence

    answer = competence_of(shell, slugs, lang)
    shell.report(answer, lambda: print_competence(answer))

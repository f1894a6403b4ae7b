"""``steerco duties --by-clause``: the compliance report in a terminal."""

from __future__ import annotations

import click

from steerco.cli.answers.questions import known_clause, known_party, moment_of
from steerco.cli.frame.output import table
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.following.compliance import Report, compliance, period


def report(shell: Shell, slug: str, of: str, clause: str, first: str | None, at: str | None) -> None:
    """Tells what was due under each clause from ``first`` to ``at``, as it stands on that day. Raises ``CommandProblem``."""
    time = moment_of(shell, slug, at)
    tenant = shell.reading(slug, time)
    today = tenant.snapshot.local(time)
    begin = tenant.snapshot.local(moment_of(shell, slug, first)) if first else None
    with tenant.store.read(tenant.id) as session:
        begin, end = period(tenant, session, today, begin, today if at else None)
        if end < begin:
            do = "give --from a day that is not after --at"
            raise CommandProblem("bad-period", f"the period from {begin} to {end} ends before it begins", do, exit=USAGE)
        known_clause(tenant, clause, end)
        known_party(tenant, session, of, end)
        result = compliance(tenant, session, begin, end, of=of, clause=clause)
    shell.report(result, lambda: _print(result))


def _print(result: Report) -> None:
    """Only the clauses under which something was due; the JSON has all."""
    rows = [(row.clause, row.heading.en or row.heading.vi, _counts(row.counts)) for row in result.rows if row.entries]
    table(rows, ("clause", "heading", "how it stands"))
    click.echo(
        f"from {result.first} to {result.last}: {_counts(result.totals) or 'nothing was due'}",
        err=not rows,
    )
    if result.elsewhere:
        click.echo(
            f"of these, {result.elsewhere} rest on no clause of the regulation in force (house rule, law, earlier version)"
        )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counts.items())

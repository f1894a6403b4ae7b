"""The answer of ``log replay --under``: a period under a draft, as a table."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from steerco.answers.past import past_under
from steerco.answers.past_found import PastAct, PastDuty, PastRefused, PastUnder
from steerco.cli.answers.draft import draft_of
from steerco.cli.frame.output import ProgressBar, table
from steerco.cli.frame.problems import USAGE, CommandProblem
from steerco.cli.frame.shell import Shell
from steerco.i18n import DEFAULT, words
from steerco.kernel import duty_ledger

YEAR = timedelta(days=365)


def past_of(shell: Shell, slug: str, under: Path, first: str | None, last: str | None) -> PastUnder:
    """Return a period under a draft. Findings of a draft with errors come first, on stderr; it is answered as far as it loads.

    Raises ``CommandProblem`` for a folder without files of the tenant, and ``NotApplied`` where nothing can be read.
    """
    draft = draft_of(under, slug)
    tenant = shell.installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        newest = duty_ledger.last_day(tenant, session)
    end = _day("--to", last) or newest
    if end is None:
        raise CommandProblem("no-events", f"{slug} has no events yet", "there is nothing to decide again")
    begin = _day("--from", first) or end - YEAR
    if end < begin:
        raise CommandProblem("bad-days", f"{end} lies before {begin}", "give the earlier day as --from", exit=USAGE)
    return past_under(shell.installation, slug, draft, begin, end, ProgressBar(f"{slug}: deciding under the draft"))


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CommandProblem("bad-day", f"{option}: {text!r} is no day", "write it like 2021-02-03", exit=USAGE) from None


def print_past(slug: str, answer: PastUnder) -> None:
    """Print what comes out otherwise, as two tables, and how it was looked at."""
    say = words(DEFAULT)
    if answer.flips:
        table((_act(each) for each in answer.flips), ("event", "day", "who", "did", "on", "by", "under the draft", "by"))
    if answer.duties:
        table((_duty(each) for each in answer.duties), ("duty", "owed by", "period", "was", "under the draft", "by"))
    if answer.widened:
        table((_refused(each) for each in answer.widened), ("refused", "did", "by", "under the draft", "by"))
    numbers = ", ".join(f"{say('answers.past', kind)} {number}" for kind, number in sorted(answer.numbers.items()))
    period, told = f"{slug}, {answer.first} to {answer.last}", numbers or "nothing changes"
    click.echo(f"{period}: of {answer.acts} acts {answer.otherwise} come out otherwise; {told}")
    if answer.refused:
        wider = sum(each.number for each in answer.widened)
        click.echo(f"{answer.refused} acts were refused in these months; the draft may let {wider} of them through")
    how = f"{answer.decided} acts decided from the facts in the log"
    if answer.asked:
        how += f", {answer.asked} asked anew from event {answer.asked_from} on (touched: {', '.join(answer.touched)})"
    click.echo(how, err=True)
    click.echo(f"not looked at: {'; '.join(answer.left_out)}", err=True)


def _act(each: PastAct) -> tuple[object, ...]:
    say = words(DEFAULT)
    who = each.person + (f" for {each.acting_for}" if each.acting_for else "")
    code = f": {say('stop', each.code)}" if each.code and say.has("stop", each.code) else ""
    may = f" ({', '.join(each.may)} may)" if each.may else ""
    now = ", ".join(clause.clause for clause in each.clauses)
    return each.seq, each.day, who, each.action, each.ref, ", ".join(each.was), say("answers.past", each.kind) + code + may, now


def _refused(each: PastRefused) -> tuple[object, ...]:
    say = words(DEFAULT)
    now = [say("answers.past", "granted", who=", ".join(each.granted))] if each.granted else []
    now += [say("answers.past", "unbarred", who=", ".join(each.unbarred))] if each.unbarred else []
    return each.number, each.action, ", ".join(each.was), "; ".join(now), ", ".join(clause.clause for clause in each.clauses)


def _duty(each: PastDuty) -> tuple[object, ...]:
    say = words(DEFAULT)
    was, now = (f"{due or ''} {state}".strip() for due, state in ((each.due_was, each.state_was), (each.due_is, each.state_is)))
    cites = ", ".join(each.cites_is or each.cites_was)
    return each.duty, each.holder, each.period, was, f"{say('answers.past', f'duty-{each.kind}')}: {now}".rstrip(": "), cites

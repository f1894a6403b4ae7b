"""``tenant plan``: the plan of one tenant, and how it is told."""

from __future__ import annotations

import click

from steerco.cli.shell import Shell, now
from steerco.committee import record_types
from steerco.tenancy.installation import checked
from steerco.tenancy.loading import load
from steerco.tenancy.planning import Dated, Plan, Power, Ruling, first, plan


def plan_of(shell: Shell, slug: str) -> Plan:
    """What `apply` would change. Raises ``NotApplied`` for files with errors."""
    loaded = load(slug, shell.content(slug), record_types())
    after = checked(slug, loaded)
    if slug not in shell.applied():
        return first(slug, after, len(loaded.people.persons) if loaded.people else 0)
    tenant = shell.installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        return plan(tenant, session, after, tenant.snapshot.local(now()))


def told(plan: Plan) -> None:
    """Say a plan in words."""
    if plan.revision == plan.next:
        click.echo(f"{plan.slug}: nothing would change (revision {plan.revision})")
        return
    if plan.counts:
        click.echo(f"{plan.slug}: would be applied for the first time")
        for name, count in plan.counts.items():
            click.echo(f"  {count} {name}")
        return
    click.echo(f"{plan.slug}: revision {plan.revision} would become {plan.next}")
    _part("files", [f"{path} ({what})" for path, what in plan.files.items()])
    _part("settings", plan.settings)
    _part("powers gained", [_power(each) for each in plan.gained])
    _part("powers lost", [_power(each) for each in plan.lost])
    for name, rulings in (("clauses", plan.clauses), ("seats", plan.seats), ("duties", plan.duties), ("rules", plan.rules)):
        _part(name, [_ruling(each) for each in rulings])
    _part("what is owed", [_dated(each) for each in plan.dates])
    _part("note", plan.notes)


def _part(name: str, lines: list[str] | tuple[str, ...]) -> None:
    if lines:
        click.echo(f"\n{name}:")
        for line in lines:
            click.echo(f"  {line}")


def _power(power: Power) -> str:
    may = "may" if power.effect == "allow" else "may never"
    aim = "" if power.facets == "-" else f" with {power.facets}"
    people = f" ({', '.join(power.people)})" if power.people else ""
    return f"{power.subject}{people} {may} {power.act} {power.object} in {power.body}{aim}, by {power.clause}"


def _ruling(ruling: Ruling) -> str:
    cite = f", by {', '.join(ruling.cite)}" if ruling.cite else ""
    return f"{ruling.table} {ruling.name} {ruling.what}{f': {ruling.text}' if ruling.text else ''}{cite}"


def _dated(dated: Dated) -> str:
    what = f"{dated.duty} of {dated.holder}{f' for {dated.period}' if dated.period else ''}"
    if not dated.state:
        return f"{what}: owed anew, {dated.new_state}{f', due {dated.new_due_on}' if dated.new_due_on else ''}"
    if not dated.new_state:
        return f"{what}: owed no more (was {dated.state})"
    said = []
    if dated.due_on != dated.new_due_on:
        said.append(f"due {dated.due_on or 'on no stated day'} becomes {dated.new_due_on or 'no stated day'}")
    if dated.state != dated.new_state:
        said.append(f"{dated.state} becomes {dated.new_state}")
    return f"{what}: {', '.join(said)}"

"""``tenant plan``: the plan of one tenant, and how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import click
from msgspec import structs

from steerco.changes.plan import DatedChange, LineChange, Plan, RuleChange, Switch, changed, first, plan
from steerco.changes.whose_powers import Touched
from steerco.cli.revision_marks import RevisionMark, note
from steerco.cli.revision_report import base_of, in_use
from steerco.cli.shell import Shell, now
from steerco.committee import record_types
from steerco.configuration.installation import NotApplied, checked
from steerco.configuration.load import load
from steerco.configuration.plugin_contributions import released
from steerco.configuration.revisions import brought_by, listed, stood_under
from steerco.configuration.safety import Stranded
from steerco.i18n import DEFAULT, texts, words

FEW = 3
"""So many dates of one duty are told one by one."""


def plan_of(shell: Shell, slug: str, *, correct: bool = False) -> Plan:
    """What `apply` would change. Raises ``NotApplied`` for files with errors."""
    content, there = shell.content(slug), in_use(shell, slug)
    loaded = load(slug, content, record_types())
    after = checked(slug, loaded)
    if there is None:
        if refused := shell.rehearse(slug):
            raise NotApplied(slug, refused)
        return first(slug, after, len(loaded.people.persons) if loaded.people else 0)
    try:
        tenant = shell.installation.tenant(slug)
    except NotApplied as error:  # this release cannot read it, so cannot compare
        note(shell, slug, planned=RevisionMark(*there[:2]))
        why = f"revision {there[0]} cannot be read by this release ({error.findings[0]})"
        said = f"{why}: applying these files replaces it, and nothing can be compared"
        return Plan(slug, there[0], there[0] + 1, changed(there[2], content), notes=(said,), weight="risky")
    with tenant.store.read(tenant.id) as session:
        found = plan(tenant, session, after, tenant.snapshot.local(now()), correct=correct)
        since = listed(session, tenant.id, limit=1)[0]
        moved = released(brought_by(session, since.number), tenant.snapshot, stood_under(session, since.number))
    found = structs.replace(found, notes=(*moved, *found.notes))
    note(shell, slug, planned=RevisionMark(*there[:2]))
    base = base_of(shell, slug, content, there)
    if found.revision == found.next or (base is not None and base[0] == there[0]):
        return found
    come = f"come from revision {base[0]}" if base else "come from no revision that is known here"
    by = f"by {since.by or since.who}, {since.at:%Y-%m-%d %H:%M} UTC: {since.why or 'no reason given'}"
    what = f"revision {since.number} is in use ({by})"
    said = f"these files {come}; {what}: what it changed would be undone, unless `steerco tenant pull {slug}` brings it in first"
    return structs.replace(found, notes=(said, *found.notes))


def told(plan: Plan) -> None:
    """Say a plan in words."""
    if plan.revision == plan.next:
        click.echo(f"{plan.slug}: nothing would change (revision {plan.revision})")
        _part("note", plan.notes)
        return
    if plan.counts:
        click.echo(f"{plan.slug}: would be applied for the first time")
        for name, count in plan.counts.items():
            click.echo(f"  {count} {name}")
        return
    click.echo(f"{plan.slug}: revision {plan.revision} would become {plan.next}")
    _part("files", [f"{path} ({what})" for path, what in plan.files.items()])
    _part("settings", plan.settings)
    _part("plugins", [_switch(each) for each in plan.plugins])
    _part("laws", [_switch(each) for each in plan.laws])
    _part("who can do more or less", [line for each in plan.persons for line in _touched(each)])
    _part("powers gained", [_power(each, plan) for each in plan.gained])
    _part("powers lost", [_power(each, plan) for each in plan.lost])
    for name, rulings in (("clauses", plan.clauses), ("seats", plan.seats), ("duties", plan.duties), ("rules", plan.rules)):
        _part(name, [_ruling(each) for each in rulings])
    _part("what is owed", list(_owed(plan.dates)))
    _part("would be left without a place", [_stranded(each) for each in plan.stranded])
    _part("note", plan.notes)
    asks = f": {', '.join(map(str, plan.risky))}" if plan.risky else ", nothing that decides"
    click.echo(f"\nit takes the power to apply {plan.weight} changes{asks}")
    _part("WOULD BE REFUSED", [str(each) for each in plan.refused])


def _part(name: str, lines: list[str] | tuple[str, ...]) -> None:
    if lines:
        click.echo(f"\n{name}:")
        for line in lines:
            click.echo(f"  {line}")


def _switch(switch: Switch) -> str:
    said = {"added": "switched on", "removed": "switched off", "changed": "changed"}[switch.what]
    told = [switch.text] if switch.text else []
    if switch.judged:
        acts = ", ".join(words(DEFAULT)("action", act) for act in switch.judged)
        now = ", which is refused while it is missing, and would be open again" if switch.missing else ""
        told.append(f"its rules would no longer judge: {acts}{now}")
    return ": ".join([f"{switch.name} {said}", *(["; ".join(told)] if told else [])])


def _touched(each: Touched) -> Iterator[str]:
    for powers, verb in ((each.gained, "may"), (each.lost, "may no longer")):
        for power in powers:
            aim = "" if power.facets == "-" else f" with {power.facets}"
            clause = f", by {power.clause}" if power.clause else ""
            what = f"{_act(power.object, power.act)} in {power.body}{aim}{clause}"
            yield f"{each.name} ({each.person}) {verb} {what}, from {each.on}"


def _stranded(each: Stranded) -> str:
    named = each.people or each.records
    more = ", …" if each.count > len(named) else ""
    return f"{each.what} {each.name}, from {each.on}: {each.count} ({', '.join(named)}{more})"


def _power(power: LineChange, plan: Plan) -> str:
    """A line of the policy; of whom it changes nothing, since another line gives the same, that is said too."""
    may = "may" if power.effect == "allow" else "may never"
    aim = "" if power.facets == "-" else f" with {power.facets}"
    people = f" ({', '.join(power.people)})" if power.people else ""
    who = f"{power.label} [{power.subject}]" if str(power.label) else power.subject
    changed = {(each.person, one.object, one.act) for each in plan.persons for one in (*each.gained, *each.lost)}
    same = [each for each in power.people if (each, power.object, power.act) not in changed]
    kept = f"; for {', '.join(same)} nothing changes, by other lines" if same else ""
    return f"{who}{people} {may} {_act(power.object, power.act)} in {power.body}{aim}, by {power.clause}{kept}"


def _act(object: str, act: str) -> str:
    """What an act is called, and of which kind it is; the words of the policy where it has no name."""
    type, _, kind = object.partition(".")
    said = texts(DEFAULT)["action"].get(f"{type}.{act}", f"{act} {type}")
    return f"{said} ({kind})" if kind else said


def _ruling(ruling: RuleChange) -> str:
    cite = f", by {', '.join(ruling.cite)}" if ruling.cite else ""
    return f"{ruling.table} {ruling.name} {ruling.what}{f': {ruling.text}' if ruling.text else ''}{cite}"


def _owed(dates: Iterable[DatedChange]) -> Iterator[str]:
    """What is owed otherwise; a row of periods of one duty that all begin or all end, in one line."""
    rows: dict[tuple[str, str, bool, bool], list[DatedChange]] = {}
    for each in dates:
        rows.setdefault((each.duty, each.holder, bool(each.state), bool(each.new_state)), []).append(each)
    for (duty, holder, was, is_), found in rows.items():
        if len(found) <= FEW or (was and is_):
            yield from map(_dated, found)
            continue
        states = Counter(each.new_state if is_ else each.state for each in found)
        said = ", ".join(f"{count} {state}" for state, count in states.items())
        verb = f"owed anew, {said}" if is_ else f"owed no more (were {said})"
        span = f" for {found[0].period} to {found[-1].period}" if found[0].period else ""
        yield f"{duty} of {holder}{span}, {len(found)} times: {verb}"


def _dated(dated: DatedChange) -> str:
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

"""``tenant plan``: the plan of one tenant, and how it is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import click
from msgspec import structs

from steerco.answers.consequences import with_consequences
from steerco.changes.plan import ChangeRisk, DatedChange, LineChange, Plan, RuleChange, Switch, first
from steerco.changes.prepared import planned
from steerco.changes.whose_powers import Touched
from steerco.cli.answers.draft import told_first
from steerco.cli.frame.shell import Shell
from steerco.cli.tenant.revision_report import RevisionMark, base_of, in_use, note
from steerco.committee import record_types
from steerco.configuration.installation import NotApplied, checked
from steerco.configuration.load import load
from steerco.configuration.partly import partly
from steerco.configuration.revisions import listed
from steerco.configuration.safety import Hazard, Stranded
from steerco.i18n import DEFAULT, texts, words

MEND = "mend it: until then it is set aside, with what refers to it"
FEW = 3
"""The number of dates of one duty up to which each has a line."""


def plan_of(shell: Shell, slug: str, *, correct: bool = False) -> tuple[Plan, bool]:
    """Return what `apply` would change, and whether the files are without errors: else as far as they load, what is wrong on
    stderr and among what is refused. Raises ``NotApplied`` where nothing loads."""
    read = partly(slug, shell.content(slug), record_types(), runs=True)
    told_first(slug, read)
    made = _plan_of(shell, slug, dict(read.content), correct=correct)
    wrong = tuple(Hazard(each.file, each.line, each.code, each.message, do=MEND) for each in read.wrong)
    return structs.replace(made, refused=(*wrong, *made.refused)), not wrong


def _plan_of(shell: Shell, slug: str, content: dict[str, str], *, correct: bool) -> Plan:
    current = in_use(shell, slug)
    if current is None:
        loaded = load(slug, content, record_types())
        after = checked(slug, loaded)
        if content == shell.content(slug) and (refused := shell.rehearse(slug)):
            raise NotApplied(slug, refused)
        return first(slug, after, len(loaded.people.persons) if loaded.people else 0)
    result = planned(shell.installation, slug, content, shell.present(slug), correct=correct)
    result = with_consequences(result, shell.installation, content, shell.present(slug))
    note(shell, slug, planned=RevisionMark(*current[:2]))
    if result.weight == "risky" and not result.risky:
        return result  # nothing could be compared, as its note says
    base = base_of(shell, slug, content, current)
    if result.revision == result.next or (base is not None and base[0] == current[0]):
        return result
    with shell.installation.store.read(shell.installation.number(slug)) as session:
        since = listed(session, shell.installation.number(slug), limit=1)[0]
    come = f"come from revision {base[0]}" if base else "come from no revision that is known here"
    by = f"by {since.by or since.who}, {since.at:%Y-%m-%d %H:%M} UTC: {since.why or 'no reason given'}"
    newer = f"revision {since.number} is in use ({by})"
    warning = (
        f"these files {come}; {newer}: what it changed would be undone, unless `steerco tenant pull {slug}` brings it in first"
    )
    return structs.replace(result, notes=(warning, *result.notes))


def print_plan(plan: Plan) -> None:
    """Print a plan in words."""
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
    how = ", read off the texts" if plan.untried else ", tried out"
    for name, level in ((f"NEW RISKS{how}", "warning"), ("new, for information", "information")):
        _part(name, [_risk(each) for each in plan.consequences if each.level == level])
    _part(f"what it mends{how}", [_risk(each) for each in plan.mends])
    if plan.untried:
        _part("not tried", [words(DEFAULT)("admin.plan", f"untried_{plan.untried.replace('-', '_')}")])
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
    verb = {"added": "switched on", "removed": "switched off", "changed": "changed"}[switch.what]
    details = [switch.text] if switch.text else []
    if switch.judged:
        acts = ", ".join(words(DEFAULT)("action", act) for act in switch.judged)
        now = ", which is refused while it is missing, and would be open again" if switch.missing else ""
        details.append(f"its rules would no longer judge: {acts}{now}")
    return ": ".join([f"{switch.name} {verb}", *(["; ".join(details)] if details else [])])


def _risk(risk: ChangeRisk) -> str:
    cited = f" [{', '.join(risk.cite)}]" if risk.cite else ""
    return f"{risk.text}{cited}"


def _touched(touched: Touched) -> Iterator[str]:
    for powers, verb in ((touched.gained, "may"), (touched.lost, "may no longer")):
        for power in powers:
            aim = "" if power.facets == "-" else f" with {power.facets}"
            clause = f", by {power.clause}" if power.clause else ""
            deed = f"{_act(power.object, power.act)} in {power.body}{aim}{clause}"
            yield f"{touched.name} ({touched.person}) {verb} {deed}, from {touched.on}"


def _stranded(stranded: Stranded) -> str:
    names = stranded.people or stranded.records
    more = ", …" if stranded.count > len(names) else ""
    return f"{stranded.what} {stranded.name}, from {stranded.on}: {stranded.count} ({', '.join(names)}{more})"


def _power(power: LineChange, plan: Plan) -> str:
    """Return a line of the policy in words, with those for whom it changes nothing because another line gives the same."""
    may = "may" if power.effect == "allow" else "may never"
    aim = "" if power.facets == "-" else f" with {power.facets}"
    people = f" ({', '.join(power.people)})" if power.people else ""
    who = f"{power.label} [{power.subject}]" if str(power.label) else power.subject
    changed = {(each.person, line.object, line.act) for each in plan.persons for line in (*each.gained, *each.lost)}
    same = [each for each in power.people if (each, power.object, power.act) not in changed]
    unchanged = f"; for {', '.join(same)} nothing changes, by other lines" if same else ""
    return f"{who}{people} {may} {_act(power.object, power.act)} in {power.body}{aim}, by {power.clause}{unchanged}"


def _act(object: str, act: str) -> str:
    """Return the name of an act with its kind; the words of the policy where it has no name."""
    type, _, kind = object.partition(".")
    name = texts(DEFAULT)["action"].get(f"{type}.{act}", f"{act} {type}")
    return f"{name} ({kind})" if kind else name


def _ruling(ruling: RuleChange) -> str:
    cite = f", by {', '.join(ruling.cite)}" if ruling.cite else ""
    return f"{ruling.table} {ruling.name} {ruling.what}{f': {ruling.text}' if ruling.text else ''}{cite}"


def _owed(dates: Iterable[DatedChange]) -> Iterator[str]:
    """Yield the changes of what is owed; periods of one duty that all begin or all end share one line."""
    rows: dict[tuple[str, str, bool, bool], list[DatedChange]] = {}
    for each in dates:
        rows.setdefault((each.duty, each.holder, bool(each.state), bool(each.new_state)), []).append(each)
    for (duty, holder, was, is_), changes in rows.items():
        if len(changes) <= FEW or (was and is_):
            yield from map(_dated, changes)
            continue
        states = Counter(each.new_state if is_ else each.state for each in changes)
        counts = ", ".join(f"{count} {state}" for state, count in states.items())
        verb = f"owed anew, {counts}" if is_ else f"owed no more (were {counts})"
        span = f" for {changes[0].period} to {changes[-1].period}" if changes[0].period else ""
        yield f"{duty} of {holder}{span}, {len(changes)} times: {verb}"


def _dated(dated: DatedChange) -> str:
    duty = f"{dated.duty} of {dated.holder}{f' for {dated.period}' if dated.period else ''}"
    if not dated.state:
        return f"{duty}: owed anew, {dated.new_state}{f', due {dated.new_due_on}' if dated.new_due_on else ''}"
    if not dated.new_state:
        return f"{duty}: owed no more (was {dated.state})"
    differences = []
    if dated.due_on != dated.new_due_on:
        differences.append(f"due {dated.due_on or 'on no stated day'} becomes {dated.new_due_on or 'no stated day'}")
    if dated.state != dated.new_state:
        differences.append(f"{dated.state} becomes {dated.new_state}")
    return f"{duty}: {', '.join(differences)}"

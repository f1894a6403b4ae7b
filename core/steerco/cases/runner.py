"""Runs cases, step by step: the same for ``steerco tenant test`` and for pytest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from steerco.cases import channels
from steerco.cases.check import amiss
from steerco.cases.claims import Wrong, claims, every, like, people
from steerco.cases.grammar import Case, CaseResult, Step, listed, moment, read
from steerco.cases.versions import is_version, version
from steerco.cases.world import World, Worlds
from steerco.config.findings import Finding
from steerco.configuration.home import Home
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.policy.decision import Decision
from steerco.records import File, Invalid, OutOfOrder, Refused, Stopped

Table = Mapping[str, Any]


def find(folder: Path, home: Path | None = None) -> tuple[list[Case], list[Finding]]:
    """Return every case below a folder (or in one file), and what is wrong with any of the files."""
    cases: list[Case] = []
    findings: list[Finding] = []
    for path in [folder] if folder.is_file() else sorted(folder.rglob("*.toml")):
        shown = path.relative_to(home).as_posix() if home and path.is_relative_to(home) else path.as_posix()
        found, wrong = read(path, shown)
        cases += found
        findings += wrong
    return cases, findings


def run(case: Case, slug: str, worlds: Worlds) -> CaseResult:
    """Run a case to its end, or to the first step that is not as it should be."""
    result = CaseResult(case)
    try:
        if wrong := amiss(case, slug, worlds):
            result.steps.append(Step(wrong[0].line, 0, "given", "a case of which everything is used", "; ".join(map(str, wrong))))
            return result
        world = worlds.world(slug, case)
    except Exception as error:  # one case that cannot be run must not end the others
        result.steps.append(Step(case.line, 0, "given", "a world as given", f"{type(error).__name__}: {error}"))
        return result
    _live(world, case, result)
    worlds.stores.give_back(world.installation.store)
    return result


def _live(world: World, case: Case, result: CaseResult) -> None:
    """The steps of a case, to the first that is not as it should be."""
    for number, (table, line) in enumerate(zip(case.steps, case.lines, strict=True), 1):
        does = f"{table.get('by', '')} {table.get('do', 'then')}".strip()
        try:
            differs = next(step(world, table), None)
        except Exception as error:
            differs = ("a step that can be run", f"{type(error).__name__}: {error}")
        result.steps.append(Step(line, number, does, *(differs or ())))
        if differs:
            break


def step(world: World, table: Table) -> Iterator[Wrong]:
    """One step: time, act, claims; yields what is not as expected."""
    tenant = world.tenant(table.get("tenant", ""))
    if "advance" in table:
        world.advance(table["advance"])
    if "at" in table:
        world.now = moment(table["at"], tenant.snapshot.settings.zone)
    if "do" in table:
        with tenant.store.read(tenant.id) as session:
            actors = people(world, tenant, session, table["by"])
        for actor in actors:
            yield from act(world, tenant, actor, table)
        world.carry()
    elif "finds" in table:
        _find(world, tenant, table, frozenset())
    yield from claims(world, tenant, table)


def act(world: World, tenant: Tenant, actor: str, table: Table) -> Iterator[Wrong]:
    """Perform one act by one person, and yield how its answer differs from what it should be."""
    expected = table.get("expect", "done")
    done, stopped = None, None
    try:
        done = perform(
            tenant,
            ActRequest(
                actor,
                table["do"],
                world.now,
                on=_id(world, tenant, table.get("on")),
                input=meant(world, tenant, table.get("with", {})),
                capacity=table.get("capacity"),
                version=table.get("version"),
                key=table.get("key"),
                entered_by=_enterer(world, tenant, table),
                evidence=msgspec.convert(table["evidence"], File) if "evidence" in table else None,
            ),
        )
    except Stopped as error:
        stopped = error
    outcome = stopped.outcome if stopped else "done"
    if outcome != expected:
        yield expected, f"{outcome}  ({_tell(stopped, done)})"
        return
    if done:
        _name(world, tenant, done, table)
    yield from _answer(tenant, table, world.now, done, stopped)


def _enterer(world: World, tenant: Tenant, table: Table) -> str | None:
    """Return the one person who enters the act for another."""
    if "entered_by" not in table:
        return None
    with tenant.store.read(tenant.id) as session:
        return people(world, tenant, session, table["entered_by"])[0]


def meant(world: World, tenant: Tenant, value: Any) -> Any:
    """Input as the case means it: ``$name`` is the id of a record that a step named; a version of a file is written out."""
    if isinstance(value, str) and value.startswith("$"):
        return _id(world, tenant, value) if value[1:] in world.named else value
    if isinstance(value, Mapping) and is_version(value):
        return version(world.installation, tenant.snapshot.slug, value)
    if isinstance(value, Mapping):
        return {key: meant(world, tenant, each) for key, each in value.items()}
    if isinstance(value, list):
        return [meant(world, tenant, each) for each in value]
    return value


def _id(world: World, tenant: Tenant, on: str | None) -> str | None:
    if on is None:
        return None
    on = on.removeprefix("$")
    return channels.here(tenant, *world.named[on]) if on in world.named else on


def _name(world: World, tenant: Tenant, done: Done, table: Table) -> None:
    """Keep what the step calls the record, and the records that it looks for among those that the act made."""
    world.last = done
    if "as" in table:
        world.named[table["as"]] = (done.type, done.id)
    _find(world, tenant, table, frozenset(done.made))


def _find(world: World, tenant: Tenant, table: Table, recent: frozenset[tuple[str, str]]) -> None:
    """Name the records that the step looks for: among the recent ones, where any are of the type."""
    with tenant.store.read(tenant.id) as session:
        for name, wanted in table.get("finds", {}).items():
            made = {id for type, id in recent if type == wanted["type"]}
            all_of_type = every(tenant, session, wanted["type"])
            fresh = [r for r in all_of_type if r.id in made] or all_of_type
            found = [r for r in fresh if like(world, tenant, session, r, wanted.get("where", {}))]
            if not found:
                raise LookupError(f"finds: no {wanted['type']} where {wanted.get('where', {})}")
            world.named[name] = (wanted["type"], found[0].id)


def _answer(tenant: Tenant, table: Table, at: datetime, done: Done | None, stopped: Stopped | None) -> Iterator[Wrong]:
    decision = done.decision if done else stopped.decision if isinstance(stopped, Refused) else Decision("refused")
    cited = {each.clause for each in decision.because}
    basis: str = decision.basis
    if isinstance(stopped, OutOfOrder) or (isinstance(stopped, Invalid) and stopped.cites):
        cited = set(stopped.cites)
        basis = tenant.snapshot.regime_on(tenant.snapshot.local(at)).basis(stopped.cites[0])
    missing = [each for each in listed(table.get("because")) if each not in cited]
    if missing:
        yield f"because {missing}", f"because {sorted(cited)}"
    if unwanted := [each for each in listed(table.get("because_not")) if each in cited]:
        yield f"not because {unwanted}", f"because {sorted(cited)}"
    if table.get("because") == [] and cited:
        yield "because nothing", f"because {sorted(cited)}"
    if "basis" in table and basis != table["basis"]:
        yield f"basis {table['basis']}", basis
    if "acting_for" in table and decision.acting_for != table["acting_for"]:
        yield f"acting for {table['acting_for']}", decision.acting_for or "nobody"
    yield from _who_and_what(table, decision, stopped)


def _who_and_what(table: Table, decision: Decision, stopped: Stopped | None) -> Iterator[Wrong]:
    may = {name for who in decision.who_may for name in (who.subject, *who.people)}
    if table.get("who_may") == [] and may:
        yield "who may: nobody", str(sorted(may))
    if missing := [each for each in listed(table.get("who_may")) if each not in may]:
        yield f"who may: {missing}", str(sorted(may))
    if "fields" in table:
        named = set(stopped.fields) if isinstance(stopped, Invalid) else set()
        if lost := [f for f in table["fields"] if not any(n == f or n.startswith((f"{f}.", f"{f}[")) for n in named)]:
            yield f"fields {lost}", str(sorted(named))
    changes = [structs.asdict(change) for change in decision.would_change]
    for wanted in listed(table.get("would_change")):
        given = [
            change
            for change in changes
            if (wanted in change.values() if isinstance(wanted, str) else all(change.get(k) == v for k, v in wanted.items()))
        ]
        if not given:
            yield f"would change: {wanted}", str(changes)


def _tell(stopped: Stopped | None, done: Done | None) -> str:
    if isinstance(stopped, Refused):
        clauses = [each.clause for each in stopped.decision.because]
        return f"because {clauses}, basis {stopped.decision.basis}"
    if isinstance(stopped, OutOfOrder):
        return f"{stopped.code}, because {list(stopped.cites)} {stopped.params}"
    if stopped:
        return f"{stopped.code} {stopped.params}"
    return f"because {[each.clause for each in done.decision.because]}" if done else ""


def run_all(home: Home, slug: str, folder: Path | None = None) -> Iterator[CaseResult | Finding]:
    """Yield every case of a tenant (or of ``folder``), as it is run; findings of files that cannot be read come first."""
    cases, findings = find(folder or home.folder / "tenants" / slug / "cases", home.folder)
    yield from findings
    worlds = Worlds(home)
    for case in cases:
        yield run(case, case.tenant or slug, worlds)

"""The tests that every plugin has to pass: derive a test class from ``PluginSuite`` and name the plugin."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

from steerco.cases import world
from steerco.cases.grammar import Case, moment, read
from steerco.cases.runner import step
from steerco.cases.world import World
from steerco.extension.dispatch import PluginFailed
from steerco.extension.loader import Plugins
from steerco.following.consumers import Consumers
from steerco.records import Invalid
from steerco.testkit import SAMPLE, faults
from steerco.testkit.committee import Committee, CommitteeSetup, load
from steerco.testkit.plugin_answers import answers

BAD_GATEWAY = 502
NOBODYS = "steerco_nosuch"
"""A plugin that there is not."""
Table = Mapping[str, Any]


class PluginSuite:
    """Two committees, one with the plugin and one without it; ``behaviour`` is a file of cases that both live through.

    ``home`` and ``slug`` name another committee than the made-up one, for a plugin that is written for one alone; ``behaviour``
    then is a file of that committee's.
    """

    plugin: ClassVar[str] = ""
    settings: ClassVar[Mapping[str, Any]] = {}
    home: ClassVar[Path] = SAMPLE
    slug: ClassVar[str] = ""
    behaviour: ClassVar[Path | None] = None

    def test_where_it_is_off_it_is_as_if_it_were_not_installed(self, committee: Committee) -> None:
        """Its records, acts, pages and exports answer there as those of a plugin that does not exist."""
        without, who = committee.other, next(iter(committee.actors.values()))
        manifest = committee.plugin.manifest
        for path, method in _addresses(committee):
            off = without.ask(who, path, method)
            assert off.status_code == 404, f"{method} {path} answers {off.status_code} in a committee without {manifest.name}"
            unknown = without.ask(who, _renamed(path, manifest.name, manifest.prefix), method)
            assert _renamed(off.text, manifest.name, manifest.prefix) == unknown.text, f"{path} tells that it is installed"
        for type in committee.plugin.types.values():
            for action in type.actions.values():
                assert _unknown(without, who, action.id), f"{action.id} is known in a committee without {manifest.name}"
        document = without.ask(who, "/schema/openapi.json").text
        assert manifest.name not in document, "the OpenAPI document of a committee without it names it"
        assert manifest.prefix not in document, "the OpenAPI document of a committee without it has its record types"

    def test_what_the_kernel_does_is_unchanged_with_it_on(self, committee: Committee) -> None:
        """Every act comes out as without it, unless one of its rules on that act says otherwise and cites a clause."""
        for case in self._cases(committee.ground):
            differences = _differences(committee, case)
            assert not differences, "\n".join(differences)

    def test_two_committees_interleaved_one_with_and_one_without_it(self, committee: Committee) -> None:
        """Each goes its own way, act by act in turn, in one process."""
        for case in self._cases(committee.ground):
            mine, without = _world(committee, case), _world(committee.other, case)
            for table in case.steps:
                wrong = _wrong(mine, table)
                assert wrong is None or _excused(committee, table, wrong), f"with it: {wrong}"
                assert _wrong(without, table) is None, (
                    f"without it, {table.get('do')} is not as before: another committee's plugin"
                )

    def test_it_keeps_nothing_between_two_questions(self, committee: Committee) -> None:
        """It answers the same after others have worked, and in a process that has done nothing else."""
        who = next(iter(committee.actors.values()))
        ask = (committee.ground.plugin, committee.clock.now, who)
        first = answers(committee.tenant, *ask)
        for case in self._cases(committee.ground):
            world = _world(committee.other, case)
            for table in case.steps:
                _wrong(world, table)
        assert answers(committee.tenant, *ask) == first, "it answers otherwise after another committee has worked"
        assert _in_a_fresh_process(committee, who) == first, "it answers otherwise in a process of its own"

    def test_a_fault_in_it_grants_nothing_and_harms_nobody_else(self, ground: CommitteeSetup) -> None:
        """Whatever of it raises, answers garbage, hangs or ends the process: no act is done that would not be done else."""
        healthy = Committee.made(ground)
        cases = self._cases(ground)
        might = {_key(case, difference) for case in cases for difference in _done(healthy, case)}
        loaded: list[Plugins] = []  # what is loaded is remembered by which plugins it was loaded with
        for number, place in enumerate(faults.places(healthy.plugin.module)):
            for at, fault in enumerate(faults.FAULTS):
                with faults.broken(healthy.plugin.module, place, fault), faults.hurried(fault):
                    ill = _ill(ground, loaded)
                    _reach(ill)
                    done = {_key(case, difference) for case in cases for difference in _done(ill, case)}
                if _others_out(ill) - _others_out(healthy):
                    continue  # the machine stood still for so long that others seemed to hang: that tells nothing
                assert done <= might, f"{place} {fault}: and these are done now: {sorted(done - might)}"
                looked = at == number % len(faults.FAULTS)  # at one fault a place, each fault in its turn
                harm = [difference for case in cases for difference in _differences(ill.other, case)] if looked else []
                assert not harm, f"{place} {fault}: the other committee is harmed: {harm[0]}"

    def test_an_address_of_it_that_fails_says_whose_it_is_and_no_other_fails(self, ground: CommitteeSetup) -> None:
        """Whatever the functions behind its addresses and exports do: who asks is told 502, and is served by all others."""
        module = Committee.made(ground).plugin.module
        loaded: list[Plugins] = []
        for fault in faults.FAULTS if faults.shows(module) else ():
            with ExitStack() as broken:
                for place in faults.shows(module):
                    broken.enter_context(faults.broken(module, place, fault))
                ill = _ill(ground, loaded)
                who, own = next(iter(ill.actors.values())), sorted(_own_addresses(ill))
            with ill.closing:
                for path, method in own:
                    with faults.hurried(fault):
                        answer = ill.ask(who, path, method)
                    assert answer.status_code == BAD_GATEWAY, f"{method} {path} {fault}: {answer.status_code} {answer.text}"
                    assert ground.plugin in answer.text, f"{method} {path} {fault}: does not say whose it is: {answer.text}"
                for board in (ill, ill.other):
                    assert board.ask(who, "/api/task").is_success, f"{fault}: {board.slug} is not served any more"

    def _cases(self, ground: CommitteeSetup) -> list[Case]:
        path = self.behaviour or ground.home / "tenants" / ground.board / "cases" / "behaviour.toml"
        cases, findings = read(path, path.name)
        assert not findings, "\n".join(map(str, findings))
        return cases


def _addresses(committee: Committee) -> Iterator[tuple[str, str]]:
    """Yield everything that the plugin answers, with a method."""
    for type in committee.plugin.types:
        yield f"/api/{type}", "GET"
        yield f"/api/{type}/1", "GET"
    yield from _own_addresses(committee)
    yield f"/x/{committee.ground.plugin}/anything", "GET"


def _own_addresses(committee: Committee) -> Iterator[tuple[str, str]]:
    """Yield the addresses of the plugin's own routes and exports."""
    name, circle = committee.ground.plugin, committee.tenant.snapshot.circle
    for call in circle.once("routes"):
        if call.plugin == name:
            yield f"/x/{name}/{re.sub(r'{[a-z_]+}', '1', call.value.path)}", call.value.method
    for call in circle.once("exporters"):
        if call.plugin == name:
            yield f"/x/{name}/export/{call.value.name}/task", "GET"


def _renamed(text: str, name: str, prefix: str) -> str:
    return text.replace(name, NOBODYS).replace(prefix, "x-nosuch-")


def _unknown(committee: Committee, who: str, action: str) -> bool:
    try:
        committee.do(who, action)
    except Invalid as wrong:
        return wrong.code == _code_of_none(committee, who)
    return False


def _code_of_none(committee: Committee, who: str) -> str:
    try:
        committee.do(who, "x-nosuch-thing.make")
    except Invalid as wrong:
        return wrong.code
    raise AssertionError("an act of no record type was done")


def _world(committee: Committee, case: Case) -> World:
    """Return the committee as one in which a case happens."""
    at = moment(case.at, committee.tenant.snapshot.settings.zone)
    return World(committee.installation, committee.slug, max(at, committee.clock.now), case)


def _wrong(world: World, table: Table) -> tuple[str, str] | None:
    """Return the expected and the actual result of a step that differs; None where none does, or its record was never made."""
    names = {
        name for table_of_step in world.case.steps for name in (table_of_step.get("as"), *table_of_step.get("finds", {})) if name
    }
    used = {table.get("on", ""), *re.findall(r"\$([\w-]+)", str(table.get("with", "")))}
    if used & names - world.named.keys():
        return None
    return next(step(world, dict(table)), None)


def _excused(committee: Committee, table: Table, wrong: tuple[str, str]) -> bool:
    """Return whether the plugin's own rule on this act stopped it, and cites a clause for that."""
    rules = committee.tenant.snapshot.circle.rules.get(table.get("do", ""), ())
    cites = [cite for seat, rule in rules if seat.plugin == committee.ground.plugin for cite in rule.cite]
    stopped = wrong[1].partition(" ")[0] in ("refused", "out-of-order")
    return stopped and any(repr(cite) in wrong[1] for cite in cites)


def _differences(committee: Committee, case: Case) -> list[str]:
    world = _world(committee, case)
    differences = []
    for number, table in enumerate(case.steps, 1):
        wrong = _wrong(world, table)
        if wrong is not None and not _excused(committee, table, wrong):
            differences.append(f"step {number} ({table.get('by')} {table.get('do')}): expected {wrong[0]}, got {wrong[1]}")
    return differences


def _done(committee: Committee, case: Case) -> list[int]:
    """Return the steps that are done, by number."""
    world = _world(committee, case)
    numbers = []
    for number, table in enumerate(case.steps, 1):
        before = world.last
        world.last = None
        wrong = _wrong(world, table)
        surprising = wrong is not None and wrong[1].startswith("done ")
        if world.last is not None or surprising:
            numbers.append(number)
        world.last = world.last or before
    return numbers


def _key(case: Case, number: int) -> str:
    table = case.steps[number - 1]
    return f"{case.name}, step {number}: {table.get('by')} {table.get('do')}"


def _ill(ground: CommitteeSetup, loaded: list[Plugins]) -> Committee:
    """Return the committee with the plugin as it is at this moment; ``kept`` holds what was loaded for it, and before."""
    plugins = load(ground.plugin)
    plugins.parsers()
    loaded.append(plugins)
    return Committee.made(ground, plugins)


def _others_out(committee: Committee) -> set[str]:
    """Return the plugins beside the one that is tried out that do not run."""
    plugins, out = committee.installation.plugins, committee.tenant.snapshot.circle.quarantine.out
    return {*plugins.quarantined, *out} - {committee.ground.plugin}


def _reach(committee: Committee) -> None:
    """Ask everything of the plugin once, and hand it the log."""
    tenant, at = committee.tenant, committee.clock.now
    circle = tenant.snapshot.circle
    for hook in ("routes", "exporters", "correspondents"):
        circle.once(hook)
    try:
        answers(tenant, committee.ground.plugin, at, next(iter(committee.actors.values())))
    except PluginFailed:
        return
    finally:
        Consumers().step(tenant, at)


def _in_a_fresh_process(committee: Committee, who: str) -> Any:
    folder = str(committee.installation.store.folder)
    words = [folder, committee.slug, committee.ground.plugin, committee.clock.now.isoformat(), who]
    addresses = world.stores.address(committee.installation.store)
    env = {**os.environ, **addresses, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "steerco.testkit.plugin_answers", *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)

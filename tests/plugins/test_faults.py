"""Whatever a plugin does wrong, in whichever hook: other committees' requests succeed, and nobody may do more than before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.plugins.conftest import WITHOUT, Two
from tests.plugins.mischief import MISCHIEF

from steerco.configuration.installation import Installation
from steerco.configuration.plugin_wiring import advice
from steerco.extension.budget import BUDGET
from steerco.extension.hookspecs import SPECS
from steerco.extension.loader import Plugins, folders
from steerco.following.consumers import Consumers
from steerco.records import Refused, Stopped
from steerco.web.pages.frame.plugin_fragments import pieces

MANIFEST = """
name = "{name}"
version = "1.0.0"
api = "1.0"
title = {{ vi = "Hỏng", en = "Broken" }}
capabilities = ["records", "tables", "parsers", "layers", "policy", "calendar", "rules", "advice", "routes", "exporters",
                "packages", "consume", "deliver", "tick", "pages", "documents", "counting"]
judges = {judges}
instruments = ["broken-1"]
migrations = "versions"
"""
HOOKED = """
from steerco.extension.api import *
from tests.plugins.mischief import misbehave

{hooks}
"""
BODY = """
@hookimpl
def {hook}({arguments}):
    return misbehave({fault!r}, {given})
"""
RULE = """
@hookimpl
def layers(tenant):
    return [LayerText("broken-1.toml", '''
[instrument]
id = "broken-1"
title = {{ vi = "Thông tư", en = "Circular" }}
kind = "law"
effective = 2020-01-01
[[clause]]
id = "1"
gloss = {{ vi = "Không gì", en = "Nothing" }}
''')]

@hookimpl
def rules(tenant):
    return [Rule(on="meeting.convene", cite=("broken-1:1",), judge=lambda act: misbehave({fault!r}, act))]
"""
NOTHING_GIVEN = ("record_types", "charter_parsers", "charter_proposers")
FAULTS = ("raises", "garbage", "sleeps", "exits", "mutates")
ARGUMENTS = {
    "record_types": "",
    "charter_parsers": "",
    "charter_proposers": "",
    "calendar": "tenant, base",
    "advice": "tenant, today",
    "consume": "tenant, event, hands",
    "deliver": "tenant, notice, hands",
    "tick": "tenant, hands",
    "page_slot": "tenant, slot, hands, language",
    "compose_document": "tenant, facts",
    "render_document": "tenant, content, form",
    "seal_document": "tenant, content, file",
    "count_ballots": "tenant, ballots",
}
HOOKS = [*SPECS, "judge"]


def package(folder: Path, hook: str, fault: str) -> Path:
    """A plugin that does one thing wrong in one hook."""
    name = f"steerco_broken_{hook}_{fault}".lower()
    made = folder / name
    made.mkdir()
    (made / "plugin.toml").write_text(MANIFEST.format(name=name, judges=["meeting.convene"] if hook in DENYING else []))
    if hook == "judge":
        source = RULE.format(fault=fault)
    else:
        arguments = ARGUMENTS.get(hook, "tenant")
        given = "tenant" if "tenant" in arguments else "None"
        source = BODY.format(hook=hook, arguments=arguments, fault=fault, given=given)
    (made / "__init__.py").write_text(HOOKED.format(hooks=source))
    return made


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nobody is given longer than a second where the fault is that one sleeps, so that it is found out soon; beside another fault
    whoever does nothing wrong has time, however busy the machine."""
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    BUDGET.longest = 1.0 if parameters.get("fault") == "sleeps" else None
    yield
    BUDGET.longest, MISCHIEF["on"] = None, False


def tried(act: Callable[[], Any]) -> str:
    """The outcome of an act."""
    try:
        act()
    except Stopped as stopped:
        return stopped.outcome
    return "done"


SUNDAY = {"kind": "ad-hoc", "starts_at": "2021-02-14T09:00:00"}
DENYING = ("rules", "judge")
WRONG = [
    (hook, fault) for hook in HOOKS for fault in FAULTS if (hook, fault) not in {(each, "mutates") for each in NOTHING_GIVEN}
]


@pytest.mark.parametrize(("hook", "fault"), WRONG)
def test_a_fault_harms_nobody_else_and_grants_nothing(
    hook: str, fault: str, tmp_path: Path, make: Callable[..., Two], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = package(tmp_path, hook, fault)
    MISCHIEF["on"] = hook in NOTHING_GIVEN
    plugins = Plugins().add([*folders(), folder])
    plugins.parsers()
    plugins.proposers()
    if hook == "record_types":
        assert plugins.quarantined.keys() == {folder.name}
        return
    assert plugins.running.keys() >= {folder.name}
    two = make(folder.name, settings="", plugins=plugins, alone=True)
    MISCHIEF["on"] = True
    again = Two(Installation(two.installation.store, plugins=plugins), two.http, two.now)

    afterwards = Thread(target=lambda: everything(again))
    afterwards.start()
    meanwhile = [two.ask("chair", "/api/meeting", WITHOUT).status_code for _ in range(5)]
    assert tried(lambda: two.do("chair", "meeting.convene", slug=WITHOUT, **SUNDAY)) == "done"
    assert two.ask("chair", "/api/meeting", WITHOUT).status_code == 200
    assert set(meanwhile) == {200}
    afterwards.join()

    assert tried(lambda: again.do("wg-head", "meeting.convene", **SUNDAY)) == "refused"
    if hook in DENYING:
        with pytest.raises(Refused) as caught:
            again.do("head", "meeting.convene", **SUNDAY)
        (because,) = caught.value.decision.because
        assert (because.clause, because.plugin) == ("steerco:plugin-out-of-use", folder.name)
    else:
        assert tried(lambda: again.do("head", "meeting.convene", **SUNDAY)) == "done"
    to = again.person("standing-member")
    assert again.do("deputy-head", "task.assign", title="What no plugin judges goes on", to=to).state == "assigned"


def everything(two: Two) -> None:
    """Reach every hook once in the committee where the plugin is on."""
    tenant = two.tenant()
    circle = tenant.snapshot.circle
    for name in ("routes", "exporters", "correspondents"):
        circle.once(name)
    advice(circle, "tenant.toml", tenant.snapshot.local(two.now))
    pieces(tenant, "tenant", two.now, "en")
    tried(lambda: two.do("head", "meeting.convene", **SUNDAY))
    tried(lambda: two.do("wg-head", "document.draft", kind="report", title="A paper", addressees=["head"]))
    Consumers().step(tenant, two.now)


WEEK = """
from datetime import date, timedelta
from steerco.extension.api import hookimpl
from tests.plugins.mischief import misbehave

class EveryDay:
    def is_working(self, day):
        return misbehave({fault!r}, None) or True

    def add(self, day, n):
        return misbehave({fault!r}, None) or day + timedelta(days=n)

@hookimpl
def calendar(tenant, base):
    return EveryDay()
"""
FRIDAY, SATURDAY, MONDAY = date(2021, 2, 5), date(2021, 2, 6), date(2021, 2, 8)


@pytest.mark.parametrize("fault", ["raises", "garbage", "exits"])
def test_a_calendar_that_fails_while_it_is_asked_gives_way_to_the_tenants_own(
    fault: str, tmp_path: Path, make: Callable[..., Two], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = package(tmp_path, "days", fault)
    (folder / "__init__.py").write_text(WEEK.format(fault=fault))
    two = make(folder.name, settings="", plugins=Plugins().add([*folders(), folder]), alone=True)
    calendar = two.tenant().snapshot.calendar
    assert (calendar.add(FRIDAY, 1), calendar.is_working(SATURDAY)) == (SATURDAY, True)
    MISCHIEF["on"] = True
    assert calendar.add(FRIDAY, 1) == MONDAY
    assert not calendar.is_working(SATURDAY)
    MISCHIEF["on"] = False
    assert calendar.add(FRIDAY, 1) == MONDAY, "out of use until a new revision, like any plugin that failed"
    assert two.tenant().snapshot.circle.quarantine.out.keys() == {folder.name}
    assert two.ask("head", "/api/duties").status_code == 200


def test_the_end_of_time_is_no_fault_of_a_calendar(
    tmp_path: Path, make: Callable[..., Two], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = package(tmp_path, "days", "none")
    (folder / "__init__.py").write_text(WEEK.format(fault="none"))
    two = make(folder.name, settings="", plugins=Plugins().add([*folders(), folder]), alone=True)
    with pytest.raises(OverflowError):
        two.tenant().snapshot.calendar.add(date.max, 1)
    assert not two.tenant().snapshot.circle.quarantine.out


@pytest.mark.parametrize(
    ("hook", "fault"), [*(("consume", fault) for fault in ("raises", "garbage", "sleeps", "exits")), ("tick", "raises")]
)
def test_a_consumer_that_fails_gets_the_same_event_again(
    hook: str, fault: str, tmp_path: Path, make: Callable[..., Two], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = package(tmp_path, hook, fault)
    two = make(folder.name, settings="", plugins=Plugins().add([*folders(), folder]), alone=True)
    two.do("head", "meeting.convene", **SUNDAY)
    consumers, tenant = Consumers(), two.tenant()
    MISCHIEF["on"] = True
    consumers.step(tenant, two.now)
    (late,) = consumers.late.values()
    consumers.step(tenant, two.now)
    assert next(iter(consumers.late.values())).tries == 1, "not before its pause is over"
    consumers.step(tenant, late.again_at)
    assert (next(iter(consumers.late.values())).tries, next(iter(consumers.late.values())).seq) == (2, late.seq)
    MISCHIEF["on"] = False
    consumers.step(tenant, late.again_at + timedelta(hours=1))
    assert not consumers.late

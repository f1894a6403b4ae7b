"""What somebody tried who wanted more than the door for plugins gives, or less for the others."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import Column, Integer, MetaData, Table, delete, select, update
from sqlalchemy.schema import CreateTable
from tests.databases import STORES
from tests.plugins.conftest import FLEET, SETTINGS, START, WITH, WITHOUT, Two, switched_on
from tests.plugins.test_manifest import plugin

from steerco.cases.world import seed
from steerco.cli.frame.schema_upgrade import lines
from steerco.cli.plugin.report import migration
from steerco.committee import record_types
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.extension.budget import Budget, Full, Overrun
from steerco.extension.catalogue import texts
from steerco.extension.dispatch import TenantPlugins
from steerco.extension.facts import Rule
from steerco.extension.loader import Plugin, Plugins, folders
from steerco.extension.quarantine import Fault, Quarantine
from steerco.extension.results import Answer, LayerText, PolicyText
from steerco.extension.routes import Route
from steerco.extension.runs import HookImpl
from steerco.kernel.plugin_context import PluginContext
from steerco.operations import tokens
from steerco.records import Invalid, NotFound, OutOfOrder, Refused
from steerco.store import log
from steerco.store.fence import CrossTenant
from steerco.store.migrations import VERSIONS
from steerco.store.schema import drop, leftovers
from steerco.store.tables import Cursor
from steerco.store.tables import Event as Recorded
from steerco.web.app import create_app


@pytest.fixture
def gate() -> Iterator[Event]:
    """What hanging calls wait for; opened at the end."""
    gate = Event()
    yield gate
    gate.set()


def circle(judge: Callable[[Any], Any], budget: Budget, plugin: str = "steerco_judge", slug: str = "here") -> TenantPlugins:
    """A tenant with one rule."""
    rule = Rule(on="task.assign", judge=judge, cite=("steerco:state",))
    seat = HookImpl(plugin, "1.0.0", judge, ("act",), "judge.py:1")
    return TenantPlugins(slug, rules={"task.assign": ((seat, rule),)}, budget=budget)


def said(circle: TenantPlugins) -> list[str]:
    """What became of asking the rule: a fault's code, or nothing."""
    facts: Any = SimpleNamespace(values={})
    return [each.fault.code if each.fault else "" for each in circle.judge(lambda plugin, rule: facts, "task.assign")]


def test_calls_that_hang_stop_their_own_plugin_in_their_own_tenant(gate: Event) -> None:
    budget = Budget(most=9, longest=0.02, each=2)
    for _ in range(2):
        with pytest.raises(Overrun):
            budget.run(gate.wait, 5, lambda: "bad in here")
    with pytest.raises(Full):
        budget.run(gate.wait, 5, lambda: "bad in here")
    budget.longest = None  # who does nothing wrong has time, however busy the machine
    assert said(circle(lambda act: None, budget)) == [""]
    assert said(circle(lambda act: None, budget, "bad", "elsewhere")) == [""]


def test_whom_nobody_could_ask_is_not_out_of_use_but_what_it_judges_waits(gate: Event) -> None:
    budget = Budget(most=1, longest=0.02)
    with pytest.raises(Overrun):
        budget.run(gate.wait, 5)
    innocent = circle(lambda act: None, budget)
    assert said(innocent) == ["not-asked"]
    assert not innocent.quarantine.out
    gate.set()
    while budget.hanging:
        Event().wait(0.001)
    budget.longest = None
    assert said(innocent) == [""]


def test_a_rule_whose_plugin_went_out_of_use_a_moment_ago_stops_the_act() -> None:
    late = circle(lambda act: None, Budget())
    assert late.barred("task.assign") is None
    late.quarantine.put(Fault("steerco_judge", "consume", "raised", "meanwhile"))
    assert said(late) == ["raised"]


@pytest.fixture(scope="module")
def asked(make: Callable[..., Two], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Two, list[str]]]:
    """A committee in which a rule tells of which acts it is asked, and cannot bear one without a vehicle."""
    place = tmp_path_factory.mktemp("asked")
    made = plugin(place, "steerco_asked", ASKED, capabilities='["rules"]', judges='["x-fleet-vehicle.book"]')
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(place))
        two = make("steerco_fleet", made.name, plugins=Plugins().add([*folders(), FLEET / "steerco_fleet", made]))
        yield two, importlib.import_module(made.name).ASKED


ASKED = """
from steerco.extension.api import Rule, hookimpl
ASKED = []

def judge(act):
    ASKED.append(act.record["ref"])
    act.record["seats"] + 1

@hookimpl
def rules(tenant):
    return [Rule(on="x-fleet-vehicle.book", judge=judge, cite=("steerco:state",))]
"""


def test_a_rule_is_asked_of_nothing_that_is_stopped_without_it(asked: tuple[Two, list[str]]) -> None:
    two, of = asked
    made = two.do("deputy-head", "x-fleet-vehicle.register", name="Bus", seats=9, keeper=two.person("head"))
    with pytest.raises(NotFound):
        two.do("head", "x-fleet-vehicle.book", "nosuch", people=4)
    with pytest.raises(NotFound):
        two.do("head", "x-fleet-vehicle.book", people=4)
    with pytest.raises(Refused):
        two.do("wg-head", "x-fleet-vehicle.book", made.id, people=4)
    two.do("deputy-head", "x-fleet-vehicle.retire", made.id)
    with pytest.raises(OutOfOrder):
        two.do("head", "x-fleet-vehicle.book", made.id, people=4)
    assert (of, dict(two.tenant().snapshot.circle.quarantine.out)) == ([], {})
    second = two.do("deputy-head", "x-fleet-vehicle.register", name="Van", seats=9, keeper=two.person("head"))
    two.do("head", "x-fleet-vehicle.book", second.ref, people=4)
    assert of == [second.ref]


@pytest.fixture
def hands(two: Two) -> PluginContext:
    """What the plugin with vehicles is given."""
    return PluginContext(two.tenant(), "steerco_fleet", two.now)


@pytest.mark.parametrize("by", ["steerco", ""])
def test_a_plugin_does_nothing_in_the_platforms_name_or_in_nobodys(by: str, hands: PluginContext) -> None:
    with pytest.raises(Invalid):
        hands.perform("meeting.convene", input={"kind": "ad-hoc", "starts_at": "2021-02-15T09:00:00"}, by=by)
    with pytest.raises(Invalid):
        list(hands.records("person", by=by))


def test_a_plugin_changes_no_table_but_its_own(two: Two, hands: PluginContext) -> None:
    meeting, vehicle = two.tenant().snapshot.types["meeting"], two.tenant().snapshot.types["x-fleet-vehicle"]
    with pytest.raises(CrossTenant, match="only tables x_fleet_"), hands.write() as session:
        session.execute(update(meeting).values(state="held"))
    with pytest.raises(CrossTenant), hands.write() as session:
        session.execute(delete(meeting))
    with pytest.raises(CrossTenant), hands.write() as session:
        session.add(Cursor(tenant_id=two.tenant().id, consumer="consume:steerco_fleet", seq=10_000))
    with hands.write() as session:
        session.execute(update(vehicle).values(seats=8))


CARELESS = {
    "a rule on a number": "@hookimpl\ndef rules(tenant):\n    return [Rule(on=42, judge=len, cite=('steerco:state',))]",
    "a layer without a text": "@hookimpl\ndef layers(tenant):\n    return [LayerText('a.toml', None)]",
    "a layer that is no TOML": "@hookimpl\ndef layers(tenant):\n    return [LayerText('a.toml', 'x =')]",
    "policy that is none": "@hookimpl\ndef policy(tenant):\n    return [PolicyText('a.csv', 'p, nonsense')]",
    "policy by no clause": "@hookimpl\ndef policy(tenant):\n    return [PolicyText('a', 'p, head, *, task, read, -, allow, x')]",
    "a setting that it now wants": "",
}


@pytest.mark.parametrize("what", CARELESS)
def test_a_later_release_of_a_plugin_that_is_wrong_stops_an_apply_and_no_committee(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    name, code = f"steerco_careless_{list(CARELESS).index(what)}", f"from steerco.extension.api import *\n{CARELESS[what]}\n"
    settings = "" if code.count("@") else '{ depot = { type = "string", required = true } }'
    capabilities = '["rules", "advice", "layers", "policy"]'
    made = plugin(tmp_path, name, code, capabilities=capabilities, judges='["meeting.convene"]', settings=settings)
    plugins = Plugins().add([*folders(), made])
    content = switched_on(Home(shipped()).content(WITH), WITH, name)
    assert load(WITH, content, record_types(), plugins).snapshot is None
    snapshot = load(WITH, content, record_types(), plugins, stored=True).snapshot
    assert snapshot is not None
    barred = snapshot.circle.barred("meeting.convene")
    assert barred is not None
    assert barred.plugin == name, "what it would have judged waits"


UNSENDABLE = {
    "a line end in a header": {"headers": {"X-A": "a\r\nSet-Cookie: b=1"}},
    "a name with a line end": {"headers": {"X\r\nA": "a"}},
    "a cookie by another name": {"headers": {"Set-Cookie ": "a=b"}},
    "a number in a header": {"headers": {"X-A": 5}},
    "no headers": {"headers": None},
    "a line end in the media type": {"media": "text/html\r\nX-B: c"},
    "nothing": {"content": None},
    "half a character": {"content": "\ud800"},
    "no status": {"status": 0},
    "a status that switches": {"status": 101},
    "a status beyond": {"status": 999},
    "content where there is none": {"status": 204},
}


@pytest.mark.parametrize("what", UNSENDABLE)
def test_an_answer_that_cannot_be_sent_cannot_be_built(what: str) -> None:
    given: dict[str, Any] = {"content": "x", **UNSENDABLE[what]}  # type: ignore[dict-item]  # of wrong types, which is what is tested
    with pytest.raises((TypeError, ValueError)):
        Answer(**given)


@pytest.mark.parametrize("path", ["{a}/{a}", "{A}", "a}", None])
def test_a_route_that_no_address_can_match_cannot_be_built(path: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        Route(path, lambda request: Answer("x"))


LAYER = """
from steerco.extension.api import LayerText, hookimpl
TEXT = '''
[instrument]
id = "{id}"
title = {{ vi = "Thông tư", en = "Circular" }}
kind = "law"
effective = 2020-01-01
[[clause]]
id = "state"
gloss = {{ vi = "Không gì", en = "Nothing" }}
'''
@hookimpl
def layers(tenant):
    return [LayerText("a.toml", TEXT)]
"""


@pytest.mark.parametrize("id", ["steerco", "QĐ-BCĐCPĐT, 2018", "circular-7", "a:b"])
def test_no_plugins_instrument_goes_by_the_name_of_another(id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FLEET))
    monkeypatch.syspath_prepend(str(tmp_path))
    name = f"steerco_named_{sum(map(ord, id))}"
    made = plugin(tmp_path, name, LAYER.format(id=id), capabilities='["layers"]', instruments=f'["{id}"]')
    plugins = Plugins().add([*folders(), FLEET / "steerco_fleet", made])
    content = switched_on(Home(shipped()).content(WITH), WITH, "steerco_fleet", name, settings=SETTINGS)
    findings = load(WITH, content, record_types(), plugins).findings
    assert [each.code for each in findings if each.level == "error"] == ["taken-instrument"]


def test_what_one_plugin_left_is_never_the_table_of_one_whose_name_goes_on() -> None:
    store = STORES.empty()
    with store.operator_connection() as connection:
        for table in ("x_a_version", "x_a_thing", "x_a_b_version", "x_a_b_thing"):
            connection.execute(CreateTable(Table(table, MetaData(), Column("id", Integer))))
    here = [line.prefix for line in lines()]  # the shipped plugins, whose tables a database of a release has
    (left,) = leftovers(store, [*here, "x_a_b_"])
    assert left.rows == {"x_a_thing": 0}
    assert [each.rows for each in leftovers(store, here)] == [{"x_a_thing": 0}, {"x_a_b_thing": 0}]
    drop(store, left)
    assert not leftovers(store, [*here, "x_a_b_"])
    store.close()


def test_two_plugins_whose_tables_would_be_called_alike_do_not_both_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins = Plugins().add([plugin(tmp_path, "steerco_alike"), plugin(tmp_path, "alike")])
    assert list(plugins.running) == ["steerco_alike"]
    assert plugins.quarantined["alike"].code == "taken-name"


TABLED = """
from sqlalchemy.orm import Mapped, mapped_column
from steerco.extension.api import *

class Thing(Tenanted, Base):
    __tablename__ = "x_written_thing"
    name: Mapped[str] = mapped_column(primary_key=True)

@hookimpl
def record_types():
    return []
"""


def test_a_plugins_versions_are_written_into_its_own_folder(tmp_path: Path) -> None:
    made = plugin(tmp_path, "steerco_written", TABLED, capabilities='["records", "tables"]', migrations='"versions"')
    ours = sorted(VERSIONS.iterdir())
    path = Path(migration(str(made), "things"))
    assert path == made / "versions" / "0001_things.py"
    assert sorted(VERSIONS.iterdir()) == ours
    written = path.read_text("utf-8")
    assert re.findall(r'op\.(create|drop)_table\(\s*"(\w+)"', written) == [
        ("create", "x_written_thing"),
        ("drop", "x_written_thing"),
    ]


ROUTED = """
from steerco.extension.api import Answer, Route, hookimpl

def convene(request):
    given = {{"kind": "ad-hoc", "starts_at": "2021-03-10T09:00:00"}}
    return Answer(request.hands.perform("meeting.convene", by="{chair}", input=given))

def ends(request):
    raise KeyboardInterrupt

@hookimpl
def routes(tenant):
    return [
        Route("open", convene, public=True, method="POST"),
        Route("shut", convene, method="POST"),
        Route("shown", convene),
        Route("ends", ends, public=True),
    ]
"""


@pytest.fixture
def routed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """The committees, one of which has a plugin that acts as whom it likes."""
    monkeypatch.syspath_prepend(str(tmp_path))
    home, store = Home(shipped()), STORES.empty()
    content = home.content(WITHOUT)
    chair = "thu-tuong"
    made = plugin(tmp_path, "steerco_usurper", ROUTED.format(chair=chair), capabilities='["routes"]')
    installation = Installation(store, plugins=Plugins().add([*folders(), made]))
    STORES.complete(store)
    files = switched_on(content, WITHOUT, made.name)
    installation.apply(WITHOUT, files, at=START, who="operator", why="test", seed=seed)
    with TestClient(create_app(installation, demo=True, clock=lambda: START)) as client:
        yield Two(installation, client)
    store.close()


def test_nobody_acts_as_the_chair_by_a_plugins_open_address(routed: Two) -> None:
    at = "/x/steerco_usurper"
    assert routed.ask("", f"{at}/open", WITHOUT, "POST").status_code == 401
    assert routed.ask("", f"{at}/shut", WITHOUT, "POST").status_code == 401
    assert routed.ask("", f"{at}/shown", WITHOUT).status_code == 401, "nor where a demonstration shows what is not public"
    tenant = routed.tenant(WITHOUT)
    reading = tokens.issue(tenant, routed.person("chair", WITHOUT), ("read",), now=START).secret
    answer = routed.http.post(f"/t/{WITHOUT}{at}/shut", headers={"Authorization": f"Bearer {reading}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "token-scope")
    with tenant.store.read(tenant.id) as session:
        assert not list(log.entries(session, types=("meeting",)))
    assert routed.ask("chair", f"{at}/shut", WITHOUT, "POST").status_code == 200, "within the scopes of a token it may"


def test_what_a_plugins_address_interrupts_is_its_own_answer(routed: Two) -> None:
    answer = routed.ask("", "/x/steerco_usurper/ends", WITHOUT)
    assert (answer.status_code, answer.json()["code"]) == (502, "plugin-failed")
    assert "KeyboardInterrupt" in answer.text


@pytest.mark.parametrize(
    "options", [{"unscoped": True}, {"tenant": 2}, {"tenant": None, "unscoped": True}, {"only": ""}, {"mode": "write"}]
)
def test_a_connection_that_a_plugin_is_handed_stays_its_tenants(two: Two, options: dict[str, Any]) -> None:
    hands = PluginContext(two.tenant(), "steerco_fleet", two.now)
    everybodys = select(Recorded.__table__.c.body)
    with hands.read() as session:
        with pytest.raises(CrossTenant):
            session.connection().execution_options(**options)
        with pytest.raises(CrossTenant):
            session.connection().execute(everybodys, execution_options={"unscoped": True})
        with pytest.raises(CrossTenant):
            session.connection().execute(everybodys)


@pytest.mark.parametrize("key", ["migrations", "catalogue"])
def test_a_plugins_folders_lie_in_its_package(key: str, tmp_path: Path) -> None:
    made = plugin(tmp_path, f"steerco_out_{key}", **{key: '"../.."'})
    assert Plugins().add([made]).quarantined[made.name].code == "outside"


def test_what_a_plugin_for_other_hooks_judges_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    made = plugin(tmp_path, "steerco_elder", api='"0.9"', judges='["meeting.convene"]')
    plugins = Plugins().add([*folders(), made])
    content = switched_on(Home(shipped()).content(WITH), WITH, made.name)
    snapshot = load(WITH, content, record_types(), plugins, stored=True).snapshot
    assert snapshot is not None
    barred = snapshot.circle.barred("meeting.convene")
    assert barred is not None
    assert barred.code == "other-api"


@pytest.mark.parametrize("words", ["a = ", "a = 1", "\udcff"])
def test_words_that_cannot_be_read_are_left_out(words: str, tmp_path: Path) -> None:
    made = plugin(tmp_path, "steerco_mute", catalogue='"."')
    (made / "en.toml").write_bytes(words.encode("utf-8", "surrogateescape"))
    read = Plugins().add([made], importing=False).quarantined["steerco_mute"].manifest
    mute = Plugin(read, None)  # type: ignore[arg-type]  # its words are looked for in its folder: no module of it is asked
    assert texts((mute,), "en") == ()


def test_whoever_fails_in_one_hook_of_a_configuration_is_asked_no_further_and_the_others_are() -> None:
    asked: list[str] = []

    def seat(plugin: str, hook: str, result: object, *, fails: bool = False) -> HookImpl:
        def answer() -> list[object]:
            asked.append(f"{plugin}.{hook}")
            if fails:
                raise LookupError("nothing here")
            return [result]

        return HookImpl(plugin, "1.0", answer, (), f"{plugin}.py:1")

    text, lines = LayerText("a.toml", ""), PolicyText("a.csv", "")
    seats = {
        "layers": (seat("first", "layers", text, fails=True), seat("second", "layers", text)),
        "policy": (seat("first", "policy", lines), seat("second", "policy", lines), seat("third", "policy", "no text")),
    }
    here = TenantPlugins("here", seats=seats, quarantine=Quarantine("here"))
    said = here.configure([("layers", {}), ("policy", {})])
    assert asked == ["first.layers", "second.layers", "second.policy", "third.policy"]
    assert {hook: [each.plugin for each in found] for hook, found in said.items()} == {"layers": ["second"], "policy": ["second"]}
    assert {name: (fault.hook, fault.code) for name, fault in here.quarantine.out.items()} == {
        "first": ("layers", "raised"),
        "third": ("policy", "wrong-result"),
    }

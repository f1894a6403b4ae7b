"""A plugin that a committee's revision wants and that does not run: what it stopped stays stopped, and nothing else is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.plugins.conftest import FLEET, SETTINGS, START, WITH, WITHOUT, Two, switched_on
from tests.plugins.test_manifest import plugin

from steerco.cases.world import seed
from steerco.changes.plan import plan
from steerco.cli.answers import questions as answers
from steerco.committee import record_types
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.configuration.plugin_contributions import CHECKS, VALUES, stood
from steerco.configuration.revisions import stood_under
from steerco.extension.dispatch import TenantPlugins
from steerco.extension.loader import Plugins, folders
from steerco.extension.quarantine import LOAD, Fault
from steerco.kernel.act import ActRequest
from steerco.kernel.explain import explain
from steerco.kernel.perform import perform
from steerco.operations.rebuild import rebuild
from steerco.records import OutOfOrder, Refused, Stopped
from steerco.store.engine import Store
from steerco.web.app import create_app

HTML = {"accept": "text/html"}
CONTENT = Home(shipped()).content(WITH)
THURSDAY = {"kind": "ad-hoc", "starts_at": "2021-02-11T09:00:00"}
MENDERS = ("head", "wg-head")
"""Those who may apply what decides something, by the committee's own settings."""
SUNDAY = {"kind": "ad-hoc", "starts_at": "2021-02-14T09:00:00"}


def uninstalled(folder: Path) -> Plugins:
    return Plugins().add(folders())


def for_other_hooks(folder: Path) -> Plugins:
    made = Path(shutil.copytree(FLEET / "steerco_fleet", folder / "steerco_fleet"))
    manifest = made / "plugin.toml"
    manifest.write_text(manifest.read_text().replace('api = "1.0"', 'api = "9.0"'))
    return Plugins().add([*folders(), made])


def unreadable(folder: Path) -> Plugins:
    made = Path(shutil.copytree(FLEET / "steerco_fleet", folder / "steerco_fleet"))
    (made / "plugin.toml").write_text("name = ")
    return Plugins().add([*folders(), made])


def switched_off_at_start(folder: Path) -> Plugins:
    return Plugins().add([*folders(), FLEET / "steerco_fleet"], importing=False)


GONE = (uninstalled, for_other_hooks, unreadable, switched_off_at_start)


def another(two: Two, plugins: Plugins) -> Two:
    """The same committees in another process, in which other plugins run."""
    installation = Installation(two.installation.store, plugins=plugins)
    return Two(installation, TestClient(create_app(installation, clock=lambda: START, demo=True)))


def stopped(act: Callable[[], Any]) -> Stopped:
    with pytest.raises(Stopped) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("gone", GONE)
def test_what_a_missing_plugin_judged_is_refused_and_everything_else_goes_on(
    gone: Callable[[Path], Plugins], tmp_path: Path, make: Callable[..., Two]
) -> None:
    here = another(make("steerco_fleet", settings=SETTINGS), gone(tmp_path))
    convene = stopped(lambda: here.do("head", "meeting.convene", **THURSDAY))
    assert isinstance(convene, Refused)
    assert (convene.code, convene.decision.basis) == ("plugin-missing", "platform")
    assert [(each.clause, each.plugin) for each in convene.decision.because] == [("steerco:plugin-missing", "steerco_fleet")]
    assert [each.people for each in convene.params["menders"]] == [(here.person(who),) for who in MENDERS]
    assert not convene.decision.who_may
    told = answers.answer_of_stop(here.tenant(), convene, START)  # as the command line tells it
    assert [(each["subject"], each["people"]) for each in told["menders"]] == [(who, (here.person(who),)) for who in MENDERS]
    to = here.person("standing-member")
    assert here.do("deputy-head", "task.assign", title="No plugin judges this", to=to).state == "assigned"
    assert here.do("chair", "meeting.convene", slug=WITHOUT, **SUNDAY).state == "convened"
    assert stopped(lambda: here.do("wg-head", "meeting.convene", **THURSDAY)).code == "refused", "the power is asked first"

    planned = here.do("wg-head", "meeting.plan", **THURSDAY).id
    posted = here.ask("head", f"/api/meeting/{planned}/convene", method="POST", json=THURSDAY)
    assert posted.status_code == 403
    problem = posted.json()
    assert (problem["code"], problem["basis"], problem["who_may"]) == ("plugin-missing", "platform", [])
    assert "steerco_fleet" in problem["detail"]
    assert "install the plugin again" in problem["next"]
    assert "Head" in problem["next"]
    assert [each["subject"] for each in problem["menders"]] == list(MENDERS)
    for path in ("/api/meeting", "/api/task", "/api/duties", "/api/charter", "/api/events"):
        assert here.ask("head", path).status_code == 200, path


def test_the_answer_is_what_would_happen(make: Callable[..., Two]) -> None:
    here = another(make("steerco_fleet"), Plugins().add(folders()))
    tenant, to = here.tenant(), here.person("standing-member")
    acts: list[tuple[str, dict[str, Any]]] = [
        ("meeting.convene", THURSDAY),
        ("meeting.convene", SUNDAY),
        ("meeting.convene", {**THURSDAY, "kind": "regular"}),
        ("task.assign", {"title": "t", "to": to}),
        ("direction.issue", {"text": "x", "to": [to]}),
    ]
    for who in ("head", "deputy-head", "standing-member", "wg-head"):
        for action, given in acts:
            person = here.person(who)
            with tenant.store.read(tenant.id) as session:
                decision = explain(tenant, session, ActRequest(person, action, input=given, at=START))
            told: tuple[Any, ...] = decision.outcome, decision.because, decision.would_change
            try:
                done = perform(tenant, ActRequest(person, action, input=given, at=START, dry_run=True)).decision
                happened: tuple[Any, ...] = done.outcome, done.because, done.would_change
            except Refused as refused:
                found = refused.decision
                happened = found.outcome, found.because, found.would_change
            except OutOfOrder as waits:
                happened = waits.outcome, decision.because, decision.would_change
            assert told == happened, (who, action)
    with tenant.store.read(tenant.id) as session:
        found = answers.answer(tenant, session, ActRequest(here.person("head"), "meeting.convene", START, input=THURSDAY))
    assert list(found["would_change"]) == [{"code": "without-plugin", "detail": "steerco_fleet"}]


def test_processes_that_have_it_and_that_have_not_and_a_revision_without_it(make: Callable[..., Two]) -> None:
    two = make("steerco_fleet")
    without = another(two, Plugins().add(folders()))
    assert stopped(lambda: two.do("head", "meeting.convene", **SUNDAY)).code == "plugin-rule"
    assert two.do("head", "meeting.convene", **THURSDAY).state == "convened"
    assert stopped(lambda: without.do("head", "meeting.convene", **THURSDAY)).code == "plugin-missing"
    assert two.do("head", "meeting.convene", **THURSDAY).state == "convened", "who has it asks it, whoever else has not"

    tenant = without.tenant()
    after = load(WITH, CONTENT, record_types(), without.installation.plugins).snapshot
    assert after is not None
    with tenant.store.read(tenant.id) as session:
        (switch,) = plan(tenant, session, after, tenant.snapshot.local(START)).plugins
    assert (switch.what, switch.name, switch.missing) == ("removed", "steerco_fleet", True)
    assert "meeting.convene" in switch.judged
    again = Installation(Store.memory(), plugins=without.installation.plugins)
    again.store.create_schema()
    told = rebuild(without.installation, WITH, scratch=again.store)
    assert told.ok, "what was done while it was there is done again without it: nobody is asked"

    without.installation.apply(WITH, CONTENT, at=START, who="operator", why="it is gone", seed=seed)
    for each in (without, two):
        assert each.do("head", "meeting.convene", **SUNDAY).state == "convened"


def test_a_committees_page_says_what_is_stopped_and_who_mends_it(make: Callable[..., Two]) -> None:
    two = make("steerco_fleet", settings=SETTINGS)
    with another(two, Plugins().add(folders())).http as http:
        page = http.get(f"/t/{WITH}?lang=en", headers=HTML).text
        assert "steerco_fleet" in page
        assert "convene a meeting" in page
        assert "Head" in page.partition("missing-plugins")[2].partition("</section>")[0]
        assert "missing-plugins" not in http.get(f"/t/{WITHOUT}?lang=en", headers=HTML).text
        asked = http.get(f"/t/{WITH}/ask?lang=en&do=meeting.convene&by={two.person('head')}&with.kind=ad-hoc", headers=HTML).text
        assert "a plugin that must be asked is missing here" in asked
        assert "without the plugin steerco_fleet" in asked
    with another(two, two.installation.plugins).http as http:
        assert "missing-plugins" not in http.get(f"/t/{WITH}?lang=en", headers=HTML).text


BARRING = '''
from steerco.extension.api import LayerText, PolicyText, hookimpl

LAW = """
[instrument]
id = "circular-8"
title = { vi = "a", en = "b" }
kind = "law"
effective = 2020-01-01
[[clause]]
id = "1"
gloss = { vi = "a", en = "b" }
[[rule]]
name = "quorum"
value = 30
force = "binding"
words = "a"
cite = ["1"]
[[procedure]]
on = "minutes.approve"
requires = "state"
cite = ["1"]
"""

@hookimpl
def layers(tenant):
    return [LayerText("circular-8.toml", LAW)]

@hookimpl
def policy(tenant):
    bars = "p, deputy-head, *, task, assign, -, deny, circular-8:1\\np, wg-head, *, meeting, read, -, deny, circular-8:1"
    return [PolicyText("a.csv", bars)]
'''


def test_what_its_data_stopped_stays_stopped_too(
    tmp_path: Path, make: Callable[..., Two], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    made = plugin(tmp_path, "steerco_barring", BARRING, capabilities='["layers", "policy"]', instruments='["circular-8"]')
    two = make(made.name, settings="", plugins=Plugins().add([*folders(), made]))
    told = stood(two.tenant().snapshot)[made.name]
    assert told.judged == ("matter.decide", "minutes.approve")
    assert len(told.barred) == 2
    here = another(two, Plugins().add(folders()))
    to = here.person("standing-member")
    for each in (two, here):
        convened = each.do("head", "meeting.convene", **THURSDAY).id
        assert stopped(partial(each.do, "deputy-head", "task.assign", title="x", to=to)).outcome == "refused"
        assert each.do("head", "task.assign", title="x", to=to).state == "assigned"
        assert each.ask("wg-head", f"/api/meeting/{convened}").status_code == 404, "what it hid is not shown"
        assert each.ask("head", f"/api/meeting/{convened}").status_code == 200
    refused = stopped(lambda: here.do("deputy-head", "task.assign", title="x", to=to))
    assert isinstance(refused, Refused)
    assert {each.clause for each in refused.decision.because} == {"steerco:plugin-missing"}, "its clause cannot be read here"
    assert here.tenant().snapshot.circle.barred("matter.decide") is not None


OWN = "p, deputy-head, *, task, assign, -, deny, circular-7:3\np, standing-member, *, matter, decide, -, allow, circular-7:1\n"
HOUSE = """
[[duty]]
id = "look"
label = { vi = "a", en = "b" }
holder = "head"
after = "x-fleet-vehicle.register"
done_by = ["x-fleet-vehicle.book"]
due = { days = 5, unit = "calendar" }
cite = ["circular-7:3"]
"""


def test_a_committee_whose_own_files_cite_the_plugin_goes_on_and_none_of_its_bars_opens(make: Callable[..., Two]) -> None:
    two = make("steerco_fleet")
    policy, house = f"policies/{WITH}.csv", f"tenants/{WITH}/house.toml"
    content = switched_on(
        {**CONTENT, policy: CONTENT[policy] + OWN, house: CONTENT[house] + HOUSE}, WITH, "steerco_fleet", settings=SETTINGS
    )
    two.installation.apply(WITH, content, at=START, who="operator", why="tests", seed=seed)
    here = another(two, Plugins().add(folders()))
    to = here.person("standing-member")
    assert stopped(lambda: here.do("deputy-head", "task.assign", title="x", to=to)).outcome == "refused"
    assert here.do("head", "task.assign", title="x", to=to).state == "assigned"
    lines = here.tenant().snapshot.policies[f"{WITH}.csv"]
    assert not [line for line in lines if line.allow and line.clause.startswith("circular-7:")]
    assert here.ask("head", "/api/duties").status_code == 200


def test_where_nobody_knows_what_it_judged_every_act_waits(make: Callable[..., Two]) -> None:
    circle = TenantPlugins(absent={"steerco_fleet": (Fault("steerco_fleet", LOAD, "not-installed", ""), None)})
    assert circle.barred("meeting.convene") is not None
    assert circle.remembering({"steerco_fleet": frozenset({"meeting.convene"})}).barred("task.assign") is None
    tenant = make("steerco_fleet").tenant()
    with tenant.store.read(tenant.id) as session:
        assert stood_under(session, tenant.snapshot.revision).keys() == set(tenant.snapshot.settings.plugins)


def test_every_value_that_an_act_asks_for_is_known_to_be_asked_for() -> None:
    """What asks for a named value, so that whoever adds one thinks of a plugin's instrument that states it and goes missing."""
    import re

    from steerco import committee
    from steerco.charter import values

    asked = set[str]()
    for path in Path(str(committee.__file__)).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        asked |= set(re.findall(r'effective\("([a-z-]+)"', text))
        for constant in re.findall(r"effective\(([A-Z_]+)", text):
            asked |= set(re.findall(rf'^{constant} = "([a-z-]+)"', text, re.MULTILINE)) or {getattr(values, constant)}
    assert asked == set(VALUES) | set(CHECKS)

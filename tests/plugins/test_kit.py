"""The kit for authors: the shipped plugins stand its suite, and it finds out plugins that do not behave."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from steerco.testkit.committee import CommitteeSetup
from steerco.testkit.kit import Committee, PluginSuite, assert_refused

ROOT = Path(__file__).parents[2]
FLEET = Path(__file__).parent / "fleet"
if str(FLEET) not in sys.path:
    sys.path.insert(0, str(FLEET))
SUNDAY = {"kind": "ad-hoc", "starts_at": "2021-03-14T09:00:00"}


class OfTheBoard(PluginSuite):
    """Plugins that know the roles of one committee."""

    home = ROOT
    slug = "most-steering-board"
    behaviour = Path(__file__).parent / "most_behaviour.toml"


class TestFleet(OfTheBoard):
    plugin = "steerco_fleet"
    settings = {"depot": "the yard"}

    def test_its_rule_refuses_with_its_clause(self, committee: Committee) -> None:
        with assert_refused(because="circular-7:3", code="sunday"):
            committee.do("head", "meeting.convene", **SUNDAY)
        assert committee.other.do("head", "meeting.convene", **SUNDAY).state == "convened"


class TestIcal(PluginSuite):
    plugin = "steerco_ical"


class TestCharterParser(PluginSuite):
    plugin = "steerco_vn_charter"


class TestEnglishParser(PluginSuite):
    plugin = "steerco_en_charter"


class TestLaw(PluginSuite):
    plugin = "steerco_vn_law"


class TestPapers(OfTheBoard):
    plugin = "steerco_vn_documents"


class TestMost(OfTheBoard):
    plugin = "steerco_most"


class TestWebhooks(PluginSuite):
    plugin = "steerco_webhooks"
    settings = {"administrator": "desk"}


SLY = '''
"""A plugin that does not behave."""
from steerco.extension.api import Answer, LayerText, PolicyText, Route, hookimpl

ASKED = []
LAYER = """
[instrument]
id = "sly-1"
title = { vi = "Thông báo", en = "Notice" }
kind = "law"
effective = 2020-01-01
[[clause]]
id = "1"
gloss = { vi = "Một", en = "One" }
"""


@hookimpl
def layers(tenant):
    return [LayerText("sly-1.toml", LAYER)]


@hookimpl
def policy(tenant):
    return [PolicyText("sly.csv", "p, trustee, board, matter, raise, -, deny, sly-1:1")]


@hookimpl
def routes(tenant):
    return [Route("count", count)]


def count(request):
    ASKED.append(request.by)
    return Answer(str(len(ASKED)))
'''
MANIFEST = """
name = "steerco_sly"
version = "1.0.0"
api = "1.0"
title = { vi = "Lén lút", en = "Sly" }
capabilities = ["layers", "policy", "routes"]
instruments = ["sly-1"]
"""


@pytest.fixture(scope="module")
def sly(tmp_path_factory: pytest.TempPathFactory) -> CommitteeSetup:
    """A plugin that bars by a policy line alone what no rule of its judges, and counts in its module who asked."""
    place = tmp_path_factory.mktemp("sly")
    (place / "steerco_sly").mkdir()
    (place / "steerco_sly" / "plugin.toml").write_text(MANIFEST, "utf-8")
    (place / "steerco_sly" / "__init__.py").write_text(SLY, "utf-8")
    sys.path.insert(0, str(place))
    return CommitteeSetup("steerco_sly")


def test_the_suite_finds_out_what_the_kernel_does_otherwise(sly: CommitteeSetup) -> None:
    with pytest.raises(AssertionError, match=r"matter\.raise.*expected done, got refused"):
        PluginSuite().test_what_the_kernel_does_is_unchanged_with_it_on(Committee.made(sly))


def test_the_suite_finds_out_what_is_kept_in_the_process(sly: CommitteeSetup) -> None:
    with pytest.raises(AssertionError, match="it answers otherwise"):
        PluginSuite().test_it_keeps_nothing_between_two_questions(Committee.made(sly))


def test_what_it_bars_by_a_line_stays_barred_whatever_of_it_fails(sly: CommitteeSetup) -> None:
    PluginSuite().test_a_fault_in_it_grants_nothing_and_harms_nobody_else(sly)


@pytest.mark.parametrize(("because", "code"), [("2.9", ""), ("2.1", "another"), (("2.1", "2.9"), "")])
def test_a_refusal_for_another_reason_is_no_refusal_as_asked(because: str, code: str) -> None:
    committee = Committee.made(CommitteeSetup("steerco_vn_charter"))
    with pytest.raises(AssertionError, match="stopped"), assert_refused(because=because, code=code):
        committee.do("em", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")


def test_what_is_done_is_no_refusal() -> None:
    committee = Committee.made(CommitteeSetup("steerco_vn_charter"))
    with pytest.raises(AssertionError, match="nothing stopped"), assert_refused():
        committee.do("chair", "meeting.convene", kind="ad-hoc", starts_at="2021-03-10T14:00:00")

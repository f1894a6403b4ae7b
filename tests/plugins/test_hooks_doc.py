"""The reference of hooks says what the specifications say, and its examples do what they are examples of."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pluggy
import pytest
from msgspec import structs
from tests.plugins.conftest import Two

from steerco.extension import api
from steerco.extension.counting import Ballots
from steerco.extension.documents import DocumentContent, DocumentFacts, DocumentFile, DocumentText
from steerco.extension.facts import Happened, Notice
from steerco.extension.hookspecs import CAPABILITIES, PROJECT, SPECS, Hooks
from steerco.extension.reference import reference
from steerco.extension.results import Handover
from steerco.kernel.plugin_context import PluginContext
from steerco.policy import reader

PAGE = Path(__file__).parents[2] / "docs" / "hooks.md"


def test_the_page_is_as_the_specifications_are() -> None:
    assert PAGE.read_text("utf-8") == reference(), "make docs writes it anew"


def example(hook: str, **names: Any) -> Callable[..., Any]:
    """The function that a hook's example declares, as if it stood in the plugin with vehicles; ``names`` are of its module."""
    module = ModuleType("steerco_fleet")
    vars(module).update({name: getattr(api, name) for name in api.__all__}, **names)
    exec(compile(SPECS[hook].example, f"<example of {hook}>", "exec"), vars(module))
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    manager.register(module, "example")
    manager.check_pending()
    (impl,) = getattr(manager.hook, hook).get_hookimpls()
    return cast("Callable[..., Any]", impl.function)


class Gateway:
    """A channel that keeps what it sends."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, ...]] = []

    def send(self, *said: Any, **more: Any) -> None:
        self.sent.append((*said, *more.values()))


@pytest.mark.parametrize("hook", list(SPECS))
def test_an_example_does_what_its_hook_is_for(hook: str, two: Two) -> None:
    """Each is asked in the committee with vehicles, as the program asks hooks, and answers what the hook takes."""
    from steerco_fleet import Vehicle, as_csv, board, not_on_a_sunday

    from steerco_vn_charter.parser import VietnameseCharter
    from steerco_vn_charter.proposer import VietnameseProposals

    spec, gateway, tenant = SPECS[hook], Gateway(), two.tenant()
    hands, facts = PluginContext(tenant, "steerco_fleet", two.now), tenant.snapshot.circle.facts["steerco_fleet"]
    done = two.do("head", "meeting.convene", kind="ad-hoc", starts_at="2021-02-15T09:00:00")
    event = Happened(
        *(done.seq, two.now, two.now, "meeting.convene", "meeting", done.id, done.ref, "convened", 1, two.person("head"), "head"),
        *("", (), {}, (), 0, ""),
    )
    given = {
        "tenant": structs.replace(facts, settings={"sender": "the committee"}),
        "hands": hands,
        "event": event,
        "slot": "tenant",
        "language": "en",
        "base": tenant.snapshot.calendar,
        "today": tenant.snapshot.local(two.now),
        "facts": DocumentFacts("official-letter", "en", date(2021, 2, 5), "Asia/Ho_Chi_Minh", "board"),
        "content": DocumentContent("official-letter", "en", DocumentText(title="Vehicles"), ("Board",), number="01"),
        "form": "pdf",
        "file": DocumentFile(b"01 Vehicles"),
        "ballots": Ballots("first-named", 1, ("an", "binh"), (("an", "binh"), ("binh",), ("binh",))),
        "notice": Notice("nobody", "n@example.org", event, "A meeting"),
    }
    of_the_module = {
        "Vehicle": Vehicle,
        "PlainArticles": VietnameseCharter,
        "QuarterlyMeetings": VietnameseProposals,
        "SixDays": lambda base: base,
        "gateway": gateway,
        "not_on_a_monday": not_on_a_sunday,
        "board_page": board,
        "write_csv": as_csv,
        "write_package": lambda passage: b"",
        "read_package": lambda package: Handover({}, {}),
        "send_due": gateway.send,
    }
    function = example(hook, **of_the_module)
    value = function(*(given[name] for name in inspect.signature(function).parameters))
    if spec.mode == "collect":
        assert value
        assert all(isinstance(each, spec.result) for each in value)
    if hook == "compose_document":
        assert value.title == "Vehicles"
    if hook == "render_document":
        assert value.content == b"01 Vehicles"
    if hook == "seal_document":
        assert value.content == b"01 Vehicles (sealed)"
    if hook == "count_ballots":
        assert value.elected == ("binh",)
        assert value.steps[0].votes == {"an": "1", "binh": "2"}
    if hook == "calendar":
        assert value.add(date(2021, 2, 5), 1) == date(2021, 2, 8)
    if hook == "policy":
        assert reader.read(value[0].text, value[0].file)[1] == []
    if hook == "consume":
        assert [each["name"] for each in hands.records("x-fleet-vehicle", where={"name": event.ref})] == [event.ref]
    if hook in ("deliver", "tick"):
        assert gateway.sent == [("the committee", "n@example.org", "A meeting") if hook == "deliver" else (hands, two.now)]


def test_every_capability_is_of_some_use() -> None:
    assert {spec.capability for spec in SPECS.values()} <= CAPABILITIES
    assert CAPABILITIES - {spec.capability for spec in SPECS.values()} == {"tables", "commands", "network"}

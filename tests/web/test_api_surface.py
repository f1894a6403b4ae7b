"""What clients rely on stays: the document of the API, held to the kept list of the last release; and what goes is told."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.web.conftest import NATIONAL, Api

from steerco.web.http import deprecations
from steerco.web.http.deprecations import Deprecated, headers_for, operation
from steerco.web.openapi import document
from steerco.web.openapi.surface import breaks, surface

KEPT = Path(__file__).parents[2] / "docs" / "released" / "api-0.1.txt"
Document = dict[str, Any]


@pytest.fixture(scope="module")
def now() -> Document:
    found: Document = msgspec.json.decode(document.general())
    return found


def test_nothing_that_the_last_release_had_is_gone(now: Document) -> None:
    """Where this fails and the break is meant: docs/api.md, "What may change"."""
    assert breaks(KEPT.read_text("utf-8").splitlines(), surface(now)) == []


def drop_path(doc: Document) -> None:
    del doc["paths"]["/t/{tenant}/api/duties"]


def drop_parameter(doc: Document) -> None:
    parameters = doc["paths"]["/t/{tenant}/api/duties"]["get"]["parameters"]
    parameters[:] = [each for each in parameters if each.get("name") != "of"]


def need_parameter(doc: Document) -> None:
    for each in doc["paths"]["/t/{tenant}/api/duties"]["get"]["parameters"]:
        if each.get("name") == "of":
            each["required"] = True


def rename_operation(doc: Document) -> None:
    doc["paths"]["/t/{tenant}/api/duties"]["get"]["operationId"] = "owed"


def drop_answer(doc: Document) -> None:
    del doc["components"]["schemas"]["DutyEntry"]["properties"]["due_on"]


def retype_answer(doc: Document) -> None:
    doc["components"]["schemas"]["Acted"]["properties"]["replayed"] = {"type": "string"}


def need_input(doc: Document) -> None:
    doc["components"]["schemas"]["Question"]["required"].append("by")


def drop_input(doc: Document) -> None:
    del doc["components"]["schemas"]["Question"]["properties"]["capacity"]


BREAKS: dict[str, tuple[Callable[[Document], None], str]] = {
    "an address": (drop_path, "- GET /t/{tenant}/api/duties is duties"),
    "a parameter": (drop_parameter, "- GET /t/{tenant}/api/duties takes query of: string"),
    "a parameter that is needed now": (need_parameter, "+ GET /t/{tenant}/api/duties needs query of"),
    "the name of an operation": (rename_operation, "- GET /t/{tenant}/api/duties is duties"),
    "a value of an answer": (drop_answer, "- out DutyEntry.due_on: null | string"),
    "the type of an answer": (retype_answer, "- out Acted.replayed: boolean"),
    "an input that is needed now": (need_input, "+ in Question needs by"),
    "an input": (drop_input, "- in Question.capacity: null | string"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_break_is_found(now: Document, what: str) -> None:
    change, line = BREAKS[what]
    changed = copy.deepcopy(now)
    change(changed)
    assert line in breaks(surface(now), surface(changed))


def test_additions_are_no_breaks(now: Document) -> None:
    changed = copy.deepcopy(now)
    duties = changed["paths"]["/t/{tenant}/api/duties"]["get"]
    duties["parameters"].append({"name": "colour", "in": "query", "schema": {"type": "string"}})
    changed["components"]["schemas"]["Acted"]["properties"]["mood"] = {"type": "string"}
    changed["components"]["schemas"]["Question"]["properties"]["mood"] = {"type": "string"}
    changed["paths"]["/t/{tenant}/api/moods"] = {"get": {**duties, "operationId": "moods"}}
    changed["paths"]["/t/{tenant}/api/moods"]["get"]["parameters"] = [
        {"name": "x", "in": "query", "required": True, "schema": {}}
    ]
    assert surface(changed) != surface(now)
    assert breaks(surface(now), surface(changed)) == []


def test_an_input_that_takes_any_text_still_takes_the_listed_values(now: Document) -> None:
    changed = copy.deepcopy(now)
    modes = changed["components"]["schemas"]["MeetingPlan"]["properties"]["mode"]["anyOf"]
    modes[:] = [each if "enum" not in each else {"type": "string"} for each in modes]
    assert breaks(surface(now), surface(changed)) == []
    assert "- in MeetingPlan.mode: null | string" in breaks(surface(changed), surface(now))
    modes[:] = [each if each.get("type") != "string" else {"enum": ["online"]} for each in modes]
    assert breaks(surface(now), surface(changed)) == ["- in MeetingPlan.mode is hybrid", "- in MeetingPlan.mode is in-person"]


class TestDeprecation:
    GONE = {"GET duties": Deprecated(date(2026, 12, 1), date(2027, 7, 1), "https://steerco.example.org/docs/api#ledger")}

    def test_an_answer_tells_since_when_until_when_and_what_instead(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(deprecations, "DEPRECATED", self.GONE)
        answer = api.as_("chair")("GET", "/duties")
        assert answer.headers["deprecation"] == "@1796083200"
        assert answer.headers["sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
        assert 'rel="deprecation"' in answer.headers["link"]
        assert "deprecation" not in api.as_("chair")("GET", "/charter").headers

    def test_ids_stand_for_any(self) -> None:
        gone = {"POST meeting/*/postpone": self.GONE["GET duties"]}
        path = f"/t/{NATIONAL}/api/meeting/M-2021-001/postpone"
        assert operation("post", "/t/{tenant}/api/meeting/{id}/postpone") in gone
        assert headers_for("POST", path, gone)
        assert not headers_for("GET", path, gone)
        assert not headers_for("POST", f"/t/{NATIONAL}/api/meeting/M-2021-001/cancel", gone)

    def test_the_document_marks_it(self, now: Document, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(document, "DEPRECATED", self.GONE)
        document.general.cache_clear()
        try:
            marked = msgspec.json.decode(document.general())["paths"]
        finally:
            document.general.cache_clear()
        assert marked["/t/{tenant}/api/duties"]["get"]["deprecated"] is True
        assert "deprecated" not in marked["/t/{tenant}/api/charter"]["get"]
        assert "deprecated" not in now["paths"]["/t/{tenant}/api/duties"]["get"]

"""schemathesis over both tenants' OpenAPI documents: whatever is sent, no 5xx, and every answer as the document says.

First each operation by itself (examples, coverage of its schema, random), then chains along the document's links: a record is
made, and what was made is acted on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis import GenerationMode, engine
from schemathesis.engine import Status, events
from tests.web.conftest import MOST, NATIONAL, Api, Clock, installed

from steerco.web.app import create_app
from steerco.web.edge import Edge

HEADS = {NATIONAL: "chair", MOST: "head"}
AT_LEAST = {NATIONAL: 1500, MOST: 500}
"""Requests a tenant, two thousand in all; what covers a schema systematically is the same for both, so it is done once."""
SECONDS = 100
"""What one tenant may take; when it is over, the run ends with what it has."""
CHAINED = ("meeting", "direction", "officer-absence", "matter")
"""Types of which the head of a committee may make a record and act on it."""
SENSIBLE = ["2xx", "3xx", "401", "403", "404", "409", "412", "422"]
"""What may answer data that its schema allows: the schema does not know who is who, nor what is on record."""
REJECTED = ["400", "401", "403", "404", "405", "409", "412", "413", "414", "415", "422", "431"]


@pytest.fixture(scope="module")
def applications() -> Iterator[tuple[Api, Edge]]:
    installation, clock = installed(), Clock()
    yield Api(installation, clock, None), create_app(installation, clock=clock)  # type: ignore[arg-type]  # no client here
    installation.store.close()


def schema_of(api: Api, app: Edge, slug: str) -> Any:
    """The tenant's document as schemathesis takes it, with the token of the committee's head."""
    headers = {"Authorization": f"Bearer {api.token(slug, HEADS[slug])}"}
    schema = schemathesis.openapi.from_asgi(f"/t/{slug}/schema/openapi.json", app, headers=headers)
    schema.config.headers = headers
    schema.config.generation.deterministic = True
    schema.config.generation.max_examples = 4
    schema.config.checks.allow_header_conformance.enabled = False  # POST …/meeting/convene and GET …/meeting/{id} share a route
    schema.config.checks.positive_data_acceptance.expected_statuses = SENSIBLE
    schema.config.checks.negative_data_rejection.expected_statuses = REJECTED
    return schema


def run(schema: Any) -> tuple[Counter[tuple[str, str, int]], list[str]]:
    """How often each operation gave which status, and everything that was not as the document says."""
    answers: Counter[tuple[str, str, int]] = Counter()
    wrong: list[str] = []
    stream, end = engine.from_schema(schema).execute(), time.monotonic() + SECONDS
    for event in stream:
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.NonFatalError):
            wrong.append(f"{event.label}: {event.value}")
        if isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            for id, interaction in recorder.interactions.items():
                if interaction.response is not None:
                    operation = recorder.cases[id].value.operation
                    answers[operation.method, operation.path, interaction.response.status_code] += 1
            for checks in recorder.checks.values():
                for check in checks:
                    if check.status == Status.FAILURE and check.failure_info is not None:
                        wrong.append(f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample[:600]}")
        if time.monotonic() > end:
            stream.stop()
    return answers, wrong


@pytest.mark.slow
@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_each_operation_answers_as_its_document_says(applications: tuple[Api, Edge], slug: str) -> None:
    api, app = applications
    schema = schema_of(api, app, slug)
    schema.config.phases.stateful.enabled = False
    schema.config.phases.coverage.enabled = slug == NATIONAL
    schema.config.phases.coverage.unexpected_methods = {"delete", "patch"}
    schema.config.generation.max_examples = 3 if slug == NATIONAL else 6
    answers, wrong = run(schema)
    assert not wrong, "\n\n".join(wrong[:5])
    assert not [key for key in answers if key[2] >= 500]
    assert answers.total() >= AT_LEAST[slug]


@pytest.mark.slow
@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_what_is_made_can_be_acted_on(applications: tuple[Api, Edge], slug: str) -> None:
    api, app = applications
    schema = schema_of(api, app, slug)
    for phase in ("examples", "coverage", "fuzzing"):
        schema.config.phases.get_by_name(name=phase).enabled = False
    stateful = schema.config.phases.stateful
    stateful.generation.modes = [GenerationMode.POSITIVE]
    stateful.generation.max_examples = 30
    stateful.max_steps = 6
    schema.hook("map_body")(_as_in_the_example)
    schema.hook("map_query")(_without("capacity"))
    schema.hook("map_headers")(_without("If-Match"))
    answers, wrong = run(schema.include(path_regex=f"api/({'|'.join(CHAINED)})(/|$)"))
    assert not wrong, "\n\n".join(wrong[:5])
    acted = {path for method, path, status in answers if method == "post" and "{id}" in path and status == 200}
    assert len(acted) >= 2, answers


def _without(name: str) -> Any:
    """A random capacity or version is hardly ever one of the person's, and nothing behind it would be reached."""

    def drop(context: Any, values: dict[str, Any] | None) -> dict[str, Any] | None:
        return {key: value for key, value in values.items() if key != name} if values else values

    return drop


def _as_in_the_example(context: Any, body: Any) -> Any:
    """Half of the bodies with the example's values, so that names of parties are ones that there are."""
    content = context.operation.definition.raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    shown = content.get("examples", {}).get("example", {}).get("value")
    return shown if isinstance(body, dict) and isinstance(shown, dict) and len(str(body)) % 2 else body

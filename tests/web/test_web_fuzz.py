"""schemathesis over both tenants' OpenAPI documents: whatever is sent, no 5xx, and every answer as the document says.

First each operation by itself (examples, coverage of its schema, random), then chains along the document's links: a record is
made, and what was made is acted on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis import GenerationMode, engine
from schemathesis.engine import Status, events
from tests import sweep
from tests.web.conftest import MOST, NATIONAL, Api, Clock, installed

from steerco.web.app import create_app
from steerco.web.http.limits import Edge, Limits

HEADS = {NATIONAL: "chair", MOST: "head"}
AT_LEAST = {NATIONAL: sweep.number(1500, 750), MOST: sweep.number(500, 250)}
"""Requests a tenant."""
EXAMPLES = sweep.number(3, 1)
"""Of each operation in a round."""
COVERED = ("events", "explain", "matter")
"""What is asked for with every case of its schema, two thousand requests and more. Once: both tenants have the same schema of it,
and the lists of all types are made by the same code."""
ACTED = 4
"""Different acts that chains bring about, at least."""
ROUNDS = 20
"""How often chance is tried, each time from another seed, until enough was reached: one does as a rule. It is counted in
rounds and not in seconds, so that a slow machine finds what a quick one does."""
CHAINED = ("meeting", "direction", "officer-absence", "matter")
"""Types of which the head of a committee may make a record and act on it."""
SENSIBLE = ["2xx", "3xx", "401", "403", "404", "409", "412", "422"]
"""What may answer data that its schema allows: the schema does not know who is who, nor what is on record."""
REJECTED = ["400", "401", "403", "404", "405", "409", "412", "413", "414", "415", "422", "431"]


@pytest.fixture
def applications() -> Iterator[tuple[Api, Edge]]:
    """New for each test: what one has made would change what the next is answered."""
    installation, clock = installed(), Clock()
    yield Api(installation, clock, None), create_app(installation, clock=clock, limits=Limits(stream=0.1))  # type: ignore[arg-type]  # schemathesis is the client
    installation.store.close()


def schema_of(api: Api, app: Edge, slug: str, seed: int, *phases: str) -> Any:
    """The tenant's document as schemathesis takes it in some of its phases, with the token of the committee's head."""
    headers = {"Authorization": f"Bearer {api.token(slug, HEADS[slug])}"}
    config = schemathesis.Config(seed=seed)
    schema = schemathesis.openapi.from_asgi(f"/t/{slug}/schema/openapi.json", app, config=config, headers=headers)
    schema.config.headers = headers
    for phase in ("examples", "coverage", "fuzzing", "stateful"):
        schema.config.phases.get_by_name(name=phase).enabled = phase in phases
    schema.config.generation.deterministic = True
    schema.config.checks.allow_header_conformance.enabled = False  # POST …/meeting/convene and GET …/meeting/{id} share a route
    schema.config.checks.positive_data_acceptance.expected_statuses = SENSIBLE
    schema.config.checks.negative_data_rejection.expected_statuses = REJECTED
    return schema


Answers = Counter[tuple[str, str, int]]
"""How often each operation (method, path) gave which status."""


def run(schema: Any) -> Answers:
    """One round; nothing in it is other than the document says."""
    answers: Answers = Counter()
    wrong: list[str] = []
    for event in engine.from_schema(schema).execute():
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
    assert not wrong, "\n\n".join(wrong[:5])
    assert not [key for key in answers if key[2] >= 500]
    return answers


def rounds(one: Callable[[int], Any], enough: Callable[[Answers], bool]) -> Answers:
    """Round after round, each of its own seed, until it is enough or there were ``ROUNDS``."""
    answers: Answers = Counter()
    for seed in range(ROUNDS):
        answers += run(one(seed))
        if enough(answers):
            break
    return answers


@pytest.mark.slow
@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_each_operation_answers_as_its_document_says(applications: tuple[Api, Edge], slug: str) -> None:
    def one(seed: int) -> Any:
        schema = schema_of(*applications, slug, seed, "examples", "fuzzing")
        schema.config.generation.max_examples = EXAMPLES
        return schema

    answers: Answers = Counter()
    if slug == NATIONAL:
        schema = schema_of(*applications, slug, 0, "coverage")
        schema.config.phases.coverage.unexpected_methods = {"delete", "patch"}
        answers = run(schema.include(path_regex=f"api/({'|'.join(COVERED)})(/|$)"))
    answers += rounds(one, lambda found: (answers + found).total() >= AT_LEAST[slug])
    assert answers.total() >= AT_LEAST[slug]


@pytest.mark.slow
@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_what_is_made_can_be_acted_on(applications: tuple[Api, Edge], slug: str) -> None:
    def one(seed: int) -> Any:
        schema = schema_of(*applications, slug, seed, "stateful")
        stateful = schema.config.phases.stateful
        stateful.generation.modes = [GenerationMode.POSITIVE]
        stateful.generation.max_examples = 20
        stateful.max_steps = 6
        schema.hook("map_body")(_as_in_the_example(seed))
        schema.hook("map_query")(_without("capacity"))
        schema.hook("map_headers")(_without("If-Match"))
        return schema.include(path_regex=f"api/({'|'.join(CHAINED)})(/|$)")

    answers = rounds(one, lambda answers: len(_acts(answers)) >= ACTED)
    assert len(_acts(answers)) >= ACTED, answers


def _acts(answers: Answers) -> set[str]:
    """The acts that succeeded on what had been made before."""
    return {path for method, path, status in answers if method == "post" and "{id}" in path and status == 200}


def _without(name: str) -> Any:
    """A random capacity or version is hardly ever one of the person's, and nothing behind it would be reached."""

    def drop(context: Any, values: dict[str, Any] | None) -> dict[str, Any] | None:
        return {key: value for key, value in values.items() if key != name} if values else values

    return drop


def _as_in_the_example(seed: int) -> Any:
    """Two of three bodies of an operation with the example's values, so that names of parties are ones that there are."""
    asked: Counter[str] = Counter()

    def take(context: Any, body: Any) -> Any:
        content = context.operation.definition.raw.get("requestBody", {}).get("content", {}).get("application/json", {})
        shown = content.get("examples", {}).get("example", {}).get("value")
        asked[context.operation.label] += 1
        turn = (asked[context.operation.label] + seed) % 3
        return shown if turn and isinstance(body, dict) and isinstance(shown, dict) else body

    return take

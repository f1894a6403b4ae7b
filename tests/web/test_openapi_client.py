"""The one OpenAPI document of all committees: valid by a linter, and enough for a generator to write a client that lives."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.web.conftest import MOST, NATIONAL, Api

from steerco.web.app import create_app

PACKAGE = "client_of_steerco"


@pytest.fixture(scope="module")
def document(api: Api) -> dict[str, Any]:
    """The document, as anybody gets it."""
    found: dict[str, Any] = api.http.get("/schema/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def generated(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What the generator said, and the package that it wrote, importable."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(document))
    tool = Path(sys.executable).with_name("openapi-python-client")
    command = [tool, "generate", "--path", folder / "openapi.json", "--output-path", folder / PACKAGE, "--meta", "none"]
    env = {**os.environ, "PATH": os.pathsep.join((str(tool.parent), os.environ["PATH"]))}
    said = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    sys.path.insert(0, str(folder))
    yield said.stdout + said.stderr
    sys.path.remove(str(folder))


def part(name: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.{name}")


def test_it_is_valid_and_names_no_committee(document: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert NATIONAL not in json.dumps(document)
    assert all(path.startswith("/t/{tenant}/api/") for path in document["paths"])


def test_it_says_of_a_committees_own_types_what_the_committees_document_says(api: Api, document: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {api.token(MOST, 'head')}"}
    own = api.http.get(f"/t/{MOST}/schema/openapi.json", headers=headers).json()["paths"]
    there = {path.replace("{tenant}", MOST) for path in document["paths"]}
    assert there <= set(own)


def test_a_generator_finds_nothing_to_warn_of(generated: str) -> None:
    assert "WARNING" not in generated
    assert "Unable" not in generated


def test_the_generated_client_acts_and_is_refused_with_the_clause(api: Api, generated: str) -> None:
    models = part("models")
    body = models.MeetingConveneNewBody.from_dict({"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00"})
    with TestClient(create_app(api.installation, clock=api.clock)) as transport:
        for who, done in (("chair", True), ("vice-chair", False)):
            transport.headers["Authorization"] = f"Bearer {api.token(NATIONAL, who)}"
            client = part("client").Client(base_url="http://testserver").set_httpx_client(transport)
            me = part("api.questions.me").sync(NATIONAL, client=client)
            assert me.person == api.person(NATIONAL, who)
            answer = part("api.meeting.meeting_convene_new").sync(NATIONAL, client=client, body=body)
            if done:
                assert isinstance(answer, models.Acted)
                read = part("api.meeting.meeting_read").sync(NATIONAL, answer.record.id, client=client)
                assert (read.state, read.kind) == ("convened", "ad-hoc")
            else:
                assert isinstance(answer, models.Problem)
                assert "3.3" in [because.clause for because in answer.because]
                assert "chair" in [who.subject for who in answer.who_may]


@pytest.mark.parametrize("sort", ["msgspec.Struct", "pydantic_v2.BaseModel"])
def test_models_from_the_document_read_real_answers(api: Api, document: dict[str, Any], sort: str, tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    name = f"models_by_{sort.partition('.')[0]}"
    tool = Path(sys.executable).with_name("datamodel-codegen")
    command = [tool, "--input", "openapi.json", "--input-file-type", "openapi", "--output", f"{name}.py"]
    command += ["--output-model-type", sort, "--target-python-version", "3.11", "--formatters", "builtin"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    spec = importlib.util.spec_from_file_location(name, tmp_path / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = models = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(models)

    def read(model: Any, content: bytes) -> Any:
        return msgspec.json.decode(content, type=model) if sort.startswith("msgspec") else model.model_validate_json(content)

    people = api.as_("chair")("GET", "/person?limit=5")
    assert [item.ref for item in read(models.PersonPage, people.content).items] == [
        item["ref"] for item in people.json()["items"]
    ]
    body = {"kind": "ad-hoc", "starts_at": "2021-03-02T09:00:00"}
    refused = read(models.Problem, api.as_("vice-chair")("POST", "/meeting/convene", body).content)
    assert (refused.status, "3.3" in [because.clause for because in refused.because]) == (403, True)
    done = read(models.Acted, api.as_("chair")("POST", "/meeting/convene", body).content)
    assert (done.outcome, done.record.type) == ("done", "meeting")

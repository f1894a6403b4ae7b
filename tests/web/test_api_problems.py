"""Every problem of the API says what to do next, in both languages; and the version that a request names is held to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import NATIONAL, Api

import steerco
from steerco.i18n import languages, texts, words
from steerco.web.http.api_versions import HEADER, VERSIONS

WEB = Path(steerco.__file__).parent / "web"
FILLED_IN = {"refused"}
"""Problems whose words are made where they are known: ``problems.why``."""


def strings(node: ast.expr) -> Iterator[str]:
    yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def raised() -> set[str]:
    """The codes with which the program makes a ``RequestError`` or one of its kinds."""
    found = set[str]()
    for file in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) >= 2:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                of_base = name == "__init__" and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, int)
                if name == "RequestError" or of_base:
                    found |= set(strings(node.args[1]))
    return found


CODES = sorted(raised() - {""})


def test_the_walk_finds_them() -> None:
    assert {"no-token", "body-too-large", "bad-parameter", "unknown-version", "rate-limit", "too-many-requests"} <= set(CODES)


@pytest.mark.parametrize("language", languages())
def test_every_code_says_what_it_is_and_what_to_do_next(language: str) -> None:
    say = words(language)
    silent = [code for code in CODES if not all(say.has(f"problems.{code}", part) for part in ("title", "detail", "next"))]
    assert silent == []
    sections = {name: section for name, section in texts(language).items() if name.startswith("problems.")}
    parts = {name: [part for part, text in section.items() if not text.strip()] for name, section in sections.items()}
    assert {name: empty for name, empty in parts.items() if empty} == {}
    bare = {name for name, section in sections.items() if section.get("next", "").strip("{}") == "next"}
    assert bare == {f"problems.{code}" for code in FILLED_IN}


@pytest.mark.parametrize("language", languages())
def test_whatever_stops_an_act_leads_on(api: Api, language: str) -> None:
    """By the page to which a problem's ``type`` leads: of every reason against an act, and of every problem with words."""
    say = words(language)
    codes = {
        *say.keys("stop"),
        *CODES,
        *(name.removeprefix("problems.") for name in texts(language) if name.startswith("problems.")),
    }
    assert len(codes) > 200
    for code in sorted(codes - {"say"}):
        told = api.http.get(f"/problems/{code}", headers={"Accept-Language": language}).json()
        assert all(told[part].strip() and told[part] != code for part in ("title", "detail", "next")), (code, told)


class TestVersion:
    def test_an_answer_tells_by_which_version_it_was_made(self, api: Api) -> None:
        chair = api.as_("chair")
        answers = [chair("GET", "/meeting"), chair("GET", "/meeting/x"), chair("GET", "/meeting", headers={HEADER: VERSIONS[0]})]
        answers.append(api.http.get(f"/t/{NATIONAL}/api/meeting"))
        assert {answer.headers[HEADER] for answer in answers} == {VERSIONS[-1]}
        assert HEADER not in api.http.get("/health").headers

    @pytest.mark.parametrize("named", ["2019-01-01", "2099-01-01", "1", "", "2026-11-30, 2026-11-30", "latest"])
    def test_one_that_is_not_spoken_is_told_and_nothing_is_done(self, api: Api, named: str) -> None:
        chair = api.as_("chair")
        before = chair("GET", "/events").json()["next"]
        answer = chair("POST", "/meeting/convene", {"kind": "ad-hoc"}, headers={HEADER: named})
        assert answer.status_code == 400
        told: dict[str, Any] = answer.json()
        assert told["code"] == "unknown-version"
        assert VERSIONS[-1] in told["next"]
        assert told["reasons"][HEADER]["params"]["known"] == list(VERSIONS)
        assert chair("GET", "/events").json()["next"] == before

    def test_it_is_the_same_for_strangers_and_for_no_committee(self, api: Api) -> None:
        here, nowhere = (api.http.get(f"/t/{slug}/api/me", headers={HEADER: "1"}) for slug in (NATIONAL, "nobody"))
        assert here.content == nowhere.content

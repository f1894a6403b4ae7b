"""The tutorial of who writes a program: each of its requests is sent as it stands there, at the first day of a committee."""

from __future__ import annotations

import json
import shlex

import httpx
import pytest
from tests.docs.following import blocks
from tests.web.conftest import NATIONAL, Api

PAGE = "tutorial-client.md"
WHO = {"$CHAIR": "chair", "$VICE": "vice-chair"}


def requests() -> list[list[str]]:
    """The commands of the page that send a request which ends."""
    joined = "\n".join(blocks(PAGE)).replace("\\\n", " ")
    return [words for line in joined.splitlines() if (words := shlex.split(line))[:1] == ["curl"] and "-N" not in words]


def sent(api: Api, words: list[str]) -> httpx.Response:
    """The answer to one ``curl`` command of the page."""
    headers, data, address = {}, None, ""
    for flag, value in zip(words, [*words[1:], ""], strict=True):
        if flag == "-H" and value in WHO:
            headers["Authorization"] = f"Bearer {api.token(NATIONAL, WHO[value])}"
        elif flag == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
        elif flag == "-d":
            data = value
        elif flag.startswith("$API"):
            address = flag.replace("$API", f"/t/{NATIONAL}/api")
    return api.http.request("POST" if data else "GET", address, headers=headers, content=data)


@pytest.fixture(scope="module")
def answers(api: Api) -> list[tuple[list[str], httpx.Response]]:
    return [(words, sent(api, words)) for words in requests()]


def test_each_request_is_answered_as_the_page_says(answers: list[tuple[list[str], httpx.Response]]) -> None:
    assert len(answers) == 9
    for words, answer in answers:
        refused = "-d" in words and "$VICE" in words
        assert answer.status_code == (403 if refused else 200 if "-d" not in words or "dry_run" in words[-1] else 201), (
            words,
            answer.text,
        )


def test_the_act_and_the_refusal_name_the_clauses_that_the_page_names(answers: list[tuple[list[str], httpx.Response]]) -> None:
    tried, done, refused = (answer.json() for words, answer in answers if "-d" in words)
    assert {each["clause"] for each in tried["decision"]["because"]} == {"3.3", "7.1.p2"}
    assert (tried["dry_run"], done["replayed"]) == (True, False)
    assert {each["clause"] for each in refused["because"]} >= {"3.3"}
    assert refused["who_may"]
    assert refused["next"]


def test_sent_again_it_is_the_same_act(api: Api, answers: list[tuple[list[str], httpx.Response]]) -> None:
    (act,) = (words for words, _ in answers if "Idempotency-Key: january-meeting" in words)
    assert json.loads(sent(api, act).text)["replayed"] is True

"""Every read of the API as of a day: it answers for that day, or says in its own words why not and what to ask instead."""

from __future__ import annotations

import pytest
from tests.web.conftest import Api, api

from steerco.web.openapi.parameters import ASKING
from steerco.web.openapi.question_paths import TOLD

__all__ = ["api"]
DAY, BEFORE = "2021-03-15", "2021-02-03"
GIVEN = {
    "explain": "&do=meeting.convene&with=%7B%22kind%22%3A%22regular%22%7D",
    "reach": "&role=chair&steps=1",
    "search": "&q=report",
    "plan": "&do=matter.decide",
}
TAKEN = {"me", "parties", "explain", "duties", "charter", "conflicts", "dead-ends", "silences", "reach"}
ELSEWHERE = {
    "week": "from",
    "past": "from and to",
    "annex": "from and to",
    "plan": "by by",
    "consequences": "past",
    "competence": "charter with at",
    "search": "record that is found with at",
    "actions": "charter with at",
    "revisions": "bears its own time",
    "events": "bears its own time",
    "events/stream": "bears its own time",
    "person/thu-tuong/files/0": "never changes",
}
"""What is refused, and the words that say what to ask instead."""


def test_every_question_is_listed_here_and_the_document_says_which_takes_a_day() -> None:
    assert TOLD.keys() | {"events/stream", "person/thu-tuong/files/0"} == TAKEN | ELSEWHERE.keys()
    assert {name for name, given in ASKING.items() if "at" in {each["name"] for each in given}} == TAKEN


@pytest.mark.parametrize("question", sorted(TAKEN))
def test_it_answers_for_the_day(api: Api, question: str) -> None:
    answer = api.as_("chair")("GET", f"/{question}?at={DAY}{GIVEN.get(question, '')}")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    if "looked" in told:
        assert told["looked"]["on"] == DAY
    elif "on" in told:
        assert told["on"] == DAY
    refused = api.as_("chair")("GET", f"/{question}?at=2021-03-32{GIVEN.get(question, '')}")
    assert (refused.status_code in (400, 422), list(refused.json()["fields"])) == (True, ["at"]), refused.text


def test_records_answer_for_a_day_of_the_past(api: Api) -> None:
    chair = api.as_("chair")
    (first, *_) = chair("GET", f"/person?at={BEFORE}").json()["items"]
    assert chair("GET", f"/person/{first['id']}?at={BEFORE}").json()["id"] == first["id"]
    assert list(chair("GET", f"/person?at={DAY}").json()["fields"]) == ["at"]


@pytest.mark.parametrize("question", ELSEWHERE)
def test_it_says_what_to_ask_instead(api: Api, question: str) -> None:
    refused = api.as_("chair")("GET", f"/{question}?at={DAY}{GIVEN.get(question, '')}")
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["at"]), refused.text
    assert ELSEWHERE[question] in refused.json()["fields"]["at"]

"""Fields of work: who answers for which, and how the tasks in it stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import MOST, NATIONAL, START, installed
from tests.web.reading_room import Page, opened

from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform

CITY, PORTAL, REFORM = "City data", "National portal", "One-stop mechanism"


@dataclass
class Room:
    """A server whose pages strangers read, and what is done behind them."""

    installation: Installation
    http: TestClient[Any]

    def act(self, by: str, action: str, on: str | None = None, **given: Any) -> str:
        return perform(self.installation.tenant(NATIONAL), ActRequest(by, action, on=on, input=given, at=START)).ref

    def page(self, slug: str, path: str, lang: str = "en", **query: str) -> Page:
        answer = self.http.get(f"/t/{slug}{path}", params={"lang": lang, **query})
        assert answer.status_code == 200, answer.text[:300]
        return Page(answer.text)

    def has(self, path: str, link: str) -> bool:
        return any(each.partition("?")[0].endswith(link) for each in self.page(NATIONAL, path).links)


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    installation = installed()
    made = Room(installation, opened(installation))
    made.act("thu-tuong", "task.assign", title=CITY, lead="bo-xay-dung", due_on="2021-02-05", subject="smart-city-development")
    made.act("thu-tuong", "task.assign", title=PORTAL, lead="bo-y-te", due_on="2021-03-05", subject="public-service-portal")
    made.act("thu-tuong", "task.assign", title=REFORM, lead="bo-y-te", due_on="2021-03-05", subject="administrative-procedures")
    with made.http:
        yield made
    installation.store.close()


@pytest.mark.parametrize(
    ("slug", "lang", "field", "holder"),
    [
        (NATIONAL, "vi", "Đô thị thông minh", "Ủy viên là Bộ trưởng Bộ Xây dựng"),
        (NATIONAL, "en", "Smart cities", "Member: Minister of Construction"),
        (MOST, "vi", "An ninh, an toàn", "Ủy viên thường trực (Giám đốc Trung tâm Công nghệ thông tin)"),
        (MOST, "en", "Security", "Standing member (director of the IT Centre)"),
    ],
)
def test_every_field_of_the_regulation_is_listed_with_who_answers_for_it(
    room: Room, slug: str, lang: str, field: str, holder: str
) -> None:
    text = room.page(slug, "/fields", lang).text
    assert field in text
    assert holder in text


def test_the_list_says_how_many_tasks_stand_how_and_how_many_are_late(room: Room) -> None:
    text = room.page(NATIONAL, "/fields").text
    assert "assigned: 1 1 overdue" in text  # smart cities
    assert "assigned: 2" in text  # the tasks that the Government gave
    assert "No task in it." in text


def test_a_field_says_who_leads_coordinates_and_is_answered_to_and_lists_its_tasks(room: Room) -> None:
    page = room.page(NATIONAL, "/fields/smart-cities")
    for told in ("Ministry of Construction", "Ministry of Information and Communications", "Chair", CITY):
        assert told in page.text
    assert PORTAL not in page.text
    assert any("5.1.p5" in link for link in page.links)


def test_the_tasks_of_a_field_are_listed_by_instrument_subject_and_state(room: Room) -> None:
    path = "/fields/tasks-given-by-government"
    whole = room.page(NATIONAL, path)
    assert PORTAL in whole.text
    assert REFORM in whole.text
    assert "Set by: not stated" in whole.text  # the first subject names no instrument
    by_instrument = room.page(NATIONAL, path, instrument="274/QĐ-TTg").text
    assert PORTAL in by_instrument
    assert REFORM not in by_instrument
    assert PORTAL not in room.page(NATIONAL, path, instrument="28/2018/QĐ-TTg").text
    assert PORTAL not in room.page(NATIONAL, path, subject="administrative-procedures").text
    assert PORTAL not in room.page(NATIONAL, path, state="done").text


def test_a_field_that_the_chair_assigned_is_listed_until_it_is_taken_back(room: Room) -> None:
    ref = room.act("thu-tuong", "portfolio.assign", holder="bo-truong-kh-cn", subjects=["digital-transformation"])
    assert room.has("/fields", f"/fields/{ref}")
    assert "Digital transformation" in room.page(NATIONAL, f"/fields/{ref}").text
    room.act("thu-tuong", "portfolio.end", ref)
    assert not room.has("/fields", f"/fields/{ref}")


def test_an_address_of_no_field_is_no_page(room: Room) -> None:
    assert room.http.get(f"/t/{NATIONAL}/fields/agriculture").status_code == 404

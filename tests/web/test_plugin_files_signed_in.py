"""What a plugin serves behind a link of our pages opens for whoever is signed in and may see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.web.stage import Committee, Stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage()
    with made.http:
        yield made
    made.installation.store.close()


@pytest.fixture(params=["national-committee", "most-steering-board"])
def committee(stage: Stage, request: pytest.FixtureRequest) -> Committee:
    return stage.committees[request.param]


def pack(committee: Committee, record: str) -> str:
    return f"/t/{committee.slug}/x/steerco_vn_documents/pack/{record}"


def test_a_member_who_is_signed_in_opens_the_papers_of_a_meeting(committee: Committee) -> None:
    given = committee.as_(committee.head).get(pack(committee, committee.meeting))
    assert (given.status_code, given.headers["content-type"]) == (200, "application/pdf")
    assert committee.as_(committee.head).get(pack(committee, "nothing")).status_code == 404


def test_a_sign_in_brings_nothing_about_through_a_plugin(committee: Committee) -> None:
    """Its other methods take a token alone, which no page of another site can send."""
    given = committee.as_(committee.head).post(pack(committee, committee.meeting))
    assert given.status_code in (401, 403, 405)

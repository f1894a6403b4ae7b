"""What is found by its words: with marks and without, what is written now, and only what one may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.web.conftest import MOST, NATIONAL, START, installed

from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.kernel import search, visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import perform
from steerco.kernel.search import Sought


@pytest.fixture(scope="module", params=[NATIONAL, MOST])
def committee(request: pytest.FixtureRequest) -> Iterator[tuple[Installation, str]]:
    """Either committee, without records."""
    installation = installed()
    yield installation, request.param
    installation.store.close()


def do(committee: tuple[Installation, str], action: str, on: str | None = None, **given: Any) -> str:
    installation, slug = committee
    return perform(installation.tenant(slug), ActRequest(PLATFORM, action, on=on, input=given, at=START)).id


def head(committee: tuple[Installation, str]) -> str:
    """The seat at the head of the committee's first body."""
    installation, slug = committee
    return installation.tenant(slug).snapshot.regime_on(START.date()).charter.bodies[0].head


def found(committee: tuple[Installation, str], actor: str, type: str, sought: Sought, limit: int = 20) -> list[str]:
    """The titles of what an actor finds, in order."""
    installation, slug = committee
    tenant = installation.tenant(slug)
    table = tenant.snapshot.types[type]
    with tenant.store.read(tenant.id) as session:
        hits = search.records(Authority(tenant, session, actor, START), table, sought, limit)
        return [getattr(session.get(table, (tenant.id, hit.record)), "title") for hit in hits]  # noqa: B009


def test_marks_may_be_left_out_and_come_first_where_typed(committee: tuple[Installation, str]) -> None:
    for title in ("Làm đường", "Lam duong", "Đường đi"):
        do(committee, "task.assign", title=title, lead=head(committee), to=head(committee))
    without = found(committee, PLATFORM, "task", Sought((("duong",),)))
    assert sorted(without) == ["Lam duong", "Làm đường", "Đường đi"]
    typed = found(committee, PLATFORM, "task", Sought((("duong",),), exact=("đường",)))
    assert typed == ["Đường đi", "Làm đường", "Lam duong"], "exact ones first, the newest first among them"
    assert found(committee, PLATFORM, "task", Sought((("lam",), ("duong",)))) == ["Lam duong", "Làm đường"]
    assert found(committee, PLATFORM, "task", Sought((("uong",),))) == [], "a word is found by its beginning"


def test_what_is_sought_is_no_pattern(committee: tuple[Installation, str]) -> None:
    do(committee, "task.assign", title="Mười phần trăm", lead=head(committee), to=head(committee))
    assert found(committee, PLATFORM, "task", Sought((("%",),))) == []
    assert found(committee, PLATFORM, "task", Sought((("_uoi",),))) == []


def test_a_row_is_found_as_long_as_it_stands(committee: tuple[Installation, str]) -> None:
    installation, slug = committee
    tenant = installation.tenant(slug)
    meeting = do(committee, "meeting.convene", kind="regular", starts_at="2021-03-01T09:00:00")

    def agenda(word: str) -> int:
        with tenant.store.read(tenant.id) as session:
            sight = Authority(tenant, session, PLATFORM, START)
            table = tenant.snapshot.types["meeting"]
            assert len(search.records(sight, table, Sought(((word,),)), 20)) <= 1, "a record is told once"
            return len(search.rows(sight, table, "agenda", Sought(((word,),)), 20))

    do(committee, "meeting.set-agenda", meeting, items=[{"title": "Nền tảng dữ liệu"}, {"title": "Dữ liệu mở"}])
    assert agenda("lieu") == 2
    do(committee, "meeting.set-agenda", meeting, items=[{"title": "Định danh"}])
    assert (agenda("lieu"), agenda("dinh")) == (0, 1)


def test_days_kinds_and_parties_are_words_too(committee: tuple[Installation, str]) -> None:
    do(committee, "task.assign", title="Có hạn", lead=head(committee), to=head(committee), due_on="2021-11-30")
    assert found(committee, PLATFORM, "task", Sought((("2021-11-30 ",),))) == ["Có hạn"]
    assert "Có hạn" in found(committee, PLATFORM, "task", Sought((), parties=(head(committee),)))
    assert found(committee, PLATFORM, "task", Sought((), parties=(head(committee)[:3],))) == [], "a party's id is whole"


def test_nobody_finds_what_they_may_not_see(committee: tuple[Installation, str]) -> None:
    installation, slug = committee
    tenant = installation.tenant(slug)
    for number in range(3):
        do(committee, "task.assign", title=f"Kín {number}", lead=head(committee), to=head(committee))
    do(committee, "person.add", id="stranger", name="Nguyễn Văn Lạ")
    assert len(found(committee, PLATFORM, "task", Sought((("kin",),)))) == 3
    assert found(committee, "stranger", "task", Sought((("kin",),))) == []
    table = tenant.snapshot.types["task"]
    with tenant.store.read(tenant.id) as session:
        for person in tenant.directory(session).persons:
            sight = Authority(tenant, session, person, START)
            hits = [hit.record for hit in search.records(sight, table, Sought((("kin",),)), 20)]
            ids = [
                hit.record for hit in search.records(Authority(tenant, session, PLATFORM, START), table, Sought((("kin",),)), 20)
            ]
            assert set(hits) == visibility.among(sight, table, ids), person


def test_nothing_personal_is_kept_to_look_for(committee: tuple[Installation, str]) -> None:
    do(committee, "person.add", id="minh", name="Phạm Minh Khải", email="khai@example.org")
    installation, slug = committee
    tenant = installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        sight = Authority(tenant, session, PLATFORM, START)
        for table in tenant.snapshot.types.values():
            assert search.records(sight, table, Sought((("khai",),)), 5) == []

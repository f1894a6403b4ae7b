"""What a list shows is what one decision a record would show, under any policy: roles, bodies, kinds, relations, bans, acting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.web.conftest import NATIONAL, START, installed

from steerco.committee import record_types
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel import visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import perform
from steerco.policy.line import Line

TYPES = ("meeting", "task", "absence-request", "direction", "matter")
ACTORS = (
    "thu-tuong",
    "pho-thu-tuong",
    "bo-truong-tt-tt",
    "bo-truong-cong-an",
    "chuyen-vien-bo-cong-an",
    "chuyen-vien-tin-hoc-hoa",
)
CAPACITIES = (None, None, "chair", "vice-chair", "member", "wg-member")


@pytest.fixture(scope="module")
def committee() -> Iterator[Installation]:
    """The National Committee with records of several kinds, bodies, leaders and guests, and a Chair who is away."""
    installation = installed()
    tenant = installation.tenant(NATIONAL)

    def do(action: str, on: str | None = None, **given: Any) -> str:
        return perform(tenant, ActRequest(PLATFORM, action, on=on, input=given, at=START)).id

    for number, kind in enumerate(("regular", "ad-hoc", "extended", "working-session") * 2):
        body = ("committee", "working-group")[number % 2]
        given: dict[str, Any] = {"kind": kind, "body": body, "starts_at": f"2021-03-{number + 1:02}T09:00:00"}
        meeting = do("meeting.convene", **given, parties=["bo-cong-an"] if kind == "working-session" else [])
        do("meeting.set-attendees", meeting, attendees=list(ACTORS[number % 4 : number % 4 + 2]))
        if number % 3 == 0:
            do("meeting.invite", meeting, who=["chuyen-vien-bo-cong-an"])
    for number, lead in enumerate(("bo-cong-an", "bo-tt-tt", "vice-chair", "working-group", "chuyen-vien-bo-cong-an")):
        coordinators = [("bo-cong-an", "bo-xay-dung", "bo-tt-tt")[number % 3]]
        do(
            "task.assign",
            title=f"Task {number}",
            lead=lead,
            coordinators=coordinators,
            body=("committee", "working-group")[number % 2],
        )
        do("direction.issue", text="Do it", to=[lead])
        do("matter.raise", title="A matter", **({"body": "working-group"} if number % 2 else {}))
    absence = {"who": "chair", "from": date(2021, 2, 1), "to": date(2021, 2, 20)}
    perform(tenant, ActRequest(PLATFORM, "officer-absence.record", input=absence, at=START))
    yield installation
    installation.store.close()


HELD = ("chair", "standing-vice-chair", "vice-chair", "member", "wg-head", "wg-member", "vice-chairs", "leadership")
KINDS = record_types()


def objects_of(subject: str, kind: str) -> list[str]:
    """What a line of this subject may name: the type, its kinds, and for who holds a seat every type."""
    every = [] if subject.startswith("relation:") else ["*"]
    return [kind, *(f"{kind}.{each}" for each in KINDS[kind].kinds), *every]


READS = [
    (subject, object)
    for kind in TYPES
    for subject in (*HELD, "committee", "working-group", "guest", *(f"relation:{name}" for name in KINDS[kind].relations))
    for object in objects_of(subject, kind)
]
LINES = st.builds(
    lambda read, body, facets, allow: Line(read[0], body, read[1], "read", facets, allow, "3.3"),
    read=st.sampled_from(READS),
    body=st.sampled_from(["*", "*", "committee", "working-group"]),
    facets=st.sampled_from([frozenset[str](), frozenset[str](), frozenset({"to=member"})]),
    allow=st.sampled_from([True, True, False]),
)
"""Lines on ``read``, as a policy file may hold them."""


def under(tenant: Tenant, policy: list[Line]) -> Tenant:
    """The tenant as it would be under another policy."""
    charter = tenant.snapshot.charters[0]
    snapshot = replace(tenant.snapshot, policies={charter.policy: tuple(policy)}, _regimes={})
    return replace(tenant, snapshot=snapshot, load=None, _directory=None)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    policy=st.lists(LINES, min_size=1, max_size=8),
    actor=st.sampled_from(ACTORS),
    capacity=st.sampled_from(CAPACITIES),
)
def test_a_list_is_one_decision_a_record(committee: Installation, policy: list[Line], actor: str, capacity: str | None) -> None:
    tenant = under(committee.tenant(NATIONAL), policy)
    with tenant.store.read(tenant.id) as session:
        plain = Authority(tenant, session, actor, START)
        authority = Authority(tenant, session, actor, START, capacity if capacity in plain.known() else None)
        for name in TYPES:
            _same(tenant, session, authority, name)


def _same(tenant: Tenant, session: Session, authority: Authority, name: str) -> None:
    kind = tenant.snapshot.types[name]
    every = list(session.scalars(select(kind).where(kind.tenant_id == tenant.id).order_by(kind.id)))
    one_by_one = [record.id for record in every if authority.may(record, "read")]
    assert list(pages(authority, kind)) == one_by_one
    assert visibility.count(authority, kind) == (len(one_by_one), True)
    assert visibility.among(authority, kind, [record.id for record in every]) == frozenset(one_by_one)
    for record in every[:3]:
        found = visibility.find(authority, kind, record.ref)
        assert (found is not None) == (record.id in one_by_one)


def pages(authority: Authority, kind: Any) -> Iterator[str]:
    """Every id that a list shows, over small pages."""
    after = None
    while True:
        page = visibility.page(authority, kind, ["id"], after, limit=2)
        yield from (row.id for row in page.rows)
        after = page.after
        if after is None:
            return

"""Two tenants act in any order, each also on what is the other's: each sees what a simple model of it alone says, and no more."""
# ruff: noqa: PT017  (whether an act is stopped, and how, follows from the model's state: `pytest.raises` would ask for a stop always)

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import select
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.configuration.tenant import Tenant
from steerco.kernel import visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import perform
from steerco.records import Invalid, NotFound, Stopped
from steerco.store import log
from steerco.store.engine import Store
from steerco.store.listing import BadCursor
from steerco.testkit import SAMPLE

SLUGS = ("library-board", "reading-club")
START = datetime(2021, 3, 1, 2, tzinfo=UTC)
ACT = {"kind": "ad-hoc", "starts_at": "2021-03-10T14:00:00"}


@cache
def template() -> Store:
    store = STORES.empty()
    installation, home = Installation(store), Home(SAMPLE)
    for slug in SLUGS:
        installation.apply(slug, home.content(slug), at=START, who=PLATFORM, why="test", seed=seed)
    return store


@dataclass
class Model:
    """What one tenant did: its meetings by id with their state and place, its keys, and how long its log is."""

    meetings: dict[str, list[str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    events: int = 0


tenants = st.sampled_from(SLUGS)


class Neighbours(RuleBasedStateMachine):
    """Acts and looks of both; what one rule made, any rule may be tried with by either tenant."""

    meetings = Bundle("meetings")
    cursors = Bundle("cursors")

    @initialize()
    def begin(self) -> None:
        self.store = STORES.copy(template())
        self.installation = Installation(self.store)
        self.models = {slug: Model(events=self._end(slug)) for slug in SLUGS}
        self.now = START

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    def _tenant(self, slug: str) -> Tenant:
        return self.installation.tenant(slug)

    def _end(self, slug: str) -> int:
        tenant = self._tenant(slug)
        with tenant.store.read(tenant.id) as session:
            return log.head(session).seq

    def _act(self, slug: str, action: str, on: str | None = None, key: str | None = None, **given: Any) -> Any:
        self.now += timedelta(minutes=1)
        return perform(self._tenant(slug), ActRequest(PLATFORM, action, on=on, input=given, at=self.now, key=key))

    @rule(target=meetings, slug=tenants, place=st.sampled_from(["hall", "room"]), key=st.sampled_from([None, "k1", "k2"]))
    def convene(self, slug: str, place: str, key: str | None) -> Any:
        model = self.models[slug]
        try:
            done = self._act(slug, "meeting.convene", None, key, **ACT, place=place)
        except Stopped as stopped:
            assert (stopped.code, key in model.keys) == ("key-reused", True), key  # by this tenant itself
            return multiple()
        if done.replayed:
            assert model.keys[key or ""] == done.id
            return multiple()
        assert key not in model.keys
        model.meetings[done.id] = ["convened", place]
        model.events += 1
        if key:
            model.keys[key] = done.id
        return done.id

    @rule(slug=tenants, meeting=meetings, action=st.sampled_from(["open", "cancel"]))
    def go_on(self, slug: str, meeting: str, action: str) -> None:
        model, given = self.models[slug], {"reason": "no room"} if action == "cancel" else {}
        try:
            done = self._act(slug, f"meeting.{action}", meeting, **given)
        except NotFound:
            assert meeting not in model.meetings
            return
        except Stopped:
            assert meeting in model.meetings
            return
        model.meetings[meeting][0] = done.state
        model.events += 1

    @rule(slug=tenants, meeting=meetings)
    def refer(self, slug: str, meeting: str) -> None:
        """An input that names a meeting: another tenant's is none."""
        model = self.models[slug]
        try:
            self._act(slug, "absence-request.request", None, meeting=meeting, reason="ill")
        except Stopped as stopped:
            named = list(stopped.fields) if isinstance(stopped, Invalid) else []
            assert meeting in model.meetings or named == ["meeting"], meeting
        else:
            assert meeting in model.meetings
            model.events += 1

    @rule(target=cursors, slug=tenants, after=st.none() | cursors)
    def look(self, slug: str, after: tuple[str, str] | None) -> Any:
        tenant = self._tenant(slug)
        with tenant.store.read(tenant.id) as session:
            authority = Authority(tenant, session, PLATFORM, self.now)
            kind: Any = tenant.snapshot.types["meeting"]
            try:
                page = visibility.page(authority, kind, ["id", "place"], after[1] if after else None, limit=2)
            except BadCursor:
                assert after is not None
                assert after[0] != slug
                return multiple()
        assert after is None or after[0] == slug
        own = self.models[slug].meetings
        assert all(own[row.id][1] == row.place for row in page.rows)
        return (slug, page.after) if page.after else multiple()

    @invariant()
    def each_sees_its_own(self) -> None:
        for slug, model in getattr(self, "models", {}).items():
            tenant = self._tenant(slug)
            kind: Any = tenant.snapshot.types["meeting"]
            with tenant.store.read(tenant.id) as session:
                rows = session.execute(select(kind.id, kind.state, kind.place)).all()
                assert {row.id: [row.state, row.place] for row in rows} == model.meetings
                assert log.head(session).seq == model.events
                authority = Authority(tenant, session, PLATFORM, self.now)
                assert visibility.count(authority, kind) == (len(model.meetings), True)


def test_interleaved_tenants_are_each_as_alone() -> None:
    # Not shrunk: a failure is a dozen steps as it is, and to play them again and again takes minutes.
    run_state_machine_as_test(
        Neighbours,
        settings=settings(max_examples=8, stateful_step_count=12, deadline=None, database=None, phases=[Phase.generate]),
    )

"""Where a page puts each act is what ``explain`` says of it: for every person, record and act of both committees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.web.conftest import MOST, NATIONAL, START, installed

from steerco.configuration.tenant import Tenant
from steerco.kernel import visibility
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.explain import explain
from steerco.kernel.perform import perform
from steerco.kernel.places import PlacedAct, places
from steerco.policy.decision import Decision
from steerco.records import Invalid, NotFound, Record

NOW = START + timedelta(days=1)
SOON = (START + timedelta(days=40)).isoformat()


class Committee:
    """A committee with records in many states."""

    def __init__(self, tenant: Tenant, head: str, member: str, kind: str) -> None:
        self.tenant, self.head, self.member = tenant, head, member
        with tenant.store.read(tenant.id) as session:
            charter = tenant.snapshot.regime_on(START.date()).charter
            self.day = tenant.directory(session).on(START.date(), charter)
        self.roles = [role.id for role in charter.roles]
        self.persons = sorted({person for role in self.roles for person in self.day.holders(role)[:1]})
        body = charter.role(head).body  # type: ignore[union-attr]  # the role is one of the charter
        meetings = [self.act("meeting.convene", head, kind=kind, starts_at=SOON) for _ in range(4)]
        self.meeting = meetings[0]
        for meeting in meetings:
            self.act("meeting.set-attendees", head, meeting, attendees=[body])
        for meeting in meetings[1:]:
            self.act("meeting.open", head, meeting)
        for meeting in meetings[2:]:
            self.act(
                "meeting.conclude", head, meeting, text="Agreed", tasks=[{"title": "Draft", "to": self.day.holders(member)[0]}]
            )
        self.act("absence-request.request", member, meeting=self.meeting, reason="Abroad")
        substitute = next(person for person in sorted(self.day.all.persons) if person not in self.day.members(body))
        self.act("substitution.name", member, meeting=self.meeting, substitute=substitute)

    def act(self, action: str, role: str, on: str | None = None, **given: Any) -> str:
        person = self.day.holders(role)[0] if role not in self.day.all.persons else role
        return perform(self.tenant, ActRequest(person, action, START, on, given)).ref


@pytest.fixture(scope="module")
def committees() -> Iterator[list[Committee]]:
    installation = installed()
    yield [
        Committee(installation.tenant(NATIONAL), "chair", "member", "regular"),
        Committee(installation.tenant(MOST), "head", "member", "regular"),
    ]
    installation.store.close()


def _asked(tenant: Tenant, session: Any, request: ActRequest) -> Decision | Invalid | NotFound:
    try:
        return explain(tenant, session, request)
    except (Invalid, NotFound) as stopped:
        return stopped


def _held(place: PlacedAct, record: Record, said: Decision | Invalid | NotFound) -> bool:
    """Whether a place is the one that the answer to the bare question asks for."""
    if place.on and record.state not in place.action.states:
        return place.place == "hidden"
    if isinstance(said, Invalid):
        return place.place == "input"
    if isinstance(said, NotFound):
        return place.place == "hidden"
    if said.allowed:
        return place.place == "ready"
    if said.outcome == "out-of-order":
        return place.place in ("waiting", "input")
    by_clause = said.because and not any(each.not_run is True for each in said.because)
    return place.place in (("others" if said.who_may else "waiting" if by_clause else "hidden"), "input")


def test_the_place_of_an_act_is_what_explain_says(committees: list[Committee]) -> None:
    seen: Counter[str] = Counter()
    for committee in committees:
        tenant = committee.tenant
        with tenant.store.read(tenant.id) as session:
            for person in committee.persons:
                authority = Authority(tenant, session, person, NOW)
                for record in _records(authority):
                    for each in places(authority, record, NOW):
                        on = record.id if each.on else None
                        bare = ActRequest(person, each.action.id, NOW, on, each.given or {})
                        said = _asked(tenant, session, bare)
                        assert _held(each, record, said), (person, record.ref, record.state, each, said)
                        seen[each.place] += 1
    assert set(seen) == {"ready", "input", "waiting", "others", "hidden"}, seen


def test_what_some_input_allows_has_a_button(committees: list[Committee]) -> None:
    """Whatever role an act is aimed at, of whatever kind or class: if it is allowed, the page has a button for it."""
    tried = 0
    for committee in committees:
        tenant = committee.tenant
        with tenant.store.read(tenant.id) as session:
            for person in committee.persons:
                authority = Authority(tenant, session, person, NOW)
                for record in _records(authority):
                    for each in places(authority, record, NOW):
                        if each.place not in ("others", "waiting") or (each.decision and each.decision.outcome != "refused"):
                            continue
                        for given in _aimed(each, [*committee.roles, *committee.persons]):
                            on = record.id if each.on else None
                            request = ActRequest(person, each.action.id, NOW, on, {**(each.given or {}), **given})
                            said = _asked(tenant, session, request)
                            assert not (isinstance(said, Decision) and said.allowed), (person, record.ref, each, given)
                            tried += 1
    assert tried > 100


def _records(authority: Authority) -> Iterator[Record]:
    """Up to four records of each type that the person sees, of different states."""
    for kind in authority.tenant.snapshot.types.values():
        found: dict[str, Record] = {}
        for row in visibility.page(authority, kind, ["id", "state"], limit=50).rows:
            if row.state not in found:
                found[row.state] = authority.session.get_one(kind, (authority.tenant.id, row.id))
        yield from [*found.values()][:4]


def _aimed(each: PlacedAct, parties: list[str]) -> Iterator[dict[str, Any]]:
    """Inputs that aim the act at one party, or make one kind."""
    fields = {name: name.rstrip("_") for name in each.action.input.__struct_fields__}
    for facet in each.action.record.facets.values():
        if facet.field in fields and facet.of == "party" and facet.field != "tasks":
            as_list = facet.field in ("parties", "with")
            for party in parties:
                yield {fields[facet.field]: [party] if as_list else party}
    if "kind" in fields:
        yield from ({"kind": kind} for kind in each.action.record.kinds)


def test_facts_are_read_once(committees: list[Committee], monkeypatch: pytest.MonkeyPatch) -> None:
    """All acts of a record take hardly more statements than one."""
    from sqlalchemy import event

    committee = committees[0]
    tenant, statements = committee.tenant, []
    with tenant.store.read(tenant.id) as session:
        authority = Authority(tenant, session, committee.day.holders("member")[0], NOW)
        kind = tenant.snapshot.types["meeting"]
        record = visibility.find(authority, kind, committee.meeting)
        assert record is not None
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *told: statements.append(told[2]))
        found = places(authority, record, NOW)
    assert len(found) > 12
    assert len(statements) <= 8, statements

"""What an act is said to do is what it does: the dry run against the events and the duties that followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.web.conftest import MOST, NATIONAL, START, installed

from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.following.rehearsal import Foreseen, changes, rehearse
from steerco.kernel import duty_ledger
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.event import decode
from steerco.kernel.grants import who_may
from steerco.kernel.perform import perform
from steerco.records.errors import Refused
from steerco.store.tables import Event

HEAD = {NATIONAL: "chair", MOST: "head"}


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    made = installed()
    yield made
    made.store.close()


class Story:
    """Acts one after the other, each rehearsed, done, and compared."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant, self.seen = tenant, []
        with tenant.store.read(tenant.id) as session:
            charter = tenant.snapshot.regime_on(START.date()).charter
            self.day = tenant.directory(session).on(START.date(), charter)

    def act(self, who: str, action: str, on: str | None = None, /, at: datetime = START, **given: Any) -> Foreseen:
        person = who if who in self.day.all.persons else self.day.holders(who)[0]
        request = ActRequest(person, action, at, on, given)
        before = self.ledger(at)
        foreseen = rehearse(self.tenant, request)
        assert self.ledger(at) == before, "a rehearsal leaves no trace"
        done = perform(self.tenant, request)
        self.compare(foreseen, request, done.seq)
        followed = changes(before, self.ledger(at))
        for told, true in ((foreseen.duties.discharged, followed.discharged), (foreseen.duties.raised, followed.raised)):
            assert Counter(map(_duty, told)) == Counter(map(_duty, true)), action
        self.seen.append(replace(request, on=done.ref))
        return foreseen

    def ledger(self, at: datetime) -> list[duty_ledger.DutyEntry]:
        with self.tenant.store.read(self.tenant.id) as session:
            return duty_ledger.entries(self.tenant.at(session), session, at.date())

    def compare(self, foreseen: Foreseen, request: ActRequest, seq: int) -> None:
        with self.tenant.store.read(self.tenant.id) as session:
            rows = session.execute(
                select(Event.seq, Event.type, Event.record_id, Event.body).where(
                    Event.tenant_id == self.tenant.id, Event.seq >= seq
                )
            ).all()
            bodies = [decode(row.body) for row in rows]
            assert foreseen.done.state == bodies[0].state
            assert len(foreseen.done.followed) == len(rows) - 1
            made = sorted(row.type for row, body in zip(rows, bodies, strict=True) if body.version == 1)
            assert sorted(type for type, _ in foreseen.done.made) == made
            assert set(foreseen.told) == {person for body in bodies for person in body.told}
            authority = Authority(self.tenant.at(session), session, request.actor, request.at)
            kind = self.tenant.snapshot.types[rows[0].type]
            record = session.get_one(kind, (self.tenant.id, rows[0].record_id))
            for each in (*foreseen.next, *foreseen.reversible_by):
                action = self.tenant.snapshot.action(each.action)
                assert action is not None
                assert record.state in action.states
                assert each.who == who_may(authority, action, record)

    @property
    def last(self) -> str:
        return str(self.seen[-1].on)


def _duty(entry: duty_ledger.DutyEntry) -> tuple[Any, ...]:
    return entry.duty, entry.holder, entry.holders, entry.period, entry.due_on, entry.state


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_what_is_foreseen_is_what_follows(installation: Installation, slug: str) -> None:
    story = Story(installation.tenant(slug))
    head, later = HEAD[slug], START + timedelta(days=20)
    body = story.tenant.snapshot.regime_on(START.date()).charter.role(head).body  # type: ignore[union-attr]
    convened = story.act(head, "meeting.convene", kind="regular", starts_at=later.isoformat())
    meeting = story.last
    assert (convened.before, convened.done.state) == ("new", "convened")
    assert [each.action for each in convened.next] == ["meeting.open"]
    assert [each.action for each in convened.reversible_by] in (["meeting.cancel"], []), "as the charter has it"
    listed = story.act(head, "meeting.set-attendees", meeting, attendees=[body])
    assert len(listed.told) > 5
    assert (listed.next, listed.reversible_by, listed.final) == ((), (), False), "the state stays"
    member = story.day.holders("member")[0]
    story.act(member, "absence-request.request", meeting=meeting, reason="Abroad")
    asked = story.last
    consented = story.act(head, "absence-request.consent", asked)
    assert consented.told == (member,)
    assert [each.action for each in consented.reversible_by] == ["absence-request.withdraw"]
    substitute = next(person for person in sorted(story.day.all.persons) if person not in story.day.members(body))
    story.act(member, "substitution.name", meeting=meeting, substitute=substitute)
    named = story.last
    story.act(member, "substitution.lodge-opinion", named, opinion="In favour")
    story.act(head, "substitution.admit", named)
    story.act(head, "meeting.open", meeting, at=later)
    other = story.day.holders("member")[1]
    tasks = [
        {"title": "Draft", "to": other, "due_on": (later + timedelta(days=30)).date().isoformat()},
        {"title": "Plan", "to": member},
    ]
    concluded = story.act(head, "meeting.conclude", meeting, at=later, text="Agreed", tasks=tasks)
    assert [each.action for each in concluded.done.followed] == ["task.assign", "task.assign"]
    assert concluded.reversible_by == (), "a meeting is not opened again"
    story.act(member, "absence-request.request", meeting=_second(story, head, later), reason="Ill", at=later)
    withdrawn = story.act(member, "absence-request.withdraw", story.last, at=later)
    assert withdrawn.final
    assert sum(len(each.duties.raised) + len(each.duties.discharged) for each in (convened, listed, concluded)) > 0


def _second(story: Story, head: str, later: datetime) -> str:
    body = story.tenant.snapshot.regime_on(START.date()).charter.role(head).body  # type: ignore[union-attr]
    story.act(head, "meeting.convene", at=later, kind="regular", starts_at=(later + timedelta(days=60)).isoformat())
    meeting = story.last
    story.act(head, "meeting.set-attendees", meeting, at=later, attendees=[body])
    return meeting


def test_who_moves_people_is_foreseen_too(installation: Installation) -> None:
    """The directory changes inside the act; the duties of the day are those of the new holders."""
    story = Story(installation.tenant(NATIONAL))
    day = {"from": START.date().isoformat(), "to": (START + timedelta(days=3)).date().isoformat()}
    away = story.act("chair", "officer-absence.record", who="chair", **day)
    assert [each.action for each in away.next] == ["officer-absence.end"]
    story.act("chair", "officer-absence.end", story.last)
    story.act("wg-member", "person.add", id="new-person", name="Officer")
    assert story.last.startswith("P-")


def test_a_refused_act_is_refused_in_a_rehearsal(installation: Installation) -> None:
    story = Story(installation.tenant(NATIONAL))
    member = story.day.holders("member")[0]
    with pytest.raises(Refused) as refused:
        rehearse(
            story.tenant,
            ActRequest(member, "meeting.convene", START, input={"kind": "ad-hoc", "starts_at": "2021-03-01T09:00:00"}),
        )
    assert {each.clause for each in refused.value.decision.because} == {"3.3", "7.1.p2"}

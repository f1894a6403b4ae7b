"""Numbered revisions: made once, never changed, taken up by every process; on the database of the run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text, update
from tests.databases import STORES
from tests.tenancy.board import CHARTER, LATER, NOW, POLICY, REGULAR, SLUG, TENANT, apply, content

from steerco.configuration.apply_checks import Barred
from steerco.configuration.installation import Installation, NotApplied
from steerco.configuration.revisions import Outrun, breaks, listed
from steerco.configuration.tenant import Tenant
from steerco.following.replay import replay
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.rebuild import rebuild
from steerco.records import OutOfOrder, Refused
from steerco.store import log
from steerco.store.engine import Store
from steerco.store.fence import CrossTenant
from steerco.store.tables import Event, Revision

NAMED = content((TENANT, 'en = "board"', 'en = "First"'))
OTHER = content((TENANT, 'en = "board"', 'en = "Second"'))


@pytest.fixture(scope="module")
def template() -> Iterator[Store]:
    store = STORES.empty()
    apply(Installation(store), content(), at=NOW)
    yield store
    store.close()


def numbers(installation: Installation) -> list[int]:
    tenant = Installation(installation.store).tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        return [each.number for each in listed(session, tenant.id)]


def found(tenant: Tenant) -> list[log.Break]:
    with tenant.store.read(tenant.id) as session:
        assert log.verify(session) == []
        return list(breaks(session))


def test_a_revision_says_who_when_why_and_against_what(board: Installation) -> None:
    tenant = apply(board, NAMED, base=1, who="lan", why="a better name")
    with tenant.store.read(tenant.id) as session:
        newest, first = listed(session, tenant.id)
        events = list(session.execute(select(Event.seq, Event.revision, Event.action).where(Event.seq == newest.event)))
    assert (newest.number, newest.who, newest.why, newest.base, newest.by) == (2, "lan", "a better name", 1, "")
    assert (newest.at, newest.weight, newest.digest) == (LATER, "harmless", tenant.snapshot.digest)
    assert (first.number, first.event) == (1, 1)
    assert events == [(newest.event, 2, "tenant.apply")]


def test_going_back_is_a_new_revision_with_the_old_content(board: Installation) -> None:
    first = board.tenant(SLUG).snapshot
    apply(board, NAMED)
    back = apply(board, board.under(SLUG, 1).snapshot.content, back_to=1)
    assert (back.snapshot.revision, back.snapshot.digest) == (3, first.digest)
    with back.store.read(back.id) as session:
        assert [(each.number, each.back_to) for each in listed(session, back.id)] == [(3, 1), (2, 0), (1, 0)]


# Two at once


def test_the_second_of_two_admins_is_told_and_nothing_is_lost(board: Installation) -> None:
    apply(board, NAMED, base=1, who="lan", why="renamed")
    with pytest.raises(Outrun, match=r"lan applied revision 2 .*renamed"):
        apply(board, OTHER, base=1)
    assert numbers(board) == [2, 1]
    assert apply(board, OTHER, base=2).snapshot.revision == 3


def together(installation: Installation, *contents: dict[str, str], first: bool = False) -> list[object]:
    """Apply all at once, each as a process of its own would; what came of each."""
    gate = Barrier(len(contents))

    def one(texts: dict[str, str]) -> object:
        mine = Installation(installation.store)
        gate.wait()
        try:
            return apply(mine, texts, base=0 if first else 1).snapshot.revision
        except Outrun as error:
            return error.newest.number

    with ThreadPoolExecutor(len(contents)) as pool:
        return list(pool.map(one, contents))


def test_the_same_revision_applied_many_times_at_once_is_one(board: Installation) -> None:
    assert together(board, *[NAMED] * 6) == [2] * 6
    assert numbers(board) == [2, 1]


def test_of_different_ones_at_once_one_is_applied(board: Installation) -> None:
    variants = [content((TENANT, 'en = "board"', f'en = "Board {n}"')) for n in range(5)]
    assert together(board, *variants) == [2] * 5  # one made it, the others were told of it
    assert numbers(board) == [2, 1]


def test_a_first_apply_by_several_at_once_enters_everybody_once() -> None:
    store = STORES.empty()
    assert together(Installation(store), *[content()] * 4, first=True) == [1] * 4
    tenant = Installation(store).tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        people = session.scalar(select(func.count()).where(Event.tenant_id == tenant.id, Event.action == "person.add"))
        assert len(tenant.directory(session).persons) == people == 4
        assert log.verify(session) == []
    store.close()


# Never changed


def test_no_session_of_a_tenant_can_change_one(board: Installation) -> None:
    tenant = board.tenant(SLUG)
    for change in (update(Revision).where(Revision.tenant_id == tenant.id).values(why="x"),):
        with pytest.raises(CrossTenant, match="only be added to"), tenant.store.write(tenant.id) as session:
            session.execute(change)


@pytest.mark.parametrize("column", ["why", "who", "digest", "content"])
def test_one_that_was_rewritten_past_the_program_is_found(board: Installation, column: str) -> None:
    tenant = apply(board, NAMED)
    assert found(tenant) == []
    with board.store.unscoped() as session:
        session.execute(text(f"UPDATE revision SET {column} = replace({column}, 'e', 'x') || 'x' WHERE number = 2"))
    (broken,) = found(tenant)
    assert (broken.kind, broken.seq > 0) == ("revision", True)
    assert "revision 2" in broken.detail


def test_one_that_was_taken_away_or_put_in_is_found(board: Installation) -> None:
    tenant = apply(board, NAMED)
    with board.store.unscoped() as session:
        session.execute(text("UPDATE revision SET number = 7 WHERE number = 1"))
    assert {each.detail.split(":")[0] for each in found(tenant)} == {"revision 7 was never applied", "revision 1 is gone"}


def test_the_log_is_performed_again_over_revisions_of_every_sort(board: Installation) -> None:
    perform(board.tenant(SLUG), ActRequest("the-chair", "meeting.convene", input=REGULAR, at=LATER))
    month = content((CHARTER, 'every = "quarter"', 'every = "month"'))
    apply(board, month, correct=True, why="the paper says month")
    apply(board, {**month, TENANT: NAMED[TENANT]}, base=2)
    perform(board.tenant(SLUG), ActRequest("the-chair", "meeting.convene", input=REGULAR, at=LATER))
    apply(board, month, back_to=2)
    assert replay(board, SLUG).ok
    scratch = STORES.empty()
    again = rebuild(board, SLUG, scratch=scratch)
    assert again.ok, again.differences
    scratch.close()


# Taken up


def test_a_request_stays_under_the_revision_that_it_began_under(board: Installation) -> None:
    """Whatever another process applies, and whichever thread takes it up, meanwhile."""
    tenant = board.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        here = tenant.at(session)
        apply(Installation(board.store), NAMED)
        with tenant.store.read(tenant.id) as later:
            assert tenant.at(later).snapshot.revision == 2
        assert (here.snapshot.revision, here.running.snapshot.revision) == (1, 2)
        assert tenant.at(session).snapshot.revision == 1  # its own transaction sees no other


def test_an_older_session_does_not_bring_an_older_revision_back(board: Installation) -> None:
    """One that began before the apply and looks only after another has taken it up."""
    tenant = board.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        first = session.scalar(select(func.count()).select_from(Revision).where(Revision.tenant_id == tenant.id))
        apply(Installation(board.store), NAMED)
        with tenant.store.read(tenant.id) as later:
            tenant.at(later)
        assert (first, tenant.at(session).snapshot.revision) == (1, 1)
    assert tenant.snapshot.revision == 2
    with tenant.store.read(tenant.id) as session:
        assert tenant.at(session).snapshot.revision == 2


def test_an_act_is_decided_under_the_newest_revision_only(board: Installation) -> None:
    """Also one whose input was read under an older one, or that is given a tenant held to an older moment."""
    tenant = board.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        held = tenant.at(session)
    barred = content(
        (POLICY, "p, chair,                committee, meeting.regular, convene", "p, member, committee, meeting.regular, convene")
    )
    apply(Installation(board.store), barred)
    with pytest.raises(Refused) as stopped:
        perform(held, ActRequest("the-chair", "meeting.convene", input=REGULAR, at=LATER))
    assert stopped.value.decision.revision == 2
    assert stopped.value.under is tenant.snapshot
    assert perform(held, ActRequest("member-a", "meeting.convene", input=REGULAR, at=LATER)).decision.revision == 2


def test_what_stopped_an_act_tells_the_configuration_that_stopped_it(board: Installation) -> None:
    tenant = board.tenant(SLUG)
    made = perform(tenant, ActRequest("the-chair", "meeting.convene", input=REGULAR, at=LATER))
    perform(tenant, ActRequest("the-chair", "meeting.open", on=made.id, at=LATER))
    with pytest.raises(OutOfOrder) as stopped:
        perform(tenant, ActRequest("the-chair", "meeting.open", on=made.id, at=LATER + timedelta(seconds=1)))
    assert stopped.value.under is tenant.snapshot


# A revision that this release cannot read


def test_a_revision_that_cannot_be_read_is_replaced_by_the_operator_alone(board: Installation) -> None:
    """As after an update that reads more strictly: nothing but a new revision mends it."""
    with board.store.unscoped() as session:
        session.execute(text("UPDATE revision SET content = replace(content, 'allow', 'alow')"))
    fresh = Installation(board.store)
    with pytest.raises(NotApplied):
        fresh.tenant(SLUG)
    with pytest.raises(Barred):
        apply(fresh, NAMED, by="the-chair")
    with pytest.raises(Outrun):
        apply(fresh, NAMED, base=0)
    assert apply(fresh, NAMED, base=1).snapshot.revision == 2
    assert Installation(board.store).tenant(SLUG).snapshot.revision == 2

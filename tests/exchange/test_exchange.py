"""What passes between two committees: sent there, received here, each in a row and a log of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.databases import STORES
from tests.exchange.conftest import CLUB, LIBRARY, Both, content

from steerco.committee import record_types
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.following.replay import replay
from steerco.operations import lifecycle
from steerco.operations.exchange import CONSUMER, Exchange
from steerco.operations.rebuild import rebuild
from steerco.operations.worker import Worker
from steerco.records import OutOfOrder, Refused
from steerco.store import log
from steerco.store.checkpoint import Seal
from steerco.store.tables import Cursor

PAPER = {"name": "số-liệu.txt", "text": "42 quyển"}


def code(stopped: Any) -> str:
    assert isinstance(stopped, OutOfOrder)
    return stopped.code


def test_what_one_sends_the_other_receives_and_both_logs_tell_it(both: Both) -> None:
    both.open()
    sent = both.send(kind="report", files=[PAPER])
    both.carry()
    arrived = both.club.only("transmission")
    assert (arrived.title, arrived.text, arrived.kind, arrived.origin) == ("Báo cáo", "Nội dung", "report", LIBRARY)
    assert arrived.id != sent
    (file,) = both.club.show("transmission", arrived.id)["files"]
    with both.club.tenant.files.open(both.club.tenant.id, file["digest"]) as kept:
        assert kept.read() == PAPER["text"].encode()
    assert (file["file_name"], file["size"]) == (PAPER["name"], len(PAPER["text"].encode()))
    both.later()
    both.club.act("transmission.receive", arrived.id)
    both.carry()
    assert both.library.only("transmission").state == "received"
    assert both.library.told() == {"an"} or both.library.log()[-1] == "transmission.note-receipt"
    assert both.library.log() == [
        "channel.offer",
        "channel.note-acceptance",
        "transmission.send",
        "transmission.note-arrival",
        "transmission.note-receipt",
    ]
    assert both.club.log() == ["channel.arrive", "channel.accept", "transmission.arrive", "transmission.receive"]
    assert both.library.faults(both.seal) == both.club.faults(both.seal) == []


def test_the_proof_is_the_senders_own_entry(both: Both) -> None:
    both.open()
    sent = both.send()
    both.carry()
    arrived = both.club.only("transmission").id
    (proof,) = both.club.show("transmission", arrived)["proofs"]
    library = both.library.tenant
    with library.store.read(library.id) as session:
        entry = next(row for row in log.entries(session) if row["seq"] == proof["seq"])
    assert (proof["tenant"], proof["hash"], proof["record"]) == (LIBRARY, entry["hash"].hex(), sent)
    assert entry["action"] == "transmission.send"
    (back,) = both.library.show("transmission", sent)["proofs"]
    assert (back["tenant"], back["action"], back["record"]) == (CLUB, "transmission.arrive", arrived)


def test_each_log_is_sound_and_performs_again_without_the_other(both: Both) -> None:
    both.open()
    both.send(files=[PAPER])
    both.carry()
    both.club.act("transmission.refuse", both.club.only("transmission").id, reason="Nhầm")
    both.carry()
    both.club.act("channel.close", both.club.only("channel").id, reason="Thôi")
    both.carry()
    for side in (both.library, both.club):
        with side.tenant.store.read(side.tenant.id) as session:
            assert log.verify(session) == []
        assert replay(both.installation, side.slug).differences == ()
        scratch = STORES.empty()
        again = rebuild(both.installation, side.slug, scratch=scratch)
        assert again.differences == ()
        assert again.rows["transmission"] == again.rows["transmission_proofs"] - (side is both.library) == 1
        scratch.close()


def test_an_answer_reaches_the_sender_with_its_reason(both: Both) -> None:
    both.open()
    sent = both.send()
    both.carry()
    both.club.act("transmission.refuse", both.club.only("transmission").id, reason="Thiếu phụ lục")
    both.carry()
    shown = both.library.show("transmission", sent)
    assert (shown["state"], shown["reason"]) == ("refused", "Thiếu phụ lục")


def test_only_the_receiver_answers(both: Both) -> None:
    both.open()
    sent = both.send()
    assert code(both.library.fails("an", "transmission.receive", sent)) == "not-sent-here"
    assert code(both.library.fails("an", "transmission.refuse", sent, reason="Thôi")) == "not-sent-here"
    both.carry()
    assert both.club.only("transmission").state == "sent"


def test_an_offer_to_nobody_is_answered_as_one_to_somebody_and_stands(both: Both) -> None:
    both.library.act("channel.offer", to=CLUB)
    both.library.act("channel.offer", to="no-such-board")
    both.library.act("channel.offer", to=LIBRARY)
    both.carry()
    first, *others = (both.library.show("channel", each.id) for each in both.library.all("channel"))
    apart = {"id", "ref", "to"}
    for other in others:
        assert {k: v for k, v in first.items() if k not in apart} == {k: v for k, v in other.items() if k not in apart}
    assert both.library.log() == ["channel.offer"] * 3
    assert both.club.only("channel").origin == LIBRARY


def test_an_offer_waits_for_a_committee_that_comes_later(both: Both) -> None:
    both.library.act("channel.offer", to="chess-club")
    both.carry()
    files = {path.replace(CLUB, "chess-club"): text.replace(CLUB, "chess-club") for path, text in content(CLUB).items()}
    from steerco.cases.world import seed

    late = both.installation.apply("chess-club", files, at=both.library.now, who="test", why="test", seed=seed)
    both.carry()
    both.club.tenant = late
    assert both.club.only("channel").origin == LIBRARY


def test_what_goes_to_a_suspended_committee_waits_visibly_and_keeps_nothing_else(both: Both) -> None:
    both.open()
    lifecycle.suspend(both.installation, CLUB, at=both.library.now, who="operator", why="test")
    first, second = both.send(title="Một"), both.send(title="Hai")
    both.carry()
    assert both.stuck == []
    assert [(t.state, t.arrived_at) for t in both.library.all("transmission")] == [("sent", None)] * 2
    assert both.club.all("transmission") == []
    both.later()
    lifecycle.resume(both.installation, CLUB, at=both.library.now, who="operator", why="test")
    both.carry()
    assert [t.title for t in both.club.all("transmission")] == ["Một", "Hai"]
    assert {t.there for t in both.club.all("transmission")} == {first, second}
    assert all(t.arrived_at for t in both.library.all("transmission"))


def test_nothing_leaves_or_enters_a_suspended_committee(both: Both) -> None:
    both.open()
    both.send()
    lifecycle.suspend(both.installation, LIBRARY, at=both.library.now, who="operator", why="test")
    both.carry()
    assert both.club.all("transmission") == []
    lifecycle.resume(both.installation, LIBRARY, at=both.library.now, who="operator", why="test")
    both.carry()
    assert both.club.only("transmission").state == "sent"


def test_what_had_not_arrived_when_the_other_side_closed_comes_back(both: Both) -> None:
    both.open()
    sent = both.send()
    both.club.act("channel.close", both.club.only("channel").id, reason="Hết năm")
    both.carry()
    shown = both.library.show("transmission", sent)
    assert (shown["state"], shown["arrived_at"], shown["there"]) == ("refused", None, None)
    assert both.club.all("transmission") == []
    assert both.library.only("channel").state == "closed"
    assert code(both.library.fails("an", "transmission.send", to=CLUB, title="x", text="x")) == "no-open-channel"


@pytest.mark.parametrize("first", ["library", "club"])
def test_where_both_closed_at_once_what_had_not_arrived_comes_back_all_the_same(both: Both, first: str) -> None:
    both.open()
    sent = both.send()
    sides = [both.library, both.club] if first == "library" else [both.club, both.library]
    both.club.act("channel.close", both.club.only("channel").id)
    both.library.act("channel.close", both.library.only("channel").id)
    exchange = Exchange(both.installation, both.seal)
    for side in sides:
        assert exchange.step(side.tenant, side.now)[1] == []
    shown = both.library.show("transmission", sent)
    assert (shown["state"], shown["arrived_at"]) == ("refused", None)
    assert both.club.all("transmission") == []


def test_what_was_taken_in_does_not_come_back_when_it_is_carried_again_after_the_closing(both: Both) -> None:
    """The process died before it noted how far it had come, and the receiver closed in the meantime."""
    both.open()
    both.send()
    exchange = Exchange(both.installation, both.seal)
    exchange.step(both.library.tenant, both.library.now)
    library = both.library.tenant
    with library.store.write(library.id) as session:
        session.delete(session.get_one(Cursor, (library.id, CONSUMER + CLUB)))
    both.club.act("channel.close", both.club.only("channel").id)
    both.carry()
    assert (both.library.only("transmission").state, both.club.only("transmission").state) == ("sent", "sent")
    assert both.library.only("transmission").arrived_at is not None


def test_what_was_sent_before_one_closed_arrives(both: Both) -> None:
    both.open()
    both.send()
    both.library.act("channel.close", both.library.only("channel").id)
    both.carry()
    arrived = both.club.only("transmission")
    assert both.club.only("channel").state == "closed"
    both.club.act("transmission.receive", arrived.id)
    both.carry()
    assert both.library.only("transmission").state == "received"


@pytest.mark.parametrize("closes", ["library", "club"])
def test_where_both_offered_and_both_accepted_one_closing_closes_all(both: Both, closes: str) -> None:
    both.library.act("channel.offer", to=CLUB)
    both.club.act("channel.offer", to=LIBRARY)
    both.carry()
    for side in (both.library, both.club):
        side.act("channel.accept", next(each.id for each in side.all("channel") if each.origin))
    both.carry()
    assert [each.state for side in (both.library, both.club) for each in side.all("channel")] == ["open"] * 4
    side = getattr(both, closes)
    side.act("channel.close", side.all("channel")[0].id)
    both.carry()
    assert [each.state for side in (both.library, both.club) for each in side.all("channel")] == ["closed"] * 4


def test_an_offer_taken_back_while_it_was_accepted_ends_closed_on_both_sides(both: Both) -> None:
    both.library.act("channel.offer", to=CLUB)
    both.carry()
    both.library.act("channel.close", both.library.only("channel").id)
    both.club.act("channel.accept", both.club.only("channel").id)
    both.carry()
    assert (both.library.only("channel").state, both.club.only("channel").state) == ("closed", "closed")


def test_an_offer_closed_before_it_went_is_closed_there_too_and_may_be_made_again(both: Both) -> None:
    both.library.act("channel.offer", to=CLUB)
    both.library.act("channel.close", both.library.only("channel").id)
    both.library.act("channel.offer", to=CLUB)
    both.carry()
    assert [each.state for each in both.club.all("channel")] == ["closed", "offered"]


def test_no_policy_line_can_grant_what_only_the_program_does(both: Both) -> None:
    both.open()
    sent, channel = both.send(), both.library.only("channel").id
    (proof,) = both.library.show("channel", channel)["proofs"]
    proof = {name: value for name, value in proof.items() if name != "id"} | {"at": proof["at"].isoformat()}
    paper = {"channel": channel, "title": "Giả", "kind": "report", "text": "x"}
    for action, on, given in (
        ("channel.arrive", None, {}),
        ("channel.note-closure", channel, {}),
        ("transmission.arrive", None, paper),
        ("transmission.note-receipt", sent, {}),
    ):
        stopped = both.library.fails("an", action, on, proof=proof, **given)
        assert isinstance(stopped, Refused)
        assert stopped.decision.basis == "no-clause"
        type, _, act = action.partition(".")
        files = content(LIBRARY)
        files[f"policies/{LIBRARY}.csv"] += f"p, chair, *, {type}, {act}, -, allow, 2.3\n"
        assert [finding.code for finding in load(LIBRARY, files, record_types()).findings] == ["policy-act"]


def test_the_worker_carries(both: Both) -> None:
    both.library.act("channel.offer", to=CLUB)
    carry = Exchange(both.installation, both.seal).carry
    worker = Worker(both.installation, "one", lambda: both.library.now, both.seal, (carry,))
    assert worker.once()
    assert both.club.only("channel").state == "offered"


def test_a_document_is_proven_elsewhere_by_the_public_key(both: Both, tmp_path: Path) -> None:
    both.open()
    both.send(files=[PAPER])
    both.carry()
    elsewhere = Seal(tmp_path / "elsewhere")
    found = both.club.faults(elsewhere)
    assert len(found) == 2
    assert {str(fault.why) for fault in found} == {f"proof-key-unknown (key {both.seal.key()})"}
    known = tmp_path / "elsewhere" / "known-keys"
    known.mkdir()
    (known / "library.pub").write_bytes((tmp_path / "checkpoint.pub").read_bytes())
    assert both.club.faults(elsewhere) == []


def test_another_installation_of_the_same_types_knows_nothing(both: Both) -> None:
    """A process that has not seen the tenants before carries as well."""
    both.library.act("channel.offer", to=CLUB)
    fresh = Installation(both.installation.store)
    carried, stuck = Exchange(fresh, both.seal).step(fresh.tenant(LIBRARY), both.library.now)
    assert (carried, stuck) == (1, [])

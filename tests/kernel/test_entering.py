"""Entering an act for another, on a signed paper: only where a rule lets one, and both are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from tests.committee.conftest import Board
from tests.kernel.conftest import Revise

from steerco.configuration.installation import Installation
from steerco.following import feed
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.rebuild import rebuild
from steerco.records import Conflict, File, Refused
from steerco.store import log
from steerco.store.engine import Store

RULE = '[[rule]]\nname = "entered-for-another"\nvalue = "desk"\ncite = ["2.4"]\n'
ONLY_THE_BOARD_S = RULE + '[rule.where]\nfor = "board"\n'
PAPER = File("signed.pdf", text="I assign this. An")


def assign(board: Board, by: str, entered_by: str, lead: str = "school", evidence: File | None = PAPER) -> dict[str, object]:
    """The event of the act."""
    given = {"title": "Roof", "lead": lead}
    who: dict[str, Any] = {"entered_by": entered_by, "evidence": evidence}
    done = perform(board.tenant, ActRequest(by, "task.assign", input=given, at=board.now, **who))
    with board.tenant.store.read(board.tenant.id) as session:
        row = next(log.entries(session, done.seq - 1))
    return {**msgspec.json.decode(row["body"]), "person": row["person"]}


def test_where_no_rule_speaks_of_it_nobody_may(board: Board) -> None:
    for enterer in ("giang", "binh"):
        with pytest.raises(Refused):
            assign(board, "an", enterer)


@pytest.mark.parametrize("rule", [RULE, ONLY_THE_BOARD_S], ids=["anybody", "board"])
def test_the_event_has_the_actor_the_enterer_and_the_paper(revise: Revise, rule: str) -> None:
    board = Board(revise(charter=rule))
    event = assign(board, "an", "giang")
    assert (event["person"], event["entered_by"], event["capacity"]) == ("an", "giang", "chair")
    with board.tenant.files.open(board.tenant.id, str(event["evidence"])) as paper:
        assert paper.read().decode() == PAPER.text
    assert board.get("task", _made(event)).author == "an"


def _made(event: dict[str, object]) -> str:
    made = event["made"]
    assert isinstance(made, list)
    return str(made[0][1])


def test_it_lends_the_actor_s_power_and_not_the_enterer_s(revise: Revise) -> None:
    """The chair assigns to the school and a librarian does not; the director assigns to librarians and a trustee does not,
    whoever enters it."""
    board = Board(revise(charter=RULE))
    with pytest.raises(Refused):
        board.do("giang", "task.assign", title="Roof", lead="school")
    assign(board, "an", "giang", lead="school")
    with pytest.raises(Refused):
        assign(board, "em", "dung", lead="giang")


def test_a_stranger_to_the_rule_is_refused_with_its_clause_and_who_may(revise: Revise) -> None:
    board = Board(revise(charter=RULE))
    with pytest.raises(Refused) as stopped:
        assign(board, "an", "em")
    decision = stopped.value.decision
    assert [each.clause for each in decision.because] == ["2.4"]
    assert {person for each in decision.who_may for person in each.people} == {"dung", "giang"}


def test_a_key_is_the_enterer_s_and_is_for_one_actor_s_act(revise: Revise) -> None:
    board = Board(revise(charter=RULE))

    def entered(by: str) -> bool:
        given = {"title": "Roof", "lead": "trustee-school"}
        done = perform(
            board.tenant, ActRequest(by, "task.assign", input=given, at=board.now, key="k", entered_by="giang", evidence=PAPER)
        )
        return done.replayed

    assert [entered("an"), entered("an")] == [False, True]
    with pytest.raises(Conflict):
        entered("binh")


def test_one_who_is_nobody_here_enters_nothing(revise: Revise) -> None:
    board = Board(revise(charter=RULE))
    with pytest.raises(Refused):
        assign(board, "an", "nobody")


def test_what_was_entered_for_another_is_rebuilt_from_the_log(
    revise: Revise, installation: Installation, empty: Callable[[], Store]
) -> None:
    board = Board(revise(charter=RULE))
    assign(board, "an", "giang")
    assert rebuild(installation, "library-board", scratch=empty()).ok


def test_without_the_signed_paper_nothing_is_entered_and_the_rule_is_named(revise: Revise) -> None:
    board = Board(revise(charter=RULE))
    with pytest.raises(Refused) as stopped:
        assign(board, "an", "giang", evidence=None)
    decision = stopped.value.decision
    assert [each.clause for each in decision.because] == ["2.4", "steerco:entered-without-paper"]
    assert [each.code for each in decision.would_change] == ["entered-without-paper"]


def test_nobody_enters_for_another_what_names_the_person_who_enters_it(revise: Revise) -> None:
    board = Board(revise(charter=RULE))
    with pytest.raises(Refused) as stopped:
        assign(board, "dung", "giang", lead="giang")
    assert [each.clause for each in stopped.value.decision.because] == ["steerco:entered-for-oneself"]


def test_nobody_appoints_on_another_s_behalf(revise: Revise) -> None:
    board = Board(revise(charter=RULE))
    given = {"person": "em", "seat": "chair", "from": str(board.now.date())}
    for actor in ("an", "dung"):
        request = ActRequest(actor, "appointment.appoint", board.now, input=given, entered_by="giang", evidence=PAPER)
        with pytest.raises(Refused) as stopped:
            perform(board.tenant, request)
        assert [each.clause for each in stopped.value.decision.because] == ["steerco:not-for-another"]


def test_who_did_it_on_paper_is_told(revise: Revise) -> None:
    board = Board(revise(charter=RULE))
    assert "an" in str(assign(board, "an", "giang")["told"])


def test_a_rule_may_name_the_one_act_that_is_entered(revise: Revise) -> None:
    board = Board(revise(charter=RULE + '[rule.where]\nact = "meeting.convene"\n'))
    with pytest.raises(Refused) as stopped:
        assign(board, "an", "giang")
    assert stopped.value.decision.basis == "no-clause"


def enter(board: Board, actor: str, action: str, on: str, **given: Any) -> None:
    """``giang`` enters an act of ``actor`` on a record."""
    perform(board.tenant, ActRequest(actor, action, board.now, on, given, entered_by="giang", evidence=PAPER))


def refused_as_own(board: Board, actor: str, action: str, on: str, **given: Any) -> None:
    with pytest.raises(Refused) as stopped:
        enter(board, actor, action, on, **given)
    assert [each.clause for each in stopped.value.decision.because] == ["steerco:entered-for-oneself"]


def test_nobody_enters_for_another_what_names_the_person_however_deep_in_the_input(revise: Revise) -> None:
    board = Board(revise(charter=RULE))
    meeting = board.meeting("chair", "deputy", "giang")
    board.do("an", "meeting.open", meeting)
    here = [{"person": who, "presence": "present"} for who in ("deputy", "giang")]
    refused_as_own(board, "an", "meeting.record-attendance", meeting, entries=here)
    enter(board, "an", "meeting.record-attendance", meeting, entries=here[:1])
    for task in ({"lead": "giang", "to": "school"}, {"lead": "school", "coordinators": ["giang"]}, {"to": "librarian"}):
        refused_as_own(board, "an", "meeting.conclude", meeting, text="Roof", tasks=[{"title": "Roof", **task}])
    enter(board, "an", "meeting.conclude", meeting, text="Roof", tasks=[{"title": "Roof", "lead": "school", "to": "school"}])


def test_nobody_enters_another_s_act_on_the_work_that_they_lead(revise: Revise) -> None:
    board = Board(revise(charter=RULE))
    for lead, barred in (("giang", True), ("em", False)):
        task = board.do("an", "task.assign", title="Roof", lead=lead)
        board.do(lead, "task.start", task)
        board.do(lead, "task.report-done", task, text="done")
        if barred:
            refused_as_own(board, "an", "task.confirm", task)
        else:
            enter(board, "an", "task.confirm", task)
        assert board.get("task", task).state == ("reported-done" if barred else "done")


def test_nobody_enters_the_consent_to_their_own_absence(revise: Revise) -> None:
    board = Board(revise(charter=RULE, policy="p, desk, *, absence-request, request, -, allow, 2.2"))
    meeting = board.meeting("chair", "giang")
    request = board.do("giang", "absence-request.request", meeting=meeting, reason="away")
    refused_as_own(board, "an", "absence-request.consent", request)
    board.do("an", "absence-request.consent", request)


@pytest.mark.parametrize("class_", ["election", "acquisition"])
def test_the_paper_of_a_secret_vote_is_nobody_s_to_fetch(revise: Revise, class_: str) -> None:
    """Its digest is that of a few words, which anybody can try."""
    board = Board(revise(charter=RULE))
    matter = board.do("an", "matter.raise", title="Head", **{"class": class_})
    enter(board, "em", "matter.vote", matter, position="for")
    with board.tenant.store.read(board.tenant.id) as session:
        assert len(feed.evidence(session, "matter", matter)) == (0 if class_ == "election" else 1)

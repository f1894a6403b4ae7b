"""Two acts on one record take two people, in whatever capacity."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.answers.planted import EXAMPLES, Edit, lab
from tests.committee.conftest import MORNING
from tests.kernel.conftest import Revise

from steerco.answers.lab import LabAct
from steerco.kernel.act import ActRequest
from steerco.kernel.authority import Authority
from steerco.kernel.perform import perform
from steerco.kernel.places import places

FUND, AT = "harvest-fund", datetime(2024, 5, 6, 9, tzinfo=UTC)
APPOINT = "appointment.appoint"


def appointed(*edits: Edit) -> list[str]:
    """How an appointment of oneself, and one of another, came out."""
    here = lab(FUND, *edits, at=AT)
    own, other = (LabAct("cy", APPOINT, {"person": person, "seat": "treasurer"}) for person in ("cy", "bo"))
    return [here.performed([act])[0][0].outcome for act in (own, other)]


def test_nobody_fills_a_seat_for_themselves_and_may_for_another() -> None:
    assert FUND in EXAMPLES.slugs()
    assert appointed() == ["refused", "done"]


def test_without_the_row_anybody_may() -> None:
    rows = EXAMPLES.content(FUND)[f"tenants/{FUND}/charter.toml"]
    own_seat = rows[rows.index('[[separation]]\nid = "own-seat"') :]
    assert appointed(("charter.toml", own_seat, "")) == ["done", "done"]


def test_a_refusal_names_the_clause_and_who_may_instead() -> None:
    here = lab(FUND, at=AT)
    ((own,), _) = here.performed([LabAct("cy", APPOINT, {"person": "cy", "seat": "treasurer"})])
    assert [clause.clause for clause in own.clauses] == ["5"]
    decision = here.ask("cy", APPOINT, {"person": "cy", "seat": "treasurer"})
    assert decision is not None
    assert (decision.outcome, decision.basis) == ("refused", "clause")
    assert {person for who in decision.who_may for person in who.people} == {"ada", "bo"}


def test_no_button_stands_where_a_separation_bars_whatever_is_filled_in(revise: Revise) -> None:
    """The policy gives the act for an aim that the form names, and who raised the matter may not do it for any."""
    powers = ("raise, -", "classify, class=ordinary")
    lines = [f"p, {role}, board, matter, {power}, allow, 2.1" for role in ("chair", "deputy") for power in powers]
    row = '[[separation]]\nid = "classes"\nacts = ["matter.raise", "matter.classify"]\ncite = ["2.1"]\n'
    tenant = revise(policy="\n".join(lines), charter=row)
    raised = perform(tenant, ActRequest("an", "matter.raise", MORNING, input={"title": "Opening hours"})).ref
    with tenant.store.read(tenant.id) as session:
        found = {}
        for person in ("an", "binh"):
            authority = Authority(tenant, session, person, MORNING)
            record = authority.find(tenant.snapshot.types["matter"], raised)
            assert record is not None
            found[person] = {each.action.id: each.place for each in places(authority, record, MORNING)}["matter.classify"]
    assert found == {"an": "others", "binh": "ready"}

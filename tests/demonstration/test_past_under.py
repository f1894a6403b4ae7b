"""The lived year decided again under drafts: what breaks is found, each for itself, and an unchanged draft changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete
from tests.answers.planted import Edit, content
from tests.databases import STORES
from tests.demonstration.lived import MOST, NATIONAL, Year

from steerco.answers.past import past_under
from steerco.answers.past_found import PastUnder
from steerco.cases.world import seed
from steerco.committee import record_types
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.configuration.regime import PLATFORM
from steerco.store.tables import Revision

NC = "national-committee/charter.toml"
NOTICE_RULE = 'name = "notice"\nvalue = "not-stated"\nunit = "working days"'
NOTICE = (
    (NC, NOTICE_RULE, 'name = "notice"\nvalue = 5\nunit = "working"'),
    (NC, "", '[[procedure]]\non = "meeting.convene"\nrequires = "notice-given"\ncite = ["7.1"]'),
)
AFTER = datetime(2022, 2, 1, tzinfo=UTC)
MONTHLY = 'every = "month"\nholder = "wg-head"'


def under(year: Year, slug: str, *edits: Edit) -> PastUnder:
    draft = load(slug, content(slug, *edits), record_types())
    assert draft.snapshot is not None, draft.findings
    return past_under(year.installation, slug, draft.snapshot, date(2021, 1, 1), date(2021, 12, 31))


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
def test_a_draft_that_changes_nothing_changes_nothing_of_the_year(year: Year, slug: str) -> None:
    found = under(year, slug)
    assert (found.flips, found.duties, found.asked) == ((), (), 0)
    assert found.decided == found.acts > 100


def test_three_meetings_break_a_notice_of_five_working_days(year: Year) -> None:
    found = under(year, NATIONAL, *NOTICE)
    assert [(str(each.day), each.person, each.kind) for each in found.flips] == [
        ("2021-02-02", "bo-truong-tt-tt", "late"),
        ("2021-03-25", "bo-truong-tt-tt", "late"),
        ("2021-08-18", "bo-truong-tt-tt", "late"),
    ]
    assert {clause.clause for each in found.flips for clause in each.clauses} == {"7.1"}
    assert found.numbers == {"late": 3}
    assert 0 < found.asked < 20  # only calls of meetings are asked anew
    assert found.asked_from == min(each.seq for each in found.flips)
    assert found.decided + found.asked == found.acts


def test_a_quarterly_meeting_instead_of_a_monthly_one_moves_duties_and_no_act(year: Year) -> None:
    edit = ("most-steering-board/charter.toml", MONTHLY, MONTHLY.replace("month", "quarter"))
    found = under(year, MOST, edit)
    assert (found.flips, found.asked) == ((), 0)
    assert found.numbers == {"duty-gone": 12, "duty-new": 4}
    assert {duty.state_was for duty in found.duties if duty.period == "2021-08"} == {"missed"}
    assert {duty.state_is for duty in found.duties if duty.kind == "new"} == {"done"}


def test_what_is_given_to_another_is_told_with_who_may(year: Year) -> None:
    edits = (
        ("most-steering-board.csv", "p, head, board, programme, issue,", "p, deputy-head, board, programme, issue,"),
        ("most-steering-board/charter.toml", '"programme.issue", ', ""),
    )
    found = under(year, MOST, *edits)
    issued = [each for each in found.flips if each.action == "programme.issue"]
    assert issued
    assert ("another", ("deputy-head",)) in {(each.kind, each.may) for each in issued}
    assert {each.kind for each in issued} <= {"another", "other-clause"}
    assert {each.action for each in found.flips} == {"programme.issue"}


def test_a_power_that_is_taken_away_is_refused_and_no_later_act_falls_with_it(year: Year) -> None:
    lines = content(MOST)["policies/most-steering-board.csv"].splitlines()
    gone = tuple(("most-steering-board.csv", line, "") for line in lines if ", minutes, circulate," in line)
    found = under(year, MOST, *gone)
    assert {(each.action, each.kind) for each in found.flips} == {("minutes.circulate", "refused")}


def test_what_is_not_looked_at_is_said(year: Year) -> None:
    assert any("refused at the time" in each for each in under(year, MOST).left_out)


def test_a_revision_that_is_lost_is_said_with_the_number_of_events_that_were_not_looked_at(year: Year) -> None:
    store = STORES.copy(year.installation.store)
    again = Installation(store, year.installation.types, year.installation.plugins)
    again.apply(MOST, content(MOST, ("most-steering-board.csv", "", "# two")), at=AFTER, who=PLATFORM, why="two", seed=seed)
    tenant = again.tenant(MOST)
    with store.unscoped() as session:
        session.execute(delete(Revision).where(Revision.tenant_id == tenant.id, Revision.number == 1))
    draft = load(MOST, content(MOST), record_types()).snapshot
    assert draft is not None
    found = past_under(again, MOST, draft, date(2021, 1, 1), date(2021, 12, 31))
    store.close()
    assert (found.decided, found.flips) == (0, ())
    assert f"{found.acts} events: revision 1 is not stored" in found.left_out
    assert any(f"{found.acts} sự kiện" in each.vi for each in found.not_looked_at)


def test_a_draft_with_errors_and_a_plugin_that_is_not_here_is_answered_as_far_as_it_loads(year: Year) -> None:
    edits = (
        ("most-steering-board/tenant.toml", "plugins = [", 'plugins = ["nobody_such", '),
        ("most-steering-board.csv", "p, head, board, programme, issue,", "p, deputy-head, board, programme, issue,"),
        ("most-steering-board.csv", "", "p, head, board, meeting.regular, convene, -, deny, H.1"),
    )
    texts = content(MOST, *edits)
    assert load(MOST, texts, record_types()).snapshot is None
    draft = load(MOST, texts, record_types(), stored=True).snapshot
    assert draft is not None
    found = past_under(year.installation, MOST, draft, date(2021, 1, 1), date(2021, 12, 31))
    assert "programme.issue" in {each.action for each in found.flips}
    assert any("nobody_such" in each for each in found.left_out)


def test_what_a_draft_newly_grants_shows_in_the_number_of_acts_that_were_refused(year: Year) -> None:
    """The lived year has two calls of an ad hoc meeting by a Vice Chair, refused by 3.3 and 7.1.p2, and two by others."""
    line = "p, vice-chair, committee, meeting.ad-hoc, convene, -, allow, 7.1.p2\n"
    found = under(year, NATIONAL, ("policies/national-committee.csv", "", line))
    convened = [each for each in found.widened if each.action == "meeting.convene"]
    assert {each.was: each.number for each in convened}["3.3", "7.1.p2"] == 2
    assert {each.granted for each in convened} == {("vice-chair",)}
    assert {clause.clause for each in convened for clause in each.clauses} == {"7.1.p2"}
    assert found.refused > sum(each.number for each in found.widened)
    assert under(year, NATIONAL).widened == ()


def test_a_bar_that_goes_shows_in_the_number_of_acts_that_it_refused(year: Year) -> None:
    lines = content(NATIONAL)["policies/national-committee.csv"].splitlines()
    bars = tuple(("policies/national-committee.csv", line, "") for line in lines if "deny" in line and line.endswith("H.11"))
    assert bars
    confirmed = [each for each in under(year, NATIONAL, *bars).widened if each.action == "task.confirm"]
    assert [(each.was, each.number) for each in confirmed] == [(("H.11",), 2)]
    assert all(each.unbarred and not each.granted for each in confirmed)

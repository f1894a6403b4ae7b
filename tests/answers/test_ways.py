"""The shortest lawful way: what the texts say of both committees, planted faults, and no false alarm."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.answers.planted import AT, Edit, lab

from steerco.answers.found_way import NoSuchWay, Way
from steerco.answers.lab import Lab
from steerco.answers.ways import way
from steerco.cli.main import run
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform

MOST, NATIONAL = "most-steering-board", "national-committee"
JUNE = date(2021, 6, 18)
MID_JUNE = datetime(2021, 6, 14, 2, tzinfo=UTC)
FIRST = {NATIONAL: "chair", MOST: "head"}


def away(of: Lab, first: date = date(2021, 6, 14), last: date = date(2021, 6, 20)) -> Lab:
    of.absent(FIRST[of.slug], first, last)
    return of


def told(found: Way) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(act.action, act.acting_for, tuple(c.clause for c in act.clauses)) for act in found.acts]


def test_a_proposal_while_the_first_officer_is_away() -> None:
    found = way(away(lab(NATIONAL)), "matter.decide", JUNE, {"class": "proposal"})
    assert told(found) == [
        ("matter.raise", "", ("6.2",)),
        ("matter.prepare-opinion", "", ("6.4",)),
        ("matter.decide", "chair", ("2.1", "4.1")),
    ]
    assert {act.latest for act in found.acts} == {JUNE}  # the text sets no time between the steps
    assert found.away == ("thu-tuong",)


def test_what_does_not_pass_to_who_stands_in_waits_for_the_officer() -> None:
    found = way(away(lab(NATIONAL, at=MID_JUNE)), "matter.decide", JUNE, {"class": "regulation"})
    assert (found.verdict, found.acts, found.first) == ("too-late", (), date(2021, 6, 21))
    assert found.stop is not None
    assert {clause.clause for clause in found.stop.clauses} == {"2.1", "11.2"}
    assert {who.subject for who in found.stop.who_may} == {"chair"}


def test_asked_earlier_it_is_done_before_the_officer_leaves() -> None:
    found = way(away(lab(NATIONAL)), "matter.decide", JUNE, {"class": "regulation"})
    assert [act.latest for act in found.acts] == [date(2021, 6, 13)] * 2
    assert found.acts[-1].day_off  # a Sunday


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
@pytest.mark.parametrize(
    ("meets", "called"), [("2021-06-18", "2021-06-15"), ("2021-05-05", "2021-04-28"), ("2021-02-17", "2021-02-05")]
)
def test_notice_counts_holidays(slug: str, meets: str, called: str) -> None:
    begun = lab(slug, at=datetime(2021, 1, 4, 2, tzinfo=UTC))
    found = way(begun, "meeting.open", date.fromisoformat(meets), {"kind": "regular"})
    convened, opened = found.acts
    assert (convened.action, str(convened.latest), str(opened.latest)) == ("meeting.convene", called, meets)
    assert [clause.basis for clause in convened.held_by] == ["law"]
    late = convened.latest + timedelta(days=1)
    at = datetime.combine(late, datetime.min.time(), begun.snapshot.settings.zone) + timedelta(hours=9)
    given = {"kind": "regular", "starts_at": f"{meets}T09:00:00"}
    done = perform(begun.tenant, ActRequest(convened.by, "meeting.convene", at, input=given))
    assert done.decision.remarks  # one day later it is late


def test_too_late_for_a_notice_of_law_nobody_may_shorten() -> None:
    found = way(lab(NATIONAL, at=datetime(2021, 2, 8, 2, tzinfo=UTC)), "meeting.open", date(2021, 2, 17))
    assert (found.verdict, found.stop.params["last"] if found.stop else "") == ("too-late", "2021-02-05")
    assert found.stop is not None
    assert ({each.basis for each in found.stop.clauses}, found.stop.shorten) == ({"law"}, ())
    assert found.first is not None
    assert way(lab(NATIONAL, at=datetime(2021, 2, 8, 2, tzinfo=UTC)), "meeting.open", found.first).verdict == "way"


def test_a_substitute_is_admitted_after_consent_and_opinion() -> None:
    acts = [(action, clauses) for action, _, clauses in told(way(lab(NATIONAL), "substitution.admit", JUNE))]
    own = [(action, clauses) for action, clauses in acts if not action.startswith("meeting.")]
    assert own == [
        ("substitution.name", ("5.5",)),
        ("absence-request.request", ("5.5",)),
        ("absence-request.consent", ("5.5",)),
        ("substitution.lodge-opinion", ("5.5",)),
        ("substitution.admit", ("5.5",)),
    ]


def test_minutes_that_others_take_down_wait_for_no_notice() -> None:
    found = way(lab(MOST), "minutes.approve", JUNE)
    latest = {act.action: act.latest for act in found.acts}
    assert latest["meeting.convene"] == date(2021, 6, 15)
    assert latest["minutes.draft"] == latest["minutes.approve"] == JUNE


GOALS = (
    *("matter.decide", "matter.put", "programme.issue", "task.confirm", "minutes.approve", "substitution.admit"),
    *("meeting.open", "meeting.conclude", "proposal.accept", "document.issue", "direction.issue", "issue.accept"),
)


@pytest.mark.parametrize("slug", [NATIONAL, MOST])
@pytest.mark.parametrize("goal", GOALS)
def test_with_time_enough_there_is_a_way_and_every_act_has_its_clause(slug: str, goal: str) -> None:
    found = way(lab(slug), goal, JUNE)
    assert found.verdict == "way", found.stop
    assert all(act.clauses for act in found.acts)
    assert {clause.basis for act in found.acts for clause in act.clauses} <= {"clause", "house"}


LINE = "p, working-group,        committee,     matter,                  prepare-opinion,   class=proposal,"
FAULTS: dict[str, tuple[str, tuple[Edit, ...], str, dict[str, str], str]] = {
    "who stands in may not decide it": (
        NATIONAL,
        (("national-committee/charter.toml", '"matter.decide;class=proposal"', '"matter.decide;class=ordinary"'),),
        "matter.decide",
        {"class": "proposal"},
        "too-late",
    ),
    "nobody prepares the opinion": (
        NATIONAL,
        (("national-committee.csv", LINE, "# "),),
        "matter.decide",
        {"class": "proposal"},
        "not-found",
    ),
    "nobody submits the programme": (
        MOST,
        (
            ("most-steering-board.csv", "p, wg-head, board, programme, submit, plan=own, allow, 7.1", ""),
            (
                "most-steering-board.csv",
                "p, standing-member-van-phong-bo, board, programme, submit, plan=common, allow, H.91",
                "",
            ),
        ),
        "programme.issue",
        {},
        "not-found",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_closes_the_way(name: str) -> None:
    slug, edits, goal, given, verdict = FAULTS[name]
    assert way(away(lab(slug, at=MID_JUNE)), goal, JUNE, given).verdict == "way"
    assert way(away(lab(slug, *edits, at=MID_JUNE)), goal, JUNE, given).verdict == verdict


def test_a_longer_notice_of_the_charter_is_counted() -> None:
    where = (
        "most-steering-board/charter.toml",
        'name = "notice"\nvalue = "not-stated"',
        'name = "notice"\nvalue = 20\nunit = "days"',
    )
    found = way(lab(MOST, where), "meeting.open", JUNE, {"kind": "regular"})
    convened = found.acts[0]
    assert (str(convened.latest), [clause.clause for clause in convened.held_by]) == ("2021-05-29", ["8.1"])


def test_what_cannot_be_asked_is_named() -> None:
    here = lab(NATIONAL)
    for goal, by, given, field in (
        ("matter.decid", JUNE, {}, "do"),
        ("matter.decide", AT.date() - timedelta(days=1), {}, "by"),
        ("matter.decide", JUNE, {"colour": "red"}, "with"),
    ):
        with pytest.raises(NoSuchWay) as wrong:
            way(here, goal, by, given)
        assert wrong.value.field == field


def test_the_command_tells_the_way_and_what_stands_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["plan", NATIONAL, "matter.decide", "--by", "2021-06-18", "--away", "chair=2021-06-14..2021-06-20"]
    proposal, regulation = '{"class": "proposal"}', '{"class": "regulation"}'
    assert run([*asked, "--at", "2021-03-02", "--with", proposal]) == 0
    assert "pho-thu-tuong for chair does matter.decide, by 2.1, 4.1" in capsys.readouterr().out
    assert run([*asked, "--at", "2021-06-14", "--with", regulation]) == 1
    said = capsys.readouterr().out
    assert "not possible in time" in said
    assert "2021-06-21" in said
    assert run(["--json", *asked, "--at", "2021-06-14", "--with", regulation]) == 1
    assert json.loads(capsys.readouterr().out)["stop"]["outcome"] == "refused"
    for wrong in (
        ["--away", "chair"],
        ["--away", "nobody=2021-06-14..2021-06-20"],
        ["--by", "soon"],
        ["--with", '{"colour": 1}'],
    ):
        assert run([*asked, "--at", "2021-03-02", *wrong]) == 2
        assert capsys.readouterr().err.startswith("steerco: --")

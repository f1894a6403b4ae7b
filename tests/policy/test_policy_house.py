"""House rules fill what the regulation leaves open and never contradict it, by decision and by check."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec import structs
from tests.policy import arbitrary
from tests.policy.equality import assert_equal

from steerco.policy.capacity import Ask, Capacity, judge
from steerco.policy.engine import Engine
from steerco.policy.house import House, contradictions
from steerco.policy.line import Line
from steerco.policy.table import PowerRequest, Table

HOUSE = House(frozenset({"H.1"}))
Closures = dict[str, frozenset[str]]
CLOSURES = {"chair": frozenset({"chair", "leaders"}), "vice-chair": frozenset({"vice-chair", "leaders"})}


def line(subject: str, act: str, clause: str, *, allow: bool = True, kind: str = "meeting", facets: str = "") -> Line:
    return Line(subject, "board", kind, act, frozenset(facets.split()), allow, clause, "p.csv", 1)


def may(lines: list[Line], who: str, act: str, kind: str = "meeting", facets: str = "", house: House = HOUSE) -> bool:
    request = (frozenset({who}), "board", kind, act, frozenset(facets.split()))
    answer = Table(lines, CLOSURES, house).allows(*request)
    assert Engine(lines, CLOSURES, house=house).enforce(*request) is answer
    return answer


def test_a_house_rule_bars_nothing_that_the_regulation_grants() -> None:
    lines = [line("chair", "issue", "4.2", kind="direction"), line("leaders", "issue", "H.1", allow=False, kind="direction")]
    assert may(lines, "chair", "issue", "direction")
    assert not may([*lines, line("vice-chair", "issue", "H.1", kind="direction")], "vice-chair", "issue", "direction")
    found = Table(lines, CLOSURES, HOUSE).explain(frozenset({"chair"}), "board", "direction", "issue")
    assert (found.matched, found.set_aside) == ((lines[0],), (lines[1],))


def test_a_house_rule_gives_nobody_what_the_regulation_gives_to_somebody() -> None:
    lines = [line("chair", "convene", "3.3", kind="meeting.ad-hoc"), line("vice-chair", "convene", "H.1")]
    assert not may(lines, "vice-chair", "convene", "meeting.ad-hoc")
    assert may(lines, "vice-chair", "convene", "meeting.extended")  # on that the regulation is silent
    beside = House(frozenset({"H.1"}), frozenset({("H.1", "3.3")}))
    assert may(lines, "vice-chair", "convene", "meeting.ad-hoc", house=beside)
    found = Table(lines, CLOSURES, HOUSE).explain(frozenset({"vice-chair"}), "board", "meeting.ad-hoc", "convene")
    assert (found.allowed, found.others, found.set_aside) == (False, (lines[0],), (lines[1],))


def test_a_house_rule_bars_what_the_platform_alone_opens() -> None:
    lines = [line("chair", "convene", "steerco:open"), line("chair", "convene", "H.1", allow=False)]
    assert not may(lines, "chair", "convene")
    found = Table(lines, CLOSURES, HOUSE).explain(frozenset({"chair"}), "board", "meeting", "convene")
    assert (found.allowed, found.decisive, found.set_aside) == (False, lines[1], (lines[0],))
    assert may([*lines, line("chair", "convene", "3.3")], "chair", "convene"), "the regulation grants it"


def test_taking_part_may_be_opened_to_more() -> None:
    opinion = [line("chair", "give-opinion", "6.3", kind="matter"), line("vice-chair", "give-opinion", "H.1", kind="matter")]
    assert may(opinion, "vice-chair", "give-opinion", "matter")
    assert contradictions(opinion, HOUSE, CLOSURES) == []


def test_a_ban_of_house_rules_that_follows_a_person_stops_nothing_that_the_regulation_grants() -> None:
    grant = line("chair", "confirm", "5.1", kind="task")
    lines = [
        line("vice-chair", "confirm", "H.1", kind="task"),
        line("relation:lead", "confirm", "H.1", allow=False, kind="task"),
    ]

    def verdict(lines: list[Line], *capacities: str) -> bool:
        table, bans = Table(lines, CLOSURES, HOUSE), frozenset({"relation:lead"})
        asks = [Ask(Capacity(each), PowerRequest(frozenset(each.split()), "board", "task", "confirm")) for each in capacities]
        return judge(table, asks, bans).allowed

    assert verdict([grant, *lines], "chair relation:lead")
    assert verdict([grant, *lines], "member relation:lead", "chair")  # in another capacity than that in which the ban was met
    assert verdict(lines, "vice-chair")
    assert not verdict(lines, "vice-chair relation:lead")
    assert not verdict(lines, "member relation:lead", "vice-chair")


def test_a_house_line_for_every_type_gives_way_for_the_granted_type_alone() -> None:
    lines = [line("chair", "confirm", "5.1", kind="task"), line("vice-chair", "confirm", "H.1", kind="*")]
    table, engine = Table(lines, CLOSURES, HOUSE), Engine(lines, CLOSURES, house=HOUSE)
    for kind, expected in (("meeting", True), ("task", False)):
        request = (frozenset({"vice-chair"}), "board", kind, "confirm")
        assert table.allows(*request) is engine.enforce(*request) is expected


@settings(max_examples=60, deadline=None)
@given(arbitrary.lines(), arbitrary.closures, arbitrary.houses, st.lists(arbitrary.requests, min_size=20, max_size=40))
def test_a_policy_with_house_rules_means_to_the_table_what_it_means_to_casbin(
    lines: list[Line], closures: Closures, house: House, requests: list[PowerRequest]
) -> None:
    table, engine = Table(lines, closures, house), Engine(lines, closures, house=house)
    for r in requests:
        asked = (r.subjects, r.body, r.object, r.act, r.facets)
        assert table.allows(*asked) is engine.enforce(*asked) is table.explain(*asked).allowed, r


@settings(max_examples=6, deadline=None)
@given(arbitrary.lines(max_size=8), arbitrary.closures, arbitrary.houses)
def test_equality_holds_over_the_whole_vocabulary(lines: list[Line], closures: Closures, house: House) -> None:
    asked, _ = assert_equal(Table(lines, closures, house), Engine(lines, closures, house=house), arbitrary.VOCABULARY)
    assert asked > 100


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])  # few requests meet a line
@given(arbitrary.lines(), arbitrary.closures, arbitrary.requests)
def test_adding_house_rules_never_turns_what_the_regulation_decides(
    lines: list[Line], closures: Closures, r: PowerRequest
) -> None:
    """Neither what it grants into refused, nor what it grants to others alone into done; of every act but reading."""
    regulation = [each for each in lines if each.clause != "H.1" and not each.clause.startswith("steerco:")]
    asked: Any = (r.subjects, r.body, r.object, "assign" if r.act == "read" else r.act, r.facets)
    alone = Table(regulation, closures).explain(*asked)
    whole = Table([*regulation, *(each for each in lines if each.clause == "H.1")], closures, HOUSE).allows(*asked)
    assume(alone.matched or alone.others)
    assert whole is alone.allowed


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (line("chair", "issue", "H.1", allow=False), line("chair", "issue", "4.2"), ["error"]),
        (line("leaders", "issue", "H.1", allow=False), line("chair", "issue", "4.2"), ["error"]),
        (line("chair", "issue", "H.1", allow=False), line("leaders", "issue", "4.2"), ["error"]),
        (line("vice-chair", "issue", "H.1", allow=False), line("chair", "issue", "4.2"), []),
        (line("relation:lead", "issue", "H.1", allow=False), line("chair", "issue", "4.2"), ["warning"]),
        (line("vice-chair", "convene", "H.1"), line("chair", "convene", "3.3"), ["error"]),
        (line("vice-chair", "convene", "H.1"), line("chair", "convene", "3.3", kind="meeting.ad-hoc"), ["error"]),
        (line("vice-chair", "convene", "H.1"), line("leaders", "convene", "3.3"), []),
        (
            line("vice-chair", "convene", "H.1", kind="meeting.extended"),
            line("chair", "convene", "3.3", kind="meeting.ad-hoc"),
            [],
        ),
        (line("vice-chair", "convene", "H.1", facets="to=a"), line("chair", "convene", "3.3", facets="to=b"), []),
        (line("vice-chair", "convene", "H.1", facets="to=a"), line("chair", "convene", "3.3", facets="with=b"), ["error"]),
        (line("vice-chair", "read", "H.1"), line("chair", "read", "3.3"), []),
        (structs.replace(line("vice-chair", "convene", "H.1"), body="group"), line("chair", "convene", "3.3"), []),
    ],
)
def test_a_house_line_that_contradicts_is_told_with_its_line(mine: Line, theirs: Line, expected: list[str]) -> None:
    lines = [structs.replace(theirs, number=1), structs.replace(mine, number=2)]
    found = contradictions(lines, HOUSE, CLOSURES)
    assert [each.level for each in found] == expected
    assert all((each.file, each.line, each.code) == ("p.csv", 2, "house-contradicts") for each in found)

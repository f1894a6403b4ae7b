"""Check warns of a register whose keeper can take any seat, or that one seat alone can keep."""

from __future__ import annotations

import pytest

from steerco.charter.model import Seat, Separation
from steerco.configuration.register_keepers import warnings
from steerco.policy.house import House
from steerco.policy.reader import read

APPOINT = "p, {}, *, appointment, appoint, {}, {}, H.1"
SECRETARY, CHAIR = APPOINT.format("secretary", "-", "allow"), APPOINT.format("chair", "-", "allow")
GUESTS = APPOINT.format("desk", "seat=guest", "allow")
BARRED = APPOINT.format("relation:holder", "-", "deny")
BARRED_AS_GUEST = APPOINT.format("relation:holder", "seat=guest", "deny")
ELSEWHERE = BARRED.replace("*", "desk", 1)
END = CHAIR.replace("appoint,", "end,", 1)


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([SECRETARY, CHAIR, BARRED], []),
        ([SECRETARY, GUESTS, BARRED], []),
        ([SECRETARY, BARRED], [("one-keeper", 1)]),
        ([SECRETARY, END, BARRED], [("one-keeper", 1)]),
        ([SECRETARY, CHAIR], [("appoints-themselves", 1), ("appoints-themselves", 2)]),
        ([SECRETARY, CHAIR, BARRED_AS_GUEST], [("appoints-themselves", 1), ("appoints-themselves", 2)]),
        ([SECRETARY, CHAIR, ELSEWHERE], [("appoints-themselves", 1), ("appoints-themselves", 2)]),
        ([SECRETARY], [("appoints-themselves", 1), ("one-keeper", 1)]),
        ([END], []),
    ],
)
def test_a_register_is_warned_of_line_by_line(lines: list[str], codes: list[tuple[str, int]]) -> None:
    found, wrong = read("\n".join(lines), "policies/a.csv")
    assert wrong == []
    told = list(warnings(found, ()))
    assert [(each.code, each.line) for each in told] == codes
    assert {(each.file, each.level) for each in told} <= {("policies/a.csv", "warning")}


def test_the_line_that_a_warning_names_ends_it() -> None:
    (first, *_) = warnings(read("\n".join([SECRETARY, CHAIR]), "policies/a.csv")[0], ())
    named = first.message[first.message.index("p, ") :]
    assert list(warnings(read("\n".join([SECRETARY, CHAIR, named]), "policies/a.csv")[0], ())) == []


def test_a_role_with_two_seats_is_two_keepers() -> None:
    lines = read("\n".join([SECRETARY, BARRED]), "policies/a.csv")[0]
    seats = [Seat(f"secretary-{number}", ("1",), "secretary") for number in (1, 2)]
    assert [each.code for each in warnings(lines, seats[:1])] == ["one-keeper"]
    assert list(warnings(lines, seats)) == []


@pytest.mark.parametrize(
    ("stated_by", "granted_by", "codes"),
    [("clause", "clause", []), ("house", "house", []), ("house", "clause", ["appoints-themselves"] * 2)],
)
def test_a_separation_of_the_house_rules_bars_nothing_that_the_regulation_grants(
    stated_by: str, granted_by: str, codes: list[str]
) -> None:
    lines = read("\n".join([SECRETARY, CHAIR]), "policies/a.csv")[0]
    apart = Separation("own", ("appointment.appoint",), ("H.2",), apart="holder")
    house = House(frozenset({"H.1"} if granted_by == "house" else ()))
    assert [each.code for each in warnings(lines, (), (), [(stated_by, apart)], house)] == codes

"""Which subjects have two leads, none, or stand in several fields; equal by id or by name, whatever the order."""

from __future__ import annotations

from itertools import permutations

from steerco.answers.competence import HeldSubject, competence


def held(committee: str, subject: str, label: str, lead: str) -> HeldSubject:
    return HeldSubject(committee, subject, label, f"holder in {committee}", lead)


ROWS = (
    held("A", "cloud", "Cloud platform", "Ministry 1"),
    held("B", "cloud-b", "  CLOUD   platform ", "Ministry 2"),
    held("A", "data", "Data", ""),
    held("B", "data", "Open data", ""),
    held("A", "signature", "Signatures", "Ministry 1"),
    held("B", "sig", "Signatures", "ministry 1"),
    held("B", "health", "Health", "Ministry 3"),
)


def test_two_leads_none_and_overlaps_are_told_in_any_order() -> None:
    orders = list(permutations(ROWS[:5]))
    assert len(orders) == 120
    for order in orders:
        rows = (*order, *ROWS[5:])
        found = {frozenset(each.subject for each in one.held): (one.verdict, one.overlaps) for one in competence(rows)}
        assert found == {
            frozenset({"cloud", "cloud-b"}): ("two-leads", True),
            frozenset({"data"}): ("no-lead", True),
            frozenset({"signature", "sig"}): ("one-lead", True),
            frozenset({"health"}): ("one-lead", False),
        }


def test_what_is_unclear_stands_first() -> None:
    assert [each.verdict for each in competence(reversed(ROWS))] == ["two-leads", "no-lead", "one-lead", "one-lead"]

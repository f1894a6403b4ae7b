"""Faults planted in the charter and the policy of an example, one at a time: each is told at its line, with its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from steerco.charter import load
from steerco.charter.check import CheckScope, check
from steerco.charter.places import places_in
from steerco.committee import record_types
from steerco.config.findings import Finding
from steerco.configuration.open_ends import open_ends
from steerco.configuration.vocabulary import for_charter
from steerco.policy import reader

EXAMPLES = Path(__file__).parents[2] / "tenants/_examples"
CHARTER = (EXAMPLES / "tenants/orchard-council/charter.toml").read_text("utf-8")
POLICY = (EXAMPLES / "policies/orchard-council.csv").read_text("utf-8")
AGAIN = 'pass = [{ count = "for", of = "fixed", share = [5, 7] }]'
TO_MEET = 'of = "fixed", share = [1, 2], over = true, must'
HANDS = '{ id = "hands", taken = "totals", roll_call = { at_least = 1, of = "members" },'

ROUTE = '  { body = "council", classes = ["storm"], first = "custom", then = "gift-again", cite = ["1"] },\n'
RECUSED = '  { body = "council", role = "nobody", effect = ["vote"], cite = ["1"] },\n'


def findings(text: str) -> list[Finding]:
    charter, wrong = load.read(text, "charter", "charter.toml")
    assert charter is not None, wrong
    return [*wrong, *check(charter, CheckScope(vocabulary=for_charter(record_types()), systems=frozenset({"transferable-vote"})))]


def test_the_example_is_sound() -> None:
    assert findings(CHARTER) == []


FAULTS = {
    "a share above the whole": (AGAIN, AGAIN.replace("[5, 7]", "[7, 5]"), "impossible-share"),
    "more than all": (AGAIN, AGAIN.replace("[5, 7]", "[1, 1], over = true"), "impossible-share"),
    "more votes than seats": (AGAIN, 'pass = [{ count = "for", at_least = 9 }]', "impossible-test"),
    "all but more than there are": (AGAIN, 'pass = [{ count = "for", of = "fixed", all_but = 9 }]', "impossible-test"),
    "nothing counts the votes for": (AGAIN, 'pass = [{ count = "against", at_most = 2 }]', "impossible-test"),
    "a quorum above the whole": (TO_MEET, TO_MEET.replace("[1, 2]", "[3, 2]"), "impossible-share"),
    "a quorum of more than all": (TO_MEET, TO_MEET.replace("[1, 2]", "[1, 1]"), "impossible-share"),
    "a quorum above the seats": (TO_MEET, 'of = "fixed", at_least = 9, must', "impossible-test"),
    "a quorum in short above the stated seats": (
        "quorum = [",
        'rule = [{ name = "quorum", value = 9, cite = ["2"] }]\nquorum = [',
        "impossible-test",
    ),
    "more demands than persons": ("ended_by = { requests = 3", "ended_by = { requests = 30", "impossible-test"),
    "more seconders than others": (HANDS, HANDS.replace('"hands",', '"hands", second = 7,'), "impossible-test"),
    "seats above the most": ("max = 7", "max = 5", "bad-value"),
    "decisions that turn in a circle": ('id = "motion",', 'id = "motion", turns_to = "custom",', "bad-value"),
    "a casting vote where nothing ties": ('id = "gift-again",', 'id = "gift-again", tie = "casting:member",', "not-enforced"),
    "a test that always holds": (AGAIN, 'pass = [{ count = "for", at_least = 0 }]', "impossible-test"),
    "a quorum of nobody": (TO_MEET, 'of = "fixed", at_least = 0, must', "impossible-test"),
    "a position called like a base": (AGAIN, f'positions = {{ for = ["a"], other = ["present"] }}, {AGAIN}', "same-position"),
    "two routes for one class": ("route = [\n", f"route = [\n{ROUTE}{ROUTE}", "ambiguous-decision"),
    "a route that leads back": (
        "route = [\n",
        "route = [\n" + ROUTE.replace("gift-again", "custom").replace('first = "custom"', 'first = "motion"'),
        "bad-value",
    ),
    "two recusals of one role": ("recusal = [\n", f"recusal = [\n{RECUSED}{RECUSED}", "duplicate-id"),
    "a recusal of a role that is not there": ("recusal = [\n", f"recusal = [\n{RECUSED}", "unknown-role"),
    "a class that no decision has, in a bar": ('where = { class = "gift" }', 'where = { class = "gfit" }', "unknown-class"),
    "a class that no decision has, in writing": (
        'classes = ["urgent"], allowed',
        'classes = ["urgnt"], allowed',
        "unknown-class",
    ),
    "a ballot without an end": (HANDS, '{ id = "hands", close = "at-end",', "no-closing"),
    "two rules for one class": ('classes = ["custom"]', 'classes = ["gift"]', "ambiguous-decision"),
    "two lengths of one term": (
        "[instrument]",
        'term = [\n  { role = "member", length = { value = 2, unit = "years" }, cite = ["1"] },\n'
        '  { role = "member", length = { value = 3, unit = "years" }, cite = ["1"] },\n]\n[instrument]',
        "overlapping-terms",
    ),
    "alternates of each other": (
        "seat = [",
        'seat = [\n  { id = "a", stands_for = "b", label = { en = "A" }, cite = ["1"] },\n'
        '  { id = "b", stands_for = "a", label = { en = "B" }, cite = ["1"] },',
        "circular-alternates",
    ),
    "officers who act for each other": (
        "[instrument]",
        'succession = [\n  { absent = "chair-of-council", acts = "member", powers = ["meeting.open"], cite = ["1"] },\n'
        '  { absent = "member", acts = "chair-of-council", powers = ["meeting.open"], cite = ["1"] },\n]\n[instrument]',
        "circular-succession",
    ),
}


@pytest.mark.parametrize(("old", "new", "code"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_told_at_its_line(old: str, new: str, code: str) -> None:
    assert old in CHARTER
    text = CHARTER.replace(old, new, 1)
    first = 1 + next(n for n, (a, b) in enumerate(zip(CHARTER.split("\n"), text.split("\n"), strict=False)) if a != b)
    lines = range(first, first + new.count("\n") + 1)
    told = [(each.code, each.line) for each in findings(text)]
    near = {line for found, line in told if found == code}
    assert near, told
    if code not in ("ambiguous-decision", "bad-value", "impossible-test"):  # told at the later row, or at the row that goes by it
        assert near & set(lines), (told, first)


def test_what_fixed_seats_are_asked_of_and_none_are_stated() -> None:
    told = [each for each in findings(CHARTER.replace("seats = 7\n", "")) if each.code == "not-stated"]
    assert any("quorum 'to-meet'" in each.message for each in told)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("matter,      close,", "matter,      object,", {"no-closing"}),
        ("matter,      open-ballot,", "matter,      object,", {"no-opening"}),
        ("p, members,  council, matter,      close,", "p, member,   council, matter,      close,", set()),
    ],
)
def test_a_ballot_that_the_policy_lets_nobody_open_or_close(old: str, new: str, codes: set[str]) -> None:
    assert old in POLICY
    charter, _ = load.read(CHARTER, "charter", "charter.toml")
    lines, wrong = reader.read(POLICY.replace(old, new, 1), "policy.csv")
    assert charter is not None
    assert wrong == []
    assert {each.code for each in open_ends(charter, (), lines, frozenset())} == codes


def test_who_closes_is_narrowed_to_some_who_have_no_power_to() -> None:
    text = CHARTER.replace(HANDS, HANDS.replace('"hands",', '"hands", closed_by = ["secretary-of-council"],'))
    charter, _ = load.read(text, "charter", "charter.toml")
    assert charter is not None
    told = "p, members,  council, matter,      close,"
    for subject, codes in (("chair-of-council", ["no-closing"]), ("officers", []), ("council", []), ("relation:author", [])):
        lines, _ = reader.read(POLICY.replace(told, f"p, {subject}, council, matter, close,"), "policy.csv")
        assert [each.code for each in open_ends(charter, (), lines, frozenset())] == codes, subject


def test_the_listed_seats_are_those_of_the_voters_without_their_alternates() -> None:
    text = """
clause = [{ id = "1", gloss = { en = "All." } }]
body = [{ id = "board", label = { en = "Board" }, head = "chair", COUNTED cite = ["1"] }]
role = [
  { id = "chair", body = "board", label = { en = "Chair" }, cite = ["1"] },
  { id = "member", body = "board", label = { en = "Member" }, cite = ["1"] },
]
seat = [
  { id = "m", role = "member", label = { en = "Member" }, count = 4, cite = ["1"] },
  { id = "m-1-alternate", role = "member", stands_for = "m-1", label = { en = "Alternate" }, cite = ["1"] },
]
[instrument]
id = "1"
title = { en = "Rules" }
effective = 2025-01-01
"""
    whole, _ = load.read(text.replace("COUNTED", ""), "charter", "charter.toml")
    narrow, _ = load.read(text.replace("COUNTED", "counted = ['m-1', 'chair'],"), "charter", "charter.toml")
    assert whole is not None
    assert narrow is not None
    assert (places_in(whole, "board"), places_in(whole, "board", ["member"]), places_in(narrow, "board")) == (5, 4, 2)

"""A charter that refers to nothing is told so, with file, line and code."""

from __future__ import annotations

import pytest

from steerco.charter import load
from steerco.charter.check import CheckScope, check, citable

VOCABULARY = {
    "meeting": {
        "actions": ["plan", "convene", "open", "conclude"],
        "kinds": ["regular", "ad-hoc"],
        "fields": ["body", "kind", "starts_at"],
        "checks": ["notice-given"],
        "facets": ["with"],
        "aims": ["agency"],
    },
    "task": {"actions": ["assign", "confirm"], "kinds": [], "fields": ["lead", "due_on"], "checks": []},
}

SOUND = """\
policy = "garden.csv"
[instrument]
id = "G-1"
title = { en = "Rules of the garden club" }
effective = 2021-01-01
cite = "2.1"

[[heading]]
id = "1"
label = { en = "Meetings" }
[[clause]]
id = "1.1"
under = "1"
[[clause]]
id = "2.1"

[[body]]
id = "club"
label = { en = "Club" }
head = "leader"
cite = "1.1"
[[role]]
id = "leader"
body = "club"
label = { en = "Leader" }
cite = "1.1"
[[role]]
id = "gardener"
body = "club"
label = { en = "Gardener" }
cite = "1.1"
[[seat]]
id = "leader"
role = "leader"
label = { en = "Leader" }
cite = "1.1"
[[group]]
id = "everyone"
roles = ["leader", "gardener"]
label = { en = "Everyone" }
cite = "1.1"
[[succession]]
absent = "leader"
acts = "gardener"
powers = ["meeting.*", "task.assign"]
cite = "1.1"
[[cadence]]
id = "monthly"
label = { en = "Monthly meeting" }
body = "club"
kind = "regular"
every = "month"
holder = "leader"
cite = "1.1"
[[duty]]
id = "finish"
label = { en = "Finish" }
holder = "field:lead"
after = "task.assign"
done_by = "task.confirm"
due = { field = "due_on" }
cite = "2.1"
[[procedure]]
on = "meeting.open"
requires = "notice-given"
cite = "H.1"
[[procedure]]
on = "task.confirm"
requires = "state"
cite = "steerco:order"
"""

AROUND = CheckScope(vocabulary=VOCABULARY, clauses=frozenset({"H.1", "steerco:order"}))


def found(text: str) -> list[tuple[int, str]]:
    charter, wrong = load.read(text, "charter", "charter.toml")
    assert charter is not None, wrong
    return [(f.line, f.code) for f in check(charter, AROUND)]


def test_sound_charter_has_no_findings() -> None:
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('cite = "H.1"', 'cite = "H.2"', [(63, "unknown-clause")]),
        ('requires = "state"\ncite = "steerco:order"', 'requires = "state"\ncite = ["1"]', [(67, "cites-heading")]),
        ('under = "1"', 'under = "9"', [(11, "unknown-heading")]),
        ('id = "2.1"', 'id = "1.1"', [(1, "unknown-clause"), (14, "duplicate-id"), (55, "unknown-clause")]),
        ('head = "leader"', 'head = "lead"', [(17, "unknown-role")]),
        ('id = "gardener"\nbody = "club"', 'id = "gardener"\nbody = "clubs"', [(27, "unknown-body")]),
        ('roles = ["leader", "gardener"]', 'roles = ["leader", "gardner"]', [(37, "unknown-role")]),
        ('powers = ["meeting.*", "task.assign"]', 'powers = ["meet.*", "task.give"]', [(42, "unknown-action")] * 2),
        ('powers = ["meeting.*",', 'powers = ["meeting.*;for=leader", "meeting.open;with=agency",', [(42, "unknown-facet")]),
        ('kind = "regular"', 'kind = "weekly"', [(47, "unknown-kind")]),
        ('holder = "leader"', "", [(47, "missing-holder")]),
        ('every = "month"\nholder = "leader"', 'every = "not-stated"', []),
        ('holder = "field:lead"', 'holder = "field:leader"', [(55, "unknown-field")]),
        ('done_by = "task.confirm"', 'done_by = "task.finish"', [(55, "unknown-action")]),
        ('due = { field = "due_on" }', 'due = { field = "by" }', [(55, "unknown-field")]),
        ('after = "task.assign"', 'every = "year"', [(55, "due-without-record"), (55, "holder-without-record")]),
        ('after = "task.assign"\n', 'after = "task.assign"\nevery = "year"\n', [(55, "two-schedules")]),
        ('id = "finish"', 'id = "monthly"', [(55, "duplicate-id")]),
        ('requires = "notice-given"', 'requires = "notice"', [(63, "unknown-check")]),
        ('requires = "notice-given"', 'requires = "notice-given"\nwhere = { with = "agency" }', []),
        ('requires = "notice-given"', 'requires = "notice-given"\nwhere = { with = "gardener" }', []),
        ('requires = "notice-given"', 'requires = "notice-given"\nwhere = { of = "gardener" }', [(63, "unknown-facet")]),
        ('requires = "notice-given"', 'requires = "notice-given"\nwhere = { with = "gardner" }', [(63, "unknown-aim")]),
        ('id = "everyone"', 'id = "club"', [(37, "ambiguous-id")]),
        ('[[seat]]\nid = "leader"\nrole = "leader"', '[[seat]]\nid = "gardener"\nrole = "leader"', [(32, "ambiguous-id")]),
        ('[[seat]]\nid = "leader"', '[[seat]]\noffice = "mayor"\nid = "leader"', [(32, "unknown-office")]),
    ],
)
def test_each_fault_is_found_where_it_stands(old: str, new: str, expected: list[tuple[int, str]]) -> None:
    assert SOUND.count(old) == 1 or old.startswith("holder")
    wrong = SOUND.replace(old, new, 1)
    shift = wrong.count("\n") - SOUND.count("\n")
    assert [(line, code) for line, code in found(wrong)] == expected or (
        shift and [code for _, code in found(wrong)] == [code for _, code in expected]
    )


RULE = """
[[rule]]
name = "NAME"
value = VALUE
unit = "UNIT"
cite = "2.1"
"""


@pytest.mark.parametrize(
    ("name", "value", "unit", "codes"),
    [
        ("quorum", '"2/3"', "persons", []),
        ("quorum", "4", "persons", []),
        ("quorum", '"most"', "persons", ["bad-quorum"]),
        ("quorum", '"3/2"', "persons", ["bad-quorum"]),
        ("quorum", "true", "persons", ["bad-quorum"]),
        ("quorum", '"not_stated"', "persons", ["not-stated"]),
        ("of-our-own", '"Not stated"', "persons", ["not-stated"]),
        ("of-our-own", '"as the leader likes"', "persons", ["not-enforced"]),
        ("proxies-count-for-quorum", "true", "persons", ["not-enforced"]),
        ("of-our-own", '"not-stated"', "persons", []),
        ("proxy-limit", '"one"', "persons", ["bad-value", "not-enforced"]),
        ("proxy-limit", "1", "persons", ["not-enforced"]),
        ("notice", "1000000", "working days", ["bad-value"]),
        ("notice", "3", "weeks", []),
        ("notice", "3", "moons", ["bad-unit"]),
        ("notice", '"not-stated"', "working days", []),
    ],
)
def test_a_value_that_nothing_can_go_by_is_found(name: str, value: str, unit: str, codes: list[str]) -> None:
    more = RULE.replace("NAME", name).replace("VALUE", value).replace("UNIT", unit)
    assert [code for _, code in found(SOUND + more)] == codes


@pytest.mark.parametrize(
    ("value", "codes"),
    [('"not-stated"', []), ("3", ["runs"])],
    ids=["a value that nothing goes by", "a value that the program goes by"],
)
def test_what_the_program_goes_by_is_not_called_information(value: str, codes: list[str]) -> None:
    more = f'[[rule]]\nname = "quorum"\nvalue = {value}\neffect = "shown"\ncite = "2.1"\n'
    assert [code for _, code in found(SOUND + more)] == codes


def test_house_rules_may_name_what_the_charter_has_and_cite_both() -> None:
    charter, _ = load.read(SOUND, "charter", "charter.toml")
    assert charter is not None
    house, wrong = load.read(
        """
[instrument]
id = "House"
kind = "house"
title = { en = "House rules" }
effective = 2021-01-01
date = 2021-01-01
adopted_by = "leader"
[[clause]]
id = "H.1"
[[duty]]
id = "plan"
label = { en = "Plan" }
holder = "everyone"
every = "year"
done_by = ["meeting.plan"]
cite = ["H.1", "2.1"]
""",
        "house",
        "house.toml",
    )
    assert wrong == []
    assert house is not None
    assert check(house, CheckScope(vocabulary=VOCABULARY, beside=(charter,))) == []
    assert {f.code for f in check(house, CheckScope(vocabulary=VOCABULARY))} == {"unknown-holder", "unknown-clause"}
    assert citable(house) == {"H.1"}
    assert citable(charter, "garden-law") == {"garden-law:1.1", "garden-law:2.1"}


def test_a_finding_says_what_was_meant() -> None:
    charter, _ = load.read(SOUND.replace('head = "leader"', 'head = "leadr"'), "charter", "charter.toml")
    assert charter is not None
    (finding,) = check(charter, AROUND)
    assert str(finding) == (
        "charter.toml:17: error: body 'club', head: there is no role 'leadr' (did you mean 'leader'?) [unknown-role]"
    )


DECISION = """
[[decision]]
id = "ID"
label = { en = "By vote" }
body = "club"
rule = "vote"
classes = CLASSES
cite = "2.1"
"""


def decision(id: str, classes: str, more: str = "") -> str:
    return DECISION.replace("ID", id).replace("CLASSES", classes) + more


LINE = SOUND.count("\n") + 2
"""The line in which the first table stands that is added to the sound charter."""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (decision("a", '["money"]', 'positions = ["for"]\n'), [(LINE, "few-positions")]),
        (decision("a", '["money"]', 'positions = ["for", "for"]\n'), [(LINE, "same-position")]),
        (decision("a", '["money"]') + decision("b", '["other"]'), []),
        (decision("a", '["money"]') + decision("b", '["other", "money"]'), [(LINE + 8, "ambiguous-decision")]),
        (decision("a", '["*"]') + decision("b", '["*"]'), [(LINE + 8, "ambiguous-decision")]),
        (decision("a", '["*"]') + decision("b", '["money"]'), []),
    ],
)
def test_a_decision_rule_that_cannot_decide_is_found(more: str, expected: list[tuple[int, str]]) -> None:
    assert found(SOUND + more) == expected


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        ('{ class = "money" }', []),
        ('{ class = "ordinary" }', []),
        ('{ class = "mony" }', ["unknown-class"]),
        ('{ body = "clubs" }', ["unknown-body"]),
        ('{ kind = "regular" }', ["unknown-facet"]),
    ],
)
def test_a_rule_narrowed_to_what_there_is_not_is_found(where: str, codes: list[str]) -> None:
    words = {**VOCABULARY, "matter": {"aims": ["ordinary"]}}
    text = SOUND + decision("a", '["money"]') + f'[[rule]]\nname = "quorum"\nvalue = 2\nwhere = {where}\ncite = "2.1"\n'
    charter, _ = load.read(text, "charter", "charter.toml")
    assert charter is not None
    around = CheckScope(vocabulary=words, clauses=AROUND.clauses)
    assert [each.code for each in check(charter, around)] == codes


@pytest.mark.parametrize(("value", "codes"), [(2, []), (3, ["impossible-test"])])
def test_a_quorum_of_more_than_there_are_seats_is_found(value: int, codes: list[str]) -> None:
    seat = '[[seat]]\nid = "gardener"\nrole = "gardener"\nlabel = { en = "Gardener" }\ncite = "1.1"\n'
    quorum = f'[[rule]]\nname = "quorum"\nvalue = {value}\ncite = "2.1"\n'
    assert [code for _, code in found(SOUND + decision("a", '["*"]') + seat + quorum)] == codes
    assert found(SOUND + decision("a", '["*"]') + quorum) == []  # anybody may be a gardener


def test_the_main_body_is_one_that_the_regulation_has() -> None:
    row = '[[rule]]\nname = "main-body"\nvalue = "{}"\ncite = "1.1"\n'
    assert found(SOUND + row.format("club")) == []
    assert [code for _, code in found(SOUND + row.format("clubs"))] == ["unknown-body"]


def test_what_the_program_reads_in_a_charter_alone_is_found_in_house_rules() -> None:
    sound, _ = load.read(SOUND, "charter", "charter.toml")
    house, wrong = load.read(
        'instrument = { id = "house", kind = "house", title = { en = "H" }, effective = 2021-01-01, '
        'date = 2021-01-01, adopted_by = "x" }\n'
        '[[clause]]\nid = "H.1"\n' + decision("a", '["money"]').replace("2.1", "H.1"),
        "house",
        "house.toml",
    )
    assert sound is not None
    assert house is not None, wrong
    assert [(f.line, f.code, f.level) for f in check(house, CheckScope(vocabulary=VOCABULARY, beside=(sound,)))] == [
        (5, "not-enforced", "warning")
    ]


@pytest.mark.parametrize(
    ("names", "codes"), [('["proxy", "quorum"]', []), ('["proxi"]', ["unknown-topic"]), ('["cadence"]', ["stated"])]
)
def test_what_is_not_stated_is_a_name_and_is_not_stated_below(names: str, codes: list[str]) -> None:
    assert [code for line, code in found(f"not_stated = {names}\n{SOUND}") if line == 1] == codes


def test_a_secret_vote_does_not_close_by_its_running_result() -> None:
    ballot = '\n[[ballot]]\nid = "b"\nsecret = true\nclose = "when-settled"\ncite = "1.1"\n'
    assert "secret-and-live" in {code for _, code in found(SOUND + ballot)}
    assert "secret-and-live" not in {code for _, code in found(SOUND + ballot.replace("when-settled", "declared"))}
    shown = ballot.replace("secret = true\n", "")
    decision = '[[decision]]\nid = "d"\nbody = "main"\nrule = "vote"\nsecret = true\nballot = "b"\ncite = "1.1"\n'
    assert "secret-and-live" not in {code for _, code in found(SOUND + shown)}
    assert "secret-and-live" in {code for _, code in found(SOUND + shown + decision)}

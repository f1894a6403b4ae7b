"""What a charter says and nothing reads is told, with the name of the key; the row beside it that is read is not."""

from __future__ import annotations

import pytest
from tests.charter.test_law_layers import HOME, LAW
from tests.charter.test_law_layers import SLUG as MONITOR
from tests.tenancy.board import CHARTER, HOUSE, SLUG, content

from steerco.charter.checks.check_unread import KEYS
from steerco.charter.left_open import left_open
from steerco.charter.load import read
from steerco.committee import record_types
from steerco.configuration.load import load

TYPES = record_types()
DAYS = '{ value = 60, unit = "days" }'
CAP = 'id = "c", body = "committee", by = "agency", max = { at_most = 2 }'
TURN = f'role = "member", order = ["chair", "secretary"], period = {DAYS}, from = 2021-01-01'
GONE = f'role = "member", within = {DAYS}, after = {{ of = "meetings", missed = 2 }}'
SILENT = f'role = "member", within = {DAYS}, after = {{ of = "silence" }}'
REMOVED = 'role = "member", decision = "committee-matters"'
VOTE = 'id = "e", fills = "chair", electors = "committee", system = "plurality"'
HELD = 'id = "e", fills = "chair", electors = "committee", system = "entered"'
LISTED = 'of = "members", to = "public"'
MINUTES = 'of = "minutes", duty_of = "secretary"'
VETO = 'decision = "2.1", by = "against"'
BALLOT = 'id = "b"'
ASIDE = 'body = "committee"'
ONE = 'id = "d", label = { vi = "D", en = "D" }, body = "committee", rule = "one-decides"'
AGREED = ONE.replace("one-decides", "consensus")
TESTED = ONE.replace("one-decides", "vote") + ', pass = [{ count = "for", more_than = "against" }]'
ROWS = [
    ("cap", "waiver", f'{CAP}, on_breach = "duty"', 'waiver = "2.1"'),
    ("cap", "repair", CAP, f"repair = {{ within = {DAYS} }}"),
    ("cap", "repair.order", f'{CAP}, on_breach = "duty"', 'repair = { order = ["last-in", "lots"] }'),
    ("rotation", "group_role", TURN, 'group_role = "member"'),
    ("vacancy", "runner_up_max", 'role = "member", order = ["leave-open"]', "runner_up_max = 1"),
    ("term", "limit_exempt", f'role = "member", length = {DAYS}', f"limit_exempt = {{ shorter_than = {DAYS} }}"),
    ("term", "limit_force", f'role = "member", length = {DAYS}', 'limit_force = "soft"'),
    ("term", "starts", 'role = "member", length = "not-stated"', 'starts = "election"'),
    ("term", "whichever", f'role = "member", length = {DAYS}', 'whichever = "shorter"'),
    ("suspension", "unless", GONE.replace("meetings", "votes"), 'unless = ["proxy-named"]'),
    ("suspension", "unless", GONE.replace("meetings", "votes"), 'unless = ["excused"]'),
    ("suspension", "after", SILENT, "after.missed"),
    ("suspension", "restored", SILENT, "restored = { attended = 2 }"),
    ("suspension", "restored", GONE, "restored = { votes_in_last = true }"),
    ("removal", "steps", REMOVED, f'steps = [{{ what = "vote", at_least = {DAYS} }}]'),
    ("election", "nominations.seconds", HELD, "nominations = { seconds = 1 }"),
    ("election", "voting.phases", HELD, "voting = { phases = 2 }"),
    ("election", "certificate", VOTE, "certificate = true"),
    ("election", "nominations.at_least", HELD, f"nominations = {{ at_least = {DAYS} }}"),
    ("election", "voting.at_least", HELD, f"voting = {{ at_least = {DAYS} }}"),
    ("election", "if_one_candidate", HELD, 'if_one_candidate = "acclamation"'),
    ("election", "secret", HELD, "secret = true"),
    ("ballot", "shorten", BALLOT, 'shorten = { by = "chair" }'),
    ("ballot", "extend", BALLOT, 'extend = { by = "chair" }'),
    ("ballot", "roll_call", BALLOT, 'roll_call = { of = "member" }'),
    ("veto", "within", VETO, f"within = {DAYS}"),
    ("veto", "override", VETO, 'override = "committee-matters"'),
    ("publication", "parts", MINUTES, 'parts = ["text"]'),
    ("publication", "withhold", MINUTES, 'withhold = { by = "chair" }'),
    ("publication", "withhold", LISTED, 'withhold = { by = "chair" }'),
    ("publication", "keep", MINUTES, 'keep = "1 months"'),
    ("publication", "keep", LISTED, 'keep = "1 months"'),
    ("recusal", "disclosure", ASIDE, "disclosure = { promptly = false }"),
    ("recusal", "on", f'{ASIDE}, on = ["interest"]', 'on = ["affiliation-ruling"]'),
    ("recusal", "on", f'{ASIDE}, on = ["interest"]', 'on = ["*"]'),
    ("decision", "pass", ONE, 'pass = [{ count = "for", at_least = 1 }]'),
    ("decision", "or_pass", ONE, 'or_pass = [[{ count = "for", at_least = 1 }]]'),
    ("decision", "base", ONE, 'base = "cast"'),
    ("decision", "share", ONE, "share = [2, 3]"),
    ("decision", "over", ONE, "over = false"),
    ("decision", "tie", ONE, 'tie = "fails"'),
    ("decision", "positions", ONE, 'positions = ["yes", "no"]'),
    ("decision", "voters", ONE, 'voters = "member"'),
    ("decision", "excluding", ONE, 'excluding = ["author"]'),
    ("decision", "secret", ONE, "secret = true"),
    ("decision", "quorum", ONE, 'quorum = "none"'),
    ("decision", "ballot", ONE, 'ballot = "b"'),
    ("decision", "share", AGREED, "share = [2, 3]"),
    ("decision", "or_pass", AGREED, 'or_pass = [[{ count = "for", at_least = 1 }]]'),
    ("decision", "base", TESTED, 'base = "cast"'),
]


def written(table: str, row: str) -> str:
    """A row as a table of its own, on lines; a comma within brackets parts nothing."""
    lines, depth = [""], 0
    for letter in row:
        depth += (letter in "[{") - (letter in "]}")
        if letter == "," and not depth:
            lines.append("")
        else:
            lines[-1] += letter
    return "\n".join(["", f"[[{table}]]", *map(str.strip, lines), 'cite = ["2.1"]', ""])


def told(text: str, path: str = CHARTER) -> list[str]:
    """The messages on a text at the end of a file of the board, each with a line of that text."""
    texts = content()
    first = texts[path].count("\n")
    texts[path] += text
    found = [each for each in load(SLUG, texts, TYPES).findings if each.code == "not-enforced"]
    assert all(each.file == path and each.line > first and each.level == "warning" for each in found), found
    return [each.message for each in found]


@pytest.mark.parametrize(("table", "key", "row", "more"), ROWS)
def test_a_key_that_nothing_reads_is_told_by_its_name(table: str, key: str, row: str, more: str) -> None:
    changed = row.replace('"silence" }', '"silence", missed = 3 }') if more == "after.missed" else _with(row, more)
    read = told(written(table, row))
    silent = [message for message in told(written(table, changed)) if message not in read]
    assert len(silent) == 1
    assert f", {key}: " in silent[0]


def _with(row: str, more: str) -> str:
    key = more.partition(" ")[0]
    return f"{row.partition(f', {key} =')[0]}, {more}"


def test_every_key_of_the_table_has_a_row_here() -> None:
    assert {(table, unread.key) for table, keys in KEYS.items() for unread in keys} <= {(table, key) for table, key, _, _ in ROWS}


def test_the_choice_between_two_lengths_is_read() -> None:
    one, other = (f'role = "member", length = {{ value = {days}, unit = "days" }}' for days in (60, 90))
    assert told(written("term", f'{one}, whichever = "shorter"') + written("term", other)) == []


def test_a_clock_of_which_no_act_is_judged_is_told_unless_it_is_information() -> None:
    row = 'id = "c", what = "entry-into-force", after = "20 days"'
    (message,) = told(written("clock", row))
    assert "no act is judged by 'entry-into-force'" in message
    assert told(written("clock", f'{row}, effect = "shown"')) == []


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("weight", 'name = "w", by = "seat", values = { chair = 2 }'),
        ("election", VOTE),
        ("bound", 'who = "member"'),
        ("not_run", 'who = "chair", act = "meeting.convene"'),
        ("portfolio", 'id = "p", label = { vi = "P", en = "P" }, holder = "chair"'),
        ("finance", 'id = "f", label = { vi = "F", en = "F" }'),
        ("term", f'role = "member", length = {DAYS}'),
        ("lifetime", 'body = "committee", ends = { on = 2030-12-31 }'),
    ],
)
def test_a_table_of_house_rules_that_only_a_charter_has_is_told(table: str, row: str) -> None:
    in_house = [
        message for message in told(written(table, row).replace('"2.1"', '"H.1"'), HOUSE) if "in a charter only" in message
    ]
    assert len(in_house) == 1
    assert in_house[0].startswith(table)
    assert not [message for message in told(written(table, row)) if "in a charter only" in message]


@pytest.mark.parametrize(
    ("table", "row", "silent"),
    [
        ("recusal", 'body = "committee"', True),
        ("lifetime", 'body = "committee", ends = "none"', True),
        ("procedure", 'on = "meeting.open", requires = "notice-given"', False),
    ],
)
def test_a_law_may_say_the_force_of_each_row_and_learns_where_nothing_reads_it(table: str, row: str, silent: bool) -> None:
    texts = dict(HOME.content(MONITOR))
    rows = written(table, f'{row}, force = "floor"').replace("2.1", "6")
    texts[LAW] = texts[LAW].replace('lifetime = [{ body = "committee", ends = "none", cite = ["8"] }]\n', "") + rows
    found = [(each.code, each.file) for each in load(MONITOR, texts, TYPES).findings if ", force: " in each.message]
    assert found == ([("not-enforced", LAW)] if silent else [])


def test_officers_who_act_for_each_other_are_a_circle_with_its_place() -> None:
    texts = content()
    first = texts[CHARTER].count("\n")
    texts[CHARTER] += written("succession", 'absent = "vice-chair", acts = "secretary", powers = ["meeting.*"]')
    assert load(SLUG, texts, TYPES).findings == []
    texts[CHARTER] += written("succession", 'absent = "secretary", acts = "chair", powers = ["meeting.*"]')
    (circle,) = load(SLUG, texts, TYPES).findings
    assert (circle.code, circle.level, circle.line > first + 5) == ("circular-succession", "warning", True)
    assert "'secretary' for 'vice-chair' for 'chair' for 'secretary'" in circle.message
    assert "leave one of these rows out" in circle.message


@pytest.mark.parametrize(
    ("table", "row", "topic"),
    [
        ("clock", 'id = "c", what = "minutes-public", after = "20 days", effect = "shown"', "publication"),
        ("decision", f'{TESTED}, channels = ["written"]', "written"),
        ("ballot", 'id = "b", channel = "meeting"', "written"),
    ],
)
def test_what_is_written_is_not_told_as_left_open(table: str, row: str, topic: str) -> None:
    texts = content()
    texts[CHARTER] += written(table, row)
    for text, wanted in ((content()[CHARTER], True), (texts[CHARTER], False)):
        charter, _ = read(text, "charter")
        assert charter is not None
        assert (topic in {each.topic for each in left_open(charter)}) is wanted

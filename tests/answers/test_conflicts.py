"""Where texts contradict each other: ten planted conflicts are found with both texts and a concrete circumstance."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.answers.planted import AT, EXAMPLES, HOME, Edit, content, lab

from steerco.answers.between import between
from steerco.answers.conflicts import conflicts
from steerco.answers.findings import Found
from steerco.committee import record_types
from steerco.configuration.load import load

MOST = "most-steering-board"
CSV, CHARTER, HOUSE = f"{MOST}.csv", "most-steering-board/charter.toml", "most-steering-board/house.toml"
TODAY = dt.date(2021, 3, 2)


def rule(name: str, value: str, cite: str, *, unit: str = "", where: str = "") -> str:
    more = (f'unit = "{unit}"\n' if unit else "") + (f"where = {where}\n" if where else "")
    return f'[[rule]]\nname = "{name}"\nvalue = {value}\n{more}cite = ["{cite}"]'


LATE_OPINION = """[[procedure]]
on = "substitution.admit"
requires = "opinion-lodged"
where = { of = "member" }
effect = "late"
cite = ["6.4"]"""
MONTHLY = """[[cadence]]
id = "again"
label = { en = "Again", vi = "x" }
body = "board"
kind = "regular"
every = "month"
holder = "head"
cite = ["9.1"]"""
ANOTHERS = """[[duty]]
id = "own"
label = { en = "Own", vi = "x" }
holder = "member"
every = "year"
done_by = "programme.issue"
cite = ["6.2"]"""
NOTICE = '[[rule]]\nname = "notice"\nvalue = "not-stated"'
REGULAR = '{ body = "board", kind = "regular" }'
Case = tuple[tuple[Edit, ...], str, dict[str, str], set[str]]
CONFLICTS: dict[str, Case] = {
    "notice of one working day under a floor of three": (
        ((CHARTER, NOTICE, '[[rule]]\nname = "notice"\nunit = "working"\nvalue = 1'),),
        "value-below-law",
        {"name": "notice", "holds": "45/2018/QĐ-TTg:10", "first": "1 working", "second": "3 working"},
        {"8.1", "45/2018/QĐ-TTg:10"},
    ),
    "notice of ten calendar days falls short over the New Year only": (
        ((CHARTER, NOTICE, '[[rule]]\nname = "notice"\nunit = "calendar"\nvalue = 10'),),
        "value-below-law",
        {"name": "notice", "holds": "45/2018/QĐ-TTg:10"},
        {"8.1", "45/2018/QĐ-TTg:10"},
    ),
    "house notice under the floor": (
        ((HOUSE, "", rule("notice", "2", "H.1", unit="working", where=REGULAR)),),
        "value-below-law",
        {"name": "notice", "holds": "45/2018/QĐ-TTg:10"},
        {"H.1", "45/2018/QĐ-TTg:10"},
    ),
    "a value is stated twice, each for another half of one case": (
        (
            (CHARTER, "", rule("notice", "5", "9.1", unit="working", where='{ body = "board" }')),
            (CHARTER, "", rule("notice", "7", "8.1", unit="working", where='{ kind = "regular" }')),
        ),
        "value-twice",
        {"name": "notice", "holds": "9.1", "case": "body board, kind regular"},
        {"9.1", "8.1"},
    ),
    "a house value for a case that the text settles": (
        ((HOUSE, "", rule("presiding", '"deputy-head"', "H.1", where=REGULAR)),),
        "value-of-house",
        {"name": "presiding", "holds": "3.3"},
        {"3.3", "H.1"},
    ),
    "a bar of one clause against a grant of another": (
        ((CSV, "", "p, head, board, meeting.ad-hoc, convene, -, deny, 9.1"),),
        "line-against-line",
        {"act": "meeting.convene", "subject": "head", "may": "no", "holds": "9.1"},
        {"3.3", "9.1"},
    ),
    "a house bar takes what the text gives": (
        ((CSV, "", "p, head, board, meeting.regular, convene, -, deny, H.1"),),
        "house-against-charter",
        {"act": "meeting.convene", "may": "yes", "holds": "3.3"},
        {"3.3", "H.1"},
    ),
    "a house line gives to others what the text reserves": (
        ((CSV, "", "p, wg-member, board, meeting.regular, convene, -, allow, H.5"),),
        "house-against-charter",
        {"act": "meeting.convene", "subject": "wg-member", "may": "no", "holds": "3.3"},
        {"3.3", "H.5"},
    ),
    "one requirement with two consequences": (
        ((CHARTER, "", LATE_OPINION),),
        "requirement-twice",
        {"act": "substitution.admit", "requires": "opinion-lodged", "holds": "6.5"},
        {"6.5", "6.4"},
    ),
    "a meeting owed every quarter and every month": (
        ((CHARTER, "", MONTHLY),),
        "duty-twice",
        {"holder": "head", "act": "meeting.open"},
        {"8.1", "9.1"},
    ),
    "a duty to do what is another's": (
        ((CHARTER, "", ANOTHERS),),
        "duty-without-power",
        {"duty": "own", "holder": "member", "others": "head"},
        {"6.2", "3.1"},
    ),
}


def look(*edits: Edit) -> Found:
    """Return the conflicts of a committee's files, also where they have errors that do not stop the reading."""
    texts = content(MOST, *edits)
    if load(MOST, texts, record_types()).snapshot is not None:
        here = lab(MOST, *edits)
        return conflicts(here.snapshot, TODAY, here)
    loaded = load(MOST, texts, record_types(), stored=True)
    assert loaded.snapshot is not None, [str(finding) for finding in loaded.findings if finding.level == "error"]
    return conflicts(loaded.snapshot, TODAY)


@pytest.mark.parametrize("name", CONFLICTS)
def test_a_planted_conflict_is_found_with_both_texts_and_what_prevails(name: str) -> None:
    edits, code, params, clauses = CONFLICTS[name]
    findings = look(*edits).findings
    found = [told for told in findings if told.code == code and params.items() <= told.params.items()]
    assert found, f"{name}: {[(told.code, told.params) for told in findings]}"
    assert any(clauses <= {each.clause for each in told.clauses} for told in found), found
    assert all(told.file and told.line for told in found)


def test_the_day_is_one_on_which_the_two_give_other_answers_and_the_kernel_cites_the_law() -> None:
    edits = CONFLICTS["notice of ten calendar days falls short over the New Year only"][0]
    (told,) = look(*edits).findings
    day, first, second = (dt.date.fromisoformat(told.params[name]) for name in ("day", "first_ends", "second_ends"))
    assert first == day - dt.timedelta(days=10)
    assert second < first, "the law asks for an earlier day"
    assert told.params["tried"] == "45/2018/QĐ-TTg:10"


def test_where_two_lines_differ_the_kernel_is_asked_of_a_person() -> None:
    found = look(*CONFLICTS["a bar of one clause against a grant of another"][0])
    (told,) = [each for each in found.findings if each.code == "line-against-line"]
    assert (told.params["who"], told.params["may"], found.looked.tried) == ("bo-truong-khcn", "no", 1)


def test_a_stricter_notice_than_the_laws_is_no_conflict() -> None:
    assert look((CHARTER, NOTICE, '[[rule]]\nname = "notice"\nunit = "working"\nvalue = 5')).findings == ()


@pytest.mark.parametrize("slug", [*HOME.slugs(), *EXAMPLES.slugs()])
def test_a_sound_charter_gives_no_alarm(slug: str) -> None:
    here = lab(slug, at=AT if slug in HOME.slugs() else dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC))
    assert conflicts(here.snapshot, here.day.day, here).warnings == ()


def test_files_with_errors_are_looked_at_as_far_as_they_load_and_the_answer_says_so() -> None:
    found = look(*CONFLICTS["a house bar takes what the text gives"][0])
    assert any("cannot be applied" in left for left in found.looked.left_out)


def test_two_committees_differ_in_powers_with_the_clauses_of_each() -> None:
    one, other = (load(slug, HOME.content(slug), record_types()).snapshot for slug in ("national-committee", MOST))
    assert one is not None
    assert other is not None
    found = between(one, other, TODAY, {"standing-vice-chair": "deputy-head"})
    convene = [t for t in found.findings if t.params.get("object") == "meeting.ad-hoc" and t.params["act"] == "meeting.convene"]
    (deputy,) = [told for told in convene if told.params["role"] == "standing-vice-chair"]
    assert (deputy.params["may"], deputy.params["other_role"]) == ("no", "deputy-head")
    assert {"3.3", f"{MOST}:8.1.p2"} <= {each.clause for each in deputy.clauses}
    assert not [told for told in convene if told.params["role"] == "chair"], "both heads call ad hoc meetings"

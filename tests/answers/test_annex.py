"""The annex: powers, duties, days and clauses by office, in both languages, with the old and the new clause."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.answers.planted import HOME, ROOT, Edit, content
from tests.web.conftest import NATIONAL, demo

from steerco.changes.annex import AmendmentAnnex, annex
from steerco.changes.annex_details import SENTENCE, UNTOLD
from steerco.cli.main import run
from steerco.committee import record_types
from steerco.configuration.load import load
from steerco.configuration.regime import Regime
from steerco.i18n import words

__all__ = ["demo"]
MOST = "most-steering-board"
DAY = dt.date(2021, 3, 2)
CHARTER, POLICY, HOUSE = f"{MOST}/charter.toml", f"{MOST}.csv", f"{MOST}/house.toml"
OWN_REPORT = '[[separation]]\nid = "own-report"\nacts = ["task.report-done", "task.confirm"]\ncite = ["H.9"]\n'
ISSUE, TO_AGENCY = "board, programme, issue, plan=own,", "p, head, board, direction, issue, to=agency, allow,"
OWN_BAR = "p, relation:holder, *, appointment, appoint, -, deny, H.5"
REQUIRED = "[[procedure]]\non = "
OPINION = f"""{REQUIRED}"matter.decide"
requires = "opinion-prepared"
where = {{ class = "regulation" }}
cite = ["13"]"""
HANDLED = f'{REQUIRED}"consultation.close"\nrequires = "opinions-handled"\ncite = ["H.19"]'
ARCHIVED = 'after = "document.issue"\nwhere = '
TO_DEPUTY = (POLICY, f"p, head, {ISSUE}", f"p, deputy-head, {ISSUE}")


def regime(slug: str, *edits: Edit) -> Regime:
    loaded = load(slug, content(slug, *edits), record_types())
    assert loaded.snapshot is not None, loaded.findings
    return loaded.snapshot.regime_on(DAY)


def told(found: AmendmentAnnex) -> dict[str, list[tuple[str, tuple[str, ...], tuple[str, ...]]]]:
    return {office.office: [(row.kind, row.old_clauses, row.new_clauses) for row in office.rows] for office in found.offices}


@pytest.mark.parametrize(
    ("value", "en", "vi"),
    [
        ("agency", " (led by an agency)", " (chủ trì bởi một cơ quan)"),
        ("!agency", " (not led by an agency)", " (trừ chủ trì bởi một cơ quan)"),
    ],
)
def test_a_separation_is_told_with_the_records_that_it_is_for(value: str, en: str, vi: str) -> None:
    narrowed = OWN_REPORT.replace("cite", f'where = {{ lead = "{value}" }}\ncite')
    (all_,) = annex(regime(MOST), regime(MOST, (HOUSE, OWN_REPORT, narrowed))).offices
    rows = {row.kind: row for row in all_.rows}
    assert set(rows) == {"bar-gone", "bar-new"}
    assert rows["bar-new"].new.en == f"{rows['bar-gone'].old.en}{en}"
    assert rows["bar-new"].new.vi == f"{rows['bar-gone'].old.vi}{vi}"


@pytest.mark.parametrize("slug", [MOST, NATIONAL])
def test_the_same_files_have_an_empty_annex(slug: str) -> None:
    found = annex(regime(slug), regime(slug))
    assert (found.offices, found.clauses) == ((), ())


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        (
            (TO_DEPUTY,),
            {"head": [("power-lost", ("3.1",), ())], "deputy-head": [("power-gained", (), ("3.1",))]},
        ),
        (
            (
                (
                    POLICY,
                    "p, head, board, direction, issue, to=agency, allow, 3.2",
                    "p, head, board, direction, issue, to=agency, allow, 3.1",
                ),
            ),
            {"head": [("power-moved", ("3.2",), ("3.1",))]},
        ),
        (
            ((CHARTER, 'every = "month"\nholder = "wg-head"', 'every = "quarter"\nholder = "wg-head"'),),
            {"wg-head": [("duty-changed", ("8.3",), ("8.3",))]},
        ),
        (
            ((CHARTER, 'name = "notice"\nvalue = "not-stated"', 'name = "notice"\nvalue = 5\nunit = "days"'),),
            {"": [("day-changed", ("8.1",), ("8.1",))]},
        ),
        (((CHARTER, '"matter.decide", ', ""),), {"deputy-head": [("power-lost", ("4.1",), ())]}),
        (((HOUSE, OWN_REPORT, ""),), {"": [("bar-gone", ("H.9",), ())]}),
        # decisions on the regulation are the Head's (2.1, 13); a consultation is closed by whoever opened it (H.19)
        (((CHARTER, OPINION, ""),), {"head": [("requirement-gone", ("13",), ())]}),
        (((CHARTER, OPINION, f'{OPINION}\neffect = "late"'),), {"head": [("requirement-changed", ("13",), ("13",))]}),
        (((CHARTER, OPINION, OPINION.replace('["13"]', '["2.1"]')),), {"head": [("requirement-changed", ("13",), ("2.1",))]}),
        (((CHARTER, OPINION, OPINION.replace("regulation", "proposal")),), {"head": [("requirement-changed", ("13",), ("13",))]}),
        (((HOUSE, HANDLED, ""),), {"relation:opener": [("requirement-gone", ("H.19",), ())]}),
        # what is owed stays, what it is owed of does not; the same of a time limit
        (
            ((CHARTER, f'{ARCHIVED}{{ body = "board" }}', f'{ARCHIVED}{{ body = "working-group" }}'),),
            {"working-group": [("duty-changed", ("7.6",), ("7.6",))]},
        ),
        (
            ((POLICY, OWN_BAR, ""),),
            {"relation:holder": [("bar-gone", ("H.5",), ())]},
        ),
    ],
)
def test_a_change_stands_at_the_office_that_it_concerns(
    edits: tuple[Edit, ...], expected: dict[str, list[tuple[str, tuple[str, ...], tuple[str, ...]]]]
) -> None:
    found = annex(regime(MOST), regime(MOST, *edits))
    assert told(found) == expected
    for office in found.offices:
        for row in office.rows:
            for said in (row.old, row.new):
                assert bool(said.vi) == bool(said.en)
                assert said.vi != said.en or not said.vi


def test_a_requirement_says_its_act_its_case_and_what_follows_without_it() -> None:
    (head,) = annex(regime(MOST), regime(MOST, (CHARTER, OPINION, f'{OPINION}\neffect = "late"'))).offices
    (row,) = head.rows
    assert row.old.en == (
        "decide a matter requires: the opinion that the regulation asks for (class the regulation itself); "
        "without it the act is not done"
    )
    assert row.new.en.endswith("; without it the act is done and shown late")
    assert row.old.vi.endswith("; nếu chưa có thì không thực hiện được")
    assert row.new.vi.endswith("; nếu chưa có thì vẫn thực hiện được nhưng ghi là muộn")


def test_every_field_of_a_duty_or_a_time_has_a_name() -> None:
    fields = {name for type, told in SENTENCE.items() for name in set(type.__struct_fields__) - UNTOLD - told}
    assert {"where", "each", "counts_from", "strict"} <= fields
    for language in ("en", "vi"):
        say = words(language)
        assert [name for name in sorted(fields) if not say.has("annex.field", name)] == []


def test_a_reworded_clause_stands_with_both_wordings() -> None:
    before, after = regime(MOST), regime(MOST, (CHARTER, 'id = "8.3"', 'id = "8.33"'), *_cites())
    changed = {clause.clause: clause.what for clause in annex(before, after).clauses}
    assert changed == {"8.33": "added", "8.3": "removed"}


def _cites() -> tuple[Edit, ...]:
    """Every citation of the clause that is renumbered, in files and policy."""
    found: list[Edit] = []
    for path, text in content(MOST).items():
        end = path.rpartition("/")[2] if path.endswith(".csv") else "/".join(path.split("/")[1:])
        found += [(end, '"8.3"', '"8.33"')] * (text.count('"8.3"') - ('id = "8.3"' in text))
        found += [(end, ", 8.3\n", ", 8.33\n")] * text.count(", 8.3\n")
    return tuple(found)


def test_the_command_tells_a_draft_by_office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, text in content(
        MOST, (POLICY, "p, head, board, programme, issue, plan=own,", "p, deputy-head, board, programme, issue, plan=own,")
    ).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    asked = ["--home", str(ROOT), "charter", "diff", MOST, "--from", "2021-03-02", "--under", str(tmp_path)]
    assert run([*asked, "--by-office"]) == 0
    said = capsys.readouterr().out
    assert "Power lost" in said.partition("[deputy-head]")[0]
    assert "Power gained" in said.partition("[deputy-head]")[2]
    assert run(["--json", *asked]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {office["office"] for office in answer["annex"]["offices"]} == {"head", "deputy-head"}
    assert {change["what"] for change in answer["changes"]} == {"added", "removed"}
    assert run([*asked[:-2]]) == 2  # neither a second day nor a draft
    assert HOME.slugs()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_is_there_and_can_be_printed(demo: TestClient[Any], language: str) -> None:
    page = demo.get(f"/t/{NATIONAL}/charter/annex?from=2021-03-02&to=2021-03-03&lang={language}")
    assert page.status_code == 200
    assert {"en": "Nothing changes for any office", "vi": "Không có thay đổi"}[language] in page.text
    assert demo.get(f"/t/{NATIONAL}/charter/annex?amendment=AM-404").status_code == 404

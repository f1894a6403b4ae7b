"""Clauses are cited as officials do, by forms that the instrument itself declares."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.charter.check import CheckScope, check
from steerco.charter.citations import written
from steerco.charter.load import read
from steerco.charter.model import Citation, Label
from steerco.committee import record_types
from steerco.configuration.home import Home, shipped
from steerco.configuration.load import load
from steerco.configuration.regime import Regime

DAY = date(2021, 3, 1)
COMMITTEES = ("national-committee", "most-steering-board")


def regime(slug: str) -> Regime:
    loaded = load(slug, Home(shipped()).content(slug), record_types())
    assert loaded.snapshot
    return loaded.snapshot.regime_on(DAY)


@pytest.mark.parametrize(
    ("slug", "id", "vi", "en"),
    [
        ("national-committee", "5.5", "khoản 5 Điều 5", "Article 5, clause 5"),
        ("national-committee", "4.2.a", "điểm a khoản 2 Điều 4", "Article 4, clause 2, point a"),
        ("national-committee", "7.1.p2", "đoạn 2 khoản 1 Điều 7", "Article 7, clause 1, paragraph 2"),
        ("national-committee", "H.14", "mục 14 Quy định nội bộ", "item 14 of the house rules"),
        ("most-steering-board", "5.2.a.1", "gạch đầu dòng 1 điểm a khoản 2 Điều 5", "Article 5, clause 2, point a, indent 1"),
        ("most-steering-board", "13", "Điều 13", "Article 13"),
        ("most-steering-board", "QD.2", "Điều 2 Quyết định", "Article 2 of the Decision"),
        ("most-steering-board", "45/2019/QH14:112", "Điều 112 Bộ luật Lao động", "Article 112 of the Labour Code"),
    ],
)
def test_a_clause_is_cited_as_officials_do(slug: str, id: str, vi: str, en: str) -> None:
    assert regime(slug).written(id) == Label(vi, en)


@pytest.mark.parametrize("slug", COMMITTEES)
def test_every_clause_of_the_shipped_committees_is_cited_in_both_languages_each_otherwise(slug: str) -> None:
    running = regime(slug)
    labels = [running.written(id) for id in running.clauses]
    assert len(labels) > 60
    assert all(label.vi and label.en for label in labels)
    assert len(set(labels)) == len(labels), "no two clauses are cited alike"


def test_what_no_form_fits_is_not_cited() -> None:
    assert written((Citation("{article}", Label(en="Article {article}")),), "x.1") == Label()
    assert regime("national-committee").written("no-such") == Label()


CHARTER = """
[instrument]
id = "a"
title = {{ en = "A" }}
effective = 2021-01-01

[[citation]]
id = "{id}"
label = {{ en = "{text}" }}

[[clause]]
id = "5.2"
"""


@pytest.mark.parametrize(
    ("id", "text", "codes"),
    [
        ("{article}.{clause}", "Article {article}, clause {clause}", []),
        ("{article}.{clause}", "Article {article}", ["bad-citation"]),
        ("{article}.{clause}", "Article {article}, {clause} {clause}", ["bad-citation"]),
        ("{article}.{clause}", "Article {article}, {point}", ["bad-citation"]),
        ("{article}.{article}", "Article {article}", ["bad-citation"]),
        ("{Article}.{clause}", "Article {clause}", ["bad-citation"]),
        ("{article}.{clause:x}", "Article {article}, {clause}", ["bad-citation"]),
        ("{article}", "Article {article}", ["unused-citation"]),
    ],
)
def test_a_form_that_would_cite_something_else_is_a_finding(id: str, text: str, codes: list[str]) -> None:
    charter, findings = read(CHARTER.format(id=id, text=text), "charter", "charter.toml")
    assert charter, findings
    found = [each for each in check(charter, CheckScope()) if each.code.endswith("citation")]
    assert [each.code for each in found] == codes
    assert all(each.line == 7 for each in found)


@given(st.integers(0, 999), st.integers(0, 999), st.sampled_from("abcdđeghik"))
def test_whatever_stands_in_an_id_stands_in_its_citation(article: int, clause: int, point: str) -> None:
    form = Citation("{article}.{clause}.{point:a}", Label("điểm {point} khoản {clause} Điều {article}"))
    assert written((form,), f"{article}.{clause}.{point}").vi == f"điểm {point} khoản {clause} Điều {article}"

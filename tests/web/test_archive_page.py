"""The archive: papers by period, kind, state and file, as far as the reader sees them; a package for whoever reads every one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.web.conftest import MOST, START
from tests.web.stage import Committee, Stage

from steerco.operations.period_archive import verify

DOSSIER = "Họp quý I/2021"
DAY = START.date().isoformat()


@pytest.fixture(scope="module")
def committee() -> Iterator[Committee]:
    """The Board with a draft, a notice that is issued, one that is archived and one that was disposed of."""
    stage = Stage()
    with stage.http:
        made = Committee(stage, MOST)
        for title in ("Only a draft", "Still on the desk", "In its file", "Gone from its file"):
            id = made.act("wg-head", "document.draft", kind="conclusion-notice", title=title, blocks=[{"text": "Words"}])
            if title == "Only a draft":
                continue
            made.act("wg-head", "document.sign", id)
            made.act("wg-head", "document.issue", id)
            if "file" in title:
                made.act("wg-head", "document.archive", id, dossier=DOSSIER)
            if "Gone" in title:
                made.act("wg-head", "document.dispose", id, decision="12/QĐ-BKHCN")
        yield made
    stage.installation.store.close()


def listed(committee: Committee, who: str = "wg-head", **narrowed: str) -> str:
    return str(committee.as_(who).get(committee.path("archive"), params={"lang": "en", **narrowed}).text)


def test_what_has_a_number_stands_there_with_its_file_and_the_decision_by_which_it_was_disposed_of(committee: Committee) -> None:
    page = committee.page("wg-head", "archive", lang="en")
    assert "Papers: 3." in page.text
    for words in ("01/TB-", "03/TB-", "Still on the desk", "in no file yet", DOSSIER, "Disposed of by 12/QĐ-BKHCN"):
        assert words in page.text, words
    assert "Only a draft" not in page.text
    assert "Tiêu hủy theo 12/QĐ-BKHCN" in committee.page("wg-head", "archive", lang="vi").text


@pytest.mark.parametrize(
    ("narrowed", "number"),
    [
        ({"dossier": DOSSIER}, 2),
        ({"dossier": "Another"}, 0),
        ({"state": "issued"}, 1),
        ({"state": "disposed"}, 1),
        ({"kind": "conclusion-notice"}, 3),
        ({"kind": "minutes"}, 0),
        ({"from": DAY, "until": DAY}, 3),
        ({"from": "2021-12-01"}, 0),
        ({"until": "2020-12-31"}, 0),
    ],
)
def test_it_is_narrowed_by_period_kind_state_and_file(committee: Committee, narrowed: dict[str, str], number: int) -> None:
    assert f"Papers: {number}." in listed(committee, **narrowed)


def test_what_does_not_fit_is_named_at_its_field(committee: Committee) -> None:
    assert "ends before it begins" in listed(committee, **{"from": "2021-12-01", "until": "2021-01-01"})
    assert "is not one of the values" in listed(committee, state="drafted")


def test_a_period_and_a_file_are_saved_as_packages_that_can_be_checked(committee: Committee, tmp_path: Path) -> None:
    for narrowed, documents in (({"from": DAY, "until": DAY}, 3), ({"dossier": DOSSIER}, 2)):
        given = committee.as_("wg-head").get(committee.path("archive"), params={"lang": "en", **narrowed})
        link = next(each for each in given.text.split('"') if "/archive/package" in each).replace("&amp;", "&")
        assert {name: values[0] for name, values in parse_qs(urlsplit(link).query).items() if name != "lang"} == narrowed
        answer = committee.as_("wg-head").get(link)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert int(answer.headers["content-length"]) == len(answer.content)
        (package := tmp_path / f"{documents}.zip").write_bytes(answer.content)
        found, wrong = verify(package)
        assert wrong == []
        assert found is not None
        assert len(found.documents) == documents
        assert [row.disposal for row in found.documents if row.disposal] == ["12/QĐ-BKHCN"]


def test_who_does_not_read_every_paper_saves_no_package_and_is_told_why(committee: Committee) -> None:
    said = listed(committee, "member", dossier=DOSSIER)
    assert "it is for whoever may read all of them" in said
    assert "/archive/package" not in said
    assert committee.as_("member").get(committee.path("archive", "package"), params={"dossier": DOSSIER}).status_code == 404


@pytest.mark.parametrize("asked", [{}, {"dossier": "Another"}, {"from": DAY}, {"from": "2021-12-01", "until": "2021-01-01"}])
def test_a_package_of_nothing_is_no_page(committee: Committee, asked: dict[str, str]) -> None:
    assert committee.as_("wg-head").get(committee.path("archive", "package"), params=asked).status_code == 404


def test_who_has_no_part_in_the_committee_finds_no_archive(committee: Committee) -> None:
    assert committee.as_(committee.substitute).get(committee.path("archive")).status_code == 404

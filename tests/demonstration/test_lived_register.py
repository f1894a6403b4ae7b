"""What the code of a paper leads to in the public register of the lived committees, and what it keeps to itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.answers.planted import content
from tests.demonstration.lived import MOST, NATIONAL, Year

from steerco.committee import record_types
from steerco.configuration.load import load
from steerco.configuration.tenant import Tenant
from steerco.operations import register_statement
from steerco.store.checkpoint import Seal

pytestmark = pytest.mark.xdist_group("lived-year")
NOW = datetime(2022, 1, 10, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
OPEN = '[[publication]]\nof = "powers"\nbody = "{body}"\nto = "public"\ncite = ["1.1"]\n'


def opened(year: Year, slug: str, body: str) -> Tenant:
    """A lived committee as it would be if its charter made the powers of a body public."""
    loaded = load(slug, content(slug, (f"{slug}/charter.toml", "", OPEN.format(body=body))), record_types())
    assert loaded.snapshot is not None, loaded.findings
    return replace(year.installation.tenant(slug), snapshot=loaded.snapshot, load=None)


def told(tenant: Tenant, code: str, seal: Seal) -> dict[str, Any] | None:
    with tenant.store.read(tenant.id) as session:
        return register_statement.of_paper(tenant, session, seal, code, NOW)


def test_a_papers_code_leads_to_capacity_clause_and_entry_and_holds_offline(year: Year, tmp_path: Path) -> None:
    seal, tenant = Seal(tmp_path), opened(year, NATIONAL, "committee")
    papers = [each for each in year[NATIONAL].all("document") if each["body"] == "committee"]
    assert papers
    for paper in papers:
        said = told(tenant, paper["id"], seal)
        assert said is not None
        signing = next(e for e in year[NATIONAL].events() if e["action"] == "document.sign" and e["record_id"] == paper["id"])
        assert said["capacity"] == paper["signed_as"] == signing["said"]["capacity"]
        assert [each["name"] for each in said["clause"]] == signing["said"]["because"]
        assert said["entry"] == signing["hash"].hex()
        text = register_statement._encode(said)
        with tenant.files.open(tenant.id, paper["printed"]) as file:
            assert register_statement.verify(text, seal.key(), file.read()) == []
        assert register_statement.verify(text, seal.key(), b"another paper") != []
        assert register_statement.verify(text.replace(said["entry"].encode(), b"0" * 64), seal.key()) != []
        assert signing["person"] not in text.decode()  # (here persons are called by their offices)
        assert paper["title"] not in text.decode()


def test_no_code_of_another_body_committee_or_reference_leads_anywhere(year: Year, tmp_path: Path) -> None:
    seal, tenant = Seal(tmp_path), opened(year, NATIONAL, "working-group")
    national, most = year[NATIONAL].all("document"), year[MOST].all("document")
    codes = [each["id"] for each in national if each["body"] != "working-group"] + [each["id"] for each in most]
    codes += [each["ref"] for each in national] + ["", "' OR 1=1 --"]
    assert [code for code in codes if told(tenant, code, seal) is not None] == []
    closed = year.installation.tenant(NATIONAL)
    assert [each["id"] for each in national if told(closed, each["id"], seal) is not None] == []

"""What the code of a paper leads to in the public register: capacity, office, clause, entry of the log; checked offline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.committee.conftest import MORNING, Board
from tests.committee.test_documents import CHIEF, SLUG, issued, signed
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.operations.register_statement import of_paper, verify
from steerco.store import log
from steerco.store.checkpoint import Seal

ROOT = Path(__file__).parents[2]
PUBLIC = '\n[[publication]]\nof = "powers"\nbody = "board"\nto = "public"\ncite = ["10.1"]\n'
SORTED = msgspec.json.Encoder(order="sorted").encode


@pytest.fixture(scope="module")
def office() -> Iterator[Board]:
    store, home = STORES.empty(), Home(ROOT)
    files, folder = home.content(SLUG), f"tenants/{SLUG}/"
    files |= {
        f"{folder}tenant.toml": files[f"{folder}tenant.toml"].replace('"steerco_vn_documents", ', ""),
        f"{folder}charter.toml": files[f"{folder}charter.toml"] + PUBLIC,
    }
    installation = Installation(store)
    installation.apply(SLUG, files, at=MORNING, who=PLATFORM, why="test", seed=seed)
    yield Board(installation.tenant(SLUG))
    store.close()


def told(office: Board, code: str, seal: Seal) -> dict[str, Any] | None:
    with office.tenant.store.read(office.tenant.id) as session:
        return of_paper(office.tenant, session, seal, code, office.now)


def test_the_code_leads_to_capacity_office_clause_and_entry_and_the_paper_is_verified_offline(
    office: Board, tmp_path: Path
) -> None:
    seal, id = Seal(tmp_path), issued(office)
    said = told(office, id, seal)
    assert said is not None
    assert (said["capacity"], said["actingFor"], said["day"]) == ("wg-head", "", "2021-03-01")
    assert [clause["name"] for clause in said["clause"]] == ["10.1"]
    assert "Chánh Văn phòng Bộ" in {label["@value"] for held in said["heldBy"] for label in held}
    with office.tenant.store.read(office.tenant.id) as session:
        (entry,) = [row for row in log.entries(session) if (row["action"], row["record_id"]) == ("document.sign", id)]
    assert said["entry"] == entry["hash"].hex()
    rows = office.show("document", id)["files"]
    with office.tenant.files.open(office.tenant.id, next(row["digest"] for row in rows if row["role"] == "issued")) as file:
        paper = file.read()
    statement = SORTED(said)
    assert CHIEF not in statement.decode()
    assert verify(statement, seal.key(), paper) == []
    assert verify(statement, seal.key(), paper + b" ") == ["the paper is not one of those that the statement names"]
    assert verify(statement.replace(b"wg-head", b"head"), seal.key(), paper) == ["the statement is not what was signed"]
    assert verify(statement, Seal(tmp_path / "other").key(), paper)


def test_what_was_not_issued_is_not_there(office: Board, tmp_path: Path) -> None:
    assert told(office, signed(office), Seal(tmp_path)) is None

"""An amendment tells what it would change before it is decided; adopted, it is in force from its own day and history stays."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select
from tests.databases import STORES
from tests.tenancy.board import CHARTER, NOW, POLICY, REGULAR, SLUG, apply, content

from steerco.changes.amending import Effect, effect, kept_annex
from steerco.changes.annex import annex, to_json
from steerco.committee.work.amendment import Amendment, AmendmentAnnexFile
from steerco.configuration.installation import Installation
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.amending import bring_into_use
from steerco.records import Invalid, Refused
from steerco.store import log
from steerco.store.engine import Store

DAY = date(2021, 7, 1)
LINES = """
p, secretary, committee, amendment, submit, -, allow, 1.4
p, chair, committee, amendment, adopt, -, allow, 1.1
"""
CONVENES = "p, vice-chair, committee, meeting.regular, convene, -, allow, 2.1\n"


@pytest.fixture(scope="module")
def template() -> Iterator[Store]:
    """The committee, with a meeting that the Chair has convened."""
    store = STORES.empty()
    tenant = apply(Installation(store), content((POLICY, "", LINES)), at=NOW)
    perform(tenant, ActRequest("the-chair", "meeting.convene", input=REGULAR, at=NOW))
    yield store
    store.close()


def version(**others: str) -> list[dict[str, str]]:
    """The files of a second version, in which the Vice Chair convenes regular meetings too."""
    edits = (
        (CHARTER, '"1/EXAMPLE"', '"2/EXAMPLE"'),
        (CHARTER, "effective = 2020-01-01", f"effective = {DAY}"),
        (CHARTER, f'"{SLUG}.csv"', '"second.csv"'),
        (POLICY, "", LINES + CONVENES),
    )
    texts = content(*edits)
    files = {"second.toml": texts[CHARTER], "second.csv": texts[POLICY], **others}
    return [{"name": name, "text": text} for name, text in files.items()]


def submitted(board: Installation, files: list[dict[str, str]], **more: Any) -> str:
    given = {"title": "Phó Chủ tịch triệu tập", "text": "Sửa Điều 2", "clauses": ["2.1"], "files": files, **more}
    return perform(board.tenant(SLUG), ActRequest("the-secretary", "amendment.submit", input=given, at=NOW)).id


def adopted(board: Installation, id: str) -> Amendment:
    perform(board.tenant(SLUG), ActRequest("the-chair", "amendment.adopt", on=id, at=NOW))
    bring_into_use(board, board.tenant(SLUG), NOW)
    return read(board, id)


def read(board: Installation, id: str) -> Amendment:
    tenant = board.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        return session.get_one(Amendment, (tenant.id, id))


def told(board: Installation, id: str) -> Effect:
    tenant = board.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        return effect(board, tenant, session, session.get_one(Amendment, (tenant.id, id)), NOW)


def convene(board: Installation, at: date) -> Any:
    when = NOW + (at - NOW.date())
    given = {"kind": "regular", "starts_at": f"{at + timedelta(days=20)}T09:00:00"}
    return perform(board.tenant(SLUG), ActRequest("the-vice-chair", "meeting.convene", input=given, at=when))


def test_before_the_decision_it_tells_who_gains_which_power_from_which_day(board: Installation) -> None:
    found = told(board, submitted(board, version())).plan
    assert found is not None
    assert found.refused == ()
    gained = [(each.person, each.on, [power.act for power in each.gained]) for each in found.persons]
    assert gained == [("the-vice-chair", DAY, ["convene"])]
    with pytest.raises(Refused):
        convene(board, DAY + timedelta(days=1))  # told, and not decided


def test_adopted_it_counts_from_its_own_day_and_what_was_decided_stands(board: Installation) -> None:
    id = submitted(board, version())
    first = board.tenant(SLUG).snapshot.revision
    done = adopted(board, id)
    assert (done.state, done.effective_on, done.revision) == ("adopted", DAY, first + 1)
    with pytest.raises(Refused):
        convene(board, DAY - timedelta(days=1))
    assert convene(board, DAY).state == "convened"
    versions = [charter.instrument.id for charter in board.tenant(SLUG).snapshot.charters]
    assert versions == ["1/EXAMPLE", "2/EXAMPLE"]


def test_the_worker_may_come_twice(board: Installation) -> None:
    done = adopted(board, submitted(board, version()))
    bring_into_use(board, board.tenant(SLUG), NOW)
    assert board.tenant(SLUG).snapshot.revision == done.revision


def test_files_that_cannot_be_read_are_told_and_come_into_use_never(board: Installation) -> None:
    id = submitted(board, [each for each in version() if each["name"] == "second.toml"])  # its policy is missing
    assert "second.csv" in str(told(board, id).wrong)
    first = board.tenant(SLUG).snapshot.revision
    done = adopted(board, id)
    assert done.revision is None
    assert "second.csv" in (done.fault or "")
    assert board.tenant(SLUG).snapshot.revision == first


def test_a_file_that_is_no_text_is_told_and_holds_no_other_amendment_up(board: Installation) -> None:
    broken = [{"name": "third.csv", "base64": b64encode(b"p, chair\xff").decode()}]
    id = submitted(board, broken)
    done = adopted(board, submitted(board, version()))
    assert done.revision == board.tenant(SLUG).snapshot.revision  # while the other is still to be decided
    assert "third.csv" in (adopted(board, id).fault or "")


def test_a_file_that_is_nested_deeply_is_told_and_holds_no_other_amendment_up(board: Installation) -> None:
    id = submitted(board, [{"name": "deep.toml", "text": f"x = {'[' * 150}{']' * 150}"}])
    done = adopted(board, submitted(board, version()))
    assert done.revision == board.tenant(SLUG).snapshot.revision
    assert "deep.toml" in str(told(board, id).wrong)


def test_no_file_in_use_is_written_over(board: Installation) -> None:
    id = submitted(board, [{"name": "tenant.toml", "text": 'slug = "board"\n'}])
    assert "tenant.toml" in str(told(board, id).wrong)
    assert "tenant.toml" in (adopted(board, id).fault or "")


@pytest.mark.parametrize(
    ("files", "more", "field"),
    [
        ([{"name": "x.exe", "text": "x"}], {}, "files[0].name"),
        ([{"name": "../x.toml", "text": "x = 1"}], {}, "files[0].name"),
        ([{"name": "x.toml", "text": "x = "}], {}, "files[0]"),
        ([{"name": "x.toml", "text": f"{'a.' * 9000}a = 1"}], {}, "files[0]"),
        ([{"name": "x.toml", "text": f"x = {'[' * 3000}"}], {}, "files[0]"),
        ([{"name": "x.toml", "text": "[instrument]\neffective = 2021-07-01\n"}], {"effective_on": "2021-08-01"}, "effective_on"),
        ([{"name": "x.toml", "text": "[instrument]\neffective = 2021-01-01\n"}], {}, "effective_on"),
    ],
)
def test_a_file_or_day_that_does_not_fit_is_told_by_its_field(
    board: Installation, files: list[dict[str, str]], more: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as stopped:
        submitted(board, files, **more)
    assert list(stopped.value.fields) == [field]


def test_the_annex_is_part_of_its_record_when_it_is_submitted_and_when_it_is_adopted(board: Installation) -> None:
    """What it kept before it came into use says the same afterwards, as `charter diff` would have said it of its files."""
    id = submitted(board, version())
    bring_into_use(board, board.tenant(SLUG), NOW)
    bring_into_use(board, board.tenant(SLUG), NOW)  # once is enough
    first = attached(board, id)
    assert [(each.made_for, each.compared_with) for each in first] == [("submitted", 1)]
    adopted(board, id)
    both = attached(board, id)
    assert [each.made_for for each in both] == ["submitted", "adopted"]
    assert both[0].digest == both[1].digest  # nothing else had changed meanwhile
    tenant = board.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        kept = kept_annex(tenant, session, session.get_one(Amendment, (tenant.id, id)))
        noted = [row for row in log.entries(session) if row["action"] == "amendment.note-annex"]
    assert kept is not None
    charters = tenant.snapshot.charters
    assert kept.annex == annex(tenant.snapshot.regime(charters[0]), tenant.snapshot.regime(charters[1]))
    (office,) = [each for each in kept.annex.offices if each.office == "vice-chair"]
    assert [(row.kind, row.new_clauses) for row in office.rows] == [("power-gained", ("2.1",))]
    assert sha256(to_json(kept.annex).encode()).hexdigest() == kept.digest
    assert all(kept.digest in row["body"] for row in noted)  # the log has the checksum


def attached(board: Installation, id: str) -> list[AmendmentAnnexFile]:
    tenant, rows = board.tenant(SLUG), AmendmentAnnexFile
    with tenant.store.read(tenant.id) as session:
        mine = select(rows).where(rows.tenant_id == tenant.id, rows.amendment == id)
        return list(session.scalars(mine.order_by(rows.id)))


def test_files_that_cannot_be_read_have_no_annex(board: Installation) -> None:
    id = submitted(board, version(**{"second.csv": "p, nonsense\n"}))
    bring_into_use(board, board.tenant(SLUG), NOW)
    assert attached(board, id) == []

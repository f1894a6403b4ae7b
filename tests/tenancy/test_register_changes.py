"""A change of registers.toml under living records: what may be added, what is refused, and what a plan tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.changes.plan import plan
from steerco.committee import record_types
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.load import load
from steerco.configuration.safety import Hazard
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.kernel.view import shown
from steerco.operations.rebuild import rebuild

HOME = Home(Path(__file__).parents[2] / "tenants/_examples")
SLUG = "daknong-sc"
FILE = f"tenants/{SLUG}/registers.toml"
AT = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
PLAN = {"agency": "ubnd-tinh", "visit_on": "2025-03-10", "leader": "secretary", "purpose": "progress"}
FINDINGS = '  { name = "findings", type = "text", label = { vi = "Kết quả" } },\n'
WHY = '  { name = "why", type = "line", label = { vi = "Lý do hủy" } },\n'


def content(*changes: tuple[str, str]) -> dict[str, str]:
    texts = dict(HOME.content(SLUG))
    for old, new in changes:
        assert old in texts[FILE], old
        texts[FILE] = texts[FILE].replace(old, new)
    return texts


@pytest.fixture
def home() -> Iterator[Installation]:
    """The committee with one visit that is planned."""
    installation = Installation(STORES.empty())
    installation.apply(SLUG, content(), at=AT, who="operator", why="tests", seed=seed)
    perform(installation.tenant(SLUG), ActRequest("dai-su-quan", "r-visit.plan", AT, input=PLAN))
    yield installation
    installation.store.close()


def planned(home: Installation, *changes: tuple[str, str]) -> tuple[list[Hazard], list[str]]:
    """What an apply of the changes would refuse, and what its plan tells of registers."""
    loaded = load(SLUG, content(*changes), record_types())
    assert loaded.snapshot is not None, loaded.findings
    tenant = home.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        found = plan(tenant, session, loaded.snapshot, AT.date())
    return list(found.refused), [f"{each.what} {each.name}: {each.text}" for each in found.rules if each.table == "register"]


def test_a_field_is_added_under_living_records(home: Installation) -> None:
    extra = '  { name = "cost", type = "number", label = { vi = "Chi phí" } },\n  { name = "back_on", type = "day" },\n'
    refused, told = planned(home, (WHY, WHY + extra))
    assert (refused, told) == ([], ["changed r-visit: fields added: cost, back_on"])
    home.apply(SLUG, content((WHY, WHY + extra)), at=AT, who="operator", why="cost", seed=seed)
    tenant = home.tenant(SLUG)
    perform(tenant, ActRequest("dai-su-quan", "r-visit.plan", AT, input=PLAN | {"cost": 7}))
    with tenant.store.read(tenant.id) as session:
        kind = tenant.snapshot.types["r-visit"]
        entries = [
            shown(tenant, session, each, AT.date()) for each in kind.read(session, kind.those(tenant.id).order_by(kind.id))
        ]
    assert [(entry["cost"], entry["agency"]) for entry in entries] == [(None, "ubnd-tinh"), (7, "ubnd-tinh")]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (
            'name = "agency", type = "party", sorts = ["agency"]',
            'name = "agency", type = "parties", sorts = ["agency"]',
            "agency",
        ),
        ('"progress", "finance"', '"finance"', "purpose"),
        ('  { name = "visit_on"', '  { name = "asked_on", type = "day" },\n  { name = "visit_on"', "visit_on"),
        ('name = "leader", type = "party"', 'name = "leader", type = "line"', "leader"),
    ],
)
def test_a_field_in_use_keeps_its_name_type_choices_and_place(home: Installation, old: str, new: str, field: str) -> None:
    more = [('progress = { vi = "tiến độ" }, ', "")] if field == "purpose" else []
    more += (
        [('lead = "leader"', 'lead = "agency"'), ('tells = ["agency", "leader"]', 'tells = ["agency"]')]
        if field == "leader"
        else []
    )
    refused, _ = planned(home, (old, new), *more)
    found = [each for each in refused if each.code == "field-in-use"]
    assert {(each.records, each.file, each.line) for each in found} == {(("LV-2025-001",), FILE, 2)}
    assert any(f"'r-visit.{field}'" in each.message and "1 records" in each.message for each in found)


def test_a_field_that_nothing_holds_may_go(home: Installation) -> None:
    sets = ('sets = ["why"]\n  needs = ["why"]\n', "")
    assert planned(home, (WHY, ""), sets)[0] == []


def test_a_state_or_a_register_in_use_stays(home: Installation) -> None:
    renamed = [('"planned"', '"scheduled"'), ("planned = {", "scheduled = {")]
    assert [each.code for each in planned(home, *renamed)[0]] == ["state-in-use"]
    texts = content()
    del texts[FILE]
    texts["policies/daknong-sc.csv"] = "\n".join(
        line for line in texts["policies/daknong-sc.csv"].splitlines() if "r-visit" not in line
    )
    loaded = load(SLUG, texts, record_types())
    assert loaded.snapshot is not None, loaded.findings
    tenant = home.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        refused = plan(tenant, session, loaded.snapshot, AT.date()).refused
    assert [(each.code, each.records) for each in refused] == [("type-in-use", ("LV-2025-001",))]


def test_an_agency_that_an_open_entry_names_is_not_lost_without_a_word(home: Installation) -> None:
    """By the parties that it lists: a declared field is no column."""
    tenant = home.tenant(SLUG)
    kind = tenant.snapshot.types["r-visit"]
    with tenant.store.read(tenant.id) as session:
        named = session.scalars(kind.those(tenant.id, kind.names("leader", "secretary")).with_only_columns(kind.ref)).all()
        others = session.scalars(kind.those(tenant.id, kind.names("agency", "secretary")).with_only_columns(kind.ref)).all()
    assert (named, others) == (["LV-2025-001"], [])


def test_a_rebuild_of_the_log_gives_the_same_entries(home: Installation) -> None:
    tenant = home.tenant(SLUG)
    perform(tenant, ActRequest("dai-su-quan", "r-visit.cancel", AT, "LV-2025-001", {"why": "Bão"}))
    again = rebuild(home, SLUG, scratch=STORES.empty())
    assert again.ok
    assert (again.rows["entry"], again.rows["entry_parties"]) == (1, 2)

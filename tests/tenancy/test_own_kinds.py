"""Kinds of meetings that a charter declares for itself: where they hold, what is refused, and who is told what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.changes.plan import plan
from steerco.committee import record_types
from steerco.committee.meetings.meeting import Meeting
from steerco.configuration.action_catalogue import catalogue
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.load import Loaded, load
from steerco.configuration.snapshot import Snapshot
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.archive.exporter import export
from steerco.operations.archive.importer import bring
from steerco.operations.rebuild import rebuild
from steerco.records import Invalid
from steerco.records.own_kinds import with_kinds
from steerco.store.checkpoint import Seal
from steerco.web.openapi.document import general, openapi
from steerco.web.pages.frame.plugin_fragments import words_in

HOME = Home(Path(__file__).parents[2] / "tenants/_examples")
SLUG = "harbour-council"
CHARTER, HOUSE, TENANT = (f"tenants/{SLUG}/{name}.toml" for name in ("charter", "house", "tenant"))
POLICY = f"policies/{SLUG}.csv"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROW = '{ of = "meeting", id = "workshop", label = { en = "Workshop" }, cite = ["12"] },'
CLOCK = '  { id = "call-workshop", what = "notice", kinds = ["workshop"], before = "30 days", cite = ["12"] },\n'
LINE = "p, member, council, meeting.workshop, convene, -, allow, 12\n"
GIVEN = ["ad-hoc", "extended", "regular", "working-session"]
OTHER = "p, member, council, meeting.extended, convene, -, allow, 12\n"
WORKSHOP = {"kind": "workshop", "starts_at": "2026-04-13T10:00:00"}


def content(*changes: tuple[str, str, str]) -> dict[str, str]:
    texts = dict(HOME.content(SLUG))
    for path, old, new in changes:
        assert old in texts[path], old
        texts[path] = texts[path].replace(old, new)
    return texts


def read(*changes: tuple[str, str, str]) -> Loaded:
    return load(SLUG, content(*changes), record_types())


def snapshot(*changes: tuple[str, str, str]) -> Snapshot:
    loaded = read(*changes)
    assert loaded.snapshot is not None, loaded.findings
    return loaded.snapshot


def told(*changes: tuple[str, str, str]) -> list[tuple[str, str]]:
    return [(each.level, each.code) for each in read(*changes).findings]


@pytest.fixture(scope="module")
def home() -> Iterator[Installation]:
    """The committee with one workshop that is called."""
    installation = Installation(STORES.empty())
    installation.apply(SLUG, content(), at=AT, who="operator", why="tests", seed=seed)
    perform(installation.tenant(SLUG), ActRequest("cleo", "meeting.convene", AT, input=WORKSHOP))
    yield installation
    installation.store.close()


def test_a_kind_of_ones_own_is_one_of_the_committees_kinds_and_of_no_others() -> None:
    own = snapshot()
    assert sorted(own.types["meeting"].kinds) == [*GIVEN, "workshop"]
    assert sorted(record_types()["meeting"].kinds) == GIVEN
    assert own.types["meeting"].table is Meeting
    other = load("water-board", HOME.content("water-board"), record_types()).snapshot
    assert other is not None
    assert "workshop" not in repr(catalogue(other))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('{ of = "meeting", id = "workshop" },', []),
        (ROW.replace("workshop", "regular", 1), [("error", "taken-kind"), ("error", "unknown-kind")]),
        (ROW + ROW, [("error", "duplicate-id")]),
        (ROW.replace(", cite", ", open = true, cite"), []),
        (ROW + '{ of = "agency", id = "partner" },', []),
        (ROW.replace('["12"]', '["99"]'), [("error", "unknown-clause")]),
    ],
)
def test_what_is_wrong_with_a_declaration_and_what_nothing_reads_is_told(row: str, expected: list[tuple[str, str]]) -> None:
    assert sorted({each for each in told((CHARTER, ROW, row)) if each[1] != "policy-kind-of-object"}) == expected


def test_house_rules_declare_no_kinds() -> None:
    row = 'kind = [{ of = "meeting", id = "retreat", label = { en = "Retreat" } }]\n'
    texts = content()
    texts[HOUSE] = row + texts[HOUSE]
    loaded = load(SLUG, texts, record_types())
    assert [(each.file, each.code) for each in loaded.findings] == [(HOUSE, "not-enforced")]
    assert loaded.snapshot is not None
    assert "retreat" not in loaded.snapshot.types["meeting"].kinds


def test_a_clock_and_a_policy_line_name_declared_kinds_only() -> None:
    assert {code for _, code in told((CHARTER, ROW, ""))} == {"unknown-kind", "policy-kind-of-object"}


def test_an_unknown_kind_is_refused_with_the_kinds_of_this_committee(home: Installation) -> None:
    with pytest.raises(Invalid) as wrong:
        perform(home.tenant(SLUG), ActRequest("ann", "meeting.convene", AT, input={**WORKSHOP, "kind": "retreat"}))
    assert (wrong.value.fields["kind"].code, wrong.value.fields["kind"].params["known"]) == ("not-one-of", [*GIVEN, "workshop"])


def test_its_meetings_live_as_others_do(home: Installation) -> None:
    """What follows by right, what a change reads and what a list says, in a copy of the committee."""
    store = STORES.copy(home.store)
    tenant = Installation(store).tenant(SLUG)
    done = perform(tenant, ActRequest("ann", "meeting.plan", AT, input=WORKSHOP))
    with pytest.raises(Invalid):  # it stays the kind that it was planned as
        perform(tenant, ActRequest("ann", "meeting.convene", AT, done.id, {"kind": "regular"}))
    perform(tenant, ActRequest("ann", "meeting.convene", AT, done.id))
    with store.read(tenant.id) as session:
        meeting = tenant.snapshot.types["meeting"].get_one(session, tenant.id, done.id)
        assert (meeting.state, meeting.object) == ("convened", "meeting.workshop")
    store.close()


def test_a_kind_stays_while_meetings_of_it_are_to_be_held(home: Installation) -> None:
    tenant = home.tenant(SLUG)
    after = snapshot((CHARTER, ROW, ""), (CHARTER, CLOCK, ""), (POLICY, LINE, OTHER))
    with tenant.store.read(tenant.id) as session:
        found = plan(tenant, session, after, AT.date())
    assert [each.code for each in found.refused if "meeting.workshop" in str(each)] == ["kind-in-use"]
    assert ("kind", "removed", "workshop") in [(each.table, each.what, each.name) for each in found.rules]


def test_an_act_names_the_kinds_of_the_version_in_force() -> None:
    texts = content()
    later = texts[CHARTER].replace("effective = 2025-01-01", "effective = 2026-06-01").replace('id = "Rules"', 'id = "Rules-2"')
    earlier = texts[CHARTER].replace(ROW, "").replace(CLOCK, "").replace("harbour-council.csv", "before.csv")
    texts |= {
        f"tenants/{SLUG}/later.toml": later,
        CHARTER: earlier,
        "policies/before.csv": texts[POLICY].replace(LINE, OTHER),
    }
    texts[TENANT] = texts[TENANT].replace('"charter.toml"', '"charter.toml", "later.toml"')
    installation = Installation(STORES.empty())
    installation.apply(SLUG, texts, at=AT, who="operator", why="tests", seed=seed)
    call = {**WORKSHOP, "starts_at": "2026-08-03T10:00:00"}
    with pytest.raises(Invalid) as wrong:
        perform(installation.tenant(SLUG), ActRequest("ann", "meeting.convene", AT, input=call))
    assert wrong.value.fields["kind"].params["known"] == GIVEN
    assert perform(installation.tenant(SLUG), ActRequest("ann", "meeting.convene", AT.replace(month=6), input=call)).id
    installation.store.close()


def test_it_bears_its_name_on_pages() -> None:
    assert words_in(snapshot((CHARTER, '"Workshop"', '"Open workshop"')), "en")("kind", "workshop") == "Open workshop"
    assert words_in(snapshot((CHARTER, ', label = { en = "Workshop" }', "")), "en")("meeting-title", "workshop") == "Workshop"


def kinds_of(document: Any) -> Any:
    return document["components"]["schemas"]["MeetingPlan"]["properties"]["kind"]


def test_the_description_of_the_committee_lists_it_and_that_of_all_takes_any() -> None:
    assert kinds_of(openapi(snapshot()))["enum"] == [*GIVEN, "workshop"]
    every = kinds_of(json.loads(general()))
    assert (every["type"], "enum" in every) == ("string", False)
    assert "regular" in every["examples"]
    plan = next(act for type in catalogue(snapshot()) for act in type.actions if act.id == "meeting.plan")
    choices = next(field.choices for field in plan.input if field.name == "kind")
    assert choices == (*GIVEN, "workshop")


def test_a_type_with_further_kinds_can_be_made_before_any_input_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for action in Meeting.actions.values():
        monkeypatch.delitem(vars(action), "input", raising=False)
    made = with_kinds(Meeting, ("made-first",))
    assert "made-first" in str(made.actions["plan"].input.__annotations__["kind"])
    assert "made-first" not in str(Meeting.actions["plan"].input.__annotations__["kind"])


def test_a_declared_kind_of_agencies_is_the_only_one_and_a_line_aims_at_it() -> None:
    row = '{ of = "agency", id = "partner" },\n'
    agency = '\n[[agency]]\nid = "reef"\nname = { en = "Reef" }\nkind = "rival"\n'
    people = f"tenants/{SLUG}/people.toml"
    texts = content((CHARTER, ROW, ROW + row))
    texts[people] += agency
    assert [each.code for each in load(SLUG, texts, record_types()).findings] == ["unknown-kind"]
    texts[people] = texts[people].replace("rival", "partner")
    texts[POLICY] += "p, member, council, proposal, file, to=partner, allow, 12\n"
    loaded = load(SLUG, texts, record_types())
    assert [each for each in loaded.findings if each.level == "error"] == []


def test_its_meetings_move_to_another_installation_and_come_out_of_the_log_again(home: Installation, tmp_path: Path) -> None:
    export(home.tenant(SLUG), tmp_path / "council.zip", Seal(tmp_path), at=AT)
    other = Installation(STORES.empty())
    bring(other, tmp_path / "council.zip", "", at=AT, who="operator", why="move")
    with other.tenant(SLUG).store.read(other.tenant(SLUG).id) as session:
        assert [meeting.kind for meeting in session.scalars(select(Meeting))] == ["workshop"]
    perform(other.tenant(SLUG), ActRequest("cleo", "meeting.convene", AT, input=WORKSHOP))
    again = rebuild(other, SLUG, scratch=STORES.empty())
    assert again.ok, again.differences
    other.store.close()

"""What plugins hold of a person is erased with the person's data, as far as they declare it; what they do not is named."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.databases import STORES
from tests.plugins.conftest import START, WITH, Two, switched_on
from tests.plugins.test_manifest import plugin

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.extension.loader import Plugins, folders
from steerco.operations import erasure
from steerco.operations.rebuild import rebuild
from steerco.records.personal import ERASED, PersonalDatum
from steerco.store.tables import Event

ROSTER = Path(__file__).parent / "roster"
SAID: dict[str, Any] = {"at": datetime(2021, 3, 1, tzinfo=UTC), "who": "operator", "why": "asked for"}
PHONE, HOME, OTHER, AFTER = "0900-111", "12 Lane", "0900-222", "0900-333"


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """A committee with the roster on, in a store that has its tables."""
    monkeypatch.syspath_prepend(str(ROSTER))
    plugins = Plugins().add([*folders(), ROSTER / "steerco_roster"])
    assert not plugins.quarantined
    store = STORES.empty()
    STORES.complete(store)
    installation = Installation(store, plugins=plugins)
    content = switched_on(Home(shipped()).content(WITH), WITH, "steerco_roster")
    installation.apply(WITH, content, at=START, who="operator", why="tests", seed=seed)
    yield Two(installation, None)  # type: ignore[arg-type]  # nothing is asked over HTTP
    store.close()


def test_what_a_plugin_declares_is_erased_from_rows_and_inputs_and_what_it_does_not_is_named(two: Two) -> None:
    roster, tenant = sys.modules["steerco_roster"], two.tenant()
    one, another = two.person("wg-head"), two.person("deputy-head")
    kept = two.do("head", "x-roster-contact.keep", who=one, phone=PHONE, home=HOME).id
    handed = two.do("head", "x-roster-contact.keep", who=one, phone=PHONE).id
    two.do("head", "x-roster-contact.hand-over", handed, who=another, phone=AFTER)
    theirs = two.do("head", "x-roster-contact.keep", who=another, phone=OTHER).id
    with tenant.store.write(tenant.id) as session:
        session.add(roster.Call(tenant_id=tenant.id, number=1, person=one, said={"text": PHONE}))
        session.add(roster.Call(tenant_id=tenant.id, number=2, person=another, said={"text": OTHER}))
        session.add(roster.Note(tenant_id=tenant.id, number=1, text="who knows"))
        session.add(roster.Count(tenant_id=tenant.id, number=1))
    with tenant.store.read(tenant.id) as session:
        assert PHONE not in "".join(session.scalars(select(Event.body))), "the log only refers to it"

    made = erasure.erase_person(two.installation, WITH, one, **SAID)
    assert made.rows == {"x_roster_contact": 1, "x_roster_call": 1}
    assert made.beyond == ("x_roster_note",)
    with tenant.store.read(tenant.id) as session:
        row = {id: session.get_one(roster.Contact, (tenant.id, id)) for id in (kept, handed, theirs)}
        assert (row[kept].phone, row[kept].home, row[kept].version) == (ERASED, None, 2)
        assert (row[handed].phone, row[theirs].phone) == (AFTER, OTHER)
        said = {call.number: call.said for call in session.scalars(select(roster.Call))}
        assert said == {1: {"text": ERASED}, 2: {"text": OTHER}}
        values = set(session.scalars(select(PersonalDatum.value)))
    assert values.isdisjoint({PHONE, HOME})
    assert values >= {OTHER, AFTER}
    assert erasure.erase_person(two.installation, WITH, one, **SAID).rows == {}, "once is enough"


def test_a_log_is_rebuilt_after_it(two: Two) -> None:
    two.do("head", "x-roster-contact.keep", who=two.person("wg-head"), phone=PHONE, home=HOME)
    erasure.erase_person(two.installation, WITH, two.person("wg-head"), **SAID)
    scratch = STORES.empty()
    STORES.complete(scratch)
    told = rebuild(two.installation, WITH, scratch=scratch)
    assert told.differences == ()
    scratch.close()


def test_a_table_of_a_plugin_that_is_gone_is_named(two: Two) -> None:
    with two.installation.store.operator_connection() as connection:
        connection.exec_driver_sql("CREATE TABLE x_gone_thing (tenant_id INTEGER, text TEXT)")
        connection.exec_driver_sql(f"INSERT INTO x_gone_thing VALUES ({two.tenant().id}, 'who knows')")
    assert erasure.erase_person(two.installation, WITH, two.person("head"), **SAID).beyond == ("x_gone_thing",)


WHO, PHONE_OF = "who: Mapped[str] = party()", "phone: Mapped[str] = about('who')"
CARELESS = {
    "in the clear": ("phone: Line", WHO, PHONE_OF, "takes phone in the clear"),
    "about nobody": ("phone: Personal", "who: Mapped[int]", PHONE_OF, "no field that holds a person's id"),
    "not to be erased": ("n: int", WHO, PHONE_OF.replace("str", "int"), "cannot be erased"),
}


@pytest.mark.parametrize("what", CARELESS)
def test_what_could_not_be_erased_cannot_be_declared(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    name = f"steerco_unerased_{list(CARELESS).index(what)}"
    given, who, phone, why = CARELESS[what]
    code = f"""
from sqlalchemy.orm import Mapped
from steerco.extension.api import *

class Contact(Record, type="x-{name.removeprefix("steerco_").replace("_", "-")}-contact", states="kept"):
    {who}
    {phone}

@Contact.action(to="kept")
def keep(do: Do, c: Contact, *, {given}) -> None:
    pass

@hookimpl
def record_types():
    return [Contact]
"""
    made = plugin(tmp_path, name, code, capabilities='["records", "tables"]', migrations='"versions"')
    (out,) = Plugins().add([made]).quarantined.values()
    assert out.code == "wrong-field"
    assert why in out.message

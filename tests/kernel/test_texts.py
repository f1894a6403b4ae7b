"""Texts of people as they are kept: one line or several, without control characters, in one form however they were typed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from tests.databases import STORES
from tests.tenancy.board import LATER, NOW, apply, content

from steerco.committee.members.people import Person
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.i18n import alphabetical
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.records import Invalid

CONVENED = {"kind": "regular", "starts_at": "2021-02-10T09:00:00"}
LINES = [
    ("the-secretary", "person.add", {"name": "{}"}, "name"),
    ("the-secretary", "person.add", {"name": "A", "name_en": "{}"}, "name_en"),
    ("the-secretary", "person.add", {"name": "A", "attrs": {"company": "{}"}}, "attrs.company"),
    ("the-secretary", "agency.add", {"name": {"vi": "{}"}}, "name.vi"),
    ("the-chair", "meeting.convene", {**CONVENED, "place": "{}"}, "place"),
    ("the-chair", "task.assign", {"title": "{}", "to": "member-a", "due_on": "2021-03-01"}, "title"),
]
INTRUDERS = {
    "\n": "holds-line-break",
    "\r\n": "holds-line-break",
    "\u0085": "holds-line-break",
    "\u2028": "holds-line-break",
    "\t": "holds-tab",
    "\x0b": "holds-control-character",
    "\x1b": "holds-control-character",
    "\x7f": "holds-control-character",
    "\u009b": "holds-control-character",
    "\u202e": "holds-control-character",
    "\u2066": "holds-control-character",
    "\U000e0041": "holds-control-character",
    "\u200b": "holds-control-character",
    "\ufeff": "holds-control-character",
}


@pytest.fixture(scope="module")
def tenant() -> Tenant:
    return apply(Installation(STORES.empty()), content(), at=NOW)


def filled(given: Any, text: str) -> Any:
    if isinstance(given, dict):
        return {name: filled(each, text) for name, each in given.items()}
    return given.replace("{}", text)


@pytest.mark.parametrize("intruder", INTRUDERS, ids=ascii)
@pytest.mark.parametrize(("who", "action", "given", "path"), LINES, ids=[f"{each[1]} {each[3]}" for each in LINES])
def test_a_name_a_title_and_a_place_are_one_line_of_plain_text(
    tenant: Tenant, who: str, action: str, given: dict[str, Any], path: str, intruder: str
) -> None:
    with pytest.raises(Invalid) as refused:
        perform(tenant, ActRequest(who, action, input=filled(given, f"Trần{intruder}An"), at=LATER, dry_run=True))
    assert {field: why.code for field, why in refused.value.fields.items()} == {path: INTRUDERS[intruder]}
    perform(tenant, ActRequest(who, action, input=filled(given, "Trần An"), at=LATER, dry_run=True))


@pytest.mark.parametrize("blank", [" ", "\u00a0\u3000", " \u2003 "], ids=ascii)
@pytest.mark.parametrize(("who", "action", "given", "path"), LINES, ids=[f"{each[1]} {each[3]}" for each in LINES])
def test_a_name_a_title_and_a_place_are_seen(
    tenant: Tenant, who: str, action: str, given: dict[str, Any], path: str, blank: str
) -> None:
    with pytest.raises(Invalid) as refused:
        perform(tenant, ActRequest(who, action, input=filled(given, blank), at=LATER, dry_run=True))
    assert {field: why.code for field, why in refused.value.fields.items()} == {path: "blank"}


def test_a_passage_has_lines_and_no_control_characters(tenant: Tenant) -> None:
    given = {"title": "Report", "to": "member-a", "due_on": "2021-03-01"}
    perform(
        tenant, ActRequest("the-chair", "task.assign", input={**given, "text": "One\n\tTwo\r\nThree"}, at=LATER, dry_run=True)
    )
    with pytest.raises(Invalid) as refused:
        perform(tenant, ActRequest("the-chair", "task.assign", input={**given, "text": "One\x15Two"}, at=LATER, dry_run=True))
    assert {field: (why.code, why.params) for field, why in refused.value.fields.items()} == {
        "text": ("holds-control-character", {"character": "U+0015"})
    }


def test_text_is_kept_in_one_form_however_it_was_typed(tenant: Tenant) -> None:
    typed, kept = "Nguye\u0302\u0303n Tha\u0301i", "Nguyễn Thái"
    assert typed != kept
    perform(tenant, ActRequest("the-secretary", "person.add", input={"id": "thai", "name": typed}, at=LATER))
    with tenant.store.read(tenant.id) as session:
        name = session.scalars(select(Person.name).where(Person.tenant_id == tenant.id, Person.id == "thai")).one()
    assert name["vi"] == kept


def test_names_stand_in_the_order_of_the_alphabet() -> None:
    ordered = ["Ăn", "Ba", "Cao", "Da", "Đa", "Ê", "Lê", "Lê An", "Ô", "Ơn", "Ủy ban", "Ưng", "Vũ", "x"]
    assert sorted(["An", *reversed(ordered)], key=alphabetical) == ["An", *ordered]
    assert sorted(["mạ", "mã", "mà", "ma", "má", "mả"], key=alphabetical) == ["ma", "mà", "mả", "mã", "má", "mạ"]

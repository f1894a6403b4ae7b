"""A slip in ``people.toml``: told with its line before anything is stored, and mended by mending the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from tests.databases import STORES
from tests.tenancy.board import LATER, NOW, PEOPLE, SLUG, apply, content

from steerco.committee.members.people import Person
from steerco.config.findings import errors
from steerco.configuration.installation import Installation, NotApplied, NoTenant, Seed
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations.onboarding import seeding
from steerco.operations.scratch import Scratch
from steerco.store.tables import Event

OFFICE = '\n[[office]]\nid = "head-a"\ntitle = { vi = "Trưởng cơ quan A", en = "Head of A" }\nagency = "agency-a"\n'
AGENCY = '\n[[agency]]\nid = "agency-b"\nname = { en = "B" }\nparent = "agency-a"\n'
TERM = '\n[[appointment]]\nperson = "member-a"\nseat = "member"\nagency = "agency-a"\n'
OFFICER = '\n[[appointment]]\nperson = "member-a"\noffice = "head-a"\n'
PERSON = '\n[[person]]\nid = "guest"\nname = { vi = "Khách", en = "Guest" }\n'
NAME = 'name = { vi = "Ủy viên A", en = "Member A" }'
AGENCY_A = 'name = { vi = "Cơ quan A", en = "Agency A" }'
FROM = 'agency = "agency-a"\nfrom = 2020-01-01'


def changed(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def added(text: str) -> Callable[[str], str]:
    return lambda before: before + text


SLIPS: dict[str, Callable[[str], str]] = {
    "a year long ago": changed("from = 2020-01-01", "from = 0202-01-01"),
    "a year far ahead": changed("from = 2020-01-01", "from = 20201-01-01"),
    "an end without end": changed(FROM, f"{FROM}\nto = 9999-12-31"),
    "an end before the beginning": changed(FROM, f"{FROM}\nto = 2019-12-31"),
    "a day in quotes": changed("from = 2020-01-01", 'from = "2020-01-01"'),
    "a day with an hour": changed("from = 2020-01-01", "from = 2020-01-01T08:00:00"),
    "a day that is none": changed("from = 2020-01-01", "from = 2020-02-30"),
    "an id with a capital": lambda t: t.replace("member-a", "Member-a"),
    "an id with a low line": lambda t: t.replace("member-a", "member_a"),
    "an id with a dot": lambda t: t.replace("agency-a", "agency.a"),
    "an id with marks": lambda t: t.replace("member-a", "ủy-viên"),
    "an id with a space": lambda t: t.replace('"member-a"', '"member a"'),
    "a long id": lambda t: t.replace("member-a", "m" * 61),
    "an empty id": changed('id = "member-a"', 'id = ""'),
    "no id": changed('id = "member-a"\n', ""),
    "one id twice": added('\n[[person]]\nid = "member-a"\nname = { en = "Another" }\n'),
    "an id of a person and an agency": added('\n[[agency]]\nid = "member-a"\nname = { en = "Another" }\n'),
    "a long name of a person": changed(NAME, f'name = {{ vi = "{"Ủ" * 201}" }}'),
    "a long name of an agency": changed(AGENCY_A, f'name = {{ vi = "{"Ủ" * 501}" }}'),
    "an empty name": changed(NAME, 'name = { vi = "" }'),
    "a blank name": changed(NAME, 'name = { vi = " " }'),
    "a name in no language": changed(NAME, "name = {}"),
    "a name that is a text": changed(NAME, 'name = "Member A"'),
    "a name with a line break": changed(NAME, r'name = { vi = "Ủy viên\nA" }'),
    "a name with a control character": changed(NAME, r'name = { vi = "Ủy viên\u000BA" }'),
    "an empty fact": changed(NAME, f'{NAME}\nattrs = {{ company = "" }}'),
    "a fact that is a list": changed(NAME, f'{NAME}\nattrs = {{ company = ["a", "b"] }}'),
    "a fact with a capital": changed(NAME, f'{NAME}\nattrs = {{ Company = "a" }}'),
    "a long fact": changed(NAME, f'{NAME}\nattrs = {{ company = "{"a" * 201}" }}'),
    "too many facts": changed(NAME, f"{NAME}\nattrs = {{ {', '.join(f'f{n} = 1' for n in range(21))} }}"),
    "a long address": changed(NAME, f'{NAME}\nemail = "{"a" * 200}@example.com"'),
    "an empty address": changed(NAME, f'{NAME}\nemail = ""'),
    "a unit under itself": changed('kind = "ministry"', 'kind = "ministry"\nparent = "agency-a"'),
    "two units under each other": lambda t: t.replace('kind = "ministry"', 'kind = "ministry"\nparent = "agency-b"', 1) + AGENCY,
    "a unit of nobody": changed('kind = "ministry"', 'kind = "ministry"\nparent = "agency-c"'),
    "a kind that is none": changed('kind = "ministry"', 'kind = "minstry"'),
    "an office of no agency": added(OFFICE.replace('agency = "agency-a"\n', "")),
    "an office of an unknown agency": added(OFFICE.replace("agency-a", "agency-c")),
    "one appointment twice": added(f"{TERM}from = 2020-01-01\n"),
    "a term that begins on the last day of the one before": lambda t: (
        changed(FROM, f"{FROM}\nto = 2021-01-01")(t) + f"{TERM}from = 2021-01-01\n"
    ),
    "a term inside another": added(f"{TERM}from = 2020-05-01\nto = 2020-06-01\n"),
    "an office twice": added(f"{OFFICE}{OFFICER}from = 2020-01-01\n{OFFICER}from = 2020-03-01\n"),
    "two in a seat of one": added('\n[[appointment]]\nperson = "member-a"\nseat = "chair"\nfrom = 2020-01-01\n'),
    "a seat that is none": changed('seat = "secretary"', 'seat = "secretery"'),
    "neither seat nor office": changed('seat = "secretary"\n', ""),
    "seat and office": added(f'{OFFICE}{OFFICER}seat = "member"\n'),
    "a person that is none": changed('person = "the-secretary"', 'person = "the-secretery"'),
    "an agency that is none": changed('seat = "member"\nagency = "agency-a"', 'seat = "member"\nagency = "agency-c"'),
    "a long instrument": changed(FROM, f'{FROM}\ninstrument = "{"a" * 501}"'),
    "an empty instrument": changed(FROM, f'{FROM}\ninstrument = ""'),
    "a wrong table": changed("[[person]]", "[[persons]]"),
    "a table that is no list": changed("[[agency]]", "[agency]"),
}


def slipped(change: Callable[[str], str]) -> dict[str, str]:
    texts = content()
    return {**texts, PEOPLE: change(texts[PEOPLE])}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_its_line_and_nothing_is_stored(name: str) -> None:
    bad = slipped(SLIPS[name])
    assert bad[PEOPLE] != content()[PEOPLE]
    found = errors(Scratch().rehearse(SLUG, bad, NOW))
    assert found
    assert {(each.file, each.line > 0) for each in found} == {(PEOPLE, True)}

    installation = Installation(STORES.empty())
    with pytest.raises(NotApplied) as refused:
        apply(installation, bad, at=NOW)
    assert [(each.line, each.code) for each in errors(refused.value.findings)] == [(each.line, each.code) for each in found]
    with pytest.raises(NoTenant):
        installation.number(SLUG)
    tenant = apply(installation, content(), at=NOW)
    assert installation.active(SLUG)
    with tenant.store.read(tenant.id) as session:
        assert len(list(session.scalars(select(Person.id).where(Person.tenant_id == tenant.id)))) == 4


def test_every_slip_of_a_file_is_told_at_once() -> None:
    texts = content()
    twice = f"{TERM}from = 2020-01-01\n"
    found = Scratch().rehearse(SLUG, {**texts, PEOPLE: texts[PEOPLE] + twice + twice}, NOW)
    assert [(each.line, each.code) for each in found] == [(47, "not-entered"), (53, "not-entered")]
    assert found[0].message == "appointment of 'member-a': person: holds it already, since 2020-01-01"


class CutOff(Exception):
    """The power went."""


def cut_off(after: int) -> Seed:
    """The seed that gets no further than so many acts."""

    def progress(done: int, total: int, what: str) -> None:
        if done == after:
            raise CutOff

    return seeding(progress)


@pytest.mark.parametrize("after", [1, 3])
def test_a_first_apply_that_was_cut_off_is_begun_anew_with_other_files(after: int) -> None:
    installation = Installation(STORES.empty())
    with pytest.raises(CutOff):
        apply(installation, content(), at=NOW, seed=cut_off(after))
    assert installation.active(SLUG) is None
    mended = content((PEOPLE, "Member A", "Member Alpha"))
    tenant = apply(installation, mended, at=LATER, base=1)
    assert tenant.snapshot.revision == 1
    with tenant.store.read(tenant.id) as session:
        names = session.scalars(select(Person.name).where(Person.tenant_id == tenant.id, Person.id == "member-a")).all()
        acts = session.scalar(select(func.count()).where(Event.tenant_id == tenant.id))
    assert [name["en"] for name in names] == ["Member Alpha"]
    assert acts == 10  # one agency, four persons, four appointments, after the revision: nothing of the first attempt


def test_a_first_apply_that_was_cut_off_is_finished_with_the_same_files() -> None:
    installation = Installation(STORES.empty())
    with pytest.raises(CutOff):
        apply(installation, content(), at=NOW, seed=cut_off(3))
    tenant = apply(installation, content(), at=LATER)
    with tenant.store.read(tenant.id) as session:
        events = list(session.execute(select(Event.action, Event.at).where(Event.tenant_id == tenant.id).order_by(Event.seq)))
    assert len(events) == 10
    assert {at for _, at in events} == {datetime(2021, 2, 3, 2, tzinfo=UTC)}


def test_a_first_apply_is_not_undone_once_somebody_has_acted() -> None:
    installation = Installation(STORES.empty())
    with pytest.raises(CutOff):
        apply(installation, content(), at=NOW, seed=cut_off(8))
    tenant = installation.tenant(SLUG)
    given = {"kind": "regular", "starts_at": "2021-02-10T09:00:00"}
    perform(tenant, ActRequest("the-chair", "meeting.convene", input=given, at=NOW))
    apply(installation, content((PEOPLE, "Member A", "Member Alpha")), at=LATER)
    with tenant.store.read(tenant.id) as session:
        assert session.scalar(select(func.count()).where(Event.tenant_id == tenant.id, Event.action == "meeting.convene")) == 1

"""What is applied, and what is refused and why: on the database of the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.databases import STORES
from tests.tenancy.board import CHARTER, HOUSE, LATER, NOW, PEOPLE, POLICY, REGULAR, SLUG, TENANT, Content, apply, content

from steerco.changes.plan import Plan, plan
from steerco.committee.members.appointment import Appointment
from steerco.configuration.apply_checks import Barred, Unsafe
from steerco.configuration.installation import Installation, NotApplied
from steerco.configuration.load import load
from steerco.configuration.revisions import listed
from steerco.configuration.risk import HARMLESS, heaviest, weigh
from steerco.configuration.safety import Hazard, hazards
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.store.engine import Store

VICE = '[[role]]\nid = "vice-chair"'


@pytest.fixture(scope="module")
def template() -> Iterator[Store]:
    """The tenant as it was first applied, with who may change it."""
    store = STORES.empty()
    apply(Installation(store), content(administered=True), at=NOW)
    yield store
    store.close()


@pytest.fixture
def acted(board: Installation) -> Installation:
    """The same after an act was decided under its charter."""
    perform(board.tenant(SLUG), ActRequest("the-chair", "meeting.convene", input=REGULAR, at=NOW))
    return board


def refused(installation: Installation, texts: Content, **options: Any) -> list[Hazard]:
    """Why it is refused. Nothing has changed then."""
    before = installation.tenant(SLUG).snapshot
    with pytest.raises(Unsafe) as stopped:
        apply(installation, texts, **options)
    assert Installation(installation.store).tenant(SLUG).snapshot.digest == before.digest
    return stopped.value.hazards


def planned(tenant: Tenant, texts: Content) -> Plan:
    after = load(SLUG, texts, tenant.snapshot.types).snapshot
    assert after is not None
    with tenant.store.read(tenant.id) as session:
        return plan(tenant, session, after, tenant.snapshot.local(LATER))


def line_of(text: str, passage: str) -> int:
    return text[: text.index(passage)].count("\n") + 1


# A version in force


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('every = "quarter"', 'every = "month"'),
        ('powers = ["meeting.*", "task.assign"]', 'powers = ["meeting.*"]'),
        ("effective = 2020-01-01", "effective = 2020-02-01"),
        ('[[clause]]\nid = "1.3"', '[[clause]]\nid = "1.5"\nheading = { en = "x" }\n\n[[clause]]\nid = "1.3"'),
    ],
)
def test_a_version_that_acts_were_decided_under_is_not_rewritten(acted: Installation, old: str, new: str) -> None:
    texts = content((CHARTER, old, new), administered=True)
    (hazard,) = refused(acted, texts)
    assert hazard.code == "version-rewritten"
    assert "1/EXAMPLE" in hazard.message
    assert "decided under it: 1 act;" in hazard.message
    assert "--correct" in hazard.do
    assert hazard.file == CHARTER
    assert hazard.line >= 1


def test_the_place_is_that_of_the_changed_row(acted: Installation) -> None:
    texts = content((CHARTER, 'every = "quarter"', 'every = "month"'), administered=True)
    (hazard,) = refused(acted, texts)
    assert hazard.line == line_of(texts[CHARTER], '[[cadence]]\nid = "quarterly-meeting"')


def test_before_any_act_it_may_still_be_mended(board: Installation) -> None:
    made = apply(board, content((CHARTER, 'every = "quarter"', 'every = "month"'), administered=True))
    assert made.snapshot.revision == 2


def test_wording_labels_and_comments_of_a_version_in_force_may_change(acted: Installation) -> None:
    texts = content(
        (CHARTER, "The committee meets once a quarter", "Once a quarter the committee meets"),
        (CHARTER, 'en = "Vice Chair"', 'en = "Deputy Chair"'),
        (CHARTER, "", "\n# loaded later\n"),
        administered=True,
    )
    assert apply(acted, texts).snapshot.revision == 2


def test_a_mistake_in_the_file_is_set_right_on_purpose_and_said_so(acted: Installation) -> None:
    texts = content((CHARTER, 'every = "quarter"', 'every = "month"'), administered=True)
    made = apply(acted, texts, correct=True, why="clause 2.1 says month")
    with made.store.read(made.id) as session:
        told = listed(session, made.id)[0]
    assert (told.number, told.corrected, told.why, told.weight) == (2, True, "clause 2.1 says month", "risky")


def amended(*edits: tuple[str, str, str], effective: str = "2021-06-01") -> Content:
    """The files with a second version of the charter."""
    texts = content((TENANT, 'charters = ["charter.toml"]', 'charters = ["charter.toml", "second.toml"]'), administered=True)
    second = (
        texts[CHARTER]
        .replace('id = "1/EXAMPLE"', 'id = "2/EXAMPLE"')
        .replace("effective = 2020-01-01", f"effective = {effective}")
    )
    for _, old, new in edits:
        assert old in second
        second = second.replace(old, new)
    return {**texts, f"tenants/{SLUG}/second.toml": second}


def test_an_amendment_is_how_it_changes(acted: Installation) -> None:
    made = apply(acted, amended(("", 'every = "quarter"', 'every = "month"')))
    assert made.snapshot.revision == 2
    assert len(made.snapshot.charters) == 2


def test_a_version_in_force_is_not_taken_away(acted: Installation) -> None:
    texts = {path: text for path, text in amended(effective="2021-01-01").items() if path != CHARTER}
    texts[TENANT] = texts[TENANT].replace('["charter.toml", "second.toml"]', '["second.toml"]')
    assert "version-removed" in {each.code for each in refused(acted, texts)}


def test_some_version_stays_in_force(board: Installation) -> None:
    texts = content((CHARTER, "effective = 2020-01-01", "effective = 2022-01-01"), administered=True)
    assert "no-version" in {each.code for each in refused(board, texts)}


# What is held or used


def without_secretary() -> Content:
    texts = content(administered=False)
    charter = texts[CHARTER]
    begin = charter.index('[[role]]\nid = "secretary"')
    charter = charter[:begin] + charter[charter.index("[[seat]]", begin) :]
    policy = "".join(line for line in texts[POLICY].splitlines(True) if "secretary" not in line)
    people = texts[PEOPLE][: texts[PEOPLE].index('[[appointment]]\nperson = "the-secretary"')]
    return {**texts, CHARTER: charter, POLICY: policy, PEOPLE: people}


def test_a_role_that_somebody_holds_is_not_taken_away(board: Installation) -> None:
    found = refused(board, without_secretary())
    held = next(each for each in found if each.code == "role-held")
    assert "the-secretary" in held.message
    assert "appointment.end" in held.do
    assert (held.file, held.line) == (CHARTER, line_of(content()[CHARTER], '[[role]]\nid = "secretary"'))
    tenant = board.tenant(SLUG)
    with tenant.store.read(tenant.id) as session:
        mine = select(Appointment.id).where(Appointment.tenant_id == tenant.id, Appointment.person == "the-secretary")
        held_id = session.scalar(mine)
    perform(tenant, ActRequest("the-secretary", "appointment.end", on=held_id, input={"to": "2021-02-02"}, at=NOW))
    assert apply(board, without_secretary(), correct=True).snapshot.revision == 2


def test_a_seat_that_a_later_version_ends_is_told_and_not_refused(board: Installation) -> None:
    found = planned(
        board.tenant(SLUG), amended(("", VICE, '[[role]]\nid = "deputy"'), ("", 'acts = "vice-chair"', 'acts = "deputy"'))
    )
    assert [(each.what, each.name, str(each.on), each.people) for each in found.stranded] == [
        ("seat", "vice-chair", "2021-06-01", ("the-vice-chair",))
    ]
    assert found.refused == ()


def test_open_records_keep_whom_they_name(board: Installation) -> None:
    """A task that a seat leads, and the seat is renamed: nobody could report on it."""
    tenant = board.tenant(SLUG)
    done = perform(tenant, ActRequest("the-chair", "task.assign", input={"title": "t", "to": "member-a"}, at=NOW))
    texts = content((CHARTER, "represents = true", "represents = false"), administered=True)
    perform(tenant, ActRequest("the-chair", "task.assign", input={"title": "u", "to": "agency-a"}, at=NOW))
    found = [each for each in refused(board, texts) if each.code == "party-in-use"]
    assert found
    assert all("agency-a" in each.message for each in found)
    assert all(done.ref not in each.records for each in found)  # a person keeps what was given to them
    assert any(each.records == ("T-2021-002",) for each in found)


def test_records_keep_the_type_and_state_that_they_are_of(acted: Installation) -> None:
    """As where a plugin that brings them is switched off, or a release no longer knows a state."""
    tenant = acted.tenant(SLUG)
    types = dict(tenant.snapshot.types)
    meeting = types.pop("meeting")
    assert meeting.states[1] == "convened"
    fewer = type("Fewer", (), {"states": ("planned",), "kinds": ("extended",)})
    with tenant.store.read(tenant.id) as session:
        today = tenant.snapshot.local(LATER)
        gone = hazards(tenant, session, replace(tenant.snapshot, types=types), today)
        changed = hazards(tenant, session, replace(tenant.snapshot, types={**types, "meeting": fewer}), today)
    assert [(each.code, each.records) for each in gone] == [("type-in-use", ("M-2021-001",))]
    assert {(each.code, each.records) for each in changed} == {
        ("state-in-use", ("M-2021-001",)),
        ("kind-in-use", ("M-2021-001",)),
    }


# Whose power it takes

RISKY = content((POLICY, "allow, H.3", "allow, 1.1"), administered=True)
LIGHT = content((TENANT, 'en = "board"', 'en = "The Board"'), administered=True)


def test_harmless_and_risky_changes_take_different_powers(board: Installation) -> None:
    assert apply(board, LIGHT, by="the-secretary").snapshot.revision == 2
    with pytest.raises(Barred) as stopped:
        apply(board, {**RISKY, TENANT: LIGHT[TENANT]}, by="the-secretary")
    assert [who.subject for who in stopped.value.decision.who_may] == ["chair"]
    assert stopped.value.decision.who_may[0].people == ("the-chair",)
    assert [str(each) for each in stopped.value.changes] == [POLICY]
    assert apply(board, RISKY, by="the-chair").snapshot.revision == 3
    with pytest.raises(Barred):
        apply(board, content(administered=True), by="member-a")
    for stranger in ("nobody", "steerco", "chair"):
        with pytest.raises(Barred):
            apply(board, LIGHT, by=stranger)


def test_the_harmless_power_is_enough_for_a_colour_and_for_nothing_beside_it(board: Installation) -> None:
    coloured = content((TENANT, "", '\n[appearance]\ncolour = "#8b1a1a"\n'), administered=True)
    with pytest.raises(Barred) as stopped:
        apply(board, {**RISKY, TENANT: coloured[TENANT]}, by="the-secretary")
    assert [str(each) for each in stopped.value.changes] == [POLICY]
    assert apply(board, coloured, by="the-secretary").snapshot.settings.appearance.colour == "#8b1a1a"


@pytest.mark.parametrize(
    "grab",
    [
        content((TENANT, "", '\n[administration]\nrisky = ["chair", "secretary"]\n')),
        content((TENANT, 'en = "board"', 'en = "The Board"'), (TENANT, "", '\n[administration]\nrisky = ["committee"]\n')),
        content((CHARTER, 'role = "chair"\nlabel', 'role = "secretary"\nlabel'), administered=True),
    ],
)
def test_nobody_gives_themselves_the_risky_power(board: Installation, grab: Content) -> None:
    with pytest.raises((Barred, NotApplied)):
        apply(board, grab, by="the-secretary")
    assert Installation(board.store).tenant(SLUG).snapshot.revision == 1


def test_going_back_takes_the_power_that_the_way_there_took(board: Installation) -> None:
    apply(board, RISKY)
    with pytest.raises(Barred):
        apply(board, content(administered=True), by="the-secretary", back_to=1)
    assert apply(board, content(administered=True), by="the-chair", back_to=1).snapshot.revision == 3


KEYS = st.sampled_from(
    sorted({"slug", "time_zone", "main_body", "kept_from", "charters", "house", "plugins", "laws", "administration"})
)


@given(KEYS, st.text("abc", max_size=3), st.booleans())
def test_whatever_is_not_listed_as_harmless_is_risky(key: str, value: str, quoted: bool) -> None:
    """Also of a key that is yet to be invented."""
    key = f"{key}x" if quoted else key
    before, after = {TENANT: "slug = 'b'\n"}, {TENANT: "slug = 'b'\n"}
    before[TENANT] += f"{key} = 'a{value}'\n" if key != "slug" else ""
    after[TENANT] = after[TENANT].replace("'b'", "'c'") if key == "slug" else after[TENANT] + f"{key} = 'b{value}'\nname = 'n'\n"
    assert heaviest(weigh(SLUG, before, after)) == "risky"
    assert key not in HARMLESS


@pytest.mark.parametrize(
    ("edit", "weight"),
    [
        ((TENANT, 'languages = ["vi", "en"]', 'languages = ["en", "vi"]'), "harmless"),
        ((TENANT, 'languages = ["vi", "en"]', 'languages = ["en"]'), "risky"),
        ((TENANT, "", '\n[appearance]\ncolour = "#8b1a1a"\n'), "harmless"),
        ((TENANT, "", "# a comment\n"), "harmless"),
        ((CHARTER, 'en = "Vice Chair"', 'en = "Deputy"'), "harmless"),
        ((CHARTER, "The Chair leads", "The Chair guides"), "risky"),
        ((HOUSE, "Everyone with a seat", "Everybody with a seat"), "risky"),
        ((POLICY, "", "# a comment\n"), "harmless"),
        ((POLICY, "set-agenda,      -,           allow", "set-agenda,      -,           deny "), "risky"),
        ((PEOPLE, 'en = "Member A"', 'en = "Member B"'), "risky"),
        ((CHARTER, "represents = true ", "represents = 1    "), "risky"),
    ],
)
def test_how_much_a_change_weighs(edit: tuple[str, str, str], weight: str) -> None:
    assert heaviest(weigh(SLUG, content(), content(edit))) == weight


def test_who_may_apply_is_somebody_of_the_charter(board: Installation) -> None:
    texts = content((TENANT, "", '\n[administration]\nrisky = ["chair", "the-chair"]\n'))
    with pytest.raises(NotApplied) as stopped:
        apply(board, texts)
    (finding,) = stopped.value.findings
    assert (finding.code, finding.file, finding.line) == ("unknown-subject", TENANT, line_of(texts[TENANT], "risky = "))


@pytest.mark.parametrize(
    "path", ["tenants/other/tenant.toml", f"tenants/{SLUG}/../x.toml", "/etc/x.toml", "law/a/b.toml", "policies/.csv"]
)
def test_a_revision_holds_no_file_of_elsewhere(board: Installation, path: str) -> None:
    with pytest.raises(NotApplied) as stopped:
        apply(board, {**content(), path: ""})
    assert "foreign-file" in {each.code for each in stopped.value.findings}


def test_a_tenant_is_not_applied_under_another_name(board: Installation) -> None:
    with pytest.raises(NotApplied) as stopped:
        apply(board, content((TENANT, f'slug = "{SLUG}"', 'slug = "other"')))
    assert [each.code for each in stopped.value.findings] == ["other-slug"]


def test_the_plan_tells_people_plugins_and_weight(board: Installation) -> None:
    texts = content(
        (
            POLICY,
            "p, secretary,            committee, meeting,         set-agenda,",
            "p, member, committee, meeting, set-agenda,",
        ),
        administered=True,
    )
    found = planned(board.tenant(SLUG), texts)
    assert {(each.person, tuple(p.act for p in each.gained), tuple(p.act for p in each.lost)) for each in found.persons} == {
        ("member-a", ("set-agenda",), ()),
        ("the-secretary", (), ("set-agenda",)),
    }
    assert (found.weight, [str(each) for each in found.risky], found.refused) == ("risky", [POLICY], ())
    same = content(
        (POLICY, "p, committee,            *,         *,               read,", "p, member, *, *, read,"), administered=True
    )
    lost = {each.person for each in planned(board.tenant(SLUG), same).persons if each.lost}
    assert lost == {"the-chair", "the-vice-chair", "the-secretary"}


def test_a_power_that_comes_by_another_line_is_neither_gained_nor_lost(board: Installation) -> None:
    texts = content((POLICY, "", "\np, secretary, *, *, read, -, allow, H.2\n"), administered=True)
    assert planned(board.tenant(SLUG), texts).persons == ()


def test_powers_of_a_version_to_come_are_told_with_their_day(board: Installation) -> None:
    texts = amended(("", 'policy = "board.csv"', 'policy = "second.csv"'))
    fewer = "".join(line for line in texts[POLICY].splitlines(True) if "direction" not in line)
    found = planned(board.tenant(SLUG), {**texts, "policies/second.csv": fewer})
    assert [(each.person, str(each.on), [p.act for p in each.lost]) for each in found.persons] == [
        ("the-chair", "2021-06-01", ["issue"])
    ]

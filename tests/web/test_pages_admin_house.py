"""A house rule changed in a browser: seen in the plan, applied, and it holds, in both committees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.web.admin_desk import Desk, desk
from tests.web.conftest import MOST, NATIONAL
from tests.web.reading_room import NOW, Page

from steerco.kernel.act import ActRequest
from steerco.kernel.perform import Done, perform
from steerco.records import Refused


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("office")) as served:
        yield served


def act(office: Desk, slug: str, who: str, action: str, on: str | None = None, **given: object) -> Done:
    person = office.as_(slug, who).person
    return perform(office.installation.tenant(slug), ActRequest(person, action, NOW, on=on, input=given))


def form(page: Page) -> dict[str, str]:
    """Everything that a form would send as it stands."""
    fields: dict[str, str] = {}
    chosen, textarea = "", ""
    for tag, attrs in page.elements:
        if tag == "select":
            chosen = attrs["name"]
        elif tag == "option" and "selected" in attrs:
            fields[chosen] = attrs["value"]
        elif tag == "input" and attrs.get("type") in ("text", "hidden") and "name" in attrs:
            fields[attrs["name"]] = attrs["value"]
        elif tag == "textarea":
            textarea = attrs["name"]
            fields[textarea] = ""
    return fields


def sent(office: Desk, slug: str, who: str, clause: str, **changes: str) -> str:
    """Open the form of a house rule, fill it in, send it; where its plan is."""
    page = office.page(slug, who, f"/admin/house/{clause}")
    rules = office.installation.tenant(slug).snapshot.house
    assert rules is not None
    gloss = rules.clause(clause).gloss  # type: ignore[union-attr]  # there is one
    fields = {**form(page), "text-vi": gloss.vi, "text-en": gloss.en, **changes}
    fields.pop("form_token")
    given = office.send(slug, who, f"/admin/house/{clause}", **fields)
    assert given.status_code == 303, given.text[-3000:]
    return str(given.headers["location"]).partition("?")[0]


def test_who_postpones_a_meeting_is_changed_by_a_house_rule_and_it_holds(office: Desk) -> None:
    meeting = act(office, NATIONAL, "chair", "meeting.convene", kind="regular", starts_at="2021-03-10T02:00:00Z").ref
    moved = {"starts_at": "2021-03-17T02:00:00Z", "reason": "floods"}
    with pytest.raises(Refused):
        act(office, NATIONAL, "standing-vice-chair", "meeting.postpone", meeting, **moved)
    listing = office.page(NATIONAL, "wg-head", "/admin/house")
    assert "Adopted by: Chair" in listing.text
    assert "Chair: may postpone a meeting" in listing.text
    form_page = office.page(NATIONAL, "wg-head", "/admin/house/H.6")
    deeds = [text for text in form_page.texts if "postpone a meeting in National Committee" in text]
    assert deeds

    to = sent(
        office,
        NATIONAL,
        "wg-head",
        "H.6",
        **{
            "text-en": "The Chair and the Standing Vice Chair postpone meetings of the Committee.",
            "text-vi": "Chủ tịch và Phó Chủ tịch thường trực hoãn cuộc họp của Ủy ban.",
            "adopted_by": "The Chair, decision of 13 February 2021",
            "new-who-1": "standing-vice-chair",
            "new-deed-1": "0",
        },
    )
    said = office.planned(NATIONAL, "wg-head", to).text
    assert "Standing Vice Chair : may postpone a meeting in National Committee on e-Government" in said
    assert "The Chair and the Standing Vice Chair postpone meetings of the Committee." in said
    assert "Until now: The Chair postpones or cancels meetings of the Committee" in said
    assert "Who loses a power Nobody." in said
    assert office.send(NATIONAL, "wg-head", to, step="apply", why="The Chair travels").status_code == 303

    done = act(office, NATIONAL, "standing-vice-chair", "meeting.postpone", meeting, **moved)
    assert [each.clause for each in done.decision.because] == ["H.6"]
    assert done.decision.basis == "house"
    snapshot = office.installation.tenant(NATIONAL).snapshot
    assert [house.instrument.id for house in snapshot.houses] == ["house", "house 2021-02-13"]
    old = snapshot.houses[0].clause("H.6")
    assert old is not None
    assert old.gloss.en.startswith("The Chair postpones or cancels")  # for what was decided under it


def test_a_power_is_taken_from_who_presides_in_the_other_committee(office: Desk) -> None:
    page = office.page(MOST, "head", "/admin/house/H.7", "vi")
    assert "Quy định nội bộ, không phải Quy chế" in page.text
    words = {"text-vi": "Chưa triệu tập thì người lên lịch hoãn hoặc hủy.", "text-en": "Not yet convened: whoever planned it."}
    to = sent(office, MOST, "head", "H.7", **words, **{"gone-1": "1"})
    said = office.planned(MOST, "head", to, "vi").text
    assert "Người mất quyền" in said
    assert "không còn quyền hoãn cuộc họp" in said
    assert "Người được thêm quyền Không có." in said


def test_what_is_missing_is_told_at_its_field_and_what_was_typed_stays(office: Desk) -> None:
    page = office.page(NATIONAL, "wg-head", "/admin/house/H.8")
    fields = {**form(page), "text-vi": "", "text-en": "Typed with care", "new-who-1": "chair"}
    fields.pop("form_token")
    given = office.send(NATIONAL, "wg-head", "/admin/house/H.8?lang=en", **fields)
    told = Page(given.text)
    assert given.status_code == 422
    assert "Typed with care" in told.text
    assert "Choose both who and what" in told.text
    assert {"#f-text-vi", "#f-new-who-1"} <= set(told.links)


def test_a_bar_of_the_house_rules_is_told_as_a_bar(office: Desk) -> None:
    text = office.page(NATIONAL, "wg-head", "/admin/house", "vi").text
    assert "người giữ: không được phép ghi nhận việc giữ chức danh" in text
    assert "không còn quyền" not in text


def test_who_may_is_not_changed_while_the_words_go_on_to_name_others(office: Desk) -> None:
    """A power is cited by the words of its rule, so these have to say it."""
    page = office.page(NATIONAL, "wg-head", "/admin/house/H.8")
    rules = office.installation.tenant(NATIONAL).snapshot.house
    clause = rules.clause("H.8") if rules is not None else None
    assert clause is not None
    fields = {**form(page), "text-vi": clause.gloss.vi, "text-en": clause.gloss.en, "new-who-1": "member", "new-deed-1": "0"}
    fields.pop("form_token")
    given = office.send(NATIONAL, "wg-head", "/admin/house/H.8?lang=en", **fields)
    assert given.status_code == 422
    assert {"#f-text-vi", "#f-text-en"} <= set(Page(given.text).links)
    assert "powers are cited by them" in Page(given.text).text


def test_a_rule_that_stands_beside_a_clause_gives_its_powers_to_nobody_else(office: Desk) -> None:
    """Ad hoc meetings that the Head called are the Head's to conclude; the rule is for those that the Deputy Head called."""
    page = office.page(MOST, "head", "/admin/house/H.1")
    words = {"text-vi": "Tổ công tác kết luận cuộc họp.", "text-en": "The Working Group concludes meetings."}
    fields = {**form(page), **words, "new-who-1": "working-group", "new-deed-1": "1"}
    fields.pop("form_token")
    given = office.send(MOST, "head", "/admin/house/H.1?lang=en", **fields)
    assert given.status_code == 422
    assert "beside Article 3, clause 3 of the regulation" in Page(given.text).text


def test_a_house_rule_is_not_everybodys_to_change(office: Desk) -> None:
    given = office.as_(NATIONAL, "wg-member").get(f"/t/{NATIONAL}/admin/house/H.6?lang=en")
    assert given.status_code == 403
    assert "Chair (Prime Minister)" in Page(given.text).text
    assert not Page(given.text).of("textarea")
    assert office.as_(NATIONAL, "wg-head").get(f"/t/{NATIONAL}/admin/house/3.3").status_code == 404


def test_a_house_rule_against_the_regulation_is_told_by_the_check(office: Desk) -> None:
    """The regulation gives presiding and concluding to somebody; a house rule gives it to nobody else."""
    before = next(
        text for path, text in office.installation.tenant(NATIONAL).snapshot.content.items() if path.startswith("policies/")
    )
    line = "p, wg-member, committee, meeting.regular, convene, -, allow, H.6\n"
    given = office.send(NATIONAL, "wg-head", "/admin/files/powers", text=before + line)
    page = office.as_(NATIONAL, "wg-head").get(str(given.headers["location"]).partition("?")[0] + "?lang=vi")
    assert page.status_code == 422
    assert "Quy định nội bộ trái với Quy chế." in Page(page.text).text

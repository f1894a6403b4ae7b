"""The first page of work: what somebody finds there, and what is not theirs."""

from __future__ import annotations

import pytest
from tests.web.reading_room import Page
from tests.work.lived_pages import BOTH, MOST, NATIONAL, LivedPages, lines

from steerco.store import log

pytestmark = pytest.mark.xdist_group("work-pages")

MEMBER = {NATIONAL: ("bo-truong-cong-an", "5.5"), MOST: ("vt-khtc", "6.5")}
HEAD = {NATIONAL: "chair", MOST: "head"}
GUEST = {NATIONAL: "chu-tich-da-nang", MOST: "vt-phap-che"}


def forms(page: Page, path: str) -> list[str]:
    """The addresses to which a form of the page sends that end so."""
    return [form["action"] for form in page.of("form") if form.get("action", "").partition("?")[0].endswith(path)]


def consents(pages: LivedPages, slug: str) -> int:
    """How often the log has a consent to an absence."""
    tenant = pages.installation.tenant(slug)
    with tenant.store.read(tenant.id) as session:
        return sum(event["action"] == "absence-request.consent" for event in log.entries(session))


@pytest.mark.parametrize("slug", BOTH)
@pytest.mark.parametrize(("lang", "title", "accept"), [("vi", "Việc của tôi", "Sẽ dự họp"), ("en", "My work", "I will attend")])
def test_a_member_finds_the_invitation_first_with_two_answers_and_its_clause(
    pages: LivedPages, slug: str, lang: str, title: str, accept: str
) -> None:
    who, clause = MEMBER[slug]
    page = pages.page(slug, who, lang=lang)
    assert title in page.text
    assert accept in page.text
    (yes,) = lines(page, "/records/meeting/M-2022-001/do/reply")
    assert "answer=accept" in yes
    (no,) = lines(page, "/records/absence-request/do/request")
    assert "meeting=M-2022-001" in no
    assert lines(page, f"/charter/{clause}")
    ahead = "Sắp họp" if lang == "vi" else "Next meetings"
    assert page.text.index(accept) < page.text.index(ahead)


@pytest.mark.parametrize("slug", BOTH)
def test_a_guest_declines_by_the_reply_since_no_clause_has_them_ask_to_be_excused(pages: LivedPages, slug: str) -> None:
    page = pages.page(slug, GUEST[slug])
    assert len(lines(page, "/records/meeting/M-2022-001/do/reply")) == 2
    assert not lines(page, "/records/absence-request/do/request")
    assert "đề nghị vắng họp" not in page.text
    assert not lines(page, "/records/matter/MT-2022-001")


@pytest.mark.parametrize("slug", BOTH)
def test_whoever_presides_consents_or_not_side_by_side_and_sees_the_reason(pages: LivedPages, slug: str) -> None:
    page = pages.page(slug, HEAD[slug])
    assert len(forms(page, "/records/absence-request/AR-2022-001/do/consent")) == 1
    (refuse,) = [a for a in page.of("a") if a.get("href", "").partition("?")[0].endswith("AR-2022-001/do/refuse")]
    assert refuse["class"] == "button equal"  # a refusal asks for its reason
    assert [b for b in page.of("button") if b.get("class") == "equal"]
    assert len(lines(page, "/records/matter/MT-2022-001/do/decide")) == 1
    reason = "Dự hội nghị tổng kết học kỳ I" if slug == NATIONAL else "Dự lớp bồi dưỡng lãnh đạo cấp vụ"
    assert reason in page.text


@pytest.mark.parametrize("slug", BOTH)
def test_consent_is_one_press_from_there_and_pressed_twice_it_is_one(fresh: LivedPages, slug: str) -> None:
    head = fresh.as_(slug, HEAD[slug])
    before = consents(fresh, slug)
    page = Page(head.get(f"/t/{slug}", params={"lang": "vi"}).text)
    (action,) = forms(page, "/records/absence-request/AR-2022-001/do/consent")
    names = ("form_token", "key", "version")
    at = page.elements.index(("form", {"method": "post", "action": action}))
    fields = [attrs for tag, attrs in page.elements[at:] if tag == "input" and attrs.get("name") in names][:3]
    sent = {attrs["name"]: attrs["value"] for attrs in fields}
    for _ in range(2):
        answer = head.post(action, data=sent)
        assert answer.status_code == 303
        assert "/records/absence-request/AR-2022-001" in answer.headers["location"]
    assert consents(fresh, slug) == before + 1


@pytest.mark.parametrize("slug", BOTH)
def test_nobody_else_is_asked_to_consent_or_to_decide(pages: LivedPages, slug: str) -> None:
    for who in (MEMBER[slug][0], GUEST[slug], "wg-head"):
        page = pages.page(slug, who)
        assert not forms(page, "/records/absence-request/AR-2022-001/do/consent"), who
        assert not lines(page, "/records/matter/MT-2022-001/do/decide"), who


def test_what_is_late_says_for_how_long_by_which_clause_and_in_which_capacity(pages: LivedPages) -> None:
    page = pages.page(NATIONAL, "bo-truong-xay-dung-moi")
    assert "Quá hạn 5 ngày" in page.text
    assert "Xây dựng cơ sở dữ liệu quy hoạch đô thị dùng chung" in page.text
    assert "Với tư cách: Ủy viên là Bộ trưởng Bộ Xây dựng" in page.text
    assert lines(page, "/records/task/T-2021-003/do/report-done")
    english = pages.page(MOST, "ct-ttkhcn", lang="en")
    assert "21 days overdue" in english.text


def test_a_members_overdue_work_is_no_line_of_the_chairs(pages: LivedPages) -> None:
    assert not lines(pages.page(NATIONAL, "chair"), "/records/task/T-2021-003")


def test_two_capacities_stand_on_one_page_each_with_its_label(pages: LivedPages) -> None:
    page = pages.page(NATIONAL, "bo-truong-tt-tt")
    assert "Với tư cách: Phó Chủ tịch Ủy ban" in page.text
    assert "Với tư cách: Tổ công tác giúp việc Ủy ban" in page.text
    assert lines(page, "/records/programme/PG-2021-004/do/submit")


def test_the_quarters_meeting_that_is_called_needs_no_calling(pages: LivedPages) -> None:
    page = pages.page(NATIONAL, "chair")
    assert "Đã triệu tập: 14:00 Thứ Năm, 20/01/2022" in page.text
    assert not lines(page, "/records/meeting/do/convene")


@pytest.mark.parametrize("slug", BOTH)
def test_what_has_been_answered_waits_no_more(fresh: LivedPages, slug: str) -> None:
    who = MEMBER[slug][0]
    fresh.act(slug, who, "meeting.reply", "M-2022-001", answer="accept")
    fresh.act(slug, who, "matter.give-opinion", "MT-2022-001", position="agree")
    fresh.act(slug, HEAD[slug], "absence-request.consent", "AR-2022-001")
    member, head = fresh.page(slug, who), fresh.page(slug, HEAD[slug])
    assert not lines(member, "/records/meeting/M-2022-001/do/reply")
    assert not lines(member, "/records/matter/MT-2022-001/do/give-opinion")
    assert not forms(head, "/records/absence-request/AR-2022-001/do/consent")
    assert lines(member, "/records/meeting/M-2022-001")  # it still lies ahead


@pytest.mark.parametrize("slug", BOTH)
def test_a_substitute_without_an_opinion_is_no_button_but_says_what_is_missing(fresh: LivedPages, slug: str) -> None:
    who = MEMBER[slug][0]
    substitute = {NATIONAL: "chuyen-gia-do-thi", MOST: "pvt-khtc"}[slug]
    asked = fresh.act(slug, who, "absence-request.request", meeting="M-2022-001", reason="Công tác nước ngoài").ref
    assert not lines(fresh.page(slug, who), "/records/meeting/M-2022-001/do/reply")  # to ask to be excused is an answer
    fresh.act(slug, HEAD[slug], "absence-request.consent", asked)
    named = fresh.act(slug, who, "substitution.name", meeting="M-2022-001", substitute=substitute).ref
    page = fresh.page(slug, HEAD[slug])
    assert lines(page, f"/records/substitution/{named}")
    assert "Chưa thực hiện được, còn thiếu: ý kiến bằng văn bản" in page.text
    assert not lines(page, f"/records/substitution/{named}/do/admit")
    fresh.act(slug, who, "substitution.lodge-opinion", named, opinion="Nhất trí")
    assert lines(fresh.page(slug, HEAD[slug]), f"/records/substitution/{named}/do/admit")


@pytest.mark.parametrize("slug", BOTH)
def test_strangers_of_a_demonstration_see_what_the_committee_is(pages: LivedPages, slug: str) -> None:
    answer = pages.http.get(f"/t/{slug}", params={"lang": "en"}, headers={"Accept": "text/html"})
    page, about = Page(answer.text), pages.page(slug, HEAD[slug], "/about", lang="en")
    assert answer.status_code == 200
    assert "My work" not in page.text
    number = pages.installation.tenant(slug).snapshot.charters[-1].instrument.id
    assert number in page.text
    assert number in about.text


@pytest.mark.parametrize("path", ["", "/week", "/calendar", "/records/task"])
def test_work_is_of_today_whatever_day_another_page_was_asked_for(pages: LivedPages, path: str) -> None:
    page = pages.page(NATIONAL, "bo-truong-xay-dung-moi", path, on="2021-06-15")
    assert "Đang xem ngày" not in page.text
    assert "Xây dựng cơ sở dữ liệu quy hoạch đô thị dùng chung" in page.text or path == "/calendar"
    assert not [link for link in page.links if "on=2021-06-15" in link and "lang=" not in link]


@pytest.mark.parametrize(("slug", "body"), [(NATIONAL, "committee"), (MOST, "board")])
def test_a_joint_meeting_waits_for_the_head_of_the_other_body_until_that_body_has_joined(
    fresh: LivedPages, slug: str, body: str
) -> None:
    given = {"body": body, "kind": "ad-hoc", "starts_at": "2022-02-15T09:00:00"}
    joint = fresh.act(slug, HEAD[slug], "meeting.convene", **given, joint_with="working-group").ref
    assert lines(fresh.page(slug, "wg-head"), f"/records/meeting/{joint}/do/join")
    fresh.act(slug, "wg-head", "meeting.join", joint)
    assert not lines(fresh.page(slug, "wg-head"), f"/records/meeting/{joint}/do/join")


@pytest.mark.parametrize(("slug", "who"), [(NATIONAL, "bo-truong-y-te"), (MOST, "ct-shtt")])
def test_a_proposal_waits_for_the_body_that_makes_it_too_until_it_has_joined(fresh: LivedPages, slug: str, who: str) -> None:
    given = {"title": "Ký số", "proposes": "solution", "serves": "Chương trình chuyển đổi số"}
    joint = fresh.act(slug, who, "proposal.file", **given, jointly_with="working-group").ref
    assert lines(fresh.page(slug, "wg-head"), f"/records/proposal/{joint}/do/join")
    fresh.act(slug, "wg-head", "proposal.join", joint)
    assert not lines(fresh.page(slug, "wg-head"), f"/records/proposal/{joint}/do/join")

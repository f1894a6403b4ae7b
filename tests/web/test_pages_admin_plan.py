"""Plan and apply in a browser: who may, what the plan says, what an apply does, and what comes between."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.web.admin_desk import Desk, desk
from tests.web.conftest import MOST, NATIONAL
from tests.web.reading_room import NOW, Page

from steerco.configuration.revisions import listed
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations import tokens
from steerco.records import Refused

CASE = """[[case]]
name = "The Chair postpones a meeting of the Committee"
cites = ["H.6"]
at = 2021-03-01
[[case.step]]
by = "chair"
do = "meeting.convene"
with = { kind = "regular", starts_at = "2021-03-10T02:00:00Z" }
as = "quarterly"
[[case.step]]
by = "chair"
do = "meeting.postpone"
on = "$quarterly"
with = { starts_at = "2021-03-17T02:00:00Z", reason = "floods" }
because = "H.6"
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("office"), {NATIONAL: CASE}) as served:
        yield served


def texts(office: Desk, slug: str) -> dict[str, str]:
    return dict(office.installation.tenant(slug).snapshot.content)


def powers(office: Desk, slug: str) -> str:
    return next(text for path, text in texts(office, slug).items() if path.startswith("policies/"))


ADDED = "p, standing-vice-chair, committee, meeting, postpone, -, allow, H.6\n"


def prepared(office: Desk, slug: str, who: str, key: str, text: str) -> str:
    """Edit a file and return where its plan is."""
    sent = office.send(slug, who, f"/admin/files/{key}", text=text)
    assert sent.status_code == 303, sent.text[-3000:]
    return str(sent.headers["location"]).partition("?")[0]


def test_a_power_is_planned_in_peoples_terms_applied_and_holds(office: Desk) -> None:
    before = office.installation.tenant(NATIONAL).snapshot.revision
    to = prepared(office, NATIONAL, "wg-head", "powers", powers(office, NATIONAL) + ADDED)
    said = office.planned(NATIONAL, "wg-head", to).text
    assert "Standing Vice Chair : may postpone a meeting in National Committee on e-Government" in said
    assert "Today: Deputy Prime Minister" in said
    assert "The Chair postpones or cancels meetings of the Committee" in said  # the cited text, beside it
    assert "House rule, not the regulation" in said
    assert "Who loses a power Nobody." in said
    assert "1 passed, 0 failed, of 1." in said
    assert "New risks" not in said
    vietnamese = office.planned(NATIONAL, "wg-head", to, "vi").text
    assert "Người được thêm quyền Phó Chủ tịch thường trực Ủy ban : có quyền hoãn cuộc họp" in vietnamese
    assert "Chủ tịch hoãn, hủy cuộc họp của Ủy ban" in vietnamese
    assert f"Áp dụng bản {before + 1}" in vietnamese

    nothing = office.send(NATIONAL, "wg-head", to, step="apply", why="")
    assert nothing.status_code == 422
    assert (
        "Say why"
        in Page(
            office.as_(NATIONAL, "wg-head")
            .post(f"{to}?lang=en", data={"form_token": office.as_(NATIONAL, "wg-head").form_token, "step": "apply"})
            .text
        ).text
    )
    assert office.installation.tenant(NATIONAL).snapshot.revision == before
    done = office.send(NATIONAL, "wg-head", to, step="apply", why="The Chair travels often")
    assert (done.status_code, done.headers["location"].partition("?")[0]) == (303, to)
    again = office.send(NATIONAL, "wg-head", to, step="apply", why="The Chair travels often")
    assert again.status_code == 303  # pressed twice, done once
    with office.installation.store.read(office.installation.number(NATIONAL)) as session:
        newest, *_ = listed(session, office.installation.number(NATIONAL))
    assert (newest.number, newest.why) == (before + 1, "The Chair travels often")
    assert newest.by == office.as_(NATIONAL, "wg-head").person
    lines = office.installation.tenant(NATIONAL).snapshot.regime_on(NOW.date()).lines
    assert any((line.subject, line.object, line.act) == ("standing-vice-chair", "meeting", "postpone") for line in lines)
    listing = office.page(NATIONAL, "wg-head", "/admin/revisions").text
    assert "The Chair travels often" in listing
    differs = office.page(NATIONAL, "wg-head", f"/admin/revisions/{before + 1}").text
    assert ADDED.strip() in differs


def test_the_page_of_an_amendment_tells_what_its_files_would_change_until_they_are_in_use(office: Desk) -> None:
    files = texts(office, NATIONAL)
    charter = next(text for path, text in files.items() if path.endswith("/charter.toml"))
    charter = charter.replace('"414/QĐ-UBQGCPĐT"', '"415/QĐ-UBQGCPĐT"').replace(
        "effective = 2020-10-21", "effective = 2031-01-01"
    )
    charter = charter.replace('"national-committee.csv"', '"second.csv"')
    added = "p, vice-chair, committee, meeting.ad-hoc, convene, -, allow, 7.1.p2\n"
    handed = [("second.toml", charter), ("second.csv", powers(office, NATIONAL) + added)]
    given = {"title": "Phó Chủ tịch triệu tập họp đột xuất", "text": "Sửa khoản 1 Điều 7", "clauses": ["7.1.p2"]}
    given["files"] = [{"name": name, "text": text} for name, text in handed]
    head = office.person(NATIONAL, "wg-head")
    made = perform(office.installation.tenant(NATIONAL), ActRequest(head, "amendment.submit", input=given, at=NOW))
    said = office.page(NATIONAL, "chair", f"/records/amendment/{made.ref}").text
    assert "The changes that its files would make if they were in use, from their own day" in said
    assert "Vice Chair : may convene" in said
    assert "ad hoc" in said
    assert (
        "Phó Chủ tịch Ủy ban : có quyền triệu tập" in office.page(NATIONAL, "chair", f"/records/amendment/{made.ref}", "vi").text
    )
    annex = office.page(NATIONAL, "chair", f"/charter/annex?amendment={made.ref}").text
    assert "Power gained" in annex
    assert "triệu tập" in annex  # in both languages side by side
    assert "Power lost" not in annex
    tenant = office.installation.tenant(NATIONAL)
    secret = {"Authorization": f"Bearer {tokens.issue(tenant, head, ('read',), now=NOW).secret}"}
    told = office.as_(NATIONAL, "chair").get(f"/t/{NATIONAL}/api/annex?amendment={made.ref}", headers=secret).json()
    (gained,) = told["annex"]["offices"]
    assert (gained["office"], gained["rows"][0]["kind"]) == ("vice-chair", "power-gained")
    assert gained["rows"][0]["new_clauses"] == ["7.1.p2"]
    assert (told["file"], told["wrong"]) == (None, [])  # nothing is attached to the record yet
    links = office.page(NATIONAL, "chair", f"/records/amendment/{made.ref}").links
    assert any("/charter/past?" in link and made.ref in link for link in links)


def test_a_period_under_an_amendment_is_worked_out_while_the_page_waits(office: Desk) -> None:
    """Whoever convened by 3.3 would be refused under it; the vice chair, who was refused, might be let through."""
    files = texts(office, NATIONAL)
    charter = next(text for path, text in files.items() if path.endswith("/charter.toml"))
    for was, is_ in (
        ('"414/QĐ-UBQGCPĐT"', '"416/QĐ-UBQGCPĐT"'),
        ("effective = 2020-10-21", "effective = 2031-01-01"),
        ('"national-committee.csv"', '"third.csv"'),
    ):
        charter = charter.replace(was, is_)
    lines = [
        line for line in powers(office, NATIONAL).splitlines() if not (" convene," in line and line.endswith(("3.3", "7.1.p2")))
    ]
    policy = "\n".join([*lines, "p, vice-chair, committee, meeting.ad-hoc, convene, -, allow, 7.1.p2", ""])
    tenant, head = office.installation.tenant(NATIONAL), office.person(NATIONAL, "wg-head")
    ad_hoc = {"kind": "ad-hoc", "starts_at": "2021-03-20T02:00:00Z"}
    with pytest.raises(Refused):
        perform(tenant, ActRequest(office.person(NATIONAL, "vice-chair"), "meeting.convene", input=ad_hoc, at=NOW))
    perform(tenant, ActRequest(office.person(NATIONAL, "chair"), "meeting.convene", input=ad_hoc, at=NOW))
    given = {"title": "Quyền triệu tập", "text": "Sửa Điều 3", "clauses": ["3.3"]}
    given["files"] = [{"name": "third.toml", "text": charter}, {"name": "third.csv", "text": policy}]
    made = perform(tenant, ActRequest(head, "amendment.submit", input=given, at=NOW))
    path = f"/charter/past?amendment={made.ref}"
    client = office.as_(NATIONAL, "chair")
    first = client.get(f"/t/{NATIONAL}{path}&lang=en")
    assert "This is being worked out" in first.text
    assert first.headers["Refresh"] == "2"
    for _ in range(200):
        said = Page(client.get(f"/t/{NATIONAL}{path}&lang=en").text).text
        if "would have come out otherwise" in said:
            break
        time.sleep(0.05)
    assert "refused 1 times" in said
    assert "Vice Chair may" in said
    assert "convene a meeting" in said.lower()
    assert "Article 7, clause 1, paragraph 2" in said
    assert "another's" in said
    assert "sẽ có kết quả khác" in client.get(f"/t/{NATIONAL}{path}&lang=vi").text
    assert client.get(f"/t/{NATIONAL}/charter/past?amendment=AM-2021-999").status_code == 404
    secret = tokens.issue(tenant, head, ("read",), now=NOW).secret
    answer = client.get(
        f"/t/{NATIONAL}/api/past?amendment={made.ref}",
        headers={"Authorization": f"Bearer {secret}", "Accept": "application/json"},
    ).json()
    assert answer["stage"] == "done"
    assert {each["action"] for each in answer["answer"]["flips"]} == {"meeting.convene"}
    assert answer["answer"]["widened"][0]["granted"] == ["vice-chair"]
    led = Page(client.get(f"/t/{NATIONAL}/charter/draft?amendment={made.ref}&lang=en").text).text
    assert "As of 1 January 2031" in led
    assert "nobody may do it now, so nobody can discharge the duty" in led
    assert "không ai được làm" in client.get(f"/t/{NATIONAL}/charter/draft?amendment={made.ref}&lang=vi").text
    assert client.get(f"/t/{NATIONAL}/charter/draft?amendment=AM-2021-999").status_code == 404
    told = client.get(
        f"/t/{NATIONAL}/api/consequences?amendment={made.ref}",
        headers={"Authorization": f"Bearer {secret}", "Accept": "application/json"},
    ).json()
    assert told["on"] == "2031-01-01"
    assert "dead-ends" in {each["kind"] for each in told["new"]}


def test_a_change_tells_the_risks_that_it_brings_and_those_that_it_mends(office: Desk) -> None:
    approves = "p, relation:presiding, *, minutes, approve, -, allow, H.8\n"
    without = powers(office, MOST).replace(approves, "")
    assert without != powers(office, MOST)
    to = prepared(office, MOST, "wg-head", "powers", without)
    said = office.planned(MOST, "wg-head", to).text
    assert "New risks" in said
    assert "nobody may do what comes next (approve minutes)" in said.lower()
    assert "What it mends" not in said
    assert office.send(MOST, "wg-head", to, step="apply", why="as a trial").status_code == 303
    back = prepared(office, MOST, "wg-head", "powers", without + approves)
    mended = office.planned(MOST, "wg-head", back, "vi").text
    assert "Những điểm được khắc phục" in mended
    assert "Rủi ro mới" not in mended
    assert office.send(MOST, "wg-head", back, step="apply", why="as before").status_code == 303


def test_a_duty_that_a_later_version_brings_is_told_by_its_label_in_the_readers_language(office: Desk) -> None:
    charter = texts(office, MOST)[f"tenants/{MOST}/charter.toml"]
    for before, after in (
        ('id = "QĐ-BCĐCPĐT, 2018"', 'id = "QĐ-BCĐCPĐT, 2031"'),
        ('effective = "2018"', "effective = 2031-02-01"),
        ('id = "monthly-meeting"', 'id = "group-meets"'),
        ("Họp định kỳ hằng tháng của Tổ công tác", "Họp định kỳ hằng quý của Tổ công tác"),
        ("Monthly meeting of the Working Group", "Quarterly meeting of the Working Group"),
        (
            'body = "working-group"\nkind = "regular"\nevery = "month"',
            'body = "working-group"\nkind = "regular"\nevery = "quarter"',
        ),
    ):
        assert charter.count(before) == 1, before
        charter = charter.replace(before, after)
    tenant = office.installation.tenant(MOST)
    member = office.person(MOST, "member")
    first = {"title": "Họp Tổ công tác hằng quý", "text": "Mỗi quý một lần là đủ", "clauses": ["8.3"]}
    made = perform(tenant, ActRequest(member, "amendment.comment", input=first, at=NOW))
    head = office.person(MOST, "wg-head")
    perform(tenant, ActRequest(head, "amendment.sum-up", input={"text": "Nhất trí"}, at=NOW, on=made.id))
    given = {"files": [{"name": "charter-2031.toml", "text": charter}]}
    perform(tenant, ActRequest(head, "amendment.submit", input=given, at=NOW, on=made.id))
    said = office.page(MOST, "head", f"/records/amendment/{made.ref}", "vi").text
    assert "Họp định kỳ hằng quý của Tổ công tác" in said
    assert "group-meets" not in said
    assert "Quarterly meeting of the Working Group" not in said


def test_without_the_power_one_is_refused_before_typing_and_told_who_may(office: Desk) -> None:
    for path in ("/admin/files/powers", "/admin/files/charter"):
        given = office.as_(NATIONAL, "wg-member").get(f"/t/{NATIONAL}{path}?lang=en")
        said = Page(given.text)
        assert given.status_code == 403
        assert "Chair (Prime Minister)" in said.text
        assert "Head of the Working Group" in said.text
        assert not said.of("textarea")
    outsider = office.as_(NATIONAL, "member").get(f"/t/{NATIONAL}/admin?lang=vi")
    assert outsider.status_code == 403
    assert "Không thuộc thẩm quyền" in Page(outsider.text).text
    assert (
        office.send(NATIONAL, "wg-member", "/admin/files/powers", text=powers(office, NATIONAL) + "# mine\n").status_code == 303
    )
    barred = powers(office, NATIONAL).replace("p, chair,                committee,     meeting,                 postpone", "# ")
    assert barred != powers(office, NATIONAL)
    assert office.send(NATIONAL, "wg-member", "/admin/files/powers", text=barred).status_code == 403  # a form made by hand


def test_who_may_only_what_decides_nothing_changes_the_name_and_not_who_applies(office: Desk) -> None:
    settings = texts(office, MOST)[f"tenants/{MOST}/tenant.toml"]
    form = office.page(MOST, "wg-member", "/admin/files/settings")
    assert "Here only name, languages and appearance may be changed" in form.text
    heavy = office.send(MOST, "wg-member", "/admin/files/settings", text=settings.replace('harmless = ["working-group"]', ""))
    assert heavy.status_code == 403
    assert "harmless" not in Page(heavy.text).text.split("Head of the Working Group")[-1]
    light = settings.replace('colour = "#00566b"', 'colour = "#00405b"')
    to = prepared(office, MOST, "wg-member", "settings", light)
    said = office.planned(MOST, "wg-member", to).text
    assert "#00566b becomes #00405b" in said
    assert "decides nothing" in said
    assert office.send(MOST, "wg-member", to, step="apply", why="Easier to read").status_code == 303
    assert office.installation.tenant(MOST).snapshot.settings.appearance.colour == "#00405b"


def test_findings_are_told_at_their_line_with_what_was_meant_and_nothing_is_lost(office: Desk) -> None:
    wrong = powers(office, NATIONAL) + "p, chairr, committee, meeting, postpone, -, allow, H.6\n"
    line = wrong.count("\n")
    to = prepared(office, NATIONAL, "wg-head", "powers", wrong)
    given = office.as_(NATIONAL, "wg-head").get(f"{to}?lang=vi")
    said = Page(given.text)
    assert given.status_code == 422
    assert f"Quyền · dòng {line}" in said.text
    assert "Không có vai trò “chairr”." in said.text
    assert "Có phải “chair”?" in said.text
    assert "policies/" not in given.text
    edit = office.page(NATIONAL, "wg-head", f"/admin/files/powers?change={to.rpartition('/')[2]}")
    assert "chairr" in edit.text
    mended = office.send(
        NATIONAL, "wg-head", "/admin/files/powers", text=wrong.replace("chairr", "vice-chair"), change=to.rpartition("/")[2]
    )
    assert mended.headers["location"].partition("?")[0] == to
    assert "Vice Chair" in office.planned(NATIONAL, "wg-head", to).text
    assert office.send(NATIONAL, "wg-head", to, step="discard").status_code == 303
    assert office.as_(NATIONAL, "wg-head").get(to).status_code == 404


def test_another_revision_that_came_between_is_told_and_both_changes_are_kept(office: Desk) -> None:
    mine = prepared(
        office,
        NATIONAL,
        "wg-head",
        "powers",
        powers(office, NATIONAL) + "p, vice-chair, committee, meeting, cancel, -, allow, H.6\n",
    )
    office.planned(NATIONAL, "wg-head", mine)
    house = texts(office, NATIONAL)[f"tenants/{NATIONAL}/house.toml"]
    theirs = prepared(office, NATIONAL, "chair", "house", house.replace("# THESE ARE NOT", "# Note: these are not"))
    office.planned(NATIONAL, "chair", theirs)
    assert office.send(NATIONAL, "chair", theirs, step="apply", why="A remark").status_code == 303
    given = office.as_(NATIONAL, "wg-head").get(f"{mine}?lang=en")
    assert given.status_code == 409
    assert "A remark" in Page(given.text).text
    assert office.send(NATIONAL, "wg-head", mine, step="apply", why="x").status_code == 409
    brought = office.send(NATIONAL, "wg-head", mine, step="rebase")
    assert brought.headers["location"].partition("?")[0] == mine
    assert "Vice Chair : may cancel a meeting" in office.planned(NATIONAL, "wg-head", mine).text
    assert office.send(NATIONAL, "wg-head", mine, step="apply", why="Both").status_code == 303
    now = texts(office, NATIONAL)
    assert "# Note: these are not" in now[f"tenants/{NATIONAL}/house.toml"]
    assert "meeting, cancel, -, allow, H.6\n" in powers(office, NATIONAL)


def test_files_are_handed_in_by_name_and_a_foreign_one_is_told(office: Desk) -> None:
    browser = office.as_(MOST, "head")
    text = powers(office, MOST) + "p, deputy-head, *, meeting, postpone, -, allow, H.7\n"
    sent = browser.post(
        f"/t/{MOST}/admin/files",
        data={"form_token": browser.form_token},
        files=[("files", ("most-steering-board.csv", text.encode(), "text/csv"))],
    )
    assert sent.status_code == 303, sent.text[-2000:]
    said = office.planned(MOST, "head", sent.headers["location"]).text
    assert "Deputy Head : may postpone a meeting" in said
    foreign = browser.post(
        f"/t/{MOST}/admin/files?lang=en",
        data={"form_token": browser.form_token},
        files=[("files", ("notes.docx", b"x", "application/msword")), ("files", ("house.toml", "\ufeffx".encode("utf-16"), "x"))],
    )
    assert foreign.status_code == 422
    told = Page(foreign.text).text
    assert "no name of a file of a committee" in told
    assert "Save it as UTF-8" in told


def test_a_change_that_would_rewrite_what_acts_rest_on_says_how_to_go_on(office: Desk) -> None:
    house = texts(office, MOST)[f"tenants/{MOST}/house.toml"]
    tenant = office.installation.tenant(MOST)
    perform(
        tenant,
        ActRequest(
            office.as_(MOST, "head").person,
            "meeting.convene",
            NOW,
            input={"kind": "regular", "starts_at": "2021-03-10T02:00:00Z"},
        ),
    )
    to = prepared(office, MOST, "head", "house", house.replace('value = "wg-head"', 'value = "head"'))
    page = office.planned(MOST, "head", to)
    assert "It cannot be applied as it is" in page.text
    assert "Put what is new into a version of its own" in page.text
    refused = office.send(MOST, "head", to, step="apply", why="x")
    assert refused.status_code == 409
    assert office.send(MOST, "head", to, step="correct").status_code == 303
    assert "Apply as revision" in office.planned(MOST, "head", to).text


def test_going_back_to_an_earlier_revision_is_a_plan_of_its_own(office: Desk) -> None:
    if ADDED not in powers(office, NATIONAL):
        given = prepared(office, NATIONAL, "wg-head", "powers", powers(office, NATIONAL) + ADDED)
        office.planned(NATIONAL, "wg-head", given)
        assert office.send(NATIONAL, "wg-head", given, step="apply", why="To be taken back").status_code == 303
    before = office.installation.tenant(NATIONAL).snapshot.revision
    sent = office.send(NATIONAL, "wg-head", "/admin/revisions/1")
    page = office.planned(NATIONAL, "wg-head", sent.headers["location"])
    assert "Standing Vice Chair : may no longer postpone a meeting" in page.text
    to = sent.headers["location"].partition("?")[0]
    assert office.send(NATIONAL, "wg-head", to, step="apply", why="Not needed after all").status_code == 303
    with office.installation.store.read(office.installation.number(NATIONAL)) as session:
        newest, *_ = listed(session, office.installation.number(NATIONAL))
    assert (newest.number, newest.back_to) == (before + 1, 1)
    lines = office.installation.tenant(NATIONAL).snapshot.regime_on(NOW.date()).lines
    assert not any((line.subject, line.act) == ("standing-vice-chair", "postpone") for line in lines)


def test_a_form_of_another_sign_in_does_nothing_and_keeps_what_was_typed(office: Desk) -> None:
    browser = office.as_(NATIONAL, "wg-head")
    text = powers(office, NATIONAL) + "# typed for an hour\n"
    given = browser.post(f"/t/{NATIONAL}/admin/files/powers?lang=en", data={"form_token": "other", "text": text})
    assert given.status_code == 403
    assert "typed for an hour" in Page(given.text).text
    assert "Send it once more" in Page(given.text).text


def test_another_administrators_change_is_not_thrown_away_by_who_could_not_apply_it(office: Desk) -> None:
    to = prepared(office, NATIONAL, "wg-head", "powers", powers(office, NATIONAL) + ADDED.replace("postpone", "cancel"))
    for step in ("discard", "rebase", "mine", "try"):
        assert office.send(NATIONAL, "wg-member", to, step=step).status_code == 403
    assert office.as_(NATIONAL, "wg-head").get(to).status_code in (200, 422)
    assert office.send(NATIONAL, "wg-head", to, step="discard").status_code == 303

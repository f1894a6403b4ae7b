"""Documents: numbers under many hands, the year's turn, what is signed and what is printed."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.committee.conftest import MORNING, ZONE, Board
from tests.databases import STORES

from steerco.cases.world import seed
from steerco.configuration.home import Home
from steerco.configuration.installation import Installation
from steerco.configuration.regime import PLATFORM
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.operations import period_archive
from steerco.operations.backup import backup, restore
from steerco.operations.disposal_chore import WHOLE_EVERY, Disposal
from steerco.operations.rebuild import rebuild
from steerco.operations.used_files import used
from steerco.records import Invalid, NotFound, OutOfOrder, Refused
from steerco.store import log
from steerco.store.checkpoint import Seal
from steerco.store.engine import Store

ROOT = Path(__file__).parents[2]
SLUG = "most-steering-board"
CHIEF, HEAD = "cvp-bo", "bo-truong-khcn"


PER_KIND = '\n[[rule]]\nname = "number-series"\nvalue = "per-kind"\ncite = ["H.71"]\n'


def begun(house: str = "", place: str = "", charter: str = "") -> Store:
    """The Steering Board with its people, ``house`` and ``charter`` added to its house rules and charter, ``place`` to its
    instrument; without the plugin that knows a form, so core's plain one is printed.
    """
    store = STORES.empty()
    home, installation = Home(ROOT), Installation(store)
    files, folder = home.content(SLUG), f"tenants/{SLUG}/"
    files |= {
        f"{folder}tenant.toml": files[f"{folder}tenant.toml"].replace('"steerco_vn_documents", ', ""),
        f"{folder}house.toml": files[f"{folder}house.toml"] + house,
        f"{folder}charter.toml": files[f"{folder}charter.toml"].replace("[instrument]", f"[instrument]\n{place}", 1) + charter,
    }
    installation.apply(SLUG, files, at=MORNING, who=PLATFORM, why="test", seed=seed)
    return store


@pytest.fixture(scope="module")
def at_work() -> Store:
    """The Board at work, to copy."""
    return begun()


@pytest.fixture
def office(at_work: Store) -> Iterator[Board]:
    store = STORES.copy(at_work)
    yield Board(Installation(store).tenant(SLUG))
    store.close()


def signed(office: Board, title: str = "Kết luận", **given: object) -> str:
    id = office.do(CHIEF, "document.draft", kind="conclusion-notice", title=title, **given)
    return office.do(CHIEF, "document.sign", id)


def issued(office: Board, title: str = "Kết luận", **given: object) -> str:
    return office.do(CHIEF, "document.issue", signed(office, title, **given))


def text_of(office: Board, id: str, role: str) -> str:
    """The file of a document, as text."""
    row = next(row for row in office.show("document", id)["files"] if row["role"] == role)
    with office.tenant.files.open(office.tenant.id, row["digest"]) as file:
        content = file.read()
    assert (sha256(content).hexdigest(), len(content)) == (row["digest"], row["size"])
    return content.decode()


def test_a_place_that_the_charter_states_for_a_kind_goes_before_its_own_and_both_before_house_rules() -> None:
    """By house rule the Board's papers are of Hà Nội (H.74)."""
    rule = '\n[[rule]]\nname = "document-place"\nvalue = "Đà Lạt"\nwhere = { kind = "conclusion-notice" }\ncite = ["QD.1"]\n'
    store = begun(place='place = "Huế"', charter=rule)
    office = Board(Installation(store).tenant(SLUG))
    notice = signed(office)
    letter = office.do(CHIEF, "document.draft", kind="official-letter", title="Về việc họp", addressees=["van-phong-bo"])
    places = [text_of(office, id, "signed") for id in (notice, office.do(CHIEF, "document.sign", letter))]
    store.close()
    assert ["Đà Lạt" in places[0], "Huế" in places[0], "Huế" in places[1], "Hà Nội" in places[1]] == [True, False, True, False]


def test_eight_hands_give_each_number_once_and_leave_no_gap(office: Board) -> None:
    ids = [signed(office, f"Kết luận {n}") for n in range(24)]

    def issue(id: str) -> str:
        return perform(office.tenant, ActRequest(CHIEF, "document.issue", MORNING, on=id)).id

    with ThreadPoolExecutor(8) as hands:
        assert sorted(hands.map(issue, ids)) == sorted(ids)
    assert sorted(office.show("document", id)["number"] for id in ids) == [f"{n:02d}" for n in range(1, 25)]


def test_two_who_issue_one_paper_at_once_give_it_one_number_and_the_second_is_told(office: Board) -> None:
    id = signed(office)

    def issue(_: int) -> str:
        try:
            return perform(office.tenant, ActRequest(CHIEF, "document.issue", MORNING, on=id)).id
        except OutOfOrder as stopped:
            return stopped.code

    with ThreadPoolExecutor(2) as hands:
        told = sorted(hands.map(issue, range(2)))
    assert told == sorted([id, "state"])
    assert office.show("document", id)["number"] == "01"
    assert office.show("document", issued(office))["number"] == "02"


def test_the_year_turns_at_midnight_of_the_committees_own_zone(office: Board) -> None:
    last, first = signed(office, "Cuối năm"), signed(office, "Đầu năm")
    office.do(CHIEF, "document.issue", signed(office))
    office.now = datetime(2021, 12, 31, 23, 59, 59, tzinfo=ZONE)
    office.do(CHIEF, "document.issue", last)
    office.now = datetime(2022, 1, 1, tzinfo=ZONE)
    office.do(CHIEF, "document.issue", first)
    both = [office.show("document", id) for id in (last, first)]
    assert [(each["number"], each["issued_on"].isoformat()) for each in both] == [("02", "2021-12-31"), ("01", "2022-01-01")]


def test_the_year_turns_in_the_midst_of_issuing_and_each_year_has_its_numbers_without_gap(office: Board) -> None:
    """Eight hands at once, every other one a second before midnight of the committee's zone."""
    ids = [signed(office, f"Kết luận {n}") for n in range(16)]
    times = (datetime(2021, 12, 31, 23, 59, 59, tzinfo=ZONE), datetime(2022, 1, 1, tzinfo=ZONE))

    def issue(at: int) -> str:
        return perform(office.tenant, ActRequest(CHIEF, "document.issue", times[at % 2], on=ids[at])).id

    with ThreadPoolExecutor(8) as hands:
        assert list(hands.map(issue, range(16))) == ids
    shown = [office.show("document", id) for id in ids]
    for year, given in ((2021, shown[::2]), (2022, shown[1::2])):
        assert {each["issued_on"].year for each in given} == {year}
        assert sorted(each["number"] for each in given) == [f"{n:02d}" for n in range(1, 9)]


def succeeded(office: Board) -> str:
    """The Chief of Office leaves today, and another holds the office from tomorrow on, which is now."""
    office.now += timedelta(days=1)
    office.do(HEAD, "appointment.appoint", person="pvt-khtc", office="chanh-van-phong-bo")
    return "pvt-khtc"


def test_a_signer_who_left_before_signing_does_not_sign_and_whoever_follows_signs_in_their_own_name(office: Board) -> None:
    id = office.do(CHIEF, "document.draft", kind="conclusion-notice", title="Kết luận", signatory=CHIEF)
    new = succeeded(office)
    assert isinstance(office.fails(CHIEF, "document.sign", id), Refused | NotFound)
    assert (office.get("document", id).state, office.show("document", id)["files"]) == ("drafted", [])
    office.do(new, "document.sign", id)
    assert json.loads(text_of(office, id, "content"))["signatures"][0]["lines"][0] == "TL. TRƯỞNG BAN"
    (entry,) = [row for row in entries(office) if (row["action"], row["record_id"]) == ("document.sign", id)]
    assert entry["person"] == new
    office.do(new, "document.issue", id)
    assert office.show("document", id)["number"] == "01"


def test_a_signer_who_leaves_after_signing_has_signed_and_the_successor_issues_those_very_words(office: Board) -> None:
    id = signed(office)
    before = text_of(office, id, "content")
    new = succeeded(office)
    assert isinstance(office.fails(CHIEF, "document.issue", id), Refused | NotFound)
    assert office.show("document", id)["number"] is None
    office.do(new, "document.issue", id)
    assert (office.show("document", id)["number"], text_of(office, id, "content")) == ("01", before)
    assert [row["person"] for row in entries(office) if row["action"] in ("document.sign", "document.issue")] == [CHIEF, new]


def entries(office: Board) -> list[dict[str, Any]]:
    with office.tenant.store.read(office.tenant.id) as session:
        return [dict(row) for row in log.entries(session)]


def test_a_number_that_was_recalled_is_never_given_again(office: Board) -> None:
    recalled = issued(office)
    office.do(CHIEF, "document.recall", recalled, reason="Sai nội dung")
    unnumbered = signed(office)
    office.do(CHIEF, "document.recall", unnumbered, reason="Không phát hành")
    assert office.show("document", issued(office))["number"] == "02"
    assert office.show("document", unnumbered)["number"] is None
    assert isinstance(office.fails(CHIEF, "document.issue", recalled), OutOfOrder)


def test_what_is_issued_is_what_was_signed_with_number_and_day(office: Board) -> None:
    id = signed(office, blocks=[{"text": "Giao Vụ Pháp chế <b>rà soát</b> & báo cáo"}])
    before = text_of(office, id, "signed")
    assert "TB-" not in before
    office.do(CHIEF, "document.issue", id)
    after = text_of(office, id, "issued")
    for line in (
        "BỘ KHOA HỌC VÀ CÔNG NGHỆ",
        "BAN CHỈ ĐẠO",
        "TL. TRƯỞNG BAN",
        "Chánh Văn phòng Bộ",
        "rà soát&lt;/b&gt; &amp; báo",
    ):
        assert line in before, line
        assert line in after, line
    assert "01/TB-BCĐCPĐT" in after
    assert json.loads(text_of(office, id, "content"))["signatures"][0]["lines"][0] == "TL. TRƯỞNG BAN"
    assert text_of(office, id, "signed") == before


def test_what_is_disposed_of_leaves_number_and_checksums_and_nothing_to_read(office: Board) -> None:
    id = issued(office, blocks=[{"text": "Nội dung"}])
    kept = {name: office.show("document", id)[name] for name in ("number", "paper", "content", "printed", "signed_by")}
    office.do(CHIEF, "document.archive", id, dossier="Họp 2021")
    office.do(CHIEF, "document.dispose", id, decision="Quyết định 5")
    shown = office.show("document", id)
    assert {name: shown[name] for name in kept} == kept
    assert all(kept.values())
    assert (shown["blocks"], shown["files"]) == ([], [])


def test_a_draft_begins_with_what_its_record_says(office: Board) -> None:
    meeting = office.do(HEAD, "meeting.convene", body="board", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
    office.now = datetime(2021, 3, 10, 14, tzinfo=ZONE)
    office.do(HEAD, "meeting.open", meeting)
    office.do(HEAD, "meeting.conclude", meeting, text="Thống nhất kế hoạch năm")
    id = office.do(CHIEF, "document.draft", kind="conclusion-notice", about=meeting)
    assert any("Thống nhất kế hoạch năm" in row["text"] for row in office.show("document", id)["blocks"])


def test_a_document_is_about_what_its_drafter_sees(office: Board) -> None:
    stopped = office.fails(CHIEF, "document.draft", kind="report", about="M-2021-999")
    assert isinstance(stopped, Invalid | NotFound)


def test_another_kind_replaces_nothing(office: Board) -> None:
    one = issued(office)
    other = office.do(CHIEF, "document.draft", kind="minutes", title="Biên bản")
    office.do(CHIEF, "document.sign", other)
    office.do(CHIEF, "document.issue", other)
    stopped = office.fails(CHIEF, "document.replace", one, by=other, reason="Nhầm")
    assert isinstance(stopped, Invalid)
    assert list(stopped.fields) == ["by"]
    assert office.show("document", one)["state"] == "issued"


def test_the_log_performed_again_gives_the_same_documents_without_any_plugin(office: Board) -> None:
    issued(office, blocks=[{"text": "Nội dung"}])
    scratch = STORES.empty()
    installation = Installation(office.tenant.store)
    found = rebuild(installation, SLUG, scratch=scratch)
    assert found.differences == ()
    assert found.rows["document"] == 1
    scratch.close()


def test_a_period_is_exported_as_one_package_and_one_flipped_byte_is_found(office: Board, tmp_path: Path) -> None:
    kept, gone = issued(office, blocks=[{"text": "Giữ lại"}]), issued(office, blocks=[{"text": "Tiêu hủy"}])
    for id in (kept, gone):
        office.do(CHIEF, "document.archive", id, dossier="Họp 2021")
    office.do(CHIEF, "document.dispose", gone, decision="Quyết định 5")
    office.now = datetime(2022, 1, 3, 9, tzinfo=ZONE)
    issued(office)
    target, seal = tmp_path / "2021.zip", Seal(tmp_path)
    listed = period_archive.export(office.tenant, target, seal, date(2021, 1, 1), date(2021, 12, 31), office.now)
    assert [(row.number, row.dossier, bool(row.disposal)) for row in listed.documents] == [
        ("01", "Họp 2021", False),
        ("02", "Họp 2021", True),
    ]
    assert period_archive.verify(target, seal.key()) == (listed, [])
    assert period_archive.verify(target, "00")[1] == ["it is signed with another key"]
    raw = target.read_bytes()
    paper = raw.index(b"<!doctype html>")
    for at in (paper + 200, raw.index(b"list.json") + 60):
        broken = tmp_path / f"broken-{at}.zip"
        broken.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        assert period_archive.verify(broken)[1], at


def test_a_secret_of_the_state_is_not_kept_here(office: Board) -> None:
    stopped = office.fails(CHIEF, "document.draft", kind="report", title="Báo cáo", secrecy="secret")
    assert isinstance(stopped, Invalid)
    assert list(stopped.fields) == ["secrecy"]
    assert office.do(CHIEF, "document.draft", kind="report", title="Báo cáo", secrecy="restricted")


def test_a_house_rule_gives_each_kind_a_series_of_its_own() -> None:
    store = begun(PER_KIND)
    office, numbers = Board(Installation(store).tenant(SLUG)), []
    for kind in ("conclusion-notice", "minutes", "conclusion-notice"):
        id = office.do(CHIEF, "document.draft", kind=kind, title="Văn bản")
        office.do(CHIEF, "document.sign", id)
        numbers.append(office.show("document", office.do(CHIEF, "document.issue", id))["number"])
    assert numbers == ["01", "01", "02"]
    store.close()


def test_disposal_takes_the_papers_from_the_disk_and_what_is_kept_still_holds(office: Board, tmp_path: Path) -> None:
    kept, gone = issued(office, blocks=[{"text": "Giữ lại"}]), issued(office, blocks=[{"text": "Tiêu hủy"}])
    for id in (kept, gone):
        office.do(CHIEF, "document.archive", id, dossier="Họp 2021")
    papers = {row["digest"] for row in office.show("document", gone)["files"]}
    tenant, disposal = office.tenant, Disposal()
    assert disposal.step(tenant, office.now) == []
    office.do(CHIEF, "document.dispose", gone, decision="Quyết định 5")
    assert set(disposal.step(tenant, office.now)) == papers
    assert len(papers) == 3
    assert not papers & set(tenant.files.all(tenant.id))
    assert disposal.step(tenant, office.now) == []
    assert text_of(office, kept, "issued")
    with tenant.store.read(tenant.id) as session:
        assert log.verify(session) == []
        assert all(tenant.files.is_sound(tenant.id, digest) for digest in used(session))
    scratch = STORES.empty()
    assert rebuild(Installation(tenant.store), SLUG, scratch=scratch).differences == ()
    scratch.close()
    target, seal = tmp_path / "hop.zip", Seal(tmp_path)
    listed = period_archive.export_dossier(tenant, target, seal, "Họp 2021", office.now)
    assert period_archive.verify(target, seal.key()) == (listed, [])


def test_a_backup_from_before_a_disposal_brings_papers_back_that_are_taken_out_again(office: Board, tmp_path: Path) -> None:
    gone = issued(office)
    office.do(CHIEF, "document.archive", gone, dossier="Họp 2021")
    papers = {row["digest"] for row in office.show("document", gone)["files"]}
    home = Home(tmp_path / "home", office.tenant.store.folder)
    backup(home, tmp_path / "before", at=office.now)
    office.do(CHIEF, "document.dispose", gone, decision="Quyết định 5")
    backup(home, tmp_path / "between", at=office.now)
    assert set(Disposal().step(office.tenant, office.now)) == papers
    backup(home, tmp_path / "after", at=office.now)
    left = {}
    for name in ("before", "between", "after"):
        again = Home(tmp_path / f"{name} again")
        restore(again, tmp_path / name)
        store = Store.open(None, again.data)
        tenant = Installation(store).tenant(SLUG)
        there = papers & set(tenant.files.all(tenant.id))
        taken = set(Disposal().step(tenant, office.now))
        left[name] = (len(there), len(taken), len(papers & set(tenant.files.all(tenant.id))))
        with tenant.store.read(tenant.id) as session:
            assert log.verify(session) == []
        store.close()
    assert left == {"before": (3, 0, 3), "between": (3, 3, 0), "after": (0, 0, 0)}


def test_a_paper_that_another_record_holds_as_well_stays_with_it(office: Board) -> None:
    gone = issued(office)
    paper = text_of(office, gone, "issued")
    meeting = office.do(HEAD, "meeting.convene", body="board", kind="ad-hoc", starts_at="2021-03-10T14:00:00")
    shared = {"name": "ket-luan.html", "base64": b64encode(paper.encode()).decode()}
    office.do(CHIEF, "meeting.add-paper", meeting, title="Kết luận", files=[shared])
    office.do(CHIEF, "document.archive", gone, dossier="Họp 2021")
    office.do(CHIEF, "document.dispose", gone, decision="Quyết định 5")
    (digest,) = [row["digest"] for row in office.show("meeting", meeting)["papers"]]
    assert digest not in Disposal().step(office.tenant, office.now)
    assert office.tenant.files.is_sound(office.tenant.id, digest)


def test_a_step_looks_at_new_disposals_and_once_a_day_and_at_its_start_at_all(office: Board) -> None:
    first, later = issued(office), issued(office, "Kết luận khác")
    words = text_of(office, first, "content").encode()
    for id in (first, later):
        office.do(CHIEF, "document.archive", id, dossier="Họp 2021")
    office.do(CHIEF, "document.dispose", first, decision="Quyết định 5")
    tenant, disposal = office.tenant, Disposal()
    assert len(disposal.step(tenant, office.now)) == 3
    brought_back = tenant.files.put(tenant.id, words)
    office.do(CHIEF, "document.dispose", later, decision="Quyết định 6")
    taken = disposal.step(tenant, office.now)
    assert len(taken) == 3
    assert brought_back not in taken
    assert disposal.step(tenant, office.now) == []
    assert disposal.step(tenant, office.now + WHOLE_EVERY) == [brought_back]
    tenant.files.put(tenant.id, words)
    assert Disposal().step(tenant, office.now) == [brought_back]


def test_one_file_of_the_archive_is_exported_whole_over_the_years(office: Board, tmp_path: Path) -> None:
    mine, other = [issued(office), issued(office)], issued(office)
    office.now = datetime(2022, 1, 3, 9, tzinfo=ZONE)
    mine.append(issued(office))
    for id in mine:
        office.do(CHIEF, "document.archive", id, dossier="Kiến trúc 2.0")
    office.do(CHIEF, "document.archive", other, dossier="Họp 2021")
    seal = Seal(tmp_path)
    listed = period_archive.export_dossier(office.tenant, tmp_path / "a.zip", seal, "Kiến trúc 2.0", office.now)
    assert (listed.dossier, [(row.issued_on.year, row.number) for row in listed.documents]) == (
        "Kiến trúc 2.0",
        [(2021, "01"), (2021, "02"), (2022, "01")],
    )
    assert period_archive.verify(tmp_path / "a.zip", seal.key()) == (listed, [])
    with pytest.raises(LookupError):
        period_archive.export_dossier(office.tenant, tmp_path / "b.zip", seal, "Không có", office.now)
    assert not list(tmp_path.glob("*b.zip*"))

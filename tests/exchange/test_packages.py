"""Documents between committees of two installations, as edXML packages: the report of the Ministry's Board to the National
Committee (MOST 7.5), sent, received and answered across two stores with two keys, and what is refused on the way."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.databases import STORES
from tests.plugins.conftest import switched_on

from steerco.cases.world import seed
from steerco.committee.documents.channel import Channel
from steerco.committee.documents.transmission import Transmission
from steerco.configuration.home import Home, shipped
from steerco.configuration.installation import Installation
from steerco.configuration.tenant import Tenant
from steerco.kernel.act import ActRequest
from steerco.kernel.perform import perform
from steerco.kernel.view import shown
from steerco.operations.exchange import Exchange
from steerco.operations.packages import Package, PackageRefused, PackageTaken, handed_over, pinned, take, written
from steerco.operations.provenance import examined
from steerco.records import NotFound, Stopped
from steerco.store import log
from steerco.store.checkpoint import Seal

MOST, NATIONAL = "most-steering-board", "national-committee"
START = datetime(2021, 2, 3, 2, tzinfo=UTC)
ORGANS = {MOST: ("000.00.00.G06", "Bộ Khoa học và Công nghệ"), NATIONAL: ("000.00.00.G14", "Bộ Thông tin và Truyền thông")}
TABLE = {"name": "số liệu.csv", "text": "đơn vị,số\n42,7\n"}


def settings(slug: str, keys: str) -> str:
    other = MOST if slug == NATIONAL else NATIONAL
    return f"""
[settings.steerco_edxml]
organ_id = "{ORGANS[slug][0]}"
organ_name = "{ORGANS[slug][1]}"
committees = [{{ name = "{other}", organ_id = "{ORGANS[other][0]}", organ_name = "{ORGANS[other][1]}", keys = [{keys}] }}]
"""


def committee(slug: str, *keys: str) -> dict[str, str]:
    """The shipped files, with the other committee elsewhere and its keys pinned."""
    named = ", ".join(f'"{key}"' for key in keys)
    return switched_on(Home(shipped()).content(slug), slug, "steerco_edxml", settings=settings(slug, named))


@dataclass
class Site:
    """One committee in an installation of its own."""

    tenant: Tenant
    seal: Seal
    other: str
    now: datetime = START
    sent: list[Package] = field(default_factory=list)

    def act(self, who: str, action: str, on: str | None = None, /, **given: Any) -> str:
        """An act by whoever holds a seat or role, an hour after the last one."""
        self.now += timedelta(hours=1)
        today = self.tenant.snapshot.local(self.now)
        with self.tenant.store.read(self.tenant.id) as session:
            day = self.tenant.directory(session).on(today, self.tenant.snapshot.regime_on(today).charter)
        return perform(self.tenant, ActRequest(day.holders(who)[0], action, on=on, input=given, at=self.now)).id

    def packages(self) -> list[bytes]:
        """What is new for the other side."""
        new = list(written(self.tenant, self.other, self.seal))
        for package in new:
            handed_over(self.tenant, self.other, package.seq)
        self.sent += new
        return [package.content for package in new]

    def take(self, package: bytes) -> PackageTaken:
        return take(self.tenant, package, self.now)

    def all(self, kind: Any) -> list[Any]:
        with self.tenant.store.read(self.tenant.id) as session:
            return list(session.scalars(select(kind).where(kind.tenant_id == self.tenant.id).order_by(kind.id)))

    def end(self) -> int:
        with self.tenant.store.read(self.tenant.id) as session:
            return log.head(session).seq

    def refused(self, package: bytes) -> str:
        """The code of the refusal; nothing was entered."""
        before = self.end()
        with pytest.raises((PackageRefused, Stopped)) as caught:
            self.take(package)
        assert self.end() == before
        return str(getattr(caught.value, "code", type(caught.value).__name__))


@dataclass
class Apart:
    board: Site
    national: Site

    def carry(self) -> list[PackageTaken]:
        """Carry packages both ways until there are none."""
        done: list[PackageTaken] = []
        while True:
            new = [self.national.take(each) for each in self.board.packages()]
            new += [self.board.take(each) for each in self.national.packages()]
            if not new:
                return done
            done += new

    def send(self, title: str = "Báo cáo quý I", **given: Any) -> bytes:
        """A report that the Board's Head sends up, as its package."""
        self.board.act(
            "head", "transmission.send", to=NATIONAL, **{"kind": "report", "title": title, "text": "Nội dung", **given}
        )
        (package,) = self.board.packages()
        return package


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """Two installations, each with one committee, a key of its own and the other's pinned; the channel between them is open."""
    stores = {slug: STORES.empty() for slug in ORGANS}
    seals = {slug: Seal(tmp_path_factory.mktemp(slug)) for slug in ORGANS}
    sites = {}
    for slug, other in ((MOST, NATIONAL), (NATIONAL, MOST)):
        installation = Installation(stores[slug])
        STORES.complete(stores[slug])
        installation.apply(slug, committee(slug, seals[other].key()), at=START, who="operator", why="tests", seed=seed)
        sites[slug] = Site(installation.tenant(slug), seals[slug], other)
    both = Apart(sites[MOST], sites[NATIONAL])
    both.board.act("wg-head", "channel.offer", to=NATIONAL)
    both.carry()
    both.national.act("wg-head", "channel.accept", both.national.all(Channel)[0].id)
    both.carry()
    yield both
    for store in stores.values():
        store.close()


def changed(package: bytes, **new: Any) -> bytes:
    """The package with other things in what is proven, as one who can write packages and has no key would make it."""
    text = package.decode()
    start = text.index("<ContentTransferEncoded>") + len("<ContentTransferEncoded>")
    end = text.index("</ContentTransferEncoded>", start)
    said = json.loads(b64decode(text[start:end]))
    for name, value in new.items():
        said[name] = {**said[name], **value} if isinstance(value, dict) else value
    return (text[:start] + b64encode(json.dumps(said).encode()).decode() + text[end:]).encode()


def test_a_report_goes_up_and_its_receipt_comes_back_with_proof(apart: Apart) -> None:
    assert apart.board.all(Channel)[0].state == apart.national.all(Channel)[0].state == "open"
    taken = apart.national.take(apart.send("Báo cáo năm 2020", files=[TABLE]))
    assert (taken.action, taken.sender, taken.again) == ("transmission.arrive", MOST, False)
    arrived = apart.national.all(Transmission)[-1]
    assert (arrived.title, arrived.text, arrived.kind, arrived.origin) == ("Báo cáo năm 2020", "Nội dung", "report", MOST)
    with apart.national.tenant.store.read(apart.national.tenant.id) as session:
        (file,) = shown(apart.national.tenant, session, arrived, START.date())["files"]
    with apart.national.tenant.files.open(apart.national.tenant.id, file["digest"]) as kept:
        assert (file["file_name"], kept.read().decode()) == (TABLE["name"], TABLE["text"])
    apart.national.act("working-group", "transmission.receive", arrived.id)
    apart.carry()
    sent = apart.board.all(Transmission)[-1]
    assert (sent.state, sent.there) == ("received", arrived.id)
    assert sent.arrived_at
    assert sent.answered_at
    for site in (apart.board, apart.national):
        with site.tenant.store.read(site.tenant.id) as session:
            assert log.verify(session) == []
            count, faults = examined(site.tenant, session, site.seal, pinned(site.tenant))
            assert (count > 1, faults) == (True, [])
            unpinned = {fault.why.code for fault in examined(site.tenant, session, site.seal)[1]}
            assert unpinned == {"proof-key-unknown"}


def test_a_refusal_comes_back_with_its_reason(apart: Apart) -> None:
    apart.national.take(apart.send("Báo cáo nhầm"))
    apart.national.act("working-group", "transmission.refuse", apart.national.all(Transmission)[-1].id, reason="Thiếu phụ lục")
    *_, last = apart.national.packages()
    for package in apart.national.sent[-2:]:
        apart.board.take(package.content)
    assert b"<StatusCode>02</StatusCode>" in last
    assert (apart.board.all(Transmission)[-1].state, apart.board.all(Transmission)[-1].reason) == ("refused", "Thiếu phụ lục")


def test_each_package_of_before_taken_again_changes_nothing(apart: Apart) -> None:
    apart.national.take(apart.send("Báo cáo một lần"))
    apart.carry()
    for here, there in ((apart.national, apart.board), (apart.board, apart.national)):
        before = here.end()
        assert len(there.sent) > 1
        assert {here.take(package.content).again for package in there.sent} == {True}
        assert here.end() == before


def test_what_comes_after_a_later_one_is_passed_over_and_not_told_as_taken(apart: Apart) -> None:
    apart.national.take(apart.send("Báo cáo đảo thứ tự"))
    apart.national.act("working-group", "transmission.receive", apart.national.all(Transmission)[-1].id)
    earlier, later = apart.national.packages()
    for package, told in ((later, (False, False)), (earlier, (False, True)), (later, (True, False)), (earlier, (False, True))):
        taken = apart.board.take(package)
        assert (taken.again, taken.passed_over) == told


def test_one_package_taken_by_several_at_once_is_entered_once(apart: Apart) -> None:
    package, before = apart.send("Báo cáo cùng lúc"), len(apart.national.all(Transmission))
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(apart.national.take, [package] * 4))
    assert sorted(each.again for each in taken) == [False, True, True, True]
    assert len(apart.national.all(Transmission)) == before + 1


def test_all_packages_can_be_written_anew(apart: Apart) -> None:
    """One was lost, or the cursor was: the same entries are written again, and what was taken stays as it is."""
    anew = list(written(apart.board.tenant, NATIONAL, apart.board.seal, anew=True))
    assert [(each.seq, each.action) for each in anew] == [(each.seq, each.action) for each in apart.board.sent]
    assert {apart.national.take(each.content).again for each in anew} == {True}
    assert list(written(apart.board.tenant, NATIONAL, apart.board.seal)) == []


def test_what_is_altered_on_the_way_is_refused(apart: Apart) -> None:
    apart.national.take(apart.send("Báo cáo trước đó"))
    package = apart.send("Báo cáo sửa dọc đường", files=[TABLE])
    other = apart.board.all(Transmission)[0].id
    tried = {
        "the channel": changed(package, content={"channel": "another"}),
        "a field more": changed(package, content={"state": "received"}),
        "the record": changed(package, proof={"record": other}),
        "the time": changed(package, proof={"at": "2020-01-01T00:00:00Z"}),
        "the record here": changed(package, there=apart.national.all(Transmission)[0].id),
        "the signature": changed(package, signature="00" * 64),
        "the inner signature": changed(package, proof={"signature": "00" * 64}),
        "a file": package.replace(b64encode(TABLE["text"].encode()), b64encode(b"x,y")),
    }
    assert {what: apart.national.refused(each) for what, each in tried.items()} == dict.fromkeys(tried, "not-as-signed")
    envelope = {
        "the text that is proven": changed(package, content={"text": "Nội dung khác"}),
        "the subject": package.replace("<Subject>Báo cáo".encode(), "<Subject>Tờ trình".encode()),
        "the sender": package.replace(b"G06</OrganId>", b"G07</OrganId>"),
        "a second subject": package.replace(b"<Content>", b"<Subject>Khac</Subject><Content>"),
        "no attachment": package.replace(b"AttachmentEncoded>", b"Attachments>"),
        "the file's name": package.replace("số liệu.csv".encode(), "khác.csv".encode()),
    }
    assert {what: apart.national.refused(each) for what, each in envelope.items()} == dict.fromkeys(envelope, "not-a-package")
    assert not apart.national.take(package).again


def test_a_text_that_cannot_be_written_is_refused_and_the_next_package_is_taken(apart: Apart) -> None:
    """Half a surrogate pair is JSON, and no text: a stranger who puts one in must not stop what comes after it."""
    package = apart.send("Báo cáo chữ lạ")
    tried = [
        changed(package, content={"reason": "\ud800"}),
        changed(package, content={"\udfff": ""}),
        changed(package, there="\ud800"),
    ]
    assert {apart.national.refused(each) for each in tried} == {"not-a-package"}
    assert not apart.national.take(package).again


def test_another_key_is_refused_whoever_it_says_that_it_is_from(apart: Apart, tmp_path: Path) -> None:
    stranger = Seal(tmp_path)
    apart.board.act("head", "transmission.send", to=NATIONAL, kind="report", title="Báo cáo giả", text="Nội dung")
    (forged,) = written(apart.board.tenant, NATIONAL, stranger)
    assert apart.national.refused(forged.content) == "key-not-pinned"
    (good,) = apart.board.packages()
    claims = changed(forged.content, proof={"key": apart.board.seal.key()})
    assert apart.national.refused(claims) == "not-as-signed"
    assert apart.national.refused(changed(good, proof={"tenant": "another-board"})) == "not-a-package"
    assert not apart.national.take(good).again


def test_a_package_for_another_committee_is_refused(apart: Apart) -> None:
    package = apart.send("Báo cáo gửi nơi khác")
    assert apart.national.refused(changed(package, proof={"to": "another-committee"})) == "for-another"
    assert apart.board.refused(package) == "not-a-package"
    assert not apart.national.take(package).again


def test_a_package_about_a_record_that_is_not_here_is_refused(apart: Apart) -> None:
    apart.national.take(apart.send("Báo cáo hai"))
    answer = apart.national.packages()[-1]
    apart.board.take(answer)
    lost = written(apart.national.tenant, MOST, apart.national.seal, anew=True)
    receipts = [package.content for package in lost if package.action == "transmission.arrive"]
    assert apart.board.take(receipts[-1]).again
    with pytest.raises((NotFound, PackageRefused)):
        apart.board.take(changed(receipts[-1], there="nowhere"))


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "' + b"ha" * 50 + b'">%s]><edXML>&x;</edXML>'
HEAD = b'<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">'
HOSTILE = {
    "nothing": b"",
    "no XML": b"%PDF-1.7",
    "an entity": BOMB % b"",
    "a billion laughs": BOMB % b"".join(b'<!ENTITY x%d "%s">' % (n, b"&x;" * 10) for n in range(10)),
    "a file of this machine": BOMB % b'<!ENTITY f SYSTEM "file:///etc/passwd">',
    "a document type elsewhere": b'<!DOCTYPE edXML SYSTEM "http://127.0.0.1:1/x.dtd"><edXML/>',
    "UTF-16 with a document type": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode(
        "utf-16"
    ),
    "UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
    "very deep": HEAD + b"<a>" * 100_000,
    "very many": HEAD + b"<a/>" * 1_000_000 + b"</edXML>",
    "many attributes": HEAD[:-1] + b"".join(b' a%d=""' % n for n in range(100_000)) + b"/>",
    "cut off": HEAD + b"<edXMLEnvelope>",
    "another namespace": b"<edXML/>",
    "a processing instruction": b'<?xml-stylesheet href="file:///etc/passwd"?><edXML/>',
    "included": HEAD + b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/></edXML>',
    "a null byte": HEAD + b"\0</edXML>",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_xml_is_refused_and_read_nowhere(apart: Apart, what: str) -> None:
    with pytest.raises(PackageRefused) as caught:
        take(apart.national.tenant, HOSTILE[what], START)
    assert caught.value.code == "not-a-package"
    assert "root:" not in caught.value.why


def test_too_large_a_package_is_not_looked_at(apart: Apart) -> None:
    assert apart.national.refused(b" " * (64 * 1024 * 1024 + 1)) == "too-large"


def test_a_committee_of_this_installation_does_not_speak_for_one_elsewhere(apart: Apart) -> None:
    """Somebody brings a committee of the same name into the receiver's installation: it is not the one that is pinned."""
    store = STORES.copy(apart.national.tenant.store)
    installation = Installation(store)
    installation.apply(MOST, Home(shipped()).content(MOST), at=START, who="operator", why="tests", seed=seed)
    false, true = installation.tenant(MOST), installation.tenant(NATIONAL)
    false_site = Site(false, apart.national.seal, NATIONAL, apart.national.now)
    false_site.act("wg-head", "channel.offer", to=NATIONAL)
    before = Site(true, apart.national.seal, MOST).end()
    exchange = Exchange(installation, apart.national.seal)
    carried, stuck = exchange.step(false, false_site.now)
    assert (carried, [each.other for each in stuck]) == (0, [NATIONAL])
    assert exchange.step(true, false_site.now) == (0, [])
    assert Site(true, apart.national.seal, MOST).end() == before
    store.close()

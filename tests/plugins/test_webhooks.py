"""Webhooks, taken by a real server: signed as a receiver checks it, at least once, in order, and never to where they must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.plugins.conftest import START, WITH, WITHOUT, Two, switched_on

from steerco.extension.facts import Happened
from steerco.kernel import perform
from steerco.records import Invalid, Refused
from steerco.store import log
from steerco.store.base import owned_tables
from steerco.store.checkpoint import Seal
from steerco.tenancy import tokens
from steerco.tenancy.archive.export import export
from steerco.tenancy.consuming import Consumers, happened
from steerco.tenancy.hands import PluginHands
from steerco.tenancy.home import Home, shipped
from steerco.testing.world import seed
from steerco.web.app import create_app
from steerco_webhooks.address import Allowed, Unfit, allowed, public, read
from steerco_webhooks.sending import FIRST_PAUSE, LONGEST_PAUSE, pause, send_due
from steerco_webhooks.wire import _trust, post

PLUGIN = "steerco_webhooks"
ENDPOINT = "x-webhooks-endpoint"
TRIES = 3
MINE = f"""
[settings.steerco_webhooks]
administrator = "head"
http = true
networks = ["127.0.0.0/8"]
tries = {TRIES}
seconds = 1
"""
OTHERS = MINE.replace('"head"', '"chair"')
HOUR = timedelta(hours=1)


@dataclass
class Receiver:
    """A server that somebody else runs: what it got, and what it answers to each path."""

    url: str
    got: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    hold: threading.Event = field(default_factory=threading.Event)
    location: str = ""
    tls: ssl.SSLContext | None = None

    def at(self, path: str) -> list[dict[str, Any]]:
        """The bodies that came to a path, in order."""
        return [json.loads(body) for where, _, body in self.got if where == path]

    def ids(self, path: str) -> list[str]:
        return [headers["webhook-id"] for where, headers, _ in self.got if where == path]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if self.path == "/hangs":
                made.hold.wait(20)
            if self.path == "/drips":
                self.wfile.write(b"HTTP/1.1 ")
                for _ in range(25):
                    made.hold.wait(0.1)
                    self.wfile.write(b" ")
                self.wfile.write(b"204 OK\r\n\r\n")
                return
            self.send_response(made.answers.get(self.path, 204))
            if made.location:
                self.send_header("location", made.location)
            self.end_headers()

        def do_GET(self) -> None:
            made.got.append((f"GET {self.path}", {}, b"{}"))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def setup(self) -> None:
            if made.tls is not None:
                self.request = made.tls.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
            super().setup()

        def handle(self) -> None:
            with suppress(OSError):  # whoever asked did not wait
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.hold.set()
    server.shutdown()
    server.server_close()


class Hooked(Two):
    """Both committees with webhooks, and their worker."""

    consumers: Consumers

    def work(self, slug: str = WITH, *, after: timedelta = timedelta()) -> None:
        """One step of the worker."""
        self.now += after
        self.consumers.step(self.tenant(slug), self.now)
        assert not self.consumers.late

    def endpoint(self, url: str, *events: str, who: str = "head", slug: str = WITH) -> str:
        return self.do(who, f"{ENDPOINT}.create", url=url, events=list(events or ["meeting.*"]), slug=slug).id

    def secret(self, endpoint: str, who: str = "head", slug: str = WITH) -> str:
        answer = self.ask(who, f"/x/{PLUGIN}/secret/{endpoint}", slug, "POST")
        assert answer.status_code == 201, answer.text
        found: str = answer.json()["secret"]
        return found

    def listening(self, url: str, *events: str, who: str = "head", slug: str = WITH) -> str:
        """An endpoint whose secret was fetched."""
        made = self.endpoint(url, *events, who=who, slug=slug)
        self.secret(made, who, slug)
        return made

    def convene(self, who: str = "head", slug: str = WITH) -> str:
        return self.do(who, "meeting.convene", kind="ad-hoc", starts_at="2021-03-01T09:00:00", slug=slug).id

    def told(self, endpoint: str, who: str = "head", slug: str = WITH, **query: int) -> list[dict[str, Any]]:
        """The delivery log, oldest first."""
        answer = self.ask(who, f"/x/{PLUGIN}/deliveries/{endpoint}", slug, params=query)
        assert answer.status_code == 200, answer.text
        return list(reversed(answer.json()["items"]))

    def state(self, endpoint: str) -> str:
        return str(self.ask("head", f"/api/{ENDPOINT}/{endpoint}").json()["state"])

    def log(self, slug: str = WITH) -> list[Happened]:
        """Everything that happened."""
        tenant = self.tenant(slug)
        with tenant.store.read(tenant.id) as session:
            return [happened(row) for row in log.entries(session, 0, 10_000)]

    def hands(self, slug: str = WITH) -> PluginHands:
        return PluginHands(self.tenant(slug), PLUGIN, self.now, perform)


@pytest.fixture
def hooked(make: Callable[..., Two]) -> Iterator[Hooked]:
    two = make(PLUGIN, settings=MINE)
    content = switched_on(Home(shipped()).content(WITHOUT), WITHOUT, PLUGIN, settings=OTHERS)
    two.installation.apply(WITHOUT, content, at=START, who="operator", why="tests", seed=seed)
    found = Hooked(two.installation, two.http)
    found.consumers = Consumers(perform)
    with TestClient(create_app(found.installation, clock=lambda: found.now)) as found.http:
        yield found


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> list[bool]:
    """Which of the signatures are right, as the specification has a receiver compute them."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return [each == f"v1,{wanted}" for each in headers["webhook-signature"].split(" ")]


# What is told


def test_a_receiver_is_told_and_can_tell_by_whom(hooked: Hooked, receiver: Receiver) -> None:
    secret = hooked.secret(hooked.endpoint(f"{receiver.url}/a?b=c"))
    meeting = hooked.convene()
    hooked.work()
    ((path, headers, body),) = receiver.got
    assert path == "/a?b=c"
    assert verified(secret, headers, body) == [True]
    assert not any(verified(secret, headers, body + b" "))
    assert (headers["content-type"], headers["host"]) == ("application/json", receiver.url.removeprefix("http://"))
    assert int(headers["webhook-timestamp"]) == int(START.timestamp())
    told = json.loads(body)
    assert (told["type"], told["tenant"]) == ("meeting.convene", WITH)
    changes = hooked.ask("head", "/api/events", params={"after": told["data"]["seq"] - 1}).json()
    fed = changes["items"][0]
    assert (told["data"]["record"], told["data"]["because"]) == (meeting, fed["because"])
    assert {name: told["data"][name] for name in ("seq", "action", "type", "record", "ref", "state", "version", "person")} == {
        name: fed[name] for name in ("seq", "action", "type", "record", "ref", "state", "version", "person")
    }


def test_nothing_of_a_record_s_content_is_sent(hooked: Hooked, receiver: Receiver) -> None:
    hooked.listening(f"{receiver.url}/all", "task.*", "meeting.*")
    to = hooked.person("standing-member")
    hooked.do("deputy-head", "task.assign", title="Điều chỉ người trong cuộc biết", to=to)
    hooked.work()
    ((_, _, body),) = receiver.got
    assert "trong cuộc" not in body.decode()
    assert "@" not in body.decode()


def test_it_is_told_what_it_wants_and_from_its_secret_on(hooked: Hooked, receiver: Receiver) -> None:
    only = hooked.endpoint(f"{receiver.url}/only", "meeting.cancel")
    hooked.convene()
    hooked.work()
    hooked.secret(only)
    meeting = hooked.convene()
    hooked.do("head", "meeting.cancel", meeting, reason="bận việc khác")
    hooked.work()
    assert [each["type"] for each in receiver.at("/only")] == ["meeting.cancel"]


def test_it_is_told_nothing_that_its_maker_may_not_see(hooked: Hooked, receiver: Receiver) -> None:
    """Whoever makes an endpoint reads no further by it."""
    content = switched_on(Home(shipped()).content(WITH), WITH, PLUGIN, settings=MINE.replace('"head"', '"member"'))
    hooked.installation.apply(WITH, content, at=START, who="operator", why="tests", seed=seed)
    endpoint = hooked.listening(f"{receiver.url}/all", "meeting.*", "task.*", who="member")
    before = hooked.log()[-1].seq
    hooked.do("wg-head", "meeting.plan", kind="regular", starts_at="2021-04-01T00:00:00", body="working-group")
    hooked.convene()
    hooked.work()
    fed = hooked.ask("member", "/api/events", params={"after": before, "limit": 200}).json()["items"]
    assert [each["data"]["seq"] for each in receiver.at("/all")] == [each["seq"] for each in fed]
    assert [each["seq"] for each in hooked.told(endpoint, "member")] == [each["seq"] for each in fed], "nor put down for it"
    assert 0 < len(fed) < len([each for each in hooked.log() if each.seq > before])


def test_what_its_maker_sees_no_more_is_withheld(hooked: Hooked, receiver: Receiver) -> None:
    """Between the event and the sending the maker left: nothing goes out."""
    endpoint = hooked.listening(f"{receiver.url}/late")
    receiver.answers["/late"] = 500
    hooked.convene()
    hooked.work()
    with hooked.tenant().store.write(hooked.tenant().id) as session:
        kind = hooked.tenant().snapshot.types[ENDPOINT]
        session.get_one(kind, (hooked.tenant().id, endpoint)).author = "nobody-known"
    hooked.work(after=HOUR)
    assert len(receiver.at("/late")) == 1
    with hooked.tenant().store.read(hooked.tenant().id) as session:
        assert [row.state for row in rows(session, hooked)] == ["withheld"]


def rows(session: Session, hooked: Hooked) -> list[Any]:
    from steerco_webhooks.keeping import Delivery

    return list(session.scalars(select(Delivery).where(Delivery.tenant_id == hooked.tenant().id).order_by(Delivery.seq)))


# At least once, in order, and not for ever


class Dies(PluginHands):
    """Dies before anything can be put down."""

    def write(self) -> AbstractContextManager[Session]:
        raise KeyboardInterrupt


def test_who_dies_between_sending_and_marking_sends_again_under_the_same_id(hooked: Hooked, receiver: Receiver) -> None:
    endpoint = hooked.listening(f"{receiver.url}/crash", "meeting.*")
    hooked.convene()
    receiver.answers["/crash"] = 503
    hooked.work()
    receiver.answers.clear()
    hooked.now += HOUR
    with pytest.raises(KeyboardInterrupt):
        send_due(Dies(hooked.tenant(), PLUGIN, hooked.now, perform))
    assert hooked.told(endpoint)[0]["state"] == "pending"
    hooked.work()
    assert len(receiver.ids("/crash")) == 3
    assert len(set(receiver.ids("/crash"))) == 1
    assert [(each["state"], each["tries"], each["status"]) for each in hooked.told(endpoint)] == [("sent", 2, 204)]
    hooked.work(after=HOUR)
    assert len(receiver.ids("/crash")) == 3


def test_an_event_that_is_consumed_twice_is_delivered_once(hooked: Hooked, receiver: Receiver) -> None:
    from steerco_webhooks.following import follow

    hooked.listening(f"{receiver.url}/once")
    hooked.convene()
    hooked.work()
    for event in hooked.log()[-5:]:
        follow(hooked.hands(), event)
    hooked.work(after=HOUR)
    assert len(receiver.got) == 1


def test_order_is_kept_over_failures(hooked: Hooked, receiver: Receiver) -> None:
    endpoint = hooked.listening(f"{receiver.url}/order")
    receiver.answers["/order"] = 500
    first = hooked.convene()
    hooked.work()
    second, third = hooked.convene(), hooked.convene()
    hooked.work()
    assert [each["data"]["record"] for each in receiver.at("/order")] == [first], "the pause holds, and nothing overtakes"
    receiver.answers.clear()
    hooked.work(after=HOUR)
    assert [each["data"]["record"] for each in receiver.at("/order")] == [first, first, second, third]
    assert [each["tries"] for each in hooked.told(endpoint)] == [2, 1, 1]


def test_repeated_failure_switches_it_off_and_its_maker_on_again(hooked: Hooked, receiver: Receiver) -> None:
    endpoint = hooked.listening(f"{receiver.url}/ill")
    receiver.answers["/ill"] = 500
    hooked.convene()
    for _ in range(TRIES + 3):
        hooked.work(after=HOUR)
    assert len(receiver.at("/ill")) == TRIES
    assert hooked.state(endpoint) == "disabled"
    last = hooked.ask("head", "/api/events", params={"limit": 200}).json()["items"][-1]
    assert (last["action"], last["person"]) == (f"{ENDPOINT}.disable", "steerco")
    meanwhile = hooked.convene()
    receiver.answers.clear()
    hooked.work(after=HOUR)
    hooked.do("head", f"{ENDPOINT}.enable", endpoint)
    hooked.work()
    sent = receiver.at("/ill")
    assert len(sent) == TRIES + 1
    assert meanwhile not in {each["data"]["record"] for each in sent}


def test_who_says_gone_is_asked_no_more(hooked: Hooked, receiver: Receiver) -> None:
    endpoint = hooked.listening(f"{receiver.url}/gone")
    receiver.answers["/gone"] = 410
    hooked.convene()
    hooked.work()
    assert hooked.state(endpoint) == "disabled"


def test_what_is_removed_gets_nothing_and_its_secret_is_forgotten(hooked: Hooked, receiver: Receiver) -> None:
    from steerco_webhooks.keeping import Secret

    endpoint = hooked.listening(f"{receiver.url}/removed")
    hooked.convene()
    hooked.do("head", f"{ENDPOINT}.remove", endpoint)
    hooked.work()
    hooked.work(after=HOUR)
    assert receiver.got == []
    with hooked.tenant().store.read(hooked.tenant().id) as session:
        assert session.scalars(select(Secret)).all() == []
        assert [row.state for row in rows(session, hooked)] in ([], ["dropped"])


def test_one_that_hangs_holds_up_neither_the_log_nor_another(hooked: Hooked, receiver: Receiver) -> None:
    hanging, dripping, well = (hooked.listening(f"{receiver.url}/{path}") for path in ("hangs", "drips", "well"))
    meetings = [hooked.convene(), hooked.convene()]
    hooked.work()
    assert [each["data"]["record"] for each in receiver.at("/well")] == meetings
    assert [each["state"] for each in hooked.told(well)] == ["sent", "sent"]
    for ill in (hanging, dripping):
        shown = [(each["state"], each["tries"], each["error"]) for each in hooked.told(ill)]
        assert shown == [("pending", 1, "over-time"), ("pending", 0, None)]


def test_the_other_committee_goes_on_by_itself(hooked: Hooked, receiver: Receiver) -> None:
    mine = hooked.listening(f"{receiver.url}/mine")
    theirs = hooked.listening(f"{receiver.url}/theirs", who="chair", slug=WITHOUT)
    receiver.answers["/mine"] = 500
    hooked.convene()
    meeting = hooked.convene("chair", WITHOUT)
    for slug in (WITH, WITHOUT):
        hooked.work(slug)
    assert [(each["data"]["record"], each["tenant"]) for each in receiver.at("/theirs")] == [(meeting, WITHOUT)]
    assert {each["tenant"] for each in receiver.at("/mine")} == {WITH}
    for path in (f"deliveries/{mine}", f"secret/{mine}", f"replay/{mine}/1"):
        method = "GET" if path.startswith("deliveries") else "POST"
        assert hooked.ask("chair", f"/x/{PLUGIN}/{path}", WITHOUT, method).status_code == 404
    assert [each["state"] for each in hooked.told(theirs, "chair", WITHOUT)] == ["sent"]


@given(tries=st.integers(1, 60), id=st.text(max_size=20))
@settings(max_examples=50)
def test_pauses_double_up_to_a_limit_and_differ(tries: int, id: str) -> None:
    plain = min(FIRST_PAUSE * 2 ** min(tries - 1, 30), LONGEST_PAUSE)
    assert plain / 2 <= pause(id, tries) <= plain * 1.5
    assert pause(id, tries) == pause(id, tries)


# The log of deliveries, and once more


def test_the_delivery_log_is_paged_and_one_delivery_is_sent_again(hooked: Hooked, receiver: Receiver) -> None:
    endpoint = hooked.listening(f"{receiver.url}/log")
    for _ in range(3):
        hooked.convene()
    hooked.work()
    address = f"/x/{PLUGIN}/deliveries/{endpoint}"
    newest = hooked.ask("head", address, params={"limit": 2}).json()
    older = hooked.ask("head", address, params={"limit": 2, "before": newest["before"]}).json()
    assert [len(page["items"]) for page in (newest, older)] == [2, 1]
    assert older["before"] is None
    oldest = older["items"][0]
    assert hooked.ask("head", f"/x/{PLUGIN}/replay/{endpoint}/{oldest['seq']}", method="POST").status_code == 202
    hooked.work()
    assert receiver.ids("/log") == [*dict.fromkeys(receiver.ids("/log")), oldest["id"]]
    assert hooked.ask("head", f"/x/{PLUGIN}/replay/{endpoint}/999999", method="POST").status_code == 404
    assert hooked.ask("head", address, params={"limit": "many"}).status_code == 422
    hooked.work(after=timedelta(days=31))
    assert hooked.told(endpoint) == []


# Secrets and powers


def test_a_new_secret_and_the_one_before_it_both_hold_for_a_day(hooked: Hooked, receiver: Receiver) -> None:
    endpoint = hooked.endpoint(f"{receiver.url}/both")
    old, new = hooked.secret(endpoint), hooked.secret(endpoint)
    assert old != new
    hooked.convene()
    hooked.work()
    hooked.now += timedelta(hours=25)
    hooked.convene()
    hooked.work()
    (_, first, body), (_, later, after) = receiver.got
    assert (verified(new, first, body), verified(old, first, body)) == ([True, False], [False, True])
    assert (verified(new, later, after), verified(old, later, after)) == ([True], [False])


def test_a_secret_is_nowhere_but_in_its_table(hooked: Hooked, receiver: Receiver, tmp_path: Path) -> None:
    endpoint = hooked.endpoint(f"{receiver.url}/quiet", "meeting.*", f"{ENDPOINT}.*")
    secrets = [hooked.secret(endpoint), hooked.secret(endpoint)]
    hooked.convene()
    hooked.work()
    paths = ["/api/events?limit=200", f"/api/{ENDPOINT}", f"/api/{ENDPOINT}/{endpoint}", f"/x/{PLUGIN}/deliveries/{endpoint}"]
    shown = [hooked.ask("head", path).text for path in paths]
    sent = [body.decode() + str(headers) for _, headers, body in receiver.got]
    stored = {}
    with hooked.tenant().store.read(hooked.tenant().id) as session:
        for table in owned_tables():
            found = session.execute(select(table).where(table.c.tenant_id == hooked.tenant().id)).all()
            stored[table.name] = str(found)
    archived = export(hooked.tenant(), tmp_path / "a.zip", Seal(tmp_path), at=hooked.now)
    assert {"x_webhooks_endpoint", "x_webhooks_delivery"} <= archived.tables.keys()
    assert "x_webhooks_secret" in archived.left_out.keys() - archived.tables.keys()
    for secret in secrets:
        assert [table for table, content in stored.items() if secret in content] == ["x_webhooks_secret"]
        assert not any(secret in text or secret.removeprefix("whsec_") in text for text in (*shown, *sent))


def test_only_whom_the_settings_name_makes_endpoints_and_only_the_maker_has_the_secret(
    hooked: Hooked, receiver: Receiver
) -> None:
    with pytest.raises(Refused) as caught:
        hooked.endpoint(f"{receiver.url}/no", who="wg-head")
    assert [(each.clause, each.plugin) for each in caught.value.decision.because] == [("steerco-webhooks:1", PLUGIN)]
    endpoint = hooked.listening(f"{receiver.url}/yes")
    for who in ("wg-head", "deputy-head"):
        assert hooked.ask(who, f"/x/{PLUGIN}/secret/{endpoint}", method="POST").status_code in (403, 404)
        assert hooked.ask(who, f"/x/{PLUGIN}/deliveries/{endpoint}").status_code in (200, 404)
    assert hooked.ask("", f"/x/{PLUGIN}/deliveries/{endpoint}").status_code == 401


def test_a_token_that_may_only_read_gets_no_secret(hooked: Hooked, receiver: Receiver) -> None:
    endpoint = hooked.listening(f"{receiver.url}/token")
    reading = tokens.issue(hooked.tenant(), hooked.person("head"), ("read",), now=hooked.now).secret
    bearer = {"Authorization": f"Bearer {reading}"}
    hooked.convene()
    hooked.work()
    (only,) = hooked.told(endpoint)
    for path in (f"secret/{endpoint}", f"replay/{endpoint}/{only['seq']}"):
        assert hooked.http.post(f"/t/{WITH}/x/{PLUGIN}/{path}", headers=bearer).status_code == 403
    assert hooked.http.get(f"/t/{WITH}/x/{PLUGIN}/deliveries/{endpoint}", headers=bearer).status_code == 200


# Where to


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/x",
        "https://user:secret@a.example/",
        "https://a.example/#part",
        "https://a.example/a b",
        "https://a.example/a\r\nx: y",
        "https://a.example:0/",
        "https://a.example:99999/",
        "https://[::1/",
        "https:///x",
        "https://đây.example/",
        "not a url",
    ],
)
def test_what_is_no_address_is_said_so(hooked: Hooked, url: str) -> None:
    with pytest.raises(Unfit):
        read(url)
    with pytest.raises(Invalid):
        hooked.endpoint(url)


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://[::ffff:169.254.169.254]/", "https://[fd00:ec2::254]/"])
def test_a_private_address_is_refused_by_the_plugin_s_clause(hooked: Hooked, url: str) -> None:
    with pytest.raises(Refused) as caught:
        hooked.endpoint(url)
    assert [each.clause for each in caught.value.decision.because] == ["steerco-webhooks:4"]


HIDDEN = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "168.63.129.16", "0.0.0.0"),
    *("224.0.0.1", "255.255.255.255", "192.0.0.192", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0"),
    *("fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001::1"),
    *("fec0::1", "::127.0.0.1", "64:ff9b:1::7f00:1"),
]


@pytest.mark.parametrize("address", HIDDEN)
def test_an_address_that_is_not_everybody_s_is_refused_whatever_its_guise(address: str) -> None:
    outcome = post("https://hooks.example/", {}, b"{}", Allowed(), 1, lambda host, port: [address])
    assert (outcome.status, outcome.error) == (0, "address-refused")


@pytest.mark.parametrize("address", ["1.1.1.1", "103.28.36.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_a_public_address_is_not(address: str) -> None:
    from ipaddress import ip_address

    assert public(ip_address(address))


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "localhost"])
def test_other_ways_to_write_this_machine_are_known_by_what_they_resolve_to(receiver: Receiver, host: str) -> None:
    port = receiver.url.rpartition(":")[2]
    outcome = post(f"http://{host}:{port}/", {}, b"{}", Allowed(http=True), 1)
    assert outcome.error in ("address-refused", "no-such-host")
    assert receiver.got == []


LOOPBACK = allowed({"http": True, "networks": ("127.0.0.1/32",)})


def test_a_name_that_changes_its_meaning_is_looked_up_once(receiver: Receiver) -> None:
    """What was checked is what is connected to: a second answer of the name server is never asked for."""
    port, asked = receiver.url.rpartition(":")[2], []

    def changing(host: str, at: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    url = f"http://hooks.example:{port}/pinned"
    assert post(url, {}, b"{}", LOOPBACK, 2, changing).done
    assert asked == ["hooks.example"]
    assert receiver.got[0][1]["host"] == f"hooks.example:{port}"
    assert post(url, {}, b"{}", LOOPBACK, 2, changing).error == "address-refused"
    assert len(receiver.got) == 1


def test_a_name_with_one_address_too_many_is_refused(receiver: Receiver) -> None:
    port = receiver.url.rpartition(":")[2]
    outcome = post(f"http://hooks.example:{port}/", {}, b"{}", LOOPBACK, 1, lambda host, at: ["127.0.0.1", "10.0.0.1"])
    assert (outcome.error, receiver.got) == ("address-refused", [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answers["/away"], receiver.location = status, f"{receiver.url}/inside"
    outcome = post(f"{receiver.url}/away", {}, b"{}", LOOPBACK, 2)
    assert (outcome.status, outcome.error, outcome.done) == (status, "redirect", False)
    assert [path for path, _, _ in receiver.got] == ["/away"]


def test_no_proxy_of_the_environment_is_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert post(f"{receiver.url}/direct", {}, b"{}", LOOPBACK, 2).done


@pytest.fixture
def certified(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str | None]]:
    """The receiver speaks TLS as hooks.example, by an authority that this machine trusts; gives the names it was asked for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - HOUR, now + HOUR)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = made.sign(key, hashes.SHA256())
    file, form = tmp_path / "tls.pem", serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    file.write_bytes(signed.public_bytes(pem) + key.private_bytes(pem, form, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names: list[str | None] = []
    context.load_cert_chain(file)
    context.sni_callback = lambda connection, asked, of: names.append(asked)
    receiver.tls = context
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    _trust.cache_clear()
    yield names
    _trust.cache_clear()


def test_a_certificate_is_held_against_the_name_and_not_the_address(receiver: Receiver, certified: list[str | None]) -> None:
    port = receiver.url.rpartition(":")[2]
    here = allowed({"http": False, "networks": ("127.0.0.1/32",)})
    outcomes = [
        post(f"https://{host}:{port}/tls", {}, b"{}", here, 5, lambda host, at: ["127.0.0.1"])
        for host in ("hooks.example", "other.example")
    ]
    assert [(each.status, each.error) for each in outcomes] == [(204, ""), (0, "tls")]
    assert certified == ["hooks.example", "other.example"]
    assert [(path, headers["host"]) for path, headers, _ in receiver.got] == [("/tls", f"hooks.example:{port}")]


def test_plain_http_is_refused_where_the_settings_do_not_allow_it(receiver: Receiver) -> None:
    strict = allowed({"http": False, "networks": ("127.0.0.0/8",)})
    assert post(receiver.url, {}, b"{}", strict, 1).error == "not-https"
    assert receiver.got == []


def test_a_network_that_is_none_is_told_when_it_is_applied(make: Callable[..., Two]) -> None:
    with pytest.raises(Exception, match="steerco_webhooks"):
        make(PLUGIN, settings=MINE.replace("127.0.0.0/8", "127.0.0.1/8"))

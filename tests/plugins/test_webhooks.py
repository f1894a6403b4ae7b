"""Webhooks, taken by a real server: signed as a receiver checks it, at least once, in order, and never to where they must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.plugins.conftest import START, WITH, WITHOUT, Two, switched_on
from tests.plugins.receiver import Receiver, serving

from steerco.cases.world import seed
from steerco.configuration.home import Home, shipped
from steerco.extension.facts import Happened
from steerco.following.consumers import Consumers, happened
from steerco.kernel.perform import perform
from steerco.kernel.plugin_context import PluginContext
from steerco.operations import tokens
from steerco.operations.archive.exporter import export
from steerco.records import Invalid, Refused
from steerco.store import log
from steerco.store.base import owned_tables
from steerco.store.checkpoint import Seal
from steerco.web.app import create_app
from steerco_webhooks.sending import FIRST_PAUSE, LONGEST_PAUSE, pause, send_due

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


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving() as made:
        yield made


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

    def hands(self, slug: str = WITH) -> PluginContext:
        return PluginContext(self.tenant(slug), PLUGIN, self.now)


@pytest.fixture
def hooked(make: Callable[..., Two]) -> Iterator[Hooked]:
    two = make(PLUGIN, settings=MINE)
    content = switched_on(Home(shipped()).content(WITHOUT), WITHOUT, PLUGIN, settings=OTHERS)
    two.installation.apply(WITHOUT, content, at=START, who="operator", why="tests", seed=seed)
    found = Hooked(two.installation, two.http)
    found.consumers = Consumers()
    with TestClient(create_app(found.installation, clock=lambda: found.now)) as found.http:
        yield found


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> list[bool]:
    """Which of the signatures are right, as the specification has a receiver compute them."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return [each == f"v1,{wanted}" for each in headers["webhook-signature"].split(" ")]


# What is described


def test_what_is_sent_is_what_the_asyncapi_document_says(hooked: Hooked, receiver: Receiver) -> None:
    assert hooked.ask("", f"/x/{PLUGIN}/asyncapi.json").status_code == 401
    said = hooked.ask("head", f"/x/{PLUGIN}/asyncapi.json").json()
    assert (said["asyncapi"], said["operations"]["deliver"]["action"]) == ("3.0.0", "send")
    (sent,) = said["components"]["messages"].values()
    schemas = {"components": {"schemas": said["components"]["schemas"]}}
    body = Draft202012Validator({**sent["payload"], **schemas}, format_checker=FormatChecker())
    headers = Draft202012Validator(sent["headers"])
    endpoint = hooked.listening(f"{receiver.url}/all", "meeting.*", "task.*", "direction.*", f"{ENDPOINT}.*")
    meeting = hooked.convene()
    hooked.do("head", "meeting.cancel", meeting, reason="Thôi")
    hooked.do("deputy-head", "task.assign", title="Soạn", to=hooked.person("standing-member"))
    hooked.do("head", f"{ENDPOINT}.rotate-secret", endpoint)
    hooked.secret(endpoint)
    hooked.work()
    assert len(receiver.got) > 4
    for _, heads, content in receiver.got:
        headers.validate(dict(heads))
        body.validate(json.loads(content))
    told = json.loads(receiver.got[0][2])
    for wrong in (
        {**told, "id": 1},
        {**told, "more": 1},
        {**told, "data": {}},
        {name: told[name] for name in told if name != "time"},
    ):
        assert not body.is_valid(wrong)


def test_whoever_made_an_endpoint_can_try_it_out(hooked: Hooked, receiver: Receiver) -> None:
    mine = hooked.endpoint(f"{receiver.url}/mine", "task.*")
    hooked.do("head", f"{ENDPOINT}.test-delivery", mine)
    hooked.work()
    assert receiver.got == []  # nothing goes unsigned
    secret = hooked.secret(mine)
    other = hooked.listening(f"{receiver.url}/other", "task.*")
    answer = hooked.ask("head", f"/api/{ENDPOINT}/{mine}/test-delivery", method="POST", json={})
    assert answer.status_code == 200, answer.text
    hooked.work()
    ((path, headers, body),) = receiver.got
    assert (path, json.loads(body)["type"], verified(secret, headers, body)) == (
        "/mine",
        f"steerco.{ENDPOINT}.test-delivery",
        [True],
    )
    assert [each["state"] for each in hooked.told(mine)] == ["sent"]
    with pytest.raises(Refused):
        hooked.do("deputy-head", f"{ENDPOINT}.test-delivery", other)


# What is told


def test_a_receiver_is_told_and_can_tell_by_whom(hooked: Hooked, receiver: Receiver) -> None:
    secret = hooked.secret(hooked.endpoint(f"{receiver.url}/a?b=c"))
    meeting = hooked.convene()
    hooked.work()
    ((path, headers, body),) = receiver.got
    assert path == "/a?b=c"
    assert verified(secret, headers, body) == [True]
    assert not any(verified(secret, headers, body + b" "))
    assert (headers["content-type"], headers["host"]) == ("application/cloudevents+json", receiver.url.removeprefix("http://"))
    assert int(headers["webhook-timestamp"]) == int(START.timestamp())
    told = json.loads(body)
    assert (told["specversion"], told["type"], told["source"]) == ("1.0", "steerco.meeting.convene", f"/t/{WITH}")
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
    assert [each["type"] for each in receiver.at("/only")] == ["steerco.meeting.cancel"]


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


class Dies(PluginContext):
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
    assert [(each["data"]["record"], each["source"]) for each in receiver.at("/theirs")] == [(meeting, f"/t/{WITHOUT}")]
    assert {each["source"] for each in receiver.at("/mine")} == {f"/t/{WITH}"}
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
            if table.name.startswith("x_") and not table.name.startswith("x_webhooks_"):
                continue  # of plugins that other tests make up
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


# Where to (the rest is in test_webhooks_where.py)


@pytest.mark.parametrize("url", ["not a url", "https://user:secret@a.example/", "https://a.example/a\r\nx: y"])
def test_what_is_no_address_makes_no_endpoint(hooked: Hooked, url: str) -> None:
    with pytest.raises(Invalid):
        hooked.endpoint(url)


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "https://[::ffff:169.254.169.254]/", "https://[fd00:ec2::254]/"])
def test_a_private_address_is_refused_by_the_plugin_s_clause(hooked: Hooked, url: str) -> None:
    with pytest.raises(Refused) as caught:
        hooked.endpoint(url)
    assert [each.clause for each in caught.value.decision.because] == ["steerco-webhooks:4"]


def test_a_network_that_is_none_is_told_when_it_is_applied(make: Callable[..., Two]) -> None:
    with pytest.raises(Exception, match="steerco_webhooks"):
        make(PLUGIN, settings=MINE.replace("127.0.0.0/8", "127.0.0.1/8"))

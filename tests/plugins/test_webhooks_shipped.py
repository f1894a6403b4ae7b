"""The committee that is shipped with webhooks, with its own settings: over the API alone its administrator has an address told of
events, sent them again and on trial, and a receiver holds each against the secret, before and after a new one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.plugins.conftest import WITH, Two
from tests.plugins.receiver import Receiver, serving
from tests.plugins.test_webhooks import ENDPOINT, PLUGIN, verified

from steerco.configuration.home import Home, shipped
from steerco.following.consumers import Consumers

ADMINISTRATOR = "standing-member-trung-tam-cntt"
NEARBY = f"""
[settings.steerco_webhooks]
administrator = "{ADMINISTRATOR}"
http = true
networks = ["127.0.0.0/8"]
"""
"""As shipped, save that a receiver on this very machine may be sent to."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving() as made:
        yield made


class Centre:
    """The administrator with a token and nothing else, a receiver, and the worker of the installation."""

    def __init__(self, two: Two, receiver: Receiver) -> None:
        self.two, self.receiver, self.consumers = two, receiver, Consumers()
        made = self.asked("POST", f"/api/{ENDPOINT}/create", 201, url=f"{receiver.url}/office", events=["meeting.*"])
        self.endpoint: str = made["record"]["id"]

    def asked(self, method: str, path: str, status: int, **given: Any) -> dict[str, Any]:
        answer = self.two.ask(ADMINISTRATOR, path, method=method, **({"json": given} if given or "/api/" in path else {}))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def secret(self) -> str:
        return str(self.asked("POST", f"/x/{PLUGIN}/secret/{self.endpoint}", 201)["secret"])

    def convened(self) -> str:
        return self.two.do("head", "meeting.convene", kind="ad-hoc", starts_at="2021-03-01T09:00:00").id

    def received(self, *secrets: str) -> tuple[str, str, list[list[bool]]]:
        """One step of the worker brings one delivery: its id, what it tells of, and which signatures each secret makes."""
        before = len(self.receiver.got)
        self.consumers.step(self.two.tenant(WITH), self.two.now)
        ((_, headers, body),) = self.receiver.got[before:]
        return headers["webhook-id"], json.loads(body)["data"]["action"], [verified(each, headers, body) for each in secrets]


def test_a_delivery_one_again_and_one_on_trial_are_signed_by_the_secret_of_their_time(
    make: Callable[..., Two], receiver: Receiver
) -> None:
    centre = Centre(make(settings=NEARBY), receiver)
    old = centre.secret()
    centre.convened()
    first, told, signed = centre.received(old)
    assert (told, signed) == ("meeting.convene", [[True]])
    new = centre.secret()
    seq = first.removeprefix("evt_").rpartition("_")[2]
    assert centre.asked("POST", f"/x/{PLUGIN}/replay/{centre.endpoint}/{seq}", 202)["seq"] == int(seq)
    again, told, signed = centre.received(new, old)
    assert (again, told, signed) == (first, "meeting.convene", [[True, False], [False, True]])
    centre.two.now += timedelta(hours=25)
    centre.asked("POST", f"/api/{ENDPOINT}/{centre.endpoint}/test-delivery", 200)
    trial, told, signed = centre.received(new, old)
    assert (told, signed) == (f"{ENDPOINT}.test-delivery", [[True], [False]])
    assert trial != first
    said = centre.asked("GET", f"/x/{PLUGIN}/asyncapi.json", 200)
    assert (said["asyncapi"], said["info"]["title"]) == ("3.0.0", f"Events of {WITH}")


def test_it_is_shipped_switched_on_for_its_administrator_alone_and_for_public_addresses(two: Two) -> None:
    settings = Home(shipped()).content(WITH)[f"tenants/{WITH}/tenant.toml"]
    assert f'[settings.steerco_webhooks]\nadministrator = "{ADMINISTRATOR}"\n' in settings
    (refused, allowed) = (
        two.ask(who, f"/api/{ENDPOINT}/create", method="POST", json={"url": "https://van-ban.example/x", "events": ["meeting.*"]})
        for who in ("wg-head", ADMINISTRATOR)
    )
    assert (refused.status_code, allowed.status_code) == (403, 201)
    private = two.ask(
        ADMINISTRATOR, f"/api/{ENDPOINT}/create", method="POST", json={"url": "https://10.0.0.1/", "events": ["task.*"]}
    )
    assert private.status_code == 403

"""``?dry_run`` tells what would follow, and the document says so."""

from __future__ import annotations

from datetime import timedelta

from tests.web.conftest import NATIONAL, START, Api


def test_a_dry_run_tells_what_would_follow(api: Api) -> None:
    given = {"kind": "regular", "starts_at": (START + timedelta(days=20)).isoformat()}
    tried = api.as_("chair")("POST", "/meeting/convene?dry_run=1", json=given).json()
    assert (tried["state_before"], tried["record"]["state"], tried["event"]) == ("new", "convened", None)
    assert [each["action"] for each in tried["next"]] == ["meeting.open"]
    assert [each["subject"] for each in tried["next"][0]["who"]] == ["chair"]
    assert set(tried["duties"]) == {"discharged", "raised"}
    assert tried["final"] is False
    kept = api.as_("chair")("POST", "/meeting/convene", json=given).json()
    assert {"duties", "told", "next", "reversible_by", "state_before", "final"} & set(kept) == set()


def test_a_dry_run_tells_who_would_be_told(api: Api) -> None:
    given = {"kind": "regular", "starts_at": (START + timedelta(days=20)).isoformat()}
    meeting = api.as_("chair")("POST", "/meeting/convene", json=given).json()["record"]["ref"]
    path = f"/meeting/{meeting}/set-attendees"
    member = api.person(NATIONAL, "member")
    tried = api.as_("chair")("POST", f"{path}?dry_run=1", json={"attendees": [member]}).json()
    assert tried["told"] == [member]

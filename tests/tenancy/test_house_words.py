"""The words of a house rule, changed where the committee has one language and writes them plainly."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from steerco.changes.house_rules import HouseEdit, changed_house
from steerco.charter import load

TEXT = """\
clause = [{ id = "H.1", gloss = "Anybody opens the door." }]
[instrument]
id = "house"
kind = "house"
title = "House rules"
date = 2024-01-01
effective = 2024-01-01
adopted_by = "all"
"""


@pytest.mark.parametrize(("said", "changed"), [("Nobody opens the door.", True), ("Anybody opens the door.", False)])
def test_a_plain_text_stays_one(said: str, changed: bool) -> None:
    house, wrong = load.read(TEXT, "house", "tenants/lake/house.toml", "en")
    assert wrong == []
    assert house is not None
    content = {"tenants/lake/house.toml": TEXT, "tenants/lake/tenant.toml": 'house = "house.toml"\n', "policies/lake.csv": ""}
    edit = HouseEdit("H.1", {"en": said, "vi": ""}, "all of us")
    made = changed_house(content, "lake", house, "policies/lake.csv", edit, date(2024, 1, 1))["tenants/lake/house.toml"]
    document = tomllib.loads(made)
    assert document["clause"][0]["gloss"] == said
    assert (document["instrument"]["adopted_by"] == "all of us") is changed

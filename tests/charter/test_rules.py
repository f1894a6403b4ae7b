"""Where law, regulation, house rules and a decision all speak, the answer tells whose word it is."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from steerco.charter.load import span
from steerco.charter.model import Charter, Instrument, Label, LayerName, Rule
from steerco.charter.rules import Decided, effective


def layer(force: LayerName, value: str | int | bool, unit: str = "working", **where: str) -> Charter:
    kind = "charter" if force == "charter" else "house" if force == "house" else "law"
    rule = Rule("notice", value, (f"{force}.1",), unit, where, force, f"words of {force}" if kind == "law" else "")
    return Charter(Instrument(force, Label(), span("2020"), kind), rules=(rule,))


def answer(*layers: Charter, **more: Any) -> tuple[object, str, tuple[str, ...]]:
    found = effective("notice", layers, **more)
    return found.value, found.layer, found.cite


def test_silence_is_an_answer() -> None:
    assert answer() == ("not-stated", "charter", ())
    assert answer(layer("charter", "not-stated")) == ("not-stated", "charter", ("charter.1",))


def test_the_regulation_goes_before_house_rules_and_these_before_a_default() -> None:
    charter, house, default = layer("charter", 5), layer("house", 4), layer("default", 3)
    assert answer(default, house, charter) == (5, "charter", ("charter.1",))
    assert answer(default, house) == (4, "house", ("house.1",))
    assert answer(default) == (3, "default", ("default.1",))
    assert answer(layer("charter", "not-stated"), default) == (3, "default", ("default.1",))


def test_binding_law_goes_before_all() -> None:
    binding = layer("binding", 7)
    assert answer(layer("charter", 5), binding, decision=Decided(9))[:2] == (7, "binding")
    assert effective("notice", [binding]).words == "words of binding"


def test_a_floor_may_be_tightened_and_not_loosened() -> None:
    floor = layer("floor", 3)
    assert answer(layer("charter", 5), floor)[:2] == (5, "charter")
    assert answer(layer("charter", 2), floor)[:2] == (3, "floor")
    assert answer(layer("charter", 2), floor, tighter="lower")[:2] == (2, "charter")
    assert answer(floor)[:2] == (3, "floor")
    assert answer(floor, layer("floor", 4))[:2] == (4, "floor")
    assert answer(layer("charter", 5, "calendar"), floor)[:2] == (3, "floor")


def test_a_decision_on_the_record_goes_before_a_default_only() -> None:
    decided = Decided(1, "working", ("10.1",))
    assert answer(layer("default", 3), decision=decided) == (1, "decision", ("10.1",))
    assert answer(layer("charter", 5), decision=decided)[:2] == (5, "charter")
    assert answer(layer("house", 4), decision=decided)[:2] == (4, "house")
    assert answer(decision=decided)[:2] == (1, "decision")


def test_a_rule_for_one_kind_goes_before_the_one_for_all() -> None:
    charter = layer("charter", 5)
    charter = Charter(charter.instrument, rules=(*charter.rules, *layer("charter", 9, kind="extended").rules))
    assert answer(charter, where={"kind": "extended"})[0] == 9
    assert answer(charter, where={"kind": "regular"})[0] == 5
    assert answer(charter)[0] == 5


LAYERS = st.lists(
    st.builds(layer, st.sampled_from(["binding", "charter", "house", "floor", "default"]), st.integers(0, 9)), max_size=6
)


@given(LAYERS, st.integers(0, 9))
def test_no_answer_is_below_a_floor_unless_the_law_binds(layers: list[Charter], decided: int) -> None:
    found = effective("notice", layers, decision=Decided(decided, "working"))
    floors = [r.value for c in layers for r in c.rules if r.force == "floor"]
    if found.layer != "binding":
        assert all(found.value >= floor for floor in floors)  # type: ignore[operator]  # a value may be a word, and here it is a number

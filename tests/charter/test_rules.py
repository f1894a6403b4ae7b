"""Where law, regulation, house rules and a decision all speak, the answer tells whose word it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.charter.calendar import WeekCalendar
from steerco.charter.load import span
from steerco.charter.model import Charter, Instrument, Label, LayerName, Parameter
from steerco.charter.rules import Decided, effective
from steerco.charter.values import LENGTHS, Bound, Days

TET = WeekCalendar(off=frozenset(date(2021, 2, day) for day in (10, 11, 12, 15, 16)))
"""From 10 to 16 February 2021 nobody works: the 13th and 14th are a weekend."""


def layer(
    force: LayerName, value: str | int | bool, unit: str = "working", /, bound: Bound = "", name: str = "notice", **where: str
) -> Charter:
    kind = "charter" if force == "charter" else "house" if force == "house" else "law"
    rule = Parameter(name, value, (f"{force}.1",), unit, where, force, f"words of {force}" if kind == "law" else "", bound)
    return Charter(Instrument(force, Label(), span("2020"), kind), rules=(rule,))


def on(day: date, *layers: Charter, name: str = "notice") -> tuple[object, str, date | None]:
    """Value, layer and the last day in time, of a case that is counted from ``day``."""
    days = Days(day, TET)
    found = effective(name, layers, measure=days.span)
    return found.value, found.layer, found.end(days)


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
    shortest = layer("floor", 5, bound="at-most")
    assert answer(layer("charter", 2), shortest)[:2] == (2, "charter")
    assert answer(layer("charter", 10), shortest)[:2] == (5, "floor")
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


def test_a_narrower_silence_goes_before_a_wider_word() -> None:
    charter = layer("charter", 5)
    charter = Charter(charter.instrument, rules=(*charter.rules, *layer("charter", "not-stated", kind="ad-hoc").rules))
    assert answer(charter, where={"kind": "ad-hoc"})[0] == "not-stated"
    assert answer(charter, layer("house", 2), where={"kind": "ad-hoc"})[:2] == (2, "house")
    assert answer(charter, where={"kind": "regular"})[0] == 5


@pytest.mark.parametrize(
    ("value", "unit", "day", "kept", "last"),
    [
        (2, "weeks", date(2021, 3, 10), "charter", date(2021, 2, 24)),
        (10, "calendar", date(2021, 3, 10), "charter", date(2021, 2, 28)),
        (5, "working days", date(2021, 3, 10), "charter", date(2021, 3, 3)),
        (5, "Working-Days", date(2021, 3, 10), "charter", date(2021, 3, 3)),
        (1, "month", date(2021, 3, 31), "charter", date(2021, 2, 28)),
        (3, "working", date(2021, 3, 10), "charter", date(2021, 3, 5)),
        (3, "calendar", date(2021, 3, 12), "charter", date(2021, 3, 9)),  # Tuesday to Friday: three days are three working days
        (4, "calendar", date(2021, 3, 10), "floor", date(2021, 3, 5)),  # a Saturday, and the Friday before is asked
        (10, "calendar", date(2021, 2, 18), "charter", date(2021, 2, 8)),  # the 8th by both: equal is not looser
        (9, "calendar", date(2021, 2, 18), "floor", date(2021, 2, 8)),  # the long holiday between
        (2, "fortnights", date(2021, 3, 10), "floor", date(2021, 3, 5)),
    ],
)
def test_lengths_are_compared_on_the_days_of_the_case(value: int, unit: str, day: date, kept: str, last: date) -> None:
    found = on(day, layer("charter", value, unit), layer("floor", 3, "working"))
    assert found == (value if kept == "charter" else 3, kept, last)


def test_a_limit_is_stricter_the_shorter_it_is() -> None:
    ended = date(2021, 3, 10)
    limit = layer("floor", 5, "working", bound="at-most", name="conclusion-notice")
    within = [layer("charter", n, unit, name="conclusion-notice") for n, unit in ((10, "working"), (1, "week"), (8, "calendar"))]
    assert on(ended, within[0], limit, name="conclusion-notice") == (5, "floor", date(2021, 3, 17))
    assert on(ended, within[1], limit, name="conclusion-notice") == (1, "charter", date(2021, 3, 17))
    assert on(ended, within[2], limit, name="conclusion-notice") == (5, "floor", date(2021, 3, 17))
    assert on(ended, layer("house", 3, name="conclusion-notice"), limit, name="conclusion-notice")[:2] == (3, "house")


def test_where_nothing_says_which_way_a_value_gets_stricter_the_law_goes_before() -> None:
    assert effective("x", [layer("charter", 9, name="x"), layer("floor", 3, name="x")]).layer == "floor"
    opposed = [layer("charter", 9, bound="at-least", name="x"), layer("floor", 5, bound="at-most", name="x")]
    assert effective("x", opposed).value == 5


def test_of_two_laws_that_bind_the_stricter_does() -> None:
    assert answer(layer("binding", 3), layer("binding", 5))[:2] == (5, "binding")
    assert answer(layer("binding", 3), layer("floor", 5))[:2] == (5, "floor")


NAMES = ("notice", "conclusion-notice")
FORCES: list[LayerName] = ["binding", "charter", "house", "floor", "default"]
BOUNDS: dict[str, Bound] = {"notice": "at-least", "conclusion-notice": "at-most"}
STACKS = st.sampled_from(NAMES).flatmap(
    lambda name: st.lists(
        st.builds(
            lambda force, value, unit: layer(force, value, unit, bound=BOUNDS[name] if force != "charter" else "", name=name),
            st.sampled_from(FORCES),
            st.integers(0, 40),
            st.sampled_from(sorted(LENGTHS)),
        ),
        min_size=1,
        max_size=6,
    )
)


@given(STACKS, st.integers(0, 60), st.integers(0, 9))
def test_no_stack_of_layers_loosens_what_binds_on_any_day(stack: list[Charter], ahead: int, decided: int) -> None:
    """Held against a reckoning of its own: day by day, which are still in time."""
    name, day = stack[0].rules[0].name, date(2021, 1, 20) + timedelta(days=ahead)
    days = Days(day, TET)
    found = effective(name, stack, decision=Decided(decided, "working"), measure=days.span)
    last, forward = found.end(days), BOUNDS[name] == "at-most"
    assert last is not None
    for rule in (rule for each in stack for rule in each.rules if rule.force in ("binding", "floor")):
        asked = _reckoned(day, int(rule.value), rule.unit, forward)
        assert last <= asked, (found, rule)
    assert found.layer in ("binding", "floor", "charter", "house", "default", "decision")
    if not any(rule.force in ("binding", "floor") for each in stack for rule in each.rules):
        own = [each.rules[0] for each in stack if each.rules[0].force in ("charter", "house")]
        first = sorted(own, key=lambda rule: rule.force != "charter")
        assert (found.value, found.unit) == ((first[0].value, first[0].unit) if first else (decided, "working"))


def _reckoned(day: date, n: int, unit: str, forward: bool) -> date:
    step = timedelta(days=1 if forward else -1)
    if "month" in unit or "year" in unit:
        months = (n if forward else -n) * (12 if "year" in unit else 1)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        first = date(year, month + 1, 1)
        end = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return first.replace(day=min(day.day, end.day))
    left = n * (7 if "week" in unit else 1)
    while left:
        day += step
        left -= "working" not in unit or (day.isoweekday() < 6 and day not in TET.off)
    return day


LAYERS = st.lists(
    st.builds(layer, st.sampled_from(["binding", "charter", "house", "floor", "default"]), st.integers(0, 9)), max_size=6
)


@given(LAYERS, st.integers(0, 9))
def test_no_answer_is_below_a_floor_unless_the_law_binds(layers: list[Charter], decided: int) -> None:
    found = effective("notice", layers, decision=Decided(decided, "working"))
    floors = [r.value for c in layers for r in c.rules if r.force == "floor"]
    binding = found.layer == "binding"
    assert binding or all(found.value >= floor for floor in floors)  # type: ignore[operator]  # a value may be a word, and here it is a number

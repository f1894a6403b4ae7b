"""A committee's colour is one in which its pages can be read, whatever somebody writes into the file."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.committee import record_types
from steerco.config.colour import APART, GROUND, LEAST, STATES, contrast, difference, readable, taken_for
from steerco.config.findings import Finding
from steerco.config.kinds import SCHEMAS
from steerco.config.read import read_toml
from steerco.configuration.home import Home
from steerco.configuration.load import load

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def found(colour: str) -> list[Finding]:
    text = f'slug = "a"\nname = {{ en = "A" }}\n\n[appearance]\ncolour = "{colour}"\n'
    return read_toml(text, SCHEMAS["tenant"], "tenant.toml")[1]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#000000", 21.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)],
)
def test_the_ratio_is_the_one_of_the_guidelines(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio


@given(COLOURS)
def test_a_colour_is_taken_where_it_can_be_read_and_else_one_is_named_that_can(colour: str) -> None:
    darker = readable(colour)
    assert contrast(darker, GROUND) >= LEAST
    if contrast(colour, GROUND) >= LEAST:
        assert (found(colour), darker) == ([], colour)
    else:
        (finding,) = found(colour)
        assert (finding.line, finding.level) == (5, "error")
        assert f"{contrast(colour, GROUND):.2f}" in finding.message
        assert darker in finding.message
        assert found(darker) == []


@pytest.mark.parametrize("colour", ["red", "#fff", "8b1a1a", "#8b1a1a ", "#8b1a1g", "#8b1a1a;} body { display: none }"])
def test_what_is_no_colour_is_told_with_how_one_is_written(colour: str) -> None:
    (finding,) = found(colour)
    assert (finding.line, finding.code) == (5, "wrong-form")
    assert "#1d4261" in finding.message


@pytest.mark.parametrize(
    ("one", "other", "apart"), [("#ffffff", "#000000", 100.0), ("#8b1a1a", "#9a1f1f", 5.3), ("#1b5e3b", "#1e6238", 4.4)]
)
def test_how_far_two_colours_are_apart(one: str, other: str, apart: float) -> None:
    assert round(difference(one, other), 1) == apart == round(difference(other, one), 1)


@pytest.mark.parametrize(
    ("colour", "state"), [("#8b1a1a", "an error"), ("#1b5e3b", "something done"), ("#7a4a12", "a warning"), ("#1d4261", "")]
)
def test_a_colour_in_which_the_pages_tell_how_things_stand_is_noticed(colour: str, state: str) -> None:
    assert taken_for(colour) == state


@pytest.mark.parametrize("slug", ["national-committee", "most-steering-board"])
def test_the_shipped_committees_are_in_no_such_colour(slug: str) -> None:
    text = (Path(__file__).parents[2] / "tenants" / slug / "tenant.toml").read_text("utf-8")
    (colour,) = re.findall(r'^colour = "(#[0-9a-f]{6})"', text, re.MULTILINE)
    assert taken_for(colour) == ""
    assert contrast(colour, GROUND) >= LEAST


def test_check_warns_of_such_a_colour_in_its_line() -> None:
    home = Home(Path(__file__).parents[2])
    content = home.content("most-steering-board")
    path = next(path for path in content if path.endswith("tenant.toml"))
    text = content[path].replace("#00566b", "#1b5e3b")
    warnings = load("most-steering-board", {**content, path: text}, record_types()).findings
    line = text[: text.index("colour = ")].count("\n") + 1
    assert [(each.file, each.line, each.level, each.code) for each in warnings] == [(path, line, "warning", "colour-of-state")]
    assert "something done" in warnings[0].message


SHEET = (files("steerco.web") / "static" / "steerco.css").read_text("utf-8")


def shades(dark: bool) -> dict[str, str]:
    """The colours of the sheet by name, six digits each, as the system's light or dark setting gives them."""
    light, _, rest = SHEET.partition("@media (prefers-color-scheme: dark)")
    named = re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", light.partition("}")[0])
    if dark:
        named += re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", rest.partition("}")[0])
    return {name: value if len(value) == 7 else "#" + "".join(2 * each for each in value[1:]) for name, value in named}


def mixed(colour: str, share: int, other: str) -> str:
    """``color-mix(in srgb, colour share%, other)``."""
    parts = ((int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round((one * share + two * (100 - share)) / 100):02x}" for one, two in parts)


def test_the_sheet_tells_how_things_stand_in_the_colours_that_are_measured_against() -> None:
    told = shades(dark=False)
    assert [told["bad"], told["warn"], told["good"]] == list(STATES.values())


@pytest.mark.parametrize("dark", [False, True])
def test_how_things_stand_can_be_told_apart(dark: bool) -> None:
    told = [shades(dark)[name] for name in ("bad", "warn", "good")]
    assert min(difference(one, other) for one in told for other in told if one != other) >= APART


ON = {
    "ink": ["paper", "ground", "head-ground", "calm-ground", "bad-ground", "warn-ground", "good-ground", "found-ground"],
    "soft": ["paper", "ground", "head-ground", "calm-ground", "found-ground"],
    "link": ["paper", "ground", "head-ground", "calm-ground", "bad-ground", "warn-ground", "good-ground", "found-ground"],
    "act": ["paper", "calm-ground"],
    "on-act": ["act"],
    "bad": ["paper", "bad-ground"],
    "warn": ["paper", "warn-ground"],
    "good": ["paper", "good-ground"],
    "calm": ["calm-ground"],
    "house": ["paper", "house-ground", "bad-ground", "good-ground"],
    "law": ["paper", "law-ground", "good-ground"],
}
"""The colours of texts, and every ground on which the pages write in them."""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("text", ON)
def test_every_text_can_be_read_on_its_grounds(text: str, dark: bool) -> None:
    named = shades(dark)
    assert {ground: round(contrast(named[text], named[ground]), 2) for ground in ON[text]} == {
        ground: pytest.approx(max(LEAST, contrast(named[text], named[ground])), abs=0.01) for ground in ON[text]
    }


@pytest.mark.parametrize("dark", [False, True])
def test_the_edge_of_a_field_can_be_seen(dark: bool) -> None:
    """3:1, success criterion 1.4.11."""
    named = shades(dark)
    assert min(contrast(named["edge"], named[ground]) for ground in ("paper", "head-ground")) >= 3


@given(COLOURS)
def test_the_head_can_be_read_in_every_colour_that_a_committee_may_have(colour: str) -> None:
    """In white on the colour, and where the system is dark on the colour mixed down as the sheet says."""
    (share,) = re.findall(r"--head: color-mix\(in srgb, var\(--accent\) (\d+)%, #000\)", SHEET)
    allowed = readable(colour)
    assert contrast("#ffffff", allowed) >= LEAST
    assert contrast("#ffffff", mixed(allowed, int(share), "#000000")) >= LEAST


def test_what_has_the_focus_can_be_told_on_every_ground() -> None:
    """3:1, success criterion 1.4.11: of two rings, one dark and one bright, one stands out from whatever ground there is."""
    outer, inner = re.findall(r"^:focus-visible { outline: 3px solid (#\w{6});.* box-shadow: 0 0 0 3px (#\w{6});", SHEET, re.M)[0]
    assert contrast(outer, inner) >= 9
    for dark in (False, True):
        grounds = [
            value for name, value in shades(dark).items() if name in ("paper", "ground", "accent", "act") or "ground" in name
        ]
        assert len(grounds) > 8
        assert min(max(contrast(outer, ground), contrast(inner, ground)) for ground in grounds) >= 3


def test_no_light_ground_of_the_pages_is_darker_than_the_one_that_is_measured_against() -> None:
    grounds = {name: value for name, value in shades(dark=False).items() if name == "paper" or "ground" in name}
    assert {"paper", "ground", "bad-ground", "good-ground", "calm-ground"} <= set(grounds)
    assert min(contrast(each, "#000000") for each in grounds.values()) == contrast(GROUND, "#000000")

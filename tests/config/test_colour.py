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


def test_the_sheet_tells_how_things_stand_in_the_colours_that_are_measured_against() -> None:
    sheet = (files("steerco.web") / "static" / "steerco.css").read_text("utf-8")
    told = dict(re.findall(r"--(bad|warn|good): (#[0-9a-f]+);", sheet))
    assert [told["bad"], told["warn"], told["good"]] == list(STATES.values())
    assert min(difference(one, other) for one in told.values() for other in told.values() if one != other) >= APART


def test_what_has_the_focus_can_be_told_on_every_ground() -> None:
    """3:1, success criterion 1.4.11: on white, on the tinted grounds, and in white on the committee's own colour."""
    sheet = (files("steerco.web") / "static" / "steerco.css").read_text("utf-8")
    (ring,) = re.findall(r"^:focus-visible { outline: [^;]*(#[0-9a-f]{6});", sheet, re.MULTILINE)
    grounds = set(re.findall(r"background: (#[0-9a-f]{6})[;} ]", sheet)) | set(
        re.findall(r"--[a-z-]*ground: (#[0-9a-f]+);", sheet)
    )
    light = {ground for ground in grounds if contrast(ground, "#000000") > 10}
    assert GROUND in light
    assert min(contrast(ring, ground) for ground in light | {"#ffffff"}) >= 3


def test_no_ground_of_the_pages_is_darker_than_the_one_that_is_measured_against() -> None:
    sheet = (files("steerco.web") / "static" / "steerco.css").read_text("utf-8")
    grounds = dict(re.findall(r"--([a-z-]*ground|paper): (#[0-9a-f]+);", sheet))
    assert {"paper", "ground", "bad-ground", "good-ground", "calm-ground"} <= set(grounds)
    wide = {name: value if len(value) == 7 else "#" + "".join(2 * each for each in value[1:]) for name, value in grounds.items()}
    assert min(contrast(each, "#000000") for each in wide.values()) == contrast(GROUND, "#000000")

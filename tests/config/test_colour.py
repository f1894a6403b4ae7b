"""A committee's colour is one in which its pages can be read, whatever somebody writes into the file."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerco.config.colour import GROUND, LEAST, contrast, readable
from steerco.config.findings import Finding
from steerco.config.kinds import SCHEMAS
from steerco.config.read import read_toml

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
    assert "#8b1a1a" in finding.message


def test_no_ground_of_the_pages_is_darker_than_the_one_that_is_measured_against() -> None:
    sheet = (files("steerco.web") / "static" / "steerco.css").read_text("utf-8")
    grounds = dict(re.findall(r"--([a-z-]*ground|paper): (#[0-9a-f]+);", sheet))
    assert {"paper", "ground", "bad-ground", "good-ground", "calm-ground"} <= set(grounds)
    wide = {name: value if len(value) == 7 else "#" + "".join(2 * each for each in value[1:]) for name, value in grounds.items()}
    assert min(contrast(each, "#000000") for each in wide.values()) == contrast(GROUND, "#000000")

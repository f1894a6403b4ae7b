"""A committee's own colour, and whether its pages can be read in it."""

from __future__ import annotations

COLOUR_PATTERN = r"#[0-9A-Fa-f]{6}"
GROUND = "#fbeeee"
"""The darkest ground on which the pages write in the committee's colour; on the colour itself they write in white."""
LEAST = 4.5
"""The least ratio of a text to its ground: Web Content Accessibility Guidelines 2.2, success criterion 1.4.3."""


def contrast(one: str, other: str) -> float:
    """The ratio of the lightness of two colours, 1 (the same) to 21 (black on white), as WCAG 2.2 defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str) -> str:
    """The colour, or the nearest darker one of its tone in which text can be read."""
    parts = _parts(colour)
    for share in range(100, -1, -1):
        darker = "#" + "".join(f"{part * share // 100:02x}" for part in parts)
        if contrast(darker, GROUND) >= LEAST:
            return colour if share == 100 else darker
    raise AssertionError("black can be read on every ground")


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)

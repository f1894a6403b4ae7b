"""A committee's colour: its contrast on the pages, and its likeness to the colours of states."""

from __future__ import annotations

import math

COLOUR_PATTERN = r"#[0-9A-Fa-f]{6}"
GROUND = "#fbeeee"
"""The darkest ground on which the pages write in the committee's colour; on the colour itself they write in white."""
LEAST = 4.5
"""The least ratio of a text to its ground: Web Content Accessibility Guidelines 2.2, success criterion 1.4.3."""
STATES = {"an error": "#9a1f1f", "a warning": "#7a5200", "something done": "#1e6238"}
"""The colours in which the pages tell how something stands."""
APART = 30.0
"""The least difference of a committee's colour from those (CIE 1976): from there on nobody takes two colours for one."""


def contrast(first: str, second: str) -> float:
    """Return the ratio of the lightness of two colours, 1 (the same) to 21 (black on white), as WCAG 2.2 defines it."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str) -> str:
    """Return the colour, or the nearest darker one of its tone in which text can be read."""
    parts = _parts(colour)
    for share in range(100, -1, -1):
        darker = "#" + "".join(f"{part * share // 100:02x}" for part in parts)
        if contrast(darker, GROUND) >= LEAST:
            return colour if share == 100 else darker
    raise AssertionError("black can be read on every ground")


def taken_for(colour: str) -> str:
    """Return the state for which a reader would take this colour, or an empty text."""
    return next((state for state, shade in STATES.items() if difference(colour, shade) < APART), "")


def difference(first: str, second: str) -> float:
    """Return the visible difference of two colours: their distance in CIELAB (CIE 1976), 0 to about 250."""
    return math.dist(_lab(first), _lab(second))


def _lab(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, _luminance(colour), z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)

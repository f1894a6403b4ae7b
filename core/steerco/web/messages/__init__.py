"""What problems say, in each language: catalogues by code (``<language>.toml``), filled with the problem's parameters."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

DEFAULT = "en"
"""The language of who asks for none that there is."""


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are catalogues of."""
    return tuple(sorted(each.name.removesuffix(".toml") for each in files(__name__).iterdir() if each.name.endswith(".toml")))


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """Every message of a language, by code."""
    return tomllib.loads((files(__name__) / f"{language}.toml").read_text("utf-8"))


class _Named(dict[str, Any]):
    """Parameters of a text; one that is missing shows as its name rather than breaking the answer."""

    def __missing__(self, name: str) -> str:
        return name


def message(language: str, code: str, part: str, params: Mapping[str, Any], otherwise: str = "") -> str:
    """One part (``title``, ``detail``, ``next``) of a code's message; that of the code ``otherwise`` where it has none."""
    texts = catalogue(language)
    text = texts.get(code, {}).get(part) or texts.get(otherwise, {}).get(part, code)
    plain = {name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value for name, value in params.items()}
    return text.format_map(_Named(plain))


def preferred(header: str | None, among: Iterable[str] | None = None) -> str:
    """The language that an ``Accept-Language`` header (RFC 9110, 12.5.4) likes best among those there are."""
    known = tuple(among) if among is not None else languages()
    ranked: list[tuple[float, int, str]] = []
    for place, item in enumerate((header or "").split(",")[:20]):
        tag, _, weight = item.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        try:
            liking = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if name in known and 0 < liking <= 1:
            ranked.append((-liking, place, name))
    return min(ranked)[2] if ranked else DEFAULT

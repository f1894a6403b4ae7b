"""Catalogues: the texts of every language by section and key, filled with parameters at the edges.

``<language>.toml`` holds the texts of pages, the labels of the program's words, and the reasons against input fields;
``problems.<language>.toml`` holds the texts of problems, as sections ``problems.<code>``. A plugin lays a catalogue of the same
form over these, for its record types (:meth:`Words.over`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import normalize

from steerco.charter.model import Label
from steerco.records.reason import Reason

DEFAULT = "en"
"""The language of the command line, and of readers who ask for no available language."""

LABELLED = {
    "sort": "sort",
    "sorts": "sort",
    "type": "type",
    "types": "type",
    "wanted": "shape",
    "got": "shape",
    "found": "shape",
    "action": "action",
    "state": "state",
    "states": "state",
    "what": "type",
    "part": "field",
}
"""The parameters that are words of the program, and the section of their labels."""

Texts = Mapping[str, Mapping[str, str]]
"""A catalogue of one language: texts by section and key."""


@cache
def languages() -> tuple[str, ...]:
    """Return the languages with catalogues."""
    return tuple(sorted(language for subject, language in _files() if not subject))


def _files() -> dict[tuple[str, str], Any]:
    """Return the catalogue's files by subject (empty for the main ones) and language."""
    catalogues = {}
    for entry in files(__name__).iterdir():
        if entry.name.endswith(".toml"):
            subject, _, language = entry.name.removesuffix(".toml").rpartition(".")
            catalogues[subject, language] = entry
    return catalogues


@cache
def texts(language: str) -> Texts:
    """Return every text of a language, by section and key."""
    sections_by_name: dict[str, Mapping[str, str]] = {}
    for (subject, of), file in _files().items():
        if of == language:
            sections = tomllib.loads(file.read_text("utf-8"))
            sections_by_name |= {f"{subject}.{name}" if subject else name: section for name, section in sections.items()}
    return sections_by_name


class _Named(dict[str, Any]):
    """Parameters of a text. A missing one shows as its name and does not break the answer."""

    def __missing__(self, name: str) -> str:
        return name


class Words:
    """The texts of one language. A key without a text gives the key itself."""

    def __init__(self, language: str, texts: Texts) -> None:
        self.language = language
        self._texts = texts

    def over(self, *further: Texts) -> Words:
        """Return these words with further catalogues of the language. A catalogue adds sections and keys, and replaces none. A
        type that it calls by one word only is called so in lists too."""
        sections: dict[str, Mapping[str, str]] = dict(self._texts)
        for catalogue in further:
            sections |= {section: {**labels, **sections.get(section, {})} for section, labels in catalogue.items()}
        sections["types"] = {**sections.get("type", {}), **sections.get("types", {})}
        return Words(self.language, sections)

    def __call__(self, section: str, key: object, /, **params: Any) -> str:
        text = self._texts.get(section, {}).get(str(key))
        if text is None:
            return str(key).replace("-", " ").replace("_", " ")
        return filled(text, params)

    def has(self, section: str, key: object) -> bool:
        """Return whether there is a text under this key."""
        return str(key) in self._texts.get(section, {})

    def keys(self, section: str) -> tuple[str, ...]:
        """Return the keys of a section, in the order of the file."""
        return tuple(self._texts.get(section, {}))

    def state(self, type: str, state: str) -> str:
        """Return a record's state, in the words of its type where that has its own."""
        qualified = f"{type}.{state}"
        return self("state-of", qualified) if self.has("state-of", qualified) else self("state", state)

    def problem(self, code: str, part: str, params: Mapping[str, Any], otherwise: str = "") -> str:
        """Return one part (``title``, ``detail``, ``next``) of a problem's text.

        A problem without a text gets that of the code ``otherwise``, which can name the problem by the parameter ``why``.
        """
        described = next((name for name in (code, otherwise) if self.has(f"problems.{name}", part)), None)
        filling = {"why": self("stop", code), **self._labelled(params)}
        return filled(self._texts[f"problems.{described}"][part], filling) if described else code

    def reason(self, why: Reason) -> str:
        """Return the text of a reason. Parameters that are words of the program appear by their labels."""
        return self("reason", why.code, **self._labelled(why.params))

    def _labelled(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._label(LABELLED[name], value) if name in LABELLED else value for name, value in params.items()}

    def _label(self, section: str, value: Any) -> str:
        words = [term for word in ([value] if isinstance(value, str) else value) for term in str(word).split(" | ")]
        return self("list", "or").join(self(section, term) if self.has(section, term) else term for term in words)

    def day(self, value: date) -> str:
        """Return a day as it is written: ``10 February 2021``."""
        return self("date", "day", **self.parts_of(value))

    def parts_of(self, value: date) -> dict[str, object]:
        """Return what the texts of section ``date`` are filled with."""
        return {
            "day": value.day,
            "day2": f"{value.day:02}",
            "month2": f"{value.month:02}",
            "month_name": self("month", value.month),
            "year": f"{value.year:04}",
        }

    def of(self, text: Label | Mapping[str, Any] | str | None) -> str:
        """Return a multilingual text in this language, or in any available one."""
        if text is None or isinstance(text, str):
            return text or ""
        if isinstance(text, Label):
            return getattr(text, self.language, "") or text.vi or text.en
        return str(text.get(self.language) or next((value for value in text.values() if value), ""))


_LETTERS = "\u0306\u0302\u031b"
"""The combining marks that make another letter of the Vietnamese alphabet: breve, circumflex, horn."""
_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""The combining marks of the tones, in the order of dictionaries: grave, hook, tilde, acute, dot below."""


def alphabetical(text: str) -> tuple[Any, ...]:
    """Return the sort key of a text: by the letters of the Vietnamese alphabet (English with letters between), then by tone.

    Small letters and capitals sort alike.
    """
    letters: list[tuple[str, int]] = []
    tones: list[int] = []
    for character in normalize("NFD", text.casefold().replace("\u0111", "d\u0335")):
        if letters and character in _LETTERS + "\u0335":
            letters[-1] = (letters[-1][0], 1 + (_LETTERS + "\u0335").index(character))
        elif letters and character in _TONES:
            tones[-1] = 1 + _TONES.index(character)
        else:
            letters.append((character, 0))
            tones.append(0)
    return letters, tones, text


def filled(text: str, params: Mapping[str, Any]) -> str:
    """Return a text with its parameters put in; of a list, each of its items."""
    if "{" not in text:
        return text
    plain = {name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value for name, value in params.items()}
    return text.format_map(_Named(plain))


@cache
def words(language: str) -> Words:
    """Return the words of a language, as core has them."""
    return Words(language, texts(language))


def preferred(header: str | None, among: Iterable[str] | None = None) -> str:
    """Return the language that an ``Accept-Language`` header (RFC 9110, 12.5.4) likes best among those there are."""
    available = tuple(among) if among is not None else languages()
    ranked: list[tuple[float, int, str]] = []
    for place, item in enumerate((header or "").split(",")[:20]):
        tag, _, weight = item.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        try:
            liking = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if name in available and 0 < liking <= 1:
            ranked.append((-liking, place, name))
    return min(ranked)[2] if ranked else DEFAULT

"""What pages say, in each language: labels by section and key (``<language>.toml``), filled with parameters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from steerco.charter.model import Label


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are catalogues of."""
    return tuple(sorted(each.name.removesuffix(".toml") for each in files(__name__).iterdir() if each.name.endswith(".toml")))


@cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Every text of a language, by section and key."""
    found: dict[str, dict[str, str]] = tomllib.loads((files(__name__) / f"{language}.toml").read_text("utf-8"))
    return found


class Words:
    """The texts of one language. A key without a text gives the key itself: a plugin's types have no label here."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = texts(language)

    def __call__(self, section: str, key: object, **params: Any) -> str:
        found = self._texts.get(section, {}).get(str(key))
        if found is None:
            return str(key).replace("-", " ").replace("_", " ")
        return found.format(**params) if params else found

    def has(self, section: str, key: object) -> bool:
        """Whether there is a text under this key."""
        return str(key) in self._texts.get(section, {})

    def keys(self, section: str) -> tuple[str, ...]:
        """The keys of a section, in the order of the file."""
        return tuple(self._texts.get(section, {}))

    def state(self, type: str, state: str) -> str:
        """A record's state, in the words of its type where that has its own."""
        own = f"{type}.{state}"
        return self("state-of", own) if self.has("state-of", own) else self("state", state)

    def of(self, text: Label | Mapping[str, Any] | str | None) -> str:
        """A text that is kept in several languages: in this one, else in whichever there is."""
        if text is None or isinstance(text, str):
            return text or ""
        if isinstance(text, Label):
            return getattr(text, self.language, "") or text.vi or text.en
        return str(text.get(self.language) or next((value for value in text.values() if value), ""))


@cache
def words(language: str) -> Words:
    """The words of a language."""
    return Words(language)

"""Descriptions of the schemas in the API's document: the first paragraph of a docstring without its markup, and of each
value the label that forms and pages have for it, in every language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from steerco.i18n import languages, words

Json = dict[str, Any]
SECTIONS = ("field", "api.property")
"""Where labels stand: those of records and forms, and those of values that only the API has."""
ROLE = re.compile(r":\w+:(?=`)")


def described(schemas: Json, types: Mapping[str, Callable[[str], str]]) -> Json:
    """Return the schemas, each with a description, and each property with one where it has none of its own. ``types``: what adds
    the words of every language to schemas of record types, by their name or by what they say."""
    return {name: _described(name, schema, types) for name, schema in schemas.items()}


def _described(name: str, schema: Json, types: Mapping[str, Callable[[str], str]]) -> Json:
    text = first_paragraph(schema.get("description", name))
    saying = types.get(name) or types.get(text) or said
    told: Json = {"description": saying(text)}
    if "properties" in schema:
        told["properties"] = {each: {"description": label(each)} | value for each, value in schema["properties"].items()}
    return schema | told


def first_paragraph(docstring: str) -> str:
    """Return the first paragraph in one line, names in single backquotes."""
    return ROLE.sub("", " ".join(docstring.strip().partition("\n\n")[0].split())).replace("``", "`")


@cache
def label(name: str) -> str:
    """Return the label of a value in every language."""
    labels = []
    for language in sorted(languages()):
        say = words(language)
        section = next((each for each in SECTIONS if say.has(each, name)), SECTIONS[0])
        labels.append(say(section, name))
    return " · ".join(dict.fromkeys(labels))


@cache
def said(text: str) -> str:
    """Return a text of the document in every language, the text itself first: by its English words, as catalogues have them."""
    others = (words(language)("api.said", text) for language in sorted(languages()) if words(language).has("api.said", text))
    return " · ".join(dict.fromkeys((text, *others)))


def spoken(part: Any) -> Any:
    """Return a part of the document in which everything that says what it is does so in every language. Examples stay."""
    if isinstance(part, list):
        return [spoken(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {name: _spoken(name, value) for name, value in part.items()}


def _spoken(name: str, value: Any) -> Any:
    if name in ("description", "summary") and isinstance(value, str):
        return said(value)
    return value if name in ("example", "examples", "default") else spoken(value)

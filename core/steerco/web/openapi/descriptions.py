"""Descriptions of the schemas in the API's document: the first paragraph of a docstring without its markup, and of each
value the label that forms and pages have for it, in every language."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from steerco.i18n import languages, words

Json = dict[str, Any]
SECTIONS = ("field", "api.property")
"""Where labels stand: those of records and forms, and those of values that only the API has."""
ROLE = re.compile(r":\w+:(?=`)")


def described(schemas: Json) -> Json:
    """Return the schemas, each with a description, and each property with one where it has none of its own."""
    return {name: _described(name, schema) for name, schema in schemas.items()}


def _described(name: str, schema: Json) -> Json:
    told: Json = {"description": first_paragraph(schema.get("description", name))}
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


def said_by(members: Json) -> Json:
    """Return members of the document, each with what it says in every language."""
    return {name: {**member, "description": said(member["description"])} for name, member in members.items()}


def speak(paths: Json) -> None:
    """Have operations and the parameters that stand in them say in every language what they are."""
    for methods in paths.values():
        for told in (each for each in methods.values() if isinstance(each, dict)):
            told["summary"] = said(told["summary"])
            given = told.get("parameters", ())
            told["parameters"] = [
                {**each, "description": said(each["description"])} if "description" in each else each for each in given
            ]

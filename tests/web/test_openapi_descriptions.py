"""The API's document says in both languages what each value is, and no description is kept for a value that is gone."""

from __future__ import annotations

import json
from typing import Any

from steerco.i18n import languages, words
from steerco.web.openapi.descriptions import SECTIONS, first_paragraph
from steerco.web.openapi.document import general

SCHEMAS: dict[str, Any] = json.loads(general())["components"]["schemas"]
VALUES = {name for schema in SCHEMAS.values() for name in schema.get("properties", {})}


def test_every_value_has_a_label_in_every_language() -> None:
    assert len(VALUES) > 300
    for language in languages():
        say = words(language)
        assert {name for name in VALUES if not any(say.has(section, name) for section in SECTIONS)} == set(), language


def test_every_label_of_the_document_alone_is_of_a_value_that_it_has() -> None:
    assert set(words("en").keys("api.property")) <= VALUES - set(words("en").keys("field"))


def test_the_document_shows_them() -> None:
    place = SCHEMAS["MeetingConvene"]["properties"]["place"]["description"]
    assert all(words(language)("field", "place") in place for language in languages())
    assert SCHEMAS["MeetingConvene"]["description"].startswith("Call the meeting")
    assert {name for name, schema in SCHEMAS.items() if not schema["description"]} == set()


def test_a_docstring_is_told_without_its_markup() -> None:
    assert first_paragraph("Read ``a`` by\n    :func:`b`.\n\n    More.") == "Read `a` by `b`."

"""The API's document says in both languages what each value is, and no description is kept for a value that is gone."""

from __future__ import annotations

import json
from typing import Any

from steerco.i18n import languages, words
from steerco.web.openapi.descriptions import SECTIONS, first_paragraph
from steerco.web.openapi.document import general

DOCUMENT: dict[str, Any] = json.loads(general())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
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


def test_errors_parameters_headers_and_questions_say_in_both_languages_what_they_are() -> None:
    parts = DOCUMENT["components"]
    shared = [each for part in ("responses", "parameters", "headers") for each in parts[part].values()]
    operations = [told for path in DOCUMENT["paths"].values() for name, told in path.items() if name != "parameters"]
    own = [each for told in operations for each in told["parameters"] if "description" in each]
    asked = [told["summary"] for told in operations if told["tags"][0] in ("questions", "acts")]
    texts = {*(each["description"] for each in (*shared, *own)), *asked}
    assert {text for text in texts if " · " not in text} == set()
    assert set(words("vi").keys("api.said")) == {text.partition(" · ")[0] for text in texts}
    assert "Không có mã truy cập còn hiệu lực ở đây" in parts["responses"]["Problem401"]["description"]


def test_a_docstring_is_told_without_its_markup() -> None:
    assert first_paragraph("Read ``a`` by\n    :func:`b`.\n\n    More.") == "Read `a` by `b`."

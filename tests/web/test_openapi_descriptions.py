"""The API's document says in both languages what each value is, and no description is kept for a value that is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
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


def told(part: Any) -> Iterator[str]:
    """Every text of the document that says what something is, and none of an example."""
    if isinstance(part, list):
        for each in part:
            yield from told(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in ("description", "summary") and isinstance(value, str):
                yield value
            elif name not in ("example", "examples", "default"):
                yield from told(value)


def test_everything_in_the_document_says_in_both_languages_what_it_is() -> None:
    texts = set(told(DOCUMENT))
    assert len(texts) > 1000
    assert {text for text in texts if " · " not in text} == set()
    english = {text.partition(" · ")[0] for text in texts}
    assert set(words("vi").keys("api.said")) - english == {"See the plugin's documentation"}  # of a tenant with such a plugin
    assert "Không có mã truy cập còn hiệu lực ở đây" in DOCUMENT["components"]["responses"]["Problem401"]["description"]


def test_what_record_types_and_their_acts_are_is_told_by_the_words_of_pages() -> None:
    say = words("vi")
    (tag,) = (each["description"] for each in DOCUMENT["tags"] if each["name"] == "meeting")
    assert tag.endswith(f" · {say('type', 'meeting').capitalize()}.")
    start = DOCUMENT["paths"]["/t/{tenant}/api/task/{id}/start"]["post"]["summary"]
    assert start == "Begin; nobody has to release it. From: assigned. · Bắt đầu nhiệm vụ. Từ trạng thái: đã giao."
    assert SCHEMAS["TaskStart"]["description"].endswith(" · Bắt đầu nhiệm vụ.")
    assert SCHEMAS["TaskPage"]["description"] == "A page of a list of records of type task. · Một trang của danh sách: Nhiệm vụ."


def test_a_docstring_is_told_without_its_markup() -> None:
    assert first_paragraph("Read ``a`` by\n    :func:`b`.\n\n    More.") == "Read `a` by `b`."

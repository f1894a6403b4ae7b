"""Both languages say everything, and there is a word for everything that there is to say."""

from __future__ import annotations

import re
import string
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from sqlalchemy.orm import class_mapper

from steerco.committee import record_types
from steerco.committee.members.appointment import OUTSIDERS
from steerco.configuration.home import shipped
from steerco.configuration.platform_orders import ORDERS
from steerco.configuration.regime import PLATFORM
from steerco.i18n import languages, texts, words
from steerco.policy.decision import Basis, Outcome
from steerco.records import Invalid, Record, reason
from steerco.records.inputs import File
from steerco.records.misfit import explain_invalid

WEB = Path(str(files("steerco.web")))
CORE = WEB.parent
TYPES = tuple(record_types().values())


def keys(language: str) -> set[tuple[str, str]]:
    return {(section, key) for section, found in texts(language).items() for key in found}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_languages_have_the_same_keys() -> None:
    assert set(languages()) == {"vi", "en"}
    assert keys("vi") == keys("en")


def test_a_text_has_the_same_parameters_in_each_language() -> None:
    assert len(keys("en")) > 500
    for section, key in sorted(keys("en")):
        if section != "date":  # which parts of a date are said, and in which order, is the language's own
            assert placeholders(texts("vi")[section][key]) == placeholders(texts("en")[section][key]), (section, key)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_text_is_empty_and_vietnamese_marks_are_composed(language: str) -> None:
    assert len(keys(language)) > 500
    for section, key in keys(language):
        text = texts(language)[section][key]
        assert text.strip(), (section, key)
        assert unicodedata.normalize("NFC", text) == text, (section, key)


def test_an_english_text_is_not_left_among_the_vietnamese_ones() -> None:
    same = {(s, k) for s, k in keys("en") if len(texts("en")[s][k]) > 12 and texts("en")[s][k] == texts("vi")[s][k]}
    assert [each for each in same if re.search(r"[^\W\d_]", re.sub(r"{\w+}", "", texts("en")[each[0]][each[1]]))] == []


def test_a_seat_and_a_house_rule_are_called_as_offices_call_them() -> None:
    """One word for each on every page: *chức danh* and *quy định nội bộ*, not what newspapers and other programs say."""
    others = re.compile(
        r"\b(ghế|vị trí|nội quy|quy tắc nội bộ|quy tắc làm việc nội bộ|điểm danh|thường kỳ|hành vi)\b", re.IGNORECASE
    )
    assert others.search("ai giữ ghế nào")
    assert {(section, key): found[0] for section, key in keys("vi") if (found := others.search(texts("vi")[section][key]))} == {}


def test_every_type_state_kind_and_action_has_a_label() -> None:
    say = words("vi")
    for type in TYPES:
        assert say.has("type", type.record_type)
        assert say.has("types", type.record_type)
        for state in (*type.states, "new"):
            assert say.has("state", state), (type.record_type, state)
        for kind in type.kinds:
            assert say.has("kind", kind), kind
        for action in type.actions.values():
            assert say.has("action", action.id), action.id


def test_labels_of_a_types_own_states_name_states_that_it_has() -> None:
    states = {f"{type.record_type}.{state}" for type in TYPES for state in type.states}
    types = {type.record_type for type in TYPES}
    assert {own for own in words("en").keys("state-of") if own.partition(".")[0] in types} <= states


def test_every_relation_facet_and_outsider_has_a_label() -> None:
    say = words("vi")
    for type in TYPES:
        assert all(say.has("relation", name) for name in type.relations), type.record_type
        for facet in type.facets.values():
            assert say.has("facet", facet.name), facet.name
            known = {*facet.values, *([facet.default] if facet.default else [])}
            assert all(say.has("facet-value", value) or value in OUTSIDERS for value in known), facet.name
    assert all(say.has("outsider", each) for each in OUTSIDERS)


def columns(type: type[Record]) -> Iterator[str]:
    """Every value that a record of the type shows, its parts' included."""
    for table in (type, *type.parts().values()):
        for attribute in class_mapper(table).column_attrs:
            if not attribute.columns[0].info.get("hidden"):
                yield attribute.key.rstrip("_")
    yield from type.parts()


def inputs(kind: msgspec.inspect.Type) -> Iterator[tuple[str, str]]:
    """Every field (``field``) and word (``value``) of an input, also inside lists and nested objects."""
    if isinstance(kind, msgspec.inspect.LiteralType):
        yield from (("value", str(value)) for value in kind.values)
    if isinstance(kind, msgspec.inspect.StructType) and kind.cls is not File:
        for field in kind.fields:
            yield "field", field.encode_name
            yield from inputs(field.type)
    for inner in (getattr(kind, "type", None), getattr(kind, "item_type", None), *getattr(kind, "types", ())):
        if isinstance(inner, msgspec.inspect.Type):
            yield from inputs(inner)


def test_every_field_and_every_word_of_an_input_has_a_label() -> None:
    say = words("vi")
    for type in TYPES:
        assert {name for name in columns(type) if not say.has("field", name)} == set(), type.record_type
        for action in type.actions.values():
            for sort, name in inputs(msgspec.inspect.type_info(action.input)):
                known = say.has("field", name) if sort == "field" else say.has("value", name) or say.has("kind", name)
                assert known, (action.id, sort, name)


def stop_codes() -> set[str]:
    """Every code with which core stops an act, as its modules write it."""
    found = {order.removeprefix(f"{PLATFORM}:") for order in ORDERS}
    for type in TYPES:
        found |= set(type.checks)
    for path in CORE.rglob("*.py"):
        found |= set(re.findall(r"(?:out_of_order|OutOfOrder|Conflict)\(\s*\"([a-z-]+)\"", path.read_text("utf-8")))
    return found


def test_every_stop_code_has_a_label() -> None:
    assert {code for code in stop_codes() if not words("vi").has("stop", code)} == set()


def reason_codes() -> set[str]:
    """Every code with which core says that a field does not fit, as its modules write it."""
    found = set()
    for path in (each for each in CORE.rglob("*.py") if "extension" not in each.parts):
        said = path.read_text("utf-8")
        found |= set(re.findall(r"(?:[^_]reason|Reason|Unfit|_whole)\(\s*\"([a-z0-9-]+)\"", said))
        found |= set(re.findall(r"\.invalid\(\s*\"\w+\",\s*\"([a-z0-9-]+)\"", said))
    return found


def test_every_reason_of_a_field_has_a_text_in_each_language() -> None:
    codes = reason_codes()
    assert len(codes) > 60
    say = words("vi")
    assert {code for code in codes if not say.has("reason", code) and not say.has("forms.reason", code)} == set()


def test_a_reason_is_told_in_words_and_a_sentence_as_it_stands() -> None:
    stopped = Invalid({"to": reason("wrong-sort", given="x", sort="body", sorts=["agency", "person"]), "by": "Somebody else."})
    assert words("en").reason(stopped.fields["to"]) == "x is of the sort: body; this takes: agency or person"
    assert words("vi").reason(stopped.fields["to"]).startswith("x thuộc loại")
    assert {words(each).reason(stopped.fields["by"]) for each in languages()} == {"Somebody else."}


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    day: date


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    word: Literal["a", "b"] | None = None
    number: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=3, pattern="^[a-z]")] = "aa"
    many: Annotated[list[Inner], msgspec.Meta(min_length=1, max_length=2)] = []
    at: datetime | None = None
    words: dict[str, str] = {}


@pytest.mark.parametrize(
    ("given", "path", "code"),
    [
        ({"word": "c"}, "word", "not-one-of"),
        ({"word": 3}, "word", "wrong-type"),
        ({"number": 0}, "number", "too-small"),
        ({"number": 10}, "number", "too-great"),
        ({"name": "a"}, "name", "too-short"),
        ({"name": "aaaa"}, "name", "too-long"),
        ({"name": "AA"}, "name", "no-match"),
        ({"many": []}, "many", "too-few"),
        ({"many": [{"day": "2021-02-03"}] * 3}, "many", "too-many"),
        ({"many": [{"day": "soon"}]}, "many[0].day", "bad-day"),
        ({"many": [{}]}, "many[0].day", "required"),
        ({"many": [{"day": "2021-02-03", "x": 1}]}, "many[0].x", "unknown-name-of-none"),
        ({"at": "soon"}, "at", "bad-time"),
        ({"colour": 1}, "colour", "unknown-name"),
        ({"many": [{"day": 3}]}, "many[0].day", "wrong-type"),
        ({"words": {"a": 1}}, "words.a", "wrong-type"),
        ([], "", "expected-object"),
    ],
)
def test_whatever_a_parser_says_of_an_input_becomes_a_code(given: Any, path: str, code: str) -> None:
    """So that no English of a library's stands on a Vietnamese page, also after an update of the library."""
    found = explain_invalid(given, Outer)
    assert {where: why.code for where, why in found.items()} == {path: code}
    assert words("vi").reason(found[path]) != words("en").reason(found[path])


def test_every_field_that_does_not_fit_is_told_however_deep() -> None:
    day, given = (
        {"day": "2021-02-03"},
        {"many": [{"day": "soon"}, {}, {"day": 3, "x": 1}, {"day": date(2021, 2, 3)}], "number": 0},
    )
    found = explain_invalid({**given, "at": datetime(2021, 2, 3), "words": {"a": 1}}, Outer)
    assert {path: why.code for path, why in found.items()} == {
        "many": "too-many",
        "many[0].day": "bad-day",
        "many[1].day": "required",
        "many[2].day": "wrong-type",
        "many[2].x": "unknown-name-of-none",
        "number": "too-small",
        "words.a": "wrong-type",
    }
    assert found["many[2].day"].params == {"wanted": "date", "got": "int"}
    assert explain_invalid({"many": [day], "name": "aa"}, Outer) == {}
    assert explain_invalid({"word": 3}, Outer)["word"].params == {"wanted": "str | null", "got": "int"}


def test_every_outcome_basis_and_duty_state_has_a_label() -> None:
    say = words("vi")
    assert set(say.keys("outcome")) == set(Outcome.__args__)  # type: ignore[attr-defined]  # a Literal has its values
    assert set(say.keys("basis")) == set(Basis.__args__) == set(say.keys("basis-short"))  # type: ignore[attr-defined]  # a Literal has its values
    states = "upcoming due overdue done done-late missed waived not-applicable"
    assert set(say.keys("duty-state")) == set(states.split())


def test_every_rule_of_the_shipped_charters_has_a_label() -> None:
    files = [tomllib.loads(path.read_text("utf-8")) for path in shipped().glob("tenants/*/*.toml")]
    names = {rule["name"] for file in files for rule in file.get("rule", ())}
    assert names >= {"quorum", "notice"}
    assert {name for name in names if not words("vi").has("rule", name)} == set()


def test_every_class_of_matter_of_the_shipped_committees_has_a_label() -> None:
    named = re.compile(r"\bclass=([a-z-]+)")
    classes = {each for path in shipped().glob("policies/*.csv") for each in named.findall(path.read_text("utf-8"))}
    assert classes >= {"day-to-day", "proposal", "commendation", "regulation", "plan", "ordinary"}
    for language in languages():
        say = words(language)
        assert {each for each in classes if not (say.has("value", each) and say.has("facet-value", each))} == set()


def test_every_text_that_pages_and_views_name_is_there() -> None:
    said = re.compile(r"\b(?:t|say|visit\.say|words)\(\s*\"([a-z.-]+)\",\s*\"([a-z0-9_-]+)\"")
    paths = (*WEB.rglob("templates/**/*.html"), *WEB.rglob("pages/**/*.py"))
    named = {(path, *pair) for path in paths for pair in said.findall(path.read_text("utf-8").replace("'", '"'))}
    assert len(named) > 300
    for path, section, key in named:
        if path.suffix == ".html" or section in texts("en"):
            assert words("en").has(section, key), (path.name, section, key)


def test_a_word_without_a_label_shows_as_it_is() -> None:
    assert words("vi")("type", "x-hsse-check") == "x hsse check"


def test_a_further_catalogue_adds_words_and_takes_none_away() -> None:
    say = words("vi").over(
        {"type": {"x-hsse-check": "A", "task": "B"}, "x-own": {"title": "{n} C"}}, {"problems.x-shut": {"title": "D"}}
    )
    assert (say("type", "x-hsse-check"), say("x-own", "title", n=2)) == ("A", "2 C")
    assert say("type", "task") == words("vi")("type", "task")
    assert say("types", "x-hsse-check") == "A"
    assert (say.problem("x-shut", "title", {}), say.problem("busy", "title", {})) == (
        "D",
        words("vi").problem("busy", "title", {}),
    )
    assert not words("vi").has("type", "x-hsse-check")

"""What record types, their parts and their acts are called in the document, in every language: by the labels that pages have.

Of these the document tells in English what their docstrings say; beside it stands, in each other language, what people call them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from steerco.i18n import DEFAULT, Words, languages, words
from steerco.records import Action, Record
from steerco.web.api import shapes
from steerco.web.openapi.descriptions import first_paragraph

SECTION = "api.schema"


def of_type(kind: type[Record], text: str) -> str:
    """Return ``text``, which says of a type what it is, with the name of the type in every other language."""
    return _beside(text, lambda say: _called(say, "type", kind.record_type))


def of_act(action: Action, text: str, states: Iterable[str] = ()) -> str:
    """Return ``text``, which says what an act does, and the ``states`` from which it can be done, in every language."""
    type, froms = action.id.partition(".")[0], tuple(states)
    english = f"{text} From: {', '.join(froms)}." if froms else text

    def called(say: Words) -> str:
        label = _called(say, "action", action.id)
        named = ", ".join(say.state(type, state) for state in froms)
        return f"{label} {say(SECTION, 'from', states=named)}" if label and froms else label

    return _beside(english, called)


def by_schema(kinds: Iterable[type[Record]]) -> dict[str, Callable[[str], str]]:
    """Return what adds the words of every language to a text of a schema that belongs to a record type: by the schema's name, and
    of a record as a whole, whose name another may have, by its text."""
    told: dict[str, Callable[[str], str]] = {}
    for kind in kinds:
        for form in ("item", "page"):
            told[shapes.camel(kind.record_type, form)] = _as(kind, form)
        for part in kind.parts():
            told[shapes.camel(kind.record_type, part)] = _as(kind, "part", part)
        for action in kind.acts().values():
            told[shapes.body(action).__name__] = lambda text, action=action: of_act(action, text)  # type: ignore[misc]
        told[first_paragraph(kind.__doc__ or "")] = lambda text, kind=kind: of_type(kind, text)  # type: ignore[misc]
    return told


def _as(kind: type[Record], form: str, part: str = "") -> Callable[[str], str]:
    def called(say: Words) -> str:
        type = _called(say, "type", kind.record_type).rstrip(".")
        return say(SECTION, form, type=type, part=say("field", part)) if type else ""

    return lambda text: _beside(text, called)


def _called(say: Words, section: str, name: str) -> str:
    label = say(section, name) if say.has(section, name) else ""
    return f"{label[0].upper()}{label[1:]}." if label else ""


def _beside(text: str, called: Callable[[Words], str]) -> str:
    plain = first_paragraph(text)
    others = (called(words(language)) for language in sorted(languages()) if language != DEFAULT)
    return " · ".join(dict.fromkeys((plain, *filter(None, others))))

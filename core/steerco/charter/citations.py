"""How officials cite the clauses of an instrument, which says so itself, by the form of the ids::

    [[citation]]
    id = "{article}.{clause}.{point:a}"
    label = { en = "Article {article}, clause {clause}, point {point}", vi = "…" }

``{name}`` in an id stands for a number, ``{name:a}`` for letters, anything else for itself. The first form that fits counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from steerco.charter.model import Charter, Citation, Label
from steerco.charter.names import NameProblem

_PLACE = re.compile(r"\{([a-z_]+)(:a)?\}")
_LETTERS, _DIGITS = r"[^\W\d_]+", "[0-9]+"
_NAMED = re.compile(r"\{([^{}]*)\}")


def written(forms: Iterable[Citation], id: str) -> Label:
    """Return how a clause is cited, in the languages of the form that fits; an empty label where none does."""
    for form in forms:
        if found := _pattern(form.id).fullmatch(id):
            return Label(*(_filled(text, found.groupdict()) for text in (form.label.vi, form.label.en)))
    return Label()


def check_citations(charter: Charter) -> Iterator[NameProblem]:
    """Yield every form that cites something other than its id says, or that no clause has."""
    ids = [clause.id for clause in charter.clauses]
    for form in charter.citations:
        names = [found[1] for found in _PLACE.finditer(form.id)]
        if len(names) != len(set(names)) or "{" in _PLACE.sub("", form.id) or "}" in _PLACE.sub("", form.id):
            message = f"citation '{form.id}': write {{name}} for a number and {{name:a}} for letters, each name once"
            yield NameProblem(form.source, "bad-citation", message)
            continue
        for text in filter(None, (form.label.vi, form.label.en)):
            told = _NAMED.findall(text)
            if sorted(told) != sorted(names) or "{" in _NAMED.sub("", text) or "}" in _NAMED.sub("", text):
                parts = ", ".join(f"{{{name}}}" for name in names) or "no part in braces"
                message = (
                    f"citation '{form.id}': '{text}' must name {parts}, each once, else clauses would be taken for each other"
                )
                yield NameProblem(form.source, "bad-citation", message)
        if not any(_pattern(form.id).fullmatch(id) for id in ids):
            yield NameProblem(
                form.source, "unused-citation", f"citation '{form.id}': no clause has an id of this form", "warning"
            )


@lru_cache(256)
def _pattern(id: str) -> re.Pattern[str]:
    """Return the pattern of the ids that a form fits."""
    parts, last = [], 0
    for found in _PLACE.finditer(id):
        parts += [re.escape(id[last : found.start()]), f"(?P<{found[1]}>{_LETTERS if found[2] else _DIGITS})"]
        last = found.end()
    return re.compile("".join([*parts, re.escape(id[last:])]))


def _filled(text: str, values: dict[str, str]) -> str:
    return _NAMED.sub(lambda found: values.get(found[1], found[0]), text)

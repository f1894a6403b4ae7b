"""A house rule changed as people mean it: its words, and who has which of the powers that rest on it.

What was adopted before stays as it was, for the acts that were decided under it. So a changed rule is a new version of the house
rules, in force from today, and the one before it becomes a former one; only a version that begins today is changed in place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import tomlkit
from msgspec import Struct

from steerco.charter.model import Charter
from steerco.charter.versions import certain_from
from steerco.policy.line import FIELDS, Line

_HOUSE = re.compile(r"^house *=.*\n", re.MULTILINE)
_DATED = re.compile(r"[ ,-]*\d{4}-\d{2}-\d{2}$")


class HouseEdit(Struct, frozen=True):
    """A change of one clause of the house rules.

    ``gloss`` are its words by language; ``adopted_by`` says who adopted them. ``gone`` are lines of the policy that go, ``come``
    those that come (``subject, body, object, act, facets, effect, clause``).
    """

    clause: str
    gloss: Mapping[str, str]
    adopted_by: str
    gone: Sequence[Line] = ()
    come: Sequence[Line] = ()


def changed_house(
    content: Mapping[str, str], slug: str, house: Charter, policy: str, edit: HouseEdit, today: date
) -> dict[str, str]:
    """Return the files of a tenant with a house rule changed. ``house``: the version in use; ``policy``: the file of powers."""
    texts = dict(content)
    document: Any = tomlkit.parse(texts[house.file])
    row = next(row for row in document["clause"] if row["id"] == edit.clause)
    said = {language: text for language, text in edit.gloss.items() if text}
    written = row.get("gloss", {})
    plain = isinstance(written, str) and len(said) == 1  # in the committee's one language
    if (plain and [written] != list(said.values())) or (not plain and written != said):
        words = tomlkit.inline_table()
        words.update(said)
        row["gloss"] = next(iter(said.values())) if plain else words
        document["instrument"]["adopted_by"] = edit.adopted_by
        texts |= _adopted(texts, slug, house, document, today)
    if edit.gone or edit.come:
        texts[policy] = _powers(texts[policy], edit)
    return texts


def _adopted(texts: Mapping[str, str], slug: str, house: Charter, document: Any, today: date) -> dict[str, str]:
    """Return the files that a version of the house rules makes others: itself, and the settings that name it."""
    if certain_from(house) == today:
        return {house.file: tomlkit.dumps(document)}
    instrument = document["instrument"]
    instrument["id"] = f"{_DATED.sub('', house.instrument.id)} {today.isoformat()}"
    instrument["date"] = instrument["effective"] = today
    own = f"tenants/{slug}/"
    settings: Any = tomlkit.parse(texts[f"{own}tenant.toml"])
    name = _free_name(texts, own, today)
    former = tomlkit.item([*settings.get("former_house", ()), str(settings["house"])])
    settings["house"] = name
    if "former_house" in settings:
        settings["former_house"] = former
        return {own + name: tomlkit.dumps(document), f"{own}tenant.toml": tomlkit.dumps(settings)}
    text = _HOUSE.sub(lambda found: f"{found[0]}former_house = {former.as_string()}\n", tomlkit.dumps(settings), count=1)
    return {own + name: tomlkit.dumps(document), f"{own}tenant.toml": text}


def _free_name(texts: Mapping[str, str], own: str, today: date) -> str:
    base = f"house-{today.isoformat()}"
    names = [f"{base}.toml", *(f"{base}-{number}.toml" for number in range(2, 100))]
    return next(name for name in names if own + name not in texts)


def _powers(text: str, edit: HouseEdit) -> str:
    """Return a policy without the lines that go, and with those that come after the last line that rests on the clause."""
    gone = {line.number for line in edit.gone}
    lines = text.split("\n")
    after = max((number for number, line in enumerate(lines, 1) if _clause(line) == edit.clause), default=0)
    come = [str(line) for line in edit.come]
    result: list[str] = []
    for number, line in enumerate(lines, 1):
        if number not in gone:
            result.append(line)
        if number == after:
            result += come
    if not after:
        while result and not result[-1].strip():
            result.pop()
        result += ["", *come]
    return "\n".join(result).rstrip("\n") + "\n"


def _clause(line: str) -> str:
    cells = [cell.strip() for cell in line.split(",")]
    return cells[-1] if cells[0] == "p" and len(cells) == len(FIELDS) else ""

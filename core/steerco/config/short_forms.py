"""Short forms: what a file may say in one line, brought to the form that the program reads.

A document that keeps its schema is *spread*: a plain text for a name becomes the name in the committee's one language, a label
that is left out the id in words, ``[defaults]`` the keys that rows lack, a seat with ``count`` so many seats, a person with a
place the person and the appointment. A document without short forms comes out as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from steerco.config.findings import Finding
from steerco.config.locate import Lines, Path, nowhere
from steerco.config.schema import DEFAULTS, Rules, Schema, is_tables, passage

LANGUAGES = ("vi", "en")
PLACE = ("seat", "office", "agency", "from", "to", "instrument")
"""The keys of an appointment that a person may have on the same line."""
VOTES = frozenset({"vote", "consensus", "consent", "lazy"})
"""The rules of decisions that take votes, and so a ballot."""


class Spread(NamedTuple):
    """A document in its long form; ``lines`` gives the line of one of its paths in the file as it was written."""

    document: dict[str, Any]
    findings: list[Finding]
    lines: Lines


class _Spreading:
    """One document as it is spread; ``findings`` grows."""

    def __init__(self, language: str, file: str, lines: Lines) -> None:
        self.language, self.file, self._written = language, file, lines
        self.findings: list[Finding] = []
        self.origin: dict[tuple[str, int], Path] = {}

    def say(self, path: Path, code: str, message: str) -> None:
        self.findings.append(Finding(self.file, self._written(path), code, message))

    def lines(self, path: Path) -> int:
        """Return the line of a path of the long form."""
        if len(path) > 1 and isinstance(path[0], str) and isinstance(path[1], int):
            path = (*self.origin.get((path[0], path[1]), path[:2]), *path[2:])
        return self._written(path)

    def texts(self, value: Any, rules: Mapping[str, Any], path: Path) -> Any:
        """Return the value with each plain text that stands for a name in languages as such a name."""
        if rules.get("translated") and isinstance(value, str):
            if self.language:
                return {self.language: value}
            message = "the committee works in several languages: write { vi = …, en = … }, not a plain text"
            self.say(path, "no-language", f"{_place(path)}: {message}")
            return {}
        inner = rules.get("schema")
        if isinstance(value, dict) and isinstance(inner, Mapping):
            return {key: self.texts(each, inner.get(key, {}), (*path, key)) for key, each in value.items()}
        each_value = rules.get("valuesrules")
        if isinstance(value, dict) and isinstance(each_value, Mapping):
            return {key: self.texts(each, each_value, (*path, key)) for key, each in value.items()}
        if isinstance(value, list) and isinstance(inner, Mapping):
            return [self.texts(each, inner, (*path, number)) for number, each in enumerate(value)]
        return value

    def rows(self, table: str, rows: Sequence[dict[str, Any]], keys: Schema, defaults: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the rows of a table of the charter, each key filled that its line left out."""
        made: list[dict[str, Any]] = []
        counts = {row["id"]: row["count"] for row in rows if table == "seat" and "count" in row}
        for number, row in enumerate(rows):
            row = self._filled((table, number), row, keys, defaults)
            if row.get("stands_for") in counts and "count" in row:
                self._paired((table, number), row, counts)
            for each in _counted(row) if table == "seat" else [row]:
                self.origin[table, len(made)] = (table, number)
                made.append(each)
        return made

    def _paired(self, path: Path, row: Mapping[str, Any], counts: Mapping[str, int]) -> None:
        """Say where so many alternates stand for another number of seats: which is whose then is not known."""
        own, other = row["count"], counts[row["stands_for"]]
        if own != other:
            message = f"seat '{row['id']}', stands_for: {own} alternates for the {other} seats '{row['stands_for']}'; "
            self.say(path, "unpaired", f"{message}write as many, or a row for each alternate that there is")

    def _filled(self, path: Path, row: dict[str, Any], keys: Schema, defaults: Mapping[str, Any]) -> dict[str, Any]:
        row = dict(row)
        for key, value in defaults.items():
            if key not in row and (keys.get(key, {}).get("defaulted") or (key == "ballot" and row.get("rule") in VOTES)):
                row[key] = value
        for key, rules in keys.items():
            if rules.get("defaulted") and key not in row:
                message = (
                    f"{_place((path[0], row.get('id', path[1])))}, {key}: is missing; a [defaults] {key} = … holds for all rows"
                )
                self.say(path, "missing-key", message)
            elif (rules.get("in_words") or (key == "label" and "count" in row)) and key not in row and "id" in row:
                row[key] = dict.fromkeys((self.language,) if self.language else LANGUAGES, in_words(row["id"]))
        return row


def only_language(settings: Mapping[str, Any]) -> str:
    """Return the one language of a committee, by its ``tenant.toml``; empty where it works in several."""
    languages = settings.get("languages", LANGUAGES)
    return str(languages[0]) if len(languages) == 1 else ""


def name_in(settings: Mapping[str, Any]) -> str:
    """Return the name of a committee by its ``tenant.toml``, in English where it has one."""
    name = settings.get("name", "")
    return str(name if isinstance(name, str) else name.get("en") or name.get("vi") or "")


def in_words(id: str) -> str:
    """Return an id in words: ``upper-field`` is ``Upper field``."""
    words = id.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def spread(document: Mapping[str, Any], schema: Schema, *, language: str = "", file: str = "", lines: Lines = nowhere) -> Spread:
    """Return the long form of a document that keeps ``schema``.

    ``language`` is the committee's one language; empty where it has several, and a plain text for a name is a finding.
    """
    spreading = _Spreading(language, file, lines)
    long: dict[str, Any] = {key: spreading.texts(value, schema.get(key, {}), (key,)) for key, value in document.items()}
    defaults = long.pop(DEFAULTS, {})
    if "person" in schema:
        return Spread(_people(long, spreading), spreading.findings, spreading.lines)
    for table, rows in long.items():
        if is_tables(schema.get(table, {})):
            long[table] = spreading.rows(table, rows, schema[table]["schema"]["schema"], defaults)
    if groups := list(_groups(document, long)):
        long["group"] = [*long.get("group", ()), *groups]
    return Spread(long, spreading.findings, spreading.lines)


def _groups(document: Mapping[str, Any], long: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a group of the seats of each that was written with ``count``, by its id, unless something else is called so."""
    taken = {row["id"] for table in ("role", "group", "body") for row in long.get(table, ())}
    for row in document.get("seat", ()):
        if "count" in row and row["id"] not in taken:
            seats = [each for each in long["seat"] if each["id"].rpartition("-")[0] == row["id"]]
            names = {language: text.rpartition(" ")[0] for language, text in seats[0]["label"].items()}
            yield {"id": row["id"], "label": names, "roles": [each["id"] for each in seats], "cite": row["cite"]}


def _people(long: dict[str, Any], spreading: _Spreading) -> dict[str, Any]:
    """Return ``people.toml`` with each person's place as an appointment, after those that are written as such."""
    if "person" not in long:
        return long
    persons: list[dict[str, Any]] = []
    appointments: list[dict[str, Any]] = list(long.get("appointment", ()))
    for number, person in enumerate(long["person"]):
        held = {key: person[key] for key in PLACE if key in person}
        if held and not {"seat", "office"} & held.keys():
            message = (
                f"person '{person['id']}': {', '.join(held)} without a seat or an office: name the place that the person holds"
            )
            spreading.say(("person", number), "seat-or-office", message)
            held = {}
        for each in _counted({key: value for key, value in person.items() if key not in PLACE}, "name"):
            spreading.origin["person", len(persons)] = ("person", number)
            persons.append(each)
            if held:
                spreading.origin["appointment", len(appointments)] = ("person", number)
                numbered = {"number": int(each["id"].rpartition("-")[2])} if "count" in person else {}
                appointments.append({"person": each["id"], **held, **numbered})
    return {**long, "person": persons, **({"appointment": appointments} if appointments else {})}


def _counted(row: dict[str, Any], name: str = "label") -> Iterator[dict[str, Any]]:
    """Yield a row, or with ``count`` so many, each with its number in its id and its name, and in the seat that it stands for."""
    if "count" not in row:
        yield row
        return
    plain = {key: value for key, value in row.items() if key != "count"}
    for number in range(1, row["count"] + 1):
        names = {language: f"{said} {number}" for language, said in row[name].items()}
        of = {"stands_for": f"{row['stands_for']}-{number}"} if "stands_for" in row else {}
        yield {**plain, **of, "id": f"{row['id']}-{number}", name: names}


def _place(path: Path) -> str:
    return ", ".join(f"{step + 1}" if isinstance(step, int) else str(step) for step in path)


def long_rules(rules: Rules) -> Rules:
    """Return the rules of a table's rows with what a short form may leave out as such: a body, a label; each may say how it reads
    its clause."""
    keys: Schema = rules["schema"]["schema"]
    short = dict(keys)
    if keys.get("body", {}).get("required"):
        short["body"] = {**keys["body"], "required": False, "defaulted": True}
    if "id" in keys and keys.get("label", {}).get("required"):
        short["label"] = {**keys["label"], "required": False, "in_words": True}
    if "cite" in keys:
        short["reading"] = passage()
    return {**rules, "schema": {**rules["schema"], "schema": short}}

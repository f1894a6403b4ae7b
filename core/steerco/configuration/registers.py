"""From ``registers.toml`` to a tenant's registers, or to all that is wrong with them at once; and their words.

A register with an error makes no type, but its name counts as known: the policy lines on it are judged once it is mended.
"""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

import msgspec

from steerco.charter.model import Label
from steerco.committee.work.entry import DeclaredEntry
from steerco.committee.work.register import (
    DeclaredField,
    DeclaredRegister,
    RegisterAction,
    RegisterShape,
    RegisterWords,
    Sort,
)
from steerco.config.findings import Finding
from steerco.config.kinds import SCHEMAS
from steerco.config.locate import Lines
from steerco.config.read import Document, read_toml
from steerco.config.short_forms import spread
from steerco.records.part import stored

FILE = "registers.toml"
MOST = {"register": 10, "fields": 20, "states": 8, "action": 10}
"""How many registers a tenant may have, and how many fields, states and actions each of them."""
SORTS: tuple[str, ...] = get_args(Sort)
OF_PARTIES = ("agency", "body", "seat", "office", "person")
PERSONAL = frozenset({"personal", "person", "email", "phone", "name"})
BY_PLUGIN = frozenset({"file", "files", "table", "rows", "json", "money", "formula"})
TAKEN = frozenset(stored(DeclaredEntry)) | {
    "declared", "sort", "limit", "after", "entered_for", "type", "kind", "capacity", "version", "table", "held", "apart",
    "object", "actions", "relations", "facets", "states", "prefix", "plugin", "metadata", "registry",
}  # fmt: skip
"""Names that no field may take: what every record has, and the parameters of lists."""
AUTHOR, BODY = "author", "body"


class Citable(msgspec.Struct, frozen=True):
    """What a declaration may refer to beside itself: clauses, core's record types, and the languages that need its words."""

    clauses: frozenset[str]
    types: frozenset[str]
    prefixes: Mapping[str, str]
    languages: tuple[str, ...]


def read(text: str, path: str, language: str = "") -> tuple[Document | None, list[Finding], Lines]:
    """Return the checked document of ``registers.toml``; None where its shape is wrong. ``language``: the only one, if one is."""
    document, findings, lines = read_toml(text, SCHEMAS["registers"], path)
    if findings:
        return None, findings, lines
    long = spread(document, SCHEMAS["registers"], language=language, file=path, lines=lines)
    return (None if long.findings else long.document), long.findings, lines


def registers(document: Document, lines: Lines, path: str = "") -> tuple[DeclaredRegister, ...]:
    """Return the registers of a document that was read."""
    return tuple(_register(row, lines(("register", at)), path) for at, row in enumerate(document.get("register", ())))


def _register(row: Mapping[str, Any], line: int, path: str) -> DeclaredRegister:
    default = _texts(row.get("cite"))
    shape = RegisterShape(
        id=row["id"],
        prefix=row.get("prefix", row["id"][0].upper()),
        states=tuple(row["states"]),
        fields=tuple(_field(each) for each in row["fields"]),
        actions=tuple(_action(each, default) for each in row.get("action", ())),
        relations=tuple(row.get("relations", {}).items()),
        facets=tuple(row.get("facets", {}).items()),
    )
    words = RegisterWords(
        one=Label(**row.get("label", {})),
        many=Label(**row.get("plural", row.get("label", {}))),
        states={name: Label(**label) for name, label in row.get("state_labels", {}).items()},
        actions={each["name"]: Label(**each.get("label", {})) for each in row.get("action", ())},
        fields={each["name"]: Label(**each.get("label", {})) for each in row["fields"]},
        choices={choice: Label(**label) for each in row["fields"] for choice, label in each.get("choice_labels", {}).items()},
    )
    return DeclaredRegister(shape, words, line, path)


def _field(row: Mapping[str, Any]) -> DeclaredField:
    return DeclaredField(
        row["name"],
        row["type"],
        row.get("required", False),
        tuple(row.get("choices", ())),
        tuple(row.get("sorts", ())),
        _texts(row.get("to")),
    )


def _action(row: Mapping[str, Any], cite: tuple[str, ...]) -> RegisterAction:
    return RegisterAction(
        name=row["name"],
        from_=tuple(row.get("from", ())),
        to=row.get("to", ""),
        sets=tuple(row["sets"]) if "sets" in row else None,
        needs=tuple(row.get("needs", ())),
        not_before=row.get("not_before", ""),
        tells=tuple(row.get("tells", ())),
        cite=_texts(row["cite"]) if "cite" in row else cite,
    )


def _texts(value: str | Sequence[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


# What is wrong


class _RegisterCheck:
    """The findings of one register; ``at`` is its place among them."""

    def __init__(self, register: DeclaredRegister, at: int, path: str, lines: Lines, known: Citable) -> None:
        self.shape, self.words, self.known = register.shape, register.words, known
        self.at, self.path, self.lines = at, path, lines
        self.findings: list[Finding] = []
        self.names = {field.name for field in self.shape.fields}

    def say(self, code: str, message: str, *where: str | int, warning: bool = False) -> None:
        place = self.lines(("register", self.at, *where))
        level: Any = "warning" if warning else "error"
        self.findings.append(Finding(self.path, place, code, f"{self.shape.id}: {message}", level))

    def all(self) -> list[Finding]:
        self._counts()
        for at, field in enumerate(self.shape.fields):
            self._field(at, field)
        for at, action in enumerate(self.shape.actions):
            self._action(at, action)
        self._ties()
        self._whole()
        self._labels()
        return self.findings

    def _counts(self) -> None:
        rows = {"fields": self.shape.fields, "states": self.shape.states, "action": self.shape.actions}
        for what, of in rows.items():
            if len(of) > MOST[what]:
                self.say("too-many", f"has {len(of)} {what.removesuffix('s')}s, and may have {MOST[what]}", what)
        for what, names in (
            ("field", [field.name for field in self.shape.fields]),
            ("state", self.shape.states),
            ("action", [action.name for action in self.shape.actions]),
        ):
            for name in _twice(names):
                self.say("duplicate-name", f"two {what}s are called {name!r}; give each a name of its own")

    def _field(self, at: int, field: DeclaredField) -> None:
        where = ("fields", at)
        if field.name in TAKEN or keyword.iskeyword(field.name) or field.name.startswith("filed_"):
            self.say(
                "reserved-name",
                f"no field can be called {field.name!r}, which the program uses itself; name it otherwise",
                *where,
            )
        if field.type in PERSONAL:
            message = f"{field.name!r} would hold personal data, which a register cannot erase; name a party, or write a plugin"
            self.say("personal-data", message, *where)
        elif field.type not in SORTS:
            more = "; files, rows and sums take a plugin" if field.type in BY_PLUGIN else ""
            message = f"{field.name!r} is of the unknown type {field.type!r}; there are: {', '.join(SORTS)}{more}"
            self.say("unknown-field-type", message, *where)
        if (field.type == "choice") != bool(field.choices):
            self.say("choices", f"{field.name!r}: a choice, and nothing else, names its choices", *where)
        if field.sorts and (field.type not in ("party", "parties") or not {*field.sorts} <= {*OF_PARTIES}):
            self.say("sorts", f"{field.name!r}: sorts are of a party or parties, and among: {', '.join(OF_PARTIES)}", *where)
        if (field.type == "ref") != bool(field.to) or not {*field.to} <= self.known.types:
            message = f"{field.name!r}: a ref, and nothing else, names in `to` the program's record types to which it leads"
            self.say("unknown-type", message, *where)

    def _action(self, at: int, action: RegisterAction) -> None:
        where, states = ("action", at), {*self.shape.states}
        for state in [*action.from_, *([action.to] if action.to else [])]:
            if state not in states:
                self.say("unknown-state", f"{action.name!r} names the state {state!r}, which `states` lacks", *where)
        if not action.from_ and not action.to:
            self.say("no-state", f"{action.name!r} has no `from`, so it makes an entry: say in `to` in which state", *where)
        if action.name == "read":
            self.say("reserved-name", "no action can be called 'read': policy lines name reading so", *where)
        for name in [*(action.sets or ()), *action.needs, *([action.not_before] if action.not_before else [])]:
            if name not in self.names:
                self.say("unknown-field", f"{action.name!r} names the field {name!r}, which `fields` lacks", *where)
        day = self.shape.field(action.not_before)
        if day is not None and day.type != "day":
            self.say("not-a-day", f"{action.name!r} waits for {day.name!r}, which is no day", *where)
        parties = {field.name for field in self.shape.fields if field.type in ("party", "parties")}
        for name in action.tells:
            if name not in {AUTHOR, BODY, *parties, *(relation for relation, _ in self.shape.relations)}:
                self.say(
                    "unknown-field", f"{action.name!r} tells {name!r}: name the author, the body, or a field with a party", *where
                )
        for clause in action.cite:
            if clause not in self.known.clauses:
                self.say("unknown-clause", f"{action.name!r} cites {clause!r}, which no instrument of the tenant has", *where)

    def _ties(self) -> None:
        for what, of, sorts in (
            ("relations", self.shape.relations, ("party", "parties")),
            ("facets", self.shape.facets, ("party", "parties", "choice")),
        ):
            for name, to in of:
                field = self.shape.field(to)
                if field is None or field.type not in sorts or name == AUTHOR:
                    self.say("unknown-field", f"{what}: {name!r} must name a field of the type {' or '.join(sorts)}", what, name)

    def _whole(self) -> None:
        makers = [action for action in self.shape.actions if not action.from_]
        for action in makers:
            for field in self.shape.fields:
                if field.required and field.name not in self.shape.sets(action):
                    self.say(
                        "required-not-set", f"{action.name!r} makes an entry and does not set {field.name!r}, which is required"
                    )
        if not makers:
            self.say("nothing-begins", "no action makes an entry (one without `from`), so there will be none", warning=True)
        reached = {action.to for action in self.shape.actions}
        for state in self.shape.states:
            if state not in reached:
                self.say("state-not-reached", f"no action leads to the state {state!r}", "states", warning=True)
        written = {name for action in self.shape.actions for name in self.shape.sets(action)}
        for at, field in enumerate(self.shape.fields):
            if field.name not in written:
                self.say("field-not-set", f"no action sets {field.name!r}, so it stays empty", "fields", at, warning=True)
        if (of := self.known.prefixes.get(self.shape.prefix)) is not None:
            self.say(
                "shared-prefix",
                f"the prefix {self.shape.prefix!r} is that of {of}, too: numbers run on through both",
                warning=True,
            )

    def _labels(self) -> None:
        choices = {choice for field in self.shape.fields for choice in field.choices}
        wanted = [("the register", self.words.one)]
        wanted += [(f"the state {name!r}", self.words.states.get(name, Label())) for name in self.shape.states]
        wanted += [(f"the field {name!r}", label) for name, label in self.words.fields.items()]
        wanted += [(f"the action {name!r}", label) for name, label in self.words.actions.items()]
        wanted += [(f"the choice {name!r}", self.words.choices.get(name, Label())) for name in sorted(choices)]
        for language in self.known.languages:
            if lacking := [what for what, label in wanted if not getattr(label, language)]:
                message = f"without a label in {language!r}, pages show the id of {', '.join(lacking)}"
                self.say("missing-label", message, warning=True)
        for name in {*self.words.states} - {*self.shape.states} | ({*self.words.choices} - choices):
            self.say("unknown-state", f"a label is for {name!r}, which is neither a state nor a choice of the register")


def check(found: Sequence[DeclaredRegister], path: str, lines: Lines, known: Citable) -> list[Finding]:
    """Return what is wrong with a tenant's registers."""
    findings: list[Finding] = []
    if len(found) > MOST["register"]:
        message = f"declares {len(found)} registers, and may declare {MOST['register']}; more are the work of a plugin"
        findings.append(Finding(path, found[MOST["register"]].line, "too-many", message))
    for id in _twice([register.shape.id for register in found]):
        line = next(register.line for register in reversed(found) if register.shape.id == id)
        findings.append(Finding(path, line, "duplicate-name", f"two registers are called {id!r}"))
    prefixes = dict(known.prefixes)
    for at, register in enumerate(found):
        findings += _RegisterCheck(register, at, path, lines, msgspec.structs.replace(known, prefixes=prefixes)).all()
        prefixes.setdefault(register.shape.prefix, register.shape.type)
    return findings


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


# Their words


def texts(found: Sequence[DeclaredRegister], language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of registers in one language, in the sections of the program's catalogues."""
    sections: dict[str, dict[str, str]] = {}
    for register in found:
        for section, key, label in _named(register):
            if text := getattr(label, language) or label.vi or label.en:
                sections.setdefault(section, {}).setdefault(key, text)
    return sections


def _named(register: DeclaredRegister) -> Iterator[tuple[str, str, Label]]:
    shape, words = register.shape, register.words
    yield from (("type", shape.type, words.one), ("types", shape.type, words.many))
    yield from (("state-of", f"{shape.type}.{name}", label) for name, label in words.states.items())
    yield from (("action", f"{shape.type}.{name}", label) for name, label in words.actions.items())
    for name, label in words.fields.items():
        yield from (("field", f"{shape.type}.{name}", label), ("field", name, label))
        for action in shape.actions:
            yield "forms.label", f"{shape.type}.{action.name}.{name}", label
    yield from (("value", name, label) for name, label in words.choices.items())
    yield from (("relation", name, words.fields.get(field, Label())) for name, field in (*shape.relations,))
    yield from (("facet", name, words.fields.get(field, Label())) for name, field in shape.facets)

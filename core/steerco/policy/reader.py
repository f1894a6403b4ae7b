"""Policy files: a strict reader that reports every problem at once, by file and line.

Casbin's own reader takes a trailing comment for part of the clause and an unknown effect for a refusal, and notices a missing
field only at the first request. A policy is law to its committee, so this reader is strict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from msgspec import Struct

from steerco.config.findings import Finding
from steerco.config.similar import did_you_mean
from steerco.policy.line import ANY, FIELDS, READ, RELATION, STATE, Line

_NEGATIONS = ("!", "~", "not ", "not:", "not-")
_SHOWN = 40


class Vocabulary(Struct, frozen=True):
    """Every word that a tenant's policy may use.

    ``subjects`` are roles, groups, outsiders' kinds and body ids (relations stand by type in ``relations``); ``seats`` the
    seats that the charter names; ``clauses`` the
    ids of all leaves that may be cited, those of house rules, laws and the platform (``steerco:…``) among them. The keys of
    ``acts`` are the record types; ``read`` is an act of each without being listed, and what it may name is a state (``states``).
    """

    subjects: frozenset[str]
    seats: frozenset[str]
    bodies: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    acts: Mapping[str, frozenset[str]]
    facets: Mapping[str, Mapping[str, frozenset[str]]]
    relations: Mapping[str, frozenset[str]]
    clauses: frozenset[str]
    states: Mapping[str, frozenset[str]] = {}


class _Problem(NamedTuple):
    code: str
    message: str


def read(text: str, file: str, plugin: str = "") -> tuple[list[Line], list[Finding]]:
    """Return the lines of a policy file, and the faults in its form.

    A line with a problem is left out of the answer, which is therefore fit for ``check`` but, where there are findings, not
    for use. ``file`` is how the findings name the file; ``plugin`` marks the lines of a plugin's file. Words are not looked
    up here: that is ``check``.
    """
    lines: list[Line] = []
    findings: list[Finding] = []
    first_seen: dict[tuple[str, ...], int] = {}
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        stripped = raw.strip()
        if not stripped or stripped.startswith("#"):
            continue
        cells = [cell.strip() for cell in stripped.split(",")]
        problems = list(_form(stripped, cells))
        if not problems:
            line = line_of(cells[1:], file, number, plugin)
            earlier = first_seen.setdefault(line.fields, number)
            if earlier == number:
                lines.append(line)
                continue
            problems = [_Problem("policy-duplicate", f"line {earlier} is the same: remove one")]
        findings += [Finding(file, number, code, message) for code, message in problems]
    return lines, findings


def _form(text: str, cells: list[str]) -> Iterator[_Problem]:
    if "#" in text:
        yield _Problem("policy-comment", "write a comment on its own line, beginning with #: nothing may follow the clause")
    if '"' in text or "'" in text:
        yield _Problem("policy-quote", "quotes are not part of a policy line: fields are plain words between commas")
    if len(cells) != len(FIELDS):
        yield _Problem("policy-fields", f"{len(cells)} fields instead of {len(FIELDS)}: write {', '.join(FIELDS)}")
        return
    if cells[0] != "p":
        hint = "; groups come from the charter and are never written here" if cells[0] == "g" else ""
        yield _Problem("policy-kind", f"a line begins with p, not with {cells[0]!r}{hint}")
    for name, cell in zip(FIELDS[1:], cells[1:], strict=True):
        if not cell:
            yield _Problem("policy-empty", f"{name} is empty" + (": write - for none" if name == "facets" else ""))
    yield from _words(*cells[1:7])


def _words(subject: str, body: str, object: str, act: str, facets: str, effect: str) -> Iterator[_Problem]:
    relation = subject.removeprefix(RELATION)
    if relation.startswith(_NEGATIONS) and (relation != subject or not subject.startswith("not-")):
        yield _Problem("policy-negated", f"{subject!r} is negated: grant the power to those who have it, or write a deny line")
    if effect and effect not in ("allow", "deny"):
        yield _Problem("policy-effect", f"unknown effect {effect!r}: allow or deny{_nearest(effect, ('allow', 'deny'))}")
    if object == ANY and act != READ:
        yield _Problem("policy-any-object", f"object * goes with act {READ} only: name the record type of {act!r}")
    if object == ANY and facets not in ("-", ""):
        yield _Problem("policy-any-object", "object * takes no facets, since each record type declares its own: write -")
    if facets in ("-", ""):
        return
    items = [item.strip() for item in facets.split(";")]
    for item in items:
        name, equals, value = item.partition("=")
        if not (name.strip() and equals and value.strip()) or "=" in value or " " in item:
            yield _Problem("policy-facet-form", f"{item!r} is no facet: write name=value, joined by ;, or - for none")
    if len(set(items)) < len(items):
        yield _Problem("policy-facet-form", f"a facet appears twice in {facets!r}")


def line_of(fields: Iterable[str], file: str, number: int, plugin: str = "") -> Line:
    """Return the line of these seven valid fields: the inverse of ``Line.fields``."""
    subject, body, kind, act, facets, effect, clause = map(intern, fields)
    return Line(subject, body, kind, act, _facets(facets), effect == "allow", clause, file, number, plugin)


@lru_cache(maxsize=4096)
def _facets(text: str) -> frozenset[str]:
    return frozenset(intern(item.strip()) for item in text.split(";")) if text != "-" else frozenset()


def check(lines: Sequence[Line], vocabulary: Vocabulary, house: Collection[str] = ()) -> list[Finding]:
    """Return a finding for every unknown word in the lines, and for every line that can never count.

    An allow that a deny of the very same words overrides is only a warning: the deny wins whichever comes first, unless its
    clause is one of the ``house``, whose lines are judged by ``house.contradictions``.
    """
    findings: list[Finding] = []
    denied = {line.fields[:5] for line in lines if not line.allow and line.clause not in house}
    for line in lines:
        where = line.source
        findings += [Finding(where.file, where.line, code, message) for code, message in _unknown(line, vocabulary)]
        if line.allow and line.fields[:5] in denied:
            message = "a deny line with the same subject, body, object, act and facets overrides this one"
            findings.append(Finding(where.file, where.line, "policy-overridden", message, "warning"))
    return findings


def _unknown(line: Line, vocabulary: Vocabulary) -> Iterator[_Problem]:
    kind = line.type
    types = {kind} if kind in vocabulary.acts else set(vocabulary.acts)
    yield from _unknown_subject(line.subject, types, vocabulary)
    if line.body != ANY:
        yield from _missing("body", line.body, vocabulary.bodies, "policy-body", extra=(ANY,))
    if line.object != ANY:
        yield from _unknown_object(line, vocabulary)
    yield from _missing("clause", line.clause, vocabulary.clauses, "policy-clause")


def _unknown_subject(subject: str, types: Collection[str], vocabulary: Vocabulary) -> Iterator[_Problem]:
    if subject.startswith(RELATION):
        relations = {name for kind in types for name in vocabulary.relations.get(kind, ())}
        of = f" of {next(iter(types))}" if len(types) == 1 else ""
        yield from _missing(f"relation{of}", subject.removeprefix(RELATION), relations, "policy-relation")
    else:
        hint = (RELATION + "…",)
        yield from _missing("subject", subject, vocabulary.subjects | vocabulary.seats, "policy-subject", extra=hint)


def _unknown_object(line: Line, vocabulary: Vocabulary) -> Iterator[_Problem]:
    kind, _, narrower = line.object.partition(".")
    if kind not in vocabulary.acts:
        yield from _missing("object", kind, vocabulary.acts, "policy-object")
        return
    if narrower:
        yield from _missing(f"kind of {kind}", narrower, vocabulary.kinds.get(kind, ()), "policy-kind-of-object")
    if line.act != READ:
        yield from _missing(f"act of {kind}", line.act, vocabulary.acts[kind], "policy-act", extra=(READ,))
    facets = {STATE: vocabulary.states.get(kind, frozenset())} if line.act == READ else vocabulary.facets.get(kind, {})
    for item in sorted(line.facets):
        name, _, value = item.partition("=")
        if name in facets:
            yield from _missing(f"value of facet {name} of {kind}", value, facets[name], "policy-facet-value")
        else:
            yield from _missing(f"facet of {kind}", name, facets, "policy-facet")


def _missing(word_kind: str, word: str, allowed: Collection[str], code: str, extra: tuple[str, ...] = ()) -> Iterator[_Problem]:
    if word in allowed:
        return
    names = [*sorted(allowed), *extra]
    listed = ", ".join(names[:_SHOWN]) + (f" … ({len(names)} in all)" if len(names) > _SHOWN else "")
    yield _Problem(code, f"unknown {word_kind} {word!r}{_nearest(word, allowed)}; allowed: {listed or 'none'}")


def _nearest(word: str, allowed: Collection[str]) -> str:
    hint = did_you_mean(word, allowed, least=0.4)
    return f", {hint}" if hint else ""

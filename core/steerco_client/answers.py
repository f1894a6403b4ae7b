"""Answers as values. What a server of a later release adds is left out of them and stands in ``raw``, where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

T = TypeVar("T")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class CitedClause:
    """A clause behind an answer: ``layer`` is the kind of text that it stands in, ``gloss`` what it says, by language."""

    clause: str
    layer: str = ""
    gloss: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entitled:
    """A party that may do what was refused, by which clause; ``people`` are the persons behind it."""

    subject: str
    clause: str = ""
    people: tuple[str, ...] = ()
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ruling:
    """A decision with its reasons. ``outcome`` is ``done`` where the act is allowed."""

    outcome: str
    basis: str = ""
    because: tuple[CitedClause, ...] = ()
    capacity: str = ""
    acting_for: str = ""
    who_may: tuple[Entitled, ...] = ()
    revision: int = 0
    raw: Json = field(default_factory=dict, repr=False)

    @property
    def allowed(self) -> bool:
        """Whether the act is allowed."""
        return self.outcome == "done"

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses behind it, by their ids."""
        return tuple(each.clause for each in self.because)


@dataclass(frozen=True)
class ActDone:
    """An act that was done, or would be (``dry_run``). ``event`` is its number in the log, ``replayed``: it was done before."""

    type: str
    id: str
    ref: str
    state: str
    version: int
    ruling: Ruling
    event: int | None
    replayed: bool
    dry_run: bool
    raw: Json = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class WhoAmI:
    """The person whom the token speaks for. ``capacities`` are the ways to act, ``powers`` the acts that may be theirs, each with
    its clauses."""

    person: str
    capacities: tuple[str, ...]
    powers: Mapping[str, tuple[str, ...]]
    raw: Json = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class DutyLine:
    """One line of the ledger of duties; days are texts such as ``2026-12-01``."""

    duty: str
    holder: str
    state: str
    period: str = ""
    due_on: str | None = None
    holders: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    record: str = ""
    raw: Json = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class PartyNamed:
    """One who or which an input can name, of which ``sort``; ``holders`` are the persons behind it."""

    id: str
    sort: str
    label: Mapping[str, str] = field(default_factory=dict)
    party: str = ""
    holders: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundRecord:
    """A record that holds the words that were looked for."""

    type: str
    id: str
    ref: str
    state: str
    kind: str = ""
    title: str = ""


@dataclass(frozen=True)
class FeedItem:
    """An event: its number in the log, what was done, to which record, by whom."""

    seq: int
    at: str
    action: str
    type: str = ""
    record: str = ""
    ref: str = ""
    state: str = ""
    version: int = 0
    person: str = ""
    raw: Json = field(default_factory=dict, repr=False)


def taken(kind: type[T], answer: Json) -> T:
    """Return a value of the class ``kind`` out of an answer, with lists as tuples."""
    names = {each.name for each in fields(kind)}  # type: ignore[arg-type]  # it is called with dataclasses alone
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in answer.items() if name in names}
    return kind(**given, **({"raw": answer} if "raw" in names else {}))


def ruling(answer: Json) -> Ruling:
    """Return a decision out of an answer."""
    return taken(Ruling, {**answer, "because": clauses(answer), "who_may": entitled(answer)})


def clauses(answer: Json) -> tuple[CitedClause, ...]:
    """Return the clauses that an answer names as its reasons."""
    return tuple(taken(CitedClause, each) for each in answer.get("because") or ())


def entitled(answer: Json) -> tuple[Entitled, ...]:
    """Return who may do what an answer refuses."""
    return tuple(taken(Entitled, each) for each in answer.get("who_may") or ())


def act_done(answer: Json) -> ActDone:
    """Return an act out of its answer."""
    flat = {**answer["record"], **{name: answer[name] for name in ("event", "replayed", "dry_run")}}
    return ActDone(ruling=ruling(answer["decision"]), raw=answer, **{name: flat[name] for name in _ACT})


_ACT = ("type", "id", "ref", "state", "version", "event", "replayed", "dry_run")


def who_am_i(answer: Json) -> WhoAmI:
    """Return the caller out of an answer."""
    powers = {each["action"]: tuple(each["because"]) for each in answer["powers"]}
    return WhoAmI(answer["person"], tuple(each["name"] for each in answer["capacities"]), powers, answer)

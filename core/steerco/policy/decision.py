"""The one shape of a decision, for the command line, the API, pages, the log and tests."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from steerco.charter.model import Label

Outcome = Literal["done", "refused", "out-of-order", "invalid", "not-found", "conflict"]
Basis = Literal["clause", "law", "house", "platform", "no-clause"]
Layer = Literal["clause", "law", "house", "platform"]

NO_CLAUSE: Basis = "no-clause"


class Grounds(Struct, frozen=True):
    """A cited clause: its summary, the kind of its text, its place, and the plugin that brought it."""

    gloss: Label = Label()
    basis: Layer = "clause"
    file: str = ""
    line: int = 0
    plugin: str = ""


class SubjectHolders(Struct, frozen=True):
    """A subject of a policy line: its label, and its holders on the day in question."""

    label: Label = Label()
    people: tuple[str, ...] = ()


class Because(Struct, frozen=True):
    """A clause that decided. ``file`` and ``line`` lead to the policy line, or to the clause where no line applied it.

    ``layer`` is the kind of text; ``plugin`` the plugin that brought the rule, empty for the tenant's own. ``not_run`` is true of
    a clause that grants what was refused: the program does not run that power yet.
    """

    clause: str
    gloss: Label
    line: int
    layer: Layer
    file: str
    plugin: str = ""
    not_run: bool | UnsetType = UNSET


class Who(Struct, frozen=True):
    """A party that may do the refused act, with the clause."""

    subject: str
    label: Label
    people: tuple[str, ...]
    clause: str


class Change(Struct, frozen=True):
    """A change that would turn the answer: a code, and its detail."""

    code: str
    detail: str = ""


class Remark(Struct, frozen=True):
    """A remark on an act that is done, such as its lateness, with its clauses (if any is on it) and ``params``."""

    code: str
    because: tuple[Because, ...]
    params: dict[str, str] = {}


class MatchedLine(Struct, frozen=True):
    """A policy line that bore on a decision without deciding it, as its seven fields, and the place where it stands."""

    text: str
    clause: str
    allow: bool
    file: str
    line: int
    plugin: str = ""


class Considered(Struct, frozen=True):
    """One capacity of a request. Together with the request it is enough to decide again."""

    person: str
    acting_for: str
    subjects: tuple[str, ...]
    powers: tuple[str, ...] | None
    cites: tuple[str, ...]
    allowed: bool


class Facts(Struct, frozen=True):
    """The facts on which the decision rests.

    ``roles`` and ``relations`` are those of the capacity that decided (of the first, in a refusal); ``set_aside`` lines that
    matched and gave way; ``capacities`` all that were considered, in order. ``aims`` are the facets of each aim, where an act
    is aimed at several (``facets`` are those of the first): it is allowed if it is for every one.
    """

    roles: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    body: str = ""
    object: str = ""
    act: str = ""
    set_aside: tuple[MatchedLine, ...] = ()
    capacities: tuple[Considered, ...] = ()
    aims: tuple[tuple[str, ...], ...] = ()


class Decision(Struct, frozen=True):
    """An answer and its reasons.

    ``basis`` is that of the first of ``because``, ``no-clause`` where that is empty or names only a power that is not run.
    ``capacity`` is the role or relation under which the act was allowed, ``acting_for`` the principal whose power it was.
    ``revision`` numbers the configuration that decided. ``remarks`` accompany an act that is done.
    """

    outcome: Outcome
    basis: Basis = NO_CLAUSE
    because: tuple[Because, ...] = ()
    capacity: str = ""
    acting_for: str = ""
    facts: Facts = Facts()
    who_may: tuple[Who, ...] = ()
    would_change: tuple[Change, ...] = ()
    revision: int = 0
    remarks: tuple[Remark, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.outcome == "done"

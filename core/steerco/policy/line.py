"""A line of a policy: one power, granted or barred by one clause."""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern

from msgspec import Struct

from steerco.charter.model import Source

ANY = "*"
"""As a body: any body. As an object: every type."""

READ = "read"
"""The act that every record type has, beside its actions."""

STATE = "state"
"""The facet of reading: the state that a record is in, so that a line may keep a draft from those for whom it is not ready."""

RELATION = "relation:"
"""The prefix of a subject that follows from the record's tie to the actor, not from a seat."""

PLATFORM = "steerco:"
"""The prefix of a clause id of the program's own orders, which no regulation holds."""

FIELDS = ("p", "subject", "body", "object", "act", "facets", "eft", "clause")


class Line(Struct, frozen=True, gc=False):
    """One power: ``subject`` may (or, where ``allow`` is false, must not) do ``act`` to ``object`` in ``body``.

    ``subject`` is a role, a group, an outsider's kind, a body (any of its members) or ``relation:<name>``. ``object`` is a
    record type or a kind of one (``meeting.ad-hoc``). All of ``facets`` (``k=v``) must be true of the request. ``file`` and
    ``number`` are its place; ``plugin`` names the plugin that brought it, and is empty for the tenant's own lines.
    """

    subject: str
    body: str
    object: str
    act: str
    facets: frozenset[str]
    allow: bool
    clause: str
    file: str = ""
    number: int = 0
    plugin: str = ""

    @property
    def source(self) -> Source:
        """The place of the line. (Made on demand, since there are many lines.)"""
        return Source(self.file, self.number)

    @property
    def type(self) -> str:
        """The record type of the object, ``*`` for every type."""
        return type_of(self.object)

    @property
    def fields(self) -> tuple[str, str, str, str, str, str, str]:
        """The seven fields as they stand in the file, facets in order of the alphabet: two equal lines have equal fields."""
        aimed = ";".join(sorted(self.facets)) or "-"
        effect = "allow" if self.allow else "deny"
        return self.subject, self.body, self.object, self.act, aimed, effect, self.clause

    def __str__(self) -> str:
        return ", ".join(("p", *self.fields))

    def concerns(self, body: str, object: str, act: str, facets: frozenset[str]) -> bool:
        """Return whether the line speaks of this request, for any actor."""
        return (
            self.act == act
            and self.body in (ANY, body)
            and (self.object in (ANY, object) or object.startswith(self.object + "."))
            and self.facets <= facets
        )


def type_of(object: str) -> str:
    """Return the record type of an object: ``meeting`` of ``meeting.ad-hoc``."""
    return object.partition(".")[0]


def specificity(line: Line) -> tuple[int, int, bool, bool]:
    """Return a sort key with narrower lines first: more facets, a kind, a named body, a seat before a relation."""
    depth = 0 if line.object == ANY else line.object.count(".") + 1
    return -len(line.facets), -depth, line.body == ANY, line.subject.startswith(RELATION)


def closed(closures: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return transitive closures, each role in its own, so that one look-up answers.

    Casbin follows links to their end, so a mapping that stops after one step must mean the same to the table.
    """
    complete: dict[str, frozenset[str]] = {}
    for role in closures:
        groups, fresh = {role}, {role}
        while fresh:
            fresh = {intern(group) for holder in fresh for group in closures.get(holder, ())} - groups
            groups |= fresh
        complete[intern(role)] = closures[role] if closures[role] == groups else frozenset(groups)
    return complete

"""Check the kinds that a charter declares for itself: each is new, and what of it nothing reads is told."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.charter.names import KnownNames, NameProblem
from steerco.charter.tables.own_kinds import MEETING, OwnKind


def check_own_kinds(rows: tuple[OwnKind, ...], names: KnownNames, *, regulation: bool) -> Iterator[NameProblem]:
    """Yield every fault of the kinds that a text declares, and what of them nothing reads. ``regulation``: whether the text is
    the charter, the only one that may add kinds.
    """
    given = {*names.words(MEETING, "given_kinds"), MEETING}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        subject = f"kind '{row.id}'"
        if (row.of, row.id) in seen:
            yield NameProblem(row.source, "duplicate-id", f"{subject} is declared twice; give each an id of its own")
        seen.add((row.of, row.id))
        if row.of == MEETING and row.id in given:
            why = f"every committee has this kind of meeting; leave the row out: there are {', '.join(sorted(given))}"
            yield NameProblem(row.source, "taken-kind", f"{subject}: {why}")
        for why in _unread(row, regulation=regulation):
            yield NameProblem(row.source, "not-enforced", f"{subject}{why}", "warning")


def _unread(row: OwnKind, *, regulation: bool) -> Iterator[str]:
    if not regulation:
        yield ": the program reads this table in a charter only"
    if row.of != MEETING and row.open is not None:
        yield f", open: no {row.of} is open to the public; a kind of meeting is"

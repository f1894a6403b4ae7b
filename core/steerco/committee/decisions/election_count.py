"""The count of an election: who stands in which phase of the vote, for how many places, and the core's own count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from steerco.charter.tables.elections import ElectionRule

VOTING = "voting"


def counted(candidates: Iterable[str], ballots: Iterable[Iterable[str]], places: int) -> dict[str, Any]:
    """Return the result: the most votes are elected, each ballot counting once for each of its choices.

    Where the last place is tied, those tied are ``tied`` and not elected: what then applies, the program does not make up.
    """
    standing = sorted(candidates)
    counts = Counter(dict.fromkeys(standing, 0))
    counts.update(choice for ballot in ballots for choice in set(ballot) if choice in counts)
    order = sorted(standing, key=lambda who: (-counts[who], who))
    last = counts[order[places - 1]] if len(order) >= places else 0
    voted = [who for who in order if counts[who] > 0]
    sure = [who for who in voted if counts[who] > last or len(order) <= places]
    level = [who for who in voted if counts[who] == last and who not in sure]
    fits = len(sure) + len(level) <= places
    elected = [*sure, *level] if fits else sure
    return {"votes": dict(counts), "elected": elected, "tied": [] if fits else level}


def standing(e: Any, rule: ElectionRule, nominees: Iterable[Any]) -> list[str]:
    """Return who is voted on: those with the seconds that the charter asks for; in a further phase those tied before."""
    if phase_of(e) > 1:
        return list((e.result or {})["tied"])
    return [row.who for row in nominees if len(row.seconded_by or ()) >= rule.nominations.seconds]


def phase_of(e: Any) -> int:
    """Return which phase of the vote is open, or comes next: one more than were counted and left a place open."""
    result = e.result or {}
    return len(result.get("phases", ())) + (2 if e.state == VOTING and result else 1)


def open_places(e: Any) -> int:
    """Return how many places the vote fills: those that no phase before has filled."""
    places: int = e.places
    return places - len((e.result or {}).get("elected", ()))


def has_phase_left(e: Any, rule: ElectionRule) -> bool:
    """Return whether the last count left a tie that a further phase of the vote is to settle."""
    result = e.result or {}
    return bool(result.get("tied")) and len(result.get("phases", ())) + 1 < rule.voting.phases

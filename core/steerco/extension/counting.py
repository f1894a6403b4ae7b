"""A count of ballots between core and the plugin that knows the method: two values in and out, with the arithmetic.

Core takes the ballots, keeps them and appoints; the plugin counts (``count_ballots``) and never answers with names alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from steerco.extension.results import check_types

EXACT = re.compile(r"\d+(/[1-9]\d*)?")
"""A number of votes: whole, or a fraction of whole numbers."""


class Ballots(Struct, frozen=True):
    """What is counted: ``system`` is the charter's word for the method, ``places`` how many are elected.

    ``ballots`` holds for each ballot the candidates whom it names, the first preference first. They come sorted: neither who
    voted nor when can be told.
    """

    system: str
    places: int
    candidates: tuple[str, ...]
    ballots: tuple[tuple[str, ...], ...]


class CountStep(Struct, frozen=True):
    """One step of a count: the votes of each candidate before it, who is elected in it and who goes out.

    Numbers of votes are exact, written ``5`` or ``7/3``. ``exhausted`` are the votes that name nobody who is still there.
    """

    votes: Mapping[str, str]
    elected: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    exhausted: str = "0"

    def __post_init__(self) -> None:
        check_types("a step of a count", votes=(self.votes, Mapping), elected=(self.elected, tuple), out=(self.out, tuple))
        for number in (*self.votes.values(), self.exhausted):
            _check_exact(number)


class BallotCount(Struct, frozen=True):
    """The result of a count with its steps. ``tied`` are those between whom the method cannot choose: none of them is elected.

    ``quota`` is the number of votes that elects, empty where the method has none. Raises ``ValueError`` without steps.
    """

    elected: tuple[str, ...]
    steps: tuple[CountStep, ...]
    tied: tuple[str, ...] = ()
    quota: str = ""

    def __post_init__(self) -> None:
        check_types("a count", elected=(self.elected, tuple), steps=(self.steps, tuple), tied=(self.tied, tuple))
        if not self.steps:
            raise ValueError("a count needs its steps, so that anybody can count again")
        if self.quota:
            _check_exact(self.quota)

    def misfit(self, ballots: Ballots) -> str:
        """Return what in it does not fit the ballots, or an empty text."""
        named = {*self.elected, *self.tied, *(who for step in self.steps for who in (*step.votes, *step.elected, *step.out))}
        if strangers := sorted(named - set(ballots.candidates)):
            return f"it names {', '.join(strangers)}, who do not stand"
        if len(set(self.elected)) != len(self.elected) or set(self.elected) & set(self.tied):
            return "it names somebody twice"
        if len(self.elected) > ballots.places:
            return f"it elects {len(self.elected)} for {ballots.places} places"
        if {who for step in self.steps for who in step.elected} != set(self.elected):
            return "its steps elect others than it does"
        return ""


def _check_exact(number: object) -> None:
    if not isinstance(number, str) or not EXACT.fullmatch(number):
        raise TypeError(f"a number of votes is a text such as 5 or 7/3, and this is {number!r}")

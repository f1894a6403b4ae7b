"""The values that answers are made of: acts that were tried, clauses side by side, and the bounds within which somebody
looked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from steerco.charter.model import Label
from steerco.configuration.regime import Regime
from steerco.i18n import languages, words


class CitedClause(Struct, frozen=True):
    """A clause that bears on an answer: its id, the kind of its text (clause, law, house, platform), its summary and place."""

    clause: str
    basis: str
    gloss: Label
    file: str = ""
    line: int = 0


def cited(regime: Regime, clauses: tuple[str, ...]) -> tuple[CitedClause, ...]:
    """Return clauses of a regime as an answer names them."""
    grounds = ((clause, regime.grounds(clause)) for clause in dict.fromkeys(clauses))
    return tuple(CitedClause(clause, regime.basis(clause), g.gloss, g.file, g.line) for clause, g in grounds)


class TriedAct(Struct, frozen=True):
    """An act as the kernel took it in a lab: who did it, what with, how it came out, and by which clauses.

    ``by`` is a person of the directory, or ``newcomer`` for anybody without a seat. ``outcome`` is ``done`` or what stopped it.
    ``of`` is the person whose appointment it was on, if it was on one.
    """

    by: str
    action: str
    input: dict[str, Any]
    outcome: str = "done"
    clauses: tuple[CitedClause, ...] = ()
    of: str = ""


Proof = Literal["performed", "on-its-day", "decided", "notice", "read"]
"""How an answer was come by (its words are ``answers.proof`` of the catalogues): ``performed``, the kernel performed each chain
of acts; ``on-its-day``, it performed each act on the day told; ``decided``, it was asked where the answer says that nobody may do
what a duty, a state or a requirement needs; ``notice``, it was asked about late notice, and where two lines differ; ``read``, all
is read off the texts.
"""


def unlooked(code: str, **params: object) -> Label:
    """Return in each language what an answer did not look at: ``code`` is its key in ``answers.left`` of the catalogues."""
    told = {}
    for language in languages():
        say = words(language)
        filled = {name: say.day(value) if isinstance(value, date) else value for name, value in params.items()}
        told[language] = say("answers.left", code, **filled)
    return Label(**told)


class Looked(Struct, frozen=True):
    """The bounds of an answer: the day, the most acts in a row, how many questions were asked of the texts, how many acts the
    kernel performed or decided on, and by which ``proof`` the answer stands.

    ``not_looked_at`` says in each language what was left out; ``left_out`` is the same in English.
    """

    on: date
    steps: int = 0
    asked: int = 0
    tried: int = 0
    left_out: tuple[str, ...] = ()
    proof: Proof = "read"
    not_looked_at: tuple[Label, ...] = ()

    @classmethod
    def at(
        cls, on: date, left: Iterable[Label], *, steps: int = 0, asked: int = 0, tried: int = 0, proof: Proof = "read"
    ) -> Looked:
        """Return the bounds of an answer that leaves out ``left``."""
        left = tuple(left)
        return cls(on, steps, asked, tried, tuple(map(str, left)), proof, left)

    def further(self, *left: Label) -> Looked:
        """Return the same bounds with more that was left out."""
        return Looked.at(
            self.on, (*self.not_looked_at, *left), steps=self.steps, asked=self.asked, tried=self.tried, proof=self.proof
        )


Level = Literal["warning", "information"]
"""How much a finding weighs: a warning wants mending or a word in the readings; information is by right or by design."""


PLACE = "bar"
"""The parameter that names a place in a file."""


class RuleFinding(Struct, frozen=True):
    """One finding of an answer: ``code`` names its text (``answers.<question>`` of the catalogues), ``params`` fill it.

    ``clauses`` bear on it; ``file`` and ``line`` say where it stands. ``asked`` is how many kinds of persons the kernel refused,
    where the finding says that nobody can.
    """

    code: str
    level: Level
    params: dict[str, str]
    clauses: tuple[CitedClause, ...] = ()
    file: str = ""
    line: int = 0
    asked: int = 0

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """By what a finding is known again in another answer: what it says, wherever in a file it stands."""
        return self.code, tuple(sorted((name, value) for name, value in self.params.items() if name != PLACE))


class Found(Struct, frozen=True):
    """The findings of one question, warnings first, with the bounds within which somebody looked."""

    findings: tuple[RuleFinding, ...]
    looked: Looked

    @property
    def warnings(self) -> tuple[RuleFinding, ...]:
        return tuple(told for told in self.findings if told.level == "warning")


def found(findings: Iterable[RuleFinding], looked: Looked) -> Found:
    """Return findings in the order of an answer, each once."""
    once = {told.key: told for told in findings}
    return Found(tuple(sorted(once.values(), key=lambda told: (told.level == "information", told.file, told.line))), looked)

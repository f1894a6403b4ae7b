"""The second signature on a paper: who signs beside whoever signs it, by the layers of regulation, house rules and law.

The named value ``signed-beside-by`` names the field of the record from which the paper is drafted (of minutes ``secretary``), or
``nobody``. A law may state it as a default; a regulation or house rule that says otherwise goes before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from steerco.charter.model import Charter
from steerco.charter.rules import Effective, effective
from steerco.committee.meetings.minutes import Minutes
from steerco.records import Do

BESIDE = "signed-beside-by"
NOBODY = "nobody"


def beside(layers: Sequence[Charter], body: str, kind: str) -> Effective:
    """Return what the layers say of a second signature on such a document of a body."""
    return effective(BESIDE, layers, {"body": body, "kind": kind})


def asks(said: Effective) -> bool:
    """Return whether a second signature is asked for."""
    return said.stated and said.value != NOBODY


def second_of(do: Do, said: Effective, about: str | None) -> str | None:
    """Return who signs beside, as the minutes have it from which a paper is drafted, or those of the meeting; None where nobody
    is asked or none is on record."""
    if about is None or not asks(said):
        return None
    found = [*do.find(Minutes, id=about), *do.find(Minutes, meeting=about)]
    return next((who for each in found if (who := getattr(each, str(said.value), None))), None)

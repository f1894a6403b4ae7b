"""The second signature on a paper: who signs beside whoever signs it, by the layers of regulation, house rules and law.

The named value ``signed-beside-by`` names the field of the record from which the paper is drafted (of minutes ``secretary``), or
``nobody``. A law may state it as a default; a regulation or house rule that says otherwise goes before it.

Rule: where a second signature is asked for, nobody signs alone. Whoever the record names signs beside; where it names nobody, or
there is none, whoever the draft names. That is asked again when the paper is signed, since records change behind a draft.
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


def named_beside(do: Do, said: Effective, about: str | None, given: str | None, before: str | None) -> str | None:
    """Return who signs a draft beside: whom the record names, else whom the words do that are ``given``, else who was named
    ``before``. Stops where nobody signs such a paper beside, or where the record names somebody else."""
    if given is not None and not asks(said):
        do.invalid("second", "signs-alone")
    on_record = second_of(do, said, about)
    if given is not None and on_record not in (None, given):
        do.invalid("second", "second-on-record", who=on_record)
    return (on_record or given or before) if asks(said) else None


def hold(do: Do, said: Effective, about: str | None, second: str | None, signed: bool) -> None:
    """Stop whoever would sign a paper that asks for a second signature and lacks it, or has it of the wrong person."""
    if not asks(said):
        return
    on_record = second_of(do, said, about)
    if on_record not in (None, second):
        do.out_of_order("second-is-another", *said.cite, who=on_record)
    if second is None:
        do.out_of_order("second-not-named", *said.cite)
    if second in do.parties.keys(do.actor):
        do.out_of_order("signs-both", *said.cite)
    if not signed:
        do.out_of_order("second-signature-first", *said.cite, who=second)

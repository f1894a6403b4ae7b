"""The signing resolver: who signs which document to whom, and how the block of the signature reads.

Charter, house rules and laws say it in ``[[signing]]`` rows, each citing its clause; none of it is code. Whether somebody has the
power to sign is the policy's to say; the resolver finds the row by which that power is written down on the paper::

    signature = resolve(do.charter, do.layers, Signer("head", ""), "report", "government")
    signature.lines   # the mark, where there is one, and the signer's titles, as they are printed

Rule: where no row speaks of the signer, nobody guesses a mark: the answer is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from steerco.charter.model import NOT_STATED, Charter, Label, Signing
from steerco.charter.rules import effective

ANY = "*"
NO_MARK = "none"
"""The mark of whoever signs in the own name."""
REACHES = ("government", "prime-minister", "other-body", "inside", "none")
"""How far a document goes, the farthest first: to the Government, its head, another body, inside, to nobody."""
FOR_THE_HEAD = "mark-for-the-head"
"""The named value with the mark of a deputy who signs for the head."""
BY_AUTHORITY = "mark-by-authority"
"""The named value with the mark of whoever else signs by the head's written authority."""


class Signer(Struct, frozen=True):
    """Who signs: in which own role, and for which officer by role (empty: as oneself). ``roles`` are all the own ones."""

    role: str
    acting_for: str = ""
    roles: frozenset[str] = frozenset()


class Resolved(Struct, frozen=True):
    """How a signature reads: its mark (``none`` in one's own name), the lines above the hand, the clauses that say so."""

    mark: str
    lines: tuple[str, ...]
    cites: tuple[str, ...]


def resolve(charter: Charter, layers: Sequence[Charter], signer: Signer, kind: str, reach: str) -> Resolved | None:
    """Return how the signer signs such a document, by the first row that speaks of it: the charter's before house rules, those
    before laws. None where no row does."""
    every = (charter, *layers)
    if signer.acting_for:
        return _for_another(every, signer, kind, reach)
    for row in _rows(every, kind, reach):
        if row.signer == signer.role and not row.needs_authority:
            return _by(row, every, signer.role)
    return None


def who_signs(charter: Charter, layers: Sequence[Charter], kind: str, reach: str) -> list[tuple[str, bool, Resolved]]:
    """Return who may sign such a document by the rules: each role, whether it needs authority for it, and how that reads."""
    every = (charter, *layers)
    return [(row.signer, row.needs_authority, _by(row, every, row.signer)) for row in _rows(every, kind, reach)]


def _for_another(every: Sequence[Charter], signer: Signer, kind: str, reach: str) -> Resolved | None:
    """Return how somebody signs by another's power: as a row for those with authority says, else by the marks that a law
    gives."""
    own = signer.roles | {signer.role}
    principals = [row for row in _rows(every, kind, reach) if row.signer == signer.acting_for and not row.needs_authority]
    for row in _rows(every, kind, reach):
        if row.needs_authority and row.signer in own:
            return _by(row, every, row.signer)
    if not principals:
        return None
    body = _body(every, signer.acting_for)
    role = next((role for role in sorted(own) if _body(every, role) == body and role != signer.acting_for), "")
    mark = effective(FOR_THE_HEAD, every) if role else effective(BY_AUTHORITY, every)
    if not mark.stated:
        return None
    title = printed(_label(every, signer.acting_for))
    lines = (f"{mark.value} {title}", printed(_label(every, role or next(iter(sorted(own)), ""))))
    return Resolved(str(mark.value), tuple(filter(None, lines)), (*principals[0].cite, *mark.cite))


def _by(row: Signing, every: Sequence[Charter], role: str) -> Resolved:
    lines = tuple(filter(None, (row.mark, printed(_label(every, role)))))
    return Resolved(row.mark.partition(" ")[0] or NO_MARK, lines, row.cite)


def _rows(every: Iterable[Charter], kind: str, reach: str) -> Iterator[Signing]:
    for layer in every:
        for row in layer.signings:
            if {kind, ANY}.intersection(row.kinds) and {reach, ANY}.intersection(row.addressees):
                yield row


def _label(every: Iterable[Charter], role: str) -> Label:
    return next((found.label for layer in every if (found := layer.role(role))), Label())


def _body(every: Iterable[Charter], role: str) -> str:
    return next((found.body for layer in every if (found := layer.role(role))), NOT_STATED)


def printed(title: Label) -> str:
    """Return a title as it stands above a signature: in capitals, in the language of the charter."""
    return (title.vi or title.en).upper()

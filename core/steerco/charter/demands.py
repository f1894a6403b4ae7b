"""The requirements on acts that a charter states: its procedures, and what its other tables come to."""

from __future__ import annotations

from collections.abc import Iterator

from steerco.charter.model import Charter, Procedure, Quorum


def demanded(charter: Charter) -> Iterator[Procedure]:
    """Yield the charter's procedures, then those that its quorums to meet stand for."""
    yield from charter.procedures
    for quorum in charter.quorums:
        if quorum.for_ == "meet" and quorum.effect != "shown":
            yield from _to_meet(quorum)


def _to_meet(quorum: Quorum) -> Iterator[Procedure]:
    asked = quorum.at_least is not None or quorum.all_but is not None or isinstance(quorum.share, tuple)
    if asked:
        requires = "quorum-else-canceled" if quorum.without == "cancel" else "quorum-to-meet"
        yield Procedure("meeting.open", requires, quorum.cite, {"body": quorum.body}, source=quorum.source)
    if quorum.must:
        yield Procedure("meeting.open", "officers-there", quorum.cite, {"body": quorum.body}, source=quorum.source)

"""That somebody took note: the head of an agency of a direction, whoever is bound by a regulation of its version in force."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, Session

from steerco.committee.traits.addressed import Addressed
from steerco.committee.work.direction import Direction
from steerco.records import Do, Facet, Line, Party, Text, ref_to, refers

DIRECTION = "direction"
REGULATION = "regulation"


class Acknowledgement(Addressed, type="acknowledgement", states="asked acknowledged", prefix="AK"):
    """``about`` says of what: a ``direction``, of which each addressee is asked with the direction itself; or the regulation,
    then ``regulation`` is the number of the version. Of that nobody is asked one by one: whoever is bound takes note by an act
    of their own, once a version.
    """

    about: Mapped[str]
    direction: Mapped[str | None] = refers("direction")
    regulation: Mapped[str | None]

    of_ = Facet("of", "about", values=(DIRECTION, REGULATION), default=REGULATION)

    def awaits(self, act: str, keys: frozenset[str], session: Session) -> bool:
        """It waits for the addressee while the direction stands."""
        direction = session.get(Direction, (self.tenant_id, self.direction)) if self.direction else None
        return direction is None or direction.state == "issued"


@Acknowledgement.action(to="asked", platform=True)
def ask(do: Do, a: Acknowledgement, *, title: Line, to: Party, direction: ref_to("direction"), body: Party | None = None) -> None:  # type: ignore[valid-type]
    """Ask the addressee of a direction, who is told by the direction itself."""
    a.title, a.to, a.about, a.direction = title, to, DIRECTION, direction


@Acknowledgement.action("new", "asked", to="acknowledged")
def acknowledge(do: Do, a: Acknowledgement, *, note: Text | None = None) -> None:
    """Take note: of the direction that the record is about, or, without one, of the regulation in force. ``note`` says how it
    was passed on."""
    if a.direction is None:
        _of_regulation(do, a)
    a.answer, a.answered_on, a.answered_by = note, do.today, do.me(a.body)
    if a.direction is not None:
        given = do.get(Direction, a.direction)
        do.tell(given.author, given.author_as)


def _of_regulation(do: Do, a: Acknowledgement) -> None:
    version = do.charter.instrument.id
    if do.find(Acknowledgement, author=do.actor, regulation=version):
        do.out_of_order("already-acknowledged", version=version)
    a.about, a.regulation, a.to, a.title = REGULATION, version, do.actor, version

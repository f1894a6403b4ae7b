"""The answer of one party that is consulted: asked, answered, handled, or left without an answer.

A reply is a record of its own, so that each party sees its own answer, has its own due day and owes it alone. People act on the
consultation; the program passes that on to the reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from sqlalchemy.orm import Mapped

from steerco.committee.traits.timeliness import standing
from steerco.records import Do, Held, Line, Part, Party, Record, Relation, Text, party, ref_to, refers

TakenUp = Literal["yes", "in-part", "no"]
WAITING = "asked"
"""The state of a reply that has not come."""


class KeptPaper(Struct, frozen=True, forbid_unknown_fields=True):
    """A file that is stored already, by its digest (SHA-256); ``size`` in bytes."""

    file_name: Line
    digest: Line
    size: int


Papers = Annotated[list[KeptPaper], Meta(max_length=50)]


class ConsultationReply(Record, type="consultation-reply", states="asked answered handled unanswered released", prefix="CR"):
    """``who`` was asked, ``answers`` is the seat, office or person that answers for it.

    ``taken_up`` says what the opener did with the opinion, ``handling`` why. A reply without an answer holds no position: silence
    is no opinion.
    """

    consultation: Mapped[str] = refers("consultation")
    who: Mapped[str] = party()
    answers: Mapped[str] = party()
    due_on: Mapped[date | None]
    position: Mapped[str | None]
    text: Mapped[str | None]
    answered_on: Mapped[date | None]
    answered_by: Mapped[str | None] = party()
    taken_up: Mapped[str | None]
    handling: Mapped[str | None]
    handled_by: Mapped[str | None] = party()

    addressee = Relation("addressee", Held("who"))
    listed_by = (("due_on",), ("who", "due_on"), ("who", "consultation"))

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        """Return how the answer stands against its due day."""
        due = None if self.state == "released" else self.due_on  # nothing is due of one that is asked no longer
        return {"timeliness": standing(due, self.answered_on, today)}


class ReplyPaper(Part, of="consultation-reply", name="papers"):
    """A file that came with the answer, kept by its digest (SHA-256); ``size`` in bytes."""

    consultation_reply: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


def tabulated(replies: list[ConsultationReply]) -> Mapping[str, int]:
    """Return the figures of the answers: how many were asked, answered, came late or never, and hold which position."""
    counts = {"asked": len(replies), "answered": 0, "late": 0, "missing": 0}
    for reply in replies:
        if reply.answered_on is None:
            counts["missing"] += 1
            continue
        counts["answered"] += 1
        counts["late"] += reply.due_on is not None and reply.answered_on > reply.due_on
        counts[str(reply.position)] = counts.get(str(reply.position), 0) + 1
        if reply.taken_up:
            key = f"taken-up-{reply.taken_up}"
            counts[key] = counts.get(key, 0) + 1
    return counts


@ConsultationReply.action(to="asked", platform=True)
def ask(
    do: Do,
    r: ConsultationReply,
    *,
    consultation: ref_to("consultation"),  # type: ignore[valid-type]
    who: Party,
    due_on: date | None = None,
) -> None:
    """Ask one party for its opinion."""
    r.consultation, r.who, r.due_on, r.answers = consultation, who, due_on, do.parties.answerable(who)


@ConsultationReply.action("asked", "answered", "handled", to="answered", platform=True)
def answer(do: Do, r: ConsultationReply, *, position: Line, text: Text | None = None, papers: Papers = []) -> None:  # noqa: B006
    """Take in the answer. A later one replaces it until the consultation is closed, and is handled anew; the first day counts."""
    r.position, r.text, r.answered_by = position, text, do.me(r.body)
    r.answered_on = r.answered_on or do.today
    r.taken_up = r.handling = r.handled_by = None
    do.drop(do.parts(r, ReplyPaper))
    for paper in papers:
        do.add(r, ReplyPaper(file_name=paper.file_name, digest=paper.digest, size=paper.size))


@ConsultationReply.action("answered", "handled", to="handled", platform=True)
def handle(do: Do, r: ConsultationReply, *, taken_up: TakenUp, reason: Text | None = None) -> None:
    """Say what was done with the opinion."""
    r.taken_up, r.handling, r.handled_by = taken_up, reason, do.me(r.body)


@ConsultationReply.action("asked", to="unanswered", platform=True)
def lapse(do: Do, r: ConsultationReply) -> None:
    """Record that no answer came. That is no opinion, and no consent."""


@ConsultationReply.action("asked", to="released", platform=True)
def release(do: Do, r: ConsultationReply) -> None:
    """Ask no longer: the consultation ended before the day for the answer."""

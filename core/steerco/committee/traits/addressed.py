"""A request to one addressee: due by a day, answered, and closed.

A base of record types, with the functions that fill its columns. Where several are asked, each has a record of its own, so that
each owes, answers and is late alone. The actions stand in the modules of the types, since each has its own input and words::

    class Survey(Addressed, type="survey", states="asked answered closed", prefix="SV"):
        '''A question to one agency.'''

    @Survey.action(to="asked")
    def ask(do: Do, s: Survey, *, title: Line, to: Party, due_on: date | None = None, body: Party | None = None) -> None:
        put(do, s, to, title=title, due_on=due_on)

    @Survey.action("asked", to="answered")
    def answer(do: Do, s: Survey, *, text: Text) -> None:
        reply(do, s, text)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, ClassVar

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.committee.traits.timeliness import standing
from steerco.records import Do, Facet, File, Held, Part, Record, Relation, party, written

Files = Annotated[list[File], Meta(max_length=20)]
OVER = ("closed", "canceled", "withdrawn")
"""The states in which nothing is asked any more."""


class Addressed(Record):
    """``to`` is asked for something by ``due_on`` (None: no day). ``answer`` is what came last, ``answered_on`` the day of it and
    ``answered_by`` who gave it; what was sent back has none of them again, and its history keeps what came before.
    """

    __abstract__ = True

    title: Mapped[str]
    text: Mapped[str | None]
    to: Mapped[str] = party()
    due_on: Mapped[date | None]
    answer: Mapped[str | None] = written()
    answered_on: Mapped[date | None]
    answered_by: Mapped[str | None] = party()

    addressee = Relation("addressee", Held("to"), concerns=True)
    to_ = Facet("to", "to", of="party", values=("agency", "person"))
    # By due day: for all, in a state, and for each who is asked.
    listed_by: ClassVar[tuple[tuple[str, ...], ...]] = (("due_on",), ("state", "due_on"), ("to", "due_on"))

    def computed(self, fields: dict[str, Any], today: date) -> dict[str, Any]:
        canceled = self.state in OVER and self.answered_on is None
        return {"timeliness": standing(None if canceled else self.due_on, self.answered_on, today)}


def put(do: Do, r: Addressed, to: str, *, title: str, text: str | None = None, due_on: date | None = None) -> None:
    """Ask ``to``, and tell the addressee."""
    r.to, r.title, r.text, r.due_on = to, title, text, due_on
    do.tell(to)


def reply(do: Do, r: Addressed, text: str | None) -> None:
    """Put down what came, and tell who asked and the seat in which that was."""
    r.answer, r.answered_on, r.answered_by = text, do.today, do.me(r.body)
    do.tell(r.author, r.author_as)


def reopen(do: Do, r: Addressed, due_on: date | None = None) -> None:
    """Send it back: the addressee owes it again, by the same day unless there is a new one."""
    r.answer, r.answered_on, r.answered_by = None, None, None
    r.due_on = due_on or r.due_on
    do.tell(r.to)


def enclose(do: Do, r: Record, part: type[Part], files: Iterable[File], **more: Any) -> None:
    """Keep the files of an input in a part that has ``file_name``, ``digest``, ``size`` (in bytes) and the fields ``more``."""
    for file in files:
        digest, size = do.keep(file)
        do.add(r, part(file_name=file.name, digest=digest, size=size, **more))

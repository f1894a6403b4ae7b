"""Asking an agency for information: asked by a day, answered with files, closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from steerco.committee.traits.addressed import Addressed, Files, enclose, put, reply
from steerco.records import Any_, Do, Held, Line, Part, Party, Relation, Text, hidden, party


class InformationRequest(Addressed, type="information-request", states="asked answered closed", prefix="IR"):
    """``to`` is asked for information; who puts the question says in ``title`` for what, and in ``text`` what exactly.
    ``focal_unit`` is the unit of the agency that works on the answer with whoever asked.
    """

    reason: Mapped[str | None]
    focal_unit: Mapped[str | None] = party()
    focal_key: Mapped[str | None] = hidden()

    focal = Relation("focal-unit", Any_((Held("focal_unit"), Held("focal_key"))))


class RequestEnclosure(Part, of="information-request", name="enclosures"):
    """A file that goes with the request: a form to fill in, a list."""

    index_on = ("information_request",)
    information_request: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


class RequestedFile(Part, of="information-request", name="files"):
    """A file that came with the answer."""

    index_on = ("information_request",)
    information_request: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


@InformationRequest.action(to="asked")
def ask(
    do: Do,
    r: InformationRequest,
    *,
    title: Line,
    to: Party,
    due_on: date | None = None,
    text: Text | None = None,
    files: Files = [],  # noqa: B006  # a msgspec default
    body: Party | None = None,
) -> None:
    """Ask for information."""
    put(do, r, to, title=title, text=text, due_on=due_on)
    enclose(do, r, RequestEnclosure, files)


@InformationRequest.action("asked", to="answered")
def answer(do: Do, r: InformationRequest, *, text: Text | None = None, files: Files = []) -> None:  # noqa: B006
    """Give the information: in words, in files, or both."""
    if text is None and not files:
        do.invalid("text", "text-or-files")
    reply(do, r, text)
    enclose(do, r, RequestedFile, files)


@InformationRequest.action("asked")
def name_focal_unit(do: Do, r: InformationRequest, *, unit: Party) -> None:
    """Name the unit of the agency that works on the answer. The agency owes it all the same."""
    if do.parties.sort(unit) != "agency" or unit == r.to or do.parties.agency(unit) != do.parties.agency(r.to):
        do.invalid("unit", "not-a-unit")
    r.focal_unit, r.focal_key = unit, f"unit:{unit}"
    do.tell(unit, r.author)


@InformationRequest.action("asked", "answered", to="closed")
def close(do: Do, r: InformationRequest, *, reason: Line | None = None) -> None:
    """Close it. What was not answered by then is not asked any more."""
    r.reason = reason
    do.tell(r.to)

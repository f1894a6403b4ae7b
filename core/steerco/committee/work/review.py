"""Reviews: what a period came to, counted from the records and the ledger of duties, with the words of whoever draws it up.

While it is drafted its figures are taken anew at each change. From its completion on they stand as they stood then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.charter import periods
from steerco.charter.rules import effective
from steerco.committee.traits.addressed import Files, enclose
from steerco.committee.work.programme import Period
from steerco.committee.work.review_figures import ReviewFigure, counted
from steerco.records import Do, Line, Part, Party, Record, Text, party, ref_to, refers, written

ReviewKind = Literal["activity-report", "execution-report", "interim-review", "compliance-report"]
BY_CLAUSE = "compliance-report"
"""The kind that tells duties clause by clause."""
GOES_TO = "review-goes-to"
"""The named value that says to which roles and bodies, spaces between them, a review of a kind goes."""
PARTS = ("results", "shortcomings", "next_steps", "proposals")
"""The written parts of a review, in their order."""


class Review(
    Record,
    type="review",
    states="drafted completed delivered",
    kinds="activity-report execution-report interim-review compliance-report",
    prefix="RV",
):
    """``period`` is what it reviews, ``programme`` the one programme or plan that it is about, if any. ``taken_on`` is the day
    as of which its figures were counted.
    """

    kind: Mapped[str]
    period: Mapped[str]
    programme: Mapped[str | None] = refers("programme")
    title: Mapped[str | None]
    results: Mapped[str | None] = written()
    shortcomings: Mapped[str | None] = written()
    next_steps: Mapped[str | None] = written()
    proposals: Mapped[str | None] = written()
    taken_on: Mapped[date]
    completed_on: Mapped[date | None]
    completed_by: Mapped[str | None] = party()
    delivered_on: Mapped[date | None]
    delivered_by: Mapped[str | None] = party()

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the written parts as they stand."""
        return {name: content.get(name) for name in ("title", *PARTS)} if action == "edit" else {}


class ReviewRecipient(Part, of="review", name="recipients"):
    """One to whom the review was delivered."""

    review: Mapped[str]
    who: Mapped[str] = party()
    at: Mapped[datetime]


class ReviewFile(Part, of="review", name="files"):
    """A file that goes with the review, kept by its digest (SHA-256); ``size`` in bytes."""

    review: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


def _count(do: Do, r: Review) -> None:
    """Take the figures anew, as of today."""
    do.drop(do.parts(r, ReviewFigure))
    figures = counted(do, periods.parse(r.period), r.programme, by_clause=r.kind == BY_CLAUSE)
    for position, (of, measure, cites, number) in enumerate(figures, 1):
        do.add(r, ReviewFigure(position=position, counted=of, measure=measure, cites=list(cites), number=number))
    r.taken_on = do.today


def _write(r: Review, **parts: str | None) -> None:
    for name, text in parts.items():
        if text is not None:
            setattr(r, name, text)


@Review.action(to="drafted")
def draft(
    do: Do,
    r: Review,
    *,
    kind: ReviewKind,
    period: Period,
    title: Line | None = None,
    programme: ref_to("programme", states={"programme": "issued"}) | None = None,  # type: ignore[valid-type]
    results: Text | None = None,
    shortcomings: Text | None = None,
    next_steps: Text | None = None,
    proposals: Text | None = None,
    body: Party | None = None,
) -> None:
    """Draw up a review of a period, or of how one programme or plan of it is carried out."""
    if periods.parse(period).first > do.today:
        do.invalid("period", "not-begun")
    r.kind, r.period, r.programme = kind, period, programme
    _write(r, title=title, results=results, shortcomings=shortcomings, next_steps=next_steps, proposals=proposals)
    _count(do, r)


@Review.action("drafted")
def edit(
    do: Do,
    r: Review,
    *,
    title: Line | None = None,
    results: Text | None = None,
    shortcomings: Text | None = None,
    next_steps: Text | None = None,
    proposals: Text | None = None,
) -> None:
    """Write on, and take the figures anew."""
    _write(r, title=title, results=results, shortcomings=shortcomings, next_steps=next_steps, proposals=proposals)
    _count(do, r)


@Review.action("drafted", to="completed", clocked=True)
def complete(do: Do, r: Review, *, files: Files = []) -> None:  # noqa: B006  # a msgspec default
    """Complete it: the figures are taken once more, and stay as they stand now."""
    if not any(getattr(r, name) for name in PARTS):
        do.out_of_order("review-empty")
    _count(do, r)
    enclose(do, r, ReviewFile, files)
    r.completed_on, r.completed_by = do.today, do.me(r.body)


@Review.action("completed", to="delivered")
def deliver(do: Do, r: Review, *, to: Annotated[list[Party], Meta(max_length=200)] = []) -> None:  # noqa: B006
    """Deliver it to those to whom the charter says that it goes, else to all of the body; to others of the body beside."""
    stated = effective(GOES_TO, (do.charter, *do.layers), {"kind": r.kind, "body": r.body})
    named = str(stated.value).split() if stated.stated else [r.body]
    beside = [at for at, who in enumerate(to) if not _inside(do, who)]
    if beside:
        do.invalid_fields({f"to[{at}]": "no-seat-here" for at in beside})
    for who in dict.fromkeys(seat for each in (*named, *to) for seat in _seats(do, r.body, each)):
        do.add(r, ReviewRecipient(who=who, at=do.at))
        do.tell(who)
    r.delivered_on, r.delivered_by = do.today, do.me(r.body)


def _inside(do: Do, who: str) -> bool:
    """Return whether everybody who is that party has a seat in a body."""
    seated = {person for body in do.charter.bodies for person in do.parties.members(body.id)}
    return bool(do.parties.holders(who)) and set(do.parties.holders(who)) <= seated


def _seats(do: Do, body: str, named: str) -> list[str]:
    """Return the seats that a body, role, group or party means, each once."""
    if any(each.id == named for each in do.charter.bodies):
        return [do.parties.seat(person, named) for person in do.parties.members(named)]
    roles = next((group.roles for group in do.charter.groups if group.id == named), (named,))
    return [do.parties.seat(person, body) for role in roles for person in do.parties.holders(role)]

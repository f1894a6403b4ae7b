"""Portfolios that are assigned: fields of work in somebody's charge, beside those that the charter itself gives to a seat."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.charter.model import NOT_STATED, Charter
from steerco.records import Do, Facet, Held, Line, Part, Party, Record, Relation, Subject, Through, party, party_of

AGENCY = {"party": True, "sorts": ("agency",)}
Agencies = Annotated[list[Annotated[str, Meta(min_length=1, max_length=80, extra=AGENCY)]], Meta(max_length=50)]


class AssignedPortfolio(Record, type="portfolio", states="assigned ended", prefix="PF"):
    """``holder`` answers for the ``subjects``; ``lead`` is the agency that leads in them. Who takes the holder's seat or office
    takes the portfolio with it.
    """

    title: Mapped[str | None]
    holder: Mapped[str] = party()
    lead: Mapped[str | None] = party()
    instrument: Mapped[str | None]
    assigned_on: Mapped[date]
    ended_on: Mapped[date | None]
    reason: Mapped[str | None]

    holds = Relation("holder", Held("holder"))
    coordinates = Relation("coordinating", Through("portfolio.coordinators", "portfolio", Held("who")))
    holder_ = Facet("holder", "holder", of="party", values=("person",))

    def choices(self, action: str, field: str, charter: Charter) -> tuple[str, ...]:
        """Return the fields of work that the charter knows."""
        return charter.subjects() if field == "subjects" else ()


class PortfolioSubject(Part, of="portfolio", name="subjects"):
    """One field of work of a portfolio."""

    index_on = ("portfolio",)
    portfolio: Mapped[str]
    subject: Mapped[str]


class PortfolioCoordinator(Part, of="portfolio", name="coordinators"):
    """An agency that coordinates the fields of a portfolio."""

    index_on = ("portfolio", "who")
    portfolio: Mapped[str]
    who: Mapped[str] = party()


def _free(do: Do, p: AssignedPortfolio, chosen: list[str]) -> None:
    """Stop where a field is in somebody's charge already, or the charter has another seat and agency lead in it."""
    for other in do.find(AssignedPortfolio, state="assigned", body=p.body):
        if other.id != p.id and (taken := {row.subject for row in do.parts(other, PortfolioSubject)} & set(chosen)):
            do.out_of_order("field-assigned", field=min(taken), holder=other.holder)
    fields = {name for subject in chosen for name in do.parties.portfolios(subject)}
    for row in do.charter.portfolios:
        holders = set(do.parties.holders(p.holder)) & set(do.parties.holders(row.holder))
        if row.id in fields and row.lead != NOT_STATED and p.holder != row.holder and not holders:
            do.out_of_order("field-of-charter", *row.cite, field=row.id, holder=row.holder)


@AssignedPortfolio.action(to="assigned")
def assign(
    do: Do,
    p: AssignedPortfolio,
    *,
    holder: Party,
    subjects: Annotated[list[Subject], Meta(min_length=1, max_length=50)],
    lead: party_of("agency") | None = None,  # type: ignore[valid-type]
    coordinators: Agencies = [],  # noqa: B006  # a msgspec default
    title: Line | None = None,
    instrument: Line | None = None,
    body: Party | None = None,
) -> None:
    """Put fields of work into somebody's charge. Each field is in one charge at a time."""
    p.title, p.holder, p.lead, p.instrument, p.assigned_on = title, holder, lead, instrument, do.today
    chosen = list(dict.fromkeys(subjects))
    _free(do, p, chosen)
    for subject in chosen:
        do.add(p, PortfolioSubject(subject=subject))
    others = [agency for agency in dict.fromkeys(coordinators) if agency != lead]
    for agency in others:
        do.add(p, PortfolioCoordinator(who=agency))
    do.tell(holder, *others)


@AssignedPortfolio.action("assigned", to="ended", awaited="")
def end(do: Do, p: AssignedPortfolio, *, reason: Line | None = None) -> None:
    """Take it from its holder."""
    p.ended_on, p.reason = do.today, reason
    do.tell(p.holder)

"""Proposals of commendation: for whom, for which achievement, with the record of work behind it; approved or declined."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.committee.traits.timeliness import timeliness
from steerco.committee.work.task import Task
from steerco.records import Do, Facet, File, Held, Line, Part, Party, Record, Relation, Text, Through, party

Beneficiaries = Annotated[list[Party], Meta(min_length=1, max_length=200)]


class Commendation(Record, type="commendation", states="proposed approved declined", prefix="CM"):
    """``achievement`` is what was done well, ``form`` the form of the award, ``authority`` who is competent to give it."""

    title: Mapped[str]
    to: Mapped[list[str]]
    achievement: Mapped[str]
    form: Mapped[str | None]
    authority: Mapped[str | None]
    decided_by: Mapped[str | None] = party()
    decided_on: Mapped[date | None]
    reason: Mapped[str | None]

    beneficiary = Relation("beneficiary", Through("commendation.beneficiaries", "commendation", Held("who")), concerns=True)
    to_ = Facet("to", "to", of="party", values=("agency", "person"))


class Beneficiary(Part, of="commendation", name="beneficiaries"):
    """One who is proposed, with the work on record when it was proposed: how many tasks they led to their end (``done``), how
    many of those too late (``done_late``), how many were running late (``late``)."""

    index_on = ("commendation", "who")
    commendation: Mapped[str]
    who: Mapped[str] = party()
    done: Mapped[int]
    done_late: Mapped[int]
    late: Mapped[int]


class CommendationFile(Part, of="commendation", name="files"):
    """A paper that speaks for it, kept by its digest (SHA-256); ``size`` in bytes."""

    commendation: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


@Commendation.action(to="proposed")
def propose(
    do: Do,
    c: Commendation,
    *,
    title: Line,
    to: Beneficiaries,
    achievement: Text,
    form: Line | None = None,
    authority: Line | None = None,
    files: Annotated[list[File], Meta(max_length=20)] = [],  # noqa: B006  # a msgspec default
    body: Party | None = None,
) -> None:
    """Propose it. What each has done is counted from the tasks on record, and stays as it stands now."""
    c.title, c.to, c.achievement, c.form, c.authority = title, list(dict.fromkeys(to)), achievement, form, authority
    for who in c.to:
        counted = Counter(timeliness(task, do.today) for task in do.find(Task, lead=who))
        done = Counter(task.state for task in do.find(Task, lead=who))["done"]
        do.add(c, Beneficiary(who=who, done=done, done_late=counted["done-late"], late=counted["late"]))
    for each in files:
        digest, size = do.keep(each)
        do.add(c, CommendationFile(file_name=each.name, digest=digest, size=size))
    do.tell(*do.parties.members(c.body))


def _decide(do: Do, c: Commendation, reason: str | None) -> None:
    """Put the decision on record. Nobody decides on their own."""
    own = do.parties.keys(do.actor)
    if any(row.who in own and do.parties.sort(row.who) not in ("agency", "body") for row in do.parts(c, Beneficiary)):
        do.out_of_order("own-commendation")
    c.decided_by, c.decided_on, c.reason = do.me(c.body), do.today, reason
    do.tell(c.author)


@Commendation.action("proposed", to="approved")
def approve(do: Do, c: Commendation, *, reason: Text | None = None) -> None:
    """Approve it: it goes to who is competent to give the award. Those commended hear of it."""
    _decide(do, c, reason)
    do.tell(*c.to)


@Commendation.action("proposed", to="declined")
def decline(do: Do, c: Commendation, *, reason: Text) -> None:
    """Decline it, with the reason."""
    _decide(do, c, reason)

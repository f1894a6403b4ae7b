"""Guidance on how work is to be carried out: issued to agencies or persons, withdrawn."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.committee.traits.addressed import Files, enclose
from steerco.committee.work.work_concerned import TYPES, Work, WorkConcerned, concern
from steerco.records import Do, Facet, Held, Line, Part, Party, Relation, Subject, Text, Through, party, ref_to


class Guidance(WorkConcerned, type="guidance", states="issued withdrawn", prefix="GD"):
    """``to`` are the parties guided."""

    title: Mapped[str]
    text: Mapped[str]
    to: Mapped[list[str]]
    reason: Mapped[str | None]

    addressee = Relation("addressee", Through("guidance.addressees", "guidance", Held("who")))
    to_ = Facet("to", "to", of="party", values=("agency", "person"))


class GuidanceAddressee(Part, of="guidance", name="addressees"):
    """One party to whom the guidance goes."""

    index_on = ("guidance", "who")
    guidance: Mapped[str]
    who: Mapped[str] = party()


class GuidanceFile(Part, of="guidance", name="files"):
    """A file of the guidance, kept by its digest (SHA-256); ``size`` in bytes."""

    index_on = ("guidance",)
    guidance: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


@Guidance.action(to="issued")
def issue(
    do: Do,
    g: Guidance,
    *,
    title: Line,
    text: Text,
    to: Annotated[list[Party], Meta(min_length=1, max_length=500)],
    subject: Subject | None = None,
    about: ref_to(*TYPES, states={"meeting": "concluded closed"}) | None = None,  # type: ignore[valid-type]
    work: Work | None = None,
    instrument: Line | None = None,
    files: Files = [],  # noqa: B006  # a msgspec default
    body: Party | None = None,
) -> None:
    """Issue guidance."""
    concern(do, g, {"about": about, "work": work, "subject": subject, "instrument": instrument})
    g.title, g.text, g.to = title, text, list(dict.fromkeys(to))
    for who in g.to:
        do.add(g, GuidanceAddressee(who=who))
    enclose(do, g, GuidanceFile, files)
    do.tell(*g.to)


@Guidance.action("issued", to="withdrawn", awaited="")
def withdraw(do: Do, g: Guidance, *, reason: Line) -> None:
    """Withdraw it, with the reason."""
    g.reason = reason
    do.tell(*g.to)

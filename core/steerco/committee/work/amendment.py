"""Amendments of the charter: comments on it, summed up, submitted, adopted from a day or rejected.

What is submitted may hold the files that put it into force: the next version of the charter with its policy, as an editor wrote
them. What they would change is told before the decision (``changes.amending``); once it is adopted they become a revision, and
the version counts from its own day (``operations.amending``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy.orm import Mapped

from steerco.config.bounded import parsed
from steerco.records import Do, File, Line, Part, Party, Record, Text, party, written

Clauses = Annotated[list[Annotated[str, Meta(min_length=1, max_length=40)]], Meta(max_length=200)]
ENDINGS = (".toml", ".csv")
"""What the files of an amendment end in: versions of the charter, policies."""


class Amendment(Record, type="amendment", states="commented submitted adopted rejected", prefix="AM"):
    """``clauses`` are those that it concerns, ``text`` what is proposed, ``summary`` what the comments came to. ``effective_on``
    is the day from which it counts; ``revision`` the revision of the configuration that brought it, ``fault`` why none could."""

    title: Mapped[str]
    clauses: Mapped[list[str]]
    text: Mapped[str | None]
    submitted_by: Mapped[str | None] = party()
    summary: Mapped[str | None] = written()
    summed_up_by: Mapped[str | None] = party()
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = party()
    decided_on: Mapped[date | None]
    reason: Mapped[str | None]
    effective_on: Mapped[date | None]
    revision: Mapped[int | None]
    fault: Mapped[str | None]

    def begins(self, action: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what is to be submitted as it stands."""
        if action != "submit":
            return {}
        return {name: content[name] for name in ("title", "clauses", "text", "effective_on")}


class AmendmentComment(Part, of="amendment", name="comments"):
    """What somebody finds wrong with the charter, or proposes."""

    index_on = ("amendment", "who")
    amendment: Mapped[str]
    who: Mapped[str] = party()
    text: Mapped[str]
    at: Mapped[datetime]


class AmendmentFile(Part, of="amendment", name="files"):
    """A file that puts it into force, kept by its digest (SHA-256); ``size`` in bytes."""

    amendment: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


class AmendmentAnnexFile(Part, of="amendment", name="annexes"):
    """The annex as the program made it of the files: what each office gains, loses and owes. ``made_for``: whether it was made
    when it was submitted or when it was adopted; ``compared_with`` is the revision in use with which the files were compared."""

    amendment: Mapped[str]
    made_for: Mapped[str]
    compared_with: Mapped[int]
    file_name: Mapped[str]
    digest: Mapped[str]
    size: Mapped[int]


def _begin(do: Do, a: Amendment, title: str | None) -> None:
    """Give a new one its title. Raises ``Invalid`` where it has none."""
    if a.state == "new":
        a.title, a.clauses = title or do.invalid("title", "required"), []


def _concern(do: Do, a: Amendment, clauses: list[str]) -> None:
    """Let it concern these clauses too. Raises ``Invalid`` for what is no clause of the charter in force."""
    unknown = {f"clauses[{at}]": "no-clause" for at, id in enumerate(clauses) if do.charter.clause(id) is None}
    if unknown:
        do.invalid_fields(unknown)
    a.clauses = list(dict.fromkeys((*(a.clauses or ()), *clauses)))


@Amendment.action("new", "commented", to="commented", awaited="")
def comment(
    do: Do,
    a: Amendment,
    *,
    text: Text,
    title: Line | None = None,
    clauses: Clauses = [],  # noqa: B006  # a msgspec default
    body: Party | None = None,
) -> None:
    """Say what is wrong with the charter, or what should be otherwise. Further comments on the same come to the first."""
    _begin(do, a, title)
    _concern(do, a, clauses)
    do.add(a, AmendmentComment(who=do.me(a.body), text=text, at=do.at))


@Amendment.action("commented", name="sum-up", awaited="commented")
def sum_up(do: Do, a: Amendment, *, text: Text) -> None:
    """Sum up the comments. A later summary replaces the one before."""
    a.summary, a.summed_up_by = text, do.me(a.body)


@Amendment.check("comments-summed-up", met_by="amendment.sum-up")
def comments_summed_up(do: Do, a: Amendment) -> bool:
    """The comments have been summed up."""
    return bool(a.summary)


@Amendment.action("new", "commented", to="submitted", awaited="commented")
def submit(
    do: Do,
    a: Amendment,
    *,
    title: Line | None = None,
    text: Text | None = None,
    clauses: Clauses = [],  # noqa: B006  # a msgspec default
    effective_on: date | None = None,
    files: Annotated[list[File], Meta(max_length=10)] = [],  # noqa: B006
    body: Party | None = None,
) -> None:
    """Submit it to who decides. Its files, where there are any, are those by which it would be in force."""
    _begin(do, a, title)
    a.title, a.text = title or a.title, text or a.text
    if not (a.text or a.summary):
        do.invalid("text", "required")
    _concern(do, a, clauses)
    a.effective_on = _dated(do, files, effective_on)
    for file in files:
        digest, size = do.keep(file)
        do.add(a, AmendmentFile(file_name=file.name, digest=digest, size=size))
    a.submitted_by, a.submitted_at = do.me(a.body), do.at
    do.tell(a.author, do.parties.answerable(a.body))


def _dated(do: Do, files: list[File], day: date | None) -> date | None:
    """Return the day from which it would count: that of the version among its files, else ``day``. Raises ``Invalid``."""
    for at, file in enumerate(files):
        if "/" in file.name or "\\" in file.name or not file.name.endswith(ENDINGS):
            do.invalid(f"files[{at}].name", "no-configuration-file", known=", ".join(ENDINGS))
        stated = _effective(do, file, f"files[{at}]") if file.name.endswith(".toml") else None
        if stated is None:
            continue
        if day not in (None, stated):
            do.invalid("effective_on", "version-counts-from", day=stated)
        day = stated
    if day is not None and day < do.today:
        do.invalid("effective_on", "in-the-past", today=do.today)
    return day


def _effective(do: Do, file: File, field: str) -> date | None:
    """Return the day of effect that a version says of itself; None of a file that is none."""
    try:
        found = parsed(file.content().decode()).get("instrument", {}).get("effective")
    except (ValueError, AttributeError):  # no text, no TOML, no table
        do.invalid(field, "unreadable")
    return found if isinstance(found, date) else None


def _decide(do: Do, a: Amendment, reason: str | None) -> None:
    a.decided_by, a.decided_on, a.reason = do.me(a.body), do.today, reason
    do.tell(a.author, *([a.submitted_by] if a.submitted_by else []))


@Amendment.action("submitted", to="adopted")
def adopt(do: Do, a: Amendment, *, effective_on: date | None = None, reason: Text | None = None) -> None:
    """Adopt it. It counts from the day that it says, else from the one named here, else from today; never from a day that is
    past: what was decided stands as it was decided."""
    if None not in (a.effective_on, effective_on) and effective_on != a.effective_on:
        do.invalid("effective_on", "version-counts-from", day=a.effective_on)
    a.effective_on = a.effective_on or effective_on or do.today
    if a.effective_on < do.today:
        do.out_of_order("effect-is-past", day=a.effective_on.isoformat())
    _decide(do, a, reason)
    do.tell(*do.parties.members(a.body))


@Amendment.action("submitted", to="rejected")
def reject(do: Do, a: Amendment, *, reason: Text) -> None:
    """Reject it, with the reason."""
    _decide(do, a, reason)


@Amendment.action("adopted", name="note-revision", platform=True)
def note_revision(do: Do, a: Amendment, *, revision: int) -> None:
    """Enter which revision of the configuration brought it."""
    a.revision, a.fault = revision, None


@Amendment.action("adopted", name="note-fault", platform=True)
def note_fault(do: Do, a: Amendment, *, fault: Text) -> None:
    """Enter why its files could not become a revision. Whoever keeps the configuration brings it into use then."""
    a.fault = fault
    do.tell(*([a.submitted_by] if a.submitted_by else []))


@Amendment.action("submitted", "adopted", name="note-annex", platform=True)
def note_annex(do: Do, a: Amendment, *, file: File, compared_with: int) -> None:
    """Attach the annex of its files, as compared with a revision in use. The file's digest is in the log with this act."""
    digest, size = do.keep(file)
    do.add(a, AmendmentAnnexFile(made_for=a.state, compared_with=compared_with, file_name=file.name, digest=digest, size=size))

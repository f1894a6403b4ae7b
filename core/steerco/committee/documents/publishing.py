"""Publishing: that something of a record is made public, where and on which day, and what of it is kept back.

Who may do it a policy line says. What the public then reads on the public page, the rules on publication say
(``committee.traits.publicity``); without such a rule the act is only recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta

from steerco.committee.decisions import vote, vote_facts
from steerco.committee.decisions.matter import Matter
from steerco.committee.documents.document import Document, DocumentBlock
from steerco.committee.meetings.attendance import asked
from steerco.committee.meetings.meeting import AgendaItem, Meeting, MeetingPaper
from steerco.committee.meetings.minutes import Minutes
from steerco.committee.traits.publicity import Publishable, publish, withhold
from steerco.records import Do, Line
from steerco.records.part import stored

OfMeeting = Literal["agenda", "papers", "recording", "meeting"]
OfMatter = Literal["decision", "vote"]
OfDocument = Literal["document", "drafts"]


def _publish(do: Do, m: Publishable, of: str, place: str | None, on_day: date | None, content: Mapping[str, Any]) -> None:
    """Tell the ledger, those whom the text names, and the public. Nothing is said of a day that is still to come."""
    if on_day is not None and on_day > do.today:
        do.invalid("on_day", "day-ahead")
    do.for_ledger(published=of)
    rows = (rule for layer in (do.charter, *do.layers) for rule in layer.publications)
    for to in {rule.to for rule in rows if rule.of == of and rule.body in ("", m.body)}.intersection(TOLD):
        do.tell(*TOLD[to](do, m))
    publish(do, m, of, on_day or do.today, place, content)


def _agencies(do: Do, m: Publishable) -> list[str]:
    """Return the agencies of the members of a record's body."""
    return sorted({agency for person in do.parties.members(m.body) if (agency := do.parties.agency(person))})


def _named(do: Do, m: Publishable) -> list[str]:
    """Return the parties that a record names: in its fields, and of a meeting those who are asked to it."""
    values = (getattr(m, name, None) for name in type(m).stored() if name.rstrip("_") in m.party_fields())
    return [*filter(None, values), *(asked(do, m) if isinstance(m, Meeting) else ())]


TOLD: Mapping[str, Callable[[Do, Publishable], Iterable[str]]] = {
    "members": lambda do, m: do.parties.members(m.body),
    "agency": _agencies,
    "named": _named,
}
"""By the word of a charter for those who are told of what was published, who they are."""


@Meeting.action("convened", "open", "concluded", "closed", name="publish", awaited="", clocked=True)
def publish_meeting(do: Do, m: Meeting, *, of: OfMeeting, place: Line | None = None, on_day: date | None = None) -> None:
    """Make its agenda, papers or recording, or that it is held, public. ``place`` is where else it can be found."""
    papers = {"papers": [None if row.grade else row.title for row in do.parts(m, MeetingPaper)]}
    items = sorted(do.parts(m, AgendaItem), key=lambda row: row.position)
    content = {
        "when": m.starts_at.isoformat(),
        "where": m.place,
        "items": [None if row.grade else row.title for row in items],
        "recording": place,
        **papers,
    }
    _publish(do, m, of, place, on_day, content)


@Minutes.action("circulated", "approved", name="publish", awaited="", clocked=True)
def publish_minutes(
    do: Do, m: Minutes, *, of: Literal["minutes"] = "minutes", place: Line | None = None, on_day: date | None = None
) -> None:
    """Make the minutes public."""
    content = {"when": do.get(Meeting, m.meeting).starts_at.isoformat(), "text": m.text}
    _publish(do, m, of, place, on_day, content)


@Matter.action("decided", name="publish", awaited="", clocked=True)
def publish_matter(
    do: Do, m: Matter, *, of: OfMatter = "decision", place: Line | None = None, on_day: date | None = None
) -> None:
    """Make the decision, or how it was voted, public. Of a secret vote nobody's position is there to be read."""
    _publish(do, m, of, place, on_day, {"title": m.title, "text": m.decision, "outcome": m.outcome, **_voted(do, m)})


def _voted(do: Do, m: Matter) -> dict[str, Any]:
    """Return how it was voted, as every reader of the record sees it; names only where the vote was not secret."""
    facts = vote_facts.of(m)
    if facts is None:
        return {}
    rows = [{name: getattr(row, name) for name in stored(vote.Vote)} for row in do.parts(m, vote.Vote)]
    result = vote.shown(facts, rows, True, do.today).get("result", {})
    counts = {name: result[name] for name in ("for", "against", "abstain") if name in result}
    named = {} if facts.secret else vote.cast(do, m)
    return {"result": counts, "votes": [{"who": who, "position": position} for who, position in named.items()]}


@Document.action("drafted", "issued", name="publish", awaited="", clocked=True)
def publish_document(
    do: Do, d: Document, *, of: OfDocument | None = None, place: Line | None = None, on_day: date | None = None
) -> None:
    """Make an issued document, or a draft of one, public; none that is graded or restricted."""
    what: OfDocument = "drafts" if d.state == "drafted" else "document"
    if of not in (None, what):
        do.invalid("of", "not-one-of", known=[what])
    if d.secrecy:
        do.out_of_order("graded-not-public")
    blocks = sorted(do.parts(d, DocumentBlock), key=lambda row: row.position)
    content = {"title": d.title, "number": d.symbol or d.number, "text": "\n".join(row.text for row in blocks)}
    _publish(do, d, what, place, on_day, {**content, "issued": d.issued_on.isoformat() if d.issued_on else None})


@Meeting.action("convened", "open", "concluded", "closed", name="withhold", awaited="")
def withhold_of_meeting(
    do: Do,
    m: Meeting,
    *,
    of: OfMeeting,
    cause: Line,
    parts: Annotated[list[Line], Meta(max_length=100)] = [],  # noqa: B006  # a msgspec default
    lift: bool = False,
) -> None:
    """Keep something of it from the public, or let it be read again (``lift``)."""
    withhold(do, m, of, cause, parts, lift=lift)


@Minutes.action("circulated", "approved", name="withhold", awaited="")
def withhold_of_minutes(
    do: Do,
    m: Minutes,
    *,
    cause: Line,
    of: Literal["minutes"] = "minutes",
    parts: Annotated[list[Line], Meta(max_length=100)] = [],  # noqa: B006  # a msgspec default
    lift: bool = False,
) -> None:
    """Keep them, or a part of them, from the public, or let them be read again (``lift``)."""
    withhold(do, m, of, cause, parts, lift=lift)


@Matter.action("decided", name="withhold", awaited="")
def withhold_of_matter(
    do: Do,
    m: Matter,
    *,
    cause: Line,
    of: OfMatter = "decision",
    parts: Annotated[list[Line], Meta(max_length=100)] = [],  # noqa: B006  # a msgspec default
    lift: bool = False,
) -> None:
    """Keep the decision, how it was voted, or a part of either from the public, or let it be read again (``lift``)."""
    withhold(do, m, of, cause, parts, lift=lift)


@Document.action("drafted", "issued", name="withhold", awaited="")
def withhold_of_document(
    do: Do,
    d: Document,
    *,
    cause: Line,
    of: OfDocument = "document",
    parts: Annotated[list[Line], Meta(max_length=100)] = [],  # noqa: B006  # a msgspec default
    lift: bool = False,
) -> None:
    """Keep it, or a part of it, from the public, or let it be read again (``lift``)."""
    withhold(do, d, of, cause, parts, lift=lift)

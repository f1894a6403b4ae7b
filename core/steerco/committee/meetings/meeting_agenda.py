"""The agenda of a meeting: set, items proposed, approved by who presides, then frozen; what became of each item.

An agenda that was approved is frozen once the invitations are out (the meeting is convened). From then on an item comes in only
when who presides admits one that was proposed: late, or urgent, with the reason. Each change is a version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from msgspec import Meta

from steerco.charter.model import Charter
from steerco.charter.rules import effective
from steerco.committee.meetings.meeting import AgendaItem, AgendaVersion, Item, ItemAim, Meeting, ProposedItem
from steerco.records import Do, Line, Party, Text, ref_to

STANDING_ITEMS = "standing-items"
"""The named value with the items that each agenda has, a semicolon between them: ``Minutes; …; Other business``."""
BETWEEN = "…"
"""Stands in it where the meeting's own items come; without it they come last."""
Number = Annotated[int, Meta(ge=1, le=1000)]
Planned = Annotated[int, Meta(ge=1, le=1440)]


def frozen(m: Meeting) -> bool:
    """Return whether the agenda changes only by items that are admitted."""
    return m.agenda_approved_at is not None and m.state != "planned"


def _items(do: Do, m: Meeting) -> list[AgendaItem]:
    return sorted(do.parts(m, AgendaItem), key=lambda row: row.position)


def _item(do: Do, m: Meeting, number: int, field: str = "item") -> AgendaItem:
    found = do.parts(m, AgendaItem, position=number)
    return found[0] if found else do.invalid(field, "no-such-item", number=number)


def _version(do: Do, m: Meeting) -> None:
    """Keep the agenda as it stands now, with its differences from the version before."""
    versions = do.parts(m, AgendaVersion)
    before: list[str] = max(versions, key=lambda row: row.number).items if versions else []
    now = [row.title for row in _items(do, m)]
    kept_before, kept_now = [t for t in before if t in now], [t for t in now if t in before]
    row = AgendaVersion(number=len(versions) + 1, at=do.at, by=do.me(m.body), items=now)
    row.added, row.removed = [t for t in now if t not in before], [t for t in before if t not in now]
    row.moved = [now_ for before_, now_ in zip(kept_before, kept_now, strict=False) if before_ != now_]
    do.add(m, row)


def standing_items(layers: Sequence[Charter], body: str, kind: str) -> tuple[list[str], list[str]]:
    """Return the titles of the items that stand first and last on each agenda of such meetings; none where nothing says so."""
    said = effective(STANDING_ITEMS, layers, {"body": body, "kind": kind})
    first, _, last = (str(said.value) if said.stated else "").partition(BETWEEN)
    named = [[title for each in part.split(";") if (title := " ".join(each.split()))] for part in (first, last)]
    return named[0], named[1]


def _rows(items: Iterable[Item]) -> Iterator[AgendaItem]:
    for item in items:
        row = AgendaItem(title=item.title, minutes=item.minutes, rapporteur=item.rapporteur)
        row.sort, row.aim, row.grade = item.sort, item.aim, item.grade
        yield row


def _whole(do: Do, m: Meeting, items: Sequence[Item], again: Iterable[Item]) -> list[Item]:
    """Return the items of an agenda in their order: those given stay where they were put; of those that come ``again``, one that
    stands by the rule does so in its place."""
    first, last = standing_items((do.charter, *do.layers), m.body, m.kind)
    for at, item in enumerate(items):
        if item.sort == "standing" and item.title not in (*first, *last):
            do.invalid(f"items[{at}].sort", "not-standing")
    given = {item.title for item in items}
    back = {item.title: item for item in again if item.title not in given}
    before, after = (
        [back.pop(title) if title in back else Item(title, sort="standing") for title in titles if title not in given]
        for titles in (first, last)
    )
    return [*before, *back.values(), *items, *after]


@Meeting.action("planned", "convened", "open", clocked=True)
def set_agenda(
    do: Do,
    m: Meeting,
    *,
    items: Annotated[list[Item], Meta(max_length=200)],
    like: ref_to("meeting") | None = None,  # type: ignore[valid-type]
) -> None:
    """Set the agenda, whole and in its order. The recurring items of the meeting ``like`` come first, and around all stand
    those that every agenda of such meetings has by a rule; one that is given, or comes back, stands once.

    What was approved before, and is not frozen yet, needs to be approved anew.
    """
    if frozen(m):
        do.out_of_order("agenda-frozen")
    former = _items(do, do.get(Meeting, like)) if like else []
    again = [Item(row.title, row.minutes, row.rapporteur, "recurring", row.aim) for row in former if row.sort == "recurring"]  # type: ignore[arg-type]
    do.drop(do.parts(m, AgendaItem))
    for position, row in enumerate(_rows(_whole(do, m, items, again)), 1):
        row.position = position
        do.add(m, row)
    m.agenda_approved_at = m.agenda_approved_by = None


@Meeting.action("planned", "convened")
def approve_agenda(do: Do, m: Meeting) -> None:
    """Approve the agenda as it stands; from the invitations on it is frozen."""
    if not do.parts(m, AgendaItem):
        do.out_of_order("no-agenda")
    if m.agenda_approved_at is not None:
        do.out_of_order("agenda-approved")
    m.agenda_approved_at, m.agenda_approved_by = do.at, do.me(m.body)
    _version(do, m)
    do.tell(*([m.author_as] if m.author_as else []), m.body)


@Meeting.action("planned", "convened", "open", clocked=True)
def propose_item(
    do: Do,
    m: Meeting,
    *,
    title: Line,
    aim: ItemAim | None = None,
    why_urgent: Line | None = None,
    minutes: Planned | None = None,
    rapporteur: Party | None = None,
    from_meeting: ref_to("meeting") | None = None,  # type: ignore[valid-type]
    from_item: Number | None = None,
) -> None:
    """Ask to have an item on the agenda. Who presides admits it, or declines."""
    rows = do.parts(m, ProposedItem)
    row = ProposedItem(
        position=len(rows) + 1, title=title, minutes=minutes, rapporteur=rapporteur, aim=aim, why_urgent=why_urgent
    )
    row.from_meeting = do.get(Meeting, from_meeting).ref if from_meeting else None
    row.from_item, row.proposed_by, row.at = from_item, do.me(m.body), do.at
    do.add(m, row)
    do.tell(*([m.presiding] if m.presiding else []), m.body)


def _proposed(do: Do, m: Meeting, number: int) -> ProposedItem:
    found = do.parts(m, ProposedItem, position=number)
    if not found:
        do.invalid("number", "no-such-proposal", number=number)
    if found[0].answer:
        do.out_of_order("proposal-answered", answer=found[0].answer)
    return found[0]


@Meeting.action("planned", "convened", "open")
def admit_item(do: Do, m: Meeting, *, number: Number, at_position: Number | None = None) -> None:
    """Put a proposed item on the agenda, at its end or as item ``at_position``; after the freeze marked as late or urgent."""
    proposed, items = _proposed(do, m, number), _items(do, m)
    place = min(at_position or len(items) + 1, len(items) + 1)
    for row in reversed(items[place - 1 :]):
        row.position += 1
    row = AgendaItem(position=place, title=proposed.title, minutes=proposed.minutes, rapporteur=proposed.rapporteur)
    row.aim, row.proposed_by = proposed.aim, proposed.proposed_by
    row.admitted = ("urgent" if proposed.why_urgent else "late") if frozen(m) else None
    do.add(m, row)
    proposed.answer, proposed.answered_by = "admitted", do.me(m.body)
    if frozen(m):
        _version(do, m)
    do.tell(proposed.proposed_by)


@Meeting.action("planned", "convened", "open")
def decline_item(do: Do, m: Meeting, *, number: Number, reason: Line) -> None:
    """Do not put a proposed item on the agenda; who proposed it is told why."""
    proposed = _proposed(do, m, number)
    proposed.answer, proposed.reason, proposed.answered_by = "declined", reason, do.me(m.body)
    do.tell(proposed.proposed_by)


@Meeting.action("open")
def discuss_item(do: Do, m: Meeting, *, item: Number) -> None:
    """Ask that a consent item be discussed: it is not adopted with the others."""
    row = _item(do, m, item)
    if row.sort != "consent" or row.outcome:
        do.out_of_order("no-consent-item")
    row.sort = "ordinary"
    do.tell(*([m.presiding] if m.presiding else []))


@Meeting.action("open")
def adopt_consent_items(do: Do, m: Meeting) -> None:
    """Adopt the consent items together, without discussion."""
    rows = [row for row in _items(do, m) if row.sort == "consent" and not row.outcome]
    if not rows:
        do.out_of_order("no-consent-item")
    for row in rows:
        row.outcome = "adopted"


@Meeting.action("open", "concluded")
def record_item(do: Do, m: Meeting, *, item: Number, outcome: Text) -> None:
    """Book what became of an item."""
    _item(do, m, item).outcome = outcome


@Meeting.action("open", "concluded")
def send_on(
    do: Do,
    m: Meeting,
    *,
    item: Number,
    to: ref_to("meeting", states={"meeting": "planned convened open"}),  # type: ignore[valid-type]
) -> None:
    """Send an item on to a meeting of another body, where it is proposed with a link back."""
    row, there = _item(do, m, item), do.get(Meeting, to)
    if there.id == m.id:
        do.invalid("to", "same-meeting")
    if there.state not in ("planned", "convened", "open"):
        do.out_of_order("meeting-over", state=there.state)
    row.sent_to = there.ref
    do.then("meeting.propose-item", there, title=row.title, from_meeting=m.id, from_item=item)

"""Records that rest on a decision which a veto has undone: those in charge are told, and take them back.

No rule of a charter says that a task, a paper or an appointment falls with the decision, so nothing is taken back by itself. What
is only read off decisions is undone at once: the lifting of a cap, an agreement or a confirmation that nobody has used yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from steerco.committee.meetings.meeting import Meeting
from steerco.records import Do, Record
from steerco.records.relation import type_registry

RESTING = (
    ("task", "source", ("done", "canceled"), ("lead", "accountable")),
    ("document", "about", ("replaced", "recalled", "disposed"), ("author_as",)),
)
"""By type the field that names what a record rests on, the states in which nothing is to be done any more, and whom to tell."""


def tell(do: Do, m: Any) -> None:
    """Name in the answer and the log what rests on the matter, as far as the actor reads it, and tell those concerned."""
    named = []
    for record, persons in _resting(do, m):
        do.tell(*persons)
        named += [record.ref] if do.reads(do.actor, record) else []
    if named:
        do.note("veto-leaves", records=", ".join(named))


def _resting(do: Do, m: Any) -> Iterator[tuple[Record, tuple[str, ...]]]:
    """Yield each record that rests on the matter, with the parties to tell."""
    for name, field, over, persons in RESTING:
        for record in do.find(type_registry[name], **{field: m.id}):
            if record.state not in over:
                yield record, tuple(getattr(record, person) for person in persons)
    if m.meeting is not None and (meeting := do.get(Meeting, m.meeting)).conclusion:
        yield meeting, (meeting.author_as,)
    for name in ("election", "matter") if m.about else ():
        other = do.session.get(type_registry[name], (do.tenant_id, m.about))
        if other is not None:
            yield other, (other.author_as, *(getattr(other, "result", None) or {}).get("elected", ()))

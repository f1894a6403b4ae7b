"""Topics that every committee needs and a regulation leaves open: for each topic whether it says something, and where.

What then applies is told in words (``left-open`` of the catalogues): it is what the program does where nothing is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from steerco.charter.load import TABLES
from steerco.charter.model import NOT_STATED, Charter, Source
from steerco.charter.names import NameProblem
from steerco.charter.values import NAMED
from steerco.config.explain import nearest


class Topic(Struct, frozen=True):
    """Something that regulations speak of.

    A charter says it in ``tables``, named ``values``, time limits (``clocks``), duties to do one of ``acts``, or a decision or
    ballot of one ``channel`` only.
    """

    name: str
    tables: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    channel: bool = False


TOPICS = (
    Topic("decision", ("decision",)),
    Topic("quorum", ("quorum",), ("quorum",)),
    Topic("cadence", ("cadence",)),
    Topic("notice", values=("notice",), clocks=("notice",)),
    Topic("papers", values=("papers-notice",), clocks=("papers", "agenda"), acts=("meeting.add-paper", "meeting.set-agenda")),
    Topic("presiding", ("rotation",), ("presiding",)),
    Topic(
        "minutes",
        clocks=("minutes-draft", "minutes-approval"),
        acts=("minutes.draft", "minutes.circulate", "minutes.approve"),
    ),
    Topic("succession", ("succession",)),
    Topic("term", ("term",), ("term",)),
    Topic("vacancy", ("vacancy",)),
    Topic("removal", ("removal",)),
    Topic("suspension", ("suspension",)),
    Topic("cap", ("cap",)),
    Topic("proxy", ("proxy",), ("proxy-limit",)),
    Topic("written", ("written",), channel=True),
    Topic("recusal", ("recusal",)),
    Topic("lifetime", ("lifetime",)),
    Topic("publication", ("publication",), clocks=("publication", "minutes-public")),
)
"""In the order in which a new committee needs them."""


class LeftOpen(Struct, frozen=True):
    """A topic that the regulation leaves open. ``looked``: it was looked for, and is not there; ``filled`` are the clauses of
    house rules and laws that fill it."""

    topic: str
    looked: bool
    filled: tuple[str, ...] = ()


def left_open(charter: Charter, layers: Iterable[Charter] = ()) -> list[LeftOpen]:
    """Return the topics of which ``charter`` states nothing, in the order of ``TOPICS``; ``layers`` stand beside it."""
    beside = tuple(layers)
    result = []
    for topic in TOPICS:
        stated = _stated(charter, topic)
        if any(value != NOT_STATED for value, _ in stated):
            continue
        looked = bool(stated) or bool({topic.name, *topic.tables, *topic.values}.intersection(charter.not_stated))
        filled = (cite for layer in beside for value, cites in _stated(layer, topic) if value != NOT_STATED for cite in cites)
        result.append(LeftOpen(topic.name, looked, tuple(dict.fromkeys(filled))))
    return result


def _stated(charter: Charter, topic: Topic) -> list[tuple[object, Sequence[str]]]:
    """Return what a charter says of a topic: each value (a row that states something has its table's name) with its clauses."""
    found: list[tuple[object, Sequence[str]]] = []
    for table in topic.tables:
        for row in getattr(charter, TABLES.get(table, ""), ()):
            found.append((NOT_STATED if NOT_STATED in _answers(row) else table, row.cite))
    found += [(rule.value, rule.cite) for rule in charter.rules if rule.name in topic.values]
    if topic.channel:
        found += [(row.channels[0], row.cite) for row in charter.decisions if len(row.channels) == 1]
        found += [(row.channel, row.cite) for row in charter.ballots if row.channel != "either"]
    found += [(duty.id, duty.cite) for duty in charter.duties if not set(topic.acts).isdisjoint(duty.done_by)]
    clocks = getattr(charter, TABLES.get("clock", ""), ())
    found += [
        (NOT_STATED if getattr(row, "value", None) == NOT_STATED else row.what, row.cite)
        for row in clocks
        if row.what in topic.clocks
    ]
    return found


def _answers(row: object) -> tuple[object, ...]:
    """Return the values by which a row says that its matter is not stated."""
    return tuple(getattr(row, key, None) for key in ("every", "share", "length", "allowed") if hasattr(row, key))


def check_not_stated(charter: Charter) -> Iterator[NameProblem]:
    """Yield names at the head of a charter that mean nothing, and what it states although it says that the text does not."""
    topics = {topic.name: topic for topic in TOPICS}
    known = {*topics, *TABLES, *NAMED}
    for name in charter.not_stated:
        source, topic = Source(charter.file, 1), topics.get(name) or Topic(name, (name,), (name,))
        if name not in known:
            message = f"not_stated: '{name}' is no table, named value or topic{nearest(name, known)}"
            yield NameProblem(source, "unknown-topic", message, "warning")
        elif any(value != NOT_STATED for value, _ in _stated(charter, topic)):
            yield NameProblem(source, "stated", f"not_stated: '{name}' is stated below; take one of the two away", "warning")

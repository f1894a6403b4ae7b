"""Rules on publication: by when, who sees to it, which parts of it, and what is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct

from steerco.charter.tables.clock import ClockLength
from steerco.charter.tables.stated import Label, Source

PUBLISHED: Final = "published"
"""What an act of publishing tells the ledger: of what it was."""
BEGINS: Final[Mapping[str, tuple[str, str]]] = {
    "agenda": ("meeting.set-agenda", "meeting.publish"),
    "papers": ("meeting.add-paper", "meeting.publish"),
    "meeting": ("meeting.convene", "meeting.publish"),
    "recording": ("meeting.conclude", "meeting.publish"),
    "minutes": ("minutes.approve", "minutes.publish"),
    "decision": ("matter.decide", "matter.publish"),
    "vote": ("matter.decide", "matter.publish"),
    "document": ("document.issue", "document.publish"),
    "drafts": ("document.draft", "document.publish"),
}
"""By what is published the act with which the time begins, and the act of publishing it."""
MEMBERS, RULES, POWERS, STATISTICS = "members", "rules", "powers", "statistics"
STANDING = (MEMBERS, RULES, POWERS, STATISTICS)
"""What is public as it stands on the day, without an act."""
PARTS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "agenda": {"time": ("when",), "place": ("where",), "items": ("items",)},
    "papers": {"time": ("when",), "titles": ("papers",)},
    "meeting": {"time": ("when",), "place": ("where",)},
    "recording": {"time": ("when",), "place": ("recording",)},
    "minutes": {"time": ("when",), "text": ("text",)},
    "decision": {
        "text": ("title", "text"),
        "outcome": ("outcome",),
        "result": ("outcome", "result"),
        "votes by name": ("votes",),
    },
    "vote": {"text": ("title",), "result": ("outcome", "result"), "votes by name": ("votes",)},
    "document": {"number": ("number", "issued"), "text": ("title", "text")},
    "drafts": {"text": ("title", "text")},
}
"""By what is published its parts, as a charter names them, each with the values that it opens."""
ASKED_FOR: Final[Mapping[str, tuple[str, ...]]] = {"decision": ("result", "votes by name"), "vote": ("votes by name",)}
"""The parts that are public only where the text names them."""


class Withholding(Struct, frozen=True, gc=False):
    """For which causes something is kept from the public (none: for any), who says so, and what stands in its place."""

    when: tuple[str, ...] = ()
    by: str = ""
    shown_as: str = ""


class PublicationRule(Struct, frozen=True, gc=False):
    """A duty of a body, or of ``duty_of``, to publish ``of`` so long after it is there.

    ``to`` says to whom: the members of the body, the ``agency`` of each of them, those whom the record names (``named``), who are
    told of it, or the public. What is ``public`` stands on the public page, no longer than ``keep``. ``kinds`` are the kinds of
    meetings that it is for (none: all but ``spares``), by what ``[[kind]]`` says of them. ``parts`` are the parts of it that
    the text names, ``withhold`` how some of it is kept back. ``label`` is what the duty is called
    (``configuration.derived_labels``).
    """

    of: str
    cite: tuple[str, ...]
    body: str = ""
    to: Literal["", "public", "members", "agency", "named"] = ""
    within: ClockLength | Literal["not-stated", "none"] = "not-stated"
    duty_of: str = ""
    parts: tuple[str, ...] = ()
    withhold: Withholding | None = None
    keep: ClockLength | None = None
    label: Label = Label()
    kinds: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    source: Source = Source()

    @property
    def id(self) -> str:
        return f"publish-{self.of}-{self.body}" if self.body else f"publish-{self.of}"

    @property
    def runs(self) -> bool:
        """Whether something follows from it: somebody owes it, or it is public."""
        return self.to == "public" or self.owed

    @property
    def owed(self) -> bool:
        """Whether somebody owes it."""
        return self.of in BEGINS and isinstance(self.within, ClockLength) and bool(self.duty_of or self.body)

    def named_parts(self) -> Iterator[str]:
        """Yield the parts that the text names: ``for each decision: text, result`` names two."""
        for words in self.parts:
            for part in words.rpartition(":")[2].split(","):
                yield " ".join(part.split()).casefold()

    def opens(self) -> frozenset[str]:
        """Return the values that the public sees: of the parts named, else of all that need not be named."""
        known = PARTS.get(self.of, {})
        named = list(self.named_parts()) or [part for part in known if part not in ASKED_FOR.get(self.of, ())]
        return frozenset(value for part in named for value in known.get(part, ()))


def public_rules(texts: Iterable[tuple[PublicationRule, ...]], of: str, body: str, kind: str = "") -> list[PublicationRule]:
    """Return the rules by which something of a body, of a ``kind``, is public; ``texts`` are the rows of each text in force."""
    return [
        rule
        for rows in texts
        for rule in rows
        if rule.to == "public" and rule.of == of and rule.body in ("", body) and kind in (rule.kinds or (kind,))
        if kind not in rule.spares
    ]

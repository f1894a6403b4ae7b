"""What every first draft needs: persons, days and grounds in the words that an office uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from steerco.extension.api import Block, Charter, DocumentFacts, Label, TenantFacts, row
from steerco_vn_documents import words

Fields = Mapping[str, Any]
OPEN = "…"
"""Stands where the records say nothing and somebody has to write."""
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
INSTRUMENTS = (
    "Nghị định",
    "Nghị quyết",
    "Quyết định",
    "Thông tư",
    "Chỉ thị",
    "Công văn",
    "Luật",
    "Bộ luật",
    "Pháp lệnh",
    "Quy chế",
)
UNNUMBERED = ("Luật", "Bộ luật", "Pháp lệnh")
"""Cited by their names alone (II.6.a)."""


class Wording:
    """The facts of one draft, in words. ``record`` is what it is about, empty where it is about none."""

    def __init__(self, tenant: TenantFacts, facts: DocumentFacts) -> None:
        self.tenant, self.facts = tenant, facts
        self.zone = ZoneInfo(facts.time_zone)
        self.record: Fields = facts.records[0] if facts.records else {}

    @property
    def body(self) -> str:
        """The name of the issuing body."""
        return self.name(self.facts.body) or self.tenant.name.vi or ""

    def of(self, type: str) -> tuple[Fields, ...]:
        """Return the records of a type."""
        return tuple(record for record in self.facts.records if record.get("type") == type)

    def label(self, section: str, key: str | None) -> str:
        """Return a word of the catalogue; the key itself where it has none."""
        return self.facts.labels.get(f"{section}.{key}", key or "")

    # Parties

    def name(self, party: str | None) -> str:
        """Return a party's name; empty for nobody, and the id itself where nothing is known of it."""
        known = self.facts.parties.get(party or "")
        return known.name if known else party or ""

    def titled(self, party: str | None) -> str:
        """Return a person with the title in the body before the name; another party's name."""
        known = self.facts.parties.get(party or "")
        if known is None or not known.seat or known.seat in known.name:
            return self.name(party)
        return f"{known.seat} {known.name}"

    def listed(self, party: str | None) -> str:
        """Return a person as a list of names has them: name, title in the body, office, agency."""
        known = self.facts.parties.get(party or "")
        if known is None:
            return party or ""
        said: list[str] = []
        for part in (known.name, known.seat, known.office, known.agency):
            if part and not any(part in before for before in said):
                said.append(part)
        return ", ".join(said)

    def names(self, parties: Iterable[str | None]) -> str:
        """Return several parties in one cell."""
        return "; ".join(self.name(party) for party in parties if party)

    # Days and times

    def local(self, at: datetime) -> datetime:
        """Return a time on the clock of the committee."""
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(self.zone)

    def day(self, day: date | datetime | None) -> str:
        """Return a day in words."""
        if day is None:
            return OPEN
        return words.day_words(self.local(day).date() if isinstance(day, datetime) else day)

    def time(self, at: datetime | None) -> str:
        """Return an hour with its day: ``14 giờ 00, ngày 12 tháng 3 năm 2021``."""
        return f"{self.hour(at)}, {self.day(at)}" if at else OPEN

    def hour(self, at: datetime) -> str:
        """Return the hour of a time."""
        local = self.local(at)
        return f"{local.hour} giờ {local.minute:02}"

    def weekday(self, at: datetime) -> str:
        """Return the day of the week."""
        return WEEKDAYS[self.local(at).weekday()]

    def short_day(self, day: date | None) -> str:
        """Return a day as a cell of a table has it."""
        return words.short_day(day) if day else ""

    # Grounds

    def bases(self) -> tuple[str, ...]:
        """Return the grounds that the regulation names, and the regulation itself, as the decree has them cited."""
        charter = next(iter(self.tenant.charters), None)
        if charter is None:
            return tuple(f"Căn cứ {base}" for base in self.facts.bases)
        instrument = charter.instrument
        own = ("", "") if "number" in instrument.unreadable else (instrument.id, str(instrument.date or ""))
        given = tuple(_cited(basis.title, basis.number, basis.date) for basis in instrument.legal_bases)
        return (*given, _cited(instrument.title, *own, self.issuer(charter)))

    def issuer(self, charter: Charter) -> str:
        """Return who issued a regulation, as its grounds name them; empty where the charter does not say."""
        issuer = charter.instrument.issuer
        if not isinstance(issuer, str):
            return issuer.vi or ""
        role = charter.role(issuer)
        return words.joined(role.label.vi or "", self.name(role.body)) if role else issuer


def _cited(title: Label, number: str, day: str, by: str = "") -> str:
    """Return one ground. Number, day and who issued it (``by``, unless the title says it) stand behind the type's name; of a law
    only its name is given."""
    said = title.vi or number
    kind = next((each for each in INSTRUMENTS if said.startswith(each)), "")
    if kind in UNNUMBERED or not kind:
        return f"Căn cứ {said}"
    parts = [kind, f"số {number}" if number else "", _dated(day), f"của {by}" if by else "", said.removeprefix(kind).strip()]
    return "Căn cứ " + " ".join(part for part in parts if part)


def _dated(day: str) -> str:
    try:
        return words.day_words(date.fromisoformat(day))
    except ValueError:  # only a year or a month is known
        return ""


# Blocks


def heads(*titles: tuple[str, Iterable[Block]]) -> Iterator[Block]:
    """Yield parts with Roman numbers, each with its body; an open line where a part is empty."""
    for number, (title, blocks) in enumerate(titles, 1):
        yield Block("heading", title, f"{words.roman(number)}.")
        body = tuple(blocks)
        yield from body or (Block("paragraph", OPEN),)


def paragraphs(text: str | None) -> tuple[Block, ...]:
    """Return a text as paragraphs."""
    return tuple(Block("paragraph", line.strip()) for line in (text or "").splitlines() if line.strip())


def items(texts: Iterable[str], label: str = "") -> tuple[Block, ...]:
    """Return rows of a list: numbered, or each with ``label`` before it."""
    return tuple(Block("item", text, label or f"{number}.") for number, text in enumerate(texts, 1) if text)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> tuple[Block, ...]:
    """Return a table whose first column counts the rows; nothing where it has none."""
    lines = [row(str(number), *each) for number, each in enumerate(rows, 1)]
    return (Block("table", "\n".join([row("STT", *head), *lines])),) if lines else ()

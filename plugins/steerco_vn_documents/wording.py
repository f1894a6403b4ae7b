"""The parts that every first draft needs: persons, days and grounds in the words that an office uses."""

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
REGULATION = "Quy chế"
"""No paper of its own, but issued by one: its title is what it is called, and number and day stand behind it."""
DECIDED = "/QĐ-"
"""In a number: it is that of a decision."""
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
    REGULATION,
)
UNNUMBERED = ("Luật", "Bộ luật", "Pháp lệnh")
"""Among grounds they have no number, symbol or issuer, but their day (II.6.a)."""
ACTS = ("ban hành", "quy định", "về việc")
"""Words behind a type's name by which its issuer has done something: the issuer stands between the two."""


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
        number = "" if "number" in instrument.unreadable else instrument.id
        given = tuple(_cited(basis.title, basis.number, basis.date) for basis in instrument.legal_bases)
        return (*given, _cited(instrument.title, number, str(instrument.date or ""), self.issuer(charter)))

    def issuer(self, charter: Charter) -> str:
        """Return who issued a regulation, as its grounds name them; empty where the charter does not say."""
        issuer = charter.instrument.issuer
        if not isinstance(issuer, str):
            return issuer.vi or ""
        role = charter.role(issuer)
        return words.joined(role.label.vi or "", self._body(charter, role.body)) if role else self._body(charter, issuer)

    def _body(self, charter: Charter, id: str) -> str:
        """Return the name of a body, also of one that is no party to the draft; another party's name."""
        body = charter.body(id)
        return self.name(id) if body is None or id in self.facts.parties else body.label.vi or id


def _cited(title: Label, number: str, day: str, by: str = "") -> str:
    """Return one ground. Number, day and who issued it (``by``) stand behind the type's name; of a law only the day, behind its
    name. ``by`` is left out where the title names an issuer, and where no verb follows that would be the issuer's."""
    said = title.vi or number
    kind = next((each for each in INSTRUMENTS if said.startswith(f"{each} ") or said == each), "")
    rest, on = said.removeprefix(kind).strip(), _dated(day)
    marks = [f"số {number}" if number not in ("", said) and kind not in UNNUMBERED else "", on if on not in said else ""]
    if kind == REGULATION and DECIDED in number:
        said, marks = f"{said} ban hành kèm theo Quyết định", [*marks, f"của {by}" if by and not _names(rest, by) else ""]
    if kind in ("", *UNNUMBERED) or (kind == REGULATION and not rest.startswith(ACTS)):
        return " ".join(part for part in ("Căn cứ", said, *marks) if part)
    issued = f"của {by}" if by and rest.startswith(ACTS) and not _names(rest, by) else ""
    return " ".join(part for part in ("Căn cứ", kind, *marks, issued, rest) if part)


def _names(rest: str, by: str) -> bool:
    """Return whether what stands behind a type's name says who issued it; whose work a regulation is on has not issued it."""
    before, named, _ = rest.casefold().rpartition(f"của {by.casefold()}")
    return bool(named) and not before.rstrip().endswith(("hoạt động", "làm việc"))


def _dated(day: str) -> str:
    """Return a day with dots for what cannot be read of it, empty where no date is given. The dots stand behind the word: nobody
    can fill them in, so they are no place that waits for words before the paper is signed."""
    match day.split("-"):
        case [year, month, date_] if date_:
            return words.day_words(date(int(year), int(month), int(date_)))
        case [year, month] if month:
            return words.day_words(date(int(year), int(month), 1)).replace("ngày 01", f"ngày{OPEN}", 1)
        case [year] if year:
            return f"ngày{OPEN} tháng{OPEN} năm {year}"
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
